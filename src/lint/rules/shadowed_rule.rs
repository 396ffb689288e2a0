//! Rules that another rule leaves nothing to decide.

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::{Context, Form, Rule, fixes, statement};
use crate::policy::{self, Action, Blocks, Policy, Posture, Purpose, RuleId, Subjects, Target};
use crate::source::Span;
use crate::text;

pub(super) const RULE: Rule = Rule { code: Code::ShadowedRule, needs_whole_policy: true, check };

/// How many of the rules that win are shown.
const SHOWN_WINNERS: usize = 3;

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    if let Some(all) = context.policy.rules.iter().find(|rule| hides_all(rule)) {
        findings.extend(everything(context, all));
        return;
    }
    // The rules of a policy.json are each about one tool: that one of them is shadowed says nothing of the statement, often about
    // many tools, that it was made from.
    if context.form == Form::PolicyJson {
        return;
    }
    let winners = Winners::of(context.policy);
    let rules = context.policy.rules.iter();
    findings.extend(rules.filter_map(|rule| shadowed(context, &winners, rule)));
}

/// Whether a rule is `hide all`.
fn hides_all(rule: &policy::Rule) -> bool {
    matches!((&rule.action, &rule.subjects), (Action::Hide, Subjects::All))
}

/// `hide all` shadows every other rule: one finding says so. It may well be meant for the time being, so nothing is removed.
fn everything(context: &Context<'_>, all: &policy::Rule) -> Option<Diagnostic> {
    let mut others = context.policy.rules.iter().filter(|rule| !hides_all(rule));
    let first = others.next()?;
    let count = text::count(1 + others.count(), "other rule");
    let message = format!("this hides every tool, so {count} can have no effect");
    let finding = Diagnostic::new(Code::ShadowedRule, all.span, message)
        .with_label(first.span, "has no effect")
        .with_help("remove it to let the agent work again");
    Some(finding)
}

/// For each tool, the first rule that closes it.
struct Winners {
    hidden: Vec<Option<RuleId>>,
    denied: Vec<Option<RuleId>>,
    approved: Vec<Option<RuleId>>,
}

impl Winners {
    fn of(policy: &Policy) -> Self {
        let none = vec![None; policy.tools.len()];
        let mut winners = Self { hidden: none.clone(), denied: none.clone(), approved: none };
        for (id, rule) in (0u32..).map(RuleId).zip(&policy.rules) {
            let closed = match &rule.action {
                Action::Hide => &mut winners.hidden,
                Action::Guard(guard) if matches!(guard.blocks, Blocks::Always) => {
                    match guard.purpose {
                        Purpose::Approve => &mut winners.approved,
                        Purpose::Deny | Purpose::Require => &mut winners.denied,
                    }
                }
                _ => continue,
            };
            for target in rule.subjects.targets() {
                if let Some(closed) = closed.get_mut(target.tool.0 as usize) {
                    closed.get_or_insert(id);
                }
            }
        }
        winners
    }

    /// What leaves a rule nothing to decide on a tool, and how that is said; `weakest` is the weakest closing that wins.
    fn over(&self, target: &Target, weakest: Closing) -> Option<(RuleId, Closing)> {
        let by = |closed: &[Option<RuleId>]| closed.get(target.tool.0 as usize).copied().flatten();
        let hidden = by(&self.hidden).map(|rule| (rule, Closing::Hidden));
        let denied = || by(&self.denied).map(|rule| (rule, Closing::Denied));
        let approved = || by(&self.approved).map(|rule| (rule, Closing::Approved));
        let strongest = hidden.or_else(denied).or_else(approved);
        strongest.filter(|(_, closing)| *closing <= weakest)
    }
}

/// How a tool is closed, the strongest way first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Closing {
    Hidden,
    Denied,
    Approved,
}

impl Closing {
    fn words(self) -> &'static str {
        match self {
            Closing::Hidden => "already hidden",
            Closing::Denied => "already denied for every call",
            Closing::Approved => "already subject to approval for every call",
        }
    }

    fn at_place(self) -> &'static str {
        match self {
            Closing::Hidden => "hidden here",
            Closing::Denied => "denied here",
            Closing::Approved => "asks for approval for every call",
        }
    }
}

fn shadowed(context: &Context<'_>, winners: &Winners, rule: &policy::Rule) -> Option<Diagnostic> {
    let targets = rule.subjects.targets();
    let weakest = match &rule.action {
        Action::Allow(_) => Closing::Denied,
        Action::Guard(guard) if matches!(guard.blocks, Blocks::Always) => match guard.purpose {
            Purpose::Approve => Closing::Denied,
            // It is among those that deny.
            Purpose::Require | Purpose::Deny => Closing::Hidden,
        },
        _ if is_inert(context.policy, targets) => return None,
        Action::Rate(_) | Action::Budget(_) => Closing::Denied,
        Action::Guard(guard) if guard.purpose == Purpose::Approve => Closing::Approved,
        Action::Guard(_) => Closing::Denied,
        Action::Hide => return None,
    };
    let closed = targets.iter().map(|target| winners.over(target, weakest));
    let mut closed: Vec<(RuleId, Closing)> = closed.collect::<Option<_>>()?;
    // An `allow` of a tool by name beside a `hide` is a contradiction, which the compiler reports.
    let is_granted_by_name = |(target, closed): (&Target, &(RuleId, Closing))| {
        target.exact && closed.1 == Closing::Hidden && matches!(rule.action, Action::Allow(_))
    };
    if targets.iter().zip(&closed).any(is_granted_by_name) {
        return None;
    }
    let (_, first) = *closed.first()?;
    let how = match closed.iter().all(|(_, closing)| *closing == first) {
        true => first.words(),
        false => "already blocked by other rules",
    };
    closed.sort_by_key(|(winner, _)| *winner);
    closed.dedup_by_key(|(winner, _)| *winner);
    let winners: Vec<(Span, Closing)> = closed
        .iter()
        .filter_map(|(id, closing)| Some((context.policy.rule(*id)?.span, *closing)))
        .collect();
    let spans: Vec<Span> = winners.iter().map(|(span, _)| *span).collect();
    let may_blame = statement::may_blame(context, rule.span, &spans);
    may_blame.then(|| finding(context, rule, how, &winners))
}

/// Whether the compiler says of a rule that nothing grants its tools.
fn is_inert(policy: &Policy, targets: &[Target]) -> bool {
    let is_granted =
        |target: &Target| policy.tools.get(target.tool).is_some_and(|tool| tool.standing.granted);
    policy.posture == Posture::Deny
        && (targets.iter().any(|target| target.exact && !is_granted(target))
            || !targets.iter().any(is_granted))
}

fn finding(
    context: &Context<'_>,
    rule: &policy::Rule,
    how: &str,
    winners: &[(Span, Closing)],
) -> Diagnostic {
    let names: Vec<&str> =
        rule.subjects.targets().iter().map(|target| context.name(target.tool)).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    let word = statement::word(context, rule);
    let listed = text::list(&names, super::SHOWN);
    let message = format!("this {word} has no effect: {listed} {verb} {how}");
    let mut finding = Diagnostic::new(Code::ShadowedRule, rule.span, message)
        .with_tools(names)
        .with_help("remove it, or narrow the rule that wins");
    for (span, closing) in winners.iter().take(SHOWN_WINNERS) {
        finding = finding.with_label(*span, closing.at_place());
    }
    if statement::is_whole(context, rule) {
        finding.fixes.extend(fixes::remove(context, rule.span, &format!("this {word}")));
    }
    finding
}
