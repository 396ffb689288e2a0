//! The worker's memory: the checks it has seen, the policies that include a file, and the lists that were published.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use gatewright::editor::Checked;
use gatewright::lint::Form;
use tower_lsp::ls_types as lsp;

use super::lists::List;
use crate::snapshots::{WorkspaceRoot, WorkspaceSnapshot};

/// A policy of a workspace: the number of that and the path in it.
type Policy = (usize, String);

/// The worker's memory.
#[derive(Default)]
pub struct PublishState {
    /// The checks that have been looked at.
    known: HashMap<Policy, (Arc<WorkspaceRoot>, Arc<Checked>)>,
    /// The policies that include a file, by its name.
    includers: HashMap<String, BTreeSet<Policy>>,
    /// The files whose lists may have changed since they were published, by name.
    pub affected: BTreeSet<String>,
    /// The lists that were published last, by file name.
    published: HashMap<String, PublishedList>,
    /// The configurations that had lists, by name.
    configurations: BTreeSet<String>,
    /// The configurations that could not be read, a sentence each.
    unread: BTreeSet<String>,
    /// Those of them that have not been reported to the client yet.
    unreported: Vec<String>,
    /// Where the rules were explained when the checks were looked at last.
    rule_pages: Option<Arc<str>>,
}

/// The list that was published for a file.
struct PublishedList {
    uri: lsp::Uri,
    version: Option<i32>,
    fingerprint: u64,
    is_empty: bool,
}

impl PublishState {
    /// Takes in the checks that have been made, and marks the files whose lists they may change.
    pub fn learn(&mut self, workspaces: &[WorkspaceSnapshot]) {
        let mut gone: HashSet<Policy> = self.known.keys().cloned().collect();
        for workspace in workspaces {
            let number = workspace.base.number;
            let snapshot = &workspace.snapshot;
            // A policy that is excluded may have been checked for a question about all policies.
            let is_published = |path: &str| snapshot.is_open(path) || !snapshot.is_excluded(path);
            for path in snapshot.policies().into_iter().filter(|path| is_published(path)) {
                gone.remove(&(number, path.to_owned()));
            }
            for checked in snapshot.all_checked() {
                if is_published(&checked.path) {
                    self.put((number, checked.path.clone()), &workspace.base, checked);
                }
            }
        }
        for policy in gone {
            self.take(&policy);
        }
        let rule_pages = workspaces.first().and_then(|workspace| workspace.rule_pages.clone());
        if self.rule_pages != rule_pages {
            self.rule_pages = rule_pages;
            // Every finding has another link now.
            let reported: Vec<String> = self.reported_files().map(str::to_owned).collect();
            self.affected.extend(reported);
        }
    }

    /// Takes in the configurations: marks those that there are and those that there were for publishing.
    pub fn learn_configurations(&mut self, workspaces: &[WorkspaceSnapshot]) {
        let (mut configurations, mut unread) = (BTreeSet::new(), BTreeSet::new());
        for WorkspaceSnapshot { snapshot, base, .. } in workspaces {
            configurations
                .extend(snapshot.heard_configurations().iter().map(|path| base.key(path)));
            unread.extend(snapshot.configuration_faults());
        }
        self.affected.extend(std::mem::replace(&mut self.configurations, configurations.clone()));
        self.affected.extend(configurations);
        self.unreported.extend(unread.difference(&self.unread).cloned());
        self.unread = unread;
    }

    /// Returns the configurations that cannot be read and have not been reported to the client, and clears them.
    pub fn take_unreported(&mut self) -> Vec<String> {
        std::mem::take(&mut self.unreported)
    }

    /// The policies of a workspace that include a file, as far as is known.
    pub fn includers(&self, number: usize, key: &str) -> Vec<String> {
        let policies = self.includers.get(key).into_iter().flatten();
        policies.filter(|(own, _)| *own == number).map(|(_, path)| path.clone()).collect()
    }

    /// Records a list as published. Returns whether it is news to the client, and the former address of the file if it has
    /// another one now.
    pub fn record(&mut self, list: &List) -> (bool, Option<lsp::Uri>) {
        self.affected.remove(&list.key);
        let list_now = PublishedList {
            uri: list.uri.clone(),
            version: list.version,
            fingerprint: list.fingerprint,
            is_empty: list.items.is_empty(),
        };
        let is_silent = list_now.is_empty && list_now.version.is_none();
        let before = match is_silent {
            // What is empty and closed need not be remembered.
            true => self.published.remove(&list.key),
            false => self.published.insert(list.key.clone(), list_now),
        };
        let Some(before) = before else { return (!is_silent, None) };
        let is_new = before.fingerprint != list.fingerprint
            || list.version.is_some_and(|version| before.version != Some(version));
        let other = (before.uri != list.uri && !before.is_empty).then_some(before.uri);
        (is_new, other)
    }

    /// Forgets which version was published of a document that is opened: some clients drop the diagnostics of a document that they
    /// close, so the list is news to them even if nothing has changed.
    pub fn reopen(&mut self, key: &str) {
        if let Some(list) = self.published.get_mut(key) {
            list.version = None;
        }
    }

    /// The version and the fingerprint of the list that was published last.
    pub fn published(&self, key: &str) -> Option<(Option<i32>, u64)> {
        self.published.get(key).map(|list| (list.version, list.fingerprint))
    }

    /// The names of the files with published findings.
    pub fn reported_files(&self) -> impl Iterator<Item = &str> {
        self.published.iter().filter(|(_, list)| !list.is_empty).map(|(key, _)| key.as_str())
    }

    fn put(&mut self, policy: Policy, base: &Arc<WorkspaceRoot>, checked: Arc<Checked>) {
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
    fn affect(&mut self, base: &WorkspaceRoot, checked: &Checked) {
        let files = checked.analysis.outcome.sources.iter().map(|(_, file)| file.path());
        self.affected.extend(files.map(|path| base.key(path)));
        self.affected.insert(base.key(&checked.path));
        // Only a policy.json has its suppressions and its manifest in the configuration.
        if let Some(scope) = checked.scope.as_ref().filter(|_| checked.form == Form::PolicyJson) {
            self.affected.insert(base.key(&scope.configuration));
        }
    }
}
