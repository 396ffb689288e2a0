//! What the user wants to hear, and how strictly.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Code, Diagnostic, Severity};

/// Which rules are on, with which severity, and the thresholds of those that measure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The severity of rules that have another than their own; `None` switches a rule off.
    pub severities: BTreeMap<Code, Option<Severity>>,
    /// How many calls a cap may let through.
    pub thresholds: Thresholds,
}

/// The most calls per minute that a cap may let through in the long run before it is found too loose; an hour counts 60 minutes, a
/// day 1,440. The configuration may say them by the hour or the day; they are rounded down, so that nothing passes which it
/// calls too loose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// For tools that write: four times what a starter policy gives them.
    pub write: u64,
    /// For tools that execute: what a starter policy gives them.
    pub execute: u64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { write: 4 * super::RECOMMENDED_WRITE, execute: super::RECOMMENDED_EXECUTE }
    }
}

impl Settings {
    /// The severity of a code's findings; `None` when they are not wanted. Errors of the language cannot be changed.
    pub fn severity(&self, code: Code) -> Option<Severity> {
        match self.severities.get(&code) {
            Some(severity) if code.is_rule() => *severity,
            _ => Some(code.severity()),
        }
    }

    /// Leaves on these rules only. One that was off gets its own severity.
    pub fn select(&mut self, rules: &BTreeSet<Code>) {
        for code in Code::ALL.iter().copied().filter(|code| code.is_rule()) {
            if !rules.contains(&code) {
                self.severities.insert(code, None);
            } else if self.severities.get(&code) == Some(&None) {
                self.severities.remove(&code);
            }
        }
    }

    /// Switches these rules off.
    pub fn ignore(&mut self, rules: &BTreeSet<Code>) {
        self.severities.extend(rules.iter().map(|code| (*code, None)));
    }

    /// Narrows the rules to some, if any are given, without others: what the user asks for besides a configuration.
    pub fn choose(&mut self, select: &BTreeSet<Code>, ignore: &BTreeSet<Code>) {
        if !select.is_empty() {
            self.select(select);
        }
        self.ignore(ignore);
    }

    /// Gives findings their severity, and drops those that are not wanted. A finding that its rule made lighter or heavier than
    /// usual stays so unless its code is configured.
    pub fn apply(&self, diagnostics: &mut Vec<Diagnostic>) {
        if self.severities.is_empty() {
            return;
        }
        diagnostics.retain_mut(|diagnostic| {
            let configured = self.severities.get(&diagnostic.code);
            match configured.filter(|_| diagnostic.code.is_rule()) {
                None => true,
                Some(None) => false,
                Some(Some(severity)) => {
                    diagnostic.severity = *severity;
                    true
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selected_rules_are_on_and_ignored_ones_off() {
        let mut settings = Settings::default();
        settings.severities.insert(Code::LooseCap, None);
        settings.severities.insert(Code::UncappedWrite, Some(Severity::Error));
        settings.select(&[Code::LooseCap, Code::UncappedWrite].into());
        assert_eq!(settings.severity(Code::LooseCap), Some(Code::LooseCap.severity()));
        assert_eq!(settings.severity(Code::UncappedWrite), Some(Severity::Error));
        assert_eq!(settings.severity(Code::InertRule), None);
        assert_eq!(settings.severity(Code::UnknownTool), Some(Severity::Error));
        settings.ignore(&[Code::UncappedWrite].into());
        assert_eq!(settings.severity(Code::UncappedWrite), None);
    }
}
