//! All integration tests, as one binary: a module a stage.

mod explain;
mod manifest;
mod policy_json;
mod support;
mod syntax;
