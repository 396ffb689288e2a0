//! A comparison for people: for each row that differs, calls with what became of them before and what becomes of them now.

use super::ComparedPolicy;
use super::shown::{ShownRow, headline, relation};
use crate::diff::Relation;
use crate::text::excerpt;

/// The most characters of a line.
const MAX_LINE: usize = 1_000;

/// The text, cleaned, with colours if they are asked for.
pub(super) fn render(policies: &[ComparedPolicy], colored: bool) -> String {
    let mut out = String::new();
    for policy in policies {
        if !out.is_empty() {
            out.push('\n');
        }
        let style = Style { colored };
        let name = policy.new.as_ref().or(policy.old.as_ref()).map_or("", String::as_str);
        let mut title = format!("{}: {}", style.bold(&clean(name)), headline(policy));
        if let (Some(old), Some(_)) = (&policy.old, &policy.new) {
            title.push_str(&format!(" (before: {})", clean(old)));
        }
        out.push_str(&title);
        out.push('\n');
        for row in ShownRow::all(policy) {
            push_row(&row, style, &mut out);
        }
    }
    out
}

fn push_row(row: &ShownRow, style: Style, out: &mut String) {
    let word = style.relation(row.relation);
    out.push_str(&format!("\n  {}: {word}\n", style.bold(&clean(&row.subject))));
    for witness in &row.witnesses {
        for call in &witness.calls {
            out.push_str(&format!("    {}\n", clean(call)));
        }
        out.push_str(&format!("      before: {}\n      now:    {}\n", witness.before, witness.now));
    }
    for note in &row.notes {
        out.push_str(&format!("    - {}\n", clean(note)));
    }
}

fn clean(text: &str) -> String {
    excerpt(text, MAX_LINE)
}

#[derive(Clone, Copy)]
struct Style {
    colored: bool,
}

impl Style {
    fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn relation(self, of: Relation) -> String {
        let code = match of {
            Relation::Equal => "0",
            Relation::Narrower => "32",
            Relation::Wider | Relation::Incomparable | Relation::Undecided => "31",
        };
        self.paint(code, relation(of))
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colored { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
