//! What people type instead: each text has one finding, and each fix of it makes the text right.

use std::fmt::Write as _;
use std::fs;

use gatewright::check;
use gatewright::diagnostic::{Applicability, Diagnostic, Fix};
use gatewright::source::{MemoryLoader, SourceSet, Span};
use gatewright::syntax::tree::StatementKind;
use gatewright::syntax::{self, Tree};

/// Right statements around the wrong one, which must not suffer from it.
const BEFORE: &str = "allow before\n";
const AFTER: &str = "hide after\n";

fn parse(text: &str) -> (Tree, Vec<Diagnostic>) {
    let file = SourceSet::default().add("a.gate", text);
    syntax::parse(file, text)
}

fn applied(text: &str, fix: &Fix) -> String {
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut text = text.to_owned();
    for edit in edits {
        text.replace_range(edit.span.range(), &edit.text);
    }
    text
}

fn is_whole(tree: &Tree, span: Span) -> bool {
    let kind = tree.statements.iter().find(|statement| statement.span.start == span.start);
    kind.is_some_and(|statement| matches!(statement.kind, StatementKind::Rule(..)))
}

/// What is said of a text, and what its fixes make of it; an error when that is not one finding whose fixes leave nothing.
fn described(case: &str) -> Result<String, String> {
    let wrong = case.replace("\\n", "\n");
    let text = format!("{BEFORE}{wrong}\n{AFTER}");
    let (tree, findings) = parse(&text);
    let [finding] = &findings[..] else { return Err(format!("{case}: {findings:#?}")) };
    let after = Span { start: (text.len() - AFTER.len()) as u32, ..finding.primary.span };
    if !is_whole(&tree, Span { start: 0, ..after }) || !is_whole(&tree, after) {
        return Err(format!("{case}: what is around it is lost"));
    }
    let place = &text[finding.primary.span.range()];
    let Some(help) = finding.help.as_deref() else {
        return Err(format!("{case}: no help for {}", finding.message));
    };
    let mut out = format!("{case}\n    {} {place:?}: {}\n", finding.code, finding.message);
    writeln!(out, "    help: {help}").unwrap();
    for fix in &finding.fixes {
        assert_eq!(fix.applicability, Applicability::Unsafe, "{case}");
        let fixed = applied(&text, fix);
        let (_, left) = parse(&fixed);
        if !left.is_empty() {
            return Err(format!("{case}\n{fixed}{}", left[0].message));
        }
        let commented = |text: &str| syntax::comments(text).map(str::to_owned).collect::<Vec<_>>();
        if fix.title != "write `#`" && commented(&text) != commented(&fixed) {
            return Err(format!("{case}\n{fixed}its comments are not the same"));
        }
        let shown = &fixed[BEFORE.len()..fixed.len() - AFTER.len()];
        writeln!(out, "    {}: {}", fix.title, shown.trim_end().replace('\n', "\\n")).unwrap();
    }
    Ok(out)
}

#[test]
fn each_has_one_finding_and_fixes_that_make_it_right() {
    let cases = fs::read_to_string("tests/fixtures/syntax/typed.txt").unwrap();
    let mut out = String::new();
    let mut wrong = Vec::new();
    for case in cases.lines() {
        if case.is_empty() || case.starts_with("==") {
            writeln!(out, "{case}").unwrap();
            continue;
        }
        match described(case) {
            Ok(text) => out += &text,
            Err(text) => wrong.push(text),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    insta::assert_snapshot!(out);
}

/// Every prefix of every case, and every case with a bracket or a quotation mark in the middle, is read without a panic, and each
/// fix stays within the text.
#[test]
fn parts_of_them_are_read_soundly() {
    let cases = fs::read_to_string("tests/fixtures/syntax/typed.txt").unwrap();
    for case in cases.lines().filter(|case| !case.is_empty() && !case.starts_with("==")) {
        let case = case.replace("\\n", "\n");
        for (at, _) in case.char_indices() {
            let (front, back) = case.split_at(at);
            for text in [front.to_owned(), format!("{front}({back}"), format!("{front}'{back}\n}}")]
            {
                for finding in parse(&text).1 {
                    assert!(text.get(finding.primary.span.range()).is_some(), "{text}");
                    for fix in &finding.fixes {
                        assert!(!applied(&text, fix).is_empty() || text.len() < 8, "{text}");
                    }
                }
            }
        }
    }
}

#[test]
fn no_remedy_grants_what_was_to_be_excluded() {
    let tools = r#"{"tools": [{"name": "get_chat"}, {"name": "get_user"}]}"#;
    let loader = MemoryLoader::default().with("tools.json", tools);
    let text = "manifest \"tools.json\"\nallow get_*, -get_user\n";
    let outcome = crate::support::plain(&check::compile("a.gate", text.into(), &loader));
    assert!(outcome.contains("help: to exclude a tool, write `except get_user`"), "{outcome}");
    assert!(!outcome.contains("fix") && !outcome.contains("did you mean"), "{outcome}");
}

#[test]
fn a_group_with_a_colon_is_one_mistake() {
    let text = "group q: a\nallow @q\n";
    let outcome =
        crate::support::plain(&check::compile("a.gate", text.into(), &MemoryLoader::default()));
    assert!(outcome.contains("expected `=` after the name of the group"), "{outcome}");
    assert!(!outcome.contains("unknown-group") && !outcome.contains("@q:"), "{outcome}");
}

#[test]
fn what_a_client_writes_before_a_name_is_not_the_tools() {
    let tools = r#"{"tools": [{"name": "list-accounts"}, {"name": "list-items"}]}"#;
    let loader = MemoryLoader::default().with("tools.json", tools);
    let outcome = |selector: &str| {
        let text = format!("manifest \"tools.json\"\nallow {selector}\n");
        crate::support::plain(&check::compile("a.gate", text.into(), &loader))
    };
    insta::assert_snapshot!(outcome("mcp__xero__list-accounts"), @r#"
    a.gate:2:7-31 "mcp__xero__list-accounts": error[unknown-tool] the manifest has no tool `mcp__xero__list-accounts`
        note: the manifest is `tools.json`
        help: did you mean `list-accounts`?
        fix (unsafe): write `list-accounts`: a.gate:2:7-31 "mcp__xero__list-accounts" -> "list-accounts"
    "#);
    assert!(outcome("xero.list-items").contains("help: did you mean `list-items`?"));
    assert!(outcome("mcp__xero__list_items").contains("help: did you mean `list-items`?"));
    let glob = outcome("mcp__xero__list-*");
    assert!(glob.contains("warning[unmatched-glob]"), "{glob}");
    assert!(glob.contains("help: did you mean `list-*`?"), "{glob}");
}
