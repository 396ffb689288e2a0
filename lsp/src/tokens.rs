//! Semantic tokens as the protocol wants them: numbers relative to each other, and only what is different from the last time.

use gatewright::editor::tokens::{SemanticKind, SemanticToken};
use tower_lsp::ls_types as lsp;

use crate::snapshots::RequestContext;

/// The kinds of tokens, in the order in which the legend lists them.
const KINDS: [(SemanticKind, lsp::SemanticTokenType); 13] = [
    (SemanticKind::Keyword, lsp::SemanticTokenType::KEYWORD),
    (SemanticKind::Tool, lsp::SemanticTokenType::FUNCTION),
    (SemanticKind::Glob, lsp::SemanticTokenType::REGEXP),
    (SemanticKind::Set, lsp::SemanticTokenType::TYPE),
    (SemanticKind::Argument, lsp::SemanticTokenType::PARAMETER),
    (SemanticKind::Operator, lsp::SemanticTokenType::OPERATOR),
    (SemanticKind::String, lsp::SemanticTokenType::STRING),
    (SemanticKind::Number, lsp::SemanticTokenType::NUMBER),
    (SemanticKind::Class, lsp::SemanticTokenType::ENUM_MEMBER),
    (SemanticKind::Counter, lsp::SemanticTokenType::VARIABLE),
    (SemanticKind::Comment, lsp::SemanticTokenType::COMMENT),
    (SemanticKind::Suppression, lsp::SemanticTokenType::MACRO),
    (SemanticKind::Rule, lsp::SemanticTokenType::DECORATOR),
];

/// The modifiers, each a bit of a token, from the lowest.
const MODIFIERS: [lsp::SemanticTokenModifier; 3] = [
    lsp::SemanticTokenModifier::DEFINITION,
    lsp::SemanticTokenModifier::DEFAULT_LIBRARY,
    lsp::SemanticTokenModifier::new("critical"),
];

/// The tokens of a document as they were last sent.
#[derive(Clone, Debug)]
pub struct SentTokens {
    /// The name under which the client may refer to them.
    pub id: String,
    /// The tokens.
    pub data: Vec<lsp::SemanticToken>,
}

/// What the numbers of tokens mean.
pub fn legend() -> lsp::SemanticTokensLegend {
    lsp::SemanticTokensLegend {
        token_types: KINDS.iter().map(|(_, kind)| kind.clone()).collect(),
        token_modifiers: MODIFIERS.to_vec(),
    }
}

/// The tokens in the protocol's form.
pub fn encode(request: &RequestContext, tokens: &[SemanticToken]) -> Vec<lsp::SemanticToken> {
    let mut before = lsp::Position::default();
    let mut data = Vec::with_capacity(tokens.len());
    for token in tokens {
        let range = request.range(&token.range);
        // A token has a length within its line.
        let Some(length) = range.end.character.checked_sub(range.start.character) else { continue };
        if range.start.line != range.end.line || length == 0 || range.start < before {
            continue;
        }
        let is_same_line = range.start.line == before.line;
        let column = if is_same_line { before.character } else { 0 };
        data.push(lsp::SemanticToken {
            delta_line: range.start.line - before.line,
            delta_start: range.start.character - column,
            length,
            token_type: number(token.kind),
            token_modifiers_bitset: modifiers(token),
        });
        before = range.start;
    }
    data
}

/// What makes the tokens that were sent last into the new ones: at most one replacement, between what is the same at the start
/// and at the end.
pub fn difference(
    before: &[lsp::SemanticToken],
    after: &[lsp::SemanticToken],
) -> Vec<lsp::SemanticTokensEdit> {
    let same = |(left, right): &(&lsp::SemanticToken, &lsp::SemanticToken)| left == right;
    let start = before.iter().zip(after).take_while(same).count();
    let old = before.get(start..).unwrap_or(&[]);
    let new = after.get(start..).unwrap_or(&[]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
    let (old, new) = (old.len() - end, new.get(..new.len() - end).unwrap_or(&[]));
    if old == 0 && new.is_empty() {
        return Vec::new();
    }
    // The protocol counts numbers, of which a token has five.
    let numbers = |tokens: usize| u32::try_from(tokens * 5).unwrap_or(u32::MAX);
    let data = (!new.is_empty()).then(|| new.to_vec());
    vec![lsp::SemanticTokensEdit { start: numbers(start), delete_count: numbers(old), data }]
}

fn number(kind: SemanticKind) -> u32 {
    let place = KINDS.iter().position(|(known, _)| *known == kind).unwrap_or(0);
    u32::try_from(place).unwrap_or(0)
}

fn modifiers(token: &SemanticToken) -> u32 {
    u32::from(token.is_definition)
        | u32::from(token.is_builtin) << 1
        | u32::from(token.is_critical) << 2
}
