//! Whether the gateway's dialect of regular expressions, RE2, takes a pattern.
//!
//! `regex-syntax` reads the pattern and tells where its parts lie, after [`spelling`] has rewritten what RE2 alone reads or
//! reads differently. A form that RE2 refuses is an error that says what to write instead. Whatever RE2 takes is
//! taken; what means something else in most other dialects is told by [`pattern_surprises`].
//! The facts come from RE2's published syntax and from its behaviour.

mod errors;
mod names;
mod spelling;

use std::ops::Range;

use regex_syntax::ast::{self, Ast, parse::ParserBuilder};

use self::spelling::Spelling;
use crate::source::TextPart;
use crate::text::quote;

/// The longest pattern that is taken, in bytes. RE2 bounds the memory of a compiled pattern; a pattern of this size
/// is near that bound, and judging longer ones would be slow.
pub const MAX_PATTERN_BYTES: usize = 32 * 1024;

/// The highest count of a repetition in RE2, also for repetitions inside repetitions, multiplied.
const MAX_REPEAT: u32 = 1000;

/// How deep groups may nest in RE2.
const MAX_NESTING: u32 = 1000;

/// Why a pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// What is wrong, in the style of a finding's message.
    pub message: String,
    /// The bytes at fault, in the pattern.
    pub range: Range<usize>,
    /// What to write instead.
    pub help: Option<String>,
    /// What was probably meant, to stand in the place of the bytes at fault.
    pub meant: Option<String>,
}

impl PatternError {
    fn new(range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), range, help: Some(help.into()), meant: None }
    }
}

/// Judges a pattern.
///
/// # Errors
/// The first thing that RE2 refuses.
pub fn check_pattern(pattern: &str) -> Result<(), PatternError> {
    read(pattern).map(|_| ())
}

/// The syntax of a pattern that RE2 takes and reads as `regex-syntax` does. None for one with spellings of RE2's own.
pub fn pattern_tree(pattern: &str) -> Option<Ast> {
    read(pattern).ok().filter(|(spelling, _)| spelling.is_shared).map(|(_, tree)| tree)
}

/// The syntax of a pattern that RE2 takes, whatever its spelling; places in it are not those of the pattern.
pub(super) fn any_pattern_tree(pattern: &str) -> Option<Ast> {
    read(pattern).ok().map(|(_, tree)| tree)
}

/// What RE2 takes in a pattern and reads in another way than most other dialects: probably something else is meant.
pub fn pattern_surprises(pattern: &str) -> Vec<PatternError> {
    read(pattern).map(|(spelling, _)| spelling.surprises).unwrap_or_default()
}

fn read(pattern: &str) -> Result<(Spelling, Ast), PatternError> {
    if pattern.len() > MAX_PATTERN_BYTES {
        let message = format!("the pattern is longer than {MAX_PATTERN_BYTES} bytes");
        return Err(PatternError::new(0..1, message, "to test for several values, use `in`"));
    }
    let spelling = Spelling::of(pattern)?;
    let in_pattern =
        |error: PatternError| PatternError { range: spelling.origin(&error.range), ..error };
    let text = &spelling.text;
    let mut parser = ParserBuilder::new().octal(true).nest_limit(MAX_NESTING).build();
    let tree = parser.parse(text).map_err(|error| in_pattern(errors::explain(text, &error)))?;
    ast::visit(&tree, Judge { pattern: text, budgets: vec![MAX_REPEAT] }).map_err(in_pattern)?;
    Ok((spelling, tree))
}

/// Walks over the tree and stops at the first form that is not RE2's.
struct Judge<'p> {
    pattern: &'p str,
    /// How often a repetition may still repeat, inside each of the repetitions that are open.
    budgets: Vec<u32>,
}

type Verdict = Result<(), PatternError>;

impl ast::Visitor for Judge<'_> {
    type Output = ();
    type Err = PatternError;

    fn finish(self) -> Verdict {
        Ok(())
    }

    fn visit_pre(&mut self, tree: &Ast) -> Verdict {
        match tree {
            Ast::Flags(set) => self.flags(&set.flags),
            Ast::Literal(literal) => self.literal(literal),
            Ast::ClassUnicode(class) => self.unicode(class),
            Ast::Repetition(repetition) => self.repetition(repetition),
            Ast::Group(group) => self.group(group),
            _ => Ok(()),
        }
    }

    fn visit_post(&mut self, tree: &Ast) -> Verdict {
        if matches!(tree, Ast::Repetition(_)) {
            self.budgets.pop();
        }
        Ok(())
    }

    fn visit_class_set_item_pre(&mut self, item: &ast::ClassSetItem) -> Verdict {
        match item {
            ast::ClassSetItem::Literal(literal) => self.literal(literal),
            ast::ClassSetItem::Range(range) => {
                self.literal(&range.start).and_then(|()| self.literal(&range.end))
            }
            ast::ClassSetItem::Unicode(class) => self.unicode(class),
            _ => Ok(()),
        }
    }
}

impl Judge<'_> {
    fn text(&self, span: &ast::Span) -> &str {
        self.pattern.part(range(span))
    }

    fn flags(&self, flags: &ast::Flags) -> Verdict {
        for item in &flags.items {
            let ast::FlagsItemKind::Flag(flag) = &item.kind else { continue };
            let help = match flag {
                ast::Flag::CaseInsensitive
                | ast::Flag::MultiLine
                | ast::Flag::DotMatchesNewLine
                | ast::Flag::SwapGreed => continue,
                ast::Flag::IgnoreWhitespace => "write the pattern without spaces and comments",
                ast::Flag::Unicode => "remove it: RE2 matches characters, not bytes",
                ast::Flag::CRLF => "write `\\r?$` for the end of a line",
            };
            let message = format!("RE2 does not support the flag {}", quote(self.text(&item.span)));
            return Err(PatternError::new(range(&item.span), message, help));
        }
        Ok(())
    }

    fn group(&self, group: &ast::Group) -> Verdict {
        match &group.kind {
            ast::GroupKind::NonCapturing(flags) => self.flags(flags),
            ast::GroupKind::CaptureName { .. } | ast::GroupKind::CaptureIndex(_) => Ok(()),
        }
    }

    fn literal(&self, literal: &ast::Literal) -> Verdict {
        use ast::{HexLiteralKind as Hex, LiteralKind as Kind};
        let written = self.text(&literal.span);
        match &literal.kind {
            Kind::HexFixed(Hex::UnicodeShort | Hex::UnicodeLong)
            | Kind::HexBrace(Hex::UnicodeShort | Hex::UnicodeLong) => Err(PatternError::new(
                range(&literal.span),
                format!("RE2 does not support the escape {}", quote(written)),
                format!("write `\\x{{{:x}}}`", u32::from(literal.c)),
            )),
            Kind::Octal if written.len() == 2 && written != "\\0" => {
                Err(errors::back_reference(range(&literal.span), written))
            }
            _ => Ok(()),
        }
    }

    fn unicode(&self, class: &ast::ClassUnicode) -> Verdict {
        let written = self.text(&class.span);
        let name = match &class.kind {
            ast::ClassUnicodeKind::OneLetter(letter) => letter.to_string(),
            _ => written.part(3..written.len().saturating_sub(1)).to_owned(),
        };
        let (not, name) = name.strip_prefix('^').map_or(("", &*name), |name| ("^", name));
        if names::is_known(name) {
            return Ok(());
        }
        let message = format!("RE2 does not support the class {}", quote(written));
        let error = PatternError::new(range(&class.span), message, names::suggestion(name));
        let sign = written.part(..2);
        let meant = names::meant(name).map(|known| format!("{sign}{{{not}{known}}}"));
        Err(PatternError { meant, ..error })
    }

    fn repetition(&mut self, repetition: &ast::Repetition) -> Verdict {
        let operator = &repetition.op;
        if let Ast::Repetition(inner) = &*repetition.ast {
            return Err(errors::stacked(self.pattern, inner, repetition));
        }
        let budget = self.budgets.last().copied().unwrap_or(MAX_REPEAT);
        let count = match &operator.kind {
            ast::RepetitionKind::Range(count) => count,
            _ => {
                self.budgets.push(budget);
                return Ok(());
            }
        };
        let (least, most) = match *count {
            ast::RepetitionRange::Exactly(count) => (count, count),
            ast::RepetitionRange::AtLeast(least) => (least, least),
            ast::RepetitionRange::Bounded(least, most) => (least, most),
        };
        let left = budget.checked_div(most).unwrap_or(budget);
        if least > MAX_REPEAT || left == 0 {
            return Err(errors::too_often(
                range(&operator.span),
                self.budgets.len() > 1,
                MAX_REPEAT,
            ));
        }
        self.budgets.push(left);
        Ok(())
    }
}

/// The bytes of a span of the tree.
fn range(span: &ast::Span) -> Range<usize> {
    span.start.offset..span.end.offset
}

#[cfg(test)]
mod tests;
