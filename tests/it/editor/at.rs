//! The nodes that stand at a place.

use gatewright::editor::cursor::{WordKind, word_at};

use super::fixture::{Fixture, variants};

#[test]
fn the_node_of_a_word_is_found() {
    let text = "manifest \"tools.json\"\ntool list_pages {\n    allow 5/minute, 9/hour\n    \
        require args.filter.owner in [\"a\", {\"k\": ‸\"b\"}] and args.limit < 3\n}\n";
    for text in variants(text) {
        let fixture = Fixture::gate(&text);
        let view = fixture.view();
        let slice = |range: std::ops::Range<usize>| &view.text()[range];
        let found = word_at(&view, fixture.offset).unwrap();
        assert_eq!(
            (slice(found.word.range.clone()), found.word.kind),
            ("\"b\"", WordKind::Literal)
        );
        assert_eq!(found.verb(), Some("require"));
        assert_eq!(slice(found.literal().unwrap().span.range()), "\"b\"");
        let test = slice(found.test().unwrap().span.range());
        assert_eq!(test, "args.filter.owner in [\"a\", {\"k\": \"b\"}]");
        assert_eq!(slice(found.selectors().unwrap().span.range()), "list_pages");
        let path = word_at(&view, view.text().find("filter").unwrap()).unwrap();
        let keys: Vec<String> = path.keys(view.text()).into_iter().map(|key| key.name).collect();
        assert_eq!(keys, ["filter", "owner"]);
        let rate = word_at(&view, view.text().find("9/hour").unwrap()).unwrap();
        assert_eq!(rate.calls().map(|calls| calls.rate.calls()), Some(9));
    }
}

#[test]
fn a_place_between_two_words_belongs_to_the_one_that_says_something() {
    for (text, expected) in [
        ("allow @read‸, x", "@read"),
        ("allow‸ x", "allow"),
        ("allow x‸", "x"),
        ("require x with args.a‸==1", "=="),
        ("require x with (‸args.a == 1)", "args.a"),
        ("require x with args.a == [1‸]", "1"),
    ] {
        let fixture = Fixture::gate(text);
        let view = fixture.view();
        let found = word_at(&view, fixture.offset).unwrap();
        assert_eq!(&view.text()[found.word.range], expected, "{text}");
    }
    let fixture = Fixture::gate("allow x\n‸\nallow y\n");
    assert!(word_at(&fixture.view(), fixture.offset).is_none());
}

#[test]
fn a_long_statement_is_looked_at_in_part() {
    let names: Vec<String> = (0..20_000).map(|number| format!("    tool_{number}")).collect();
    let text = format!("allow\n{}\n", names.join(",\n"));
    let view = Fixture::gate(&text).view();
    let offset = text.find("tool_15000").unwrap();
    let found = word_at(&view, offset).unwrap();
    assert_eq!(&text[found.word.range], "tool_15000");
    assert!(found.words.len() < 10_000, "{}", found.words.len());
}
