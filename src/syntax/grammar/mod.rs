//! The grammar in `grammar/gate.pest`, run by pest. No other module names pest or a rule of the grammar.

mod expected;
mod nodes;

use std::ops::Range;

use pest::Parser as _;
use pest::error::{ErrorVariant, InputLocation};

pub use expected::Expected;
pub(super) use nodes::Reading;

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/gate.pest"]
struct Grammar;

/// What the reader asks the grammar for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GrammarEntry {
    /// As many statements and blocks as are right.
    Run,
    /// A statement outside a block.
    Item,
    /// `tool SELECTORS {`
    BlockOpen,
    /// A rule in a block.
    BlockItem,
    /// `test "NAME" {`
    TestOpen,
    /// A step of a test.
    TestStep,
    /// `}` and the end of its line.
    BlockClose,
    /// A complete statement or rule with which the next line claims to go on: always refused.
    GoingOn,
}

impl GrammarEntry {
    fn rule(self) -> Rule {
        match self {
            GrammarEntry::Run => Rule::run_of_statements,
            GrammarEntry::Item => Rule::item,
            GrammarEntry::BlockOpen => Rule::block_open,
            GrammarEntry::BlockItem => Rule::block_item,
            GrammarEntry::TestOpen => Rule::test_open,
            GrammarEntry::TestStep => Rule::test_item,
            GrammarEntry::BlockClose => Rule::block_close,
            GrammarEntry::GoingOn => Rule::going_on,
        }
    }
}

/// Where the grammar gave up, and what it could have taken there.
#[derive(Debug)]
pub(super) struct Refusal {
    /// Offset in the whole text.
    pub offset: usize,
    /// What was tried there and failed, each once.
    pub expected: Vec<Expected>,
    /// Whether it was not asked at all, because the bracket there nests too deep.
    pub too_deep: bool,
}

impl Refusal {
    /// Nothing that the grammar knows begins there.
    pub(super) fn at(offset: usize) -> Self {
        Self { offset, expected: Vec::new(), too_deep: false }
    }
}

/// Reads one entry at an offset of a text; what it may look at ends at `end`.
pub(super) fn read(
    entry: GrammarEntry,
    text: &str,
    at: usize,
    end: usize,
) -> Result<Reading<'_>, Refusal> {
    let rest = text.get(at..end).unwrap_or("");
    match Grammar::parse(entry.rule(), rest) {
        Ok(pairs) => Ok(Reading::new(pairs, at)),
        Err(error) => {
            let (InputLocation::Pos(offset) | InputLocation::Span((offset, _))) = error.location;
            let rules = match error.variant {
                ErrorVariant::ParsingError { positives, .. } => positives,
                ErrorVariant::CustomError { .. } => Vec::new(),
            };
            Err(Refusal { expected: Expected::of(&rules), ..Refusal::at(at + offset) })
        }
    }
}

/// What the grammar reads as one thing in the right statement or block at an offset: words, names, strings, arguments, marks and
/// comments. The measure of the lexer in tests.
#[doc(hidden)]
pub fn terminals(text: &str, at: usize) -> Vec<Range<usize>> {
    let rest = text.get(at..).unwrap_or("");
    let mut found = Vec::new();
    for rule in [Rule::block, Rule::test_block, Rule::item, Rule::block_item] {
        if let Ok(pairs) = Grammar::parse(rule, rest) {
            pairs.for_each(|pair| nodes::terminals(pair, at, &mut found));
            break;
        }
    }
    found
}

/// Whether the definition as a whole, rule `file`, takes a text: the measure of the reader's own steps in tests.
pub fn accepts(text: &str) -> bool {
    !super::nesting::is_too_deep(text) && Grammar::parse(Rule::file, text).is_ok()
}
