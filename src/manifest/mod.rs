//! A server's tools as `tools/list` returns them: names, annotations, and what the schemas say of arguments.
//!
//! Reading is total: whatever is wrong with a file becomes a finding, and the tools that can be read are
//! there. This layer knows values and tests, but nothing of the language's grammar, of policies, or of the
//! disk. A manifest comes from a stranger: its names, texts and schemas are data and may be hostile.

mod cursor;
mod decoded;
mod findings;
mod hints;
mod index;
mod read;
mod schema;
mod transport;
mod wire;

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::policy::logic::{DomainId, Domains};
use crate::policy::{Literal, Path};
use crate::source::{FileId, SourceSet, Span};
use decoded::decode_string;
use schema::Lookups;

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
    /// What of the declaration cannot be used.
    pub unusable: Unusable,
    text: Arc<str>,
    title: TextRange,
    description: TextRange,
    input_schema: TextRange,
    /// Whether nothing that the schema says can be relied on.
    schema_is_broken: bool,
    schema: OnceLock<Option<Arc<Value>>>,
    lookups: Mutex<Option<Box<Lookups>>>,
}

/// The parts of a tool's declaration that cannot be used, at least in part: they are of the wrong type, given twice with
/// different values, or say what is not understood. Each has been reported. What a tool does may be said there, so none of
/// them counts as harmless.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unusable {
    /// The description, or the title.
    pub description: bool,
    /// The schema of the arguments.
    pub schema: bool,
    /// The hints.
    pub annotations: bool,
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

    /// Keeps the content of a file out of all messages if no tool could be read from it: it is no manifest, so nobody knows whose
    /// secrets it holds. Asked wherever a manifest is read, with what was found.
    pub(crate) fn withhold_what_is_none(
        &self,
        findings: &[Diagnostic],
        sources: &mut SourceSet,
        file: FileId,
    ) {
        if self.tools.is_empty() && findings.iter().any(Diagnostic::is_error) {
            sources.withhold(file);
        }
    }

    /// The tools in the server's order, each name once.
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// A manifest of some of the tools, given by their numbers in ascending order.
    pub(crate) fn only(&self, tools: &[usize]) -> Self {
        let mut kept = Self::default();
        for tool in tools.iter().filter_map(|number| self.tools.get(*number)) {
            kept.tools.push(tool.copy());
            kept.names.take_in_last(&kept.tools);
        }
        kept
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

    /// Whether another tool has the same schema, character by character.
    pub fn has_same_schema(&self, other: &Tool) -> bool {
        self.input_schema.slice(&self.text) == other.input_schema.slice(&other.text)
    }

    /// Whether the server gives the tool a schema, usable or not.
    pub fn has_schema(&self) -> bool {
        self.input_schema != TextRange::default()
    }

    /// What the tool's schema says of an argument. The answer is kept, so asking again costs next to nothing.
    pub fn argument(&self, path: &Path) -> Lookup {
        self.look_up(path).lookup
    }

    /// Whether the schema declares an argument; `None` where that is not known, because there is no schema or what it says
    /// cannot be used. Callers must not take `None` for a no: a guard that leaves out a tool by mistake opens it.
    pub fn declares(&self, path: &Path) -> Option<bool> {
        self.look_up(path).declares
    }

    /// Whether the schema is too large or too deep to look this argument up. Nothing is known about the argument then.
    pub fn exceeds_lookup(&self, path: &Path) -> bool {
        self.look_up(path).is_exhausted
    }

    /// The same tool for another manifest. The schema is shared; what was asked about it is not.
    fn copy(&self) -> Self {
        Self {
            name: self.name.clone(),
            name_span: self.name_span,
            annotations: self.annotations,
            unusable: self.unusable,
            text: Arc::clone(&self.text),
            title: self.title,
            description: self.description,
            input_schema: self.input_schema,
            schema_is_broken: self.schema_is_broken,
            schema: self.schema.clone(),
            lookups: Mutex::default(),
        }
    }

    fn look_up(&self, path: &Path) -> schema::Answered {
        let Some(schema) = self.schema().filter(|_| !self.schema_is_broken) else {
            return schema::Answered { lookup: Lookup::Open, declares: None, is_exhausted: false };
        };
        let mut lookups = self.lookups.lock().unwrap_or_else(PoisonError::into_inner);
        lookups.get_or_insert_default().look_up(schema, path)
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

    /// Whether the schema declares a list, and no object, at the end of the first `depth` keys of a path.
    pub fn is_list(&self, path: &Path, depth: usize) -> bool {
        let outer = Path(path.0.iter().take(depth).cloned().collect());
        let types = self.admitted_types(&outer);
        depth > 0 && types.meets(TypeSet::ARRAY) && !types.meets(TypeSet::OBJECT)
    }

    /// The values that the schema admits, and the domain of all arguments together; `None` without a usable schema.
    pub fn domains(&self) -> Option<(Domains, DomainId)> {
        self.schema().filter(|_| !self.schema_is_broken).map(schema::domains)
    }

    /// The value that the schema says an argument has when a call leaves it out.
    pub fn default_value(&self, path: &Path) -> Option<Literal> {
        self.schema()
            .filter(|_| !self.schema_is_broken)
            .and_then(|root| schema::default(root, path))
    }

    /// The least and the greatest number that the schema allows for an argument, as far as a look at its keywords tells.
    pub fn bounds(&self, path: &Path) -> [Option<Literal>; 2] {
        self.schema().map(|root| schema::bounds(root, path)).unwrap_or_default()
    }

    /// The arguments that the schema declares at its top level, in its order, each once.
    pub fn argument_names(&self) -> Vec<String> {
        self.schema().map_or_else(Vec::new, schema::declared_names)
    }

    /// The arguments that the schema declares, also inside of others, with their values and descriptions; within the
    /// limits that [`Parameter`] names.
    pub fn parameters(&self) -> Vec<Parameter> {
        self.parameters_read().0
    }

    /// The same, and whether these are all: false if a limit was reached.
    pub fn parameters_read(&self) -> (Vec<Parameter>, bool) {
        self.schema().map_or_else(|| (Vec::new(), true), schema::parameters)
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

    /// Where the schema declares arguments by pattern, which no lookup follows.
    pub fn place_of_patterns(&self) -> Option<Span> {
        self.place_in_schema("patternProperties", None)
    }

    fn place(&self, start: usize, range: &Range<usize>) -> Span {
        Span::new(self.name_span.file, start + range.start, start + range.end)
    }

    /// The schema, parsed at the first call; `None` when there is none that can be parsed.
    fn schema(&self) -> Option<&Value> {
        self.schema
            .get_or_init(|| {
                let text = self.input_schema.slice(&self.text)?;
                decoded::from_str(text).map(Arc::new)
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

impl Unusable {
    /// Whether anything is.
    pub fn any(self) -> bool {
        self.description || self.schema || self.annotations
    }

    /// The parts in words, such as `the schema`.
    pub fn parts(self) -> impl Iterator<Item = &'static str> {
        let Unusable { description, schema, annotations } = self;
        [(description, "the description"), (schema, "the schema"), (annotations, "the annotations")]
            .into_iter()
            .filter_map(|(is_unusable, part)| is_unusable.then_some(part))
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
