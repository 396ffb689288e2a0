//! The entries `[[suppress]]`.

use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

use super::entries::{Text, Value, Word, entries};
use super::patterns::{Patterns, PatternsBuilder};
use super::sections::{about_gate_files, build};
use super::{errors, names, sections};
use crate::diagnostic::Code;
use crate::lint::suppress::Suppression;
use crate::source::Span;
use crate::text::quote;

/// The keys of an entry.
const KEYS: [&str; 5] = ["path", "rules", "tools", "until", "reason"];
/// What a date looks like.
const DATE: &str = "write the expiry date, such as `2027-01-31`";

/// What was read of an entry.
struct Draft<'v> {
    path: Option<Word<'v>>,
    rules: Option<Vec<Code>>,
    tools: Vec<String>,
    until: Option<Date>,
    reason: Option<String>,
    place: Span,
}

/// The suppressions, and the patterns of their paths. An entry with a mistake is left out whole: what it would suppress is
/// reported. `whole` says that no line of the text is missing; if one is, it may be any entry's, and all are left out.
pub(super) fn read(
    text: &mut Text<'_>,
    value: &Value<'_>,
    whole: bool,
) -> (Vec<Suppression>, Patterns) {
    let DeValue::Array(list) = value.get_ref() else {
        let span = text.span(value.span());
        let finding = errors::wrong_type(span, "`suppress`", "a list of tables", value.get_ref());
        text.add(finding.with_help("write `[[suppress]]` before each suppression"));
        return Default::default();
    };
    let (mut suppressions, mut builder) = (Vec::new(), PatternsBuilder::default());
    for value in list {
        if text.is_full() {
            break;
        }
        let help = "write `[[suppress]]` before each suppression";
        let Some(table) = text.table("a suppression", value, help) else { continue };
        let before = text.findings.len();
        let draft = Draft::read(text, table, text.span(value.span()), whole);
        // The path takes a number among the patterns only if the rest is right.
        let path = draft.path.clone().filter(|_| text.findings.len() == before);
        if let (Some(path), Some(suppression)) = (path, draft.finish())
            && sections::pattern(text, &mut builder, &path)
        {
            suppressions.push(suppression);
        }
    }
    if !whole {
        return Default::default();
    }
    let patterns = build(text, value, builder);
    (suppressions, patterns)
}

impl<'v> Draft<'v> {
    fn read(text: &mut Text<'_>, table: &'v DeTable<'_>, place: Span, whole: bool) -> Self {
        let mut draft =
            Self { path: None, rules: None, tools: Vec::new(), until: None, reason: None, place };
        for (key, value) in entries(table) {
            let key = text.key(key);
            match key.text {
                "path" => draft.path = path(text, value),
                "rules" => draft.rules = rules(text, value),
                "tools" => draft.tools = tools(text, value),
                "until" => draft.until = until(text, value),
                "reason" => draft.reason = reason(text, value),
                other => text.add(errors::unknown_key(key.span, "a suppression", other, &KEYS)),
            }
        }
        for (key, help) in [
            ("path", "add the policy.json files: `path = \"policies/old.policy.json\"`"),
            ("rules", "add the rules to suppress: `rules = [\"uncapped-write\"]`"),
            ("reason", "add the reason: `reason = \"…\"`"),
        ] {
            // A key that was misspelt, or that stands where the text is broken, has its own finding.
            if whole && !table.contains_key(key) && !has_similar(table, key) {
                text.add(errors::missing_key(place, key, help));
            }
        }
        draft
    }

    fn finish(self) -> Option<Suppression> {
        Some(Suppression {
            rules: self.rules?,
            tools: self.tools,
            until: self.until,
            reason: self.reason?,
            place: self.place,
            comment: None,
        })
    }
}

/// Whether the table has another key that was meant to be this one.
fn has_similar(table: &DeTable<'_>, key: &str) -> bool {
    table.keys().map(|other| other.get_ref()).any(|other| {
        !KEYS.contains(&&**other) && crate::text::nearest(other, KEYS).first() == Some(&key)
    })
}

fn path<'v>(text: &mut Text<'_>, value: &'v Value<'_>) -> Option<Word<'v>> {
    let word = text.string("`path`", value)?;
    let help = "write a comment in the file: `# gatewright: allow(RULE) REASON`";
    (!about_gate_files(text, &word, help)).then_some(word)
}

fn rules(text: &mut Text<'_>, value: &Value<'_>) -> Option<Vec<Code>> {
    let help = "name the rules to suppress";
    let mut codes = Vec::new();
    for word in text.strings("`rules`", value, Some(help)) {
        if text.is_full() {
            return None;
        }
        match names::rule(word.text) {
            Ok(code) if codes.contains(&code) => {}
            Ok(code) => codes.push(code),
            Err(wrong) => {
                text.add(errors::error(word.span, wrong.message).with_help(wrong.help));
            }
        }
    }
    (!codes.is_empty()).then_some(codes)
}

fn tools(text: &mut Text<'_>, value: &Value<'_>) -> Vec<String> {
    let help = "name the tools, or remove the key to cover all of them";
    let words = text.strings("`tools`", value, Some(help));
    for word in words.iter().filter(|word| word.text.is_empty()) {
        let help = "write the name of a tool, or a glob with `*` and `?`";
        text.add(errors::error(word.span, "a tool has an empty name").with_help(help));
    }
    words.into_iter().map(|word| word.text.to_owned()).collect()
}

fn reason(text: &mut Text<'_>, value: &Value<'_>) -> Option<String> {
    let word = text.string("`reason`", value)?;
    if !word.text.contains(char::is_alphanumeric) {
        let help = "say why the findings are acceptable";
        let message = if word.text.trim().is_empty() {
            "the reason is empty".to_owned()
        } else {
            format!("{} is not a reason", quote(word.text))
        };
        text.add(errors::error(word.span, message).with_help(help));
        return None;
    }
    Some(word.text.to_owned())
}

fn until(text: &mut Text<'_>, value: &Value<'_>) -> Option<Date> {
    let span = text.span(value.span());
    let finding = match value.get_ref() {
        DeValue::Datetime(found) => match written_date(&found.to_string()) {
            Some(date) => return Some(date),
            None => errors::error(span, "`until` must be a date without a time"),
        },
        DeValue::String(found) => match written_date(found) {
            Some(date) => return Some(date),
            None => errors::error(span, format!("{} is not a date", quote(found))),
        },
        found => errors::wrong_type(span, "`until`", "a date", found),
    };
    text.add(finding.with_help(DATE));
    None
}

/// A date as `2027-01-31` and in no other form.
fn written_date(text: &str) -> Option<Date> {
    let [year, month, day] = text.split('-').collect::<Vec<_>>().try_into().ok()?;
    let digits =
        |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_form = digits(year, 4) && digits(month, 2) && digits(day, 2);
    let number = |part: &str| part.parse().ok();
    Date::new(year.parse().ok().filter(|_| is_form)?, number(month)?, number(day)?).ok()
}
