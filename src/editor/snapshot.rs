//! A workspace at one moment: what is checked, and what is to be said about each file.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;

use super::configuration::{self, Governance, Governed, Scope};
use super::files::{Files, Recorded};
use super::repaired::Repaired;
use super::view::View;
use super::workspace::{Policy, Preferences};
use crate::check::{self, Analysis, Options, RecheckIndex, Understood};
use crate::diagnostic::Diagnostic;
use crate::lint::Form;
use crate::project::{Configuration, SuppressionReview};
use crate::resolve::Cache;
use crate::source::{FileId, Loader, SourceFile, SourceSet};

/// A workspace at one moment. It never changes; checks are made when someone first asks.
pub struct Snapshot {
    pub(super) files: Files,
    pub(super) policies: Arc<HashMap<String, Policy>>,
    pub(super) configurations: BTreeSet<String>,
    pub(super) manifests: BTreeSet<String>,
    pub(super) preferences: Arc<Preferences>,
    pub(super) governance: Arc<OnceLock<Governance>>,
    pub(super) today: Option<Date>,
    pub(super) cache: Arc<Cache>,
}

/// A policy that has been checked, with all that it depends on.
#[derive(Debug)]
pub struct Checked {
    /// The path of the file.
    pub path: String,
    /// The form of the policy.
    pub form: Form,
    /// What was found and understood.
    pub analysis: Analysis,
    /// How it was checked.
    pub options: Options,
    /// The configuration that governs it, if there is one.
    pub scope: Option<Scope>,
    /// The findings in the configuration that only this policy brings up.
    pub(super) configuration_findings: Vec<Diagnostic>,
    /// Every path that was asked for, found or not.
    pub(super) read: BTreeSet<String>,
    /// The policy with the last good versions of the statements that have errors, if it has errors and that is known.
    pub(super) repaired: Option<Repaired>,
    /// For rechecks after edits, made at the first call.
    recheck_index: OnceLock<Option<RecheckIndex>>,
}

/// Something to be said about a file.
#[derive(Clone)]
pub struct Finding {
    from: From,
    index: usize,
}

/// Where a finding comes from.
#[derive(Clone)]
enum From {
    Policy(Arc<Checked>),
    Configuration(Arc<Configuration>),
}

impl Finding {
    /// What is to be said.
    pub fn diagnostic(&self) -> &Diagnostic {
        let diagnostics = match &self.from {
            From::Policy(checked) => &checked.analysis.outcome.diagnostics,
            From::Configuration(configuration) => &configuration.findings,
        };
        // An index is made from these very findings.
        #[expect(
            clippy::indexing_slicing,
            reason = "made together with the list, which never changes"
        )]
        &diagnostics[self.index]
    }

    /// The texts that its places lie in.
    pub fn sources(&self) -> &SourceSet {
        match &self.from {
            From::Policy(checked) => &checked.analysis.outcome.sources,
            From::Configuration(configuration) => &configuration.sources,
        }
    }
}

impl Checked {
    /// The paths of the `.gate` files that belong to the policy, its own first.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        let sources = &self.analysis.outcome.sources;
        let trees = match &self.analysis.understood {
            Understood::Gate(resolved) => &resolved.trees[..],
            _ => &[],
        };
        trees.iter().map(|tree| sources.path(tree.file))
    }

    /// The same without those of a policy that it merely tests: what is found in these is told when that policy is checked.
    fn own_parts(&self) -> impl Iterator<Item = &str> {
        let tested = match &self.analysis.understood {
            Understood::Gate(resolved) => resolved.tested.as_ref(),
            _ => None,
        };
        let tested = tested.map_or(0..0, |tested| tested.trees.clone());
        self.parts()
            .enumerate()
            .filter(move |(tree, _)| !tested.contains(tree))
            .map(|(_, path)| path)
    }

    /// The index for rechecks after edits, if the policy allows one. Call it before the next edit, when there is time.
    pub fn recheck_index(&self) -> Option<&RecheckIndex> {
        self.recheck_index.get_or_init(|| RecheckIndex::new(&self.analysis)).as_ref()
    }

    /// Everything that this check says about a file, in the order of a check.
    pub fn findings(self: &Arc<Self>, path: &str) -> Vec<Finding> {
        let Some(file) = self.analysis.outcome.sources.find(path) else { return Vec::new() };
        let all = self.analysis.outcome.diagnostics.iter().enumerate();
        let own = all.filter(|(_, found)| found.primary.span.file == file);
        own.map(|(index, _)| Finding { from: From::Policy(Arc::clone(self)), index }).collect()
    }

    /// The same policy with another analysis of it.
    pub(super) fn with(&self, analysis: Analysis, repaired: Option<Repaired>) -> Arc<Self> {
        Arc::new(Self {
            path: self.path.clone(),
            form: self.form,
            analysis,
            options: self.options.clone(),
            scope: self.scope.clone(),
            configuration_findings: self.configuration_findings.clone(),
            read: self.read.clone(),
            repaired,
            recheck_index: OnceLock::new(),
        })
    }
}

impl Snapshot {
    /// The text of a file: what the editor shows, else what the disk holds.
    pub fn text(&self, path: &str) -> Option<Arc<SourceFile>> {
        self.files.text(path)
    }

    /// Whether the editor shows the file.
    pub fn is_open(&self, path: &str) -> bool {
        self.files.is_open(path)
    }

    /// The policies that are known, sorted by path.
    pub fn policies(&self) -> Vec<&str> {
        let mut paths: Vec<&str> = self.policies.keys().map(String::as_str).collect();
        paths.sort_unstable();
        paths
    }

    /// Whether a policy is known to begin in the file.
    pub fn is_policy(&self, path: &str) -> bool {
        self.policies.contains_key(path)
    }

    /// The configurations that are known, sorted by path.
    pub fn configurations(&self) -> impl Iterator<Item = &str> {
        self.configurations.iter().map(String::as_str)
    }

    /// Whether a configuration leaves a policy out of checks.
    pub fn is_excluded(&self, path: &str) -> bool {
        self.governance().excludes(path)
    }

    /// The configurations about which there may be something to say: those that govern policies, and those that the editor shows.
    pub fn heard_configurations(&self) -> BTreeSet<&str> {
        let open = self.configurations.iter().map(String::as_str).filter(|path| self.is_open(path));
        self.governance().configurations().chain(open).collect()
    }

    /// Looks for the configurations of all policies now, which otherwise happens when someone first asks about one.
    pub fn find_configurations(&self) {
        self.governance();
    }

    /// Whether a path is that of one of these configurations.
    pub fn hears(&self, path: &str) -> bool {
        self.governance().governed(path).is_some()
            || self.configurations.contains(path) && self.is_open(path)
    }

    /// The configurations that cannot be read, a sentence each.
    pub fn configuration_faults(&self) -> Vec<String> {
        self.governance().faults().collect()
    }

    /// The files that are other files now than when they were read. Asks the disk once for each of them.
    pub fn changed_on_disk(&self) -> Vec<String> {
        self.files.changed_since_read()
    }

    /// The texts of this moment: those that are open, over the disk.
    pub fn loader(&self) -> &dyn Loader {
        &self.files
    }

    fn governance(&self) -> &Governance {
        self.governance
            .get_or_init(|| Governance::new(&self.policies, &self.files, &self.preferences))
    }

    /// The manifests that are known, sorted by path.
    pub fn manifests(&self) -> impl Iterator<Item = &str> {
        self.manifests.iter().map(String::as_str)
    }

    /// The policy that begins in a file, checked now or before; `None` if the file is no known policy.
    pub fn checked(&self, path: &str) -> Option<Arc<Checked>> {
        let policy = self.policies.get(path)?;
        Some(Arc::clone(policy.checked.get_or_init(|| self.check(path, policy))))
    }

    /// The findings of a policy after an edit, from the check before it, without a check of the whole policy: only the findings are
    /// known. `None` where that is not possible, and if the policy is checked already.
    pub fn incremental_check(&self, path: &str) -> Option<Arc<Checked>> {
        let policy = self.policies.get(path).filter(|_| !self.is_excluded(path))?;
        let before = policy.before.as_ref().filter(|before| before.is_current)?;
        let before = Some(&before.checked).filter(|_| policy.checked.get().is_none())?;
        let file = self.files.text(path)?;
        let index = before.recheck_index();
        let outcome =
            check::incremental_diagnostics(&before.analysis, index, &file, &before.options)?;
        Some(before.with(Analysis { outcome, understood: Understood::Nothing }, None))
    }

    /// The policies that have been checked, sorted by path. It checks none.
    pub fn all_checked(&self) -> Vec<Arc<Checked>> {
        let known = self.policies.values().filter_map(|policy| policy.checked.get());
        let mut known: Vec<Arc<Checked>> = known.cloned().collect();
        known.sort_by(|left, right| left.path.cmp(&right.path));
        known
    }

    /// The policies that are to be checked and are not yet: those that are open first, then by path. A policy that a configuration
    /// excludes is looked at only if the editor shows it.
    pub fn unchecked(&self) -> Vec<String> {
        self.unchecked_among(|path| self.is_open(path) || !self.is_excluded(path))
    }

    /// The same with all policies that are excluded: a name that changes must change in those too.
    pub fn unchecked_with_excluded(&self) -> Vec<String> {
        self.unchecked_among(|_| true)
    }

    fn unchecked_among(&self, is_meant: impl Fn(&str) -> bool) -> Vec<String> {
        let waiting = self.policies.iter().filter(|(_, policy)| policy.checked.get().is_none());
        let paths = waiting.map(|(path, _)| path);
        let mut waiting: Vec<&String> = paths.filter(|path| is_meant(path)).collect();
        waiting.sort_by_key(|path| (!self.is_open(path), *path));
        waiting.into_iter().cloned().collect()
    }

    /// The policies that a file is a part of: those that include it, as far as they have been checked, or the one that begins in
    /// it. Sorted by path.
    pub fn policies_with(&self, path: &str) -> Vec<Arc<Checked>> {
        self.policies_around(path, self.checked(path))
    }

    /// The same with what is known of the policy that begins in the file.
    fn policies_around(&self, path: &str, own: Option<Arc<Checked>>) -> Vec<Arc<Checked>> {
        let mut others = self.all_checked();
        others
            .retain(|checked| checked.path != path && checked.own_parts().any(|part| part == path));
        let is_included = |path: &str| {
            others.iter().any(|other| other.own_parts().skip(1).any(|part| part == path))
        };
        let mut roots: Vec<Arc<Checked>> =
            others.iter().filter(|other| !is_included(&other.path)).cloned().collect();
        if roots.is_empty() {
            roots.extend(own);
        }
        roots
    }

    /// A file as a part of its policy; of several policies the first. `None` for a file that belongs to none.
    pub fn view(&self, path: &str) -> Option<View> {
        Self::view_in(path, self.policies_with(path))
    }

    /// The same for questions that need nothing of what the linter finds: sooner behind an edit.
    pub fn glance(&self, path: &str) -> Option<View> {
        Self::view_in(path, self.policies_around(path, self.understood(path)))
    }

    fn view_in(path: &str, mut policies: Vec<Arc<Checked>>) -> Option<View> {
        let at = policies.iter().position(|policy| policy.path == path).unwrap_or(0);
        if policies.is_empty() {
            return None;
        }
        let first = policies.remove(at);
        View::new(first, policies, path)
    }

    /// Everything that is to be said about a file by those checks that have been made, sorted by place, each once: what `gatewright
    /// check` says of it.
    pub fn findings(&self, path: &str) -> Vec<Finding> {
        self.findings_of(&BTreeSet::from([path.to_owned()])).remove(path).unwrap_or_default()
    }

    /// The same for many files at once, by path: one pass over the checks for all of them.
    pub fn findings_of(&self, paths: &BTreeSet<String>) -> BTreeMap<String, Vec<Finding>> {
        let mut found: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
        for checked in self.roots() {
            let sources = &checked.analysis.outcome.sources;
            let files: HashMap<FileId, &str> = sources
                .iter()
                .filter(|(id, file)| {
                    paths.contains(file.path()) && sources.find(file.path()) == Some(*id)
                })
                .map(|(id, file)| (id, file.path()))
                .collect();
            let all = checked.analysis.outcome.diagnostics.iter().enumerate();
            for (index, diagnostic) in all.filter(|_| !files.is_empty()) {
                if let Some(path) = files.get(&diagnostic.primary.span.file) {
                    let finding = Finding { from: From::Policy(Arc::clone(&checked)), index };
                    found.entry((*path).to_owned()).or_default().push(finding);
                }
            }
        }
        for findings in found.values_mut() {
            sort_and_unite(findings);
        }
        for path in self.heard_configurations() {
            if paths.contains(path) {
                let findings = self.configuration_findings(path, self.governed_by(path).as_deref());
                found.insert(path.to_owned(), findings);
            }
        }
        found
    }

    /// The checks of the policy.json files that a configuration governs; `None` as long as one of them is not checked.
    pub fn governed_by(&self, configuration: &str) -> Option<Vec<Arc<Checked>>> {
        let governed = self.governance().governed(configuration).unwrap_or(&[]);
        let checked = |path: &String| self.policies.get(path)?.checked.get().cloned();
        governed.iter().map(checked).collect()
    }

    /// Everything that is to be said about a configuration, sorted by place. `governed` are the checks of all policy.json files
    /// that it governs, if they are known: only then can be told which of its suppressions are unused.
    pub fn configuration_findings(
        &self,
        path: &str,
        governed: Option<&[Arc<Checked>]>,
    ) -> Vec<Finding> {
        let Ok(mut configuration) = Configuration::load(path, &self.files) else {
            return Vec::new();
        };
        let mut review: Option<SuppressionReview<'_>> = None;
        for checked in governed.unwrap_or_default() {
            configuration.findings.extend(checked.configuration_findings.iter().cloned());
            if !checked.options.suppressions.is_empty() {
                let options = &checked.options;
                let review = review.get_or_insert_with(|| SuppressionReview::new(options));
                review.add_outcome(options, &checked.analysis.outcome);
            }
        }
        configuration.findings.extend(review.map(SuppressionReview::finish).unwrap_or_default());
        let configuration = Arc::new(configuration);
        let finding =
            |index| Finding { from: From::Configuration(Arc::clone(&configuration)), index };
        let mut findings: Vec<Finding> = (0..configuration.findings.len()).map(finding).collect();
        sort_and_unite(&mut findings);
        findings
    }

    /// The policies that have been checked and that no other one includes, sorted by path; of several that include each other in
    /// a circle the first. Those that are excluded do not count.
    pub fn roots(&self) -> Vec<Arc<Checked>> {
        let mut all = self.all_checked();
        all.retain(|checked| !self.is_excluded(&checked.path));
        let places: BTreeMap<&str, usize> =
            all.iter().enumerate().map(|(place, checked)| (checked.path.as_str(), place)).collect();
        let included: Vec<BTreeSet<usize>> = all
            .iter()
            .map(|checked| {
                checked.own_parts().skip(1).filter_map(|part| places.get(part).copied()).collect()
            })
            .collect();
        let roots = check::roots(&included);
        all.iter()
            .zip(roots)
            .filter(|(_, root)| *root)
            .map(|(checked, _)| Arc::clone(checked))
            .collect()
    }

    /// A policy as far as it is understood, without what the linter finds; all of it if that is known already.
    fn understood(&self, path: &str) -> Option<Arc<Checked>> {
        let policy = self.policies.get(path)?;
        let checked = policy.checked.get().cloned();
        Some(checked.unwrap_or_else(|| self.understood_policy(path, policy)))
    }

    fn understood_policy(&self, path: &str, policy: &Policy) -> Arc<Checked> {
        let understand = || {
            let mut checked = self.understand(path, policy.form);
            let before = policy.before.as_ref().filter(|_| !checked.analysis.is_whole());
            if let Some(before) = before
                && let Some(repaired) = Repaired::new(self, &checked, before)
            {
                // What the repaired policy was made from may come back.
                checked.read.extend(before.checked.read.iter().cloned());
                checked.repaired = Some(repaired);
            }
            Arc::new(checked)
        };
        Arc::clone(policy.understood.get_or_init(understand))
    }

    fn check(&self, path: &str, policy: &Policy) -> Arc<Checked> {
        let known = self.understood_policy(path, policy);
        let Some(mut analysis) = check::look(&known.analysis, &known.options) else {
            return known;
        };
        let repaired = known.repaired.as_ref().map(Repaired::finished);
        if let Some(repaired) = &repaired {
            analysis.outcome.diagnostics = repaired.findings(&analysis);
        }
        known.with(analysis, repaired)
    }

    /// What a policy means; of a policy.json, and of what is no text, everything.
    fn understand(&self, path: &str, form: Form) -> Checked {
        let loader = Recorded::new(&self.files);
        let options =
            Options { cache: Arc::clone(&self.cache), today: self.today, ..Options::default() };
        let Governed { options, scope, findings: configuration_findings } =
            configuration::govern(path, form, &loader, &self.preferences, options);
        let analysis = match (loader.held(path), form) {
            (Some(file), Form::Gate) => check::understand(file, &loader, &options),
            (Some(file), Form::PolicyJson) => check::analyze(file, form, &loader, &options),
            (None, _) => {
                let bytes = loader.read(path).unwrap_or_default();
                let outcome = match form {
                    Form::Gate => check::check_gate(path, bytes, &loader, &options),
                    Form::PolicyJson => check::check_policy_json(path, bytes, &options),
                };
                Analysis { outcome, understood: Understood::Nothing }
            }
        };
        let (path, read) = (path.to_owned(), loader.into_asked());
        let (repaired, recheck_index) = (None, OnceLock::new());
        Checked {
            path,
            form,
            analysis,
            options,
            scope,
            configuration_findings,
            read,
            repaired,
            recheck_index,
        }
    }
}

/// Sorts the findings in one file by place, and keeps each once.
fn sort_and_unite(findings: &mut Vec<Finding>) {
    findings.sort_by(|left, right| left.key().cmp(&right.key()));
    findings.dedup_by(|left, right| left.key() == right.key());
}

impl Finding {
    /// The order of findings in one file. Two policies that share the file may say the same.
    fn key(&self) -> (u32, u32, crate::diagnostic::Code, &str) {
        let found = self.diagnostic();
        (found.primary.span.start, found.primary.span.end, found.code, &found.message)
    }
}
