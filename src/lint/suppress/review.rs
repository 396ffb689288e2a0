//! Suppressions that have become useless: those of which nothing is left to suppress, and those whose last day is past.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Comment, Matches, Suppression, SuppressionTarget};
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix};
use crate::lint::Settings;
use crate::source::{FileId, Span};
use crate::text::{choice, count, quote};

/// How many rules a message lists.
const SHOWN: usize = 5;

/// By what suppressions are judged.
#[derive(Clone, Copy, Debug)]
pub struct Review<'r> {
    /// Which rules are on: nothing can be said about a suppression of the others.
    pub settings: &'r Settings,
    /// The day as of which they are judged, in UTC.
    pub today: Option<Date>,
    /// Whether everything was looked at: a file with errors of the language may hide what a suppression is about.
    pub complete: bool,
    /// The file that is judged as a policy. The comments of files that it includes are never called unused: another policy that
    /// includes them may need them. None where no suppression is a comment.
    pub root: Option<FileId>,
}

/// What is to be said about suppressions, of which it is known what they are about.
///
/// The places of the findings are those of the suppressions: in the configuration for those that stand there.
pub fn review(
    suppressions: &[Suppression],
    matches: &Matches,
    review: &Review<'_>,
) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for suppression in suppressions {
        let included = suppression.comment.is_some() && Some(suppression.place.file) != review.root;
        let judged = review.complete && !included;
        if suppression.is_expired(review.today) {
            let back = judged.then(|| matches.total(suppression));
            findings.extend(expired(suppression, back));
        } else if judged {
            unused(suppression, matches, review.settings, &mut findings);
        }
    }
    review.settings.apply(&mut findings);
    findings
}

/// A suppression whose last day is past. `back` is how many findings are there again, if that can be told.
fn expired(suppression: &Suppression, back: Option<usize>) -> Option<Diagnostic> {
    let until = suppression.until?;
    let comment = suppression.comment.as_ref();
    let place = comment.and_then(|comment| comment.until).unwrap_or(suppression.place);
    let outcome = match back {
        None => String::new(),
        Some(0) => ", and it suppresses nothing".to_owned(),
        Some(1) => ", and 1 finding has returned".to_owned(),
        Some(back) => format!(", and {} have returned", count(back, "finding")),
    };
    let message = format!("the suppression expired on {until}{outcome}");
    let finding = Diagnostic::new(Code::ExpiredSuppression, place, message);
    Some(match back {
        Some(0) => with_removal(finding.with_help("remove it"), comment),
        _ => finding.with_help("fix the finding, or set a later date"),
    })
}

/// The rules of a suppression that suppressed nothing: all in one finding if none did anything, else one by one.
fn unused(
    suppression: &Suppression,
    matches: &Matches,
    settings: &Settings,
    findings: &mut Vec<Diagnostic>,
) {
    let mut seen = BTreeSet::new();
    let rules: Vec<SuppressionUse> = suppression
        .rules
        .iter()
        .enumerate()
        .map(|(rule, code)| SuppressionUse {
            code: *code,
            repeated: !seen.insert(*code),
            used: matches.count(suppression, rule) > 0 || settings.severity(*code).is_none(),
        })
        .collect();
    let comment = suppression.comment.as_ref();
    if rules.iter().any(|rule| rule.used) {
        let first_used = rules.iter().position(SuppressionUse::is_needed).unwrap_or(0);
        for (rule, found) in rules.iter().enumerate().filter(|(_, found)| !found.is_needed()) {
            let place = comment.and_then(|comment| comment.rules.get(rule));
            let finding = unused_rule(found, place.copied().unwrap_or(suppression.place));
            let removal = comment.and_then(|comment| removal_of_rule(comment, rule, first_used));
            findings.push(with_fix(finding, removal, "remove it from the list"));
        }
    } else if !rules.is_empty() {
        findings.push(unused_whole(&rules, suppression.place, comment));
    }
}

/// A rule of a suppression.
struct SuppressionUse {
    code: Code,
    /// Whether it stands further to the left as well.
    repeated: bool,
    /// Whether something is suppressed, or might be if the rule were on.
    used: bool,
}

impl SuppressionUse {
    fn is_needed(&self) -> bool {
        self.used && !self.repeated
    }
}

fn unused_rule(rule: &SuppressionUse, place: Span) -> Diagnostic {
    let name = quote(rule.code.name());
    let message = if rule.repeated {
        format!("{name} is listed twice")
    } else {
        format!("no {name} finding to suppress here")
    };
    Diagnostic::new(Code::UnusedSuppression, place, message).with_help("remove it from the list")
}

fn unused_whole(rules: &[SuppressionUse], place: Span, comment: Option<&Comment>) -> Diagnostic {
    let names = rules.iter().filter(|rule| !rule.repeated).map(|rule| rule.code.name());
    let message = format!("no {} finding to suppress here", choice(names, SHOWN));
    let finding = Diagnostic::new(Code::UnusedSuppression, place, message);
    match comment.map(|comment| comment.target) {
        Some(SuppressionTarget::Nothing) => {
            let finding = finding
                .with_note("a comment on its own line covers the statement directly below it")
                .with_help("move it to the line above the statement, or remove it");
            with_removal(finding, comment)
        }
        // It may be about a rule in the block, which only its author knows.
        Some(SuppressionTarget::Head) => finding
            .with_note(
                "a comment above a block, or after its braces, does not cover the rules inside",
            )
            .with_help("move it into the block, above the rule that it suppresses, or remove it"),
        _ => with_removal(finding.with_help("remove it"), comment),
    }
}

fn with_removal(finding: Diagnostic, comment: Option<&Comment>) -> Diagnostic {
    with_fix(finding, comment.map(|comment| comment.removal), "remove the comment")
}

fn with_fix(mut finding: Diagnostic, removal: Option<Span>, title: &str) -> Diagnostic {
    finding.fixes.extend(removal.map(|span| Fix {
        title: title.to_owned(),
        applicability: Applicability::Safe,
        edits: vec![Edit { span, text: String::new() }],
    }));
    finding
}

/// What to take away so that one rule leaves the list: with the comma towards a rule that stays, so that no two removals
/// touch the same comma.
fn removal_of_rule(comment: &Comment, rule: usize, stays: usize) -> Option<Span> {
    let place = *comment.rules.get(rule)?;
    Some(if rule < stays {
        Span { end: comment.rules.get(rule + 1)?.start, ..place }
    } else {
        Span { start: comment.rules.get(rule.checked_sub(1)?)?.end, ..place }
    })
}
