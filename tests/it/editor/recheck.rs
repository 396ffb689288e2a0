//! Which edits are rechecked without a check of the whole policy. That the findings are the same is a law of `laws::edits`.

use super::fixture::Fixture;

/// Whether the findings after an edit are known before the whole policy is checked.
fn is_incremental(before: &str, after: &str) -> bool {
    let mut fixture = Fixture::gate(before);
    fixture.snapshot();
    fixture.workspace.open("agent.gate", after);
    fixture.workspace.snapshot().incremental_check("agent.gate").is_some()
}

#[test]
fn an_edit_of_a_statement_about_tools_by_name_is_incremental() {
    let manifest = "manifest \"tools.json\"\ndefault deny\ngroup pages = get_page, list_pages\nallow @pages, @read\n";
    for head in ["default deny\n", manifest] {
        let before = format!("{head}allow set_tag\n\nallow update_page\n");
        let edited = |from: &str, to: &str| is_incremental(&before, &before.replace(from, to));
        assert!(edited("set_tag", "set_tag 5/hour"), "{head}");
        assert!(edited("set_tag", "set_tag 5/"), "{head}");
        assert!(edited("allow set_tag\n", "allow set_tag\napprove set_tag\n"), "{head}");
        for (from, to) in [
            ("default deny", "default allow"),
            ("allow set_tag", "allow set_tag\nrate all 5/hour"),
            ("set_tag", "set_tag as z"),
            ("allow set_tag", "include \"a.gate\"\nallow set_tag"),
            ("\n\nallow", "\n# gatewright: allow(uncapped-write) It is fine.\nallow"),
            ("set_tag", "set_tag\u{202e}"),
            // What a comment beside a statement is about decides whether a fix takes it along.
            ("allow set_tag\n", "# Tags.\nallow set_tag\n"),
        ] {
            assert!(!edited(from, to), "{head} {from} {to}");
        }
    }
    assert!(!is_incremental(manifest, &manifest.replace("@read", "@write")));
    let unknown = format!("{manifest}allow set_tag\n");
    assert!(!is_incremental(&unknown, &unknown.replace("set_tag", "set_tags")));
}

/// A statement that is broken is rechecked in any policy.
#[test]
fn a_broken_statement_is_incremental_where_others_are_not() {
    for head in [
        "default allow\n",
        "allow y 5/hour as calls\n",
        "# gatewright: allow(uncapped-write) It is fine.\nallow update_page\n",
    ] {
        let before = format!("{head}allow x\n");
        assert!(is_incremental(&before, &before.replace("allow x\n", "allow x 5/\n")), "{head}");
        assert!(
            !is_incremental(&before, &before.replace("allow x\n", "allow x 5/hour\n")),
            "{head}"
        );
    }
    assert!(!is_incremental("alow x\n", "alow xy\n"));
}
