//! Fits the weights of the kinds of evidence to labelled tools.
//!
//! The model is a multinomial logistic regression whose weights are drawn to a prior, which says that evidence for a class speaks
//! for that class. So a kind of evidence that no labelled tool has still counts as its words say. All arithmetic is in one
//! order, and the weights are rounded to hundredths, so that every machine writes the same table.

use std::collections::{BTreeMap, BTreeSet};

/// The classes, the least severe first.
pub const CLASSES: [&str; 5] = ["read", "write", "execute", "destructive", "financial"];

/// A labelled tool: the kinds of evidence that it has.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The number of its class.
    pub label: usize,
    /// How much a mistake costs.
    pub cost: f64,
    /// The kinds of evidence, each once.
    pub signals: Vec<String>,
}

/// The weights in hundredths, by kind of evidence.
pub type Table = BTreeMap<String, [i32; 5]>;

/// How strongly the weights are drawn to the prior.
const PULL: f64 = 1.0;
/// How often all weights are corrected.
const ROUNDS: usize = 400;

/// Fits the weights of these kinds of evidence to these tools.
pub fn fit(names: &[String], samples: &[Sample]) -> Table {
    let numbers: BTreeMap<&str, usize> =
        names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let rows = grouped(samples, &numbers);
    let prior: Vec<[f64; 5]> = names.iter().map(|name| prior(name)).collect();
    let mut step = vec![PULL; names.len()];
    for (signals, costs) in &rows {
        let cost: f64 = costs.iter().sum();
        for at in signals {
            step[*at] += 0.25 * cost * signals.len() as f64;
        }
    }
    let mut weights = prior.clone();
    let mut ahead = prior.clone();
    for round in 0..ROUNDS {
        let slope = slope(&rows, &ahead, &prior);
        let pace = round as f64 / (round as f64 + 3.0);
        for at in 0..names.len() {
            for class in 0..5 {
                let next = ahead[at][class] - slope[at][class] / step[at];
                ahead[at][class] = next + pace * (next - weights[at][class]);
                weights[at][class] = next;
            }
        }
    }
    let rounded = weights.iter().map(|row| row.map(|weight| (weight * 100.0).round() as i32));
    names.iter().cloned().zip(rounded).collect()
}

/// Tools with the same evidence together: the numbers of its kinds, and the cost of each label.
type Grouped = Vec<(Vec<usize>, [f64; 5])>;

fn grouped(samples: &[Sample], numbers: &BTreeMap<&str, usize>) -> Grouped {
    let mut groups: BTreeMap<Vec<usize>, [f64; 5]> = BTreeMap::new();
    for sample in samples {
        let signals: BTreeSet<usize> =
            sample.signals.iter().filter_map(|name| numbers.get(name.as_str()).copied()).collect();
        let costs = groups.entry(signals.into_iter().collect()).or_default();
        costs[sample.label] += sample.cost;
    }
    groups.into_iter().collect()
}

/// How the loss grows with each weight.
fn slope(rows: &Grouped, weights: &[[f64; 5]], prior: &[[f64; 5]]) -> Vec<[f64; 5]> {
    let mut slope: Vec<[f64; 5]> = weights
        .iter()
        .zip(prior)
        .map(|(own, prior)| std::array::from_fn(|class| PULL * (own[class] - prior[class])))
        .collect();
    for (signals, costs) in rows {
        let mut sums = [0.0; 5];
        for at in signals {
            (0..5).for_each(|class| sums[class] += weights[*at][class]);
        }
        let most = sums.iter().copied().fold(f64::MIN, f64::max);
        let shares = sums.map(|sum| (sum - most).exp());
        let all: f64 = shares.iter().sum();
        let cost: f64 = costs.iter().sum();
        for at in signals {
            (0..5).for_each(|class| slope[*at][class] += cost * shares[class] / all - costs[class]);
        }
    }
    slope
}

/// What a kind of evidence is thought to say before any tool was seen, in natural logarithms.
fn prior(name: &str) -> [f64; 5] {
    let parts: Vec<&str> = name.split('/').collect();
    let [role, class, strength] = parts[..] else { return flag(name) };
    let class = CLASSES.iter().position(|name| *name == class).expect("a class");
    // A word that destroys or pays counts wherever it is, unless the tools that were seen show otherwise.
    let role = match (role, class >= 3) {
        ("name-hidden", _) => 6.0,
        ("name" | "name-too" | "lead" | "phrase", true) => 4.0,
        ("name" | "action" | "action-said", _) => 3.0,
        ("lead" | "phrase", _) => 2.5,
        ("title" | "name-too" | "lead-too" | "listed", _) => 2.0,
        _ => 0.5,
    };
    let strength = match strength {
        "pair" => 1.2,
        "verb" => 1.0,
        "soft" => 0.7,
        _ => 0.4,
    };
    let mut row = [0.0; 5];
    row[class] = role * strength;
    row
}

fn flag(name: &str) -> [f64; 5] {
    match name {
        "read-only-text" => [1.5, -0.8, -1.2, 0.0, 0.0],
        "read-only-hint" => [1.0, -0.5, -0.3, 0.0, 0.0],
        "not-read-only-hint" => [-1.0, 0.3, 0.3, 0.0, 0.0],
        "destructive-hint" => [-0.5, -0.3, 0.0, 1.0, 0.0],
        "gateway" => [-0.5, 0.0, 1.5, 0.0, 0.0],
        "free-query" => [0.0, 0.0, 0.5, 0.0, 0.0],
        "reading-actions" => [2.0, -1.0, 0.0, 0.0, 0.0],
        "runs-saved" => [2.0, 0.0, 0.0, 0.0, 0.0],
        "report-name" => [2.0, 0.0, 0.0, 0.0, 0.0],
        "destroying-switch" => [0.0, 0.0, 0.0, 1.0, 0.0],
        "saves-result" => [0.0, 2.0, 0.0, 0.0, 0.0],
        _ => [0.0; 5],
    }
}

/// The sums of a tool's evidence, by class.
pub fn sums(table: &Table, signals: &[String]) -> [i32; 5] {
    let mut sums = [0; 5];
    for row in signals.iter().filter_map(|name| table.get(name)) {
        (0..5).for_each(|class| sums[class] += row[class]);
    }
    sums
}

/// The number of the class that the sums decide for: the greatest, and the most severe of equals.
pub fn decide(sums: &[i32; 5]) -> usize {
    (0..5).max_by_key(|class| (sums[*class], *class)).expect("five classes")
}

/// The kinds of evidence that a tool of which only the name is known can have.
pub fn is_of_name(kind: &str) -> bool {
    let role = kind.split('/').next().unwrap_or("");
    matches!(role, "name" | "name-too" | "name-hidden")
        || matches!(kind, "always" | "no-name-verb" | "report-name" | "general-name")
}

/// What stands at the beginning of the file of weights.
const HEAD: &str = "\
# How much each kind of evidence weighs for each class: read, write, execute, destructive, financial. The class with the
# greatest sum is the tool's. Weights are hundredths of a natural logarithm of odds: 100 more make a class 2.7 times as likely.
#
# A kind is a flag, or the role of some words, the class that they speak for, and how plainly they do; `src/risk/signal.rs`
# explains them. `leads` is the lead over the next class from which on the confidence is medium, and high;
# `right` is how many of a hundred judgements of low, medium and high confidence are right for servers that had no part in
# the weights.
#
# `UPDATE_DOCS=1 cargo test --test it risk::` writes this file from `risk/features.tsv`; see `docs/risk.md`.
";

/// Both tables as the file has them.
pub fn write(declaration: &Table, name: &Table, leads: [i32; 2], right: [usize; 3]) -> String {
    let mut out = HEAD.to_owned();
    for (heading, table) in [("declaration", declaration), ("name", name)] {
        out += &format!("\n[{heading}]\n{:<28}{:>6}{:>6}\n", "leads", leads[0], leads[1]);
        if heading == "declaration" {
            out += &format!("{:<28}{:>6}{:>6}{:>6}\n", "right", right[0], right[1], right[2]);
        }
        for (kind, row) in table {
            let cells: String = row.iter().map(|weight| format!("{weight:>6}")).collect();
            out += &format!("{kind:<28}{cells}\n");
        }
    }
    out
}
