//! Captures as they come off a transport: what stands around the JSON is blanked, so that all places stay.

use crate::source::TextPart;
use std::borrow::Cow;

/// The text with everything but JSON replaced by blanks of the same length: the head of an HTTP response, and the framing of
/// server-sent events. A byte-order mark becomes blanks too.
pub(super) fn strip(text: &str) -> Cow<'_, str> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let start = text.len() - body.len() + head_length(body);
    let body = text.part(start..);
    let is_events = is_event_stream(body);
    if start == 0 && !is_events {
        return Cow::Borrowed(text);
    }
    let mut out = " ".repeat(start);
    if is_events {
        push_events(body, &mut out);
    } else {
        out.push_str(body);
    }
    Cow::Owned(out)
}

/// The length of the status line and the headers that `curl -i` prints before a body.
fn head_length(text: &str) -> usize {
    if !text.starts_with("HTTP/") {
        return 0;
    }
    let mut length = 0;
    for line in text.split_inclusive('\n') {
        length += line.len();
        if line.trim_end().is_empty() {
            return length;
        }
    }
    0
}

/// Whether the first line that is not blank is one of server-sent events.
fn is_event_stream(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
    first.starts_with(':')
        || ["event:", "data:", "id:", "retry:"].iter().any(|field| first.starts_with(field))
}

/// Keeps the data of the events that are messages; others, such as the `endpoint` of older transports, hold no JSON.
fn push_events(body: &str, out: &mut String) {
    let lines: Vec<&str> = body.split_inclusive('\n').collect();
    for event in lines.split_inclusive(|line| line.trim().is_empty()) {
        let mut names = event.iter().filter_map(|line| line.strip_prefix("event:"));
        let is_message = names.all(|name| name.trim() == "message");
        event.iter().for_each(|line| push_event_line(line, is_message, out));
    }
}

/// Keeps what a line of `data:` holds. Data over several lines is put together as the protocol says: blanks between values change
/// nothing, and a line break inside of a string is as wrong as it was.
fn push_event_line(line: &str, is_message: bool, out: &mut String) {
    let end = line.trim_end_matches(['\r', '\n']).len();
    let (content, ending) = line.split_at_checked(end).unwrap_or((line, ""));
    match content.strip_prefix("data:").filter(|_| is_message) {
        Some(data) => {
            out.push_str("     ");
            out.push_str(data);
        }
        None => out.extend(std::iter::repeat_n(' ', content.len())),
    }
    out.push_str(ending);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_stays_where_it_is() {
        for (text, expected) in [
            ("[1]", "[1]"),
            ("\u{feff}[1]", "   [1]"),
            ("event:message\r\ndata: [1,\ndata:2]\n\n", "             \r\n      [1,\n     2]\n\n"),
            (": é\n\ndata: \"é\"", "    \n\n      \"é\""),
            ("event: endpoint\ndata: /m\n\ndata: 1\n", "               \n        \n\n      1\n"),
            (": ping\n\nid: 7\ndata: {}", "      \n\n     \n      {}"),
            (
                "HTTP/1.1 200 OK\r\na: b\r\n\r\n{\"a\":\"\u{e9}\"}",
                "                         {\"a\":\"\u{e9}\"}",
            ),
            ("HTTP/1.1 200 OK\n", "HTTP/1.1 200 OK\n"),
        ] {
            assert_eq!(strip(text), expected, "{text}");
            assert_eq!(strip(text).len(), text.len(), "{text}");
        }
    }
}
