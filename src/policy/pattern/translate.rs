//! From the syntax of a pattern to what automata are built from, with the meaning that RE2 gives each part.

use regex_syntax::ast::{self, Ast, Visitor};
use regex_syntax::hir::{Class, Dot, Hir, Look, Repetition};

use super::classes;

/// The expression of a pattern that RE2 takes; `None` if it has a part that is not RE2's.
pub(super) fn expression(tree: &Ast) -> Option<Hir> {
    let translator = Translator { flags: Flags::default(), open: Vec::new(), done: Vec::new() };
    ast::visit(tree, translator).ok().flatten()
}

/// The flags in force, without those that change only which of several matches is found.
#[derive(Clone, Copy, Default)]
struct Flags {
    folds_case: bool,
    is_multi_line: bool,
    dot_takes_line_ends: bool,
}

impl Flags {
    fn set(&mut self, flags: &ast::Flags) {
        let mut value = true;
        for item in &flags.items {
            match &item.kind {
                ast::FlagsItemKind::Negation => value = false,
                ast::FlagsItemKind::Flag(ast::Flag::CaseInsensitive) => self.folds_case = value,
                ast::FlagsItemKind::Flag(ast::Flag::MultiLine) => self.is_multi_line = value,
                ast::FlagsItemKind::Flag(ast::Flag::DotMatchesNewLine) => {
                    self.dot_takes_line_ends = value;
                }
                ast::FlagsItemKind::Flag(_) => {}
            }
        }
    }
}

/// A part that has been entered: how many expressions were done then, and the flags that a group gives back.
struct Open {
    done: usize,
    flags: Flags,
}

struct Translator {
    flags: Flags,
    open: Vec<Open>,
    done: Vec<Hir>,
}

impl Translator {
    /// The expressions that have been done since the part that is left was entered.
    fn parts(&mut self) -> Vec<Hir> {
        let first = self.open.pop().map_or(0, |open| open.done);
        self.done.split_off(first.min(self.done.len()))
    }

    fn leaf(&self, tree: &Ast) -> Option<Hir> {
        let folds = self.flags.folds_case;
        let class = |members| Some(Hir::class(Class::Unicode(members)));
        match tree {
            Ast::Empty(_) | Ast::Flags(_) => Some(Hir::empty()),
            Ast::Literal(literal) if folds => class(classes::character(literal.c, true)),
            Ast::Literal(literal) => {
                Some(Hir::literal(literal.c.encode_utf8(&mut [0; 4]).as_bytes()))
            }
            Ast::Dot(_) if self.flags.dot_takes_line_ends => Some(Hir::dot(Dot::AnyChar)),
            Ast::Dot(_) => Some(Hir::dot(Dot::AnyCharExceptLF)),
            Ast::Assertion(assertion) => self.look(&assertion.kind).map(Hir::look),
            Ast::ClassUnicode(named) => class(classes::named(named, folds)?),
            Ast::ClassPerl(perl) => class(classes::perl(perl)),
            Ast::ClassBracketed(bracketed) => class(classes::bracketed(bracketed, folds)?),
            Ast::Repetition(_) | Ast::Group(_) | Ast::Alternation(_) | Ast::Concat(_) => None,
        }
    }

    fn look(&self, kind: &ast::AssertionKind) -> Option<Look> {
        Some(match kind {
            ast::AssertionKind::StartLine if self.flags.is_multi_line => Look::StartLF,
            ast::AssertionKind::EndLine if self.flags.is_multi_line => Look::EndLF,
            ast::AssertionKind::StartLine | ast::AssertionKind::StartText => Look::Start,
            ast::AssertionKind::EndLine | ast::AssertionKind::EndText => Look::End,
            ast::AssertionKind::WordBoundary => Look::WordAscii,
            ast::AssertionKind::NotWordBoundary => Look::WordAsciiNegate,
            _ => return None,
        })
    }
}

impl Visitor for Translator {
    type Output = Option<Hir>;
    type Err = ();

    fn finish(mut self) -> Result<Self::Output, ()> {
        Ok(self.done.pop())
    }

    fn visit_pre(&mut self, tree: &Ast) -> Result<(), ()> {
        if matches!(tree, Ast::Group(_) | Ast::Alternation(_) | Ast::Concat(_)) {
            self.open.push(Open { done: self.done.len(), flags: self.flags });
        }
        if let Ast::Group(group) = tree
            && let ast::GroupKind::NonCapturing(flags) = &group.kind
        {
            self.flags.set(flags);
        }
        Ok(())
    }

    fn visit_post(&mut self, tree: &Ast) -> Result<(), ()> {
        let expression = match tree {
            Ast::Group(_) => {
                self.flags = self.open.last().map_or(self.flags, |open| open.flags);
                Hir::concat(self.parts())
            }
            Ast::Concat(_) => Hir::concat(self.parts()),
            Ast::Alternation(_) => Hir::alternation(self.parts()),
            Ast::Repetition(repetition) => {
                let (min, max) = bounds(&repetition.op.kind);
                let sub = Box::new(self.done.pop().ok_or(())?);
                Hir::repetition(Repetition { min, max, greedy: true, sub })
            }
            leaf => self.leaf(leaf).ok_or(())?,
        };
        if let Ast::Flags(set) = tree {
            self.flags.set(&set.flags);
        }
        self.done.push(expression);
        Ok(())
    }
}

/// How often a repetition repeats: at least, and at most if that is bounded.
fn bounds(kind: &ast::RepetitionKind) -> (u32, Option<u32>) {
    match kind {
        ast::RepetitionKind::ZeroOrOne => (0, Some(1)),
        ast::RepetitionKind::ZeroOrMore => (0, None),
        ast::RepetitionKind::OneOrMore => (1, None),
        ast::RepetitionKind::Range(ast::RepetitionRange::Exactly(count)) => (*count, Some(*count)),
        ast::RepetitionKind::Range(ast::RepetitionRange::AtLeast(min)) => (*min, None),
        ast::RepetitionKind::Range(ast::RepetitionRange::Bounded(min, max)) => (*min, Some(*max)),
    }
}
