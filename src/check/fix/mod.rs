//! Applies the fixes of findings to the texts of policies, until none is left.
//!
//! A fix is never trusted. After every change the policy is checked anew: its files parse as well as before, a policy without
//! errors still has none, the finding is gone, and where only safe fixes ran, nothing gets through that was blocked before.
//! A fix after which one of these does not hold is left out. A file that several policies include must stand this in each of
//! them.

mod edits;
mod implies;
mod texts;
mod trial;
mod wider;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::{Options, Outcome, check_gate, compile};
use crate::diagnostic::Applicability;
use crate::policy_json::{self, Document};
use crate::source::{FileId, Loader, SourceSet, normalize};
use crate::text::clean;
use texts::{Overlay, Texts};

/// How often the fixes that go together are applied to one policy.
const MAX_ROUNDS: usize = 64;

/// How often one policy is checked anew to find out which fixes are good, before the rest is left out.
const MAX_TRIALS: usize = 512;

/// A policy that is to be fixed.
#[derive(Clone, Debug)]
pub struct Fixable {
    /// The path of the root file.
    pub path: String,
    /// The content of the root file.
    pub bytes: Vec<u8>,
    /// How it is checked. Policies may share it.
    pub options: Arc<Options>,
}

/// What fixing came to.
#[derive(Debug, Default)]
pub struct Fixed {
    /// What is left to be said of each policy, in the order in which they were given. The sources hold the new texts.
    pub outcomes: Vec<Outcome<()>>,
    /// The files that changed, by path.
    pub changes: Vec<Change>,
    /// What went wrong, which is a fault of this library. The policies that it is about are unchanged.
    pub faults: Vec<FixFault>,
}

/// A file before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The path under which it was first read.
    pub path: String,
    /// The text as it was.
    pub before: String,
    /// The text as it is now.
    pub after: String,
    /// What was done, a title for each fix.
    pub titles: Vec<String>,
}

/// Fixes of one policy that undo each other without end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixFault {
    /// The path of the policy.
    pub path: String,
    /// What the fixes do.
    pub titles: Vec<String>,
}

impl fmt::Display for FixFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let titles: Vec<_> = self.titles.iter().take(4).map(|title| clean(title)).collect();
        let path = clean(&self.path);
        write!(formatter, "{path}: fixes undo each other: {}", titles.join("; "))
    }
}

impl std::error::Error for FixFault {}

/// Applies the fixes of policies: the safe ones, and the unsafe ones after them if they are allowed. What the policies include
/// is read from the loader and fixed once.
pub fn fix(policies: Vec<Fixable>, loader: &dyn Loader, allowed: Applicability) -> Fixed {
    fix_with(policies, loader, allowed, &check_gate)
}

/// How a policy is checked: [`check_gate`], but in tests.
type Check = dyn Fn(&str, Vec<u8>, &dyn Loader, &Options) -> Outcome<()>;

fn fix_with(
    policies: Vec<Fixable>,
    loader: &dyn Loader,
    allowed: Applicability,
    check: &Check,
) -> Fixed {
    let mut fixer = Fixer::new(policies, loader, check);
    let mut faults = Vec::new();
    for policy in 0..fixer.policies.len() {
        faults.extend(fixer.fix(policy, allowed));
    }
    let outcomes = (0..fixer.policies.len()).map(|policy| fixer.take_outcome(policy)).collect();
    Fixed { outcomes, changes: fixer.texts.into_changes(), faults }
}

/// The policies and their texts.
struct Fixer<'f> {
    loader: &'f dyn Loader,
    check: &'f Check,
    policies: Vec<Fixable>,
    /// What was found in each policy, as long as none of its files has changed since.
    outcomes: Vec<Option<Outcome<()>>>,
    /// The policies that a file belongs to, by the file's identity.
    users: BTreeMap<String, BTreeSet<usize>>,
    /// The texts that have changed.
    texts: Texts,
}

impl<'f> Fixer<'f> {
    fn new(policies: Vec<Fixable>, loader: &'f dyn Loader, check: &'f Check) -> Self {
        let (users, texts) = Default::default();
        let mut fixer = Self { loader, check, policies, outcomes: Vec::new(), users, texts };
        for policy in 0..fixer.policies.len() {
            let outcome = fixer.check(policy, &BTreeMap::new());
            for file in texts::policy_files(&outcome.sources, loader).into_values() {
                fixer.users.entry(file).or_default().insert(policy);
            }
            fixer.outcomes.push(Some(outcome));
        }
        fixer
    }

    /// What is found in a policy with these texts, by identity, in place of those that stand now.
    fn check(&self, policy: usize, trial: &BTreeMap<String, String>) -> Outcome<()> {
        self.with_texts(policy, trial, |policy, bytes, overlay| {
            (self.check)(&policy.path, bytes, overlay, &policy.options)
        })
        .unwrap_or_else(|| Outcome::new(Default::default(), Vec::new(), None))
    }

    /// What a policy compiles to with these texts, if it compiles.
    fn document(&self, policy: usize, trial: &BTreeMap<String, String>) -> Option<Document> {
        let compiled = self.with_texts(policy, trial, |policy, bytes, overlay| {
            compile(&policy.path, bytes, overlay)
        })?;
        let mut sources = SourceSet::default();
        let file = sources.add("policy.json", compiled.value?);
        policy_json::read(file, sources.text(file)).0
    }

    fn with_texts<T>(
        &self,
        policy: usize,
        trial: &BTreeMap<String, String>,
        run: impl FnOnce(&Fixable, Vec<u8>, &Overlay<'_>) -> T,
    ) -> Option<T> {
        let policy = self.policies.get(policy)?;
        let overlay = Overlay { base: self.loader, texts: &self.texts, trial };
        let changed = overlay.changed(&normalize(&policy.path));
        Some(run(policy, changed.unwrap_or_else(|| policy.bytes.clone()), &overlay))
    }

    fn take_outcome(&mut self, policy: usize) -> Outcome<()> {
        let known = self.outcomes.get_mut(policy).and_then(Option::take);
        known.unwrap_or_else(|| self.check(policy, &BTreeMap::new()))
    }

    /// Fixes one policy, or leaves all as it was when its fixes go round in a circle.
    fn fix(&mut self, policy: usize, allowed: Applicability) -> Option<FixFault> {
        self.texts.begin();
        let mut seen = vec![(self.state(), Vec::new())];
        let mut trials_left = MAX_TRIALS;
        for _ in 0..MAX_ROUNDS {
            let titles = match self.round(policy, Applicability::Safe, &mut trials_left) {
                Some(titles) => titles,
                None if allowed == Applicability::Safe => break,
                None => match self.round(policy, Applicability::Unsafe, &mut trials_left) {
                    Some(titles) => titles,
                    None => break,
                },
            };
            let state = self.state();
            let before = seen.iter().position(|(other, _)| *other == state);
            seen.push((state, titles));
            if let Some(before) = before {
                self.texts.undo();
                self.outcomes.iter_mut().for_each(|outcome| *outcome = None);
                let titles = seen.drain(before + 1..).flat_map(|(_, titles)| titles).collect();
                let path = self.policies.get(policy).map(|policy| policy.path.clone());
                return Some(FixFault { path: path.unwrap_or_default(), titles });
            }
        }
        None
    }

    /// Applies the fixes that go together. Gives out what they did; `None` when there is none that is good.
    fn round(
        &mut self,
        policy: usize,
        applicability: Applicability,
        trials_left: &mut usize,
    ) -> Option<Vec<String>> {
        let outcome = self.take_outcome(policy);
        let files = texts::policy_files(&outcome.sources, self.loader);
        let may_change = |(_, identity): &(&FileId, &String)| self.loader.may_change(identity);
        let places: BTreeSet<FileId> =
            files.iter().filter(may_change).map(|(file, _)| *file).collect();
        let chosen = edits::choose(&outcome.sources, &outcome.diagnostics, &places, applicability);
        let accepted = trial::Round::new(self, policy, &outcome, &files, applicability, &chosen)
            .accept(&chosen, trials_left);
        let Some(accepted) = accepted else {
            if let Some(kept) = self.outcomes.get_mut(policy) {
                *kept = Some(outcome);
            }
            return None;
        };
        for (file, text) in accepted.edited.texts() {
            let Some(identity) = files.get(&file) else { continue };
            let before = outcome.sources.text(file);
            self.texts.change(identity, outcome.sources.path(file), before, text);
            for user in self.users.get(identity).into_iter().flatten() {
                if let Some(outcome) = self.outcomes.get_mut(*user) {
                    *outcome = None;
                }
            }
        }
        let mut titles = Vec::new();
        for chosen in &accepted.fixes {
            let file = chosen.fix.edits.first().and_then(|edit| files.get(&edit.span.file));
            self.texts.note(file.map_or("", String::as_str), &chosen.fix.title);
            titles.push(chosen.fix.title.clone());
        }
        Some(titles)
    }

    /// A number for the texts as they are: the same texts have the same.
    fn state(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for (identity, text) in self.texts.of_this_policy() {
            (identity, text).hash(&mut hasher);
        }
        hasher.finish()
    }
}

#[cfg(test)]
mod tests;
