//! Local references: JSON pointers into the schema's own document.

use std::borrow::Cow;

use serde_json::Value;

/// The schema that a `$ref` names: `#`, or `#/` and a JSON pointer, percent-encoded as URIs are. `None` for another
/// document, an anchor, and a place that does not exist.
pub(super) fn resolve<'s>(root: &'s Value, reference: &str) -> Option<&'s Value> {
    let pointer = percent_decode(reference.strip_prefix('#')?)?;
    if pointer.is_empty() {
        return Some(root);
    }
    pointer.strip_prefix('/')?.split('/').try_fold(root, |value, token| match value {
        Value::Object(members) => members.get(&*unescape(token)),
        Value::Array(items) => items.get(token.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Whether the keywords beside a `$ref` hold too; the drafts of JSON Schema differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Siblings {
    /// The keywords beside `$ref` hold too: drafts from 2019 on.
    Hold,
    /// They are ignored: drafts up to 7.
    Ignored,
    /// The document names no draft that is known here.
    Uncertain,
}

impl Siblings {
    /// What the `$schema` of a document says.
    pub(super) fn of(root: &Value) -> Self {
        match root.get("$schema").and_then(Value::as_str) {
            Some(draft) if draft.contains("json-schema.org/draft-0") => Siblings::Ignored,
            Some(draft) if draft.contains("json-schema.org/draft/20") => Siblings::Hold,
            _ => Siblings::Uncertain,
        }
    }
}

fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(token)
    }
}

fn percent_decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or("").as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_lead_into_the_document_and_nowhere_else() {
        let root = serde_json::json!({
            "$defs": {"a": 1, "x/y": 2, "t~": 3, "\u{e9} b": 4, "": 5}, "allOf": [6, {"k": 7}],
        });
        for (reference, expected) in [
            ("#/$defs/a", Some(1)),
            ("#/$defs/x~1y", Some(2)),
            ("#/$defs/t~0", Some(3)),
            ("#/%24defs/%C3%A9%20b", Some(4)),
            ("#/$defs/", Some(5)),
            ("#/allOf/0", Some(6)),
            ("#/allOf/1/k", Some(7)),
            ("#/allOf/2", None),
            ("#/$defs/b", None),
            ("#a", None),
            ("#/%zz", None),
            ("#/%2", None),
            ("#/%ff", None),
            ("other.json#/$defs/a", None),
            ("$defs/a", None),
        ] {
            let found = resolve(&root, reference).and_then(Value::as_i64);
            assert_eq!(found, expected, "{reference}");
        }
        assert_eq!(resolve(&root, "#"), Some(&root));
    }
}
