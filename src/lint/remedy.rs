//! What to write where a door stands open.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::group::Group;
use super::{Context, Form, control, edits, fixes};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix};
use crate::policy::{Action, Cap, Counter, Rate, ToolId, Window, wording, write_string};
use crate::source::Span;
use crate::syntax::tree;
use crate::text::{clean, count, quote};

/// Selectors longer than this are written out once in a help, in bytes.
const LONG: usize = 80;

/// What closes a door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// A cap of so many calls a minute.
    Cap(u64),
    /// Approval by a person for every call.
    Approve,
    /// A condition on the arguments, as the language writes it.
    Require(String),
}

impl Remedy {
    /// The finding with what to write instead, and with a fix that writes it.
    pub fn offer(
        &self,
        context: &Context<'_>,
        group: &Group<'_>,
        finding: Diagnostic,
    ) -> Diagnostic {
        if context.form == Form::PolicyJson {
            let names = group.names(context);
            return finding.with_help(self.in_json(&names));
        }
        let selectors = fixes::selectors(context, group.rule, &group.targets);
        if let Some((fix, counter)) = self.in_place(context, group) {
            let selectors =
                if group.is_in_block() { String::new() } else { format!(" {selectors}") };
            let allow = format!("allow{selectors}{}{counter}", self.suffix());
            return with_fix(finding.with_help(format!("write {}", code(&allow))), Some(fix));
        }
        let statement = self.statement(&selectors);
        let fix = add(context, group.rule.span, &statement);
        with_fix(finding.with_help(format!("add {}", code(&statement))), fix)
    }

    /// The same for tools that can also be taken away: the help says how.
    pub fn offer_or_hide(
        &self,
        context: &Context<'_>,
        group: &Group<'_>,
        finding: Diagnostic,
    ) -> Diagnostic {
        let mut finding = self.offer(context, group, finding);
        let hide = match context.form {
            Form::PolicyJson => {
                let names = group.names(context);
                format!("add {} to `hide`", crate::text::list(&names, names.len()))
            }
            Form::Gate => {
                let selectors = fixes::selectors(context, group.rule, &group.targets);
                hide(&selectors, them(group))
            }
        };
        finding.help = finding.help.map(|help| format!("{help}, or {hide}"));
        finding
    }

    /// The statement that closes the door for these tools.
    pub fn statement(&self, selectors: &str) -> String {
        match self {
            Remedy::Cap(calls) => format!("rate {selectors} {}", Rate::per_minute(*calls)),
            Remedy::Approve => format!("approve {selectors}"),
            Remedy::Require(condition) => format!("require {selectors} with {condition}"),
        }
    }

    /// A cap is written into an `allow` that has none, if it is about all tools of the `allow`: after its tools, before its
    /// counter. Also returns what follows the cap.
    fn in_place(&self, context: &Context<'_>, group: &Group<'_>) -> Option<(Fix, String)> {
        let (Remedy::Cap(_), Action::Allow(caps)) = (self, &group.rule.action) else { return None };
        if !caps.is_empty() || !group.is_whole() {
            return None;
        }
        let (span, rule) = edits::rule_at(context.statement(group.rule.span)?, group.rule.span)?;
        let tree::Rule::Allow(tree::Caps { counter, .. }) = rule else { return None };
        let place = match (counter, fixes::written_selectors(context, group.rule)) {
            (None, _) => span.at_end(),
            (Some(_), Some(selectors)) if !group.is_in_block() => selectors.span.at_end(),
            (Some(_), _) => {
                let end = span.start as usize + "allow".len();
                Span::new(span.file, end, end)
            }
        };
        let rest = context.sources.slice(Span { start: place.end, ..span });
        let counter = rest.split_whitespace().fold(String::new(), |text, word| text + " " + word);
        let text = self.suffix();
        let title = format!("cap it: {}", quote(text.trim_start()));
        let edits = vec![Edit { span: place, text }];
        Some((Fix { title, applicability: Applicability::Unsafe, edits }, counter))
    }

    fn suffix(&self) -> String {
        match self {
            Remedy::Cap(calls) => format!(" {}", Rate::per_minute(*calls)),
            Remedy::Approve | Remedy::Require(_) => String::new(),
        }
    }

    /// The remedy in the gateway's own words: whole for the first tool, whose entry shows it for the others.
    pub fn in_json(&self, names: &[&str]) -> String {
        let name = names.first().copied().unwrap_or("");
        let likewise = match names.len() {
            0 | 1 => String::new(),
            more => format!(", and the same to the other {}", count(more - 1, "tool")),
        };
        let entry = match self {
            Remedy::Cap(calls) => {
                // Written by hand, because what a reader cannot see has to stand there as an escape of JSON.
                let mut counter = String::new();
                write_string(&wording::counter(Some(name), Window::Minute), &mut counter);
                code(&format!(
                    r#""limits": [{{"counter":{counter},"window":"minute","max":{calls},"scope":"grant"}}]"#
                ))
            }
            Remedy::Approve => {
                let predicate =
                    serde_json::json!([{"conditions": [], "on_deny": wording::APPROVAL}]);
                code(&format!("\"deny_if\": {predicate}"))
            }
            Remedy::Require(condition) => format!("a `require` entry for {}", code(condition)),
        };
        format!("add to {} {entry}{likewise}", quote(name))
    }
}

/// The finding with smaller caps for tools whose strictest cap is too loose: so many calls a minute.
///
/// A rate that is about these tools alone is written anew; where it is about others too, the tools get a rate of their own
/// behind `place`.
pub fn tighten(
    context: &Context<'_>,
    tools: &[ToolId],
    place: Span,
    calls: u64,
    finding: Diagnostic,
) -> Diagnostic {
    let (mut edits, others) = rewritten(context, tools, calls);
    if context.form == Form::PolicyJson {
        let limit = edits.first().and_then(|edit| edit.text.split('/').next());
        let help = match limit.filter(|_| others.is_empty()) {
            Some(limit) => format!("lower `max` to {limit}"),
            None => {
                let names: Vec<&str> = others.iter().map(|tool| context.name(*tool)).collect();
                Remedy::Cap(calls).in_json(&names)
            }
        };
        return finding.with_help(help);
    }
    let mut help: Vec<String> = Vec::new();
    let mut texts: Vec<&str> = edits.iter().map(|edit| edit.text.as_str()).collect();
    texts.dedup();
    if !texts.is_empty() {
        help.push(format!("write {} instead", crate::text::list(&texts, texts.len())));
    }
    if !others.is_empty() {
        let rest = fixes::shortest(context, &others, fixes::MAX_EXCEPT, &|_| false);
        let statement = Remedy::Cap(calls).statement(&rest);
        help.push(format!("add {}", code(&statement)));
        edits.extend(fixes::insertion(context, place, &statement));
    }
    let title = format!("cap at {calls} calls a minute");
    let fix = Fix { title, applicability: Applicability::Unsafe, edits };
    with_fix(finding.with_help(help.join(", and ")), Some(fix))
}

/// The rates that are written anew for these tools, and the tools for which that is not right.
fn rewritten(context: &Context<'_>, tools: &[ToolId], calls: u64) -> (Vec<Edit>, Vec<ToolId>) {
    let mut by_cap: IndexMap<Span, (&Cap, Vec<ToolId>)> = IndexMap::new();
    for tool in tools {
        if let Some(cap) = control::strictest_cap(context, *tool) {
            by_cap.entry(cap.span).or_insert((cap, Vec::new())).1.push(*tool);
        }
    }
    let (mut edits, mut others): (Vec<Edit>, Vec<ToolId>) = Default::default();
    for (span, (cap, capped)) in by_cap {
        match replaced(context, cap, &capped, calls) {
            Some(text) => edits.push(Edit { span, text }),
            None => others.extend(capped),
        }
    }
    (edits, others)
}

/// What to write in place of a rate, if that is right for all tools that it is about.
fn replaced(context: &Context<'_>, cap: &Cap, tools: &[ToolId], calls: u64) -> Option<String> {
    let rule = control::rule_of_own_cap(context, *tools.first()?, cap)?;
    let targets = rule.subjects.targets();
    // Beside the same window a lower rate of its own would leave this one without effect, which is reported by name.
    let own: BTreeSet<ToolId> = tools.iter().copied().collect();
    let is_named = cap.rate.window() == Window::Minute
        && cap.counter == Counter::Generated
        && targets.iter().any(|target| target.exact && own.contains(&target.tool));
    if targets.len() != tools.len() && !is_named {
        return None;
    }
    let keeps_window =
        cap.counter != Counter::Generated || rule.caps().is_some_and(|caps| caps.len() > 1);
    let window = if keeps_window || context.form == Form::PolicyJson {
        cap.rate.window()
    } else {
        Window::Minute
    };
    Some(Rate::clamped(calls.saturating_mul(window.minutes()), window).to_string())
}

/// How to take tools away instead: with the statement, unless it is long and stands there in another form anyway.
pub fn hide(selectors: &str, them: &str) -> String {
    if selectors.len() > LONG {
        format!("hide {them} with `hide` instead of `approve`")
    } else {
        format!("hide {them} with {}", code(&format!("hide {selectors}")))
    }
}

/// A fix that adds a statement behind the one in which a place lies.
pub fn add(context: &Context<'_>, place: Span, statement: &str) -> Option<Fix> {
    let title = format!("add {}", code(statement));
    fixes::insert_after(context, place, Applicability::Unsafe, title, statement)
}

/// The finding with a fix, if there is one.
pub fn with_fix(mut finding: Diagnostic, fix: Option<Fix>) -> Diagnostic {
    finding.fixes.extend(fix);
    finding
}

/// What to write, whole: nobody can use a part.
pub fn code(text: &str) -> String {
    format!("`{}`", clean(text))
}

/// `it` or `them`.
pub fn them(group: &Group<'_>) -> &'static str {
    if group.targets.len() == 1 { "it" } else { "them" }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The JSON between the backticks, as the value of one key.
    fn value(help: &str) -> serde_json::Value {
        let (_, entry) = help.split_once(" `\"").unwrap();
        let (entry, _) = entry.rsplit_once('`').unwrap();
        serde_json::from_str(&format!("{{\"{entry}}}")).unwrap()
    }

    #[test]
    fn remedies_for_the_gateway_are_its_own_words() {
        let cap = Remedy::Cap(30).in_json(&["Set_Tag"]);
        assert!(cap.starts_with("add to `Set_Tag` "), "{cap}");
        let expected = serde_json::json!({"limits": [
            {"counter": "set_tag_rate", "window": "minute", "max": 30, "scope": "grant"}
        ]});
        assert_eq!(value(&cap), expected);
        let hidden = Remedy::Cap(30).in_json(&["\u{202e}set\u{1b}\u{e0041}"]);
        let counter = &value(&hidden)["limits"][0]["counter"];
        assert_eq!(*counter, "\u{202e}set\u{1b}\u{e0041}_rate");
        let approve = Remedy::Approve.in_json(&["pay", "send", "lend"]);
        assert!(approve.ends_with(", and the same to the other 2 tools"), "{approve}");
        let expected = serde_json::json!({"deny_if": [
            {"conditions": [], "on_deny": "Requires human approval."}
        ]});
        assert_eq!(value(&approve), expected);
    }
}
