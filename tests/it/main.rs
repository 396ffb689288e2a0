//! All integration tests, as one binary: a module a stage.

mod policy_json;
mod support;
