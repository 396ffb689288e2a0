//! A comparison as commands to the runner of GitHub Actions: an annotation on the file of each policy for each row that differs.

use super::ComparedPolicy;
use super::shown::{ShownRow, headline, relation};
use crate::cli::formats::github::{data, property};
use crate::cli::root::Root;
use crate::diff::Relation;
use crate::text::excerpt;

/// The most characters of a line.
const MAX_LINE: usize = 1_000;

/// A line for each row. The runner resolves paths from the root of the repository.
pub(super) fn render(policies: &[ComparedPolicy]) -> String {
    let root = Root::of_repository();
    let mut out = String::new();
    for policy in policies {
        let file = property(&root.path(&policy.path));
        if policy.old.is_none() || policy.new.is_none() {
            let message = data(headline(policy));
            out.push_str(&format!("::warning file={file},title=gatewright diff::{message}\n"));
        }
        for row in ShownRow::all(policy) {
            let command = match row.relation {
                Relation::Equal | Relation::Narrower => "notice",
                Relation::Wider | Relation::Incomparable | Relation::Undecided => "warning",
            };
            let title = format!("gatewright diff: {} is {}", row.subject, relation(row.relation));
            let title = property(&excerpt(&title, MAX_LINE));
            let message = data(&lines(&row).join("\n"));
            out.push_str(&format!("::{command} file={file},title={title}::{message}\n"));
        }
    }
    out
}

/// What is said about a row, line by line.
pub(super) fn lines(row: &ShownRow) -> Vec<String> {
    let mut lines = Vec::new();
    for witness in &row.witnesses {
        lines.extend(witness.calls.iter().cloned());
        lines.push(format!("before: {}", witness.before));
        lines.push(format!("now: {}", witness.now));
    }
    lines.extend(row.notes.iter().cloned());
    lines.iter().map(|line| excerpt(line, MAX_LINE)).collect()
}
