//! The names of rules, as people write them into configurations and calls.

use crate::diagnostic::Code;
use crate::text::{did_you_mean, quote};

/// Why a name is not that of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongName {
    /// What is wrong: one lower-case sentence without a full stop.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

/// The rule of a name. Errors of the language are no rules: nobody can switch them off.
///
/// # Errors
/// No rule has the name.
pub fn rule(name: &str) -> Result<Code, WrongName> {
    match Code::from_name(name) {
        Some(code) if code.is_rule() => Ok(code),
        Some(_) => Err(WrongName {
            message: format!(
                "{} is an error of the language, which cannot be configured or suppressed",
                quote(name)
            ),
            help: "remove it: errors of the language are always reported".to_owned(),
        }),
        None => {
            let rules = Code::ALL.iter().filter(|code| code.is_rule()).map(|code| code.name());
            let help = did_you_mean(name, rules);
            Err(WrongName {
                message: format!("unknown rule {}", quote(name)),
                help: help.unwrap_or_else(|| "list the rules with `gatewright explain`".to_owned()),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rules_can_be_named() {
        assert_eq!(rule("uncapped-write"), Ok(Code::UncappedWrite));
        let wrong = rule("Uncapped_Write").unwrap_err();
        assert_eq!(wrong.message, "unknown rule `Uncapped_Write`");
        assert_eq!(wrong.help, "did you mean `uncapped-write`?");
        assert!(rule("unknown-tool").unwrap_err().message.contains("error of the language"));
        assert!(rule("frobnicate").unwrap_err().help.contains("gatewright explain"));
    }
}
