//! The layout, as an editor asks for it: in changes, whole, in part, and while somebody types.

use std::fs;
use std::path::{Path, PathBuf};

use gatewright::check;
use gatewright::editor::formatting::{document, range, typed};
use gatewright::editor::{TextEdit, View};
use gatewright::policy::Posture;

use super::fixture::{CURSOR, Fixture, variants};
use crate::support;

/// The text with changes made in it, which are in order and do not overlap.
fn applied(text: &str, edits: &[TextEdit]) -> String {
    let mut out = String::new();
    let mut at = 0;
    for edit in edits {
        assert!(at <= edit.range.start && edit.range.start <= edit.range.end, "{edits:?}");
        out += &text[at..edit.range.start];
        out += &edit.text;
        at = edit.range.end;
    }
    out + &text[at..]
}

/// Without a manifest: what names mean is nothing to the layout, and looking them up takes its time.
fn view(text: &str) -> View {
    Fixture::files(&[("agent.gate", text)]).view()
}

fn fmt(text: &str) -> Option<String> {
    check::format("agent.gate", text.into()).unwrap().value
}

/// The files of a folder and those below that end so.
fn files(folder: &Path, end: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, end, found);
        } else if path.to_string_lossy().ends_with(end) {
            found.push(path);
        }
    }
}

/// Every policy that lies about, and one for each manifest.
fn policies() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    files(&root.join("examples"), ".gate", &mut found);
    files(&root.join("tests/fixtures/format"), ".gate", &mut found);
    let mut texts: Vec<String> =
        found.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    assert!(texts.len() >= 8, "{}", texts.len());
    let mut manifests = Vec::new();
    if let Some(corpus) = support::corpus() {
        files(&corpus, ".tools.json", &mut manifests);
    }
    for path in manifests {
        let bytes = fs::read(path).unwrap();
        let starter = check::starter("tools.json", bytes, "tools.json", Posture::Deny);
        texts.push(starter.value.unwrap());
    }
    texts
}

/// The same statements, laid out as nobody should.
fn disarranged(text: &str) -> Vec<String> {
    let crlf = text.replace('\n', "\r\n");
    let deep = text.lines().map(|line| format!("  \t{line}  \n")).collect();
    let wide = text.replace('\n', "\n\n\n");
    vec![text.to_owned(), format!("\u{feff}{crlf}"), crlf, deep, wide]
}

#[test]
fn the_whole_text_becomes_what_fmt_writes() {
    for policy in policies() {
        for text in disarranged(&policy) {
            let expected = fmt(&text).unwrap();
            let edits = document(&view(&text));
            assert_eq!(applied(&text, &edits), expected);
            assert_eq!(edits.is_empty(), text == expected);
            assert_eq!(document(&view(&expected)), []);
            for edit in &edits {
                let replaced = &text[edit.range.start..edit.range.end];
                assert!(replaced.trim_start_matches('\u{feff}').trim().is_empty(), "{edit:?}");
            }
        }
    }
}

#[test]
fn a_change_replaces_no_more_than_it_must() {
    let text = "allow get_page\nhide   delete_page\n";
    let edits = document(&view(text));
    assert_eq!(edits, [TextEdit::new(20..22, "")]);
}

#[test]
fn a_text_with_mistakes_stays_as_it_is() {
    let text = "allow   get_page\nallow ,\n";
    assert_eq!(document(&view(text)), []);
}

#[test]
fn mistakes_of_meaning_are_in_nobodys_way() {
    let text = "manifest \"tools.json\"\nallow   no_such_tool,@nobody\n";
    let edits = document(&Fixture::gate(text).view());
    assert_eq!(applied(text, &edits), fmt(text).unwrap());
    assert!(!edits.is_empty());
}

#[test]
fn a_policy_json_is_not_laid_out() {
    let fixture = Fixture::files(&[("policy.json", "{\"version\":\"1\",\"default\":\"deny\"}")]);
    assert_eq!(document(&fixture.view()), []);
    assert_eq!(range(&fixture.view(), 0..5), []);
    assert_eq!(typed(&fixture.view(), 5, '\n'), []);
}

/// The part of a text between two marks, laid out; the text comes without its marks.
fn in_range(marked: &str) -> (String, String) {
    let start = marked.find(CURSOR).unwrap();
    let text = marked.replacen(CURSOR, "", 1);
    let end = text.find(CURSOR).unwrap_or(start);
    let text = text.replacen(CURSOR, "", 1);
    let edits = range(&view(&text), start..end);
    let after = applied(&text, &edits);
    (text, after)
}

/// Asks for a range in all variants, each with the same line breaks before and after.
fn lays_out(marked: &str, expected: &str) {
    for (marked, expected) in variants(marked).into_iter().zip(variants(expected)) {
        let (text, after) = in_range(&marked);
        assert_eq!(after, expected, "{text:?}");
        let again = after.len() - expected.len();
        assert_eq!(again, 0);
    }
}

#[test]
fn only_what_a_range_touches_is_laid_out() {
    lays_out(
        "allow   a\n\n\n  allow   ‸b\nallow   ‸c\n# d\n   # e\nallow   f\n",
        "allow   a\n\n\nallow b\nallow c\n# d\n   # e\nallow   f\n",
    );
    lays_out("allow   a\n‸allow   b\n‸allow   c\n", "allow   a\nallow b\nallow   c\n");
    lays_out("allow   a‸\nallow   b\n", "allow a\nallow   b\n");
    lays_out("allow   a\n‸\nallow   b\n", "allow   a\n\nallow   b\n");
    lays_out("deny a\n  when   args.x==1 ‸ # why\n", "deny a when args.x == 1  # why\n");
}

#[test]
fn a_statement_of_several_lines_is_one() {
    let long = "very_long_name_of_a_tool_number";
    let text =
        format!("allow {long}_1,{long}_2, ‸{long}_3,  # third\n{long}_4 30/minute\nallow   a\n");
    let (_, after) = in_range(&text);
    let whole = fmt(&text.replace(CURSOR, "").replace("allow   a\n", "")).unwrap();
    assert_eq!(after, format!("{whole}allow   a\n"));
    assert!(whole.lines().count() > 2, "{whole}");
}

#[test]
fn in_a_block_a_range_takes_the_rules_that_it_touches() {
    lays_out(
        "tool   a {\n  allow   1/day\n  ‸deny   when args.x==1‸ # c\n\n  hide  \n  }\n",
        "tool   a {\n  allow   1/day\n    deny when args.x == 1  # c\n\n  hide  \n  }\n",
    );
    lays_out(
        "tool   a {‸\n  allow   1/day\n\n\n # c\n  hide  \n  }\n",
        "tool a {\n    allow 1/day\n\n    # c\n    hide\n}\n",
    );
    lays_out("tool a{allow   ‸1/day}\n", "tool a {\n    allow 1/day\n}\n");
}

#[test]
fn a_block_with_a_broken_rule_keeps_it() {
    let marked = "‸tool   a {\n  allow   1/day\n  alow   2/day\n}‸\nallow   b\n";
    let (_, after) = in_range(marked);
    assert_eq!(after, "tool   a {\n    allow 1/day\n  alow   2/day\n}\nallow   b\n");
}

#[test]
fn the_whole_range_is_the_whole_text_but_for_what_stands_between() {
    for policy in policies() {
        for text in disarranged(&policy).into_iter().take(3) {
            let edits = range(&view(&text), 0..text.len());
            let after = applied(&text, &edits);
            assert_eq!(fmt(&after), fmt(&text));
            assert_eq!(after.matches('\n').count(), after.lines().count());
            let breaks = after.matches("\r\n").count();
            assert!(breaks == 0 || breaks == after.matches('\n').count(), "mixed line breaks");
            assert_eq!(range(&view(&after), 0..after.len()), []);
        }
    }
}

/// What comes of a text in which the character before the mark has just been typed; the cursor's line is not touched.
fn when_typed(marked: &str, character: char) -> String {
    let fixture = Fixture::gate(marked);
    let text = marked.replace(CURSOR, "");
    let edits = typed(&fixture.view(), fixture.offset, character);
    if character == '\n' {
        let line = text[..fixture.offset].rfind('\n').unwrap_or(0);
        assert!(edits.iter().all(|edit| edit.range.end <= line), "{edits:?}");
    }
    applied(&text, &edits)
}

fn types(marked: &str, character: char, expected: &str) {
    for (marked, expected) in variants(marked).into_iter().zip(variants(expected)) {
        assert_eq!(when_typed(&marked, character), expected, "{marked:?}");
    }
}

#[test]
fn a_line_break_lays_out_the_statement_that_it_ends() {
    types(
        "allow   b\nallow   a,b\n  ‸\nallow   c\n",
        '\n',
        "allow   b\nallow a, b\n  \nallow   c\n",
    );
    types("tool a {\n  allow   1/day\n‸\n}\n", '\n', "tool a {\n    allow 1/day\n\n}\n");
    types("tool   a{allow 1/day}\n‸", '\n', "tool a {\n    allow 1/day\n}\n");
}

#[test]
fn a_line_break_leaves_the_rest_alone() {
    for marked in [
        "allow   a,\n‸",
        "allow   a,\n‸b\n",
        "allow   a\n‸  30/minute\n",
        "alow   a\n‸",
        "# a   b\n‸",
        "allow   a\n\n‸",
        "‸allow   a\n",
        "tool   a {\n‸",
        "tool   a {\n    alow   b\n‸\n}\n",
    ] {
        let text = marked.replace(CURSOR, "");
        assert_eq!(when_typed(marked, '\n'), text);
    }
}

#[test]
fn a_rule_of_a_block_that_is_still_open_is_laid_out() {
    let after = when_typed("tool a {\n  allow   1/day\n  ‸\n\nallow   b\n", '\n');
    assert_eq!(after, "tool a {\n    allow 1/day\n  \n\nallow   b\n");
}

#[test]
fn a_brace_lays_out_the_block_that_it_closes() {
    types(
        "tool   a {\nallow   1/day\n    }‸\nallow   b\n",
        '}',
        "tool a {\n    allow 1/day\n}\nallow   b\n",
    );
    let text = "deny   a when args.x == {\"k\":1}‸\n";
    assert_eq!(when_typed(text, '}'), text.replace(CURSOR, ""));
    assert_eq!(when_typed("tool   a { alow }‸\n", '}'), "tool   a { alow }\n");
}
