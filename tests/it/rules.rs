//! `docs/rules.md` is made from the pages of the rules and from what their examples yield.

use std::fmt::Write as _;
use std::path::Path;

use gatewright::diagnostic::{Applicability, Category, Code};
use gatewright::lint::rules;

use crate::explain::check;

const PAPER: &str = "docs/rules.md";

const INTRODUCTION: &str = "\
# Rules

This page lists what `gatewright check` finds besides errors of the language. It is generated from the pages that
`gatewright explain RULE` prints.

You can switch a rule off or change its severity in [the configuration](configuration.md), and suppress a finding with a
comment that gives a reason: see [the language](language.md#suppressions). Neither works for errors of the language.

- A *safe* fix writes what the author plainly meant and opens nothing. `check --fix` applies it.
- An *unsafe* fix closes a door or changes the meaning. `check --fix --unsafe` applies it too.

`check --fix` never changes a policy.json: only editors offer fixes for it.
";

#[test]
fn the_paper_shows_every_rule() {
    let expected = paper();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAPER);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "{PAPER} is not what the rules say; write it with `UPDATE_DOCS=1 cargo test --test it rules::`"
    );
}

#[test]
fn every_rule_of_the_linter_has_a_code_of_a_rule_and_none_two() {
    let codes: Vec<Code> = rules().iter().map(|rule| rule.code).collect();
    assert!(codes.iter().all(|code| code.is_rule()));
    assert!(codes.is_sorted(), "the list of rules is not in the order of the codes");
    let mut once = codes.clone();
    once.dedup();
    assert_eq!(codes, once);
    assert!(codes.len() > 20);
}

fn paper() -> String {
    let mut out = INTRODUCTION.to_owned();
    for category in Category::RULES {
        let codes = Code::ALL.iter().copied().filter(|code| code.category() == category);
        let title = category.title();
        let _ = write!(
            out,
            "\n## {title}\n\n| rule | severity | fix | finds |\n| --- | --- | --- | --- |\n"
        );
        for code in codes.clone() {
            let (name, severity) = (code.name(), code.severity().name());
            let summary = code.explanation().summary;
            let _ =
                writeln!(out, "| [`{name}`](#{name}) | {severity} | {} | {summary} |", fix(code));
        }
        for code in codes {
            let _ = write!(out, "\n### {}\n\n{}", code.name(), deeper(code.explanation().text));
        }
    }
    out
}

/// The headings of a page become bold: they stand under the rule's own.
fn deeper(page: &str) -> String {
    let line = |line: &str| match line.strip_prefix("## ") {
        Some(heading) => format!("**{heading}**\n"),
        None => format!("{line}\n"),
    };
    page.lines().map(line).collect()
}

/// Which fix the finding in the rule's own example offers.
fn fix(code: Code) -> &'static str {
    let Some(outcome) = check(&code.explanation().wrong) else { return "" };
    let found = outcome.diagnostics.iter().filter(|found| found.code == code);
    let fixes = found.flat_map(|found| &found.fixes);
    fixes.map(|fix| fix.applicability).min().map_or("", Applicability::name)
}
