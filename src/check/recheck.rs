//! What a check says after an edit, told from what it said before: for editors, in policies of thousands of lines.
//!
//! What is said about a statement depends on the statements that name its tools, on those about all calls and on the `default`; on
//! no other, as long as the policy names its tools exactly and has no groups, manifest, included files, named counters or
//! suppressions. So the statements of the tools that an edit touches are checked by themselves, as they were and as they are;
//! what the first said is taken out of the findings, what the second says is put in, and all others stay, moved. If what the
//! first said is not among the findings, the reasoning does not hold, and nothing is told.
//!
//! Whoever shows such an answer makes the whole check afterwards.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use smallvec::SmallVec;

use super::analysis::said_and_found;
use super::fix::{Covered, settle};
use super::{Analysis, Options, Outcome, Understood};
use crate::diagnostic::{self, Diagnostic, Label};
use crate::policy::Posture;
use crate::resolve;
use crate::source::{SourceFile, SourceSet, Span};
use crate::syntax::tree::{
    Caps, Rule, SelectorKind, Selectors, Statement, StatementKind, Subjects,
};
use crate::syntax::{self, Before, Shift, Tree, decode_string};

/// More statements than these are not checked by themselves.
const MAX_STATEMENTS: usize = 400;

/// The word with which every suppression begins.
const SUPPRESSION: &str = "gatewright:";

/// What has to be known of a checked policy to tell what an edit changes.
#[derive(Debug)]
pub struct Footing {
    /// The statements that name a tool, by its name in lower case, as counters have it.
    by_tool: HashMap<Box<str>, SmallVec<[u32; 2]>, foldhash::quality::RandomState>,
    /// The statements about all calls and all tools.
    of_all: Vec<u32>,
}

impl Footing {
    /// Looks at a policy; `None` if its findings depend on more than is said above, or one of them is an error.
    pub fn new(analysis: &Analysis) -> Option<Self> {
        let (tree, text) = ground(analysis)?;
        if diagnostic::has_errors(&analysis.outcome.diagnostics) || text.contains(SUPPRESSION) {
            return None;
        }
        let mut footing = Self { by_tool: HashMap::default(), of_all: Vec::new() };
        for (number, statement) in (0u32..).zip(&tree.statements) {
            match about(statement, text)? {
                About::All => footing.of_all.push(number),
                About::Nothing => {}
                About::Tools(tools) => {
                    for tool in tools {
                        footing.by_tool.entry(tool).or_default().push(number);
                    }
                }
            }
        }
        Some(footing)
    }
}

/// The one tree of a policy and its text.
fn ground(analysis: &Analysis) -> Option<(&Tree, &str)> {
    let Understood::Gate(resolved) = &analysis.understood else { return None };
    let [tree] = resolved.trees.as_slice() else { return None };
    let is_plain = resolved.manifest.is_none() && resolved.policy.posture == Posture::Deny;
    is_plain.then(|| (tree.as_ref(), analysis.outcome.sources.text(tree.file)))
}

/// What the findings of a policy are after an edit of its one file. `None` if it takes a whole check to tell.
pub fn recheck(
    before: &Analysis,
    footing: &Footing,
    file: &Arc<SourceFile>,
    options: &Options,
) -> Option<Outcome<()>> {
    let (tree, text) = ground(before)?;
    if !options.suppressions.is_empty() {
        return None;
    }
    let mut sources = SourceSet::default();
    let new_file = sources.share(Arc::clone(file));
    let known = Before { text, tree, findings: &[] };
    let changed = syntax::changed(known, new_file, file.text())?;
    let hides = !syntax::hidden_characters(new_file, file.text()).is_empty();
    if hides || file.text().contains(SUPPRESSION) {
        return None;
    }
    let syntax::Changed { old, new, findings, shift, .. } = changed;
    let edit = Edit { tree, text, old, new, shift };
    let others = edit.others(footing, file.text())?;
    let (was, is) = edit.parts(&others);
    let (was, _) = findings_of(&before.outcome.sources, was, Vec::new(), options);
    let (is, is_whole) = findings_of(&sources, is, findings, options);
    if !is_whole {
        return None;
    }
    let kept = without(&before.outcome.diagnostics, &was)?;
    let mut all = Vec::with_capacity(kept.len() + is.len());
    for found in kept {
        all.push(edit.moved(found)?);
    }
    all.extend(is);
    settle(&sources, &Covered::default(), &mut all);
    Some(Outcome::new(sources, all, Some(())))
}

/// An edit of a policy.
struct Edit<'e> {
    /// The tree and the text before.
    tree: &'e Tree,
    text: &'e str,
    /// The statements that stood there, by their numbers, and those that stand there.
    old: Range<usize>,
    new: Vec<Statement>,
    /// How far what is behind them has moved.
    shift: Shift,
}

impl Edit<'_> {
    /// The other statements that the findings about the edited ones depend on, by their numbers; `None` if they are many, or if
    /// the edit is about more than tools by their names.
    fn others(&self, footing: &Footing, new_text: &str) -> Option<BTreeSet<usize>> {
        let mut waiting: Vec<Box<str>> = Vec::new();
        let old = self.tree.statements.get(self.old.clone())?;
        let sides = [(old, self.text), (self.new.as_slice(), new_text)];
        let changed = self.changed(old, new_text);
        for ((statements, text), changed) in sides.into_iter().zip(changed) {
            for (number, statement) in statements.iter().enumerate() {
                match about(statement, text)? {
                    About::Tools(tools) => waiting.extend(tools),
                    About::Nothing => {}
                    About::All if changed.contains(&number) => return None,
                    About::All => {}
                }
            }
        }
        let mut seen: BTreeSet<Box<str>> = BTreeSet::new();
        let of_all = footing.of_all.iter().map(|number| *number as usize);
        let mut others: BTreeSet<usize> =
            of_all.filter(|number| !self.old.contains(number)).collect();
        while let Some(tool) = waiting.pop() {
            for number in footing.by_tool.get(&tool).into_iter().flatten() {
                let number = *number as usize;
                if !self.old.contains(&number) && others.insert(number) {
                    if others.len() > MAX_STATEMENTS {
                        return None;
                    }
                    let statement = self.tree.statements.get(number)?;
                    if let About::Tools(tools) = about(statement, self.text)? {
                        waiting.extend(tools.into_iter().filter(|tool| !seen.contains(tool)));
                    }
                }
            }
            seen.insert(tool);
        }
        Some(others)
    }

    /// Which of the statements that stood there, and which of those that stand there, have no counterpart of the same characters: the
    /// neighbours of an edit are read again too.
    fn changed(&self, old: &[Statement], new_text: &str) -> [Range<usize>; 2] {
        let same = |(old, new): &(&Statement, &Statement)| {
            let slice = |text, statement: &Statement| str::get(text, statement.span.range());
            slice(self.text, old) == slice(new_text, new)
        };
        let front = old.iter().zip(&self.new).take_while(same).count();
        let most = old.len().min(self.new.len()) - front;
        let back = old.iter().rev().zip(self.new.iter().rev()).take(most).take_while(same).count();
        [front..old.len() - back, front..self.new.len() - back]
    }

    /// The statements to be checked by themselves, as they were and as they are.
    fn parts(&self, others: &BTreeSet<usize>) -> (Vec<Statement>, Vec<Statement>) {
        let all = &self.tree.statements;
        let other = |number: &usize| all.get(*number).cloned();
        let front: Vec<Statement> = others.range(..self.old.start).filter_map(other).collect();
        let behind: Vec<Statement> = others.range(self.old.end..).filter_map(other).collect();
        let mut was = front.clone();
        was.extend_from_slice(all.get(self.old.clone()).unwrap_or(&[]));
        was.extend_from_slice(&behind);
        let mut is = front;
        is.extend_from_slice(&self.new);
        is.extend(behind.into_iter().map(|mut statement| {
            self.shift.statement(&mut statement);
            statement
        }));
        (was, is)
    }

    /// A finding about other statements, where it stands now; `None` if it stands among the edited ones.
    fn moved(&self, mut found: Diagnostic) -> Option<Diagnostic> {
        let start = self.tree.statements.get(self.old.start)?.span.start;
        let end = match self.tree.statements.get(self.old.end) {
            Some(next) => next.span.start,
            None => u32::try_from(self.text.len()).unwrap_or(u32::MAX),
        };
        let mut is_apart = true;
        let mut to = |span: &mut Span| match *span {
            Span { start: from, .. } if from >= end => self.shift.span(span),
            Span { end: to, .. } if to <= start => {}
            _ => is_apart = false,
        };
        let label = |label: &mut Label, to: &mut dyn FnMut(&mut Span)| to(&mut label.span);
        label(&mut found.primary, &mut to);
        found.labels.iter_mut().for_each(|other| label(other, &mut to));
        let fixes = found.fixes.iter_mut().chain(&mut found.choices);
        fixes.flat_map(|fix| &mut fix.edits).for_each(|edit| to(&mut edit.span));
        is_apart.then_some(found)
    }
}

/// All findings about statements that are a policy by themselves, sorted, and whether that policy is whole. What a target or the
/// user's settings refuse makes an error of a policy of which nothing is missing.
fn findings_of(
    sources: &SourceSet,
    statements: Vec<Statement>,
    findings: Vec<Diagnostic>,
    options: &Options,
) -> (Vec<Diagnostic>, bool) {
    let Some((file, _)) = sources.iter().next() else { return (Vec::new(), false) };
    let tree = Tree::of_statements(file, statements);
    let resolved = resolve::resolve_tree(sources, tree, findings, &options.cache);
    let is_whole = !diagnostic::has_errors(&resolved.diagnostics);
    let (mut found, others) = said_and_found(sources, &resolved, &options.settings);
    found.extend(others);
    options.settings.apply(&mut found);
    diagnostic::sort(&mut found);
    settle(sources, &Covered::default(), &mut found);
    (found, is_whole)
}

/// Findings without some of them, both sorted; `None` if one of those is not there.
fn without(findings: &[Diagnostic], taken: &[Diagnostic]) -> Option<Vec<Diagnostic>> {
    let mut taken = taken.iter().peekable();
    let mut kept = Vec::with_capacity(findings.len());
    for found in findings {
        if taken.next_if(|taken| *taken == found).is_none() {
            kept.push(found.clone());
        }
    }
    taken.peek().is_none().then_some(kept)
}

/// What a statement is about.
enum About {
    /// Calls of all tools.
    All,
    /// Tools, by their names in lower case.
    Tools(SmallVec<[Box<str>; 2]>),
    /// Nothing that can be told.
    Nothing,
}

/// What a statement is about; `None` if that is more than tools by their names and all calls.
fn about(statement: &Statement, text: &str) -> Option<About> {
    let (selectors, is_plain) = match &statement.kind {
        StatementKind::Default(_) => return Some(About::All),
        StatementKind::Broken(_) => return Some(About::Nothing),
        StatementKind::Rule(Subjects::All(_), rule) => {
            return has_plain_counter(rule).then_some(About::All);
        }
        StatementKind::Rule(Subjects::Tools(selectors), rule) => {
            (Some(selectors), has_plain_counter(rule))
        }
        StatementKind::Block(block) => {
            (block.selectors.as_ref(), block.rules.iter().all(|(_, rule)| has_plain_counter(rule)))
        }
        _ => return None,
    };
    let Some(selectors) = selectors else { return Some(About::Nothing) };
    if !is_plain {
        return None;
    }
    tools(selectors, text).map(About::Tools)
}

fn tools(selectors: &Selectors, text: &str) -> Option<SmallVec<[Box<str>; 2]>> {
    if selectors.having.is_some() || !selectors.except.is_empty() {
        return None;
    }
    let name = |selector: &crate::syntax::tree::Selector| {
        let written = text.get(selector.span.range())?;
        let name = match selector.kind {
            SelectorKind::Name => written.to_lowercase(),
            SelectorKind::Quoted => decode_string(written).to_lowercase(),
            SelectorKind::Glob | SelectorKind::Set => return None,
        };
        Some(name.into_boxed_str())
    };
    selectors.items.iter().map(name).collect()
}

/// Whether a rule counts calls under no name of the author's.
fn has_plain_counter(rule: &Rule) -> bool {
    match rule {
        Rule::Allow(Caps { counter, .. }) | Rule::Rate(Caps { counter, .. }) => counter.is_none(),
        Rule::Budget(budget) => budget.counter.is_none(),
        _ => true,
    }
}
