//! Keys and values of the format's older relatives, and exactly what to write instead.

use super::keys::Place;
use super::words;
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::json::{Member, Node, Value};
use crate::policy::{Rate, Window, wording, write_string};
use crate::text::{excerpt, quote};

/// What is said about an older key at a place, and the key that takes its part there.
pub(super) fn key(
    member: &Member,
    place: Place,
    tool: Option<&str>,
) -> Option<(Diagnostic, Option<&'static str>)> {
    let (help, meant) = match (&*member.key, place) {
        ("rules", Place::Root) => {
            ("write `tools`, an object with a rule for each tool".to_owned(), None)
        }
        ("rules", _) => {
            let help = "write `require`, `deny_if` and `limits` instead, or turn the file into a \
                        `.gate` file with `gatewright decompile`, which reads the older format";
            (help.to_owned(), None)
        }
        ("rate_limit", _) => (rate_limit(&member.value, place, tool), None),
        ("action", _) => (action(&member.value, place), None),
        ("reason", Place::Predicate) => ("write `on_deny`".to_owned(), Some("on_deny")),
        ("reason", _) => {
            let help =
                "write `on_deny` in the entry of `require` or `deny_if` that denies the call";
            (help.to_owned(), None)
        }
        ("name", Place::Limit) => ("write `counter`".to_owned(), Some("counter")),
        ("name" | "description", _) => {
            ("remove it: policy.json has no names or descriptions".to_owned(), None)
        }
        ("state", _) => (state(&member.value, place, tool), None),
        ("increment" | "increment_from", _) => {
            let help = "remove it: a limit counts each call as 1";
            (help.to_owned(), None)
        }
        _ => return None,
    };
    let message = format!("the key {} is from an older format", quote(&member.key));
    let mut finding = Diagnostic::new(Code::OlderVocabulary, member.key_span, message);
    if let Some(meant) = meant {
        let title = format!("write {}", quote(meant));
        let applicability =
            if meant == "on_deny" { Applicability::Safe } else { Applicability::Unsafe };
        finding = finding.with_fix(applicability, title, member.key_span, format!("\"{meant}\""));
    }
    Some((finding.with_help(help), meant))
}

/// A window given in seconds.
pub(super) fn window_in_seconds(node: &Node, spelling: &str) -> Diagnostic {
    let message = format!("a window of {} seconds is from an older format", quote(spelling));
    let finding = Diagnostic::new(Code::OlderVocabulary, node.span, message);
    match words::window_of_seconds(spelling) {
        Some(window) => {
            let name = window.name();
            finding.with_help(format!("write `\"{name}\"`")).with_fix(
                Applicability::Unsafe,
                format!("write `\"{name}\"`"),
                node.span,
                format!("\"{name}\""),
            )
        }
        None => finding.with_help("write `\"minute\"`, `\"hour\"` or `\"day\"`, and adjust `max`"),
    }
}

/// A path that reads a counter.
pub(super) fn state_path(node: &Node, path: &str) -> Diagnostic {
    let message = format!("{} reads a counter, as in an older format", quote(path));
    Diagnostic::new(Code::OlderVocabulary, node.span, message)
        .with_help("write an entry of `limits` instead: `counter`, `window`, `max` and `scope`")
}

/// The rate that a `rate_limit` gives: `5/hour`, or an object with the same.
pub(super) fn rate(value: &Node) -> Option<Rate> {
    let (calls, window) = rate_parts(value);
    Some(Rate::clamped(calls?, window?))
}

fn rate_limit(value: &Node, place: Place, tool: Option<&str>) -> String {
    let (max, window) = rate_parts(value);
    limit_help(place, tool, max, window)
}

fn rate_parts(value: &Node) -> (Option<u64>, Option<Window>) {
    match value.as_str().and_then(|text| text.split_once('/')) {
        Some((max, window)) => (calls(max), words::window(window)),
        None => (
            calls_of(value).or_else(|| {
                ["max", "limit", "requests", "calls"]
                    .iter()
                    .find_map(|key| value.get(key).and_then(calls_of))
            }),
            window_of(value),
        ),
    }
}

fn state(value: &Node, place: Place, tool: Option<&str>) -> String {
    limit_help(place, tool, None, window_of(value))
}

/// The window that an object names, as a word or in seconds.
fn window_of(value: &Node) -> Option<Window> {
    let window = value.get("window").or_else(|| value.get("per"))?;
    match &window.value {
        Value::Number(seconds) => words::window_of_seconds(seconds),
        Value::String(word) => words::window(word),
        _ => None,
    }
}

fn calls(text: &str) -> Option<u64> {
    Rate::parse_calls(text.trim())
}

fn calls_of(value: &Node) -> Option<u64> {
    match &value.value {
        Value::Number(spelling) => calls(spelling),
        _ => None,
    }
}

/// The limit to write, with what is known of it filled in.
fn limit_help(
    place: Place,
    tool: Option<&str>,
    max: Option<u64>,
    window: Option<Window>,
) -> String {
    let window = window.unwrap_or(Window::Minute);
    let max = max.map_or_else(|| "N".to_owned(), |max| max.to_string());
    let counter = wording::counter(tool, window);
    let mut quoted = String::new();
    write_string(&excerpt(&counter, 60), &mut quoted);
    let limit = format!(
        "\"limits\": [{{ \"counter\": {quoted}, \"window\": \"{}\", \"max\": {max}, \"scope\": \"grant\" }}]",
        window.name()
    );
    match place {
        Place::Root => format!("write `\"all_tools\": {{ {limit} }}`"),
        Place::AllTools | Place::Rule => format!("write `{limit}`"),
        _ => format!("write `{limit}` in the rule of the tool"),
    }
}

fn action(value: &Node, place: Place) -> String {
    let word = value.as_str().unwrap_or("").to_ascii_lowercase();
    let deny = |message: &str| {
        format!("write `\"deny_if\": [{{ \"conditions\": [], \"on_deny\": \"{message}\" }}]`")
    };
    match (place, word.as_str()) {
        (Place::Root, "allow") => "write `\"default\": \"allow\"`".to_owned(),
        (Place::Root, _) => "write `\"default\": \"deny\"`".to_owned(),
        (Place::Rule, "allow") => "remove it: a tool listed with `{}` is allowed".to_owned(),
        (Place::Rule, "deny" | "block") => deny("Denied by policy."),
        (Place::Rule, "approve" | "require_approval" | "ask" | "confirm") => {
            deny("Requires human approval.")
        }
        (Place::Rule, _) => {
            "put conditions that must hold under `require`, and conditions that deny under \
             `deny_if`"
                .to_owned()
        }
        _ => "remove it: an entry of `require` must hold, and an entry of `deny_if` denies"
            .to_owned(),
    }
}
