//! JSON values as the author spelled them.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::Sink;

/// A JSON value in a condition. Numbers keep their spelling; equality is by value.
#[derive(Clone, Debug)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number as spelled, such as `1.50` or `2e3`; valid JSON.
    Number(Box<str>),
    /// A string, decoded.
    String(Box<str>),
    /// A list.
    List(Vec<Literal>),
    /// An object in the author's order; no key stands twice.
    Object(Vec<(Box<str>, Literal)>),
}

impl Literal {
    /// Writes the value as JSON on one line, with a blank after `:` and `,`.
    pub fn write_json(&self, out: &mut impl Sink) {
        match self {
            Literal::Null => out.push_str("null"),
            Literal::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Literal::Number(spelling) => out.push_str(spelling),
            Literal::String(text) => write_string(text, out),
            Literal::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { ", " });
                    item.write_json(out);
                }
                out.push(']');
            }
            Literal::Object(members) => {
                out.push('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { ", " });
                    write_string(key, out);
                    out.push_str(": ");
                    value.write_json(out);
                }
                out.push('}');
            }
        }
    }

    /// A text that two values share exactly when they are equal.
    pub fn key(&self) -> String {
        self.key_by(|spelling, out| Decimal::parse(spelling).write_key(out))
    }

    /// The same for another equality of numbers: `number` writes a text that two numbers share exactly when they are equal.
    pub fn key_by(&self, number: fn(&str, &mut String)) -> String {
        let mut out = String::new();
        self.write_key(number, &mut out);
        out
    }

    fn write_key(&self, number: fn(&str, &mut String), out: &mut String) {
        match self {
            Literal::Number(spelling) => number(spelling, out),
            Literal::List(items) => {
                out.push('[');
                for item in items {
                    item.write_key(number, out);
                    out.push(',');
                }
                out.push(']');
            }
            Literal::Object(members) => {
                let mut sorted: Vec<&(Box<str>, Literal)> = members.iter().collect();
                sorted.sort_by(|left, right| left.0.cmp(&right.0));
                out.push('{');
                for (name, value) in sorted {
                    write_string(name, out);
                    value.write_key(number, out);
                    out.push(',');
                }
                out.push('}');
            }
            plain => plain.write_json(out),
        }
    }

    /// The value as JSON on one line.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out);
        out
    }
}

impl PartialEq for Literal {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Literal::Null, Literal::Null) => true,
            (Literal::Bool(left), Literal::Bool(right)) => left == right,
            (Literal::Number(left), Literal::Number(right)) => {
                compare_numbers(left, right) == Ordering::Equal
            }
            (Literal::String(left), Literal::String(right)) => left == right,
            (Literal::List(left), Literal::List(right)) => left == right,
            (Literal::Object(left), Literal::Object(right)) => {
                let right_values: HashMap<&str, &Literal> =
                    right.iter().map(|(key, value)| (key.as_ref(), value)).collect();
                left.len() == right.len()
                    && left
                        .iter()
                        .all(|(key, value)| right_values.get(key.as_ref()) == Some(&value))
            }
            _ => false,
        }
    }
}

/// Writes a JSON string: `"`, `\` and controls escaped, all else as it is. Characters that a reader cannot see
/// (see [`crate::text::is_hidden`]) are escaped too, so that no policy hides text in a review.
pub fn write_string(text: &str, out: &mut impl Sink) {
    out.push('"');
    // Nearly every name and text is plain: one look at its bytes instead of one at each character.
    if is_plain(text) {
        out.push_str(text);
        out.push('"');
        return;
    }
    let mut rest = text;
    while let Some(at) = rest.find(|c| matches!(c, '"' | '\\') || crate::text::is_hidden(c)) {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let mut characters = tail.chars();
        if let Some(character) = characters.next() {
            write_escape(character, out);
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// Whether a text is printable ASCII without `"` and `\`. Looks at every byte, because that takes fewer steps than
/// stopping early.
fn is_plain(text: &str) -> bool {
    text.bytes().fold(true, |plain, byte| {
        plain & matches!(byte, b' '..=b'~') & (byte != b'"') & (byte != b'\\')
    })
}

fn write_escape(character: char, out: &mut impl Sink) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        other => {
            let mut units = [0; 2];
            for unit in other.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
}

/// Compares two JSON numbers by their exact decimal value, whatever their size or spelling.
pub fn compare_numbers(left: &str, right: &str) -> Ordering {
    let (left, right) = (Decimal::parse(left), Decimal::parse(right));
    match (left.negative, right.negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => left.magnitude(&right),
        (true, true) => right.magnitude(&left),
    }
}

/// A number as `0.DIGITS × 10^exponent`, the digits without zeros at either end; zero has none. Its digits stay where they are
/// spelled, so that comparing numbers takes no memory.
struct Decimal<'s> {
    negative: bool,
    whole: &'s str,
    fraction: &'s str,
    exponent: i64,
}

impl<'s> Decimal<'s> {
    fn parse(spelling: &'s str) -> Self {
        let unsigned = spelling.strip_prefix('-').unwrap_or(spelling);
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (spelled_whole, spelled_fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut whole = spelled_whole.trim_start_matches('0');
        let mut fraction = spelled_fraction.trim_end_matches('0');
        let mut exponent = saturating_exponent(exponent).saturating_add(length(whole));
        if whole.is_empty() {
            let digits = fraction.trim_start_matches('0');
            exponent = exponent.saturating_sub(length(fraction).saturating_sub(length(digits)));
            fraction = digits;
        }
        if fraction.is_empty() {
            whole = whole.trim_end_matches('0');
        }
        let zero = whole.is_empty() && fraction.is_empty();
        Self {
            negative: !zero && spelling.starts_with('-'),
            whole,
            fraction,
            exponent: if zero { i64::MIN } else { exponent },
        }
    }

    /// Writes the same for every spelling of the number.
    fn write_key(&self, out: &mut String) {
        out.push_str(if self.negative { "#-" } else { "#" });
        out.push_str(self.whole);
        out.push_str(self.fraction);
        out.push('e');
        out.push_str(&self.exponent.to_string());
    }

    fn digits(&self) -> impl Iterator<Item = u8> + use<'s> {
        self.whole.bytes().chain(self.fraction.bytes())
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        self.exponent.cmp(&other.exponent).then_with(|| self.digits().cmp(other.digits()))
    }
}

fn length(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX)
}

/// An exponent as an integer; one with too many digits counts as the largest of its sign.
fn saturating_exponent(text: &str) -> i64 {
    const LARGEST: i64 = i64::MAX / 4;
    let fallback = if text.starts_with('-') { -LARGEST } else { LARGEST };
    text.strip_prefix('+')
        .unwrap_or(text)
        .parse()
        .map_or(fallback, |value: i64| value.clamp(-LARGEST, LARGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_by_value() {
        use Ordering::{Equal, Greater, Less};
        for (left, right, expected) in [
            ("1", "1.0", Equal),
            ("1e2", "100", Equal),
            ("0.10", "1E-1", Equal),
            ("-0", "0", Equal),
            ("9007199254740993", "9007199254740992", Greater),
            ("-2", "-1", Less),
            ("0", "-1", Greater),
            ("000", "0e5", Equal),
            ("100", "10", Greater),
            ("0.010", "10e-3", Equal),
            ("120.50", "1205e-1", Equal),
            ("0.5", "0.05", Greater),
            ("0", "0.001", Less),
            ("12", "9", Greater),
            ("1e999999999999999999999", "1e5", Greater),
        ] {
            assert_eq!(compare_numbers(left, right), expected, "{left} {right}");
        }
    }

    #[test]
    fn strings_hide_nothing() {
        let mut out = String::new();
        write_string("a\"\\\n\u{1b}\u{202e}\u{e0041}\u{e9}", &mut out);
        assert_eq!(out, "\"a\\\"\\\\\\n\\u001b\\u202e\\udb40\\udc41\u{e9}\"");
        assert_eq!(
            serde_json::from_str::<String>(&out).ok().as_deref(),
            Some("a\"\\\n\u{1b}\u{202e}\u{e0041}\u{e9}")
        );
    }
}
