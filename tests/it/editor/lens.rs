//! The lines above the text.

use gatewright::editor::lens::lenses;

use super::fixture::{Fixture, variants};

/// The lenses of a policy: the characters over which each stands, and its words.
fn shown(text: &str) -> Vec<(String, String)> {
    let view = Fixture::gate(text).view();
    let found = lenses(&view);
    found.into_iter().map(|lens| (view.text()[lens.range].to_owned(), lens.title)).collect()
}

#[test]
fn the_policy_is_counted_over_its_first_line() {
    for (rules, expected) in [
        (
            "allow @read\nallow @write 5/hour\nhide @critical\nhide run_script",
            "7 tools: 2 allowed, 2 capped, 3 hidden, 0 open risks",
        ),
        (
            "allow @read, update_page\nhide delete_page",
            "7 tools: 3 allowed, 0 capped, 3 not granted, 1 hidden, 1 open risk",
        ),
        (
            "allow @tools 5/hour\ndeny run_script\napprove @critical\n",
            "7 tools: 0 allowed, 4 capped, 2 need approval, 1 denied, 0 hidden, 0 open risks",
        ),
        (
            "allow get_page, \"other\"",
            "8 tools: 2 allowed, 0 capped, 6 not granted, 0 hidden, 0 open risks",
        ),
        (
            "# gatewright: allow(uncapped-write) until 2999-01-01 It is small.\nallow update_page",
            "7 tools: 1 allowed, 0 capped, 6 not granted, 0 hidden, 0 open risks",
        ),
    ] {
        let shown = shown(&format!("manifest \"tools.json\"\ndefault deny\n{rules}\n"));
        assert_eq!(shown, [("manifest \"tools.json\"".to_owned(), expected.to_owned())], "{rules}");
    }
    assert_eq!(shown("allow get_x")[0].1, "1 tool: 1 allowed, 0 capped, 0 hidden, 0 open risks");
    let broken = shown("allow get_x\nallow ,\n");
    assert_eq!(
        broken[0].1,
        "1 tool: 1 allowed, 0 capped, 0 hidden, open risks unknown until the errors are fixed"
    );
}

#[test]
fn a_part_of_a_policy_has_no_line_for_the_whole() {
    let files = [
        ("agent.gate", "include \"part.gate\"\nallow x\n"),
        ("part.gate", "‸tool x {\n    rate 5/hour\n}\n"),
    ];
    let found = lenses(&Fixture::files(&files).view());
    assert_eq!(
        found.iter().map(|lens| lens.title.as_str()).collect::<Vec<_>>(),
        ["allowed 5/hour"]
    );
}

#[test]
fn a_block_tells_what_is_decided_on_its_tools() {
    for (block, head, expected) in [
        (
            "tool update_page {\n    allow 10/hour\n    approve unless args.stage == \"Staging\"\n}",
            "tool update_page",
            "allowed 10/hour, needs approval unless args.stage == \"Staging\"",
        ),
        ("tool get_page { hide }", "tool get_page", "hidden"),
        (
            "tool @read {\n    allow 9/minute, 5/hour\n}",
            "tool @read",
            "2 tools: allowed 9/minute, 5/hour",
        ),
        (
            "tool @read, set_tag {\n    allow\n}\nrate set_tag 5/hour\ndeny get_page",
            "tool @read, set_tag",
            "3 tools: 1 denied; 1 allowed; 1 allowed 5/hour",
        ),
        (
            "tool @tools {\n    allow\n}\nrate set_tag 5/hour\ndeny get_page\nhide move_money\napprove run_script\nrate update_page 2/day",
            "tool @tools",
            "7 tools: 4 allowed; 1 needs approval; 1 denied; 1 hidden",
        ),
        (
            "tool get_page {\n    allow\n    require args.page_id exists\n    require args.page_id != \"a\"\n    deny when args.page_id \
             == \"b\"\n    approve when args.page_id == \"c\"\n    approve unless args.page_id == \"d\"\n}",
            "tool get_page",
            "allowed, denied unless args.page_id exists, denied unless args.page_id != \"a\", denied when args.page_id == \"b\", \
             and 2 more conditions",
        ),
    ] {
        let text = format!("manifest \"tools.json\"\ndefault deny\n\n{block}\n");
        for text in variants(&text) {
            let shown = shown(&text);
            assert_eq!(shown.len(), 2, "{shown:?}");
            assert_eq!(shown[1], (head.to_owned(), expected.to_owned()), "{text}");
        }
    }
    assert_eq!(
        shown("manifest \"tools.json\"\ntool unheard_of {\n    allow\n}\ntool get_page {\n").len(),
        1
    );
}
