//! Assertions: each is a bound that the policy must stay within, so that the comparison of policies proves or refutes it.

use std::sync::Arc;

use super::decider::Decider;
use crate::decide::{Call, CallOutcome};
use crate::diagnostic::{self, Code, Diagnostic, Severity};
use crate::diff::{BoundedPolicy, CallBurst, DiffSide, DiffSubject, Excess};
use crate::lower::{self, Predicates};
use crate::policy::logic::Undecided;
use crate::policy::{Assertion, Blocks, CLOCK_START, Literal, Posture, wording};
use crate::policy_json::{Document, Limit, Predicate, ToolRule};
use crate::resolve::Resolved;
use crate::source::SourceSet;
use crate::syntax::names::written_name;
use crate::text::{self, quote};

/// What is wrong with the assertions of a policy, each held against every call.
pub(super) fn assertion_findings(
    sources: &SourceSet,
    decider: &Decider,
    assertions: &[Assertion],
) -> Vec<Diagnostic> {
    if assertions.is_empty() {
        return Vec::new();
    }
    let bounds: Vec<Result<Document, String>> =
        assertions.iter().map(|assertion| bound(assertion, decider)).collect();
    let manifest = decider.manifest.as_deref();
    let side = DiffSide { document: &decider.document, manifest, class: None };
    let policy = BoundedPolicy::new(side);
    let proof = Proof { sources, decider, policy };
    let claims = assertions.iter().zip(&bounds);
    claims.filter_map(|(assertion, bound)| proof.finding(assertion, bound.as_ref())).collect()
}

/// The same for files that have been resolved; nothing where they have errors.
pub(super) fn resolved_assertion_findings(
    sources: &SourceSet,
    resolved: &Resolved,
    diagnostics: &[Diagnostic],
) -> Vec<Diagnostic> {
    if resolved.assertions.is_empty() || diagnostic::has_errors(diagnostics) {
        return Vec::new();
    }
    // The policy.json of a test file is looked at when its tests run.
    let is_json = resolved.tested.as_ref().is_some_and(|tested| tested.path.ends_with(".json"));
    let decider = if is_json { None } else { Decider::of_calls(resolved) };
    decider.map_or_else(Vec::new, |decider| {
        assertion_findings(sources, &decider, &resolved.assertions)
    })
}

struct Proof<'p> {
    sources: &'p SourceSet,
    decider: &'p Decider,
    policy: BoundedPolicy<'p>,
}

impl<'p> Proof<'p> {
    /// The finding about an assertion that is not proved.
    fn finding(
        &self,
        assertion: &Assertion,
        bound: Result<&'p Document, &String>,
    ) -> Option<Diagnostic> {
        if let Some(finding) = self.unlisted(assertion) {
            return Some(finding);
        }
        if assertion.outcome == CallOutcome::Hide {
            return self.shown(assertion);
        }
        let bound = match bound {
            Ok(bound) => bound,
            Err(reason) => return Some(undecided(assertion, reason)),
        };
        let subjects = self.subjects(assertion);
        let excess = match assertion.outcome {
            CallOutcome::Allow => self.policy.short_of(bound, subjects),
            _ => self.policy.beyond(bound, subjects),
        };
        let (subject, excess) = excess?;
        match excess {
            Excess::None => None,
            // No call gets through that should not.
            Excess::Corner(_) if assertion.outcome == CallOutcome::Allow => None,
            Excess::Corner(corner) => {
                let message = format!(
                    "this assertion depends on undocumented behaviour of the gateway: {}",
                    corner.behaviour()
                );
                let found = Diagnostic::new(Code::RefutedAssertion, assertion.span, message);
                let help = "write the guard so that it does not depend on this";
                Some(Diagnostic { severity: Severity::Warning, ..found }.with_help(help))
            }
            Excess::Undecided(reason) => Some(undecided(assertion, &reason_words(&reason))),
            Excess::Call { arguments, is_admitted, .. } => {
                Some(self.refuted(assertion, &subject, &arguments, is_admitted))
            }
            Excess::Sequence(bursts) => Some(self.exceeded(assertion, &subject, &bursts)),
        }
    }

    fn subjects(&self, assertion: &Assertion) -> Vec<DiffSubject> {
        if assertion.is_about_all {
            return vec![DiffSubject::AllCalls];
        }
        let names = assertion.tools.iter().map(|target| self.name(target.tool));
        names.map(|name| DiffSubject::Tool(name.to_owned())).collect()
    }

    fn name(&self, tool: crate::policy::ToolId) -> &str {
        self.decider.policy().tools.name(tool)
    }

    /// A glob of an assertion also stands for tools that the server may add, which `default allow` opens.
    fn unlisted(&self, assertion: &Assertion) -> Option<Diagnostic> {
        let is_open = self.decider.document.default == Posture::Allow
            && !self.decider.document.hide.iter().any(|name| name == "*");
        let (span, name) = assertion.unlisted.first().filter(|_| is_open)?;
        if assertion.outcome == CallOutcome::Allow {
            return None;
        }
        let message = format!(
            "the policy allows {}, which no statement names and the glob matches",
            quote(name)
        );
        let found = Diagnostic::new(Code::RefutedAssertion, *span, message);
        Some(found.with_help("write `default deny`, or name the tools"))
    }

    /// `assert hide` of a tool that is not hidden.
    fn shown(&self, assertion: &Assertion) -> Option<Diagnostic> {
        let hide = &self.decider.document.hide;
        if hide.iter().any(|name| name == "*") {
            return None;
        }
        let hidden: std::collections::HashSet<&str> = hide.iter().map(String::as_str).collect();
        let mut names = assertion.tools.iter().map(|target| self.name(target.tool));
        let name = names.find(|name| !hidden.contains(name))?;
        let message = format!("{} is not hidden", quote(name));
        let found = Diagnostic::new(Code::RefutedAssertion, assertion.span, message);
        Some(found.with_help(format!("write `hide {}`", written_name(name))).with_tools([name]))
    }

    fn refuted(
        &self,
        assertion: &Assertion,
        subject: &DiffSubject,
        arguments: &Literal,
        is_admitted: bool,
    ) -> Diagnostic {
        let DiffSubject::Tool(tool) = subject else {
            return undecided(assertion, "the tools are not known");
        };
        let call = Call { tool, arguments, time: CLOCK_START };
        let decision = self.decider.engine.without_counters(&call);
        // Shown only if the engine agrees.
        let is_refuted = match assertion.outcome {
            CallOutcome::Allow => decision.outcome != CallOutcome::Allow,
            claimed => decision.outcome > claimed,
        };
        if !is_refuted {
            return undecided(assertion, "a call that was found does not refute it");
        }
        if assertion.outcome == CallOutcome::Allow && !is_admitted {
            return undecided(assertion, "whether the schema allows the call is unknown");
        }
        let shown = text::excerpt(&format!("{} {}", text::name(tool), arguments.to_json()), 240);
        let message = format!("`{shown}` is {}", decision.outcome.participle());
        let mut found = Diagnostic::new(Code::RefutedAssertion, assertion.span, message);
        if let Some(span) = self.decider.statement(tool, &decision.cause) {
            found = found.with_label(span, "decided here");
        }
        if !self.has_schema(tool) {
            found = found.with_note("no schema says which arguments a call has");
        }
        found.with_help(self.remedy(assertion, tool)).with_tools([tool.as_str()])
    }

    fn has_schema(&self, tool: &str) -> bool {
        let manifest = self.decider.manifest.as_ref();
        manifest.is_some_and(|manifest| {
            let tool = manifest.find(tool).and_then(|tool| manifest.tools().get(tool));
            tool.is_some_and(crate::manifest::Tool::has_schema)
        })
    }

    /// What to write so that the assertion holds.
    fn remedy(&self, assertion: &Assertion, tool: &str) -> String {
        let mut condition = String::new();
        let written = self.sources.slice(assertion.span);
        if let Some((_, after)) = written.split_once(" when ") {
            let words: Vec<&str> = after.split_whitespace().collect();
            condition = format!(" when {}", words.join(" "));
        }
        let tool = written_name(tool);
        match assertion.outcome {
            CallOutcome::Allow => "remove what blocks the call, or assert less".to_owned(),
            outcome => text::excerpt(&format!("write `{} {tool}{condition}`", outcome.name()), 240),
        }
    }

    /// More calls get through in a window than asserted.
    fn exceeded(
        &self,
        assertion: &Assertion,
        subject: &DiffSubject,
        bursts: &[CallBurst],
    ) -> Diagnostic {
        let calls: u64 = bursts.iter().map(|burst| burst.calls).sum();
        let rates: Vec<String> = assertion.rates.iter().map(ToString::to_string).collect();
        let rates = rates.join(", ");
        let (subject, tool) = match subject {
            DiffSubject::Tool(name) => (quote(name), written_name(name)),
            _ => ("all tools together".to_owned(), "all".to_owned()),
        };
        let message = match calls {
            0 => format!("more calls of {subject} than {rates} can get through"),
            calls => format!("{calls} calls of {subject} can get through in one window of {rates}"),
        };
        let found = Diagnostic::new(Code::RefutedAssertion, assertion.span, message);
        found.with_help(format!("write `rate {tool} {rates}`"))
    }
}

/// The document that lets through all that an assertion allows.
fn bound(assertion: &Assertion, decider: &Decider) -> Result<Document, String> {
    let mut bound = Document { default: Posture::Allow, ..Document::default() };
    let limit = |(number, rate): (usize, &crate::policy::Rate)| Limit {
        counter: format!("bound-{number}"),
        rate: *rate,
    };
    let limits: Vec<Limit> = assertion.rates.iter().enumerate().map(limit).collect();
    if assertion.is_about_all {
        bound.all_limits = limits;
        return Ok(bound);
    }
    let mut rule = ToolRule { limits, ..ToolRule::default() };
    let (message, blocks) = match (assertion.outcome, &assertion.condition) {
        (CallOutcome::Rate, _) | (CallOutcome::Allow, None) => (None, None),
        // What it is not about may be blocked.
        (CallOutcome::Allow, Some(condition)) => {
            (Some(wording::DENIED), Some(Blocks::Unless(condition.clone())))
        }
        (outcome, condition) => {
            let approves = outcome == CallOutcome::Approve;
            let message = if approves { wording::APPROVAL } else { wording::DENIED };
            let blocks = condition.clone().map_or(Blocks::Always, Blocks::When);
            (Some(message), Some(blocks))
        }
    };
    if let (Some(message), Some(blocks)) = (message, blocks) {
        let lowered = lower::lower(&blocks, &assertion.compared);
        let no_form = |_| "the condition has no exact form as predicates of policy.json".to_owned();
        let Predicates { require, deny_if } = lowered.map_err(no_form)?;
        let predicate =
            |conditions| Arc::new(Predicate { conditions, on_deny: Some(Arc::from(message)) });
        rule.require.extend((!require.is_empty()).then(|| predicate(require)));
        rule.deny_if.extend(deny_if.into_iter().map(predicate));
    }
    for target in &assertion.tools {
        let name = decider.policy().tools.name(target.tool);
        bound.tools.insert(name.to_owned(), rule.clone());
    }
    Ok(bound)
}

fn undecided(assertion: &Assertion, reason: &str) -> Diagnostic {
    let message = format!("this assertion cannot be decided: {reason}");
    Diagnostic::new(Code::UndecidedAssertion, assertion.span, message)
        .with_help("simplify the tests of the assertion, or those of the guards of its tools")
}

fn reason_words(reason: &Undecided) -> String {
    match reason {
        Undecided::Pattern(pattern) => format!("the pattern {} is too large", quote(pattern)),
        Undecided::Texts => "no text was found that all patterns allow or refuse".to_owned(),
        Undecided::Numbers => "numbers are too long to calculate with".to_owned(),
        Undecided::Values => "lists or objects are too many to compare".to_owned(),
        Undecided::Steps => "it takes too many steps".to_owned(),
    }
}
