//! Denials whose calls may read the message of an approval.

use std::collections::{BTreeMap, HashMap};

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::solver::{Form as Condition, Solver};
use crate::lint::{Context, Form, Rule, guards, statement};
use crate::lower::{Placeable, Placed, Predicates, arrange, lower, needs_arranging};
use crate::policy::semantics::Readings;
use crate::policy::{
    Access, Action, Blocks, Compared, Guard, MayBeComposite, Purpose, RuleId, ToolId,
};

pub(super) const RULE: Rule = Rule { code: Code::MessageOrder, needs_whole_policy: true, check };

/// A tool with more guards is not examined, which is reported: each approval has to be held against each denial.
const MAX_GUARDS: usize = 64;

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let mut search = ReaderSearch {
        context,
        solver: Solver::new(Readings::AnyEquality),
        lowered: HashMap::new(),
        known: HashMap::new(),
        unexamined: None,
        undecided: None,
    };
    let mut found: BTreeMap<(RuleId, RuleId), Vec<ToolId>> = BTreeMap::new();
    for (tool, _) in context.policy.tools.iter() {
        if matches!(context.access(tool), Access::Open | Access::Approved) {
            for pair in search.pairs(tool) {
                found.entry(pair).or_default().push(tool);
            }
        }
    }
    if let Some(rule) = search.unexamined.and_then(|id| context.policy.rule(id)) {
        let message = format!("more than {MAX_GUARDS} guards cover the same tool");
        let place = statement::first_word(context, rule.span);
        guards::report_unexamined(context, RULE.code, place, message, findings);
    }
    if let Some(guarded) = search.undecided.and_then(|id| guards::of_rule(context.policy.rule(id)?))
    {
        guards::is_decided(context, RULE.code, &guarded, &search.solver, findings);
    }
    let mut before = None;
    for ((denial, approval), tools) in found {
        // One approval for each denial is enough to show.
        if before != Some(denial) {
            findings.extend(finding(context, denial, approval, &tools));
        }
        before = Some(denial);
    }
}

struct ReaderSearch<'s, 'c> {
    context: &'s Context<'c>,
    solver: Solver,
    /// The predicates of the rules' guards.
    lowered: HashMap<RuleId, Option<Predicates>>,
    /// What was found for the guards of a tool, which tools share.
    known: HashMap<Vec<RuleId>, Vec<(RuleId, RuleId)>>,
    /// The first guard that is one too many for its tool.
    unexamined: Option<RuleId>,
    /// The first denial about which the solver gave up.
    undecided: Option<RuleId>,
}

impl<'c> ReaderSearch<'_, 'c> {
    /// The denials of a tool that may read as an approval, each with the approval.
    fn pairs(&mut self, tool: ToolId) -> Vec<(RuleId, RuleId)> {
        let rules = self.context.policy.rules_of(tool);
        let guards = rules.filter_map(|(id, rule, _)| match &rule.action {
            Action::Guard(guard) => Some((id, guard.as_ref())),
            _ => None,
        });
        let mut guards: Vec<(RuleId, &Guard)> = guards.collect();
        let approvals =
            guards.iter().filter(|(_, guard)| guard.purpose == Purpose::Approve).count();
        if approvals == 0 || approvals == guards.len() {
            return Vec::new();
        }
        if let Some((id, _)) = guards.get(MAX_GUARDS) {
            self.unexamined.get_or_insert(*id);
            return Vec::new();
        }
        guards.sort_by_key(|(_, guard)| guard.purpose);
        let key: Vec<RuleId> = guards.iter().map(|(id, _)| *id).collect();
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let pairs = self.conflicts(&guards);
        self.known.insert(key, pairs.clone());
        pairs
    }

    fn conflicts(&mut self, guards: &[(RuleId, &'c Guard)]) -> Vec<(RuleId, RuleId)> {
        for (id, guard) in guards {
            let lowered = || lower(&guard.blocks, &guard.compared).ok();
            self.lowered.entry(*id).or_insert_with(lowered);
        }
        let placeable = |(id, guard): &(RuleId, &'c Guard)| {
            let predicates = self.lowered.get(id)?.as_ref()?;
            let approves = guard.purpose == Purpose::Approve;
            Some(Placeable { approves, predicates, compared: &guard.compared })
        };
        let placeables: Option<Vec<Placeable<'_>>> = guards.iter().map(placeable).collect();
        let Some(placeables) = placeables else { return Vec::new() };
        if !needs_arranging(placeables.iter().copied()) {
            return Vec::new();
        }
        let lists = PredicateLists::of(&placeables, self.context.form);
        let mut found = Vec::new();
        for (denial, (denying, guard)) in guards.iter().enumerate() {
            let shadows = |(approval, (_, other)): &(usize, &(RuleId, &'c Guard))| {
                lists.are_apart(denial, *approval)
                    && self.solver.decide(&[&blocked_by(guard), &blocked_by(other)]) == Some(true)
            };
            let approvals = guards.iter().enumerate().filter(|(number, _)| lists.shadows(*number));
            let approval = approvals.into_iter().find(shadows);
            if self.undecided.is_none() && self.solver.is_undecided() {
                self.undecided = Some(*denying);
            }
            if let Some((_, (approving, _))) =
                approval.filter(|_| guard.purpose != Purpose::Approve)
            {
                found.push((*denying, *approving));
            }
        }
        found
    }
}

/// Which lists of a tool hold predicates of which of its guards.
struct PredicateLists {
    require: Vec<usize>,
    deny_if: Vec<usize>,
    shadowing: Vec<usize>,
}

impl PredicateLists {
    fn of(guards: &[Placeable<'_>], form: Form) -> Self {
        if form == Form::PolicyJson {
            // The document is as it is: nothing arranges it.
            let numbers = |has: fn(&Predicates) -> bool| {
                let guards = guards.iter().enumerate();
                guards
                    .filter(|(_, guard)| has(guard.predicates))
                    .map(|(number, _)| number)
                    .collect()
            };
            let approvals = guards.iter().enumerate().filter(|(_, guard)| guard.approves);
            return Self {
                require: numbers(|predicates| !predicates.require.is_empty()),
                deny_if: numbers(|predicates| !predicates.deny_if.is_empty()),
                shadowing: approvals.map(|(number, _)| number).collect(),
            };
        }
        let arranged = arrange(guards);
        let numbers = |list: Vec<Placed>| list.into_iter().map(|placed| placed.guard).collect();
        Self {
            require: numbers(arranged.require),
            deny_if: numbers(arranged.deny_if),
            shadowing: arranged.shadowing,
        }
    }

    fn shadows(&self, approval: usize) -> bool {
        self.shadowing.contains(&approval)
    }

    /// Whether two guards have predicates in different lists.
    fn are_apart(&self, one: usize, other: usize) -> bool {
        let apart = |left: &[usize], right: &[usize]| left.contains(&one) && right.contains(&other);
        apart(&self.require, &self.deny_if) || apart(&self.deny_if, &self.require)
    }
}

/// Whether nothing says what type an argument has, for want of a manifest.
fn is_unknown(compared: &Compared) -> bool {
    matches!(compared.composite, Some((_, MayBeComposite::NoManifest)))
}

/// The calls that a guard blocks.
fn blocked_by(guard: &Guard) -> Condition<'_> {
    match &guard.blocks {
        Blocks::Always => Condition::All(Vec::new()),
        Blocks::When(condition) => Condition::of(condition),
        Blocks::Unless(condition) => Condition::not(condition),
    }
}

fn finding(
    context: &Context<'_>,
    denial: RuleId,
    approval: RuleId,
    tools: &[ToolId],
) -> Option<Diagnostic> {
    let (denial, approval) = (context.policy.rule(denial)?, context.policy.rule(approval)?);
    let Action::Guard(guard) = &denial.action else { return None };
    let word = match context.form {
        Form::Gate => format!("`{}`", guards::word(guard.purpose)),
        Form::PolicyJson => "predicate".to_owned(),
    };
    let message =
        format!("the agent may read `Requires human approval.` for a call that this {word} blocks");
    let help = match (context.form, &approval.action) {
        (Form::PolicyJson, _) => {
            "restrict the predicate of the approval to calls that nothing denies"
        }
        // Where no list and no object gets there, the comparison of the approval has an opposite.
        (Form::Gate, Action::Guard(guard)) if guard.compared.iter().any(is_unknown) => {
            "name the server's manifest, which declares that the compared argument is a number, \
             or write the `deny` as a `require`"
        }
        _ => {
            "name the values that pass without approval with `==` or `in`, or write the `deny` as a `require`"
        }
    };
    let place = statement::first_word(context, denial.span);
    Some(
        Diagnostic::new(Code::MessageOrder, place, message)
            .with_label(
                statement::first_word(context, approval.span),
                "also asks for approval of \
                                                                        this call",
            )
            .with_tools(tools.iter().map(|tool| context.name(*tool)))
            .with_note(
                "the order in which the gateway checks `require` and `deny_if` is \
                        undocumented, and these two are in different lists",
            )
            .with_help(help),
    )
}
