//! How far the guards of a tool keep its calls from running without a person's approval.
//!
//! An `approve` counts for the calls that it stops, not because it names the tool.

use std::rc::Rc;

use super::Context;
use super::calls::{self, shown_call};
use super::guards::{self, Guarded};
use super::schema_conditions::{fact_may_be_dead, may_be_dead};
use super::solver::{Fact, Form};
use super::weakness::{self, Weakness};
use crate::diagnostic::Diagnostic;
use crate::policy::logic::{Model, Undecided};
use crate::policy::{Purpose, ToolId, semantics};
use crate::source::Span;
use crate::text::quote;

/// A tool with more guards than this counts as approved: each is held against the others.
const MAX_GUARDS: usize = 64;
/// How many tools a finding explains.
const EXPLAINED: usize = 5;

/// What the `approve` statements about a tool do.
#[derive(Clone)]
pub enum Approval<'c> {
    /// There is none.
    Absent,
    /// None of them stops a call.
    Idle(Vec<IdleGuard<'c>>, Model),
    /// Some calls are stopped, but one that does as much harm is not.
    Partial(PartialApproval<'c>),
    /// Nothing is wrong with one of them, or no call gets through.
    Complete,
    /// The budget does not suffice to tell.
    Undecided(Span, Undecided),
}

/// A guard that stops no call that its tool's schema admits.
#[derive(Clone, Copy)]
pub struct IdleGuard<'c> {
    guarded: Guarded<'c>,
    /// Whether it would stop a call if the other guards did not.
    is_covered: bool,
}

/// Approval that a call gets past.
#[derive(Clone)]
pub struct PartialApproval<'c> {
    /// The first of the guards.
    pub guarded: Guarded<'c>,
    /// Its weak test.
    pub fact: Fact<'c>,
    /// How that is weak.
    pub weakness: Weakness,
    /// The call that gets past.
    pub call: Model,
}

/// What the `approve` statements about a tool do; found out once for each tool.
pub fn of<'c>(context: &Context<'c>, tool: ToolId) -> Rc<Approval<'c>> {
    let mut guards = context.policy.guards(tool);
    if guards.next().is_none() {
        return Rc::new(Approval::Absent);
    }
    if let Some(known) = context.approvals.borrow().get(&tool) {
        return Rc::clone(known);
    }
    let approval = Rc::new(weigh(context, tool));
    context.approvals.borrow_mut().insert(tool, Rc::clone(&approval));
    approval
}

/// Whether an `approve` stops any call of a tool. If there is any, or that is not decided, other rules leave the tool to
/// `partial-approval`.
pub fn is_approved(context: &Context<'_>, tool: ToolId) -> bool {
    !matches!(&*of(context, tool), Approval::Absent | Approval::Idle(..))
}

/// What is true of the calls that pass the guards of a tool, each by itself; `None` where there are too many guards, or one of them
/// has no condition.
pub fn passing<'c>(context: &Context<'c>, tool: ToolId) -> Option<Vec<Form<'c>>> {
    let passing =
        |(rule, _)| guards::of_rule(rule).filter(Guarded::is_short).map(|guarded| guarded.passes());
    let forms: Vec<Form<'c>> = context.policy.guards(tool).map(passing).collect::<Option<_>>()?;
    (forms.len() <= MAX_GUARDS).then_some(forms)
}

/// Whether some guard of a tool stops a call that its schema admits; also where that is not known.
pub fn is_limited(context: &Context<'_>, tool: ToolId) -> bool {
    let mut guards = context.policy.guards(tool);
    guards.any(|(rule, _)| {
        let stops = |guarded: Guarded<'_>| {
            let blocks = guarded.blocks();
            !matches!(context.calls.find(context, tool, &[&blocks]), Ok(None))
        };
        guards::of_rule(rule).is_none_or(stops)
    })
}

fn weigh<'c>(context: &Context<'c>, tool: ToolId) -> Approval<'c> {
    let policy = context.policy;
    let all: Vec<(&'c crate::policy::Rule, &'c crate::policy::Guard)> =
        policy.guards(tool).collect();
    let is_approval = |purpose| purpose == Purpose::Approve;
    let has_approval = all.iter().any(|(_, guard)| is_approval(guard.purpose));
    let guards: Vec<Guarded<'c>> =
        all.iter().filter_map(|(rule, _)| guards::of_rule(rule)).collect();
    if guards.len() != all.len() || all.len() > MAX_GUARDS || !guards.iter().all(Guarded::is_short)
    {
        return if has_approval { Approval::Complete } else { Approval::Absent };
    }
    match weigh_guards(context, tool, &guards) {
        Ok(approval) => approval,
        Err(_) if !has_approval => Approval::Absent,
        Err(reason) => {
            let approval = guards.iter().find(|guarded| is_approval(guarded.guard.purpose));
            approval.map_or(Approval::Absent, |guarded| Approval::Undecided(guarded.span(), reason))
        }
    }
}

fn weigh_guards<'c>(
    context: &Context<'c>,
    tool: ToolId,
    guards: &[Guarded<'c>],
) -> Result<Approval<'c>, Undecided> {
    let (approvals, others): (Vec<Guarded<'c>>, Vec<Guarded<'c>>) =
        guards.iter().copied().partition(|guarded| guarded.guard.purpose == Purpose::Approve);
    let is_certain = |guarded: &Guarded<'c>| {
        let blocks = guarded.blocks();
        certainly_stops(context, tool, &blocks, &others)
            && weakness::of(context, tool, &blocks).is_none()
    };
    if approvals.iter().any(is_certain) {
        return Ok(Approval::Complete);
    }
    let passing: Vec<Form<'c>> = guards.iter().map(Guarded::passes).collect();
    let find = |extra: &[&Form<'_>], forms: &[Form<'c>]| {
        let forms: Vec<&Form<'_>> = extra.iter().copied().chain(forms).collect();
        context.calls.find(context, tool, &forms)
    };
    if approvals.is_empty() {
        let is_closed = find(&[], &passing)?.is_none();
        return Ok(if is_closed { Approval::Complete } else { Approval::Absent });
    }
    let others: Vec<Form<'c>> = others.iter().map(Guarded::passes).collect();
    let (mut idle, mut weak) = (Vec::new(), Vec::new());
    for guarded in &approvals {
        let blocks = guarded.blocks();
        if find(&[&blocks], &others)?.is_none() {
            let is_covered = !others.is_empty() && find(&[&blocks], &[])?.is_some();
            idle.push(IdleGuard { guarded: *guarded, is_covered });
        } else if let Some(escape) = weakness::of(context, tool, &blocks) {
            weak.push((*guarded, escape));
        } else {
            return Ok(Approval::Complete);
        }
    }
    let escapes = Form::All(weak.iter().map(|(_, escape)| escape.form()).collect());
    let span = context.places.start;
    let mut call = find(&[&escapes], &passing)?;
    let large = weakness::large_amounts(context, tool);
    let is_about_amounts = weak.iter().any(|(_, escape)| escape.weakness.is_about_amounts());
    if call.is_some() && !large.is_empty() && !is_about_amounts {
        // A large amount shows more, where one gets past.
        let large = large.iter().map(|test| Form::Fact(Fact { test, span, negated: false }));
        call = find(&[&escapes, &Form::All(large.collect())], &passing)?.or(call);
    }
    Ok(match (call, weak.first()) {
        (None, _) => Approval::Complete,
        (Some(call), None) => Approval::Idle(idle, call),
        (Some(call), Some((guarded, escape))) => Approval::Partial(PartialApproval {
            guarded: *guarded,
            fact: escape.fact,
            weakness: escape.weakness,
            call,
        }),
    })
}

/// Whether a guard stops a call that no other guard stops: a look at its tests, which costs next to nothing and leaves most guards
/// without a question to the logic.
fn certainly_stops(
    context: &Context<'_>,
    tool: ToolId,
    blocks: &Form<'_>,
    others: &[Guarded<'_>],
) -> bool {
    let declared = context.declaration(tool);
    let mut arguments = blocks.arguments();
    let count = arguments.len();
    arguments.sort_unstable();
    arguments.dedup();
    let is_apart = |other: &Guarded<'_>| {
        let tested = other.passes().arguments();
        tested.iter().all(|argument| arguments.binary_search(argument).is_err())
    };
    let is_possible = |fact: &Fact<'_>| {
        let is_empty = semantics::listed(fact.test).is_some_and(<[_]>::is_empty);
        !is_empty && !calls::is_undeclared(context, tool, fact.test)
    };
    arguments.len() == count
        && others.iter().all(is_apart)
        && blocks.facts().iter().all(is_possible)
        && !declared.is_some_and(|tool| may_be_dead(tool, blocks))
}

/// The finding about tools that nobody approves, with the guards that stop nothing and a call that gets through.
pub fn explain(context: &Context<'_>, tools: &[ToolId], mut finding: Diagnostic) -> Diagnostic {
    for tool in tools.iter().take(EXPLAINED) {
        let approval = of(context, *tool);
        let Approval::Idle(guards, call) = &*approval else { continue };
        let name = quote(context.name(*tool));
        for idle in guards {
            let place = idle.guarded.span();
            if finding.labels.iter().all(|label| label.span != place) {
                finding = finding.with_label(place, format!("stops no call of {name}"));
            }
            for reason in idle.reasons(context, *tool) {
                if !finding.notes.contains(&reason) {
                    finding = finding.with_note(reason);
                }
            }
            finding = with_schema(context, *tool, &idle.guarded.blocks(), finding);
        }
        let call = shown_call(context, *tool, &call.arguments);
        finding = finding.with_note(format!("{call} needs nobody's approval"));
    }
    finding
}

/// The finding with the place where the schema declares an argument that a form tests: the first one that the schema decides.
pub fn with_schema(
    context: &Context<'_>,
    tool: ToolId,
    form: &Form<'_>,
    finding: Diagnostic,
) -> Diagnostic {
    let declared = context.declaration(tool);
    let facts = form.facts();
    let is_decided = |fact: &&Fact<'_>| declared.is_some_and(|tool| fact_may_be_dead(tool, fact));
    let fact = facts.iter().find(is_decided).or(facts.first());
    let key = fact.and_then(|fact| fact.test.path.0.last().cloned());
    let place = declared.zip(key).and_then(|(tool, key)| tool.place_in_schema(&key, None));
    match place {
        Some(place) if finding.labels.iter().all(|label| label.span != place) => {
            finding.with_label(place, "declared here")
        }
        _ => finding,
    }
}

impl IdleGuard<'_> {
    fn reasons(&self, context: &Context<'_>, tool: ToolId) -> Vec<String> {
        if self.is_covered {
            return vec!["other guards already block every call for which it would ask".to_owned()];
        }
        calls::why_none(context, tool, &self.guarded.blocks())
    }
}
