//! A policy language for AI agents' tools.

pub mod check;
pub mod diagnostic;
pub mod format;
pub mod policy;
pub mod policy_json;
pub mod source;
pub mod syntax;
pub mod text;
