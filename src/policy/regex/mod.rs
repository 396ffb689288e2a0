//! Whether the gateway's dialect of regular expressions, RE2, takes a pattern.
//!
//! `regex-syntax` reads the pattern and tells where its parts lie; here is decided what of it RE2 reads in the same
//! way. A form that RE2 refuses, or that the two read differently, is an error that says what to write instead: a
//! guard that means something else than it says is worse than one that must be spelled in another way.
//! The facts come from RE2's published syntax and from its behaviour.

mod errors;
mod names;

use std::ops::Range;

use regex_syntax::ast::{self, Ast, parse::ParserBuilder};

use crate::text::quote;

/// The longest pattern that is taken, in bytes. RE2 bounds the memory of a compiled pattern; a pattern of this size
/// is near that bound, and judging longer ones would be slow.
pub const MAX_PATTERN_BYTES: usize = 32 * 1024;

/// The highest count of a repetition in RE2, also for repetitions inside repetitions, multiplied.
const MAX_REPEAT: u32 = 1000;

/// How deep groups and classes may stand in each other.
const MAX_NESTING: u32 = 250;

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
/// The first thing that RE2 refuses or reads in another way.
pub fn check_pattern(pattern: &str) -> Result<(), PatternError> {
    if pattern.len() > MAX_PATTERN_BYTES {
        let message = format!("the pattern is longer than {MAX_PATTERN_BYTES} bytes");
        return Err(PatternError::new(0..1, message, "test a list of values with `in`"));
    }
    let mut parser = ParserBuilder::new().octal(true).nest_limit(MAX_NESTING).build();
    let tree = parser.parse(pattern).map_err(|error| errors::explain(pattern, &error))?;
    ast::visit(&tree, Judge { pattern, budgets: vec![MAX_REPEAT] })
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
            Ast::Assertion(assertion) => self.assertion(assertion),
            Ast::ClassUnicode(class) => self.unicode(class),
            Ast::ClassBracketed(class) => self.class_start(class),
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
            ast::ClassSetItem::Bracketed(class) => {
                let start = class.span.start.offset;
                Err(PatternError::new(
                    start..start + 1,
                    "RE2 has no class inside a class and reads this `[` as a character",
                    "write `\\[` for the character, or list the characters in one class",
                ))
            }
            _ => Ok(()),
        }
    }

    fn visit_class_set_binary_op_pre(&mut self, operation: &ast::ClassSetBinaryOp) -> Verdict {
        let (sign, range) = self.operator(operation);
        let escaped: String = sign.chars().flat_map(|character| ['\\', character]).collect();
        Err(PatternError::new(
            range,
            format!("RE2 has no operator `{sign}` in classes and reads plain characters"),
            format!("write {} for the characters, or one class of what is meant", quote(&escaped)),
        ))
    }
}

impl Judge<'_> {
    fn text(&self, span: &ast::Span) -> &str {
        self.pattern.get(range(span)).unwrap_or("")
    }

    /// The sign of an operation between classes and where it stands: after the left side, blanks apart.
    fn operator(&self, operation: &ast::ClassSetBinaryOp) -> (&'static str, Range<usize>) {
        let sign = match operation.kind {
            ast::ClassSetBinaryOpKind::Intersection => "&&",
            ast::ClassSetBinaryOpKind::Difference => "--",
            ast::ClassSetBinaryOpKind::SymmetricDifference => "~~",
        };
        let left = operation.lhs.span().end.offset;
        let right = operation.rhs.span().start.offset;
        let between = self.pattern.get(left..right).and_then(|text| text.find(sign));
        match between {
            Some(at) => (sign, left + at..left + at + sign.len()),
            None => (sign, range(&operation.span)),
        }
    }

    fn flags(&self, flags: &ast::Flags) -> Verdict {
        for item in &flags.items {
            let ast::FlagsItemKind::Flag(flag) = &item.kind else { continue };
            let help = match flag {
                ast::Flag::CaseInsensitive
                | ast::Flag::MultiLine
                | ast::Flag::DotMatchesNewLine
                | ast::Flag::SwapGreed => continue,
                ast::Flag::IgnoreWhitespace => "write the pattern without blanks and comments",
                ast::Flag::Unicode => "leave it out: RE2 matches characters, not bytes",
                ast::Flag::CRLF => "write `\\r?$` for the end of a line",
            };
            let message = format!("RE2 has no flag {}", quote(self.text(&item.span)));
            return Err(PatternError::new(range(&item.span), message, help));
        }
        Ok(())
    }

    fn group(&self, group: &ast::Group) -> Verdict {
        match &group.kind {
            ast::GroupKind::NonCapturing(flags) => self.flags(flags),
            ast::GroupKind::CaptureName { name, .. } => {
                let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
                if name.name.chars().all(plain) {
                    return Ok(());
                }
                let message = format!("RE2 takes no group name such as {}", quote(&name.name));
                Err(PatternError::new(
                    range(&name.span),
                    message,
                    "use letters, digits and `_`, all ASCII",
                ))
            }
            ast::GroupKind::CaptureIndex(_) => Ok(()),
        }
    }

    fn literal(&self, literal: &ast::Literal) -> Verdict {
        use ast::{HexLiteralKind as Hex, LiteralKind as Kind};
        let written = self.text(&literal.span);
        match &literal.kind {
            Kind::HexFixed(Hex::UnicodeShort | Hex::UnicodeLong)
            | Kind::HexBrace(Hex::UnicodeShort | Hex::UnicodeLong) => Err(PatternError::new(
                range(&literal.span),
                format!("RE2 has no escape {}", quote(written)),
                format!("write `\\x{{{:x}}}`", u32::from(literal.c)),
            )),
            Kind::Octal if written.len() == 2 && written != "\\0" => {
                Err(errors::back_reference(range(&literal.span), written))
            }
            _ => Ok(()),
        }
    }

    fn assertion(&self, assertion: &ast::Assertion) -> Verdict {
        use ast::AssertionKind as Kind;
        let written = self.text(&assertion.span);
        let help = match assertion.kind {
            Kind::WordBoundaryStartAngle => {
                "write `\\b` for the edge of a word, `<` for the character"
            }
            Kind::WordBoundaryEndAngle => {
                "write `\\b` for the edge of a word, `>` for the character"
            }
            Kind::WordBoundaryStart
            | Kind::WordBoundaryEnd
            | Kind::WordBoundaryStartHalf
            | Kind::WordBoundaryEndHalf => "write `\\b` for the edge of a word",
            _ => return Ok(()),
        };
        let message = format!("RE2 reads {} as plain characters", quote(written));
        Err(PatternError::new(range(&assertion.span), message, help))
    }

    fn unicode(&self, class: &ast::ClassUnicode) -> Verdict {
        let written = self.text(&class.span);
        let name = match &class.kind {
            ast::ClassUnicodeKind::OneLetter(letter) => letter.to_string(),
            _ => written.get(3..written.len().saturating_sub(1)).unwrap_or("").to_owned(),
        };
        let (not, name) = name.strip_prefix('^').map_or(("", &*name), |name| ("^", name));
        if names::is_known(name) {
            return Ok(());
        }
        let message = format!("RE2 has no class {}", quote(written));
        let error = PatternError::new(range(&class.span), message, names::suggestion(name));
        let sign = written.get(..2).unwrap_or("");
        let meant = names::meant(name).map(|known| format!("{sign}{{{not}{known}}}"));
        Err(PatternError { meant, ..error })
    }

    /// A `-` behind the opening bracket begins a range in RE2, and so does a `]`, if another `-` follows.
    fn class_start(&self, class: &ast::ClassBracketed) -> Verdict {
        let inner = self.text(&class.span).get(1..).unwrap_or("");
        let inner = inner.strip_prefix('^').unwrap_or(inner);
        let after = inner.get(2..).and_then(|rest| rest.chars().next());
        let is_range = (inner.starts_with("--") || inner.starts_with("]-")) && after != Some(']');
        if !is_range {
            return Ok(());
        }
        let start = class.span.end.offset - inner.len();
        let first = inner.get(..1).unwrap_or("");
        Err(PatternError::new(
            start..start + 2,
            format!("RE2 reads a range from `{first}` here"),
            format!("write `\\{first}` for the character, and `-` last in the class"),
        ))
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
        let written = self.text(&operator.span);
        if !is_plain_count(written) {
            let message = format!("RE2 reads {} as plain characters", quote(written));
            let help = "write the numbers without blanks and leading zeros; the character is `\\{`";
            return Err(PatternError::new(range(&operator.span), message, help));
        }
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

/// Whether `{2}`, `{2,}`, `{2,5}`, perhaps with a `?` behind, is written as RE2 reads it.
fn is_plain_count(written: &str) -> bool {
    let written = written.strip_suffix('?').unwrap_or(written);
    let inner = written.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or("");
    let (least, most) = inner.split_once(',').unwrap_or((inner, "0"));
    let plain = |number: &str| {
        !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && (number.len() == 1 || !number.starts_with('0'))
    };
    plain(least) && (most.is_empty() || plain(most))
}

#[cfg(test)]
mod tests;
