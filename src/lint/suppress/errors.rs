//! What is wrong with a suppression, in words.

use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::source::Span;
use crate::text::{choice, quote};

use super::DateFault;

/// The whole form, for those who know none of it.
const FORM: &str =
    "write `# gatewright: allow(RULE) REASON`, or begin the comment with a different word";

fn invalid(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::InvalidSuppression, span, message)
}

pub(super) fn nothing(mark: Span) -> Diagnostic {
    invalid(mark, "expected a directive after `gatewright:`").with_help(FORM)
}

pub(super) fn no_instruction(span: Span, word: &str) -> Diagnostic {
    let found = invalid(span, format!("unknown directive {}", quote(word)));
    if !word.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return found.with_help(FORM);
    }
    found.with_help("write `allow(RULE)` and a reason").with_fix(
        Applicability::Unsafe,
        "write `allow`",
        span,
        "allow",
    )
}

pub(super) fn no_list(allow: Span) -> Diagnostic {
    invalid(allow, "`allow` does not name a rule")
        .with_help("write the rules after it, in parentheses: `allow(uncapped-write)`")
}

pub(super) fn unclosed_list(open: Span) -> Diagnostic {
    invalid(open, "the list of rules is never closed").with_help("write `)` after the last rule")
}

pub(super) fn empty_list(list: Span) -> Diagnostic {
    invalid(list, "the list of rules is empty")
        .with_help("name the rules to suppress, as listed by `gatewright explain`")
}

pub(super) fn missing_rule(comma: Span) -> Diagnostic {
    invalid(comma, "expected a rule next to this comma")
        .with_help("remove the comma, or name another rule")
}

pub(super) fn unknown_rule(span: Span, name: &str, near: &[&str]) -> Diagnostic {
    let help = if !near.is_empty() {
        format!("did you mean {}?", choice(near, 3))
    } else if name.contains(char::is_whitespace) {
        "separate rules with commas, and close the list with `)` before the reason".to_owned()
    } else {
        "list the rules with `gatewright explain`".to_owned()
    };
    invalid(span, format!("unknown rule {}", quote(name)))
        .with_help(help)
        .with_choice(span, near.iter().map(|rule| (*rule).to_owned()))
}

pub(super) fn error_of_the_language(span: Span, code: Code) -> Diagnostic {
    let name = quote(code.name());
    invalid(span, format!("{name} is an error of the language, which cannot be suppressed"))
        .with_help("remove it from the list, and fix the error")
}

pub(super) fn rule_about_suppressions(span: Span, code: Code) -> Diagnostic {
    invalid(span, format!("{} cannot be suppressed", quote(code.name())))
        .with_help("fix the finding, or turn the rule off in the configuration")
}

pub(super) fn no_date(span: Span, word: &str) -> Diagnostic {
    let message = if word.is_empty() {
        "expected a date after `until`".to_owned()
    } else {
        format!("{} is not a date", quote(word))
    };
    invalid(span, message).with_help(
        "write the expiry date as `until 2027-01-31`, or begin the reason with a word \
                    other than `until`",
    )
}

pub(super) fn wrong_date(span: Span, word: &str, fault: DateFault) -> Diagnostic {
    match fault {
        DateFault::Form => no_date(span, word),
        DateFault::NoSuchDay(last) => {
            let help = match last {
                Some(last) => format!("that month ends on `{last}`"),
                None => "write the year, month and day, such as `2027-01-31`".to_owned(),
            };
            invalid(span, format!("{} is not a date", quote(word))).with_help(help)
        }
    }
}

pub(super) fn no_reason(span: Span) -> Diagnostic {
    invalid(span, "the reason is missing").with_help("add the reason why the finding is acceptable")
}

/// A comment that was meant as a suppression and is written in another way.
pub(super) fn slip(span: Span, written: &str, right: &str) -> Diagnostic {
    let message = format!("{} does not suppress anything", quote(written));
    invalid(span, message).with_help(format!("write `{right}(RULE) REASON`")).with_fix(
        Applicability::Unsafe,
        format!("write `{right}`"),
        span,
        right,
    )
}

/// A day in the reason, which looks as if it were the last one and is not.
pub(super) fn stray_date(span: Span, at_start: bool) -> Diagnostic {
    if at_start {
        return invalid(span, "this date has no effect: `until` is missing")
            .with_help("write `until` before it, or begin the reason with a word");
    }
    invalid(span, "this date has no effect: it is part of the reason")
        .with_help("move `until` and the date between `)` and the reason")
}
