//! Writes a policy.json, byte for byte as the gateway's catalogue publishes policies.

use std::sync::Arc;

use super::document::{Document, Limit, Predicate, ToolRule};
use crate::policy::{Length, Literal, Sink, Test, write_string};

/// The text of a document: two blanks a level, the keys in the format's order, empty lists and objects left out but
/// for the rule of a tool and the conditions of a predicate, and a final line break.
pub fn write(document: &Document) -> String {
    let mut writer = Writer { out: String::with_capacity(expected_length(document)), level: 0 };
    writer.document(document);
    writer.out.push('\n');
    writer.out
}

/// The text of one tool's rule as it stands in a document, but for its indentation: without a final line break.
pub fn write_rule(rule: &ToolRule) -> String {
    let mut writer = Writer { out: String::new(), level: 0 };
    writer.rule(rule);
    writer.out
}

/// How many bytes a predicate takes in a document, with what divides it from the next.
pub fn predicate_length(predicate: &Arc<Predicate>) -> usize {
    // The document, its tools, the tool and the list.
    let mut writer = Writer { out: Length::default(), level: 4 };
    writer.next();
    writer.predicate(predicate);
    writer.out.length()
}

/// A guess at the length of the text: a tool with one cap takes 170 bytes and its name twice, one with
/// guards more. Too small a guess costs twice the text, as it grows by doubling.
fn expected_length(document: &Document) -> usize {
    document.tools.len().saturating_mul(320).saturating_add(document.hide.len() * 32 + 256)
}

const BLANKS: &str = "                                                                ";

struct Writer<S> {
    out: S,
    level: usize,
}

impl<S: Sink> Writer<S> {
    /// An object or a list whose parts `write` adds, each behind a call of [`Self::next`].
    fn nested(&mut self, open: char, close: char, write: impl FnOnce(&mut Self)) {
        self.out.push(open);
        self.level += 1;
        let start = self.out.length();
        write(self);
        self.level -= 1;
        if self.out.length() > start {
            self.line();
        }
        self.out.push(close);
    }

    fn line(&mut self) {
        self.out.push('\n');
        let mut blanks = self.level * 2;
        while blanks > 0 {
            let part = BLANKS.get(..blanks.min(BLANKS.len())).unwrap_or(BLANKS);
            self.out.push_str(part);
            blanks -= part.len();
        }
    }

    /// Begins the next part of a list or object; an opening bracket at the end means that it is the first.
    fn next(&mut self) {
        if !self.out.ends_with('{') && !self.out.ends_with('[') {
            self.out.push(',');
        }
        self.line();
    }

    /// A key that a file gave: the name of a tool, or a key in a value.
    fn named_key(&mut self, key: &str) {
        self.next();
        write_string(key, &mut self.out);
        self.out.push_str(": ");
    }

    /// A key of the format.
    fn key(&mut self, key: &'static str) {
        self.next();
        self.out.push('"');
        self.out.push_str(key);
        self.out.push_str("\": ");
    }

    /// A word of the format.
    fn word(&mut self, key: &'static str, word: &'static str) {
        self.key(key);
        self.out.push('"');
        self.out.push_str(word);
        self.out.push('"');
    }

    fn text(&mut self, key: &'static str, text: &str) {
        self.key(key);
        write_string(text, &mut self.out);
    }

    fn document(&mut self, document: &Document) {
        self.nested('{', '}', |out| {
            out.word("version", "1");
            out.word("default", document.default.name());
            out.list("hide", &document.hide, |out, tool| write_string(tool, &mut out.out));
            if !document.all_limits.is_empty() {
                out.key("all_tools");
                out.nested('{', '}', |out| out.list("limits", &document.all_limits, Self::limit));
            }
            if !document.tools.is_empty() {
                out.key("tools");
                out.nested('{', '}', |out| {
                    for (tool, rule) in &document.tools {
                        out.named_key(tool);
                        out.rule(rule);
                    }
                });
            }
        });
    }

    fn rule(&mut self, rule: &ToolRule) {
        self.nested('{', '}', |out| {
            out.list("require", &rule.require, Self::predicate);
            out.list("deny_if", &rule.deny_if, Self::predicate);
            out.list("limits", &rule.limits, Self::limit);
        });
    }

    /// A key with a list, left out when the list is empty.
    fn list<T>(&mut self, key: &'static str, items: &[T], write: impl Fn(&mut Self, &T)) {
        if !items.is_empty() {
            self.key(key);
            self.items(items, write);
        }
    }

    fn items<T>(&mut self, items: &[T], write: impl Fn(&mut Self, &T)) {
        self.nested('[', ']', |out| {
            for item in items {
                out.next();
                write(out, item);
            }
        });
    }

    fn predicate(&mut self, predicate: &Arc<Predicate>) {
        self.nested('{', '}', |out| {
            out.key("conditions");
            out.items(&predicate.conditions, Self::condition);
            if let Some(on_deny) = &predicate.on_deny {
                out.text("on_deny", on_deny);
            }
        });
    }

    fn condition(&mut self, test: &Arc<Test>) {
        self.nested('{', '}', |out| {
            out.text("path", &test.path.dotted());
            out.word("op", test.operator.json_name());
            out.key("value");
            out.literal(&test.value);
        });
    }

    fn limit(&mut self, limit: &Limit) {
        self.nested('{', '}', |out| {
            out.text("counter", &limit.counter);
            out.word("window", limit.rate.window().name());
            out.key("max");
            out.out.push_str(&limit.rate.calls().to_string());
            out.word("scope", "grant");
        });
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::List(items) => self.items(items, Self::literal),
            Literal::Object(members) => self.nested('{', '}', |out| {
                for (key, value) in members {
                    out.named_key(key);
                    out.literal(value);
                }
            }),
            plain => plain.write_json(&mut self.out),
        }
    }
}
