//! Policies of one tool, as the tests know them, and their text.

use gatewright::policy::wording;

use super::condition::{Condition, Json, Key, Test, quoted};
use super::language::{Null, has_no_form, holds, look_up};
use crate::random::Random;

/// The tool that every policy grants.
pub const TOOL: &str = "pay";

/// The arguments whose types a manifest may declare.
const TYPED: [&[&str]; 3] = [&["a"], &["n"], &["c", "d"]];

/// What a guard is, in the order in which a call is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Require,
    Deny,
    DenyWhen,
    Approve,
    ApproveWhen,
    ApproveUnless,
}

/// One guard.
#[derive(Clone, Debug)]
pub struct Statement {
    pub kind: Kind,
    /// Looked at by the kinds that have a condition.
    pub condition: Condition,
    pub has_reason: bool,
    /// Whether it stands in a `tool` block.
    pub in_block: bool,
}

impl Statement {
    /// Whether it blocks a call.
    pub fn blocks(&self, arguments: &Json, null: Null) -> bool {
        match self.kind {
            Kind::Deny | Kind::Approve => true,
            // Such a guard lets a call through when the condition, or its negation, holds.
            _ => !holds(&self.condition, self.is_negated(), arguments, null),
        }
    }

    /// Whether the condition names the calls to block, so that its negation must hold for the others.
    fn is_negated(&self) -> bool {
        matches!(self.kind, Kind::DenyWhen | Kind::ApproveWhen)
    }

    /// Whether the compiler may say that there is no exact form, given which arguments are neither lists nor objects.
    pub fn may_have_no_form(&self, is_plain: &dyn Fn(&[Key]) -> bool) -> bool {
        self.has_condition() && has_no_form(&self.condition, self.is_negated(), false, is_plain)
    }

    /// Whether it asks for approval.
    pub fn approves(&self) -> bool {
        matches!(self.kind, Kind::Approve | Kind::ApproveWhen | Kind::ApproveUnless)
    }

    /// Whether it has a condition.
    pub fn has_condition(&self) -> bool {
        !matches!(self.kind, Kind::Deny | Kind::Approve)
    }

    /// The place of its kind in the order of a decision: `require`, `deny`, `approve`.
    fn rank(&self) -> usize {
        match self.kind {
            Kind::Require => 0,
            Kind::Deny | Kind::DenyWhen => 1,
            Kind::Approve | Kind::ApproveWhen | Kind::ApproveUnless => 2,
        }
    }

    /// The text that the agent reads; each reason names its statement.
    fn message(&self, number: usize) -> String {
        let reason = reason(number);
        let condition = self.condition.one_line();
        match self.kind {
            Kind::Approve | Kind::ApproveWhen | Kind::ApproveUnless if self.has_reason => {
                format!("Requires human approval. {reason}")
            }
            Kind::Approve | Kind::ApproveWhen | Kind::ApproveUnless => {
                "Requires human approval.".to_owned()
            }
            _ if self.has_reason => reason,
            Kind::Deny => "Denied by policy.".to_owned(),
            Kind::DenyWhen => wording::denied_when(&condition),
            Kind::Require => wording::denied_unless(&condition),
        }
    }

    fn text(&self, number: usize, random: &mut Random) -> String {
        let tool = if self.in_block { String::new() } else { format!(" {TOOL}") };
        let condition = self.condition.scattered(random);
        let mut out = match self.kind {
            Kind::Require if self.in_block => format!("require {condition}"),
            Kind::Require => format!("require{tool} with {condition}"),
            Kind::Deny => format!("deny{tool}"),
            Kind::Approve => format!("approve{tool}"),
            Kind::DenyWhen => format!("deny{tool} when {condition}"),
            Kind::ApproveWhen => format!("approve{tool} when\n    {condition}"),
            Kind::ApproveUnless => format!("approve{tool}\n    unless {condition}"),
        };
        if self.has_reason {
            out += random.pick(&["  because ", "\n    because ", " because\n    "]);
            out += &quoted(&reason(number));
        }
        out
    }
}

fn reason(number: usize) -> String {
    format!("Statement {number} \"says\" no.")
}

/// Guards of one tool.
#[derive(Clone, Debug)]
pub struct Policy {
    pub statements: Vec<Statement>,
    /// For each of [`TYPED`] whether the manifest declares that it is neither a list nor an object. Without any of them
    /// there is no manifest.
    pub typed: [bool; 3],
    /// Decides the layout of the text, and the calls.
    pub seed: u64,
}

impl Policy {
    /// The policy as the author of a `.gate` file could write it.
    pub fn text(&self) -> String {
        let mut random = Random::new(self.seed);
        let mut parts: Vec<String> = Vec::new();
        for (number, statement) in self.statements.iter().enumerate() {
            let text = statement.text(number, &mut random);
            match parts.last_mut().and_then(|part| part.strip_suffix("\n}").map(str::to_owned)) {
                // Rules in blocks one after the other mostly share one block.
                Some(open) if statement.in_block && !random.one_in(3) => {
                    let last = parts.last_mut().unwrap();
                    *last = format!("{open}\n    {text}\n}}");
                }
                _ if statement.in_block => parts.push(format!("tool {TOOL} {{\n    {text}\n}}")),
                _ => parts.push(text),
            }
        }
        parts.insert(random.below(parts.len() + 1), format!("allow {TOOL}"));
        if self.has_manifest() {
            parts.insert(0, "manifest \"tools.json\"".to_owned());
        }
        parts.join("\n") + "\n"
    }

    pub fn has_manifest(&self) -> bool {
        self.typed.contains(&true)
    }

    /// The manifest: arguments that are declared may be anything but lists and objects.
    pub fn manifest(&self) -> String {
        let plain = r#"{"type": ["number", "string", "boolean", "null"]}"#;
        let typed = |at: usize| if self.typed[at] { plain } else { "{}" };
        let (a, n, d) = (typed(0), typed(1), typed(2));
        let properties = format!(r#"{{"a": {a}, "n": {n}, "c": {{"properties": {{"d": {d}}}}}}}"#);
        format!(
            r#"{{"tools": [{{"name": "{TOOL}", "inputSchema": {{"type": "object", "properties": {properties}}}}}]}}"#
        )
    }

    /// Whether the manifest declares that the argument at a path is neither a list nor an object.
    pub fn is_plain(&self, path: &[Key]) -> bool {
        let typed = TYPED.iter().zip(self.typed).filter(|(_, typed)| *typed);
        typed
            .map(|(keys, _)| *keys)
            .any(|keys| path.iter().map(|key| key.0).eq(keys.iter().copied()))
    }

    /// Whether the manifest admits the arguments of a call.
    pub fn admits(&self, arguments: &Json) -> bool {
        TYPED.iter().zip(self.typed).filter(|(_, typed)| *typed).all(|(keys, _)| {
            let path: Vec<Key> = keys.iter().map(|key| Key(key, false)).collect();
            !look_up(arguments, &path).is_some_and(Json::is_composite)
        })
    }

    /// The tests of all conditions that count.
    pub fn tests(&self) -> Vec<&Test> {
        let mut tests = Vec::new();
        for statement in self.statements.iter().filter(|statement| statement.has_condition()) {
            statement.condition.each_test(&mut |test| tests.push(test));
        }
        tests
    }

    /// The messages with the statements that give them, in the order in which a call is decided. Only texts that are
    /// made up are shared by statements.
    pub fn by_message(&self) -> Vec<(String, Vec<&Statement>)> {
        let mut numbered: Vec<(usize, &Statement)> = self.statements.iter().enumerate().collect();
        numbered.sort_by_key(|(number, statement)| (statement.rank(), *number));
        let mut found: Vec<(String, Vec<&Statement>)> = Vec::new();
        for (number, statement) in numbered {
            let message = statement.message(number);
            match found.iter_mut().find(|(other, _)| *other == message) {
                Some((_, statements)) => statements.push(statement),
                None => found.push((message, vec![statement])),
            }
        }
        found
    }
}
