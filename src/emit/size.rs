//! Whether a policy.json stays below its limit, found out before any of it is built.

use std::collections::{BTreeMap, HashMap};

use super::errors;
use super::policy_json::{DocumentWriter, ToolPredicates, rule_of_guard};
use crate::diagnostic::Diagnostic;
use crate::lower::{MAX_PREDICATES, Predicates};
use crate::policy::{
    Action, Guard, MAX_OUTPUT_BYTES, Policy, Posture, Purpose, Rule, RuleId, Tool, string_length,
};
use crate::policy_json::predicate_length;
use crate::source::Span;

/// At most what a tool's entry takes without its name, rules and limits.
const ENTRY: usize = 128;

/// What the brackets and keys of a usual entry take.
const LISTS: usize = 48;

/// At most what a limit takes without its counter.
const LIMIT: usize = 144;

/// At most what a predicate, or a condition, takes without the texts in it.
const FRAME: usize = 256;

/// At most what a character of a name or message takes: a JSON escape.
const ESCAPE: usize = 6;

/// At most what a character of a condition takes: an item of a deeply nested list stands on a line of its own.
const INDENTED: usize = 64;

/// The finding that the policy.json would be larger than [`MAX_OUTPUT_BYTES`].
pub(super) fn too_large(policy: &Policy, predicates: &[Option<Predicates>]) -> Option<Diagnostic> {
    if roughly(policy, predicates) <= MAX_OUTPUT_BYTES {
        return None;
    }
    let mut size = Size::default();
    size.measure(policy, predicates);
    if size.bytes <= MAX_OUTPUT_BYTES {
        return None;
    }
    let mut shares: Vec<(Span, Share)> = size.shares.into_iter().collect();
    shares.sort_by_key(|(_, share)| std::cmp::Reverse(share.bytes));
    let (span, share) = shares.first().copied().or_else(|| {
        policy.rules.first().map(|rule| (rule.span, Share { bytes: size.bytes, tools: 1 }))
    })?;
    Some(errors::output_too_large(span, share.bytes, share.tools))
}

/// An upper bound that takes a few steps for each rule and tool. Nearly every policy stays below the limit by it.
fn roughly(policy: &Policy, predicates: &[Option<Predicates>]) -> usize {
    let guards = policy.rules.iter().zip(predicates).map(|(rule, predicates)| {
        let Some(predicates) = predicates else { return 0 };
        let text = rule.span.range().len();
        let conditions: usize = predicates.deny_if.iter().map(Vec::len).sum();
        let conditions = conditions + predicates.require.len();
        let of_conditions = conditions.saturating_mul(FRAME + INDENTED * text);
        let of_messages = predicates.count().saturating_mul(FRAME + ESCAPE * text);
        of_conditions.saturating_add(of_messages).saturating_mul(rule.subjects.targets().len())
    });
    let tools = policy.tools.iter().map(|(_, tool)| {
        let name = tool.name.len();
        let caps = tool.caps.iter().map(|cap| LIMIT + ESCAPE * cap.counter_length(name));
        caps.fold(ENTRY + ESCAPE * name, usize::saturating_add)
    });
    let repeated = repeated_by_approvals(policy, predicates);
    guards.chain(tools).fold(repeated, usize::saturating_add)
}

/// An upper bound of what approvals add that repeat the conditions of denials, and have a predicate for each way in which theirs
/// fails.
fn repeated_by_approvals(policy: &Policy, predicates: &[Option<Predicates>]) -> usize {
    let (mut denials, mut approvals, mut targets) = (0_usize, 0_usize, 0_usize);
    for (rule, predicates) in policy.rules.iter().zip(predicates) {
        let (Action::Guard(guard), Some(predicates)) = (&rule.action, predicates) else { continue };
        let each = FRAME + INDENTED * rule.span.range().len();
        if guard.purpose == Purpose::Approve {
            let tools = rule.subjects.targets().len();
            targets = targets.saturating_add(tools);
            approvals = approvals.saturating_add(each.saturating_mul(tools).saturating_mul(2));
        } else {
            let conditions: usize = predicates.deny_if.iter().map(Vec::len).sum();
            let conditions = conditions + predicates.require.len();
            denials = denials.saturating_add(conditions.saturating_mul(each));
        }
    }
    if denials == 0 {
        return 0;
    }
    let repeated = targets.saturating_mul(denials).saturating_add(approvals);
    repeated.saturating_mul(MAX_PREDICATES)
}

/// Whether a tool gets an entry, as far as its rules are not looked at.
fn is_written(policy: &Policy, tool: &Tool) -> bool {
    match policy.posture {
        Posture::Deny => tool.standing.granted || tool.standing.blocked,
        Posture::Allow => true,
    }
}

/// What one statement adds.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    bytes: usize,
    tools: usize,
}

/// The length of the text, nearly exact, and which statements it comes from.
#[derive(Default)]
struct Size {
    bytes: usize,
    shares: BTreeMap<Span, Share>,
}

impl Size {
    /// Stops when the limit is passed, so that measuring takes no more steps than writing would.
    fn measure(&mut self, policy: &Policy, predicates: &[Option<Predicates>]) {
        for (_, tool) in policy.tools.iter() {
            let name = string_length(&tool.name);
            self.bytes = self.bytes.saturating_add(name + LISTS);
            for cap in &tool.caps {
                self.add(cap.span, LIMIT.saturating_add(cap.counter_length(name)), 1);
            }
        }
        for (rule, predicates) in policy.rules.iter().zip(predicates) {
            let (Action::Guard(guard), Some(predicates)) = (&rule.action, predicates) else {
                continue;
            };
            let targets = rule.subjects.targets().iter();
            let tools = targets.filter_map(|target| policy.tools.get(target.tool));
            let tools = tools.filter(|tool| is_written(policy, tool)).count();
            if tools > 0 && self.bytes <= MAX_OUTPUT_BYTES {
                self.guard(rule, guard, predicates, tools);
            }
        }
        self.arranged(policy, predicates);
    }

    /// Adds what the lists of tools grow by when they are arranged: approvals in them repeat the conditions of denials.
    fn arranged(&mut self, policy: &Policy, predicates: &[Option<Predicates>]) {
        let length = |(require, deny_if): ToolPredicates| -> usize {
            let lengths = require.iter().chain(&deny_if).map(predicate_length);
            lengths.fold(0, usize::saturating_add)
        };
        let mut writer = DocumentWriter::new(policy, predicates);
        let mut known: HashMap<Vec<RuleId>, usize> = HashMap::new();
        for (id, _) in policy.tools.iter().filter(|(_, tool)| is_written(policy, tool)) {
            if self.bytes > MAX_OUTPUT_BYTES {
                return;
            }
            let guards = writer.guards_of(id);
            let approval = guards.iter().find(|(_, guard)| guard.purpose == Purpose::Approve);
            let approval = approval.and_then(|(id, _)| policy.rule(*id));
            let Some(approval) = approval.filter(|_| writer.needs_arranging(&guards)) else {
                continue;
            };
            let numbers = guards.iter().map(|(number, _)| *number).collect();
            let more = *known.entry(numbers).or_insert_with(|| {
                let plain = length(writer.plain(&guards));
                length(writer.predicates(&guards)).saturating_sub(plain)
            });
            self.add(approval.span, more, 1);
        }
    }

    fn guard(&mut self, rule: &Rule, guard: &Guard, predicates: &Predicates, tools: usize) {
        let shared = rule_of_guard(guard, predicates);
        for predicate in shared.require.iter().chain(&shared.deny_if) {
            if self.bytes > MAX_OUTPUT_BYTES {
                return;
            }
            self.add(rule.span, predicate_length(predicate), tools);
        }
    }

    fn add(&mut self, statement: Span, bytes: usize, tools: usize) {
        let bytes = bytes.saturating_mul(tools);
        self.bytes = self.bytes.saturating_add(bytes);
        let share = self.shares.entry(statement).or_default();
        share.bytes = share.bytes.saturating_add(bytes);
        share.tools = share.tools.max(tools);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::{PolicyJson, Target, verify};
    use crate::policy::RuleId;
    use crate::resolve::{Cache, resolve};
    use crate::source::{MemoryLoader, SourceSet};

    /// The bound, what is measured, and the length of the text.
    fn lengths(text: &str) -> (usize, usize, usize) {
        let mut sources = SourceSet::default();
        let root = sources.add("a.gate", text);
        let resolved = resolve(&mut sources, root, &MemoryLoader::default(), &Cache::default());
        let mut diagnostics = Vec::new();
        let verified = verify(resolved.policy, &PolicyJson, &mut diagnostics).unwrap();
        let rules = (0u32..).zip(&verified.policy().rules);
        let predicates: Vec<Option<Predicates>> =
            rules.map(|(rule, _)| verified.predicates(RuleId(rule)).cloned()).collect();
        let mut size = Size::default();
        size.measure(verified.policy(), &predicates);
        let bound = roughly(verified.policy(), &predicates);
        (bound, size.bytes, PolicyJson.write(verified).len())
    }

    #[test]
    fn a_policy_is_measured_before_it_is_written() {
        let tools: Vec<String> = (0..50).map(|number| format!("tool_{number}")).collect();
        let tools = tools.join(", ");
        for statement in [
            "deny T when args.a == 1 or args.b in [[[1, 2, 3]]] or args.c matches \"\\\"\\\\\"",
            "require T with args.a == 1 or args.b == 2 or args.c == {\"a\": [1], \"b\": 2}",
            "approve T unless args.x.y == \"\u{e9}\" because \"\\u202e\\n and the rest\"",
            "require T with args.a == 1 and args.b == 2 and args.c == \"some text\"\n\
             approve T when args.x == 1 or args.y == 2 or args.z == 3 or args.w == 4",
            "deny T when args.a == 1 or args.b == 2\n\
             approve T unless args.x == 1 and args.y == 2 and args.z in [3, 4]",
            "rate T 5/minute, 7/day as {tool}-{tool}-{window}-of-{tool}",
        ] {
            let text = format!("allow {tools}\n{}\n", statement.replace('T', &tools));
            let (bound, measured, written) = lengths(&text);
            assert!(bound >= measured, "{statement}: {bound} {measured}");
            let (low, high) = (written * 9 / 10, written * 14 / 10);
            assert!((low..high).contains(&measured), "{statement}: {measured} {written}");
        }
    }
}
