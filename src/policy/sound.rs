//! Statements that have been looked at and found good, so that they need not be looked at again after each edit.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// Which questions about which statements found nothing, by the statements' characters. Whether something is known never shows in a
/// result.
#[derive(Debug, Default)]
pub struct Sound {
    known: RwLock<HashMap<Box<str>, u32, foldhash::quality::RandomState>>,
}

/// So many statements are remembered, and none longer than this in bytes.
const MAX_STATEMENTS: usize = 1 << 14;
const MAX_STATEMENT: usize = 512;

impl Sound {
    /// Whether a question, which is a bit, found nothing about a statement.
    pub fn has(&self, statement: &str, question: u32) -> bool {
        // What is remembered is whole at any time, so a panic elsewhere leaves it good.
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(statement).is_some_and(|questions| questions & question != 0)
    }

    /// Remembers that a question found nothing. Long ones are not.
    pub fn remember(&self, statement: &str, question: u32) {
        if statement.is_empty() || statement.len() > MAX_STATEMENT {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(questions) = known.get_mut(statement) {
            *questions |= question;
            return;
        }
        if known.len() >= MAX_STATEMENTS {
            known.clear();
        }
        known.insert(statement.into(), question);
    }
}
