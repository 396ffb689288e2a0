//! The JSON of a capture: which messages it holds, where their lists of tools are, and the members of a tool.
//!
//! Everything here is a range of the text. Keys count in the spelling of the protocol and in that of SDKs that write
//! snake case. Of a key with several values the last one is taken, as most readers do, and the first is kept beside it.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::cursor::Cursor;
use super::decoded::decode_string;

/// A list of tools and the cursor that was given with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// The list.
    pub(super) tools: Range<usize>,
    /// `nextCursor`, unless it is null.
    pub(super) cursor: Option<Range<usize>>,
}

/// What a text holds.
#[derive(Debug, Default)]
pub(super) struct Capture {
    /// The lists of tools, in the order of the text.
    pub(super) pages: Vec<Page>,
    /// The errors of JSON-RPC responses.
    pub(super) errors: Vec<Range<usize>>,
    /// What messages without a page have as `tools`.
    pub(super) no_lists: Vec<Range<usize>>,
    /// Keys that decide where the tools are and are given twice: the first one and the other.
    pub(super) repeated: Vec<(Range<usize>, Range<usize>)>,
}

/// The keys that count anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WireKey {
    Tools,
    Result,
    Error,
    /// A key that only messages of JSON-RPC have.
    Protocol,
    NextCursor,
    Name,
    Title,
    Description,
    Annotations,
    InputSchema,
    /// What some SDKs call the schema.
    Parameters,
    ReadOnly,
    Destructive,
    Idempotent,
    OpenWorld,
    Message,
}

const KEYS: usize = WireKey::Message as usize + 1;

/// A key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) key: Range<usize>,
    pub(super) value: Range<usize>,
}

/// The members of an object that count.
#[derive(Debug, Default)]
pub(super) struct Members {
    slots: [Slot; KEYS],
    /// The key of a second name that is the same as the first.
    name_again: Option<Range<usize>>,
}

#[derive(Debug, Default)]
struct Slot {
    first: Option<Member>,
    /// Another value of the same key.
    other: Option<Member>,
}

/// Why a text cannot be read.
#[derive(Debug)]
pub(super) enum Refused {
    /// It is no JSON, at this byte of it; `None` where it ends too early.
    NotJson(Option<usize>),
    /// A value that follows another and is no message.
    Stray(usize),
}

/// The members of the object that begins here; none if it is not an object.
pub(super) fn members(text: &str, start: usize) -> Members {
    step_through(&mut Cursor::new(text, start), |_, _| {})
}

/// The members of the object at the cursor, which steps over it; none if it is not an object. `value` gets the cursor before each
/// value that counts, and may step over it.
pub(super) fn step_through<'t>(
    cursor: &mut Cursor<'t>,
    mut value: impl FnMut(WireKey, &mut Cursor<'t>),
) -> Members {
    let mut members = Members::default();
    if cursor.first() == b'{' {
        cursor.members(|cursor, key| {
            let Some(name) = key_of(cursor.slice(&key)) else { return };
            let start = cursor.start();
            value(name, cursor);
            let value = match cursor.position() {
                end if end > start => start..end,
                _ => cursor.skip(),
            };
            members.enter(cursor.text(), name, Member { key, value });
        });
    }
    members
}

/// Finds the lists of tools: in a single value, a batch, or a session of messages one after the other.
pub(super) fn read(text: &str) -> Result<Capture, Refused> {
    let mut capture = Capture::default();
    for (number, (value, object)) in values(text)?.into_iter().enumerate() {
        if let Some(object) = object {
            capture.message(text, &object);
            continue;
        }
        let mut cursor = Cursor::new(text, value.start);
        match cursor.first() {
            b'[' if is_batch(text, value.start) => {
                cursor.elements(|cursor| {
                    let element = cursor.skip();
                    capture.message(text, &members(text, element.start));
                });
            }
            _ if number > 0 => return Err(Refused::Stray(cursor.start())),
            b'[' => capture.pages.push(Page { tools: cursor.start()..value.end, cursor: None }),
            _ => {}
        }
    }
    Ok(capture)
}

/// A value of a text, with its members if it is an object.
type OuterEntry = (Range<usize>, Option<Members>);

/// The values of a text, of which every one is JSON.
fn values(text: &str) -> Result<Vec<OuterEntry>, Refused> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<OuterValue<'_>>();
    let mut found = Vec::new();
    loop {
        let start = stream.byte_offset();
        match stream.next() {
            Some(Ok(value)) => {
                let members = value.members.map(|outer| Members::of(text, &outer));
                found.push((start..stream.byte_offset(), members));
            }
            Some(Err(error)) if error.is_eof() => return Err(Refused::NotJson(None)),
            Some(Err(error)) => return Err(Refused::NotJson(Some(offset(text, &error)))),
            None if found.is_empty() => return Err(Refused::NotJson(None)),
            None => return Ok(found),
        }
    }
}

/// A value as the parser passes it: the members of an object that count come from the pass that every value takes.
#[derive(Default)]
struct OuterValue<'t> {
    members: Option<Vec<(WireKey, &'t RawValue, &'t RawValue)>>,
}

impl<'t> Deserialize<'t> for OuterValue<'t> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OuterVisitor)
    }
}

struct OuterVisitor;

impl<'t> Visitor<'t> for OuterVisitor {
    type Value = OuterValue<'t>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list or an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = map.next_key::<&RawValue>()? {
            let value = map.next_value::<&RawValue>()?;
            members.extend(key_of(key.get()).map(|known| (known, key, value)));
        }
        Ok(OuterValue { members: Some(members) })
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(OuterValue::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(OuterValue::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(OuterValue::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(OuterValue::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(OuterValue::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(OuterValue::default())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(OuterValue::default())
    }
}

/// The range of a part of a text.
fn range_in(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr().addr().saturating_sub(text.as_ptr().addr());
    start..start + part.len()
}

/// Whether a list holds messages of JSON-RPC and not tools.
fn is_batch(text: &str, start: usize) -> bool {
    let mut batch = None;
    Cursor::new(text, start).elements(|cursor| {
        if batch.is_none() {
            let element = cursor.skip();
            let members = members(text, element.start);
            let is_message =
                [WireKey::Protocol, WireKey::Result, WireKey::Error].map(|key| members.has(key));
            batch = Some(is_message.contains(&true) && !members.has(WireKey::Name));
        }
    });
    batch.unwrap_or(false)
}

impl Capture {
    /// Takes the page of an object: its own, or that of its `result`.
    fn message(&mut self, text: &str, outer: &Members) {
        let page = self.page(text, outer).or_else(|| {
            self.note(outer, WireKey::Result);
            let result = outer.get(WireKey::Result)?;
            self.page(text, &members(text, result.value.start))
        });
        if page.is_none() {
            let inner = outer.get(WireKey::Result).map(|result| members(text, result.value.start));
            let tools = inner.as_ref().and_then(|inner| inner.get(WireKey::Tools));
            let tools = tools.or_else(|| outer.get(WireKey::Tools));
            self.no_lists.extend(tools.map(|tools| tools.value.clone()));
        }
        self.pages.extend(page);
        let is_error = |member: &&Member| text.get(member.value.clone()) != Some("null");
        let error = outer.all(WireKey::Error).find(is_error);
        self.errors.extend(error.map(|error| error.value.clone()));
    }

    fn page(&mut self, text: &str, members: &Members) -> Option<Page> {
        let is_list = |member: &&Member| text.as_bytes().get(member.value.start) == Some(&b'[');
        let tools = members.all(WireKey::Tools).filter(is_list).last()?;
        self.note(members, WireKey::Tools);
        let is_more = |member: &&Member| text.get(member.value.clone()) != Some("null");
        let cursor = members.all(WireKey::NextCursor).filter(is_more).last();
        Some(Page { tools: tools.value.clone(), cursor: cursor.map(|cursor| cursor.value.clone()) })
    }

    fn note(&mut self, members: &Members, key: WireKey) {
        self.repeated
            .extend(members.repeated(key).map(|(one, other)| (one.key.clone(), other.key.clone())));
    }
}

impl Members {
    fn of(text: &str, outer: &[(WireKey, &RawValue, &RawValue)]) -> Self {
        let mut members = Self::default();
        for (key, name, value) in outer {
            let [name, value] = [name, value].map(|part| range_in(text, part.get()));
            members.enter(text, *key, Member { key: name, value });
        }
        members
    }

    /// The value of a key that counts: the last one.
    pub(super) fn get(&self, key: WireKey) -> Option<&Member> {
        self.all(key).last()
    }

    /// Whether the key is there.
    pub(super) fn has(&self, key: WireKey) -> bool {
        self.get(key).is_some()
    }

    /// The first value of a key, and one that differs.
    pub(super) fn all(&self, key: WireKey) -> impl Iterator<Item = &Member> {
        let slot = self.slots.get(key as usize);
        slot.into_iter().flat_map(|slot| slot.first.iter().chain(&slot.other))
    }

    /// The two members that give a key different values.
    pub(super) fn repeated(&self, key: WireKey) -> Option<(&Member, &Member)> {
        let slot = self.slots.get(key as usize)?;
        Some((slot.first.as_ref()?, slot.other.as_ref()?))
    }

    /// The keys of a name that is given twice with the same value.
    pub(super) fn name_again(&self) -> Option<(&Range<usize>, &Range<usize>)> {
        Some((&self.all(WireKey::Name).next()?.key, self.name_again.as_ref()?))
    }

    fn enter(&mut self, text: &str, key: WireKey, member: Member) {
        let Some(slot) = self.slots.get_mut(key as usize) else { return };
        let Some(first) = &slot.first else {
            slot.first = Some(member);
            return;
        };
        if text.get(first.value.clone()) != text.get(member.value.clone()) {
            slot.other = Some(member);
        } else if key == WireKey::Name {
            self.name_again = Some(member.key);
        }
    }
}

/// The key that a JSON string spells.
fn key_of(raw: &str) -> Option<WireKey> {
    let decoded;
    let name = match raw.get(1..raw.len().saturating_sub(1))? {
        escaped if escaped.contains('\\') => {
            decoded = decode_string(raw)?;
            decoded.as_str()
        }
        plain => plain,
    };
    Some(match name {
        "tools" => WireKey::Tools,
        "result" => WireKey::Result,
        "error" => WireKey::Error,
        "jsonrpc" | "method" => WireKey::Protocol,
        "name" => WireKey::Name,
        "title" => WireKey::Title,
        "description" => WireKey::Description,
        "annotations" => WireKey::Annotations,
        "inputSchema" => WireKey::InputSchema,
        "parameters" => WireKey::Parameters,
        "message" => WireKey::Message,
        // Longer than any key in any of its spellings.
        _ if name.len() > 24 => return None,
        _ => return compound_key(name),
    })
}

/// A key of several words, in camel case, snake case or with capitals.
fn compound_key(name: &str) -> Option<WireKey> {
    let mut plain: String = name.chars().filter(|c| !matches!(c, '_' | '-')).collect();
    plain.make_ascii_lowercase();
    Some(match plain.as_str() {
        "nextcursor" => WireKey::NextCursor,
        "inputschema" => WireKey::InputSchema,
        "readonlyhint" => WireKey::ReadOnly,
        "destructivehint" => WireKey::Destructive,
        "idempotenthint" => WireKey::Idempotent,
        "openworldhint" => WireKey::OpenWorld,
        _ => return None,
    })
}

/// The byte at which the JSON reader gave up. It counts lines from one, and columns in bytes up to and with the
/// one that it refuses; for a control character in a skipped string it stops one short.
fn offset(json: &str, error: &serde_json::Error) -> usize {
    let line_start: usize =
        json.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let mut offset = (line_start + error.column()).saturating_sub(1).min(json.len());
    let is_control = |at: usize| json.as_bytes().get(at).is_some_and(u8::is_ascii_control);
    if error.to_string().starts_with("control character") && !is_control(offset) {
        offset += usize::from(is_control(offset + 1));
    }
    json.floor_char_boundary(offset)
}
