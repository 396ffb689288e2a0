//! A text that matches some patterns and not others: the shortest, from the product of their automata.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use smallvec::SmallVec;

use super::Undecided;
use super::domain::Range;
use crate::policy::pattern::{Pattern, Progress};

/// How many states of the product one question may visit.
const MAX_STATES: usize = 20_000;
/// Longer texts than this are not looked for where a length is demanded.
const MAX_LENGTH: usize = 512;

/// The texts that are wanted.
#[derive(Debug, Default)]
pub(super) struct TextSet {
    /// Patterns, and whether they must match.
    pub(super) patterns: Vec<(Arc<Pattern>, bool)>,
    /// Texts that are not wanted.
    pub(super) excluded: Vec<Box<str>>,
    /// How many characters there may be.
    pub(super) length: Range,
}

/// A state of the product.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    patterns: SmallVec<[Progress; 4]>,
    /// The node of the excluded texts that the text has reached; `None` when it is not the beginning of one.
    excluded: Option<u32>,
    /// Bytes that the character still needs, and what the next may be.
    rest: Rest,
    /// Characters so far, counted as far as it matters.
    length: u32,
}

/// What may follow in UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Rest {
    /// A new character.
    None,
    /// So many further bytes, the first of them from a range.
    Bytes { count: u8, from: u8, to: u8 },
}

impl TextSet {
    /// The shortest text that is wanted; of several of one length that with the plainest characters. `None` if there is none.
    /// Besides, how many steps the search took.
    pub(super) fn pick(&self) -> (Result<Option<String>, Undecided>, usize) {
        let counted = self.length.most.map_or(self.length.least, |most| most.saturating_add(1));
        if self.length.least > MAX_LENGTH {
            return (Err(Undecided::Texts), 0);
        }
        if self.patterns.is_empty() && self.excluded.is_empty() {
            let is_possible = self.length.holds(self.length.least);
            return (Ok(is_possible.then(|| "a".repeat(self.length.least))), self.length.least);
        }
        let mut search = TextSearch {
            texts: self,
            excluded: Excluded::of(&self.excluded),
            alphabet: self.alphabet(),
            counted: u32::try_from(counted.min(MAX_LENGTH + 1)).unwrap_or(u32::MAX),
            work: 0,
        };
        (search.run(), search.work)
    }

    /// A byte of each class that the patterns and excluded texts can tell apart, the plainest first.
    fn alphabet(&self) -> Vec<u8> {
        let mut named = [false; 256];
        for byte in self.excluded.iter().flat_map(|text| text.bytes()) {
            if let Some(place) = named.get_mut(usize::from(byte)) {
                *place = true;
            }
        }
        let mut bytes: Vec<u8> = (0..=u8::MAX).collect();
        bytes.sort_by_key(|byte| (plainness(*byte), *byte));
        let mut seen = std::collections::HashSet::new();
        bytes.retain(|byte| {
            let is_named = named.get(usize::from(*byte)) == Some(&true);
            let classes: SmallVec<[u8; 4]> =
                self.patterns.iter().map(|(pattern, _)| pattern.class(*byte)).collect();
            seen.insert((classes, utf8_class(*byte), is_named.then_some(*byte)))
        });
        bytes
    }
}

/// How soon a byte is tried: letters, digits, other printable characters, the rest.
fn plainness(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => 0,
        b'0'..=b'9' => 1,
        b'A'..=b'Z' => 2,
        b'!'..=b'~' => 3,
        b' ' => 4,
        0x80.. => 5,
        _ => 6,
    }
}

/// Bytes of one class may occur at the same positions of UTF-8.
fn utf8_class(byte: u8) -> u8 {
    match byte {
        0..=0x7f => 0,
        0x80..=0x8f => 1,
        0x90..=0x9f => 2,
        0xa0..=0xbf => 3,
        0xc2..=0xdf => 4,
        0xe0 => 5,
        0xe1..=0xec | 0xee..=0xef => 6,
        0xed => 7,
        0xf0 => 8,
        0xf1..=0xf3 => 9,
        0xf4 => 10,
        _ => 11,
    }
}

impl Rest {
    /// What may follow after a byte; `None` if the byte may not stand here.
    fn step(self, byte: u8) -> Option<Rest> {
        let bytes = |count, from, to| Some(Rest::Bytes { count, from, to });
        match self {
            Rest::None => match byte {
                0..=0x7f => Some(Rest::None),
                0xc2..=0xdf => bytes(1, 0x80, 0xbf),
                0xe0 => bytes(2, 0xa0, 0xbf),
                0xed => bytes(2, 0x80, 0x9f),
                0xe1..=0xef => bytes(2, 0x80, 0xbf),
                0xf0 => bytes(3, 0x90, 0xbf),
                0xf1..=0xf3 => bytes(3, 0x80, 0xbf),
                0xf4 => bytes(3, 0x80, 0x8f),
                _ => None,
            },
            Rest::Bytes { count, from, to } if (from..=to).contains(&byte) => match count {
                1 => Some(Rest::None),
                _ => bytes(count - 1, 0x80, 0xbf),
            },
            Rest::Bytes { .. } => None,
        }
    }
}

/// The excluded texts as a tree of bytes.
struct Excluded {
    nodes: Vec<(HashMap<u8, u32>, bool)>,
}

impl Excluded {
    fn of(texts: &[Box<str>]) -> Self {
        let mut tree = Self { nodes: vec![(HashMap::new(), false)] };
        for text in texts {
            let mut at = 0;
            for byte in text.bytes() {
                let next = u32::try_from(tree.nodes.len()).unwrap_or(u32::MAX);
                let Some((children, _)) = tree.nodes.get_mut(at as usize) else { break };
                let known = *children.entry(byte).or_insert(next);
                if known == next {
                    tree.nodes.push((HashMap::new(), false));
                }
                at = known;
            }
            if let Some((_, is_end)) = tree.nodes.get_mut(at as usize) {
                *is_end = true;
            }
        }
        tree
    }

    fn step(&self, at: Option<u32>, byte: u8) -> Option<u32> {
        self.nodes.get(at? as usize)?.0.get(&byte).copied()
    }

    fn ends(&self, at: Option<u32>) -> bool {
        at.and_then(|at| self.nodes.get(at as usize)).is_some_and(|(_, is_end)| *is_end)
    }
}

/// A breadth-first walk through the product.
struct TextSearch<'t> {
    texts: &'t TextSet,
    excluded: Excluded,
    alphabet: Vec<u8>,
    /// Up to which length characters are counted.
    counted: u32,
    /// Steps taken so far.
    work: usize,
}

impl TextSearch<'_> {
    fn run(&mut self) -> Result<Option<String>, Undecided> {
        let patterns = self.texts.patterns.iter().map(|(pattern, _)| pattern.start()).collect();
        let first = State { patterns, excluded: Some(0), rest: Rest::None, length: 0 };
        if !self.is_alive(&first) {
            return Ok(None);
        }
        // Of each state the one before it and the byte between them.
        let mut visited: Vec<(usize, u8)> = vec![(0, 0)];
        let mut numbers: HashMap<State, usize> = HashMap::from([(first.clone(), 0)]);
        let mut waiting = VecDeque::from([(0, first)]);
        while let Some((number, state)) = waiting.pop_front() {
            if self.is_wanted(&state) {
                return Ok(spell(&visited, number));
            }
            self.work += self.alphabet.len();
            for &byte in &self.alphabet {
                let Some(next) = self.step(&state, byte) else { continue };
                if numbers.contains_key(&next) {
                    continue;
                }
                if visited.len() == MAX_STATES {
                    return Err(Undecided::Texts);
                }
                numbers.insert(next.clone(), visited.len());
                waiting.push_back((visited.len(), next));
                visited.push((number, byte));
            }
        }
        Ok(None)
    }

    fn step(&self, state: &State, byte: u8) -> Option<State> {
        let rest = state.rest.step(byte)?;
        let begins = state.rest == Rest::None;
        let length = (state.length + u32::from(begins)).min(self.counted);
        let is_too_long = |most| u32::try_from(most).is_ok_and(|most| length > most);
        if self.texts.length.most.is_some_and(is_too_long) {
            return None;
        }
        let pairs = self.texts.patterns.iter().zip(&state.patterns);
        let patterns =
            pairs.map(|((pattern, _), progress)| pattern.step(*progress, byte)).collect();
        let excluded = self.excluded.step(state.excluded, byte);
        let next = State { patterns, excluded, rest, length };
        self.is_alive(&next).then_some(next)
    }

    /// Whether a text that goes on from here may be wanted.
    fn is_alive(&self, state: &State) -> bool {
        let mut pairs = self.texts.patterns.iter().zip(&state.patterns);
        pairs.all(|((_, wanted), progress)| {
            *progress != if *wanted { Progress::Dead } else { Progress::Matched }
        })
    }

    /// Whether the text that ends here is wanted.
    fn is_wanted(&self, state: &State) -> bool {
        let mut pairs = self.texts.patterns.iter().zip(&state.patterns);
        state.rest == Rest::None
            && usize::try_from(state.length).is_ok_and(|length| length >= self.texts.length.least)
            && !self.excluded.ends(state.excluded)
            && pairs.all(|((pattern, wanted), progress)| pattern.ends(*progress) == *wanted)
    }
}

/// The bytes on the way to a state.
fn spell(visited: &[(usize, u8)], mut number: usize) -> Option<String> {
    let mut bytes = Vec::new();
    while number != 0 {
        let (before, byte) = visited.get(number)?;
        bytes.push(*byte);
        number = *before;
    }
    bytes.reverse();
    String::from_utf8(bytes).ok()
}
