//! Which findings of a baseline are found again.
//!
//! A finding is the same if its fingerprint is, which holds when only the lines around it change. Otherwise it is the same if its
//! code and its tools are and its place is near, which holds when its own line changes, for instance a comment on it.

use std::collections::{BTreeMap, HashMap};

use super::BaselineEntry;

/// How many lines a finding may have moved besides the lines that the findings around it have moved.
const NEAR: u32 = 20;

/// Keeps the findings that are in the baseline, and returns the entries of the baseline that are not found.
pub(super) fn take_known<'k>(
    known: &'k [BaselineEntry],
    found: &mut BTreeMap<usize, BaselineEntry>,
) -> Vec<&'k BaselineEntry> {
    let mut exact: HashMap<(&str, &str, &str), usize> = found
        .iter()
        .map(|(at, entry)| ((&*entry.file, &*entry.code, &*entry.fingerprint), *at))
        .collect();
    let (mut same, mut others, mut moves) = (Vec::new(), Vec::new(), Moves::default());
    for entry in known {
        match exact.remove(&(&*entry.file, &*entry.code, &*entry.fingerprint)) {
            Some(at) => {
                moves.add(entry, found.get(&at));
                same.push(at);
            }
            None => others.push(entry),
        }
    }
    let mut left: Vec<usize> = exact.into_values().collect();
    left.sort_unstable();
    let gone = take_near(others, &left, found, &moves, &mut same);
    same.sort_unstable();
    found.retain(|at, _| same.binary_search(at).is_ok());
    gone
}

/// What tells findings of one kind apart besides their lines: their tools, or where they have none their messages.
type EntryKind<'e> = (&'e str, &'e str, Result<&'e [String], &'e str>);

fn kind(entry: &BaselineEntry, by_tools: bool) -> EntryKind<'_> {
    let what = match &entry.tools {
        Some(tools) if by_tools && !tools.is_empty() => Ok(tools.as_slice()),
        _ => Err(&*entry.message),
    };
    (&entry.file, &entry.code, what)
}

/// Pairs what is left by kind, in the order of lines.
fn take_near<'k>(
    mut known: Vec<&'k BaselineEntry>,
    left: &[usize],
    found: &BTreeMap<usize, BaselineEntry>,
    moves: &Moves,
    same: &mut Vec<usize>,
) -> Vec<&'k BaselineEntry> {
    let by_tools = known.iter().all(|entry| entry.tools.is_some());
    let mut candidates: HashMap<EntryKind<'_>, Vec<(u32, usize)>> = HashMap::new();
    for at in left {
        let Some(entry) = found.get(at) else { continue };
        let line = entry.line.unwrap_or(0);
        candidates.entry(kind(entry, by_tools)).or_default().push((line, *at));
    }
    // From behind, so that the next candidate is the last of its list.
    candidates.values_mut().for_each(|lines| lines.sort_by(|left, right| right.cmp(left)));
    known.sort_by_cached_key(|entry| moves.expected(entry));
    known.retain(|entry: &&'k BaselineEntry| {
        let Some(lines) = candidates.get_mut(&kind(entry, by_tools)) else { return true };
        if let Some(expected) = moves.expected(entry) {
            while lines.pop_if(|(line, _)| line.saturating_add(NEAR) < expected).is_some() {}
            let near = lines.pop_if(|(line, _)| *line <= expected.saturating_add(NEAR));
            same.extend(near.map(|(_, at)| at));
            return near.is_none();
        }
        let next = lines.pop();
        same.extend(next.map(|(_, at)| at));
        next.is_none()
    });
    known
}

/// How far the findings have moved that are recognised without their lines, by file and former line.
#[derive(Default)]
struct Moves(HashMap<String, BTreeMap<u32, i64>>);

impl Moves {
    fn add(&mut self, known: &BaselineEntry, found: Option<&BaselineEntry>) {
        if let (Some(before), Some(after)) = (known.line, found.and_then(|found| found.line)) {
            let file = self.0.entry(known.file.clone()).or_default();
            file.insert(before, i64::from(after) - i64::from(before));
        }
    }

    /// The line where a finding is now if it has moved with the nearest recognised one above it, or else below it; none in a
    /// baseline without lines.
    fn expected(&self, known: &BaselineEntry) -> Option<u32> {
        let line = known.line?;
        let moved = self.0.get(&known.file).and_then(|file| {
            let above = file.range(..=line).next_back();
            above.or_else(|| file.range(line..).next()).map(|(_, moved)| *moved)
        });
        let expected = i64::from(line) + moved.unwrap_or(0);
        Some(u32::try_from(expected.max(0)).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A finding of the rule `code` about a tool, on a line with a text.
    fn entry(tool: &str, line: u32, text: &str) -> BaselineEntry {
        BaselineEntry {
            file: "a.gate".to_owned(),
            code: "code".to_owned(),
            message: format!("about {tool}"),
            tools: Some(vec![tool.to_owned()]),
            line: Some(line),
            fingerprint: text.to_owned(),
        }
    }

    /// The lines of the findings that are known, and the former lines of those that are gone.
    fn lines(known: Vec<BaselineEntry>, found: Vec<BaselineEntry>) -> (Vec<u32>, Vec<u32>) {
        let mut found: BTreeMap<usize, BaselineEntry> = found.into_iter().enumerate().collect();
        let gone = take_known(&known, &mut found);
        let line = |entry: &BaselineEntry| entry.line.unwrap_or(0);
        (found.values().map(line).collect(), gone.into_iter().map(line).collect())
    }

    #[test]
    fn a_finding_is_known_by_its_line_wherever_that_is() {
        let known = || vec![entry("x", 3, "one"), entry("x", 9, "two")];
        assert_eq!(
            lines(known(), vec![entry("x", 800, "two"), entry("x", 500, "one")]),
            (vec![800, 500], vec![])
        );
    }

    #[test]
    fn a_finding_whose_line_has_changed_is_known_if_it_is_near() {
        let known = || vec![entry("x", 30, "one")];
        for line in [10, 29, 30, 50] {
            assert_eq!(lines(known(), vec![entry("x", line, "two")]), (vec![line], vec![]));
        }
        for line in [9, 51, 900] {
            assert_eq!(lines(known(), vec![entry("x", line, "two")]), (vec![], vec![30]));
        }
        assert_eq!(lines(known(), vec![entry("y", 30, "two")]), (vec![], vec![30]));
        let other = |change: fn(&mut BaselineEntry)| {
            let mut found = entry("x", 30, "two");
            change(&mut found);
            lines(known(), vec![found]).0.is_empty()
        };
        assert!(other(|found| found.file = "b.gate".to_owned()));
        assert!(other(|found| found.code = "else".to_owned()));
    }

    #[test]
    fn a_finding_about_no_tool_is_known_by_its_message() {
        let about = |words: &str| {
            let entry = entry(words, 5, words);
            BaselineEntry {
                tools: Some(Vec::new()),
                message: "message".to_owned() + words,
                ..entry
            }
        };
        let same = BaselineEntry { fingerprint: "else".to_owned(), ..about("one") };
        assert_eq!(lines(vec![about("one")], vec![same]), (vec![5], vec![]));
        assert_eq!(lines(vec![about("one")], vec![about("two")]), (vec![], vec![5]));
    }

    #[test]
    fn each_finding_is_known_once() {
        let known = vec![entry("x", 5, "one")];
        let found = vec![entry("x", 4, "two"), entry("x", 6, "three"), entry("x", 7, "four")];
        assert_eq!(lines(known, found), (vec![4], vec![]));
        let known = vec![entry("x", 5, "one"), entry("x", 6, "two"), entry("x", 7, "three")];
        assert_eq!(lines(known, vec![entry("x", 6, "four")]), (vec![6], vec![6, 7]));
    }

    #[test]
    fn near_is_counted_from_where_the_findings_around_have_moved() {
        let known = || vec![entry("a", 10, "a"), entry("x", 12, "one"), entry("b", 90, "b")];
        let moved = vec![entry("a", 210, "a"), entry("x", 213, "two"), entry("b", 300, "b")];
        assert_eq!(lines(known(), moved), (vec![210, 213, 300], vec![]));
        let moved = vec![entry("a", 210, "a"), entry("x", 12, "two"), entry("b", 300, "b")];
        assert_eq!(lines(known(), moved), (vec![210, 300], vec![12]));
        let known = vec![entry("x", 12, "one"), entry("b", 90, "b")];
        let moved = vec![entry("x", 213, "two"), entry("b", 291, "b")];
        assert_eq!(lines(known, moved), (vec![213, 291], vec![]));
    }

    #[test]
    fn without_tools_and_lines_messages_count() {
        let old = |text| BaselineEntry { tools: None, line: None, ..entry("x", 0, text) };
        let found = || vec![entry("x", 4, "two"), entry("y", 5, "three"), entry("x", 900, "four")];
        assert_eq!(lines(vec![old("one")], found()), (vec![4], vec![]));
        assert_eq!(lines(vec![old("one"), old("more"), old("most")], found()).0, [4, 900]);
    }
}
