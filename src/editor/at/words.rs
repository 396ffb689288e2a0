//! What each word of a text is, told from the words before it. It takes any text: whoever types has a broken statement most of
//! the time.

use std::ops::Range;

use super::path::string_length;
use crate::policy::Operator;
use crate::syntax::tree::SelectorKind;
use crate::syntax::words::{at, is_word, meant, plain_name};
use crate::syntax::{Token, TokenKind, tokens};

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
    /// The class behind `as` of a `classify`, whether or not there is such a class.
    Class,
    /// An argument with all of its keys: `args.a."b"`.
    Path,
    /// An operator; each of the two words of `not in` is one.
    Operator(Operator),
    /// A value or a part of one: a string, a number, a key of an object, `true`, `false`, `null`.
    Literal,
    /// `30/minute`, also one that is not right.
    Rate,
    /// The name behind `as` of a cap.
    Counter,
    /// The path of a file, with its quotes.
    File,
    /// The text behind `because`.
    Reason,
    /// A comma, a bracket, or `=`.
    Mark,
    /// What makes no sense where it stands.
    Unknown,
}

/// Where a statement or rule begins or ends, so that nothing before it says what a word behind it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    /// The byte in the whole text.
    pub(super) offset: usize,
    /// Whether what follows lies in a block.
    pub(super) in_block: bool,
}

/// The words of a part of a text, in order. The part begins at a bound, and holds the others, which are in order too.
pub(super) fn words(text: &str, part: Range<usize>, in_block: bool, bounds: &[Bound]) -> Vec<Word> {
    let slice = text.get(part.clone()).unwrap_or("");
    // Half of a line break may stand at the end, which would else belong to a string that nothing closes.
    let slice = slice.strip_suffix('\r').unwrap_or(slice);
    let mut reader = Reader::new(slice, in_block);
    let mut bounds = bounds.iter().peekable();
    for token in tokens(slice) {
        while let Some(bound) = bounds.next_if(|bound| bound.offset <= part.start + token.start) {
            reader.begin(bound.in_block);
        }
        reader.take(token);
    }
    let behind = |range: Range<usize>| part.start + range.start..part.start + range.end;
    reader.words.into_iter().map(|word| Word { range: behind(word.range), ..word }).collect()
}

/// What may come next in a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Tools, then rates and other clauses.
    Tools,
    /// A condition.
    Condition,
    /// The name of a group.
    Group,
    /// What is behind `as`.
    Name,
    /// What is behind `because`.
    Reason,
    /// A file.
    File,
    /// `deny` or `allow`.
    Posture,
}

struct Reader<'t> {
    text: &'t str,
    words: Vec<Word>,
    statement: Option<&'static str>,
    in_block: bool,
    place: Place,
    /// How many braces of objects are open.
    braces: usize,
    /// Where the last token ends; `None` before the first and behind the braces of a block, where a statement may begin.
    end: Option<usize>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, in_block: bool) -> Self {
        let place = Place::Tools;
        Self { text, words: Vec::new(), statement: None, in_block, place, braces: 0, end: None }
    }

    fn take(&mut self, token: Token) {
        let range = token.start..token.end;
        let text = self.text.get(range.clone()).unwrap_or("");
        let begins = self.begins(token.start);
        self.end = Some(token.end);
        let kind = match token.kind {
            TokenKind::Comment => WordKind::Comment,
            TokenKind::Run => self.run(text, &range, begins),
            TokenKind::String | TokenKind::OpenString => self.string(&range),
            TokenKind::ObjectKey => return self.object_key(text, token.start),
            TokenKind::Mark => self.mark(text),
            TokenKind::Other => WordKind::Unknown,
        };
        self.push(range, kind);
    }

    /// A key and its colon, which may stand on another line, behind comments.
    fn object_key(&mut self, text: &str, start: usize) {
        let end = string_length(text);
        self.push(start..start + end, WordKind::Literal);
        let rest = tokens(text.get(end..).unwrap_or(""));
        for comment in rest.iter().filter(|token| token.kind == TokenKind::Comment) {
            self.push(start + end + comment.start..start + end + comment.end, WordKind::Comment);
        }
    }

    /// Whether a token begins its line, or stands where a block begins or ends.
    fn begins(&self, start: usize) -> bool {
        let Some(end) = self.end else { return true };
        self.text.get(end..start).is_some_and(|between| between.contains('\n'))
    }

    fn push(&mut self, range: Range<usize>, kind: WordKind) {
        if kind == WordKind::Path
            && let Some(last) = self.words.last_mut()
            && last.kind == WordKind::Path
            && last.range.end == range.start
        {
            last.range.end = range.end;
            return;
        }
        self.words.push(Word { range, kind });
    }

    /// Whether the word right before goes on with what begins here: a path whose last character is a dot, or a quoted key.
    fn goes_on_with(&self, start: usize) -> bool {
        let last = self.words.last().filter(|last| last.kind == WordKind::Path);
        last.is_some_and(|last| last.range.end == start)
    }

    fn run(&mut self, text: &str, range: &Range<usize>, begins: bool) -> WordKind {
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
        if self.goes_on_with(range.start) || text == "args" || text.starts_with("args.") {
            return WordKind::Path;
        }
        match self.place {
            Place::Group => {
                self.place = Place::Tools;
                return WordKind::Group;
            }
            Place::Name => return self.name(),
            Place::Posture if matches!(text, "deny" | "allow") => return WordKind::Word,
            _ => {}
        }
        if looks_like_rate(text) {
            return WordKind::Rate;
        }
        self.word(text, range)
    }

    fn statement(&mut self, word: &'static str) -> WordKind {
        if crate::syntax::words::stands_outside(word) {
            self.in_block = false;
        }
        self.statement = Some(word);
        self.braces = 0;
        self.place = match word {
            "group" => Place::Group,
            "manifest" | "include" => Place::File,
            "default" => Place::Posture,
            "require" if self.in_block => Place::Condition,
            _ => Place::Tools,
        };
        WordKind::Statement(word)
    }

    /// What is behind `as`.
    fn name(&mut self) -> WordKind {
        self.place = Place::Tools;
        if self.statement == Some("classify") { WordKind::Class } else { WordKind::Counter }
    }

    /// Any other run.
    fn word(&mut self, text: &str, range: &Range<usize>) -> WordKind {
        match text {
            "with" | "when" | "unless" => self.place = Place::Condition,
            "as" => self.place = Place::Name,
            "because" => self.place = Place::Reason,
            "except" => self.place = Place::Tools,
            "not" if self.is_not_in(range.end) => return WordKind::Operator(Operator::NotIn),
            "in" => return WordKind::Operator(self.in_or_not_in()),
            "matches" => return WordKind::Operator(Operator::Regex),
            "contains" => return WordKind::Operator(Operator::Contains),
            "exists" | "missing" => return WordKind::Operator(Operator::Exists),
            "true" | "false" | "null" => return WordKind::Literal,
            _ if is_word(text) => {}
            _ if text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+')) => {
                let in_tools = self.place == Place::Tools;
                let name = plain_name(text).filter(|_| in_tools);
                return name.map_or(WordKind::Literal, WordKind::Selector);
            }
            _ => return plain_name(text).map_or(WordKind::Unknown, WordKind::Selector),
        }
        WordKind::Word
    }

    fn is_not_in(&self, end: usize) -> bool {
        let rest = self.text.get(end..).unwrap_or("").trim_start();
        let rest = rest.strip_prefix("in");
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    }

    fn in_or_not_in(&self) -> Operator {
        let last = self.words.iter().rev().find(|word| word.kind != WordKind::Comment);
        let negated = last.is_some_and(|word| word.kind == WordKind::Operator(Operator::NotIn));
        if negated { Operator::NotIn } else { Operator::In }
    }

    fn string(&mut self, range: &Range<usize>) -> WordKind {
        if self.goes_on_with(range.start) {
            return WordKind::Path;
        }
        match self.place {
            Place::Reason => {
                self.place = Place::Tools;
                WordKind::Reason
            }
            Place::Name => self.name(),
            Place::File => WordKind::File,
            Place::Condition => WordKind::Literal,
            Place::Tools => WordKind::Selector(SelectorKind::Quoted),
            Place::Group | Place::Posture => WordKind::Unknown,
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
            "=" if self.place == Place::Group => self.place = Place::Tools,
            "{" if self.place == Place::Condition => self.braces += 1,
            "{" => self.begin(self.statement == Some("tool")),
            "}" if self.braces > 0 => self.braces -= 1,
            "}" => self.begin(false),
            _ if text.starts_with('@') => return WordKind::Selector(SelectorKind::Set),
            _ => {}
        }
        WordKind::Mark
    }

    /// Begins anew: nothing that came before counts.
    fn begin(&mut self, in_block: bool) {
        self.in_block = in_block;
        self.statement = None;
        self.place = Place::Tools;
        self.braces = 0;
        self.end = None;
    }
}

/// Whether a run was meant as a rate: digits and a slash, whatever follows.
fn looks_like_rate(run: &str) -> bool {
    let digits = run.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && run.as_bytes().get(digits) == Some(&b'/')
}
