//! Conflicts and tests in words.

use super::form::Fact;
use crate::policy::{Operator, Path};
use crate::text::{choice, excerpt, quote};

/// How many characters of a value a sentence shows.
const SHOWN: usize = 40;

/// Why tests that exclude each other never hold together, as a part of a sentence: `no number is over 100 and under 50`.
pub fn why_impossible(facts: &[Fact<'_>]) -> String {
    let mut arguments: Vec<(&Path, Vec<&Fact<'_>>)> = Vec::new();
    for fact in facts {
        match arguments.iter_mut().find(|(path, _)| **path == fact.test.path) {
            Some((_, facts)) => facts.push(fact),
            None => arguments.push((&fact.test.path, vec![fact])),
        }
    }
    if let [(_, facts)] = arguments.as_slice() {
        return format!("no {} {}", subject(facts), joined(facts));
    }
    let argument = |(path, facts): &(&Path, Vec<&Fact<'_>>)| {
        format!("an argument {} that {}", quote(&path.dotted()), joined(facts))
    };
    let arguments: Vec<String> = arguments.iter().map(argument).collect();
    format!("no call has {}", arguments.join(" and "))
}

/// A test as the language writes it, in backticks; with `not` before it if the fact negates it.
pub fn test_in_words(fact: &Fact<'_>) -> String {
    quote(&written(fact, fact.negated))
}

/// The tests of which one holds whenever these facts do not hold together, joined by "or".
pub fn negation_in_words(facts: &[Fact<'_>]) -> String {
    choice(facts.iter().map(|fact| written(fact, !fact.negated)), facts.len())
}

fn written(fact: &Fact<'_>, negated: bool) -> String {
    let mut out = String::from(if negated { "not " } else { "" });
    fact.test.write_gate(&mut out);
    out
}

/// What the facts are about, which are of one argument.
fn subject(facts: &[&Fact<'_>]) -> &'static str {
    let compares = |fact: &&Fact<'_>| fact.test.operator.is_ordering() && !fact.negated;
    if facts.iter().any(|fact| fact.presence().is_some()) {
        "argument"
    } else if facts.iter().any(compares) {
        "number"
    } else {
        "value"
    }
}

/// `is over 100 and under 50`.
fn joined(facts: &[&Fact<'_>]) -> String {
    let mut out = String::new();
    let mut before = "";
    for (phrase, rest) in facts.iter().map(|fact| phrase(fact)) {
        if !out.is_empty() {
            out.push_str(" and ");
        }
        // A verb is not repeated.
        if before != phrase || phrase != "is" {
            out.push_str(phrase);
            out.push(' ');
        }
        out.push_str(&rest);
        before = phrase;
    }
    out
}

/// The verb, and what follows it.
fn phrase(fact: &Fact<'_>) -> (&'static str, String) {
    if let Some(presence) = fact.presence() {
        return ("is", if presence { "present" } else { "missing" }.to_owned());
    }
    let value = fact.test.value.to_json();
    let number = || excerpt(&value, SHOWN);
    let value = || format!("`{}`", excerpt(&value, SHOWN));
    let is = if fact.negated { "is not" } else { "is" };
    match (fact.test.operator, fact.negated) {
        (Operator::Lt, _) => (is, format!("under {}", number())),
        (Operator::Lte, _) => (is, format!("at most {}", number())),
        (Operator::Gt, _) => (is, format!("over {}", number())),
        (Operator::Gte, _) => (is, format!("at least {}", number())),
        (Operator::Eq, _) => (is, value()),
        (Operator::In, _) => (is, format!("one of {}", value())),
        (Operator::Neq, false) => ("differs from", value()),
        (Operator::NotIn, false) => ("is", format!("none of {}", value())),
        (Operator::Neq, true) => ("is", format!("missing or {}", value())),
        (Operator::NotIn, true) => ("is", format!("missing or one of {}", value())),
        (Operator::Regex, false) => ("matches", value()),
        (Operator::Regex, true) => ("does not match", value()),
        (Operator::Contains, false) => ("contains", value()),
        (Operator::Contains, true) => ("does not contain", value()),
        (Operator::Exists, _) => (is, "there".to_owned()),
    }
}
