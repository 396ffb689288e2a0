//! What is said about what stands at a place.

use super::fixture::{CURSOR, Fixture, TOOLS, variants};
use gatewright::editor::answers::hover;

/// What is said at the mark, and the characters that it is about.
fn asked(fixture: &Fixture) -> (String, String) {
    let view = fixture.view();
    let found = hover(&view, fixture.offset).expect("something is known");
    (view.text()[found.range].to_owned(), found.contents)
}

/// Fails unless a word is met at the mark and all of these are said about it, in this order, in every variant of the text.
fn says(text: &str, word: &str, expected: &[&str]) {
    for text in variants(text) {
        let (found, contents) = asked(&Fixture::gate(&text));
        assert_eq!(found, word, "{text}");
        let mut rest = contents.as_str();
        for part in expected {
            let at = rest.find(part);
            let at = at.unwrap_or_else(|| panic!("{text}\nlacks: {part}\n{contents}"));
            rest = &rest[at + part.len()..];
        }
    }
}

/// A whole policy of the fixture's server.
const POLICY: &str = "manifest \"tools.json\"\ndefault deny\nallow update_page 30/minute\nrate @write 500/day\n\
    approve update_page unless args.stage == \"Staging\"\nhide delete_*\nrate all 120/minute\n";

fn policy_with(marked: &str) -> String {
    let text = POLICY.replacen(&marked.replace(CURSOR, ""), marked, 1);
    assert!(text.contains(CURSOR), "{marked}");
    text
}

#[test]
fn a_tool_tells_its_danger_its_rules_and_its_arguments() {
    let (word, contents) = asked(&Fixture::gate(&policy_with("allow upd‸ate_page")));
    assert_eq!(word, "update_page");
    assert_eq!(
        contents,
        "`update_page`: a **write** tool (medium risk, 92% sure)\n\
         - its name says `update` (write)\n\
         - its description says `Updates a page` (write)\n\n\
         > Updates a page.\n\n\
         **The policy:** `allowed 30/minute, 500/day, needs approval unless args.stage == \"Staging\"`\n\
         - line 3: `allow update_page 30/minute`\n\
         - line 5: `approve update_page unless args.stage == \"Staging\"`\n\
         - line 4: `rate @write 500/day`, through `@write`\n\
         - line 7: `rate all 120/minute`\n\n\
         **Arguments**\n\
         - `args.page_id` string, required\n\
         - `args.title` string\n\
         - `args.stage` \"Draft\", \"Staging\" or \"Production\""
    );
    says(
        &policy_with("allow update_page‸"),
        "update_page",
        &["**write** tool", "**The policy:** `allowed 30/minute"],
    );
}

#[test]
fn a_tool_tells_what_happens_in_the_end() {
    let head = "manifest \"tools.json\"\ndefault deny\n";
    for (rules, decision) in [
        ("rate ‸get_page 5/hour", "not granted"),
        (
            "allow ‸get_page\nhide get_*",
            "hidden`\n- line 4: `hide get_*`, through `get_*`\n- line 3",
        ),
        ("allow ‸get_page\nhide all", "hidden`\n- line 4: `hide all`"),
        ("allow ‸get_page\ndeny get_page\napprove get_page", "denied`\n"),
        ("allow ‸get_page\napprove get_page", "needs approval`\n"),
        ("allow ‸get_page\nrate all 9/day", "allowed, 9/day for all tools together`\n"),
        (
            "allow ‸get_page\ndeny get_page when args.page_id == \"0\"\nrequire get_page with args.page_id exists",
            "allowed, denied unless args.page_id exists, denied when args.page_id == \"0\"",
        ),
    ] {
        let (_, contents) = asked(&Fixture::gate(&format!("{head}{rules}\n")));
        assert!(contents.contains(&format!("**The policy:** `{decision}")), "{rules}\n{contents}");
    }
}

#[test]
fn without_a_manifest_the_name_speaks() {
    says(
        "allow delete_th‸ing 5/minute\n",
        "delete_thing",
        &[
            "**destructive** tool (critical risk",
            "its name says `delete`",
            "Only its name is known.",
        ],
    );
    says(
        "manifest \"tools.json\"\nallow get_thi‸ng\n",
        "get_thing",
        &["**read** tool", "It is not in the manifest."],
    );
}

#[test]
fn globs_and_sets_tell_what_they_match_and_what_is_taken_away() {
    says(
        "manifest \"tools.json\"\nallow @tool‸s having args.page_id except delete_*\n",
        "@tools",
        &[
            "every tool of the manifest",
            "7 tools: 2 read, 2 write, 1 execute, 1 destructive, 1 financial.",
            "`get_page`, `list_pages`",
            "`having` excludes 4 tools: `list_pages`, `set_tag`, `run_script`, `move_money`.",
            "`except` excludes 1 tool: `delete_page`. 2 tools are left.",
        ],
    );
    says(
        "manifest \"tools.json\"\nallow ‸*_page\n",
        "*_page",
        &["The glob `*_page`", "3 tools: 1 read, 1 write, 1 destructive."],
    );
    says(
        "manifest \"tools.json\"\nallow @gr‸ 5/hour\ngroup gr = @write, get_*\n",
        "@gr",
        &["The group `@gr`", "`update_page`, `set_tag`, `get_page`"],
    );
    says(
        "manifest \"tools.json\"\nallow @gr 5/hour\ngroup g‸r = @write, get_*\n",
        "gr",
        &["used as `@gr`", "3 tools: 1 read, 2 write."],
    );
    says(
        "manifest \"tools.json\"\nclassify get_page as wr‸ite\n",
        "write",
        &["The class `write` (medium risk)", "They need a cap"],
    );
    says("allow @rea‸d\n", "@read", &["The set `@read`", "To list its tools, add a manifest"]);
    says(
        "manifest \"tools.json\"\nallow @nobo‸dy\n",
        "@nobody",
        &["The group `nobody` is not defined.", "**unknown-group**"],
    );
}

#[test]
fn conditions_tell_their_meaning_and_the_json_they_become() {
    let json = "```json\n{\n  \"require\": [\n    {\n      \"conditions\": [\n        {\n          \"path\": \"args.stage\",\n          \
        \"op\": \"eq\",\n          \"value\": \"Staging\"\n        }\n      ],\n      \"on_deny\": \"Requires human approval.\"\n    }\n  ]\n}\n```";
    let meaning = [
        "A call gets through without approval only if `args.stage` is present and equal to `\"Staging\"`.",
        "A call without `args.stage` needs approval.",
        json,
    ];
    for (marked, word) in [
        ("args.stage =‸= \"Staging\"", "=="),
        ("args.stage == \"Sta‸ging\"", "\"Staging\""),
        ("un‸less args", "unless"),
        ("appr‸ove update", "approve"),
    ] {
        says(&policy_with(marked), word, &meaning);
    }
    let block = "manifest \"tools.json\"\ntool update_page {\n    allow 9/hour\n    deny when args.stage ‸!= \"Draft\"\n}\n";
    says(
        block,
        "!=",
        &[
            "A call is blocked if",
            "A call without `args.stage` is not affected by this.",
            "\"op\": \"neq\"",
        ],
    );
    let both = "manifest \"tools.json\"\nrequire list_pages with args.limit < 5 ‸and (args.filter.owner missing or not args.filter exists)\n";
    says(
        both,
        "and",
        &[
            "`args.limit` is a number less than `5` and (`args.filter.owner` is missing or null or it is not true that",
            "A call without `args.limit` is blocked.",
            "A call without `args.filter.owner` is decided by the rest of the condition.",
        ],
    );
    let inexact = "manifest \"tools.json\"\nrequire update_page with args.title ‸matches \"^a\" or args.stage == \"Draft\"\n";
    says(
        inexact,
        "matches",
        &[
            "policy.json cannot express this",
            "no exact negation of `args.title matches \"^a\"`",
            "**no-exact-form**",
        ],
    );
    says(
        "manifest \"tools.json\"\nrequire update_page with args.title ‸contains\n",
        "contains",
        &["a string that contains the value"],
    );
}

#[test]
fn arguments_tell_their_type_and_their_tools() {
    says(
        "manifest \"tools.json\"\nallow @tools having args.‸page_id\n",
        "args.page_id",
        &[
            "- `string` in `get_page`, `update_page`, `delete_page`",
            "Required by some of these tools",
            "Not declared by `list_pages`",
        ],
    );
    let nested = "manifest \"tools.json\"\nrequire list_pages with args.fil‸ter.owner == \"me\"\n";
    says(nested, "args.filter.owner", &["The argument `args.filter`.", "`object` in `list_pages`"]);
    let inner = "manifest \"tools.json\"\nrequire list_pages with args.filter.own‸er == \"me\"\n";
    says(
        inner,
        "args.filter.owner",
        &[
            "The argument `args.filter.owner`.",
            "`string`",
            "holds when `args.filter.owner` is present",
        ],
    );
    let half = "manifest \"tools.json\"\nrequire update_page with args.sta‸ge =\n";
    says(half, "args.stage", &["`\"Draft\", \"Staging\" or \"Production\"` in `update_page`"]);
    says("require x with args.a‸ == 1\n", "args.a", &["Its type is unknown"]);
}

#[test]
fn rates_and_counters_tell_what_they_come_to() {
    says(
        "manifest \"tools.json\"\nallow update_page, set_tag 3‸0/minute\n",
        "30/minute",
        &[
            "or 1,800 an hour and 43,200 a day in the long run",
            "up to 60 calls can get through at once",
            "`update_page_rate`, `set_tag_rate`",
        ],
    );
    says(
        "rate all 10‸0/hour\n",
        "100/hour",
        &["2,400 a day", "all tools together", "`calls-per-hour`"],
    );
    says("allow x 5/hour, 9/hou‸r\n", "9/hour", &["not in force for all of its tools"]);
    says("allow x 5/hour as n_{to‸ol}\n", "n_{tool}", &["per hour under `n_x`"]);
    says("allow x 5/we‸ek\n", "5/week", &["A rate is a number of calls", "**invalid-rate**"]);
}

#[test]
fn words_of_the_language_tell_what_they_do() {
    for word in gatewright::syntax::words::STATEMENTS {
        let (found, contents) = asked(&Fixture::gate(&format!("{CURSOR}{word} ")));
        assert_eq!(found, word);
        assert!(contents.starts_with(&format!("```gate\n{word} ")), "{contents}");
    }
    says("manif‸est \"tools.json\"\n", "manifest", &["The server has 7 tools: 2 read, 2 write"]);
    says(
        "manifest \"tools.js‸on\"\n",
        "\"tools.json\"",
        &["The file `tools.json`. The server has 7 tools"],
    );
    says(
        "manifest \"tools.json\"\ndefault de‸ny\nallow @read\n",
        "deny",
        &["Of the tools known by name, 5 tools are not granted."],
    );
    says("default al‸low\nrate x 5/hour\n", "allow", &["1 tool is open without an `allow`"]);
    says(
        "allow x\ndeny x because \"so ‸it is\"\n",
        "\"so it is\"",
        &["When a call is blocked, the agent reads: `so it is`"],
    );
    let files = [("agent.gate", "include \"oth‸er.gate\"\n"), ("other.gate", "allow x\nhide y\n")];
    let (_, contents) = asked(&Fixture::files(&files));
    assert!(contents.contains("It has 2 statements."), "{contents}");
}

#[test]
fn rules_tell_their_page_where_they_are_named_and_where_they_speak() {
    says(
        "# gatewright: allow(open-default, uncapped-‸write) so\nallow set_x\n",
        "uncapped-write",
        &[
            "**uncapped-write** (warning, open doors)",
            "can be called as often as the agent likes",
            "An agent that runs in a loop",
        ],
    );
    says(
        "# gatewright: allow(uncaped-wr‸ite) so\nallow set_x\n",
        "uncaped-write",
        &["Unknown rule", "Did you mean `uncapped-write`?"],
    );
    let (_, contents) = asked(&Fixture::gate("default deny\nallow set_x‸\n"));
    assert!(
        contents
            .contains("\n\n---\n\n**uncapped-write** (warning, open doors)\n\nA tool that writes"),
        "{contents}"
    );
}

#[test]
fn what_strangers_wrote_stays_words() {
    let manifest = r#"{"tools": [{"name": "x`y\u202e[a](b)", "title": "![p](http://e)", "description": "<img> [l](command:z)",
        "inputSchema": {"type": "object", "properties": {"a](b": {"enum": ["`c", "[d](e)"], "description": "*f* [g](h)"}}}}]}"#;
    let files = [
        ("agent.gate", "manifest \"m.json\"\nallow ‸\"x`y\\u202e[a](b)\"\n"),
        ("m.json", manifest),
    ];
    let (_, contents) = asked(&Fixture::files(&files));
    assert!(contents.contains("``x`y\\u{202e}[a](b)``"), "{contents}");
    assert!(
        contents.contains("> \\!\\[p\\]\\(http&#58;//e): &lt;img&gt; \\[l\\]\\(command&#58;z)"),
        "{contents}"
    );
    assert!(
        contents.contains("\\*f\\* \\[g\\]\\(h)") && contents.contains("\\[d\\]\\(e)"),
        "{contents}"
    );
    assert!(!contents.contains('\u{202e}') && !contents.contains("<img"), "{contents}");
}

#[test]
fn every_place_of_a_broken_file_is_answered_with_what_is_there() {
    let text = format!(
        "{POLICY}tool set_tag {{\n    allow 5/\n    require args.key in [\"a\", {{\"b\": 1}}] # gatewright: allow(x\n\nallow @\ngroup g =\nclassify as"
    );
    for text in variants(&text) {
        let fixture = Fixture::gate(&text);
        let view = fixture.view();
        let mut known = 0;
        for offset in (0..=text.len()).filter(|offset| text.is_char_boundary(*offset)) {
            if let Some(found) = hover(&view, offset) {
                known += 1;
                assert!(
                    found.range.start <= offset && offset <= found.range.end,
                    "{offset} {found:?}"
                );
                assert!(
                    !found.contents.is_empty() && view.text().get(found.range.clone()).is_some()
                );
            }
        }
        assert!(known * 2 > text.len(), "{known} of {}", text.len());
    }
}

#[test]
fn a_tool_of_a_shared_file_tells_what_each_policy_does_with_it() {
    let mut files = vec![
        ("a.gate", "manifest \"tools.json\"\ninclude \"shared.gate\"\nallow update_page 5/hour\n"),
        ("b.gate", "manifest \"tools.json\"\ninclude \"shared.gate\"\nhide update_page\n"),
        ("shared.gate", "deny upd‸ate_page when args.title missing\n"),
        ("tools.json", TOOLS),
    ];
    let (_, contents) = asked(&Fixture::files(&files));
    assert!(
        contents.contains(
            "**The policy `a.gate`:** `allowed 5/hour, denied when args.title missing`\n- `a.gate` line 3:"
        ),
        "{contents}"
    );
    assert!(contents.contains("\n\n**The policy `b.gate`:** `hidden`\n"), "{contents}");
    for more in ["c.gate", "d.gate", "e.gate"] {
        files.push((more, files[1].1));
    }
    let (_, contents) = asked(&Fixture::files(&files));
    assert!(contents.contains("\n\nThe file is part of 1 more policy."), "{contents}");
    // In a file of its own, a policy needs no name.
    let (_, contents) = asked(&Fixture::files(&[("a.gate", "allow upd‸ate_page\n")]));
    assert!(contents.contains("**The policy:** `allowed`"), "{contents}");
}
