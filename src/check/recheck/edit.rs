//! An edit of the text of a policy, as the statements that it changes.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::check::repair::whole_lines;
use crate::lint::suppress;
use crate::source::{FileId, Span, TextPart};
use crate::syntax::tree::Statement;
use crate::syntax::{self, Shift, Tree, comments};

use super::MAX_STATEMENTS;
use super::index::{About, RecheckIndex, ToolNames, about};

/// An edit of a policy.
pub(super) struct PolicyEdit<'e> {
    /// The tree and the text before.
    tree: &'e Tree,
    text: &'e str,
    /// The text now.
    new_text: &'e str,
    /// The statements that were changed, by their numbers before.
    pub old: Range<usize>,
    /// What they are now.
    pub new: Vec<Statement>,
    /// How far everything after them has moved.
    shift: Shift,
    /// The part of the text before that was changed.
    changed: Range<usize>,
    /// Whether nothing else in the text is different, not even a comment or a blank.
    pub is_all: bool,
}

impl<'e> PolicyEdit<'e> {
    /// The statements that have changed, of all those that were read again.
    pub(super) fn new(
        tree: &'e Tree,
        text: &'e str,
        new_text: &'e str,
        read: syntax::Changed,
    ) -> Option<Self> {
        let syntax::Changed { old, mut new, shift, .. } = read;
        let before = tree.statements.get(old.clone())?;
        let is_text_same = |old: &Statement, new: &Statement| {
            text.get(old.span.range()) == new_text.get(new.span.range())
        };
        // A statement that a changed comment has moved is not the same.
        let is_same_before =
            |(old, new): &(&Statement, &Statement)| old.span == new.span && is_text_same(old, new);
        let is_same_after = |(old, new): &(&Statement, &Statement)| {
            let mut moved = old.span;
            shift.span(&mut moved);
            moved == new.span && is_text_same(old, new)
        };
        let front = before.iter().zip(&new).take_while(is_same_before).count();
        let most = before.len().min(new.len()) - front;
        let ends = before.iter().rev().zip(new.iter().rev()).take(most);
        let back = ends.take_while(is_same_after).count();
        new.truncate(new.len() - back);
        new.drain(..front);
        let old = old.start + front..old.end - back;
        let around = between(tree, text, old.clone());
        let changed = match tree.statements.get(old.clone())? {
            [] => around.clone(),
            [first, .., last] | [first @ last] => first.span.start as usize..last.span.end as usize,
        };
        let mut edit = Self { tree, text, new_text, old, new, shift, changed, is_all: false };
        edit.find_all();
        if !edit.is_all {
            edit.keeps_comments(&around)?;
            edit.changed = around;
        }
        Some(edit)
    }

    /// Some if comments around the changed statements are on the same lines as before: a fix that removes a statement removes the
    /// comments beside it too.
    fn keeps_comments(&self, around: &Range<usize>) -> Option<()> {
        let new_end = (around.end + self.new_text.len()).checked_sub(self.text.len())?;
        let (old, new) =
            (self.text.get(around.clone())?, self.new_text.get(around.start..new_end)?);
        let has_comment = comments(old).chain(comments(new)).next().is_some();
        (!has_comment || line_kinds(old).eq(line_kinds(new))).then_some(())
    }

    /// Finds out whether nothing else in the text is different, not even a comment or a blank.
    fn find_all(&mut self) {
        let ([first, ..], [.., last]) = (self.new.as_slice(), self.new.as_slice()) else { return };
        let mut new = first.span.start as usize..last.span.end as usize;
        let mut changed = self.changed.clone();
        if self.old.is_empty() {
            new = whole_lines(self.new_text, new);
            changed = new.start..new.start;
        }
        self.is_all = self.text.get(..changed.start) == self.new_text.get(..new.start)
            && self.text.get(changed.end..) == self.new_text.get(new.end..);
        if self.is_all {
            self.changed = changed;
        }
    }

    /// The statements as they were.
    pub(super) fn old_statements(&self) -> &'e [Statement] {
        self.tree.statements.get(self.old.clone()).unwrap_or(&[])
    }

    /// Whether a comment inside the changed statements is a directive to the linter.
    pub(super) fn has_directive(&self, file: FileId) -> bool {
        let sides = [(self.old_statements(), self.text), (&self.new, self.new_text)];
        sides.into_iter().any(|(statements, text)| {
            statements
                .iter()
                .any(|statement| suppress::has_directive(file, text.part(statement.span.range())))
        })
    }

    /// Where a place is now; `None` if it touches what was changed.
    pub(super) fn place(&self, mut span: Span) -> Option<Span> {
        if span.file != self.tree.file {
            return Some(span);
        }
        let (start, end) = (span.start as usize, span.end as usize);
        let Range { start: first, end: last } = self.changed;
        // An insertion right at a changed statement is a part of it.
        let is_insertion = start == end;
        if end < first || end == first && !is_insertion {
            return Some(span);
        }
        if start > last || start == last && !is_insertion {
            self.shift.span(&mut span);
            return Some(span);
        }
        None
    }

    /// The names of the tools that the changed statements are about, before or now; `None` if one may be about others.
    fn tools(&self) -> Option<ToolNames> {
        let mut tools = ToolNames::new();
        let sides = [(self.old_statements(), self.text), (&self.new, self.new_text)];
        for (statements, text) in sides {
            for statement in statements {
                match about(statement, text)? {
                    About::Tools(names) => tools.extend(names),
                    About::Everywhere(_) => return None,
                    About::Nothing => {}
                }
            }
        }
        Some(tools)
    }

    /// The part of the policy that the changed statements belong to; `None` if it is large, or names a tool that the manifest lacks.
    pub(super) fn part(&self, index: &RecheckIndex) -> Option<PolicyPart> {
        let tools = self.tools()?;
        let mut declared: BTreeSet<u32> = BTreeSet::new();
        for tool in &tools {
            declared.extend(index.declared(tool)?);
        }
        let mut waiting: Vec<Box<str>> = tools.into_vec();
        waiting.extend(index.names_everywhere().cloned());
        let mut seen: BTreeSet<Box<str>> = BTreeSet::new();
        let mut others: BTreeSet<usize> = index.everywhere().collect();
        while let Some(tool) = waiting.pop() {
            if seen.contains(&tool) {
                continue;
            }
            declared.extend(index.declared(&tool).unwrap_or(&[]));
            for number in index.statements(&tool) {
                if self.old.contains(&number) || !others.insert(number) {
                    continue;
                }
                let statement = self.tree.statements.get(number)?;
                if let About::Tools(tools) = about(statement, self.text)? {
                    waiting.extend(tools);
                }
            }
            if others.len() > MAX_STATEMENTS {
                return None;
            }
            seen.insert(tool);
        }
        let declared = declared.into_iter().map(|tool| tool as usize).collect();
        Some(PolicyPart { others, declared })
    }

    /// The statements of a part, as they were and as they are.
    pub(super) fn statements(&self, part: &PolicyPart) -> [Vec<Statement>; 2] {
        let find = |number: &usize| self.tree.statements.get(*number).cloned();
        let front: Vec<Statement> = part.others.range(..self.old.start).filter_map(find).collect();
        let behind: Vec<Statement> = part.others.range(self.old.end..).filter_map(find).collect();
        let old = [front.as_slice(), self.old_statements(), behind.as_slice()].concat();
        let mut new = front;
        new.extend_from_slice(&self.new);
        new.extend(behind.into_iter().map(|mut statement| {
            self.shift.statement(&mut statement);
            statement
        }));
        [old, new]
    }
}

/// From the end of the statement before some statements of the tree to the start of the one after them.
fn between(tree: &Tree, text: &str, statements: Range<usize>) -> Range<usize> {
    let before = statements.start.checked_sub(1).and_then(|last| tree.statements.get(last));
    let after = tree.statements.get(statements.end);
    let start = before.map_or(0, |last| last.span.end as usize);
    start..after.map_or(text.len(), |next| next.span.start as usize)
}

/// Whether each line of a text is blank, and whether it has a comment, alone or after code.
fn line_kinds(text: &str) -> impl Iterator<Item = (bool, bool, bool)> {
    text.lines().map(|line| {
        let code = line.trim();
        (code.is_empty(), code.starts_with('#'), comments(line).next().is_some())
    })
}

/// A part of a policy that can be checked by itself.
pub(super) struct PolicyPart {
    /// The unchanged statements, by their numbers.
    others: BTreeSet<usize>,
    /// The tools of the manifest that they name, by their numbers.
    pub declared: Vec<usize>,
}
