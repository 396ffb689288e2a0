//! Every place of a policy that is about a thing.

use std::collections::HashMap;

use super::Use;
use super::reach::Reach;
use crate::editor::View;
use crate::editor::cursor::{
    NamedPart, Symbol, counter_name, counter_span, file_path, is_given, key_name, named_parts,
};
use crate::policy::Target;
use crate::risk::{Class, ClassSet};
use crate::source::Span;
use crate::syntax::tree::{Path, Selector, SelectorKind, Statement, StatementKind};

/// A place that is about a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::editor) struct SymbolUse {
    /// The characters: of a group the name without `@`, of an argument the key, of all else the whole with its quotes.
    pub span: Span,
    /// How it is about it.
    pub how: Use,
}

/// Every place of the view's policy that is about a thing, in the order of the policy's files.
pub(in crate::editor) fn uses(view: &View, thing: &Symbol) -> Vec<SymbolUse> {
    let search = UseSearch::new(view, thing);
    let mut found = Vec::new();
    for tree in view.trees() {
        let text = view.sources().text(tree.file);
        for statement in &tree.statements {
            search.class(statement, &mut found);
            named_parts(tree, text, statement, &search.wanted, &mut |part| {
                search.part(&part, &mut found)
            });
        }
    }
    found
}

/// A search for one thing.
struct UseSearch<'v> {
    view: &'v View,
    thing: &'v Symbol,
    /// What a broken statement must hold to be looked at.
    wanted: String,
    /// For a tool: which selectors hold it.
    reach: Option<Reach<'v>>,
    /// For an argument: which tools it belongs to, and the tools of each rule.
    tools: Option<Vec<bool>>,
    rules: HashMap<Span, &'v [Target]>,
}

impl<'v> UseSearch<'v> {
    fn new(view: &'v View, thing: &'v Symbol) -> Self {
        let (mut reach, mut tools, mut rules) = (None, None, HashMap::new());
        let wanted = match thing {
            Symbol::Group(name)
            | Symbol::Set(name)
            | Symbol::Counter(name)
            | Symbol::Glob(name) => name.clone(),
            Symbol::Tool(name) => {
                reach = Some(Reach::new(view, name));
                name.clone()
            }
            Symbol::File(path) => path.rsplit('/').next().unwrap_or("").to_owned(),
            Symbol::Argument { keys, rule } => {
                rules = rules_of(view);
                tools = rule.map(|rule| marked(view, rules.get(&rule).copied().unwrap_or(&[])));
                keys.last().cloned().unwrap_or_default()
            }
        };
        Self { view, thing, wanted, reach, tools, rules }
    }

    fn part(&self, part: &NamedPart<'_>, found: &mut Vec<SymbolUse>) {
        match part {
            NamedPart::Group(span) => {
                if matches!(self.thing, Symbol::Group(name) if self.view.slice(*span) == name) {
                    found.push(SymbolUse { span: *span, how: Use::Definition });
                }
            }
            NamedPart::Row(row) => match &self.reach {
                Some(reach) => {
                    let all = reach.row(row).into_iter();
                    found.extend(all.map(|(span, how)| SymbolUse { span, how }));
                }
                None => {
                    let all = row.items.iter().chain(&row.except);
                    found.extend(all.filter_map(|selector| self.selector(selector)));
                }
            },
            NamedPart::Selector(selector) => found.extend(self.selector(selector)),
            NamedPart::All(span) if self.reach.is_some() => {
                found.push(SymbolUse { span: *span, how: Use::Reach });
            }
            NamedPart::All(_) => {}
            NamedPart::Argument(path, rule) => found.extend(self.argument(path, *rule)),
            NamedPart::Counter(counter) => {
                let span = counter_span(*counter);
                let is_it = matches!(self.thing, Symbol::Counter(name) if counter_name(self.view, *counter) == *name);
                found.extend(is_it.then_some(SymbolUse { span, how: Use::Name }));
            }
            NamedPart::File(text) => {
                let is_it = matches!(self.thing, Symbol::File(path) if file_path(self.view, *text) == *path);
                found.extend(is_it.then_some(SymbolUse { span: text.span, how: Use::Name }));
            }
        }
    }

    fn selector(&self, selector: &Selector) -> Option<SymbolUse> {
        let written = self.view.slice(selector.span);
        let span = selector.span;
        match (self.thing, selector.kind) {
            (Symbol::Tool(_), _) => {
                let how = self.reach.as_ref()?.selector(selector)?;
                Some(SymbolUse { span, how })
            }
            (Symbol::Glob(glob), SelectorKind::Glob) => {
                (written == glob).then_some(SymbolUse { span, how: Use::Name })
            }
            (Symbol::Group(name) | Symbol::Set(name), SelectorKind::Set) => {
                let is_it = written.strip_prefix('@') == Some(name);
                let span = Span { start: span.start + 1, ..span };
                is_it.then_some(SymbolUse { span, how: Use::Name })
            }
            _ => None,
        }
    }

    /// An argument of the same tools that is the same one, or lies in it.
    fn argument(&self, path: &Path, rule: Option<Span>) -> Option<SymbolUse> {
        let Symbol::Argument { keys, .. } = self.thing else { return None };
        let last = path.keys.get(keys.len().checked_sub(1)?)?;
        let mut pairs = path.keys.iter().zip(keys);
        if !pairs.all(|(key, name)| key_name(self.view, *key) == *name) {
            return None;
        }
        let targets = rule.and_then(|rule| self.rules.get(&rule));
        if let (Some(tools), Some(targets)) = (&self.tools, targets) {
            let is_shared =
                |target: &Target| tools.get(target.tool.0 as usize).copied().unwrap_or(false);
            if !targets.iter().any(is_shared) {
                return None;
            }
        }
        Some(SymbolUse { span: last.span(), how: Use::Name })
    }

    /// A `classify` that puts tools into a set of classes.
    fn class(&self, statement: &Statement, found: &mut Vec<SymbolUse>) {
        if let Symbol::Set(name) = self.thing
            && let StatementKind::Classify(classify) = &statement.kind
            && puts_into(self.view.slice(classify.class), name)
        {
            found.push(SymbolUse { span: classify.class, how: Use::Definition });
        }
    }
}

/// Whether a tool of this class is in a set that comes with the language.
pub(super) fn puts_into(class: &str, set: &str) -> bool {
    is_given(set)
        && Class::from_name(class)
            .zip(ClassSet::from_name(set))
            .is_some_and(|(class, set)| set.contains(class))
}

/// The tools of every rule, by its place.
pub(super) fn rules_of(view: &View) -> HashMap<Span, &[Target]> {
    let rules = view.resolved().map_or(&[][..], |resolved| &resolved.policy.rules);
    rules.iter().map(|rule| (rule.span, rule.subjects.targets())).collect()
}

/// For each tool of the policy whether it is one of these.
fn marked(view: &View, targets: &[Target]) -> Vec<bool> {
    let mut marks = vec![false; view.resolved().map_or(0, |resolved| resolved.policy.tools.len())];
    for target in targets {
        if let Some(mark) = marks.get_mut(target.tool.0 as usize) {
            *mark = true;
        }
    }
    marks
}
