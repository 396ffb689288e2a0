//! A condition on one line, spelled as its author spelled it and spaced as the formatter spaces it.

use super::tree::{Condition, Literal, LiteralKind, Test};
use crate::policy::Operator;

/// The condition in `text` on one line.
pub fn one_line(condition: &Condition, text: &str) -> String {
    let mut out = String::new();
    write_condition(condition, text, &mut out);
    out
}

fn write_condition(condition: &Condition, text: &str, out: &mut String) {
    match condition {
        Condition::Any(parts) => write_joined(parts, " or ", text, out),
        Condition::All(parts) => write_joined(parts, " and ", text, out),
        Condition::Not(count, inner) => {
            out.push_str(&"not ".repeat(*count));
            write_condition(inner, text, out);
        }
        Condition::Parentheses(inner) => {
            out.push('(');
            write_condition(inner, text, out);
            out.push(')');
        }
        Condition::Test(test) => write_test(test, text, out),
    }
}

fn write_joined(parts: &[Condition], word: &str, text: &str, out: &mut String) {
    for (index, part) in parts.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { word });
        write_condition(part, text, out);
    }
}

fn write_test(test: &Test, text: &str, out: &mut String) {
    out.push_str(text.get(test.path.span.range()).unwrap_or(""));
    out.push(' ');
    match (test.operator, &test.value) {
        (Operator::Exists, _) => out.push_str(if test.missing { "missing" } else { "exists" }),
        (operator, value) => {
            out.push_str(operator.gate_name());
            out.push(' ');
            if let Some(value) = value {
                write_literal(value, text, out);
            }
        }
    }
}

fn write_literal(literal: &Literal, text: &str, out: &mut String) {
    match &literal.kind {
        LiteralKind::Scalar => out.push_str(text.get(literal.span.range()).unwrap_or("")),
        LiteralKind::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_literal(item, text, out);
            }
            out.push(']');
        }
        LiteralKind::Object(members) => {
            out.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                out.push_str(text.get(key.span.range()).unwrap_or(""));
                out.push_str(": ");
                write_literal(value, text, out);
            }
            out.push('}');
        }
    }
}
