//! Last good versions of broken statements, so that the linter keeps judging the rest of a policy.
//!
//! A rule that concludes from what is absent cannot judge a policy with errors: what is absent may be what is broken. A program that
//! knows how the policy read before its errors, as an editor does, puts the last good version of each broken statement back
//! ([`Repair`]), checks the repaired policy, and reports its findings about everything else at their places in the current text
//! ([`merged`]). A statement that is new has no last good version, so it is left out.

mod alignment;
mod merge;
mod text_map;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::Analysis;
use crate::resolve::Resolved;
use crate::source::{FileId, SourceFile, SourceSet, Span, TextPart};
use crate::syntax::Tree;
use crate::syntax::tree::{Statement, StatementKind};
use alignment::{Gap, gaps};
use text_map::Replaced;

pub use merge::merged;
pub(super) use merge::moved;
pub use text_map::TextMap;

/// Which statements get their last good version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepairScope {
    /// Those with errors.
    Broken,
    /// Those with errors, and groups, classes, defaults and named files that have changed: a statement may be broken because what it
    /// uses has changed.
    BrokenAndDefinitions,
}

/// Texts in which broken statements have their last good version.
#[derive(Debug)]
pub struct Repair {
    files: BTreeMap<String, RepairedFile>,
}

#[derive(Debug)]
struct RepairedFile {
    source: Arc<SourceFile>,
    map: TextMap,
}

static UNCHANGED: TextMap = TextMap::unchanged();

impl Repair {
    /// Repairs a policy with errors by what it said before, when it had none. `None` where the earlier text does not help: the error
    /// is in a manifest, or the earlier policy did not have the file.
    pub fn new(current: &Analysis, before: &Analysis, scope: RepairScope) -> Option<Self> {
        let (now, good) = (current.resolved()?, before.resolved()?);
        let mut errors: BTreeMap<FileId, Vec<usize>> = BTreeMap::new();
        for error in now.diagnostics.iter().filter(|found| found.is_error()) {
            let Span { file, start, .. } = error.primary.span;
            errors.entry(file).or_default().push(start as usize);
        }
        let mut files = BTreeMap::new();
        for tree in &now.trees {
            let errors = errors.remove(&tree.file).unwrap_or_default();
            let now = Version { tree, source: current.outcome.sources.get(tree.file)? };
            let Some(good) = Version::find(good, &before.outcome.sources, now.source.path()) else {
                if errors.is_empty() {
                    continue;
                }
                return None;
            };
            let is_same = now.source.text() == good.source.text();
            if is_same || errors.is_empty() && scope == RepairScope::Broken {
                continue;
            }
            if let Some(repaired) = repaired_file(now, good, &errors, scope) {
                files.insert(now.source.path().to_owned(), repaired);
            }
        }
        (errors.is_empty() && !files.is_empty()).then_some(Self { files })
    }

    /// The repaired files.
    pub fn sources(&self) -> impl Iterator<Item = &Arc<SourceFile>> {
        self.files.values().map(|file| &file.source)
    }

    /// Where the parts of the repaired text of a file are in the current one.
    pub fn map(&self, path: &str) -> &TextMap {
        self.files.get(path).map_or(&UNCHANGED, |file| &file.map)
    }

    /// Whether exactly one file is repaired, and its text is this one.
    pub fn restores(&self, file: &SourceFile) -> bool {
        let only = self.files.values().next().filter(|_| self.files.len() == 1);
        only.is_some_and(|only| {
            only.source.path() == file.path() && only.source.text() == file.text()
        })
    }

    /// Whether both give the same texts.
    pub fn is_same(&self, other: &Self) -> bool {
        self.files.len() == other.files.len()
            && self
                .sources()
                .zip(other.sources())
                .all(|(left, right)| left.path() == right.path() && left.text() == right.text())
    }
}

/// A file as it is, or was.
#[derive(Clone, Copy)]
struct Version<'v> {
    tree: &'v Tree,
    source: &'v SourceFile,
}

impl<'v> Version<'v> {
    fn find(resolved: &'v Resolved, sources: &'v SourceSet, path: &str) -> Option<Self> {
        let file = sources.find(path)?;
        let tree = resolved.trees.iter().find(|tree| tree.file == file)?;
        Some(Self { tree, source: sources.get(file)? })
    }

    fn statements(self, range: Range<usize>) -> &'v [Statement] {
        self.tree.statements.get(range).unwrap_or(&[])
    }

    /// The texts of the statements. A span of a tree always lies in its text.
    fn texts(self) -> Vec<&'v str> {
        let text = self.source.text();
        let slice = |statement: &Statement| text.part(statement.span.range());
        self.tree.statements.iter().map(slice).collect()
    }

    /// From the first of some statements to the last.
    fn range(self, statements: Range<usize>) -> Option<Range<usize>> {
        let statements = self.statements(statements);
        let (first, last) = (statements.first()?, statements.last()?);
        Some(first.span.start as usize..last.span.end as usize)
    }
}

/// A file with the last good versions of its broken statements; `None` if there is nothing to replace.
fn repaired_file(
    now: Version<'_>,
    good: Version<'_>,
    errors: &[usize],
    scope: RepairScope,
) -> Option<RepairedFile> {
    let mut builder = RepairBuilder { now, good, text: String::new(), at: 0, replaced: Vec::new() };
    for gap in gaps(&now.texts(), &good.texts()) {
        builder.gap(&gap, errors, scope)?;
    }
    builder.finish()
}

/// Whether a statement was refused, or an error points into it.
fn is_broken(statement: &Statement, errors: &[usize]) -> bool {
    let range = statement.span.range();
    matches!(statement.kind, StatementKind::Broken(_))
        || errors.iter().any(|error| range.start <= *error && *error <= range.end)
}

/// Whether other statements may depend on a statement. A refused one still takes the name of a group, or stands for a manifest.
pub(super) fn is_definition(statement: &Statement) -> bool {
    match &statement.kind {
        StatementKind::Rule(..) | StatementKind::Block(_) => false,
        StatementKind::Broken(broken) => broken.name.is_some() || broken.word == Some("manifest"),
        _ => true,
    }
}

/// The lines of a new statement with their line breaks, if nothing else is on them. A comment at the end of the last line belongs to
/// the statement.
pub(super) fn whole_lines(text: &str, range: Range<usize>) -> Range<usize> {
    let (Some(before), Some(after)) = (text.get(..range.start), text.get(range.end..)) else {
        return range;
    };
    let start = before.rfind('\n').map_or(0, |line_break| line_break + 1);
    let line = after.split_inclusive('\n').next().map_or(0, str::len);
    let rest = after.get(..line).map(str::trim_start);
    let is_free = |text: &str| text.is_empty() || text.starts_with('#');
    match (before.get(start..).map(str::trim_start), rest) {
        (Some(""), Some(rest)) if is_free(rest) => start..range.end + line,
        (_, Some(rest)) if rest.starts_with('#') => range.start..range.end + line,
        _ => range,
    }
}

struct RepairBuilder<'b> {
    now: Version<'b>,
    good: Version<'b>,
    /// The repaired text as far as it has been made.
    text: String,
    /// How much of the current text is in it.
    at: usize,
    replaced: Vec<Replaced>,
}

impl RepairBuilder<'_> {
    /// Puts back what was good, where statements of a gap are broken.
    fn gap(&mut self, gap: &Gap, errors: &[usize], scope: RepairScope) -> Option<()> {
        let (now, good) = (self.now, self.good);
        let is_wrong = |statement: &Statement| {
            is_broken(statement, errors)
                || scope == RepairScope::BrokenAndDefinitions && is_definition(statement)
        };
        let wrong: Vec<bool> = now.statements(gap.now.clone()).iter().map(is_wrong).collect();
        let restores = scope == RepairScope::BrokenAndDefinitions
            && good.statements(gap.good.clone()).iter().any(is_definition);
        if !restores && !wrong.contains(&true) {
            return Some(());
        }
        if gap.now.len() != gap.good.len() {
            return self.replace_gap(gap);
        }
        for ((now, good), wrong) in gap.now.clone().zip(gap.good.clone()).zip(wrong) {
            if wrong || restores {
                let good = self.good.range(good..good + 1)?;
                self.replace(self.now.range(now..now + 1)?, good, "");
            }
        }
        Some(())
    }

    /// Puts back everything that was in a gap.
    fn replace_gap(&mut self, gap: &Gap) -> Option<()> {
        let text = self.now.source.text();
        let current = self.now.range(gap.now.clone());
        match (current, self.good.range(gap.good.clone())) {
            (Some(current), Some(good)) => self.replace(current, good, ""),
            (Some(current), None) => self.replace(whole_lines(text, current), 0..0, ""),
            (None, Some(good)) => match self.now.range(gap.now.start..gap.now.start + 1) {
                Some(next) => self.replace(next.start..next.start, good, "\n"),
                None => self.replace(text.len()..text.len(), good, "\n"),
            },
            (None, None) => {}
        }
        Some(())
    }

    /// Puts a part of the good text and a line break, if any, in the place of a part of the current one.
    fn replace(&mut self, current: Range<usize>, good: Range<usize>, line_break: &str) {
        // Both ranges are those of statements, so that they lie in their texts.
        self.text.extend(self.now.source.text().get(self.at..current.start));
        if current.start == self.now.source.text().len() {
            self.text.push_str(line_break);
        }
        let start = self.text.len();
        self.text.extend(self.good.source.text().get(good));
        self.text.push_str(line_break);
        self.at = current.end;
        self.replaced.push(Replaced { current, repaired: start..self.text.len() });
    }

    fn finish(mut self) -> Option<RepairedFile> {
        if self.replaced.is_empty() {
            return None;
        }
        self.text.extend(self.now.source.text().get(self.at..));
        let source = Arc::new(SourceFile::new(self.now.source.path(), self.text));
        Some(RepairedFile { source, map: TextMap::new(self.replaced) })
    }
}
