//! `gatewright why` and `gatewright replay`

use serde_json::Value;

use super::run::Folder;

const POLICY: &str = "\
manifest \"tools.json\"
allow create_refund 2/hour
approve create_refund unless args.amount <= 100
require create_refund
    with args.currency in [\"eur\", \"usd\"]
    because \"Only euro and dollar.\"
allow get_issue
hide delete_issue
deny close_account because \"Ask the account team.\"
rate all 5/day
";

const MANIFEST: &str = r#"{"tools": [
    {"name": "create_refund", "inputSchema": {"type": "object", "properties": {"amount": {"type": "number"}, "currency": {"type": "string"}}}},
    {"name": "get_issue", "annotations": {"readOnlyHint": true}},
    {"name": "delete_issue"},
    {"name": "close_account"}
]}"#;

fn folder() -> Folder {
    Folder::new().with("agent.gate", POLICY).with("tools.json", MANIFEST)
}

#[test]
fn a_call_is_explained() {
    let run = folder().run(&[
        "why",
        "agent.gate",
        "create_refund",
        r#"{"amount": 200, "currency": "eur"}"#,
    ]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout, @r#"
    create_refund {"amount": 200, "currency": "eur"} -> approve
      the agent reads: Requires human approval.
      decided by agent.gate:3: approve create_refund unless args.amount <= 100
      in policy.json: /tools/create_refund/require/1
      passes: args.currency is "eur", which is in ["eur", "usd"]
      blocks: args.amount is 200, which is not <= 100
      with args.amount = 100 it would be allowed
    "#);
    let run = folder().run(&[
        "why",
        "agent.gate",
        "create_refund",
        r#"{"amount": 20, "currency": "eur"}"#,
    ]);
    insta::assert_snapshot!(run.stdout, @r#"
    create_refund {"amount": 20, "currency": "eur"} -> allow
      decided by agent.gate:2: allow create_refund 2/hour
      in policy.json: /tools/create_refund
      passes: args.currency is "eur", which is in ["eur", "usd"]
      passes: args.amount is 20, which is <= 100
      counter create_refund_per_hour: 0 of 2 per hour used before this call; starts again at 2026-01-01T01:00:00Z
      counter calls-per-day: 0 of 5 per day used before this call; starts again at 2026-01-02T00:00:00Z
      with args.amount = 101 it would be held for approval
    "#);
    let run = folder().run(&["why", "agent.gate", "delete_isue"]);
    insta::assert_snapshot!(run.stdout, @"
    delete_isue {} -> deny
      the agent reads: not granted
      decided by `default`, which is left out and denies
      in policy.json: /default
      note: neither the policy nor its manifest names this tool
      help: did you mean `delete_issue`?
    ");
}

#[test]
fn the_answer_for_programs_has_a_stable_shape() {
    let call = ["create_refund", r#"{"amount": 1e2, "currency": "xau"}"#, "--format", "json"];
    let run = folder().run(&[&["why", "agent.gate"], &call[..]].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    insta::assert_snapshot!(run.stdout, @r#"{"version":1,"tool":"create_refund","arguments":{"amount": 1e2, "currency": "xau"},"verdict":"deny","message":"Only euro and dollar.","corner":null,"statement":{"file":"agent.gate","start":{"line":4,"column":1,"offset":97},"end":{"line":6,"column":36,"offset":195},"text":"require create_refund\n    with args.currency in [\"eur\", \"usd\"]\n    because \"Only euro and dollar.\""},"pointer":"/tools/create_refund/require/0","tests":[{"text":"args.currency in [\"eur\", \"usd\"]","value":"xau","held":false}],"counters":[{"name":"create_refund_per_hour","window":"hour","max":2,"used":0,"resets":"2026-01-01T01:00:00Z"},{"name":"calls-per-day","window":"day","max":5,"used":0,"resets":"2026-01-02T00:00:00Z"}],"flip":{"arguments":{"amount": 1e2, "currency": "eur"},"verdict":"allow"}}"#);
    let compiled = folder();
    assert_eq!(compiled.run(&["compile", "agent.gate", "-o", "policy.json"]).code, 0);
    let run = compiled.run(&[&["why", "policy.json"], &call[..]].concat());
    let of_json: Value = serde_json::from_str(&run.stdout).unwrap();
    for key in ["verdict", "message", "corner", "pointer", "tests", "counters", "flip"] {
        assert_eq!(document[key], of_json[key], "{key}");
    }
    assert_eq!(of_json["statement"]["file"], "policy.json");
}

#[test]
fn without_a_tool_every_tool_is_shown() {
    let run = folder().run(&["why", "agent.gate"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout, @r#"
    create_refund     financial    depends on args.amount, args.currency, at most 2/hour
                                   agent.gate:4: require create_refund with args.currency in ["eur", "usd"] because "Only euro and dollar."
    get_issue         read         allow
                                   agent.gate:7: allow get_issue
    delete_issue      destructive  hide
                                   agent.gate:8: hide delete_issue
    close_account     destructive  deny
                                   agent.gate:9: deny close_account because "Ask the account team."
    (any other tool)  -            deny
                                   `default` is left out
    all calls together: at most 5/day
    "#);
    let run = folder().run(&["why", "agent.gate", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let tools = document["tools"].as_array().unwrap();
    assert_eq!(tools.len(), 5);
    assert_eq!(tools[0]["depends_on"], serde_json::json!(["args.amount", "args.currency"]));
    assert_eq!(tools[4]["name"], Value::Null);
}

const CALLS: &str = r#"{"tool": "create_refund", "arguments": {"amount": 5, "currency": "eur"}, "time": "2026-01-31T10:59:30Z"}
{"tool": "create_refund", "arguments": {"amount": 5, "currency": "eur"}, "time": "2026-01-31T10:59:31Z"}
{"tool": "create_refund", "arguments": {"amount": 5, "currency": "eur"}, "time": "2026-01-31T10:59:32Z"}
not a call
{"method": "tools/call", "params": {"name": "create_refund", "arguments": {"amount": 500, "currency": "eur"}}}
{"tool": "create_refund", "arguments": {"amount": 5, "currency": "eur"}, "time": "2026-01-31T11:00:00Z"}
{"tool": "delete_issue"}
"#;

#[test]
fn a_recording_is_replayed() {
    let run = folder().with("calls.jsonl", CALLS).run(&["replay", "agent.gate", "calls.jsonl"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout, @r#"
    line 3: create_refund {"amount": 5, "currency": "eur"} -> rate (agent.gate:2: allow create_refund 2/hour)
    line 5: create_refund {"amount": 500, "currency": "eur"} -> approve (agent.gate:3: approve create_refund unless args.amount <= 100)
    line 7: delete_issue {} -> hide (agent.gate:8: hide delete_issue)
    6 calls: 3 allowed, 1 rate-limited, 1 held for approval, 1 hidden, 1 other line ignored
      1 call stopped by agent.gate:2: allow create_refund 2/hour
      1 call stopped by agent.gate:3: approve create_refund unless args.amount <= 100
      1 call stopped by agent.gate:8: hide delete_issue
      counter calls-per-day: at most 3 of 5 used in one day
      counter create_refund_per_hour: at most 2 of 2 used in one hour
      never called: `get_issue` and `close_account`
    "#);
    let old = POLICY.replace("2/hour", "9/hour").replace("<= 100", "<= 1000");
    let folder = folder().with("calls.jsonl", CALLS).with("old.gate", &old);
    let run = folder.run(&["replay", "agent.gate", "calls.jsonl", "--against", "old.gate"]);
    insta::assert_snapshot!(run.stdout, @r#"
    line 3: create_refund {"amount": 5, "currency": "eur"} -> rate, was allow (agent.gate:2: allow create_refund 2/hour)
    line 5: create_refund {"amount": 500, "currency": "eur"} -> approve, was allow (agent.gate:3: approve create_refund unless args.amount <= 100)
    6 calls: 3 allowed, 1 rate-limited, 1 held for approval, 1 hidden, 1 other line ignored
    "#);
    let run = folder.run(&["replay", "agent.gate", "calls.jsonl", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(document["calls"].as_array().unwrap().len(), 6);
    assert_eq!(document["calls"][2]["pointer"], "/tools/create_refund/limits/0");
    assert_eq!(
        document["summary"],
        serde_json::json!({"allow": 3, "deny": 0, "approve": 1, "hide": 1, "rate": 1, "ignored": 1})
    );
}

#[test]
fn a_recording_comes_before_the_call() {
    let folder = folder().with("calls.jsonl", CALLS);
    let call = ["create_refund", r#"{"amount": 5, "currency": "eur"}"#, "--after", "calls.jsonl"];
    let verdict = |more: &[&str]| {
        let run = folder.run(&[&["why", "agent.gate"], &call[..], more].concat());
        run.stdout.lines().next().unwrap().rsplit(' ').next().unwrap().to_owned()
    };
    // One of two is used in the hour of the last call.
    assert_eq!(verdict(&[]), "allow");
    assert_eq!(verdict(&["--at", "2026-01-31T10:59:40Z"]), "allow");
    let more = format!("{CALLS}{}", CALLS.lines().nth(5).unwrap());
    let folder = folder.with("calls.jsonl", &more);
    let run = folder.run(&[&["why", "agent.gate"], &call[..]].concat());
    assert!(run.stdout.contains("-> rate\n"), "{}", run.stdout);
    assert!(run.stdout.contains("2 of 2 per hour used"), "{}", run.stdout);
}

#[test]
fn what_is_not_usable_is_said() {
    let folder = folder().with("broken.gate", "allow\n").with("calls.jsonl", "");
    for (arguments, code, said) in [
        (&["why", "agent.gate", "x", "[1]"][..], 2, "an object, not a list"),
        (&["why", "agent.gate", "x", r#"{"a": 1, "a": 2}"#], 2, "given twice"),
        (&["why", "agent.gate", "x", "{"], 2, "the arguments are not usable"),
        (&["why", "broken.gate", "x"], 1, "error"),
        (&["why", "missing.gate", "x"], 2, "no such file"),
        (&["why", "agent.gate", "x", "--at", "noon"], 2, "2026-01-31T10:59:30Z"),
        (&["replay", "broken.gate", "calls.jsonl"], 1, "error"),
        (&["replay", "agent.gate", "missing.jsonl"], 2, "no such file"),
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.code, code, "{arguments:?} {}", run.stderr);
        assert!(run.stderr.contains(said), "{arguments:?} {}", run.stderr);
        assert_eq!(run.stdout, "", "{arguments:?}");
    }
}

#[test]
fn a_strangers_text_is_cleaned() {
    let policy = "allow \"x\\u001b[31m\"\nhide \"y\\u202e\"\ndefault deny\n";
    let folder = Folder::new().with("agent.gate", policy).with(
        "calls.jsonl",
        "{\"tool\": \"x\\u001b[31m\", \"arguments\": {\"a\": \"\\u001b[0m\"}}\n{\"tool\": \"y\\u202e\"}\n",
    );
    for arguments in [
        &["why", "agent.gate"][..],
        &["why", "agent.gate", "--format", "json"],
        &["why", "agent.gate", "x", "{\"a\": \"\\u001b[31m\"}"],
        &["replay", "agent.gate", "calls.jsonl"],
        &["replay", "agent.gate", "calls.jsonl", "--format", "json"],
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?} {}", run.stderr);
        assert!(!run.stdout.contains(['\u{1b}', '\u{202e}']), "{arguments:?} {:?}", run.stdout);
    }
}
