//! The syntax tree: what a file says, with places instead of texts, and the tokens that it says it in.
//!
//! Nodes hold spans; the characters are looked up in the [`crate::source::SourceSet`]. Nothing is resolved: a name may be unknown, a
//! group undefined, a file missing. What most statements have one of lies in the node itself, what few have behind a
//! pointer: a policy is mostly lines of one tool and one rate.

use std::borrow::Cow;
use std::ops::Range;

use smallvec::SmallVec;

use super::lexer::Token;
use crate::policy::{Operator, Posture, Rate};
use crate::source::{FileId, Span};

/// One file.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The file that the spans refer to.
    pub file: FileId,
    /// The statements in the order of the text.
    pub statements: Vec<Statement>,
    /// The tokens of the text, comments included, in their order. A statement begins and ends where a token does.
    pub tokens: Vec<Token>,
}

impl Tree {
    /// Some statements of a file, as a policy by themselves, without the tokens of the text.
    pub fn of_statements(file: FileId, statements: Vec<Statement>) -> Self {
        Self { file, statements, tokens: Vec::new() }
    }

    /// The tokens that begin in a range of the text. Found by binary search.
    pub fn tokens_in(&self, range: &Range<usize>) -> &[Token] {
        let from = self.tokens.partition_point(|token| token.start() < range.start);
        let rest = self.tokens.get(from..).unwrap_or(&[]);
        let count = rest.partition_point(|token| token.start() < range.end);
        rest.get(..count).unwrap_or(&[])
    }
}

/// A statement outside a block, or a whole block.
#[derive(Clone, Debug)]
pub struct Statement {
    /// From its first word to its last character.
    pub span: Span,
    /// What it says.
    pub kind: StatementKind,
}

/// The statements of the language.
#[derive(Clone, Debug)]
pub enum StatementKind {
    /// `manifest "FILE"`
    Manifest(Text),
    /// `include "FILE"`
    Include(Text),
    /// `default deny`, `default allow`
    Default(Posture),
    /// `group NAME = SELECTORS`
    Group(Group),
    /// `classify NAMES as CLASS [because …]`
    Classify(Classify),
    /// A rule with its own selectors.
    Rule(Subjects, Rule),
    /// `tool SELECTORS { … }`
    Block(Block),
    /// `policy "FILE"`
    Policy(Text),
    /// `test "NAME" { … }`
    Test(TestBlock),
    /// `assert VERDICT …`
    Assert(Box<Assertion>),
    /// Text that is no statement. Its finding has been made; what can be known of it spares others.
    Broken(Broken),
}

/// What a rule outside a block is about.
#[derive(Clone, Debug)]
pub enum Subjects {
    /// `all`: all calls together for `rate`, every tool for `hide`.
    All(Span),
    /// Tools.
    Tools(Selectors),
}

/// `group NAME = SELECTORS`
#[derive(Clone, Debug)]
pub struct Group {
    /// The name, without `@`.
    pub name: Span,
    /// The tools.
    pub selectors: Selectors,
}

/// `classify NAMES as CLASS [because …]`
#[derive(Clone, Debug)]
pub struct Classify {
    /// Names and globs.
    pub names: Vec<Selector>,
    /// The class's word, which may be no class.
    pub class: Span,
    /// The reason.
    pub because: Option<Text>,
}

/// `tool SELECTORS { … }`
#[derive(Clone, Debug)]
pub struct Block {
    /// The tools; `None` when the head is broken.
    pub selectors: Option<Selectors>,
    /// The rules, each with its span.
    pub rules: Vec<(Span, Rule)>,
}

/// `test "NAME" { … }`
#[derive(Clone, Debug)]
pub struct TestBlock {
    /// The name; `None` when the head is broken.
    pub name: Option<Text>,
    /// The steps, each with its span.
    pub steps: Vec<(Span, TestStep)>,
}

/// `assert VERDICT SELECTORS [when CONDITION]`, `assert rate SELECTORS RATES`
#[derive(Clone, Debug)]
pub struct Assertion {
    /// The word of the verdict.
    pub claim: Span,
    /// The tools, or all calls together for `rate all`.
    pub subjects: Subjects,
    /// The rates after `rate`.
    pub rates: SmallVec<[Calls; 1]>,
    /// The condition after `when`.
    pub condition: Option<Condition>,
}

/// A step of a test.
#[derive(Clone, Debug)]
pub enum TestStep {
    /// `at TIME`: the characters of the time, which may not be one.
    At(Span),
    /// `call …`
    Call(Box<TestCall>),
}

/// `call SELECTORS [ARGUMENTS] [N times] -> VERDICT [by COUNTER] [because TEXT]`
#[derive(Clone, Debug)]
pub struct TestCall {
    /// The tools, each of which is called.
    pub selectors: Selectors,
    /// The arguments: an object.
    pub arguments: Option<Literal>,
    /// The digits of `N times`.
    pub times: Option<Span>,
    /// The word of the verdict.
    pub verdict: Span,
    /// The counter after `by`.
    pub by: Option<Counter>,
    /// The text after `because`.
    pub because: Option<Text>,
}

/// Text that is no statement.
#[derive(Clone, Debug, Default)]
pub struct Broken {
    /// The statement word that stands there, or that was probably meant.
    pub word: Option<&'static str>,
    /// The name behind `group`.
    pub name: Option<Span>,
}

/// What a rule does to its tools.
#[derive(Clone, Debug)]
pub enum Rule {
    /// Grants them.
    Allow(Caps),
    /// Caps them.
    Rate(Caps),
    /// Blocks calls for which the condition does not hold.
    Require(Box<Guard>),
    /// Asks a person.
    Approve(Box<Guard>),
    /// Blocks calls.
    Deny(Box<Guard>),
    /// Takes them out of the list.
    Hide,
    /// Caps the sum of an argument.
    Budget(Box<Budget>),
}

/// `[RATES] [as COUNTER]`
#[derive(Clone, Debug, Default)]
pub struct Caps {
    /// The rates in the order of the text.
    pub rates: SmallVec<[Calls; 1]>,
    /// The counter's name.
    pub counter: Option<Counter>,
}

/// `30/minute`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calls {
    /// The characters.
    pub span: Span,
    /// The rate.
    pub rate: Rate,
}

/// A counter's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// Bare: `{tool}` and `{window}` are replaced.
    Template(Span),
    /// Quoted: literal.
    Literal(Text),
}

/// `budget SELECTORS args.PATH N/WINDOW [as COUNTER]`
#[derive(Clone, Debug)]
pub struct Budget {
    /// The argument that is summed.
    pub path: Path,
    /// The largest sum per window.
    pub limit: Calls,
    /// The counter's name.
    pub counter: Option<Counter>,
}

/// The clauses of `require`, `approve` and `deny`.
#[derive(Clone, Debug)]
pub struct Guard {
    /// How the condition counts.
    pub mode: GuardMode,
    /// The condition; `None` exactly when the mode is [`GuardMode::Always`].
    pub condition: Option<Condition>,
    /// The text that the agent reads.
    pub because: Option<Text>,
}

/// How the condition of a guard counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuardMode {
    /// No condition: every call.
    Always,
    /// `when`: calls for which it holds.
    When,
    /// `unless`, `with`: calls for which it does not hold.
    Unless,
}

/// A condition.
#[derive(Clone, Debug)]
pub enum Condition {
    /// `a or b or …`, at least two.
    Any(Vec<Condition>),
    /// `a and b and …`, at least two.
    All(Vec<Condition>),
    /// `not a`, `not not a`: how many stand there, at least one. Counted rather than nested, so that a row of a million does not
    /// nest a million deep.
    Not(usize, Box<Condition>),
    /// `(a)`
    Parentheses(Box<Condition>),
    /// One test.
    Test(Test),
}

/// One test of one argument.
#[derive(Clone, Debug)]
pub struct Test {
    /// From the argument to the value.
    pub span: Span,
    /// The argument.
    pub path: Path,
    /// The operator.
    pub operator: Operator,
    /// The value; none for `exists` and `missing`.
    pub value: Option<Literal>,
    /// Whether it is `missing`.
    pub missing: bool,
}

/// `args.a."b"`
#[derive(Clone, Debug)]
pub struct Path {
    /// The characters.
    pub span: Span,
    /// The keys, at least one.
    pub keys: Vec<Key>,
}

/// One key of a path.
#[derive(Clone, Copy, Debug)]
pub enum Key {
    /// Bare: checked against the manifest.
    Bare(Span),
    /// Quoted: taken as it stands.
    Quoted(Text),
}

impl Key {
    /// The characters, with quotes if it has them.
    pub fn span(self) -> Span {
        match self {
            Key::Bare(span) => span,
            Key::Quoted(text) => text.span,
        }
    }
}

/// A JSON value.
#[derive(Clone, Debug)]
pub struct Literal {
    /// The characters.
    pub span: Span,
    /// The value.
    pub kind: LiteralKind,
}

/// The kinds of JSON values.
#[derive(Clone, Debug)]
pub enum LiteralKind {
    /// `null`, `true`, `false`, a number or a string: the text says which.
    Scalar,
    /// A list.
    List(Vec<Literal>),
    /// An object: keys, which are strings, and values.
    Object(Vec<(Text, Literal)>),
}

/// Names, globs and sets, what to keep of them, and what to take away.
#[derive(Clone, Debug)]
pub struct Selectors {
    /// From the first item to the last exception.
    pub span: Span,
    /// What is selected, at least one.
    pub items: SmallVec<[Selector; 1]>,
    /// `having args.PATH`
    pub having: Option<Box<Path>>,
    /// What `except` takes away, in the order of the text.
    pub except: Vec<Selector>,
}

/// One name, glob or set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selector {
    /// The characters, with quotes or `@`.
    pub span: Span,
    /// What it is.
    pub kind: SelectorKind,
}

/// What a selector is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectorKind {
    /// A bare name: checked.
    Name,
    /// A quoted name: taken as it stands.
    Quoted,
    /// A name with `*` or `?`.
    Glob,
    /// `@name`
    Set,
}

/// A JSON string in the source, quotes included. Its content has been checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// The characters, quotes included.
    pub span: Span,
}

/// The content of a JSON string with its quotes. Text that is no JSON string has the content between its first
/// and last character, so that this never fails; the parser refuses such text.
pub fn decode_string(quoted: &str) -> Cow<'_, str> {
    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or("");
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    serde_json::from_str::<String>(quoted).map_or(Cow::Borrowed(inner), Cow::Owned)
}
