//! What each word of the text is, for colouring by meaning.

use std::ops::Range;

use super::View;
use super::cursor::{Word, WordKind, directive, exact_name, is_given, words_within};
use crate::lint::Form;
use crate::resolve::Resolved;
use crate::risk::{Class, Risk};
use crate::source::TextPart;
use crate::syntax::tree::SelectorKind;

/// A word and what it is. It never goes on over a line break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SemanticToken {
    /// The bytes.
    pub range: Range<usize>,
    /// What it is.
    pub kind: SemanticKind,
    /// Whether it says what a name is, not only uses it.
    pub is_definition: bool,
    /// Whether it comes with the language.
    pub is_builtin: bool,
    /// Whether the tool is critical: it destroys, or moves money.
    pub is_critical: bool,
}

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SemanticKind {
    /// A word of the language.
    Keyword,
    /// A tool's name.
    Tool,
    /// A glob.
    Glob,
    /// A set or group.
    Set,
    /// An argument's path.
    Argument,
    /// An operator.
    Operator,
    /// A string.
    String,
    /// A number or a rate.
    Number,
    /// A class of risk.
    Class,
    /// The name of a counter.
    Counter,
    /// A comment.
    Comment,
    /// A suppression in a comment.
    Suppression,
    /// The name of a rule in a suppression.
    Rule,
}

/// The words of a part of the text, by place. A word that lies in it only in part is there as a whole.
pub fn tokens(view: &View, range: Range<usize>) -> Vec<SemanticToken> {
    let (Form::Gate, Some(resolved), Some(tree)) = (view.form(), view.resolved(), view.tree())
    else {
        return Vec::new();
    };
    let text = view.text();
    let range = text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end);
    let mut tokens = Vec::new();
    for word in words_within(tree, text, &range) {
        match word.kind {
            WordKind::Comment => comment(text, &word.range, &mut tokens),
            _ => tokens.extend(token(resolved, text, &word)),
        }
    }
    tokens.retain(|token| token.range.start < range.end && range.start < token.range.end);
    tokens
}

/// What a word other than a comment is; `None` for marks, and for what makes no sense.
fn token(resolved: &Resolved, text: &str, word: &Word) -> Option<SemanticToken> {
    let written = text.get(word.range.clone())?;
    let plain = |kind| SemanticToken {
        range: word.range.clone(),
        kind,
        is_definition: false,
        is_builtin: false,
        is_critical: false,
    };
    let kind = match word.kind {
        WordKind::Comment | WordKind::Mark | WordKind::Unknown => return None,
        WordKind::Statement(_) | WordKind::Word => SemanticKind::Keyword,
        WordKind::Selector(SelectorKind::Glob) => SemanticKind::Glob,
        WordKind::Selector(SelectorKind::Set) => {
            let is_builtin = is_given(written.strip_prefix('@')?);
            return Some(SemanticToken { is_builtin, ..plain(SemanticKind::Set) });
        }
        WordKind::Selector(kind) => {
            let is_critical = is_critical(resolved, written, kind);
            return Some(SemanticToken { is_critical, ..plain(SemanticKind::Tool) });
        }
        WordKind::Group => {
            return Some(SemanticToken { is_definition: true, ..plain(SemanticKind::Set) });
        }
        WordKind::Class => {
            let is_builtin = Class::from_name(written).is_some();
            return Some(SemanticToken { is_builtin, ..plain(SemanticKind::Class) });
        }
        WordKind::Path => SemanticKind::Argument,
        WordKind::Operator(_) => SemanticKind::Operator,
        WordKind::Literal if written.starts_with('"') => SemanticKind::String,
        WordKind::Literal if matches!(written, "true" | "false" | "null") => SemanticKind::Keyword,
        WordKind::Literal | WordKind::Rate => SemanticKind::Number,
        WordKind::Counter => SemanticKind::Counter,
        WordKind::File | WordKind::Reason => SemanticKind::String,
    };
    Some(plain(kind))
}

fn is_critical(resolved: &Resolved, written: &str, kind: SelectorKind) -> bool {
    let name = exact_name(written, kind);
    let tool = resolved.policy.tools.find(&name);
    let brief = tool.map(|tool| resolved.assessments.brief(tool.0 as usize, &name));
    brief.is_some_and(|brief| brief.class.risk() == Risk::Critical)
}

/// The parts of a comment.
fn comment(text: &str, range: &Range<usize>, tokens: &mut Vec<SemanticToken>) {
    let mut push = |range: Range<usize>, kind| {
        let part = text.part(range.clone());
        let start = range.start + (part.len() - part.trim_start().len());
        let range = start..start + part.trim().len();
        if !range.is_empty() {
            let (is_definition, is_builtin, is_critical) = (false, false, false);
            tokens.push(SemanticToken { range, kind, is_definition, is_builtin, is_critical });
        }
    };
    let Some(directive) = directive(text, range) else {
        push(range.clone(), SemanticKind::Comment);
        return;
    };
    let mut at = range.start;
    for rule in directive.rules {
        push(at..rule.start, SemanticKind::Suppression);
        at = rule.end;
        push(rule, SemanticKind::Rule);
    }
    push(at..directive.end, SemanticKind::Suppression);
    push(directive.end..range.end, SemanticKind::Comment);
}
