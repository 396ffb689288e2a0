//! Taking suppressed findings out of all findings.
//!
//! Whatever is in the files, the work grows with the number of findings and of suppressions, not with their product: findings
//! are counted for the lines that comments are about, and what was counted is handed to the comments in the end. Suppressions of
//! the configuration are found by the names of tools; how often globs are compared is bounded, and the bound is reported.

use std::collections::{BTreeMap, BTreeSet, HashMap};

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
    diagnostics.extend(index.given_up_at.map(too_many));
    for bucket in index.buckets.into_values() {
        for (number, rule) in bucket.entries.into_iter().filter(|_| bucket.count > 0) {
            if let Some(suppression) = suppressions.get(number) {
                applied.matches.record(suppression.place, rule, bucket.count);
            }
        }
    }
    applied
}

/// How often the tools of findings are held against suppressions of the configuration, for one policy.
const MAX_COMPARISONS: usize = 2_000_000;

/// What is not suppressed is reported, so giving up hides nothing.
fn too_many(place: Span) -> Diagnostic {
    let message = format!(
        "the suppressions of the configuration need more than {MAX_COMPARISONS} comparisons with \
         tools"
    );
    Diagnostic::new(Code::TooManyMatches, place, message)
        .with_note("from here on, they suppress nothing")
        .with_help("name fewer tools and globs under `[[suppress]]`")
}

/// What findings are looked up by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum SuppressionKey {
    /// A comment: the number of its lines among all.
    Lines(usize, Code),
    /// A suppression of the configuration.
    Anywhere(Code),
    /// One about certain tools: the number of their set.
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
    lines: CoveredLines,
    buckets: BTreeMap<SuppressionKey, Bucket>,
    /// The sets of tools that suppressions of the configuration are about, by number, each once.
    sets: BTreeMap<&'s [String], usize>,
    /// For each rule those of them that its suppressions are about.
    about_tools: BTreeMap<Code, AboutTools<'s>>,
    /// How many comparisons are left, and at which finding there were none.
    left: usize,
    given_up_at: Option<Span>,
}

/// The sets of tools that suppressions of one rule are about.
#[derive(Default)]
struct AboutTools<'s> {
    /// Those without globs, by each of their names.
    by_name: HashMap<&'s str, Vec<usize>>,
    with_globs: Vec<(usize, Tools<'s>)>,
    known: BTreeSet<usize>,
}

impl<'s> Index<'s> {
    fn new(suppressions: &'s [Suppression], today: Option<Date>) -> Self {
        let comments = suppressions.iter().filter_map(|found| found.comment.as_ref());
        let lines = CoveredLines::new(comments.map(|comment| comment.covered).collect());
        let mut index = Self {
            lines,
            buckets: BTreeMap::new(),
            sets: BTreeMap::new(),
            about_tools: BTreeMap::new(),
            left: MAX_COMPARISONS,
            given_up_at: None,
        };
        for (number, suppression) in suppressions.iter().enumerate() {
            let active = Some(number).filter(|_| !suppression.is_expired(today));
            for (rule, code) in suppression.rules.iter().enumerate() {
                if let Some(key) = index.key(suppression, *code) {
                    let bucket = index.buckets.entry(key).or_default();
                    bucket.entries.push((number, rule));
                    bucket.active = bucket.active.or(active);
                }
            }
        }
        index
    }

    fn key(&mut self, suppression: &'s Suppression, code: Code) -> Option<SuppressionKey> {
        if !is_suppressible(code) {
            return None;
        }
        if let Some(comment) = &suppression.comment {
            return Some(SuppressionKey::Lines(self.lines.number(comment.covered)?, code));
        }
        if suppression.tools.is_empty() {
            return Some(SuppressionKey::Anywhere(code));
        }
        let next = self.sets.len();
        let set = *self.sets.entry(&suppression.tools).or_insert(next);
        self.about_tools.entry(code).or_default().add(set, &suppression.tools);
        Some(SuppressionKey::Tools(set, code))
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
        self.lines
            .around(diagnostic.primary.span)
            .for_each(|lines| count(SuppressionKey::Lines(lines, code)));
        count(SuppressionKey::Anywhere(code));
        if let Some(about) = self.about_tools.get(&code) {
            match about.sets_of(diagnostic, &mut self.left) {
                Some(sets) => {
                    sets.into_iter().for_each(|set| count(SuppressionKey::Tools(set, code)))
                }
                None => {
                    self.given_up_at.get_or_insert(diagnostic.primary.span);
                }
            }
        }
        active
    }
}

impl<'s> AboutTools<'s> {
    fn add(&mut self, set: usize, tools: &'s [String]) {
        if !self.known.insert(set) {
            return;
        }
        let found = Tools::new(tools);
        if found.globs.is_empty() {
            for name in found.names {
                self.by_name.entry(name).or_default().push(set);
            }
        } else {
            self.with_globs.push((set, found));
        }
    }

    /// The sets that hold all tools of a finding; `None` when there are too many to compare, which uses up what is `left`.
    fn sets_of(&self, diagnostic: &Diagnostic, left: &mut usize) -> Option<BTreeSet<usize>> {
        let tools: BTreeSet<&str> = diagnostic.tools.iter().map(AsRef::as_ref).collect();
        let mut held: BTreeMap<usize, usize> = BTreeMap::new();
        for tool in &tools {
            let sets = self.by_name.get(tool).map_or(&[][..], Vec::as_slice);
            spend(left, sets.len())?;
            for set in sets {
                *held.entry(*set).or_default() += 1;
            }
        }
        held.retain(|_, count| *count == tools.len());
        let mut sets: BTreeSet<usize> = held.into_keys().collect();
        for (set, about) in self.with_globs.iter().filter(|_| !tools.is_empty()) {
            if about.hold_all(&tools, left)? {
                sets.insert(*set);
            }
        }
        Some(sets)
    }
}

fn spend(left: &mut usize, comparisons: usize) -> Option<()> {
    let rest = left.checked_sub(comparisons);
    *left = rest.unwrap_or(0);
    rest.filter(|rest| *rest > 0).map(|_| ())
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

    fn a_glob_matches(&self, tool: &str, left: &mut usize) -> Option<bool> {
        for glob in &self.globs {
            spend(left, 1 + glob.len().saturating_mul(tool.len()) / 4096)?;
            if matches_glob(glob, tool) {
                return Some(true);
            }
        }
        Some(false)
    }

    /// Whether each of the tools is one of these; `None` when that takes too long to find out.
    fn hold_all(&self, tools: &BTreeSet<&str>, left: &mut usize) -> Option<bool> {
        for tool in tools {
            if !self.names.contains(tool) && !self.a_glob_matches(tool, left)? {
                return Some(false);
            }
        }
        Some(true)
    }
}

/// What comments cover, each once. Of two that overlap one lies in the other, as a statement does in itself with the comment above.
struct CoveredLines {
    /// By their start; of equal ones the longest first.
    spans: Vec<Span>,
    /// For each the number of the next larger one around it.
    around: Vec<Option<usize>>,
}

impl CoveredLines {
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
