//! What users are told about fixes that were not applied.

use std::fmt;

use crate::text::clean;

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
        /// How many fixes.
        count: usize,
    },
    /// The budget was spent before every fix was tried.
    Stopped {
        /// The path of the policy.
        path: String,
    },
}

impl fmt::Display for FixNote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FixNote::Refused { path, count: number } => write!(
                formatter,
                "{}: did not apply {}: calls that are blocked now might get through",
                clean(path),
                count_of_fixes(*number)
            ),
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
