//! Limits as rates: which of them one statement can hold, and how their counters are named there.

use crate::policy::wording;
use crate::policy_json::Limit;

use super::Style;
use crate::syntax::names::{is_bare, is_name_character, write_quoted};

/// Longer tool names are not looked for in counters, nor names in longer counters, in bytes: the search takes time
/// in proportion to the product of the two.
const MAX_TEMPLATE: usize = 256;

/// The rates of one statement, and the name under which they count.
#[derive(Clone, Debug)]
pub(super) struct Caps<'d> {
    /// The limits, in their order; none for a plain `allow`.
    limits: &'d [Limit],
    counter: Counter,
}

/// How the counters of a statement are named.
#[derive(Clone, Debug, PartialEq)]
enum Counter {
    /// As the compiler names them: no `as`.
    Generated,
    /// Bare, with `{tool}` and `{window}` where the names of tool and window stand.
    Template(String),
    /// In quotes.
    Literal,
}

impl<'d> Caps<'d> {
    /// No rates.
    pub(super) fn none() -> Self {
        Self { limits: &[], counter: Counter::Generated }
    }

    /// The limits of a tool, or of all calls when `tool` is `None`, in as few statements as keep their order.
    pub(super) fn split(limits: &'d [Limit], tool: Option<&str>, style: Style) -> Vec<Self> {
        let mut statements: Vec<Caps<'d>> = Vec::new();
        let mut start = 0;
        for (index, limit) in limits.iter().enumerate() {
            let counter = Counter::of(limit, tool, style);
            match statements.last_mut() {
                Some(last) if last.takes(&counter) => {
                    last.limits = limits.get(start..=index).unwrap_or(last.limits);
                }
                _ => {
                    start = index;
                    let own = limits.get(index..=index).unwrap_or(&[]);
                    statements.push(Caps { limits: own, counter });
                }
            }
        }
        statements
    }

    /// Whether a further limit with this counter can stand in the same statement.
    fn takes(&self, counter: &Counter) -> bool {
        match counter {
            Counter::Generated => self.counter == Counter::Generated,
            Counter::Template(template) => {
                template.contains("{window}") && self.counter == *counter
            }
            Counter::Literal => false,
        }
    }

    /// Writes what two tools must have in common to share the statement.
    pub(super) fn write_key(&self, out: &mut String) {
        self.write_rates(out);
        match &self.counter {
            Counter::Generated => {}
            Counter::Template(template) => {
                out.push_str(" as ");
                out.push_str(template);
            }
            Counter::Literal => self.write_literal(out),
        }
    }

    /// Writes the rates and the counter, each with a blank before it. `tool` is the tool when there is only one.
    pub(super) fn write(&self, tool: Option<&str>, out: &mut String) {
        self.write_rates(out);
        let Counter::Template(template) = &self.counter else {
            if self.counter == Counter::Literal {
                self.write_literal(out);
            }
            return;
        };
        out.push_str(" as ");
        match (self.limits, tool) {
            ([only], None) if template.contains("{tool}") => {
                out.push_str(&template.replace("{window}", only.window.name()));
            }
            ([only], _) => {
                let counter = wording::expand_counter(template, tool, only.window);
                if is_bare(&counter) {
                    out.push_str(&counter);
                } else {
                    write_quoted(&counter, out);
                }
            }
            (_, Some(tool)) if is_bare(tool) => out.push_str(&template.replace("{tool}", tool)),
            _ => out.push_str(template),
        }
    }

    fn write_literal(&self, out: &mut String) {
        if let Some(first) = self.limits.first() {
            out.push_str(" as ");
            write_quoted(&first.counter, out);
        }
    }

    fn write_rates(&self, out: &mut String) {
        for (index, limit) in self.limits.iter().enumerate() {
            out.push_str(if index == 0 { " " } else { ", " });
            out.push_str(&limit.max.to_string());
            out.push('/');
            out.push_str(limit.window.name());
        }
    }
}

impl Counter {
    fn of(limit: &Limit, tool: Option<&str>, style: Style) -> Self {
        if style == Style::Explicit {
            Counter::Literal
        } else if is_generated(limit, tool) {
            Counter::Generated
        } else {
            Counter::template(limit, tool).map_or(Counter::Literal, Counter::Template)
        }
    }

    /// The counter with the names of the tool and the window replaced where they stand as whole words. `None` when
    /// anything else in it needs quotes.
    fn template(limit: &Limit, tool: Option<&str>) -> Option<String> {
        let counter = limit.counter.as_str();
        let short = |name: &str| !name.is_empty() && name.len().max(counter.len()) <= MAX_TEMPLATE;
        let tool = tool.filter(|tool| short(tool));
        let words = [(tool, "{tool}"), (Some(limit.window.name()), "{window}")];
        let mut template = String::with_capacity(counter.len());
        let mut rest = counter;
        let mut last = None;
        while let Some(next) = rest.chars().next() {
            let in_word = last.is_some_and(char::is_alphanumeric);
            let found = words.iter().filter(|_| !in_word).find_map(|(word, placeholder)| {
                let tail = rest.strip_prefix((*word)?)?;
                (!tail.starts_with(char::is_alphanumeric)).then_some((tail, *placeholder))
            });
            if let Some((tail, placeholder)) = found {
                template.push_str(placeholder);
                last = rest.strip_suffix(tail).and_then(|word| word.chars().next_back());
                rest = tail;
            } else if is_name_character(next) {
                template.push(next);
                last = Some(next);
                rest = rest.strip_prefix(next)?;
            } else {
                return None;
            }
        }
        let exact = wording::expand_counter(&template, tool, limit.window) == counter;
        (exact && !template.is_empty()).then_some(template)
    }
}

/// Whether the compiler makes up this counter by itself.
fn is_generated(limit: &Limit, tool: Option<&str>) -> bool {
    match tool {
        Some(tool) => limit.counter == wording::counter(tool, limit.window),
        None => limit.counter == wording::counter_of_all(limit.window),
    }
}
