//! All integration tests, as one binary: a module a stage.

mod support;
mod syntax;
