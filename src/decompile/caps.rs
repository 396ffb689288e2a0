//! Limits as rates: which of them one statement can hold, and how their counters are named there.

use std::collections::HashMap;

use crate::policy::wording;
use crate::policy_json::{Document, Limit};

use super::Style;
use crate::source::TextPart;
use crate::syntax::names::{is_bare, is_name_character, write_quoted};

/// Longer tool names are not looked for in counters, nor names in longer counters, in bytes: the search takes time
/// in proportion to the product of the two.
const MAX_TEMPLATE: usize = 256;

/// The rates of one statement, and the name under which they count.
#[derive(Clone, Debug)]
pub(super) struct Caps<'d> {
    /// The limits, in their order; none for a plain `allow`.
    limits: &'d [Limit],
    counter: CounterName,
}

/// How the counters of a statement are named.
#[derive(Clone, Debug, PartialEq)]
enum CounterName {
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
        Self { limits: &[], counter: CounterName::Generated }
    }

    /// The limits of a tool, or of all calls when `tool` is `None`, in as few statements as keep their order.
    pub(super) fn split(
        limits: &'d [Limit],
        tool: Option<&str>,
        templates: &Templates,
    ) -> Vec<Self> {
        let mut statements: Vec<Caps<'d>> = Vec::new();
        let mut start = 0;
        for (index, limit) in limits.iter().enumerate() {
            let counter = templates.counter(limit, tool);
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
    fn takes(&self, counter: &CounterName) -> bool {
        match counter {
            CounterName::Generated => self.counter == CounterName::Generated,
            CounterName::Template(template) => {
                template.contains("{window}") && self.counter == *counter
            }
            CounterName::Literal => false,
        }
    }

    /// Writes what two tools must have in common to share the statement.
    pub(super) fn write_key(&self, out: &mut String) {
        self.write_rates(out);
        match &self.counter {
            CounterName::Generated => {}
            CounterName::Template(template) => {
                out.push_str(" as ");
                out.push_str(template);
            }
            CounterName::Literal => self.write_literal(out),
        }
    }

    /// Writes the rates and the counter, each with a blank before it. `tool` is the tool when there is only one.
    pub(super) fn write(&self, tool: Option<&str>, out: &mut String) {
        self.write_rates(out);
        let CounterName::Template(template) = &self.counter else {
            if self.counter == CounterName::Literal {
                self.write_literal(out);
            }
            return;
        };
        out.push_str(" as ");
        match (self.limits, tool) {
            ([only], None) if template.contains("{tool}") => {
                out.push_str(&template.replace("{window}", only.rate.window().name()));
            }
            ([only], _) => {
                let counter = wording::expand_counter(template, tool, only.rate.window());
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
            out.push_str(&limit.rate.to_string());
        }
    }
}

/// How often the limits of a document agree in a template. Names are looked for as whole words; a template that
/// has them inside of words, such as `x{tool}`, is taken if more limits share it.
pub(super) struct Templates {
    style: Style,
    uses: HashMap<String, usize>,
}

impl Templates {
    /// The templates of a document.
    pub(super) fn new(document: &Document, style: Style) -> Self {
        let mut templates = Self { style, uses: HashMap::new() };
        if style == Style::Explicit {
            return templates;
        }
        let of_tools = document
            .tools
            .iter()
            .flat_map(|(tool, rule)| rule.limits.iter().map(|limit| (limit, Some(tool.as_str()))));
        for (limit, tool) in of_tools.chain(document.all_limits.iter().map(|limit| (limit, None))) {
            let (by_words, anywhere) = candidates(limit, tool);
            for template in [by_words, anywhere].into_iter().flatten() {
                *templates.uses.entry(template).or_default() += 1;
            }
        }
        templates
    }

    fn counter(&self, limit: &Limit, tool: Option<&str>) -> CounterName {
        if self.style == Style::Explicit {
            return CounterName::Literal;
        }
        if is_generated(limit, tool) {
            return CounterName::Generated;
        }
        let uses = |template: &String| self.uses.get(template).copied().unwrap_or(0);
        match candidates(limit, tool) {
            (Some(by_words), Some(anywhere)) if uses(&anywhere) <= uses(&by_words) => {
                CounterName::Template(by_words)
            }
            (by_words, anywhere) => {
                anywhere.or(by_words).map_or(CounterName::Literal, CounterName::Template)
            }
        }
    }
}

/// The template with the names as whole words, and the one with the last of each wherever it is, if that is another.
fn candidates(limit: &Limit, tool: Option<&str>) -> (Option<String>, Option<String>) {
    if is_generated(limit, tool) {
        return (None, None);
    }
    let by_words = CounterName::template(limit, tool);
    let anywhere = by_words.as_deref().and_then(|by_words| anywhere(by_words, limit, tool));
    (by_words, anywhere)
}

/// A template in which the last of each name that is missing is replaced too.
fn anywhere(by_words: &str, limit: &Limit, tool: Option<&str>) -> Option<String> {
    let mut template = by_words.to_owned();
    for (name, placeholder) in [(tool, "{tool}"), (Some(limit.rate.window().name()), "{window}")] {
        let Some(name) = name.filter(|name| !name.is_empty() && name.len() <= MAX_TEMPLATE) else {
            continue;
        };
        if template.contains(placeholder) || template.len() > MAX_TEMPLATE {
            continue;
        }
        // Not inside of the other placeholder.
        let found = template.rmatch_indices(name).find(|(at, _)| {
            let before = template.part(..*at);
            before.matches('{').count() == before.matches('}').count()
        });
        if let Some((at, _)) = found {
            template.replace_range(at..at + name.len(), placeholder);
        }
    }
    let exact = wording::expand_counter(&template, tool, limit.rate.window()) == limit.counter;
    (exact && template != by_words).then_some(template)
}

impl CounterName {
    /// The counter with the names of the tool and the window replaced where they stand as whole words. `None` when
    /// anything else in it needs quotes.
    fn template(limit: &Limit, tool: Option<&str>) -> Option<String> {
        let counter = limit.counter.as_str();
        let short = |name: &str| !name.is_empty() && name.len().max(counter.len()) <= MAX_TEMPLATE;
        let tool = tool.filter(|tool| short(tool));
        let words = [(tool, "{tool}"), (Some(limit.rate.window().name()), "{window}")];
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
        let exact = wording::expand_counter(&template, tool, limit.rate.window()) == counter;
        (exact && !template.is_empty()).then_some(template)
    }
}

/// Whether the compiler makes up this counter by itself.
fn is_generated(limit: &Limit, tool: Option<&str>) -> bool {
    limit.counter == wording::counter(tool, limit.rate.window())
}
