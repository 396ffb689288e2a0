//! All integration tests, as one binary: a module a stage.

#[cfg(feature = "cli")]
mod cli;
mod explain;
mod manifest;
mod policy_json;
mod support;
mod syntax;
