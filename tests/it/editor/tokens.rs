//! The words of the text and what they are.

use gatewright::editor::tokens::{SemanticKind, SemanticToken, tokens};

use super::fixture::{Fixture, variants};

const POLICY: &str = "# all of it\nmanifest \"tools.json\"\ndefault deny\n\
    group g = get_page, \"delete_page\" # gatewright: allow(open-default, x) until 2030-01-01 it is so\n\
    classify *_tag as write because \"so\"\n\
    allow @g, @read, move_money 30/minute as c_{tool}\n\
    tool update_page {\n    require args.\"a b\".c not in [1, \"x\", true]\n        and args.stage missing\n    hide\n}\n";

fn all(text: &str) -> (String, Vec<SemanticToken>) {
    let view = Fixture::gate(text).view();
    (view.text().to_owned(), tokens(&view, 0..text.len()))
}

fn told(text: &str) -> Vec<String> {
    let (text, tokens) = all(text);
    let told = |token: &SemanticToken| {
        let flags = [
            (token.is_definition, " definition"),
            (token.is_builtin, " builtin"),
            (token.is_critical, " critical"),
        ];
        let flags: String = flags.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
        format!("{} {:?}{flags}", &text[token.range.clone()], token.kind)
    };
    tokens.iter().map(told).collect()
}

#[test]
fn every_word_is_told() {
    let expected = [
        "# all of it Comment",
        "manifest Keyword",
        "\"tools.json\" String",
        "default Keyword",
        "deny Keyword",
        "group Keyword",
        "g Set definition",
        "get_page Tool",
        "\"delete_page\" Tool critical",
        "# gatewright: allow( Suppression",
        "open-default Rule",
        ", Suppression",
        "x Rule",
        ") until 2030-01-01 Suppression",
        "it is so Comment",
        "classify Keyword",
        "*_tag Glob",
        "as Keyword",
        "write Class builtin",
        "because Keyword",
        "\"so\" String",
        "allow Keyword",
        "@g Set",
        "@read Set builtin",
        "move_money Tool critical",
        "30/minute Number",
        "as Keyword",
        "c_{tool} Counter",
        "tool Keyword",
        "update_page Tool",
        "require Keyword",
        "args.\"a b\".c Argument",
        "not Operator",
        "in Operator",
        "1 Number",
        "\"x\" String",
        "true Keyword",
        "and Keyword",
        "args.stage Argument",
        "missing Operator",
        "hide Keyword",
    ];
    for (number, text) in variants(POLICY).into_iter().enumerate() {
        let told = told(&text);
        let skipped = usize::from(number == 2);
        assert_eq!(told[skipped..skipped + expected.len()], expected, "{text}");
    }
    assert_eq!(
        told("allow 5\nalow x args.a = 5/\nallow \"open"),
        [
            "allow Keyword",
            "5 Number",
            "x Tool",
            "args.a Argument",
            "5/ Number",
            "allow Keyword",
            "\"open Tool"
        ]
    );
}

#[test]
fn a_range_has_the_words_that_reach_into_it() {
    for text in
        variants(&format!("{POLICY}allow x {{\n  deny \"a\n}}\ntool set_tag {{\n  rate 5/\n"))
    {
        let view = Fixture::gate(&text).view();
        let all = tokens(&view, 0..text.len());
        for start in (0..text.len()).step_by(3) {
            for end in (start..text.len()).step_by(17) {
                let reaches =
                    |token: &&SemanticToken| token.range.start < end && start < token.range.end;
                let expected: Vec<_> = all.iter().filter(reaches).cloned().collect();
                assert_eq!(tokens(&view, start..end), expected, "{start}..{end} of {text:?}");
            }
        }
    }
}

#[test]
fn words_are_in_order_and_lie_on_one_line() {
    for text in variants(&format!("{POLICY}require x with args.a == {{\"k\" # why\n : 1}}\n")) {
        let (text, tokens) = all(&text);
        let mut end = 0;
        for token in &tokens {
            assert!(end <= token.range.start && token.range.start < token.range.end, "{token:?}");
            assert!(!text[token.range.clone()].contains(['\n', '\r']), "{token:?}");
            end = token.range.end;
        }
        let comments = tokens.iter().filter(|token| token.kind == SemanticKind::Comment);
        assert!(comments.count() >= 3);
    }
}
