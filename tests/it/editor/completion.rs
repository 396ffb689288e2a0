//! What is offered at a place.

use gatewright::editor::answers::complete;
use std::fs;

use gatewright::check;
use gatewright::editor::completion::{Completion, CompletionKind, Completions, Insert};
use gatewright::editor::{View, signature};
use gatewright::policy::Posture;
use gatewright::risk::Class;
use gatewright::syntax::{Fragment, expectation, tokens};
use gatewright::text;

use super::fixture::{CURSOR, Fixture, Names, variants};
use crate::support::corpus;

const NOTHING: Names = Names(&[]);

/// The line that every policy here begins with.
const MANIFEST: &str = "manifest \"tools.json\"\n";

/// The offers at the mark, the same for every variant of the text.
fn offers(text: &str) -> Vec<Completion> {
    let mut found: Option<Vec<Completion>> = None;
    for variant in variants(text) {
        let fixture = Fixture::gate(&variant);
        let view = fixture.view();
        let mut items = complete(&view, &NOTHING, fixture.offset).items;
        check_ranges(&view, fixture.offset, &items);
        for item in &mut items {
            let moved = fixture.offset;
            item.replace = moved - item.replace.start..item.replace.end - moved;
        }
        let first = found.get_or_insert_with(|| items.clone());
        assert_eq!(*first, items, "{variant}");
    }
    found.unwrap()
}

/// Every offer takes the place of a part of the cursor's line, and shows nothing hidden.
fn check_ranges(view: &View, offset: usize, items: &[Completion]) {
    for item in items {
        let range = item.replace.clone();
        let replaced = view.text().get(range.clone()).unwrap();
        assert!(range.start <= offset && offset <= range.end, "{item:?}");
        assert!(!replaced.contains(['\n', '\r']), "{item:?}");
        let words = [Some(&item.label), item.detail.as_ref(), item.filter.as_ref()];
        for word in words.into_iter().flatten() {
            assert_eq!(text::clean(word), *word);
        }
    }
}

/// With the manifest in front.
fn with_tools(text: &str) -> Vec<Completion> {
    offers(&format!("{MANIFEST}{text}"))
}

/// The labels, those of faded offers in brackets.
fn labels(items: &[Completion]) -> Vec<String> {
    let shown = |item: &Completion| match item.is_faded {
        true => format!("[{}]", item.label),
        false => item.label.clone(),
    };
    items.iter().map(shown).collect()
}

/// Label and detail, a line each.
fn lines(items: &[Completion]) -> String {
    let shown = |item: &Completion| {
        let detail = item.detail.as_deref().unwrap_or("");
        format!("{:?} {}: {detail}\n", item.kind, labels(std::slice::from_ref(item))[0])
    };
    items.iter().map(shown).collect()
}

fn of_kind(items: &[Completion], kind: CompletionKind) -> Vec<String> {
    labels(&items.iter().filter(|item| item.kind == kind).cloned().collect::<Vec<_>>())
}

fn plain(item: &Completion) -> &str {
    match &item.insert {
        Insert::Text(text) | Insert::Snippet(_, text) => text,
    }
}

#[test]
fn an_empty_file_offers_statements() {
    let items = offers("‸");
    insta::assert_snapshot!(lines(&items), @r#"
    Keyword manifest: manifest "FILE"
    Keyword allow: allow SELECTORS [RATES] [as COUNTER]
    Keyword rate: rate SELECTORS RATES [as COUNTER]
    Keyword require: require SELECTORS with CONDITION [because "…"]
    Keyword approve: approve SELECTORS [when CONDITION / unless CONDITION] [because "…"]
    Keyword deny: deny SELECTORS [when CONDITION] [because "…"]
    Keyword hide: hide SELECTORS
    Keyword tool: tool SELECTORS { … }
    Keyword group: group NAME = SELECTORS
    Keyword classify: classify NAMES as CLASS [because "…"]
    Keyword budget: budget SELECTORS args.PATH N/WINDOW [as COUNTER]
    Keyword default: default deny
    Keyword include: include "FILE"
    Keyword policy: policy "FILE"
    Keyword assert: assert VERDICT SELECTORS [when CONDITION]
    Keyword test: test "NAME" { … }
    Snippet allow TOOLS 30/minute: allow SELECTORS [RATES] [as COUNTER]
    Snippet rate TOOLS 30/minute: rate SELECTORS RATES [as COUNTER]
    Snippet rate all 120/minute: rate all RATES [as COUNTER]
    Snippet require TOOLS with CONDITION because "REASON": require SELECTORS with CONDITION [because "…"]
    Snippet approve TOOLS unless CONDITION: approve SELECTORS [when CONDITION / unless CONDITION] [because "…"]
    Snippet approve TOOLS when CONDITION: approve SELECTORS [when CONDITION / unless CONDITION] [because "…"]
    Snippet deny TOOLS when CONDITION because "REASON": deny SELECTORS [when CONDITION] [because "…"]
    Snippet hide TOOLS: hide SELECTORS
    Snippet hide all: hide all
    Snippet tool TOOLS { … }: tool SELECTORS { … }
    Snippet group NAME = TOOLS: group NAME = SELECTORS
    Snippet classify TOOLS as read because "REASON": classify NAMES as CLASS [because "…"]
    Snippet budget TOOLS args.PATH 500/day: budget SELECTORS args.PATH N/WINDOW [as COUNTER]
    Snippet default deny: default deny
    Snippet default allow: default allow
    Snippet manifest "server.tools.json": manifest "FILE"
    Snippet include "guards.gate": include "FILE"
    Snippet policy "agent.gate": policy "FILE"
    Snippet assert deny TOOLS: assert VERDICT SELECTORS [when CONDITION]
    Snippet assert rate TOOLS 60/hour: assert rate SELECTORS RATES
    Snippet assert rate all 5000/day: assert rate all RATES
    Snippet test "NAME" {  call TOOL -> allow }: test "NAME" { … }
    "#);
    // Once there is a manifest, another is hardly meant.
    assert_eq!(labels(&with_tools("‸"))[..3], labels(&items)[1..4]);
    assert!(labels(&with_tools("‸")).contains(&"[manifest]".to_owned()));
    assert_eq!(labels(&with_tools("allow get_page\nap‸"))[0], "approve");
}

#[test]
fn a_block_offers_its_rules() {
    let items = with_tools("tool set_tag {\n    ‸\n}\n");
    insta::assert_snapshot!(lines(&items), @r#"
    Keyword allow: allow [RATES] [as COUNTER]
    Keyword rate: rate RATES [as COUNTER]
    Keyword require: require CONDITION [because "…"]
    Keyword approve: approve [when CONDITION / unless CONDITION] [because "…"]
    Keyword deny: deny [when CONDITION] [because "…"]
    Keyword hide: hide
    Keyword budget: budget args.PATH N/WINDOW [as COUNTER]
    Snippet allow 30/minute: allow [RATES] [as COUNTER]
    Snippet rate 30/minute: rate RATES [as COUNTER]
    Snippet require CONDITION because "REASON": require CONDITION [because "…"]
    Snippet approve unless CONDITION: approve [when CONDITION / unless CONDITION] [because "…"]
    Snippet approve when CONDITION: approve [when CONDITION / unless CONDITION] [because "…"]
    Snippet deny when CONDITION because "REASON": deny [when CONDITION] [because "…"]
    Snippet budget args.PATH 500/day: budget args.PATH N/WINDOW [as COUNTER]
    "#);
    for text in [
        "tool set_tag {\n    allow 3/hour\n    ‸\n}\n",
        "tool set_tag {\n    ‸\n\nallow get_page\n",
        "tool set_tag { ‸",
        "tool set_tag { ‸ }",
    ] {
        assert_eq!(labels(&with_tools(text)), labels(&items), "{text}");
    }
    assert_eq!(labels(&with_tools("tool set_tag {\n    re‸\n}\n"))[0], "require");
    assert_eq!(labels(&with_tools("tool set_tag {\n    hide\n}\n‸\n"))[0], "allow");
}

#[test]
fn tools_come_with_what_they_can_do() {
    let text = "allow get_page, list_pages\nrate set_tag 3/hour\ngroup pages = *_page\nallow ‸\n";
    let items = with_tools(text);
    insta::assert_snapshot!(lines(&items), @r#"
    Tool update_page: write, medium risk
    Tool set_tag: write, medium risk
    Tool run_script: execute, high risk
    Tool delete_page: destructive, critical risk
    Tool move_money: financial, critical risk
    Group @pages: group, 3 tools
    Set @read: 2 tools
    Set @write: 2 tools
    Set @execute: 1 tool
    Set @destructive: 1 tool
    Set @financial: 1 tool
    Set @critical: 2 tools
    Set @tools: 7 tools
    Tool [get_page]: read, low risk, already covered
    Tool [list_pages]: read, low risk, already covered
    "#);
    let page = items.iter().find(|item| item.label == "update_page").unwrap();
    assert_eq!(page.documentation.as_deref(), Some("**write**, medium risk\n\nUpdates a page."));
    assert_eq!(labels(&with_tools("allow up‸"))[0], "update_page");
    assert_eq!(
        labels(&with_tools("allow pag‸"))[..4],
        ["get_page", "list_pages", "update_page", "delete_page"]
    );
}

#[test]
fn the_whole_word_is_replaced() {
    for (text, before, behind) in [
        ("allow get_‸pa, set_tag", 4, 2),
        ("allow ‸get_page", 0, 0),
        ("allow get_page ‸", 0, 0),
        ("allow @re‸ad", 3, 2),
        ("allow \"se‸t\"", 3, 2),
        ("deny set_tag when args.ke‸y exists", 7, 1),
        ("deny update_page when args.stage in [\"Dra‸ft\"]", 4, 3),
        ("deny update_page when args.stage in [\"Dra‸", 4, 0),
        ("deny update_page when args.stage =‸", 1, 0),
        ("allow set_tag 30/‸", 3, 0),
        ("allow set_tag 3/hour as a-{to‸ol}", 5, 3),
    ] {
        let items = with_tools(text);
        assert!(!items.is_empty(), "{text}");
        for item in items {
            assert_eq!(item.replace, before..behind, "{text}: {item:?}");
        }
    }
}

#[test]
fn half_written_lines_complete_as_whole_ones_do() {
    for (half, whole) in [
        ("allow ‸", "allow ‸ 3/hour"),
        ("allow ‸\nrate all 3/hour\n", "allow ‸\n"),
        ("allow get_page,\n    ‸\n", "allow get_page, ‸\n"),
        ("allow get_page, \n‸\n\nrate all 3/hour", "allow get_page, ‸\n"),
        ("alow ‸", "allow ‸"),
        ("grant get_page, ‸", "allow get_page, ‸"),
        ("deny update_page when args.stage == ‸\nallow x", "deny update_page when args.stage == ‸"),
        (
            "deny update_page when args.title = \"x\" and ‸",
            "deny update_page when args.title == \"x\" and ‸",
        ),
        (
            "deny update_page when (args.stage in [\"Draft\", ‸",
            "deny update_page when args.stage in [\"Draft\", ‸]",
        ),
        (
            "deny update_page when args.stage in [\"Draft\" \"x\", ‸",
            "deny update_page when args.stage in [\"Draft\", \"x\", ‸]",
        ),
        (
            "deny update_page when args.stage in [\"‸, \"Draft\"]",
            "deny update_page when args.stage in [\"‸\", \"Draft\"]",
        ),
        (
            "tool update_page {\n    deny when args.‸\n",
            "tool update_page {\n    deny when args.‸\n}\n",
        ),
        ("tool update_page\n{ require ‸", "tool update_page {\n    require ‸\n}\n"),
    ] {
        let (half_labels, whole_labels) = (labels(&with_tools(half)), labels(&with_tools(whole)));
        let begun: Vec<_> =
            half_labels.iter().filter(|label| whole_labels.contains(label)).collect();
        assert_eq!(begun, whole_labels.iter().collect::<Vec<_>>(), "{half}");
        assert!(!begun.is_empty(), "{half}");
    }
}

#[test]
fn quotes_stand_where_a_name_needs_them() {
    let tools = r#"{"tools": [{"name": "export all"}, {"name": "hide"}, {"name": "get_page"}, {"name": "pages"}, {"name": "*"}]}"#;
    let ask = |text: &str| {
        let fixture = Fixture::files(&[("agent.gate", text), ("tools.json", tools)]);
        complete(&fixture.view(), &NOTHING, fixture.offset).items
    };
    let written = |items: &[Completion]| -> Vec<String> {
        let tools = items.iter().filter(|item| item.kind == CompletionKind::Tool);
        tools.map(|item| format!("{} -> {}", item.label, plain(item))).collect()
    };
    let items = ask("manifest \"tools.json\"\ngroup pages = get_page\nallow ‸");
    let expected = [
        "get_page -> get_page",
        "export all -> \"export all\"",
        "hide -> \"hide\"",
        "pages -> \"pages\"",
    ];
    assert_eq!(written(&items), expected);
    let items = ask("manifest \"tools.json\"\nallow \"ex‸");
    assert_eq!(written(&items)[0], "export all -> \"export all\"");
    assert_eq!(items[0].filter.as_deref(), Some("\"export all"));
    assert!(of_kind(&items, CompletionKind::Set).is_empty());
    let items = ask("manifest \"tools.json\"\nallow export‸");
    assert_eq!(written(&items)[0], "export all -> \"export all\"");
}

#[test]
fn a_glob_is_offered_with_what_it_matches() {
    let items = with_tools("allow *_pa‸");
    insta::assert_snapshot!(lines(&items[..4]), @r#"
    Tool get_page: read, low risk
    Tool list_pages: read, low risk
    Tool update_page: write, medium risk
    Tool delete_page: destructive, critical risk
    "#);
    let items = with_tools("allow *_page‸");
    assert_eq!(items[0].label, "*_page");
    assert_eq!(items[0].detail.as_deref(), Some("glob, 3 tools"));
}

#[test]
fn only_names_stand_in_classify() {
    let items = with_tools("classify ‸");
    assert!(of_kind(&items, CompletionKind::Set).is_empty());
    assert_eq!(items[0].label, "get_page");
    insta::assert_snapshot!(lines(&with_tools("classify run_script as ‸")), @r#"
    Class execute: high risk, according to the evidence
    Class read: low risk
    Class write: medium risk
    Class destructive: critical risk
    Class financial: critical risk
    "#);
}

#[test]
fn without_a_manifest_the_policy_tells_its_tools() {
    let fixture = Fixture::files(&[
        ("agent.gate", "include \"shared.gate\"\nallow delete_page\napprove ‸"),
        ("shared.gate", "hide move_money, \"a b\"\n"),
    ]);
    let items = complete(&fixture.view(), &NOTHING, fixture.offset).items;
    insta::assert_snapshot!(lines(&items), @r#"
    Tool move_money: financial, critical risk
    Tool delete_page: destructive, critical risk
    Tool a b: write, medium risk
    "#);
    // What is being typed is no tool yet.
    assert_eq!(labels(&offers("allow get_‸")), [""; 0]);
}

#[test]
fn arguments_come_with_their_types() {
    insta::assert_snapshot!(lines(&with_tools("deny list_pages when ‸")), @r#"
    Argument args.limit: integer
    Argument args.filter: object
    Argument args.filter.owner: string
    Argument args.filter.archived: boolean
    Keyword not: it does not hold
    "#);
    insta::assert_snapshot!(lines(&with_tools("deny list_pages when args.filter.‸")), @r#"
    Argument args.filter.owner: string
    Argument args.filter.archived: boolean
    "#);
    insta::assert_snapshot!(lines(&with_tools("tool get_page, update_page {\n    require args.‸\n}\n")), @r#"
    Argument args.page_id: string
    Argument args.title: string, 1 of 2 tools
    Argument args.stage: "Draft", "Staging" or "Production", 1 of 2 tools
    "#);
    insta::assert_snapshot!(lines(&with_tools("allow @write having ‸")), @r#"
    Argument args.page_id: string, 1 of 2 tools
    Argument args.title: string, 1 of 2 tools
    Argument args.stage: "Draft", "Staging" or "Production", 1 of 2 tools
    Argument args.key: string, 1 of 2 tools
    Argument args.tags: array of string, 1 of 2 tools
    "#);
    insta::assert_snapshot!(lines(&with_tools("budget move_money ‸")), @r#"
    Argument args.amount: number
    Argument args.to: string
    Keyword except: excludes tools
    Keyword having: keeps tools that have an argument
    "#);
    let items = offers("deny x when args.a.b == 1\ndeny x when ‸");
    assert_eq!(labels(&items), ["args.a.b", "args.", "not"]);
}

#[test]
fn operators_fit_the_type() {
    for (argument, expected) in [
        ("list_pages when args.limit", "== != < <= > >= in not in exists missing"),
        ("list_pages when args.filter.archived", "== != in not in exists missing"),
        ("list_pages when args.filter", "exists missing == != in not in"),
        ("update_page when args.title", "== != in not in matches contains exists missing"),
        ("set_tag when args.tags", "contains exists missing == != in not in"),
        ("set_tag when args.unknown", "== != < <= > >= in not in matches contains exists missing"),
    ] {
        let items = with_tools(&format!("deny {argument} ‸"));
        assert_eq!(labels(&items).join(" "), expected, "{argument}");
    }
    let items = with_tools("deny update_page when args.title not ‸");
    assert_eq!(labels(&items), ["in"]);
}

#[test]
fn values_come_from_the_schema() {
    for (text, expected) in [
        ("deny update_page when args.stage == ‸", "\"Draft\" \"Staging\" \"Production\""),
        ("deny update_page when args.stage == \"S‸\"", "\"Staging\" \"Draft\" \"Production\""),
        ("deny update_page when args.stage == Pro‸", "\"Production\" \"Draft\" \"Staging\""),
        ("deny update_page when args.stage in ‸", "[…] [\"Draft\"] [\"Staging\"] [\"Production\"]"),
        ("deny update_page when args.stage in [\"Draft\", ‸]", "\"Staging\" \"Production\""),
        ("deny update_page when args.stage in [‸, \"Draft\"]", "\"Staging\" \"Production\""),
        ("deny delete_page when args.force == ‸", "true false"),
        ("deny update_page when args.title == ‸", "\"…\""),
        ("deny update_page when args.title matches ‸", "\"…\""),
        ("deny list_pages when args.limit < ‸", ""),
        ("deny update_page because ‸", "\"…\""),
        // No open list takes the place of a string that is begun.
        ("deny update_page when args.stage in \"‸", "[\"Draft\"] [\"Staging\"] [\"Production\"]"),
    ] {
        assert_eq!(labels(&with_tools(text)).join(" "), expected, "{text}");
    }
}

#[test]
fn rates_fit_the_class() {
    insta::assert_snapshot!(lines(&with_tools("rate update_page ‸")), @r#"
    Rate 30/minute: recommended for tools that write
    Rate 120/minute: the most that `check` accepts for tools that write
    Rate 10/hour: calls in an hour
    Rate 100/day: calls in a day
    Keyword except: excludes tools
    Keyword having: keeps tools that have an argument
    "#);
    for (text, expected) in [
        ("rate run_script ‸", "10/minute"),
        ("rate get_page, run_script ‸", "10/minute"),
        ("rate all ‸", "120/minute"),
        ("allow update_page 3‸", "3/minute"),
        ("tool run_script {\n    allow ‸\n}\n", "10/minute"),
    ] {
        assert_eq!(labels(&with_tools(text))[0], expected, "{text}");
    }
    let items = with_tools("allow update_page 30/‸");
    assert_eq!(labels(&items)[..3], ["30/minute", "30/hour", "30/day"]);
    assert_eq!(labels(&with_tools("allow update_page 3/mnute, ‸"))[0], "30/minute");
    let items = with_tools("allow update_page 30/minute, ‸");
    assert_eq!(labels(&items), ["10/hour", "100/day", "[30/minute]", "[120/minute]"]);
}

#[test]
fn counters_of_the_policy_are_offered_again() {
    let text = "rate all 3/day as \"all of them\"\nallow set_tag 3/hour as tags-{window}\nallow get_page 1/day as ‸";
    insta::assert_snapshot!(lines(&with_tools(text)), @r#"
    Counter {tool}-{window}: one per tool and window
    Counter {tool}: one per tool
    Counter {window}: one per window, shared by all tools
    Counter "all of them": a counter of this policy
    Counter tags-{window}: a counter of this policy
    "#);
}

#[test]
fn an_offered_counter_takes_the_place_of_the_whole_name() {
    for text in [
        "allow set_tag 3/hour as {to‸",
        "allow set_tag 3/hour as {to‸}",
        "allow set_tag 3/hour as ‸{tool}",
        "allow set_tag 3/hour as pay‸-{tool}-{window}",
        "allow set_tag 3/hour as {tool}‸{window}",
        "allow set_tag 3/hour as ‸calls",
    ] {
        let items = with_tools(text);
        let start = text.rfind(' ').unwrap() + 1;
        let (before, behind) = text[start..].split_once(CURSOR).unwrap();
        let counters = items.iter().filter(|item| item.kind == CompletionKind::Counter);
        assert!(counters.clone().count() >= 3, "{text}: {items:?}");
        for item in counters {
            assert_eq!(item.replace, before.len()..behind.len(), "{text}: {item:?}");
        }
    }
    // Without `as`, a brace begins no counter.
    for text in ["tool set_tag{al‸", "tool was {al‸"] {
        assert!(with_tools(text).iter().all(|item| item.replace.start <= 2), "{text}");
    }
}

#[test]
fn tools_are_ordered_by_what_a_statement_does_with_them() {
    let tools = |text: &str| of_kind(&with_tools(text), CompletionKind::Tool);
    let sets = |text: &str| of_kind(&with_tools(text), CompletionKind::Set);
    let (mut safest, mut worst) = (tools("allow ‸"), tools("deny ‸"));
    assert_eq!([&*safest[0], &*safest[6]], ["get_page", "move_money"]);
    assert_eq!([&*worst[0], &*worst[6]], ["move_money", "list_pages"]);
    assert_eq!(sets("hide ‸")[..2], ["@critical", "@financial"]);
    assert_eq!(sets("allow ‸")[..2], ["@read", "@write"]);
    for statement in ["hide", "approve"] {
        assert_eq!(tools(&format!("{statement} ‸")), worst, "{statement}");
    }
    // What is excepted gets the opposite.
    let excepted = tools("allow @tools except ‸");
    assert_eq!(excepted, worst);
    assert_eq!(tools("hide @tools except ‸"), safest);
    safest.sort();
    worst.sort();
    assert_eq!(safest, worst);
    let items = with_tools("allow ‸");
    assert_eq!(items[0].class, Some(Class::Read));
}

#[test]
fn words_go_on_with_a_statement() {
    for (text, expected) in [
        ("approve set_tag ‸", "because except having unless when"),
        ("allow set_tag 3/hour ‸", "as"),
        ("require set_tag ‸", "except having with"),
        ("require set_tag with args.key exists ‸", "because and or"),
        ("require set_tag with (args.key exists ‸", "and or"),
        ("tool set_tag {\n    require args.key exists ‸\n}\n", "because and or"),
        ("tool set_tag ‸", "{ … } except having"),
        ("require set_tag with args.key exists\n    ‸\n", "because and or"),
        ("group pages ‸", "="),
        ("default ‸", "deny allow"),
        ("hide get_page, ‸", ""),
    ] {
        let items = with_tools(text);
        let words = [CompletionKind::Keyword, CompletionKind::Snippet];
        let shown: Vec<String> = items
            .iter()
            .filter(|item| words.contains(&item.kind) && item.documentation.is_none())
            .map(|item| item.label.clone())
            .collect();
        assert_eq!(shown.join(" "), expected, "{text}");
    }
    assert_eq!(plain(&with_tools("require set_tag with (args.key exists)‸")[0]), " because");
}

#[test]
fn files_lie_beside_the_policy() {
    let files = Names(&[
        (
            ".",
            &[
                "agent.gate",
                "guards.gate",
                "x.json",
                "policy.json",
                "b.tools.json",
                "sub/",
                ".git/",
            ],
        ),
        ("sub", &["c.gate", "tools.json"]),
    ]);
    let ask = |text: &str| {
        let fixture = Fixture::files(&[("agent.gate", text)]);
        let view = fixture.view();
        let items = complete(&view, &files, fixture.offset).items;
        check_ranges(&view, fixture.offset, &items);
        items
            .iter()
            .map(|item| format!("{} {}", item.label, plain(item)))
            .collect::<Vec<_>>()
            .join("; ")
    };
    let manifests = "b.tools.json \"b.tools.json\"; x.json \"x.json\"; sub/ \"sub/\"";
    assert_eq!(ask("manifest \"‸"), manifests);
    assert_eq!(ask("manifest \"‸\""), manifests);
    assert_eq!(ask("manifest ‸\nallow x"), manifests);
    assert_eq!(ask("manifest \"sub/t‸\""), "sub/tools.json \"sub/tools.json\"");
    assert_eq!(ask("include \"‸\""), "guards.gate \"guards.gate\"; sub/ \"sub/\"");
    assert_eq!(ask("include \"sub/‸"), "sub/c.gate \"sub/c.gate\"");
}

#[test]
fn comments_offer_suppressions() {
    // A neighbour that is wrong silences the linter, so the variants differ in what is found.
    let first = |text: &str| {
        let fixture = Fixture::gate(&format!("{MANIFEST}{text}"));
        let items = complete(&fixture.view(), &NOTHING, fixture.offset).items;
        items.first().map(|item| format!("{}: {}", item.label, plain(item))).unwrap_or_default()
    };
    assert_eq!(first("# gate‸"), "gatewright: allow(RULE) REASON: gatewright: allow(");
    assert_eq!(first("# gatewright: al‸"), "allow(RULE) REASON: allow(");
    assert_eq!(first("# other ‸"), "");
    assert_eq!(
        first("default deny\nallow update_page # gatewright: allow(‸"),
        "uncapped-write: uncapped-write"
    );
    assert_eq!(
        first("default deny\n# gatewright: allow(un‸)\nallow update_page"),
        "uncapped-write: uncapped-write"
    );
    assert_eq!(first("# gatewright: allow(inert-rule) ‸"), "until YYYY-MM-DD REASON: until ");
    // Brackets of the reason are no second list.
    assert_eq!(first("# gatewright: allow(inert-rule) (see x) un‸"), "");
    let items = with_tools("# gatewright: allow(inert-rule, ‸)\n");
    assert!(!labels(&items).contains(&"inert-rule".to_owned()));
    assert!(!labels(&items).contains(&"unused-suppression".to_owned()));
    assert!(!labels(&items).contains(&"unknown-tool".to_owned()));
    assert_eq!(items[0].replace, 0..0);
}

#[test]
fn a_strangers_words_stay_words() {
    let tools = r#"{"tools": [{"name": "a\u202eb\n# x", "title": "<b>", "description": "[x](command:y)", "inputSchema": {"properties": {"k\u0007 y": {"enum": ["v\u202ew"]}}}}]}"#;
    let ask = |text: &str| {
        let fixture = Fixture::files(&[("agent.gate", text), ("tools.json", tools)]);
        let view = fixture.view();
        let items = complete(&view, &NOTHING, fixture.offset).items;
        check_ranges(&view, fixture.offset, &items);
        items[0].clone()
    };
    let item = ask("manifest \"tools.json\"\nallow ‸");
    assert_eq!(item.label, "a\\u{202e}b\\u{a}# x");
    assert_eq!(plain(&item), "\"a\\u202eb\\n# x\"");
    assert!(item.documentation.unwrap().ends_with("&lt;b&gt;\n\n\\[x\\]\\(command&#58;y)"));
    let name = "\"a\\u202eb\\n# x\"";
    let item = ask(&format!("manifest \"tools.json\"\ndeny {name} when ‸"));
    assert_eq!(plain(&item), "args.\"k\\u0007 y\"");
    let path = "args.\"k\\u0007 y\"";
    let item = ask(&format!("manifest \"tools.json\"\ndeny {name} when {path} == ‸"));
    assert_eq!(plain(&item), "\"v\\u202ew\"");
}

#[test]
fn many_tools_are_cut_to_the_best() {
    let names: Vec<String> =
        (0..10_000).map(|number| format!("{{\"name\": \"get_{number}\"}}")).collect();
    let tools = format!("{{\"tools\": [{}]}}", names.join(","));
    let ask = |text: &str| -> Completions {
        let fixture = Fixture::files(&[("agent.gate", text), ("tools.json", &tools)]);
        complete(&fixture.view(), &NOTHING, fixture.offset)
    };
    let all = ask("manifest \"tools.json\"\nallow ‸");
    assert!(all.is_incomplete && all.items.len() == 200, "{}", all.items.len());
    let some = ask("manifest \"tools.json\"\nallow 9876‸");
    assert_eq!(some.items[0].label, "get_9876");
}

/// Every place of these statements, and what is offered there put in: the grammar gets as far as its end.
#[test]
fn what_is_offered_can_stand_there() {
    let statements = [
        "allow get_page, set_tag 3/hour, 5/day as a-{tool}",
        "rate @write having args.key except set_* 3/hour as \"x\"",
        "rate all 3/hour",
        "require update_page with not (args.title matches \"x\" or args.stage not in [\"Draft\", \"Staging\"]) because \"x\"",
        "approve move_money unless args.amount <= 50 and args.to exists because \"x\"",
        "deny list_pages when args.filter.owner contains \"x\"",
        "hide delete_page",
        "budget move_money args.amount 50/day as x",
        "group pages = *_page, \"x y\"",
        "classify run_script, *_tag as write because \"x\"",
        "default deny",
    ];
    let mut offered = 0;
    for statement in statements {
        for at in 0..=statement.len() {
            let marked = format!("{MANIFEST}{}{CURSOR}{}", &statement[..at], &statement[at..]);
            let fixture = Fixture::gate(&marked);
            let view = fixture.view();
            let items = complete(&view, &NOTHING, fixture.offset).items;
            check_ranges(&view, fixture.offset, &items);
            for item in items {
                offered += 1;
                let before = &view.text()[MANIFEST.len()..item.replace.start];
                let text = format!("{before}{}", plain(&item));
                let found = expectation(part(&text), &text);
                let is_open = plain(&item).ends_with("not") || text.ends_with("not in");
                assert!(
                    found.offset >= text.len() || is_open || is_word_alone(&text),
                    "{text:?} is refused at {}",
                    found.offset
                );
            }
        }
    }
    assert!(offered > 3_000, "{offered}");
}

fn part(text: &str) -> Fragment {
    match text {
        _ if text.starts_with("tool") => Fragment::Head,
        _ if text.starts_with("test") => Fragment::TestHead,
        _ => Fragment::Statement,
    }
}

/// A statement's first word alone, behind which the grammar demands a blank that is not there yet.
fn is_word_alone(text: &str) -> bool {
    !text.contains(' ')
}

#[test]
fn every_token_of_real_policies_has_an_answer() {
    let Some(folder) = corpus() else { return };
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut asked = 0;
    for file in &files {
        let bytes = fs::read(file).unwrap();
        let tools = String::from_utf8(bytes.clone()).unwrap();
        let starter =
            check::starter("tools.json", bytes, "tools.json", Posture::Deny).value.unwrap();
        let fixture = Fixture::files(&[("agent.gate", &starter), ("tools.json", &tools)]);
        let view = fixture.view();
        for token in tokens(view.text()) {
            for offset in [token.start(), token.end()] {
                let found = complete(&view, &NOTHING, offset);
                check_ranges(&view, offset, &found.items);
                for shape in signature::signatures(&view, offset) {
                    assert!(shape.active.is_none_or(|active| active < shape.parts.len()));
                }
                asked += 1;
            }
        }
    }
    assert!(asked > 1_000, "{asked}");
}

#[test]
fn a_block_that_nothing_closes_yet_goes_on() {
    for tail in ["", "\n", "\n\nallow get_page\n", "\n\ntool get_page {\n    hide\n}\n"] {
        for head in ["", "    allow 3/hour\n", "    # A note.\n\n    deny when args.to == \"x\"\n"]
        {
            let items = with_tools(&format!("tool move_money {{\n{head}    approve un‸{tail}"));
            assert_eq!(labels(&items), ["unless", "because", "when"], "{head:?} {tail:?}");
            let items =
                with_tools(&format!("tool move_money {{\n{head}    approve unless ‸{tail}"));
            assert_eq!(labels(&items), ["args.amount", "args.to", "not"], "{head:?} {tail:?}");
        }
    }
    // What stands at the margin is no rule of the block above it.
    let items = with_tools("tool move_money {\n    allow 3/hour\napprove up‸");
    assert_eq!(labels(&items)[0], "update_page");
    let items = with_tools("tool move_money {\n    allow 3/hour\n}\n    approve up‸");
    assert_eq!(labels(&items)[0], "update_page");
}

#[test]
fn behind_except_come_the_tools_that_it_can_take_away() {
    let selected = |text: &str| -> Vec<String> {
        let items = with_tools(text);
        let tools = items.iter().filter(|item| item.kind == CompletionKind::Tool);
        let tools = tools.filter(|item| !item.is_faded);
        tools.map(|item| item.label.clone()).collect()
    };
    assert_eq!(selected("group g = @write except ‸"), ["update_page", "set_tag"]);
    assert_eq!(selected("hide *_page except up‸"), ["update_page", "get_page", "delete_page"]);
    assert_eq!(
        selected("hide @tools having args.page_id except get_page, ‸"),
        ["update_page", "delete_page"]
    );
    assert_eq!(selected("tool @write except set_tag, ‸ {\n    hide\n}"), ["update_page"]);
    let items = with_tools("hide @write except ‸");
    let other = items.iter().find(|item| item.label == "get_page").unwrap();
    assert_eq!(other.detail.as_deref(), Some("read, low risk, not selected"));
}

#[test]
fn what_is_offered_fits_what_was_begun() {
    let items = with_tools("allow @‸");
    assert_eq!(labels(&items)[..2], ["@read", "@write"]);
    let detail = |text: &str, label: &str| {
        let items = with_tools(text);
        let item = items.into_iter().find(|item| item.label == label).unwrap();
        item.detail.unwrap()
    };
    assert_eq!(detail("classify get_page ‸", "as"), "the class");
    assert_eq!(detail("allow get_page 3/hour ‸", "as"), "the name of the counter");
    assert_eq!(detail("hide ‸", "all"), "every tool, known or not");
    assert_eq!(detail("rate ‸", "all"), "all calls together");
    // A list has no parts that a path could lead to.
    assert_eq!(labels(&with_tools("require set_tag with args.tags.‸")), [] as [&str; 0]);
}

#[test]
fn what_is_put_in_before_a_word_does_not_run_into_it() {
    for (text, label, put_in) in [
        ("require set_tag with ‸args.key exists", "args.tags", "args.tags "),
        ("allow ‸set_tag", "get_page", "get_page "),
        ("allow get_page,‸set_tag", "update_page", " update_page "),
        ("allow ‸@read", "get_page", "get_page "),
        ("require update_page with args.stage == ‸\"x\"", "\"Draft\"", "\"Draft\" "),
        ("allow get_‸page", "get_page", "get_page"),
        ("require set_tag with (‸)", "args.key", "args.key"),
    ] {
        let items = with_tools(text);
        let found = items.iter().find(|item| item.label == label).map_or("", plain);
        assert_eq!(found, put_in, "{text}");
    }
}
