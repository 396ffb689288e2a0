//! What keeps a program from carrying out what it is asked: a wrong call, a file that cannot be read.

use std::path::Path;

use super::file_system::{FileSystem, quoted};
use crate::source::LoadError;

/// Why something could not be carried out. Findings in a file are not faults.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The fault: one lower-case sentence without a full stop.
    pub message: String,
    /// What to do instead.
    pub help: Option<String>,
}

impl Fault {
    /// A fault with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// A fault that no user can have caused.
    pub fn of_the_tool(what: &str) -> Self {
        Self::new(format!("this is a bug in gatewright, please report it: {what}"))
    }

    /// The file `name` cannot be read.
    pub fn unreadable(name: &str, reason: &str) -> Self {
        Self::new(format!("cannot read {name}: {reason}"))
    }

    /// The file at a path cannot be read.
    pub(super) fn unread(files: &dyn FileSystem, path: &Path, error: &LoadError) -> Self {
        let fault = Self::unreadable(&quoted(files, path), &error.reason);
        Self { help: error.help.clone(), ..fault }
    }

    /// With what to do instead.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl From<Fault> for Vec<Fault> {
    fn from(fault: Fault) -> Vec<Fault> {
        vec![fault]
    }
}
