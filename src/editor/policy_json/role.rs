//! What the parts of a text are in a policy.json, told by the keys above them.

use std::borrow::Cow;

use super::sketch::{Id, Sketch, SketchKind};
use crate::policy_json::Place;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Root,
    Version,
    Default,
    Hide,
    /// A name in `hide`.
    Hidden,
    AllTools,
    Tools,
    /// The rule of a tool.
    Rule,
    /// `require`
    Require,
    /// `deny_if`
    DenyIf,
    Predicate,
    Message,
    Conditions,
    Condition,
    Path,
    Operator,
    Value,
    /// What lies in a `value`.
    Inner,
    Limits,
    Limit,
    Counter,
    Window,
    Maximum,
    Scope,
    Unknown,
}

impl Role {
    /// What a value in this one is, by its key; an item of a list has none.
    pub(super) fn within(self, key: Option<&str>) -> Role {
        match (self, key) {
            (Role::Root, Some("version")) => Role::Version,
            (Role::Root, Some("default")) => Role::Default,
            (Role::Root, Some("hide")) => Role::Hide,
            (Role::Root, Some("all_tools")) => Role::AllTools,
            (Role::Root, Some("tools")) => Role::Tools,
            (Role::Hide, None) => Role::Hidden,
            (Role::AllTools | Role::Rule, Some("limits")) => Role::Limits,
            (Role::Tools, Some(_)) => Role::Rule,
            (Role::Rule, Some("require")) => Role::Require,
            (Role::Rule, Some("deny_if")) => Role::DenyIf,
            (Role::Require | Role::DenyIf, None) => Role::Predicate,
            (Role::Predicate, Some("conditions")) => Role::Conditions,
            (Role::Predicate, Some("on_deny")) => Role::Message,
            (Role::Conditions, None) => Role::Condition,
            (Role::Condition, Some("path")) => Role::Path,
            (Role::Condition, Some("op")) => Role::Operator,
            (Role::Condition, Some("value")) => Role::Value,
            (Role::Value | Role::Inner, _) => Role::Inner,
            (Role::Limits, None) => Role::Limit,
            (Role::Limit, Some("counter")) => Role::Counter,
            (Role::Limit, Some("window")) => Role::Window,
            (Role::Limit, Some("max")) => Role::Maximum,
            (Role::Limit, Some("scope")) => Role::Scope,
            _ => Role::Unknown,
        }
    }

    /// The keys that an object of this role has.
    pub(super) fn place(self) -> Option<Place> {
        Some(match self {
            Role::Root => Place::Root,
            Role::AllTools => Place::AllTools,
            Role::Rule => Place::Rule,
            Role::Predicate => Place::Predicate,
            Role::Condition => Place::Condition,
            Role::Limit => Place::Limit,
            _ => return None,
        })
    }

    /// The same for an object that stands where a list belongs: most likely the brackets around it are missing.
    fn of_object(self) -> Role {
        match self {
            Role::Require | Role::DenyIf => Role::Predicate,
            Role::Conditions => Role::Condition,
            Role::Limits => Role::Limit,
            other => other,
        }
    }
}

/// Deeper than this, nothing but the inside of a condition's value has a role.
const DEEPEST: usize = 8;

/// The role of a part, in constant time: for questions about many parts. What lies inside of a condition's value has none.
pub(super) fn role_of(sketch: &Sketch<'_>, id: Id) -> Role {
    let depth = sketch.upward(id).take(DEEPEST + 1).count();
    if depth > DEEPEST { Role::Unknown } else { Way::to(sketch, id).role() }
}

/// A part and all that it lies in, the outermost first, with their roles.
pub(super) struct Way {
    steps: Vec<(Id, Role)>,
}

impl Way {
    pub(super) fn to(sketch: &Sketch<'_>, id: Id) -> Self {
        let mut ids: Vec<Id> = sketch.upward(id).collect();
        ids.reverse();
        let mut role = Role::Root;
        let mut steps = Vec::with_capacity(ids.len());
        for (depth, id) in ids.into_iter().enumerate() {
            if depth > 0 {
                role = role.within(sketch.key_text(id).as_deref());
            }
            if sketch.kind(id) == SketchKind::Object {
                role = role.of_object();
            }
            steps.push((id, role));
        }
        Self { steps }
    }

    /// The role of the part itself.
    pub(super) fn role(&self) -> Role {
        self.steps.last().map_or(Role::Root, |(_, role)| *role)
    }

    /// The role of what the part lies in.
    pub(super) fn around(&self) -> Option<Role> {
        self.steps.iter().rev().nth(1).map(|(_, role)| *role)
    }

    /// The innermost part of a role.
    pub(super) fn find(&self, role: Role) -> Option<Id> {
        self.steps.iter().rev().find(|(_, own)| *own == role).map(|(id, _)| *id)
    }

    /// Whether something on the way has a role.
    pub(super) fn has(&self, role: Role) -> bool {
        self.find(role).is_some()
    }

    /// The tool in whose rule the part lies, or whose rule it is.
    pub(super) fn tool<'t>(&self, sketch: &Sketch<'t>) -> Option<Cow<'t, str>> {
        sketch.key_text(self.find(Role::Rule)?)
    }
}
