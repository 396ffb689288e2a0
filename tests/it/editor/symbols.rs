//! The parts of policies by name.

use gatewright::editor::answers::symbols;
use gatewright::editor::search::search;
use gatewright::editor::symbols::{OutlineSymbol, SymbolKind};

use super::fixture::{Fixture, variants};

/// The symbols as indented lines: kind, name, detail.
fn tree(text: &str, symbols: &[OutlineSymbol], depth: usize, out: &mut String) {
    for symbol in symbols {
        let detail = symbol.detail.as_deref().unwrap_or("-");
        *out += &format!("{}{:?} {} | {detail}\n", "  ".repeat(depth), symbol.kind, symbol.name);
        assert!(symbol.range.start <= symbol.selection.start, "{symbol:?}");
        assert!(symbol.selection.end <= symbol.range.end, "{symbol:?}");
        assert!(text.get(symbol.range.clone()).is_some() && !symbol.name.is_empty());
        tree(text, &symbol.children, depth + 1, out);
    }
}

fn outline(text: &str) -> String {
    let view = Fixture::gate(text).view();
    let mut out = String::new();
    tree(view.text(), &symbols(&view), 0, &mut out);
    out
}

#[test]
fn a_file_is_a_tree_of_its_statements() {
    let text = "manifest \"tools.json\"
include \"shared.gate\"
default deny
group readers = get_page,  # the one
    list_pages
allow @readers, \"a#b\" 30/minute,
    5/day
hide all
classify set_tag, get_* as write because \"It is.\"
tool get_page {
    # Why.
    allow 10/hour
    approve unless args.page_id ==
        \"x\"
    hide
}
";
    let expected = "File tools.json | manifest
File shared.gate | include
Default default | deny
Group readers | get_page, list_pages
Rule @readers, \"a#b\" | allow 30/minute, 5/day
Rule all | hide
Class set_tag, get_* | as write
Tool get_page | 3 rules
  Rule allow | 10/hour
  Rule approve | unless args.page_id == \"x\"
  Rule hide | -
";
    for (number, text) in variants(text).iter().enumerate() {
        let broken = if number == 3 { "Rule allow | allow ,\n" } else { "" };
        assert_eq!(outline(text), format!("{expected}{broken}"));
    }
}

#[test]
fn what_is_broken_stands_there_by_its_word() {
    assert_eq!(
        outline("group a = %\nalow x\nfrobnicate\ntool x, {\n    hide\n}\ninclude x\n"),
        "Group a | group a = %\nRule allow | alow x\nTool tool | 1 rule\n  Rule hide | -\nFile include | include x\n"
    );
}

#[test]
fn names_of_strangers_are_cleaned_and_cut() {
    let long = "x".repeat(100);
    let found = outline(&format!("allow \"{long}\"\nhide \"a\u{202e}b\"\ninclude \"\"\n"));
    assert_eq!(
        found,
        format!(
            "Rule \"{}… | allow\nRule \"a\\u{{202e}}b\" | hide\nFile include \"\" | include\n",
            &long[..79]
        )
    );
}

fn found(fixture: &Fixture, query: &str) -> Vec<String> {
    let hits = search(&fixture.snapshot(), query);
    let line = |(symbol, place): &(OutlineSymbol, gatewright::editor::Location)| {
        let at = place.file.position(place.range.start as u32).line;
        format!("{:?} {} {}:{at}", symbol.kind, symbol.name, place.file.path())
    };
    hits.iter().map(line).collect()
}

#[test]
fn a_search_finds_groups_tools_and_files_best_first() {
    let fixture = Fixture::files(&[
        (
            "p/agent.gate",
            "manifest \"../tag.json\"\ninclude \"s.gate\"\nallow set_tag, Tag.x, other\nhide set_tag\n",
        ),
        ("p/s.gate", "group my_tags = \"setTag\"\nallow stage, @my_tags\n"),
        ("tag.json", "[]"),
    ]);
    assert_eq!(
        found(&fixture, "TAG"),
        [
            "Tool Tag.x p/agent.gate:3",
            "File tag.json tag.json:1",
            "Group my_tags p/s.gate:1",
            "Tool setTag p/s.gate:1",
            "Tool set_tag p/agent.gate:3",
            "Tool stage p/s.gate:2",
        ]
    );
    assert_eq!(found(&fixture, "agent"), ["File agent.gate p/agent.gate:1"]);
    assert_eq!(found(&fixture, "zzz"), [""; 0]);
    assert_eq!(found(&fixture, "").len(), 9);
    let kinds = search(&fixture.snapshot(), "s.gate");
    assert_eq!(kinds[0].0.kind, SymbolKind::File);
    assert_eq!(kinds[0].0.detail.as_deref(), Some("p/s.gate"));
}

#[test]
fn a_search_gives_no_more_than_anybody_reads() {
    let text: String = (0..500).map(|number| format!("allow tool_{number}\n")).collect();
    let fixture = Fixture::gate(&text);
    assert_eq!(search(&fixture.snapshot(), "tool").len(), 200);
    assert_eq!(found(&fixture, "499"), ["Tool tool_499 agent.gate:500"]);
}
