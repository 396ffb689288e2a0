//! Taking suppressed findings out of all findings.
//!
//! Whatever is in the files, the work grows with the number of findings and of comments, not with their product: findings are
//! counted for the lines that comments are about, and what was counted is handed to the comments in the end.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{Suppressed, Suppression, is_suppressible};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::matches_glob;
use crate::source::{FileId, Span};

/// What became of suppressions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The findings that were taken out, in their order.
    pub suppressed: Vec<Suppressed>,
    /// How many findings each rule of each suppression is about.
    pub matches: Matches,
}

/// How many findings each rule of each suppression is about: suppressed by it, or there again because its last day is past.
///
/// A suppression is known by its place, so that what several runs found about the same suppressions can be added up, whichever
/// of them each run was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches(BTreeMap<Span, Vec<usize>>);

impl Matches {
    /// How many findings a rule of a suppression is about, by its number among the suppression's rules.
    pub fn count(&self, suppression: &Suppression, rule: usize) -> usize {
        let rules = self.0.get(&suppression.place);
        rules.and_then(|rules| rules.get(rule)).copied().unwrap_or(0)
    }

    /// How many findings a suppression is about.
    pub fn total(&self, suppression: &Suppression) -> usize {
        self.0.get(&suppression.place).map_or(0, |rules| rules.iter().sum())
    }

    /// Counts what the same suppressions are about in another run.
    pub fn add(&mut self, other: &Matches) {
        for (place, rules) in &other.0 {
            for (rule, count) in rules.iter().enumerate() {
                self.record(*place, rule, *count);
            }
        }
    }

    fn record(&mut self, place: Span, rule: usize, count: usize) {
        let rules = self.0.entry(place).or_default();
        if rules.len() <= rule {
            rules.resize(rule + 1, 0);
        }
        if let Some(known) = rules.get_mut(rule) {
            *known += count;
        }
    }
}

/// Takes the findings out that one of the suppressions is about and whose last day is not past.
pub fn apply(
    suppressions: &[Suppression],
    diagnostics: &mut Vec<Diagnostic>,
    today: Option<Date>,
) -> Applied {
    let mut applied = Applied::default();
    if suppressions.is_empty() || diagnostics.is_empty() {
        return applied;
    }
    let mut index = Index::new(suppressions, today);
    for diagnostic in std::mem::take(diagnostics) {
        match index.suppression_of(&diagnostic).and_then(|found| suppressions.get(found)) {
            Some(suppression) => applied.suppressed.push(Suppressed {
                diagnostic,
                reason: suppression.reason.clone(),
                place: suppression.place,
                until: suppression.until,
                origin: suppression.origin(),
            }),
            None => diagnostics.push(diagnostic),
        }
    }
    for bucket in index.buckets.into_values() {
        for (number, rule) in bucket.entries.into_iter().filter(|_| bucket.count > 0) {
            if let Some(suppression) = suppressions.get(number) {
                applied.matches.record(suppression.place, rule, bucket.count);
            }
        }
    }
    applied
}

/// What findings are looked up by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// A comment: the number of its lines among all.
    Lines(usize, Code),
    /// A suppression of the configuration.
    Anywhere(Code),
    /// One about certain tools: its number.
    Tools(usize, Code),
}

/// Suppressions that are about the same findings.
#[derive(Default)]
struct Bucket {
    /// Suppressions and one of the rules of each, by their numbers.
    entries: Vec<(usize, usize)>,
    /// The first of them that still counts.
    active: Option<usize>,
    count: usize,
}

struct Index<'s> {
    lines: Lines,
    buckets: BTreeMap<Key, Bucket>,
    /// For each rule the suppressions of the configuration that are about certain tools.
    about_tools: BTreeMap<Code, Vec<(usize, Tools<'s>)>>,
}

impl<'s> Index<'s> {
    fn new(suppressions: &'s [Suppression], today: Option<Date>) -> Self {
        let comments = suppressions.iter().filter_map(|found| found.comment.as_ref());
        let lines = Lines::new(comments.map(|comment| comment.lines).collect());
        let mut index = Self { lines, buckets: BTreeMap::new(), about_tools: BTreeMap::new() };
        for (number, suppression) in suppressions.iter().enumerate() {
            let active = Some(number).filter(|_| !suppression.is_expired(today));
            for (rule, code) in suppression.rules.iter().enumerate() {
                if let Some(key) = index.key(number, suppression, *code) {
                    let bucket = index.buckets.entry(key).or_default();
                    bucket.entries.push((number, rule));
                    bucket.active = bucket.active.or(active);
                }
            }
        }
        index
    }

    fn key(&mut self, number: usize, suppression: &'s Suppression, code: Code) -> Option<Key> {
        if !is_suppressible(code) {
            return None;
        }
        if let Some(comment) = &suppression.comment {
            return Some(Key::Lines(self.lines.number(comment.lines)?, code));
        }
        if suppression.tools.is_empty() {
            return Some(Key::Anywhere(code));
        }
        let about = self.about_tools.entry(code).or_default();
        if about.last().is_none_or(|(last, _)| *last != number) {
            about.push((number, Tools::new(&suppression.tools)));
        }
        Some(Key::Tools(number, code))
    }

    /// The number of the suppression that takes a finding out. The finding is counted for all that are about it.
    fn suppression_of(&mut self, diagnostic: &Diagnostic) -> Option<usize> {
        let code = diagnostic.code;
        let mut active = None;
        let mut count = |key| {
            if let Some(bucket) = self.buckets.get_mut(&key) {
                bucket.count += 1;
                active = active.or(bucket.active);
            }
        };
        self.lines.around(diagnostic.primary.span).for_each(|lines| count(Key::Lines(lines, code)));
        count(Key::Anywhere(code));
        for (number, tools) in self.about_tools.get(&code).into_iter().flatten() {
            if tools.hold_all_of(diagnostic) {
                count(Key::Tools(*number, code));
            }
        }
        active
    }
}

/// The tools that a suppression of the configuration is about.
struct Tools<'s> {
    names: BTreeSet<&'s str>,
    globs: Vec<&'s str>,
}

impl<'s> Tools<'s> {
    fn new(tools: &'s [String]) -> Self {
        let tools = tools.iter().map(String::as_str);
        let (globs, names) = tools.partition::<Vec<_>, _>(|tool| tool.contains(['*', '?']));
        Self { names: names.into_iter().collect(), globs }
    }

    fn hold_all_of(&self, diagnostic: &Diagnostic) -> bool {
        let holds = |tool: &str| {
            self.names.contains(tool) || self.globs.iter().any(|glob| matches_glob(glob, tool))
        };
        !diagnostic.tools.is_empty() && diagnostic.tools.iter().all(|tool| holds(tool))
    }
}

/// The lines that comments are about, each once. Of two that overlap one lies in the other, as a line does in its statement.
struct Lines {
    /// By their start; of equal ones the longest first.
    spans: Vec<Span>,
    /// For each the number of the next larger one around it.
    around: Vec<Option<usize>>,
}

impl Lines {
    fn new(mut spans: Vec<Span>) -> Self {
        spans.sort_unstable_by_key(|span| order(*span));
        spans.dedup();
        let mut around = Vec::with_capacity(spans.len());
        let mut open: Vec<(usize, Span)> = Vec::new();
        for (number, span) in spans.iter().enumerate() {
            while open.pop_if(|(_, last)| last.file != span.file || last.end < span.end).is_some() {
            }
            around.push(open.last().map(|(outer, _)| *outer));
            open.push((number, *span));
        }
        Self { spans, around }
    }

    fn number(&self, span: Span) -> Option<usize> {
        self.spans.binary_search_by_key(&order(span), |other| order(*other)).ok()
    }

    /// The lines in which a finding begins, the smallest first.
    fn around(&self, place: Span) -> impl Iterator<Item = usize> {
        let after =
            self.spans.partition_point(|span| (span.file, span.start) <= (place.file, place.start));
        let outer = |number: &usize| self.around.get(*number).copied().flatten();
        std::iter::successors(after.checked_sub(1), outer).filter(move |number| {
            let span = self.spans.get(*number);
            span.is_some_and(|span| span.file == place.file && place.start <= span.end)
        })
    }
}

fn order(span: Span) -> (FileId, u32, std::cmp::Reverse<u32>) {
    (span.file, span.start, std::cmp::Reverse(span.end))
}
