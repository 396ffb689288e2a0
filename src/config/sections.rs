//! The sections of a configuration, suppressions apart.

use toml::de::DeValue;

use super::entries::{Text, Value, Word, entries};
use super::patterns::{Patterns, PatternsBuilder};
use super::{ManifestFile, caps, errors, names};
use crate::diagnostic::Severity;
use crate::emit::{PolicyJson, Target};
use crate::lint::{Settings, Thresholds};
use crate::text::{choice, quote};

/// What a rule can be set to.
const SEVERITIES: [&str; 4] = ["off", "info", "warning", "error"];
/// The classes that have a threshold.
const THRESHOLDS: [&str; 2] = ["write", "execute"];

pub(super) fn exclude(text: &mut Text<'_>, value: &Value<'_>) -> Patterns {
    let mut builder = PatternsBuilder::default();
    for word in text.strings("`exclude`", value, None) {
        pattern(text, &mut builder, &word);
    }
    build(text, value, builder)
}

pub(super) fn targets(text: &mut Text<'_>, value: &Value<'_>) -> Vec<&'static str> {
    let known = [PolicyJson.name()];
    let help = format!("name {}, or remove the key", choice(known, known.len()));
    let mut targets = Vec::new();
    for word in text.strings("`targets`", value, Some(&help)) {
        match known.into_iter().find(|name| *name == word.text) {
            Some(name) => targets.push(name),
            None => text.add(errors::wrong_word(word.span, "target", word.text, &known)),
        }
    }
    targets.dedup();
    targets
}

pub(super) fn rules(text: &mut Text<'_>, value: &Value<'_>, settings: &mut Settings) {
    let help = "write `[rules]`, then a line for each rule";
    let Some(table) = text.table("`rules`", value, help) else { return };
    for (key, value) in entries(table) {
        if text.is_full() {
            return;
        }
        let name = text.key(key);
        let severity = severity(text, &name, value);
        match (names::rule(name.text), severity) {
            (Ok(code), Some(severity)) => {
                settings.severities.insert(code, severity);
            }
            (Err(wrong), _) => {
                text.add(errors::error(name.span, wrong.message).with_help(wrong.help));
            }
            (Ok(_), None) => {}
        }
    }
}

/// The severity that a rule is set to; `Some(None)` switches it off.
fn severity(text: &mut Text<'_>, name: &Word<'_>, value: &Value<'_>) -> Option<Option<Severity>> {
    let span = text.span(value.span());
    let subject = format!("the severity of {}", quote(name.text));
    let DeValue::String(word) = value.get_ref() else {
        let finding = errors::wrong_type(span, &subject, "a string", value.get_ref());
        let help = match value.get_ref() {
            DeValue::Boolean(false) => "write `\"off\"`".to_owned(),
            _ => format!("write {}", choice(SEVERITIES, SEVERITIES.len())),
        };
        text.add(finding.with_help(help));
        return None;
    };
    match &**word {
        "off" => Some(None),
        "info" => Some(Some(Severity::Info)),
        "warning" => Some(Some(Severity::Warning)),
        "error" => Some(Some(Severity::Error)),
        other => {
            let finding = errors::wrong_word(span, "severity", other, &SEVERITIES);
            text.add(finding.with_help_if(meant(other)));
            None
        }
    }
}

/// What other programs call a severity.
fn meant(word: &str) -> Option<String> {
    let meant = match word.to_ascii_lowercase().as_str() {
        "warn" => "warning",
        "deny" | "forbid" | "fail" | "critical" => "error",
        "note" | "hint" | "notice" => "info",
        "allow" | "ignore" | "none" | "disabled" | "false" => "off",
        _ => return None,
    };
    Some(format!("did you mean {}?", quote(meant)))
}

pub(super) fn thresholds(text: &mut Text<'_>, value: &Value<'_>, thresholds: &mut Thresholds) {
    let help = "write `[thresholds]`, then a line for each class";
    let Some(table) = text.table("`thresholds`", value, help) else { return };
    for (key, value) in entries(table) {
        let key = text.key(key);
        let place = match key.text {
            "write" => &mut thresholds.write,
            "execute" => &mut thresholds.execute,
            other => {
                text.add(errors::unknown_key(key.span, "`[thresholds]`", other, &THRESHOLDS));
                continue;
            }
        };
        if let Some(calls) = threshold(text, &key, value) {
            *place = calls;
        }
    }
}

fn threshold(text: &mut Text<'_>, key: &Word<'_>, value: &Value<'_>) -> Option<u64> {
    let span = text.span(value.span());
    let DeValue::String(written) = value.get_ref() else {
        let subject = format!("the threshold {}", quote(key.text));
        let finding = errors::wrong_type(span, &subject, "a string", value.get_ref());
        text.add(finding.with_help(caps::FORM));
        return None;
    };
    match caps::calls_per_minute(written) {
        Ok(calls) => Some(calls),
        Err(wrong) => {
            let span = text.part(&Word { text: written, span }, wrong.part);
            text.add(errors::error(span, wrong.message).with_help(wrong.help));
            None
        }
    }
}

pub(super) fn manifests(text: &mut Text<'_>, value: &Value<'_>) -> (Vec<ManifestFile>, Patterns) {
    let help = "write `[manifests]`, then a line for each pattern";
    let Some(table) = text.table("`manifests`", value, help) else { return Default::default() };
    let (mut files, mut builder) = (Vec::new(), PatternsBuilder::default());
    for (key, value) in entries(table) {
        let key = text.key(key);
        let file = manifest(text, &key, value);
        if about_gate_files(text, &key, "name the manifest in the file: `manifest \"FILE\"`") {
            continue;
        }
        if let Some(file) = file
            && pattern(text, &mut builder, &key)
        {
            files.push(file);
        }
    }
    (files, build(text, value, builder))
}

fn manifest(text: &mut Text<'_>, key: &Word<'_>, value: &Value<'_>) -> Option<ManifestFile> {
    let place = text.span(value.span());
    let subject = format!("the manifest for {}", quote(key.text));
    match value.get_ref() {
        DeValue::String(path) if path.trim().is_empty() => {
            text.add(
                errors::error(place, format!("{subject} is empty"))
                    .with_help("write the path of a file with the server's answer to `tools/list`"),
            );
            None
        }
        DeValue::String(path) => Some(ManifestFile { path: path.to_string(), place }),
        found => {
            let finding = errors::wrong_type(place, &subject, "a string", found);
            // A point in a key that is not quoted begins a table.
            let dotted = found.is_table().then(|| "put the pattern in quotes".to_owned());
            text.add(finding.with_help_if(dotted));
            None
        }
    }
}

/// Adds a pattern, or says what is wrong with it.
pub(super) fn pattern(text: &mut Text<'_>, builder: &mut PatternsBuilder, word: &Word<'_>) -> bool {
    let wrong = builder.add(word.text).err();
    let is_right = wrong.is_none();
    if let Some(wrong) = wrong {
        text.add(errors::error(word.span, wrong.message).with_help(wrong.help));
    }
    is_right
}

/// Whether a pattern can only match `.gate` files, for which its section is not; then says so.
pub(super) fn about_gate_files(text: &mut Text<'_>, word: &Word<'_>, help: &str) -> bool {
    let is_gate = word.text.ends_with(".gate");
    if is_gate {
        text.add(errors::of_gate_files(word.span, word.text, help));
    }
    is_gate
}

/// All patterns of a section together.
pub(super) fn build(text: &mut Text<'_>, value: &Value<'_>, builder: PatternsBuilder) -> Patterns {
    builder.build().unwrap_or_else(|| {
        text.add(errors::patterns_too_large(text.span(value.span())));
        Patterns::default()
    })
}
