//! What can be done at a place of a policy.json.

mod convert;
mod suppress;

use std::ops::Range;

use crate::diagnostic::{Applicability, Fix};
use crate::editor::actions::comparison::{Comparison, Effect};
use crate::editor::actions::fixes::OPENS;
use crate::editor::actions::{Action, ActionKind};
use crate::editor::{Edits, Finding, Snapshot, View};

/// What can be done in a range, of some kinds only unless `kinds` is empty.
pub(in crate::editor) fn actions(
    snapshot: &Snapshot,
    view: &View,
    range: &Range<usize>,
    kinds: &[ActionKind],
) -> Vec<Action> {
    let wanted = |kind| kinds.is_empty() || kinds.contains(&kind);
    let mut found = Vec::new();
    if wanted(ActionKind::QuickFix) {
        let here = touching(snapshot, view, range);
        let mut comparison = Comparison::new(snapshot, view);
        for (number, finding) in &here {
            found.extend(fixes(*number, finding, &mut comparison));
        }
        found.extend(suppress::actions(snapshot, view, &here));
    }
    // Converting takes as long as compiling: it is tried where somebody looks at the whole, or asks for nothing else.
    if wanted(ActionKind::Rewrite) && (!kinds.is_empty() || convert::is_about_all(view, range)) {
        found.extend(convert::action(snapshot, view));
    }
    found
}

/// The findings that a range touches, with their numbers.
fn touching(snapshot: &Snapshot, view: &View, range: &Range<usize>) -> Vec<(usize, Finding)> {
    let all = snapshot.findings(view.path()).into_iter().enumerate();
    all.filter(|(_, finding)| {
        let span = finding.diagnostic().primary.span.range();
        span.start <= range.end && range.start <= span.end
    })
    .collect()
}

/// The fixes of a finding that let no call through, and its choices, which say so if they do.
fn fixes(number: usize, finding: &Finding, comparison: &mut Comparison<'_>) -> Vec<Action> {
    let diagnostic = finding.diagnostic();
    let choices = diagnostic.choices.iter().map(|fix| (fix, true));
    let all: Vec<(&Fix, bool)> =
        diagnostic.fixes.iter().map(|fix| (fix, false)).chain(choices).collect();
    let is_only = all.len() == 1;
    let action = |(fix, is_choice): (&Fix, bool)| {
        let edits = edits(fix, finding)?;
        let opens = match comparison.effect(&edits) {
            Effect::Opens if !is_choice => return None,
            effect => effect == Effect::Opens,
        };
        Some(Action {
            title: if opens { format!("{} ({OPENS})", fix.title) } else { fix.title.clone() },
            kind: ActionKind::QuickFix,
            edits,
            findings: vec![number],
            is_preferred: !opens && (is_only || fix.applicability == Applicability::Safe),
        })
    };
    all.into_iter().filter_map(action).collect()
}

fn edits(fix: &Fix, finding: &Finding) -> Option<Edits> {
    let mut edits = Edits::default();
    for edit in &fix.edits {
        let file = finding.sources().shared(edit.span.file)?;
        edits.replace(&file, edit.span.range(), edit.text.clone());
    }
    Some(edits).filter(|edits| !edits.is_empty())
}
