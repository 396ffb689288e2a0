//! The same questions about a policy.json.
//!
//! While somebody types, the text is no JSON most of the time. So every answer is made from a [`sketch`], which is there for any
//! text; what the policy says is asked only where the document is valid, and what the manifest says always.

mod actions;
mod complete;
mod facts;
mod hints;
mod hover;
mod limit;
mod meaning;
mod names;
mod outline;
mod role;
mod sketch;

pub(super) use actions::actions;
pub(super) use complete::complete;
pub(super) use hints::hints;
pub(super) use hover::hover;
pub(super) use names::{definition, highlights, references};
pub(super) use outline::{folds, selection, symbols};
