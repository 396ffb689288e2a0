//! All integration tests, as one binary: a module a stage.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that fails shall say so at once"
)]

mod assertions;
mod budgets;
#[cfg(feature = "cli")]
mod cli;
mod config;
mod decide;
mod decompile;
mod diff;
mod docs;
mod editor;
mod explain;
mod format;
#[cfg(feature = "cli")]
mod growth;
mod hostile;
mod laws;
mod layers;
mod lint;
mod logic;
mod lowering;
mod manifest;
mod names;
mod policy_json;
mod random;
mod risk;
mod rules;
mod starter;
mod support;
mod syntax;
mod wording;
