//! Recordings of calls: one JSON object per line.

use jiff::Timestamp;

use crate::json;
use crate::policy::{CLOCK_START, Literal};
use crate::source::{FileId, SourceSet};

/// The longest line that is read, in bytes.
pub const MAX_LINE: usize = 4 * 1024 * 1024;

/// A call in a recording.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedCall {
    /// The tool's name.
    pub tool: String,
    /// The arguments: an object; an empty one if the line has none.
    pub arguments: Literal,
    /// The time. A call without one, or before the call above it, takes the time of that call.
    pub time: Timestamp,
}

/// Reads the lines of a recording.
#[derive(Debug)]
pub struct RecordingReader {
    file: FileId,
    clock: Timestamp,
}

impl Default for RecordingReader {
    fn default() -> Self {
        // Places in a line are shown to nobody.
        let file = SourceSet::default().add("", "");
        Self { file, clock: CLOCK_START }
    }
}

impl RecordingReader {
    /// The time of the last call.
    pub fn clock(&self) -> Timestamp {
        self.clock
    }

    /// The call in a line; `None` if the line is not a call. Takes `{"tool", "arguments", "time"}` and a request of MCP:
    /// `{"method": "tools/call", "params": {"name", "arguments"}}`.
    pub fn line(&mut self, line: &str) -> Option<RecordedCall> {
        if line.len() > MAX_LINE || !line.trim_start().starts_with('{') {
            return None;
        }
        let root = json::parse(self.file, line).ok()?;
        let mut is_ambiguous = false;
        json::duplicate_keys(&root, &mut |_| is_ambiguous = true);
        if is_ambiguous {
            return None;
        }
        let (tool, arguments) = match root.get("tool") {
            Some(tool) => (tool, root.get("arguments")),
            None => {
                root.get("method").filter(|method| method.as_str() == Some("tools/call"))?;
                let params = root.get("params")?;
                (params.get("name")?, params.get("arguments"))
            }
        };
        let arguments = match arguments {
            None => Literal::Object(Vec::new()),
            Some(node) => Some(node.to_literal()).filter(is_arguments)?,
        };
        if let Some(time) = root.get("time") {
            self.clock = self.clock.max(time.as_str()?.parse().ok()?);
        }
        Some(RecordedCall { tool: tool.as_str()?.to_owned(), arguments, time: self.clock })
    }
}

/// The arguments in a JSON text.
///
/// # Errors
/// What is wrong with the text, in words.
pub fn read_arguments(text: &str) -> Result<Literal, String> {
    let file = SourceSet::default().add("", "");
    let root = json::parse(file, text).map_err(|finding| finding.message)?;
    let mut twice = None;
    json::duplicate_keys(&root, &mut |finding| twice = twice.take().or(Some(finding.message)));
    match (twice, root.to_literal()) {
        (Some(message), _) => Err(message),
        (None, arguments) if is_arguments(&arguments) => Ok(arguments),
        (None, _) => Err(format!("the arguments of a call are an object, not {}", root.kind())),
    }
}

fn is_arguments(value: &Literal) -> bool {
    matches!(value, Literal::Object(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_call_or_nothing() {
        let mut reader = RecordingReader::default();
        let mut shown = |line: &str| {
            let call = reader.line(line)?;
            Some(format!("{} {} {}", call.tool, call.arguments.to_json(), call.time))
        };
        let call = |text: &str| Some(text.to_owned());
        assert_eq!(shown(r#"{"tool": "x"}"#), call("x {} 2026-01-01T00:00:00Z"));
        assert_eq!(
            shown(r#"{"tool":"x","arguments":{"a":1.50},"time":"2026-01-31T11:59:30+01:00"}"#),
            call("x {\"a\": 1.50} 2026-01-31T10:59:30Z")
        );
        // The clock does not run back.
        assert_eq!(
            shown(r#"{"tool":"x","time":"2026-01-31T10:59:00Z"}"#),
            call("x {} 2026-01-31T10:59:30Z")
        );
        let mcp = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"y","arguments":{}}}"#;
        assert_eq!(shown(mcp), call("y {} 2026-01-31T10:59:30Z"));
        for other in [
            "",
            "[]",
            "{}",
            r#"{"tool": 1}"#,
            r#"{"tool": "x", "arguments": []}"#,
            r#"{"tool": "x", "arguments": {"a": 1, "a": 2}}"#,
            r#"{"tool": "x", "time": "yesterday"}"#,
            r#"{"method": "tools/list", "params": {"name": "x"}}"#,
        ] {
            assert_eq!(shown(other), None, "{other}");
        }
    }

    #[test]
    fn arguments_are_an_object() {
        assert!(read_arguments(r#"{"a": 1}"#).is_ok());
        assert_eq!(
            read_arguments("[1]").unwrap_err(),
            "the arguments of a call are an object, not a list"
        );
        assert!(read_arguments(r#"{"a": 1, "a": 1}"#).unwrap_err().contains("given twice"));
        assert!(read_arguments("{a: 1}").is_err());
    }
}
