//! The format's older relatives, said in its own words.
//!
//! A tool's `rules` as Intercept YAML has them, and the keys `action`, `reason`, `rate_limit` and `conditions` beside the format's
//! own, become `require`, `deny_if` and `limits`. Each value keeps its place, so that whatever is wrong with it is reported where it was
//! written. What has no exact counterpart is an error: nothing that a rule says is left out, but for names and descriptions.

use super::findings::Findings;
use super::{older, words};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::json::{Member, Node, Value};
use crate::policy::wording;
use crate::source::Span;
use crate::text::quote;

/// The keys of a rule.
const RULE_KEYS: [&str; 9] = [
    "name",
    "description",
    "action",
    "conditions",
    "on_deny",
    "reason",
    "rate_limit",
    "state",
    "approval_timeout",
];

/// The document in the format's own words; none if it is in them already.
pub(super) fn translate(root: &Node, findings: &mut Findings) -> Option<Node> {
    let Value::Object(members) = &root.value else { return None };
    let tools = members.iter().find(|member| &*member.key == "tools")?;
    let Value::Object(entries) = &tools.value.value else { return None };
    if !entries.iter().any(|entry| is_older(&entry.value)) {
        return None;
    }
    let have_rules = entries.iter().any(|entry| entry.value.get("rules").is_some());
    let mut translator = Translator { findings, all_limits: Vec::new() };
    let entries: Vec<Member> = entries.iter().filter_map(|entry| translator.entry(entry)).collect();
    let limits = std::mem::take(&mut translator.all_limits);
    let mut translated: Vec<Member> = Vec::new();
    for member in members {
        match &*member.key {
            "description" => {}
            "tools" => translated.push(with_value(member, Value::Object(entries.clone()))),
            _ => translated.push(member.clone()),
        }
    }
    let has = |key: &str| members.iter().any(|member| &*member.key == key);
    if !limits.is_empty() && has("all_tools") {
        let message = "`all_tools` and rules for `*` belong to different formats";
        translator.error(root.head(), message, "put all limits under `all_tools`");
    } else if !limits.is_empty() {
        let limits = made(root.head(), "limits", Value::Array(limits));
        translated.push(made(root.head(), "all_tools", Value::Object(vec![limits])));
    }
    if !has("default") && have_rules {
        // The format with `rules` allows what it does not list.
        translated.push(made(root.head(), "default", string("allow")));
    }
    Some(Node { span: root.span, value: Value::Object(translated) })
}

/// Whether the rule of a tool is in older words.
fn is_older(rule: &Node) -> bool {
    let Value::Object(members) = &rule.value else { return false };
    members.iter().any(|member| match &*member.key {
        "rules" | "rate_limit" | "action" | "conditions" | "state" | "reason" => true,
        "require" | "deny_if" | "limits" => member.value.items().iter().any(is_older_item),
        _ => false,
    })
}

/// Whether a predicate has a `reason`, or a limit a window in seconds.
fn is_older_item(item: &Node) -> bool {
    item.get("reason").is_some()
        || item.get("window").is_some_and(|window| matches!(window.value, Value::Number(_)))
}

/// The predicate or the limit in newer words. A window that the format does not have stays as it is.
fn newer_item(item: &Node) -> Node {
    let Value::Object(members) = &item.value else { return item.clone() };
    let has_message = item.get("on_deny").is_some();
    let newer = |member: &Member| match (&*member.key, &member.value.value) {
        ("reason", _) if !has_message => as_on_deny(member, None),
        ("window", Value::Number(seconds)) => match words::window_of_seconds(seconds) {
            Some(window) => with_value(member, string(window.name())),
            None => member.clone(),
        },
        _ => member.clone(),
    };
    Node { span: item.span, value: Value::Object(members.iter().map(newer).collect()) }
}

struct Translator<'f> {
    findings: &'f mut Findings,
    /// What the rules of `*` come to.
    all_limits: Vec<Node>,
}

/// What the rules of a tool come to.
#[derive(Default)]
struct Lists {
    require: Vec<Node>,
    deny_if: Vec<Node>,
    limits: Vec<Node>,
}

/// The keys of one rule.
struct Rule<'n> {
    place: Span,
    members: Vec<&'n Member>,
}

impl<'n> Rule<'n> {
    fn get(&self, key: &str) -> Option<&'n Member> {
        self.members.iter().find(|member| &*member.key == key).copied()
    }

    /// The text that the agent sees.
    fn message(&self) -> Option<&'n Member> {
        self.get("on_deny").or_else(|| self.get("reason"))
    }
}

impl Translator<'_> {
    fn error(&mut self, place: Span, message: impl Into<String>, help: &str) {
        let finding = Diagnostic::new(Code::OlderVocabulary, place, message).with_help(help);
        self.findings.report(finding);
    }

    /// The rule of a tool; none for those of every tool.
    fn entry(&mut self, entry: &Member) -> Option<Member> {
        let tool = Some(&*entry.key).filter(|key| *key != "*");
        let Value::Object(members) = &entry.value.value else { return Some(entry.clone()) };
        if tool.is_some() && !is_older(&entry.value) {
            return Some(entry.clone());
        }
        let mut lists = Lists::default();
        let is_own = |member: &&Member| RULE_KEYS.contains(&&*member.key);
        let own: Vec<&Member> = members.iter().filter(is_own).collect();
        let mut rest: Vec<Member> = Vec::new();
        for member in members.iter().filter(|member| !is_own(member)) {
            match (&*member.key, &member.value.value) {
                ("rules", Value::Array(rules)) => {
                    for rule in rules {
                        self.listed_rule(rule, tool, &mut lists);
                    }
                }
                ("require", Value::Array(items)) => {
                    lists.require.extend(items.iter().map(newer_item))
                }
                ("deny_if", Value::Array(items)) => {
                    lists.deny_if.extend(items.iter().map(newer_item))
                }
                ("limits", Value::Array(items)) => {
                    lists.limits.extend(items.iter().map(newer_item))
                }
                _ => rest.push(member.clone()),
            }
        }
        if !own.is_empty() {
            let place = entry.value.head();
            self.rule(&Rule { place, members: own }, tool, &mut lists);
        }
        let place = entry.value.head();
        let Lists { require, deny_if, limits } = lists;
        if tool.is_none() {
            for node in require.iter().chain(&deny_if) {
                let message = "a rule for all calls can only limit their number";
                self.error(node.head(), message, "write the rule for each tool");
            }
            for member in rest {
                let message = match &*member.key {
                    "rules" => format!("`rules` is {}, not a list", member.value.kind()),
                    key => format!("unknown key {} in the rules for `*`", quote(key)),
                };
                self.error(member.key_span, message, "write `rules`, a list");
            }
            self.all_limits.extend(limits);
            return None;
        }
        for (key, list) in [("require", require), ("deny_if", deny_if), ("limits", limits)] {
            if !list.is_empty() {
                rest.push(made(place, key, Value::Array(list)));
            }
        }
        Some(with_value(entry, Value::Object(rest)))
    }

    /// An entry of `rules`.
    fn listed_rule(&mut self, rule: &Node, tool: Option<&str>, lists: &mut Lists) {
        let Value::Object(members) = &rule.value else {
            let message = format!("a rule is {}, not an object", rule.kind());
            self.error(rule.span, message, "write `{ \"name\": …, \"conditions\": […] }`");
            return;
        };
        for member in members.iter().filter(|member| !RULE_KEYS.contains(&&*member.key)) {
            let message = format!("unknown key {} in a rule", quote(&member.key));
            self.error(member.key_span, message, "use the known keys");
        }
        let members = members.iter().collect();
        self.rule(&Rule { place: rule.head(), members }, tool, lists);
    }

    fn rule(&mut self, rule: &Rule<'_>, tool: Option<&str>, lists: &mut Lists) {
        self.refuse_extras(rule);
        let action = rule.get("action");
        let word = action.map(|action| action.value.as_str().unwrap_or(""));
        if let Some(limit) = rule.get("rate_limit") {
            for key in ["conditions", "state", "action"] {
                if let Some(other) =
                    rule.get(key).filter(|_| word != Some("evaluate") || key != "action")
                {
                    let message =
                        format!("a rule cannot have both `rate_limit` and {}", quote(key));
                    self.error(other.key_span, message, "split it into two rules");
                }
            }
            lists.limits.extend(self.rate_limit(limit, tool));
            self.unsaid(rule);
            return;
        }
        match word {
            None | Some("evaluate") => self.evaluated(rule, tool, lists),
            Some("deny" | "block") => {
                if let Some(conditions) = rule.get("conditions") {
                    let message = "a rule with the action `deny` cannot have conditions";
                    let help = "remove `action`: then a call is denied unless the conditions hold";
                    self.error(conditions.key_span, message, help);
                }
                let message = rule.message().map(|message| as_on_deny(message, None));
                lists.deny_if.push(predicate(rule.place, None, message));
            }
            Some("require_approval") => {
                let message = rule.message();
                let message = match message {
                    Some(message) => as_on_deny(message, Some(wording::APPROVAL)),
                    None => made(rule.place, "on_deny", string(wording::APPROVAL)),
                };
                let conditions = rule.get("conditions");
                lists.deny_if.push(predicate(rule.place, conditions, Some(message)));
            }
            Some("allow") if rule.get("conditions").is_none() => {}
            Some(word) => {
                let place = action.map_or(rule.place, |action| action.value.span);
                let message = format!("{} is not an action", quote(word));
                self.error(place, message, "write `evaluate`, `deny` or `require_approval`");
            }
        }
        if let Some(state) = rule.get("state").filter(|_| !matches!(word, None | Some("evaluate")))
        {
            self.error(
                state.key_span,
                "only a rule with the action `evaluate` can have a counter",
                "remove it",
            );
        }
    }

    /// What no rule can say.
    fn refuse_extras(&mut self, rule: &Rule<'_>) {
        if let Some(timeout) = rule.get("approval_timeout") {
            let message = "`approval_timeout` has no equivalent in policy.json: the gateway decides how \
                 long it waits";
            self.error(timeout.key_span, message, "remove it");
        }
        if let (Some(_), Some(reason)) = (rule.get("on_deny"), rule.get("reason")) {
            let message = "a rule cannot have both `reason` and `on_deny`";
            self.error(reason.key_span, message, "keep the message for the agent");
        }
    }

    /// A rule whose conditions must hold.
    fn evaluated(&mut self, rule: &Rule<'_>, tool: Option<&str>, lists: &mut Lists) {
        if let Some(state) = rule.get("state") {
            lists.limits.extend(self.counted(rule, state, tool));
            self.unsaid(rule);
            return;
        }
        let conditions = rule.get("conditions").filter(|conditions| {
            !matches!(&conditions.value.value, Value::Array(items) if items.is_empty())
        });
        let Some(conditions) = conditions else {
            let message = "a rule without conditions has no effect";
            self.error(rule.place, message, "add `conditions`, or `\"action\": \"deny\"`");
            return;
        };
        let message = rule.message().map(|message| as_on_deny(message, None));
        lists.require.push(predicate(rule.place, Some(conditions), message));
    }

    /// A rule that compares a counter of its own with a number.
    fn counted(&mut self, rule: &Rule<'_>, state: &Member, tool: Option<&str>) -> Option<Node> {
        let counter = string_of(&state.value, "counter");
        let owner = tool.unwrap_or("_global");
        let path = format!("state.{owner}.{}", counter.unwrap_or(""));
        let Value::Object(members) = &state.value.value else {
            self.error(
                state.value.span,
                "`state` is not an object",
                "write an object with `counter` and `window`",
            );
            return None;
        };
        for member in members {
            let counts_calls = matches!(&member.value.value, Value::Number(n) if **n == *"1");
            match &*member.key {
                "counter" | "window" => {}
                "increment" if counts_calls => {}
                key => {
                    let message = format!(
                        "{} has no equivalent in policy.json: a limit counts each call as 1",
                        quote(key)
                    );
                    self.error(member.key_span, message, "remove it, or limit the number of calls");
                    return None;
                }
            }
        }
        let conditions = rule.get("conditions").map(|conditions| conditions.value.items());
        let max = match conditions {
            Some([only]) if string_of(only, "path") == Some(&path) => maximum(only),
            _ => None,
        };
        let (Some(max), Some(counter)) = (max, counter) else {
            let place = rule.get("conditions").unwrap_or(state).key_span;
            let message = "a counter can only be compared with a maximum, by the rule that counts";
            let help = format!(
                "write `{{ \"path\": \"{path}\", \"op\": \"lte\", \"value\": N }}` as the \
                         only condition"
            );
            self.error(place, message, &help);
            return None;
        };
        let counter = match tool {
            Some(tool) => format!("{}_{counter}", tool.to_lowercase()),
            None => counter.to_owned(),
        };
        let window = state.value.get("window").cloned();
        Some(limit(state.value.head(), &counter, window, max))
    }

    /// `5/hour`, or an object with the same.
    fn rate_limit(&mut self, rate: &Member, tool: Option<&str>) -> Option<Node> {
        let Some(given) = older::rate(&rate.value) else {
            self.error(rate.value.span, "`rate_limit` is not a rate", "write `\"5/hour\"`");
            return None;
        };
        let (calls, window) = (given.calls(), given.window());
        let counter = wording::counter(tool, window);
        let place = rate.value.span;
        let at = |value| Node { span: place, value };
        let max = at(Value::Number(calls.to_string().into()));
        Some(limit(place, &counter, Some(at(string(window.name()))), max))
    }

    /// The gateway has no message for a limit.
    fn unsaid(&mut self, rule: &Rule<'_>) {
        if let Some(message) = rule.message() {
            let finding = Diagnostic::new(
                Code::OlderVocabulary,
                message.key_span,
                "the message is dropped: a limit in policy.json has no message",
            );
            self.findings.report(finding.with_severity(Severity::Warning));
        }
    }
}

/// The highest number that a condition admits.
fn maximum(condition: &Node) -> Option<Node> {
    let value = condition.get("value")?;
    let Value::Number(number) = &value.value else { return None };
    let highest = match string_of(condition, "op")? {
        "lte" => number.parse::<u64>().ok()?,
        "lt" => number.parse::<u64>().ok()?.checked_sub(1)?,
        _ => return None,
    };
    Some(Node { span: value.span, value: Value::Number(highest.to_string().into()) })
}

fn limit(place: Span, counter: &str, window: Option<Node>, max: Node) -> Node {
    let mut members = vec![made(place, "counter", string(counter))];
    members.extend(window.map(|window| Member {
        key: "window".into(),
        key_span: place,
        value: window,
    }));
    members.push(Member { key: "max".into(), key_span: place, value: max });
    members.push(made(place, "scope", string("grant")));
    Node { span: place, value: Value::Object(members) }
}

fn predicate(place: Span, conditions: Option<&Member>, message: Option<Member>) -> Node {
    let none = || made(place, "conditions", Value::Array(Vec::new()));
    let mut members = vec![conditions.map_or_else(none, Member::clone)];
    members.extend(message);
    Node { span: place, value: Value::Object(members) }
}

/// A message as `on_deny`, behind other words if there are any.
fn as_on_deny(message: &Member, before: Option<&str>) -> Member {
    let value = match (before, message.value.as_str()) {
        (Some(before), Some(text)) if !text.starts_with(before) => {
            Node { span: message.value.span, value: string(&format!("{before} {text}")) }
        }
        _ => message.value.clone(),
    };
    Member { key: "on_deny".into(), key_span: message.key_span, value }
}

/// A key and a value that nobody has written, at the place from which they follow.
fn made(place: Span, key: &str, value: Value) -> Member {
    Member { key: key.into(), key_span: place, value: Node { span: place, value } }
}

fn with_value(member: &Member, value: Value) -> Member {
    let value = Node { span: member.value.span, value };
    Member { key: member.key.clone(), key_span: member.key_span, value }
}

fn string(text: &str) -> Value {
    Value::String(text.into())
}

fn string_of<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.get(key).and_then(Node::as_str)
}
