//! Applies the fixes of findings to the texts of policies, until none is left.
//!
//! A fix is never trusted. After every change the policy is checked anew: its files parse as well as before, a policy without
//! errors still has none, the finding is gone, no call gets through that was blocked, and comments suppress the findings of no
//! other tool. A fix that fails any of this is left out. If several policies include a file, the fix must pass in each of them.
//!
//! All of this takes work that grows with the number of bad fixes, so it has a budget; [`Fixed::notes`] says when it was spent.

mod edits;
mod notes;
mod settle;
mod texts;
mod trial;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::{Options, Outcome, check_gate, compile_document, taken_in};
use crate::diagnostic::{Applicability, Diagnostic};
use crate::policy_json::Document;
use crate::source::{FileId, Loader, normalize};
use texts::{Overlay, Texts};

pub use notes::{FixFault, FixNote, RefusalReason, RefusedFix};
pub(super) use settle::{Covered, settle};

/// How often the fixes that go together are applied to one policy.
const MAX_ROUNDS: usize = 64;

/// The same for a policy that does not compile: each round only corrects errors and shows the next ones.
const MAX_BLIND_ROUNDS: usize = 8;

/// How many bytes of policies are checked anew in a run to find out which fixes are good: a fixed number, and so many for each byte
/// of the policies.
const WORK: usize = if cfg!(test) { 4 << 20 } else { 32 << 20 };
const WORK_PER_BYTE: usize = 16;

/// What a check costs besides the bytes that it reads, in bytes.
const WORK_PER_CHECK: usize = 16 << 10;

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
    /// Which fixes were not applied, and why.
    pub notes: Vec<FixNote>,
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

/// Applies the fixes of policies: the safe ones, and the unsafe ones after them if they are allowed. What the policies include
/// is read from the loader and fixed once.
pub fn fix(policies: Vec<Fixable>, loader: &dyn Loader, allowed: Applicability) -> Fixed {
    fix_with(policies, loader, allowed, &check_gate)
}

/// What a round came to.
struct RoundResult {
    /// What was done, a title for each fix; `None` when no fix is good.
    titles: Option<Vec<String>>,
    /// The fixes that were left out because a call that is blocked might get through.
    refused: Vec<RefusedFix>,
    /// Whether the policy did not compile before it.
    is_blind: bool,
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
    let (mut faults, mut notes) = (Vec::new(), Vec::new());
    for policy in 0..fixer.policies.len() {
        match fixer.fix(policy, allowed) {
            Ok(more) => notes.extend(more),
            Err(fault) => faults.push(fault),
        }
    }
    fixer.lay_out();
    let outcomes = (0..fixer.policies.len()).map(|policy| fixer.take_outcome(policy)).collect();
    Fixed { outcomes, changes: fixer.texts.into_changes(), faults, notes }
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
    /// The size of each policy with what it includes, in bytes.
    sizes: Vec<usize>,
    /// The budget of checks, in bytes; `None` once it is spent.
    work_left: Cell<Option<usize>>,
}

impl<'f> Fixer<'f> {
    fn new(policies: Vec<Fixable>, loader: &'f dyn Loader, check: &'f Check) -> Self {
        let (users, texts) = Default::default();
        let (outcomes, sizes, work_left) = (Vec::new(), Vec::new(), Cell::new(None));
        let mut fixer = Self { loader, check, policies, outcomes, users, texts, sizes, work_left };
        for policy in 0..fixer.policies.len() {
            let outcome = fixer.check(policy, &BTreeMap::new());
            let mut size = WORK_PER_CHECK;
            for (file, identity) in texts::policy_files(&outcome.sources, loader) {
                size += outcome.sources.text(file).len();
                fixer.users.entry(identity).or_default().insert(policy);
            }
            fixer.sizes.push(size);
            fixer.outcomes.push(Some(outcome));
        }
        let total: usize = fixer.sizes.iter().sum();
        fixer.work_left.set(Some(WORK.saturating_add(WORK_PER_BYTE.saturating_mul(total))));
        fixer
    }

    /// Takes what it costs to check these policies out of the budget; false if it does not suffice.
    fn spend<'p>(&self, policies: impl Iterator<Item = &'p usize>) -> bool {
        let cost: usize = policies.filter_map(|policy| self.sizes.get(*policy)).sum();
        let left = self.work_left.get().and_then(|left| left.checked_sub(cost));
        self.work_left.set(left);
        left.is_some()
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
        self.with_texts(policy, trial, |policy, bytes, overlay| {
            let file = taken_in::<Document>(&normalize(&policy.path), bytes).ok()?;
            compile_document(file, overlay, &policy.options.cache).value
        })?
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

    /// Fixes one policy, or leaves all as it was when its fixes go round in a circle. Returns which fixes were not applied.
    fn fix(&mut self, policy: usize, allowed: Applicability) -> Result<Vec<FixNote>, FixFault> {
        self.texts.begin();
        let path = self.policies.get(policy).map(|policy| policy.path.clone()).unwrap_or_default();
        let mut seen = vec![(self.state(), Vec::new())];
        let (mut blind, mut refused) = (0, Vec::new());
        let mut stopped = true;
        for _ in 0..MAX_ROUNDS {
            let mut round = self.round(policy, Applicability::Safe);
            if round.titles.is_none() && allowed == Applicability::Unsafe {
                round = self.round(policy, Applicability::Unsafe);
            }
            refused = round.refused;
            let Some(titles) = round.titles else {
                stopped = false;
                break;
            };
            let state = self.state();
            let before = seen.iter().position(|(other, _)| *other == state);
            seen.push((state, titles));
            if let Some(before) = before {
                self.texts.undo();
                self.outcomes.iter_mut().for_each(|outcome| *outcome = None);
                let titles = seen.drain(before + 1..).flat_map(|(_, titles)| titles).collect();
                return Err(FixFault { path, titles });
            }
            blind += usize::from(round.is_blind);
            if blind >= MAX_BLIND_ROUNDS {
                break;
            }
        }
        stopped |= self.work_left.get().is_none();
        let refusal =
            (!refused.is_empty()).then(|| FixNote::Refused { path: path.clone(), fixes: refused });
        let stop = stopped.then_some(FixNote::Stopped { path });
        Ok(refusal.into_iter().chain(stop).collect())
    }

    /// Lays out what was changed in files that were laid out as the formatter does it.
    fn lay_out(&mut self) {
        for (identity, path, text) in self.texts.to_lay_out() {
            self.texts.change(&identity, &path, "", &text);
            for user in self.users.get(&identity).into_iter().flatten() {
                if let Some(outcome) = self.outcomes.get_mut(*user) {
                    *outcome = None;
                }
            }
        }
    }

    /// Applies the fixes that go together and are good.
    fn round(&mut self, policy: usize, applicability: Applicability) -> RoundResult {
        let outcome = self.take_outcome(policy);
        let is_blind = outcome.diagnostics.iter().any(Diagnostic::stops_compiling);
        let files = texts::policy_files(&outcome.sources, self.loader);
        let may_change = |(_, identity): &(&FileId, &String)| self.loader.may_change(identity);
        let places: BTreeSet<FileId> =
            files.iter().filter(may_change).map(|(file, _)| *file).collect();
        let chosen = edits::choose(&outcome.sources, &outcome.diagnostics, &places, applicability);
        let trials = trial::Round::new(self, policy, &outcome, &files, applicability, &chosen)
            .accept(&chosen);
        let refused = trials.refused;
        let Some(accepted) = trials.accepted else {
            if let Some(kept) = self.outcomes.get_mut(policy) {
                *kept = Some(outcome);
            }
            return RoundResult { titles: None, refused, is_blind };
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
        RoundResult { titles: Some(titles), refused, is_blind }
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
