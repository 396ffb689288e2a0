//! Rules that say what earlier ones have said.

use std::fmt::Write;

use indexmap::IndexMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::{Context, Rule, fixes, statement};
use crate::policy::{
    self, Action, Blocks, Cap, Condition, Counter, RuleId, Subjects, Target, ToolId,
};
use crate::risk::Risk;
use crate::source::Span;
use crate::text;

pub(super) const RULE: Rule = Rule { code: Code::DuplicateRule, needs_whole_policy: true, check };

/// How many of the earlier rules are shown.
const SHOWN_EARLIER: usize = 3;

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let mut alike: IndexMap<String, Vec<RuleId>> = IndexMap::new();
    let rules = (0u32..).map(RuleId).zip(&context.policy.rules);
    for (id, rule) in rules.filter(|(_, rule)| may_repeat(context, rule)) {
        alike.entry(meaning(rule)).or_default().push(id);
    }
    let mut seen = Seen { round: 0, tools: vec![None; context.policy.tools.len()] };
    for rules in alike.values().filter(|rules| rules.len() > 1) {
        seen.round += 1;
        let mut first_over_all: Option<&policy::Rule> = None;
        for (id, rule) in rules.iter().filter_map(|id| Some((*id, context.policy.rule(*id)?))) {
            let earlier = match rule.subjects {
                Subjects::All => {
                    let earlier = first_over_all.map(|rule| vec![rule.span]);
                    first_over_all.get_or_insert(rule);
                    earlier
                }
                Subjects::Tools(_) => seen.covering(context, id, rule),
            };
            if let Some(earlier) = earlier.filter(|spans| !spans.is_empty())
                && statement::may_blame(context, rule.span, &earlier)
            {
                findings.push(finding(context, rule, &earlier));
            }
        }
    }
}

/// Whether other rules too are about a tool of this one: most are about tools of their own.
fn may_repeat(context: &Context<'_>, rule: &policy::Rule) -> bool {
    let tool = |target: &Target| context.policy.tools.get(target.tool);
    match rule.subjects {
        Subjects::All => true,
        Subjects::Tools(_) => {
            let mut tools = rule.subjects.targets().iter().filter_map(tool);
            tools.any(|tool| tool.mentions.len() > 1)
        }
    }
}

/// About which tools something has been said, of one meaning at a time.
struct Seen {
    round: usize,
    /// For each tool: in which round, by which rule, and whether by its name.
    tools: Vec<Option<(usize, RuleId, bool)>>,
}

impl Seen {
    /// The places of the earlier rules that cover all tools of a rule, if they do; enters those that they do not.
    fn covering(
        &mut self,
        context: &Context<'_>,
        id: RuleId,
        rule: &policy::Rule,
    ) -> Option<Vec<Span>> {
        let grants = matches!(rule.action, Action::Allow(_));
        let mut earlier: Vec<RuleId> = Vec::new();
        let mut covered = true;
        for target in rule.subjects.targets() {
            let Some(entry) = self.tools.get_mut(target.tool.0 as usize) else { continue };
            match *entry {
                Some((round, by, exact))
                    if round == self.round && (exact || !grants || !is_choice(context, target)) =>
                {
                    if earlier.last() != Some(&by) {
                        earlier.push(by);
                    }
                }
                _ => {
                    covered = false;
                    *entry = Some((self.round, id, target.exact));
                }
            }
        }
        if !covered {
            return None;
        }
        earlier.sort_unstable();
        earlier.dedup();
        let rules = earlier.into_iter().filter_map(|id| context.policy.rule(id));
        Some(rules.map(|rule| rule.span).collect())
    }
}

/// Whether an `allow` says by a tool's name that somebody chose it, which a glob or set does not say.
fn is_choice(context: &Context<'_>, target: &Target) -> bool {
    target.exact && context.class(target.tool).risk() == Risk::Critical
}

fn finding(context: &Context<'_>, rule: &policy::Rule, earlier: &[Span]) -> Diagnostic {
    let tools: Vec<ToolId> = rule.subjects.targets().iter().map(|target| target.tool).collect();
    let names: Vec<&str> = tools.iter().map(|tool| context.name(*tool)).collect();
    let word = statement::word(context, rule);
    let about = match names.as_slice() {
        [] => String::new(),
        names => format!(" for {}", text::list(names, super::SHOWN)),
    };
    let message = format!("this {word} adds nothing new{about}");
    let mut finding = Diagnostic::new(Code::DuplicateRule, rule.span, message)
        .with_tools(names)
        .with_help("remove it");
    for span in earlier.iter().take(SHOWN_EARLIER) {
        finding = finding.with_label(*span, "says the same");
    }
    // A block may lose a rule only if another one surely stays.
    let home = |place| context.statement(place).map(|statement| statement.span);
    let stays = || earlier.iter().any(|span| home(*span) == home(rule.span));
    if statement::is_whole(context, rule) || stays() {
        finding.fixes.extend(fixes::remove(context, rule.span, &format!("this {word}")));
    }
    finding
}

/// What a rule says, whatever its tools and its place: two rules with one meaning differ in nothing else.
fn meaning(rule: &policy::Rule) -> String {
    let mut out = match rule.subjects {
        Subjects::All => "all ".to_owned(),
        Subjects::Tools(_) => String::new(),
    };
    match &rule.action {
        Action::Allow(caps) => write_caps("allow", caps, &mut out),
        Action::Rate(caps) => write_caps("rate", caps, &mut out),
        Action::Hide => out.push_str("hide"),
        Action::Budget(budget) => {
            budget.path.write_gate(&mut out);
            write_caps("budget", std::slice::from_ref(&budget.cap), &mut out);
        }
        Action::Guard(guard) => {
            // Nothing is written to a string in vain.
            let _ = write!(out, "{:?} {:?} ", guard.purpose, guard.because);
            match &guard.blocks {
                Blocks::Always => {}
                Blocks::When(condition) => write_condition("when", condition, &mut out),
                Blocks::Unless(condition) => write_condition("unless", condition, &mut out),
            }
        }
    }
    out
}

fn write_caps(word: &str, caps: &[Cap], out: &mut String) {
    out.push_str(word);
    let mut caps: Vec<&Cap> = caps.iter().collect();
    caps.sort_by_key(|cap| (cap.rate.window(), cap.rate.calls()));
    for cap in caps {
        let counter = match &cap.counter {
            Counter::Generated => None,
            Counter::Template(text) => Some(("template", text)),
            Counter::Literal(text) => Some(("literal", text)),
        };
        let _ = write!(out, " {} {counter:?}", cap.rate);
    }
}

/// Conditions nest no deeper than the brackets of a statement may.
fn write_condition(word: &str, condition: &Condition, out: &mut String) {
    out.push_str(word);
    out.push('(');
    match condition {
        Condition::Any(parts) => parts.iter().for_each(|part| write_condition("any", part, out)),
        Condition::All(parts) => parts.iter().for_each(|part| write_condition("all", part, out)),
        Condition::Not(inner) => write_condition("not", inner, out),
        Condition::Test(test, _) => test.write_gate(out),
    }
    out.push(')');
}
