//! Which tools a row of selectors stands for.

use std::sync::Arc;

use super::Resolver;
use super::classes::Members;
use super::errors::names as errors;
use super::groups::Set;
use super::overlaps::Row;
use crate::manifest::{Manifest, Tool, Unusable};
use crate::policy::{Path, Target, ToolId};
use crate::source::{Span, TextPart};
use crate::syntax::decode_string;
use crate::syntax::names::is_bare;
use crate::syntax::tree::{self, Selector, SelectorKind, Selectors};
use crate::text::{nearest, quote};

/// What the tools are selected for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// The definition of a group.
    Definition,
    /// A rule.
    Rule,
    /// A rule that grants them, or a block with one.
    Grant,
}

/// Which tools have been seen in the selection at hand, and where in it; cleared by counting on.
#[derive(Default)]
pub(super) struct Marks {
    round: u32,
    seen: Vec<(u32, u32)>,
}

impl Marks {
    fn begin(&mut self, tools: usize) {
        self.round += 1;
        if self.seen.len() < tools {
            self.seen.resize(tools, (0, 0));
        }
    }

    /// The place of a tool in the selection; entered as `place` when it is new.
    fn place(&mut self, tool: ToolId, place: usize) -> Option<usize> {
        let index = tool.0 as usize;
        if self.seen.len() <= index {
            self.seen.resize(index + 1, (0, 0));
        }
        let entry = self.seen.get_mut(index)?;
        if entry.0 == self.round {
            return Some(entry.1 as usize);
        }
        *entry = (self.round, u32::try_from(place).unwrap_or(u32::MAX));
        None
    }

    fn has(&self, tool: ToolId) -> bool {
        self.seen.get(tool.0 as usize).is_some_and(|(round, _)| *round == self.round)
    }
}

impl Resolver<'_> {
    /// The tools that selectors stand for, each once, in the order in which they are named.
    pub(super) fn select(&mut self, selectors: &Selectors, purpose: Use) -> Vec<Target> {
        let mut targets: Vec<Target> = Vec::with_capacity(selectors.items.len());
        self.marks.begin(self.policy.tools.len());
        let mut row = (selectors.items.len() > 1).then(Row::default);
        for (number, selector) in selectors.items.iter().enumerate() {
            let row = row.as_mut().map(|row| (row, number));
            if let SelectorKind::Name | SelectorKind::Quoted = selector.kind {
                let tool = self.name(selector);
                let named = |tool| Target { tool, selector: selector.span, exact: true };
                self.enter(&mut targets, row, tool.map(named));
            } else {
                let expanded = self.expand(selector);
                self.enter(&mut targets, row, expanded);
            }
        }
        if let Some(row) = row {
            let found = row.redundant(&selectors.items, purpose, self.sources, &mut self.counts);
            self.redundant.extend(found);
            self.uncompared.extend(row.first_uncompared(&selectors.items));
        }
        if let Some(path) = &selectors.having {
            targets = self.having(path, targets);
        }
        if !selectors.except.is_empty() {
            targets = self.except(&selectors.except, targets);
        }
        if purpose != Use::Definition {
            self.refuse_star(&targets);
        }
        targets
    }

    /// Adds tools to a selection, each once, and those of one selector among several to their row.
    fn enter(
        &mut self,
        targets: &mut Vec<Target>,
        mut row: Option<(&mut Row, usize)>,
        more: impl IntoIterator<Item = Target>,
    ) {
        for target in more {
            let place = self.marks.place(target.tool, targets.len());
            if let Some((row, selector)) = &mut row {
                row.add(*selector, target.tool, place.is_some());
            }
            match place {
                None => targets.push(target),
                // A tool's own name counts for more than a glob that came before it.
                Some(place) if target.exact => {
                    if let Some(before) = targets.get_mut(place).filter(|before| !before.exact) {
                        *before = target;
                    }
                }
                Some(_) => {}
            }
        }
    }

    /// A server may call a tool `*`; in a policy.json that would stand for every tool.
    fn refuse_star(&mut self, targets: &[Target]) {
        let star = targets.iter().find(|target| self.policy.tools.name(target.tool) == "*");
        if let Some(target) = star {
            self.report(errors::star_as_name(target.selector));
        }
    }

    /// The tools of one selector.
    pub(super) fn expand(&mut self, selector: &Selector) -> Vec<Target> {
        let span = selector.span;
        let target = |tool| Target { tool, selector: span, exact: false };
        match selector.kind {
            SelectorKind::Name | SelectorKind::Quoted => {
                let tool = self.name(selector);
                tool.map(|tool| Target { tool, selector: span, exact: true }).into_iter().collect()
            }
            SelectorKind::Glob => {
                let tools = self.glob(span);
                self.spend(span, tools.len());
                tools.into_iter().map(target).collect()
            }
            SelectorKind::Set => {
                let tools = self.set(span);
                self.spend(span, tools.len());
                tools.into_iter().map(target).collect()
            }
        }
    }

    /// Counts mentions; past the limit it is reported once and nothing more is selected.
    pub(super) fn spend(&mut self, span: Span, mentions: usize) {
        if self.mentions_left > 0 && mentions >= self.mentions_left {
            self.report(errors::too_many_matches(span, super::MAX_MENTIONS));
        }
        self.mentions_left = self.mentions_left.saturating_sub(mentions);
    }

    /// The tool of a bare or quoted name; `None` when it is none, which has been reported.
    pub(super) fn name(&mut self, selector: &Selector) -> Option<ToolId> {
        let sources = self.sources;
        let written = sources.slice(selector.span);
        if selector.kind == SelectorKind::Quoted {
            let name = decode_string(written);
            return match name.as_ref() {
                "" => {
                    self.report(errors::empty_name(selector.span));
                    None
                }
                "*" => {
                    self.report(errors::star_as_name(selector.span));
                    None
                }
                name => self.quoted_name(selector.span, name),
            };
        }
        if let Some(group) = self.group_span(written) {
            self.report(errors::missing_at(selector.span, written, group));
            return None;
        }
        let Some(manifest) = self.manifest.clone() else {
            if let Some(excluded) = written.strip_prefix('-').filter(|rest| !rest.is_empty()) {
                self.report(errors::name_like_exclusion(selector.span, written, excluded));
                return None;
            }
            return Some(self.policy.tools.intern(written));
        };
        if let Some(index) = manifest.find(written) {
            return u32::try_from(index).ok().map(ToolId);
        }
        let near = self.near_tools(written, &manifest);
        let near: Vec<&str> = near.iter().map(String::as_str).collect();
        let problem = errors::unknown_tool(selector.span, written, &self.manifest_path, &near);
        self.report(problem);
        None
    }

    /// The tool of the name behind a prefix, as in `mcp__server__tool`; else those with similar names.
    fn near_tools(&mut self, written: &str, manifest: &Manifest) -> Vec<String> {
        match unprefixed(written).find(|name| manifest.find(name).is_some()) {
            Some(name) => vec![name.to_owned()],
            None => self.nearest_tools(written, manifest),
        }
    }

    /// The tools with similar names; else those that differ from what follows a prefix only in case, `-` and `_`.
    fn nearest_tools(&mut self, written: &str, manifest: &Manifest) -> Vec<String> {
        let near = self.similar_tools(written);
        if !near.is_empty() {
            return near;
        }
        let folded = |name: &str| name.replace('-', "_").to_ascii_lowercase();
        let rests: Vec<String> = unprefixed(written).map(folded).collect();
        if rests.is_empty() || !self.suggestions.may_search(written, manifest.tools().len()) {
            return near;
        }
        let names = manifest.tools().iter().map(|tool| tool.name.as_ref());
        names.filter(|name| rests.contains(&folded(name))).take(3).map(str::to_owned).collect()
    }

    /// The tool of a name in quotes. One that needs them is checked like a bare one; one that does not is taken as it stands,
    /// with a warning if the manifest lacks it.
    fn quoted_name(&mut self, span: Span, name: &str) -> Option<ToolId> {
        if self.manifest.as_ref().is_none_or(|all| all.find(name).is_some()) {
            return Some(self.policy.tools.intern(name));
        }
        let manifest = self.manifest.clone();
        let near = manifest.map_or_else(Vec::new, |manifest| self.near_tools(name, &manifest));
        let near: Vec<&str> = near.iter().map(String::as_str).collect();
        let needs_no_quotes = is_bare(name);
        let problem = if needs_no_quotes { errors::undeclared_tool } else { errors::unknown_tool };
        self.report(problem(span, name, &self.manifest_path, &near));
        needs_no_quotes.then(|| self.policy.tools.intern(name))
    }

    /// The manifest's tools that a glob matches, in its order.
    pub(super) fn glob(&mut self, span: Span) -> Vec<ToolId> {
        let sources = self.sources;
        let glob = sources.slice(span);
        let Some(manifest) = self.manifest.clone() else {
            self.needs_manifest(span, &format!("the glob {}", quote(glob)));
            return Vec::new();
        };
        if self.mentions_left == 0 {
            return Vec::new();
        }
        let literal = glob.find(['*', '?']).unwrap_or(glob.len());
        let candidates = manifest.names_by_prefix(glob.part(..literal));
        let mut tools = Vec::new();
        let mut looked_at = 0;
        for index in candidates {
            let name = manifest.tools().get(index).map_or(0, |tool| tool.name.len());
            looked_at += 1 + name * glob.len() / 4096;
            if manifest.tools().get(index).is_some_and(|tool| matches_glob(glob, &tool.name)) {
                tools.extend(u32::try_from(index).ok().map(ToolId));
            }
        }
        self.spend(span, looked_at);
        if tools.is_empty() {
            let near = unprefixed(glob).filter(|_| glob.starts_with("mcp") && glob.len() < 64);
            let near: Vec<&str> = near
                .filter(|glob| {
                    let mut tools = manifest.tools().iter().take(1_000);
                    tools.any(|tool| matches_glob(glob, &tool.name))
                })
                .take(1)
                .collect();
            let what = format!("the glob {}", quote(glob));
            self.report(errors::matches_nothing(span, &what, &near));
        }
        tools
    }

    /// The tools of a set.
    fn set(&mut self, span: Span) -> Vec<ToolId> {
        let sources = self.sources;
        let written = sources.slice(span);
        let name = written.strip_prefix('@').unwrap_or(written);
        let set = self.set_of(name);
        if let Set::Group(tools) = set {
            if self.mentions_left == 0 {
                return Vec::new();
            }
            return tools.iter().map(|target| target.tool).collect();
        }
        if self.mentions_left == 0 {
            return Vec::new();
        }
        if matches!(set, Set::Tools | Set::Classes(_)) && self.manifest.is_none() {
            self.needs_manifest(span, &format!("the set {}", quote(written)));
            return Vec::new();
        }
        let tools = match set {
            Set::Tools => {
                let count = self.manifest.as_ref().map_or(0, |manifest| manifest.tools().len());
                (0u32..).map(ToolId).take(count).collect()
            }
            Set::Classes(classes) => match self.members(classes, span) {
                // That it is empty may be what nobody knows.
                Members::Undecided(tools) => return tools,
                Members::Known(tools) => tools,
            },
            Set::Group(_) | Set::Broken => return Vec::new(),
            Set::Unknown => {
                let names = if self.suggestions.may_search(name, self.groups.len()) {
                    self.set_names()
                } else {
                    Vec::new()
                };
                let near = nearest(name, names.iter().map(Arc::as_ref));
                self.report(errors::unknown_group(span, name, &near));
                return Vec::new();
            }
        };
        if tools.is_empty() {
            self.report(errors::matches_nothing(span, &format!("the set {}", quote(written)), &[]));
        }
        tools
    }

    /// Keeps the tools whose schema declares an argument.
    fn having(&mut self, path: &tree::Path, targets: Vec<Target>) -> Vec<Target> {
        let sources = self.sources;
        let shown = sources.slice(path.span);
        let Some(manifest) = self.manifest.clone() else {
            self.needs_manifest(path.span, "`having`");
            return targets;
        };
        let argument = self.path(path);
        let before = targets.len();
        let mut undecided = Vec::new();
        let mut kept = Vec::with_capacity(targets.len());
        for target in targets {
            match declares(&manifest, target.tool, &argument) {
                Ok(false) => {}
                Ok(true) => kept.push(target),
                // It is kept, so that the policy can be looked at; the error keeps it from being written.
                Err(reason) => {
                    undecided.push((target.tool, reason));
                    kept.push(target);
                }
            }
        }
        if let Some((first, reason)) = undecided.first() {
            let reason = format!("{} {reason}", quote(self.policy.tools.name(*first)));
            let tools: Vec<&str> =
                undecided.iter().map(|(tool, _)| self.policy.tools.name(*tool)).collect();
            let mut problem = errors::undecided_having(path.span, shown, &tools, &reason);
            let tool = manifest.tools().get(first.0 as usize);
            if let Some(place) = tool.and_then(Tool::place_of_patterns) {
                problem = problem.with_label(place, "arguments are declared with a pattern here");
            }
            self.report(problem);
        }
        if kept.is_empty() && before > 0 {
            let what = format!("`having {}`", crate::text::clean(shown));
            self.report(errors::matches_nothing(path.span, &what, &[]));
        }
        kept
    }

    /// Takes tools away.
    fn except(&mut self, except: &[Selector], targets: Vec<Target>) -> Vec<Target> {
        let expanded: Vec<(Selector, Vec<Target>)> =
            except.iter().map(|selector| (*selector, self.expand(selector))).collect();
        self.marks.begin(self.policy.tools.len());
        for (place, target) in targets.iter().enumerate() {
            self.marks.place(target.tool, place);
        }
        let mut row = Row::default();
        for (number, (selector, tools)) in expanded.iter().enumerate() {
            let is_declared = self.is_declared(tools);
            if is_declared && !tools.iter().any(|target| self.marks.has(target.tool)) {
                let shown = self.sources.slice(selector.span);
                self.report(errors::removes_nothing(selector.span, shown));
                continue;
            }
            for target in tools {
                row.add(number, target.tool, true);
                if let Some(tool) = self.policy.tools.get_mut(target.tool) {
                    tool.standing.excepted = true;
                }
            }
        }
        self.redundant.extend(row.redundant(except, Use::Rule, self.sources, &mut self.counts));
        self.uncompared.extend(row.first_uncompared(except));
        self.marks.begin(self.policy.tools.len());
        for target in expanded.iter().flat_map(|(_, tools)| tools) {
            self.marks.place(target.tool, 0);
        }
        let before = targets.len();
        let left: Vec<Target> =
            targets.into_iter().filter(|target| !self.marks.has(target.tool)).collect();
        if let ([first, ..], [.., last], true) = (except, except, left.is_empty() && before > 0) {
            self.report(errors::leaves_nothing(first.span.to(last.span)));
        }
        left
    }
}

impl Resolver<'_> {
    /// Whether one of the tools is known, so far as there is a manifest: what was reported as undeclared is not reported again.
    fn is_declared(&self, tools: &[Target]) -> bool {
        let known = self.manifest.as_ref().map_or(usize::MAX, |manifest| manifest.tools().len());
        tools.iter().any(|target| (target.tool.0 as usize) < known)
    }
}

/// Whether a tool's schema declares an argument, or why nobody knows: a tool left out by mistake would lose its guard.
fn declares(manifest: &Manifest, tool: ToolId, argument: &Path) -> Result<bool, &'static str> {
    let Some(tool) = manifest.tools().get(tool.0 as usize) else {
        return Err("is not in the manifest");
    };
    tool.declares(argument).ok_or_else(|| match tool {
        tool if !tool.has_schema() => "has no schema",
        Tool { unusable: Unusable { schema: true, .. }, .. } => "has a schema that cannot be used",
        _ => "may declare it in a part of its schema that is not examined",
    })
}

/// What is left of a name without what clients write before the names of a server's tools, as in `mcp__xero__list-accounts`: the
/// longest rest first.
fn unprefixed(written: &str) -> impl Iterator<Item = &str> {
    const SEPARATORS: [&str; 4] = ["__", ".", "/", ":"];
    const LONGEST: usize = 256;
    const MOST: usize = 8;
    let ends = (0..written.len().min(LONGEST)).filter(|end| {
        let front = written.get(..*end);
        front.is_some_and(|front| SEPARATORS.iter().any(|separator| front.ends_with(separator)))
    });
    ends.filter_map(|end| written.get(end..)).take(MOST)
}

/// Whether a name is as a glob says: `*` stands for any run of characters, `?` for one.
///
/// Linear in the name for every `*`: after a mismatch only the last `*` is widened.
pub(crate) fn matches_glob(glob: &str, name: &str) -> bool {
    let glob: Vec<char> = glob.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut g, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match glob.get(g) {
            Some('*') => {
                star = Some((g, n));
                g += 1;
            }
            Some('?') => {
                g += 1;
                n += 1;
            }
            Some(character) if name.get(n) == Some(character) => {
                g += 1;
                n += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    g = at + 1;
                    n = from + 1;
                }
                None => return false,
            },
        }
    }
    glob.iter().skip(g).all(|character| *character == '*')
}

#[cfg(test)]
mod tests {
    use super::{matches_glob, unprefixed};

    #[test]
    fn what_clients_write_before_a_name_is_taken_away() {
        let rests = |name| unprefixed(name).collect::<Vec<_>>();
        assert_eq!(rests("mcp__xero__list-accounts"), ["xero__list-accounts", "list-accounts"]);
        assert_eq!(rests("xero.list-accounts"), ["list-accounts"]);
        assert_eq!(rests("list_accounts"), [""; 0]);
        assert!(rests(&"_".repeat(10_000)).len() <= 8);
    }

    #[test]
    fn globs() {
        for (glob, name, expected) in [
            ("get_*", "get_run", true),
            ("get_*", "get_", true),
            ("get_?", "get_", false),
            ("*_tag", "set_run_tag", true),
            ("*a*b*c", "xaybzc", true),
            ("*a*b*c", "xaybzcd", false),
            ("?\u{3f}", "\u{4e2d}\u{6587}", true),
            ("a*", "A", false),
            ("*", "any/thing.at:all", true),
            ("get_*run", "get_run_run", true),
        ] {
            assert_eq!(matches_glob(glob, name), expected, "{glob} {name}");
        }
    }
}
