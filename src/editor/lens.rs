//! What the policy comes to, in a line above the text.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use indexmap::IndexSet;

use super::{View, decision};
use crate::diagnostic::{Category, Code, Diagnostic};
use crate::lint::{Context, Form};
use crate::policy::{Access, Rule, ToolId};
use crate::syntax::tree::{Block, Statement, StatementKind};
use crate::text::count;

/// A line above a part of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The part.
    pub range: Range<usize>,
    /// The words, cleaned.
    pub title: String,
}

/// So many different decisions of a block are told with their words; of more, only what happens to the calls.
const MAX_DECISIONS: usize = 3;

/// The lenses of a file: one for the policy, over the first line of the file where it begins, and one for each `tool` block.
///
/// The one for the policy counts the tools of the manifest and those that rules name, each once, by what happens to their calls
/// before any argument is looked at (see [`Access`]): `allowed` are open without a cap of their own, `capped` are open with one,
/// and the others are named where there are any. `open risks` counts the tools about which the linter has a finding of
/// [`Category::OpenDoors`] that nobody suppressed.
///
/// While statements have errors, the lenses are about the policy with their last good versions, if those are known.
pub fn lenses(view: &View) -> Vec<Lens> {
    if view.form() == Form::PolicyJson {
        return Vec::new();
    }
    let Some(repaired) = view.repaired() else { return of_view(view) };
    let mut lenses = of_view(&repaired.view);
    for lens in &mut lenses {
        lens.range = repaired.map.to_current_around(&lens.range);
    }
    lenses
}

fn of_view(view: &View) -> Vec<Lens> {
    let Some(context) = view.context() else { return Vec::new() };
    let mut lenses = Vec::new();
    if context.trees.first().is_some_and(|root| root.file == view.file()) {
        lenses.push(of_policy(view, &context));
    }
    let mut blocks = Blocks::new(view, &context);
    lenses.extend(view.statements().iter().filter_map(|statement| blocks.lens(statement)));
    lenses
}

fn of_policy(view: &View, context: &Context<'_>) -> Lens {
    let text = view.text();
    let line = text.find('\n').unwrap_or(text.len());
    let declared = context.manifest.map_or(0, |manifest| manifest.tools().len());
    let tools = context.policy.tools.iter();
    let counted: Vec<(ToolId, bool)> = tools
        .filter(|(id, tool)| (id.0 as usize) < declared || !tool.mentions.is_empty())
        .map(|(id, tool)| (id, !tool.caps.is_empty()))
        .collect();
    let of = |access: Access, capped: Option<bool>| {
        let is = |(id, own): &&(ToolId, bool)| {
            context.access(*id) == access && capped.is_none_or(|capped| capped == *own)
        };
        counted.iter().filter(is).count()
    };
    let mut parts = vec![
        format!("{} allowed", of(Access::Open, Some(false))),
        format!("{} capped", of(Access::Open, Some(true))),
    ];
    match of(Access::Approved, None) {
        0 => {}
        1 => parts.push("1 needs approval".to_owned()),
        more => parts.push(format!("{more} need approval")),
    }
    let mut rest = |access, word: &str| match of(access, None) {
        0 => {}
        more => parts.push(format!("{more} {word}")),
    };
    rest(Access::Denied, "denied");
    rest(Access::NotGranted, "not granted");
    parts.push(format!("{} hidden", of(Access::Hidden, None)));
    parts.push(open_risks(view));
    let title = format!("{}: {}", count(counted.len(), "tool"), parts.join(", "));
    Lens { range: 0..line, title }
}

/// How many tools the linter finds open. It is silent about a policy that could not be read as a whole.
fn open_risks(view: &View) -> String {
    let found = &view.policy().analysis.outcome.diagnostics;
    if found.iter().any(stops_linter) {
        return "open risks unknown until the errors are fixed".to_owned();
    }
    let open = found.iter().filter(|found| found.code.category() == Category::OpenDoors);
    let tools: BTreeSet<&str> = open.flat_map(|found| &found.tools).map(AsRef::as_ref).collect();
    count(tools.len(), "open risk")
}

/// Whether a finding is an error of the language that keeps the linter from judging; what no policy.json can say does not.
fn stops_linter(found: &Diagnostic) -> bool {
    let judged = matches!(
        found.code,
        Code::NoExactForm
            | Code::TooManyPredicates
            | Code::UnsupportedBudget
            | Code::InvalidSuppression
    );
    found.is_error() && found.code.category() == Category::Language && !judged
}

/// The blocks of a file, with what is decided on the tools that have been met.
struct Blocks<'v> {
    view: &'v View,
    context: &'v Context<'v>,
    /// The rules of the file, in the order of the text.
    rules: Vec<&'v Rule>,
    /// The decisions, each once, and which of them is that on a tool.
    decisions: IndexSet<String>,
    by_tool: HashMap<ToolId, usize>,
}

impl<'v> Blocks<'v> {
    fn new(view: &'v View, context: &'v Context<'v>) -> Self {
        let rules = context.policy.rules.iter().filter(|rule| rule.span.file == view.file());
        let (decisions, by_tool) = (IndexSet::new(), HashMap::new());
        Self { view, context, rules: rules.collect(), decisions, by_tool }
    }

    fn lens(&mut self, statement: &Statement) -> Option<Lens> {
        let StatementKind::Block(block) = &statement.kind else { return None };
        let tools = self.tools(block)?;
        let head = block.selectors.as_ref()?.span.end;
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for tool in &tools {
            *counts.entry(self.decision(*tool)).or_default() += 1;
        }
        let told = |decision: usize| self.decisions.get_index(decision).map_or("", String::as_str);
        let several = count(tools.len(), "tool");
        let title = match counts.keys().collect::<Vec<_>>().as_slice() {
            [] => return None,
            [only] if tools.len() == 1 => told(**only).to_owned(),
            [only] => format!("{several}: {}", told(**only)),
            decisions if decisions.len() <= MAX_DECISIONS => {
                let parts =
                    counts.iter().map(|(decision, tools)| format!("{tools} {}", told(*decision)));
                format!("{several}: {}", parts.collect::<Vec<_>>().join("; "))
            }
            _ => format!("{several}: {}", self.by_access(&tools)),
        };
        Some(Lens { range: statement.span.start as usize..head as usize, title })
    }

    /// The tools of a block, which its rules share.
    fn tools(&self, block: &Block) -> Option<Vec<ToolId>> {
        let (first, _) = block.rules.first()?;
        let rule = decision::rule_among(&self.rules, *first)?;
        Some(rule.subjects.targets().iter().map(|target| target.tool).collect())
    }

    fn decision(&mut self, tool: ToolId) -> usize {
        if let Some(known) = self.by_tool.get(&tool) {
            return *known;
        }
        let (number, _) =
            self.decisions.insert_full(decision::in_words(self.view, self.context, tool));
        self.by_tool.insert(tool, number);
        number
    }

    /// `3 allowed; 2 hidden`
    fn by_access(&self, tools: &[ToolId]) -> String {
        let mut counts: BTreeMap<Access, usize> = BTreeMap::new();
        for tool in tools {
            *counts.entry(self.context.access(*tool)).or_default() += 1;
        }
        let parts = counts.iter().rev().map(|(access, tools)| {
            let word = match access {
                Access::Approved if *tools > 1 => "need approval",
                access => decision::word(*access),
            };
            format!("{tools} {word}")
        });
        parts.collect::<Vec<_>>().join("; ")
    }
}
