//! The JSON of a manifest, read without building a tree: everything that is not asked for is skipped.
//!
//! Values of a type that is not expected count as absent, and of a key given twice the last value counts.

use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, SeqAccess};
use serde_json::value::RawValue;

use super::Annotations;
use super::receive::{Receive, Target, parse};

/// A list of tools and what stands beside it.
#[derive(Default)]
pub(super) struct Page<'t> {
    /// The elements of `tools`, `None` for one that is no object; no list when there is none.
    pub(super) tools: Option<Vec<Option<Entry<'t>>>>,
    /// `nextCursor`, unless it is null.
    pub(super) cursor: Option<&'t RawValue>,
}

/// The members of one tool that count, as they stand.
#[derive(Clone, Copy, Default)]
pub(super) struct Entry<'t> {
    pub(super) name: Option<&'t RawValue>,
    pub(super) title: Option<&'t RawValue>,
    pub(super) description: Option<&'t RawValue>,
    pub(super) annotations: Option<&'t RawValue>,
    pub(super) input_schema: Option<&'t RawValue>,
}

/// The page of tools that a text holds: its own, or that of its `result`.
pub(super) fn read(json: &str) -> serde_json::Result<Page<'_>> {
    let mut envelope = Envelope::default();
    parse(json, &mut envelope)?;
    let Envelope { page, result } = envelope;
    Ok(if page.tools.is_some() { page } else { result })
}

/// The elements of the list that [`read`] finds in the same text.
pub(super) fn elements(json: &str) -> Vec<&RawValue> {
    let mut outline = Outline::default();
    match parse(json, &mut outline) {
        Ok(()) => outline.own.or(outline.result).unwrap_or_default(),
        Err(_) => Vec::new(),
    }
}

/// The hints of an `annotations` value; none when it is no object.
pub(super) fn annotations(raw: &RawValue) -> Annotations {
    let mut hints = Annotations::default();
    // The text was read once already, so it is JSON, and whatever it holds is skipped or taken.
    if parse(raw.get(), &mut hints).is_ok() { hints } else { Annotations::default() }
}

/// The keys that count anywhere.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Key {
    Tools,
    Result,
    NextCursor,
    Name,
    Title,
    Description,
    Annotations,
    InputSchema,
    ReadOnlyHint,
    DestructiveHint,
    IdempotentHint,
    OpenWorldHint,
    #[serde(other)]
    Other,
}

/// The outermost value: a page, a response that holds one as its result, or a bare list.
#[derive(Default)]
struct Envelope<'t> {
    page: Page<'t>,
    result: Page<'t>,
}

impl<'t> Receive<'t> for Envelope<'t> {
    fn object<A: MapAccess<'t>>(&mut self, mut members: A) -> Result<(), A::Error> {
        while let Some(key) = members.next_key()? {
            match key {
                Key::Result => {
                    self.result = Page::default();
                    members.next_value_seed(Target(&mut self.result))?;
                }
                key => self.page.member(&key, &mut members)?,
            }
        }
        Ok(())
    }

    fn list<A: SeqAccess<'t>>(&mut self, elements: A) -> Result<(), A::Error> {
        let mut tools = Entries::default();
        tools.list(elements)?;
        self.page.tools = tools.0;
        Ok(())
    }
}

impl<'t> Page<'t> {
    fn member<A: MapAccess<'t>>(&mut self, key: &Key, members: &mut A) -> Result<(), A::Error> {
        match key {
            Key::Tools => {
                let mut tools = Entries::default();
                members.next_value_seed(Target(&mut tools))?;
                self.tools = tools.0;
            }
            Key::NextCursor => {
                let cursor: &RawValue = members.next_value()?;
                self.cursor = Some(cursor).filter(|cursor| cursor.get() != "null");
            }
            _ => {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl<'t> Receive<'t> for Page<'t> {
    fn object<A: MapAccess<'t>>(&mut self, mut members: A) -> Result<(), A::Error> {
        while let Some(key) = members.next_key()? {
            self.member(&key, &mut members)?;
        }
        Ok(())
    }
}

#[derive(Default)]
struct Entries<'t>(Option<Vec<Option<Entry<'t>>>>);

impl<'t> Receive<'t> for Entries<'t> {
    fn list<A: SeqAccess<'t>>(&mut self, mut elements: A) -> Result<(), A::Error> {
        let mut entries = Vec::new();
        loop {
            let mut slot = Slot::default();
            if elements.next_element_seed(Target(&mut slot))?.is_none() {
                break;
            }
            entries.push(slot.0);
        }
        self.0 = Some(entries);
        Ok(())
    }
}

#[derive(Default)]
struct Slot<'t>(Option<Entry<'t>>);

impl<'t> Receive<'t> for Slot<'t> {
    fn object<A: MapAccess<'t>>(&mut self, mut members: A) -> Result<(), A::Error> {
        let mut entry = Entry::default();
        while let Some(key) = members.next_key()? {
            let member = match key {
                Key::Name => &mut entry.name,
                Key::Title => &mut entry.title,
                Key::Description => &mut entry.description,
                Key::Annotations => &mut entry.annotations,
                Key::InputSchema => &mut entry.input_schema,
                _ => {
                    members.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *member = Some(members.next_value()?);
        }
        self.0 = Some(entry);
        Ok(())
    }
}

impl<'t> Receive<'t> for Annotations {
    fn object<A: MapAccess<'t>>(&mut self, mut members: A) -> Result<(), A::Error> {
        while let Some(key) = members.next_key()? {
            let raw: &RawValue = members.next_value()?;
            let hint = match raw.get() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            };
            match key {
                Key::ReadOnlyHint => self.read_only = hint,
                Key::DestructiveHint => self.destructive = hint,
                Key::IdempotentHint => self.idempotent = hint,
                Key::OpenWorldHint => self.open_world = hint,
                _ => {}
            }
        }
        Ok(())
    }
}

/// The elements of the tool lists as they stand, for finding the places of broken ones.
#[derive(Default)]
struct Outline<'t> {
    own: Option<Vec<&'t RawValue>>,
    result: Option<Vec<&'t RawValue>>,
}

impl<'t> Receive<'t> for Outline<'t> {
    fn object<A: MapAccess<'t>>(&mut self, mut members: A) -> Result<(), A::Error> {
        while let Some(key) = members.next_key()? {
            match key {
                Key::Tools => {
                    let mut elements = Elements::default();
                    members.next_value_seed(Target(&mut elements))?;
                    self.own = elements.0;
                }
                Key::Result => {
                    let mut inner = Outline::default();
                    members.next_value_seed(Target(&mut inner))?;
                    self.result = inner.own;
                }
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn list<A: SeqAccess<'t>>(&mut self, elements: A) -> Result<(), A::Error> {
        let mut own = Elements::default();
        own.list(elements)?;
        self.own = own.0;
        Ok(())
    }
}

#[derive(Default)]
struct Elements<'t>(Option<Vec<&'t RawValue>>);

impl<'t> Receive<'t> for Elements<'t> {
    fn list<A: SeqAccess<'t>>(&mut self, mut elements: A) -> Result<(), A::Error> {
        let mut found = Vec::new();
        while let Some(raw) = elements.next_element()? {
            found.push(raw);
        }
        self.0 = Some(found);
        Ok(())
    }
}
