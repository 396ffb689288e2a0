//! From policy.json back to a `.gate` text.
//!
//! The text is the shortest that this module finds: tools with equal rules share statements, names and messages that
//! the compiler makes up are left to it, and with a manifest sets and globs stand for the tools that they match.
//!
//! This layer promises no equality: whoever calls it compiles the answer, compares with [`difference`], and asks for
//! the next [`Style`] when something differs. It reads no file and makes no finding.

mod caps;
mod compare;
mod cover;
mod factor;
mod fold;
mod glob;
mod guards;
mod order;
mod refused;
mod select;
mod settle;
mod statement;
mod text;

use crate::manifest::Manifest;
use crate::policy_json::Document;

pub use compare::difference;
pub use select::selectors;

/// How much a text leaves to the compiler. Each style relies on less than the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As short as can be.
    Brief,
    /// Tools are named one by one; no set and no glob.
    Exact,
    /// Everything is spelled out for every tool: names and keys in quotes, each counter and each message.
    Explicit,
}

impl Style {
    /// Every style, the shortest first.
    pub const ALL: [Style; 3] = [Style::Brief, Style::Exact, Style::Explicit];
}

/// The text of a document, one statement a line: the formatter's layout but for lines that are too long. A manifest
/// comes with the path for the `manifest` statement. Where the language refuses beside this manifest what the document says,
/// the text does not name it, and a comment says why.
pub fn decompile(document: &Document, manifest: Option<(&str, &Manifest)>, style: Style) -> String {
    match manifest.and_then(|(_, manifest)| refused::find(document, manifest)) {
        Some(reason) => {
            let text = text::write(&settle::relaxed(document, None), None, style);
            format!("# This file does not name the manifest: {reason}.\n\n{text}")
        }
        None => {
            let relaxed = settle::relaxed(document, manifest.map(|(_, manifest)| manifest));
            text::write(&relaxed, manifest, style)
        }
    }
}
