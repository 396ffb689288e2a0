//! The findings after an edit, from those before it: for editors, in policies of thousands of lines.
//!
//! Two kinds of edits need no check of the whole policy:
//!
//! - A statement was broken. Until it is whole again, what the last good version of the policy says about all others stays
//!   ([`Repair`](super::Repair)), so the findings are the old ones at their new places, and the errors.
//! - A statement about tools by their names was changed. What is found about it depends on the statements about the same tools, on those
//!   about all calls, and on groups, globs and sets as far as they select these tools. That part of the policy is checked with a
//!   manifest of these tools, as it was and as it is. The findings that only the first has are taken out, those that only the second
//!   has are put in. If one of them is not about a statement of names alone, or was not found before, the reasoning does not
//!   hold.
//!
//! Callers must check the whole policy afterwards. That the results are the same is a law of the tests.

mod edit;
mod index;

use std::sync::Arc;

use super::analysis::compiler_and_lint_diagnostics;
use super::fix::{Covered, settle};
use super::repair::{is_definition, moved};
use super::{Analysis, Options, Outcome};
use crate::diagnostic::{self, Diagnostic};
use crate::lint::suppress;
use crate::resolve::{self, Resolved};
use crate::risk::AssessedManifest;
use crate::source::{SourceFile, SourceSet, Span};
use crate::syntax::tree::{Statement, StatementKind};
use crate::syntax::{self, Before, Tree};
use edit::PolicyEdit;
use index::{About, about};

pub use index::RecheckIndex;

/// A part of more statements than these is not checked by itself.
const MAX_STATEMENTS: usize = 400;

/// The findings of a policy after an edit of its own file. `None` if only a check of the whole policy can tell.
///
/// `before` must be a finished check of a policy without errors in its statements, and everything but the text of `file` must be
/// as it was then.
pub fn incremental_diagnostics(
    before: &Analysis,
    index: Option<&RecheckIndex>,
    file: &Arc<SourceFile>,
    options: &Options,
) -> Option<Outcome<()>> {
    let resolved = before.resolved().filter(|_| before.is_whole())?;
    let tree = resolved.trees.first()?;
    let old_file = before.outcome.sources.get(tree.file)?;
    let (text, new_text) = (old_file.text(), file.text());
    let known = Before { text, tree, findings: &[] };
    let mut read = syntax::changed(known, tree.file, new_text)?;
    if !syntax::hidden_characters(tree.file, new_text).is_empty() {
        return None;
    }
    let errors = std::mem::take(&mut read.findings);
    let edit = PolicyEdit::new(tree, text, new_text, read)?;
    let sources = before.outcome.sources.with_replaced(tree.file, Arc::clone(file));
    let recheck = Recheck { before, resolved, edit, sources, options };
    let has_directive =
        suppress::has_directive(tree.file, text) || suppress::has_directive(tree.file, new_text);
    // What is left of a block around an error may have others.
    let is_refused =
        matches!(recheck.edit.new.as_slice(), [Statement { kind: StatementKind::Broken(_), .. }]);
    let all = if is_refused {
        recheck.of_broken(errors, has_directive)?
    } else {
        recheck.of_part(index.filter(|_| !has_directive)?, errors)?
    };
    Some(Outcome::new(recheck.sources, all, Some(())))
}

struct Recheck<'r> {
    before: &'r Analysis,
    resolved: &'r Resolved,
    edit: PolicyEdit<'r>,
    sources: SourceSet,
    options: &'r Options,
}

impl Recheck<'_> {
    /// The findings when one statement is broken: its errors, and what was found about all others. `None` if more is broken.
    fn of_broken(&self, errors: Vec<Diagnostic>, has_directive: bool) -> Option<Vec<Diagnostic>> {
        let [own] = self.edit.new.as_slice() else { return None };
        let is_own = |error: &Diagnostic| {
            let span = error.primary.span;
            span.file == own.span.file && own.span.start <= span.start && span.end <= own.span.end
        };
        let old = self.edit.old_statements();
        let others_depend = old.iter().chain([own]).any(is_definition);
        // A comment over a new statement may be about the next one.
        let is_directive_new =
            has_directive && (old.is_empty() || self.edit.has_directive(own.span.file));
        let is_apart = self.edit.is_all && !is_directive_new;
        if !errors.iter().all(is_own) || others_depend || !is_apart {
            return None;
        }
        let mut all = errors;
        let before = self.before.outcome.diagnostics.iter();
        all.extend(before.filter_map(|found| moved(found, &|span| self.edit.place(span))));
        Some(self.settled(all))
    }

    /// The findings when the part of the policy that was changed is checked by itself.
    fn of_part(
        &self,
        index: &RecheckIndex,
        mut errors: Vec<Diagnostic>,
    ) -> Option<Vec<Diagnostic>> {
        if !errors.is_empty() && self.edit.new.len() != 1 {
            return None;
        }
        let (mut taken, mut put) = (Vec::new(), Vec::new());
        if !self.edit.old.is_empty() || !self.edit.new.is_empty() {
            let part = self.edit.part(index)?;
            let manifest = self.resolved.assessments.assessed().map(|all| all.only(&part.declared));
            let manifest = manifest.map(Arc::new);
            let [old, new] = self.edit.statements(&part);
            let was = self.checked(&self.before.outcome.sources, old, manifest.as_ref());
            let is = self.checked(&self.sources, new, manifest.as_ref());
            if !was.is_whole {
                return None;
            }
            if !is.is_whole || !errors.is_empty() {
                errors.extend(is.found.into_iter().filter(Diagnostic::stops_compiling));
                return self.of_broken(errors, false);
            }
            (taken, put) = self.difference(was, is)?;
        }
        let mut all = put;
        let mut taken = taken.iter().peekable();
        for found in &self.before.outcome.diagnostics {
            if taken.next_if(|taken| *taken == found).is_none() {
                all.push(moved(found, &|span| self.edit.place(span))?);
            }
        }
        taken.peek().is_none().then(|| self.settled(all))
    }

    /// The findings that a part had and has no more, and those that are new. `None` if one of them may depend on other tools.
    fn difference(
        &self,
        was: CheckedPart,
        is: CheckedPart,
    ) -> Option<(Vec<Diagnostic>, Vec<Diagnostic>)> {
        let (mut taken, mut put) = (Vec::new(), Vec::new());
        let mut now = is.found.into_iter().peekable();
        for old in was.found {
            let Some(old_now) = moved(&old, &|span| self.edit.place(span)) else {
                taken.push(old);
                continue;
            };
            while let Some(new) = now.next_if(|new| new.key() < old_now.key()) {
                put.push(new);
            }
            if now.next_if(|new| *new == old_now).is_none() {
                taken.push(old);
            }
        }
        put.extend(now);
        let is_own = was.names.holds_all(&taken) && is.names.holds_all(&put);
        is_own.then_some((taken, put))
    }

    /// All findings about statements that are a policy by themselves, sorted.
    fn checked(
        &self,
        sources: &SourceSet,
        statements: Vec<Statement>,
        manifest: Option<&Arc<AssessedManifest>>,
    ) -> CheckedPart {
        let Some(root) = self.resolved.trees.first() else { return CheckedPart::default() };
        let text = sources.text(root.file);
        let is_named =
            |statement: &&Statement| matches!(about(statement, text), Some(About::Tools(_)));
        let names = statements.iter().filter(is_named).map(|statement| statement.span).collect();
        let tree = Tree::of_statements(root.file, statements);
        let resolved = resolve::resolve_tree(sources, tree, manifest.cloned(), &self.options.cache);
        let is_whole = !diagnostic::has_errors(&resolved.diagnostics);
        let settings = &self.options.settings;
        let (mut found, others) = compiler_and_lint_diagnostics(sources, &resolved, settings);
        found.extend(others);
        settings.apply(&mut found);
        diagnostic::sort(&mut found);
        settle(sources, &Covered::default(), &mut found);
        CheckedPart { found, is_whole, names: NamingStatements(names) }
    }

    fn settled(&self, mut all: Vec<Diagnostic>) -> Vec<Diagnostic> {
        settle(&self.sources, &Covered::default(), &mut all);
        all
    }
}

/// What was found in a part of a policy.
#[derive(Default)]
struct CheckedPart {
    found: Vec<Diagnostic>,
    /// Whether none of its statements has an error.
    is_whole: bool,
    names: NamingStatements,
}

/// The statements about tools by their names, in the order of the text.
#[derive(Default)]
struct NamingStatements(Vec<Span>);

impl NamingStatements {
    /// Whether each finding is about one of the statements.
    fn holds_all(&self, findings: &[Diagnostic]) -> bool {
        findings.iter().all(|found| {
            let span = found.primary.span;
            let after = self.0.partition_point(|statement| statement.start <= span.start);
            let around = after.checked_sub(1).and_then(|before| self.0.get(before));
            around.is_some_and(|statement| span.end <= statement.end && span.file == statement.file)
        })
    }
}
