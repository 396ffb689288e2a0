//! Comments that let findings stand, and tables of the configuration that do.

use gatewright::check::{self, Options, Outcome};
use gatewright::diagnostic::{Code, Severity};
use gatewright::lint::suppress::{self, Matches, Origin, Review, Suppression};
use gatewright::source::{MemoryLoader, SourceSet, Span};
use jiff::civil::Date;

use crate::hostile::guarded;
use crate::support::{only, plain, plain_diagnostics};

const TODAY: Date = Date::constant(2026, 11, 21);

/// The rules whose findings are suppressed here, and those about suppressions.
const RULES: [Code; 8] = [
    Code::UncappedWrite,
    Code::InertRule,
    Code::HiddenAllow,
    Code::RedundantCap,
    Code::SharedCounter,
    Code::UnknownArgument,
    Code::UnusedSuppression,
    Code::ExpiredSuppression,
];

fn options() -> Options {
    Options { today: Some(TODAY), ..only(&RULES) }
}

fn check_with(text: &str, options: &Options) -> Outcome<()> {
    check::check_gate("a.gate", text.into(), &MemoryLoader::default(), options)
}

fn check(text: &str) -> Outcome<()> {
    check_with(text, &options())
}

/// `line: code` of what is said and of what is suppressed.
fn found(outcome: &Outcome<()>) -> (Vec<String>, Vec<String>) {
    let line = |code: Code, span: Span| {
        let file = outcome.sources.get(span.file).unwrap();
        format!("{}: {code}", file.position(span.start).line)
    };
    let said = outcome.diagnostics.iter().map(|found| line(found.code, found.primary.span));
    let suppressed = outcome
        .suppressed
        .iter()
        .map(|found| line(found.diagnostic.code, found.diagnostic.primary.span));
    (said.collect(), suppressed.collect())
}

fn assert_found(text: &str, said: &[&str], suppressed: &[&str]) {
    let outcome = check(text);
    let (found_said, found_suppressed) = found(&outcome);
    assert_eq!(found_said, said, "{text}\n{}", plain(&outcome));
    assert_eq!(found_suppressed, suppressed, "{text}");
}

/// The text after the first fix of every finding, which all are safe and do not overlap.
fn fixed(text: &str) -> String {
    let outcome = check(text);
    let mut edits: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    for finding in &outcome.diagnostics {
        for fix in finding.fixes.iter().filter(|_| finding.code == Code::UnusedSuppression) {
            assert_eq!(fix.applicability.name(), "safe");
            edits.extend(fix.edits.iter().map(|edit| (edit.span.range(), edit.text.clone())));
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    assert!(edits.windows(2).all(|pair| pair[0].0.end <= pair[1].0.start), "{edits:?}");
    let mut out = text.to_owned();
    for (range, replacement) in edits.into_iter().rev() {
        out.replace_range(range, &replacement);
    }
    out
}

#[test]
fn a_comment_is_about_its_line_or_the_next_one() {
    for text in [
        "default deny\nallow set_run_tag # gatewright: allow(uncapped-write) Counted elsewhere.\n",
        "default deny\nallow set_run_tag#gatewright:allow(uncapped-write)Counted elsewhere.",
        "default deny\r\nallow set_run_tag # gatewright: allow(uncapped-write) Counted.\r\n",
    ] {
        assert_found(text, &[], &["2: uncapped-write"]);
    }
    for above in [
        "# gatewright: allow(uncapped-write) Counted elsewhere.\n",
        "\t# gatewright: allow( uncapped-write ,inert-rule) until 2026-11-21 Counted elsewhere.\r\n",
        "\u{feff}# gatewright: allow(uncapped-write) Counted elsewhere.\n",
    ] {
        let text = format!("{above}allow set_run_tag\n");
        let outcome = check(&text);
        assert_eq!(found(&outcome).1, ["2: uncapped-write"], "{text}\n{}", plain(&outcome));
    }
}

#[test]
fn what_was_suppressed_is_told_with_its_reason() {
    let outcome = check(
        "allow set_run_tag # gatewright: allow(uncapped-write) until 2027-01-31 Counted: elsewhere. \n",
    );
    assert!(outcome.diagnostics.is_empty());
    assert!(outcome.value.is_some());
    let [suppressed] = &outcome.suppressed[..] else { panic!("{:?}", outcome.suppressed) };
    assert_eq!(suppressed.diagnostic.code, Code::UncappedWrite);
    assert_eq!(suppressed.reason, "Counted: elsewhere.");
    assert_eq!(suppressed.until, Some(Date::constant(2027, 1, 31)));
    assert_eq!(suppressed.origin, Origin::Comment);
    assert_eq!(
        outcome.sources.slice(suppressed.place),
        "# gatewright: allow(uncapped-write) until 2027-01-31 Counted: elsewhere."
    );
}

#[test]
fn other_lines_and_other_rules_are_not_touched() {
    let text = "# gatewright: allow(uncapped-write) Counted elsewhere.\n\
                allow set_run_tag\n\
                allow set_tag\n\
                rate x 5/hour # gatewright: allow(inert-rule) Granted by others.\n";
    assert_found(text, &["3: uncapped-write"], &["2: uncapped-write", "4: inert-rule"]);
}

#[test]
fn comments_may_be_stacked_but_blank_lines_part_them_from_the_code() {
    let stacked = "default deny\n\
        # gatewright: allow(inert-rule) Granted by others.\n\
        # What follows is used by the nightly run.\n\
        # gatewright: allow(shared-counter) Meant so.\n\
        rate x, y 5/hour as z\n";
    assert_found(stacked, &[], &["5: inert-rule", "5: shared-counter"]);
    let parted = stacked.replace("so.\n", "so.\n \n");
    let said =
        ["2: unused-suppression", "4: unused-suppression", "6: inert-rule", "6: shared-counter"];
    assert_found(&parted, &said, &[]);
}

#[test]
fn several_suppressions_can_be_about_one_finding() {
    let text = "# gatewright: allow(uncapped-write) First.\n\
        # gatewright: allow(uncapped-write) Second.\n\
        allow set_run_tag # gatewright: allow(uncapped-write) Third.\n";
    let outcome = check(text);
    assert_eq!(plain(&outcome), "");
    // The one nearest to the finding is named.
    assert_eq!(outcome.suppressed[0].reason, "Third.");
}

#[test]
fn a_comment_covers_its_whole_statement_wherever_it_is() {
    let text = "# gatewright: allow(inert-rule, shared-counter) Granted by others.\n\
        rate x,\n    # gatewright: allow(hidden-allow) Not at all.\n    y\n    5/hour as z\n\
        rate a, b 5/hour as c\n";
    let said = ["3: unused-suppression", "6: inert-rule", "6: shared-counter"];
    assert_found(text, &said, &["2: inert-rule", "5: shared-counter"]);

    let comment = "# gatewright: allow(inert-rule, shared-counter) Granted by others.";
    for text in [
        format!("{comment}\nrate x,\n    y\n    5/hour as z\n"),
        format!("rate x, {comment}\n    y\n    5/hour as z\n"),
        format!("rate x,\n    y {comment}\n    5/hour as z\n"),
        format!("rate x,\n    y\n    5/hour as z {comment}\n"),
        format!("rate x,\n    {comment}\n    y\n    5/hour as z\n"),
        format!("rate x,\n    y\n\n    {comment}\n\n    5/hour as z\n"),
    ] {
        let outcome = check(&text);
        assert_eq!(plain(&outcome), "", "{text}");
        assert_eq!(outcome.suppressed.len(), 2, "{text}");
    }
    // It does not reach into the statements around.
    let others = "rate a 5/hour\nrate x,\n    y # gatewright: allow(inert-rule) Others.\n    5/hour\nrate b 5/hour\n";
    assert_found(others, &["1: inert-rule", "5: inert-rule"], &["2: inert-rule"]);
}

#[test]
fn in_a_block_a_comment_covers_one_rule_and_the_braces_belong_to_the_head() {
    let text =
        "tool set_run_tag {\n    # gatewright: allow(uncapped-write) Counted.\n    allow\n}\n";
    assert_found(text, &[], &["3: uncapped-write"]);
    let trailing = "tool set_run_tag { allow # gatewright: allow(uncapped-write) Counted.\n}\n";
    assert_found(trailing, &[], &["1: uncapped-write"]);
    let first =
        "tool x {\n    rate # gatewright: allow(inert-rule) So.\n    5/hour\n    rate 5/day\n}\n";
    let outcome = check(first);
    assert_eq!(found(&outcome).1, ["2: inert-rule"], "{}", plain(&outcome));
    let comment = "# gatewright: allow(uncapped-write) Counted.";
    for (text, line) in [
        (format!("tool set_run_tag {{\n    allow\n}} {comment}\n"), 2),
        (format!("{comment}\ntool set_run_tag {{\n    allow\n}}\n"), 3),
        (format!("tool set_run_tag {{ {comment}\n    allow\n}}\n"), 2),
        (format!("tool set_run_tag\n{comment}\n{{\n    allow\n}}\n"), 4),
        (format!("{comment}\ntool set_run_tag {{ allow }}\n"), 2),
        (format!("tool set_run_tag {{ allow }} {comment}\n"), 1),
        (format!("tool set_run_tag {{\n    allow\n    {comment}\n}}\n"), 2),
    ] {
        let outcome = check(&text);
        let (said, suppressed) = found(&outcome);
        assert!(said.contains(&format!("{line}: uncapped-write")), "{text}{said:?}");
        assert!(said.iter().any(|found| found.ends_with("unused-suppression")), "{text}{said:?}");
        assert!(suppressed.is_empty(), "{text}{suppressed:?}");
    }
    let above = format!("{comment}\ntool set_run_tag {{\n    rate 5/hour\n}}\nallow set_run_tag\n");
    insta::assert_snapshot!(plain(&check(&above)), @r##"
    a.gate:1:1-45 "# gatewright: allow(uncapped-write) Coun": warning[unused-suppression] no `uncapped-write` finding to suppress here
        note: a comment above a block, or after its braces, does not cover the rules inside
        help: move it into the block, above the rule that it suppresses, or remove it
    "##);
}

#[test]
fn what_only_looks_like_a_comment_is_none() {
    let text = "allow x\n\
        deny x because \"# gatewright: nonsense\"\n\
        # See gatewright: it has a reference. # gatewright: nonsense\n\
        # Gatewright: a language. # # gatewright: nonsense\n\
        ## gatewright: nonsense\n\
        # The gatewright: allow(inert-rule) of old.\n\
        # gatewright allows (and denies) what it says.\n\
        # Gatewright: ignore what follows.\n\
        # allow(x) is not a rule of this file, and # allow(inert-rule) is inside.\n";
    assert_found(text, &[], &[]);
    let behind = "allow x\ndeny x because \"a \\\" # b\" # gatewright: nonsense\n";
    assert_found(behind, &["2: invalid-suppression"], &[]);
}

#[test]
fn every_mistake_is_reported_where_it_stands() {
    let text = "\
# gatewright:
# gatewright: ignore(uncapped-write) why
# gatewright: (uncapped-write) why
# gatewright: allow uncapped-write
# gatewright: allow(uncapped-write why
# gatewright: allow( ) why
# gatewright: allow(uncaped-write, frobnicate, inert-rule,, syntax, unused-suppression,) why
# gatewright: allow(inert-rule unused-group) why
# gatewright: allow(inert-rule)
# gatewright: allow(inert-rule) until 2027-01-31 --
# gatewright: allow(inert-rule) until
# gatewright: allow(inert-rule) until the server is new
# gatewright: allow(inert-rule) until 31.1.2027 why
# gatewright: allow(inert-rule) until 2027-02-30 why
# gatewright: allow(inert-rule) until 2027-13-01 why
# gatewright: allow(inert-rule) 2027-01-31 why
# gatewright: allow(inert-rule) why, until 2027-01-31.
# gatewright: Allow(inert-rule) why
# gatewright:allow
# gatewright allow(inert-rule) why
# gatewright : allow(inert-rule) why
# Gatewright: allow(inert-rule) why
# Gatewright: ignore(inert-rule) why
# gatewright-ignore(inert-rule) why
# gatewrigth: allow(inert-rule) why
# gatewright: allow[inert-rule] why
# gatewright allow[inert-rule] why
# allow(inert-rule) why
";
    let outcome = check(text);
    assert!(outcome.value.is_none());
    assert!(outcome.diagnostics.iter().all(|found| found.code == Code::InvalidSuppression));
    assert!(outcome.diagnostics.iter().all(|found| found.severity == Severity::Error));
    insta::assert_snapshot!(plain(&outcome));
}

#[test]
fn a_word_after_until_that_is_no_date_is_one_mistake() {
    let text = "# gatewright: allow(inert-rule) until tomorrow\nrate x 5/hour\n";
    let outcome = check(text);
    insta::assert_snapshot!(plain(&outcome), @r#"
    a.gate:1:39-47 "tomorrow": error[invalid-suppression] `tomorrow` is not a date
        help: write the expiry date as `until 2027-01-31`, or begin the reason with a word other than `until`
    "#);
}

#[test]
fn compiling_refuses_what_is_invalid_and_is_silent_about_the_rest() {
    let compile =
        |text: &str| crate::support::compile("a.gate", text.into(), &MemoryLoader::default());
    let text = "# gatewright: allow(inert-rule) until 2020-01-31 Granted by others.\n\
        rate x 5/hour\n\
        allow y # gatewright: allow(shared-counter) Not at all.\n";
    let outcome = compile(text);
    assert_eq!(plain(&outcome), "");
    assert!(outcome.value.is_some());
    assert!(outcome.suppressed.is_empty());

    let outcome = compile("rate x 5/hour # gatewright: allow(inert-rule)\n");
    assert!(outcome.value.is_none());
    let codes: Vec<Code> = outcome.diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(codes, [Code::InvalidSuppression]);
}

#[test]
fn what_the_compiler_refuses_is_never_suppressed() {
    let tools = "{\"tools\": [{\"name\": \"x\", \"inputSchema\": {\"type\": \"object\", \
        \"properties\": {\"a\": {}}, \"additionalProperties\": false}}]}";
    let loader = MemoryLoader::default().with("tools.json", tools);
    let text = "manifest \"tools.json\"\nallow x\n\
        # gatewright: allow(unknown-argument) It will have it.\nrequire x with args.b == 1\n";
    let outcome = check::check_gate("a.gate", text.into(), &loader, &options());
    assert!(plain(&outcome).contains("error[forbidden-argument]"), "{}", plain(&outcome));
    assert!(outcome.value.is_none() && outcome.suppressed.is_empty());
    let mut lenient = options();
    lenient.settings.severities.insert(Code::UnknownArgument, None);
    let outcome = check::check_gate("a.gate", text.into(), &loader, &lenient);
    assert!(outcome.value.is_none(), "{}", plain(&outcome));
}

#[test]
fn a_day_that_is_past_brings_the_findings_back() {
    let text = |until: &str| {
        format!(
            "rate x, y 5/hour as z # gatewright: allow(inert-rule, shared-counter) until {until} So.\n"
        )
    };
    assert_found(&text("2026-11-21"), &[], &["1: inert-rule", "1: shared-counter"]);
    let outcome = check(&text("2026-11-20"));
    assert!(outcome.suppressed.is_empty());
    let expired: Vec<_> =
        outcome.diagnostics.iter().filter(|found| found.code == Code::ExpiredSuppression).collect();
    insta::assert_snapshot!(plain_diagnostics(&outcome.sources, &[expired[0].clone()]), @r#"
    a.gate:1:77-87 "2026-11-20": warning[expired-suppression] the suppression expired on 2026-11-20, and 2 findings have returned
        help: fix the finding, or set a later date
    "#);
    assert_eq!((expired.len(), outcome.diagnostics.len()), (1, 3));

    let without_day = only(&RULES);
    let outcome = check_with(&text("2020-01-31"), &without_day);
    assert_eq!(plain(&outcome), "");
    assert_eq!(outcome.suppressed.len(), 2);
}

#[test]
fn an_expired_comment_about_nothing_can_go() {
    let text = "allow x # gatewright: allow(inert-rule) until 2020-01-31 Granted by others.\n";
    insta::assert_snapshot!(plain(&check(text)), @r#"
    a.gate:1:47-57 "2020-01-31": warning[expired-suppression] the suppression expired on 2020-01-31, and it suppresses nothing
        help: remove it
        fix (safe): remove the comment: a.gate:1:8-76 " # gatewright: allow(inert-rule) until 2" -> ""
    "#);
}

#[test]
fn what_suppresses_nothing_is_removed() {
    let text = "default deny\n    # gatewright: allow(shared-counter, redundant-cap) Not at all.\nallow x\n";
    insta::assert_snapshot!(plain(&check(text)), @r##"
    a.gate:2:5-67 "# gatewright: allow(shared-counter, redu": warning[unused-suppression] no `shared-counter` or `redundant-cap` finding to suppress here
        help: remove it
        fix (safe): remove the comment: a.gate:2:1-3:1 "    # gatewright: allow(shared-counter, " -> ""
    "##);
    assert_eq!(fixed(text), "default deny\nallow x\n");
    let text = "allow x \t# gatewright: allow(inert-rule) Not at all.  \r\nallow y\r\n";
    assert_eq!(fixed(text), "allow x  \r\nallow y\r\n");
    let text = "allow x\n\n# gatewright: allow(inert-rule) Not at all.";
    assert_eq!(fixed(text), "allow x\n\n");
    let note = plain(&check(text));
    assert!(note.contains("    help: move it to the line above"), "{note}");
}

#[test]
fn of_several_rules_only_the_unused_leave_the_list() {
    for (list, left) in [
        ("hidden-allow, redundant-cap, inert-rule", "inert-rule"),
        ("inert-rule , hidden-allow,redundant-cap", "inert-rule"),
        ("hidden-allow, inert-rule, redundant-cap", "inert-rule"),
        ("inert-rule, inert-rule", "inert-rule"),
        ("hidden-allow, inert-rule, shared-counter, inert-rule", "inert-rule, shared-counter"),
    ] {
        let text = |list: &str| {
            format!("rate x, y 5/hour as z # gatewright: allow({list}) Granted by others.\n")
        };
        let fixed = fixed(&text(list));
        let expected = format!("allow({left}");
        assert!(fixed.contains(&expected), "{list}: {fixed}");
        assert!(!fixed.contains("hidden") && !fixed.contains("redundant"), "{list}: {fixed}");
    }
    let text =
        "rate x 5/hour # gatewright: allow(inert-rule, shared-counter, inert-rule) Others.\n";
    insta::assert_snapshot!(plain(&check(text)), @r#"
    a.gate:1:47-61 "shared-counter": warning[unused-suppression] no `shared-counter` finding to suppress here
        help: remove it from the list
        fix (safe): remove it from the list: a.gate:1:45-61 ", shared-counter" -> ""
    a.gate:1:63-73 "inert-rule": warning[unused-suppression] `inert-rule` is listed twice
        help: remove it from the list
        fix (safe): remove it from the list: a.gate:1:61-73 ", inert-rule" -> ""
    "#);
}

#[test]
fn a_rule_that_is_off_leaves_its_suppressions_alone() {
    let text = "allow x # gatewright: allow(inert-rule) Granted by others.\n";
    assert_found(text, &["1: unused-suppression"], &[]);
    let mut without = options();
    without.settings.severities.insert(Code::InertRule, None);
    assert_eq!(plain(&check_with(text, &without)), "");
    let mut silent = options();
    silent.settings.severities.insert(Code::UnusedSuppression, None);
    assert_eq!(plain(&check_with(text, &silent)), "");
    let mut strict = options();
    strict.settings.severities.insert(Code::UnusedSuppression, Some(Severity::Error));
    assert!(plain(&check_with(text, &strict)).contains("error[unused-suppression]"));
}

#[test]
fn beside_errors_of_the_language_nothing_is_called_unused() {
    let text = "allow x # gatewright: allow(inert-rule) Granted by others.\nalow y\n\
        allow z # gatewright: allow(hidden-allow) until 2020-01-31 Once.\n";
    let outcome = check(text);
    assert_eq!(found(&outcome).0, ["2: unknown-statement", "3: expired-suppression"]);
    assert_eq!(
        outcome.diagnostics[1].message, "the suppression expired on 2020-01-31",
        "what came back cannot be told"
    );
}

#[test]
fn comments_in_an_included_file_count_there() {
    let guards = "rate x 5/hour # gatewright: allow(inert-rule) Not every policy grants it.\n\
        rate y 5/hour\n\
        rate z 5/hour # gatewright: allow(inert-rule) until 2020-01-31 For now.\n";
    let loader = MemoryLoader::default().with("guards.gate", guards);
    let outcome = |text: &str| check::check_gate("a.gate", text.into(), &loader, &options());
    let first = outcome("include \"guards.gate\"\nallow y, z\n");
    insta::assert_snapshot!(plain(&first), @r#"
    guards.gate:3:53-63 "2020-01-31": warning[expired-suppression] the suppression expired on 2020-01-31
        help: fix the finding, or set a later date
    "#);
    assert_eq!(found(&first).1, ["1: inert-rule"]);
    // Another policy has no use for the comment, which says nothing against it.
    let second = outcome("include \"guards.gate\"\nallow x, y, z\n");
    assert_eq!(plain(&second), plain(&first));
    assert!(second.suppressed.is_empty());
}

#[test]
fn a_finding_at_the_start_of_the_file_is_about_its_first_line() {
    let text = "# A policy.\n# gatewright: allow(inert-rule) Granted by others.\nrate x 5/hour\n";
    let mut sources = SourceSet::default();
    let file = sources.add("a.gate", text);
    let (tree, _) = gatewright::syntax::parse(file, text);
    let (suppressions, invalid) = suppress::read(&sources, &[tree.into()]);
    assert!(invalid.is_empty());
    let start = Span::new(file, 0, 0);
    let mut findings = vec![
        gatewright::diagnostic::Diagnostic::new(Code::InertRule, start, "about the file"),
        gatewright::diagnostic::Diagnostic::new(Code::HiddenAllow, start, "another"),
    ];
    let applied = suppress::apply(&suppressions, &mut findings, None);
    assert_eq!((applied.suppressed.len(), findings.len()), (1, 1));
    assert_eq!(applied.matches.total(&suppressions[0]), 1);
}

#[test]
fn the_formatter_keeps_a_comment_where_it_counts() {
    let long =
        "args.title matches \"^[A-Z][a-z]+ [a-z ]+$\" and args.body exists and args.draft == false";
    let text = format!(
        "allow x   # gatewright: allow(redundant-cap) Not at all.\n\
         allow y\n\n\
         # gatewright: allow(inert-rule) Granted by others.\n\
         # gatewright: allow(shared-counter) Not at all.\n\
         require a,b with {long} because \"Begin the title with a capital, and say more.\"\n\
         require d with {long} # gatewright: allow(inert-rule) Granted by others.\n\
         tool c {{\n  # gatewright: allow(inert-rule) Granted by others.\n  rate   5/hour\n}}\n"
    );
    let formatted = check::format("a.gate", text.clone().into_bytes()).unwrap().value.unwrap();
    assert!(formatted.contains("Not at all.\nrequire a, b\n"), "{formatted}");
    assert!(formatted.contains("Granted by others.\n    rate 5/hour\n"), "{formatted}");
    let (before, after) = (check(&text), check(&formatted));
    let codes = |outcome: &Outcome<()>| {
        let said: Vec<Code> = outcome.diagnostics.iter().map(|found| found.code).collect();
        let codes = outcome.suppressed.iter().map(|found| found.diagnostic.code);
        (said, codes.collect::<Vec<_>>())
    };
    assert_eq!(codes(&before), codes(&after), "{}\n{formatted}", plain(&after));
    assert_eq!(codes(&after).1, [Code::InertRule; 3]);
}

/// A suppression as the configuration states it, at a place in its own sources.
fn configured(rules: &[Code], tools: &[&str]) -> (SourceSet, Suppression) {
    let mut sources = SourceSet::default();
    let file = sources.add("gatewright.toml", "[[suppress]]\n");
    let suppression = Suppression {
        rules: rules.to_vec(),
        tools: tools.iter().map(|tool| (*tool).to_owned()).collect(),
        until: None,
        reason: "Counted by the server.".to_owned(),
        place: Span::new(file, 0, 12),
        comment: None,
    };
    (sources, suppression)
}

#[test]
fn the_configuration_suppresses_by_rule_and_tools() {
    let text = "default deny\nallow set_run_tag\nallow set_tag, set_alias\n";
    let suppressed = |tools: &[&str]| {
        let (_, suppression) = configured(&[Code::UncappedWrite], tools);
        let options = Options { suppressions: vec![suppression], ..options() };
        let outcome = check_with(text, &options);
        assert!(outcome.suppressed.iter().all(|found| found.origin == Origin::Configuration));
        let total = outcome.matches.total(&options.suppressions[0]);
        assert_eq!(total, outcome.suppressed.len());
        found(&outcome).1
    };
    assert_eq!(suppressed(&[]), ["2: uncapped-write", "3: uncapped-write"]);
    assert_eq!(suppressed(&["set_run_tag"]), ["2: uncapped-write"]);
    assert_eq!(suppressed(&["set_tag"]), [] as [&str; 0], "all tools of a finding must be listed");
    assert_eq!(suppressed(&["set_alias", "set_tag", "set_tag"]), ["3: uncapped-write"]);
    assert_eq!(suppressed(&["set_?*_tag", "x"]), ["2: uncapped-write"]);
    assert_eq!(suppressed(&["*_tag", "set_alias"]), ["2: uncapped-write", "3: uncapped-write"]);
}

#[test]
fn errors_of_the_language_stay_whatever_the_configuration_says() {
    let (_, suppression) = configured(&[Code::UnknownStatement, Code::UnknownVersion], &[]);
    let options = Options { suppressions: vec![suppression], ..options() };
    assert_eq!(found(&check_with("alow x\n", &options)).0, ["1: unknown-statement"]);
    let json = b"{\"version\": \"7\", \"default\": \"deny\"}".to_vec();
    let outcome = check::check_policy_json("policy.json", json, &options);
    assert!(plain(&outcome).contains("error[unknown-version]"), "{}", plain(&outcome));
}

#[test]
fn useless_suppressions_of_the_configuration_are_named_after_all_files() {
    let (sources, suppression) = configured(&[Code::UncappedWrite, Code::InertRule], &[]);
    let options = Options { suppressions: vec![suppression], ..options() };
    let mut matches = Matches::default();
    let judge = |matches: &Matches, options: &Options, today| {
        let settings = &options.settings;
        let review = Review { settings, today, complete: true, root: None };
        let found = suppress::review(&options.suppressions, matches, &review);
        plain_diagnostics(&sources, &found)
    };
    insta::assert_snapshot!(judge(&matches, &options, Some(TODAY)), @r#"
    gatewright.toml:1:1-13 "[[suppress]]": warning[unused-suppression] no `uncapped-write` or `inert-rule` finding to suppress here
        help: remove it
    "#);
    for text in ["allow set_run_tag\n", "allow set_tag\n"] {
        matches.add(&check_with(text, &options).matches);
    }
    let counted = |rule| matches.count(&options.suppressions[0], rule);
    assert_eq!((counted(0), counted(1)), (2, 0));
    insta::assert_snapshot!(judge(&matches, &options, Some(TODAY)), @r#"
    gatewright.toml:1:1-13 "[[suppress]]": warning[unused-suppression] no `inert-rule` finding to suppress here
        help: remove it from the list
    "#);
    let mut ended = options.clone();
    ended.suppressions[0].until = Some(Date::constant(2026, 1, 31));
    insta::assert_snapshot!(judge(&matches, &ended, Some(TODAY)), @r#"
    gatewright.toml:1:1-13 "[[suppress]]": warning[expired-suppression] the suppression expired on 2026-01-31, and 2 findings have returned
        help: fix the finding, or set a later date
    "#);
    assert!(!judge(&matches, &ended, None).contains("expired"));
}

#[test]
fn many_comments_take_no_quadratic_time() {
    // At this size a step for every two comments would take minutes.
    const MANY: usize = 50_000;
    let comment = "# gatewright: allow(uncapped-write, inert-rule) Counted elsewhere.\n";
    let stacked = format!("{}allow {}\n", comment.repeat(MANY), "set_run_tag, ".repeat(MANY) + "x");
    let one_line = format!("allow x # see {}\n", "gatewright: # ".repeat(MANY));
    let lines = format!("allow set_run_tag {comment}").repeat(MANY / 10);
    let parted = format!("{comment}\n").repeat(MANY / 10);
    let unknown = "# gatewright: allow(uncaped-write, uncaped-writ) Nearly.\n".repeat(MANY / 5);
    for (text, said) in [
        (stacked, MANY),
        (one_line, 0),
        (lines, MANY / 10),
        (parted, MANY / 10),
        (unknown, 2 * MANY / 5),
    ] {
        assert_eq!(guarded(move || check(&text).diagnostics.len()), said);
    }
}
