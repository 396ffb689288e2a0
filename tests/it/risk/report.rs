//! The tables of `docs/risk.md`.

use super::fit::CLASSES;
use super::held_out::{Judged, Share};

const BEGIN: &str = "<!-- measured: begin -->\n";
const END: &str = "<!-- measured: end -->\n";

/// The least leads of medium and of high confidence, in hundredths.
pub const LEADS: [i32; 2] = [150, 300];

/// The page with its tables made anew.
pub fn with_tables(page: &str, judged: &[Judged]) -> String {
    let (head, rest) = page.split_once(BEGIN).expect("the page says where the tables begin");
    let (_, tail) = rest.split_once(END).expect("the page says where the tables end");
    let parts = [summary(judged), confusion(judged), levels(judged)];
    format!("{head}{BEGIN}\n{}\n{END}{tail}", parts.join("\n"))
}

/// The tools of a sample whose label is sure.
pub fn sure<'j>(judged: &'j [Judged], sample: &str) -> Vec<&'j Judged> {
    judged.iter().filter(|one| one.row.is_sure && one.row.sample == sample).collect()
}

/// Whether a destructive or financial tool was called read or write.
pub fn is_missed(one: &Judged) -> bool {
    one.row.label >= 3 && one.class < 2
}

/// Whether a reader was called destructive or financial.
pub fn is_alarm(one: &Judged) -> bool {
    one.row.label == 0 && one.class >= 3
}

fn summary(judged: &[Judged]) -> String {
    let mut out = "| tools | number | right | right by name alone | critical called read or write | readers called critical |\n\
                   | --- | --- | --- | --- | --- | --- |\n"
        .to_owned();
    let unsure = judged.iter().filter(|one| !one.row.is_sure).collect();
    for (what, these) in [
        ("newer servers, drawn at random", sure(judged, "random")),
        ("newer servers, hard cases that were looked for", sure(judged, "hard")),
        ("the first 29 servers", sure(judged, "seen")),
        ("labels of which a reader was unsure", unsure),
    ] {
        let right = share(&Share::of(&these, |one| one.class == one.row.label));
        let by_name = share(&Share::of(&these, |one| one.by_name == one.row.label));
        let critical: Vec<&Judged> =
            these.iter().copied().filter(|one| one.row.label >= 3).collect();
        let readers: Vec<&Judged> =
            these.iter().copied().filter(|one| one.row.label == 0).collect();
        let missed = most(&Share::of(&critical, is_missed));
        let alarms = most(&Share::of(&readers, is_alarm));
        out +=
            &format!("| {what} | {} | {right} | {by_name} | {missed} | {alarms} |\n", these.len());
    }
    out
}

fn share(share: &Share) -> String {
    let percent = share.number as f64 * 100.0 / share.of.max(1) as f64;
    format!("{percent:.1}% ({:.1} to {:.1})", share.interval[0], share.interval[1])
}

fn most(share: &Share) -> String {
    format!("{} of {} (at most {:.1}%)", share.number, share.of, share.interval[1])
}

fn confusion(judged: &[Judged]) -> String {
    let names = CLASSES.join(" | ");
    let mut out =
        format!("| sure label ╲ class | {names} |\n| --- | --- | --- | --- | --- | --- |\n");
    for (label, name) in CLASSES.iter().enumerate() {
        let count = |class: usize| {
            let these = judged.iter().filter(|one| one.row.is_sure);
            these.filter(|one| (one.row.label, one.class) == (label, class)).count().to_string()
        };
        let counts: Vec<String> = (0..CLASSES.len()).map(count).collect();
        out += &format!("| {name} | {} |\n", counts.join(" | "));
    }
    out
}

fn levels(judged: &[Judged]) -> String {
    let mut out = "| confidence | tools | right |\n| --- | --- | --- |\n".to_owned();
    for (at, name) in ["high", "medium", "low"].into_iter().enumerate() {
        let these = of_level(judged, 2 - at);
        out += &format!(
            "| {name} | {} | {} |\n",
            these.len(),
            share(&Share::of(&these, |one| one.class == one.row.label))
        );
    }
    out
}

/// The tools that were judged with a confidence: 0 low, 1 medium, 2 high.
fn of_level(judged: &[Judged], level: usize) -> Vec<&Judged> {
    let own = |one: &&Judged| LEADS.iter().filter(|least| one.lead >= **least).count() == level;
    judged.iter().filter(own).collect()
}

/// How many of a hundred judgements of low, medium and high confidence are right, rounded down.
pub fn shares_right(judged: &[Judged]) -> [usize; 3] {
    [0, 1, 2].map(|level| {
        let these = of_level(judged, level);
        let right = these.iter().filter(|one| one.class == one.row.label).count();
        right * 100 / these.len().max(1)
    })
}
