//! Tables of schemas and paths or tests, and what is said of them.

mod lookups;
mod verdicts;

use crate::policy::Path;

/// The path of keys without dots.
fn path(dotted: &str) -> Path {
    Path(dotted.split('.').map(Into::into).collect())
}
