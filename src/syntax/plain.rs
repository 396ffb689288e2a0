//! Plain statements, read from their tokens without the grammar.
//!
//! Most lines of a policy are a word, some tools and a rate, and nothing follows them. These are read here at a tenth of
//! what the grammar takes. Whatever is not as plain as that, right or wrong, is left to the grammar: this reader makes no finding,
//! and what it takes, the grammar takes in the same way, which a test holds for every file there is and for generated ones.

use smallvec::SmallVec;

use super::lexer::{Token, TokenKind};
use super::stream::TokenStream;
use super::tree::{
    Calls, Caps, Rule, Selector, SelectorKind, Selectors, Statement, StatementKind, Subjects,
};
use super::words;
use crate::policy::Posture;
use crate::source::{FileId, Span};

/// The plain statement that begins with the next token, and the number of the token that begins the next one; `None` when the
/// statement is not plain.
pub(super) fn statement(file: FileId, tokens: &mut TokenStream<'_>) -> Option<(Statement, usize)> {
    let first = tokens.get(tokens.next())?;
    let word = first.text(tokens.text());
    if !matches!(word, "allow" | "rate" | "hide" | "default") {
        return None;
    }
    let next = tokens.next() + 1;
    let mut line = Line { file, tokens, next, end: first.end() };
    // `allow@x` lacks a blank.
    line.peek().filter(|token| token.start() > first.end())?;
    let kind = match word {
        "allow" => {
            let subjects = Subjects::Tools(line.selectors()?);
            StatementKind::Rule(subjects, Rule::Allow(line.caps()?))
        }
        "rate" => {
            let subjects = line.subjects()?;
            let caps = line.caps().filter(|caps| !caps.rates.is_empty())?;
            StatementKind::Rule(subjects, Rule::Rate(caps))
        }
        "hide" => StatementKind::Rule(line.subjects()?, Rule::Hide),
        _ => StatementKind::Default(line.posture()?),
    };
    let span = Span::new(file, first.start(), line.end);
    let next = line.next_statement()?;
    Some((Statement { span, kind }, next))
}

/// The rest of a line.
struct Line<'s, 't> {
    file: FileId,
    tokens: &'s mut TokenStream<'t>,
    /// The number of the next token.
    next: usize,
    /// Where the last token ends that has been taken.
    end: usize,
}

impl<'t> Line<'_, 't> {
    fn text(&self) -> &'t str {
        self.tokens.text()
    }

    fn span(&self, start: usize) -> Span {
        Span::new(self.file, start, self.end)
    }

    /// The next token of the line.
    fn peek(&mut self) -> Option<Token> {
        self.tokens.get(self.next).filter(|token| !token.begins_line())
    }

    fn take(&mut self, token: Token) {
        self.next += 1;
        self.end = token.end();
    }

    /// Takes the next token of the line if it is a run of name characters.
    fn run(&mut self) -> Option<(Token, &'t str)> {
        let token = self.peek().filter(|token| token.kind() == TokenKind::Run)?;
        self.take(token);
        Some((token, token.text(self.text())))
    }

    /// Takes a comma if it is next.
    fn comma(&mut self) -> bool {
        let text = self.text();
        let comma = self.peek().filter(|token| token.text(text) == ",");
        comma.map(|token| self.take(token)).is_some()
    }

    fn posture(&mut self) -> Option<Posture> {
        match self.run()? {
            (_, "deny") => Some(Posture::Deny),
            (_, "allow") => Some(Posture::Allow),
            _ => None,
        }
    }

    fn subjects(&mut self) -> Option<Subjects> {
        let text = self.text();
        match self.peek()? {
            token if token.text(text) == "all" => {
                self.take(token);
                Some(Subjects::All(self.span(token.start())))
            }
            _ => Some(Subjects::Tools(self.selectors()?)),
        }
    }

    fn selectors(&mut self) -> Option<Selectors> {
        let start = self.peek()?.start();
        let mut items = SmallVec::new();
        loop {
            items.push(self.selector()?);
            if !self.comma() {
                return Some(Selectors {
                    span: self.span(start),
                    items,
                    having: None,
                    except: Vec::new(),
                });
            }
        }
    }

    /// A bare name, a glob, or a set.
    fn selector(&mut self) -> Option<Selector> {
        let token = self.peek()?;
        let written = token.text(self.text());
        let kind = match token.kind() {
            TokenKind::Run => words::plain_name(written)?,
            TokenKind::Set => {
                let name = written.strip_prefix('@')?;
                crate::policy::is_identifier(name).then_some(SelectorKind::Set)?
            }
            _ => return None,
        };
        self.take(token);
        Some(Selector { span: self.span(token.start()), kind })
    }

    /// Rates, or none.
    fn caps(&mut self) -> Option<Caps> {
        let mut caps = Caps::default();
        if self.peek().is_none_or(|token| token.kind() != TokenKind::Run) {
            return Some(caps);
        }
        loop {
            caps.rates.push(self.calls()?);
            if !self.comma() {
                return Some(caps);
            }
        }
    }

    fn calls(&mut self) -> Option<Calls> {
        let (token, run) = self.run()?;
        let rate = run.parse().ok()?;
        Some(Calls { span: self.span(token.start()), rate })
    }

    /// The number of the token that begins the next statement, if this one ends with its line and nothing goes on with it.
    fn next_statement(&mut self) -> Option<usize> {
        self.peek().is_none_or(Token::is_comment).then_some(())?;
        let next = self.tokens.code(self.next);
        let text = self.text();
        let begins = |token: Token| words::at(text, token.start()).is_some();
        self.tokens.get(next).is_none_or(begins).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceSet;
    use crate::syntax::build::Builder;
    use crate::syntax::grammar::{GrammarEntry, read};
    use crate::syntax::lexer::Lexer;

    /// The grammar's reading of the statement that begins a text.
    fn by_grammar(file: FileId, text: &str) -> Option<Statement> {
        let reading = read(GrammarEntry::Item, text, 0, text.len()).ok()?;
        let span = Span::new(file, 0, reading.end());
        let mut builder = Builder::new(file, text);
        let kind = reading.statement(&mut builder)?;
        builder.problems.is_empty().then_some(Statement { span, kind })
    }

    /// Fails when the text is taken here in another way than by the grammar. Says whether it is taken.
    fn is_taken(text: &str) -> bool {
        let file = SourceSet::default().add("a.gate", "");
        let mut tokens = TokenStream::new(Lexer::new(text, 0), text.len());
        let Some((statement, next)) = statement(file, &mut tokens) else { return false };
        let expected = by_grammar(file, text);
        assert_eq!(format!("{:?}", Some(statement)), format!("{expected:?}"), "{text:?}");
        assert!(text.is_char_boundary(tokens.go_to(next)));
        true
    }

    #[test]
    fn plain_lines_are_taken_and_others_left() {
        for line in [
            "allow x",
            "allow x, y_*,@read\t30/minute , 500/day  # often\n",
            "allow a.b/c:d-e?\r\n\n  # why\nrate all 5/hour",
            "rate 5x 007/minute\ndeny x",
            "hide all\n",
            "hide @all, delete_*",
            "default allow # yes",
        ] {
            assert!(is_taken(line), "{line:?}");
        }
        for line in [
            "allow",
            "allowx",
            "allow x,\ny",
            "allow x\n  30/minute",
            "allow x 0/minute",
            "allow x 5/minutes",
            "allow x 5/minute as y",
            "allow \"x\"",
            "allow x except y",
            "allow 5/minute",
            "allow 12",
            "allow args.x",
            "allow deny",
            "allow all",
            "allow @a-b",
            "rate x",
            "rate all",
            "hide x }",
            "hide x\n}",
            "default denyx",
            "deny x",
            "allow x\r",
            "allow x\n\n# so\nas counter",
        ] {
            assert!(!is_taken(line), "{line:?}");
        }
    }

    #[test]
    fn what_is_taken_the_grammar_takes_in_the_same_way() {
        const PARTS: [&str; 32] = [
            "allow",
            "rate",
            "hide",
            "default",
            "deny",
            "all",
            "x",
            "get_*",
            "a.b",
            "@read",
            "@x-y",
            ",",
            ",",
            " ",
            " ",
            " ",
            "\t",
            "30/minute",
            "0/hour",
            "500/day",
            "7/week",
            "\n",
            "\r\n",
            "# note",
            "as",
            "c",
            "except",
            "\"q\"",
            "args.x",
            "12",
            "{",
            "é",
        ];
        let mut state = 1u64;
        let mut taken = 0;
        for _ in 0..40_000 {
            let mut line =
                String::from(["allow ", "rate ", "hide ", "default "][(state % 4) as usize]);
            for _ in 0..state % 9 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                line.push_str(PARTS[(state >> 33) as usize % PARTS.len()]);
            }
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            state ^= state >> 29;
            taken += usize::from(is_taken(&line));
        }
        assert!(taken > 1_000, "{taken}");
    }
}
