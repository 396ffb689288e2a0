//! From the text of a configuration to its sections.

use toml::de::DeTable;

use super::entries::{Text, Value, entries};
use super::syntax::{Repaired, repair};
use super::{Config, MAX_BYTES, MAX_FINDINGS, errors, sections, suppress};
use crate::diagnostic::{self, Code, Diagnostic};
use crate::source::{FileId, Span};

/// The keys of a configuration.
const KEYS: [&str; 6] = ["exclude", "targets", "rules", "thresholds", "manifests", "suppress"];

pub(super) fn read(file: FileId, text: &str) -> (Config, Vec<Diagnostic>) {
    if text.len() > MAX_BYTES {
        return (Config::default(), vec![errors::too_large(Span::new(file, 0, 0), text.len())]);
    }
    let mut reading = Text::new(file, text);
    let mut config = Config::default();
    match DeTable::parse(text) {
        Ok(table) => table_of(&mut reading, &mut config, table.get_ref(), true),
        Err(_) => {
            let Repaired { text, findings } = repair(file, text);
            let (table, _) = DeTable::parse_recoverable(&text);
            reading.findings = findings;
            table_of(&mut reading, &mut config, table.get_ref(), false);
        }
    }
    (config, in_order(reading.findings))
}

/// Reads the whole table. `whole` says that no line of the author's is missing in it.
fn table_of(text: &mut Text<'_>, config: &mut Config, table: &DeTable<'_>, whole: bool) {
    for (key, value) in entries(table) {
        let key = text.key(key);
        if text.is_full() {
            return;
        }
        if KEYS.contains(&key.text) {
            section(text, config, key.text, value, whole);
        } else if Code::from_name(key.text).is_some_and(Code::is_rule) {
            text.add(errors::rule_outside_rules(key.span, key.text));
        } else {
            text.add(errors::unknown_key(key.span, "the configuration", key.text, &KEYS));
        }
    }
}

fn section(text: &mut Text<'_>, config: &mut Config, key: &str, value: &Value<'_>, whole: bool) {
    match key {
        "exclude" => config.excluded = sections::exclude(text, value),
        "targets" => config.targets = sections::targets(text, value),
        "rules" => sections::rules(text, value, &mut config.settings),
        "thresholds" => sections::thresholds(text, value, &mut config.settings.thresholds),
        "manifests" => {
            (config.manifests, config.manifest_patterns) = sections::manifests(text, value);
        }
        _ => (config.suppressions, config.suppressed) = suppress::read(text, value, whole),
    }
}

/// The findings by place, no more of them than anybody reads.
fn in_order(mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostic::sort(&mut findings);
    if findings.len() >= MAX_FINDINGS {
        findings.truncate(MAX_FINDINGS);
        if let Some(last) = findings.last_mut() {
            last.notes.push("this file has more errors than are shown here".to_owned());
        }
    }
    findings
}
