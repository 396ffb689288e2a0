//! A checked policy with all that was understood on the way, for programs that show more of it than findings.

use std::sync::Arc;

use super::assertions::resolved_assertion_findings;
use super::broken_includes::broken_includes;
use super::document::{self, Read};
use super::fix::{Covered, settle};
use super::suppressed::UnsettledFindings;
use super::{Options, Outcome};
use crate::diagnostic::{self, Diagnostic};
use crate::emit::{self, PolicyJson};
use crate::lint::suppress;
use crate::lint::{self, Context, Form, Settings};
use crate::resolve::{self, Resolved};
use crate::source::{Loader, SourceFile, SourceSet};

/// What a check came to, and what it knows.
#[derive(Debug)]
pub struct Analysis {
    /// The same that [`check_gate`](super::check_gate) or [`check_policy_json`](super::check_policy_json) says.
    pub outcome: Outcome<()>,
    /// What was understood of the file, also where findings are errors: for looking at only.
    pub understood: Understood,
}

/// What was understood of a policy.
#[derive(Debug)]
pub enum Understood {
    /// A policy of the language.
    Gate(Arc<Resolved>),
    /// A policy.json.
    PolicyJson(Box<Read>),
    /// The text is no JSON, or no valid policy.
    Nothing,
}

/// Checks a file, and keeps what is known of it. The file bears the path that messages show and from which others are found.
pub fn analyze(
    file: Arc<SourceFile>,
    form: Form,
    loader: &dyn Loader,
    options: &Options,
) -> Analysis {
    match form {
        Form::Gate => of_gate(file, loader, options),
        Form::PolicyJson => of_policy_json(file, options),
    }
}

pub(super) fn of_gate(file: Arc<SourceFile>, loader: &dyn Loader, options: &Options) -> Analysis {
    let understood = understand(file, loader, options);
    look(&understood, options).unwrap_or(understood)
}

/// The first half of a check of a `.gate` file: what it means, with what the compiler has to say of its names and rules. For
/// answers that need nothing of what the second half finds.
pub fn understand(file: Arc<SourceFile>, loader: &dyn Loader, options: &Options) -> Analysis {
    let mut sources = SourceSet::default();
    let root = sources.share(file);
    let resolved = resolve::resolve(&mut sources, root, loader, &options.cache);
    let outcome = Outcome::new(sources, resolved.diagnostics.clone(), Some(()));
    Analysis { outcome, understood: Understood::Gate(Arc::new(resolved)) }
}

/// The second half: everything that there is to say. `None` if no `.gate` file was understood.
pub fn look(understood: &Analysis, options: &Options) -> Option<Analysis> {
    let Understood::Gate(resolved) = &understood.understood else { return None };
    let sources = understood.outcome.sources.clone();
    let root = resolved.trees.first()?.file;
    let (mut said, found) = compiler_and_lint_diagnostics(&sources, resolved, &options.settings);
    let (comments, invalid) = suppress::read(&sources, &resolved.trees);
    said.extend(invalid);
    said.extend(broken_includes(&sources, &resolved.trees, &said));
    let mut outcome =
        UnsettledFindings::new(said, found).conclude(sources, Some(root), &comments, options);
    let covered = Covered::new(&resolved.policy, &comments);
    settle(&outcome.sources, &covered, &mut outcome.diagnostics);
    Some(Analysis { outcome, understood: Understood::Gate(Arc::clone(resolved)) })
}

/// The diagnostics of the compiler, and those of the linter, before settings and suppressions are applied.
pub(super) fn compiler_and_lint_diagnostics(
    sources: &SourceSet,
    resolved: &Resolved,
    settings: &Settings,
) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
    let mut said = resolved.diagnostics.clone();
    // What a policy leaves open is told when it is checked, not with its tests.
    if resolved.tested.is_some() {
        said.extend(resolved_assertion_findings(sources, resolved, &said));
        return (said, Vec::new());
    }
    let whole = !diagnostic::has_errors(&said);
    let context = Context::of_gate(sources, resolved, settings);
    let found = context.map(|context| lint::lint(&context, settings, whole));
    emit::examine(&resolved.policy, &PolicyJson, &mut said);
    said.extend(resolved_assertion_findings(sources, resolved, &said));
    (said, found.unwrap_or_default())
}

pub(super) fn of_policy_json(file: Arc<SourceFile>, options: &Options) -> Analysis {
    let mut sources = SourceSet::default();
    let file = sources.share(file);
    let (read, findings) = document::read(&mut sources, file, options);
    let outcome = findings.conclude(sources, None, &[], options);
    let understood =
        read.map_or(Understood::Nothing, |read| Understood::PolicyJson(Box::new(read)));
    Analysis { outcome, understood }
}

impl Analysis {
    /// What a `.gate` policy means, as far as it could be understood.
    pub(super) fn resolved(&self) -> Option<&Resolved> {
        match &self.understood {
            Understood::Gate(resolved) => Some(resolved),
            _ => None,
        }
    }

    /// Whether all statements of a `.gate` policy are understood, so that rules may conclude from what is absent.
    pub fn is_whole(&self) -> bool {
        self.resolved().is_some_and(|resolved| !diagnostic::has_errors(&resolved.diagnostics))
    }

    /// The policy with all that is known about it, as the linter sees it; none where nothing was understood.
    pub fn context(&self, settings: &Settings) -> Option<Context<'_>> {
        let sources = &self.outcome.sources;
        match &self.understood {
            Understood::Gate(resolved) => Context::of_gate(sources, resolved, settings),
            Understood::PolicyJson(read) => Some(read.context(sources, settings)),
            Understood::Nothing => None,
        }
    }
}
