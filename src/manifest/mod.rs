//! A server's tools as `tools/list` returns them: names, annotations, and what the schemas say of arguments.
//!
//! Reading is total: whatever is wrong with a file becomes a finding, and the tools that can be read are
//! there. This layer knows values and tests, but nothing of the language's grammar, of policies, or of the
//! disk. A manifest comes from a stranger: its names, texts and schemas are data and may be hostile.

mod decoded;
mod index;
mod read;
mod receive;
mod schema;
mod wire;

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::policy::Path;
use crate::policy::logic::{DomainId, Domains};
use crate::source::{FileId, Span};

pub use schema::{
    Corner, Lookup, MAX_DESCRIPTION, MAX_PARAMETERS, MAX_VALUES, Parameter, Shape, TypeSet, Values,
    Verdict, corners, judge,
};

/// The tools of one server. It never changes; whoever shares it puts it into an `Arc`.
#[derive(Debug, Default)]
pub struct Manifest {
    tools: Vec<Tool>,
    names: index::NameTable,
    sorted: OnceLock<Box<[u32]>>,
}

/// One tool.
///
/// A tool shares the text of its file and keeps ranges of it: most schemas and descriptions of a manifest are
/// never asked for in a run, so they are neither copied nor parsed before someone asks.
pub struct Tool {
    /// The name, decoded. Not empty; any other characters may stand in it.
    pub name: Box<str>,
    /// The name in the file, with its quotes.
    pub name_span: Span,
    /// What the server says of the tool's effects.
    pub annotations: Annotations,
    text: Arc<str>,
    title: TextRange,
    description: TextRange,
    input_schema: TextRange,
    schema: OnceLock<Option<Box<Value>>>,
}

/// The hints of the Model Context Protocol's `ToolAnnotations`, as far as the server gives them.
///
/// They are advisory. A hint that is absent or no boolean is `None`: the protocol's defaults are not filled in,
/// because an absent hint is no evidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Annotations {
    /// `readOnlyHint`: the tool changes nothing.
    pub read_only: Option<bool>,
    /// `destructiveHint`: the tool may destroy something.
    pub destructive: Option<bool>,
    /// `idempotentHint`: repeating a call has no further effect.
    pub idempotent: Option<bool>,
    /// `openWorldHint`: the tool reaches things outside the server.
    pub open_world: Option<bool>,
}

/// A JSON value's place in the text, in bytes; empty when there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct TextRange {
    start: u32,
    end: u32,
}

impl Manifest {
    /// Reads a manifest: what could be read, and every problem of it.
    ///
    /// The text is that of `file`, with its byte-order mark if it has one. An `Arc<str>` is shared, anything else
    /// copied once.
    pub fn read(file: FileId, text: impl Into<Arc<str>>) -> (Manifest, Vec<Diagnostic>) {
        read::read(file, &text.into())
    }

    /// The tools in the server's order, each name once.
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// The index in [`tools`](Self::tools) of the tool with exactly this name, in constant time.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.names.find(name, &self.tools)
    }

    /// The indices of the tools whose names start with `prefix`, ascending.
    ///
    /// The names are sorted at the first call; a call takes time for what it finds, not for all tools.
    pub fn names_by_prefix(&self, prefix: &str) -> impl Iterator<Item = usize> + use<> {
        let sorted = self.sorted.get_or_init(|| index::sort_by_name(&self.tools));
        index::with_prefix(sorted, &self.tools, prefix).into_iter()
    }
}

impl Tool {
    /// The title for people, if the server gives one: decoded at every call, not cleaned.
    pub fn title(&self) -> Option<String> {
        decode_string(self.title.slice(&self.text)?)
    }

    /// The description, if the server gives one: decoded at every call, not cleaned.
    pub fn description(&self) -> Option<String> {
        decode_string(self.description.slice(&self.text)?)
    }

    /// What the tool's schema says of an argument.
    pub fn argument(&self, path: &Path) -> Lookup {
        self.schema().map_or(Lookup::Open, |schema| schema::look_up(schema, path))
    }

    /// The JSON types that the schema admits for an argument: every value of another type is ruled out.
    ///
    /// This is the one question to ask before relying on a type. It is [`TypeSet::ALL`] wherever the schema does not
    /// decide: it is missing or unusable, does not declare the argument, refers to another document, or is beyond the
    /// limits of a lookup. Null is among the types only if the schema admits it; an argument that is absent has none.
    pub fn admitted_types(&self, path: &Path) -> TypeSet {
        match self.argument(path) {
            Lookup::Found(shape) => shape.types,
            Lookup::Unknown { .. } | Lookup::Open => TypeSet::ALL,
        }
    }

    /// The values that the schema admits, and the domain of all arguments together; `None` without a usable schema.
    pub fn domains(&self) -> Option<(Domains, DomainId)> {
        self.schema().map(schema::domains)
    }

    /// The arguments that the schema declares at its top level, in its order, each once.
    pub fn argument_names(&self) -> Vec<String> {
        self.schema().map_or_else(Vec::new, schema::declared_names)
    }

    /// The arguments that the schema declares, also inside of others, with their values and descriptions; within the
    /// limits that [`Parameter`] names.
    pub fn parameters(&self) -> Vec<Parameter> {
        self.schema().map_or_else(Vec::new, schema::parameters)
    }

    /// Where a part of the decoded name stands in the file; the range is in bytes of the name.
    pub fn place_in_name(&self, range: &Range<usize>) -> Option<Span> {
        let (start, end) = (self.name_span.start as usize, self.name_span.end as usize);
        let raw = self.text.get(start..end)?;
        Some(self.place(start, &decoded::raw_range(raw, range)))
    }

    /// Where a part of the decoded description stands in the file; the range is in bytes of the description.
    pub fn place_in_description(&self, range: &Range<usize>) -> Option<Span> {
        let raw = self.description.slice(&self.text)?;
        Some(self.place(self.description.start as usize, &decoded::raw_range(raw, range)))
    }

    /// Where an argument's key stands in the schema, or one of its values: the first text of the schema that is
    /// written like it, the value behind the key if possible.
    pub fn place_in_schema(&self, key: &str, value: Option<&str>) -> Option<Span> {
        let raw = self.input_schema.slice(&self.text)?;
        let range = decoded::find_in_schema(raw, key, value)?;
        Some(self.place(self.input_schema.start as usize, &range))
    }

    fn place(&self, start: usize, range: &Range<usize>) -> Span {
        Span::new(self.name_span.file, start + range.start, start + range.end)
    }

    /// The schema, parsed at the first call; `None` when there is none that can be parsed.
    fn schema(&self) -> Option<&Value> {
        self.schema
            .get_or_init(|| {
                let text = self.input_schema.slice(&self.text)?;
                serde_json::from_str(text).ok().map(Box::new)
            })
            .as_deref()
    }
}

impl fmt::Debug for Tool {
    /// Without the text, which is that of the whole file.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Tool")
            .field("name", &self.name)
            .field("name_span", &self.name_span)
            .field("annotations", &self.annotations)
            .finish_non_exhaustive()
    }
}

impl TextRange {
    fn new(range: &Range<usize>) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: clamp(range.start), end: clamp(range.end) }
    }

    fn slice(self, text: &str) -> Option<&str> {
        text.get(self.start as usize..self.end as usize).filter(|slice| !slice.is_empty())
    }
}

/// The text of a JSON string; `None` for any other value and for an escape that is half a character.
fn decode_string(json: &str) -> Option<String> {
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') { serde_json::from_str(json).ok() } else { Some(inner.to_owned()) }
}
