//! Conditions that have been looked at and found good, so that their like need not be looked at again.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// Which questions about which conditions found nothing, by the conditions' wording. Whether something is known never shows in a
/// result.
#[derive(Debug, Default)]
pub struct Sound {
    known: RwLock<HashMap<Box<str>, u32, foldhash::quality::RandomState>>,
}

/// So many conditions are remembered, and none longer than this in bytes.
const MAX_CONDITIONS: usize = 1 << 14;
const MAX_WORDING: usize = 512;

impl Sound {
    /// Whether a question, which is a bit, found nothing about a condition of this wording.
    pub fn has(&self, wording: &str, question: u32) -> bool {
        // What is remembered is whole at any time, so a panic elsewhere leaves it good.
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(wording).is_some_and(|questions| questions & question != 0)
    }

    /// Remembers that a question found nothing. An empty wording is no wording.
    pub fn remember(&self, wording: &str, question: u32) {
        if wording.is_empty() || wording.len() > MAX_WORDING {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(questions) = known.get_mut(wording) {
            *questions |= question;
            return;
        }
        if known.len() >= MAX_CONDITIONS {
            known.clear();
        }
        known.insert(wording.into(), question);
    }
}
