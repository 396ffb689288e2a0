//! The fixes that findings bring along.

use std::collections::BTreeMap;
use std::ops::Range;

use super::comparison::{Comparison, Effect};
use super::{Action, ActionKind};
use crate::check;
use crate::diagnostic::{Applicability, Fix};
use crate::editor::difference::lines as lines_that_differ;
use crate::editor::{Edits, Finding, Snapshot, View, lines};
use crate::text::clean;

/// What a choice says of itself that lets a call through.
pub(in crate::editor) const OPENS: &str = "allows calls that are blocked now";

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

/// An action for every fix and every choice that may be offered; for the same fix of several findings one. Safe ones come first. The
/// first safe fix of a finding is the preferred one.
pub(super) fn actions(
    findings: &[(usize, Finding)],
    comparison: &mut Comparison<'_>,
) -> Vec<Action> {
    let mut actions: Vec<(Applicability, Action)> = Vec::new();
    let mut known: BTreeMap<(&Fix, &str), Option<usize>> = BTreeMap::new();
    for (number, finding) in findings {
        let diagnostic = finding.diagnostic();
        let fixes = diagnostic.fixes.iter().map(|fix| (fix, false));
        let choices = diagnostic.choices.iter().map(|fix| (fix, true));
        let mut has_preferred = false;
        for (fix, is_choice) in fixes.chain(choices) {
            let is_preferred = fix.applicability == Applicability::Safe && !has_preferred;
            has_preferred |= is_preferred;
            let root = finding.sources().iter().next().map_or("", |(_, file)| file.path());
            if let Some(known) = known.get(&(fix, root)) {
                if let Some((_, action)) = known.and_then(|known| actions.get_mut(known)) {
                    action.findings.push(*number);
                    action.is_preferred |= is_preferred;
                }
                continue;
            }
            let offered = offer(finding, fix, is_choice, comparison);
            known.insert((fix, root), offered.is_some().then_some(actions.len()));
            let Some((title, edits)) = offered else { continue };
            let findings = vec![*number];
            let kind = ActionKind::QuickFix;
            actions
                .push((fix.applicability, Action { title, kind, edits, findings, is_preferred }));
        }
    }
    actions.sort_by_key(|(applicability, _)| *applicability);
    actions.into_iter().map(|(_, action)| action).collect()
}

/// The title and the edits of a fix, unless it lets a call through. A choice is offered all the same, and says so.
fn offer(
    finding: &Finding,
    fix: &Fix,
    is_choice: bool,
    comparison: &mut Comparison<'_>,
) -> Option<(String, Edits)> {
    let edits = edits(finding, fix)?;
    let title = clean(&fix.title).into_owned();
    let effect = match comparison.effect(&edits) {
        // A correction of what is wrong: the policy does nothing until all of it is corrected.
        Effect::Unknown if finding.diagnostic().stops_compiling() => Effect::Harmless,
        Effect::Unknown => comparison.effect_beside_mistakes(&edits),
        effect => effect,
    };
    match effect {
        Effect::Harmless => Some((title, laid_out(edits))),
        _ if is_choice => Some((format!("{title} ({OPENS})"), laid_out(edits))),
        _ => None,
    }
}

fn edits(finding: &Finding, fix: &Fix) -> Option<Edits> {
    let mut edits = Edits::default();
    for edit in &fix.edits {
        let file = finding.sources().shared(edit.span.file)?;
        // Fixes are written with plain line breaks, whatever the file has.
        let line_break = lines::line_break(file.text());
        let written = edit.text.replace("\r\n", "\n").replace('\n', line_break);
        edits.replace(&file, edit.span.range(), written);
    }
    Some(edits)
}

/// The edits with what they write laid out, in files that are laid out as the formatter does it.
fn laid_out(mut edits: Edits) -> Edits {
    for (path, own) in &mut edits.files {
        let Some(file) = &own.file else { continue };
        let formatted = |text: &str| {
            check::format(path, text.as_bytes().to_vec()).ok().and_then(|done| done.value)
        };
        let after = own.applied();
        if let Some(better) = formatted(&after).filter(|better| *better != after)
            && formatted(file.text()).is_some_and(|before| before == file.text())
        {
            own.edits = lines_that_differ(file.text(), &better);
        }
    }
    edits
}
