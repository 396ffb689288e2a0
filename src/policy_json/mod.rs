//! The gateway's policy.json, version "1": its content, and how it is written.
//!
//! Facts about the format come from the gateway's public pages. This layer knows nothing of `.gate`.

mod document;

pub use document::{Document, Limit, Predicate, ToolRule};
