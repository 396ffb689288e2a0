//! How a run ended, and what is said when it could not be carried out.

use std::process::ExitCode;

pub use crate::project::Fault;

/// How a run ended. The order is that of weight, so that the worst of several counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Nothing at or above error.
    Clean,
    /// Errors were found in the files.
    Errors,
    /// A wrong call, a file that cannot be read or written, or a fault of the tool itself.
    Fault,
}

impl Exit {
    /// [`Exit::Errors`] or [`Exit::Clean`].
    pub fn from_errors(found: bool) -> Exit {
        if found { Exit::Errors } else { Exit::Clean }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Clean => 0,
            Exit::Errors => 1,
            Exit::Fault => 2,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_several_counts() {
        assert_eq!([Exit::Errors, Exit::Fault, Exit::Clean].into_iter().max(), Some(Exit::Fault));
        assert_eq!(Exit::from_errors(true).max(Exit::Clean), Exit::Errors);
    }
}
