//! Fixes as changes of texts: which of them go together, what comes of them, and where places lie afterwards.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Excluded, Unbounded};

use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix};
use crate::source::{FileId, SourceSet, Span, TextPart};

/// A finding and the fix of it that is to be applied.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chosen<'f> {
    pub(super) finding: &'f Diagnostic,
    pub(super) fix: &'f Fix,
}

/// Selects fixes that can be applied together: by place the first of each that touch. Of a finding with several fixes it is the
/// first. Only these files may be changed.
///
/// In a policy with errors, which compiles to nothing, only corrections of errors are selected: nothing else can be compared with
/// what the policy did before.
pub(super) fn choose<'f>(
    sources: &SourceSet,
    findings: &'f [Diagnostic],
    files: &BTreeSet<FileId>,
    applicability: Applicability,
) -> Vec<Chosen<'f>> {
    let compiles = !findings.iter().any(Diagnostic::stops_compiling);
    let mut candidates: Vec<Chosen<'f>> = findings
        .iter()
        .filter(|finding| compiles || finding.stops_compiling())
        .filter_map(|finding| {
            let mut fixes = finding.fixes.iter();
            let fix = fixes.find(|fix| fix.applicability <= applicability)?;
            is_sound(sources, fix, files).then_some(Chosen { finding, fix })
        })
        .collect();
    // Errors first: what mends one may leave nothing to say of the rest.
    candidates.sort_by_key(|chosen| {
        let place = chosen.fix.edits.iter().map(|edit| edit.span).min();
        (Reverse(chosen.finding.severity), place)
    });
    let mut taken = Taken::default();
    let mut decided: BTreeSet<&str> = BTreeSet::new();
    candidates.retain(|chosen| {
        // One unsafe fix decides about a tool at a time: what another says about it may be needless afterwards.
        let decides = chosen.fix.applicability == Applicability::Unsafe;
        let tools = || chosen.finding.tools.iter().map(AsRef::as_ref).filter(|_| decides);
        let is_first = !tools().any(|tool| decided.contains(tool));
        let is_chosen = is_first && taken.take(&chosen.fix.edits);
        if is_chosen {
            decided.extend(tools());
        }
        is_chosen
    });
    candidates
}

/// Whether the edits change something, lie in these files, and do not split a character.
fn is_sound(sources: &SourceSet, fix: &Fix, files: &BTreeSet<FileId>) -> bool {
    let has_place = |edit: &Edit| {
        let text = sources.text(edit.span.file);
        files.contains(&edit.span.file) && text.get(edit.span.range()).is_some()
    };
    let changes = |edit: &Edit| sources.slice(edit.span) != edit.text;
    fix.edits.iter().all(has_place) && fix.edits.iter().any(changes)
}

/// The places that are going to change: by file and start the end. No two of them touch, but for replacements side by side.
#[derive(Default)]
struct Taken {
    spans: BTreeMap<(FileId, u32), u32>,
    /// Where whole lines are added and nothing else is done: others may be added there too, because the order of statements
    /// means nothing.
    lines: BTreeSet<(FileId, u32)>,
}

impl Taken {
    /// Takes the places of all edits, or of none.
    fn take(&mut self, edits: &[Edit]) -> bool {
        if let [Edit { span: Span { file, start, end }, text }] = edits
            && start == end
            && text.starts_with('\n')
        {
            let place = (*file, *start);
            if self.lines.contains(&place) {
                return true;
            }
            let is_free = self.take_each(edits);
            if is_free {
                self.lines.insert(place);
            }
            return is_free;
        }
        self.take_each(edits)
    }

    fn take_each(&mut self, edits: &[Edit]) -> bool {
        for (number, edit) in edits.iter().enumerate() {
            let Span { file, start, end } = edit.span;
            if self.is_free(edit.span) {
                self.spans.insert((file, start), end);
                continue;
            }
            for before in edits.iter().take(number) {
                self.spans.remove(&(before.span.file, before.span.start));
            }
            return false;
        }
        true
    }

    fn is_free(&self, span: Span) -> bool {
        let key = (span.file, span.start);
        let before = self.spans.range(..=key).next_back();
        let after = self.spans.range((Excluded(key), Unbounded)).next();
        before.into_iter().chain(after).all(|(&(file, start), &end)| {
            file != span.file || !touch(Span { file, start, end }, span)
        })
    }
}

/// Whether two changes must not be made together. Where one of them inserts, it is not said what shall stand first.
fn touch(one: Span, other: Span) -> bool {
    if one.start == one.end || other.start == other.end {
        one.start <= other.end && other.start <= one.end
    } else {
        one.start < other.end && other.start < one.end
    }
}

/// Texts after some edits, and where places lie in them.
#[derive(Debug, Default)]
pub(super) struct Edited {
    files: BTreeMap<FileId, EditedFile>,
}

#[derive(Debug, Default)]
struct EditedFile {
    text: String,
    /// What was replaced, and where the replacement lies; sorted, and apart from each other.
    moves: Vec<Move>,
}

#[derive(Clone, Copy, Debug)]
struct Move {
    old: (u32, u32),
    new: (u32, u32),
}

/// Applies fixes that go together.
pub(super) fn apply(sources: &SourceSet, chosen: &[Chosen<'_>]) -> Edited {
    let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in chosen.iter().flat_map(|chosen| &chosen.fix.edits) {
        by_file.entry(edit.span.file).or_default().push(edit);
    }
    let files =
        by_file.into_iter().map(|(file, edits)| (file, apply_in(sources.text(file), edits)));
    Edited { files: files.collect() }
}

fn apply_in(text: &str, mut edits: Vec<&Edit>) -> EditedFile {
    edits.sort_by_key(|edit| edit.span);
    let line_break = text.find('\n').unwrap_or(0);
    let carriage_returns = text.get(..line_break).is_some_and(|line| line.ends_with('\r'));
    let mut edited = EditedFile::default();
    let mut done = 0;
    for edit in edits {
        edited.text.push_str(text.part(done..edit.span.start as usize));
        let start = length(&edited.text);
        if carriage_returns {
            // The lines that are added end as the others do.
            edited.text.push_str(&edit.text.replace("\r\n", "\n").replace('\n', "\r\n"));
        } else {
            edited.text.push_str(&edit.text);
        }
        let new = (start, length(&edited.text));
        edited.moves.push(Move { old: (edit.span.start, edit.span.end), new });
        done = edit.span.end as usize;
    }
    edited.text.push_str(text.part(done..));
    edited
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

impl Edited {
    /// The files that changed, with their new texts.
    pub(super) fn texts(&self) -> impl Iterator<Item = (FileId, &str)> {
        self.files.iter().map(|(file, edited)| (*file, edited.text.as_str()))
    }

    /// Where something that begins a span may begin afterwards; nowhere when the whole span was taken away.
    pub(super) fn starts(&self, span: Span) -> Vec<u32> {
        let moves = self.files.get(&span.file).map_or(&[][..], |edited| &edited.moves);
        let first = moves.partition_point(|place| place.old.1 < span.start);
        let touching = moves.iter().skip(first).take_while(|place| place.old.0 <= span.start);
        let mut starts = Vec::new();
        let mut is_inside = false;
        for place in touching {
            let (old, new) = (place.old, place.new);
            if old.1 == span.start {
                // It stands behind an insertion or a replacement; an insertion may also have become its beginning.
                starts.push(new.1);
                starts.extend((old.0 == old.1).then_some(new.0));
                is_inside |= old.0 == old.1;
                continue;
            }
            is_inside = true;
            if old.1 >= span.end && new.0 == new.1 {
                return Vec::new();
            }
            let same_distance = new.0 + (span.start - old.0);
            starts.extend([new.0, new.1.min(same_distance)]);
        }
        if starts.is_empty() && !is_inside {
            let before = first.checked_sub(1).and_then(|index| moves.get(index));
            let start = before.map_or(span.start, |place| span.start - place.old.1 + place.new.1);
            starts.push(start);
        }
        starts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;

    /// A source set with one text, and findings whose fixes are these edits: ranges and texts.
    fn findings(text: &str, fixes: &[&[(usize, usize, &str)]]) -> (SourceSet, Vec<Diagnostic>) {
        let mut sources = SourceSet::default();
        let file = sources.add("a.gate", text);
        let finding = |edits: &&[(usize, usize, &str)]| {
            let edit = |&(start, end, text): &(usize, usize, &str)| Edit {
                span: Span::new(file, start, end),
                text: text.to_owned(),
            };
            let edits: Vec<Edit> = edits.iter().map(edit).collect();
            let mut finding = Diagnostic::new(Code::InertRule, Span::new(file, 0, 1), "x");
            let title = "fix".to_owned();
            finding.fixes.push(Fix { title, applicability: Applicability::Safe, edits });
            finding
        };
        (sources, fixes.iter().map(finding).collect())
    }

    /// What comes of the fixes that go together.
    fn fixed(text: &str, fixes: &[&[(usize, usize, &str)]]) -> String {
        let (sources, findings) = findings(text, fixes);
        let files = sources.iter().map(|(file, _)| file).collect();
        let chosen = choose(&sources, &findings, &files, Applicability::Safe);
        let edited = apply(&sources, &chosen);
        edited.texts().next().map_or_else(|| text.to_owned(), |(_, text)| text.to_owned())
    }

    #[test]
    fn of_fixes_that_touch_the_first_by_place_is_applied_whole() {
        assert_eq!(fixed("abcdef", &[&[(3, 5, "X")], &[(0, 4, "Y")]]), "Yef");
        assert_eq!(fixed("abcdef", &[&[(0, 1, "X"), (4, 5, "X")], &[(4, 6, "Y")]]), "XbcdXf");
        assert_eq!(fixed("abcdef", &[&[(0, 1, "")], &[(1, 2, "")]]), "cdef");
        assert_eq!(fixed("abcdef", &[&[(1, 2, "")], &[(2, 2, "X")]]), "acdef");
        assert_eq!(fixed("abcdef", &[&[(2, 2, "X")], &[(2, 2, "Y")]]), "abXcdef");
        assert_eq!(fixed("abcdef", &[&[(2, 4, "X"), (3, 5, "Y")], &[(4, 5, "Z")]]), "abcdZf");
    }

    #[test]
    fn what_cannot_be_applied_is_not() {
        assert_eq!(fixed("a\u{e9}b", &[&[(0, 2, "X")]]), "a\u{e9}b");
        assert_eq!(fixed("ab", &[&[(0, 9, "X")]]), "ab");
        assert_eq!(fixed("ab", &[&[]]), "ab");
        assert_eq!(fixed("ab", &[&[(0, 1, "a")]]), "ab");
    }

    #[test]
    fn added_lines_end_as_the_others_do() {
        assert_eq!(fixed("a\r\nb\r\n", &[&[(1, 1, "\nx\ny")]]), "a\r\nx\r\ny\r\nb\r\n");
        assert_eq!(fixed("a\nb\r\n", &[&[(1, 1, "\nx")]]), "a\nx\nb\r\n");
        assert_eq!(fixed("a", &[&[(1, 1, "\nx")]]), "a\nx");
    }

    #[test]
    fn places_move_with_the_text() {
        let (sources, findings) =
            findings("abcdefghij", &[&[(1, 3, "XYZ")], &[(5, 5, "++")], &[(7, 9, "")]]);
        let files = sources.iter().map(|(file, _)| file).collect();
        let edited = apply(&sources, &choose(&sources, &findings, &files, Applicability::Safe));
        let file = sources.iter().next().unwrap().0;
        let starts = |start, end| {
            let mut starts = edited.starts(Span::new(file, start, end));
            starts.sort_unstable();
            starts.dedup();
            starts
        };
        // aXYZde++fgj
        assert_eq!(starts(0, 1), [0]);
        assert_eq!(starts(0, 5), [0]);
        assert_eq!(starts(1, 3), [1]);
        assert_eq!(starts(2, 3), [1, 2]);
        assert_eq!(starts(3, 4), [4]);
        assert_eq!(starts(4, 5), [5]);
        assert_eq!(starts(5, 6), [6, 8]);
        assert_eq!(starts(6, 7), [9]);
        assert_eq!(starts(7, 9), [0; 0]);
        assert_eq!(starts(7, 10), [10]);
        assert_eq!(starts(9, 10), [10]);
    }
}
