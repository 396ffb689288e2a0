//! Symbols, folds and selections.

use gatewright::editor::answers::{folds, selection, symbols};
use gatewright::editor::symbols::OutlineSymbol;

use super::{POLICY, behind, document, variants};

fn shown(symbols: &[OutlineSymbol], depth: usize, out: &mut String) {
    for symbol in symbols {
        let detail = symbol.detail.as_ref().map_or(String::new(), |detail| format!(" ({detail})"));
        out.push_str(&format!("{}{:?} {}{detail}\n", "  ".repeat(depth), symbol.kind, symbol.name));
        assert!(symbol.range.start <= symbol.selection.start, "{symbol:?}");
        assert!(symbol.selection.end <= symbol.range.end, "{symbol:?}");
        shown(&symbol.children, depth + 1, out);
    }
}

fn outline(text: &str) -> String {
    let mut out = String::new();
    shown(&symbols(&document(text).view()), 0, &mut out);
    out
}

const OUTLINE: &str = "Key version (1)
Default default (deny)
Key hide (1 tool)
  Tool delete_page
Key all_tools
  Key limits (1 limit)
    Rule 120/minute
Key tools (2 tools)
  Tool get_page
  Tool update_page
    Key deny_if (1 rule)
      Rule Not in production.
    Key limits (1 limit)
      Rule 30/minute
";

#[test]
fn the_outline_is_there_also_while_the_document_is_broken() {
    for text in variants(POLICY) {
        let outline = outline(&text);
        assert_eq!(outline.replace("Key \u{1f600} \u{4e2d}\u{6587}\n", ""), OUTLINE, "{text}");
    }
    let half = POLICY.replace("\"get_page\": {},", "\"get_page\": {},\n    \"set_");
    assert_eq!(
        outline(&half),
        OUTLINE.replace("(2 tools)", "(3 tools)").replace("get_page\n", "get_page\n  Tool set_\n")
    );
    assert_eq!(outline(""), "");
    assert_eq!(outline("[1]"), "");
}

#[test]
fn lists_and_objects_over_several_lines_fold() {
    for text in [POLICY.to_owned(), POLICY.replace('\n', "\r\n")] {
        let view = document(&text).view();
        let text = view.text();
        let lines: Vec<(usize, usize)> = folds(&view)
            .into_iter()
            .map(|fold| {
                let line = |offset: usize| text[..offset].matches('\n').count() + 1;
                assert!(!text[..fold.range.end].ends_with(['\r', '\n']));
                (line(fold.range.start), line(fold.range.end))
            })
            .collect();
        let expected =
            [(1, 25), (5, 8), (6, 7), (10, 24), (12, 23), (13, 19), (14, 18), (15, 16), (21, 22)];
        assert_eq!(lines, expected);
    }
    assert!(folds(&document("{\"a\": {\"b\": [1, 2]}}").view()).is_empty());
    let open = document("{\n  \"tools\": {\n    \"a\": {}\n").view();
    assert_eq!(folds(&open).len(), 2);
}

#[test]
fn a_selection_grows_from_the_word_to_the_file() {
    for text in variants(&behind("\"value\": \"Prod")) {
        let fixture = document(&text);
        let view = fixture.view();
        let ranges = selection(&view, fixture.offset);
        let texts: Vec<&str> = ranges.iter().map(|range| &view.text()[range.clone()]).collect();
        assert_eq!(texts[..3], ["Production", "\"Production\"", "\"value\": \"Production\""]);
        assert!(
            texts[3].starts_with(" \"path\"") && texts[4].starts_with("{ \"path\""),
            "{texts:?}"
        );
        assert_eq!(texts.last(), Some(&view.text()));
        for pair in ranges.windows(2) {
            assert!(
                pair[1].start <= pair[0].start && pair[0].end <= pair[1].end && pair[0] != pair[1]
            );
        }
    }
    let fixture = document("{ \"tools\": {‸} }");
    let ranges = selection(&fixture.view(), fixture.offset);
    assert_eq!(ranges, [12..12, 11..13, 2..13, 1..14, 0..15]);
}
