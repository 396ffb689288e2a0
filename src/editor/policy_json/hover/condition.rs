//! A condition in words, and as the language writes it.

use crate::editor::markdown::{block, code};
use crate::editor::phrases::phrase;
use crate::editor::policy_json::facts;
use crate::editor::policy_json::sketch::{Id, Sketch};
use crate::json;
use crate::manifest::Shape;
use crate::policy::{Literal, Operator, Test};
use crate::source::FileId;
use crate::text::excerpt;

/// How many characters of a value are shown.
const SHOWN: usize = 120;

/// The test that a condition says; none of one that is not whole.
pub(super) fn test(sketch: &Sketch<'_>, condition: Id, file: FileId) -> Option<Test> {
    let string = |key| sketch.string(sketch.member(condition, key)?);
    let path = facts::argument(&string("path")?)?;
    let operator = Operator::from_json_name(&string("op")?)?;
    let value = sketch.slice(sketch.value(sketch.member(condition, "value")?));
    let value = json::parse(file, value).ok()?.to_literal();
    fits(operator, &value).then_some(Test { path, operator, value })
}

fn fits(operator: Operator, value: &Literal) -> bool {
    match operator {
        Operator::Eq | Operator::Neq | Operator::Contains => true,
        Operator::In | Operator::NotIn => matches!(value, Literal::List(_)),
        Operator::Exists => matches!(value, Literal::Bool(_)),
        Operator::Regex => matches!(value, Literal::String(_)),
        _ => matches!(value, Literal::Number(_)),
    }
}

/// What a test says, for an entry of `deny_if` or of `require`.
pub(super) fn told(test: &Test, shape: Option<&Shape>, denies: bool) -> String {
    let mut gate = String::new();
    test.write_gate(&mut gate);
    let (effect, missing) = match (denies, test.operator, &test.value) {
        (true, Operator::Exists, _) => ("Denies the call", ""),
        (true, ..) => ("Denies the call", " If it is missing, this denies nothing."),
        (false, Operator::Exists, _) => ("The call is denied unless", ""),
        (false, ..) => ("The call is denied unless", " If it is missing, the call is denied."),
    };
    let joint = if denies { " if " } else { " " };
    let argument = code(&test.path.dotted());
    let mut out = format!("{effect}{joint}{}.{missing}", phrase(&argument, test));
    out.push_str("\n\nAll conditions of one entry apply together.\n\n");
    out.push_str(&block("gate", &excerpt(&gate, 4 * SHOWN)));
    if let Some(shape) = shape {
        let is = code(&shape.describe());
        out.push_str(&format!("\n\n{argument}: {is}"));
    }
    out
}
