//! What users are told about fixes that were not applied.

use std::fmt;

use crate::diff::DiffSubject;
use crate::text::{clean, quote};

/// How many of the refused fixes a note describes.
const SHOWN: usize = 3;

/// Fixes of one policy that undo each other without end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixFault {
    /// The path of the policy.
    pub path: String,
    /// What the fixes do.
    pub titles: Vec<String>,
}

impl fmt::Display for FixFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let titles: Vec<_> = self.titles.iter().take(4).map(|title| clean(title)).collect();
        let path = clean(&self.path);
        write!(formatter, "{path}: these fixes undo each other: {}", titles.join("; "))
    }
}

impl std::error::Error for FixFault {}

/// Fixes of one policy that were not applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FixNote {
    /// It is not certain that every call that is blocked would still be blocked.
    Refused {
        /// The path of the policy.
        path: String,
        /// The fixes, in the order in which they were tried.
        fixes: Vec<RefusedFix>,
    },
    /// The budget was spent before every fix was tried.
    Stopped {
        /// The path of the policy.
        path: String,
    },
}

/// A fix that was not applied because a blocked call might get through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedFix {
    /// Where its finding is: file, line and column.
    pub place: String,
    /// What it does.
    pub title: String,
    /// Why it was refused.
    pub reason: RefusalReason,
}

/// The reason why a fix was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefusalReason {
    /// More of these calls might get through, or that could not be ruled out.
    Wider(DiffSubject),
    /// The policy does not compile yet, so nothing can be compared.
    DoesNotCompile,
}

impl fmt::Display for RefusalReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = match self {
            RefusalReason::DoesNotCompile => {
                return formatter
                    .write_str("the policy does not compile, so it cannot be compared");
            }
            RefusalReason::Wider(DiffSubject::Tool(name)) => format!("calls of {}", quote(name)),
            RefusalReason::Wider(DiffSubject::OtherTools) => {
                "calls of tools not named here".to_owned()
            }
            RefusalReason::Wider(DiffSubject::AllCalls) => "more calls in total".to_owned(),
        };
        write!(formatter, "{calls} that are blocked now might get through")
    }
}

impl fmt::Display for FixNote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FixNote::Refused { path, fixes } => {
                let number = count_of_fixes(fixes.len());
                write!(formatter, "{}: did not apply {number}:", clean(path))?;
                for RefusedFix { place, title, reason } in fixes.iter().take(SHOWN) {
                    write!(formatter, "\n  {}: {}: {reason}", clean(place), clean(title))?;
                }
                match fixes.len().saturating_sub(SHOWN) {
                    0 => Ok(()),
                    more => write!(formatter, "\n  and {more} more"),
                }
            }
            FixNote::Stopped { path } => write!(
                formatter,
                "{}: stopped before trying every fix; run the command again to continue",
                clean(path)
            ),
        }
    }
}

fn count_of_fixes(number: usize) -> String {
    if number == 1 { "1 fix".to_owned() } else { format!("{number} fixes") }
}
