//! Finds out which fixes are good: all of them if they pass together, else those that are left after the bad ones were found by
//! halving.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::edits::{Chosen, Edited, apply};
use super::{Fixer, RefusalReason, RefusedFix};
use crate::check::Outcome;
use crate::diagnostic::{self, Applicability, Code, Diagnostic};
use crate::diff::first_wider;
use crate::lint::suppress::Origin;
use crate::policy_json::Document;
use crate::source::{FileId, SourceSet};
use crate::syntax;

/// One policy before its fixes.
pub(super) struct Round<'r> {
    fixer: &'r Fixer<'r>,
    policy: usize,
    outcome: &'r Outcome<()>,
    /// The files that may be changed, with their identities.
    files: &'r BTreeMap<FileId, String>,
    applicability: Applicability,
    /// The policies to which files belong that may be changed, this one among them.
    baselines: BTreeMap<usize, Baseline>,
}

/// What a changed policy is compared with.
struct Baseline {
    has_errors: bool,
    /// What it compiles to, if it compiles. An error of a rule does not hinder that.
    document: Option<Document>,
    /// What comments suppress.
    suppressed: BTreeSet<Subject>,
    /// What is reported, if anything is suppressed.
    reported: BTreeSet<Subject>,
}

/// A rule and a tool that it finds fault with. For a finding that is about no tool, its message.
type Subject = (Code, String);

/// Fixes that are good together.
pub(super) struct Accepted<'f> {
    pub(super) fixes: Vec<Chosen<'f>>,
    pub(super) edited: Edited,
}

/// What a round came to.
pub(super) struct Trials<'f> {
    /// The fixes that are good; `None` when none is.
    pub(super) accepted: Option<Accepted<'f>>,
    /// The fixes that were left out because a call that is blocked might get through.
    pub(super) refused: Vec<RefusedFix>,
}

/// What came of a trial.
enum TrialOutcome {
    Good(Edited),
    /// Something is wrong with these of the new fixes.
    Without(BTreeSet<usize>),
    /// Something is wrong, and it is not known with which.
    Bad,
    /// A call might get through that is blocked, or the policies cannot be compared.
    Refused(RefusalReason),
}

impl<'r> Round<'r> {
    pub(super) fn new(
        fixer: &'r Fixer<'r>,
        policy: usize,
        outcome: &'r Outcome<()>,
        files: &'r BTreeMap<FileId, String>,
        applicability: Applicability,
        chosen: &[Chosen<'_>],
    ) -> Self {
        let baselines = BTreeMap::new();
        let mut round = Self { fixer, policy, outcome, files, applicability, baselines };
        let edits = chosen.iter().flat_map(|chosen| &chosen.fix.edits);
        let changed: BTreeSet<FileId> = edits.map(|edit| edit.span.file).collect();
        let identities = changed.iter().filter_map(|file| files.get(file));
        for user in identities.filter_map(|identity| fixer.users.get(identity)).flatten() {
            round.baselines.entry(*user).or_insert_with(|| Baseline::new(fixer, *user));
        }
        round
    }

    /// Tries fixes until the good ones are known, or the budget is spent.
    pub(super) fn accept<'f>(&self, chosen: &[Chosen<'f>]) -> Trials<'f> {
        let mut trials = Trials { accepted: None, refused: Vec::new() };
        let mut groups: Vec<Vec<Chosen<'f>>> = vec![chosen.to_vec()];
        while let Some(mut group) = groups.pop() {
            if group.is_empty() {
                continue;
            }
            if !self.fixer.spend(self.baselines.keys()) {
                break;
            }
            let accepted = trials.accepted.as_ref();
            let kept = accepted.map_or(&[][..], |accepted| &accepted.fixes);
            let fixes: Vec<Chosen<'f>> = kept.iter().chain(&group).copied().collect();
            match self.attempt(&fixes, kept.len()) {
                TrialOutcome::Good(edited) => trials.accepted = Some(Accepted { fixes, edited }),
                TrialOutcome::Without(bad) => {
                    let mut number = 0..;
                    group.retain(|_| number.next().is_some_and(|number| !bad.contains(&number)));
                    groups.push(group);
                }
                TrialOutcome::Refused(reason) if group.len() == 1 => {
                    trials.refused.extend(group.first().map(|chosen| self.refused(chosen, reason)));
                }
                TrialOutcome::Bad if group.len() == 1 => {}
                TrialOutcome::Bad | TrialOutcome::Refused(_) => {
                    let second = group.split_off(group.len() / 2);
                    groups.extend([second, group]);
                }
            }
        }
        trials
    }

    /// Applies fixes, of which the first `kept` have been found good, and looks at what comes of them.
    fn attempt(&self, fixes: &[Chosen<'_>], kept: usize) -> TrialOutcome {
        let edited = apply(&self.outcome.sources, fixes);
        if edited.texts().any(|(file, text)| self.breaks(file, text)) {
            return TrialOutcome::Bad;
        }
        let identity =
            |(file, text): (FileId, &str)| Some((self.files.get(&file)?.clone(), text.to_owned()));
        let trial: BTreeMap<String, String> = edited.texts().filter_map(identity).collect();
        for (policy, baseline) in &self.baselines {
            let after = self.fixer.check(*policy, &trial);
            if !baseline.has_errors && diagnostic::has_errors(&after.diagnostics) {
                return TrialOutcome::Bad;
            }
            if *policy == self.policy {
                let left = self.left(fixes, &edited, &after);
                let old = left.iter().any(|number| *number < kept);
                if !left.is_empty() {
                    let new = left.iter().filter_map(|number| number.checked_sub(kept)).collect();
                    return if old { TrialOutcome::Bad } else { TrialOutcome::Without(new) };
                }
            }
            if !baseline.keeps_suppressions(&after, self.applicability) {
                return TrialOutcome::Bad;
            }
            match (&baseline.document, self.fixer.document(*policy, &trial)) {
                (Some(_), None) => return TrialOutcome::Bad,
                (Some(before), Some(after)) => {
                    if let Some(subject) = first_wider(before, &after) {
                        return TrialOutcome::Refused(RefusalReason::Wider(subject));
                    }
                }
                (None, _) if !fixes.iter().all(|chosen| chosen.finding.stops_compiling()) => {
                    return TrialOutcome::Refused(RefusalReason::DoesNotCompile);
                }
                _ => {}
            }
        }
        TrialOutcome::Good(edited)
    }

    fn refused(&self, chosen: &Chosen<'_>, reason: RefusalReason) -> RefusedFix {
        let span = chosen.finding.primary.span;
        let place = self.outcome.sources.get(span.file).map_or_else(String::new, |file| {
            let position = file.position(span.start);
            format!("{}:{}:{}", file.path(), position.line, position.column)
        });
        RefusedFix { place, title: chosen.fix.title.clone(), reason }
    }

    /// Whether a file has more mistakes of syntax than before.
    fn breaks(&self, file: FileId, text: &str) -> bool {
        let mistakes = |text: &str| {
            let (_, findings) = syntax::parse(file, text);
            findings.iter().filter(|finding| finding.is_error()).count()
        };
        mistakes(text) > mistakes(self.outcome.sources.text(file))
    }

    /// The numbers of the fixes whose findings are there still: the same code at the same place, about one of the same tools.
    fn left(&self, fixes: &[Chosen<'_>], edited: &Edited, after: &Outcome<()>) -> Vec<usize> {
        let place = |sources: &'_ SourceSet, finding: &Diagnostic, start: u32| {
            (finding.code, sources.path(finding.primary.span.file).to_owned(), start)
        };
        // The tools of all findings of a place; one that names none may be about any.
        let mut found: HashMap<(Code, String, u32), HashSet<Option<&str>>> = HashMap::new();
        for finding in &after.diagnostics {
            let start = finding.primary.span.start;
            let tools = found.entry(place(&after.sources, finding, start)).or_default();
            tools.extend(finding.tools.iter().map(|tool| Some(&**tool)));
            tools.extend(finding.tools.is_empty().then_some(None));
        }
        let is_left = |chosen: &Chosen<'_>| {
            let finding = chosen.finding;
            let is_about = |tools: &HashSet<Option<&str>>| {
                let mut own = finding.tools.iter();
                finding.tools.is_empty()
                    || tools.contains(&None)
                    || own.any(|tool| tools.contains(&Some(&**tool)))
            };
            let starts = edited.starts(finding.primary.span).into_iter();
            let places = starts.map(|start| place(&self.outcome.sources, finding, start));
            places.filter_map(|place| found.get(&place)).any(is_about)
        };
        let numbered = fixes.iter().enumerate();
        numbered.filter(|(_, chosen)| is_left(chosen)).map(|(number, _)| number).collect()
    }
}

impl Baseline {
    fn new(fixer: &Fixer<'_>, policy: usize) -> Self {
        let nothing = BTreeMap::new();
        let checked;
        let outcome = match fixer.outcomes.get(policy).and_then(Option::as_ref) {
            Some(outcome) => outcome,
            None => {
                checked = fixer.check(policy, &nothing);
                &checked
            }
        };
        Self::of(outcome, fixer.document(policy, &nothing))
    }

    fn of(outcome: &Outcome<()>, document: Option<Document>) -> Self {
        let suppressed = suppressed(outcome);
        let reported =
            if suppressed.is_empty() { BTreeSet::new() } else { subjects(&outcome.diagnostics) };
        let has_errors = diagnostic::has_errors(&outcome.diagnostics);
        Self { has_errors, document, suppressed, reported }
    }

    /// Whether comments suppress nothing that they did not suppress before and, after safe fixes, everything that is left of it.
    fn keeps_suppressions(&self, after: &Outcome<()>, applicability: Applicability) -> bool {
        if !suppressed(after).is_subset(&self.suppressed) {
            return false;
        }
        if self.suppressed.is_empty() || applicability == Applicability::Unsafe {
            return true;
        }
        let now = subjects(&after.diagnostics);
        now.iter().all(|found| !self.suppressed.contains(found) || self.reported.contains(found))
    }
}

fn suppressed(outcome: &Outcome<()>) -> BTreeSet<Subject> {
    let by_comments = outcome.suppressed.iter().filter(|found| found.origin == Origin::Comment);
    subjects(by_comments.map(|found| &found.diagnostic))
}

fn subjects<'d>(findings: impl IntoIterator<Item = &'d Diagnostic>) -> BTreeSet<Subject> {
    let mut found = BTreeSet::new();
    for finding in findings {
        if finding.tools.is_empty() {
            found.insert((finding.code, finding.message.clone()));
        }
        found.extend(finding.tools.iter().map(|tool| (finding.code, tool.to_string())));
    }
    found
}
