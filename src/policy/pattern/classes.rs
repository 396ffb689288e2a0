//! The characters of a class in RE2, case folding included.
//!
//! Unicode's tables are those of small crates and of the standard library. Those of `regex-syntax` are lists of slices, and each
//! slice is a relocation whenever the program starts.

use std::sync::OnceLock;

use regex_syntax::ast::{self, ClassAsciiKind, ClassPerlKind, ClassSetItem};
use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};
use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_script::{Script, UnicodeScript};

/// Characters that follow each other and have one value in common: first, last, value.
type Runs<T> = Vec<(char, char, T)>;

/// A class in brackets; `None` if it is of a kind that RE2 has not.
pub(super) fn bracketed(class: &ast::ClassBracketed, folds: bool) -> Option<ClassUnicode> {
    let ast::ClassSet::Item(item) = &class.kind else { return None };
    let mut members = ClassUnicode::empty();
    match item {
        ClassSetItem::Union(union) => {
            for item in &union.items {
                add(&mut members, item, folds)?;
            }
        }
        item => add(&mut members, item, folds)?,
    }
    Some(finished(members, folds, class.negated))
}

fn add(members: &mut ClassUnicode, item: &ClassSetItem, folds: bool) -> Option<()> {
    match item {
        ClassSetItem::Empty(_) => {}
        ClassSetItem::Literal(literal) => {
            members.push(ClassUnicodeRange::new(literal.c, literal.c))
        }
        ClassSetItem::Range(range) => {
            members.push(ClassUnicodeRange::new(range.start.c, range.end.c));
        }
        ClassSetItem::Ascii(class) => {
            members.union(&finished(of_ranges(posix(&class.kind)), folds, class.negated));
        }
        ClassSetItem::Perl(class) => members.union(&perl(class)),
        ClassSetItem::Unicode(class) => members.union(&named(class, folds)?),
        ClassSetItem::Bracketed(_) | ClassSetItem::Union(_) => return None,
    }
    Some(())
}

/// A character, with those that differ from it in case alone if it folds.
pub(super) fn character(character: char, folds: bool) -> ClassUnicode {
    finished(of_ranges(&[(character, character)]), folds, false)
}

/// A class such as `\d`: ASCII in RE2, and `\s` has no vertical tab there.
pub(super) fn perl(class: &ast::ClassPerl) -> ClassUnicode {
    let members = of_ranges(match class.kind {
        ClassPerlKind::Digit => &[('0', '9')],
        ClassPerlKind::Space => &[('\t', '\n'), ('\u{c}', '\r'), (' ', ' ')],
        ClassPerlKind::Word => posix(&ClassAsciiKind::Word),
    });
    finished(members, false, class.negated)
}

/// A class such as `\p{Greek}`; `None` if nothing has that name.
pub(super) fn named(class: &ast::ClassUnicode, folds: bool) -> Option<ClassUnicode> {
    let mut letter = [0; 4];
    let name = match &class.kind {
        ast::ClassUnicodeKind::OneLetter(first) => &*first.encode_utf8(&mut letter),
        ast::ClassUnicodeKind::Named(name) => name,
        ast::ClassUnicodeKind::NamedValue { .. } => return None,
    };
    let (negated, name) = match name.strip_prefix('^') {
        Some(name) => (!class.negated, name),
        None => (class.negated, name),
    };
    let members = match name {
        "Any" => of_ranges(&[('\0', char::MAX)]),
        _ if name.len() <= 2 => members_of(categories(), |category| is_in(category, name)),
        _ => {
            let script = Script::from_full_name(name)?;
            members_of(scripts(), |other| other == script)
        }
    };
    Some(finished(members, folds, negated))
}

/// Whether a general category is the one of this name or, for a name of one letter, one of its group. Unassigned characters
/// belong to none.
fn is_in(category: GeneralCategory, name: &str) -> bool {
    category != GeneralCategory::Unassigned && category.abbreviation().starts_with(name)
}

fn members_of<T: Copy>(runs: &Runs<T>, is_member: impl Fn(T) -> bool) -> ClassUnicode {
    let members = runs.iter().filter(|(_, _, value)| is_member(*value));
    ClassUnicode::new(members.map(|&(first, last, _)| ClassUnicodeRange::new(first, last)))
}

fn categories() -> &'static Runs<GeneralCategory> {
    static RUNS: OnceLock<Runs<GeneralCategory>> = OnceLock::new();
    RUNS.get_or_init(|| runs(get_general_category))
}

fn scripts() -> &'static Runs<Script> {
    static RUNS: OnceLock<Runs<Script>> = OnceLock::new();
    RUNS.get_or_init(|| runs(|character| character.script()))
}

fn runs<T: PartialEq>(value_of: impl Fn(char) -> T) -> Runs<T> {
    let mut runs: Runs<T> = Vec::new();
    for character in '\0'..=char::MAX {
        let value = value_of(character);
        match runs.last_mut() {
            Some((_, last, known)) if *known == value => *last = character,
            _ => runs.push((character, character, value)),
        }
    }
    runs
}

/// The class with its case variants if it folds, and then negated if it is.
fn finished(mut members: ClassUnicode, folds: bool, negated: bool) -> ClassUnicode {
    if folds {
        fold(&mut members);
    }
    if negated {
        members.negate();
    }
    members
}

/// Adds the characters that differ from a member in case alone.
fn fold(members: &mut ClassUnicode) {
    let mut variants = Vec::new();
    for range in members.ranges() {
        if !range.end().is_ascii() {
            let first = variant_pairs().partition_point(|(of, _)| *of < range.start());
            let inside = variant_pairs().iter().skip(first);
            variants.extend(inside.take_while(|(of, _)| *of <= range.end()).map(|(_, also)| *also));
            continue;
        }
        for character in range.start()..=range.end() {
            variants.push(character.to_ascii_lowercase());
            variants.push(character.to_ascii_uppercase());
            match character {
                'k' | 'K' => variants.push('\u{212a}'),
                's' | 'S' => variants.push('\u{17f}'),
                _ => {}
            }
        }
    }
    members.union(&ClassUnicode::new(variants.into_iter().map(|c| ClassUnicodeRange::new(c, c))));
}

/// Each character that has variants in case, with each of them, in order.
fn variant_pairs() -> &'static [(char, char)] {
    static PAIRS: OnceLock<Vec<(char, char)>> = OnceLock::new();
    PAIRS.get_or_init(|| {
        let mut folded: Vec<(char, char)> = ('\0'..=char::MAX)
            .filter(|character| character.is_alphabetic())
            .map(|character| (folding(character), character))
            .collect();
        folded.sort_unstable();
        let mut pairs = Vec::new();
        for variants in folded.chunk_by(|left, right| left.0 == right.0) {
            for (_, of) in variants {
                let others = variants.iter().filter(|(_, also)| also != of);
                pairs.extend(others.map(|(_, also)| (*of, *also)));
            }
        }
        pairs.sort_unstable();
        pairs
    })
}

/// What all variants of a character in case have in common. The dotless i has no variant, although its capital is that of i.
fn folding(character: char) -> char {
    if character == '\u{131}' {
        return character;
    }
    let upper = only(character.to_uppercase(), character);
    only(upper.to_lowercase(), upper)
}

/// The character of a case conversion to a single one, else the character that was converted.
fn only(mut converted: impl Iterator<Item = char>, character: char) -> char {
    match (converted.next(), converted.next()) {
        (Some(single), None) => single,
        _ => character,
    }
}

fn of_ranges(ranges: &[(char, char)]) -> ClassUnicode {
    ClassUnicode::new(ranges.iter().map(|&(first, last)| ClassUnicodeRange::new(first, last)))
}

/// The members of a class such as `[:alpha:]`.
fn posix(kind: &ClassAsciiKind) -> &'static [(char, char)] {
    match kind {
        ClassAsciiKind::Alnum => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
        ClassAsciiKind::Alpha => &[('A', 'Z'), ('a', 'z')],
        ClassAsciiKind::Ascii => &[('\0', '\x7f')],
        ClassAsciiKind::Blank => &[('\t', '\t'), (' ', ' ')],
        ClassAsciiKind::Cntrl => &[('\0', '\x1f'), ('\x7f', '\x7f')],
        ClassAsciiKind::Digit => &[('0', '9')],
        ClassAsciiKind::Graph => &[('!', '~')],
        ClassAsciiKind::Lower => &[('a', 'z')],
        ClassAsciiKind::Print => &[(' ', '~')],
        ClassAsciiKind::Punct => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        ClassAsciiKind::Space => &[('\t', '\r'), (' ', ' ')],
        ClassAsciiKind::Upper => &[('A', 'Z')],
        ClassAsciiKind::Word => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        ClassAsciiKind::Xdigit => &[('0', '9'), ('A', 'F'), ('a', 'f')],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Characters that fold since a version of Unicode on which RE2's tables do not rest.
    const LATER: [char; 6] = ['\u{390}', '\u{3b0}', '\u{1fd3}', '\u{1fe3}', '\u{fb05}', '\u{fb06}'];

    #[test]
    fn characters_fold_as_unicode_folds_them() {
        let is_assigned = |c: &char| get_general_category(*c) != GeneralCategory::Unassigned;
        let members = |class: &ClassUnicode| -> Vec<char> {
            class.iter().flat_map(|range| range.start()..=range.end()).filter(is_assigned).collect()
        };
        for single in ('\0'..=char::MAX).filter(|c| is_assigned(c) && !LATER.contains(c)) {
            let mut unicode = of_ranges(&[(single, single)]);
            unicode.try_case_fold_simple().unwrap();
            assert_eq!(members(&character(single, true)), members(&unicode), "{single:?}");
        }
    }

    #[test]
    fn a_range_folds_as_its_characters_do() {
        let mut whole = of_ranges(&[('a', '\u{3c9}')]);
        fold(&mut whole);
        let mut single = ClassUnicode::empty();
        for member in 'a'..='\u{3c9}' {
            single.union(&character(member, true));
        }
        assert_eq!(whole, single);
    }
}
