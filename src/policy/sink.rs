//! Where JSON is written to.

/// A text that is being written, or only its length: what may become too large is measured before it is built.
pub trait Sink {
    /// Adds a text.
    fn push_str(&mut self, text: &str);

    /// Adds a character.
    fn push(&mut self, character: char);

    /// The length so far, in bytes.
    fn length(&self) -> usize;

    /// Whether the last character is `character`.
    fn ends_with(&self, character: char) -> bool;
}

impl Sink for String {
    fn push_str(&mut self, text: &str) {
        String::push_str(self, text);
    }

    fn push(&mut self, character: char) {
        String::push(self, character);
    }

    fn length(&self) -> usize {
        self.len()
    }

    fn ends_with(&self, character: char) -> bool {
        str::ends_with(self, character)
    }
}

/// The length of a text that is not kept.
#[derive(Clone, Copy, Debug, Default)]
pub struct Length {
    bytes: usize,
    last: Option<char>,
}

impl Sink for Length {
    fn push_str(&mut self, text: &str) {
        self.bytes = self.bytes.saturating_add(text.len());
        self.last = text.chars().next_back().or(self.last);
    }

    fn push(&mut self, character: char) {
        self.bytes = self.bytes.saturating_add(character.len_utf8());
        self.last = Some(character);
    }

    fn length(&self) -> usize {
        self.bytes
    }

    fn ends_with(&self, character: char) -> bool {
        self.last == Some(character)
    }
}

/// The length of a JSON string, quotes included.
pub fn string_length(text: &str) -> usize {
    let mut length = Length::default();
    super::write_string(text, &mut length);
    length.length()
}
