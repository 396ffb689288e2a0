//! The format's older relatives: what they come to, and what has no counterpart.

use gatewright::check;
use gatewright::decompile::difference;

use super::{assert_laws, compiled, decompiled, document};
use crate::support::plain;

/// The text for an older file, which compiles to the newer one.
fn assert_same(older: &str, newer: &str) -> String {
    let text = decompiled(older, None);
    assert_eq!(
        difference(&document(newer), &document(&compiled(&text, None)), None),
        None,
        "{text}"
    );
    assert_eq!(text, assert_laws(newer, None));
    text
}

#[test]
fn a_rate_counts_under_the_name_that_the_language_generates() {
    // Only ASCII letters change their case.
    let older = r#"{"version": "1", "default": "deny", "tools": {"\u00c4X": {"rules": [{"name": "n", "rate_limit": "5/hour"}]}}}"#;
    let newer = r#"{"version": "1", "default": "deny", "tools": {"\u00c4X": {"limits": [
        {"counter": "\u00c4x_per_hour", "window": "hour", "max": 5, "scope": "grant"}]}}}"#;
    let text = assert_same(older, newer);
    assert!(text.contains("5/hour\n"), "{text}");
}

#[test]
fn the_rules_of_a_tool_have_exact_counterparts() {
    let older = r#"{"version": "1", "description": "All of it.", "default": "deny", "hide": ["wipe"],
        "tools": {
            "pay": {"rules": [
                {"name": "most", "action": "evaluate", "on_deny": "Too much.", "conditions": [
                    {"path": "args.amount", "op": "lte", "value": 50},
                    {"path": "args.currency", "op": "in", "value": ["eur"]}]},
                {"name": "asked", "action": "require_approval", "conditions": [
                    {"path": "args.amount", "op": "gt", "value": 10}]},
                {"name": "hourly", "rate_limit": "5/hour"},
                {"name": "daily", "conditions": [
                    {"path": "state.pay.made", "op": "lte", "value": 20}],
                    "state": {"counter": "made", "window": "day", "increment": 1}}]},
            "drop": {"rules": [{"name": "no", "action": "deny", "on_deny": "Never."}]},
            "ask": {"rules": [{"name": "a", "action": "require_approval", "on_deny": "It is dear."}]},
            "list": {"rules": []},
            "*": {"rules": [{"name": "all", "rate_limit": "60/minute"}]}}}"#;
    let newer = r#"{"version": "1", "default": "deny", "hide": ["wipe"],
        "all_tools": {"limits": [
            {"counter": "calls-per-minute", "window": "minute", "max": 60, "scope": "grant"}]},
        "tools": {
            "pay": {
                "require": [{"conditions": [{"path": "args.amount", "op": "lte", "value": 50},
                    {"path": "args.currency", "op": "in", "value": ["eur"]}], "on_deny": "Too much."}],
                "deny_if": [{"conditions": [{"path": "args.amount", "op": "gt", "value": 10}],
                    "on_deny": "Requires human approval."}],
                "limits": [
                    {"counter": "pay_per_hour", "window": "hour", "max": 5, "scope": "grant"},
                    {"counter": "pay_made", "window": "day", "max": 20, "scope": "grant"}]},
            "drop": {"deny_if": [{"conditions": [], "on_deny": "Never."}]},
            "ask": {"deny_if": [{"conditions": [], "on_deny": "Requires human approval. It is dear."}]},
            "list": {}}}"#;
    insta::assert_snapshot!(assert_same(older, newer), @r#"
    default deny

    allow list

    tool pay {
        allow 5/hour
        rate 20/day as pay_made
        require args.amount <= 50 and args.currency in ["eur"] because "Too much."
        approve when args.amount > 10
    }

    deny drop because "Never."
    approve ask because "It is dear."

    hide wipe

    rate all 60/minute
    "#);
}

#[test]
fn without_a_default_the_older_format_allows() {
    let older =
        r#"{"version": "1", "tools": {"drop": {"rules": [{"name": "n", "action": "deny"}]}}}"#;
    let newer = r#"{"version": "1", "default": "allow",
        "tools": {"drop": {"deny_if": [{"conditions": [], "on_deny": "Denied by policy."}]}}}"#;
    insta::assert_snapshot!(assert_same(older, newer), @r#"
    default allow

    deny drop
    "#);
}

#[test]
fn older_words_beside_newer_ones_are_read() {
    let older = r#"{"version": "1", "default": "deny", "tools": {
        "a": {"rate_limit": {"max": 5, "window": 3600}},
        "b": {"action": "deny", "reason": "Not here."},
        "c": {"action": "allow", "limits": [
            {"counter": "c_rate", "window": 60, "max": 7, "scope": "grant"}]},
        "d": {"deny_if": [{"conditions": [{"path": "args.x", "op": "eq", "value": 1}], "reason": "One."}],
            "rate_limit": "3/day"}}}"#;
    let newer = r#"{"version": "1", "default": "deny", "tools": {
        "a": {"limits": [{"counter": "a_per_hour", "window": "hour", "max": 5, "scope": "grant"}]},
        "b": {"deny_if": [{"conditions": [], "on_deny": "Not here."}]},
        "c": {"limits": [{"counter": "c_rate", "window": "minute", "max": 7, "scope": "grant"}]},
        "d": {"deny_if": [{"conditions": [{"path": "args.x", "op": "eq", "value": 1}], "on_deny": "One."}],
            "limits": [{"counter": "d_per_day", "window": "day", "max": 3, "scope": "grant"}]}}}"#;
    insta::assert_snapshot!(assert_same(older, newer), @r#"
    default deny

    allow a 5/hour
    allow c 7/minute

    deny b because "Not here."

    tool d {
        allow 3/day
        deny when args.x == 1 because "One."
    }
    "#);
}

/// Rules that the format cannot say.
const WITHOUT_COUNTERPART: [&str; 21] = [
    r#"{"name": "n"}"#,
    r#"{"name": "n", "conditions": []}"#,
    r#"{"name": "n", "action": "deny", "conditions": [{"path": "args.x", "op": "eq", "value": 1}]}"#,
    r#"{"name": "n", "action": "warn"}"#,
    r#"{"name": "n", "action": "require_approval", "approval_timeout": "30m"}"#,
    r#"{"name": "n", "rate_limit": "often"}"#,
    r#"{"name": "n", "rate_limit": "5/week"}"#,
    r#"{"name": "n", "rate_limit": "5/hour", "conditions": []}"#,
    r#"{"name": "n", "rate_limit": "5/hour", "action": "deny"}"#,
    r#"{"name": "n", "conditions": [{"path": "state.t.sum", "op": "lte", "value": 9}]}"#,
    r#"{"name": "n", "conditions": [{"path": "state.t.sum", "op": "lte", "value": 9}], "state": {"counter": "sum", "window": "day", "increment_from": "args.x"}}"#,
    r#"{"name": "n", "conditions": [{"path": "state.t.sum", "op": "lte", "value": 9}], "state": {"counter": "sum", "window": "day", "increment": 2}}"#,
    r#"{"name": "n", "conditions": [{"path": "state.t.sum", "op": "gte", "value": 9}], "state": {"counter": "sum", "window": "day"}}"#,
    r#"{"name": "n", "conditions": [{"path": "state.t.sum", "op": "lte", "value": 9}, {"path": "args.x", "op": "eq", "value": 1}], "state": {"counter": "sum", "window": "day"}}"#,
    r#"{"name": "n", "conditions": [{"path": "state.u.sum", "op": "lte", "value": 9}], "state": {"counter": "sum", "window": "day"}}"#,
    r#"{"name": "n", "conditions": [{"path": "state.t.sum", "op": "lte", "value": 9}], "state": {"counter": "sum", "window": "week"}}"#,
    r#"{"name": "n", "action": "deny", "state": {"counter": "sum", "window": "day"}}"#,
    r#"{"name": "n", "action": "deny", "unless": 1}"#,
    r#"{"name": "n", "action": "deny", "reason": "One.", "on_deny": "Two."}"#,
    r#"{"name": "n", "rate_limit": "5/hour", "approval_timeout": "30m"}"#,
    "7",
];

#[test]
fn what_has_no_counterpart_is_an_error_at_its_place() {
    let mut shown = String::new();
    for rule in WITHOUT_COUNTERPART {
        let older = format!(
            r#"{{"version": "1", "default": "deny", "tools": {{"t": {{"rules": [{rule}]}}}}}}"#
        );
        let outcome = check::decompile("p.json", older.into_bytes(), None);
        assert_eq!(outcome.value, None, "{rule}");
        shown += &plain(&outcome);
    }
    for (tools, root) in [
        (r#""*": {"rules": [{"name": "n", "action": "deny"}]}"#, ""),
        (r#""*": {"rules": [], "hide": true}"#, ""),
        (r#""*": {"rules": 7}"#, ""),
        (
            r#""*": {"rules": [{"name": "n", "rate_limit": "5/hour"}]}"#,
            r#""all_tools": {"limits": []}, "#,
        ),
        (
            r#""t": {"rate_limit": "5/hour", "limits": [{"counter": "t_per_hour", "window": "hour", "max": 1, "scope": "grant"}]}"#,
            "",
        ),
    ] {
        let older = format!(r#"{{"version": "1", "default": "deny", {root}"tools": {{{tools}}}}}"#);
        let outcome = check::decompile("p.json", older.into_bytes(), None);
        assert_eq!(outcome.value, None, "{tools}");
        shown += &plain(&outcome);
    }
    insta::assert_snapshot!(shown);
}

/// A `*` without older words is the mistake that it is anywhere, and nobody decides what its author meant.
#[test]
fn a_star_without_rules_is_not_of_the_older_format() {
    for text in [
        r#"{"version": "1", "tools": {"*": {}}}"#,
        r#"{"version": "1", "tools": {"a": {"rate_limit": "5/hour"}}}"#,
        r#"{"version": "1", "default": "deny", "tools": {"*": {"limits": []}}}"#,
    ] {
        assert_eq!(check::decompile("p.json", text.into(), None).value, None, "{text}");
    }
}

#[test]
fn a_message_of_a_limit_is_lost_with_a_word() {
    let older = r#"{"version": "1", "default": "deny", "tools": {"t": {"rules": [
        {"name": "n", "rate_limit": "5/hour", "on_deny": "Slowly."}]}}}"#;
    let outcome = check::decompile("p.json", older.into(), None);
    assert_eq!(outcome.value.as_deref(), Some("default deny\n\nallow t 5/hour\n"));
    insta::assert_snapshot!(plain(&outcome), @r#"
    p.json:2:47-56 "\"on_deny\"": warning[older-vocabulary] the message is dropped: a limit in policy.json has no message
    "#);
}

#[test]
fn hostile_older_files_are_answered() {
    let rules = "{\"name\": \"n\", \"rate_limit\": 1},".repeat(20_000);
    for older in [
        format!("{{\"version\": \"1\", \"tools\": {{\"t\": {{\"rules\": [{rules}7]}}}}}}"),
        "{\"tools\": {\"*\": 7}}".to_owned(),
        "{\"tools\": {\"*\": {\"rules\": 7}, \"t\": {\"rules\": {}}}}".to_owned(),
        "{\"tools\": {\"t\": {\"rules\": [[]], \"rules\": []}}}".to_owned(),
        "{\"tools\": {\"t\": {\"state\": 1, \"conditions\": 2, \"action\": 3}}}".to_owned(),
    ] {
        let outcome = check::decompile("p.json", older.into_bytes(), None);
        assert_eq!(outcome.value, None);
        assert!(!outcome.diagnostics.is_empty());
    }
}
