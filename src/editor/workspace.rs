//! What changes: the open files, what is known of the disk, what the user prefers.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;

use super::configuration::Governance;
use super::files::Files;
use super::snapshot::{Checked, Snapshot};
use crate::diagnostic::Code;
use crate::lint::Form;
use crate::project::{FileRole, form_of};
use crate::resolve::Cache;
use crate::source::{Loader, SourceFile};

/// What the user wants besides what configuration files say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// The one configuration file to hear instead of the nearest.
    pub configuration: Option<String>,
    /// Only these rules, if there are any.
    pub select: BTreeSet<Code>,
    /// Not these rules.
    pub ignore: BTreeSet<Code>,
    /// The files and folders outside the project that policies may read. The loader keeps the bounds; a change here says
    /// that it has other ones.
    pub allow_read: BTreeSet<String>,
}

/// The files of one folder that an editor works in, and of those that are open.
///
/// Paths have `/` between their parts. Those of files in the folder are relative to it, as in the messages of a check that is
/// started there; the loader knows where that is. Whoever owns a workspace changes it in the order in which things happen, and
/// hands out snapshots.
pub struct Workspace {
    files: Files,
    /// The policies: those that the folder is known to hold, and those that are open.
    policies: Arc<HashMap<String, Policy>>,
    /// Configurations that are known, by path.
    configurations: BTreeSet<String>,
    /// Manifests that are known, by path.
    manifests: BTreeSet<String>,
    preferences: Arc<Preferences>,
    /// What configurations say about the policies, found out when someone first asks.
    governance: Arc<OnceLock<Governance>>,
    today: Option<Date>,
    cache: Arc<Cache>,
}

/// A policy file of a workspace.
#[derive(Clone)]
pub(super) struct Policy {
    pub(super) form: Form,
    /// Whether it lies in the folder, so that it stays when it is closed.
    pub(super) is_found: bool,
    /// Its check, made when someone first asks, for every snapshot in which nothing that it read is different.
    pub(super) checked: Arc<OnceLock<Arc<Checked>>>,
    /// What it means, made when someone asks for no more than that. The check goes on from there.
    pub(super) understood: Arc<OnceLock<Arc<Checked>>>,
    /// The last version without errors.
    pub(super) before: Option<LastGood>,
}

/// The last version of a policy in which all statements were understood.
#[derive(Clone)]
pub(super) struct LastGood {
    pub(super) checked: Arc<Checked>,
    /// Whether nothing but the text of the policy's own file has changed since.
    pub(super) is_current: bool,
}

impl Policy {
    fn new(form: Form, is_found: bool) -> Self {
        Self { form, is_found, checked: Arc::default(), understood: Arc::default(), before: None }
    }

    /// Forgets its check, and also one that is under way: what it reads is not known yet.
    fn outdate(&mut self) {
        let made = std::mem::take(&mut self.checked);
        self.understood = Arc::default();
        let good = made.get().and_then(|checked| match &checked.repaired {
            Some(repaired) => Some(repaired.policy()),
            None => Some(checked).filter(|checked| checked.analysis.is_whole()),
        });
        if let Some(good) = good {
            self.before = Some(LastGood { checked: Arc::clone(good), is_current: true });
        }
    }

    /// Notes that more than the text of its own file has changed.
    fn outdate_before(&mut self) {
        if let Some(before) = &mut self.before {
            before.is_current = false;
        }
    }
}

impl Workspace {
    /// A workspace in which nothing is open and no file is known.
    pub fn new(disk: Arc<dyn Loader + Send + Sync>) -> Self {
        Self {
            files: Files::new(disk),
            policies: Arc::default(),
            configurations: BTreeSet::new(),
            manifests: BTreeSet::new(),
            preferences: Arc::default(),
            governance: Arc::default(),
            today: None,
            cache: Arc::new(Cache::for_edits()),
        }
    }

    /// Says which policies, configurations and manifests (`tools.json` and `*.tools.json`) the folder holds. It may be said again when that has changed.
    pub fn set_found(&mut self, paths: impl IntoIterator<Item = String>) {
        let mut found: BTreeSet<String> = paths.into_iter().collect();
        let configurations = found.extract_if(.., |path| is_configuration(path)).collect();
        let manifests = found.extract_if(.., |path| is_manifest(path)).collect();
        let mut other: Vec<String> = Vec::new();
        other.extend(self.configurations.symmetric_difference(&configurations).cloned());
        other.extend(self.manifests.symmetric_difference(&manifests).cloned());
        (self.configurations, self.manifests) = (configurations, manifests);
        Arc::make_mut(&mut self.policies).retain(|path, policy| {
            let was_found = policy.is_found;
            policy.is_found = found.remove(path);
            if was_found != policy.is_found {
                other.push(path.clone());
            }
            policy.is_found || self.files.is_open(path)
        });
        for path in found {
            if let Some(form) = form_of(&path) {
                other.push(path.clone());
                Arc::make_mut(&mut self.policies).insert(path, Policy::new(form, true));
            }
        }
        if !other.is_empty() {
            // A file that has come may be the one that another includes in vain.
            self.changed_on_disk(&other.iter().map(String::as_str).collect::<Vec<_>>());
            self.governance = Arc::default();
        }
    }

    /// Takes in the text that the editor shows of a file: when it is opened, and after every change.
    pub fn open(&mut self, path: &str, text: impl Into<Arc<str>>) {
        self.open_as(path, form_of(path), text);
    }

    /// The same for a file whose form is told by something else than its name.
    pub fn open_as(&mut self, path: &str, form: Option<Form>, text: impl Into<Arc<str>>) {
        self.files.open(Arc::new(SourceFile::new(path, text)));
        self.changed(&[path]);
        if is_configuration(path) {
            self.configurations.insert(path.to_owned());
        }
        if is_manifest(path) {
            self.manifests.insert(path.to_owned());
        }
        if let Some(form) = form
            && self.policies.get(path).is_none_or(|known| known.form != form)
        {
            Arc::make_mut(&mut self.policies).insert(path.to_owned(), Policy::new(form, false));
            self.governance = Arc::default();
        }
    }

    /// Goes back to what the disk holds of a file.
    pub fn close(&mut self, path: &str) {
        self.files.close(path);
        self.cache.forget_tree(path);
        self.files.forget([path]);
        self.changed(&[path]);
        if self.policies.get(path).is_some_and(|policy| !policy.is_found) {
            Arc::make_mut(&mut self.policies).remove(path);
            self.governance = Arc::default();
        }
    }

    /// Says that files have changed on the disk, have come or are gone.
    pub fn changed_on_disk(&mut self, paths: &[&str]) {
        self.files.forget(paths.iter().copied());
        self.changed(paths);
        // What another program writes is not a statement that is being typed.
        let is_read = |before: &LastGood| {
            let mut read = paths.iter().filter(|path| before.checked.read.contains(**path));
            read.any(|path| !self.files.is_open(path))
        };
        for policy in Arc::make_mut(&mut self.policies).values_mut() {
            policy.before = policy.before.take().filter(|before| !is_read(before));
        }
    }

    /// Takes in what the user prefers.
    pub fn prefer(&mut self, preferences: Preferences) {
        if *self.preferences != preferences {
            if self.preferences.allow_read != preferences.allow_read {
                self.files.forget_all();
            }
            self.preferences = Arc::new(preferences);
            self.governance = Arc::default();
            self.outdate();
        }
    }

    /// Says what day it is, in UTC: suppressions may end.
    pub fn set_today(&mut self, today: Date) {
        if self.today != Some(today) {
            self.today = Some(today);
            self.outdate();
        }
    }

    /// The workspace as it is now.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            files: self.files.clone(),
            policies: Arc::clone(&self.policies),
            configurations: self.configurations.clone(),
            manifests: self.manifests.clone(),
            preferences: Arc::clone(&self.preferences),
            governance: Arc::clone(&self.governance),
            today: self.today,
            cache: Arc::clone(&self.cache),
        }
    }

    /// Forgets the checks that read one of these files.
    fn changed(&mut self, paths: &[&str]) {
        let given = self.preferences.configuration.as_deref();
        if paths.iter().any(|path| is_configuration(path) || given == Some(*path)) {
            self.governance = Arc::default();
        }
        let has_read = |checked: &Checked| paths.iter().any(|path| checked.read.contains(*path));
        for (own, policy) in Arc::make_mut(&mut self.policies) {
            let is_other = |checked: &Arc<Checked>| {
                paths.iter().any(|path| path != own && checked.read.contains(*path))
            };
            if policy.checked.get().is_none_or(|checked| has_read(checked)) {
                policy.outdate();
            }
            if policy.before.as_ref().is_some_and(|before| is_other(&before.checked)) {
                policy.outdate_before();
            }
        }
    }

    /// Forgets all checks.
    fn outdate(&mut self) {
        for policy in Arc::make_mut(&mut self.policies).values_mut() {
            policy.outdate();
            policy.outdate_before();
        }
    }
}

fn is_configuration(path: &str) -> bool {
    FileRole::of(path) == Some(FileRole::Configuration)
}

fn is_manifest(path: &str) -> bool {
    FileRole::of(path) == Some(FileRole::Manifest)
}
