//! Reading a text again after an edit: only the statements that the edit may concern.
//!
//! A statement without mistakes depends on its own characters and on how the line behind it begins, and on nothing else. So the
//! statements before the edit stay, but for the last of them, which the edit may go on with; then statements are read until one
//! begins where one began before, behind the edit; what follows stays, moved. Where this reasoning does not hold (a mistake
//! elsewhere, a bracket that is left open), everything is read: the result is always that of [`parse`](super::parse).

use std::ops::Range;

use super::reader::{self, Reader};
use super::shift::Shift;
use super::tree::{Statement, Tree};
use super::{characters, nesting};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::FileId;

/// A text that has been read.
#[derive(Clone, Copy, Debug)]
pub struct Before<'b> {
    /// The text.
    pub text: &'b str,
    /// Its tree.
    pub tree: &'b Tree,
    /// The mistakes in it.
    pub findings: &'b [Diagnostic],
}

/// The statements that an edit concerns.
#[derive(Debug)]
pub struct Changed {
    /// The statements that stood there, by their numbers.
    pub old: Range<usize>,
    /// The statements that stand there.
    pub new: Vec<Statement>,
    /// What is wrong with them.
    pub findings: Vec<Diagnostic>,
    /// How far everything behind them has moved.
    pub(crate) shift: Shift,
}

/// The same as [`parse`](super::parse), sooner when little has changed since the text was read before, as the same file.
pub fn parse_again(before: Before<'_>, file: FileId, text: &str) -> (Tree, Vec<Diagnostic>) {
    let Some(changed) = changed(before, file, text) else { return reader::parse(file, text) };
    let Changed { old, new, mut findings, shift } = changed;
    let statements = joined(&before.tree.statements, old, new, shift);
    findings.extend(characters::check(file, text));
    (Tree { file, statements }, findings)
}

/// How many statements behind the edit are read in search of one that begins where one began before.
const BEHIND: usize = 2;

/// The statements that an edit concerns, but for hidden characters, which are not looked for; `None` where it cannot be told
/// without reading everything.
pub fn changed(before: Before<'_>, file: FileId, text: &str) -> Option<Changed> {
    if before.tree.file != file {
        return None;
    }
    let old = &before.tree.statements;
    let edit = difference(before.text, text);
    let first = old.partition_point(|statement| (statement.span.end as usize) < edit.start);
    let first = first.checked_sub(1)?;
    let start = old.get(first)?.span.start as usize;
    let shift = |offset: usize| (offset + text.len()).checked_sub(before.text.len());
    let behind = old.partition_point(|statement| (statement.span.start as usize) < edit.end);
    let limit = match old.get(behind + BEHIND) {
        Some(statement) => shift(statement.span.start as usize)?,
        None => text.len(),
    };
    let deep = nesting::too_deep(text.get(start..limit)?);
    if !deep.is_empty() || !mistakes_lie_in(before, start..edit.end) {
        return None;
    }
    let mut reader = Reader::between(file, text, start);
    let rest = old.get(behind..).unwrap_or(&[]);
    let end = loop {
        let at = reader.next_position();
        if at >= text.len() {
            break old.len();
        }
        if at > limit {
            return None;
        }
        let same = rest.binary_search_by_key(&Some(at), |old| shift(old.span.start as usize));
        if let Ok(same) = same {
            break behind + same;
        }
        reader.step();
    };
    if reader.has_open_bracket() {
        return None;
    }
    let (new, findings) = reader.into_parts();
    let shift = Shift::new(before.text.len(), text.len());
    Some(Changed { old: first..end, new, findings, shift })
}

/// The bytes of the old text that are not the same in the new one.
fn difference(old: &str, new: &str) -> Range<usize> {
    let (old, new) = (old.as_bytes(), new.as_bytes());
    let front = common(old.chunks(STRIDE).zip(new.chunks(STRIDE)), old.iter().zip(new));
    let longest = old.len().min(new.len()) - front;
    let back = common(
        old.rchunks(STRIDE).zip(new.rchunks(STRIDE)),
        old.iter().rev().zip(new.iter().rev()),
    );
    front..old.len() - back.min(longest)
}

/// Bytes are compared so many at a time.
const STRIDE: usize = 256;

/// How many bytes are the same from one end of two texts: whole strides first, then one by one.
fn common<'b>(
    strides: impl Iterator<Item = (&'b [u8], &'b [u8])>,
    bytes: impl Iterator<Item = (&'b u8, &'b u8)>,
) -> usize {
    let same = strides.take_while(|(old, new)| old.len() == STRIDE && old == new).count() * STRIDE;
    same + bytes.skip(same).take_while(|(old, new)| old == new).count()
}

/// Whether the mistakes of the text that was read before all lie in a part of it, but for hidden characters, which are looked for
/// anew.
fn mistakes_lie_in(before: Before<'_>, part: Range<usize>) -> bool {
    let others = before.findings.iter().filter(|found| found.code != Code::InvalidCharacter);
    others
        .flat_map(|found| std::iter::once(&found.primary).chain(&found.labels))
        .all(|label| part.start <= label.span.start as usize && label.span.end as usize <= part.end)
}

fn joined(
    before: &[Statement],
    old: Range<usize>,
    new: Vec<Statement>,
    shift: Shift,
) -> Vec<Statement> {
    let front = before.get(..old.start).unwrap_or(&[]);
    let rest = before.get(old.end..).unwrap_or(&[]);
    let mut statements = Vec::with_capacity(front.len() + new.len() + rest.len());
    statements.extend_from_slice(front);
    statements.extend(new);
    let behind = statements.len();
    statements.extend_from_slice(rest);
    for statement in statements.get_mut(behind..).unwrap_or(&mut []) {
        shift.statement(statement);
    }
    statements
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceSet;

    const START: &str = "\
# A policy.
manifest \"tools.json\"
default deny

group writers = set_*, update_page
allow @read
allow a, b, c 30/minute, 500/day
# Why this is so.
tool transition {
    allow 10/hour
    approve unless args.stage == \"Staging\" because \"Only Staging.\"
}

require update_page with args.title matches \"^x\"
    and args.page_id in [
        \"1\",
        \"2\"
    ]
deny d when not (args.x > 5 or args.y exists)
budget pay args.amount 500/day as \"spent\"
classify zap, zip_* as execute because \"It runs.\"
hide delete_*
rate all 120/minute
";

    const PARTS: [&str; 26] = [
        "a",
        "x_1",
        " ",
        "\n",
        "\n",
        "allow ",
        "allow b 5/minute\n",
        "tool t {\n",
        "}",
        "{",
        "(",
        ")",
        "[",
        "]",
        "\"",
        "\\",
        ",",
        "#",
        "30/minute",
        " unless args.x exists",
        "\n    when args.y == 1\n",
        "\u{e9}",
        "\r\n",
        "\u{1f600}",
        "\u{202e}",
        "= c, d",
    ];

    fn file() -> FileId {
        SourceSet::default().add("a.gate", "")
    }

    /// Numbers that are the same in every run.
    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: usize) -> usize {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % limit
        }

        fn boundary(&mut self, text: &str) -> usize {
            let mut at = self.below(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        }

        fn edit(&mut self, text: &mut String) {
            let start = self.boundary(text);
            let mut end = start;
            for _ in 0..[0, 0, 1, 3, 40][self.below(5)] {
                end += text.get(end..).unwrap().chars().next().map_or(0, char::len_utf8);
            }
            let part = PARTS[self.below(PARTS.len())];
            text.replace_range(start..end, if self.below(4) == 0 { "" } else { part });
        }
    }

    /// Reads a text before and after an edit; says whether the second reading was spared anything.
    fn is_spared(before: &str, after: &str) -> bool {
        let file = file();
        let (tree, findings) = reader::parse(file, before);
        let before = Before { text: before, tree: &tree, findings: &findings };
        let expected = reader::parse(file, after);
        let read = parse_again(before, file, after);
        assert_eq!(format!("{:?}", sorted(read)), format!("{:?}", sorted(expected)), "{after}");
        changed(before, file, after).is_some()
    }

    /// Findings have no order before a check sorts them.
    fn sorted((tree, mut findings): (Tree, Vec<Diagnostic>)) -> (Tree, Vec<Diagnostic>) {
        crate::diagnostic::sort(&mut findings);
        (tree, findings)
    }

    #[test]
    fn what_is_read_again_is_what_would_be_read_anew() {
        let mut random = Random(7);
        let mut spared = 0;
        for _ in 0..120 {
            let mut text = START.repeat(1 + random.below(3));
            for _ in 0..8 {
                let before = text.clone();
                random.edit(&mut text);
                spared += usize::from(is_spared(&before, &text));
            }
        }
        assert!(spared > 100, "{spared}");
    }

    #[test]
    fn an_edit_in_a_right_text_costs_its_neighbours_only() {
        for (from, to) in
            [("10/hour", "1/hour"), ("a, b", "a, , b"), ("hide d", "hid d"), ("= set", "=\n  set")]
        {
            let before = START.repeat(2);
            assert!(is_spared(&before, &before.replacen(from, to, 1)), "{from}");
        }
    }
}
