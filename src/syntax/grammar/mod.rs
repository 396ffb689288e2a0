//! The grammar in `grammar/gate.pest`, run by pest. No other module names pest or a rule of the grammar.

mod expected;
mod nodes;

use pest::Parser as _;
use pest::error::{ErrorVariant, InputLocation};

pub use expected::Expected;
pub(super) use nodes::Reading;

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/gate.pest"]
struct Grammar;

/// What the reader asks the grammar for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// As many statements and blocks as are right.
    Run,
    /// A statement outside a block.
    Item,
    /// `tool SELECTORS {`
    BlockOpen,
    /// A rule in a block.
    BlockItem,
    /// `}` and the end of its line.
    BlockClose,
    /// A complete statement or rule with which the next line claims to go on: always refused.
    GoingOn,
}

impl Entry {
    fn rule(self) -> Rule {
        match self {
            Entry::Run => Rule::run_of_statements,
            Entry::Item => Rule::item,
            Entry::BlockOpen => Rule::block_open,
            Entry::BlockItem => Rule::block_item,
            Entry::BlockClose => Rule::block_close,
            Entry::GoingOn => Rule::going_on,
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
    entry: Entry,
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

/// One token of a text, as the second reading by the grammar gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// The first byte in the text.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// `# …` without the line break.
    Comment,
    /// A string that ends on its line.
    String,
    /// A string followed by a colon, the colon included.
    ObjectKey,
    /// A string that does not end on its line.
    OpenString,
    /// Names, words, numbers, rates, arguments as far as their keys are bare.
    Run,
    /// Operators, brackets, commas, and sets.
    Mark,
    /// A character that the language does not use.
    Other,
}

/// The tokens of a text, comments included, without blanks and line breaks. Total.
pub fn tokens(text: &str) -> Vec<Token> {
    let Ok(pairs) = Grammar::parse(Rule::tokens, text) else { return Vec::new() };
    let inner = pairs.flat_map(pest::iterators::Pair::into_inner);
    inner
        .filter_map(|pair| {
            let kind = match pair.as_rule() {
                Rule::note => TokenKind::Comment,
                Rule::whole_string => TokenKind::String,
                Rule::object_key => TokenKind::ObjectKey,
                Rule::open_string => TokenKind::OpenString,
                Rule::run => TokenKind::Run,
                Rule::mark => TokenKind::Mark,
                Rule::other => TokenKind::Other,
                _ => return None,
            };
            let span = pair.as_span();
            Some(Token { kind, start: span.start(), end: span.end() })
        })
        .collect()
}

/// Whether the definition as a whole, rule `file`, takes a text: the measure of the reader's own steps in tests.
pub fn accepts(text: &str) -> bool {
    super::nesting::too_deep(text).is_empty() && Grammar::parse(Rule::file, text).is_ok()
}
