//! A statement as a row of pieces: its tokens, the gaps between them, and what is broken together.
//!
//! Only the row of tokens is looked at; the statement is known to be right. So a word at the outermost level begins a
//! clause, unless it stands where a name of the author's choice does.

use super::INDENT;
use super::lexeme::Lexeme;

/// What a statement is laid out from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece<'r> {
    /// A token.
    Text(&'r str),
    /// What stands between two tokens.
    Gap(Gap<'r>),
    /// A group begins: all of it stands on one line, or its gaps are broken.
    Open(Group),
    /// The innermost group ends.
    Close,
}

/// What stands between two tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap<'r> {
    /// The blank, if any, when the line goes on.
    pub blank: &'static str,
    /// Whether the line may end here even without a comment.
    pub breaks: bool,
    /// Whether the next line stands one step further left than the group: before a closing bracket.
    pub back: bool,
    /// The comments here. They force the line to end.
    pub comments: &'r [Lexeme<'r>],
}

/// How the gaps of a group that does not fit on its line are broken, and how far its lines are indented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    /// All gaps, this many spaces deeper than the group around it.
    Each(usize),
    /// Only the gaps that must be, this many spaces deeper than the group around it.
    Fill(usize),
    /// All gaps, a step deeper than the line on which the bracket stands.
    Bracket,
}

/// Where a statement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StatementLevel {
    /// In the file itself.
    File,
    /// In a block, where rules have no selectors.
    Block,
    /// In a test.
    Test,
}

/// The pieces of one statement, or of the head of a block with its brace.
pub(super) fn pieces<'r>(row: &'r [Lexeme<'r>], level: StatementLevel) -> Vec<Piece<'r>> {
    let mut builder = PieceBuilder {
        pieces: Vec::with_capacity(row.len() * 2 + 8),
        level,
        before: Before::Nothing,
        brackets: 0,
        alternatives: alternatives(row).into_iter(),
        conditions: Vec::new(),
        condition_next: false,
    };
    let mut rest = row;
    while let Some(at) = rest.iter().position(|lexeme| !lexeme.comment) {
        let (comments, from) = rest.split_at(at);
        let Some((token, behind)) = from.split_first() else { break };
        builder.token(comments, token.text);
        rest = behind;
    }
    builder.pieces
}

/// What the last token was, as far as the next gap depends on it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    /// The statement's own word.
    StatementWord,
    /// A word behind which a name of the author's choice stands, whatever it reads.
    Naming,
    Comma,
    OpenBracket,
    Other,
}

/// What a token does to the layout.
enum PieceRole {
    /// The keyword of a clause.
    Clause,
    /// The first of the rates, which are a clause without a keyword.
    Rates,
    /// Opens a block.
    Brace,
    And,
    Or,
    /// A comma or colon: stands directly behind what it belongs to.
    Attached,
    OpenBracket,
    CloseBracket,
    Other,
}

struct PieceBuilder<'r> {
    pieces: Vec<Piece<'r>>,
    level: StatementLevel,
    before: Before,
    /// How many brackets are open.
    brackets: usize,
    /// For each condition still to come, whether it joins its parts by `or`.
    alternatives: std::vec::IntoIter<bool>,
    /// The same for each condition that is open.
    conditions: Vec<bool>,
    /// Whether a condition begins with the next token.
    condition_next: bool,
}

impl<'r> PieceBuilder<'r> {
    fn token(&mut self, comments: &'r [Lexeme<'r>], text: &'r str) {
        match self.role(text) {
            PieceRole::Clause => self.clause(comments, INDENT),
            PieceRole::Rates => self.clause(comments, 0),
            PieceRole::Brace => self.brace(comments),
            PieceRole::And => self.gap(comments, " ", true),
            PieceRole::Or => {
                self.pieces.push(Piece::Close);
                self.gap(comments, " ", true);
                self.pieces.push(Piece::Open(Group::Each(INDENT)));
            }
            PieceRole::Attached => self.gap(comments, "", false),
            PieceRole::CloseBracket => self.close_bracket(comments, text),
            PieceRole::OpenBracket | PieceRole::Other => self.gap_before(comments),
        }
        self.pieces.push(Piece::Text(text));
        self.after(text);
    }

    fn role(&self, text: &str) -> PieceRole {
        let outermost = self.brackets == 0;
        // In a block, the first clause stays with its word: `deny when …`.
        let parted = outermost && self.before != Before::StatementWord;
        match text {
            _ if matches!(self.before, Before::Nothing | Before::Naming) => PieceRole::Other,
            "having" | "except" | "as" | "with" | "when" | "unless" | "because" if parted => {
                PieceRole::Clause
            }
            "->" if outermost => PieceRole::Clause,
            "{" if outermost
                && self.conditions.is_empty()
                && self.level != StatementLevel::Test =>
            {
                PieceRole::Brace
            }
            "and" if !self.conditions.is_empty() => PieceRole::And,
            "or" if !self.conditions.is_empty() => PieceRole::Or,
            "," => PieceRole::Attached,
            ":" if !outermost => PieceRole::Attached,
            "(" | "[" | "{" => PieceRole::OpenBracket,
            ")" | "]" | "}" => PieceRole::CloseBracket,
            _ if outermost && self.is_first_rate(text) => PieceRole::Rates,
            _ => PieceRole::Other,
        }
    }

    /// Whether rates begin here that stand behind something. In a block they may follow their statement's word.
    fn is_first_rate(&self, text: &str) -> bool {
        let rate = text.split_once('/').is_some_and(|(calls, _)| {
            !calls.is_empty() && calls.bytes().all(|byte| byte.is_ascii_digit())
        });
        rate && self.before == Before::Other
    }

    /// Remembers what the next token depends on.
    fn after(&mut self, text: &str) {
        let first = self.before == Before::Nothing;
        let named = self.before == Before::Naming;
        self.before = match text {
            "group" if first => Before::Naming,
            _ if first => {
                self.condition_next = text == "require" && self.level == StatementLevel::Block;
                Before::StatementWord
            }
            _ if named => Before::Other,
            "as" => Before::Naming,
            "with" | "when" | "unless" => {
                self.condition_next = true;
                Before::Other
            }
            "," => Before::Comma,
            "(" | "[" | "{" => {
                self.open_bracket(text);
                Before::OpenBracket
            }
            _ => Before::Other,
        };
    }

    fn gap(&mut self, comments: &'r [Lexeme<'r>], blank: &'static str, breaks: bool) {
        if breaks || !blank.is_empty() || !comments.is_empty() {
            self.pieces.push(Piece::Gap(Gap { blank, breaks, back: false, comments }));
        }
    }

    /// The gap before a token that says nothing about it, and the groups that begin there. A statement is a group of
    /// three depths: all of it with the brace of a block, its clauses, and the items of its first clause.
    fn gap_before(&mut self, comments: &'r [Lexeme<'r>]) {
        match self.before {
            Before::Nothing => {
                let groups = [Group::Each(0), Group::Each(INDENT), Group::Fill(0)];
                self.pieces.extend(groups.map(Piece::Open));
            }
            Before::OpenBracket => self.gap(comments, "", true),
            Before::Comma => self.gap(comments, " ", true),
            _ => self.gap(comments, " ", false),
        }
        if std::mem::take(&mut self.condition_next) {
            let alternatives = self.alternatives.next().unwrap_or(false);
            self.conditions.push(alternatives);
            self.pieces.push(Piece::Open(Group::Each(0)));
            if alternatives {
                self.pieces.push(Piece::Open(Group::Each(INDENT)));
            }
        }
    }

    fn end_condition(&mut self) {
        if let Some(alternatives) = self.conditions.pop() {
            let groups = if alternatives { 2 } else { 1 };
            self.pieces.extend(std::iter::repeat_n(Piece::Close, groups));
        }
    }

    /// Ends the clause before, and begins another on a line of its own if lines are broken, with further lines so much
    /// deeper.
    fn clause(&mut self, comments: &'r [Lexeme<'r>], deeper: usize) {
        self.end_condition();
        self.pieces.push(Piece::Close);
        self.gap(comments, " ", true);
        self.pieces.push(Piece::Open(Group::Fill(deeper)));
    }

    /// Ends the head of a block. Behind a head of several lines, the brace stands on a line of its own, so that the
    /// head is not taken for the first rule.
    fn brace(&mut self, comments: &'r [Lexeme<'r>]) {
        self.pieces.extend([Piece::Close, Piece::Close]);
        self.gap(comments, " ", true);
    }

    fn open_bracket(&mut self, text: &str) {
        self.brackets += 1;
        self.condition_next = text == "(";
        self.pieces.push(Piece::Open(Group::Bracket));
    }

    fn close_bracket(&mut self, comments: &'r [Lexeme<'r>], text: &str) {
        self.brackets = self.brackets.saturating_sub(1);
        if text == ")" {
            self.end_condition();
        }
        if self.before != Before::OpenBracket || !comments.is_empty() {
            self.pieces.push(Piece::Gap(Gap { blank: "", breaks: true, back: true, comments }));
        }
        self.pieces.push(Piece::Close);
    }
}

/// For each condition of a statement in the order of their beginnings, the one outside of brackets first, whether it
/// joins its parts by `or`.
fn alternatives(row: &[Lexeme<'_>]) -> Vec<bool> {
    let mut found = vec![false];
    let mut open = vec![0];
    for lexeme in row {
        match lexeme.text {
            "(" => {
                open.push(found.len());
                found.push(false);
            }
            ")" => {
                open.pop();
            }
            "or" => {
                if let Some(condition) = open.last().and_then(|&index| found.get_mut(index)) {
                    *condition = true;
                }
            }
            _ => {}
        }
    }
    found
}
