//! Groups: their names, and the tools that each stands for.
//!
//! Groups may use each other before they are defined, so they are put in order first: a group after all that it
//! uses. Done with a stack of our own, because a chain of groups can be as long as a file.

use std::collections::HashMap;
use std::sync::Arc;

use super::Resolver;
use super::errors::names as errors;
use super::files::Files;
use super::selectors::Use;
use crate::policy::Target;
use crate::risk::{Class, ClassSet};
use crate::source::Span;
use crate::syntax::tree::{Broken, Group, SelectorKind, StatementKind};

/// The groups of a policy.
#[derive(Debug, Default)]
pub struct Groups {
    by_name: HashMap<Arc<str>, usize>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    name: Arc<str>,
    span: Span,
    /// What it stands for; `None` until it has been evaluated.
    tools: Option<Arc<[Target]>>,
    /// Whether its definition is wrong: then nothing is said of its uses.
    broken: bool,
}

/// Where the ordering of groups stands with one of them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Unseen,
    Open,
    Done,
}

/// What a set's name stands for.
pub(super) enum Set {
    /// `@tools`
    Tools,
    /// A class or `@critical`.
    Classes(ClassSet),
    /// A group's tools.
    Group(Arc<[Target]>),
    /// A group whose definition is wrong.
    Broken,
    /// Nothing.
    Unknown,
}

impl Groups {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The tools of a group, each with the selector of its definition that led to it; `None` for a name that is no group's, and
    /// for a group whose definition is wrong.
    pub fn tools(&self, name: &str) -> Option<&[Target]> {
        self.entry(name).filter(|entry| !entry.broken)?.tools.as_deref()
    }

    /// Where the definition of a group names it; the first one where several do.
    pub fn definition(&self, name: &str) -> Option<Span> {
        self.entry(name).map(|entry| entry.span)
    }

    /// The names of the groups with their tools, in the order of their definitions; `None` for one whose definition is wrong.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&[Target]>)> {
        let tools = |entry: &Entry| !entry.broken;
        self.entries
            .iter()
            .map(move |entry| (&*entry.name, entry.tools.as_deref().filter(|_| tools(entry))))
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.get(*self.by_name.get(name)?)
    }
}

impl Resolver<'_> {
    /// Defines every group of the policy.
    pub(super) fn define_groups(&mut self, files: &Files) {
        let mut definitions: Vec<Option<&Group>> = Vec::new();
        for statement in files.statements() {
            match &statement.kind {
                StatementKind::Group(group) if self.declare(group.name, false) => {
                    definitions.push(Some(group));
                }
                StatementKind::Broken(Broken { name: Some(name), .. })
                    if self.declare(*name, true) =>
                {
                    definitions.push(None);
                }
                _ => {}
            }
        }
        for number in self.ordered(&definitions) {
            let Some(Some(group)) = definitions.get(number) else { continue };
            let tools = self.select(&group.selectors, Use::Definition);
            if let Some(entry) = self.groups.entries.get_mut(number) {
                entry.tools = Some(tools.into());
            }
        }
    }

    /// Enters a group's name; false when it is taken.
    fn declare(&mut self, span: Span, broken: bool) -> bool {
        let name = self.sources.slice(span);
        if name == "tools" || ClassSet::from_name(name).is_some() {
            self.report(errors::reserved_group_name(span, name));
            return false;
        }
        let first =
            self.groups.by_name.get(name).and_then(|number| self.groups.entries.get(*number));
        if let Some(first) = first {
            let problem = errors::duplicate_group(span, name, first.span);
            self.report(problem);
            return false;
        }
        let name: Arc<str> = name.into();
        self.groups.by_name.insert(Arc::clone(&name), self.groups.entries.len());
        self.groups.entries.push(Entry { name, span, tools: None, broken });
        true
    }

    /// The numbers of the groups, each after those that it uses. Those that use themselves are reported and broken.
    fn ordered(&mut self, definitions: &[Option<&Group>]) -> Vec<usize> {
        let uses: Vec<Vec<usize>> =
            definitions.iter().map(|group| self.used_groups(*group)).collect();
        let mut states = vec![State::Unseen; definitions.len()];
        let mut ordered = Vec::with_capacity(definitions.len());
        for start in 0..definitions.len() {
            // Each entry of the stack is a group and how many of its uses have been followed.
            let mut stack = vec![(start, 0usize)];
            while let Some((number, followed)) = stack.pop() {
                if followed == 0 {
                    match states.get(number) {
                        Some(State::Unseen) => set(&mut states, number, State::Open),
                        _ => continue,
                    }
                }
                let Some(&next) = uses.get(number).and_then(|uses| uses.get(followed)) else {
                    set(&mut states, number, State::Done);
                    ordered.push(number);
                    continue;
                };
                stack.push((number, followed + 1));
                match states.get(next) {
                    Some(State::Open) => self.report_cycle(&stack, next),
                    Some(State::Unseen) => stack.push((next, 0)),
                    _ => {}
                }
            }
        }
        ordered
    }

    fn used_groups(&self, group: Option<&Group>) -> Vec<usize> {
        let Some(group) = group else { return Vec::new() };
        let selectors = group.selectors.items.iter().chain(&group.selectors.except);
        selectors
            .filter(|selector| selector.kind == SelectorKind::Set)
            .filter_map(|selector| {
                let name = self.sources.slice(selector.span).strip_prefix('@')?;
                self.groups.by_name.get(name).copied()
            })
            .collect()
    }

    fn report_cycle(&mut self, stack: &[(usize, usize)], back_to: usize) {
        let from = stack.iter().rposition(|(number, _)| *number == back_to).unwrap_or(0);
        let members: Vec<usize> = stack.iter().skip(from).map(|(number, _)| *number).collect();
        let mut names = Vec::new();
        let mut spans = Vec::new();
        for number in &members {
            if let Some(entry) = self.groups.entries.get_mut(*number) {
                entry.broken = true;
                names.push(entry.name.to_string());
                spans.push(entry.span);
            }
        }
        names.extend(names.first().cloned());
        if let Some((first, others)) = spans.split_first() {
            let problem = errors::group_cycle(*first, &names, others);
            self.report(problem);
        }
    }

    /// Where a group of this name is defined.
    pub(super) fn group_span(&self, name: &str) -> Option<Span> {
        self.groups.definition(name)
    }

    /// What a name behind `@` stands for.
    pub(super) fn set_of(&self, name: &str) -> Set {
        if name == "tools" {
            return Set::Tools;
        }
        if let Some(classes) = ClassSet::from_name(name) {
            return Set::Classes(classes);
        }
        let number = self.groups.by_name.get(name);
        match number.and_then(|number| self.groups.entries.get(*number)) {
            None => Set::Unknown,
            Some(Entry { broken: false, tools: Some(tools), .. }) => Set::Group(Arc::clone(tools)),
            Some(_) => Set::Broken,
        }
    }

    /// The names that may stand behind `@`.
    pub(super) fn set_names(&self) -> Vec<Arc<str>> {
        let groups = self.groups.entries.iter().map(|entry| Arc::clone(&entry.name));
        let fixed = ["tools", "critical"].into_iter().chain(Class::ALL.map(Class::name));
        groups.chain(fixed.map(Arc::from)).collect()
    }
}

fn set(states: &mut [State], number: usize, state: State) {
    if let Some(entry) = states.get_mut(number) {
        *entry = state;
    }
}
