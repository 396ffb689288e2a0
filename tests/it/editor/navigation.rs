//! Where names come from, and where else they count.

use gatewright::editor::answers::{definition, highlights, references};
use gatewright::editor::navigation::{Use, links};
use gatewright::editor::{Location, View};

use super::fixture::{Fixture, TOOLS, variants};

/// A place as `path:line: text`.
fn shown(place: &Location) -> String {
    let line = place.file.position(place.range.start as u32).line;
    let text = place.file.text().get(place.range.clone()).unwrap().lines().next().unwrap_or("");
    format!("{}:{line}: {text}", place.file.path())
}

fn defined(fixture: &Fixture) -> Vec<String> {
    let links = definition(&fixture.view(), fixture.offset);
    let selected = |link: &gatewright::editor::navigation::Link| {
        assert!(link.target.range.start <= link.selection.start);
        assert!(link.selection.end <= link.target.range.end);
        let file = std::sync::Arc::clone(&link.target.file);
        shown(&Location { file, range: link.selection.clone() })
    };
    links.iter().map(selected).collect()
}

fn referred(fixture: &Fixture) -> Vec<String> {
    references(&fixture.view(), fixture.offset, false).iter().map(shown).collect()
}

fn marked(view: &View, offset: usize) -> Vec<(String, Use)> {
    let marks = highlights(view, offset).into_iter();
    marks.map(|(range, how)| (view.text()[range].to_owned(), how)).collect()
}

/// What follows the line in what was shown: lines differ among the variants.
fn texts(shown: &[String]) -> Vec<&str> {
    shown.iter().map(|it| it.splitn(3, ':').nth(2).unwrap().trim_start()).collect()
}

#[test]
fn a_group_leads_to_its_statement_in_whatever_file_it_stands() {
    let fixture = Fixture::files(&[
        ("agent.gate", "allow @rea‸ders\ninclude \"shared/a.gate\"\n"),
        ("shared/a.gate", "# Shared.\ngroup readers = get_page\n"),
    ]);
    assert_eq!(defined(&fixture), ["shared/a.gate:2: readers"]);
    let link = &definition(&fixture.view(), fixture.offset)[0];
    assert_eq!(&fixture.view().text()[link.origin.clone()], "@readers");
    assert_eq!(shown(&link.target), "shared/a.gate:2: group readers = get_page");
    for text in variants("allow @readers‸ 5/hour\ngroup readers = get_page\n") {
        assert_eq!(texts(&defined(&Fixture::gate(&text))), ["readers"], "{text:?}");
    }
}

#[test]
fn a_shared_file_leads_to_the_group_of_each_of_its_policies() {
    let fixture = Fixture::files(&[
        ("a.gate", "include \"shared.gate\"\ngroup own = x\n"),
        ("b.gate", "group own = y\ninclude \"shared.gate\"\n"),
        ("shared.gate", "allow ‸@own\n"),
    ]);
    assert_eq!(defined(&fixture), ["a.gate:2: own", "b.gate:1: own"]);
    assert_eq!(referred(&fixture), ["shared.gate:1: own"]);
    let all = references(&fixture.view(), fixture.offset, true);
    let all: Vec<String> = all.iter().map(shown).collect();
    assert_eq!(all, ["a.gate:2: own", "b.gate:1: own", "shared.gate:1: own"]);
}

#[test]
fn a_broken_definition_is_still_found() {
    let fixture = Fixture::gate("allow @readers‸\ngroup readers = ,\n");
    assert_eq!(defined(&fixture), ["agent.gate:2: readers"]);
    let fixture = Fixture::gate("group readers = get_page\nallow @read‸ers, ,\nhide @readers\n");
    assert_eq!(defined(&fixture), ["agent.gate:1: readers"]);
    assert_eq!(referred(&fixture), ["agent.gate:2: readers", "agent.gate:3: readers"]);
}

#[test]
fn files_tools_globs_and_arguments_lead_into_other_files() {
    let policy = |rest: &str| format!("manifest \"tools.json\"\n{rest}");
    for (text, expected) in [
        ("allow get_‸page\n", &["\"get_page\""][..]),
        ("allow \"get_page‸\"\n", &["\"get_page\""]),
        ("classify get_page‸ as write\n", &["\"get_page\""]),
        ("allow *_page‸\n", &["\"get_page\"", "\"update_page\"", "\"delete_page\""]),
        ("require move_money with args.‸amount < 5\n", &["\"amount\""]),
        ("allow @‸tools\n", &[""]),
        ("allow nothing‸\n", &[]),
        ("allow get_page 5/hour as ‸counter\n", &[]),
    ] {
        for text in variants(&policy(text)) {
            let found = defined(&Fixture::gate(&text));
            let texts: Vec<String> = texts(&found)
                .iter()
                .map(|text| text.split(':').next().unwrap().to_owned())
                .collect();
            assert_eq!(texts, expected, "{text:?}");
            assert!(found.iter().all(|it| it.starts_with("tools.json:")), "{found:?}");
        }
    }
    let fixture = Fixture::gate("manifest \"‸tools.json\"\n");
    let link = &definition(&fixture.view(), fixture.offset)[0];
    assert_eq!((link.target.file.path(), link.selection.clone()), ("tools.json", 0..0));
    assert_eq!(&fixture.view().text()[link.origin.clone()], "\"tools.json\"");
    assert_eq!(defined(&Fixture::gate("manifest \"‸missing.json\"\n")), [""; 0]);
}

#[test]
fn a_set_of_classes_leads_to_what_the_author_put_into_it() {
    let text = "manifest \"tools.json\"\nclassify get_page as destructive\nclassify set_tag as write\nhide @critical‸\n";
    for text in variants(text) {
        let links = definition(&Fixture::gate(&text).view(), Fixture::gate(&text).offset);
        let targets: Vec<String> = links.iter().map(|link| shown(&link.target)).collect();
        assert_eq!(texts(&targets), ["classify get_page as destructive"]);
    }
}

#[test]
fn a_tool_is_referred_to_by_name_and_through_globs_sets_and_groups() {
    let text = "manifest \"tools.json\"
group pages = *_page except delete_page
group all_pages = @pages, delete_page
allow get_‸page 5/hour
allow @read, \"get_page\"
allow @all_pages
hide @write
rate list_pages, get_* 3/hour
rate all 9/minute
tool @tools except get_page {
    deny
}
hide @tools having args.amount
classify get_page as read
";
    let expected = [
        ("*_page", Use::Reach),
        ("@pages", Use::Reach),
        ("get_page", Use::Name),
        ("@read", Use::Reach),
        ("\"get_page\"", Use::Name),
        ("@all_pages", Use::Reach),
        ("get_*", Use::Reach),
        ("all", Use::Reach),
        ("get_page", Use::Name),
        ("get_page", Use::Name),
    ];
    for text in variants(text) {
        let fixture = Fixture::gate(&text);
        let found = marked(&fixture.view(), fixture.offset);
        let found: Vec<(&str, Use)> = found.iter().map(|(text, how)| (&**text, *how)).collect();
        assert_eq!(found, expected, "{text:?}");
        assert_eq!(texts(&referred(&fixture)), expected.map(|(text, _)| text), "{text:?}");
    }
}

#[test]
fn groups_in_a_circle_end_the_search() {
    let fixture = Fixture::gate(
        "manifest \"tools.json\"\ngroup a = @b\ngroup b = @a, get_page\nallow @a\nallow get_‸page\n",
    );
    assert_eq!(texts(&referred(&fixture)), ["@b", "@a", "get_page", "@a", "get_page"]);
}

#[test]
fn references_reach_over_includes_and_come_once_in_order() {
    let fixture = Fixture::files(&[
        ("b.gate", "include \"shared.gate\"\nallow @own\n"),
        ("a.gate", "include \"shared.gate\"\nhide @own\nallow @own\n"),
        ("shared.gate", "group ‸own = x\nrate @own 5/hour\n"),
    ]);
    let all = references(&fixture.view(), fixture.offset, true);
    let all: Vec<String> = all.iter().map(shown).collect();
    let expected = [
        "a.gate:2: own",
        "a.gate:3: own",
        "b.gate:2: own",
        "shared.gate:1: own",
        "shared.gate:2: own",
    ];
    assert_eq!(all, expected);
    assert_eq!(
        marked(&fixture.view(), fixture.offset),
        [("own".to_owned(), Use::Definition), ("own".to_owned(), Use::Name),]
    );
}

#[test]
fn an_argument_is_that_of_the_same_tools() {
    let text = "manifest \"tools.json\"
require get_page with args.‸page_id exists
deny update_page when args.page_id == \"x\"
tool get_page, list_pages {
    approve when args.page_id == \"y\" or args.filter.owner == \"me\"
}
allow *_page having args.page_id
";
    for text in variants(text) {
        let fixture = Fixture::gate(&text);
        assert_eq!(referred(&fixture).len(), 3, "{:?}", referred(&fixture));
        assert_eq!(texts(&referred(&fixture)), ["page_id"; 3]);
    }
    let nested = "deny x when args.‸a.b == 1 or args.a.\"c\" == 2 or args.b == 3\n";
    assert_eq!(texts(&referred(&Fixture::gate(nested))), ["a", "a"]);
    let nested = "deny x when args.a.b‸ == 1 or args.a.\"b\" == 2 or args.a == 3\n";
    assert_eq!(texts(&referred(&Fixture::gate(nested))), ["b", "\"b\""]);
}

#[test]
fn counters_globs_sets_and_files_are_referred_to_by_their_text() {
    for (text, expected) in [
        ("allow a 5/hour as ‸calls\nallow b 5/hour as \"calls\"\nallow c as other\n", 2),
        ("allow x_‸*\nhide x_*, y\n", 2),
        ("manifest \"tools.json\"\nallow @re‸ad\nhide @read, @write\n", 2),
        ("include \"‸./x/../b.gate\"\ninclude \"b.gate\"\ninclude \"c.gate\"\n", 2),
    ] {
        for text in variants(text) {
            assert_eq!(referred(&Fixture::gate(&text)).len(), expected, "{text:?}");
        }
    }
}

#[test]
fn nothing_stands_in_comments_and_between_statements() {
    for text in ["# get_‸page\nallow get_page\n", "\n‸\nallow get_page\n", "default ‸deny\n", "‸"]
    {
        let fixture = Fixture::gate(text);
        assert!(defined(&fixture).is_empty() && referred(&fixture).is_empty(), "{text:?}");
        assert!(highlights(&fixture.view(), fixture.offset).is_empty());
    }
}

#[test]
fn named_files_are_links_with_their_paths() {
    let fixture = Fixture::files(&[(
        "p/agent.gate",
        "\u{feff}manifest \"../tools.json\"\r\ninclude \"b.gate\" x\r\nallow a\r\ninclude \"c\\u002egate\"\r\n",
    )]);
    let view = fixture.view();
    let found: Vec<(String, String)> = links(&view)
        .into_iter()
        .map(|(range, path)| (view.text()[range].to_owned(), path))
        .collect();
    let expected =
        [("../tools.json", "tools.json"), ("b.gate", "p/b.gate"), ("c\\u002egate", "p/c.gate")];
    assert_eq!(found, expected.map(|(text, path)| (text.to_owned(), path.to_owned())));
}

#[test]
fn many_statements_take_no_more_than_a_look_at_each() {
    let mut text = String::from("manifest \"tools.json\"\ngroup g0 = get_page\n");
    for number in 1..5_000 {
        text += &format!("group g{number} = @g{}\n", number - 1);
    }
    text += "allow get_‸page\n";
    let fixture = Fixture::files(&[("agent.gate", &text), ("tools.json", TOOLS)]);
    assert_eq!(referred(&fixture).len(), 5_001);
}

#[test]
fn no_text_and_no_place_is_too_strange() {
    use gatewright::editor::{answers, rename};
    let text = "\u{feff}manifest \"tools.json\"\r\n# \u{1f600}\ngroup own = @own, \"\u{4e2d}\", get_*\n\
        tool @own, @write except x {\n deny when (args.\"\u{e9}\" in [1, {\"a\": [2]}] or not args.b.c\n exists) \
        because \"\u{1f600}\"\n hide\n}\nclassify get_page as read\nallow x 5/hour, 6/day as \"c\"\n}\ninclude \"";
    let policy = |text: &str| Fixture::files(&[("agent.gate", text), ("tools.json", TOOLS)]);
    let ask = |fixture: &Fixture, offset: usize| {
        let snapshot = fixture.snapshot();
        let view = snapshot.view("agent.gate").unwrap();
        let holds = |range: &std::ops::Range<usize>| view.text().get(range.clone()).is_some();
        assert!(highlights(&view, offset).iter().all(|(range, _)| holds(range)));
        assert!(definition(&view, offset).iter().all(|link| holds(&link.origin)));
        references(&view, offset, true);
        assert!(links(&view).iter().all(|(range, _)| holds(range)));
        assert!(answers::folds(&view).iter().all(|fold| holds(&fold.range)));
        assert!(answers::selection(&view, offset).iter().all(holds));
        assert!(answers::symbols(&view).iter().all(|symbol| holds(&symbol.range)));
        assert!(rename::linked(&view, offset).iter().all(holds));
        if let Ok((range, _)) = rename::prepare(&snapshot, &view, offset) {
            assert!(holds(&range) && offset <= range.end + 1 && range.start <= offset + 1);
            let _ = rename::rename(&snapshot, &view, offset, "other");
        }
    };
    let whole = policy(text);
    for offset in (0..=text.len()).filter(|offset| text.is_char_boundary(*offset)) {
        ask(&whole, offset);
        ask(&policy(&text[..offset]), offset);
        ask(&policy(&text[offset..]), 0);
    }
    ask(&policy("x"), 5);
}
