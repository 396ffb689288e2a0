//! A policy that is ready to decide calls, with the statement that each part of its document comes from.

use std::collections::HashMap;
use std::sync::Arc;

use super::document::{read_manifest, withhold_what_is_no_json};
use super::{NamedManifest, Options, Outcome, taken_in};
use crate::decide::{Cause, Engine, PredicateList};
use crate::diagnostic::{self, Diagnostic};
use crate::emit::{self, PolicyJson, PredicateOrigins, VerifiedPolicy, traced_document};
use crate::json::{Member, Node};
use crate::lint::Form;
use crate::manifest::Manifest;
use crate::policy::{Action, Hidden, Policy, Posture, Rule, RuleId, Subjects, ToolId};
use crate::policy_json::{self, Document, PlacedDocument, Predicate};
use crate::resolve::{self, Resolved};
use crate::risk::{AssessedManifest, Assessments, Class};
use crate::source::{FileId, LoadError, Loader, SourceFile, SourceSet, Span, normalize};
use crate::syntax::Tree;
use crate::syntax::tree::StatementKind;

/// A policy that decides calls.
#[derive(Debug)]
pub struct Decider {
    /// What the gateway gets.
    pub document: Document,
    /// The document, compiled.
    pub engine: Engine,
    /// The server's tools, if a manifest is named.
    pub manifest: Option<Arc<Manifest>>,
    assessments: Assessments,
    /// The manifest that was given for a `.gate` file that names none.
    given: Option<Arc<AssessedManifest>>,
    origins: Origins,
}

/// Where the parts of the document come from.
#[derive(Debug)]
enum Origins {
    Gate(Box<GateOrigins>),
    PolicyJson(Box<JsonOrigins>),
}

/// The text of a policy.json, and what it says.
#[derive(Debug)]
struct JsonOrigins {
    tree: Node,
    policy: Policy,
    /// The entries of `tools` by their names.
    tools: HashMap<Box<str>, usize, foldhash::quality::RandomState>,
}

/// The policy that the document was written from.
#[derive(Debug)]
struct GateOrigins {
    verified: VerifiedPolicy,
    predicates: PredicateOrigins,
    /// The `default` statement, if there is one.
    default: Option<Span>,
}

/// Makes a policy ready to decide calls. Without errors only; findings of the linter are not among the diagnostics.
/// [`Options::manifest`] takes the place of the manifest that a `.gate` file names.
pub fn decider(
    path: &str,
    form: Form,
    bytes: Vec<u8>,
    loader: &dyn Loader,
    options: &Options,
) -> Outcome<Decider> {
    match taken_in(&normalize(path), bytes) {
        Ok(file) => decider_of_file(file, form, loader, options),
        Err(outcome) => outcome,
    }
}

fn decider_of_file(
    file: Arc<SourceFile>,
    form: Form,
    loader: &dyn Loader,
    options: &Options,
) -> Outcome<Decider> {
    let mut sources = SourceSet::default();
    let root = sources.share(file);
    match form {
        Form::PolicyJson => {
            let (decider, diagnostics) =
                Decider::of_policy_json(&mut sources, root, options.manifest.as_ref(), options);
            Outcome::new(sources, errors_only(diagnostics), decider)
        }
        Form::Gate => {
            let given = options.manifest.as_ref();
            let replaced = given.map(|manifest| WithManifest { loader, manifest });
            let loader = replaced.as_ref().map_or(loader, |replaced| replaced);
            let mut resolved = resolve::resolve(&mut sources, root, loader, &options.cache);
            let mut diagnostics = std::mem::take(&mut resolved.diagnostics);
            let given = given.filter(|_| resolved.manifest.is_none()).and_then(|given| {
                read_manifest(given, &mut sources, &mut diagnostics, &options.cache)
            });
            let (mut decider, diagnostics) = Decider::of_resolved(resolved, diagnostics);
            if let (Some(decider), Some(given)) = (&mut decider, given) {
                decider.manifest = Some(Arc::clone(given.manifest()));
                decider.given = Some(given);
            }
            Outcome::new(sources, errors_only(diagnostics), decider)
        }
    }
}

/// Warnings are the business of `check`.
pub(super) fn errors_only(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.retain(Diagnostic::is_error);
    diagnostics
}

impl Decider {
    /// The policy in files that have been resolved, if none of the diagnostics is an error.
    pub(super) fn of_resolved(
        resolved: Resolved,
        mut diagnostics: Vec<Diagnostic>,
    ) -> (Option<Self>, Vec<Diagnostic>) {
        let default = default_statement(&resolved.trees);
        let verified = emit::verify(resolved.policy, &PolicyJson, &mut diagnostics);
        let (manifest, assessments) = (resolved.manifest, resolved.assessments);
        let decider =
            verified.map(|verified| Self::of_verified(verified, default, manifest, assessments));
        (decider, diagnostics)
    }

    /// The policy in files that have been resolved without errors, for questions about its calls alone.
    pub(super) fn of_calls(resolved: &Resolved) -> Option<Self> {
        let mut ignored = Vec::new();
        let verified = emit::verify(resolved.policy.clone(), &PolicyJson, &mut ignored)?;
        let default = default_statement(&resolved.trees);
        let manifest = resolved.manifest.clone();
        Some(Self::of_verified(verified, default, manifest, Assessments::default()))
    }

    fn of_verified(
        verified: VerifiedPolicy,
        default: Option<Span>,
        manifest: Option<Arc<Manifest>>,
        assessments: Assessments,
    ) -> Self {
        let (document, predicates) = traced_document(&verified);
        let engine = Engine::new(&document);
        let origins = Origins::Gate(Box::new(GateOrigins { verified, predicates, default }));
        Self { document, engine, manifest, assessments, given: None, origins }
    }

    /// The policy in a policy.json, if it is valid.
    pub(super) fn of_policy_json(
        sources: &mut SourceSet,
        file: FileId,
        named: Option<&NamedManifest>,
        options: &Options,
    ) -> (Option<Self>, Vec<Diagnostic>) {
        let (placed, mut diagnostics) = policy_json::read_placed(file, sources.text(file));
        withhold_what_is_no_json(sources, file, &mut diagnostics);
        let assessed =
            named.and_then(|named| read_manifest(named, sources, &mut diagnostics, &options.cache));
        let Some(placed) = placed.filter(|_| !diagnostic::has_errors(&diagnostics)) else {
            return (None, diagnostics);
        };
        let (document, tree) = (placed.document.clone(), placed.tree.clone());
        let manifest = assessed.as_ref().map(|assessed| Arc::clone(assessed.manifest()));
        let named = manifest.as_deref().zip(named.map(|named| named.path.as_str()));
        let placed = PlacedDocument { document: placed.document, tree: placed.tree };
        let policy = policy_json::model(placed, sources.text(file), named).policy;
        let mut assessments = Assessments::new(assessed, Arc::clone(options.cache.names()));
        assessments.make_room(policy.tools.len());
        let entries = tree.member("tools").map_or(&[][..], |tools| tools.value.members());
        let names = entries.iter().enumerate().map(|(at, entry)| (entry.key.clone(), at));
        let tools = names.collect();
        let origins = Origins::PolicyJson(Box::new(JsonOrigins { tree, policy, tools }));
        let engine = Engine::new(&document);
        let given = None;
        (Some(Self { document, engine, manifest, assessments, given, origins }), diagnostics)
    }

    /// The resolved policy.
    pub fn policy(&self) -> &Policy {
        match &self.origins {
            Origins::Gate(origins) => origins.verified.policy(),
            Origins::PolicyJson(origins) => &origins.policy,
        }
    }

    /// The tools of the manifest and the policy, in the order of the manifest, then of the policy.
    pub fn tools(&self) -> impl Iterator<Item = &str> {
        self.policy().tools.iter().map(|(_, tool)| &*tool.name)
    }

    /// The class of a tool; `None` for a tool that neither the manifest nor the policy names.
    pub fn class(&self, tool: &str) -> Option<Class> {
        let id = self.policy().tools.find(tool).map(|id| id.0 as usize);
        let by_author = id.and_then(|id| self.assessments.classified(id));
        if let (None, Some(given)) = (by_author, &self.given)
            && let Some(number) = given.manifest().find(tool)
        {
            return given.of(number).map(|assessment| assessment.class);
        }
        Some(self.assessments.brief(id?, tool).class)
    }

    /// The statement that decides, or the part of policy.json. `None` for a `default` that is left out.
    pub fn statement(&self, tool: &str, cause: &Cause) -> Option<Span> {
        match &self.origins {
            Origins::Gate(origins) => match self.rule(tool, cause) {
                Some(rule) => Some(self.policy().rule(rule)?.span),
                None => origins.default,
            },
            Origins::PolicyJson(origins) => origins.at(tool, cause),
        }
    }

    /// The `default` statement, or the value of the key.
    pub fn default_statement(&self) -> Option<Span> {
        match &self.origins {
            Origins::Gate(origins) => origins.default,
            Origins::PolicyJson(origins) => Some(origins.tree.member("default")?.value.span),
        }
    }

    /// The rule of [`Self::policy`] that decides; `None` where `default` does.
    pub fn rule(&self, tool: &str, cause: &Cause) -> Option<RuleId> {
        let policy = self.policy();
        let id = policy.tools.find(tool);
        match cause {
            Cause::Hidden(index) => hiding(policy, *policy.hidden.get(*index)?),
            Cause::Default => None,
            Cause::Entry => granting(policy, id?),
            Cause::Predicate(place) | Cause::PatternTooLarge(place) => match &self.origins {
                Origins::Gate(origins) => {
                    let rule = self.document.tools.get(tool)?;
                    let list: &[Arc<Predicate>] = match place.list {
                        PredicateList::Require => &rule.require,
                        PredicateList::DenyIf => &rule.deny_if,
                    };
                    origins.predicates.rule(list.get(place.index)?)
                }
                Origins::PolicyJson(origins) => {
                    let span = origins.at(tool, cause)?;
                    let mut rules = policy.rules_of(id?);
                    rules.find(|(_, rule, _)| rule.span == span).map(|(number, ..)| number)
                }
            },
            Cause::ToolLimit(index) => {
                let cap = policy.tools.get(id?)?.caps.get(*index)?.span;
                capping(policy.rules_of(id?).map(|(number, rule, _)| (number, rule)), cap)
            }
            Cause::AllLimit(index) => {
                let all = numbered(policy).filter(|(_, rule)| is_about_all(rule));
                capping(all, policy.all_caps.get(*index)?.span)
            }
        }
    }

    /// The rate that a cap of a decision is written with.
    pub fn cap(&self, tool: &str, cause: &Cause) -> Option<Span> {
        let policy = self.policy();
        match cause {
            Cause::ToolLimit(index) => {
                Some(policy.tools.get(policy.tools.find(tool)?)?.caps.get(*index)?.span)
            }
            Cause::AllLimit(index) => Some(policy.all_caps.get(*index)?.span),
            _ => None,
        }
    }
}

/// The files of a policy with another manifest in the place of the one that it names. Nothing but manifests are JSON.
struct WithManifest<'l> {
    loader: &'l dyn Loader,
    manifest: &'l NamedManifest,
}

impl Loader for WithManifest<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        if path.ends_with(".json") {
            return Ok(self.manifest.bytes.clone());
        }
        self.loader.read(path)
    }

    fn held(&self, path: &str) -> Option<Arc<SourceFile>> {
        if path.ends_with(".json") { None } else { self.loader.held(path) }
    }

    fn admit(&self, from: &str, path: &str) -> Result<(), LoadError> {
        if path.ends_with(".json") { Ok(()) } else { self.loader.admit(from, path) }
    }

    fn identity(&self, path: &str) -> String {
        self.loader.identity(path)
    }
}

/// The first `default` statement.
fn default_statement(trees: &[Arc<Tree>]) -> Option<Span> {
    let mut statements = trees.iter().flat_map(|tree| &tree.statements);
    let default = statements.find(|found| matches!(found.kind, StatementKind::Default(_)))?;
    Some(default.span)
}

fn numbered(policy: &Policy) -> impl Iterator<Item = (RuleId, &Rule)> {
    (0u32..).map(RuleId).zip(&policy.rules)
}

fn is_about_all(rule: &Rule) -> bool {
    matches!(rule.subjects, Subjects::All)
}

/// The `hide` with which a tool, or every tool, is first hidden.
fn hiding(policy: &Policy, hidden: Hidden) -> Option<RuleId> {
    let is_hide = |rule: &Rule| matches!(rule.action, Action::Hide);
    match hidden {
        Hidden::All => {
            let mut rules = numbered(policy);
            rules.find(|(_, rule)| is_hide(rule) && is_about_all(rule)).map(|(number, _)| number)
        }
        Hidden::Tool(tool) => {
            let mut rules = policy.rules_of(tool);
            rules.find(|(_, rule, _)| is_hide(rule)).map(|(number, ..)| number)
        }
    }
}

/// The `allow` that grants a tool: one that names it exactly, or else the first.
fn granting(policy: &Policy, tool: ToolId) -> Option<RuleId> {
    let mut grants: Vec<_> = policy.grants(tool).collect();
    grants.sort_by_key(|(_, _, target)| !target.exact);
    grants.first().map(|(number, ..)| *number)
}

/// The rule in which a cap is written.
fn capping<'r>(rules: impl IntoIterator<Item = (RuleId, &'r Rule)>, cap: Span) -> Option<RuleId> {
    let has = |rule: &Rule| rule.caps().is_some_and(|caps| caps.iter().any(|own| own.span == cap));
    rules.into_iter().find(|(_, rule)| has(rule)).map(|(number, _)| number)
}

impl JsonOrigins {
    /// The part of the text that decides.
    fn at(&self, tool: &str, cause: &Cause) -> Option<Span> {
        let item = |node: &Node, index: usize| Some(node.items().get(index)?.span);
        let limit = |owner: &Node, index| item(&owner.member("limits")?.value, index);
        match cause {
            Cause::Hidden(index) => item(&self.tree.member("hide")?.value, *index),
            Cause::Default => Some(whole(self.tree.member("default")?)),
            Cause::AllLimit(index) => limit(&self.tree.member("all_tools")?.value, *index),
            Cause::Entry => Some(whole(self.entry(tool)?)),
            Cause::ToolLimit(index) => limit(&self.entry(tool)?.value, *index),
            Cause::Predicate(place) | Cause::PatternTooLarge(place) => {
                item(&self.entry(tool)?.value.member(place.list.key())?.value, place.index)
            }
        }
    }

    fn entry(&self, tool: &str) -> Option<&Member> {
        self.tree.member("tools")?.value.members().get(*self.tools.get(tool)?)
    }
}

/// A key with its value.
fn whole(member: &Member) -> Span {
    member.key_span.to(member.value.span)
}

impl Decider {
    /// The text of a policy.json as values with places.
    pub(super) fn json_tree(&self) -> Option<&Node> {
        match &self.origins {
            Origins::Gate(_) => None,
            Origins::PolicyJson(origins) => Some(&origins.tree),
        }
    }

    /// Whether a tool that nothing names is allowed.
    pub fn allows_unlisted(&self) -> bool {
        self.document.default == Posture::Allow
    }
}
