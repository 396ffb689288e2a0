//! Small changes of a policy, one at a time, to see whether its tests notice them.

use std::sync::Arc;

use super::tested::{TestSuite, all_pass, suite_of};
use super::{Options, Outcome};
use crate::diff::{DiffRow, Relation, diff};
use crate::json::{Member, Node, Value};
use crate::source::{LoadError, Loader, SourceFile, SourceSet, Span};
use crate::syntax::Tree;
use crate::syntax::tree::{
    self, Condition, Guard, GuardMode, Literal, LiteralKind, Rule, StatementKind, Test,
};

/// The most changes that are tried.
pub const MAX_MUTANTS: usize = 2_000;

/// A change of a policy.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The characters that are changed.
    pub span: Span,
    /// The change, in words.
    pub change: String,
    /// Whether more calls get through.
    pub widens: bool,
    /// Whether a test failed.
    pub noticed: bool,
}

/// The changes of a policy that make a difference.
#[derive(Debug, Default)]
pub struct Mutations {
    /// The changes, in the order of the text.
    pub mutants: Vec<Mutant>,
    /// How many changes were not tried, because there are too many.
    pub untried: usize,
}

impl Mutations {
    /// The share of the changes that were noticed, in percent, rounded down.
    pub fn score(&self) -> usize {
        let noticed = self.mutants.iter().filter(|mutant| mutant.noticed).count();
        (100 * noticed).checked_div(self.mutants.len()).unwrap_or(100)
    }
}

/// Another text in the place of some characters.
struct MutantEdit {
    span: Span,
    text: String,
    change: String,
}

/// Changes one thing of the tested policy at a time and runs the tests again. A change after which the policy lets the same calls
/// through does not count. `None` if a test fails or an assertion is refuted without any change: these would notice nothing.
pub fn mutate(
    outcome: &Outcome<TestSuite>,
    loader: &dyn Loader,
    options: &Options,
) -> Option<Mutations> {
    let (sources, mut mutations) = (&outcome.sources, Mutations::default());
    let suite = outcome.value.as_ref()?;
    let passing = suite.passing();
    if is_refuted(suite) || passing.len() < suite.cases.len() {
        return None;
    }
    let mut edits = Vec::new();
    for tree in &suite.policy_trees {
        gate_edits(sources, tree, &mut edits);
    }
    if let Some(tree) = suite.decider.json_tree() {
        json_edits(sources, tree, &mut edits);
    }
    edits.sort_by_key(|edit| edit.span);
    mutations.untried = edits.len().saturating_sub(MAX_MUTANTS);
    for edit in edits.into_iter().take(MAX_MUTANTS) {
        let changed = changed_policy(sources, &edit, loader, options);
        let Some(changed) = changed else { continue };
        let rows = diff(&suite.decider.document, &changed.decider.document).rows;
        let is_equal = |row: &DiffRow| row.relation() == Relation::Equal;
        if rows.iter().all(is_equal) {
            continue;
        }
        mutations.mutants.push(Mutant {
            span: edit.span,
            change: edit.change,
            widens: rows.iter().any(|row| row.wider.is_shown()),
            noticed: !all_pass(&passing, &changed.decider) || is_refuted(&changed),
        });
    }
    Some(mutations)
}

fn is_refuted(suite: &TestSuite) -> bool {
    suite.refuted.iter().any(crate::diagnostic::Diagnostic::is_error)
}

/// The policy with a changed text; `None` if it has errors.
fn changed_policy(
    sources: &SourceSet,
    edit: &MutantEdit,
    loader: &dyn Loader,
    options: &Options,
) -> Option<TestSuite> {
    let (path, text) = (sources.path(edit.span.file), sources.text(edit.span.file));
    let mut changed = String::with_capacity(text.len() + edit.text.len());
    changed.push_str(text.get(..edit.span.range().start)?);
    changed.push_str(&edit.text);
    changed.push_str(text.get(edit.span.range().end..)?);
    let changed = ChangedFile { loader, path, text: &changed };
    let (_, root) = sources.iter().next()?;
    let root = match root.path() == path {
        true => Arc::new(SourceFile::new(path, changed.text)),
        false => Arc::new(SourceFile::new(root.path(), root.shared_text())),
    };
    suite_of(root, &changed, options).value
}

/// The files of a loader, of which one has another text.
struct ChangedFile<'l> {
    loader: &'l dyn Loader,
    path: &'l str,
    text: &'l str,
}

impl Loader for ChangedFile<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        if path == self.path { Ok(self.text.as_bytes().to_vec()) } else { self.loader.read(path) }
    }

    fn admit(&self, from: &str, path: &str) -> Result<(), LoadError> {
        self.loader.admit(from, path)
    }

    fn identity(&self, path: &str) -> String {
        self.loader.identity(path)
    }
}

/// The changes of a `.gate` file.
fn gate_edits(sources: &SourceSet, tree: &Tree, edits: &mut Vec<MutantEdit>) {
    let mut gate = MutantEdits { sources, edits };
    for statement in &tree.statements {
        match &statement.kind {
            StatementKind::Rule(_, rule) => gate.rule(statement.span, statement.span, rule),
            StatementKind::Block(block) => {
                for (span, rule) in &block.rules {
                    let whole = if block.rules.len() == 1 { statement.span } else { *span };
                    gate.rule(whole, *span, rule);
                }
            }
            _ => {}
        }
    }
}

struct MutantEdits<'e> {
    sources: &'e SourceSet,
    edits: &'e mut Vec<MutantEdit>,
}

impl MutantEdits<'_> {
    fn push(&mut self, span: Span, text: impl Into<String>, change: impl Into<String>) {
        self.edits.push(MutantEdit { span, text: text.into(), change: change.into() });
    }

    /// The changes of a rule; `whole` is removed to drop it.
    fn rule(&mut self, whole: Span, span: Span, rule: &Rule) {
        let word = crate::syntax::words::run(self.sources.slice(span), 0);
        let first =
            Span { end: span.start.saturating_add(u32::try_from(word.len()).unwrap_or(0)), ..span };
        self.push(whole, "", format!("drop this `{word}`"));
        match rule {
            Rule::Allow(caps) | Rule::Rate(caps) => {
                for calls in &caps.rates {
                    let (number, window) = (calls.rate.calls(), calls.rate.window().name());
                    let doubled = format!("{}/{window}", number.saturating_mul(2));
                    self.push(calls.span, doubled.clone(), format!("raise the cap to {doubled}"));
                }
            }
            Rule::Hide => self.push(first, "allow", "allow what is hidden"),
            Rule::Require(guard) | Rule::Approve(guard) | Rule::Deny(guard) => {
                self.guard(span, guard)
            }
            Rule::Budget(_) => {}
        }
    }

    fn guard(&mut self, span: Span, guard: &Guard) {
        let Some(condition) = &guard.condition else { return };
        let mut tests = Vec::new();
        all_tests(condition, &mut tests);
        let from = tests.first().map_or(span.start, |test| test.span.start);
        let head = Span { end: from, ..span };
        if guard.mode == GuardMode::Unless
            && let Some(at) = self.sources.slice(head).rfind("unless")
        {
            let start = span.range().start + at;
            let word = Span::new(span.file, start, start + "unless".len());
            self.push(word, "when", "turn `unless` into `when`");
        }
        for test in tests {
            self.test(test);
        }
    }

    fn test(&mut self, test: &Test) {
        let Some(value) = &test.value else { return };
        let between = Span { start: test.path.span.end, end: value.span.start, ..test.span };
        let moved = match self.sources.slice(between).trim() {
            "<" => Some("<="),
            "<=" => Some("<"),
            ">" => Some(">="),
            ">=" => Some(">"),
            _ => None,
        };
        if let Some(moved) = moved {
            self.push(between, format!(" {moved} "), format!("compare with `{moved}`"));
        }
        if let LiteralKind::List(items) = &value.kind {
            let spans: Vec<Span> = items.iter().map(|item: &Literal| item.span).collect();
            self.list(&spans);
        }
    }

    fn list(&mut self, items: &[Span]) {
        for (number, span) in items.iter().enumerate() {
            if let Some(removed) = with_comma(items, number) {
                let shown = crate::text::quote(self.sources.slice(*span));
                self.push(removed, "", format!("drop {shown} from the list"));
            }
        }
    }
}

/// An item of a list with the comma that goes with it; `None` for the only item.
fn with_comma(items: &[Span], number: usize) -> Option<Span> {
    let item = items.get(number)?;
    match number.checked_sub(1) {
        Some(before) => Some(Span { start: items.get(before)?.end, ..*item }),
        None => Some(Span { end: items.get(1)?.start, ..*item }),
    }
}

/// The tests of a condition, in their order.
fn all_tests<'c>(condition: &'c Condition, tests: &mut Vec<&'c tree::Test>) {
    match condition {
        Condition::Any(parts) | Condition::All(parts) => {
            parts.iter().for_each(|part| all_tests(part, tests));
        }
        Condition::Not(_, inner) | Condition::Parentheses(inner) => all_tests(inner, tests),
        Condition::Test(test) => tests.push(test),
    }
}

/// The changes of a policy.json.
fn json_edits(sources: &SourceSet, root: &Node, edits: &mut Vec<MutantEdit>) {
    let mut json = MutantEdits { sources, edits };
    for member in root.members() {
        match &*member.key {
            "hide" => json.items(&member.value, |_| "show a hidden tool".to_owned()),
            "all_tools" => json.limits(&member.value),
            "tools" => {
                for tool in member.value.members() {
                    json.tool(tool);
                }
            }
            _ => {}
        }
    }
}

impl MutantEdits<'_> {
    /// Drops each item of a list; the only one with the brackets around it.
    fn items(&mut self, list: &Node, change: impl Fn(usize) -> String) {
        let spans: Vec<Span> = list.items().iter().map(|item| item.span).collect();
        if spans.len() == 1 {
            self.push(list.span, "[]", change(0));
        }
        for number in 0..spans.len() {
            if let Some(removed) = with_comma(&spans, number) {
                self.push(removed, "", change(number));
            }
        }
    }

    fn limits(&mut self, owner: &Node) {
        let Some(limits) = owner.get("limits") else { return };
        self.items(limits, |_| "drop this limit".to_owned());
        for limit in limits.items() {
            if let Some(Node { span, value: Value::Number(most) }) = limit.get("max")
                && let Ok(most) = most.parse::<u64>()
            {
                let doubled = most.saturating_mul(2).to_string();
                self.push(*span, doubled.clone(), format!("raise the maximum to {doubled}"));
            }
        }
    }

    fn tool(&mut self, tool: &Member) {
        self.limits(&tool.value);
        for key in ["require", "deny_if"] {
            let Some(list) = tool.value.get(key) else { continue };
            self.items(list, |_| format!("drop this predicate of `{key}`"));
            for predicate in list.items() {
                let conditions = predicate.get("conditions").map_or(&[][..], Node::items);
                conditions.iter().for_each(|condition| self.condition(condition));
            }
        }
    }

    fn condition(&mut self, condition: &Node) {
        let Some(operator) = condition.get("op") else { return };
        let moved = match operator.as_str() {
            Some("lt") => Some("lte"),
            Some("lte") => Some("lt"),
            Some("gt") => Some("gte"),
            Some("gte") => Some("gt"),
            _ => None,
        };
        if let Some(moved) = moved {
            self.push(operator.span, format!("\"{moved}\""), format!("compare with `{moved}`"));
        }
        if let (Some("in" | "not_in"), Some(list)) = (operator.as_str(), condition.get("value")) {
            let spans: Vec<Span> = list.items().iter().map(|item| item.span).collect();
            self.list(&spans);
        }
    }
}
