//! What a policy has against the danger of an open tool: approvals, caps, and rules about its arguments.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::Context;
use crate::manifest::{Lookup, Parameter, TypeSet};
use crate::policy::{Action, Blocks, Cap, Condition, Guard, Path, Rule, ToolId};
use crate::risk::{Class, Source};

/// In how many arguments an inner key is looked for. It decides nothing but which argument the help names.
const MAX_OUTER: usize = 64;

/// Which argument keys the guard of each rule tests. Made once for all tools: rules share their conditions.
pub struct Tested<'s, 'c> {
    context: &'s Context<'c>,
    /// By the rule's number.
    keys: Vec<BTreeSet<&'c str>>,
}

impl<'s, 'c> Tested<'s, 'c> {
    /// Looks at every guard of the policy.
    pub fn new(context: &'s Context<'c>) -> Self {
        let keys = context.policy.rules.iter().map(|rule| match &rule.action {
            Action::Guard(guard) => tested_keys(guard),
            _ => BTreeSet::new(),
        });
        Self { context, keys: keys.collect() }
    }

    /// Whether a guard of the tool tests an argument of this key, at whatever depth.
    pub fn has_key(&self, tool: ToolId, key: &str) -> bool {
        self.of(tool).any(|keys| keys.contains(key))
    }

    /// Whether a guard of the tool tests any argument.
    pub fn has_any(&self, tool: ToolId) -> bool {
        self.of(tool).any(|keys| !keys.is_empty())
    }

    fn of(&self, tool: ToolId) -> impl Iterator<Item = &BTreeSet<&'c str>> {
        let rules = self.context.policy.rules_of(tool);
        rules.filter_map(|(id, _, _)| self.keys.get(id.0 as usize))
    }
}

fn tested_keys(guard: &Guard) -> BTreeSet<&str> {
    let mut keys = BTreeSet::new();
    let mut left: Vec<&Condition> = match &guard.blocks {
        Blocks::Always => Vec::new(),
        Blocks::When(condition) | Blocks::Unless(condition) => vec![condition],
    };
    while let Some(condition) = left.pop() {
        match condition {
            Condition::Any(conditions) | Condition::All(conditions) => left.extend(conditions),
            Condition::Not(condition) => left.push(condition),
            Condition::Test(test, _) => keys.extend(test.path.0.iter().map(Box::as_ref)),
        }
    }
    keys
}

/// The cap that lets the fewest calls of a tool through in the long run: one of its own, or one over all calls.
pub fn strictest_cap<'c>(context: &Context<'c>, tool: ToolId) -> Option<&'c Cap> {
    let own = strictest(own_caps(context, tool));
    own.into_iter().chain(context.strictest_cap_of_all()).min_by(|left, right| by_rate(left, right))
}

/// The strictest of some caps, the first of several that are as strict.
pub fn strictest(caps: &[Cap]) -> Option<&Cap> {
    caps.iter().min_by(|left, right| by_rate(left, right))
}

/// Compares caps by what they let through in the long run.
fn by_rate(left: &Cap, right: &Cap) -> Ordering {
    left.rate.cmp_long_run(right.rate)
}

fn own_caps<'c>(context: &Context<'c>, tool: ToolId) -> &'c [Cap] {
    context.policy.tools.get(tool).map_or(&[], |tool| &tool.caps)
}

/// The rule in which a cap stands that is a tool's own; none for a cap over all calls.
pub fn rule_of_own_cap<'c>(context: &Context<'c>, tool: ToolId, cap: &Cap) -> Option<&'c Rule> {
    if own_caps(context, tool).iter().all(|own| own.span != cap.span) {
        return None;
    }
    let has_it =
        |rule: &&Rule| rule.caps().is_some_and(|caps| caps.iter().any(|c| c.span == cap.span));
    context.policy.rules_of(tool).map(|(_, rule, _)| rule).find(has_it)
}

/// Whether nothing makes a tool critical but the values of a parameter that chooses between reading and destroying. A hint of
/// the server, and a description that speaks of those values, then only admit what the values show.
pub fn is_critical_by_action(context: &Context<'_>, tool: ToolId) -> bool {
    let Some(assessment) = context.declared_assessment(tool) else { return false };
    let says_value = |words: &str| {
        let words = words.to_lowercase();
        let mut values = assessment.mixed_actions.iter().flat_map(|action| &action.destructive);
        values.any(|value| words.contains(&value.to_lowercase()))
    };
    let mut speaking = assessment.evidence.iter().filter(|e| e.points_to == assessment.class);
    assessment.class >= Class::Destructive
        && !assessment.mixed_actions.is_empty()
        && speaking.all(|piece| match piece.source {
            Source::Parameter | Source::Annotation => true,
            Source::Description | Source::Title => says_value(&piece.words),
            Source::Name | Source::Classify => false,
        })
}

/// The path of a text argument of this key: the tool's own, or one inside of an object. None for one
/// that no path of a condition reaches, such as the key of a list's elements.
pub fn text_path(context: &Context<'_>, tool: ToolId, key: &str) -> Option<Path> {
    let declared = context.declaration(tool)?;
    let is_text =
        |parameter: &Parameter| parameter.name == key && parameter.types.meets(TypeSet::STRING);
    if key.is_empty() || key.contains('.') || !declared.parameters().iter().any(is_text) {
        return None;
    }
    let own = std::iter::once(Path(vec![key.into()]));
    let names = declared.argument_names().into_iter().take(MAX_OUTER);
    let outer = names.filter(|name| !name.contains('.'));
    let inner = outer.map(|outer| Path(vec![outer.into(), key.into()]));
    own.chain(inner).find(|path| matches!(declared.argument(path), Lookup::Found(_)))
}

/// The same as a condition writes it.
pub fn text_argument(context: &Context<'_>, tool: ToolId, key: &str) -> Option<String> {
    let mut written = String::new();
    text_path(context, tool, key)?.write_gate(&mut written);
    Some(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Settings;
    use crate::resolve;
    use crate::source::{MemoryLoader, SourceSet};

    fn with_context<T>(policy: &str, look: impl FnOnce(&Context<'_>) -> T) -> T {
        let mut sources = SourceSet::default();
        let root = sources.add("policy.gate", policy);
        let resolved = resolve::resolve(
            &mut sources,
            root,
            &MemoryLoader::default(),
            &resolve::Cache::default(),
        );
        look(&Context::of_gate(&sources, &resolved, &Settings::default()).unwrap())
    }

    #[test]
    fn the_strictest_cap_is_that_of_the_long_run() {
        for (policy, expected) in [
            ("allow a 10/minute, 599/hour", Some((599, true))),
            ("allow a 10/minute, 601/hour", Some((10, true))),
            ("allow a 1000000/day\nrate all 100/minute, 7000/hour", Some((100, false))),
            ("allow a", None),
        ] {
            with_context(policy, |context| {
                let tool = context.policy.tools.find("a").unwrap();
                let found = strictest_cap(context, tool)
                    .map(|cap| (cap.rate.calls(), rule_of_own_cap(context, tool, cap).is_some()));
                assert_eq!(found, expected, "{policy}");
            });
        }
    }

    #[test]
    fn every_key_of_a_tested_path_counts() {
        let policy = "allow a, b\nrequire a with not (args.x.y == 1 or args.z exists)\ndeny b";
        with_context(policy, |context| {
            let tested = Tested::new(context);
            let [a, b] = ["a", "b"].map(|name| context.policy.tools.find(name).unwrap());
            for (key, expected) in [("x", true), ("y", true), ("z", true), ("args", false)] {
                assert_eq!(tested.has_key(a, key), expected, "{key}");
            }
            assert!(tested.has_any(a) && !tested.has_any(b));
        });
    }
}
