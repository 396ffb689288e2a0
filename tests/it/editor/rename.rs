//! Other names for groups, tools and files.

use std::collections::BTreeMap;
use std::sync::Arc;

use gatewright::editor::rename::{Refusal, linked, moved, prepare, rename};
use gatewright::editor::{Edits, Snapshot, Workspace};
use gatewright::source::{LoadError, Loader, MemoryLoader};

use super::fixture::{CURSOR, Fixture, TOOLS, variants};

/// The files that change, with their new texts.
fn texts(edits: &Edits) -> BTreeMap<&str, String> {
    edits.files.iter().map(|(path, edits)| (path.as_str(), edits.applied())).collect()
}

fn renamed(fixture: &Fixture, name: &str) -> Result<BTreeMap<String, String>, String> {
    // Policies that nobody has looked at yet change with the others.
    let snapshot = fixture.workspace.snapshot();
    let view = snapshot.view(&fixture.path).unwrap();
    let edits = rename(&snapshot, &view, fixture.offset, name).map_err(|Refusal(reason)| reason)?;
    Ok(texts(&edits).into_iter().map(|(path, text)| (path.to_owned(), text)).collect())
}

/// One file's new text, or why there is none.
fn one(text: &str, name: &str) -> Result<String, String> {
    renamed(&Fixture::gate(text), name).map(|mut all| all.remove("agent.gate").unwrap_or_default())
}

#[test]
fn a_group_changes_with_its_uses() {
    let text = "manifest \"tools.json\"
group ‸readers = get_page, list_pages
group all_of_them = @readers, set_tag except @readers
allow @readers 5/hour  # as @readers may
tool @all_of_them, @readers_too {
    deny
}
group readers_too = get_page
";
    for text in variants(text) {
        let expected = text
            .replace(CURSOR, "")
            .replace("readers = get_page, l", "viewers = get_page, l")
            .replace("= @readers, set_tag except @readers", "= @viewers, set_tag except @viewers")
            .replace("allow @readers 5", "allow @viewers 5");
        assert_eq!(one(&text, "viewers").unwrap(), expected);
    }
}

#[test]
fn a_group_changes_in_every_policy_that_shares_a_file() {
    let fixture = Fixture::files(&[
        ("a.gate", "include \"shared/s.gate\"\nallow @‸own\n"),
        ("b.gate", "include \"shared/s.gate\"\nhide @own\n"),
        ("c.gate", "group own = x\nallow @own\n"),
        ("shared/s.gate", "group own = y\n"),
    ]);
    let found = renamed(&fixture, "mine").unwrap();
    let expected = [
        ("a.gate", "include \"shared/s.gate\"\nallow @mine\n"),
        ("b.gate", "include \"shared/s.gate\"\nhide @mine\n"),
        ("shared/s.gate", "group mine = y\n"),
    ];
    assert_eq!(found, expected.map(|(path, text)| (path.to_owned(), text.to_owned())).into());
}

#[test]
fn a_group_that_each_policy_defines_for_a_shared_file_changes_in_all() {
    let fixture = Fixture::files(&[
        ("a.gate", "include \"s.gate\"\ngroup ‸own = x\n"),
        ("b.gate", "include \"s.gate\"\ngroup own = y\n"),
        ("s.gate", "allow @own\n"),
    ]);
    let found = renamed(&fixture, "mine").unwrap();
    assert_eq!(found.keys().collect::<Vec<_>>(), ["a.gate", "b.gate", "s.gate"]);
    assert!(found.values().all(|text| text.contains("mine") && !text.contains("own")));
}

/// Files of which one lies under a second path.
struct Linked(MemoryLoader);

impl Loader for Linked {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        self.0.read(&self.identity(path))
    }

    fn admit(&self, _: &str, _: &str) -> Result<(), LoadError> {
        Ok(())
    }

    fn identity(&self, path: &str) -> String {
        path.replace("link.gate", "s.gate")
    }
}

#[test]
fn a_file_with_two_paths_changes_once_and_in_all_its_policies() {
    let disk = MemoryLoader::default()
        .with("a.gate", "include \"s.gate\"\nallow @own\n")
        .with("b.gate", "include \"link.gate\"\nhide @own\n")
        .with("s.gate", "group own = x\n");
    let mut workspace = Workspace::new(Arc::new(Linked(disk)));
    workspace.set_found(["a.gate", "b.gate"].map(str::to_owned));
    let fixture = Fixture { workspace, path: "a.gate".to_owned(), offset: 26 };
    let found = renamed(&fixture, "mine").unwrap();
    let expected = [
        ("a.gate", "include \"s.gate\"\nallow @mine\n"),
        ("b.gate", "include \"link.gate\"\nhide @mine\n"),
        ("s.gate", "group mine = x\n"),
    ];
    assert_eq!(found, expected.map(|(path, text)| (path.to_owned(), text.to_owned())).into());
}

#[test]
fn a_broken_statement_changes_too() {
    let text = "group readers = get_page\nallow @readers,\nhide @‸readers\n";
    let changed = "group viewers = get_page\nallow @viewers,\nhide @viewers\n";
    assert_eq!(one(text, "viewers").unwrap(), changed);
    let text = "group readers = ,\nallow ‸@readers\n";
    assert_eq!(one(text, "viewers").unwrap(), "group viewers = ,\nallow @viewers\n");
}

#[test]
fn a_group_does_not_get_a_name_that_means_something_else() {
    let text = "manifest \"tools.json\"\ngroup ‸a = get_page\ngroup b = set_tag\nallow @a, other.tool\nhide @b\n";
    for text in variants(text) {
        for (name, reason) in [
            ("", "`` is not a group's name"),
            ("x y", "`x y` is not a group's name"),
            ("1a", "`1a` is not a group's name"),
            ("a-b", "`a-b` is not a group's name"),
            ("@a", "`@a` is not a group's name"),
            ("tools", "`@tools` is a built-in set"),
            ("critical", "`@critical` is a built-in set"),
            ("write", "`@write` is a built-in set"),
            ("b", "`agent.gate` already has a group `b`"),
            ("move_money", "`move_money` is a tool's name"),
        ] {
            let refused = one(&text, name).unwrap_err();
            assert!(refused.starts_with(reason), "{refused}");
        }
        assert_eq!(one(&text, "a").unwrap(), "", "the same name changes nothing");
    }
}

#[test]
fn a_tool_changes_wherever_it_is_named() {
    let text = "group own = get_p‸age, x
allow @own, \"get_page\" 5/hour
hide y*z except get_page
tool get_page {
    require args.get_page == \"get_page\"  because \"get_page\"
}
classify get_page as read because \"It reads.\"
rate x 5/hour as get_page
";
    let changed = text
        .replace(CURSOR, "")
        .replace("own = get_page", "own = fetch.page")
        .replace("\"get_page\" 5", "\"fetch.page\" 5")
        .replace("except get_page", "except fetch.page")
        .replace("tool get_page", "tool fetch.page")
        .replace("classify get_page", "classify fetch.page");
    assert_eq!(one(text, "fetch.page").unwrap(), changed);
}

#[test]
fn a_tool_is_quoted_where_its_new_name_needs_it() {
    for text in variants("allow get‸_page, \"get_page\" 5/hour\n") {
        let expected = text.replace(CURSOR, "");
        let quoted = expected.replace("get_page, \"get_page\"", "\"get page\", \"get page\"");
        assert_eq!(one(&text, "get page").unwrap(), quoted);
        let word = expected.replace("get_page, \"get_page\"", "\"hide\", \"hide\"");
        assert_eq!(one(&text, "hide").unwrap(), word);
        let odd =
            expected.replace("get_page, \"get_page\"", "\"a\\\"b\\u001b\", \"a\\\"b\\u001b\"");
        assert_eq!(one(&text, "a\"b\u{1b}").unwrap(), odd);
    }
}

#[test]
fn a_tool_changes_over_includes() {
    let fixture = Fixture::files(&[
        ("a.gate", "include \"s.gate\"\nallow ‸x\n"),
        ("b.gate", "include \"s.gate\"\nallow x\n"),
        ("c.gate", "allow x\n"),
        ("s.gate", "rate x 5/hour\n"),
    ]);
    let found = renamed(&fixture, "y").unwrap();
    assert_eq!(found.keys().collect::<Vec<_>>(), ["a.gate", "b.gate", "s.gate"]);
}

#[test]
fn a_tool_does_not_get_a_name_under_which_the_policy_means_something_else() {
    let policy = |rest: &str| format!("manifest \"tools.json\"\n{rest}");
    for (text, name, reason) in [
        ("allow get_‸page\n", "", "a tool's name cannot be empty"),
        ("allow get_‸page\n", "*", "`*` is not a tool's name"),
        ("allow get_‸page\nhide set_tag\n", "set_tag", "`set_tag` is already used in `agent.gate`"),
        ("allow get_‸page\ngroup own = set_tag\n", "own", "`own` is a group's name"),
        (
            "allow get_‸page\n",
            "fetch_page",
            "the manifest contains `get_page`, but not `fetch_page`",
        ),
        ("allow get_*\nhide get_‸page\n", "set_tag", "`get_*` contains `get_page`"),
        ("allow set_*\nhide get_‸page\n", "set_tag", "`set_*` contains `set_tag`"),
        ("group w = @write\nallow @w\nhide get_‸page\n", "set_tag", "`@write` contains `set_tag`"),
        ("hide @tools except get_‸page\n", "set_tag", "`@tools` contains `set_tag`"),
        ("classify set_* as write\nhide get_‸page\n", "set_tag", "`set_*` contains `set_tag`"),
    ] {
        for text in variants(&policy(text)) {
            let refused = one(&text, name).unwrap_err();
            assert!(refused.starts_with(reason), "{refused}\n{text}");
        }
    }
}

#[test]
fn a_tool_does_not_change_to_one_for_which_the_policy_is_wrong() {
    let closed = |key: &str| {
        format!(
            r#"{{"type": "object", "properties": {{"{key}": {{}}}}, "additionalProperties": false}}"#
        )
    };
    let tools = format!(
        r#"[{{"name": "a", "inputSchema": {}}}, {{"name": "b", "inputSchema": {}}}]"#,
        closed("x"),
        closed("y")
    );
    let policy = "manifest \"tools.json\"\nallow a\nrequire ‸a with args.x exists\n";
    let fixture = Fixture::files(&[("agent.gate", policy), ("tools.json", &tools)]);
    let refused = renamed(&fixture, "b").unwrap_err();
    assert!(refused.starts_with("`agent.gate` would have an error: "), "{refused}");
}

#[test]
fn a_tool_changes_to_another_one_of_the_manifest_or_to_one_that_it_lacks_too() {
    let text = "manifest \"tools.json\"\nallow get_‸page 5/hour\nhide @write\n";
    for text in variants(text) {
        let changed = text.replace(CURSOR, "").replace("get_page", "list_pages");
        assert_eq!(one(&text, "list_pages").unwrap(), changed);
    }
    let text = "manifest \"tools.json\"\nallow \"old‸\" 5/hour as {tool}_x\nallow older\n";
    let changed = "manifest \"tools.json\"\nallow \"new\" 5/hour as {tool}_x\nallow older\n";
    assert_eq!(one(text, "new").unwrap(), changed);
    let text = "manifest \"tools.json\"\nallow old‸\n";
    assert_eq!(one(text, "list_pages").unwrap(), "manifest \"tools.json\"\nallow list_pages\n");
}

#[test]
fn what_can_be_renamed_is_offered_and_what_cannot_says_why() {
    let offered = |text: &str| {
        let fixture = Fixture::gate(text);
        let snapshot = fixture.snapshot();
        let view = snapshot.view(&fixture.path).unwrap();
        prepare(&snapshot, &view, fixture.offset)
            .map(|(range, name)| (view.text()[range].to_owned(), name))
            .map_err(|Refusal(reason)| reason)
    };
    for (text, range, name) in [
        ("allow @‸own\ngroup own = x\n", "own", "own"),
        ("group own‸ = x\n", "own", "own"),
        ("allow ‸x.y\n", "x.y", "x.y"),
        ("allow ‸\"x \\\" y\"\n", "x \\\" y", "x \" y"),
        ("classify x‸ as read\n", "x", "x"),
        ("manifest \"tools.json\"\nallow get_‸page\nhide set_tag\n", "get_page", "get_page"),
        ("allow x‸, x_\n", "x", "x"),
    ] {
        for text in variants(text) {
            assert_eq!(offered(&text), Ok((range.to_owned(), name.to_owned())), "{text:?}");
        }
    }
    for (text, reason) in [
        ("allow @‸own\n", "the group `own` is not defined"),
        ("allow @‸read\n", "`@read` is a built-in set"),
        ("allow get_‸*\n", "`get_*` is a glob, not a tool's name"),
        ("deny x when args.‸a exists\n", "the server decides the names of arguments"),
        (
            "include \"‸a.gate\"\n",
            "to change the name of a file, rename the file; policies that name it are updated",
        ),
        ("allow x 5/hour as ‸c\n", "the gateway counts calls under this name"),
        ("al‸low x\n", "there is nothing to rename here"),
        ("# get_‸page\n", "there is nothing to rename here"),
        (
            "manifest \"tools.json\"\nallow get_*\nhide get_‸page\n",
            "`get_*` contains `get_page`, whose statements would not follow",
        ),
        (
            "manifest \"tools.json\"\nallow get_‸page\nhide list_pages, update_page, set_tag, run_script, delete_page, move_money\n",
            "no tool of the manifest can replace `get_page`",
        ),
    ] {
        for text in variants(text) {
            assert_eq!(offered(&text), Err(reason.to_owned()), "{text:?}");
        }
    }
}

#[test]
fn a_group_and_its_uses_in_the_file_are_linked() {
    for text in variants("group own = x\nallow @ow‸n\nhide y except @own\nallow @other\n") {
        let fixture = Fixture::gate(&text);
        let view = fixture.view();
        let found = linked(&view, fixture.offset);
        assert_eq!(found.len(), 3);
        assert!(found.iter().all(|range| &view.text()[range.clone()] == "own"));
        assert!(found.is_sorted_by_key(|range| range.start));
    }
    for text in ["allow @ow‸n\n", "allow ‸@own\ngroup own = x\n", "allow ‸x\n", "‸allow @own\n"]
    {
        let fixture = Fixture::gate(text);
        assert!(linked(&fixture.view(), fixture.offset).is_empty(), "{text}");
    }
}

#[test]
fn a_group_that_another_file_names_is_not_linked() {
    let names =
        [("a.gate", "include \"s.gate\"\ngroup ow‸n = x\nallow @own\n"), ("s.gate", "hide @own\n")];
    let defines =
        [("s.gate", "group ow‸n = x\nallow @own\n"), ("a.gate", "include \"s.gate\"\nhide @own\n")];
    let alone =
        [("s.gate", "group ow‸n = x\nallow @own\n"), ("a.gate", "include \"s.gate\"\nhide x\n")];
    for (files, expected) in [(names, 0), (defines, 0), (alone, 2)] {
        let fixture = Fixture::files(&files);
        assert_eq!(linked(&fixture.view(), fixture.offset).len(), expected, "{files:?}");
    }
}

/// A workspace whose files move about, and the snapshot.
fn moving() -> Snapshot {
    let fixture = Fixture::files(&[
        (
            "agent.gate",
            "manifest \"tools/a.json\"\r\ninclude \"shared/s.gate\"\r\ninclude \"shared/s.gate\" x\r\nallow x\r\n",
        ),
        ("shared/s.gate", "manifest \"../tools/a.json\"\ninclude \"t.gate\"\n"),
        ("shared/t.gate", "rate x 5/hour\n"),
        ("tools/a.json", TOOLS),
        (
            "gatewright.toml",
            "[manifests]\n\"*.policy.json\" = \"tools/a.json\"\n\"b\" = 'other.json'\n",
        ),
    ]);
    fixture.snapshot()
}

fn after(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs: Vec<(String, String)> =
        pairs.iter().map(|(old, new)| ((*old).to_owned(), (*new).to_owned())).collect();
    let edits = moved(&moving(), &pairs);
    let mut changed = Vec::new();
    for (path, file) in &edits.files {
        let written = file.edits.iter().map(|edit| edit.text.as_str());
        changed.push((path.clone(), written.collect::<Vec<_>>().join(" ")));
    }
    changed
}

#[test]
fn statements_follow_the_files_that_they_name() {
    let expect = |pairs: &[(&str, &str)], expected: &[(&str, &str)]| {
        let expected: Vec<(String, String)> =
            expected.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        assert_eq!(after(pairs), expected, "{pairs:?}");
    };
    expect(
        &[("tools/a.json", "shared/b.json")],
        &[
            ("agent.gate", "\"shared/b.json\""),
            ("gatewright.toml", "\"shared/b.json\""),
            ("shared/s.gate", "\"b.json\""),
        ],
    );
    // A statement with a mistake follows too.
    expect(
        &[("shared/s.gate", "s2.gate")],
        &[
            ("agent.gate", "\"s2.gate\" \"s2.gate\""),
            ("shared/s.gate", "\"tools/a.json\" \"shared/t.gate\""),
        ],
    );
    // What moves together still finds each other.
    expect(
        &[("shared", "deep/er")],
        &[
            ("agent.gate", "\"deep/er/s.gate\" \"deep/er/s.gate\""),
            ("shared/s.gate", "\"../../tools/a.json\""),
        ],
    );
    expect(
        &[("shared", "tools/shared")],
        &[
            ("agent.gate", "\"tools/shared/s.gate\" \"tools/shared/s.gate\""),
            ("shared/s.gate", "\"../a.json\""),
        ],
    );
    expect(
        &[("agent.gate", "p/q/agent.gate")],
        &[("agent.gate", "\"../../tools/a.json\" \"../../shared/s.gate\" \"../../shared/s.gate\"")],
    );
    expect(
        &[("gatewright.toml", "p/gatewright.toml")],
        &[("gatewright.toml", "\"../tools/a.json\" \"../other.json\"")],
    );
    expect(
        &[("other.json", "o\u{202e}\"ther.json")],
        &[("gatewright.toml", "\"o\\U0000202E\\\"ther.json\"")],
    );
    expect(&[("agent.gate", "agent2.gate"), ("share", "nothing"), ("x", "y")], &[]);
    expect(
        &[("shared/s.gate", "/abs/s.gate")],
        &[
            ("agent.gate", "\"/abs/s.gate\" \"/abs/s.gate\""),
            ("shared/s.gate", "\"tools/a.json\" \"shared/t.gate\""),
        ],
    );
}
