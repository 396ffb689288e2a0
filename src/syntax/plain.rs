//! Plain statements, read without the grammar.
//!
//! Most lines of a policy are a word, some tools and a rate, and nothing goes on behind them. These are read here at a tenth of
//! what the grammar takes. Whatever is not as plain as that, right or wrong, is left to the grammar: this reader makes no finding,
//! and what it takes, the grammar takes in the same way, which a test holds for every file there is and for generated ones.

use smallvec::SmallVec;

use super::tree::{
    Calls, Caps, Rule, Selector, SelectorKind, Selectors, Statement, StatementKind, Subjects,
};
use super::{recovery, words};
use crate::policy::Posture;
use crate::source::{FileId, Span};

/// The plain statement at an offset, and where the next one begins; `None` when what stands there is not plain.
pub(super) fn statement(file: FileId, text: &str, at: usize) -> Option<(Statement, usize)> {
    let mut line = Line { file, text, at };
    let word = words::run(text, at);
    line.at += word.len();
    line.blanks()?;
    let (kind, end) = match word {
        "allow" => {
            let subjects = Subjects::Tools(line.selectors()?);
            let caps = line.caps()?;
            (StatementKind::Rule(subjects, Rule::Allow(caps)), line.at)
        }
        "rate" => {
            let subjects = line.subjects()?;
            let caps = line.caps().filter(|caps| !caps.rates.is_empty())?;
            (StatementKind::Rule(subjects, Rule::Rate(caps)), line.at)
        }
        "hide" => (StatementKind::Rule(line.subjects()?, Rule::Hide), line.at),
        "default" => (StatementKind::Default(line.posture()?), line.at),
        _ => return None,
    };
    let next = line.next_statement()?;
    Some((Statement { span: Span::new(file, at, end), kind }, next))
}

/// The rest of a line. What has been taken ends at `at`.
struct Line<'t> {
    file: FileId,
    text: &'t str,
    at: usize,
}

impl Line<'_> {
    fn span(&self, start: usize) -> Span {
        Span::new(self.file, start, self.at)
    }

    /// At least one blank.
    fn blanks(&mut self) -> Option<()> {
        let behind = recovery::skip_blanks(self.text, self.at);
        let any = behind > self.at;
        self.at = behind;
        any.then_some(())
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// A comma with what may stand around it on one line; nothing is taken when there is none.
    fn comma(&mut self) -> bool {
        let comma = recovery::skip_blanks(self.text, self.at);
        let found = self.byte(comma) == Some(b',');
        if found {
            self.at = recovery::skip_blanks(self.text, comma + 1);
        }
        found
    }

    fn posture(&mut self) -> Option<Posture> {
        let posture = match words::run(self.text, self.at) {
            "deny" => Posture::Deny,
            "allow" => Posture::Allow,
            _ => return None,
        };
        self.at += posture.name().len();
        Some(posture)
    }

    fn subjects(&mut self) -> Option<Subjects> {
        let start = self.at;
        if words::run(self.text, start) == "all" {
            self.at += "all".len();
            return Some(Subjects::All(self.span(start)));
        }
        Some(Subjects::Tools(self.selectors()?))
    }

    fn selectors(&mut self) -> Option<Selectors> {
        let start = self.at;
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
        let start = self.at;
        let is_set = self.byte(start) == Some(b'@');
        let from = if is_set { start + 1 } else { start };
        let run = words::run(self.text, from);
        self.at = from + run.len();
        let kind = if is_set {
            crate::policy::is_identifier(run).then_some(SelectorKind::Set)?
        } else {
            words::plain_name(run)?
        };
        Some(Selector { span: self.span(start), kind })
    }

    /// Rates behind a blank, or none.
    fn caps(&mut self) -> Option<Caps> {
        let mut caps = Caps::default();
        let end = self.at;
        self.at = recovery::skip_blanks(self.text, end);
        if !self.byte(self.at).is_some_and(|byte| byte.is_ascii_digit()) {
            self.at = end;
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
        let start = self.at;
        let run = words::run(self.text, start);
        let rate = run.parse().ok()?;
        self.at += run.len();
        Some(Calls { span: self.span(start), rate })
    }

    /// Where the next statement begins, if this one ends with its line and nothing goes on with it.
    fn next_statement(&self) -> Option<usize> {
        let end = recovery::skip_blanks(self.text, self.at);
        let ends = match self.byte(end) {
            None | Some(b'\n' | b'#') => true,
            Some(b'\r') => self.byte(end + 1) == Some(b'\n'),
            Some(_) => false,
        };
        let next = recovery::skip_between(self.text, end);
        let begins = next >= self.text.len() || words::at(self.text, next).is_some();
        (ends && begins).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceSet;
    use crate::syntax::build::Builder;
    use crate::syntax::grammar::{Entry, read};

    /// What the grammar makes of the statement that begins a text.
    fn by_grammar(file: FileId, text: &str) -> Option<Statement> {
        let reading = read(Entry::Item, text, 0, text.len()).ok()?;
        let span = Span::new(file, 0, reading.end());
        let mut builder = Builder::new(file, text);
        let kind = reading.statement(&mut builder)?;
        builder.problems.is_empty().then_some(Statement { span, kind })
    }

    /// Fails when the text is taken here in another way than by the grammar. Says whether it is taken.
    fn is_taken(text: &str) -> bool {
        let file = SourceSet::default().add("a.gate", "");
        let Some((statement, next)) = statement(file, text, 0) else { return false };
        let expected = by_grammar(file, text);
        assert_eq!(format!("{:?}", Some(statement)), format!("{expected:?}"), "{text:?}");
        assert!(text.is_char_boundary(next));
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
