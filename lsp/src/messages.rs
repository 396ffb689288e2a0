//! Reads messages the way clients write them: as much as possible of what is not quite JSON, or not quite the protocol.
//!
//! A change that is dropped leaves the server with another text than the editor shows, so a message is refused only if its meaning
//! is in doubt. What is still refused is resynchronised when the document is saved.

use std::str::FromStr;

use gatewright::source::TextPart;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tower_lsp::ls_types as lsp;

/// The method of a change. The protocol's own handler would refuse what [`Change`] reads.
const DID_CHANGE: &str = "textDocument/didChange";
/// The method under which the server handles [`Change`].
pub const CHANGE: &str = "gatewright/change";

/// The characters that an address may not hold, besides those that are not ASCII.
const NOT_IN_ADDRESSES: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The parameters of a change of a document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The document.
    pub text_document: Changed,
    /// What has changed, one after the other.
    pub content_changes: Vec<lsp::TextDocumentContentChangeEvent>,
}

/// The document that a change is made to.
#[derive(Debug, Deserialize)]
pub struct Changed {
    /// Its address.
    pub uri: lsp::Uri,
    /// Its number after the change, if the client counts changes.
    #[serde(default, deserialize_with = "version")]
    pub version: Option<i32>,
}

/// Reads the body of a message; `None` if it is not JSON.
///
/// Half of a surrogate pair becomes U+FFFD. Both are one unit of UTF-16, so the places of later changes still fit.
pub fn parse(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok().or_else(|| {
        let text = String::from_utf8(with_whole_characters(body)).ok()?;
        serde_json::from_str(&with_whole_pairs(&text)).ok()
    })
}

/// Mends addresses, and leads changes to the handler that reads [`Change`].
pub fn mend(message: &mut Value) {
    if let Some(params) = message.get_mut("params") {
        mend_addresses(params);
    }
    let Some(method) = message.get("method").and_then(Value::as_str) else { return };
    match method {
        DID_CHANGE => {
            if let Some(method) = message.get_mut("method") {
                *method = CHANGE.into();
            }
        }
        "textDocument/didOpen" => {
            let document = message.pointer_mut("/params/textDocument");
            if let Some(document) = document.and_then(Value::as_object_mut) {
                let version = document.get("version").and_then(as_version);
                document.insert("version".to_owned(), version.unwrap_or(0).into());
                document.entry("languageId").or_insert("".into());
            }
        }
        _ => {}
    }
}

fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i32>, D::Error> {
    Ok(as_version(&Value::deserialize(deserializer)?))
}

fn as_version(value: &Value) -> Option<i32> {
    value.as_i64().and_then(|version| i32::try_from(version).ok())
}

/// Mends every address in parameters.
fn mend_addresses(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(mend_addresses),
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text) if key == "uri" || key.ends_with("Uri") => {
                        if lsp::Uri::from_str(text).is_err() {
                            *text = encoded(text);
                        }
                    }
                    _ => mend_addresses(value),
                }
            }
        }
        _ => {}
    }
}

/// An address with `%` for each character that it may not hold, a `%` that begins no such character among them.
fn encoded(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for (number, piece) in address.split('%').enumerate() {
        if number > 0 {
            let digits = piece.bytes().take(2).filter(u8::is_ascii_hexdigit).count();
            out.push_str(if digits == 2 { "%" } else { "%25" });
        }
        out.extend(utf8_percent_encode(piece, NOT_IN_ADDRESSES));
    }
    out
}

/// The bytes with U+FFFD for each half of a surrogate pair that is encoded as if it were a character. Both take three bytes.
fn with_whole_characters(body: &[u8]) -> Vec<u8> {
    let mut bytes = body.to_vec();
    for at in 0..bytes.len() {
        if let Some(three @ [0xed, 0xa0..=0xbf, 0x80..=0xbf]) = bytes.get_mut(at..at + 3) {
            three.copy_from_slice("\u{fffd}".as_bytes());
        }
    }
    bytes
}

/// JSON with U+FFFD for each escape of half of a surrogate pair whose other half is not beside it.
fn with_whole_pairs(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some((before, escape)) = rest.find('\\').and_then(|at| rest.split_at_checked(at)) {
        let other = escape.get(6..).and_then(unit);
        let (written, length) = match (unit(escape), other) {
            (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => (escape.get(..12), 12),
            (Some(0xd800..0xe000), _) => (Some("\\ufffd"), 6),
            (Some(_), _) => (escape.get(..6), 6),
            (None, _) => {
                let escaped = escape.chars().nth(1).map_or(0, char::len_utf8);
                (escape.get(..1 + escaped), 1 + escaped)
            }
        };
        out.extend([before, written.unwrap_or("")]);
        rest = escape.part(length..);
    }
    out + rest
}

/// The unit of UTF-16 whose escape begins a text.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}
