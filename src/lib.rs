//! A policy language for AI agents' tools.

pub mod check;
pub mod diagnostic;
pub mod input;
pub mod json;
pub mod lower;
pub mod manifest;
pub mod policy;
pub mod policy_json;
pub mod resolve;
pub mod source;
pub mod syntax;
pub mod text;
