//! The comparison of two documents.

mod documents;
mod windows;

use gatewright::check::compile;
use gatewright::decide::{Call, CallOutcome, Counters, Engine};
use gatewright::diff::{
    CallBurst, ChangeKind, DiffRow, DiffSide, DiffSubject, Excess, Relation, diff, is_wider,
};
use gatewright::manifest::Manifest;
use gatewright::policy::CLOCK_START;
use gatewright::policy_json::{Document, read};
use gatewright::source::{MemoryLoader, SourceSet};

use self::documents::{random_document, verdict};
use crate::logic::cases;
use crate::logic::universe::{Json, calls};
use crate::random::Random;

fn read_document(json: String) -> Document {
    let mut sources = SourceSet::default();
    let file = sources.add("policy.json", json);
    read(file, sources.text(file)).0.unwrap()
}

fn document(gate: &str) -> Document {
    let compiled = compile("a.gate", gate.into(), &MemoryLoader::default());
    read_document(compiled.value.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics)))
}

/// Whether the second policy is wider than the first, and the first than the second, under any reading.
fn wider(first: &str, second: &str) -> (bool, bool) {
    let (first, second) = (document(first), document(second));
    (is_wider(&first, &second), is_wider(&second, &first))
}

/// The row of the tool `a`, or of all calls.
fn row(first: &str, second: &str, subject: &DiffSubject) -> DiffRow {
    let rows = diff(&document(first), &document(second)).rows;
    rows.into_iter().find(|row| row.subject == *subject).unwrap()
}

fn a() -> DiffSubject {
    DiffSubject::Tool("a".into())
}

/// The calls that a row lets through besides, as texts.
fn excess(excess: &Excess) -> String {
    let burst = |burst: &CallBurst| {
        let tool = burst.tool.as_deref().unwrap_or("?");
        format!("{tool} {}x{}", burst.minute, burst.calls)
    };
    match excess {
        Excess::Call { arguments, strict, lenient, .. } => {
            format!("{} {strict:?} {lenient:?}", arguments.to_json())
        }
        Excess::Sequence(bursts) => bursts.iter().map(burst).collect::<Vec<_>>().join(", "),
        other => format!("{other:?}"),
    }
}

#[test]
fn a_policy_equals_itself() {
    let text = "allow a 5/minute\nallow b\ndeny b when args.x > 5\nhide c\nrate all 9/day\n";
    assert_eq!(wider(text, text), (false, false));
    let (one, other) = (document(text), document(text));
    let rows = diff(&one, &other).rows;
    assert_eq!(rows.len(), 5);
    assert!(rows.iter().all(|row| row.relation() == Relation::Equal));
    assert!(rows.iter().all(|row| row.wider == Excess::None && row.narrower == Excess::None));
}

#[test]
fn a_policy_that_lets_more_through_is_wider() {
    for (narrow, wide) in [
        ("allow a\n", "allow a, b\n"),
        ("allow a\n", "default allow\n"),
        ("default allow\nhide a\n", "default allow\n"),
        ("default allow\nhide all\n", "default allow\n"),
        ("allow a\ndeny a\n", "allow a\n"),
        ("allow a\ndeny a\n", "allow a\napprove a\n"),
        ("allow a\napprove a\n", "allow a\n"),
        ("allow a 5/minute\n", "allow a 6/minute\n"),
        ("allow a 5/hour\n", "allow a 5/minute\n"),
        ("allow a 10/minute, 599/hour\n", "allow a 10/minute\n"),
        ("allow a, b\nrate all 5/minute\n", "allow a, b 5/minute\n"),
        ("allow a\nrequire a with args.x < 5\n", "allow a\nrequire a with args.x < 6\n"),
        ("allow a\ndeny a when args.x > 5\n", "allow a\ndeny a when args.x > 6\n"),
        ("allow a\nrequire a with args.x <= 5\n", "allow a\ndeny a when args.x > 5\n"),
        (
            "allow a\ndeny a when args.x contains \"a\"\n",
            "allow a\ndeny a when args.x matches \"^a$\"\n",
        ),
    ] {
        assert_eq!(wider(narrow, wide), (true, false), "{narrow}{wide}");
    }
}

#[test]
fn a_policy_in_other_words_is_not_wider() {
    for (one, other) in [
        ("allow a 10/minute, 1000/hour\n", "allow a 10/minute\n"),
        ("allow a\nrate all 5/minute\n", "allow a 5/minute\n"),
        (
            "allow a\nrequire a with args.x < 5\nrequire a with args.x < 9\n",
            "allow a\nrequire a with args.x < 5\n",
        ),
        (
            "allow a\ndeny a when args.x == 1 and args.x == 2\ndeny a when args.y == 3\n",
            "allow a\ndeny a when args.y == 3\n",
        ),
        (
            "allow a\ndeny a when args.x in [1, 2]\ndeny a when args.x == 1\n",
            "allow a\ndeny a when args.x in [1, 2]\n",
        ),
        (
            "allow a\ndeny a when args.x in [1, 2]\n",
            "allow a\ndeny a when args.x == 1\ndeny a when args.x == 2\n",
        ),
        (
            "allow a\ndeny a when args.x matches \"^ab\"\n",
            "allow a\ndeny a when args.x matches \"^ab\"\ndeny a when args.x matches \"^abc\"\n",
        ),
        ("allow a\nhide a\ndeny a when args.x == 1\n", "allow a\nhide a\n"),
        ("hide a\n", "deny a\n"),
    ] {
        assert_eq!(wider(one, other), (false, false), "{one}{other}");
    }
}

#[test]
fn a_witness_shows_each_direction() {
    for (one, other, wider, narrower) in [
        (
            "allow a\ndeny a when args.x > 5\n",
            "allow a\ndeny a when args.x > 7\n",
            r#"{"x": 6} Deny Allow"#,
            "None",
        ),
        (
            "allow a\napprove a when args.x matches \"^ab\"\n",
            "allow a\napprove a when args.x matches \"^ac\"\n",
            r#"{"x": "ab"} Approve Allow"#,
            r#"{"x": "ac"} Approve Allow"#,
        ),
        ("allow a\ndeny a\n", "allow a\napprove a\n", "{} Deny Approve", "None"),
        ("allow a 2/hour\n", "allow a 2/minute, 4/hour\n", "a 0x2, a 1x1", "None"),
        ("allow a 5/day\n", "allow a 2/minute\n", "a 0x2, a 1x2, a 2x2", "a 0x3"),
    ] {
        let row = row(one, other, &a());
        assert_eq!(
            (excess(&row.wider).as_str(), excess(&row.narrower).as_str()),
            (wider, narrower),
            "{one}{other}"
        );
    }
    let row = row(
        "allow a, b\nrate all 5/hour\n",
        "allow a 3/hour\nallow b 4/hour\n",
        &DiffSubject::AllCalls,
    );
    assert_eq!(excess(&row.wider), "a 0x3, b 0x3");
    assert_eq!(row.relation(), Relation::Wider);
}

#[test]
fn a_witness_is_one_that_the_schema_admits() {
    let schema = r#"{"type": "object", "properties": {"x": {"type": "integer", "minimum": 10}}}"#;
    let text = format!(r#"{{"tools": [{{"name": "a", "inputSchema": {schema}}}]}}"#);
    let mut sources = SourceSet::default();
    let file = sources.add("tools.json", text.clone());
    let manifest = Manifest::read(file, text).0;
    let witness = |one: &str, other: &str| {
        let (one, other) = (document(one), document(other));
        let side = |document| DiffSide { document, manifest: Some(&manifest), class: None };
        let rows = diff(side(&one), side(&other)).rows;
        match rows.into_iter().next().unwrap().wider {
            Excess::Call { arguments, is_admitted, .. } => (arguments.to_json(), is_admitted),
            other => panic!("{other:?}"),
        }
    };
    let denied = |bound: u8| format!("allow a\ndeny a when args.x > {bound}\n");
    assert_eq!(witness(&denied(5), &denied(20)), (r#"{"x": 10}"#.to_owned(), true));
    assert_eq!(witness(&denied(5), &denied(7)), (r#"{"x": 6}"#.to_owned(), false));
}

#[test]
fn undocumented_behaviour_is_named() {
    let one = "allow a\ndeny a when args.x == 5\ndeny a when args.x == \"5\"\n";
    let row = row(one, "allow a\nrequire a with args.x == 6\n", &a());
    assert_eq!(row.relation(), Relation::Narrower);
    assert_eq!(excess(&row.wider), "Corner(MixedTypes)");
    let before = "allow a 5/hour as x\nallow b 5/hour as x\nrate a 5/hour\n";
    let after = "allow a 5/hour\nallow b 5/hour as x\n";
    assert!(wider(before, after).0);
    assert_eq!(wider(before, before), (false, false));
    assert!(!wider("allow a 5/hour as x\n", "allow a 5/hour as y\n").0);
}

#[test]
fn rules_are_compared_within_a_budget() {
    let policy = |word: &str, operator: &str, count: usize, offset: usize| {
        let guards = (0..count).map(|n| format!("{word} args.x {operator} {}\n", 2 * n + offset));
        format!("allow a\n{}", guards.collect::<String>())
    };
    for (word, operator) in [("require a with", "<"), ("deny a when", ">")] {
        // Every new test is stricter than one of the old ones.
        let (old, new) = (policy(word, operator, 300, 2), policy(word, operator, 300, 1));
        assert!(!is_wider(&document(&old), &document(&new)), "{word}");
        // Too much to compare: the answer is the conservative one, and the comparison says that it is not decided.
        let (old, new) = (policy(word, operator, 5000, 2), policy(word, operator, 5000, 1));
        let (old, new) = (document(&old), document(&new));
        assert!(is_wider(&old, &new), "{word}");
        // Equal tests cost nothing, however many there are.
        assert!(!is_wider(&old, &old), "{word}");
    }
}

#[test]
fn a_pattern_may_narrow_what_passes_and_widen_what_is_blocked() {
    let require = |pattern: &str| format!("allow a\nrequire a with args.x matches \"{pattern}\"\n");
    let deny = |pattern: &str| format!("allow a\ndeny a when args.x matches \"{pattern}\"\n");
    let (loose, strict) = ("^rm|shutdown$", "^(?:rm|shutdown)$");
    assert_eq!(wider(&require(loose), &require(strict)), (false, true));
    assert_eq!(wider(&deny(loose), &deny(strict)), (true, false));
}

#[test]
fn every_comparison_agrees_with_brute_force() {
    let calls = calls();
    let (mut shown, mut none, mut undecided) = (0, 0, 0);
    let total = cases() / 8;
    for seed in 0..total {
        let mut random = Random::new(seed);
        let documents = [random_document(&mut random), random_document(&mut random)];
        let [first, second] = &documents;
        let row = diff(first, second).rows.remove(0);
        assert_eq!(row.subject, DiffSubject::Tool("t".into()));
        evaluate(&row, first, second);
        for (excess, strict, lenient) in
            [(&row.wider, first, second), (&row.narrower, second, first)]
        {
            let crosses = |call: &Json| verdict(lenient, call) < verdict(strict, call);
            let brute = calls.iter().find(|call| crosses(call));
            let may = is_wider(strict, lenient);
            assert!(may || brute.is_none(), "{seed}: {documents:?}\n{brute:?}");
            match excess {
                Excess::Call { arguments, .. } => {
                    shown += 1;
                    assert!(
                        may && crosses(&Json::of(arguments)),
                        "{seed}: {documents:?}\n{excess:?}"
                    );
                }
                Excess::Undecided(_) => undecided += 1,
                other => {
                    none += 1;
                    assert!(brute.is_none(), "{seed}: {documents:?}\n{brute:?}\n{excess:?}");
                    assert_eq!(may, *other != Excess::None, "{seed}: {documents:?}\n{excess:?}");
                }
            }
        }
    }
    assert!(shown > total / 4 && none > total / 10, "{shown} {none} {undecided}");
    assert!(undecided * 100 <= total, "{undecided}");
}

/// Evaluates the witnesses of a row by the engine that decides single calls.
fn evaluate(row: &DiffRow, old: &Document, new: &Document) {
    let unlisted = "a tool that nothing names";
    for (excess, strict, lenient) in [(&row.wider, old, new), (&row.narrower, new, old)] {
        let engines = [strict, lenient].map(Engine::new);
        let context = || format!("{row:?}\n{strict:?}\n{lenient:?}");
        match excess {
            Excess::Call { arguments, strict, lenient, .. } => {
                let tool = match &row.subject {
                    DiffSubject::Tool(name) => name,
                    _ => unlisted,
                };
                let call = Call { tool, arguments, time: CLOCK_START };
                let outcomes = engines.map(|engine| engine.without_counters(&call).outcome);
                assert_eq!(outcomes, [*strict, *lenient], "{}", context());
                assert!(lenient > strict, "{}", context());
            }
            Excess::Sequence(bursts) => {
                let mut counters = [Counters::default(), Counters::default()];
                let mut outcomes = Vec::new();
                for burst in bursts {
                    let tool = burst.tool.as_deref().unwrap_or(unlisted);
                    let time = CLOCK_START + jiff::SignedDuration::from_mins(burst.minute as i64);
                    let call = Call { tool, arguments: &burst.arguments, time };
                    for _ in 0..burst.calls {
                        let mut decide =
                            |side: usize| engines[side].decide(&call, &mut counters[side]).outcome;
                        outcomes.push([decide(0), decide(1)]);
                    }
                }
                let last = outcomes.pop().unwrap_or_else(|| panic!("{}", context()));
                assert_eq!(last, [CallOutcome::Rate, CallOutcome::Allow], "{}", context());
                let passes = |both: &[CallOutcome; 2]| *both == [CallOutcome::Allow; 2];
                assert!(outcomes.iter().all(passes), "{}", context());
            }
            Excess::None | Excess::Corner(_) | Excess::Undecided(_) => {}
        }
    }
}

/// The kinds of the changes of a row, with their texts.
fn changes(row: &DiffRow) -> Vec<(ChangeKind, &str, &str)> {
    let kinds = row.changes.iter().map(|change| change.kind);
    let old = row.changes.iter().map(|change| change.old.as_deref().unwrap_or("-"));
    let new = row.changes.iter().map(|change| change.new.as_deref().unwrap_or("-"));
    kinds.zip(old).zip(new).map(|((kind, old), new)| (kind, old, new)).collect()
}

#[test]
fn every_change_of_a_rule_is_listed() {
    use gatewright::diff::ChangeKind::*;

    let message = "deny a when args.x == 1 because";
    for (one, other, expected) in [
        ("allow a 5/minute\n", "allow a 6/minute\n", vec![(CapRaised, "5/minute", "6/minute")]),
        ("allow a 5/minute\n", "allow a 4/minute\n", vec![(CapLowered, "5/minute", "4/minute")]),
        (
            "allow a 5/minute\n",
            "allow a 9/hour\n",
            vec![(CapRemoved, "5/minute", "-"), (CapAdded, "-", "9/hour")],
        ),
        ("allow a\n", "hide a\nallow a\n", vec![(Hidden, "-", "hide")]),
        ("hide a\nallow a\n", "allow a\n", vec![(Shown, "hide", "-")]),
        (
            "allow b\n",
            "allow a, b 5/hour\napprove a when args.x > 1\n",
            vec![(Granted, "-", "allow 5/hour, approve when args.x > 1")],
        ),
        ("allow a\napprove a\n", "allow b\n", vec![(Revoked, "approve", "-")]),
        ("allow a\napprove a\n", "allow a\n", vec![(ApprovalDropped, "approve", "-")]),
        (
            "allow a\n",
            "allow a\nrequire a with args.x < 5\n",
            vec![(GuardAdded, "-", "require args.x < 5")],
        ),
        (
            &format!("allow a\n{message} \"no\"\n"),
            &format!("allow a\n{message} \"never\"\n"),
            vec![(MessageChanged, "no", "never")],
        ),
        (
            "allow a 5/hour\n",
            "allow a 5/hour as mine\n",
            vec![(CounterRenamed, "a_per_hour", "mine")],
        ),
        (
            "allow a 5/hour as x\n",
            "allow a 5/hour as x\nallow b 5/hour as x\n",
            vec![(CounterJoined, "x", "x")],
        ),
        (
            "allow a 5/hour as x\nallow b 5/hour as x\n",
            "allow a 5/hour as y\n",
            vec![(CounterSplit, "x", "y")],
        ),
        (
            "allow a 5/hour as x\nallow b 5/hour as x\n",
            "allow a 5/hour as x\nallow c 5/hour as x\n",
            vec![(CounterJoined, "-", "x"), (CounterSplit, "x", "-")],
        ),
    ] {
        assert_eq!(changes(&row(one, other, &a())), expected, "{one}{other}");
    }
    let of_all = row("rate all 5/hour\n", "rate all 9/hour\n", &DiffSubject::AllCalls);
    assert_eq!(changes(&of_all), [(CapRaised, "5/hour", "9/hour")]);
    let others = row("default deny\n", "default allow\n", &DiffSubject::OtherTools);
    assert_eq!(changes(&others), [(Default, "deny", "allow")]);
}

#[test]
fn messages_and_names_of_counters_change_nothing_else() {
    for (one, other) in [
        ("allow a\ndeny a when args.x == 1\n", "allow a\ndeny a when args.x == 1 because \"no\"\n"),
        ("allow a 5/hour\n", "allow a 5/hour as mine\n"),
    ] {
        let row = row(one, other, &a());
        assert_eq!((row.relation(), row.changes.len()), (Relation::Equal, 1), "{one}{other}");
        assert!(row.is_changed() && !row.may_let_more_through());
    }
}

#[test]
fn a_hidden_tool_has_the_verdict_of_hidden_ones() {
    let row = row("hide a\nallow a\n", "allow a\n", &a());
    assert_eq!(excess(&row.wider), "{} Hide Allow");
}

#[test]
fn a_server_that_changes_its_tools_may_put_a_guard_out_of_action() {
    let manifest = |properties: &str, more: &str| {
        let schema = format!(
            r#"{{"type": "object", "additionalProperties": false, "properties": {{{properties}}}}}"#
        );
        let text = format!(r#"{{"tools": [{{"name": "a", "inputSchema": {schema}}}{more}]}}"#);
        let mut sources = SourceSet::default();
        let file = sources.add("tools.json", text.clone());
        Manifest::read(file, text).0
    };
    let kinds = |gate: &str, then: &Manifest, now: &Manifest| {
        let document = document(gate);
        let side =
            |manifest| DiffSide { document: &document, manifest: Some(manifest), class: None };
        let rows = diff(side(then), side(now)).rows;
        assert!(rows.iter().all(|row| row.relation() == Relation::Equal), "{rows:?}");
        let changes = rows.iter().flat_map(|row| row.changes.iter().map(|change| change.kind));
        (changes.collect::<Vec<_>>(), rows.iter().any(DiffRow::may_let_more_through))
    };
    let amount = manifest(r#""amount": {"type": "number", "maximum": 500}"#, "");
    let cents = manifest(r#""cents": {"type": "number"}"#, "");
    let small = manifest(r#""amount": {"type": "number", "maximum": 50}"#, "");
    let deny = "allow a\ndeny a when args.amount > 100\n";
    let require = "allow a\nrequire a with args.amount >= 100\n";
    let never = (vec![ChangeKind::GuardNeverBlocks], true);
    let always = (vec![ChangeKind::GuardAlwaysBlocks], false);
    assert_eq!(kinds(deny, &amount, &cents), never);
    assert_eq!(kinds(deny, &amount, &small), never);
    assert_eq!(kinds(require, &amount, &cents), always);
    assert_eq!(kinds(require, &amount, &small), always);
    for (then, now) in [(&amount, &amount), (&small, &amount), (&cents, &small)] {
        assert_eq!(kinds(deny, then, now), (Vec::new(), false));
    }
    let more = manifest("", r#", {"name": "b"}"#);
    let less = manifest("", "");
    assert_eq!(kinds("allow a\n", &less, &more), (vec![ChangeKind::ToolNew], false));
    assert_eq!(kinds("default allow\n", &less, &more), (vec![ChangeKind::ToolNew], true));
    assert_eq!(kinds("default allow\nhide b\n", &less, &more), (vec![ChangeKind::ToolNew], false));
    assert_eq!(kinds("default allow\n", &more, &less), (vec![ChangeKind::ToolGone], false));
}

#[test]
fn guards_are_held_against_schemas_within_a_budget() {
    let manifest = |maximum: u32| {
        let properties: Vec<String> = (0..900)
            .map(|n| format!(r#""x{n}": {{"type": "number", "maximum": {maximum}}}"#))
            .collect();
        let required: Vec<String> = (0..900).map(|n| format!("\"x{n}\"")).collect();
        let text = format!(
            r#"{{"tools": [{{"name": "a", "inputSchema": {{"type": "object",
                "required": [{}], "properties": {{{}}}}}}}]}}"#,
            required.join(","),
            properties.join(",")
        );
        let mut sources = SourceSet::default();
        let file = sources.add("tools.json", text.clone());
        Manifest::read(file, text).0
    };
    let guards: String = (0..900).map(|n| format!("deny a when args.x{n} > 5\n")).collect();
    let document = document(&format!("allow a\n{guards}"));
    let manifests = [manifest(9), manifest(8)];
    let [old, new] = manifests.each_ref().map(|manifest| DiffSide {
        document: &document,
        manifest: Some(manifest),
        class: None,
    });
    let rows = diff(old, new).rows;
    // Some guards are decided. For the others the answer is the one that a reviewer has to look at.
    let reasons: Vec<&str> =
        rows[0].changes.iter().filter_map(|change| change.new.as_deref()).collect();
    assert!((1..900).contains(&reasons.len()), "{}", reasons.len());
    assert!(reasons.iter().all(|reason| reason.starts_with("this is not certain")), "{reasons:?}");
    assert!(rows[0].may_let_more_through());
}
