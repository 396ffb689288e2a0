//! What an editor asks while somebody writes a policy: one function for each question, answered from plain text positions.
//!
//! A [`Workspace`] holds what is open, over what lies on the disk. Its [`Snapshot`] never changes, so that an answer is of one
//! moment whatever is typed meanwhile; it checks a policy when someone first asks, and what an edit does not touch is kept for
//! the next snapshot. A [`View`] is one file of it, seen as a part of its policy. Every question is a function of a view and a
//! byte offset in its text; whatever form the file has, language or policy.json, it is the same function.
//!
//! Nothing here knows a protocol, a screen or a disk: positions are bytes, texts for people are Markdown in which strangers'
//! words are escaped ([`markdown`]), and files come through a [`Loader`](crate::source::Loader). The findings are those of
//! [`check::analyze`](crate::check::analyze), untouched.

mod configuration;
mod decision;
mod difference;
mod edits;
mod files;
mod lines;
pub mod markdown;
mod overlay;
mod phrases;
mod rates;
mod reach;
mod repaired;
mod schema;
mod snapshot;
mod view;
mod workspace;

pub mod actions;
pub mod answers;
pub mod completion;
pub mod cursor;
pub mod folding;
pub mod formatting;
pub mod hover;
pub mod inlay;
pub mod lens;
pub mod navigation;
mod policy_json;
pub mod rename;
pub mod search;
mod shapes;
pub mod signature;
pub mod symbols;
pub mod tokens;

pub use configuration::Scope;
pub use edits::{EditRange, Edits, FileEdits, TextEdit};
pub use files::Folder;
pub use snapshot::{Checked, Finding, Snapshot};
pub use view::{Location, View};
pub use workspace::{Preferences, Workspace};
