//! Which keys stand where, and what is said about those that do not belong.

use super::errors;
use super::findings::Findings;
use super::older;
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::json::{Member, Node, Value};
use crate::text::{choice, nearest, quote};

/// A kind of object in policy.json.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The file.
    Root,
    /// `all_tools`
    AllTools,
    /// The value of a tool's name under `tools`.
    Rule,
    /// An entry of `require` or `deny_if`.
    Predicate,
    /// An entry of `conditions`.
    Condition,
    /// An entry of `limits`.
    Limit,
}

impl Place {
    const ALL: [Place; 6] = [
        Place::Root,
        Place::AllTools,
        Place::Rule,
        Place::Predicate,
        Place::Condition,
        Place::Limit,
    ];

    /// Its keys in the order in which they are written.
    pub fn keys(self) -> &'static [&'static str] {
        match self {
            Place::Root => &["version", "default", "hide", "all_tools", "tools"],
            Place::AllTools => &["limits"],
            Place::Rule => &["require", "deny_if", "limits"],
            Place::Predicate => &["conditions", "on_deny"],
            Place::Condition => &["path", "op", "value"],
            Place::Limit => &["counter", "window", "max", "scope"],
        }
    }

    /// The keys that may not be left out, and what to write for each.
    fn required(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Place::Root => &[
                ("version", "add `\"version\": \"1\"`"),
                ("default", "add `\"default\": \"deny\"`, so that only listed tools are allowed"),
            ],
            Place::AllTools | Place::Rule => &[],
            Place::Predicate => {
                &[("conditions", "add `\"conditions\": […]` with the conditions to test")]
            }
            Place::Condition => &[
                ("path", "add `\"path\": \"args.NAME\"` with the argument's name"),
                ("op", "add `\"op\": \"eq\"`, or another of the eleven operators"),
                ("value", "add `\"value\": …` with the value to compare with"),
            ],
            Place::Limit => &[
                ("counter", "add `\"counter\": \"TOOL_rate\"` with a unique name"),
                ("window", "add `\"window\": \"minute\"`, `\"hour\"` or `\"day\"`"),
                ("max", "add `\"max\": 30` with the number of calls"),
                ("scope", "add `\"scope\": \"grant\"`"),
            ],
        }
    }

    /// What it is, in the words of messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Place::Root => "a policy",
            Place::AllTools => "`all_tools`",
            Place::Rule => "the rule of a tool",
            Place::Predicate => "a predicate",
            Place::Condition => "a condition",
            Place::Limit => "a limit",
        }
    }

    /// Where it stands, for a key that was put elsewhere.
    fn location(self) -> &'static str {
        match self {
            Place::Root => "at the top level",
            Place::AllTools => "in the rule of a tool, or in `all_tools`",
            Place::Rule => "in the rule of a tool, under `tools`",
            Place::Predicate => "in an entry of `require` or `deny_if`",
            Place::Condition => "in an entry of `conditions`",
            Place::Limit => "in an entry of `limits`",
        }
    }

    /// Other words that people write for a key.
    fn other_names(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Place::Root => {
                &[("hidden", "hide"), ("global", "all_tools"), ("default_action", "default")]
            }
            Place::AllTools => &[("rate", "limits"), ("quotas", "limits")],
            Place::Rule => &[
                ("deny", "deny_if"),
                ("rate", "limits"),
                ("rates", "limits"),
                ("quotas", "limits"),
            ],
            Place::Predicate => &[
                ("message", "on_deny"),
                ("because", "on_deny"),
                ("when", "conditions"),
                ("if", "conditions"),
            ],
            Place::Condition => &[
                ("operator", "op"),
                ("field", "path"),
                ("arg", "path"),
                ("argument", "path"),
                ("param", "path"),
                ("key", "path"),
            ],
            Place::Limit => &[
                ("limit", "max"),
                ("count", "max"),
                ("calls", "max"),
                ("quota", "max"),
                ("per", "window"),
                ("period", "window"),
                ("interval", "window"),
                ("key", "counter"),
                ("id", "counter"),
            ],
        }
    }
}

/// The members of one object by key; of a key given twice the first.
pub(super) struct Fields<'n> {
    place: Place,
    members: [Option<&'n Member>; 5],
}

impl<'n> Fields<'n> {
    /// The value of a key of the place.
    pub(super) fn get(&self, key: &str) -> Option<&'n Node> {
        let index = self.place.keys().iter().position(|known| *known == key)?;
        self.members.get(index).copied().flatten().map(|member| &member.value)
    }
}

/// Sorts the members of an object by key and reports those that do not belong and those that are missing. `tool` is
/// the name of the tool whose rule it stands in.
pub(super) fn fields<'n>(
    findings: &mut Findings,
    node: &'n Node,
    members: &'n [Member],
    place: Place,
    tool: Option<&str>,
) -> Fields<'n> {
    let mut fields = Fields { place, members: [None; 5] };
    let mut foreign: Vec<&Member> = Vec::new();
    for member in members {
        let slot = place.keys().iter().position(|known| **known == *member.key);
        match slot.and_then(|index| fields.members.get_mut(index)) {
            Some(slot) => {
                slot.get_or_insert(member);
            }
            None => foreign.push(member),
        }
    }
    // A key that is meant by a misspelt one is not reported as missing besides.
    let mut meant: Vec<&str> = Vec::new();
    for member in foreign {
        let (mut finding, key) = foreign_key(member, place, tool);
        match key {
            Some(key) if fields.get(key).is_some() => {
                finding.fixes.clear();
                finding.help = Some(format!("remove this key: {} is already given", quote(key)));
            }
            Some(key) if meant.contains(&key) => finding.fixes.clear(),
            Some(key) => meant.push(key),
            None => {}
        }
        findings.report(finding);
    }
    for (key, help) in place.required() {
        if fields.get(key).is_none() && !meant.contains(key) {
            findings.report(errors::missing_key(node, place, key, help));
        }
    }
    fields
}

/// What is said about a key that its place does not have, and the key that was meant.
fn foreign_key(
    member: &Member,
    place: Place,
    tool: Option<&str>,
) -> (Diagnostic, Option<&'static str>) {
    if let Some((finding, meant)) = older::key(member, place, tool) {
        return (finding, meant);
    }
    let message = format!("unknown key {} in {}", quote(&member.key), place.name());
    let finding = Diagnostic::new(Code::UnknownKey, member.key_span, message);
    let lower = member.key.to_ascii_lowercase();
    let alias = place.other_names().iter().find(|(other, _)| *other == lower);
    let near = alias
        .map(|(_, key)| *key)
        .or_else(|| nearest(&member.key, place.keys().iter().copied()).first().copied());
    if let Some(key) = near {
        let finding = finding.with_help(format!("did you mean {}?", quote(key)));
        return (
            finding.with_fix(
                applicability(key),
                format!("write {}", quote(key)),
                member.key_span,
                format!("\"{key}\""),
            ),
            Some(key),
        );
    }
    let home = Place::ALL.into_iter().find(|other| other.keys().contains(&&*member.key));
    let help = match home {
        Some(home) => format!("{} belongs {}", quote(&member.key), home.location()),
        None if place == Place::Root && matches!(member.value.value, Value::Object(_)) => {
            "rules for tools belong under `tools`".to_owned()
        }
        None => format!("the known keys are {}", choice(place.keys(), 5)),
    };
    (finding.with_help(help), None)
}

/// Whether a key may be put right unseen: only where it can do nothing but narrow what is allowed.
fn applicability(key: &str) -> Applicability {
    match key {
        "hide" | "all_tools" | "require" | "deny_if" | "limits" | "on_deny" => Applicability::Safe,
        _ => Applicability::Unsafe,
    }
}
