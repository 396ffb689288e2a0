//! The hints of a tool, where servers write them: in its `annotations`, or on the tool itself.

use std::ops::Range;

use super::Annotations;
use super::wire::{Member, Members, WireKey, members};

/// The hints of one tool and what is wrong with them.
#[derive(Debug, Default)]
pub(super) struct Hints {
    pub(super) annotations: Annotations,
    /// The title among the annotations, where earlier versions of the protocol have it.
    pub(super) title: Option<Member>,
    /// Values that are neither true nor false.
    pub(super) unusable: Vec<Range<usize>>,
    /// Pairs of keys that give one hint different values.
    pub(super) repeated: Vec<(Range<usize>, Range<usize>)>,
}

/// Reads the hints of a tool. Of two values the one that admits more danger counts, and both are kept for the report.
pub(super) fn read(text: &str, tool: &Members) -> Hints {
    let mut hints = Hints::default();
    let mut objects: Vec<Members> = Vec::new();
    for member in tool.all(WireKey::Annotations) {
        match text.as_bytes().get(member.value.start) {
            Some(b'{') => objects.push(members(text, member.value.start)),
            Some(b'n') => {}
            _ => hints.unusable.push(member.value.clone()),
        }
    }
    let is_text = |member: &&Member| text.as_bytes().get(member.value.start) == Some(&b'"');
    hints.title =
        objects.iter().filter_map(|object| object.get(WireKey::Title)).find(is_text).cloned();
    let places: Vec<&Members> = objects.iter().chain([tool]).collect();
    let Annotations { read_only, destructive, idempotent, open_world } = &mut hints.annotations;
    for (key, hint, dangerous) in [
        (WireKey::ReadOnly, read_only, false),
        (WireKey::Destructive, destructive, true),
        (WireKey::Idempotent, idempotent, false),
        (WireKey::OpenWorld, open_world, true),
    ] {
        let mut first: Option<(&Member, bool)> = None;
        for member in places.iter().flat_map(|place| place.all(key)) {
            let value = match text.get(member.value.clone()) {
                Some("true") => true,
                Some("false") => false,
                Some("null") => continue,
                _ => {
                    hints.unusable.push(member.value.clone());
                    continue;
                }
            };
            match first {
                Some((before, other)) if other != value => {
                    hints.repeated.push((before.key.clone(), member.key.clone()));
                    *hint = Some(dangerous);
                }
                Some(_) => {}
                None => {
                    first = Some((member, value));
                    *hint = Some(value);
                }
            }
        }
    }
    hints
}
