//! What each word of a text is, judged by the words before it. Works for any text, because a statement is broken most of the time
//! while you type it.

use std::ops::Range;

use crate::policy::Operator;
use crate::syntax::tree::SelectorKind;
use crate::syntax::words::{at, is_word, meant, plain_name};
use crate::syntax::{Token, TokenKind};

/// A word of a text and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The bytes in the whole text. A word lies on one line.
    pub range: Range<usize>,
    /// What it is.
    pub kind: WordKind,
}

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordKind {
    /// `# …`
    Comment,
    /// The word that begins a statement, or a rule of a block; reserved words too.
    Statement(&'static str),
    /// Another word of the language: `when`, `and`, `all`, the `deny` of `default deny`.
    Word,
    /// A tool's name, a glob or a set.
    Selector(SelectorKind),
    /// The name that `group` defines.
    Group,
    /// The class after `as` in `classify`, whether or not there is such a class.
    Class,
    /// An argument with all of its keys: `args.a."b"`.
    Path,
    /// An operator; each of the two words of `not in` is one.
    Operator(Operator),
    /// A value or a part of one: a string, a number, a key of an object, `true`, `false`, `null`.
    Literal,
    /// `30/minute`, also one that is not right.
    Rate,
    /// The name after `as` of a cap.
    Counter,
    /// The path of a file, with its quotes.
    File,
    /// The text after `because`.
    Reason,
    /// A comma, a bracket, or `=`.
    Mark,
    /// A word that makes no sense there.
    Unknown,
}

/// Where a statement or rule begins or ends: words after it do not depend on words before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    /// The byte in the whole text.
    pub(super) offset: usize,
    /// Whether what follows lies in a block.
    pub(super) in_block: bool,
}

/// The words that some tokens of a text are, in order. The first token begins at a bound; the others are given in order too.
pub(super) fn words(text: &str, tokens: &[Token], in_block: bool, bounds: &[Bound]) -> Vec<Word> {
    let mut reader = WordReader::new(text, in_block);
    let mut bounds = bounds.iter().peekable();
    let mut rest = tokens;
    while let Some((token, behind)) = rest.split_first() {
        while let Some(bound) = bounds.next_if(|bound| bound.offset <= token.start()) {
            reader.begin(bound.in_block);
        }
        reader.take(*token, behind);
        rest = behind;
    }
    reader.words
}

/// The clause of a statement that comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ClauseWord {
    /// Tools, then rates and other clauses.
    Tools,
    /// A condition.
    Condition,
    /// The name of a group.
    Group,
    /// The name after `as`.
    Name,
    /// The text after `because`.
    Reason,
    /// A file.
    File,
    /// `deny` or `allow`.
    Posture,
}

struct WordReader<'t> {
    text: &'t str,
    words: Vec<Word>,
    statement: Option<&'static str>,
    in_block: bool,
    clause: ClauseWord,
    /// How many braces of objects are open.
    braces: usize,
    /// Whether a statement may begin with the next token: before the first, and after the braces of a block.
    is_fresh: bool,
}

impl<'t> WordReader<'t> {
    fn new(text: &'t str, in_block: bool) -> Self {
        Self {
            text,
            words: Vec::new(),
            statement: None,
            in_block,
            clause: ClauseWord::Tools,
            braces: 0,
            is_fresh: true,
        }
    }

    fn take(&mut self, token: Token, behind: &[Token]) {
        let range = token.range();
        let text = token.text(self.text);
        let begins = std::mem::take(&mut self.is_fresh) || token.begins_line();
        let kind = match token.kind() {
            TokenKind::Comment => WordKind::Comment,
            TokenKind::Run | TokenKind::Number | TokenKind::Template => {
                self.run(text, &range, begins, behind)
            }
            TokenKind::Path => WordKind::Path,
            TokenKind::String | TokenKind::OpenString => self.string(),
            TokenKind::Set => WordKind::Selector(SelectorKind::Set),
            TokenKind::Mark => self.mark(text),
            TokenKind::Other => WordKind::Unknown,
        };
        self.words.push(Word { range, kind });
    }

    fn run(
        &mut self,
        text: &str,
        range: &Range<usize>,
        begins: bool,
        behind: &[Token],
    ) -> WordKind {
        if begins && let Some(word) = at(self.text, range.start) {
            return self.statement(word);
        }
        if begins && self.statement.is_none() {
            // A slip in the first word: the rest is read as what was probably meant.
            if let (Some(word), _) = meant(self.text, range.start) {
                self.statement(word);
            }
            return WordKind::Unknown;
        }
        if text == "args" {
            return WordKind::Path;
        }
        match self.clause {
            ClauseWord::Group => {
                self.clause = ClauseWord::Tools;
                return WordKind::Group;
            }
            ClauseWord::Name => return self.name(),
            ClauseWord::Posture if matches!(text, "deny" | "allow") => return WordKind::Word,
            _ => {}
        }
        if looks_like_rate(text) {
            return WordKind::Rate;
        }
        self.word(text, behind)
    }

    fn statement(&mut self, word: &'static str) -> WordKind {
        if crate::syntax::words::stands_outside(word) {
            self.in_block = false;
        }
        self.statement = Some(word);
        self.braces = 0;
        self.clause = match word {
            "group" => ClauseWord::Group,
            "manifest" | "include" => ClauseWord::File,
            "default" => ClauseWord::Posture,
            "require" if self.in_block => ClauseWord::Condition,
            _ => ClauseWord::Tools,
        };
        WordKind::Statement(word)
    }

    /// The name after `as`.
    fn name(&mut self) -> WordKind {
        self.clause = ClauseWord::Tools;
        if self.statement == Some("classify") { WordKind::Class } else { WordKind::Counter }
    }

    /// Any other run.
    fn word(&mut self, text: &str, behind: &[Token]) -> WordKind {
        match text {
            "with" | "when" | "unless" => self.clause = ClauseWord::Condition,
            "as" => self.clause = ClauseWord::Name,
            "because" => self.clause = ClauseWord::Reason,
            "except" => self.clause = ClauseWord::Tools,
            "not" if self.is_not_in(behind) => return WordKind::Operator(Operator::NotIn),
            "in" => return WordKind::Operator(self.in_or_not_in()),
            "matches" => return WordKind::Operator(Operator::Regex),
            "contains" => return WordKind::Operator(Operator::Contains),
            "exists" | "missing" => return WordKind::Operator(Operator::Exists),
            "true" | "false" | "null" => return WordKind::Literal,
            _ if is_word(text) => {}
            _ if text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+')) => {
                let in_tools = self.clause == ClauseWord::Tools;
                let name = plain_name(text).filter(|_| in_tools);
                return name.map_or(WordKind::Literal, WordKind::Selector);
            }
            _ => return plain_name(text).map_or(WordKind::Unknown, WordKind::Selector),
        }
        WordKind::Word
    }

    fn is_not_in(&self, behind: &[Token]) -> bool {
        let next = behind.iter().find(|token| !token.is_comment());
        next.is_some_and(|next| next.text(self.text) == "in")
    }

    fn in_or_not_in(&self) -> Operator {
        let last = self.words.iter().rev().find(|word| word.kind != WordKind::Comment);
        let negated = last.is_some_and(|word| word.kind == WordKind::Operator(Operator::NotIn));
        if negated { Operator::NotIn } else { Operator::In }
    }

    fn string(&mut self) -> WordKind {
        match self.clause {
            ClauseWord::Reason => {
                self.clause = ClauseWord::Tools;
                WordKind::Reason
            }
            ClauseWord::Name => self.name(),
            ClauseWord::File => WordKind::File,
            ClauseWord::Condition => WordKind::Literal,
            ClauseWord::Tools => WordKind::Selector(SelectorKind::Quoted),
            ClauseWord::Group | ClauseWord::Posture => WordKind::Unknown,
        }
    }

    fn mark(&mut self, text: &str) -> WordKind {
        match text {
            "==" => return WordKind::Operator(Operator::Eq),
            "!=" => return WordKind::Operator(Operator::Neq),
            "<" => return WordKind::Operator(Operator::Lt),
            "<=" => return WordKind::Operator(Operator::Lte),
            ">" => return WordKind::Operator(Operator::Gt),
            ">=" => return WordKind::Operator(Operator::Gte),
            "=" if self.clause == ClauseWord::Group => self.clause = ClauseWord::Tools,
            "{" if self.clause == ClauseWord::Condition => self.braces += 1,
            "{" => self.begin(self.statement == Some("tool")),
            "}" if self.braces > 0 => self.braces -= 1,
            "}" => self.begin(false),
            _ => {}
        }
        WordKind::Mark
    }

    /// Starts over: nothing before this point counts.
    fn begin(&mut self, in_block: bool) {
        self.in_block = in_block;
        self.statement = None;
        self.clause = ClauseWord::Tools;
        self.braces = 0;
        self.is_fresh = true;
    }
}

/// Whether a run was meant as a rate: digits and a slash, whatever follows.
fn looks_like_rate(run: &str) -> bool {
    let digits = run.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && run.as_bytes().get(digits) == Some(&b'/')
}
