//! Lists of tools as selectors: names, and with a manifest the globs and sets that match exactly.

use std::cell::OnceCell;

use crate::manifest::Manifest;

use super::Style;
use super::cover::{Choice, Item, MIN_MATCHES, What, choose, choose_in_order, expand};
use super::glob::{Glob, GlobNames};
use crate::syntax::names::{is_written_bare, write_quoted};

/// Globs are looked for in manifests of this many tools at most; in larger ones only `@tools` is.
const MAX_TOOLS: usize = 5000;

/// Writes selectors.
pub(super) struct Selection<'m> {
    manifest: Option<&'m Manifest>,
    style: Style,
    names: OnceCell<GlobNames<'m>>,
}

/// The sets that are looked for.
enum Sets<'a, 'm> {
    /// None.
    None,
    /// `@tools`.
    Tools(&'m Manifest),
    /// All of them.
    Globs(&'m Manifest, &'a GlobNames<'m>),
}

impl<'m> Selection<'m> {
    /// Selectors over the tools of a manifest, or names only.
    pub(super) fn new(manifest: Option<&'m Manifest>, style: Style) -> Self {
        Self { manifest, style, names: OnceCell::new() }
    }

    /// The manifest.
    pub(super) fn manifest(&self) -> Option<&'m Manifest> {
        self.manifest
    }

    /// The number of the manifest's tools, if sets may be used.
    pub(super) fn known(&self) -> Option<usize> {
        self.manifest.filter(|_| self.style == Style::Brief).map(|manifest| manifest.tools().len())
    }

    /// Writes selectors for exactly these tools, in any order.
    pub(super) fn write(&self, tools: &[&str]) -> String {
        match self.sets(tools.len()) {
            Sets::Globs(manifest, names) => self.text(&choose(manifest, names, tools)),
            Sets::Tools(manifest) if starts_with_all(manifest, tools, false) => {
                self.all_and(tools.get(manifest.tools().len()..).unwrap_or(&[]))
            }
            _ => self.list(tools),
        }
    }

    /// Writes selectors that name exactly these tools in exactly this order.
    pub(super) fn write_in_order(&self, tools: &[&str]) -> String {
        match self.sets(tools.len()) {
            Sets::Globs(manifest, names) => {
                let choice = choose(manifest, names, tools);
                if expand(&choice, names) == tools {
                    return self.text(&choice);
                }
                let items = choose_in_order(names, tools);
                self.text(&Choice { items, except: Vec::new() })
            }
            Sets::Tools(manifest) if starts_with_all(manifest, tools, true) => {
                self.all_and(tools.get(manifest.tools().len()..).unwrap_or(&[]))
            }
            _ => self.list(tools),
        }
    }

    /// The sets that are worth looking for among this many tools.
    fn sets(&self, tools: usize) -> Sets<'_, 'm> {
        match self.manifest {
            Some(manifest) if self.style == Style::Brief && tools >= MIN_MATCHES => {
                if manifest.tools().len() > MAX_TOOLS {
                    return Sets::Tools(manifest);
                }
                Sets::Globs(manifest, self.names.get_or_init(|| GlobNames::new(manifest)))
            }
            _ => Sets::None,
        }
    }

    fn all_and(&self, others: &[&str]) -> String {
        let all = Item { place: 0, what: What::Glob(Glob::TOOLS) };
        let others = others.iter().map(|tool| Item { place: 1, what: What::Tool(tool) });
        let items = std::iter::once(all).chain(others).collect();
        self.text(&Choice { items, except: Vec::new() })
    }

    fn list(&self, tools: &[&str]) -> String {
        let mut out = String::new();
        for (index, tool) in tools.iter().enumerate() {
            out.push_str(if index == 0 { "" } else { ", " });
            self.write_name(tool, &mut out);
        }
        out
    }

    fn text(&self, choice: &Choice<'_>) -> String {
        let mut out = String::new();
        for (index, item) in choice.items.iter().enumerate() {
            out.push_str(if index == 0 { "" } else { ", " });
            self.write_item(*item, &mut out);
        }
        for (index, item) in choice.except.iter().enumerate() {
            out.push_str(if index == 0 { " except " } else { ", " });
            self.write_item(*item, &mut out);
        }
        out
    }

    fn write_item(&self, item: Item<'_>, out: &mut String) {
        match item.what {
            What::Tool(name) => self.write_name(name, out),
            What::Glob(glob) => glob.write(out),
        }
    }

    /// A bare name is looked up in the manifest, so one that is not there needs quotes.
    fn write_name(&self, name: &str, out: &mut String) {
        let is_known = self.manifest.is_none_or(|manifest| manifest.find(name).is_some());
        if is_known && is_written_bare(name) && self.style != Style::Explicit {
            out.push_str(name);
        } else {
            write_quoted(name, out);
        }
    }
}

/// Selectors for exactly these tools, with the globs and sets of a manifest where they match exactly: the shortest that are found,
/// and the shortest that name the tools in this order, if they are others.
pub fn selectors(manifest: &Manifest, tools: &[&str]) -> Vec<String> {
    let selection = Selection::new(Some(manifest), Style::Brief);
    let mut found = vec![selection.write(tools), selection.write_in_order(tools)];
    found.dedup();
    found
}

/// Whether a list begins with all tools of a manifest, `in_order` in its order. Other tools may follow.
fn starts_with_all(manifest: &Manifest, tools: &[&str], in_order: bool) -> bool {
    let Some(first) = tools.get(..manifest.tools().len()) else { return false };
    if in_order {
        return manifest.tools().iter().zip(first).all(|(tool, name)| &*tool.name == *name);
    }
    // No name stands twice on either side, so that as many are the same ones.
    first.iter().all(|name| manifest.find(name).is_some())
}
