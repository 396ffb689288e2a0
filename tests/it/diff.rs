//! The comparison of two documents.

mod documents;

use gatewright::check::compile;
use gatewright::diff::{CallBurst, DiffRow, DiffSubject, Excess, Relation, diff, is_wider};
use gatewright::manifest::Manifest;
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
    let rows = diff(&document(first), &document(second), None).rows;
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
    let rows = diff(&one, &other, None).rows;
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
        let rows = diff(&document(one), &document(other), Some(&manifest)).rows;
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
        let row = diff(first, second, None).rows.remove(0);
        assert_eq!(row.subject, DiffSubject::Tool("t".into()));
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
