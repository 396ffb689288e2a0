//! Guards by what they do to calls: forms that have no predicates, messages that blocked agents read, and arguments that
//! may be null.

use gatewright::check::{self, Options, Outcome};
use gatewright::diagnostic::Code;
use gatewright::source::MemoryLoader;
use serde_json::Value;

use crate::lowering::gateway::{Decision, Order, decide_in};
use crate::support::{compile, plain};

/// A server with an argument of every kind that matters here.
const TOOLS: &str = r#"{"tools": [
    {"name": "pay", "inputSchema": {"type": "object", "properties": {
        "amount": {"type": "number"},
        "any": {},
        "tags": {"type": ["array", "number"]},
        "limit": {"type": ["number", "null"]},
        "note": {"type": ["string", "null"]},
        "branch": {"type": "string"}
    }}},
    {"name": "give", "inputSchema": {"type": "object", "properties": {"amount": {"type": ["number", "array"]}}}},
    {"name": "void"}
]}"#;

fn loader() -> MemoryLoader {
    MemoryLoader::default().with("tools.json", TOOLS)
}

fn checked(text: &str) -> Outcome<()> {
    check::check_gate("policy.gate", text.into(), &loader(), &Options::default())
}

/// What is said under one code, as plain lines.
fn found(code: Code, text: &str) -> String {
    let mut outcome = checked(text);
    outcome.diagnostics.retain(|finding| finding.code == code);
    plain(&outcome)
}

/// The policy.json of a text that compiles.
fn compiled(text: &str) -> Value {
    let outcome = compile("policy.gate", text.into(), &loader());
    let json = outcome.value.as_deref().unwrap_or_else(|| panic!("{text}\n{}", plain(&outcome)));
    serde_json::from_str(json).unwrap()
}

const WITH_MANIFEST: &str = "manifest \"tools.json\"\nallow pay\n";

#[test]
fn a_comparison_is_negated_only_where_no_list_and_no_object_gets_there() {
    let guard = "require pay with args.KEY <= 50 or args.branch == \"dev\"\n";
    for (key, compiles) in
        [("amount", true), ("limit", true), ("any", false), ("tags", false), ("\"other\"", false)]
    {
        let text = format!("{WITH_MANIFEST}{}", guard.replace("KEY", key));
        let outcome = compile("policy.gate", text.clone().into(), &loader());
        assert_eq!(outcome.value.is_some(), compiles, "{text}\n{}", plain(&outcome));
        let is_told = outcome.diagnostics.iter().any(|found| found.code == Code::NoExactForm);
        assert_eq!(is_told, !compiles, "{text}");
    }
    // For every tool that the guard is about.
    for tools in ["pay, give", "pay, \"unknown\"", "void"] {
        let text = format!(
            "manifest \"tools.json\"\nallow pay, give, void\n{}",
            guard.replace("KEY", "amount").replace("require pay", &format!("require {tools}"))
        );
        assert!(found(Code::NoExactForm, &text).contains("no-exact-form"), "{text}");
    }
    // No negation is needed, or another test of the clause rules lists and objects out.
    for guard in [
        "require pay with args.any <= 50 and args.branch == \"dev\"",
        "approve pay unless args.any <= 50",
        "deny pay when args.any > 50 or args.branch == \"main\"",
        "deny pay when args.any > 50 and not args.any <= 100",
        "require pay with args.any <= 50 or args.any exists",
    ] {
        compiled(&format!("{WITH_MANIFEST}{guard}\n"));
        compiled(&format!("allow pay\n{guard}\n"));
    }
}

#[test]
fn an_argument_that_may_be_null_is_blocked_under_both_readings_of_null() {
    let rule = compiled(&format!(
        "{WITH_MANIFEST}require pay with args.limit <= 50 or args.branch == \"dev\"\n"
    ));
    let rows = rule["tools"]["pay"]["deny_if"].as_array().unwrap();
    let lists: Vec<&Value> = rows
        .iter()
        .flat_map(|row| row["conditions"].as_array().unwrap())
        .filter(|condition| condition["op"] == "in")
        .map(|condition| &condition["value"])
        .collect();
    assert_eq!(lists[0], &serde_json::json!([true, false, null]));
}

#[test]
fn what_has_no_form_is_told_with_a_way_out() {
    let text = "\
manifest \"tools.json\"
allow pay, give
require pay with args.any <= 50 or args.branch == \"dev\"
require pay, give with args.amount <= 50 or args.amount missing
require pay, \"new\" with args.amount <= 50 or args.amount missing
approve pay unless args.note missing or args.note matches \"^ok$\"
deny pay when not args.tags > 3 and args.branch exists
";
    insta::assert_snapshot!(found(Code::NoExactForm, text));
    insta::assert_snapshot!(found(Code::NoExactForm, "\
allow pay
require pay with args.amount <= 50 or args.branch == \"dev\"
require pay with args.note missing or args.note matches \"^ok$\"
"), @r#"
    policy.gate:2:18-35 "args.amount <= 50": error[no-exact-form] policy.json has no exact negation of `args.amount <= 50`
        note: a list or an object fails the comparison too, and no operator tests for one; without a manifest, the type of `args.amount` is unknown
        help: name the server's manifest, or write the `<=` test in its own `require`, without `or`, which also blocks calls in which `args.amount` is missing or is not a number
    policy.gate:3:39-63 "args.note matches \"^ok$\"": error[no-exact-form] policy.json has no exact negation of `args.note matches "^ok$"`
        note: policy.json has no `or` or `not`, and no negation of `matches` and `contains`
        help: write the `matches` test in its own `require`, without `or`, which also blocks calls without `args.note`
    "#);
}

#[test]
fn a_guard_fails_open_however_it_is_written() {
    for (guard, remedy) in [
        ("approve pay when args.amount > 50", "approve pay unless args.amount <= 50"),
        ("approve pay unless not args.amount > 50", "approve pay unless args.amount <= 50"),
        ("approve pay when not not args.amount > 50", "approve pay unless args.amount <= 50"),
        ("deny pay when not (not args.amount > 50)", "require pay with args.amount <= 50"),
        ("require pay with not args.amount > 50", "require pay with args.amount <= 50"),
        ("require pay with not (args.amount != 5)", "require pay with args.amount == 5"),
        (
            "require pay with not (args.amount > 50 or args.branch not in [\"dev\"])",
            "require pay with args.amount <= 50 and args.branch in [\"dev\"]",
        ),
        (
            "approve pay unless not (args.amount > 50 and args.limit > 5)",
            "approve pay unless args.amount <= 50 or args.limit <= 5",
        ),
    ] {
        let text = format!("{WITH_MANIFEST}{guard}\n");
        let outcome = checked(&text);
        let found = outcome.diagnostics.iter().find(|found| found.code == Code::FailsOpen);
        let found = found.unwrap_or_else(|| panic!("{text}\n{}", plain(&outcome)));
        assert_eq!(found.help.as_deref(), Some(format!("write `{remedy}`").as_str()), "{text}");
        // The remedy can be taken as it is, and nothing more is said of it.
        let mut fixed = text.clone();
        for edit in found.fixes[0].edits.iter().rev() {
            fixed.replace_range(edit.span.range(), &edit.text);
        }
        assert_eq!(fixed, format!("{WITH_MANIFEST}{remedy}\n"));
        assert_eq!(self::found(Code::FailsOpen, &fixed), "", "{fixed}");
    }
    for guard in [
        "require pay with args.amount <= 50",
        "approve pay unless args.amount <= 50",
        "deny pay when not args.amount <= 50",
        "require pay with not args.branch == \"main\"",
        "require pay with args.amount exists and not args.amount > 50",
    ] {
        let text = format!("{WITH_MANIFEST}{guard}\n");
        assert_eq!(found(Code::FailsOpen, &text), "", "{text}");
    }
}

/// The message that a call reads, under both orders of the lists.
fn messages(text: &str, call: &str) -> [String; 2] {
    let (json, call) = (compiled(text), serde_json::from_str(call).unwrap());
    [Order::RequireFirst, Order::DenyIfFirst].map(|order| {
        match decide_in(order, &json, "pay", &call) {
            Decision::Denied(message) => message,
            other => format!("{other:?}"),
        }
    })
}

#[test]
fn a_denied_call_does_not_read_an_approval_s_message() {
    let deny = "deny pay when args.branch == \"main\" because \"No.\"\n";
    for approve in [
        "approve pay unless args.amount <= 5",
        "approve pay unless args.amount <= 5 and args.limit == 1",
        "approve pay unless args.note exists",
        "approve pay",
        "approve pay when not args.amount <= 5",
    ] {
        let text = format!("{WITH_MANIFEST}{deny}{approve} because \"Ask.\"\n");
        assert_eq!(messages(&text, r#"{"branch": "main", "amount": 9}"#), ["No.", "No."], "{text}");
        let asked = "Requires human approval. Ask.";
        assert_eq!(messages(&text, r#"{"branch": "dev", "amount": 9}"#), [asked, asked], "{text}");
        assert_eq!(found(Code::MessageOrder, &text), "", "{text}");
    }
    let require = "require pay with args.branch matches \"^dev/\" because \"No.\"\n";
    for approve in
        ["approve pay", "approve pay when args.amount > 5", "approve pay unless args.any == 1"]
    {
        let text = format!("{WITH_MANIFEST}{require}{approve} because \"Ask.\"\n");
        assert_eq!(messages(&text, r#"{"branch": "main", "amount": 9}"#), ["No.", "No."], "{text}");
        let asked = "Requires human approval. Ask.";
        assert_eq!(
            messages(&text, r#"{"branch": "dev/x", "amount": 9}"#),
            [asked, asked],
            "{text}"
        );
    }
    // The test of the approval has no opposite, but that of the denial has one.
    let text = "allow pay\ndeny pay when args.note missing because \"No.\"\n\
        approve pay unless args.branch matches \"^dev/\"\n";
    assert_eq!(messages(text, "{}"), ["No.", "No."]);
    assert_eq!(found(Code::MessageOrder, text), "");
}

#[test]
fn a_message_that_cannot_be_told_apart_is_reported_at_the_denial() {
    insta::assert_snapshot!(found(Code::MessageOrder, "\
allow pay, give
deny pay, give when args.branch == \"main\" because \"No.\"
deny pay when args.branch == \"dev/main\" because \"No.\"
approve pay unless args.branch matches \"^dev/\" because \"Ask.\"
approve give unless args.branch == \"dev\"
"), @r#"
    policy.gate:2:1-5 "deny": warning[message-order] the agent may read `Requires human approval.` for a call that this `deny` blocks
        policy.gate:4:1-8 "approve": also asks for approval of this call
        note: the order in which the gateway checks `require` and `deny_if` is undocumented, and these two are in different lists
        help: name the values that pass without approval with `==` or `in`, or write the `deny` as a `require`
    policy.gate:3:1-5 "deny": warning[message-order] the agent may read `Requires human approval.` for a call that this `deny` blocks
        policy.gate:4:1-8 "approve": also asks for approval of this call
        note: the order in which the gateway checks `require` and `deny_if` is undocumented, and these two are in different lists
        help: name the values that pass without approval with `==` or `in`, or write the `deny` as a `require`
    "#);
    let text =
        "allow pay\ndeny pay when args.branch == \"main\"\napprove pay unless args.amount <= 5\n";
    assert!(found(Code::MessageOrder, text).contains("help: name the server's manifest"));
    let json = r#"{"version": "1", "default": "deny", "tools": {"pay": {
        "require": [{"conditions": [{"path": "args.a", "op": "eq", "value": 1}], "on_deny": "Requires human approval."}],
        "deny_if": [{"conditions": [{"path": "args.b", "op": "eq", "value": 1}], "on_deny": "No."}]}}}"#;
    let mut outcome = check::check_policy_json("policy.json", json.into(), &Options::default());
    outcome.diagnostics.retain(|finding| finding.code == Code::MessageOrder);
    let found = outcome.diagnostics.first().unwrap_or_else(|| panic!("{}", plain(&outcome)));
    assert_eq!(
        found.message,
        "the agent may read `Requires human approval.` for a call that this predicate blocks"
    );
}

#[test]
fn a_reason_that_reads_as_an_approval_is_an_error() {
    let wrong = |reason: &str| {
        let text =
            format!("allow pay\nrequire pay with args.branch == \"dev\" because \"{reason}\"\n");
        found(Code::ReadsAsApproval, &text)
    };
    insta::assert_snapshot!(wrong("Requires human approval."), @r#"
    policy.gate:2:47-73 "\"Requires human approval.\"": error[reads-as-approval] this reason makes the `require` an approval
        note: in policy.json, a predicate is an approval if its message begins with `Requires human approval.`
        help: write `approve` if a person may let the call through, or change the reason
    "#);
    assert_ne!(wrong("Requires human approval. Ask."), "");
    assert_ne!(wrong("Requires human approval.Ask."), "");
    for reason in
        ["Requires human approval", "requires human approval.", "Ask. Requires human approval."]
    {
        assert_eq!(wrong(reason), "", "{reason}");
    }
    let approved = "allow pay\napprove pay because \"Requires human approval.\"\n";
    assert_eq!(found(Code::ReadsAsApproval, approved), "");
    // Such a policy.json is read as an approval, and comes back as one where the language has a form for it.
    let json = |message: &str| {
        format!(
            r#"{{"version": "1", "default": "deny", "tools": {{"pay": {{"deny_if": [{{"conditions": [], "on_deny": "{message}"}}]}}}}}}"#
        )
    };
    let back = |message: &str| check::decompile("policy.json", json(message).into(), None);
    assert_eq!(
        back("Requires human approval. Ask.").value.as_deref(),
        Some("default deny\n\napprove pay because \"Ask.\"\n")
    );
    let refused = back("Requires human approval.Ask");
    assert!(refused.value.is_none());
    assert!(refused.diagnostics.iter().any(|finding| finding.code == Code::NotDecompilable));
}

#[test]
fn presence_of_an_argument_that_may_be_null_is_told_where_the_guard_hangs_on_it() {
    insta::assert_snapshot!(found(
        Code::UncertainTest,
        &format!("{WITH_MANIFEST}deny pay when args.note missing because \"r\"\n")
    ), @r#"
    policy.gate:3:15-32 "args.note missing": warning[uncertain-test] the gateway's behaviour here is undocumented: whether an argument that is null exists, treated here as missing
        note: the schema of `pay` allows such a call
        help: name the intended values with `==`, `in`, `matches` or a comparison, which null never passes
    "#);
    for (guard, hangs) in [
        ("require pay with args.note exists", true),
        ("require pay with args.note exists and args.amount > 1", true),
        ("require pay with args.note exists and args.note matches \"^a\"", false),
        ("deny pay when args.note missing and args.note == \"x\"", false),
        ("deny pay when args.note missing or args.branch == \"x\"", true),
        ("deny pay when args.branch missing", false),
        ("deny pay when args.any missing", false),
        ("require pay with args.note matches \"^a\"", false),
        ("require pay with args.limit >= 0", false),
    ] {
        let text = format!("{WITH_MANIFEST}{guard}\n");
        assert_eq!(!found(Code::UncertainTest, &text).is_empty(), hangs, "{text}");
    }
}

#[test]
fn a_gateway_without_a_reading_value_is_shown_its_first_value() {
    let tools = r#"{"tools": [{"name": "send_request", "description": "Sends any HTTP request.", "inputSchema":
        {"type": "object", "properties": {"method": {"type": "string", "enum": ["POST", "PATCH"]}, "path": {"type": "string"}}}}]}"#;
    let check = |tools: &str| {
        let loader = MemoryLoader::default().with("tools.json", tools);
        let text = "manifest \"tools.json\"\ndefault deny\nallow send_request 5/minute\n";
        plain(&check::check_gate("policy.gate", text.into(), &loader, &Options::default()))
    };
    let found = check(tools);
    assert!(found.contains(r#"require send_request with args.method == "POST""#), "{found}");
    let found = check(&tools.replace("PATCH", "get"));
    assert!(found.contains(r#"require send_request with args.method == "get""#), "{found}");
}

#[test]
fn a_predicate_of_two_conditions_holds_both() {
    let found = |second: &str| {
        let json = format!(
            r#"{{"version": "1", "default": "deny", "tools": {{"pay": {{"deny_if": [{{"conditions": [
                {{"path": "args.a", "op": "gt", "value": 5}}, {{"path": "args.a", "op": "lt", "value": {second}}}],
                "on_deny": "No."}}]}}}}}}"#
        );
        let outcome = check::check_policy_json("policy.json", json.into(), &Options::default());
        outcome.diagnostics.iter().any(|found| found.code == Code::ContradictoryCondition)
    };
    assert!(found("3") && !found("7"));
}
