//! The gateway's policy.json, version "1": its content, how it is read with every problem at its place, and how it
//! is written.
//!
//! Facts about the format come from the gateway's public pages. This layer knows nothing of `.gate`, but that what is
//! said about a name that a manifest lacks is said here in the same words.

mod conditions;
mod document;
mod errors;
mod findings;
mod keys;
mod limits;
mod model;
mod names;
mod older;
mod read;
mod translate;
mod words;
mod write;

pub use document::{Document, Limit, Predicate, ToolRule};
pub use findings::MAX_FINDINGS;
pub use keys::Place;
pub use model::{Model, model};
pub use read::{PlacedDocument, read, read_any, read_placed};
pub use write::{predicate_length, write, write_rule};

/// The JSON Schema (2020-12) of policy.json.
pub const SCHEMA: &str = include_str!("../../schema/policy.schema.json");
