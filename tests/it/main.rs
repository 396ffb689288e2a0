//! All integration tests, as one binary: a module a stage.

mod explain;
mod support;
mod syntax;
