//! Turns `lexicon.txt` and `weights.txt` into tables of the program, when it is built: so reading them costs no run any time, and a
//! mistake in them is an error of the build.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The classes, the least severe first.
const CLASSES: [&str; 5] = ["Read", "Write", "Execute", "Destructive", "Financial"];

/// Everything that the text says.
#[derive(Default)]
struct Tables<'t> {
    verbs: BTreeMap<&'t str, (usize, bool, bool)>,
    rules: BTreeMap<&'t str, Vec<(usize, usize)>>,
    things: Vec<BTreeSet<&'t str>>,
    sets: BTreeMap<&'t str, u64>,
    abroad: BTreeMap<&'t str, usize>,
    abroad_parts: Vec<(&'t str, usize)>,
    phrases: BTreeMap<&'t str, [Vec<String>; 3]>,
    groups: BTreeMap<&'t str, Vec<&'t str>>,
    faults: Vec<String>,
}

/// The tables of a lexicon as Rust code, or what is wrong with it. `sets` are the names of the sets of words, in order.
pub fn lexicon(text: &str, sets: &[&str]) -> Result<String, Vec<String>> {
    let mut tables = Tables::default();
    let mut heading: Vec<&str> = Vec::new();
    for line in
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(name) => heading = name.split_whitespace().collect(),
            None => tables.take(line, &heading, sets),
        }
    }
    if tables.faults.is_empty() { Ok(tables.code()) } else { Err(tables.faults) }
}

impl<'t> Tables<'t> {
    fn take(&mut self, line: &'t str, heading: &[&'t str], sets: &[&str]) {
        let class = heading
            .get(1)
            .and_then(|name| CLASSES.iter().position(|class| class.eq_ignore_ascii_case(name)));
        match (heading, class) {
            (["verbs", _, rest @ ..], Some(class)) => {
                self.take_verbs(line, class, !rest.is_empty())
            }
            (["rules", _], Some(class)) => self.take_rule(line, class),
            (["phrases", _, rest @ ..], Some(class)) => {
                let strength = match rest {
                    [] => "Verb",
                    ["soft"] => "Soft",
                    _ => "Noun",
                };
                let words = words(line);
                self.phrase(
                    line,
                    0,
                    format!("({words}, Class::{}, Strength::{strength})", CLASSES[class]),
                );
            }
            (["abroad", _], Some(class)) => self.take_abroad(line, class),
            (["group", name], _) => {
                self.groups.entry(name).or_default().extend(line.split_whitespace())
            }
            (["restrictions"], _) => self.phrase(line, 1, words(line)),
            (["elsewhere"], _) => self.phrase(line, 2, words(line)),
            ([name], _) if sets.contains(name) => {
                let bit = sets.iter().position(|set| set == name).unwrap_or(0);
                line.split_whitespace()
                    .for_each(|word| *self.sets.entry(word).or_default() |= 1 << bit);
            }
            _ => self.faults.push(format!("{line:?} is under an unknown heading {heading:?}")),
        }
    }

    fn take_verbs(&mut self, line: &'t str, class: usize, is_soft: bool) {
        for word in line.split_whitespace() {
            let base = word.strip_suffix('?').unwrap_or(word);
            if self.verbs.insert(base, (class, is_soft, base.len() < word.len())).is_some() {
                self.faults.push(format!("the verb {base:?} is given twice"));
            }
        }
    }

    fn take_rule(&mut self, line: &'t str, class: usize) {
        let Some((verbs, words)) = line.split_once(" : ") else {
            self.faults.push(format!("the rule {line:?} has no colon"));
            return;
        };
        let mut things = BTreeSet::new();
        for word in words.split_whitespace() {
            match word.strip_prefix('@').map(|name| self.groups.get(name)) {
                None => drop(things.insert(word)),
                Some(Some(group)) => things.extend(group),
                Some(None) => self.faults.push(format!("the group {word:?} is unknown")),
            }
        }
        for verb in verbs.split_whitespace() {
            if !self.verbs.contains_key(verb) {
                self.faults.push(format!("the rule's verb {verb:?} is not a verb"));
            }
            self.rules.entry(verb).or_default().push((class, self.things.len()));
        }
        self.things.push(things);
    }

    fn take_abroad(&mut self, line: &'t str, class: usize) {
        for word in line.split_whitespace() {
            if word.chars().all(|c| c < '\u{250}') {
                self.abroad.insert(word, class);
            } else {
                self.abroad_parts.push((word, class));
            }
        }
    }

    fn phrase(&mut self, line: &'t str, kind: usize, code: String) {
        let first = line.split_whitespace().next().unwrap_or("");
        self.phrases.entry(first).or_default()[kind].push(code);
    }

    fn code(&self) -> String {
        let mut out = String::new();
        let class = |at: usize| format!("Class::{}", CLASSES[at]);
        table(&mut out, "VERBS", "(&str, Verb)", self.verbs.iter().map(|(base, (at, is_soft, is_noun_too))| {
            let class = class(*at);
            format!("({base:?}, Verb {{ base: {base:?}, class: {class}, is_soft: {is_soft}, is_noun_too: {is_noun_too} }})")
        }));
        table(
            &mut out,
            "SETS",
            "(&str, u64)",
            self.sets.iter().map(|(word, bits)| format!("({word:?}, {bits})")),
        );
        table(
            &mut out,
            "ABROAD",
            "(&str, Class)",
            self.abroad.iter().map(|(word, at)| format!("({word:?}, {})", class(*at))),
        );
        table(
            &mut out,
            "ABROAD_PARTS",
            "(&str, Class)",
            self.abroad_parts.iter().map(|(word, at)| format!("({word:?}, {})", class(*at))),
        );
        for (at, things) in self.things.iter().enumerate() {
            table(
                &mut out,
                &format!("THINGS_{at}"),
                "&str",
                things.iter().map(|word| format!("{word:?}")),
            );
        }
        table(
            &mut out,
            "RULES",
            "(&str, &[Rule])",
            self.rules.iter().map(|(verb, rules)| {
                let rules = rules.iter().map(|(at, things)| {
                    format!("Rule {{ class: {}, things: THINGS_{things} }}", class(*at))
                });
                format!("({verb:?}, &[{}])", rules.collect::<Vec<_>>().join(", "))
            }),
        );
        table(&mut out, "OPENINGS", "(&str, Openings)", self.phrases.iter().map(|(first, [phrases, restrictions, elsewhere])| {
            let (phrases, restrictions, elsewhere) = (phrases.join(", "), restrictions.join(", "), elsewhere.join(", "));
            format!("({first:?}, Openings {{ phrases: &[{phrases}], restrictions: &[{restrictions}], elsewhere: &[{elsewhere}] }})")
        }));
        out
    }
}

fn words(line: &str) -> String {
    format!("&{:?}", line.split_whitespace().collect::<Vec<_>>())
}

fn table(out: &mut String, name: &str, kind: &str, rows: impl Iterator<Item = String>) {
    let rows: Vec<String> = rows.collect();
    _ = writeln!(out, "static {name}: &[{kind}] = &[\n{}\n];", rows.join(",\n"));
}

/// The tables of weights as Rust code, or what is wrong with them: a row for each of these kinds of evidence, in their order.
pub fn weights(text: &str, kinds: &[String]) -> Result<String, Vec<String>> {
    let mut sections =
        BTreeMap::from([("declaration", BTreeMap::new()), ("name", BTreeMap::new())]);
    let mut faults = Vec::new();
    let mut heading = "";
    for line in
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            heading = name;
            continue;
        }
        let mut cells = line.split_whitespace();
        let name = cells.next().unwrap_or("");
        let numbers: Result<Vec<i16>, _> = cells.map(str::parse).collect();
        let length = match name {
            LEADS => 2,
            RIGHT => 3,
            _ => 5,
        };
        let row = numbers.ok().filter(|row| row.len() == length);
        let is_known = length < 5 || kinds.iter().any(|kind| kind == name);
        match (sections.get_mut(heading), row) {
            (Some(section), Some(row)) if is_known => drop(section.insert(name, row)),
            _ => faults.push(format!("{line:?} is not a row of weights")),
        }
    }
    let mut out = String::new();
    for (heading, rows) in &sections {
        let own = |kind: &String| rows.get(kind.as_str()).cloned().unwrap_or(vec![0; 5]);
        let upper = heading.to_uppercase();
        table(&mut out, &upper, "[i16; 5]", kinds.iter().map(|kind| format!("{:?}", own(kind))));
        let leads = rows.get(LEADS).cloned().unwrap_or(vec![0; 2]);
        _ = writeln!(out, "static {upper}_LEADS: [i16; 2] = {leads:?};");
        if let Some(right) = rows.get(RIGHT) {
            _ = writeln!(out, "static RIGHT: [u8; 3] = {right:?};");
        }
    }
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}

/// The row that says from which lead over the next class on the confidence is medium, and high.
const LEADS: &str = "leads";
/// The row that says how many of a hundred judgements of low, medium and high confidence are right.
const RIGHT: &str = "right";
