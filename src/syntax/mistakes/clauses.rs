//! What follows the tools of a statement: clauses that it does not take, that are misspelt, or that lack their word.

use super::super::grammar::Expected;
use super::super::words;
use super::found::Mistake;
use super::operators;
use super::refused::RefusedIn;
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit};
use crate::text;

/// Words for a clause in other languages, and the clauses that may be meant.
const CLAUSES: [(&str, &[&str]); 19] = [
    ("if", &["when", "with"]),
    ("where", &["when", "with"]),
    ("while", &["when", "with"]),
    ("provided", &["when", "with"]),
    ("given", &["when", "with"]),
    ("that", &["with", "when"]),
    ("has", &["having"]),
    ("without", &["except"]),
    ("excluding", &["except"]),
    ("minus", &["except"]),
    ("reason", &["because"]),
    ("message", &["because"]),
    ("msg", &["because"]),
    ("since", &["because"]),
    ("description", &["because"]),
    ("error", &["because"]),
    ("counter", &["as"]),
    ("counted", &["as"]),
    ("for", &["when", "with"]),
];

/// The clauses that a misspelt word may mean.
const MISSPELT: [&str; 7] = ["with", "when", "unless", "because", "having", "except", "as"];

/// Words and signs that other languages put between the items of a list.
const JOINS: [&str; 8] = ["and", "or", "&", "&&", "+", "|", "||", "plus"];

/// Words with which a sentence would go on.
const GOES_ON: [&str; 11] = [
    "but",
    "then",
    "else",
    "otherwise",
    "however",
    "while",
    "also",
    "instead",
    "by",
    "from",
    "via",
];

/// Words that say what a statement without a condition says anyway.
const ALWAYS: [&str; 3] = ["always", "unconditionally", "completely"];

/// Words before a rate.
const BEFORE_RATE: [&str; 15] = [
    "up", "to", "at", "most", "max", "maximum", "limit", "limited", "rate", "of", "only", "capped",
    "cap", "for", "per",
];

impl Mistake<'_> {
    pub(super) fn clause(&self) -> Option<Diagnostic> {
        None.or_else(|| self.missing_tools())
            .or_else(|| self.refused_clause())
            .or_else(|| self.misspelt())
            .or_else(|| self.joined())
            .or_else(|| self.before_rate())
            .or_else(|| self.bare_comparison())
            .or_else(|| self.bare_condition())
            .or_else(|| self.bare_reason())
            .or_else(|| self.always())
            .or_else(|| self.goes_on())
    }

    /// `require with …`: the grammar takes the clause's word for a tool.
    fn missing_tools(&self) -> Option<Diagnostic> {
        let first = self.context.start + self.word.len();
        let (start, clause) = if self.slice(first..self.previous_start()).trim().is_empty() {
            (self.previous_start(), self.previous)
        } else if self.slice(first..self.at()).trim().is_empty() && self.expects(Expected::Tool) {
            (self.at(), self.token)
        } else {
            return None;
        };
        let is_rate = clause.split_once('/').is_some_and(|(calls, _)| {
            !calls.is_empty() && calls.bytes().all(|byte| byte.is_ascii_digit())
        });
        let is_if = matches!(clause, "if" | "where") && self.token.starts_with("args.");
        let meant = match self.word {
            _ if !is_if => clause,
            "require" => "with",
            _ => "when",
        };
        let is_clause = is_if || MISSPELT.contains(&clause) || is_rate;
        if self.context.place != RefusedIn::File || start <= self.context.start || !is_clause {
            return None;
        }
        let message = format!("`{}` does not name any tools", self.word);
        let span = self.place(start..start + clause.len());
        Some(Diagnostic::new(Code::Syntax, span, message).with_help(format!(
            "write them before {}: `{} TOOLS {meant} …`",
            text::quote(clause),
            self.word
        )))
    }

    /// `deny x unless c`, which is `require x with c`.
    fn deny_unless(&self) -> Diagnostic {
        let found = Diagnostic::new(
            Code::DenyUnless,
            self.span,
            "`deny` cannot have an `unless` \
                                                                  clause",
        )
        .with_help(
            "write `require TOOLS with CONDITION`, which blocks calls that do not meet the \
                 condition",
        );
        let start = self.context.start;
        let word = self.place(start..start + "deny".len());
        let between = self.slice(word.range().end..self.at());
        let edits = match (between.trim().is_empty(), self.context.place) {
            _ if self.slice(word.range()) != "deny" => return found,
            (true, RefusedIn::Block) => {
                vec![Edit { span: word.to(self.span), text: "require".to_owned() }]
            }
            (false, RefusedIn::File) => vec![
                Edit { span: word, text: "require".to_owned() },
                Edit { span: self.span, text: "with".to_owned() },
            ],
            _ => return found,
        };
        found.with_edits(Applicability::Unsafe, "write `require`", edits)
    }

    /// Clauses that the statement does not take, or in another place.
    fn refused_clause(&self) -> Option<Diagnostic> {
        let wrong = |message: &str, help: &str| Some(self.syntax(message).with_help(help));
        match (self.word, self.token) {
            ("deny", "unless") => Some(self.deny_unless()),
            ("require", "unless" | "when" | "if") => wrong(
                "`require` takes its condition after `with`",
                "write `require TOOLS with CONDITION`, or `deny TOOLS when CONDITION`",
            ),
            ("require", "with") if self.context.place == RefusedIn::Block => {
                let next = self.tokens(self.end()).next().map_or(self.end(), |(at, _)| at);
                let message = "inside a block, write the condition directly after `require`";
                Some(self.removed(self.at()..self.end(), message, self.at()..next))
            }
            ("approve" | "deny", "with") => Some(self.rewritten(
                self.at()..self.end(),
                &format!("`{}` takes its condition after `when`", self.word),
                "when",
            )),
            (
                "allow" | "rate" | "hide" | "budget",
                "when" | "unless" | "with" | "if" | "where" | "provided",
            ) => wrong(
                &format!("`{}` cannot have a condition", self.word),
                "write the condition in a separate `require`, `deny` or `approve`",
            ),
            ("allow" | "rate" | "hide" | "budget" | "default" | "group", "because") => wrong(
                &format!("`{}` cannot have a reason", self.word),
                "write it as a comment, after `#`",
            ),
            (_, "having") if !self.expects(Expected::Word("having")) => wrong(
                "`having` must come before `except`, and only once",
                "move it before `except`",
            ),
            (_, token) if self.expects(Expected::End) && words::STATEMENTS.contains(&token) => {
                wrong(
                    "a statement ends at the end of its line",
                    &format!("begin `{token}` on a new line"),
                )
            }
            _ => None,
        }
    }

    /// A word in capitals, with a colon, of another language or with a slip in it, where the right one goes on.
    fn misspelt(&self) -> Option<Diagnostic> {
        let bare = self.token.trim_end_matches(':');
        if self.next().is_empty() && bare.len() > 3 && self.expects(Expected::Word(",")) {
            let [word, ..] = text::nearest(bare, MISSPELT)[..] else { return None };
            let message = format!("{} is not a clause of `{}`", self.shown(), self.word);
            return Some(self.syntax(message).with_help(format!("did you mean `{word}`?")));
        }
        if bare.is_empty() || self.next().is_empty() || words::STATEMENTS.contains(&bare) {
            return None;
        }
        let range = self.at()..self.end();
        let lower = bare.to_ascii_lowercase();
        let goes_on = |word: &str| self.goes_further(range.clone(), word);
        if lower != self.token && words::is_word(&lower) && goes_on(&lower) {
            let message = if lower == bare {
                format!("unexpected `:` after `{bare}`")
            } else {
                format!("`{bare}` must be lower case")
            };
            return Some(self.replaced(Code::Syntax, message, &lower));
        }
        let synonyms = CLAUSES.iter().find(|(other, _)| *other == lower);
        let near = text::nearest(&lower, MISSPELT.into_iter().filter(|_| lower.len() > 2));
        let mut meant = synonyms.map_or(&[][..], |(_, meant)| *meant).iter().copied().chain(near);
        let by = meant.find(|word| goes_on(word))?;
        let message = format!("{} is not a clause of `{}`", self.shown(), self.word);
        Some(self.replaced(Code::Syntax, message, by))
    }

    /// `x and y`, where a comma goes on.
    fn joined(&self) -> Option<Diagnostic> {
        let lower = self.token.to_ascii_lowercase();
        if !JOINS.contains(&lower.as_str()) {
            return None;
        }
        let range = self.before_end()..self.end();
        let what = if self.previous.contains('/') { "rates" } else { "tools" };
        let message = format!("expected a comma between {what}, found {}", self.shown());
        self.goes_further(range.clone(), ",").then(|| {
            Diagnostic::new(Code::Syntax, self.span, message).with_help("write a comma").with_fix(
                Applicability::Unsafe,
                "write a comma",
                self.place(range),
                ",",
            )
        })
    }

    /// `up to 5/hour`: words before a rate.
    fn before_rate(&self) -> Option<Diagnostic> {
        let is_filler = |token: &str| BEFORE_RATE.contains(&token.to_ascii_lowercase().as_str());
        if !is_filler(self.token) {
            return None;
        }
        let mut end = self.end();
        let (rate, _) = self
            .tokens(self.end())
            .take(4)
            .inspect(|(at, token)| {
                if is_filler(token) {
                    end = at + token.len();
                }
            })
            .find(|(_, token)| !is_filler(token))?;
        let gone = self.at()..rate;
        self.goes_further(gone.clone(), "").then(|| {
            self.removed(self.at()..end, "expected the rate directly after the tools", gone)
        })
    }

    /// `approve x over 500`: a comparison that does not say of what.
    fn bare_comparison(&self) -> Option<Diagnostic> {
        if self.expects(Expected::Operator) || self.expects(Expected::Argument) {
            return None;
        }
        let word = match self.word {
            "approve" | "deny" => "when",
            "require" => "with",
            _ => return None,
        };
        let (operator, end) = operators::comparison(self)?;
        let (at, value) = self.tokens(end).next()?;
        if !value.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        let message = "this comparison does not name an argument";
        let span = self.place(self.at()..at + value.len());
        let value = text::excerpt(value, 24);
        Some(
            Diagnostic::new(Code::Syntax, span, message)
                .with_help(format!("write `{word} args.NAME {operator} {value}`")),
        )
    }

    /// A condition without the word before it.
    fn bare_condition(&self) -> Option<Diagnostic> {
        let begins = self.token.starts_with("args.") || matches!(self.token, "not" | "(");
        let words = match self.word {
            "require" => ["with", "with"],
            "approve" => ["when", "unless"],
            "deny" => ["when", "when"],
            "allow" | "rate" | "hide" if self.token.starts_with("args.") => {
                return Some(
                    self.syntax(format!("`{}` cannot have a condition", self.word)).with_help(
                        "write the condition in a separate `require`, `deny` or `approve`",
                    ),
                );
            }
            _ => return None,
        };
        let [word, other] = words;
        let insertion = self.at()..self.at();
        if !begins
            || words::is_word(self.previous)
            || !self.goes_further(insertion.clone(), &format!("{word} "))
        {
            return None;
        }
        let mut choice = vec![word];
        choice.extend((other != word).then_some(other));
        let message = format!("expected {} before the condition", text::choice(&choice, 2));
        let mut found =
            self.syntax(message).with_help(format!("write {}", text::choice(&choice, 2)));
        for word in choice {
            let place = self.place(insertion.clone());
            let title = format!("insert `{word}`");
            found = found.with_fix(Applicability::Unsafe, title, place, format!("{word} "));
        }
        Some(found)
    }

    /// A sentence in double quotes after the tools.
    fn bare_reason(&self) -> Option<Diagnostic> {
        let is_sentence = self.token.starts_with('"') && self.token.contains(' ');
        let insertion = self.at()..self.at();
        if !is_sentence || !self.expects(Expected::Word("because")) {
            return None;
        }
        self.goes_further(insertion.clone(), "because ").then(|| {
            self.syntax("expected `because` before the reason")
                .with_help("write `because`")
                .with_fix(
                    Applicability::Unsafe,
                    "insert `because`",
                    self.place(insertion),
                    "because ",
                )
        })
    }

    /// `deny x always`
    fn always(&self) -> Option<Diagnostic> {
        let is_said = ALWAYS.contains(&self.token.to_ascii_lowercase().as_str());
        let gone = self.before_end()..self.end();
        (is_said && self.goes_further(gone.clone(), "")).then(|| {
            let message = format!("unexpected {}", self.shown());
            let found = self.removed(self.at()..self.end(), &message, gone);
            found.with_help(format!(
                "remove it: without a condition, `{}` applies to every call",
                self.word
            ))
        })
    }

    /// A sentence that goes on where the statement ends.
    fn goes_on(&self) -> Option<Diagnostic> {
        let lower = self.token.to_ascii_lowercase();
        (GOES_ON.contains(&lower.as_str()) && !self.next().is_empty()).then(|| {
            self.syntax(format!("unexpected text after the `{}` statement", self.word)).with_help(
                format!(
                    "write the text after {} as a separate statement, on the next line",
                    self.shown()
                ),
            )
        })
    }
}
