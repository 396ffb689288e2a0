//! Which statements of a policy are about which tools.

use std::collections::{BTreeSet, HashMap};

use smallvec::SmallVec;

use crate::check::Analysis;
use crate::diagnostic::Diagnostic;
use crate::lint::suppress;
use crate::manifest::Manifest;
use crate::policy::Posture;
use crate::syntax::decode_string;
use crate::syntax::tree::{
    Caps, Rule, Selector, SelectorKind, Selectors, Statement, StatementKind, Subjects,
};

type ByTool = HashMap<Box<str>, SmallVec<[u32; 2]>, foldhash::quality::RandomState>;

/// Names of tools in lower case, as counters have them.
pub(super) type ToolNames = SmallVec<[Box<str>; 2]>;

/// Index for incremental rechecks. Statements and tools are numbered in the order of the text and of the manifest.
#[derive(Debug)]
pub struct RecheckIndex {
    /// The statements that name nothing but tools, by the names of these.
    statements: ByTool,
    /// The statements that may be about any tool, such as groups, globs and caps over all calls.
    everywhere: Vec<u32>,
    /// The tools that those name.
    names: BTreeSet<Box<str>>,
    /// The tools of the manifest; `None` without one.
    declared: Option<ByTool>,
}

impl RecheckIndex {
    /// Index of a checked policy; `None` if what is found about a statement depends on more than the statements about its tools.
    pub fn new(analysis: &Analysis) -> Option<Self> {
        let resolved = analysis.resolved().filter(|_| analysis.is_whole())?;
        let [tree] = resolved.trees.as_slice() else { return None };
        let text = analysis.outcome.sources.text(tree.file);
        let has_errors = analysis.outcome.diagnostics.iter().any(Diagnostic::stops_compiling);
        if has_errors
            || resolved.policy.posture != Posture::Deny
            || suppress::has_directive(tree.file, text)
        {
            return None;
        }
        let mut index = Self {
            statements: HashMap::default(),
            everywhere: Vec::new(),
            names: BTreeSet::new(),
            declared: resolved.manifest.as_deref().map(declared),
        };
        for (number, statement) in (0u32..).zip(&tree.statements) {
            match about(statement, text)? {
                About::Everywhere(names) => {
                    index.everywhere.push(number);
                    index.names.extend(names);
                }
                About::Tools(names) => {
                    for name in names {
                        index.statements.entry(name).or_default().push(number);
                    }
                }
                About::Nothing => {}
            }
        }
        Some(index)
    }

    /// The statements that name a tool and nothing but tools.
    pub(super) fn statements(&self, tool: &str) -> impl Iterator<Item = usize> {
        let numbers = self.statements.get(tool).into_iter().flatten();
        numbers.map(|number| *number as usize)
    }

    /// The statements that may be about any tool.
    pub(super) fn everywhere(&self) -> impl Iterator<Item = usize> {
        self.everywhere.iter().map(|number| *number as usize)
    }

    /// The tools that those name.
    pub(super) fn names_everywhere(&self) -> impl Iterator<Item = &Box<str>> {
        self.names.iter()
    }

    /// The numbers of the manifest's tools with a name; `None` if there is a manifest and it lacks the name.
    pub(super) fn declared(&self, name: &str) -> Option<&[u32]> {
        self.declared
            .as_ref()
            .map_or(Some(&[]), |declared| declared.get(name).map(|tools| &**tools))
    }
}

fn declared(manifest: &Manifest) -> ByTool {
    let mut declared = ByTool::default();
    for (number, tool) in (0u32..).zip(manifest.tools()) {
        declared.entry(tool.name.to_lowercase().into_boxed_str()).or_default().push(number);
    }
    declared
}

/// What a statement is about.
pub(super) enum About {
    /// Tools by their names, and nothing else.
    Tools(ToolNames),
    /// Perhaps any tool, and those with these names for certain.
    Everywhere(ToolNames),
    /// Nothing that can be told.
    Nothing,
}

/// What a statement is about; `None` if findings about it depend on other files, or on statements about other tools that count
/// calls under the same name.
pub(super) fn about(statement: &Statement, text: &str) -> Option<About> {
    match &statement.kind {
        StatementKind::Default(_) | StatementKind::Manifest(_) => {
            Some(About::Everywhere(ToolNames::new()))
        }
        StatementKind::Broken(_) => Some(About::Nothing),
        StatementKind::Include(_)
        | StatementKind::Policy(_)
        | StatementKind::Test(_)
        | StatementKind::Assert(_) => None,
        StatementKind::Group(group) => {
            Some(About::Everywhere(names(group.selectors.items.iter(), text)?))
        }
        StatementKind::Classify(classify) => {
            Some(About::Everywhere(names(classify.names.iter(), text)?))
        }
        StatementKind::Rule(_, rule) if !has_own_counter(rule) => None,
        StatementKind::Rule(Subjects::All(_), _) => Some(About::Everywhere(ToolNames::new())),
        StatementKind::Rule(Subjects::Tools(selectors), _) => selected(selectors, text),
        StatementKind::Block(block)
            if block.rules.iter().all(|(_, rule)| has_own_counter(rule)) =>
        {
            block.selectors.as_ref().map_or(Some(About::Nothing), |row| selected(row, text))
        }
        StatementKind::Block(_) => None,
    }
}

fn selected(selectors: &Selectors, text: &str) -> Option<About> {
    let all = || selectors.items.iter().chain(&selectors.except);
    let names = names(all(), text)?;
    let is_name =
        |selector: &Selector| matches!(selector.kind, SelectorKind::Name | SelectorKind::Quoted);
    Some(if all().all(is_name) { About::Tools(names) } else { About::Everywhere(names) })
}

/// The names among selectors.
fn names<'s>(selectors: impl Iterator<Item = &'s Selector>, text: &str) -> Option<ToolNames> {
    let mut names = ToolNames::new();
    for selector in selectors {
        let written = text.get(selector.span.range())?;
        match selector.kind {
            SelectorKind::Name => names.push(written.to_lowercase().into()),
            SelectorKind::Quoted => names.push(decode_string(written).to_lowercase().into()),
            SelectorKind::Glob | SelectorKind::Set => {}
        }
    }
    Some(names)
}

/// Whether a rule counts the calls of each tool by themselves.
fn has_own_counter(rule: &Rule) -> bool {
    match rule {
        Rule::Allow(Caps { counter, .. }) | Rule::Rate(Caps { counter, .. }) => counter.is_none(),
        Rule::Budget(budget) => budget.counter.is_none(),
        _ => true,
    }
}
