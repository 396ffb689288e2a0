//! What the rules see.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::approval::Approval;
use super::calls::CallFinder;
use super::control;
use crate::manifest::{self, Manifest};
use crate::policy::{Access, Cap, Policy, Rule, RuleId, Sound, Target, ToolId};
use crate::resolve::RedundantSelector;
use crate::risk::{Assessment, Assessments, Brief, Class, Level};
use crate::source::{SourceSet, Span};
use crate::syntax::Tree;
use crate::syntax::names::{is_written_bare, write_quoted};
use crate::syntax::tree::{Statement, StatementKind};

/// In which form a policy is written: it decides what a remedy looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The language.
    Gate,
    /// The gateway's own document. The linter offers no fix for it.
    PolicyJson,
}

/// Where the parts of a policy stand that no rule is about.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// The first `default` statement, or the value of the key.
    pub default: Option<Span>,
    /// The first `manifest` statement.
    pub manifest: Option<Span>,
    /// The start of the root file, behind its byte-order mark; in a policy.json the start of its document.
    pub start: Span,
}

/// A policy with all that is known about it.
pub struct Context<'c> {
    /// The texts.
    pub sources: &'c SourceSet,
    /// In which form the policy is written.
    pub form: Form,
    /// Where its parts stand.
    pub places: Places,
    /// The policy. Its manifest's tools come first and in the manifest's order.
    pub policy: &'c Policy,
    /// The server's tools, if they are known.
    pub manifest: Option<&'c Arc<Manifest>>,
    /// The trees of every file, the root's first; none for a policy.json.
    pub trees: &'c [Arc<Tree>],
    /// The selectors that add nothing to their rows; none for a policy.json.
    pub redundant: &'c [RedundantSelector],
    /// In each row with too many globs and sets, the first one with which the others are not compared.
    pub uncompared: &'c [Span],
    /// How strict the rules are that measure.
    pub thresholds: super::Thresholds,
    assessments: &'c Assessments,
    /// The statements that have been found good, where that is kept.
    pub(super) sound: Option<&'c Sound>,
    /// The places where a rule has reported that something is too large to examine, so that other rules do not repeat it.
    pub(super) unexamined: RefCell<BTreeSet<Span>>,
    /// Whether a rule has reported that it has no steps left.
    pub(super) ran_out_of_steps: Cell<bool>,
    access: Vec<Access>,
    /// What is known in brief, tool by tool, found out when someone asks: most rules ask for the same.
    briefs: Vec<OnceCell<Brief>>,
    /// The manifest's tools by class, found out when someone asks.
    members: OnceCell<[Vec<ToolId>; Class::ALL.len()]>,
    /// Finds calls that pass guards.
    pub(super) calls: CallFinder,
    /// What approval there is of the tools that rules have asked about.
    pub(super) approvals: RefCell<HashMap<ToolId, Rc<Approval<'c>>>>,
    /// The strictest of the caps over all calls, found out when someone asks.
    strictest_of_all: OnceCell<Option<usize>>,
}

impl<'c> Context<'c> {
    /// For a policy of the language.
    pub fn of_gate(
        sources: &'c SourceSet,
        resolved: &'c crate::resolve::Resolved,
        settings: &super::Settings,
    ) -> Option<Self> {
        let root = resolved.trees.first()?;
        let find = |wanted: fn(&StatementKind) -> bool| {
            let statements = resolved.trees.iter().flat_map(|tree| &tree.statements);
            statements.filter(|statement| wanted(&statement.kind)).map(|found| found.span).next()
        };
        let mark =
            if sources.text(root.file).starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let places = Places {
            default: find(|kind| matches!(kind, StatementKind::Default(_))),
            manifest: find(|kind| matches!(kind, StatementKind::Manifest(_))),
            start: Span::new(root.file, mark, mark),
        };
        Some(Self {
            sources,
            form: Form::Gate,
            places,
            policy: &resolved.policy,
            manifest: resolved.manifest.as_ref(),
            trees: &resolved.trees,
            redundant: &resolved.redundant,
            uncompared: &resolved.uncompared,
            thresholds: settings.thresholds,
            assessments: &resolved.assessments,
            sound: resolved.sound.as_deref(),
            unexamined: RefCell::default(),
            ran_out_of_steps: Cell::new(false),
            access: resolved.policy.access(),
            briefs: vec![OnceCell::new(); resolved.policy.tools.len()],
            members: OnceCell::new(),
            calls: CallFinder::default(),
            approvals: RefCell::default(),
            strictest_of_all: OnceCell::new(),
        })
    }

    /// For a policy.json. There is no statement and no tree in it.
    pub fn of_policy_json(
        sources: &'c SourceSet,
        model: &'c crate::policy_json::Model,
        manifest: Option<&'c Arc<Manifest>>,
        assessments: &'c Assessments,
        settings: &super::Settings,
    ) -> Self {
        let places =
            Places { default: model.default, manifest: None, start: model.root.at_start() };
        Self {
            sources,
            form: Form::PolicyJson,
            places,
            policy: &model.policy,
            manifest,
            trees: &[],
            redundant: &[],
            uncompared: &[],
            thresholds: settings.thresholds,
            assessments,
            sound: None,
            unexamined: RefCell::default(),
            ran_out_of_steps: Cell::new(false),
            access: model.policy.access(),
            briefs: vec![OnceCell::new(); model.policy.tools.len()],
            members: OnceCell::new(),
            calls: CallFinder::default(),
            approvals: RefCell::default(),
            strictest_of_all: OnceCell::new(),
        }
    }

    /// The name of a tool, not cleaned.
    pub fn name(&self, tool: ToolId) -> &'c str {
        self.policy.tools.name(tool)
    }

    /// What happens to its calls before their arguments are looked at.
    pub fn access(&self, tool: ToolId) -> Access {
        self.access.get(tool.0 as usize).copied().unwrap_or(Access::NotGranted)
    }

    /// What is known about its danger.
    pub fn assessment(&self, tool: ToolId) -> &'c Assessment {
        self.assessments.of(tool.0 as usize, self.name(tool))
    }

    /// The same without the evidence, which costs much less where only the name is known.
    pub fn brief(&self, tool: ToolId) -> Brief {
        let number = tool.0 as usize;
        let find = || self.assessments.brief(number, self.name(tool));
        self.briefs.get(number).map_or_else(find, |brief| *brief.get_or_init(find))
    }

    /// What is known about the danger of a tool of the manifest. What its text and parameters show, no name can.
    pub fn declared_assessment(&self, tool: ToolId) -> Option<&'c Assessment> {
        self.declaration(tool).map(|_| self.assessment(tool))
    }

    /// Its class.
    pub fn class(&self, tool: ToolId) -> Class {
        self.brief(tool).class
    }

    /// The manifest's tools of a class, in its order.
    pub fn members(&self, class: Class) -> &[ToolId] {
        let members = self.members.get_or_init(|| {
            let mut members: [Vec<ToolId>; Class::ALL.len()] = Default::default();
            let count = self.manifest.map_or(0, |manifest| manifest.tools().len());
            for tool in (0u32..).map(ToolId).take(count) {
                if let Some(own) = members.get_mut(self.class(tool) as usize) {
                    own.push(tool);
                }
            }
            members
        });
        members.get(class as usize).map_or(&[], Vec::as_slice)
    }

    /// The cap over all calls together that lets the fewest through in the long run.
    pub fn strictest_cap_of_all(&self) -> Option<&'c Cap> {
        let caps: &'c [Cap] = &self.policy.all_caps;
        let place = self.strictest_of_all.get_or_init(|| {
            let strictest = control::strictest(caps)?;
            caps.iter().position(|cap| cap.span == strictest.span)
        });
        caps.get((*place)?)
    }

    /// Whether nothing but the name of a tool is known: the manifest lacks it or there is none, and the author did not
    /// classify it.
    pub fn is_judged_by_name(&self, tool: ToolId) -> bool {
        self.declaration(tool).is_none() && !self.is_classified(tool)
    }

    /// Whether a `classify` is about it.
    pub fn is_classified(&self, tool: ToolId) -> bool {
        self.assessments.classified(tool.0 as usize).is_some()
    }

    /// Whether enough is known about a tool to complain about it: the manifest has it, the author classified it, or its
    /// name alone says clearly what it does.
    pub fn is_known(&self, tool: ToolId) -> bool {
        self.declaration(tool).is_some() || self.brief(tool).confidence.level() > Level::Low
    }

    /// What the manifest says of it.
    pub fn declaration(&self, tool: ToolId) -> Option<&'c manifest::Tool> {
        self.manifest?.tools().get(tool.0 as usize)
    }

    /// The tools whose calls get through, if their arguments and the caps let them, in the order of the policy's tools.
    pub fn open_tools(&self) -> impl Iterator<Item = ToolId> {
        self.policy.tools.iter().map(|(id, _)| id).filter(|id| self.access(*id) == Access::Open)
    }

    /// The `allow` that a finding about a tool points at: one that names it exactly, else any; the last of those.
    pub fn grant(&self, tool: ToolId) -> Option<(RuleId, &'c Rule, Target)> {
        let policy = self.policy;
        let exact = policy.grants(tool).filter(|(_, _, target)| target.exact).last();
        exact.or_else(|| policy.grants(tool).last())
    }

    /// Whether a statement can name a tool. A server may call one `*`, which in a policy.json stands for every tool.
    pub fn is_nameable(&self, tool: ToolId) -> bool {
        self.name(tool) != "*"
    }

    /// The name of a tool as the language writes it: in quotes where it cannot stand bare, or where the manifest lacks it and
    /// a bare name would be refused.
    pub fn written(&self, tool: ToolId) -> String {
        let name = self.name(tool);
        let mut out = String::new();
        if is_written_bare(name) && (self.manifest.is_none() || self.declaration(tool).is_some()) {
            out.push_str(name);
        } else {
            write_quoted(name, &mut out);
        }
        out
    }

    /// The statement outside blocks in which a place lies.
    pub fn statement(&self, place: Span) -> Option<&'c Statement> {
        let tree = self.trees.iter().find(|tree| tree.file == place.file)?;
        let after =
            tree.statements.partition_point(|statement| statement.span.start <= place.start);
        let statement = tree.statements.get(after.checked_sub(1)?)?;
        (place.end <= statement.span.end).then_some(statement)
    }
}
