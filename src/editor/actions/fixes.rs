//! The fixes that findings bring along.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Action, ActionKind};
use crate::diagnostic::{Applicability, Fix};
use crate::editor::{Edits, Finding, Snapshot, View};
use crate::text::clean;

/// How many findings of a selection are looked at. Whoever selects more wants to fix all.
const MAX_FINDINGS: usize = 200;

/// The findings that a range touches, with their numbers among all of the file.
pub(super) fn touched(
    snapshot: &Snapshot,
    view: &View,
    range: &Range<usize>,
) -> Vec<(usize, Finding)> {
    let touches = |finding: &Finding| {
        let span = finding.diagnostic().primary.span.range();
        span.start <= range.end && range.start <= span.end
    };
    let findings = snapshot.findings(view.path()).into_iter().enumerate();
    findings.filter(|(_, finding)| touches(finding)).take(MAX_FINDINGS).collect()
}

/// An action for every fix; for the same fix of several findings one. Safe ones come first. The first safe fix of a finding is the
/// one to take without thinking.
pub(super) fn actions(findings: &[(usize, Finding)]) -> Vec<Action> {
    let mut actions: Vec<(Applicability, Action)> = Vec::new();
    let mut known: BTreeMap<(&Fix, &str), usize> = BTreeMap::new();
    for (number, finding) in findings {
        let fixes = &finding.diagnostic().fixes;
        let preferred = fixes.iter().position(|fix| fix.applicability == Applicability::Safe);
        for (place, fix) in fixes.iter().enumerate() {
            let is_preferred = preferred == Some(place);
            let root = finding.sources().iter().next().map_or("", |(_, file)| file.path());
            if let Some((_, action)) =
                known.get(&(fix, root)).and_then(|known| actions.get_mut(*known))
            {
                action.findings.push(*number);
                action.is_preferred |= is_preferred;
                continue;
            }
            let Some(edits) = edits(finding, fix) else { continue };
            known.insert((fix, root), actions.len());
            let action = Action {
                title: clean(&fix.title).into_owned(),
                kind: ActionKind::QuickFix,
                edits,
                findings: vec![*number],
                is_preferred,
            };
            actions.push((fix.applicability, action));
        }
    }
    actions.sort_by_key(|(applicability, _)| *applicability);
    actions.into_iter().map(|(_, action)| action).collect()
}

fn edits(finding: &Finding, fix: &Fix) -> Option<Edits> {
    let mut edits = Edits::default();
    for edit in &fix.edits {
        let file = finding.sources().shared(edit.span.file)?;
        edits.replace(&file, edit.span.range(), edit.text.as_str());
    }
    Some(edits)
}
