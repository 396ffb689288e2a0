//! Reads predicates and their conditions.

use std::sync::Arc;

use super::document::Predicate;
use super::keys::Place;
use super::read::Reader;
use super::{errors, older, words};
use crate::diagnostic::{Code, Diagnostic};
use crate::json::{Node, Value, span_in_string};
use crate::policy::{Literal, Operator, Path, Test, check_pattern};

/// How deep lists and objects may stand in each other in a value: as deep as brackets may in a `.gate` file.
const MAX_VALUE_DEPTH: usize = 64;

impl Reader<'_> {
    /// Reads `require` or `deny_if`.
    pub(super) fn predicates(&mut self, node: &Node, key: &str, tool: &str) -> Vec<Arc<Predicate>> {
        let subject = format!("`{key}`");
        let items = self.list(node, &subject);
        let entry = format!("an entry of {subject}");
        items
            .iter()
            .filter_map(|item| self.predicate(item, &entry, key == "require", tool))
            .map(Arc::new)
            .collect()
    }

    fn predicate(
        &mut self,
        node: &Node,
        subject: &str,
        is_require: bool,
        tool: &str,
    ) -> Option<Predicate> {
        let fields = self.object(node, subject, Place::Predicate, Some(tool))?;
        let mut conditions = Vec::new();
        if let Some(list) = fields.get("conditions") {
            let items = self.list(list, "`conditions`");
            if items.is_empty() && is_require && matches!(list.value, Value::Array(_)) {
                self.report(errors::empty_require(list));
            }
            conditions
                .extend(items.iter().filter_map(|item| self.condition(item, tool)).map(Arc::new));
        }
        let on_deny = fields.get("on_deny").and_then(|node| {
            if node.as_str().is_none() {
                self.report(errors::message_type(node));
            }
            node.as_str().map(Arc::from)
        });
        Some(Predicate { conditions, on_deny })
    }

    fn condition(&mut self, node: &Node, tool: &str) -> Option<Test> {
        let fields = self.object(node, "a condition", Place::Condition, Some(tool))?;
        let path = fields.get("path").and_then(|node| self.path(node));
        let operator = fields.get("op").and_then(|node| self.operator(node));
        let value = fields.get("value");
        if let (Some(operator), Some(value)) = (operator, value) {
            self.value(value, operator);
        }
        let value = value.map_or(Literal::Null, Node::to_literal);
        Some(Test { path: path?, operator: operator?, value })
    }

    fn path(&mut self, node: &Node) -> Option<Path> {
        let text = self.string(node, "`path`")?;
        let Some(keys) = text.strip_prefix("args.") else {
            self.report(match text {
                "" | "args" => errors::path_without_key(node),
                "state" => older::state_path(node, text),
                _ if text.starts_with("state.") => older::state_path(node, text),
                _ => errors::path_without_args(node, text),
            });
            return None;
        };
        if keys.is_empty() {
            self.report(errors::path_without_key(node));
            return None;
        }
        let mut dot = "args".len();
        for key in keys.split('.') {
            if key.is_empty() {
                let span = span_in_string(self.text, node.span, dot..dot + 1);
                self.report(errors::empty_path_key(span, text));
                return None;
            }
            dot += 1 + key.len();
        }
        Some(Path(keys.split('.').map(Box::from).collect()))
    }

    fn operator(&mut self, node: &Node) -> Option<Operator> {
        let word = self.string(node, "`op`")?;
        let operator = Operator::from_json_name(word);
        if operator.is_none() {
            self.report(errors::unknown_operator(node, word, words::operator(word)));
        }
        operator
    }

    /// Checks that a value fits its operator.
    fn value(&mut self, node: &Node, operator: Operator) {
        if node.depth() > MAX_VALUE_DEPTH {
            self.report(errors::value_too_deep(node, MAX_VALUE_DEPTH));
        }
        match (operator, &node.value) {
            (Operator::Eq | Operator::Neq, Value::Null) => {
                self.report(errors::null_comparison(node.span, operator));
            }
            (Operator::Eq | Operator::Neq | Operator::Contains, _)
            | (Operator::Exists, Value::Bool(_)) => {}
            (Operator::In | Operator::NotIn, Value::Array(items)) => {
                for item in items.iter().filter(|item| item.value == Value::Null) {
                    self.report(errors::null_comparison(item.span, operator));
                }
            }
            (Operator::Regex, Value::String(pattern)) => self.pattern(node, pattern),
            (ordering, Value::Number(_)) if ordering.is_ordering() => {}
            _ => self.report(errors::value_type(node, operator, self.text)),
        }
    }

    fn pattern(&mut self, node: &Node, pattern: &str) {
        if let Err(error) = check_pattern(pattern) {
            let span = span_in_string(self.text, node.span, error.range);
            self.report(
                Diagnostic::new(Code::InvalidRegex, span, error.message).with_help_if(error.help),
            );
        }
    }
}
