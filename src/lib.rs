//! A policy language for AI agents' tools.

pub mod source;
pub mod text;
pub mod diagnostic;
pub mod input;
pub mod syntax;
pub mod policy;
pub mod json;
pub mod manifest;
pub mod resolve;
pub mod lower;
pub mod policy_json;
pub mod format;
pub mod emit;
pub mod decompile;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
