//! What the reader promises, on small texts and on generated ones.

#![allow(clippy::string_slice, clippy::too_many_lines)]

use super::*;
use crate::source::SourceSet;

fn file() -> FileId {
    SourceSet::default().add("test.json", "")
}

/// The characters at fault, the message, and the help.
fn mistake(text: &str) -> (String, String, String) {
    let error = parse(file(), text).unwrap_err();
    let at = text[error.primary.span.range()].to_owned();
    (at, error.message, error.help.unwrap_or_default())
}

#[test]
fn values_have_places() {
    let text = "\u{feff}{\"a\\u00e9\": [1.50, \"x\", null], \"a\": true, \"a\": {}}";
    let node = parse(file(), text).unwrap();
    assert_eq!(node.span.range(), 3..text.len());
    let Value::Object(members) = &node.value else { panic!() };
    let keys: Vec<&str> = members.iter().map(|member| &*member.key).collect();
    assert_eq!(keys, ["aé", "a", "a"]);
    assert_eq!(&text[members[0].key_span.range()], "\"a\\u00e9\"");
    assert_eq!(&text[members[0].value.span.range()], "[1.50, \"x\", null]");
    assert_eq!(node.depth(), 2);
    assert_eq!(node.to_literal().to_json(), "{\"aé\": [1.50, \"x\", null], \"a\": true}");
    let mut found = Vec::new();
    duplicate_keys(&node, &mut |finding| found.push(finding));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].primary.span, members[2].key_span);
    assert_eq!(found[0].labels[0].span, members[1].key_span);
}

#[test]
fn mistakes_are_told_in_an_authors_words() {
    for (text, at, message, help) in [
        ("", "", "expected a JSON value, but the file is empty", ""),
        ("{\"a\": 1,}", ",", "trailing comma before `}`", "remove the comma"),
        ("[1, 2, ]", ",", "trailing comma before `]`", "remove the comma"),
        ("[1,, 2]", ",", "expected a value between two commas", "remove this comma"),
        ("{'a': 1}", "'a'", "a string is in single quotes", "write `\"a\"`"),
        ("[1] // x", "// x", "JSON does not allow comments", "remove the comment"),
        ("[1 /* x */]", "/* x */", "JSON does not allow comments", "remove the comment"),
        ("# x\n[1]", "# x", "JSON does not allow comments", "remove the comment"),
        ("{\"a\": 1 \"b\": 2}", "\"b\"", "expected `,` or `}`, found a string", "insert a comma"),
        ("[1 2]", "2", "expected `,` or `]`, found `2`", "insert a comma"),
        ("{a: 1}", "a", "the key `a` is not in quotes", "write `\"a\"`"),
        ("[True]", "True", "expected a value, found `True`", "write `true`"),
        ("[None]", "None", "expected a value, found `None`", "write `null`"),
        ("[deny]", "deny", "expected a value, found `deny`", "write `\"deny\"`"),
        (
            "[NaN]",
            "NaN",
            "expected a value, found `NaN`",
            "JSON has no such number; write a finite number",
        ),
        ("[01]", "01", "`01` is not a JSON number", "write `1`"),
        (
            "[1e999]",
            "1e999",
            "the number `1e999` is out of range for JSON parsers",
            "write a number below `1e308`",
        ),
        ("{\"a\": 1", "{", "this `{` is never closed", "close it with `}`"),
        ("{\"a\": [1, 2}", "[", "this `[` is never closed", "close it with `]`"),
        ("{\"a\": 1]", "]", "expected `}`, found `]`", ""),
        (
            "{\"a\": \"x\n}",
            "\"x",
            "this string is never closed",
            "close it with `\"` on the same line; write a line break in a string as `\\n`",
        ),
        ("[\"x]", "\"x]", "this string is never closed", "close it with `\"`"),
        ("[\"x\ty\"]", "\t", "a string contains a tab", "write `\\t`"),
        (
            "[\"\\d\"]",
            "\\d",
            "`\\d` is not a JSON escape",
            "to write a backslash, double it: `\\\\d`",
        ),
        (
            "[\"\\u12\"]",
            "\\u12",
            "expected four hexadecimal digits after `\\u`",
            "write the character itself, or its code, such as `\\u00e9`",
        ),
        (
            "[\"\\ud800x\"]",
            "\\ud800",
            "`\\ud800` is only half of a surrogate pair",
            "write the character itself, or both halves of the pair",
        ),
        ("{} {}", "{", "expected the end of the file, found `{`", "write one JSON value per file"),
        ("{}}", "}", "unmatched `}`", ""),
        ("{\"a\" = 1}", "=", "expected `:` after the key, found `=`", ""),
        ("{\"a\": }", "}", "expected a value after `:`, found `}`", ""),
        ("{\"a\"}", "}", "expected `:` and a value after the key, found `}`", ""),
        (
            "[\"say \"hi\" now\"]",
            "hi",
            "the string ends before `hi`",
            "write a quote in a string as `\\\"`",
        ),
        (
            "[\u{a0}1]",
            "\u{a0}",
            "expected a value, found the invisible character `\\u{a0}`",
            "remove it",
        ),
        (
            "{\u{201c}a\u{201d}: 1}",
            "\u{201c}",
            "expected a key in double quotes, found `\u{201c}`",
            "write straight double quotes: `\"`",
        ),
    ] {
        let expected = (at.to_owned(), message.to_owned(), help.to_owned());
        assert_eq!(mistake(text), expected, "{text}");
    }
}

#[test]
fn an_unclosed_bracket_is_found_by_its_indentation() {
    let text =
        "{\n  \"tools\": {\n    \"a\": {\n      \"limits\": []\n    ,\n    \"b\": {}\n  }\n}\n";
    let error = parse(file(), text).unwrap_err();
    assert_eq!(error.primary.span.start as usize, text.find("{\n      \"limits\"").unwrap());
}

#[test]
fn nesting_is_bounded() {
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(parse(file(), &deep(MAX_DEPTH)).unwrap().depth(), MAX_DEPTH);
    let error = parse(file(), &deep(MAX_DEPTH + 1)).unwrap_err();
    assert_eq!(error.code, Code::NestingTooDeep);
    assert_eq!(error.primary.span.start as usize, MAX_DEPTH);
    assert_eq!(
        parse(file(), &"[{\"a\":".repeat(1_000_000)).unwrap_err().code,
        Code::NestingTooDeep
    );
}

#[test]
fn parts_of_strings_have_places() {
    let text = "x\"a\\n\\u00e9\\ud83d\\ude00b\"";
    let span = Span::new(file(), 1, text.len());
    let decoded: String = serde_json::from_str(&text[1..]).unwrap();
    let place = |part: &str| {
        let at = decoded.find(part).unwrap();
        &text[span_in_string(text, span, at..at + part.len()).range()]
    };
    assert_eq!(place("a"), "a");
    assert_eq!(place("\n"), "\\n");
    assert_eq!(place("é"), "\\u00e9");
    assert_eq!(place("\u{1f600}"), "\\ud83d\\ude00");
    assert_eq!(place("b"), "b");
    assert_eq!(place(&decoded.clone()), &text[2..text.len() - 1]);
    let parts = decoded.char_indices().map(|(at, c)| at..at + c.len_utf8());
    let together = spans_in_string(text, span, parts.clone());
    let apart: Vec<Span> = parts.map(|part| span_in_string(text, span, part)).collect();
    assert_eq!(together, apart);
    let end = span_in_string(text, span, decoded.len()..decoded.len());
    assert_eq!(end.range(), text.len() - 1..text.len() - 1);
}

mod laws {
    use proptest::prelude::*;

    use super::*;

    /// Texts made of the pieces that JSON is made of, and of some that it is not.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => prop::sample::select(vec![
                "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\":", "1", "-0.5e3", "true", "null", " ", "\n",
                "{\"a\":", "[1,", "{}", "[]",
            ]),
            1 => prop::sample::select(vec![
                "'", "\"", "//", "#", "\\", "\\u", "d800", "tru", "01", "+1", "1.", ".5", "1e400", "\t",
                "\u{a0}", "\u{feff}", "é", "\u{0}", "\\ud800\\udc00", "\\n", "-", "_", "\u{b}",
            ]),
        ];
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    /// JSON with one change.
    fn mutated() -> impl Strategy<Value = String> {
        let text = "{\"version\": \"1\", \"a\\u00e9\": [1, -2.5e3, {\"x\": null}], \"t\": [true, false, [], {}]}";
        (0..text.len(), 0..text.len(), pieces()).prop_map(move |(at, cut, piece)| {
            let mut changed = text.to_owned();
            changed.replace_range(at..(at + cut % 4).min(text.len()), &piece);
            changed
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn scanner_and_judge_agree(text in prop_oneof![pieces(), mutated()]) {
            let verdict = verdict::check(&text).is_ok();
            prop_assert_eq!(verdict, scan::first_mistake(&text).is_none());
            match parse(file(), &text) {
                Ok(node) => prop_assert!(verdict || text.starts_with('\u{feff}'), "{:?}", node),
                Err(error) => {
                    prop_assert!(!verdict);
                    prop_assert!(text.get(error.primary.span.range()).is_some());
                    prop_assert!(!error.message.starts_with("the text is no"));
                }
            }
        }
    }
}
