//! Tests and guards that add nothing to others.

use std::collections::{BTreeMap, HashMap};

use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::lint::guards::{self, Guarded};
use crate::lint::solver::{self, Form, Solver};
use crate::lint::{Context, Rule, written};
use crate::policy::semantics::Readings;
use crate::policy::{Condition, Operator, Path, Purpose, Target, ToolId};
use crate::source::Span;

pub(super) const RULE: Rule =
    Rule { code: Code::SubsumedCondition, needs_whole_policy: false, check };

/// How many operands of one `and` or `or`, and how many guards of the same tools, are compared with each other.
const MAX_COMPARED: usize = 64;

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let solver = Solver::new(Readings::Any);
    for guarded in guards::conditional(context) {
        if !guards::is_examined(context, RULE.code, &guarded, findings) {
            continue;
        }
        let are_all_compared = operands(context, &solver, guarded.condition, findings);
        guards::is_decided(context, RULE.code, &guarded, &solver, findings);
        if !are_all_compared {
            let message = format!("this condition joins more than {MAX_COMPARED} conditions");
            guards::report_unexamined(context, RULE.code, guarded.span(), message, findings);
        }
        if solver.is_exhausted() {
            break;
        }
    }
    let solver = Solver::new(Readings::Any);
    for guards in by_tools(context).values() {
        pairs(context, &solver, guards, findings);
        if let Some(first) = guards.first() {
            guards::is_decided(context, RULE.code, first, &solver, findings);
        }
        if solver.is_exhausted() {
            break;
        }
    }
}

/// Looks at every `and` and `or` of a condition. Returns false if one has too many operands to compare.
fn operands(
    context: &Context<'_>,
    solver: &Solver,
    condition: &Condition,
    findings: &mut Vec<Diagnostic>,
) -> bool {
    let (parts, word) = match condition {
        Condition::Test(..) => return true,
        Condition::Not(inner) => return operands(context, solver, inner, findings),
        Condition::Any(parts) => (flat(parts, true), "or"),
        Condition::All(parts) => (flat(parts, false), "and"),
    };
    let mut are_all_compared = true;
    for part in &parts {
        are_all_compared &= operands(context, solver, part, findings);
    }
    if parts.len() > MAX_COMPARED {
        return false;
    }
    let forms: Vec<Form<'_>> = parts.iter().map(|part| Form::of(part)).collect();
    let mut gone = vec![false; parts.len()];
    // Of two that say the same the later one goes.
    for (number, part) in parts.iter().enumerate().rev() {
        let Some(form) = forms.get(number).filter(|form| is_contingent(solver, form)) else {
            continue;
        };
        let mut others = forms.iter().zip(&gone).enumerate();
        let stronger = others.find(|(other, (beside, is_gone))| {
            *other != number && !**is_gone && covers(solver, form, beside, word)
        });
        let Some((_, (beside, _))) = stronger else { continue };
        findings.extend(superfluous(context, part, form, beside, word));
        if let Some(is_gone) = gone.get_mut(number) {
            *is_gone = true;
        }
    }
    are_all_compared
}

/// The operands, with those of operands of the same kind.
fn flat(parts: &[Condition], of_any: bool) -> Vec<&Condition> {
    let mut found = Vec::new();
    for part in parts {
        match part {
            Condition::Any(inner) if of_any => found.extend(flat(inner, of_any)),
            Condition::All(inner) if !of_any => found.extend(flat(inner, of_any)),
            part => found.push(part),
        }
    }
    found
}

/// Whether it sometimes holds and sometimes fails. The others are the matter of other rules.
fn is_contingent(solver: &Solver, form: &Form<'_>) -> bool {
    solver.can_hold(&[form]) && solver.can_hold(&[&form.negation()])
}

/// Whether an operand changes nothing beside another one.
fn covers(solver: &Solver, form: &Form<'_>, beside: &Form<'_>, word: &str) -> bool {
    let implied =
        if word == "or" { solver.implies(form, beside) } else { solver.implies(beside, form) };
    implied && is_contingent(solver, beside)
}

fn superfluous(
    context: &Context<'_>,
    part: &Condition,
    form: &Form<'_>,
    beside: &Form<'_>,
    word: &str,
) -> Option<Diagnostic> {
    let (span, other) = (form.span()?, beside.span()?);
    let (message, label) = if word == "or" {
        ("this alternative is redundant", "this already holds whenever it does")
    } else {
        ("this part of the condition is redundant", "this never holds without it")
    };
    let finding = Diagnostic::new(Code::SubsumedCondition, span, message)
        .with_label(other, label)
        .with_help("remove it, or fix one of the two");
    let edit = match part {
        Condition::Test(_, span) => written::without_test(context, *span, word),
        _ => None,
    };
    Some(match edit {
        Some(edit) => {
            let title = match form {
                Form::Fact(fact) => format!("remove {}", solver::test_in_words(fact)),
                _ => "remove it".to_owned(),
            };
            finding.with_fix(Applicability::Safe, title, edit.span, edit.text)
        }
        None => finding,
    })
}

/// The guards with conditions, by their purpose and a number for their tools.
fn by_tools<'c>(context: &Context<'c>) -> BTreeMap<(Purpose, usize), Vec<Guarded<'c>>> {
    // The rules of a block share their targets, which are sorted once.
    let mut shared: HashMap<*const Target, usize> = HashMap::new();
    let mut numbers: HashMap<Vec<ToolId>, usize> = HashMap::new();
    let mut found: BTreeMap<(Purpose, usize), Vec<Guarded<'c>>> = BTreeMap::new();
    for guarded in guards::solvable(context) {
        let targets = guarded.rule.subjects.targets();
        if targets.is_empty() {
            continue;
        }
        let number = *shared.entry(targets.as_ptr()).or_insert_with(|| {
            let mut tools: Vec<ToolId> = targets.iter().map(|target| target.tool).collect();
            tools.sort_unstable();
            let next = numbers.len();
            *numbers.entry(tools).or_insert(next)
        });
        found.entry((guarded.guard.purpose, number)).or_default().push(guarded);
    }
    found
}

/// Compares the first of several guards with each other.
fn pairs(
    context: &Context<'_>,
    solver: &Solver,
    guards: &[Guarded<'_>],
    findings: &mut Vec<Diagnostic>,
) {
    if let Some(first) = guards.get(MAX_COMPARED) {
        let word = guards::word(first.guard.purpose);
        let message = format!("more than {MAX_COMPARED} `{word}` rules cover the same tools");
        guards::report_unexamined(context, RULE.code, first.span(), message, findings);
    }
    let guards = guards.get(..MAX_COMPARED).unwrap_or(guards);
    if guards.len() < 2 {
        return;
    }
    let blocked: Vec<(&Guarded<'_>, Form<'_>)> = guards
        .iter()
        .map(|guard| (guard, guard.blocks()))
        .filter(|(_, blocks)| is_contingent(solver, blocks))
        .collect();
    let mut gone = vec![false; blocked.len()];
    for (number, (weak, blocks)) in blocked.iter().enumerate().rev() {
        let mut others = blocked.iter().zip(&gone).enumerate();
        let strong = others.find(|(other, ((strong, more), is_gone))| {
            *other != number
                && !**is_gone
                && !blocks.repeats(more)
                && solver.implies(blocks, more)
                && !is_heard(weak, strong, *other < number)
        });
        let Some((other, ((strong, _), _))) = strong else { continue };
        findings.push(weaker(weak, strong, other < number));
        if let Some(is_gone) = gone.get_mut(number) {
            *is_gone = true;
        }
    }
}

/// Whether a weaker guard gives calls another reason than the stronger one does, because it stands before it. Two guards that ask
/// the same of the same arguments, with other values, are a slip all the same.
fn is_heard(weak: &Guarded<'_>, strong: &Guarded<'_>, is_later: bool) -> bool {
    let asks = |guarded: &Guarded<'_>| {
        let mut asked: Vec<(Path, Operator)> = Form::of(guarded.condition)
            .facts()
            .iter()
            .map(|fact| (fact.test.path.clone(), fact.test.operator))
            .collect();
        asked.sort();
        asked
    };
    let because = &weak.guard.because;
    !is_later && because.is_some() && *because != strong.guard.because && asks(weak) != asks(strong)
}

fn weaker(weak: &Guarded<'_>, strong: &Guarded<'_>, is_later: bool) -> Diagnostic {
    let word = guards::word(weak.guard.purpose);
    let place = if is_later { "before" } else { "after" };
    let message = match weak.guard.purpose {
        Purpose::Approve => {
            format!(
                "this `{word}` is redundant: one {place} it asks about every call that it \
                     covers"
            )
        }
        _ => format!("this `{word}` is redundant: one {place} it blocks every call that it blocks"),
    };
    let other: Span = strong.span();
    Diagnostic::new(Code::SubsumedCondition, weak.span(), message)
        .with_label(other, format!("this `{word}` covers the same tools and is stricter"))
        .with_help("remove the statement, or fix one of the two")
}
