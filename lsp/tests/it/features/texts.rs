//! Texts and places in the units of a client.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// The mark of a place in a text; it is taken out.
pub const MARK: &str = "\u{2038}";

/// A place in a document, in the units of a client.
pub struct Place {
    pub uri: String,
    pub line: usize,
    pub character: usize,
    /// Where the document ends.
    pub end: (usize, usize),
}

impl Place {
    pub fn file(&self) -> Value {
        json!({ "textDocument": { "uri": self.uri } })
    }

    fn with(&self, more: &[(&str, Value)]) -> Value {
        let mut params = self.file();
        for (key, value) in more {
            params[*key] = value.clone();
        }
        params
    }

    fn position(&self) -> Value {
        json!({ "line": self.line, "character": self.character })
    }

    fn all(&self) -> Value {
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": self.end.0, "character": self.end.1 } })
    }

    fn point(&self) -> Value {
        json!({ "start": self.position(), "end": self.position() })
    }

    /// From the start of the line above to the place.
    fn lines(&self) -> Value {
        json!({ "start": { "line": self.line.saturating_sub(1), "character": 0 }, "end": self.position() })
    }

    pub fn here(&self) -> Value {
        self.with(&[("position", self.position())])
    }

    pub fn referring(&self) -> Value {
        let context = json!({ "includeDeclaration": true });
        self.with(&[("position", self.position()), ("context", context)])
    }

    pub fn renaming(&self) -> Value {
        self.with(&[("position", self.position()), ("newName", json!("sheets"))])
    }

    pub fn acting(&self) -> Value {
        self.with(&[("range", self.point()), ("context", json!({ "diagnostics": [] }))])
    }

    pub fn fixing(&self) -> Value {
        self.acting_as("source.fixAll")
    }

    pub fn converting(&self) -> Value {
        self.acting_as("refactor.rewrite")
    }

    fn acting_as(&self, kind: &str) -> Value {
        let context = json!({ "diagnostics": [], "only": [kind] });
        self.with(&[("range", self.all()), ("context", context)])
    }

    pub fn whole(&self) -> Value {
        self.with(&[("range", self.all())])
    }

    pub fn part(&self) -> Value {
        self.with(&[("range", self.lines())])
    }

    pub fn formatting(&self) -> Value {
        self.with(&[("options", json!({ "tabSize": 4, "insertSpaces": true }))])
    }

    pub fn formatting_part(&self) -> Value {
        let options = json!({ "tabSize": 4, "insertSpaces": true });
        self.with(&[("options", options), ("range", self.lines())])
    }

    pub fn typing_break(&self) -> Value {
        self.typing("\n")
    }

    pub fn typing_brace(&self) -> Value {
        self.typing("}")
    }

    fn typing(&self, typed: &str) -> Value {
        let options = json!({ "tabSize": 4, "insertSpaces": true });
        self.with(&[("options", options), ("position", self.position()), ("ch", json!(typed))])
    }

    pub fn searching(&self) -> Value {
        json!({ "query": "pages" })
    }

    /// The manifest and the file that is included get other names, and the latter another folder.
    pub fn moving(&self) -> Value {
        let at = |path: &str| {
            let (folder, _) = self.uri.rsplit_once('/').unwrap();
            format!("{folder}/{path}")
        };
        json!({ "files": [
            { "oldUri": at("tools.json"), "newUri": at("server.tools.json") },
            { "oldUri": at("%E4%B8%AD/shared.gate"), "newUri": at("%E4%B8%AD%E6%96%87/guards.gate") },
        ] })
    }

    pub fn selecting(&self) -> Value {
        self.with(&[("positions", json!([self.position()]))])
    }
}

/// A text in the units of a client.
pub struct Text {
    /// What the test calls it.
    pub name: String,
    text: String,
    lines: Vec<String>,
    is_utf8: bool,
}

impl Text {
    pub fn new(name: &str, text: &str, is_utf8: bool) -> Self {
        let lines = text.split('\n').map(|line| line.trim_end_matches('\r').to_owned()).collect();
        Self { name: name.to_owned(), text: text.to_owned(), lines, is_utf8 }
    }

    pub fn raw(&self) -> &str {
        &self.text
    }

    pub fn line(&self, line: usize) -> &str {
        &self.lines[line]
    }

    fn units(&self, text: &str) -> usize {
        if self.is_utf8 { text.len() } else { text.encode_utf16().count() }
    }

    /// The place of a byte.
    pub fn place(&self, uri: &str, at: usize) -> Place {
        let before = &self.text[..at];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let last = self.lines.len() - 1;
        Place {
            uri: uri.to_owned(),
            line: before.matches('\n').count(),
            character: self.units(&before[start..]),
            end: (last, self.units(&self.lines[last])),
        }
    }

    /// The line that a position means and the byte in it; it must mean one, between two characters.
    pub fn at(&self, position: &Value) -> (usize, usize) {
        let number = |key: &str| usize::try_from(position[key].as_u64().unwrap()).unwrap();
        let (line, character) = (number("line"), number("character"));
        let text = self.lines.get(line).unwrap_or_else(|| panic!("{position} is behind the text"));
        let mut places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        let found = places.find(|at| self.units(&text[..*at]) == character);
        (line, found.unwrap_or_else(|| panic!("{position} is no place in {text:?}")))
    }

    /// The byte of the text that a position means.
    pub fn offset(&self, position: &Value) -> usize {
        let (line, at) = self.at(position);
        let mut starts = [0].into_iter().chain(self.text.match_indices('\n').map(|(at, _)| at + 1));
        starts.nth(line).unwrap() + at
    }

    /// The characters of a range, with plain line breaks.
    pub fn characters(&self, range: &Value) -> String {
        let (start, end) = (self.offset(&range["start"]), self.offset(&range["end"]));
        assert!(start <= end, "{range}");
        self.text[start..end].replace("\r\n", "\n")
    }
}

/// The texts of a test by address, and how the client sees them.
pub struct Texts {
    pub own: String,
    pub all: BTreeMap<String, Text>,
    /// What the server calls the kinds of semantic tokens and their modifiers.
    pub legend: Value,
}

impl Texts {
    pub fn own(&self) -> &Text {
        &self.all[&self.own]
    }

    pub fn of(&self, uri: &Value) -> &Text {
        let uri = uri.as_str().unwrap();
        self.all.get(uri).unwrap_or_else(|| panic!("{uri} is no file of the test"))
    }
}
