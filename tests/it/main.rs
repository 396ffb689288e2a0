//! All integration tests, as one binary: a module a stage.

#[cfg(feature = "cli")]
mod cli;
mod decompile;
mod explain;
mod manifest;
mod policy_json;
mod support;
mod syntax;
