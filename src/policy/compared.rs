//! What is known of the arguments that a guard compares with numbers.

use super::{Path, ToolId};

/// An argument that a guard compares with numbers. Where it may be a list or an object, a comparison of it has no exact
/// negation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The argument.
    pub path: Path,
    /// Why it may be a list or an object, for the first of the guard's tools where it may; `None` where every schema
    /// rules both out.
    pub composite: Option<(ToolId, MayBeComposite)>,
    /// Whether a schema lets it be null.
    pub nullable: bool,
}

/// Why an argument may be a list or an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MayBeComposite {
    /// There is no manifest.
    NoManifest,
    /// The manifest lacks the tool.
    UnknownTool,
    /// The tool's schema says no type.
    NoType,
    /// The tool's schema admits a list or an object.
    Declared,
}

impl Compared {
    /// What is known of an argument among these.
    pub fn find<'c>(compared: &'c [Compared], path: &Path) -> Option<&'c Compared> {
        compared.iter().find(|compared| compared.path == *path)
    }
}
