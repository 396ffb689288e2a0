//! Whether one pattern is at least as strict as another: every text that it matches, the other matches too.
//!
//! This compares syntax trees, alternative by alternative and part by part. It recognizes patterns that were made from each other
//! by adding anchors, escapes or narrower classes. For everything else the answer is "no", which is the conservative one.

use std::cell::Cell;

use regex_syntax::ast::{
    Assertion, Ast, ClassPerl, ClassPerlKind, ClassSet, ClassSetItem, GroupKind, Repetition,
    RepetitionKind, RepetitionRange, Span,
};

use super::pattern_tree;

/// More alternatives than these are not compared.
const MAX_ROWS: usize = 64;
/// The parts of all alternatives together.
const MAX_PARTS: usize = 1 << 16;
/// Pairs of parts that are compared before the search is given up.
const MAX_STEPS: u32 = 1 << 20;

/// Whether it is certain that every text in which `inner` finds a match is one in which `outer` finds one.
pub fn is_included(inner: &str, outer: &str) -> bool {
    if inner == outer || unwrapped(inner) == outer {
        return true;
    }
    let (Some(inner_tree), Some(outer_tree)) = (pattern_tree(inner), pattern_tree(outer)) else {
        return false;
    };
    // Flags change the meaning of the parts behind them.
    if has_flags(&inner_tree) || has_flags(&outer_tree) {
        return false;
    }
    let pair = Pair { inner, outer, steps_left: Cell::new(MAX_STEPS) };
    pair.within(&inner_tree, &outer_tree)
}

/// The pattern in `^(?:…)$`; either anchor may be left out.
fn unwrapped(pattern: &str) -> &str {
    let start = pattern.strip_prefix('^').unwrap_or(pattern);
    let end = start.strip_suffix('$').unwrap_or(start);
    end.strip_prefix("(?:")
        .and_then(|rest| rest.strip_suffix(')'))
        .filter(|inner| is_balanced(inner))
        .unwrap_or(pattern)
}

/// Whether a part of a pattern is a pattern by itself, so that the brackets around it are one group.
fn is_balanced(part: &str) -> bool {
    pattern_tree(part).is_some()
}

/// Whether any part of a pattern sets flags.
fn has_flags(tree: &Ast) -> bool {
    let mut waiting = vec![tree];
    while let Some(part) = waiting.pop() {
        match part {
            Ast::Flags(_) => return true,
            Ast::Group(group) => {
                if matches!(&group.kind, GroupKind::NonCapturing(flags) if !flags.items.is_empty())
                {
                    return true;
                }
                waiting.push(&group.ast);
            }
            Ast::Repetition(repetition) => waiting.push(&repetition.ast),
            Ast::Alternation(alternation) => waiting.extend(&alternation.asts),
            Ast::Concat(concat) => waiting.extend(&concat.asts),
            _ => {}
        }
    }
    false
}

/// The texts of both patterns, in which the spans of their trees lie.
struct Pair<'p> {
    inner: &'p str,
    outer: &'p str,
    steps_left: Cell<u32>,
}

/// The parts of an alternative, one behind the other.
type Row<'t> = Vec<&'t Ast>;

impl Pair<'_> {
    fn within(&self, inner: &Ast, outer: &Ast) -> bool {
        let (Some(inner), Some(outer)) = (rows(inner), rows(outer)) else { return false };
        inner.iter().all(|row| outer.iter().any(|other| self.row_within(row, other)))
    }

    /// Part by part. An assertion that only the inner row has makes it stricter.
    fn row_within(&self, inner: &[&Ast], outer: &[&Ast]) -> bool {
        let mut wanted = outer.iter().peekable();
        for part in inner {
            if wanted.next_if(|other| self.part_within(part, other)).is_none()
                && !matches!(part, Ast::Assertion(_))
            {
                return false;
            }
        }
        wanted.peek().is_none()
    }

    fn part_within(&self, inner: &Ast, outer: &Ast) -> bool {
        let Some(left) = self.steps_left.get().checked_sub(1) else { return false };
        self.steps_left.set(left);
        let slice = |text: &str, span: &Span| {
            text.get(span.start.offset..span.end.offset).map(str::to_owned)
        };
        match (inner, outer) {
            (Ast::Assertion(inner), Ast::Assertion(outer)) => same_assertion(inner, outer),
            (Ast::Repetition(inner), Ast::Repetition(outer)) => self.turns_within(inner, outer),
            (Ast::Assertion(_) | Ast::Repetition(_), _)
            | (_, Ast::Assertion(_) | Ast::Repetition(_)) => false,
            (inner, outer) => match (Characters::of(inner), Characters::of(outer)) {
                (Some(inner), Some(outer)) => inner.are_within(&outer),
                _ => slice(self.inner, inner.span()) == slice(self.outer, outer.span()),
            },
        }
    }

    fn turns_within(&self, inner: &Repetition, outer: &Repetition) -> bool {
        let (Some(inner), Some(outer)) = (Turns::of(inner), Turns::of(outer)) else {
            return false;
        };
        let fits = outer.least <= inner.least
            && match (inner.most, outer.most) {
                (_, None) => true,
                (Some(inner), Some(outer)) => inner <= outer,
                (None, Some(_)) => false,
            };
        fits && self.within(inner.of, outer.of)
    }
}

fn same_assertion(inner: &Assertion, outer: &Assertion) -> bool {
    inner.kind == outer.kind
}

/// The alternatives of a pattern with those of its groups multiplied out; `None` if they are too many.
fn rows(tree: &Ast) -> Option<Vec<Row<'_>>> {
    let found = match tree {
        Ast::Empty(_) => vec![Row::new()],
        Ast::Group(group) => rows(&group.ast)?,
        Ast::Alternation(alternation) => {
            let mut found = Vec::new();
            for part in &alternation.asts {
                found.extend(rows(part)?);
            }
            found
        }
        Ast::Concat(concat) => {
            let mut found = vec![Row::new()];
            for part in &concat.asts {
                let more = rows(part)?;
                if let [only] = more.as_slice() {
                    found.iter_mut().for_each(|row| row.extend(only));
                } else if found.len() * more.len() > MAX_ROWS {
                    return None;
                } else {
                    let mut product = Vec::new();
                    for row in &found {
                        product.extend(more.iter().map(|end| [row.as_slice(), end].concat()));
                    }
                    found = product;
                }
            }
            found
        }
        part => vec![vec![part]],
    };
    let parts: usize = found.iter().map(Vec::len).sum();
    (found.len() <= MAX_ROWS && parts <= MAX_PARTS).then_some(found)
}

/// What is repeated, and how often.
struct Turns<'t> {
    of: &'t Ast,
    least: u64,
    most: Option<u64>,
}

impl<'t> Turns<'t> {
    /// A repetition of an endless repetition is one of them: `(a+)*` is `a*`.
    fn of(repetition: &'t Repetition) -> Option<Self> {
        let (least, most) = match &repetition.op.kind {
            RepetitionKind::ZeroOrOne => (0, Some(1)),
            RepetitionKind::ZeroOrMore => (0, None),
            RepetitionKind::OneOrMore => (1, None),
            RepetitionKind::Range(RepetitionRange::Exactly(times)) => (*times, Some(*times)),
            RepetitionKind::Range(RepetitionRange::AtLeast(times)) => (*times, None),
            RepetitionKind::Range(RepetitionRange::Bounded(least, most)) => (*least, Some(*most)),
        };
        let outer =
            Self { of: &repetition.ast, least: u64::from(least), most: most.map(u64::from) };
        let mut inside = &*repetition.ast;
        while let Ast::Group(group) = inside {
            inside = &group.ast;
        }
        let Ast::Repetition(inner) = inside else { return Some(outer) };
        let inner = Turns::of(inner)?;
        let has_no_gap = outer.least > 0 || inner.least <= 1;
        if inner.most.is_some() || !has_no_gap || outer.most == Some(0) {
            return Some(outer);
        }
        Some(Self { of: inner.of, least: outer.least.saturating_mul(inner.least), most: None })
    }
}

/// The characters for which a part stands: ranges in order, apart from each other.
struct Characters(Vec<(u32, u32)>);

const LAST: u32 = char::MAX as u32;

impl Characters {
    /// None for a part that stands for more than a character, and for a class that needs tables.
    fn of(part: &Ast) -> Option<Self> {
        match part {
            Ast::Literal(literal) => Some(Self::new(vec![(literal.c as u32, literal.c as u32)])),
            Ast::Dot(_) => Some(Self::new(vec![(u32::from('\n'), u32::from('\n'))]).negated()),
            Ast::ClassPerl(class) => Some(Self::of_perl(class)),
            Ast::ClassBracketed(class) => {
                let ClassSet::Item(item) = &class.kind else { return None };
                let items = match item {
                    ClassSetItem::Union(union) => union.items.as_slice(),
                    item => std::slice::from_ref(item),
                };
                let mut ranges = Vec::new();
                for item in items {
                    match item {
                        ClassSetItem::Empty(_) => {}
                        ClassSetItem::Literal(literal) => {
                            ranges.push((literal.c as u32, literal.c as u32));
                        }
                        ClassSetItem::Range(range) => {
                            ranges.push((range.start.c as u32, range.end.c as u32));
                        }
                        ClassSetItem::Perl(class) => ranges.extend(Self::of_perl(class).0),
                        _ => return None,
                    }
                }
                let characters = Self::new(ranges);
                Some(if class.negated { characters.negated() } else { characters })
            }
            _ => None,
        }
    }

    /// RE2 has `\d`, `\s` and `\w` for ASCII alone.
    fn of_perl(class: &ClassPerl) -> Self {
        let ranges: &[(char, char)] = match class.kind {
            ClassPerlKind::Digit => &[('0', '9')],
            ClassPerlKind::Space => &[('\t', '\n'), ('\u{c}', '\r'), (' ', ' ')],
            ClassPerlKind::Word => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        };
        let ranges = ranges.iter().map(|(start, end)| (u32::from(*start), u32::from(*end)));
        let characters = Self::new(ranges.collect());
        if class.negated { characters.negated() } else { characters }
    }

    fn new(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.sort_unstable();
        let mut joined: Vec<(u32, u32)> = Vec::new();
        for (start, end) in ranges {
            match joined.last_mut() {
                Some((_, last)) if start <= last.saturating_add(1) => *last = end.max(*last),
                _ => joined.push((start, end)),
            }
        }
        Self(joined)
    }

    fn negated(self) -> Self {
        let mut gaps = Vec::new();
        let mut next = 0;
        for (start, end) in self.0 {
            if start > next {
                gaps.push((next, start - 1));
            }
            next = end + 1;
        }
        if next <= LAST {
            gaps.push((next, LAST));
        }
        Self(gaps)
    }

    fn are_within(&self, others: &Self) -> bool {
        self.0.iter().all(|(start, end)| {
            let after = others.0.partition_point(|(first, _)| first <= start);
            let around = after.checked_sub(1).and_then(|place| others.0.get(place));
            around.is_some_and(|(_, last)| end <= last)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::is_included;

    #[test]
    fn what_is_anchored_escaped_or_narrower_is_included() {
        for (inner, outer) in [
            ("^(?:dev|test)$", "dev|test"),
            ("^(?:(?i)dev|test)$", "(?i)dev|test"),
            ("^dev/", "dev/"),
            ("^(?:rm|shutdown)$", "^rm|shutdown$"),
            ("^(?:a|b)", "^a|b"),
            ("^api\\.corp\\.com$", "^api.corp.com$"),
            ("^[x_A-Za-z]+$", "^[x_A-z]+$"),
            ("^[^A-z]$", "^[^A-Za-z]$"),
            ("^[a-z]+$", "^[a-z]*$"),
            ("^(a+)$", "^(a+)+$"),
            ("^(a+)+$", "^(a+)$"),
            ("^(a+)?b$", "^(a+)*b$"),
            ("^(a*)b$", "^(a*)*b$"),
            ("^\\d{2}$", "^\\w{1,3}$"),
            ("\\p{Greek}", "\\p{Greek}"),
        ] {
            assert!(is_included(inner, outer), "{inner} {outer}");
        }
    }

    #[test]
    fn what_is_not_certain_is_not_included() {
        for (inner, outer) in [
            ("dev|test", "^(?:dev|test)$"),
            ("^rm|shutdown$", "^(?:rm|shutdown)$"),
            ("^api.corp.com$", "^api\\.corp\\.com$"),
            ("^[^A-Za-z]$", "^[^A-z]$"),
            ("^[a-z]*$", "^[a-z]+$"),
            ("^(a+)*b$", "^(a+)b$"),
            ("^(a{2,})*$", "^a*b$"),
            ("(a)|(b)", "(?:a)|(b)c"),
            ("^(?:a)|(?:b)$", "a)|(?:b"),
            ("(?i)dev", "dev"),
            ("a.c", "abc"),
            (".", "\\w"),
            ("\\W", "\\w"),
            ("a|b", "a"),
            ("\\bdev", "\\Bdev"),
            ("\\p{Greek}", "\\p{Latin}"),
            ("a{3}", "a{1,2}"),
            ("a+", "a{1,9}"),
        ] {
            assert!(!is_included(inner, outer), "{inner} {outer}");
        }
    }

    #[test]
    fn a_pattern_made_to_be_slow_is_given_up() {
        let nested = |leaf: &str| {
            let deeper = |inner: String, _| format!("(?:(?:{inner})+|(?:{inner})+)");
            (0..10).fold(leaf.to_owned(), deeper)
        };
        assert!(!is_included(&nested("a"), &nested("b")));
    }
}
