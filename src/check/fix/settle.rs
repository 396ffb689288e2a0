//! Which fixes of a check are kept, and which of them may be called safe.

use std::collections::BTreeMap;

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit};
use crate::lint::suppress::Suppression;
use crate::policy::Policy;
use crate::source::{SourceSet, Span};
use crate::syntax::comments;

/// So many of the suppressed statements about a tool are looked at for a fix. If there are more, one of them is taken to stay.
const MAX_STATEMENTS: usize = 8;

/// The rules and selectors that comments are about, by the names of their tools.
#[derive(Default)]
pub(in crate::check) struct Covered<'p>(BTreeMap<&'p str, Vec<Span>>);

impl<'p> Covered<'p> {
    pub(in crate::check) fn new(policy: &'p Policy, suppressions: &[Suppression]) -> Self {
        let mut lines: Vec<Span> = Vec::new();
        let mut all: Vec<Span> = suppressions
            .iter()
            .filter_map(|suppression| Some(suppression.comment.as_ref()?.covered))
            .collect();
        all.sort_unstable();
        for span in all {
            match lines.last_mut() {
                Some(last) if last.file == span.file && span.start <= last.end => {
                    last.end = last.end.max(span.end);
                }
                _ => lines.push(span),
            }
        }
        let mut covered = Self::default();
        if lines.is_empty() {
            return covered;
        }
        let is_covered = |place: Span| {
            let after =
                lines.partition_point(|span| (span.file, span.start) <= (place.file, place.start));
            let before = after.checked_sub(1).and_then(|number| lines.get(number));
            before.is_some_and(|span| span.file == place.file && place.start <= span.end)
        };
        for rule in &policy.rules {
            let is_whole = is_covered(rule.span);
            for target in rule.subjects.targets() {
                if is_whole || is_covered(target.selector) {
                    let rules = covered.0.entry(policy.tools.name(target.tool)).or_default();
                    if rules.len() <= MAX_STATEMENTS && rules.last() != Some(&rule.span) {
                        rules.push(rule.span);
                    }
                }
            }
        }
        covered
    }

    /// Whether a statement about one of the tools of a finding is covered, and stays when the edits are made.
    fn stays(&self, finding: &Diagnostic, edits: &[Edit]) -> bool {
        let is_removed = |rule: &Span| {
            edits.iter().any(|edit| {
                let span = edit.span;
                span.file == rule.file && span.start <= rule.start && rule.end <= span.end
            })
        };
        let rules = finding.tools.iter().filter_map(|tool| self.0.get(&**tool));
        rules.into_iter().any(|rules| rules.len() > MAX_STATEMENTS || !rules.iter().all(is_removed))
    }
}

/// Takes out the fixes that may hand a suppression on, and calls those unsafe that a person should look at.
///
/// - Where a statement is removed, findings about its tools move to another one. If a comment suppresses findings there, they would
///   be suppressed too, though nobody decided that: such a removal is not offered.
/// - What a policy with errors does cannot be compared with what it does afterwards, so none of its fixes is safe.
/// - Nor is one that loses a comment, unless it is about a suppression without use.
pub(in crate::check) fn settle(
    sources: &SourceSet,
    covered: &Covered<'_>,
    findings: &mut [Diagnostic],
) {
    let compiles = !findings.iter().any(Diagnostic::stops_compiling);
    for finding in findings {
        let is_about_comment =
            matches!(finding.code, Code::UnusedSuppression | Code::ExpiredSuppression);
        let mut fixes = std::mem::take(&mut finding.fixes);
        if !covered.0.is_empty() && !is_about_comment {
            let removes = |edits: &[Edit]| edits.iter().all(|edit| edit.text.is_empty());
            fixes.retain(|fix| !removes(&fix.edits) || !covered.stays(finding, &fix.edits));
        }
        for fix in &mut fixes {
            if !compiles || !is_about_comment && loses_comment(sources, &fix.edits) {
                fix.applicability = Applicability::Unsafe;
            }
        }
        finding.fixes = fixes;
    }
}

/// Whether a comment in a replaced text is missing from the new one.
fn loses_comment(sources: &SourceSet, edits: &[Edit]) -> bool {
    edits.iter().any(|edit| {
        let mut kept: Vec<&str> = comments(&edit.text).collect();
        comments(sources.slice(edit.span)).any(|comment| {
            let place = kept.iter().position(|other| *other == comment);
            place.map(|place| kept.swap_remove(place)).is_none()
        })
    })
}
