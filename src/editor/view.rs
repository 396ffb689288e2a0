//! One file as a part of its policy: what every question is asked of.

use std::ops::Range;
use std::sync::Arc;

use super::repaired::RepairedView;
use super::snapshot::Checked;
use crate::check::{Read, Understood};
use crate::diagnostic::Diagnostic;
use crate::lint::{Context, Form};
use crate::resolve::Resolved;
use crate::source::{FileId, SourceFile, SourceSet, Span};
use crate::syntax::Tree;
use crate::syntax::tree::Statement;

/// A file as a part of its policy.
#[derive(Clone)]
pub struct View {
    checked: Arc<Checked>,
    others: Vec<Arc<Checked>>,
    file: FileId,
    source: Arc<SourceFile>,
}

/// A range of bytes in a file.
#[derive(Clone, Debug)]
pub struct Location {
    /// The file, with its path and lines.
    pub file: Arc<SourceFile>,
    /// The bytes.
    pub range: Range<usize>,
}

impl View {
    /// A view of the file at a path; `None` if the policy does not hold it.
    pub(super) fn new(
        checked: Arc<Checked>,
        others: Vec<Arc<Checked>>,
        path: &str,
    ) -> Option<Self> {
        let sources = &checked.analysis.outcome.sources;
        let file = sources.find(path)?;
        let source = sources.shared(file)?;
        Some(Self { checked, others, file, source })
    }

    /// The form of the policy.
    pub fn form(&self) -> Form {
        self.checked.form
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.source.text()
    }

    /// The path.
    pub fn path(&self) -> &str {
        self.source.path()
    }

    /// The file with its lines.
    pub fn source(&self) -> &Arc<SourceFile> {
        &self.source
    }

    /// The number of the file in the policy's sources.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The policy.
    pub fn policy(&self) -> &Checked {
        &self.checked
    }

    /// The other policies that the file is a part of.
    pub fn other_policies(&self) -> &[Arc<Checked>] {
        &self.others
    }

    /// The same file as a part of each policy that it belongs to, this one first.
    pub fn all(&self) -> Vec<View> {
        let others = self
            .others
            .iter()
            .filter_map(|other| View::new(Arc::clone(other), Vec::new(), self.path()));
        std::iter::once(self.clone()).chain(others).collect()
    }

    /// The texts of the policy.
    pub fn sources(&self) -> &SourceSet {
        &self.checked.analysis.outcome.sources
    }

    /// What the policy resolves to; `None` for a policy.json.
    pub fn resolved(&self) -> Option<&Resolved> {
        match &self.checked.analysis.understood {
            Understood::Gate(resolved) => Some(resolved),
            _ => None,
        }
    }

    /// The policy.json as it was understood; `None` for a policy of the language, and for a text that is no valid policy.
    pub fn document(&self) -> Option<&Read> {
        match &self.checked.analysis.understood {
            Understood::PolicyJson(read) => Some(read),
            _ => None,
        }
    }

    /// The tree of the file; `None` for a policy.json.
    pub fn tree(&self) -> Option<&Tree> {
        self.trees().iter().find(|tree| tree.file == self.file).map(Arc::as_ref)
    }

    /// The statements of the file, in their order; none for a policy.json.
    pub fn statements(&self) -> &[Statement] {
        self.tree().map_or(&[], |tree| &tree.statements)
    }

    /// The trees of the policy, its own file's first; none for a policy.json.
    pub fn trees(&self) -> &[Arc<Tree>] {
        self.resolved().map_or(&[], |resolved| &resolved.trees)
    }

    /// The policy with all that is known about it. It costs a walk over the policy's tools: made once for an answer.
    pub fn context(&self) -> Option<Context<'_>> {
        self.checked.analysis.context(&self.checked.options.settings)
    }

    /// The file with the last good versions of broken statements, if the policy has errors and those are known.
    pub(super) fn repaired(&self) -> Option<RepairedView<'_>> {
        self.checked.repaired.as_ref()?.view(self.path())
    }

    /// What is to be said about this file as a part of this policy, by place.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        let all = self.checked.analysis.outcome.diagnostics.iter();
        all.filter(|diagnostic| diagnostic.primary.span.file == self.file)
    }

    /// The place of a span of the policy, whatever file it lies in.
    pub fn location(&self, span: Span) -> Option<Location> {
        let file = self.sources().shared(span.file)?;
        Some(Location { file, range: span.range() })
    }

    /// The characters of a span of the policy.
    pub fn slice(&self, span: Span) -> &str {
        self.sources().slice(span)
    }

    /// Whether a span lies in this file and holds the offset; the place right behind its last character counts.
    pub fn touches(&self, span: Span, offset: usize) -> bool {
        span.file == self.file && span.start as usize <= offset && offset <= span.end as usize
    }
}
