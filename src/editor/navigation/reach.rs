//! Which selectors of a policy are about one tool.
//!
//! The compiler asks which tools a row of selectors stands for; an editor asks of one tool in which rows it stands. The answer
//! takes one look at every selector, whatever the number of tools.

use std::collections::HashMap;

use super::Use;
use crate::editor::View;
use crate::editor::cursor::{exact_name, key_name};
use crate::editor::schema::declares;
use crate::manifest::Tool;
use crate::policy::Path;
use crate::resolve::{Resolved, matches_glob};
use crate::risk::{Class, ClassSet};
use crate::source::Span;
use crate::syntax::tree::{self, Group, Selector, SelectorKind, Selectors, StatementKind};

/// One tool in the eyes of a policy.
pub(in crate::editor) struct Reach<'v> {
    view: &'v View,
    name: &'v str,
    /// What the manifest says of it; without that no glob and no set holds it.
    declared: Option<(&'v Tool, Class)>,
    groups: HashMap<&'v str, Held<'v>>,
}

/// Whether a group holds the tool.
#[derive(Clone, Copy)]
enum Held<'v> {
    /// Not looked at yet.
    Unknown(&'v Group),
    /// Being looked at. A group that comes back to itself is an error, and holds nothing on that way.
    Open(&'v Group),
    Known(bool),
}

impl<'v> Reach<'v> {
    /// The tool of an exact name.
    pub(in crate::editor) fn new(view: &'v View, name: &'v str) -> Self {
        let resolved = view.resolved();
        let declared = resolved.and_then(|resolved| declared(resolved, name));
        let mut reach = Self { view, name, declared, groups: HashMap::new() };
        let mut names = Vec::new();
        for statement in view.trees().iter().flat_map(|tree| &tree.statements) {
            if let StatementKind::Group(group) = &statement.kind {
                let name = view.slice(group.name);
                names.push(name);
                reach.groups.entry(name).or_insert(Held::Unknown(group));
            }
        }
        for name in names {
            reach.settle(name);
        }
        reach
    }

    /// How a selector is about the tool by itself, if it is.
    pub(in crate::editor) fn selector(&self, selector: &Selector) -> Option<Use> {
        let written = self.view.slice(selector.span);
        match selector.kind {
            SelectorKind::Name | SelectorKind::Quoted => {
                (exact_name(written, selector.kind) == self.name).then_some(Use::Name)
            }
            SelectorKind::Glob => {
                (self.declared.is_some() && matches_glob(written, self.name)).then_some(Use::Reach)
            }
            SelectorKind::Set => self.set(written.trim_start_matches('@')).then_some(Use::Reach),
        }
    }

    /// The selectors of a row that are about the tool. One that selects it counts only where the row keeps it.
    pub(in crate::editor) fn row(&self, row: &Selectors) -> Vec<(Span, Use)> {
        let find = |selector: &Selector| Some((selector.span, self.selector(selector)?));
        let except: Vec<(Span, Use)> = row.except.iter().filter_map(find).collect();
        let is_kept = except.is_empty() && self.has(row.having.as_deref());
        let items = row.items.iter().filter_map(find);
        let items = items.filter(|(_, how)| is_kept || *how == Use::Name);
        items.chain(except.iter().copied()).collect()
    }

    fn holds(&self, row: &Selectors) -> bool {
        let names = |selectors: &[Selector]| selectors.iter().any(|it| self.selector(it).is_some());
        names(&row.items) && self.has(row.having.as_deref()) && !names(&row.except)
    }

    /// Whether the tool declares an argument.
    fn has(&self, path: Option<&tree::Path>) -> bool {
        let Some(path) = path else { return true };
        let Some((tool, _)) = self.declared else { return false };
        let keys = path.keys.iter().map(|key| key_name(self.view, *key).into());
        declares(tool, &Path(keys.collect()))
    }

    fn set(&self, name: &str) -> bool {
        match (name, ClassSet::from_name(name)) {
            ("tools", _) => self.declared.is_some(),
            (_, Some(set)) => self.declared.is_some_and(|(_, class)| set.contains(class)),
            _ => matches!(self.groups.get(name), Some(Held::Known(true))),
        }
    }

    /// Finds out whether a group holds the tool, after those groups that it uses. With a stack of its own, because a chain of
    /// groups can be as long as a file.
    fn settle(&mut self, name: &'v str) {
        let mut stack = vec![name];
        while let Some(&top) = stack.last() {
            match self.groups.get(top).copied() {
                Some(Held::Unknown(group)) => {
                    self.groups.insert(top, Held::Open(group));
                    stack.extend(self.unknown(group));
                }
                Some(Held::Open(group)) => {
                    let held = self.holds(&group.selectors);
                    self.groups.insert(top, Held::Known(held));
                    stack.pop();
                }
                Some(Held::Known(_)) | None => {
                    stack.pop();
                }
            }
        }
    }

    /// The groups that a group uses and that have not been looked at.
    fn unknown(&self, group: &'v Group) -> Vec<&'v str> {
        let used = group.selectors.items.iter().chain(&group.selectors.except);
        used.filter(|selector| selector.kind == SelectorKind::Set)
            .map(|selector| self.view.slice(selector.span).trim_start_matches('@'))
            .filter(|name| matches!(self.groups.get(name), Some(Held::Unknown(_))))
            .collect()
    }
}

fn declared<'v>(resolved: &'v Resolved, name: &str) -> Option<(&'v Tool, Class)> {
    let manifest = resolved.manifest.as_ref()?;
    let number = manifest.find(name)?;
    let class = resolved.assessments.brief(number, name).class;
    Some((manifest.tools().get(number)?, class))
}
