//! Formatting does not change what is suppressed.

use gatewright::check::{Options, check_gate, format};
use gatewright::source::MemoryLoader;
use jiff::civil::Date;

use crate::random::Random;

/// Statements as tokens between which a line may break.
const STATEMENTS: [&[&str]; 9] = [
    &["default deny"],
    &["allow set_run_tag"],
    &["allow set_run_tag,", "update_page", "30/minute,", "500/day"],
    &["allow resize_cluster_by_name_and_zone,", "resize_cluster_by_name_and_region", "5/hour"],
    &[
        "rate nobody_grants_this_one,",
        "nor_this_one_with_a_long_name,",
        "nor_that",
        "5/hour",
        "as",
        "c",
    ],
    &["hide delete_page"],
    &[
        "deny update_page",
        "when",
        "args.title matches \"^[A-Z][a-z]+ [a-z]+$\"",
        "or",
        "args.body missing",
    ],
    &[
        "require resize_cluster_by_name_and_zone",
        "with",
        "args.nodes in",
        "[\"a-long-value\", \"b\"]",
        "or",
        "args.cpus == \"eight\"",
        "or",
        "args.memory == \"thirty-two\"",
    ],
    &["approve ungranted", "unless", "args.amount <= 50", "and", "(", "args.x exists", ")"],
];

/// Rules in a block, likewise.
const RULES: [&[&str]; 5] = [
    &["allow"],
    &["allow", "5/hour,", "50/day"],
    &[
        "deny when",
        "args.a == 1",
        "or",
        "args.b == \"a text that is long enough to make a line break\"",
    ],
    &["approve", "unless", "args.x exists", "and", "args.y exists"],
    &["rate 7/minute,", "700/day"],
];

const HEADS: [&[&str]; 3] =
    [&["tool set_page", "{"], &["tool create_page,", "nobody_grants_it", "{"], &["tool x,", "y {"]];

const SUPPRESSED: [&str; 7] = [
    "inert-rule",
    "missing-reason",
    "uncapped-write",
    "shared-counter",
    "loose-cap",
    "inert-rule, missing-reason",
    "fails-open, shared-counter",
];

fn comment(random: &mut Random) -> String {
    if random.one_in(4) {
        return "# An ordinary comment.".to_owned();
    }
    format!("# gatewright: allow({}) It is meant so.", random.pick(&SUPPRESSED))
}

fn tokens(tokens: &[&str], random: &mut Random, out: &mut String) {
    for (number, token) in tokens.iter().enumerate() {
        if number > 0 {
            match random.below(8) {
                0 => *out += "\n        ",
                1 => *out += &format!("  {}\n    ", comment(random)),
                2 => *out += &format!("\n    {}\n  ", comment(random)),
                3 => *out += &format!("\n\n    {}\n\n\t", comment(random)),
                _ => out.push(' '),
            }
        }
        *out += token;
    }
    if random.one_in(4) {
        *out += &format!(" {}", comment(random));
    }
    out.push('\n');
}

fn between(random: &mut Random, out: &mut String) {
    while random.one_in(3) {
        *out +=
            &if random.one_in(3) { "\n".to_owned() } else { format!("  {}\n", comment(random)) };
    }
}

fn policy(random: &mut Random) -> String {
    let mut out = String::new();
    for _ in 0..2 + random.below(6) {
        between(random, &mut out);
        if random.one_in(3) {
            let head = random.pick(&HEADS);
            if random.one_in(4) {
                out += &head.join(" ");
                out += &format!(" {} }}", random.pick(&RULES).join(" "));
                if random.one_in(2) {
                    out += &format!(" {}", comment(random));
                }
                out.push('\n');
                continue;
            }
            tokens(head, random, &mut out);
            for _ in 0..1 + random.below(3) {
                between(random, &mut out);
                tokens(random.pick(&RULES), random, &mut out);
            }
            between(random, &mut out);
            tokens(&["}"], random, &mut out);
        } else {
            tokens(random.pick(&STATEMENTS), random, &mut out);
        }
    }
    out
}

/// What is suppressed and what is not, each with its tools.
///
/// None for a policy with an error, such as two caps under one name.
fn judged(text: &str) -> Option<(Vec<String>, Vec<String>)> {
    let options = Options { today: Some(Date::constant(2026, 11, 21)), ..Options::default() };
    let outcome = check_gate("a.gate", text.into(), &MemoryLoader::default(), &options);
    outcome.value.as_ref()?;
    let shown = |found: &gatewright::diagnostic::Diagnostic| {
        format!("{} {:?} {}", found.code, found.tools, found.message)
    };
    let mut suppressed: Vec<_> =
        outcome.suppressed.iter().map(|found| shown(&found.diagnostic)).collect();
    let mut said: Vec<_> = outcome.diagnostics.iter().map(shown).collect();
    suppressed.sort();
    said.sort();
    Some((suppressed, said))
}

#[test]
fn formatting_changes_nothing_that_is_suppressed() {
    let mut suppressed = 0;
    for seed in 0..600 {
        let text = policy(&mut Random::new(seed));
        let formatted = format("a.gate", text.clone().into_bytes()).unwrap();
        let formatted = formatted.value.unwrap_or_else(|| panic!("{text}"));
        let before = judged(&text);
        assert_eq!(before, judged(&formatted), "seed {seed}\n{text}\n-----\n{formatted}");
        suppressed += before.map_or(0, |(suppressed, _)| suppressed.len());
    }
    assert!(suppressed > 300, "{suppressed}");
}
