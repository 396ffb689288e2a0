//! Patterns as automata: the one place that runs RE2 expressions.
//!
//! An automaton answers at a known cost per byte whether a text matches, and automata can be intersected and complemented,
//! which [`super::logic`] needs. The dialect is that of [`super::check_pattern`]; [`translate`] gives each part its meaning.

mod classes;
mod translate;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use regex_automata::Anchored;
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::{primitives::StateID, start};

use super::regex::any_pattern_tree;

/// How much memory one automaton may take, in bytes.
const MAX_AUTOMATON_BYTES: usize = 1024 * 1024;
/// Building an automaton costs about as much as a step of the logic for so many bytes of it.
const BYTES_PER_STEP: usize = 16;

/// A pattern that can be run.
pub struct Pattern {
    automaton: dense::DFA<Vec<u32>>,
    start: StateID,
}

/// Where a pattern has got to in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Progress {
    /// A match may still come.
    Running(StateID),
    /// The text read so far holds a match.
    Matched,
    /// No text that goes on from here matches.
    Dead,
}

impl fmt::Debug for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Pattern({} bytes)", self.automaton.memory_usage())
    }
}

impl Pattern {
    /// Compiles a pattern that [`super::check_pattern`] takes; `None` if its automaton would be too large.
    pub fn compile(pattern: &str) -> Option<Self> {
        let tree = any_pattern_tree(pattern)?;
        let nfa = thompson::Config::new()
            .utf8(false)
            .which_captures(thompson::WhichCaptures::None)
            .nfa_size_limit(Some(MAX_AUTOMATON_BYTES));
        let dense = dense::Config::new()
            .start_kind(StartKind::Unanchored)
            .dfa_size_limit(Some(MAX_AUTOMATON_BYTES))
            .determinize_size_limit(Some(MAX_AUTOMATON_BYTES));
        let nfa = thompson::Compiler::new()
            .configure(nfa)
            .build_from_hir(&translate::expression(&tree)?)
            .ok()?;
        let automaton = dense::Builder::new().configure(dense).build_from_nfa(&nfa).ok()?;
        let start = automaton.start_state(&start::Config::new().anchored(Anchored::No)).ok()?;
        Some(Self { automaton, start })
    }

    /// Where it is before the first byte of a text.
    pub fn start(&self) -> Progress {
        self.progress(self.start)
    }

    /// Where it is after one byte more.
    pub fn step(&self, progress: Progress, byte: u8) -> Progress {
        match progress {
            Progress::Running(state) => self.progress(self.automaton.next_state(state, byte)),
            ended => ended,
        }
    }

    /// Whether a text that ends here holds a match.
    pub fn ends(&self, progress: Progress) -> bool {
        match progress {
            Progress::Running(state) => {
                self.automaton.is_match_state(self.automaton.next_eoi_state(state))
            }
            ended => ended == Progress::Matched,
        }
    }

    /// Whether the pattern matches somewhere in a text.
    pub fn is_match(&self, text: &str) -> bool {
        let step = |progress, byte| self.step(progress, byte);
        self.ends(text.bytes().fold(self.start(), step))
    }

    /// The class of a byte: bytes of one class lead to the same states.
    pub fn class(&self, byte: u8) -> u8 {
        self.automaton.byte_classes().get(byte)
    }

    fn progress(&self, state: StateID) -> Progress {
        if self.automaton.is_match_state(state) {
            Progress::Matched
        } else if self.automaton.is_dead_state(state) || self.automaton.is_quit_state(state) {
            Progress::Dead
        } else {
            Progress::Running(state)
        }
    }
}

/// Patterns that have been compiled, by their text.
#[derive(Debug, Default)]
pub struct Patterns {
    compiled: HashMap<Box<str>, Option<Arc<Pattern>>>,
    work: usize,
}

impl Patterns {
    /// The pattern of a text; `None` if its automaton would be too large or RE2 refuses it.
    pub fn get(&mut self, pattern: &str) -> Option<Arc<Pattern>> {
        if let Some(known) = self.compiled.get(pattern) {
            return known.clone();
        }
        let compiled = Pattern::compile(pattern).map(Arc::new);
        let bytes =
            compiled.as_ref().map_or(MAX_AUTOMATON_BYTES, |found| found.automaton.memory_usage());
        self.work += bytes / BYTES_PER_STEP;
        self.compiled.insert(pattern.into(), compiled.clone());
        compiled
    }

    /// The cost of all compilations so far, in steps of [`super::logic`].
    pub fn work(&self) -> usize {
        self.work
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::compile(pattern).unwrap().is_match(text)
    }

    #[test]
    fn a_pattern_matches_anywhere_unless_it_is_anchored() {
        assert!(matches("b", "abc"));
        assert!(matches("", ""));
        assert!(!matches("^b", "abc"));
        assert!(!matches("b$", "abc"));
        assert!(matches("^a.c$", "a\u{e9}c"));
        assert!(!matches("^a.c$", "a\nc"));
        assert!(matches("(?s)^.*$", "a\nb"));
        assert!(matches("(?i)STRASSE", "strasse"));
        assert!(matches(r"\bcat\b", "a cat."));
        assert!(!matches(r"\bcat\b", "scat"));
    }

    #[test]
    fn classes_of_perl_are_ascii() {
        assert!(!matches(r"^\d$", "\u{663}"));
        assert!(matches(r"^\d$", "3"));
        assert!(matches(r"^[\w-]+$", "a-1_"));
        assert!(!matches(r"^\w$", "\u{e9}"));
        assert!(matches(r"^[^\d]$", "\u{e9}"));
        assert!(!matches(r"^\s$", "\u{b}"));
        assert!(matches(r"^\pL$", "\u{e9}"));
    }

    #[test]
    fn classes_of_unicode_are_those_of_re2() {
        assert!(matches(r"^\p{Greek}\p{Lu}[\pN]$", "\u{3b1}B\u{663}"));
        assert!(!matches(r"^\p{Greek}$", "a") && matches(r"^\P{Greek}$", "a"));
        assert!(matches(r"^\p{^Greek}$", "a") && !matches(r"^\P{^Greek}$", "a"));
        assert!(matches(r"^\p{Any}$", "\u{378}") && !matches(r"^\p{C}$", "\u{378}"));
        assert!(matches(r"^(?i)\p{Lu}$", "a") && !matches(r"^(?i)\P{Lu}$", "a"));
    }

    #[test]
    fn flags_end_with_their_group() {
        assert!(matches("^(?i:a)b$", "Ab") && !matches("^(?i:a)b$", "AB"));
        assert!(matches("^(a(?i)b|c)d$", "aBd") && matches("^(a(?i)b|c)d$", "Cd"));
        assert!(!matches("^(a(?i)b|c)d$", "Ad") && !matches("^(a(?i)b|c)d$", "cD"));
        assert!(matches("^(?i)a(?-i)b$", "Ab") && !matches("^(?i)a(?-i)b$", "AB"));
        assert!(matches("(?m)^b$", "a\nb") && matches("(?s)a.b", "a\nb"));
        assert!(matches("^(?i)[^a]$", "b") && !matches("^(?i)[^a]$", "A"));
        assert!(matches("^(?i)k$", "\u{212a}") && matches("^(?i)[q-t]$", "\u{17f}"));
        assert!(matches("^(?i)\u{3c3}$", "\u{3c2}") && !matches("^(?i)i$", "\u{131}"));
    }

    #[test]
    fn spellings_of_re2_are_read_as_re2_reads_them() {
        assert!(matches(r"^\Qa.b\E$", "a.b") && !matches(r"^\Qa.b\E$", "axb"));
        assert!(matches("^[a&&b]$", "&") && matches("^[a&&b]$", "a"));
        assert!(matches("^[[a]$", "["));
        assert!(matches("^a{,2}$", "a{,2}"));
        assert!(matches("^(?P<n>a)(?:b)$", "ab"));
    }

    #[test]
    fn a_pattern_whose_automaton_explodes_is_not_compiled() {
        assert!(Pattern::compile("(a|b)*a(a|b){200}").is_none());
    }
}
