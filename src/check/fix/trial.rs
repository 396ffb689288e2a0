//! Which of some fixes are good: all of them if they stand the test together, else those that are left when the bad ones have
//! been found by halving.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::edits::{Chosen, Edited, apply};
use super::{Fixer, wider};
use crate::check::Outcome;
use crate::diagnostic::{self, Applicability, Code, Diagnostic};
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

/// What a changed policy is held against.
struct Baseline {
    has_errors: bool,
    /// What it compiles to, if it compiles. An error of a rule does not hinder that.
    document: Option<Document>,
}

/// Fixes that are good together.
pub(super) struct Accepted<'f> {
    pub(super) fixes: Vec<Chosen<'f>>,
    pub(super) edited: Edited,
}

/// What came of a trial.
enum Verdict {
    Good(Edited),
    /// Something is wrong with these of the new fixes.
    Without(BTreeSet<usize>),
    /// Something is wrong, and it is not known with which.
    Bad,
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

    /// The fixes that are good; `None` when none is.
    pub(super) fn accept<'f>(
        &self,
        chosen: &[Chosen<'f>],
        trials_left: &mut usize,
    ) -> Option<Accepted<'f>> {
        let mut accepted: Option<Accepted<'f>> = None;
        let mut groups: Vec<Vec<Chosen<'f>>> = vec![chosen.to_vec()];
        while let Some(mut group) = groups.pop() {
            if group.is_empty() || *trials_left == 0 {
                continue;
            }
            *trials_left -= 1;
            let kept = accepted.as_ref().map_or(&[][..], |accepted| &accepted.fixes);
            let fixes: Vec<Chosen<'f>> = kept.iter().chain(&group).copied().collect();
            match self.attempt(&fixes, kept.len()) {
                Verdict::Good(edited) => accepted = Some(Accepted { fixes, edited }),
                Verdict::Without(bad) => {
                    let mut number = 0..;
                    group.retain(|_| number.next().is_some_and(|number| !bad.contains(&number)));
                    groups.push(group);
                }
                Verdict::Bad if group.len() == 1 => {}
                Verdict::Bad => {
                    let second = group.split_off(group.len() / 2);
                    groups.extend([second, group]);
                }
            }
        }
        accepted
    }

    /// Applies fixes, of which the first `kept` have been found good, and looks at what comes of them.
    fn attempt(&self, fixes: &[Chosen<'_>], kept: usize) -> Verdict {
        let edited = apply(&self.outcome.sources, fixes);
        if edited.texts().any(|(file, text)| self.breaks(file, text)) {
            return Verdict::Bad;
        }
        let identity =
            |(file, text): (FileId, &str)| Some((self.files.get(&file)?.clone(), text.to_owned()));
        let trial: BTreeMap<String, String> = edited.texts().filter_map(identity).collect();
        for (policy, baseline) in &self.baselines {
            let after = self.fixer.check(*policy, &trial);
            if !baseline.has_errors && diagnostic::has_errors(&after.diagnostics) {
                return Verdict::Bad;
            }
            if *policy == self.policy {
                let left = self.left(fixes, &edited, &after);
                let old = left.iter().any(|number| *number < kept);
                if !left.is_empty() {
                    let new = left.iter().filter_map(|number| number.checked_sub(kept)).collect();
                    return if old { Verdict::Bad } else { Verdict::Without(new) };
                }
            }
            if let Some(before) = &baseline.document {
                let Some(after) = self.fixer.document(*policy, &trial) else { return Verdict::Bad };
                if self.applicability == Applicability::Safe && wider::is_wider(before, &after) {
                    return Verdict::Bad;
                }
            }
        }
        Verdict::Good(edited)
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
        let known = fixer.outcomes.get(policy).and_then(Option::as_ref);
        let has_errors = match known {
            Some(outcome) => diagnostic::has_errors(&outcome.diagnostics),
            None => diagnostic::has_errors(&fixer.check(policy, &nothing).diagnostics),
        };
        Self { has_errors, document: fixer.document(policy, &nothing) }
    }
}
