//! Texts that a tool obeys: what bounds them, what only seems to, and names that look alike.

use gatewright::check;
use gatewright::diagnostic::Code;
use gatewright::source::MemoryLoader;

use crate::support::{only, plain};

const TOOLS: &str = r#"{"tools": [
    {"name": "load_file", "description": "Reads a file.", "inputSchema": {"type": "object", "properties": {"path": {"type": "string"}}}},
    {"name": "run_query", "description": "Runs a SQL query.", "inputSchema": {"type": "object", "properties": {
        "sql": {"type": "string"}, "limit": {"type": "integer"}}, "required": ["sql"]}},
    {"name": "run_command", "description": "Runs a shell command.", "inputSchema": {"type": "object", "properties": {
        "command": {"type": "string"}, "cwd": {"type": "string"}, "timeout": {"type": "integer"}}, "required": ["command"]}},
    {"name": "fetch_page", "description": "Fetches a page.", "inputSchema": {"type": "object", "properties": {"url": {"type": "string"}}}},
    {"name": "read_many", "description": "Reads several files.", "inputSchema": {"type": "object", "properties": {
        "paths": {"type": "array", "items": {"type": "string"}}, "one": {"type": "array", "items": {"type": "string"}, "maxItems": 1},
        "labels": {"type": "array", "items": {"enum": ["bug", "doc"]}}}}}
]}"#;

fn check(rules: &str, codes: &[Code]) -> check::Outcome<()> {
    let policy = format!("manifest \"tools.json\"\ndefault deny\n{rules}\n");
    let loader = MemoryLoader::default().with("tools.json", TOOLS);
    let outcome = check::check_gate("a.gate", policy.into(), &loader, &only(codes));
    let broken = outcome.diagnostics.iter().find(|found| !found.code.is_rule());
    assert!(broken.is_none(), "{rules}\n{}", plain(&outcome));
    outcome
}

fn codes(rules: &str) -> Vec<&'static str> {
    let asked = [
        Code::OpenEndedPattern,
        Code::UnanchoredRegex,
        Code::UnconstrainedGateway,
        Code::ListContainsAllowsOthers,
    ];
    let outcome = check(rules, &asked);
    outcome.diagnostics.iter().map(|found| found.code.name()).collect()
}

#[test]
fn beginnings_and_parts_are_open_ended() {
    for rules in [
        "allow load_file\nrequire load_file with args.path matches \"^/srv/data\"",
        "allow load_file\nrequire load_file with args.path matches \"^/srv/data/\"",
        "allow load_file\nrequire load_file with args.path contains \"/srv/data/\"",
        "allow load_file\napprove load_file unless args.path matches \"^/srv/data/.*$\"",
        "allow run_query 5/minute\nrequire run_query with args.sql matches \"^SELECT\"",
        "allow run_command 5/minute\nrequire run_command with args.command matches \"^git \"",
        "allow run_command 5/minute\nrequire run_command with args.command matches \"^git [a-z |]+$\"",
        "allow fetch_page\nrequire fetch_page with args.url matches \"^https://api\\\\.example\\\\.com\"",
        "allow fetch_page\nrequire fetch_page with args.url contains \"example.com\"",
        "allow fetch_page\ndeny fetch_page when not args.url matches \"^https?://\"",
    ] {
        assert_eq!(codes(rules), ["open-ended-pattern"], "{rules}");
    }
}

#[test]
fn closed_patterns_are_left_alone() {
    for rules in [
        "allow load_file\nrequire load_file with args.path matches \"^/srv/data/[a-z]+$\"",
        "allow load_file\nrequire load_file with args.path matches \"^/srv/\" and not args.path contains \"..\"",
        "allow load_file\nrequire load_file with args.path matches \"^/srv/\"\ndeny load_file when args.path contains \"..\"",
        "allow load_file\ndeny load_file when args.path matches \"^/etc\"",
        "allow run_query 5/minute\nrequire run_query with args.sql matches \"^SELECT [^;]*$\"",
        "allow run_query 5/minute\nrequire run_query with args.sql in [\"SELECT 1\"]",
        "allow run_command 5/minute\nrequire run_command with args.command matches \"^git [a-z ]+$\"",
        "allow run_command 5/minute\napprove run_command unless args.command == \"ls\"",
        "allow fetch_page\nrequire fetch_page with args.url matches \"^https://api\\\\.example\\\\.com/\"",
        "allow fetch_page\nrequire fetch_page with args.url matches \"^https://[a-z]+\\\\.example\\\\.com(/|$)\"",
    ] {
        assert_eq!(codes(rules), [""; 0], "{rules}");
    }
}

#[test]
fn only_a_bound_on_the_text_itself_holds_a_gateway() {
    let own = "allow run_command 5/minute\n";
    for guard in [
        "require run_command with args.command exists",
        "require run_command with args.cwd exists",
        "require run_command with args.timeout <= 60",
        "require run_command with args.timeout <= 60 and args.cwd == \"/srv\"",
        "deny run_command when args.command contains \"rm -rf\"",
        "deny run_command when args.command matches \"^rm\"",
        "deny run_command when args.command in [\"rm\", \"dd\"]",
        "require run_command with args.command != \"rm\"",
        "approve run_command when args.command contains \"rm\"",
        "approve run_command unless args.cwd == \"/srv\"",
    ] {
        assert_eq!(codes(&format!("{own}{guard}")), ["unconstrained-gateway"], "{guard}");
    }
    let denylist = "deny run_command when args.command contains \"rm -rf\" because \"Not that.\"\n\
        require run_command with args.timeout <= 60 because \"A minute.\"";
    insta::assert_snapshot!(plain(&check(
        &format!("{own}{denylist}"),
        &[Code::UnconstrainedGateway]
    )));
}

#[test]
fn fixes_close_the_end_and_nothing_else() {
    for (rules, title) in [
        (
            "allow load_file\nrequire load_file with args.path matches \"^/srv/\"",
            "add `and not args.path contains \"..\"`",
        ),
        (
            "allow run_query\nrequire run_query with args.sql matches \"^SELECT \"",
            "add `and not args.sql contains \";\"`",
        ),
        (
            "allow fetch_page\nrequire fetch_page with args.url matches \"^https://api\\\\.example\\\\.com\"",
            "write `\"^https://api\\\\.example\\\\.com(/|$)\"`",
        ),
        (
            "allow run_command\nrequire run_command with args.command matches \"^git \"",
            "add `and not args.command matches \"[;&|`<>\\\\n]|\\\\$\\\\(\"`",
        ),
    ] {
        let policy = format!("manifest \"tools.json\"\ndefault deny\n{rules}\n");
        let outcome = check(rules, &[Code::OpenEndedPattern]);
        let fix = outcome.diagnostics[0].fixes.first().unwrap_or_else(|| panic!("{rules}"));
        assert_eq!(fix.title, title);
        let mut fixed = policy.clone();
        for edit in fix.edits.iter().rev() {
            fixed.replace_range(edit.span.range(), &edit.text);
        }
        let loader = MemoryLoader::default().with("tools.json", TOOLS);
        let options = only(&[Code::OpenEndedPattern, Code::UnconstrainedGateway]);
        let after = check::check_gate("a.gate", fixed.into(), &loader, &options);
        assert_eq!(plain(&after), "");
        // Every call that was stopped still is.
        let offered = check::fix(
            vec![check::Fixable {
                path: "a.gate".to_owned(),
                bytes: policy.into(),
                options: std::sync::Arc::new(only(&[Code::OpenEndedPattern])),
            }],
            &loader,
            gatewright::diagnostic::Applicability::Unsafe,
        );
        assert_eq!(offered.changes.len(), 1, "{rules}");
    }
}

#[test]
fn one_element_of_a_list_says_nothing_of_the_others() {
    let own = "allow read_many\n";
    for guard in [
        "require read_many with args.paths contains \"/srv/ok.txt\"",
        "require read_many with args.labels contains \"bug\"",
        "approve read_many unless args.paths contains \"/srv/ok.txt\"",
    ] {
        assert_eq!(codes(&format!("{own}{guard}")), ["list-contains-allows-others"], "{guard}");
    }
    for guard in [
        "require read_many with args.one contains \"/srv/ok.txt\"",
        "require read_many with args.paths == [\"/srv/ok.txt\"]",
        "deny read_many when args.paths contains \"/etc/shadow\"",
    ] {
        assert_eq!(codes(&format!("{own}{guard}")), [""; 0], "{guard}");
    }
    let outcome = check(
        &format!(
            "{own}require read_many with args.paths contains \"/srv/ok.txt\" because \"One.\""
        ),
        &[Code::ListContainsAllowsOthers],
    );
    insta::assert_snapshot!("list", plain(&outcome));
}

#[test]
fn tools_that_look_alike_are_told() {
    let found = |names: [&str; 2]| {
        let [one, other] = names.map(|name| serde_json::to_string(name).unwrap());
        let policy = format!("manifest \"tools.json\"\ndefault deny\nallow {one}\n");
        let tools = format!(r#"{{"tools": [{{"name": {one}}}, {{"name": {other}}}]}}"#);
        let loader = MemoryLoader::default().with("tools.json", tools);
        let outcome =
            check::check_gate("a.gate", policy.into(), &loader, &only(&[Code::LookalikeTool]));
        outcome.diagnostics.iter().map(|found| found.message.clone()).collect::<Vec<_>>()
    };
    for names in [
        ["delete_file", "d\u{435}lete_file"],
        ["delete_file", "delete\u{200b}_file"],
        ["delete_file", "Delete-File"],
        ["delete_file", "\u{ff44}elete_file"],
        ["pay", "\u{440}\u{430}\u{443}"],
    ] {
        assert_eq!(found(names).len(), 1, "{names:?}");
    }
    for names in
        [["delete_file", "delete_files"], ["get_a", "get_b"], ["\u{43c}\u{438}\u{440}", "mir"]]
    {
        assert_eq!(found(names), [""; 0], "{names:?}");
    }
}

#[test]
fn quoted_names_that_are_globs_or_have_a_prefix_are_explained() {
    let help = |selector: &str| {
        let policy = format!("manifest \"tools.json\"\ndefault deny\nallow {selector}\n");
        let loader = MemoryLoader::default().with("tools.json", TOOLS);
        let outcome =
            check::check_gate("a.gate", policy.into(), &loader, &check::Options::default());
        let found = outcome
            .diagnostics
            .iter()
            .find(|found| matches!(found.code, Code::UnknownTool | Code::UndeclaredTool));
        found.unwrap().help.clone().unwrap_or_default()
    };
    let glob = "remove the quotes to select tools: a name in quotes is not a glob";
    assert_eq!(help("\"run_*\""), glob);
    for selector in ["\"mcp__files__load_file\"", "mcp__files__load_file"] {
        assert_eq!(help(selector), "did you mean `load_file`?");
    }
}
