//! What a policy.json means: the model to which the language is resolved too, so that one linter serves both.
//!
//! An entry of `hide` is a `hide`, an entry of `tools` an `allow` with the limits as its caps, a predicate a guard, and
//! `all_tools` a `rate all`. Every name stands for one tool exactly.

use std::collections::HashSet;
use std::sync::Arc;

use super::document::{Document, Limit, Predicate, ToolRule};
use super::names::Names;
use super::read::PlacedDocument;
use crate::diagnostic::Diagnostic;
use crate::json::{Member, Node};
use crate::manifest::{Manifest, Tool};
use crate::policy::{
    Action, Blocks, Cap, Caps, Condition, Counter, Guard, Policy, Purpose, Subjects, Target, Test,
    wording,
};
use crate::source::Span;

/// A policy.json as a policy with places.
#[derive(Debug)]
pub struct Model {
    /// The policy. The manifest's tools come first and in its order.
    pub policy: Policy,
    /// The whole document.
    pub root: Span,
    /// The value of `default`.
    pub default: Option<Span>,
    /// Names and arguments that the manifest lacks. They are warnings: a policy.json is taken as it stands.
    pub findings: Vec<Diagnostic>,
}

/// The policy that a valid policy.json says. With a manifest, its names and arguments are held against it.
///
/// `text` is the text of the policy.json, `manifest` the server's tools and the path of their file.
pub fn model(placed: PlacedDocument, text: &str, manifest: Option<(&Manifest, &str)>) -> Model {
    let PlacedDocument { mut document, tree } = placed;
    let names = Names::new(text, manifest);
    let manifest = manifest.map(|(manifest, _)| manifest);
    let hidden: HashSet<String> = match manifest {
        Some(_) => std::mem::take(&mut document.hide).into_iter().collect(),
        None => HashSet::new(),
    };
    let mut builder = Builder { policy: Policy::default(), manifest, names };
    builder.policy.posture = document.default;
    for tool in manifest.iter().flat_map(|manifest| manifest.tools()) {
        builder.policy.tools.intern(&tool.name);
    }
    let mut default = None;
    for member in tree.members() {
        match &*member.key {
            "default" => default = Some(member.value.span),
            "hide" => builder.hide(member.value.items(), &hidden),
            "all_tools" => builder.all_tools(member, &document.all_limits),
            "tools" => builder.tools(member.value.members(), &mut document),
            _ => {}
        }
    }
    builder.policy.settle_all();
    let Builder { policy, names, .. } = builder;
    Model { policy, root: tree.span, default, findings: names.into_findings() }
}

struct Builder<'b> {
    policy: Policy,
    manifest: Option<&'b Manifest>,
    names: Names<'b>,
}

impl<'b> Builder<'b> {
    /// `names` are those of all entries.
    fn hide(&mut self, entries: &[Node], names: &HashSet<String>) {
        for entry in entries {
            let subjects = match entry.as_str() {
                None => continue,
                Some("*") => Subjects::All,
                Some(name) => self.subject(name, entry.span, |other| names.contains(other)).0,
            };
            self.policy.enter(entry.span, subjects, Action::Hide);
        }
    }

    fn all_tools(&mut self, member: &Member, limits: &[Limit]) {
        let caps = caps(member.value.get("limits"), limits);
        if !caps.is_empty() {
            self.policy.enter(member.key_span, Subjects::All, Action::Rate(caps));
        }
    }

    fn tools(&mut self, entries: &[Member], document: &mut Document) {
        for entry in entries {
            let rule = document.tools.get_mut(&*entry.key).map(std::mem::take);
            let listed = |name: &str| document.tools.contains_key(name);
            self.entry(entry, rule.unwrap_or_default(), listed);
        }
    }

    /// The entry of one tool.
    fn entry(&mut self, entry: &Member, rule: ToolRule, is_listed: impl FnOnce(&str) -> bool) {
        let (subjects, declared) = self.subject(&entry.key, entry.key_span, is_listed);
        if !rule.only_blocks() {
            let caps = caps(entry.value.get("limits"), &rule.limits);
            self.policy.enter(entry.key_span, subjects.clone(), Action::Allow(caps));
        }
        let (mut require, mut deny_if) = (rule.require, rule.deny_if);
        for list in entry.value.members() {
            let (predicates, is_require) = match &*list.key {
                "require" => (std::mem::take(&mut require), true),
                "deny_if" => (std::mem::take(&mut deny_if), false),
                _ => continue,
            };
            for (node, predicate) in list.value.items().iter().zip(predicates) {
                let guard = self.guard(node, &predicate, is_require, declared);
                self.policy.enter(node.span, subjects.clone(), Action::Guard(Box::new(guard)));
            }
        }
        for target in subjects.targets() {
            self.policy.settle(target.tool);
        }
    }

    /// The tool of a name, and what the manifest says of it. `is_taken` says whether an entry beside it has a name.
    fn subject(
        &mut self,
        name: &str,
        span: Span,
        is_taken: impl FnOnce(&str) -> bool,
    ) -> (Subjects, Option<&'b Tool>) {
        let tool = self.policy.tools.intern(name);
        let manifest = self.manifest;
        let declared = manifest.and_then(|manifest| manifest.tools().get(tool.0 as usize));
        if declared.is_none() {
            self.names.unknown_tool(span, name, is_taken);
        }
        let target = Target { tool, selector: span, exact: true };
        (Subjects::Tools(Arc::new([target])), declared)
    }

    fn guard(
        &mut self,
        node: &Node,
        predicate: &Predicate,
        is_require: bool,
        declared: Option<&Tool>,
    ) -> Guard {
        let (purpose, because) = reason(predicate.on_deny.as_deref(), is_require);
        let mut wording = String::new();
        let mut tests = Vec::with_capacity(predicate.conditions.len());
        let places = node.get("conditions").map_or(&[][..], Node::items);
        for (place, test) in places.iter().zip(&predicate.conditions) {
            if let Some(tool) = declared {
                self.names.check_path(place.get("path"), test, tool);
            }
            if because.is_none() {
                spell(test, &mut wording);
            }
            tests.push(Condition::Test(Arc::clone(test), place.span));
        }
        let blocks = match (all(tests), is_require) {
            (None, _) => Blocks::Always,
            (Some(condition), true) => Blocks::Unless(condition),
            (Some(condition), false) => Blocks::When(condition),
        };
        Guard { purpose, blocks, because, wording, compared: Vec::new() }
    }
}

/// What a guard is for, and the reason that its author gives: a message that the compiler makes up is none.
fn reason(message: Option<&str>, is_require: bool) -> (Purpose, Option<Arc<str>>) {
    let plain = if is_require { Purpose::Require } else { Purpose::Deny };
    let Some(message) = message else { return (plain, None) };
    if let Some(reason) = message.strip_prefix(wording::APPROVAL) {
        let reason = Some(reason.trim()).filter(|reason| !reason.is_empty());
        return (Purpose::Approve, reason.map(Arc::from));
    }
    (plain, Some(message).filter(|message| !wording::is_made_up(message)).map(Arc::from))
}

/// The tests joined by *and*; `None` when there is none.
fn all(mut tests: Vec<Condition>) -> Option<Condition> {
    if tests.len() > 1 { Some(Condition::All(tests)) } else { tests.pop() }
}

/// Adds a test to the wording of a condition.
fn spell(test: &Test, wording: &mut String) {
    if !wording.is_empty() {
        wording.push_str(" and ");
    }
    test.write_gate(wording);
}

/// Limits as caps, each at the place of its `max`.
fn caps(places: Option<&Node>, limits: &[Limit]) -> Caps {
    let places = places.map_or(&[][..], Node::items);
    let cap = |(place, limit): (&Node, &Limit)| Cap {
        span: place.get("max").map_or(place.span, |max| max.span),
        rate: limit.rate,
        counter: Counter::Literal(limit.counter.as_str().into()),
    };
    places.iter().zip(limits).map(cap).collect()
}
