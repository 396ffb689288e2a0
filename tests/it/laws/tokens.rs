//! The lexer and the grammar see the same tokens, and trees keep those of their text.

use gatewright::source::SourceSet;
use gatewright::syntax::{self, Token};

use super::corpus::gate_samples;
use super::mutate;
use crate::random::Random;

/// So many random edits are made of each file.
const EDITS: usize = 60;

/// Fails unless each thing that the grammar reads as one is one token, wherever a statement is right. Returns how many there were.
fn agree(text: &str) -> usize {
    let tokens: Vec<Token> = syntax::tokens(text).collect();
    let mut count = 0;
    let lines = tokens.iter().filter(|token| token.begins_line());
    for start in lines.map(|token| token.start()) {
        for terminal in syntax::terminals(text, start) {
            let from = tokens.partition_point(|token| token.start() < terminal.start);
            let rest = tokens.get(from..).unwrap_or(&[]);
            let count_in = rest.partition_point(|token| token.end() <= terminal.end);
            let shown = text.get(terminal.clone());
            // `not in` is two words.
            let is_not_in = |it: &str| it.starts_with("not") && it.contains([' ', '\t', '\n']);
            let expected = if shown.is_some_and(is_not_in) { 2 } else { 1 };
            let in_it: Vec<&Token> = rest
                .iter()
                .take(count_in)
                .filter(|token| !token.is_comment() || expected == 1)
                .collect();
            assert_eq!(in_it.len(), expected, "{shown:?} {in_it:?} in {text:?}");
            assert_eq!(
                rest.first().map(|token| token.start()),
                Some(terminal.start),
                "{shown:?} in {text:?}"
            );
            assert_eq!(
                in_it.last().map(|token| token.end()),
                Some(terminal.end),
                "{shown:?} in {text:?}"
            );
            count += 1;
        }
    }
    count
}

/// Fails unless a tree keeps the tokens of its text: all of them, in order, with nothing but blanks between them.
fn keeps_tokens(text: &str) {
    let file = SourceSet::default().add("policy.gate", "");
    let (tree, findings) = syntax::parse(file, text);
    let mut end = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    for token in &tree.tokens {
        let between = text.get(end..token.start()).unwrap();
        assert!(
            between.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')),
            "{text:?}"
        );
        let begins_line = between.contains('\n')
            || text
                .get(..token.start())
                .unwrap()
                .trim_start_matches('\u{feff}')
                .trim_matches([' ', '\t'])
                .is_empty();
        assert_eq!(token.begins_line(), begins_line, "{token:?} in {text:?}");
        assert!(token.end() > token.start());
        end = token.end();
    }
    assert!(
        text.get(end..).unwrap().trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty(),
        "{text:?}"
    );
    for statement in &tree.statements {
        let span = statement.span.range();
        let inside = tree.tokens_in(&span);
        assert_eq!(inside.first().map(|token| token.start()), Some(span.start), "{text:?}");
        // A block that nothing closes goes on to the next statement.
        let last = inside.last().map_or(span.start, |token| token.end());
        assert!(text[last..span.end].trim().is_empty(), "{statement:?} in {text:?}");
    }
    if findings.is_empty() {
        assert!(tree.tokens.iter().copied().eq(syntax::tokens(text)), "{text:?}");
    }
}

#[test]
fn the_lexer_and_the_grammar_agree() {
    let mut random = Random::new(11);
    let mut count = 0;
    for sample in gate_samples() {
        count += agree(&sample.text);
        keeps_tokens(&sample.text);
        for _ in 0..EDITS {
            let text = mutate::mutated(&sample.text, &mut random);
            count += agree(&text);
            keeps_tokens(&text);
        }
    }
    assert!(count > 100_000, "{count}");
}
