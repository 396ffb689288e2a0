//! The words of texts, right and wrong.

use super::words::{Word, WordKind, words};
use crate::syntax::{Token, tokens};

fn told(text: &str, in_block: bool) -> String {
    let shown = |word: &Word| format!("{}:{:?}", text.get(word.range.clone()).unwrap(), word.kind);
    let tokens: Vec<Token> = tokens(text).collect();
    let words = words(text, &tokens, in_block, &[]);
    words.iter().filter(|word| word.kind != WordKind::Mark).map(shown).collect::<Vec<_>>().join(" ")
}

#[test]
fn statements_are_told_word_by_word() {
    for (text, expected) in [
        (
            "allow x, get_*, @read 5/hour as c # so",
            "allow:Statement(\"allow\") x:Selector(Name) get_*:Selector(Glob) @read:Selector(Set) \
             5/hour:Rate as:Word c:Counter # so:Comment",
        ),
        (
            "classify \"x y\" as read because \"z\"",
            "classify:Statement(\"classify\") \"x y\":Selector(Quoted) as:Word read:Class because:Word \"z\":Reason",
        ),
        (
            "group deny = x\nmanifest \"m\"\ndefault deny",
            "group:Statement(\"group\") deny:Group x:Selector(Name) manifest:Statement(\"manifest\") \"m\":File \
             default:Statement(\"default\") deny:Word",
        ),
        (
            "require x with args.a.\"b c\".d not\n in [-1, {\"k\" : null}] because \"y\"",
            "require:Statement(\"require\") x:Selector(Name) with:Word args.a.\"b c\".d:Path not:Operator(NotIn) \
             in:Operator(NotIn) -1:Literal \"k\":Literal null:Literal because:Word \"y\":Reason",
        ),
        (
            "tool x { deny when not args.a exists }\nallow y",
            "tool:Statement(\"tool\") x:Selector(Name) deny:Statement(\"deny\") when:Word not:Word args.a:Path \
             exists:Operator(Exists) allow:Statement(\"allow\") y:Selector(Name)",
        ),
        ("alow x 5/week", "alow:Unknown x:Selector(Name) 5/week:Rate"),
        ("group reader", "group:Statement(\"group\") reader:Group"),
    ] {
        assert_eq!(told(text, false), expected, "{text}");
    }
    let expected = "require:Statement(\"require\") args.a:Path ==:Operator(Eq) \"x:Literal";
    assert_eq!(told("require args.a == \"x", true), expected);
}

#[test]
fn any_text_has_words_in_order_that_lie_on_one_line() {
    let parts = [
        "allow", " ", "\n", "\r\n", "\"", "\"a\"", ":", "{", "}", "args.", "x", "@", "not", "in",
        "#", "é", "5/", "as", "tool", "=", "==", "because", "\u{feff}", "\\",
    ];
    let mut state = 7u64;
    for _ in 0..3_000 {
        let mut text = String::new();
        for _ in 0..12 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text.push_str(parts[(state >> 33) as usize % parts.len()]);
        }
        let mut end = 0;
        let tokens: Vec<Token> = tokens(&text).collect();
        for word in words(&text, &tokens, state.is_multiple_of(2), &[]) {
            assert!(
                word.range.start >= end && word.range.end > word.range.start,
                "{text:?} {word:?}"
            );
            assert!(!text.get(word.range.clone()).unwrap().contains('\n'), "{text:?} {word:?}");
            end = word.range.end;
        }
    }
}
