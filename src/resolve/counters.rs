//! Under which names calls are counted: no two caps of one tool under one, and a word about names that tools share.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use indexmap::IndexMap;

use super::Resolver;
use super::errors::effects as errors;
use crate::policy::{Cap, Counter, ToolId};
use crate::source::Span;

/// Who counts under a name.
struct Owner {
    /// Whether it is a cap over all calls.
    all: bool,
    tools: Vec<ToolId>,
    first: Span,
    last: Span,
}

impl Resolver<'_> {
    /// Checks the counters of the caps that are in force.
    pub(super) fn counters(&mut self) {
        let all = self.policy.all_caps.clone();
        let mut clashes = Clashes::default();
        clashes.look(None, &all);
        if !self.policy.has_bounded_counters() {
            return self.report_clashes(clashes);
        }
        let named = |cap: &Cap| cap.counter != Counter::Generated;
        let any_named = all.iter().any(named)
            || self.policy.tools.iter().any(|(_, tool)| tool.caps.iter().any(named));
        let any_capital = self
            .policy
            .tools
            .iter()
            .any(|(_, tool)| tool.name.bytes().any(|byte| byte.is_ascii_uppercase()));
        // Generated names differ for tools whose names differ in more than case: nothing to look for.
        if !any_named && !any_capital {
            return self.report_clashes(clashes);
        }
        let mut owners: HashMap<String, Owner> = HashMap::new();
        let mut shared: Vec<String> = Vec::new();
        for cap in &all {
            let owner = Owner { all: true, tools: Vec::new(), first: cap.span, last: cap.span };
            owners.entry(cap.counter.name(None, cap.rate.window())).or_insert(owner);
        }
        let order = self.policy.order.clone();
        for tool in order {
            let Some(entry) = self.policy.tools.get(tool) else { continue };
            let (name, caps) = (entry.name.clone(), entry.caps.clone());
            clashes.look(Some((tool, &name)), &caps);
            for cap in &caps {
                let counter = cap.counter.name(Some(&name), cap.rate.window());
                match owners.entry(counter) {
                    Entry::Vacant(entry) => {
                        let (first, last) = (cap.span, cap.span);
                        entry.insert(Owner { all: false, tools: vec![tool], first, last });
                    }
                    Entry::Occupied(mut entry) => {
                        let counter = entry.key().clone();
                        let owner = entry.get_mut();
                        if owner.tools.last() != Some(&tool) {
                            if owner.tools.len() + usize::from(owner.all) == 1 {
                                shared.push(counter);
                            }
                            owner.tools.push(tool);
                            owner.last = cap.span;
                        }
                    }
                }
            }
        }
        self.report_clashes(clashes);
        for counter in shared {
            let Some(owner) = owners.get(&counter) else { continue };
            let names: Vec<&str> =
                owner.tools.iter().map(|tool| self.policy.tools.name(*tool)).collect();
            let problem =
                errors::shared_counter(owner.last, &counter, &names, owner.all, owner.first);
            self.report(problem);
        }
    }

    /// Reports every two caps that would count under one name, once for all the tools that they are about.
    fn report_clashes(&mut self, clashes: Clashes) {
        for ((span, first), (counter, tools)) in clashes.found {
            let names: Vec<&str> = tools.iter().map(|tool| self.policy.tools.name(*tool)).collect();
            let problem = errors::counter_clash(span, &names, &counter, first);
            self.diagnostics.push(problem);
        }
    }
}

/// Caps of one tool, or over all calls, that would count under one name.
#[derive(Default)]
struct Clashes {
    /// By the later cap and the earlier one: the counter of the first tool, and the tools.
    found: IndexMap<(Span, Span), (String, Vec<ToolId>)>,
}

impl Clashes {
    fn look(&mut self, tool: Option<(ToolId, &str)>, caps: &[Cap]) {
        if caps.len() < 2 {
            return;
        }
        let mut seen: HashMap<String, Span> = HashMap::new();
        for cap in caps {
            match seen.entry(cap.counter.name(tool.map(|(_, name)| name), cap.rate.window())) {
                Entry::Vacant(entry) => {
                    entry.insert(cap.span);
                }
                Entry::Occupied(entry) => {
                    let found = self.found.entry((cap.span, *entry.get()));
                    let (_, tools) = found.or_insert_with(|| (entry.key().clone(), Vec::new()));
                    tools.extend(tool.map(|(tool, _)| tool));
                }
            }
        }
    }
}
