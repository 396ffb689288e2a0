//! What one test says of another test of the same argument, as far as that is certain.
//!
//! Where the gateway publishes nothing, such as the equality of values of different types, nothing is certain.

use std::cmp::Ordering;

use crate::policy::{Literal, Operator, Test, compare_numbers, is_included};

/// Whether every argument for which `first` holds also makes `second` hold.
pub(super) fn implies(first: &Test, second: &Test) -> bool {
    use Operator::{Exists, Neq, NotIn, Regex};
    if first.path != second.path {
        return false;
    }
    if first == second {
        return true;
    }
    if is_missing(first) || is_missing(second) {
        return is_missing(first) && is_missing(second);
    }
    if second.operator == Exists {
        return true;
    }
    if let Some(values) = admitted(first) {
        return values.iter().all(|value| holds(second, value) == Some(true));
    }
    match (first.operator, second.operator) {
        (Neq | NotIn, Neq | NotIn) => {
            let excluded = listed(first);
            listed(second).iter().all(|value| excluded.contains(value))
        }
        (left, right) if left.is_ordering() && right.is_ordering() => {
            is_upper(left) == is_upper(right) && is_within(first, second)
        }
        (Regex, Regex) => match (&first.value, &second.value) {
            (Literal::String(inner), Literal::String(outer)) => is_included(inner, outer),
            _ => false,
        },
        _ => false,
    }
}

/// Whether no argument makes both hold.
pub(super) fn contradicts(first: &Test, second: &Test) -> bool {
    if first.path != second.path {
        return false;
    }
    if is_missing(first) || is_missing(second) {
        return !(is_missing(first) && is_missing(second));
    }
    let none_holds = |values: &[Literal], test: &Test| {
        values.iter().all(|value| holds(test, value) == Some(false))
    };
    if let Some(values) = admitted(first) {
        return none_holds(values, second);
    }
    if let Some(values) = admitted(second) {
        return none_holds(values, first);
    }
    let (left, right) = (first.operator, second.operator);
    if left.is_ordering() && right.is_ordering() && is_upper(left) != is_upper(right) {
        let (upper, lower) = if is_upper(left) { (first, second) } else { (second, first) };
        return match compare(&upper.value, &lower.value) {
            Some(Ordering::Less) => true,
            Some(Ordering::Equal) => is_strict(left) || is_strict(right),
            _ => false,
        };
    }
    false
}

fn is_missing(test: &Test) -> bool {
    test.operator == Operator::Exists && test.value == Literal::Bool(false)
}

/// The only values for which a test holds, if it names them. Null, which counts as missing, is no value.
fn admitted(test: &Test) -> Option<&[Literal]> {
    let values = match test.operator {
        Operator::Eq | Operator::In => listed(test),
        _ => return None,
    };
    (!values.contains(&Literal::Null)).then_some(values)
}

/// The values of a list test; the one value of any other.
fn listed(test: &Test) -> &[Literal] {
    match (test.operator, &test.value) {
        (Operator::In | Operator::NotIn, Literal::List(values)) => values,
        (_, value) => std::slice::from_ref(value),
    }
}

/// Whether a test holds for a value that is present; `None` when that is not certain.
fn holds(test: &Test, value: &Literal) -> Option<bool> {
    let operator = test.operator;
    match operator {
        Operator::Exists => Some(test.value == Literal::Bool(true)),
        Operator::Eq | Operator::In => is_listed(test, value),
        Operator::Neq | Operator::NotIn => is_listed(test, value).map(|listed| !listed),
        Operator::Regex => None,
        Operator::Contains => match (value, &test.value) {
            (Literal::String(text), Literal::String(part)) => Some(text.contains(&**part)),
            _ => None,
        },
        Operator::Lt | Operator::Lte | Operator::Gt | Operator::Gte => {
            let ordering = compare(value, &test.value)?;
            Some(match ordering {
                Ordering::Less => is_upper(operator),
                Ordering::Greater => !is_upper(operator),
                Ordering::Equal => !is_strict(operator),
            })
        }
    }
}

fn is_listed(test: &Test, value: &Literal) -> Option<bool> {
    let mut certain = true;
    for other in listed(test) {
        if std::mem::discriminant(other) != std::mem::discriminant(value) {
            certain = false;
        } else if other == value {
            return Some(true);
        }
    }
    certain.then_some(false)
}

fn compare(left: &Literal, right: &Literal) -> Option<Ordering> {
    match (left, right) {
        (Literal::Number(left), Literal::Number(right)) => Some(compare_numbers(left, right)),
        _ => None,
    }
}

/// `<` and `<=`
fn is_upper(operator: Operator) -> bool {
    matches!(operator, Operator::Lt | Operator::Lte)
}

/// `<` and `>`
fn is_strict(operator: Operator) -> bool {
    matches!(operator, Operator::Lt | Operator::Gt)
}

/// Whether the numbers that one bound admits lie within those of another one in the same direction.
fn is_within(inner: &Test, outer: &Test) -> bool {
    let ordering = compare(&inner.value, &outer.value);
    let nearer = if is_upper(inner.operator) { Ordering::Less } else { Ordering::Greater };
    match ordering {
        Some(Ordering::Equal) => is_strict(inner.operator) || !is_strict(outer.operator),
        ordering => ordering == Some(nearer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Path;

    fn test(operator: &str, value: Literal) -> Test {
        let operator = Operator::from_json_name(operator).unwrap();
        Test { path: Path(vec!["x".into()]), operator, value }
    }

    fn number(spelling: &str) -> Literal {
        Literal::Number(spelling.into())
    }

    fn text(value: &str) -> Literal {
        Literal::String(value.into())
    }

    #[test]
    fn bounds() {
        for (first, a, second, b, expected) in [
            ("lt", "5", "lt", "5.0", true),
            ("lt", "5", "lte", "5", true),
            ("lte", "5", "lt", "5", false),
            ("lte", "5", "lt", "6", true),
            ("gt", "5", "gte", "4", true),
            ("gte", "5", "gt", "5", false),
            ("gt", "5", "lt", "9", false),
            ("neq", "5", "gt", "3", false),
            ("gt", "5", "neq", "3", false),
            ("eq", "5", "lte", "5", true),
            ("eq", "5", "lt", "5", false),
        ] {
            let implied = implies(&test(first, number(a)), &test(second, number(b)));
            assert_eq!(implied, expected, "{first} {a} {second} {b}");
        }
        for (first, a, second, b, expected) in [
            ("lt", "5", "gt", "5", true),
            ("lte", "5", "gte", "5", false),
            ("lt", "5", "gte", "5", true),
            ("gt", "9", "lt", "5", true),
            ("eq", "5", "gt", "5", true),
            ("eq", "5", "gte", "5", false),
            ("neq", "5", "eq", "5", true),
        ] {
            let found = contradicts(&test(first, number(a)), &test(second, number(b)));
            assert_eq!(found, expected, "{first} {a} {second} {b}");
        }
    }

    #[test]
    fn lists_and_presence() {
        let any = test("in", Literal::List(vec![text("a"), text("b")]));
        let none = test("not_in", Literal::List(vec![text("a"), text("b")]));
        let missing = test("exists", Literal::Bool(false));
        let present = test("exists", Literal::Bool(true));
        assert!(implies(&test("eq", text("a")), &any) && !implies(&any, &test("eq", text("a"))));
        assert!(implies(&none, &test("neq", text("a"))));
        assert!(!implies(&test("neq", text("a")), &none));
        assert!(contradicts(&any, &none) && contradicts(&test("eq", text("c")), &any));
        assert!(implies(&any, &present) && !implies(&missing, &present));
        assert!(implies(&none, &present) && contradicts(&none, &missing));
    }

    #[test]
    fn nothing_is_certain_of_other_types_and_other_arguments() {
        let eq = test("eq", text("5"));
        assert!(!implies(&eq, &test("neq", number("5"))));
        assert!(!contradicts(&eq, &test("eq", number("5"))));
        assert!(!contradicts(&test("eq", Literal::Null), &test("eq", text("a"))));
        let elsewhere = Test { path: Path(vec!["y".into()]), ..eq.clone() };
        assert!(!implies(&eq, &elsewhere) && !contradicts(&eq, &elsewhere));
        assert!(!implies(&test("regex", text("a")), &test("regex", text("b"))));
        assert!(implies(&test("regex", text("^(?:a)$")), &test("regex", text("a"))));
        assert!(!implies(&test("regex", text("a")), &test("regex", text("^(?:a)$"))));
    }
}
