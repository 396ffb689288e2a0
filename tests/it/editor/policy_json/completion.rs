//! Completion.

use gatewright::editor::answers::complete;
use gatewright::editor::completion::{Completion, Completions, Insert};

use super::super::fixture::Names;
use super::{behind, document, variants};

fn asked(text: &str) -> (Completions, String, usize) {
    let fixture = document(text);
    let view = fixture.view();
    let found = complete(&view, &Names(&[]), fixture.offset);
    for item in &found.items {
        let replace = item.replace.clone();
        assert!(view.text().get(replace.clone()).is_some(), "{text}");
        assert!(replace.start <= fixture.offset && fixture.offset <= replace.end, "{text}");
    }
    (found, view.text().to_owned(), fixture.offset)
}

fn labels(text: &str) -> Vec<String> {
    asked(text).0.items.into_iter().map(|item| item.label).collect()
}

fn plain(item: &Completion) -> &str {
    match &item.insert {
        Insert::Text(text) | Insert::Snippet(_, text) => text,
    }
}

/// The text after the offer of this label was taken.
fn taken(text: &str, label: &str) -> String {
    let (found, text, _) = asked(text);
    let item = found.items.iter().find(|item| item.label == label);
    let item = item.unwrap_or_else(|| panic!("no {label}: {:#?}", found.items));
    format!("{}{}{}", &text[..item.replace.start], plain(item), &text[item.replace.end..])
}

#[test]
fn keys_are_those_of_their_place_that_are_not_there() {
    for text in variants("{ \"version\": \"1\",\n\"to‸\n, \"hide\": [] }") {
        assert_eq!(labels(&text), ["default", "all_tools", "tools"], "{text}");
    }
    for (text, expected) in [
        ("{‸}", "version default hide all_tools tools"),
        ("{ \"all_tools\": { ‸ } }", "limits"),
        ("{ \"tools\": { \"get_page\": { \"limits\": [], ‸ } } }", "require deny_if"),
        ("{ \"tools\": { \"x\": { \"require\": [{‸}] } } }", "conditions on_deny"),
        ("{ \"tools\": { \"x\": { \"require\": [{\"conditions\":[{\"op\":\"eq\",‸", "path value"),
        ("{ \"tools\": { \"x\": { \"limits\": [{\"max\":1, \"sc‸", "counter window scope"),
        ("{ \"all_tools\": { \"limits\": [{\"max\":1, \"sc‸", "counter window scope"),
        ("{ \"other\": { ‸", ""),
    ] {
        assert_eq!(labels(text).join(" "), expected, "{text}");
    }
}

#[test]
fn a_key_brings_its_value_and_the_marks_that_are_missing() {
    for (text, label, expected) in [
        ("{ \"hi‸\" }", "hide", "{ \"hide\": [] }"),
        ("{ hi‸ }", "hide", "{ \"hide\": [] }"),
        ("{ \"hi‸\n \"tools\": {} }", "hide", "{ \"hide\": [],\n \"tools\": {} }"),
        ("{ ‸ \"tools\": {} }", "default", "{ \"default\": \"deny\", \"tools\": {} }"),
        ("{ \"hi‸d\": [\"x\"] }", "hide", "{ \"hide\": [\"x\"] }"),
        ("{ \"hide\": ‸\n \"tools\": {} }", "[…]", "{ \"hide\": [],\n \"tools\": {} }"),
        (
            "{ \"tools\": { \"set‸\" } }",
            "set_tag",
            "{ \"tools\": { \"set_tag\": { \"limits\": [{ \"counter\": \"set_tag_rate\", \"window\": \"minute\", \"max\": 30, \"scope\": \"grant\" }] } } }",
        ),
        (
            "{ \"tools\": { \"run_script\": { \"li‸ } } }",
            "limits",
            "{ \"tools\": { \"run_script\": { \"limits\": [{ \"counter\": \"run_script_rate\", \"window\": \"minute\", \"max\": 10, \"scope\": \"grant\" }] } } }",
        ),
        (
            "{ \"tools\": {\n    \"move‸\": {}\n} }",
            "move_money",
            "{ \"tools\": {\n    \"move_money\": {}\n} }",
        ),
    ] {
        assert_eq!(taken(text, label), expected, "{text}");
    }
    let whole = taken("‸", "a policy");
    assert_eq!(whole, "{\n  \"version\": \"1\",\n  \"default\": \"deny\",\n  \"tools\": {}\n}\n");
}

#[test]
fn what_is_taken_is_valid_wherever_the_policy_was() {
    let empty = "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {‸}}";
    for tool in labels(empty) {
        let text = taken(empty, &tool);
        let outcome = gatewright::check::validate_policy_json("p.json", text.clone().into());
        assert!(outcome.value.is_some(), "{text}");
    }
}

#[test]
fn tools_are_offered_where_the_policy_lacks_them() {
    for text in variants(&behind("\"get_page\": {},").replace('‸', "\n‸\n")) {
        // Right in front of a name the cursor is at that name.
        if !text.contains('\n') {
            continue;
        }
        let (found, ..) = asked(&text);
        let names: Vec<&str> = found.items.iter().map(|item| item.label.as_str()).collect();
        let expected = ["list_pages", "set_tag", "run_script", "move_money", "delete_page"];
        assert_eq!(names, expected, "{text}");
        let faded: Vec<bool> = found.items.iter().map(|item| item.is_faded).collect();
        assert_eq!(faded, [false, false, false, false, true]);
        assert_eq!(found.items[2].detail.as_deref(), Some("execute, high risk"));
        assert_eq!(found.items[2].documentation.as_deref(), Some("Runs a script."));
    }
    for text in variants(
        &behind("\"hide\": [\"delete_page\", \"".trim_end_matches(", \"")).replace('‸', ", \"‸"),
    ) {
        let names = labels(&text);
        let expected =
            ["move_money", "run_script", "set_tag", "list_pages", "update_page", "get_page", "*"];
        assert_eq!(names, expected, "{text}");
    }
}

#[test]
fn the_whole_name_is_replaced_wherever_the_cursor_stands_in_it() {
    for text in [
        "{ \"hide\": [\"‸set_x\"] }",
        "{ \"hide\": [\"set_‸x\"] }",
        "{ \"hide\": [\"set_x\"‸] }",
        "{ \"hide\": [‸\"set_x\"] }",
        "{ \"hide\": [set‸_x] }",
        "{ \"hide\": [\"set_‸] }",
    ] {
        assert_eq!(taken(text, "set_tag"), "{ \"hide\": [\"set_tag\"] }", "{text}");
    }
    assert_eq!(
        taken("{ \"hide\": [\"se‸, \"x\"] }", "set_tag"),
        "{ \"hide\": [\"set_tag\", \"x\"] }"
    );
    assert_eq!(
        taken("{\"hide\":[\"a\" ,‸\"x\"]}".replace("\"x\"", " \"x\"").as_str(), "set_tag"),
        "{\"hide\":[\"a\" ,\"set_tag\", \"x\"]}"
    );
}

fn condition(inner: &str, tool: &str) -> String {
    format!("{{ \"tools\": {{ \"{tool}\": {{ \"deny_if\": [ {{ \"conditions\": [ {{ {inner}")
}

#[test]
fn arguments_come_from_the_schema_nested_ones_too() {
    for text in
        variants(&condition("\"path\": \"ar‸\", \"op\": \"eq\" } ] } ] } } }", "list_pages"))
    {
        let expected = ["args.limit", "args.filter", "args.filter.owner", "args.filter.archived"];
        assert_eq!(labels(&text), expected, "{text}");
    }
    let text = condition("\"path\": ‸", "list_pages");
    let (found, ..) = asked(&text);
    assert_eq!(found.items[0].detail.as_deref(), Some("integer"));
    assert_eq!(plain(&found.items[3]), "\"args.filter.archived\"");
    assert!(labels(&condition("\"path\": \"‸\"", "no_such_tool")).is_empty());
}

#[test]
fn operators_and_values_fit_the_argument() {
    let of = |inner: &str, tool: &str| labels(&condition(inner, tool)).join(" ");
    let op =
        |path: &str, tool: &str| of(&format!("\"path\": \"args.{path}\", \"op\": \"‸\""), tool);
    assert_eq!(op("filter.archived", "list_pages"), "eq neq exists");
    assert_eq!(op("limit", "list_pages"), "eq neq lt lte gt gte in not_in exists");
    assert_eq!(op("stage", "update_page"), "eq neq in not_in exists regex contains");
    let value = |op: &str, value: &str| {
        of(
            &format!("\"path\": \"args.stage\", \"op\": \"{op}\", \"value\": {value}"),
            "update_page",
        )
    };
    assert_eq!(value("eq", "‸"), "\"Draft\" \"Staging\" \"Production\"");
    assert_eq!(value("eq", "\"Pro‸\" }"), "\"Draft\" \"Staging\" \"Production\"");
    assert_eq!(value("in", "‸"), "[\"Draft\", \"Staging\", \"Production\"] […]");
    assert_eq!(value("in", "[\"Draft\", ‸]"), "\"Staging\" \"Production\"");
    assert_eq!(value("exists", "‸"), "true false");
    assert_eq!(value("regex", "‸"), "\"^…$\"");
    assert_eq!(value("gt", "‸"), "");
    let boolean = "\"path\": \"args.force\", \"op\": \"eq\", \"value\": ‸";
    assert_eq!(of(boolean, "delete_page"), "true false");
    // What is known of the condition may stand behind the cursor.
    let behind = "\"value\": ‸, \"op\": \"eq\", \"path\": \"args.stage\" } ] } ]";
    assert_eq!(of(behind, "update_page"), "\"Draft\" \"Staging\" \"Production\"");
    let half =
        condition("\"path\": \"args.stage\", \"op\": \"eq\", \"value\": \"Pr‸", "update_page");
    assert!(taken(&half, "\"Production\"").ends_with("\"value\": \"Production\""));
}

#[test]
fn limits_are_filled_out_for_their_tool() {
    let of = |inner: &str| {
        labels(&format!(
            "{{ \"tools\": {{ \"Set_Tag\": {{}}, \"run_script\": {{ \"limits\": [{inner}"
        ))
        .join(" ")
    };
    assert_eq!(
        of("{ \"window\": \"hour\", \"counter\": \"‸\" }"),
        "run_script_per_hour run_script_rate run_script_per_day"
    );
    assert_eq!(
        of("{ \"counter\": \"run_script_rate\" }, { \"counter\": ‸ }"),
        "run_script_per_hour run_script_per_day"
    );
    assert_eq!(of("{ \"window\": ‸"), "minute hour day");
    assert_eq!(of("{ \"max\": ‸"), "10");
    assert_eq!(of("{ \"max\": ‸, \"window\": \"hour\" }"), "600");
    assert_eq!(of("{ \"scope\": \"‸"), "grant");
    assert_eq!(of("‸"), "a limit");
    assert_eq!(
        labels("{ \"all_tools\": { \"limits\": [{ \"counter\": ‸"),
        ["calls-per-minute", "calls-per-hour", "calls-per-day"]
    );
}

#[test]
fn other_values_are_those_of_the_format() {
    assert_eq!(labels("{ \"default\": \"‸\" }"), ["deny", "allow"]);
    assert_eq!(labels("{ \"version\": ‸"), ["1"]);
    assert_eq!(
        labels("{\"tools\":{\"x\":{\"deny_if\":[{\"on_deny\": ‸"),
        ["Requires human approval.", "Denied by policy."]
    );
    for nothing in ["{ \"default\" ‸", "{ \"default\": \"deny\" ‸}", "{} ‸", "{ \"x\": ‸"] {
        assert!(labels(nothing).is_empty(), "{nothing}");
    }
}

#[test]
fn without_a_manifest_the_format_is_offered_all_the_same() {
    let fixture = super::Fixture::files(&[("policy.json", "{ \"tools\": { ‸ } }")]);
    assert!(complete(&fixture.view(), &Names(&[]), fixture.offset).items.is_empty());
    let fixture = super::Fixture::files(&[("policy.json", "{ ‸ }")]);
    assert_eq!(complete(&fixture.view(), &Names(&[]), fixture.offset).items.len(), 5);
}

#[test]
fn strangers_names_stay_names() {
    let tools = "{\"tools\":[{\"name\":\"a$b}\\\\c\\u202e\",\"description\":\"[x](command:y)\"}]}";
    let fixture = super::Fixture::files(&[
        (super::PATH, "{ \"tools\": { ‸ } }"),
        ("tools.json", tools),
        ("gatewright.toml", super::CONFIGURATION),
    ]);
    let found = complete(&fixture.view(), &Names(&[]), fixture.offset);
    let [item] = found.items.as_slice() else { panic!("{found:?}") };
    assert_eq!(item.label, "a$b}\\c\\u{202e}");
    assert_eq!(item.documentation.as_deref(), Some("\\[x\\]\\(command&#58;y)"));
    let Insert::Snippet(snippet, text) = &item.insert else { panic!("{item:?}") };
    assert!(snippet.starts_with("\"a\\$b\\}\\\\\\\\c\\\\u202e\": {"), "{snippet}");
    assert!(text.starts_with("\"a$b}\\\\c\\u202e\": {"), "{text}");
}
