//! What of a schema's text cannot be used: found in one pass over the text, before anyone asks for an argument.
//!
//! Only what could change an answer is a fault, and a number that no reader knows. A keyword that lookups do not need, such as a
//! format, may hold anything.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::types::TypeSet;
use crate::json::MAX_DEPTH;
use crate::manifest::cursor::Cursor;
use crate::manifest::decoded::{decode_string, number};

/// Something that cannot be used, and where: a range of the text, of a list or object only the opening bracket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::manifest) struct Fault {
    pub(in crate::manifest) place: Range<usize>,
    pub(in crate::manifest) kind: FaultKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::manifest) enum FaultKind {
    /// A key with two values; the range is that of the first one.
    GivenTwice(Range<usize>),
    /// A value in the place of a schema that is neither an object nor a boolean.
    NotASchema,
    /// A keyword that holds something else than it must: `an object`, `a list`.
    NotA { keyword: Box<str>, wanted: &'static str },
    /// A keyword that holds a list of nothing, where readers differ about what that admits.
    Empty(Box<str>),
    /// Lists and objects in each other, more than any reader follows.
    TooDeep,
    /// The name of a type that JSON Schema does not have.
    UnknownType,
    /// A reference that is not followed.
    Reference,
    /// A reference that names itself, at once or over others.
    Circle,
    /// A number beyond double precision in a constraint.
    TooLarge,
}

impl FaultKind {
    /// Whether the whole schema becomes useless, because readers differ about which arguments it declares. What only limits
    /// their values is left out instead.
    pub(in crate::manifest) fn is_fatal(&self) -> bool {
        match self {
            FaultKind::GivenTwice(_) | FaultKind::NotASchema | FaultKind::TooDeep => true,
            FaultKind::NotA { keyword, .. } => !matches!(&**keyword, "nullable" | "required"),
            FaultKind::Empty(keyword) => &**keyword != "type",
            FaultKind::UnknownType
            | FaultKind::Reference
            | FaultKind::Circle
            | FaultKind::TooLarge => false,
        }
    }
}

/// What the value of a keyword is, as far as faults are concerned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum KeywordRole {
    Schema,
    /// A schema, or a list of them as in older drafts.
    SchemaOrList,
    SchemaList,
    /// Names and their schemas.
    SchemaMap,
    /// The same, where a list of names may stand in the place of a schema.
    Dependencies,
    Types,
    /// A list of values.
    Values,
    /// A value that arguments are compared with.
    Bound,
    Required,
    Nullable,
    Reference,
    Dynamic,
    Data,
}

/// The faults of the schema at the cursor, in the order of the text; the cursor steps over it. Takes time in proportion to its
/// length.
pub(in crate::manifest) fn inspect(cursor: &mut Cursor<'_>) -> Vec<Fault> {
    let start = cursor.start();
    let mut inspector = Inspector::default();
    inspector.schema(cursor, true);
    if cursor.position() == start {
        cursor.skip();
    }
    let Inspector { mut faults, references, .. } = inspector;
    if !references.is_empty() && !faults.iter().any(|fault| fault.kind.is_fatal()) {
        faults.extend(dangling(cursor.slice(&(start..cursor.position())), cursor, references));
    }
    faults.sort_by_key(|fault| fault.place.start);
    faults
}

/// The references that name no place of the schema.
fn dangling(schema: &str, cursor: &Cursor<'_>, references: Vec<Range<usize>>) -> Vec<Fault> {
    let root: Option<serde_json::Value> = crate::manifest::decoded::from_str(schema);
    let Some(root) = root else { return Vec::new() };
    let mut known: HashMap<&str, Option<FaultKind>> = HashMap::new();
    let faults = references.into_iter().filter_map(|place| {
        let raw = cursor.slice(&place);
        let kind = known.entry(raw).or_insert_with(|| reference_fault(&root, raw)).clone()?;
        Some(Fault { place, kind })
    });
    faults.collect()
}

/// What is wrong with a reference, as it is written: it names nothing, or only references that lead back to it.
fn reference_fault(root: &serde_json::Value, raw: &str) -> Option<FaultKind> {
    let follow = |name: &str| super::reference::resolve(root, name);
    let Some(first) = decode_string(raw).and_then(|name| follow(&name)) else {
        return Some(FaultKind::Reference);
    };
    let mut target = first;
    for _ in 0..MAX_CHAIN {
        target = follow(target.get("$ref")?.as_str()?)?;
        if std::ptr::eq(target, first) {
            return Some(FaultKind::Circle);
        }
    }
    None
}

/// How many references are followed one after the other; a lookup follows no more.
const MAX_CHAIN: usize = 64;

#[derive(Default)]
struct Inspector<'t> {
    faults: Vec<Fault>,
    /// References into the document itself, which can be followed only when all of it is known.
    references: Vec<Range<usize>>,
    depth: usize,
    /// The keys of the objects that the walk is in, those of the innermost last.
    keys: Vec<SchemaKey<'t>>,
}

/// A key of an object.
struct SchemaKey<'t> {
    name: Cow<'t, str>,
    place: Range<usize>,
    /// Where its value begins.
    value: usize,
}

impl<'t> Inspector<'t> {
    fn fault(&mut self, place: Range<usize>, kind: FaultKind) {
        self.faults.push(Fault { place, kind });
    }

    /// Reports the value at the cursor.
    fn wrong(&mut self, cursor: &mut Cursor<'_>, kind: FaultKind) {
        self.fault(head(cursor), kind);
    }

    fn schema(&mut self, cursor: &mut Cursor<'t>, is_root: bool) {
        match cursor.first() {
            b'{' => self.nested(cursor, |inspector, cursor| inspector.keywords(cursor, is_root)),
            b't' | b'f' => drop(cursor.skip()),
            _ => self.wrong(cursor, FaultKind::NotASchema),
        }
    }

    /// Goes into a list or object, unless that is too deep.
    fn nested(&mut self, cursor: &mut Cursor<'t>, inside: impl FnOnce(&mut Self, &mut Cursor<'t>)) {
        if self.depth == MAX_DEPTH {
            return self.wrong(cursor, FaultKind::TooDeep);
        }
        self.depth += 1;
        inside(self, cursor);
        self.depth -= 1;
    }

    fn keywords(&mut self, cursor: &mut Cursor<'t>, is_root: bool) {
        let outer = self.keys.len();
        cursor.members(|cursor, place| {
            let name = decoded(cursor.slice(&place));
            let value = cursor.start();
            self.keyword(cursor, &name, is_root);
            self.keys.push(SchemaKey { name, place, value });
        });
        self.close(cursor, outer);
    }

    fn keyword(&mut self, cursor: &mut Cursor<'t>, name: &str, is_root: bool) {
        let not_a = |wanted: &'static str| FaultKind::NotA { keyword: name.into(), wanted };
        let role = role(name, is_root);
        match (role, cursor.clone().first()) {
            // A keyword that is null is absent, unless it could declare arguments.
            (_, b'n') if !may_declare(name) => {}
            (KeywordRole::Schema, b'n') => self.wrong(cursor, not_a("a schema")),
            (KeywordRole::Schema, _) => self.schema(cursor, false),
            (KeywordRole::SchemaList | KeywordRole::Types, b'[')
                if is_choice(name) && is_empty_list(cursor) =>
            {
                self.wrong(cursor, FaultKind::Empty(name.into()));
            }
            (KeywordRole::SchemaOrList | KeywordRole::SchemaList, b'[') => self.list(cursor),
            (KeywordRole::SchemaOrList, _) => self.schema(cursor, false),
            (KeywordRole::SchemaMap, b'{') => self.map(cursor, false),
            (KeywordRole::Dependencies, b'{') => self.map(cursor, true),
            (KeywordRole::SchemaMap | KeywordRole::Dependencies, _) => {
                self.wrong(cursor, not_a("an object"));
            }
            (KeywordRole::Types, b'"') => self.type_name(cursor),
            (KeywordRole::Types, b'[') => cursor.elements(|cursor| self.type_name(cursor)),
            (KeywordRole::Types, _) => self.wrong(cursor, FaultKind::UnknownType),
            (KeywordRole::Values, b'[') | (KeywordRole::Bound, _) => self.data(cursor, true),
            (KeywordRole::Values | KeywordRole::SchemaList, _) => {
                self.wrong(cursor, not_a("a list"))
            }
            (KeywordRole::Required, b'[') => cursor.elements(|cursor| {
                if cursor.first() != b'"' {
                    self.wrong(cursor, not_a("the name of an argument"));
                }
            }),
            // As the third draft has it: the argument itself is required.
            (KeywordRole::Required | KeywordRole::Nullable, b't' | b'f') => {}
            (KeywordRole::Required, _) => self.wrong(cursor, not_a("a list of names")),
            (KeywordRole::Nullable, _) => self.wrong(cursor, not_a("true or false")),
            (KeywordRole::Data, _) => self.data(cursor, false),
            (KeywordRole::Reference, b'"') => {
                let place = cursor.skip();
                if cursor.slice(&place).starts_with("\"#") {
                    self.references.push(place);
                } else {
                    self.fault(place, FaultKind::Reference);
                }
            }
            (KeywordRole::Reference | KeywordRole::Dynamic, _) => {
                self.wrong(cursor, FaultKind::Reference)
            }
        }
    }

    fn list(&mut self, cursor: &mut Cursor<'t>) {
        self.nested(cursor, |inspector, cursor| {
            cursor.elements(|cursor| inspector.schema(cursor, false));
        });
    }

    fn map(&mut self, cursor: &mut Cursor<'t>, may_list: bool) {
        self.nested(cursor, |inspector, cursor| {
            let outer = inspector.keys.len();
            cursor.members(|cursor, place| {
                let value = cursor.start();
                if !may_list || cursor.first() != b'[' {
                    inspector.schema(cursor, false);
                }
                let name = decoded(cursor.slice(&place));
                inspector.keys.push(SchemaKey { name, place, value });
            });
            inspector.close(cursor, outer);
        });
    }

    fn type_name(&mut self, cursor: &mut Cursor<'_>) {
        let place = cursor.skip();
        let name = decode_string(cursor.slice(&place));
        // `any` was a type once, and says what no type says.
        if !name.is_some_and(|name| name == "any" || TypeSet::from_name(&name).is_some()) {
            self.fault(place, FaultKind::UnknownType);
        }
    }

    /// A value that is not a schema: only its depth and the numbers of a constraint matter.
    fn data(&mut self, cursor: &mut Cursor<'_>, is_constraint: bool) {
        let is_nested = matches!(cursor.first(), b'[' | b'{');
        let range = cursor.skip();
        if !is_nested && !is_constraint {
            return;
        }
        let mut depth = self.depth;
        let mut in_string = false;
        let mut escaped = false;
        let mut number_end = 0;
        for (offset, byte) in cursor.slice(&range).bytes().enumerate() {
            match byte {
                b'-' | b'0'..=b'9' if is_constraint && !in_string && offset >= number_end => {
                    let rest = cursor.slice(&(range.start + offset..range.end));
                    let (length, beyond) = number(rest);
                    number_end = offset + length;
                    if beyond.is_some() {
                        let place = range.start + offset..range.start + number_end;
                        self.fault(place, FaultKind::TooLarge);
                    }
                }
                _ if escaped => escaped = false,
                b'\\' => escaped = in_string,
                b'"' => in_string = !in_string,
                b'[' | b'{' if !in_string => {
                    depth += 1;
                    if depth > MAX_DEPTH {
                        let at = range.start + offset;
                        return self.fault(at..at + 1, FaultKind::TooDeep);
                    }
                }
                b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
    }

    /// Leaves the object whose keys begin at `outer`, and reports those that had another value before.
    fn close(&mut self, cursor: &Cursor<'t>, outer: usize) {
        let Self { keys, faults, .. } = self;
        let Some(inner) = keys.get_mut(outer..) else { return };
        // In the order of the text among equal names.
        inner.sort_by(|one, other| {
            (one.name.len(), &one.name).cmp(&(other.name.len(), &other.name))
        });
        let value = |key: &SchemaKey<'_>| cursor.slice(&cursor.at(key.value).skip());
        for same in inner.chunk_by(|one, other| one.name == other.name) {
            let [first, others @ ..] = same else { continue };
            // Values are compared only if a key occurs twice, so each is stepped over at most once more.
            let first_value = if others.is_empty() { "" } else { value(first) };
            for other in others.iter().filter(|other| value(other) != first_value) {
                let kind = FaultKind::GivenTwice(first.place.clone());
                faults.push(Fault { place: other.place.clone(), kind });
            }
        }
        keys.truncate(outer);
    }
}

fn decoded(raw: &str) -> Cow<'_, str> {
    match raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(plain) if !plain.contains('\\') => Cow::Borrowed(plain),
        _ => Cow::Owned(decode_string(raw).unwrap_or_default()),
    }
}

/// The value at the cursor; of a list or object the opening bracket alone.
fn head(cursor: &mut Cursor<'_>) -> Range<usize> {
    match cursor.first() {
        b'[' | b'{' => cursor.start()..cursor.start() + 1,
        _ => cursor.clone().skip(),
    }
}

/// Whether arguments may be declared under a keyword.
fn may_declare(keyword: &str) -> bool {
    matches!(
        keyword,
        "properties"
            | "patternProperties"
            | "allOf"
            | "anyOf"
            | "oneOf"
            | "if"
            | "then"
            | "else"
            | "dependentSchemas"
            | "dependencies"
    )
}

/// Whether a value has to match one of what a keyword lists, so that an empty list would admit nothing.
fn is_choice(keyword: &str) -> bool {
    matches!(keyword, "anyOf" | "oneOf" | "type")
}

fn is_empty_list(cursor: &mut Cursor<'_>) -> bool {
    let inside = cursor.start() + 1;
    cursor.at(inside).first() == b']'
}

fn role(keyword: &str, is_root: bool) -> KeywordRole {
    match keyword {
        "additionalProperties" | "unevaluatedProperties" | "not" | "if" | "then" | "else" => {
            KeywordRole::Schema
        }
        "items" => KeywordRole::SchemaOrList,
        "anyOf" | "oneOf" | "allOf" | "prefixItems" => KeywordRole::SchemaList,
        "properties" | "patternProperties" | "dependentSchemas" | "$defs" | "definitions" => {
            KeywordRole::SchemaMap
        }
        "dependencies" => KeywordRole::Dependencies,
        "type" => KeywordRole::Types,
        "enum" => KeywordRole::Values,
        "const" | "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum"
        | "multipleOf" | "minLength" | "maxLength" | "minItems" | "maxItems" | "minContains"
        | "maxContains" | "minProperties" | "maxProperties" => KeywordRole::Bound,
        "required" => KeywordRole::Required,
        "nullable" => KeywordRole::Nullable,
        "$ref" => KeywordRole::Reference,
        "$dynamicRef" | "$recursiveRef" => KeywordRole::Dynamic,
        // References inside of it start from there.
        "$id" if !is_root => KeywordRole::Dynamic,
        _ => KeywordRole::Data,
    }
}
