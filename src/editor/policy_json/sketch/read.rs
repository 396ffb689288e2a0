//! Reads a text into parts, taking every bracket, comma and quote for what was most likely meant.

use super::{NONE, SketchKind, SketchNode};

/// The parts of a text.
pub(super) fn read(text: &str) -> Vec<SketchNode> {
    let mut reader = SketchReader {
        bytes: text.as_bytes(),
        at: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 },
        parts: Vec::new(),
        open: Vec::new(),
        open_objects: 0,
        pending: None,
    };
    reader.run();
    reader.parts
}

struct SketchReader<'t> {
    bytes: &'t [u8],
    at: usize,
    parts: Vec<SketchNode>,
    /// The objects and lists around the place, the outermost first.
    open: Vec<usize>,
    /// How many of them are objects.
    open_objects: usize,
    /// The part whose key has been read and whose value has not.
    pending: Option<usize>,
}

impl SketchReader<'_> {
    fn run(&mut self) {
        while let Some(byte) = self.byte(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'{' => self.begin(SketchKind::Object),
                b'[' => self.begin(SketchKind::Array),
                b'}' => self.close(SketchKind::Object),
                b']' => self.close(SketchKind::Array),
                b',' => {
                    self.pending = None;
                    self.at += 1;
                }
                b':' => self.colon(),
                b'"' => self.word(SketchKind::String),
                _ => self.word(SketchKind::Word),
            }
        }
        while !self.open.is_empty() {
            self.end(self.bytes.len(), false);
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn is_in_object(&self) -> bool {
        self.open.last().is_some_and(|id| self.kind(*id) == SketchKind::Object)
    }

    fn kind(&self, id: usize) -> SketchKind {
        self.parts.get(id).map_or(SketchKind::Missing, |part| part.kind)
    }

    fn begin(&mut self, kind: SketchKind) {
        let id = self.put(kind, self.at, self.at + 1);
        self.open.push(id);
        self.open_objects += usize::from(kind == SketchKind::Object);
        self.at += 1;
    }

    /// A value: that of the key before it, else a part of its own.
    fn put(&mut self, kind: SketchKind, start: usize, end: usize) -> usize {
        let value = (small(start), small(end));
        if let Some(id) = self.pending.take()
            && let Some(part) = self.parts.get_mut(id)
        {
            (part.kind, part.value) = (kind, value);
            return id;
        }
        self.add(None, value, kind)
    }

    fn add(&mut self, key: Option<(u32, u32)>, value: (u32, u32), kind: SketchKind) -> usize {
        let id = self.parts.len();
        let parent = self.open.last().map_or(NONE, |id| small(*id));
        let after = small(id + 1);
        let part =
            SketchNode { key, value, parent, after, kind, has_colon: false, is_closed: false };
        self.parts.push(part);
        id
    }

    /// Ends the innermost object or list.
    fn end(&mut self, end: usize, is_closed: bool) {
        let Some(id) = self.open.pop() else { return };
        self.pending = None;
        self.open_objects -= usize::from(self.kind(id) == SketchKind::Object);
        let after = small(self.parts.len());
        if let Some(part) = self.parts.get_mut(id) {
            (part.value.1, part.after, part.is_closed) = (small(end), after, is_closed);
        }
    }

    /// A closing bracket ends what lies open inside of its own, and means nothing if its own is not there.
    fn close(&mut self, kind: SketchKind) {
        let own = match kind {
            SketchKind::Object => self.open_objects,
            _ => self.open.len() - self.open_objects,
        };
        if own > 0 {
            while self.open.last().is_some_and(|id| self.kind(*id) != kind) {
                self.end(self.at, false);
            }
            self.end(self.at + 1, true);
        }
        self.at += 1;
    }

    fn colon(&mut self) {
        self.at += 1;
        let at = small(self.at);
        if let Some(part) = self.pending.and_then(|id| self.parts.get_mut(id)) {
            (part.has_colon, part.value) = (true, (at, at));
        }
    }

    fn word(&mut self, kind: SketchKind) {
        let start = self.at;
        let end =
            if kind == SketchKind::String { self.end_of_string() } else { self.end_of_word() };
        self.at = end;
        let is_key = self.is_before_colon(end);
        // A list holds no keys: its bracket is missing.
        if kind == SketchKind::String && is_key && self.open_objects > 0 {
            while !self.is_in_object() {
                self.end(start, false);
            }
        }
        if !self.is_in_object() {
            self.put(kind, start, end);
            return;
        }
        let is_value = self.pending.and_then(|id| self.parts.get(id)).is_some_and(|part| {
            let key_end = part.key.map_or(start, |key| key.1 as usize);
            !is_key && (part.has_colon || !self.breaks_line(key_end, start))
        });
        if is_value {
            self.put(kind, start, end);
        } else {
            let (start, end) = (small(start), small(end));
            self.pending = Some(self.add(Some((start, end)), (end, end), SketchKind::Missing));
        }
    }

    fn is_before_colon(&self, end: usize) -> bool {
        let rest = self.bytes.get(end..).unwrap_or(&[]);
        rest.iter().find(|byte| !is_blank(**byte)) == Some(&b':')
    }

    fn breaks_line(&self, start: usize, end: usize) -> bool {
        self.bytes.get(start..end).is_some_and(|between| between.contains(&b'\n'))
    }

    /// The end of the string that begins here. One that the line ends, or that another word follows without a gap, lacks its
    /// quote: then brackets, commas and colons at its end are not its own.
    fn end_of_string(&self) -> usize {
        let mut at = self.at + 1;
        let mut mark = None;
        loop {
            match self.byte(at) {
                None | Some(b'\n' | b'\r') => return self.without_marks(at.min(self.bytes.len())),
                Some(b'"') => break,
                Some(b'\\') => at += 1 + usize::from(!self.ends_line(at + 1)),
                Some(byte) => {
                    if mark.is_none() && is_mark(byte) {
                        mark = Some(at);
                    }
                    at += 1;
                }
            }
        }
        match self.byte(at + 1) {
            Some(next) if !is_blank(next) && !is_mark(next) => mark.unwrap_or(at + 1),
            _ => at + 1,
        }
    }

    fn ends_line(&self, at: usize) -> bool {
        matches!(self.byte(at), None | Some(b'\n' | b'\r'))
    }

    fn without_marks(&self, mut end: usize) -> usize {
        while end > self.at + 1
            && self.byte(end - 1).is_some_and(|byte| is_mark(byte) || is_blank(byte))
        {
            end -= 1;
        }
        end
    }

    fn end_of_word(&self) -> usize {
        let mut at = self.at;
        while let Some(byte) = self.byte(at) {
            if at > self.at
                && (is_blank(byte) || is_mark(byte) || matches!(byte, b'{' | b'[' | b'"'))
            {
                break;
            }
            at += 1 + usize::from(byte == b'\\' && !self.ends_line(at + 1));
        }
        at.min(self.bytes.len())
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Whether a byte ends a value in an object or a list, or a key.
fn is_mark(byte: u8) -> bool {
    matches!(byte, b',' | b':' | b'}' | b']')
}

fn small(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
