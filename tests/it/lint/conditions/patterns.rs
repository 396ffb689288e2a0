//! Regular expressions on lists of what is allowed, and those that say something else than they seem to.

use gatewright::diagnostic::Code;

use super::{apply, findings, lines, only_fix};

/// The policy that requires a pattern.
fn requiring(pattern: &str) -> String {
    let pattern = serde_json::to_string(pattern).unwrap();
    format!("allow pay\nrequire pay with args.a matches {pattern}\n")
}

/// The codes found for a pattern that a `require`, or a `deny when`, names.
fn codes(pattern: &str, admits: bool) -> Vec<String> {
    let pattern = serde_json::to_string(pattern).unwrap();
    let guard = if admits { "require pay with" } else { "deny pay when" };
    let lines = lines(&format!("{guard} args.a matches {pattern}"));
    lines.iter().map(|line| line.split(':').next().unwrap().to_owned()).collect()
}

#[test]
fn patterns_on_lists_of_the_allowed_are_anchored() {
    for (pattern, loose) in [
        ("^models:/", false),
        ("-(dev|staging)$", false),
        ("^(a|b)$", false),
        ("^(models|runs):/", false),
        ("(?:^dev|^test)-", false),
        ("\\Adev", false),
        ("(^a|b$)", false),
        ("(?i)^ab", false),
        // Tests for presence.
        ("\\S", false),
        (".", false),
        (".+", false),
        ("\\w+\\s\\d", false),
        // Any text at an anchored end undoes the anchor.
        ("^.*dev", true),
        ("^(.+)dev.*$", true),
        ("dev.*$", true),
        ("^dev.*", false),
        (".*dev$", false),
        ("models:/", true),
        ("[a-z]+", true),
        ("^a|b", true),
        ("a|b|c$", true),
        ("(^a|b)", true),
        ("(?m)^dev$", true),
        ("(?m:^dev)", true),
        ("(?m:x)|^dev", true),
        ("(^a)?b", true),
        ("\\bdev\\b", true),
    ] {
        let expected = if loose { vec!["unanchored-regex"] } else { vec![] };
        assert_eq!(codes(pattern, true), expected, "{pattern}");
        assert_eq!(codes(pattern, false), [""; 0], "{pattern}");
    }
}

#[test]
fn lists_of_the_allowed_are_known_by_what_passes() {
    for (guard, found) in [
        ("approve pay unless args.a matches \"dev\"", true),
        ("deny pay when not args.a matches \"dev\"", true),
        ("deny pay when not (args.b == 1 or args.a matches \"dev\")", false),
        ("approve pay when args.a matches \"dev\"", false),
        ("require pay with not args.a matches \"dev\"", false),
    ] {
        if lines_without_form(guard) {
            continue;
        }
        let expected = if found { 1 } else { 0 };
        assert_eq!(lines(guard).len(), expected, "{guard}");
    }
}

/// Whether a guard cannot be compiled, because a negated `matches` stands beside others.
fn lines_without_form(guard: &str) -> bool {
    let outcome = super::check(&format!("allow pay\n{guard}\n"));
    outcome.diagnostics.iter().any(|finding| finding.code == Code::NoExactForm)
}

#[test]
fn dangerous_patterns_are_found() {
    let dangerous = Code::DangerousRegex.name();
    for (pattern, admitting, blocking) in [
        ("^a|b$", true, true),
        ("^dev|test|live$", true, true),
        ("^/etc/|\\.pem$", true, false),
        ("^a$|^b$", false, false),
        ("^(a|b)$", false, false),
        ("^https://example.com/", true, true),
        ("^https://api.example\\.com/", true, true),
        ("^[a-z]+.example.com$", true, true),
        ("^report.csv$", true, true),
        ("^example.com.*$", true, true),
        ("^https://example\\.com/", false, false),
        ("^a.com$", false, false),
        ("^some.thing$", false, false),
        ("^foo.com[a-z]+$", false, false),
        ("^v1.2$", false, false),
        ("^[A-z]+$", true, true),
        ("^[A-Fa-f0-9]+$", false, false),
        ("^registry.corp.example/", true, true),
        ("^https://registry.acme.zz/", true, true),
        ("", true, false),
        ("^", true, false),
        (".*", true, false),
        ("^.*$", true, false),
        ("^.*", true, false),
        ("a*", true, false),
        ("(a|)", true, false),
        ("^[a-z]*$", true, false),
        ("^([a-z]+,)*$", true, false),
        ("^$", false, false),
        ("^(a|b)?$", false, false),
        ("^(a|)$", false, false),
        ("^[a-z]{0,5}$", false, false),
        ("^(a+)+$", true, true),
        ("^([a-z]+\\s?)+$", true, true),
        ("^(?:x|[a-z]+)+y$", true, true),
        ("^([a-z]+,)+$", false, false),
        ("^(a{1,3})+$", false, false),
    ] {
        for (admits, expected) in [(true, admitting), (false, blocking)] {
            let codes = codes(pattern, admits);
            assert_eq!(codes.iter().any(|code| code == dangerous), expected, "{pattern} {admits}");
            assert!(codes.len() <= 1, "{pattern}: {codes:?}");
        }
    }
}

/// A fix writes and reads the whole pattern anew, so what is offered for one pattern is bounded.
#[test]
fn a_pattern_full_of_mistakes_gets_a_few_findings() {
    for part in ["[A-z]", "(a+)+"] {
        let codes = codes(&format!("^{}$", part.repeat(6000)), true);
        assert_eq!(codes, ["dangerous-regex"; 16], "{part}");
    }
}

#[test]
fn findings_about_patterns_say_where_and_what_to_write() {
    let text = r#"allow pay
require pay with args.a matches "[a-z]+-\\d" and args.b matches "^dev|test"
require pay with args.a matches "^dev|prod$"
require pay with args.a matches "^https://\u0061pi.example.com/[A-z]*$"
require pay with args.a matches ".*" because "A text."
require pay with args.a matches "^[a-z]*$"
deny pay when args.a matches "^(x+)*(?:[ab]+)+$"
"#;
    insta::assert_snapshot!(findings(text));
}

#[test]
fn fixes_of_patterns_remove_the_finding() {
    for (pattern, code, expected) in [
        ("[a-z]+", Code::UnanchoredRegex, "^(?:[a-z]+)$"),
        ("(?i)dev|test", Code::UnanchoredRegex, "^(?:(?i)dev|test)$"),
        ("^a|b", Code::UnanchoredRegex, "^(?:a|b)"),
        ("a|b|c$", Code::UnanchoredRegex, "(?:a|b|c)$"),
        ("^a|b|c$", Code::DangerousRegex, "^(?:a|b|c)$"),
        ("^api.example.com\\.$", Code::DangerousRegex, "^api\\.example\\.com\\.$"),
        ("^[x_A-z]+$", Code::DangerousRegex, "^[x_A-Za-z]+$"),
        ("^[a-z]*$", Code::DangerousRegex, "^[a-z]+$"),
        ("^(a+)+$", Code::DangerousRegex, "^(a+)$"),
        ("^(a+)*b$", Code::DangerousRegex, "^(a+)?b$"),
        ("^(a*)*b$", Code::DangerousRegex, "^(a*)b$"),
        ("registry\\.corp\\.example/", Code::UnanchoredRegex, "^registry\\.corp\\.example/"),
        ("dev-|test-", Code::UnanchoredRegex, "^(?:dev-|test-)"),
        ("@corp\\.com", Code::UnanchoredRegex, "@corp\\.com$"),
    ] {
        let text = requiring(pattern);
        let fixed = apply(&text, &only_fix(&text, code));
        assert_eq!(fixed, requiring(expected));
        assert_eq!(findings(&fixed), "", "{fixed}");
    }
}

#[test]
fn where_the_intent_is_unclear_there_is_advice_and_no_fix() {
    for pattern in ["/public/", "https://x\\.y", "dev.*", ".*dev", "^.*dev", "dev/test"] {
        let outcome = super::check(&requiring(pattern));
        let found = outcome.diagnostics.iter().find(|found| found.code == Code::UnanchoredRegex);
        let found = found.unwrap_or_else(|| panic!("{pattern}"));
        assert!(found.fixes.is_empty() && found.help.is_some(), "{pattern} {:?}", found.fixes);
    }
}

#[test]
fn no_fix_makes_a_blocking_pattern_match_less() {
    for (pattern, fixed) in [
        ("^rm|shutdown$", None),
        ("^evil.com$", None),
        ("^[A-z]+$", None),
        ("^(a+)+$", Some("^(a+)$")),
    ] {
        let written = serde_json::to_string(pattern).unwrap();
        let text = format!("allow pay\ndeny pay when args.a matches {written}\n");
        let outcome = super::check(&text);
        let found = outcome.diagnostics.iter().find(|found| found.code == Code::DangerousRegex);
        let found = found.unwrap_or_else(|| panic!("{pattern}"));
        assert!(found.help.is_some());
        let after = found.fixes.first().map(|fix| apply(&text, fix));
        let expected = fixed.map(|fixed| text.replace(pattern, fixed));
        assert_eq!(after, expected, "{pattern}");
    }
}
