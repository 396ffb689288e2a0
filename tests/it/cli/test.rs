//! `gatewright test`

use serde_json::Value;

use super::run::{Folder, Run};

const POLICY: &str = "\
manifest \"tools.json\"
default deny
group money = create_refund
allow create_refund 5/hour
approve create_refund unless args.amount <= 100 because \"Ask the billing team.\"
require create_refund with args.currency in [\"eur\", \"usd\"] because \"Only euro and dollar.\"
hide delete_*
";

const MANIFEST: &str = r#"{"tools": [
    {"name": "create_refund", "inputSchema": {"type": "object", "properties": {"amount": {"type": "number"}, "currency": {"type": "string"}}}},
    {"name": "delete_order"}
]}"#;

const TESTS: &str = r#"policy "agent.gate"

test "large refunds wait for a person" {
    call @money {"amount": 100, "currency": "eur"} -> allow
    call create_refund {"amount": 101, "currency": "usd"} -> approve because "Ask the billing team."
    call create_refund {"currency": "usd"}
        -> approve because "Requires human approval. Ask the billing team."
    call create_refund {"amount": 20, "currency": "xau"} -> deny because "Only euro and dollar."
    call delete_* -> hide
    call "not_there" -> deny
}

test "five refunds an hour, and they come back" {
    at 10:59:58
    call create_refund {"amount": 5, "currency": "eur"} 5 times -> allow
    call create_refund {"amount": 5, "currency": "eur"} -> rate by create_refund_per_hour
    at 11:00
    call create_refund {"amount": 5, "currency": "eur"} -> allow
}
"#;

fn folder() -> Folder {
    Folder::new()
        .with("agent.gate", POLICY)
        .with("tools.json", MANIFEST)
        .with("agent_test.gate", TESTS)
}

fn run(folder: &Folder, arguments: &[&str]) -> Run {
    folder.run(&[&["test"], arguments].concat())
}

#[test]
fn tests_pass_and_fail() {
    let found = run(&folder(), &[]);
    assert_eq!((found.code, found.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(found.stdout, @"
    agent_test.gate
      ok    large refunds wait for a person
      ok    five refunds an hour, and they come back
    2 tests passed
    ");
    let folder = folder().with("agent.gate", &POLICY.replace("5/hour", "4/hour"));
    let found = run(&folder, &["agent_test.gate"]);
    assert_eq!((found.code, found.stderr.as_str()), (1, ""));
    insta::assert_snapshot!(found.stdout, @r#"
    agent_test.gate
      ok    large refunds wait for a person
      FAIL  five refunds an hour, and they come back
              agent_test.gate:15: call create_refund {"amount": 5, "currency": "eur"} 5 times -> allow
              expected allow, got rate by call 5
              create_refund {"amount": 5, "currency": "eur"}
              the agent reads: create_refund_per_hour: 4 of 4 per hour used; the next hour starts at 2026-01-01T11:00:00Z
              decided by agent.gate:4: allow create_refund 4/hour
              passes: args.currency is "eur", which is in ["eur", "usd"]
              passes: args.amount is 5, which is <= 100
    2 tests: 1 passed, 1 failed
    "#);
    let found = run(&folder, &["--format", "json"]);
    let document: Value = serde_json::from_str(&found.stdout).unwrap();
    let tests = document["tests"].as_array().unwrap();
    assert_eq!(
        tests.iter().map(|test| test["passed"].as_bool().unwrap()).collect::<Vec<_>>(),
        [true, false]
    );
    let failure = &tests[1]["failures"][0];
    assert_eq!((&failure["expected"], &failure["verdict"]), (&"allow".into(), &"rate".into()));
    assert_eq!(failure["why"]["pointer"], "/tools/create_refund/limits/0");
    let found = run(&folder, &["--format", "junit"]);
    assert!(found.stdout.contains("tests=\"2\" failures=\"1\""), "{}", found.stdout);
    let found = run(&folder, &["--format", "github"]);
    assert!(found.stdout.starts_with("::error file="), "{}", found.stdout);
    assert!(found.stdout.contains(",line=15,title=gatewright test%3A five"), "{}", found.stdout);
}

#[test]
fn every_expectation_of_a_step_counts() {
    for (step, passes) in [
        ("call create_refund {\"amount\": 1, \"currency\": \"eur\"} 5 times -> allow", true),
        ("call create_refund {\"amount\": 1, \"currency\": \"eur\"} 6 times -> allow", false),
        ("call create_refund -> deny because \"Only euro and dollar.\"", true),
        ("call create_refund -> deny because \"Only euro.\"", false),
        (
            "call create_refund {\"currency\": \"eur\"} -> approve because \"Ask the billing team.\"",
            true,
        ),
        ("call create_refund {\"currency\": \"eur\"} -> approve because \"Ask.\"", false),
        ("call create_refund {\"currency\": \"eur\"} -> deny", false),
        ("call delete_order, create_refund -> hide", false),
        ("call delete_order, \"create_refund\" except create_refund -> hide", true),
        ("call unheard_* -> deny", false),
    ] {
        let tests = format!("policy \"agent.gate\"\ntest \"t\" {{\n    {step}\n}}\n");
        let found = run(&folder().with("agent_test.gate", &tests), &[]);
        assert_eq!(found.code, i32::from(!passes), "{step}\n{}{}", found.stdout, found.stderr);
    }
}

#[test]
fn the_wrong_counter_fails() {
    let tests = TESTS.replace("by create_refund_per_hour", "by \"calls-per-day\"");
    let found = run(&folder().with("agent_test.gate", &tests), &[]);
    assert_eq!(found.code, 1);
    assert!(found.stdout.contains("expected rate by calls-per-day, got rate"), "{}", found.stdout);
}

#[test]
fn tests_in_a_policy_and_in_what_it_includes_run_with_it() {
    let folder = Folder::new()
        .with("guards.gate", "deny x\ntest \"x is closed\" {\n    call x -> deny\n}\n")
        .with("one.gate", "include \"guards.gate\"\nallow x\n")
        .with(
            "two.gate",
            "include \"guards.gate\"\nhide x\ntest \"own\" {\n    call x -> hide\n}\n",
        );
    let found = run(&folder, &[]);
    assert_eq!(found.code, 1);
    insta::assert_snapshot!(found.stdout, @"
    one.gate
      ok    x is closed
    two.gate
      FAIL  x is closed
              guards.gate:3: call x -> deny
              expected deny, got hide
              x {}
              the agent reads: the tool does not exist
              decided by two.gate:2: hide x
      ok    own
    3 tests: 2 passed, 1 failed
    ");
    // A test changes nothing that the gateway gets.
    let compiled = folder.run(&["compile", "two.gate"]);
    assert_eq!(
        (compiled.code, compiled.stdout.contains("\"x\"")),
        (0, true),
        "{}",
        compiled.stderr
    );
}

#[test]
fn a_policy_json_is_tested_like_its_source() {
    let folder = folder();
    assert_eq!(folder.run(&["compile", "agent.gate", "-o", "policy.json"]).code, 0);
    let tests = TESTS
        .replace("policy \"agent.gate\"", "policy \"policy.json\"\nmanifest \"tools.json\"")
        .replace("@money", "create_refund");
    let folder = folder.with("agent_test.gate", &tests);
    assert_eq!(folder.run(&["check", "agent_test.gate"]).code, 0);
    let found = run(&folder, &["--coverage", "--mutate"]);
    assert_eq!((found.code, found.stderr.as_str()), (0, ""), "{}", found.stdout);
    insta::assert_snapshot!(found.stdout, @"
    agent_test.gate
      ok    large refunds wait for a person
      ok    five refunds an hour, and they come back
    2 tests passed
    agent_test.gate: the tests reach 100% of the policy
    agent_test.gate: the tests notice 7 of 7 changes (100%)
    ");
    let wrong = folder.with("policy.json", "{}");
    let found = run(&wrong, &[]);
    assert_eq!(found.code, 1);
    assert!(found.stderr.contains("missing-key"), "{}", found.stderr);
}

#[test]
fn coverage_and_mutation_tell_what_tests_miss() {
    let tests = "policy \"agent.gate\"\ntest \"t\" {\n    call create_refund {\"amount\": 5, \"currency\": \"eur\"} -> allow\n    call create_refund {\"amount\": 500, \"currency\": \"eur\"} -> approve\n}\n";
    let folder = folder().with("agent_test.gate", tests);
    let found = run(&folder, &["--coverage", "--mutate"]);
    assert_eq!((found.code, found.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(found.stdout, @r#"
    agent_test.gate
      ok    t
    1 test passed
    agent_test.gate: the tests reach 37% of the policy
      agent.gate:2: default deny
        never decides
      agent.gate:4: allow create_refund 5/hour
        the cap `5/hour` is never used up
      agent.gate:6: require create_refund with args.currency in ["eur", "usd"] because "Only euro and dollar."
        never decides
      agent.gate:7: hide delete_*
        never decides
      never called: `delete_order`
    agent_test.gate: the tests notice 4 of 9 changes (44%)
      not noticed, lets more calls through: raise the cap to 10/hour
        agent.gate:4: 5/hour
      not noticed, lets more calls through: drop this `require`
        agent.gate:6: require create_refund with args.currency in ["eur", "usd"] because "Only euro and dollar."
      not noticed, lets more calls through: allow what is hidden
        agent.gate:7: hide
      not noticed, blocks more calls: compare with `<`
        agent.gate:5: <=
      not noticed, blocks more calls: drop `"usd"` from the list
        agent.gate:6: , "usd"
    "#);
    for (flags, code) in [
        (&["--min-coverage", "100"][..], 1),
        (&["--min-coverage", "10"], 0),
        (&["--min-score", "90"], 1),
        (&["--min-score", "10"], 0),
    ] {
        assert_eq!(run(&folder, flags).code, code, "{flags:?}");
    }
    let found = run(&folder, &["--coverage", "--mutate", "--format", "json"]);
    let document: Value = serde_json::from_str(&found.stdout).unwrap();
    assert!(document["coverage"]["percent"].as_u64().unwrap() < 100);
    let missed = document["mutants"].as_array().unwrap();
    assert!(missed.iter().any(|mutant| mutant["widens"] == true && mutant["noticed"] == false));
    let found = run(&folder, &["--coverage", "--coverage-format", "lcov"]);
    assert!(found.stdout.contains("SF:agent.gate\nDA:2,0\n"), "{}", found.stdout);
}

#[test]
fn a_change_that_makes_no_difference_does_not_count() {
    let policy = "allow x 5/hour\nrate x 9/hour\nhide y\ntest \"t\" {\n    call x 5 times -> allow\n    call x -> rate\n}\n";
    let folder = Folder::new().with("agent.gate", policy);
    let found = run(&folder, &["--mutate", "--format", "json"]);
    let document: Value = serde_json::from_str(&found.stdout).unwrap();
    let lines: Vec<u64> = document["mutants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mutant| mutant["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [1, 1, 3], "{}", found.stdout);
}

#[test]
fn names_are_listed_and_filtered() {
    let folder = folder();
    let found = run(&folder, &["--list"]);
    assert_eq!((found.code, found.stderr.as_str()), (0, ""));
    assert_eq!(found.stdout.lines().count(), 2);
    let found = run(&folder, &["--filter", "five"]);
    assert!(found.stdout.ends_with("1 test passed\n"), "{}", found.stdout);
    let found = run(&folder, &["--filter", "six"]);
    assert_eq!(found.code, 2);
}

#[test]
fn what_cannot_be_tested_is_said() {
    let empty = Folder::new().with("agent.gate", "allow x\n");
    let found = run(&empty, &[]);
    assert_eq!(found.code, 2);
    assert!(found.stderr.contains("no tests found"), "{}", found.stderr);
    for (tests, code, said) in [
        ("policy \"missing.gate\"\ntest \"t\" {\n    call x -> deny\n}\n", 1, "unreadable-file"),
        ("policy \"missing.json\"\ntest \"t\" {\n    call x -> deny\n}\n", 1, "unreadable-file"),
        ("policy \"notes.txt\"\ntest \"t\" {\n    call x -> deny\n}\n", 1, "is not a policy"),
        ("test \"t\" {\n    call x -> deny\n}\n", 1, "does not name the policy"),
        (
            "policy \"agent.gate\"\nallow x\ntest \"t\" {\n    call x -> deny\n}\n",
            1,
            "not allowed in a test file",
        ),
        ("policy \"agent.gate\"\ntest \"t\" {\n    call unheard -> deny\n}\n", 1, "unknown-tool"),
        (
            "policy \"agent.gate\"\ntest \"t\" {\n    call create_refund [] -> deny\n}\n",
            1,
            "syntax",
        ),
        (
            "policy \"agent.gate\"\ntest \"t\" {\n    call create_refund 10001 times -> deny\n}\n",
            1,
            "10000 times",
        ),
        (
            "policy \"agent.gate\"\ntest \"t\" {\n    call create_refund -> allow by x\n}\n",
            1,
            "`by` names a counter",
        ),
        (
            "policy \"agent.gate\"\ntest \"t\" {\n    at 10:00\n    at 09:00\n    call create_refund -> deny\n}\n",
            1,
            "does not run back",
        ),
        (
            "policy \"agent.gate\"\npolicy \"agent.gate\"\ntest \"t\" {\n    call create_refund -> deny\n}\n",
            1,
            "tests one policy",
        ),
    ] {
        let found = run(&folder().with("agent_test.gate", tests), &["agent_test.gate"]);
        assert_eq!(found.code, code, "{tests}{}", found.stdout);
        assert!(found.stderr.contains(said), "{tests}{}", found.stderr);
    }
    let broken = folder().with("agent.gate", "alow x\n");
    let found = run(&broken, &["agent_test.gate"]);
    assert!(found.stderr.contains("the tested policy `agent.gate` has errors"), "{}", found.stderr);
    let found = folder().run(&["compile", "agent_test.gate"]);
    assert_eq!((found.code, found.stdout.as_str()), (1, ""));
    assert!(found.stderr.contains("does not compile"), "{}", found.stderr);
}

#[test]
fn checking_a_test_file_tells_of_the_tests_alone() {
    let folder = folder().with("agent.gate", "allow create_refund\nallow send_mail\n");
    let found = folder.run(&["check", "agent.gate"]);
    assert!(found.stdout.contains("uncapped"), "{}", found.stdout);
    let tests = "policy \"agent.gate\"\n\ntest \"t\" {\n    call create_refund -> allow\n}\n";
    let found = folder.with("agent_test.gate", tests).run(&["check", "agent_test.gate"]);
    assert_eq!((found.code, found.stdout.as_str()), (0, ""), "{}", found.stderr);
}

#[test]
fn a_strangers_text_is_cleaned() {
    let policy = "allow \"x\\u001b[31m\"\ndefault deny\ntest \"\\u001b[31mt\" {\n    call \"x\\u001b[31m\" {\"\\u202e\": 1} -> deny because \"\\u001b\"\n}\n";
    let folder = Folder::new().with("agent.gate", policy);
    for format in ["human", "json", "junit", "github"] {
        let found = run(&folder, &["--format", format]);
        assert_eq!(found.code, 1, "{}", found.stderr);
        assert!(!found.stdout.contains(['\u{1b}', '\u{202e}']), "{format} {:?}", found.stdout);
    }
    let found = run(&folder, &["--list"]);
    assert!(!found.stdout.contains('\u{1b}'), "{:?}", found.stdout);
}

#[test]
fn a_claim_that_is_not_proved_fails_in_every_form() {
    let tests = "policy \"agent.gate\"\nassert approve create_refund when args.amount > 50\n\
                 test \"small\" { call delete_order -> hide }\n";
    let folder = folder().with("agent_test.gate", tests);
    let of = |format| run(&folder, &["--format", format]);
    let json: Value = serde_json::from_str(&of("json").stdout).unwrap();
    assert_eq!(json["assertions"][0]["code"], "refuted-assertion");
    assert_eq!(json["assertions"][0]["line"], 2);
    assert!(of("junit").stdout.contains("tests=\"2\" failures=\"1\""));
    assert!(of("github").stdout.starts_with("::error file="));
    let human = of("human");
    assert_eq!(human.code, 1);
    assert!(
        human.stdout.ends_with("1 test passed\n1 assertion: 0 proved, 1 not\n"),
        "{}",
        human.stdout
    );
    let mutated = run(&folder, &["--mutate"]).stdout;
    assert!(
        mutated.contains("no change was tried, because the tests fail without one"),
        "{mutated}"
    );
}

#[test]
fn what_is_proved_is_counted() {
    let tests = "policy \"agent.gate\"\nassert hide delete_order\n";
    let found = run(&folder().with("agent_test.gate", tests), &[]);
    assert_eq!((found.code, found.stdout.as_str()), (0, "1 assertion proved\n"));
}

#[test]
fn the_remedy_of_a_claim_quotes_what_needs_quotes() {
    let policy = "default deny\nallow \"a b\" 5/hour\nassert hide \"a b\"\n";
    let found = run(&Folder::new().with("agent.gate", policy), &[]);
    assert!(found.stderr.contains("help: write `hide \"a b\"`"), "{}", found.stderr);
}
