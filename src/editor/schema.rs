//! What the schemas of tools tell besides the shape of one argument.

use crate::manifest::{Lookup, Parameter, Tool};
use crate::policy::Path;

/// A key that no schema declares: asking for it tells which are declared beside it.
const NO_KEY: &str = "\u{0}";

/// The keys that a tool declares below some keys; at the top level its arguments.
pub(super) fn keys_in(tool: &Tool, outer: &[Box<str>]) -> Vec<String> {
    if outer.is_empty() {
        return tool.argument_names();
    }
    let asked = outer.iter().cloned().chain([NO_KEY.into()]).collect();
    match tool.argument(&Path(asked)) {
        Lookup::Unknown { depth, known, .. } if depth == outer.len() => known.to_vec(),
        _ => Vec::new(),
    }
}

/// Whether a tool declares an argument.
pub(super) fn declares(tool: &Tool, path: &Path) -> bool {
    matches!(tool.argument(path), Lookup::Found(_))
}

/// The server's words about an argument; empty where there are none. The parameters are those of its tool.
pub(super) fn description<'p>(parameters: &'p [Parameter], path: &Path) -> &'p str {
    let Some((key, above)) = path.0.split_last() else { return "" };
    let is_own = |own: &&Parameter| own.depth == above.len() && *own.name == **key;
    parameters.iter().find(is_own).map_or("", |own| &own.description)
}

/// The server's words about a tool: its title, then its description, without those that are blank. Not cleaned.
pub(super) fn texts(tool: &Tool) -> impl Iterator<Item = String> {
    let texts = [tool.title(), tool.description()].into_iter().flatten();
    texts.filter(|text| !text.trim().is_empty())
}
