//! What would take too much work or memory ends, and a finding says so where it does.

use gatewright::check::{Options, check_gate, check_policy_json, compile};
use gatewright::diagnostic::{Code, Diagnostic};
use gatewright::lint::suppress::Suppression;
use gatewright::source::{MemoryLoader, SourceSet, Span};

use crate::hostile::guarded;

/// The errors of a policy beside a manifest of so many tools `tool_0`, `tool_1`, …, compiled and checked.
fn errors(tools: usize, text: &str) -> Vec<Diagnostic> {
    let names = (0..tools).map(|number| format!("{{\"name\":\"tool_{number}\"}}"));
    let manifest = format!("{{\"tools\":[{}]}}", names.collect::<Vec<_>>().join(","));
    let text = format!("manifest \"tools.json\"\n{text}");
    guarded(move || {
        let loader = MemoryLoader::default().with("tools.json", manifest);
        let compiled = compile("a.gate", text.clone().into(), &loader);
        let checked = check_gate("a.gate", text.into(), &loader, &Options::default());
        let errors = |all: Vec<Diagnostic>| -> Vec<Diagnostic> {
            all.into_iter().filter(Diagnostic::is_error).collect()
        };
        let found = errors(compiled.diagnostics);
        assert_eq!(found, errors(checked.diagnostics), "`check` says what `compile` does");
        assert_eq!(compiled.value.is_some(), found.is_empty());
        found
    })
}

/// Fails unless there is one error, of this code; gives it out.
fn only(errors: Vec<Diagnostic>, code: Code) -> Diagnostic {
    let codes: Vec<Code> = errors.iter().map(|error| error.code).collect();
    assert_eq!(codes, [code]);
    errors.into_iter().next().unwrap()
}

#[test]
fn a_message_for_many_tools_is_refused_before_it_is_written() {
    let megabyte = "x".repeat(1024 * 1024);
    let text = format!("allow @tools\ndeny @tools because \"{megabyte}\"\n");
    let error = only(errors(300, &text), Code::OutputTooLarge);
    assert_eq!(error.message, "the policy.json would be larger than 256 MiB");
    let note = "this statement is written for each of 300 tools and adds at least 301 MiB";
    assert_eq!(error.notes, [note]);
    let start = "manifest \"tools.json\"\nallow @tools\n".len();
    assert_eq!(error.primary.span.range().start, start);
    // What no tool gets is not written.
    let text = format!("deny @tools when args.x exists because \"{megabyte}\"\n");
    assert_eq!(errors(300, &text), []);
}

#[test]
fn alternatives_for_many_tools_are_refused_before_they_are_written() {
    let alternatives: Vec<String> =
        (0..64).map(|number| format!("args.a{number} == \"{}\"", "x".repeat(200))).collect();
    let text = format!("allow @tools\ndeny @tools when {}\n", alternatives.join(" or "));
    only(errors(500, &text), Code::OutputTooLarge);
    // A value is repeated in half of the ways in which the tests can fail.
    let value = "x".repeat(10_000_000);
    let text = format!(
        "allow tool_0\nrequire tool_0 with args.a == 1 or args.b == 1 or args.e == 1 or args.f == 1\n    or args.c == \"{value}\" or args.d == 2 because \"b\"\n"
    );
    only(errors(1, &text), Code::OutputTooLarge);
}

#[test]
fn the_counters_of_many_tools_are_refused_before_they_are_made() {
    let counter = "{tool}".repeat(200_000);
    let text = format!("allow @tools 5/minute as {counter}\n");
    only(errors(300, &text), Code::OutputTooLarge);
    only(errors(300, &text.replace("minute", "minute, 7/hour")), Code::OutputTooLarge);
}

#[test]
fn rules_of_a_block_and_caps_and_tests_are_mentions() {
    let many = |part: &str, count: usize| part.repeat(count);
    for text in [
        format!("tool @tools {{\nallow\n{}}}\n", many("deny when args.x == 1\n", 6000)),
        format!("allow @tools {}9/day as \"c\"\n", many("5/minute, ", 6000)),
        format!(
            "allow @tools\nrequire @tools with {}args.x == 1\n",
            many("args.x == 1 and ", 6000)
        ),
    ] {
        // What the rules of a block come to until then is too large as well.
        let errors = errors(1000, &text);
        let error = errors.iter().find(|error| error.code == Code::TooManyMatches).unwrap();
        assert_eq!(
            error.message,
            "the selectors of this policy match tools more than 5000000 times"
        );
    }
}

#[test]
fn that_similar_names_are_no_longer_looked_for_is_said_once() {
    let names: String = (0..1000).map(|number| format!("allow toll_{number}\n")).collect();
    let errors = errors(1000, &names);
    assert_eq!(errors.len(), 1000);
    let note = "too many unknown names: no suggestions from here on";
    let says_so = |error: &Diagnostic| error.notes.iter().any(|other| other == note);
    assert_eq!(errors.iter().filter(|error| says_so(error)).count(), 1);
    let first = errors.iter().position(says_so).unwrap();
    let is_help = |error: &Diagnostic| {
        error.help.as_deref().is_some_and(|help| help.contains("did you mean"))
    };
    assert!(errors[..first].iter().all(is_help) && !errors[first..].iter().any(is_help));
}

#[test]
fn suppressions_that_are_compared_too_often_suppress_nothing() {
    let tools: Vec<String> = (0..2000).map(|number| format!("\"create_t{number}\":{{}}")).collect();
    let document =
        format!("{{\"version\":\"1\",\"default\":\"deny\",\"tools\":{{{}}}}}", tools.join(","));
    let mut sources = SourceSet::default();
    let file = sources.add("gatewright.toml", "");
    let check = |glob: &'static str| {
        let suppressions = (0..2000).map(|number| Suppression {
            rules: vec![Code::UncappedWrite],
            tools: vec![format!("create_t{number}{glob}")],
            until: None,
            reason: "r".to_owned(),
            place: Span::new(file, number, number),
            comment: None,
        });
        let suppressions = suppressions.collect();
        let options = Options { suppressions, ..crate::support::only(&[Code::UncappedWrite]) };
        let document = document.clone();
        guarded(move || check_policy_json("policy.json", document.into(), &options))
    };
    let by_name = check("");
    assert_eq!((by_name.diagnostics.len(), by_name.suppressed.len()), (0, 2000));
    let by_glob = check("*");
    let error = only(
        by_glob.diagnostics.into_iter().filter(Diagnostic::is_error).collect(),
        Code::TooManyMatches,
    );
    assert_eq!(error.notes, ["from here on, they suppress nothing"]);
    assert!(by_glob.suppressed.len() < 2000);
}

/// The notes that a policy is too large to examine somewhere: line, code and message.
fn unexamined(options: &Options, text: &str, manifest: &str) -> Vec<String> {
    let loader = MemoryLoader::default().with("tools.json", manifest);
    let (text, options) = (text.to_owned(), options.clone());
    let outcome = guarded(move || check_gate("a.gate", text.into(), &loader, &options));
    let found = outcome.diagnostics.iter().filter(|finding| {
        finding.code != Code::TooManyPredicates
            && ["more than", "too complex", "too many", "too long", "too large"]
                .iter()
                .any(|words| finding.message.contains(words))
    });
    let line = |finding: &Diagnostic| {
        let span = finding.primary.span;
        outcome.sources.get(span.file).unwrap().position(span.start).line
    };
    found.map(|found| format!("{} {}: {}", line(found), found.code, found.message)).collect()
}

/// Conditions that have too many combinations to try.
fn combinations() -> String {
    let choices: String =
        (0..10).map(|n| format!("(args.a{n} == 0 or args.a{n} == 1) and ")).collect();
    format!("{choices}(args.y == 1 or args.y == 2) and (args.y == 3 or args.y == 4)")
}

#[test]
fn a_condition_that_is_too_complex_is_reported_once() {
    let condition = combinations();
    let text = format!("allow t\nrequire t with {condition}\ndeny t when {condition}\n");
    let every = Options::default();
    assert_eq!(
        unexamined(&every, &text, "[]"),
        [
            "2 contradictory-condition: this condition is too complex to examine",
            "3 contradictory-condition: this condition is too complex to examine",
        ]
    );
    // The next rule that cannot decide reports it if the first one is off.
    let others = crate::support::only(&[Code::SubsumedCondition, Code::FailsOpen]);
    assert_eq!(
        unexamined(&others, &format!("allow t\nrequire t with {condition}\n"), "[]"),
        [""; 0]
    );
    let pair = format!("{condition} and args.z > 1");
    let text = format!("allow t\ndeny t when {condition}\ndeny t when {pair}\n");
    assert_eq!(
        unexamined(&others, &text, "[]"),
        [
            "2 subsumed-condition: this condition is too complex to examine",
            "3 fails-open: this condition is too complex to examine",
        ]
    );
}

#[test]
fn what_joins_or_covers_too_much_is_reported_once() {
    let joined: Vec<String> = (0..300).map(|n| format!("args.a{n} == 1")).collect();
    let text = format!("allow t\nrequire t with {}\n", joined.join(" and "));
    let long = "2 contradictory-condition: this condition has more than 256 tests";
    assert_eq!(unexamined(&Options::default(), &text, "[]"), [long]);
    let text = format!("allow t\nrequire t with {}\n", joined[..70].join(" and "));
    let wide = "2 subsumed-condition: this condition joins more than 64 conditions";
    assert_eq!(unexamined(&Options::default(), &text, "[]"), [wide]);
    let approvals = "approve t unless args.x <= 5 because \"Ask.\"\n";
    let denials: String = (0..300).map(|n| format!("deny t when args.x > {n}\n")).collect();
    let found = unexamined(&Options::default(), &format!("allow t\n{approvals}{denials}"), "[]");
    assert_eq!(
        found,
        [
            "3 fails-open: more than 64 guards of the same tool test its arguments",
            "66 message-order: more than 64 guards cover the same tool",
            "67 subsumed-condition: more than 64 `deny` rules cover the same tools",
        ]
    );
}

#[test]
fn rows_of_too_many_globs_are_reported() {
    let manifest = "[{\"name\": \"get_a\"}]";
    let row = |count: usize| -> String {
        let globs: Vec<String> = (1..=count).map(|n| format!("g{}", "*".repeat(n))).collect();
        format!("manifest \"tools.json\"\nallow {}\n", globs.join(",\n    "))
    };
    let only = crate::support::only(&[Code::RedundantSelector]);
    assert_eq!(unexamined(&only, &row(64), manifest), [""; 0]);
    let message = "66 redundant-selector: this list has too many globs and sets to compare";
    assert_eq!(unexamined(&only, &row(70), manifest), [message]);
}

#[test]
fn an_argument_that_a_schema_is_too_large_for_is_reported() {
    let parts: Vec<String> =
        (0..11_000).map(|n| format!("{{\"properties\":{{\"a{n}\":{{}}}}}}")).collect();
    let manifest =
        format!("[{{\"name\":\"t\",\"inputSchema\":{{\"anyOf\":[{}]}}}}]", parts.join(","));
    let text = "manifest \"tools.json\"\nallow t\ndeny t when args.x == 1\n";
    let found = unexamined(&Options::default(), text, &manifest);
    let message = "3 unusable-declaration: `args.x` is not checked: the schema of `t` is too large";
    assert_eq!(found, [message]);
}

#[test]
fn findings_about_one_pattern_end_with_the_number_of_the_others() {
    let text = format!("allow t\ndeny t when args.x matches \"{}\"\n", "[A-z]".repeat(20));
    let options = crate::support::only(&[Code::DangerousRegex]);
    let loader = MemoryLoader::default();
    let found = check_gate("a.gate", text.into(), &loader, &options).diagnostics;
    assert_eq!(found.len(), 16);
    let notes: Vec<&String> = found.iter().flat_map(|finding| &finding.notes).collect();
    assert_eq!(notes, ["4 more of the same kind are not reported here"]);
}
