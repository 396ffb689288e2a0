//! The gateway's policy.json.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Target, VerifiedPolicy, errors, size};
use crate::diagnostic::Diagnostic;
use crate::lower::{Placeable, Placed, Predicates, arrange, needs_arranging};
use crate::policy::{
    Action, Blocks, Cap, Guard, Hidden, Policy, Posture, Purpose, Rule, RuleId, Test, Tool, ToolId,
    wording,
};
use crate::policy_json::{Document, Limit, Predicate, ToolRule, write};

/// policy.json, version "1".
#[derive(Clone, Copy, Debug, Default)]
pub struct PolicyJson;

impl Target for PolicyJson {
    fn name(&self) -> &'static str {
        "policy-json"
    }

    fn unsupported(&self, policy: &Policy, predicates: &[Option<Predicates>]) -> Vec<Diagnostic> {
        let budgets = policy.rules.iter().filter(|rule| matches!(rule.action, Action::Budget(_)));
        let budgets = budgets.map(|rule| errors::unsupported_budget(rule.span));
        budgets.chain(size::too_large(policy, predicates)).collect()
    }

    fn write(&self, policy: VerifiedPolicy) -> String {
        let document = document(&policy);
        drop(policy);
        write(&document)
    }
}

/// What a guard alone adds to the rules of its tools.
pub fn rule_of_guard(guard: &Guard, predicates: &Predicates) -> ToolRule {
    let message: Arc<str> = on_deny(guard).into();
    let predicate = |conditions: &Vec<Arc<Test>>| {
        let on_deny = Some(Arc::clone(&message));
        Arc::new(Predicate { conditions: conditions.clone(), on_deny })
    };
    let require = Some(&predicates.require).filter(|conditions| !conditions.is_empty());
    ToolRule {
        require: require.into_iter().map(predicate).collect(),
        deny_if: predicates.deny_if.iter().map(predicate).collect(),
        limits: Vec::new(),
    }
}

/// The text that the agent reads when a guard blocks its call.
pub fn on_deny(guard: &Guard) -> String {
    match (guard.purpose, &guard.because, &guard.blocks) {
        (Purpose::Approve, None, _) => wording::APPROVAL.to_owned(),
        (Purpose::Approve, Some(reason), _) => wording::approval_because(reason),
        (_, Some(reason), _) => reason.to_string(),
        (_, None, Blocks::Always) => wording::DENIED.to_owned(),
        (_, None, Blocks::When(_)) => wording::denied_when(&guard.wording),
        (_, None, Blocks::Unless(_)) => wording::denied_unless(&guard.wording),
    }
}

/// The rules from which the predicates of a document come.
#[derive(Debug, Default)]
pub struct PredicateOrigins {
    /// By the address of the predicate, which lives as long as its document.
    rules: HashMap<usize, RuleId>,
}

impl PredicateOrigins {
    /// The rule from which a predicate of the document comes.
    pub fn rule(&self, predicate: &Arc<Predicate>) -> Option<RuleId> {
        self.rules.get(&(Arc::as_ptr(predicate) as usize)).copied()
    }
}

/// The content of the policy.json.
pub fn document(verified: &VerifiedPolicy) -> Document {
    traced_document(verified).0
}

/// The content of the policy.json, and where its predicates come from.
pub fn traced_document(verified: &VerifiedPolicy) -> (Document, PredicateOrigins) {
    let policy = verified.policy();
    let hide = policy.hidden.iter().map(|hidden| match hidden {
        Hidden::All => "*".to_owned(),
        Hidden::Tool(tool) => policy.tools.name(*tool).to_owned(),
    });
    let mut writer = DocumentWriter::new(policy, &verified.predicates);
    let mut document = Document {
        default: policy.posture,
        hide: hide.collect(),
        all_limits: limits(None, &policy.all_caps),
        ..Document::default()
    };
    document.tools.reserve(policy.order.len());
    for &id in &policy.order {
        let Some(tool) = policy.tools.get(id) else { continue };
        let rule = rule(&mut writer, id, tool);
        if is_written(policy.posture, tool, &rule) {
            document.tools.insert(String::from(&*tool.name), rule);
        }
    }
    (document, writer.origins())
}

/// Whether a tool gets an entry. Under `default deny` an entry grants, so a tool that nothing grants gets one only when
/// every call is blocked all the same, for the sake of the message.
fn is_written(posture: Posture, tool: &Tool, rule: &ToolRule) -> bool {
    let standing = tool.standing;
    match posture {
        Posture::Deny => standing.granted || standing.blocked,
        Posture::Allow => standing.granted || *rule != ToolRule::default(),
    }
}

/// What each rule's guard adds to its tools, by the rule's number: made once, however many tools share it.
fn guards(policy: &Policy, predicates: &[Option<Predicates>]) -> Vec<Option<ToolRule>> {
    let guard = |(rule, predicates): (&Rule, &Option<Predicates>)| match &rule.action {
        Action::Guard(guard) => Some(rule_of_guard(guard, predicates.as_ref()?)),
        _ => None,
    };
    policy.rules.iter().zip(predicates).map(guard).collect()
}

fn rule(writer: &mut DocumentWriter<'_>, id: ToolId, tool: &Tool) -> ToolRule {
    let guards = writer.guards_of(id);
    let (require, deny_if) = writer.predicates(&guards);
    ToolRule { require, deny_if, limits: limits(Some(&tool.name), &tool.caps) }
}

/// The predicates of a tool.
pub(super) type ToolPredicates = (Vec<Arc<Predicate>>, Vec<Arc<Predicate>>);

pub(super) struct DocumentWriter<'v> {
    policy: &'v Policy,
    /// Those of each rule's guard.
    predicates: &'v [Option<Predicates>],
    /// What each rule's guard adds to its tools, by the rule's number: made once, however many tools share it.
    shared: Vec<Option<ToolRule>>,
    /// The lists of tools whose predicates had to be arranged, by the rules that guard them.
    arranged: HashMap<Vec<RuleId>, ToolPredicates>,
    /// The predicates that were made for those lists, each with its rule.
    placed: Vec<(Arc<Predicate>, RuleId)>,
}

impl<'v> DocumentWriter<'v> {
    pub(super) fn new(policy: &'v Policy, predicates: &'v [Option<Predicates>]) -> Self {
        let (shared, arranged, placed) = (guards(policy, predicates), HashMap::new(), Vec::new());
        Self { policy, predicates, shared, arranged, placed }
    }

    fn origins(self) -> PredicateOrigins {
        let numbered = (0u32..).map(RuleId).zip(&self.shared);
        let shared = numbered.flat_map(|(number, rule)| {
            let lists = rule.iter().flat_map(|rule| rule.require.iter().chain(&rule.deny_if));
            lists.map(move |predicate| (predicate, number))
        });
        let placed = self.placed.iter().map(|(predicate, number)| (predicate, *number));
        let by_address =
            |(predicate, number)| (Arc::<Predicate>::as_ptr(predicate) as usize, number);
        PredicateOrigins { rules: shared.chain(placed).map(by_address).collect() }
    }

    /// The rules that guard a tool, in the order in which a call is decided.
    pub(super) fn guards_of(&self, id: ToolId) -> Vec<(RuleId, &'v Guard)> {
        let rules = self.policy.rules_of(id);
        let guards = rules.filter_map(|(number, rule, _)| match &rule.action {
            Action::Guard(guard) => Some((number, guard.as_ref())),
            _ => None,
        });
        let mut guards: Vec<(RuleId, &Guard)> = guards.collect();
        guards.sort_by_key(|(_, guard)| guard.purpose);
        guards
    }

    fn placeable(&self, (number, guard): &(RuleId, &'v Guard)) -> Option<Placeable<'v>> {
        let approves = guard.purpose == Purpose::Approve;
        let predicates = self.predicates.get(number.0 as usize)?.as_ref()?;
        Some(Placeable { approves, predicates, compared: &guard.compared })
    }

    /// Whether the predicates of a tool cannot stay as they are, by the rules that guard it.
    pub(super) fn needs_arranging(&self, guards: &[(RuleId, &'v Guard)]) -> bool {
        needs_arranging(guards.iter().filter_map(|guard| self.placeable(guard)))
    }

    /// The predicates of guards as they are, before anything is arranged.
    pub(super) fn plain(&self, guards: &[(RuleId, &'v Guard)]) -> ToolPredicates {
        let shared = |(number, _): &(RuleId, &Guard)| {
            self.shared.get(number.0 as usize).and_then(Option::as_ref)
        };
        let rules: Vec<&ToolRule> = guards.iter().filter_map(shared).collect();
        (
            rules.iter().flat_map(|rule| rule.require.iter().cloned()).collect(),
            rules.iter().flat_map(|rule| rule.deny_if.iter().cloned()).collect(),
        )
    }

    /// The predicates that are written for a tool, by the rules that guard it.
    pub(super) fn predicates(&mut self, guards: &[(RuleId, &'v Guard)]) -> ToolPredicates {
        if !self.needs_arranging(guards) {
            return self.plain(guards);
        }
        let numbers: Vec<RuleId> = guards.iter().map(|(number, _)| *number).collect();
        if let Some(lists) = self.arranged.get(&numbers) {
            return lists.clone();
        }
        let message = |guard: &(RuleId, &Guard)| -> Arc<str> { on_deny(guard.1).into() };
        let owned = |guard| Some((self.placeable(guard)?, (guard.0, message(guard))));
        let (placeables, owners): (Vec<Placeable<'_>>, Vec<(RuleId, Arc<str>)>) =
            guards.iter().filter_map(owned).unzip();
        let arranged = arrange(&placeables);
        let made = &mut self.placed;
        let mut predicate = |placed: Placed| {
            let owner = owners.get(placed.guard);
            let on_deny = owner.map(|(_, message)| Arc::clone(message));
            let predicate = Arc::new(Predicate { conditions: placed.conditions, on_deny });
            made.extend(owner.map(|(number, _)| (Arc::clone(&predicate), *number)));
            predicate
        };
        let lists: ToolPredicates = (
            arranged.require.into_iter().map(&mut predicate).collect(),
            arranged.deny_if.into_iter().map(&mut predicate).collect(),
        );
        self.arranged.insert(numbers, lists.clone());
        lists
    }
}

fn limits(tool: Option<&str>, caps: &[Cap]) -> Vec<Limit> {
    let limit =
        |cap: &Cap| Limit { counter: cap.counter.name(tool, cap.rate.window()), rate: cap.rate };
    caps.iter().map(limit).collect()
}
