//! All integration tests, as one binary: a module a stage.

mod explain;
mod format;
mod support;
mod syntax;
