//! What is said about a policy.json, a constructor a finding.

use super::keys::Place;
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::json::{Node, Value};
use crate::policy::{MAX_CALLS, Operator, Posture, Window, write_string};
use crate::source::{Span, TextPart};
use crate::text::{choice, count, nearest, quote};

/// The smallest policy, for whoever begins with an empty file.
const SMALLEST: &str = "the smallest policy is `{ \"version\": \"1\", \"default\": \"deny\" }`";

pub(super) fn empty_file(finding: Diagnostic) -> Diagnostic {
    finding.with_help(SMALLEST)
}

pub(super) fn tools_capture(node: &Node) -> Diagnostic {
    let message = "this is a list of a server's tools, not a policy";
    Diagnostic::new(Code::WrongType, node.head(), message)
        .with_help("name this file in a `manifest` statement of a `.gate` file")
}

pub(super) fn not_an_object(node: &Node) -> Diagnostic {
    let message = format!("a policy must be an object, found {}", node.kind());
    Diagnostic::new(Code::WrongType, node.head(), message).with_help(SMALLEST)
}

pub(super) fn missing_key(node: &Node, place: Place, key: &str, help: &str) -> Diagnostic {
    let message = format!("{} is missing the key {}", place.name(), quote(key));
    Diagnostic::new(Code::MissingKey, node.head(), message).with_help(help)
}

/// A value of the wrong type. `subject` and `expected` are words: `` `hide` ``, `a list`.
pub(super) fn wrong_type(node: &Node, subject: &str, expected: &str) -> Diagnostic {
    let message = format!("{subject} must be {expected}, found {}", node.kind());
    Diagnostic::new(Code::WrongType, node.head(), message)
}

/// The same for a list, where a single value can be put into brackets.
pub(super) fn not_a_list(node: &Node, subject: &str, text: &str) -> Diagnostic {
    let finding = wrong_type(node, subject, "a list");
    match &node.value {
        Value::Null => finding.with_help("write `[]`, or remove the key"),
        Value::Object(members) if members.is_empty() => finding.with_help("write `[]`"),
        Value::Object(_) => finding.with_help("put it in brackets: `[{ … }]`"),
        _ => {
            let written = format!("[{}]", text.part(node.span.range()));
            let help = format!("write {}", quote(&written));
            finding.with_help(&help).with_fix(Applicability::Unsafe, help, node.span, written)
        }
    }
}

pub(super) fn message_type(node: &Node) -> Diagnostic {
    wrong_type(node, "`on_deny`", "a string")
        .with_help("write the message for the agent, or remove the key")
}

pub(super) fn rule_type(node: &Node, tool: &str) -> Diagnostic {
    let finding = wrong_type(node, &format!("the rule of {}", quote(tool)), "an object");
    match (&node.value, node.as_str()) {
        (Value::Bool(false), _) | (_, Some("deny" | "block")) => {
            finding.with_help("to block the tool, name it in `hide`")
        }
        _ => finding.with_help("to allow the tool without further rules, write `{}`"),
    }
}

pub(super) fn version(node: &Node) -> Diagnostic {
    let found = match &node.value {
        Value::String(text) => quote(text),
        Value::Number(spelling) => format!("the number {}", quote(spelling)),
        _ => node.kind().to_owned(),
    };
    let message = format!("the version must be the string `1`, found {found}");
    let finding = Diagnostic::new(Code::UnknownVersion, node.head(), message)
        .with_help("write `\"1\"`, the only version");
    if matches!(&node.value, Value::Number(spelling) if matches!(&**spelling, "1" | "1.0")) {
        return finding.with_fix(Applicability::Safe, "write `\"1\"`", node.span, "\"1\"");
    }
    finding
}

pub(super) fn default(node: &Node, meant: Option<Posture>) -> Diagnostic {
    let found = node.as_str().map_or_else(|| node.kind().to_owned(), quote);
    let message = format!("the default must be `allow` or `deny`, found {found}");
    let finding = Diagnostic::new(Code::WrongType, node.head(), message);
    let Some(meant) = meant else {
        return finding.with_help("write `\"deny\"`, so that only listed tools are allowed");
    };
    let applicability = match meant {
        Posture::Deny => Applicability::Safe,
        Posture::Allow => Applicability::Unsafe,
    };
    replaced(finding, applicability, node, meant.name())
}

/// With the advice to write a string instead of the node, and the fix that does it.
fn replaced(
    finding: Diagnostic,
    applicability: Applicability,
    node: &Node,
    text: &str,
) -> Diagnostic {
    let written = format!("\"{text}\"");
    let title = format!("write {}", quote(&written));
    finding.with_help(&title).with_fix(applicability, title, node.head(), written)
}

pub(super) fn empty_name(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::EmptyName, span, format!("{what} has an empty name"))
        .with_help("write the name, or remove the entry")
}

pub(super) fn star_as_name(span: Span) -> Diagnostic {
    Diagnostic::new(Code::StarAsName, span, "`*` is not a tool's name").with_help(
        "put limits on all calls under `all_tools`; to hide every tool, write `\"hide\": [\"*\"]`",
    )
}

/// A tool that is hidden once more; `before` is the entry in front, from whose end the fix removes.
pub(super) fn hidden_twice(node: &Node, tool: &str, first: Span, before: Span) -> Diagnostic {
    let message = format!("{} is hidden twice", quote(tool));
    let removed = Span { start: before.end, ..node.span };
    Diagnostic::new(Code::HiddenTwice, node.span, message)
        .with_label(first, "first hidden here")
        .with_help("remove this entry")
        .with_fix(Applicability::Safe, "remove this entry", removed, "")
}

pub(super) fn empty_require(node: &Node) -> Diagnostic {
    let message = "this entry of `require` has no conditions, so it always holds";
    Diagnostic::new(Code::EmptyRequire, node.span, message)
        .with_help("add conditions, or remove the entry; to block every call, move it to `deny_if`")
}

pub(super) fn unknown_operator(node: &Node, word: &str, meant: Option<Operator>) -> Diagnostic {
    let message = format!("unknown operator {}", quote(word));
    let finding = Diagnostic::new(Code::UnknownOperator, node.span, message);
    let names = Operator::ALL.map(Operator::json_name);
    let folded = word.trim().to_ascii_lowercase();
    let negated = matches!(folded.as_str(), "missing" | "absent" | "not_exists");
    let near = || nearest(word, names).first().copied();
    match meant.map(Operator::json_name).or_else(near) {
        Some(_) if negated => finding.with_help("write `\"op\": \"exists\", \"value\": false`"),
        Some(name) => replaced(finding, Applicability::Unsafe, node, name),
        None => finding.with_help(format!("the operators are {}", choice(names, 11))),
    }
}

/// A value that does not fit its operator.
pub(super) fn value_type(node: &Node, operator: Operator, text: &str) -> Diagnostic {
    let expected = match operator {
        Operator::In | Operator::NotIn if node.value == Value::Null => {
            return wrong_type(node, &subject(operator), "a list")
                .with_help("to test for a missing value, use `exists`");
        }
        Operator::In | Operator::NotIn => {
            return not_a_list(node, &subject(operator), text);
        }
        Operator::Exists => "`true` or `false`",
        Operator::Regex => "a string",
        _ => "a number",
    };
    let finding = wrong_type(node, &subject(operator), expected);
    let inner = node.as_str().unwrap_or("").trim();
    let fits = match operator {
        Operator::Exists => matches!(inner, "true" | "false"),
        Operator::Regex => false,
        _ => crate::json::is_readable_number(inner),
    };
    if fits {
        let title = format!("write {} without quotes", quote(inner));
        return finding.with_help(&title).with_fix(Applicability::Unsafe, title, node.span, inner);
    }
    match (operator, &node.value) {
        (Operator::Exists, _) => finding.with_help(
            "write `true` to require a value, or `false` to require that it is \
                               missing",
        ),
        (Operator::Regex, _) => finding.with_help("write a regular expression in quotes"),
        (_, Value::String(_)) => finding.with_help("to compare text, use `eq`, `in` or `regex`"),
        _ => finding,
    }
}

fn subject(operator: Operator) -> String {
    format!("the value of {}", quote(operator.json_name()))
}

pub(super) fn value_too_deep(node: &Node, limit: usize) -> Diagnostic {
    let message =
        format!("lists and objects in this value are nested more than {limit} levels deep");
    Diagnostic::new(Code::NestingTooDeep, node.head(), message)
}

pub(super) fn null_comparison(span: Span, operator: Operator) -> Diagnostic {
    let (message, help) = match operator {
        Operator::Eq => (
            "`eq` with null never holds, because null counts as missing",
            "for an argument that is missing or null, write `\"op\": \"exists\", \"value\": false`",
        ),
        Operator::Neq => (
            "`neq` with null only tests for a value, because null counts as missing",
            "write `\"op\": \"exists\", \"value\": true`",
        ),
        _ => (
            "null in this list matches nothing, because null counts as missing",
            "remove it; to test for a missing value, use `exists`",
        ),
    };
    Diagnostic::new(Code::NullComparison, span, message)
        .with_note("the gateway's comparison with null is undocumented")
        .with_help(help)
}

pub(super) fn path_without_args(node: &Node, path: &str) -> Diagnostic {
    let message = format!("the path {} does not begin with `args.`", quote(path));
    let finding = Diagnostic::new(Code::InvalidPath, node.span, message);
    let prefixes = [
        "$.args.",
        "$args.",
        "$.",
        "Args.",
        "ARGS.",
        "arg.",
        "arguments.",
        "params.",
        "parameters.",
        "input.",
    ];
    let key = prefixes.iter().find_map(|prefix| path.strip_prefix(prefix)).unwrap_or(path);
    if key.is_empty() || key.starts_with('.') || key.starts_with("args") {
        return finding.with_help("write `args.` followed by the argument's name");
    }
    let mut written = String::new();
    write_string(&format!("args.{key}"), &mut written);
    let title = format!("write {}", quote(&written));
    finding.with_help(format!("did you mean {}?", quote(&format!("args.{key}")))).with_fix(
        Applicability::Unsafe,
        title,
        node.span,
        written,
    )
}

pub(super) fn path_without_key(node: &Node) -> Diagnostic {
    Diagnostic::new(Code::InvalidPath, node.span, "the path does not name an argument")
        .with_help("write `args.` followed by the argument's name")
}

pub(super) fn empty_path_key(span: Span, path: &str) -> Diagnostic {
    let message = format!("the path {} has an empty key", quote(path));
    Diagnostic::new(Code::InvalidPath, span, message).with_help("write a key after each `.`")
}

pub(super) fn unknown_window(node: &Node, word: &str, meant: Option<Window>) -> Diagnostic {
    let message = format!("unknown window {}", quote(word));
    let finding = Diagnostic::new(Code::UnknownWindow, node.span, message);
    let near = || nearest(word, Window::ALL.map(Window::name)).first().copied();
    match meant.map(Window::name).or_else(near) {
        Some(name) => replaced(finding, Applicability::Unsafe, node, name),
        None => finding.with_help("the windows are `minute`, `hour` and `day`"),
    }
}

pub(super) fn unknown_scope(node: &Node, word: &str) -> Diagnostic {
    let message = format!("unknown scope {}", quote(word));
    let finding = Diagnostic::new(Code::UnknownScope, node.span, message);
    replaced(finding, Applicability::Unsafe, node, "grant")
}

pub(super) fn invalid_maximum(node: &Node, spelling: &str) -> Diagnostic {
    let message = format!("{} is not a number of calls", quote(spelling));
    let finding = Diagnostic::new(Code::InvalidMaximum, node.span, message);
    match spelling {
        "0" | "-0" => finding.with_help(
            "to block every call, hide the tool or write a `deny_if` without conditions",
        ),
        _ => finding.with_help(format!(
            "write a whole number from 1 to {MAX_CALLS}, without a decimal point or exponent"
        )),
    }
}

pub(super) fn maximum_in_quotes(node: &Node, digits: &str) -> Diagnostic {
    let title = format!("write {} without quotes", quote(digits));
    wrong_type(node, "`max`", "a number").with_help(&title).with_fix(
        Applicability::Unsafe,
        title,
        node.span,
        digits,
    )
}

pub(super) fn counter_clash(span: Span, counter: &str, first: Span, owner: &str) -> Diagnostic {
    let message = format!("{owner} has two limits that use the counter {}", quote(counter));
    Diagnostic::new(Code::CounterClash, span, message)
        .with_label(first, "first used here")
        .with_help("give each limit its own counter")
}

/// One counter of several owners; `places` are the first of them, in the order of the file.
pub(super) fn shared_counter(counter: &str, places: &[Span], owners: usize) -> Option<Diagnostic> {
    let (first, rest) = places.split_first()?;
    let (second, rest) = rest.split_first()?;
    let message = format!("the counter {} is used by {}", quote(counter), count(owners, "tool"));
    let mut finding = Diagnostic::new(Code::SharedCounter, *second, message)
        .with_label(*first, "first used here")
        .with_note("whether tools that use the same counter share its calls is undocumented")
        .with_help("give each tool its own counter");
    for place in rest {
        finding = finding.with_label(*place, "also here");
    }
    Some(finding)
}
