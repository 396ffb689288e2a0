//! What the worker remembers: which checks it has seen, who includes whom, and what the client has been told.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use gatewright::editor::Checked;
use tower_lsp::ls_types as lsp;

use super::lists::List;
use crate::moment::{Base, Seen};

/// A policy of a workspace: the number of that and the path in it.
type Policy = (usize, String);

/// What the worker remembers.
#[derive(Default)]
pub struct Shelf {
    /// The checks that have been looked at.
    known: HashMap<Policy, (Arc<Base>, Arc<Checked>)>,
    /// The policies that include a file, by its name.
    includers: HashMap<String, BTreeSet<Policy>>,
    /// The files about which something may have changed since the client was told, by name.
    pub affected: BTreeSet<String>,
    /// What the client was told last, by name.
    told: HashMap<String, Told>,
    /// Where the rules were explained when the checks were looked at last.
    rule_pages: Option<Arc<str>>,
}

/// What the client was told about a file.
struct Told {
    uri: lsp::Uri,
    version: Option<i32>,
    print: u64,
    is_empty: bool,
}

impl Shelf {
    /// Looks at the checks that have been made, and notes which files they say something else about than those before.
    pub fn learn(&mut self, everything: &[Seen]) {
        let mut gone: HashSet<Policy> = self.known.keys().cloned().collect();
        for seen in everything {
            let number = seen.base.number;
            for path in seen.snapshot.policies() {
                gone.remove(&(number, path.to_owned()));
            }
            for checked in seen.snapshot.all_checked() {
                self.put((number, checked.path.clone()), &seen.base, checked);
            }
        }
        for policy in gone {
            self.take(&policy);
        }
        let rule_pages = everything.first().and_then(|seen| seen.rule_pages.clone());
        if self.rule_pages != rule_pages {
            self.rule_pages = rule_pages;
            // Every finding has another link now.
            let told: Vec<String> = self.told_about().map(str::to_owned).collect();
            self.affected.extend(told);
        }
    }

    /// The policies of a workspace that include a file, as far as is known.
    pub fn includers(&self, number: usize, key: &str) -> Vec<String> {
        let policies = self.includers.get(key).into_iter().flatten();
        policies.filter(|(own, _)| *own == number).map(|(_, path)| path.clone()).collect()
    }

    /// Whether the client has to be told, and under which address it was told something else before.
    pub fn tell(&mut self, list: &List) -> (bool, Option<lsp::Uri>) {
        self.affected.remove(&list.key);
        let told = Told {
            uri: list.uri.clone(),
            version: list.version,
            print: list.print,
            is_empty: list.items.is_empty(),
        };
        let is_silent = told.is_empty && told.version.is_none();
        let before = match is_silent {
            // What is empty and closed need not be remembered.
            true => self.told.remove(&list.key),
            false => self.told.insert(list.key.clone(), told),
        };
        let Some(before) = before else { return (!is_silent, None) };
        let is_new = before.print != list.print
            || list.version.is_some_and(|version| before.version != Some(version));
        let other = (before.uri != list.uri && !before.is_empty).then_some(before.uri);
        (is_new, other)
    }

    /// The version and the print of what the client was told last.
    pub fn told(&self, key: &str) -> Option<(Option<i32>, u64)> {
        self.told.get(key).map(|told| (told.version, told.print))
    }

    /// The names of the files about which the client was told something.
    pub fn told_about(&self) -> impl Iterator<Item = &str> {
        self.told.iter().filter(|(_, told)| !told.is_empty).map(|(key, _)| key.as_str())
    }

    fn put(&mut self, policy: Policy, base: &Arc<Base>, checked: Arc<Checked>) {
        if let Some((_, known)) = self.known.get(&policy) {
            if Arc::ptr_eq(known, &checked) {
                return;
            }
            self.take(&policy);
        }
        self.affect(base, &checked);
        for part in checked.parts().skip(1) {
            self.includers.entry(base.key(part)).or_default().insert(policy.clone());
        }
        self.known.insert(policy, (Arc::clone(base), checked));
    }

    fn take(&mut self, policy: &Policy) {
        let Some((base, checked)) = self.known.remove(policy) else { return };
        self.affect(&base, &checked);
        for part in checked.parts().skip(1) {
            let key = base.key(part);
            if let Some(policies) = self.includers.get_mut(&key) {
                policies.remove(policy);
                if policies.is_empty() {
                    self.includers.remove(&key);
                }
            }
        }
    }

    /// A policy speaks of all files that it consists of, and of its own even if that cannot be read.
    fn affect(&mut self, base: &Base, checked: &Checked) {
        let files = checked.analysis.outcome.sources.iter().map(|(_, file)| file.path());
        self.affected.extend(files.map(|path| base.key(path)));
        self.affected.insert(base.key(&checked.path));
    }
}
