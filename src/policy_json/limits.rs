//! Reads limits, and watches over their counters.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::document::Limit;
use super::keys::Place;
use super::read::Reader;
use super::{errors, older, words};
use crate::json::{Node, Value};
use crate::policy::{Rate, Window};
use crate::source::Span;
use crate::text::quote;

/// How many uses of one counter are shown.
const SHOWN_USES: usize = 4;

/// Which counters the tools use.
#[derive(Default)]
pub(super) struct Counters {
    uses: IndexMap<Box<str>, Uses>,
    owners: usize,
}

#[derive(Default)]
struct Uses {
    last_owner: usize,
    owners: usize,
    places: Vec<Span>,
}

impl Counters {
    fn note(&mut self, counter: &str, place: Span) {
        let owner = self.owners;
        let uses = match self.uses.get_mut(counter) {
            Some(uses) => uses,
            None => self.uses.entry(counter.into()).or_default(),
        };
        if uses.owners > 0 && uses.last_owner == owner {
            return;
        }
        uses.last_owner = owner;
        uses.owners += 1;
        if uses.places.len() < SHOWN_USES {
            uses.places.push(place);
        }
    }
}

impl Reader<'_> {
    /// Reads `limits` of a tool, or of all tools when there is no name.
    pub(super) fn limits(&mut self, node: &Node, tool: Option<&str>) -> Vec<Limit> {
        self.counters.owners += 1;
        let mut own: HashMap<String, Span> = HashMap::new();
        let mut limits = Vec::new();
        for item in self.list(node, "`limits`") {
            let Some((limit, place)) = self.limit(item, tool) else { continue };
            if let Some(first) = own.get(&limit.counter) {
                let owner = tool.map_or_else(|| "`all_tools`".to_owned(), quote);
                self.report(errors::counter_clash(place, &limit.counter, *first, &owner));
                continue;
            }
            if tool.is_some() {
                self.counters.note(&limit.counter, place);
            }
            own.insert(limit.counter.clone(), place);
            limits.push(limit);
        }
        limits
    }

    /// One limit and where its counter stands; `None` when the counter cannot be told.
    fn limit(&mut self, node: &Node, tool: Option<&str>) -> Option<(Limit, Span)> {
        let fields = self.object(node, "an entry of `limits`", Place::Limit, tool)?;
        let window = fields.get("window").and_then(|node| self.window(node));
        let max = fields.get("max").and_then(|node| self.maximum(node));
        if let Some(scope) = fields.get("scope") {
            self.scope(scope);
        }
        let place = fields.get("counter")?;
        let counter = self.string(place, "`counter`")?;
        if counter.is_empty() {
            self.report(errors::empty_name(place.span, "this counter"));
            return None;
        }
        let limit = Limit {
            counter: counter.to_owned(),
            rate: Rate::clamped(max.unwrap_or(1), window.unwrap_or(Window::Minute)),
        };
        Some((limit, place.span))
    }

    fn window(&mut self, node: &Node) -> Option<Window> {
        if let Value::Number(spelling) = &node.value {
            self.report(older::window_in_seconds(node, spelling));
            return None;
        }
        let word = self.string(node, "`window`")?;
        let window = Window::from_name(word);
        if window.is_none() {
            self.report(errors::unknown_window(node, word, words::window(word)));
        }
        window
    }

    fn maximum(&mut self, node: &Node) -> Option<u64> {
        let max = match &node.value {
            Value::Number(spelling) => {
                let max = Rate::parse_calls(spelling);
                if max.is_none() {
                    self.report(errors::invalid_maximum(node, spelling));
                }
                return max;
            }
            Value::String(text) => text.trim(),
            _ => "",
        };
        if Rate::parse_calls(max).is_some() && crate::json::is_readable_number(max) {
            self.report(errors::maximum_in_quotes(node, max));
        } else {
            self.report(errors::wrong_type(node, "`max`", "a number"));
        }
        None
    }

    fn scope(&mut self, node: &Node) {
        match self.string(node, "`scope`") {
            Some("grant") | None => {}
            Some(word) => self.report(errors::unknown_scope(node, word)),
        }
    }

    /// Reports counters of several tools, once each.
    pub(super) fn report_shared_counters(&mut self) {
        for (counter, uses) in std::mem::take(&mut self.counters).uses {
            if uses.owners > 1
                && let Some(finding) = errors::shared_counter(&counter, &uses.places, uses.owners)
            {
                self.report(finding);
            }
        }
    }
}

/// Reports entries of `hide` that stand twice.
pub(super) fn report_hidden_twice(reader: &mut Reader<'_>, entries: &[Node]) {
    let mut first: HashMap<&str, Span> = HashMap::with_capacity(entries.len());
    let mut before = None;
    for entry in entries {
        if let Some(tool) = entry.as_str() {
            match (first.get(tool), before) {
                (Some(earlier), Some(before)) => {
                    reader.report(errors::hidden_twice(entry, tool, *earlier, before));
                }
                _ => {
                    first.insert(tool, entry.span);
                }
            }
        }
        before = Some(entry.span);
    }
}
