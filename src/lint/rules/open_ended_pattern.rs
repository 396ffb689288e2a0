//! Tests that allow a path, an address, a command or a query by its beginning, or by a part of it.

use indexmap::IndexMap;

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix};
use crate::lint::calls::shown_call;
use crate::lint::free_text::{self, TextKind};
use crate::lint::guards::{self, Guarded};
use crate::lint::pattern;
use crate::lint::solver::{Fact, Form};
use crate::lint::{Context, Rule, written};
use crate::policy::logic::Model;
use crate::policy::{Access, Literal, Operator, ToolId, pattern_tree};
use crate::source::Span;

pub(super) const RULE: Rule =
    Rule { code: Code::OpenEndedPattern, needs_whole_policy: true, check };

/// A test that lets too much pass.
struct OpenEnd<'c> {
    guarded: Guarded<'c>,
    fact: Fact<'c>,
    kind: TextKind,
    call: Model,
    tools: Vec<ToolId>,
}

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let mut found: IndexMap<Span, OpenEnd<'_>> = IndexMap::new();
    for guarded in guards::solvable(context) {
        let facts = guarded.passes().facts();
        for fact in facts.into_iter().filter(allows_texts) {
            for target in guarded.rule.subjects.targets() {
                let tool = target.tool;
                if context.access(tool) != Access::Open {
                    continue;
                }
                if let Some(open) = found.get_mut(&fact.span) {
                    open.tools.extend(escape(context, tool, &fact).map(|_| tool));
                } else if let Some((kind, call)) = escape(context, tool, &fact) {
                    let tools = vec![tool];
                    found.insert(fact.span, OpenEnd { guarded, fact, kind, call, tools });
                }
            }
        }
    }
    findings.extend(found.values().map(|open| finding(context, open)));
}

/// Whether calls pass because a text matches or contains something. A pattern that is not anchored is a finding of its own.
fn allows_texts(fact: &Fact<'_>) -> bool {
    match (&fact.test.operator, &fact.test.value) {
        (Operator::Regex, Literal::String(text)) if !fact.negated => pattern_tree(text)
            .is_some_and(|tree| {
                !pattern::ends(&tree).has_loose() && !pattern::is_test_for_presence(&tree)
            }),
        (Operator::Contains, Literal::String(_)) => !fact.negated,
        _ => false,
    }
}

fn escape(context: &Context<'_>, tool: ToolId, fact: &Fact<'_>) -> Option<(TextKind, Model)> {
    let kind = TextKind::of(context, tool, &fact.test.path)?;
    if fact.test.operator == Operator::Contains
        && free_text::may_be_list(context, tool, &fact.test.path)
    {
        return None;
    }
    Some((kind, free_text::escape(context, tool, fact, kind)?))
}

fn finding<'c>(context: &Context<'c>, open: &OpenEnd<'c>) -> Diagnostic {
    let call = open.tools.first().map(|tool| shown_call(context, *tool, &open.call.arguments));
    let what = match open.fact.test.operator {
        Operator::Contains => "this `contains`",
        _ => "this pattern",
    };
    let message = format!("{} passes {what}", call.unwrap_or_default());
    let finding = Diagnostic::new(Code::OpenEndedPattern, open.fact.span, message)
        .with_tools(open.tools.iter().map(|tool| context.name(*tool)))
        .with_note(open.kind.danger());
    let path = context.sources.slice(open.fact.span);
    let path = path.split_whitespace().next().unwrap_or(path);
    match (fix(context, open), open.kind) {
        (Some(fix), _) => {
            let mut finding = finding.with_help(fix.title.clone());
            finding.fixes.push(fix);
            finding
        }
        (None, TextKind::Address) => finding.with_help(
            "write a pattern that begins with `^` and holds the whole name of the host, with the `/` after it",
        ),
        (None, kind) => match kind.exclusion(path) {
            Some(exclusion) => {
                finding.with_help(format!("add {}", crate::lint::remedy::code(&format!("and {exclusion}"))))
            }
            None => finding.with_help("list what is allowed"),
        },
    }
}

/// Closes the end: the same calls pass but for those of the kind that was found.
fn fix<'c>(context: &Context<'c>, open: &OpenEnd<'c>) -> Option<Fix> {
    let is_fact = |form: &Form<'_>| matches!(form, Form::Fact(_));
    let is_plain = match open.guarded.passes() {
        Form::All(parts) => parts.iter().all(is_fact),
        form => is_fact(&form),
    };
    let written = written::guard(context, open.guarded.rule)?;
    let test = written::test_at(&written.tests(), open.fact.span)?;
    if open.kind == TextKind::Address {
        let patterns = pattern::of_guard(context, &open.guarded);
        let own = patterns.iter().find(|pattern| pattern.test == open.fact.span)?;
        let end = own.text.len();
        let closed = free_text::matches(&open.fact.test.path, &format!("{}(/|$)", own.text));
        let closed = Fact { test: &closed, ..open.fact };
        let is_open =
            |tool: &ToolId| free_text::escape(context, *tool, &closed, TextKind::Address).is_some();
        if open.tools.iter().any(is_open) {
            return None;
        }
        return own.fix(context, &[(end..end, "(/|$)")]);
    }
    let is_plain = is_plain && !open.guarded.when;
    let path = context.sources.slice(test.path.span);
    let exclusion = open.kind.exclusion(path).filter(|_| is_plain)?;
    let text = format!(" and {exclusion}");
    let title = format!("add {}", crate::lint::remedy::code(text.trim_start()));
    let edits = vec![Edit { span: open.fact.span.at_end(), text }];
    Some(Fix { title, applicability: Applicability::Unsafe, edits })
}
