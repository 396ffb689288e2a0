//! The single entry for every program: a file in, what it means and all that is to be said about it out.
//!
//! Knows no terminal and no editor; reads files only through a [`Loader`].

mod analysis;
mod assertions;
mod back;
mod broken_includes;
mod coverage;
mod decider;
mod document;
mod fix;
mod includes;
mod mutation;
mod recheck;
mod repair;
mod risk;
mod roots;
mod starter;
mod suppressed;
mod tested;

use std::sync::Arc;

use jiff::civil::Date;

use crate::diagnostic::{self, Diagnostic};
use crate::emit::{self, PolicyJson, Target, VerifiedPolicy};
use crate::format::{self, FormatFault};
use crate::input::add_text;
use crate::lint::Settings;
use crate::lint::suppress::{self, Matches, Suppressed, Suppression};
use crate::policy_json::{self, Document};
use crate::resolve::{self, Cache};
use crate::source::{Loader, SourceFile, SourceSet, Span, normalize};
use crate::syntax;

use assertions::resolved_assertion_findings;
use broken_includes::broken_includes;

pub use analysis::{Analysis, Understood, analyze, look, understand};
pub use coverage::{Coverage, CoverageObserver, StatementCoverage};
pub use decider::{Decider, decider};
pub use document::Read;
pub use fix::{Change, FixFault, FixNote, Fixable, Fixed, RefusalReason, RefusedFix, fix};
pub use includes::{Division, MAX_INCLUDED_AGAIN, MAX_MANIFEST_OBJECTS, RunFile, divide, may_lead};
pub use mutation::{MAX_MUTANTS, Mutant, Mutations, mutate};
pub use recheck::{RecheckIndex, incremental_diagnostics};
pub use repair::{Repair, RepairScope, TextMap, merged};
pub use risk::{AssessedTool, classify};
pub use roots::roots;
pub use starter::starter;
pub use tested::{TestSuite, test_suite};

/// What a run over one file came to.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome<T> {
    /// Every text that was read: the file itself first, then what it includes, and manifests.
    pub sources: SourceSet,
    /// Every finding, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// The result. There is none when a finding is an error.
    pub value: Option<T>,
    /// The findings that the author or the configuration lets stand, sorted by place. Only a check tells.
    pub suppressed: Vec<Suppressed>,
    /// How many findings each of [`Options::suppressions`] is about: added up over all files, [`suppress::review`] says which of
    /// them are useless. Only a check tells.
    pub matches: Matches,
}

impl<T> Outcome<T> {
    /// Sorts the findings and keeps the value only when none of them is an error.
    pub(crate) fn new(
        sources: SourceSet,
        mut diagnostics: Vec<Diagnostic>,
        value: Option<T>,
    ) -> Self {
        diagnostic::sort(&mut diagnostics);
        let value = if diagnostic::has_errors(&diagnostics) { None } else { value };
        Self { sources, diagnostics, value, suppressed: Vec::new(), matches: Matches::default() }
    }

    /// The same findings with another value made from this one.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Outcome<U> {
        Outcome {
            sources: self.sources,
            diagnostics: self.diagnostics,
            value: self.value.map(make),
            suppressed: self.suppressed,
            matches: self.matches,
        }
    }
}

/// Compiles a `.gate` file to the text of its policy.json. Comments that suppress findings count, and for ever: what comes out
/// does not depend on the day.
pub fn compile(path: &str, bytes: Vec<u8>, loader: &dyn Loader) -> Outcome<String> {
    match taken_in(&normalize(path), bytes) {
        Ok(file) => verified(file, loader, &PolicyJson, &Cache::default())
            .map(|policy| PolicyJson.write(policy)),
        Err(outcome) => outcome,
    }
}

/// Compiles a `.gate` file that the program holds to what the gateway gets, with what has been read already: for a program that
/// compares policies again and again.
pub fn compile_document(
    file: Arc<SourceFile>,
    loader: &dyn Loader,
    cache: &Cache,
) -> Outcome<Document> {
    verified(file, loader, &PolicyJson, cache).map(|policy| emit::document(&policy))
}

/// What a check is to look for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Which rules are on, and how strict they are.
    pub settings: Settings,
    /// The server's tools, for a policy.json, which cannot name them itself.
    pub manifest: Option<NamedManifest>,
    /// What has been read already. Programs that check more than once keep it; it changes no result.
    pub cache: Arc<Cache>,
    /// The day as of which suppressions are judged, in UTC. Without it none ends.
    pub today: Option<Date>,
    /// Findings that the configuration lets stand, besides those that comments do.
    pub suppressions: Vec<Suppression>,
}

/// Checks a `.gate` file and what it includes: all that [`compile`] would say, and what the linter finds.
pub fn check_gate(
    path: &str,
    bytes: Vec<u8>,
    loader: &dyn Loader,
    options: &Options,
) -> Outcome<()> {
    match taken_in(&normalize(path), bytes) {
        Ok(file) => analysis::of_gate(file, loader, options).outcome,
        Err(outcome) => outcome,
    }
}

/// The file under a path, if its bytes are text; else what a check says of it.
fn taken_in<T>(path: &str, bytes: Vec<u8>) -> Result<Arc<SourceFile>, Outcome<T>> {
    let mut sources = SourceSet::default();
    match add_text(&mut sources, path, bytes) {
        Ok(file) => sources.shared(file).ok_or_else(|| Outcome::new(sources, Vec::new(), None)),
        Err((_, problem)) => Err(Outcome::new(sources, vec![problem], None)),
    }
}

/// Reads a `.gate` file and holds it against a target.
fn verified(
    file: Arc<SourceFile>,
    loader: &dyn Loader,
    target: &dyn Target,
    cache: &Cache,
) -> Outcome<VerifiedPolicy> {
    let mut sources = SourceSet::default();
    let root = sources.share(file);
    let resolved = resolve::resolve(&mut sources, root, loader, cache);
    let (comments, invalid) = suppress::read(&sources, &resolved.trees);
    let refuted = resolved_assertion_findings(&sources, &resolved, &resolved.diagnostics);
    let mut diagnostics = resolved.diagnostics;
    diagnostics.extend(invalid);
    diagnostics.extend(refuted);
    if resolve::is_test_file(sources.path(root)) {
        let name = resolved.tested.as_ref().map_or(Span::new(root, 0, 0), |tested| tested.name);
        diagnostics.push(resolve::test_file_compiled(name));
    }
    let policy = emit::verify(resolved.policy, target, &mut diagnostics);
    diagnostics.extend(broken_includes(&sources, &resolved.trees, &diagnostics));
    let diagnostics = suppressed::leave_out(&comments, diagnostics);
    Outcome::new(sources, diagnostics, policy)
}

/// Checks a policy.json file: all that [`validate_policy_json`] would say, and what the linter finds.
pub fn check_policy_json(path: &str, bytes: Vec<u8>, options: &Options) -> Outcome<()> {
    match taken_in(path, bytes) {
        Ok(file) => analysis::of_policy_json(file, options).outcome,
        Err(outcome) => outcome,
    }
}

/// Says whether a policy.json file is one that the gateway takes.
pub fn validate_policy_json(path: &str, bytes: Vec<u8>) -> Outcome<()> {
    let mut sources = SourceSet::default();
    let file = match add_text(&mut sources, path, bytes) {
        Ok(file) => file,
        Err((_, finding)) => return Outcome::new(sources, vec![finding], None),
    };
    let (document, findings) = policy_json::read(file, sources.text(file));
    Outcome::new(sources, findings, document.map(|_| ()))
}

/// Formats a `.gate` file. The value is the formatted text, equal to the input when nothing changes; a file with
/// mistakes has none.
///
/// # Errors
/// The formatter's result was not the policy that it was given, which is a fault of this library.
pub fn format(path: &str, bytes: Vec<u8>) -> Result<Outcome<String>, FormatFault> {
    let mut sources = SourceSet::default();
    let file = match add_text(&mut sources, path, bytes) {
        Ok(file) => file,
        Err((_, finding)) => return Ok(Outcome::new(sources, vec![finding], None)),
    };
    let text = sources.text(file);
    let (tree, findings) = syntax::parse(file, text);
    let value = if findings.is_empty() { Some(format::format(&tree, text)?) } else { None };
    Ok(Outcome::new(sources, findings, value))
}

/// A manifest for [`decompile`]: the text that stands in the `manifest` statement of the result, and the content.
#[derive(Clone, Debug)]
pub struct NamedManifest {
    /// The path as the result shall name it.
    pub path: String,
    /// The content of the file.
    pub bytes: Vec<u8>,
}

/// Turns a policy.json into the `.gate` text that compiles to it. The answer is compiled and compared before it is
/// returned.
pub fn decompile(path: &str, bytes: Vec<u8>, manifest: Option<NamedManifest>) -> Outcome<String> {
    back::decompile(path, bytes, manifest)
}
