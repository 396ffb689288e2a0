//! All integration tests, as one binary: a module a stage.

mod manifest;
mod support;
