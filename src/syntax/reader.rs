//! Reads a file statement by statement.
//!
//! Right statements are handed to the grammar a few kilobytes at a time, so that memory does not grow with the
//! file. Where it stops, statements are handed to it one by one, so that a mistake costs its own statement only and its place is
//! found in the statement alone.

mod test_block;

use super::build::Builder;
use super::grammar::{self, GrammarEntry, Reading, Refusal};
use super::lexer::{Lexer, Token, line_end, skip_blanks};
use super::mistakes::{self, Context, RefusedIn};
use super::nesting::{self, TooDeep};
use super::recovery::{self, Extent};
use super::stream::TokenStream;
use super::tree::{Block, Broken, Rule, Selectors, Statement, StatementKind, Tree};
use super::{characters, plain, words};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// The tree of a text, and everything that is wrong with it.
pub fn parse(file: FileId, text: &str) -> (Tree, Vec<Diagnostic>) {
    let mut tokens = TokenStream::new(Lexer::new(text, 0), text.len());
    let mut reader = StatementReader {
        too_deep: nesting::too_deep(text, tokens.all()),
        run_bytes: RUN_BYTES,
        statements: Vec::with_capacity((text.len() / USUAL_STATEMENT).min(MANY)),
        diagnostics: characters::check(file, text),
        ..StatementReader::new(file, tokens, 0)
    };
    while reader.next_position() < text.len() {
        reader.step();
    }
    let tokens = reader.tokens.into_all();
    (Tree { file, statements: reader.statements, tokens }, reader.diagnostics)
}

/// About as many bytes a statement takes; room is made for so many statements at once, and no more.
const USUAL_STATEMENT: usize = 32;
const MANY: usize = 1024;

/// How many bytes of statements are handed to the grammar at once where a whole file is read.
const RUN_BYTES: usize = 4096;

pub(super) struct StatementReader<'t> {
    file: FileId,
    text: &'t str,
    tokens: TokenStream<'t>,
    /// Where the next token is looked for; callers [go on](Self::next_position) before they read one.
    position: usize,
    /// Statements in which brackets nest too deep, in the order of the text.
    too_deep: Vec<TooDeep>,
    /// Up to here the search for what closes a bracket, or a comment of another language, has already been in vain.
    hopeless: usize,
    /// How many bytes of statements are handed to the grammar at once; 0 for one statement at a time.
    run_bytes: usize,
    statements: Vec<Statement>,
    diagnostics: Vec<Diagnostic>,
}

/// How many lines are read in search of what closes a bracket.
const PATIENCE: usize = 200;

/// The same where such a search has been in vain before, so that many open brackets cost no more than one.
const LITTLE_PATIENCE: usize = 4;

/// A block whose head has been read.
struct OpenBlock {
    start: usize,
    brace: usize,
    /// Whether its `}` comes; looked for when it first matters.
    closes: Option<bool>,
    rules: Vec<(Span, Rule)>,
}

impl<'t> StatementReader<'t> {
    /// For the statements from the first of some tokens on. The grammar is handed one at a time.
    pub(super) fn new(file: FileId, tokens: TokenStream<'t>, start: usize) -> Self {
        Self {
            file,
            text: tokens.text(),
            tokens,
            position: start,
            too_deep: Vec::new(),
            hopeless: 0,
            run_bytes: 0,
            statements: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    /// Goes on to the next code; the end of the text if there is none.
    pub(super) fn next_position(&mut self) -> usize {
        self.tokens.seek(self.position);
        let next = self.tokens.code(self.tokens.next());
        self.position = self.tokens.go_to(next);
        self.position
    }

    /// Reads the next statement, or several.
    pub(super) fn step(&mut self) {
        if let Some((statement, next)) = plain::statement(self.file, &mut self.tokens) {
            self.statements.push(statement);
            self.position = self.tokens.go_to(next);
            return;
        }
        if self.run() {
            return;
        }
        match self.text.as_bytes().get(self.position) {
            None => {}
            Some(b'}') => self.stray_brace(),
            Some(b't') if words::at(self.text, self.position) == Some("tool") => self.block(),
            Some(b't') if words::at(self.text, self.position) == Some("test") => self.test_block(),
            Some(_) if self.is_block_meant() => self.block(),
            Some(_) if self.goes_on() => self.undo_item(),
            Some(_) => self.item(),
        }
    }

    /// Whether a bracket or a comment of another language was left open: how the statements after it are read may depend on it.
    pub(super) fn has_open_bracket(&self) -> bool {
        self.hopeless > 0
    }

    /// What has been read, what is wrong with it, and the tokens that were read, with the next one.
    pub(super) fn into_parts(self) -> (Vec<Statement>, Vec<Diagnostic>, Vec<Token>) {
        (self.statements, self.diagnostics, self.tokens.into_read())
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    /// Reads the statements and blocks that are right, up to a few kilobytes of them; false when there is none.
    fn run(&mut self) -> bool {
        if self.run_bytes == 0 || !self.too_deep.is_empty() || !self.at_word() {
            return false;
        }
        let end = self.end_of_run();
        let Ok(mut reading) = grammar::read(GrammarEntry::Run, self.text, self.position, end)
        else {
            return false;
        };
        let mut any = false;
        loop {
            let mut builder = Builder::new(self.file, self.text);
            let Some((range, kind)) = reading.next(&mut builder) else { return any };
            any = true;
            self.position = range.end;
            let mut problems = builder.problems;
            let kind = match kind {
                Some(StatementKind::Block(block)) => {
                    if block.rules.is_empty() && problems.is_empty() {
                        let brace = recovery::extent(self.text, range.start, 0).brace;
                        let brace = brace.unwrap_or(range.start);
                        problems.push(mistakes::empty_block(self.span(brace, range.end)));
                    }
                    StatementKind::Block(block)
                }
                Some(StatementKind::Test(test)) => {
                    if test.steps.is_empty() && problems.is_empty() {
                        let brace = recovery::extent(self.text, range.start, 0).brace;
                        let brace = brace.unwrap_or(range.start);
                        problems.push(mistakes::empty_test(self.span(brace, range.end)));
                    }
                    StatementKind::Test(test)
                }
                Some(kind) if problems.is_empty() => kind,
                _ => StatementKind::Broken(self.broken(range.start)),
            };
            self.diagnostics.extend(problems);
            self.statements.push(Statement { span: self.span(range.start, range.end), kind });
        }
    }

    /// Where a run of statements that begins here may end: before a line that begins a statement, because no statement
    /// goes on into such a line.
    fn end_of_run(&mut self) -> usize {
        let limit = self.position.saturating_add(self.run_bytes);
        if limit >= self.text.len() {
            return self.text.len();
        }
        let first = self.tokens.next() + 1;
        let mut last = first;
        while self.tokens.get(last).is_some_and(|token| token.start() < limit) {
            last += 1;
        }
        let ahead = (first..last).rev().filter_map(|number| self.tokens.get(number));
        let text = self.text;
        let mut statements = ahead.filter(|token| begins_statement(text, *token));
        statements.next().map_or(text.len(), Token::start)
    }

    fn stray_brace(&mut self) {
        let span = self.span(self.position, self.position + 1);
        self.diagnostics.push(mistakes::stray_brace(span));
        self.position += 1;
    }

    fn item(&mut self) {
        let start = self.position;
        match self.read(GrammarEntry::Item) {
            Ok(reading) => {
                self.position = reading.end();
                let mut builder = Builder::new(self.file, self.text);
                let kind = reading.statement(&mut builder);
                let kind = kind.filter(|_| builder.problems.is_empty());
                self.diagnostics.extend(builder.problems);
                let kind = kind.unwrap_or_else(|| StatementKind::Broken(self.broken(start)));
                self.statements.push(Statement { span: self.span(start, self.position), kind });
            }
            Err(refusal) => {
                let extent = self.refused(start, &refusal, RefusedIn::File);
                let brace = extent.unclosed.filter(|open| self.holds_rules(*open));
                let kind = match brace {
                    Some(brace) => self.rules_of_another(start, brace),
                    None => StatementKind::Broken(self.broken(start)),
                };
                self.statements.push(Statement { span: self.span(start, self.position), kind });
            }
        }
    }

    fn holds_rules(&self, open: usize) -> bool {
        self.text.as_bytes().get(open) == Some(&b'{') && recovery::holds_rules(self.text, open + 1)
    }

    /// The rules in a block that a statement opened to which none belongs, so that they are not read as statements of the file.
    fn rules_of_another(&mut self, start: usize, brace: usize) -> StatementKind {
        self.position = brace + 1;
        let mut open = OpenBlock { start, brace, closes: None, rules: Vec::new() };
        while self.block_rule(&mut open) {}
        StatementKind::Block(Block { selectors: None, rules: open.rules })
    }

    /// Whether an unknown word begins a block that was meant as one of `tool`.
    fn is_block_meant(&self) -> bool {
        !self.at_word()
            && words::opens_block(self.text, self.position)
            && recovery::extent(self.text, self.position, 0).brace.is_some()
    }

    /// Whether the line that begins here looks like the continuation of the statement before it.
    fn goes_on(&self) -> bool {
        !self.at_word() && recovery::continues(self.text, self.position)
    }

    /// The statement before was complete, but the line here belongs to it: both are refused together.
    fn undo_item(&mut self) {
        let whole = |statement: &Statement| {
            let kind = &statement.kind;
            !matches!(
                kind,
                StatementKind::Broken(_) | StatementKind::Block(_) | StatementKind::Test(_)
            )
        };
        match self.statements.pop_if(|statement| whole(statement)) {
            Some(statement) => {
                let start = statement.span.start as usize;
                self.refuse_together(start, RefusedIn::File);
                let kind = StatementKind::Broken(self.broken(start));
                self.statements.push(Statement { span: self.span(start, self.position), kind });
            }
            None => self.item(),
        }
    }

    /// Refuses a statement together with the line after it, which looks like its continuation.
    fn refuse_together(&mut self, start: usize, place: RefusedIn) {
        let line = self.position;
        self.position = start;
        match self.read(GrammarEntry::GoingOn) {
            Err(refusal) if refusal.offset >= line => self.refused(start, &refusal, place),
            _ => {
                let refusal = Refusal::at(line);
                self.refused(start, &refusal, place)
            }
        };
        self.position = self.position.max(line + 1);
    }

    fn broken(&self, start: usize) -> Broken {
        let (word, name) = words::meant(self.text, start);
        Broken { word, name: name.map(|range| self.span(range.start, range.end)) }
    }

    /// Reports text that the grammar refuses and skips it. Returns its extent.
    fn refused(&mut self, start: usize, refusal: &Refusal, place: RefusedIn) -> Extent {
        let patience = match (refusal.too_deep, start < self.hopeless) {
            // Its brackets are open over many lines because there are so many of them.
            (true, _) => usize::MAX,
            (false, true) => LITTLE_PATIENCE,
            (false, false) => PATIENCE,
        };
        let mut extent = match place {
            RefusedIn::Test => recovery::extent_of_step(self.text, start, patience),
            _ => recovery::extent(self.text, start, patience),
        };
        if let Some(comment) = foreign_comment(self.text, start, refusal.offset) {
            match recovery::foreign_comment_end(self.text, comment, patience) {
                Ok(end) => extent.end = extent.end.max(end),
                Err(searched) => extent.reach = extent.reach.max(searched),
            }
        }
        if extent.unclosed.is_some() || extent.reach > extent.end {
            self.hopeless = self.hopeless.max(extent.reach);
        }
        let context = Context { file: self.file, text: self.text, start, place, extent };
        self.diagnostics.push(mistakes::describe(&context, refusal));
        let next = self.text.get(start..).and_then(|rest| rest.chars().next());
        self.position = extent.end.max(start + next.map_or(1, char::len_utf8));
        extent
    }

    fn block(&mut self) {
        let start = self.position;
        let before = self.diagnostics.len();
        let head = match self.read(GrammarEntry::BlockOpen) {
            Ok(reading) => {
                self.position = reading.end();
                let mut builder = Builder::new(self.file, self.text);
                let selectors = reading.head(&mut builder);
                let selectors = selectors.filter(|_| builder.problems.is_empty());
                self.diagnostics.extend(builder.problems);
                Some((self.position - 1, selectors))
            }
            Err(refusal) => self.broken_head(start, &refusal),
        };
        let Some((brace, selectors)) = head else {
            let kind = StatementKind::Broken(self.broken(start));
            self.statements.push(Statement { span: self.span(start, self.position), kind });
            return;
        };
        let mut open = OpenBlock { start, brace, closes: None, rules: Vec::new() };
        while self.block_rule(&mut open) {}
        let rules = open.rules;
        if rules.is_empty() && self.diagnostics.len() == before {
            self.diagnostics.push(mistakes::empty_block(self.span(brace, self.position)));
        }
        let kind = StatementKind::Block(Block { selectors, rules });
        self.statements.push(Statement { span: self.span(start, self.position), kind });
    }

    /// Reports the head of a block; goes on inside the block if a brace opens one.
    fn broken_head(
        &mut self,
        start: usize,
        refusal: &Refusal,
    ) -> Option<(usize, Option<Selectors>)> {
        let brace = self.refused(start, refusal, RefusedIn::File).brace?;
        self.position = brace + 1;
        Some((brace, None))
    }

    /// Reads one rule of a block; false when the block has ended.
    fn block_rule(&mut self, open: &mut OpenBlock) -> bool {
        let at = self.next_position();
        if self.text.as_bytes().get(at) == Some(&b'}') {
            self.close_block();
            return false;
        }
        if self.goes_on()
            && let Some((span, _)) = open.rules.pop()
        {
            self.refuse_together(span.start as usize, RefusedIn::Block);
            return true;
        }
        let word = words::at(self.text, at);
        let refusal = if word.is_some_and(words::stands_outside) {
            Refusal::at(at)
        } else {
            match self.read(GrammarEntry::BlockItem) {
                Ok(reading) => {
                    self.position = reading.end();
                    let mut builder = Builder::new(self.file, self.text);
                    let rule = reading.rule(&mut builder);
                    let rule = rule.filter(|_| builder.problems.is_empty());
                    self.diagnostics.extend(builder.problems);
                    open.rules.extend(rule.map(|rule| (self.span(at, self.position), rule)));
                    return true;
                }
                Err(refusal) => refusal,
            }
        };
        let text = self.text;
        let closes = *open.closes.get_or_insert_with(|| recovery::block_closes(text, at));
        if (!closes || at >= self.text.len()) && self.stands_outside(at) {
            let brace = self.span(open.brace, open.brace + 1);
            let head = self.span(open.start, open.brace);
            self.diagnostics.push(mistakes::unclosed_block(brace, head));
            return false;
        }
        self.refused(at, &refusal, RefusedIn::Block);
        true
    }

    /// Whether what a block refuses makes sense outside it.
    fn stands_outside(&mut self, at: usize) -> bool {
        at >= self.text.len()
            || words::at(self.text, at).is_some_and(words::stands_outside)
            || self.read(GrammarEntry::Item).is_ok()
    }

    fn close_block(&mut self) {
        let brace = self.position;
        match self.read(GrammarEntry::BlockClose) {
            Ok(_) => self.position = brace + 1,
            Err(refusal) => {
                self.position = brace + 1;
                let at = skip_blanks(self.text, self.position);
                self.refused(at, &refusal, RefusedIn::AfterBlock);
            }
        }
    }

    /// Hands the text from here on to the grammar, unless brackets nest too deep for it.
    fn read(&mut self, entry: GrammarEntry) -> Result<Reading<'t>, Refusal> {
        let closes = entry == GrammarEntry::BlockClose;
        let is_step = entry == GrammarEntry::TestStep;
        if !closes && !is_step && !self.at_word() {
            return Err(Refusal::at(self.position));
        }
        let next = self.too_deep.partition_point(|deep| deep.bracket < self.position);
        match self.too_deep.get(next) {
            Some(deep) if deep.from <= self.position && !closes => {
                Err(Refusal { too_deep: true, ..Refusal::at(deep.bracket) })
            }
            _ if closes => {
                let end = line_end(self.text, self.position);
                grammar::read(entry, self.text, self.position, (end + 1).min(self.text.len()))
            }
            _ if is_step => {
                let end = self.end_before(|text, at| {
                    words::at(text, at).is_some() || words::step_at(text, at).is_some()
                });
                grammar::read(entry, self.text, self.position, end)
            }
            _ => {
                let end = self.end_before(|text, at| words::at(text, at).is_some());
                grammar::read(entry, self.text, self.position, end)
            }
        }
    }

    /// Where the statement that begins here must have ended: before the next line that begins one. The grammar is
    /// handed no more, because making an error takes time in proportion to the text that follows.
    fn end_before(&mut self, begins: impl Fn(&str, usize) -> bool) -> usize {
        self.tokens.seek(self.position);
        let mut number = self.tokens.next() + 1;
        while let Some(token) = self.tokens.get(number) {
            if token.begins_line() && begins(self.text, token.start()) {
                let before = self.text.get(..token.start()).unwrap_or("");
                return before.trim_end_matches([' ', '\t']).len();
            }
            number += 1;
        }
        self.text.len()
    }

    fn at_word(&self) -> bool {
        words::at(self.text, self.position).is_some()
    }
}

/// Whether a line that begins a statement begins with a token.
fn begins_statement(text: &str, token: Token) -> bool {
    token.begins_line() && words::at(text, token.start()).is_some()
}

/// Where `/*` begins in a refused statement: at the refused token, or as the name before it.
fn foreign_comment(text: &str, start: usize, refused: usize) -> Option<usize> {
    let before = text.get(start..refused)?.trim_end();
    let previous = before.rfind([' ', '\t', '\n', '\r', ',']).map_or(start, |at| start + at + 1);
    [refused, previous]
        .into_iter()
        .find(|at| *at > start && text.get(*at..).is_some_and(|rest| rest.starts_with("/*")))
}
