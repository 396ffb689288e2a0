//! Arguments of the tools at hand, those inside of others too.

use indexmap::IndexMap;

use super::operators::used_paths;
use super::rank::{Offers, Order};
use super::tools::shown;
use super::{Asked, Completion, CompletionKind, Insert, label};
use crate::editor::cursor::typed_keys;
use crate::editor::schema::{description, keys_in};
use crate::manifest::{Lookup, Shape, Tool, TypeSet};
use crate::policy::Path;
use crate::syntax::Expected;
use crate::text::count;

/// So many tools are asked for their arguments, and so many arguments are offered.
const MAX_TOOLS: usize = 100;
const MAX_ARGUMENTS: usize = 300;

/// How many keys deeper than the one being typed arguments are offered.
const MAX_DEPTH: usize = 3;

/// What some tools say of an argument.
#[derive(Default)]
struct ArgumentUse {
    /// How many of the tools declare it.
    tools: usize,
    /// How many of them require it.
    required: usize,
    types: TypeSet,
    /// The shapes in words, each once.
    shapes: Vec<String>,
    description: String,
}

/// Offers the arguments of the tools at hand, and `not` where a condition may begin.
pub(super) fn offer(asked: &Asked<'_>, offers: &mut Offers<'_>) {
    let is_sum = asked.writing.statement == Some("budget");
    let is_condition = asked.writing.last() != Some("having") && !is_sum;
    let base = typed_keys(offers.typed());
    let is_path = offers.typed().starts_with("args.");
    let known = known(asked, &base);
    // Below an argument without parts of its own, there is nothing to go back to `args.` for.
    if known.is_empty() && base.is_empty() {
        offer_used(asked, offers);
    }
    let mut known: Vec<(Path, ArgumentUse)> = known.into_iter().collect();
    // What all tools declare comes first, in a budget what can be summed.
    known.sort_by_key(|(path, found)| {
        let is_number = found.types.meets(TypeSet::NUMBER);
        (is_sum && !is_number, std::cmp::Reverse(found.tools), path.0.len())
    });
    let number = asked.selection.tools.len().min(MAX_TOOLS);
    for (path, found) in known {
        push(&path, &found, number, offers);
    }
    if is_condition && !is_path && !asked.writing.expects(Expected::Word("not")) {
        super::words::offer(asked, "not", offers);
    }
}

/// Arguments of which nothing is known but that the policy tests them.
fn offer_used(asked: &Asked<'_>, offers: &mut Offers<'_>) {
    for path in used_paths(asked) {
        let mut written = String::new();
        path.write_gate(&mut written);
        let insert = Insert::Text(written.clone());
        let item = offers.item(CompletionKind::Argument, &label(&written), insert);
        let detail = Some("used in this policy".to_owned());
        offers.push(Order::First, Completion { detail, ..item });
    }
    offers.text(Order::Usual, CompletionKind::Argument, "args.", "an argument of the call");
}

/// The arguments that the tools declare below some keys.
fn known(asked: &Asked<'_>, base: &[Box<str>]) -> IndexMap<Path, ArgumentUse> {
    let mut known: IndexMap<Path, ArgumentUse> = IndexMap::new();
    let tools = asked.selection.tools.iter().take(MAX_TOOLS);
    for tool in tools.filter_map(|tool| asked.context.declaration(*tool)) {
        let mut level = vec![base.to_vec()];
        for _ in 0..MAX_DEPTH {
            let mut inner = Vec::new();
            for outer in &level {
                for name in names(tool, outer) {
                    if known.len() >= MAX_ARGUMENTS {
                        return known;
                    }
                    let path = Path(outer.iter().cloned().chain([name.into()]).collect());
                    let Lookup::Found(shape) = tool.argument(&path) else { continue };
                    if shape.types.meets(TypeSet::OBJECT) {
                        inner.push(path.0.clone());
                    }
                    note(known.entry(path.clone()).or_default(), tool, &path, &shape);
                }
            }
            level = inner;
        }
    }
    known
}

/// The keys that a tool declares below some keys. One with a dot in it no path leads to.
fn names(tool: &Tool, outer: &[Box<str>]) -> impl Iterator<Item = String> {
    let names = keys_in(tool, outer).into_iter();
    names.filter(|name| !name.is_empty() && !name.contains('.'))
}

fn note(known: &mut ArgumentUse, tool: &Tool, path: &Path, shape: &Shape) {
    known.tools += 1;
    known.required += usize::from(shape.required);
    known.types = known.types.union(shape.types);
    let words = shape.describe();
    if !known.shapes.contains(&words) {
        known.shapes.push(words);
    }
    if known.description.is_empty() {
        known.description = description(&tool.parameters(), path).to_owned();
    }
}

fn push(path: &Path, found: &ArgumentUse, tools: usize, offers: &mut Offers<'_>) {
    /// So many different shapes are told.
    const SHAPES: usize = 3;
    let mut written = String::new();
    path.write_gate(&mut written);
    let mut detail = found.shapes.iter().take(SHAPES).cloned().collect::<Vec<_>>().join(" / ");
    if found.tools < tools {
        detail.push_str(&format!(", {} of {}", found.tools, count(tools, "tool")));
    }
    let need = match found.required {
        0 => "",
        all if all == tools => "Required.",
        _ => "Required by some of the tools.",
    };
    let parts = [shown(&found.description), need.to_owned()];
    let documentation = parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>();
    let item = offers.item(CompletionKind::Argument, &label(&written), Insert::Text(written));
    offers.push(
        Order::First,
        Completion {
            detail: Some(detail),
            documentation: (!documentation.is_empty()).then(|| documentation.join("\n\n")),
            ..item
        },
    );
}
