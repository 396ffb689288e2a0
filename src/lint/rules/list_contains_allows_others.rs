//! `contains` on lists of which every element matters.

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::calls::shown_call;
use crate::lint::free_text::{find_passing, may_be_list};
use crate::lint::guards;
use crate::lint::solver::{Fact, Form};
use crate::lint::{Context, Rule};
use crate::manifest::{Lookup, TypeSet};
use crate::policy::{Access, Literal, Operator, Test, ToolId};
use crate::text::quote;

pub(super) const RULE: Rule =
    Rule { code: Code::ListContainsAllowsOthers, needs_whole_policy: true, check };

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for guarded in guards::solvable(context) {
        let facts = guarded.passes().facts();
        let allows = |fact: &&Fact<'_>| fact.test.operator == Operator::Contains && !fact.negated;
        for fact in facts.iter().filter(allows) {
            let targets = guarded.rule.subjects.targets().iter().map(|target| target.tool);
            let open = targets.filter(|tool| context.access(*tool) == Access::Open);
            let mut calls = open.filter_map(|tool| Some((tool, call(context, tool, fact)?)));
            if let Some((first, call)) = calls.next() {
                let tools = std::iter::once(first).chain(calls.map(|(tool, _)| tool));
                let names: Vec<&str> = tools.map(|tool| context.name(tool)).collect();
                findings.push(finding(context, first, fact, &call).with_tools(names));
            }
        }
    }
}

/// A call with another element in the list, if it passes the guards of its tool.
fn call(context: &Context<'_>, tool: ToolId, fact: &Fact<'_>) -> Option<Literal> {
    if !may_be_list(context, tool, &fact.test.path) {
        return None;
    }
    let Lookup::Found(shape) = context.declaration(tool)?.argument(&fact.test.path) else {
        return None;
    };
    let value = match shape.items.as_deref() {
        Some(items) if items.unlimited.is_empty() => {
            items.values.iter().find(|value| **value != fact.test.value)?.clone()
        }
        Some(items) if !items.unlimited.meets(TypeSet::STRING) => return None,
        _ => Literal::String("something else".into()),
    };
    let other = Test { path: fact.test.path.clone(), operator: Operator::Contains, value };
    let text = free_text_test(fact);
    let other = Form::Fact(Fact { test: &other, span: fact.span, negated: false });
    let is_list = Form::Fact(Fact { test: &text, span: fact.span, negated: true });
    let found = find_passing(context, tool, &[&Form::Fact(*fact), &other, &is_list])?;
    Some(found.arguments)
}

/// A test that holds for every text.
fn free_text_test(fact: &Fact<'_>) -> Test {
    crate::lint::free_text::matches(&fact.test.path, "")
}

fn finding(context: &Context<'_>, tool: ToolId, fact: &Fact<'_>, call: &Literal) -> Diagnostic {
    let path = quote(&fact.test.path.dotted());
    let message = format!("{} passes this `contains`", shown_call(context, tool, call));
    Diagnostic::new(Code::ListContainsAllowsOthers, fact.span, message)
        .with_note(format!("{path} is a list, and one element is enough: nothing tests the others"))
        .with_help(
            "compare the whole list with `==` or `in`, or use `approve` or `hide`: no test reaches every element",
        )
}
