//! The names and texts that the compiler makes up, in one place, so that the decompiler recognises its own.

use super::Window;
use crate::source::TextPart;

/// What stands in `on_deny` of an approval: the gateway's catalogue publishes it for "require approval".
pub const APPROVAL: &str = "Requires human approval.";

/// What stands in `on_deny` of a `deny` without condition and reason.
pub const DENIED: &str = "Denied by policy.";

/// How `on_deny` of a `deny` with a condition begins.
const WHEN: &str = "Denied by policy when ";

/// How `on_deny` of a `require` begins.
const UNLESS: &str = "Denied by policy unless ";

/// The counter of an unnamed cap of a tool, or of all calls together for `None`. The catalogue publishes
/// `set_run_tag_rate` for 30 a minute of one tool: the name in lower case, of which only ASCII letters are changed here.
pub fn counter(tool: Option<&str>, window: Window) -> String {
    let Some(tool) = tool else { return format!("calls-per-{}", window.name()) };
    let suffix = match window {
        Window::Minute => "_rate",
        Window::Hour => "_per_hour",
        Window::Day => "_per_day",
    };
    let mut counter = String::with_capacity(tool.len() + suffix.len());
    counter.push_str(tool);
    counter.make_ascii_lowercase();
    counter.push_str(suffix);
    counter
}

/// A counter's name with `{tool}` and `{window}` replaced; over all calls `{tool}` is `all`.
pub fn expand_counter(template: &str, tool: Option<&str>, window: Window) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        if let Some(after) = tail.strip_prefix("{tool}") {
            out.push_str(tool.unwrap_or("all"));
            rest = after;
        } else if let Some(after) = tail.strip_prefix("{window}") {
            out.push_str(window.name());
            rest = after;
        } else {
            out.push('{');
            rest = tail.part(1..);
        }
    }
    out.push_str(rest);
    out
}

/// How many times the tool's name stands in a template.
pub fn tool_places(template: &str) -> usize {
    template.matches("{tool}").count()
}

/// Whether a message is that of an approval: a predicate with it asks for approval instead of denying.
pub fn is_approval(message: &str) -> bool {
    message.starts_with(APPROVAL)
}

/// The reason in a message that the compiler writes for an approval, if it has one; `None` for any other message.
pub fn approval_reason(message: &str) -> Option<Option<&str>> {
    let rest = message.strip_prefix(APPROVAL)?;
    if rest.is_empty() { Some(None) } else { rest.strip_prefix(' ').map(Some) }
}

/// `on_deny` of an approval with a reason.
pub fn approval_because(reason: &str) -> String {
    format!("{APPROVAL} {reason}")
}

/// `on_deny` of a `deny` with a condition and no reason. The condition stands as the author spelled it, on one line.
pub fn denied_when(condition: &str) -> String {
    format!("{WHEN}{condition}.")
}

/// `on_deny` of a `require` without a reason.
pub fn denied_unless(condition: &str) -> String {
    format!("{UNLESS}{condition}.")
}

/// Whether a message looks like one that is made up for a `deny` or `require` without a reason, whatever its condition.
pub fn is_made_up(message: &str) -> bool {
    let with_condition = |start| message.starts_with(start) && message.ends_with('.');
    message == DENIED || with_condition(WHEN) || with_condition(UNLESS)
}
