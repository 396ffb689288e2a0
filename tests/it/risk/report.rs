//! The tables of `docs/risk.md`.

use gatewright::risk::{Class, Level};

use super::measure::{Measured, Row};

const BEGIN: &str = "<!-- measured: begin -->\n";
const END: &str = "<!-- measured: end -->\n";

/// The page with its tables made anew.
pub fn with_tables(page: &str, measured: &Measured) -> String {
    let (head, rest) = page.split_once(BEGIN).expect("the page says where the tables begin");
    let (_, tail) = rest.split_once(END).expect("the page says where the tables end");
    format!("{head}{BEGIN}\n{}\n{END}{tail}", tables(measured))
}

fn tables(measured: &Measured) -> String {
    let parts = [
        summary(measured),
        confusion(&measured.rows()),
        levels(&measured.rows()),
        second_opinion(&measured.second_opinion),
    ];
    parts.join("\n")
}

fn summary(measured: &Measured) -> String {
    let (all, sure) = (measured.rows(), measured.sure());
    let by_name = all.iter().filter(|row| row.by_name == row.label).count();
    let is_critical = |class: Class| class >= Class::Destructive;
    let critical: Vec<_> = all.iter().filter(|row| is_critical(row.label)).collect();
    let missed = critical.iter().filter(|row| row.class < Class::Execute).count();
    let readers: Vec<_> = all.iter().filter(|row| row.label == Class::Read).collect();
    let alarms = readers.iter().filter(|row| is_critical(row.class)).count();
    let mut out =
        "| measured on | tools | number | share |\n| --- | --- | --- | --- |\n".to_owned();
    for (what, number, of) in [
        ("all tools: right", measured.right(&all), all.len()),
        ("tools whose label is sure: right", measured.right(&sure), sure.len()),
        ("all tools by name alone: right", by_name, all.len()),
        ("destructive and financial tools: called read or write", missed, critical.len()),
        ("readers: called destructive or financial", alarms, readers.len()),
    ] {
        out += &format!("| {what} | {of} | {number} | {} |\n", share(number, of));
    }
    out
}

fn confusion(rows: &[&Row]) -> String {
    let names = Class::ALL.map(Class::name).join(" | ");
    let mut out = format!("| label ╲ class | {names} |\n| --- | --- | --- | --- | --- | --- |\n");
    for label in Class::ALL {
        let count =
            |class| rows.iter().filter(|row| (row.label, row.class) == (label, class)).count();
        let counts = Class::ALL.map(|class| count(class).to_string()).join(" | ");
        out += &format!("| {} | {counts} |\n", label.name());
    }
    out
}

fn levels(rows: &[&Row]) -> String {
    let mut out = "| confidence | tools | right | share |\n| --- | --- | --- | --- |\n".to_owned();
    for level in Level::ALL.into_iter().rev() {
        let these: Vec<_> = rows.iter().filter(|row| row.level == level).collect();
        let right = these.iter().filter(|row| row.class == row.label).count();
        let (name, of) = (level.name(), these.len());
        out += &format!("| {name} | {of} | {right} | {} |\n", share(right, of));
    }
    out
}

fn second_opinion(rows: &[Row]) -> String {
    let mut out = "| older label | tools | agree | share |\n| --- | --- | --- | --- |\n".to_owned();
    let mut line = |name: &str, these: &[&Row]| {
        let agree = these.iter().filter(|row| row.class == row.label).count();
        let of = these.len();
        out += &format!("| {name} | {of} | {agree} | {} |\n", share(agree, of));
    };
    for label in Class::ALL {
        line(label.name(), &rows.iter().filter(|row| row.label == label).collect::<Vec<_>>());
    }
    line("all", &rows.iter().collect::<Vec<_>>());
    out
}

fn share(number: usize, of: usize) -> String {
    format!("{:.1}%", number as f64 * 100.0 / of.max(1) as f64)
}
