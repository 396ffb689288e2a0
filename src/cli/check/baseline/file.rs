//! The file of a baseline.

use std::path::Path;

use serde::Serialize;

use super::BaselineEntry;
use crate::cli::exit::Fault;
use crate::cli::formats::json;
use crate::cli::root::Root;
use crate::cli::{files, write as replace};
use crate::json::{Node, Value};
use crate::project::ProjectLoader;
use crate::source::{SourceSet, Span, decode};
use crate::text::quote;

/// The version of the form that is written. In the first one, paths are those of the call that has written it, and entries have no
/// tools and lines.
const VERSION: u32 = 2;

/// How to get a file that is right.
const WRITE: &str = "write it with `gatewright check PATH --write-baseline FILE`";

/// What a baseline holds.
#[derive(Debug)]
pub(in crate::cli::check) struct Known {
    pub(super) entries: Vec<BaselineEntry>,
    /// What the paths of the entries are relative to.
    pub(super) root: Root,
}

#[derive(Serialize)]
struct BaselineFile {
    version: u32,
    findings: Vec<BaselineEntry>,
}

/// What the paths of a baseline at a path are relative to.
pub(super) fn root(path: &Path) -> Root {
    Root::at(path.parent().unwrap_or(Path::new("")))
}

/// Writes a baseline.
///
/// # Errors
/// Why the file cannot be written.
pub(super) fn write(path: &Path, findings: Vec<BaselineEntry>) -> Result<(), Fault> {
    let bytes = json::lines(&BaselineFile { version: VERSION, findings });
    replace::replace(path, &String::from_utf8_lossy(&bytes))
}

/// Reads a baseline.
///
/// # Errors
/// Why it cannot be read, or what is wrong with it.
pub(super) fn open(path: &Path, disk: &ProjectLoader) -> Result<Known, Fault> {
    let bytes = files::read_named(path, disk).map_err(|fault| fault.with_help(WRITE))?;
    let name = files::quoted(path);
    let not_text = |_| Fault::new(format!("the baseline {name} is not text")).with_help(WRITE);
    let text = decode(bytes).map_err(not_text)?;
    let mut sources = SourceSet::default();
    let file = sources.add(path.to_string_lossy(), text);
    let wrong = |span: Span, message: &str| {
        let at = sources.get(file).map(|file| file.position(span.start));
        let (line, column) = at.map_or((1, 1), |at| (at.line, at.column));
        let place = format!("line {line}, column {column}");
        Fault::new(format!("the baseline {name} is not valid at {place}: {message}"))
            .with_help(WRITE)
    };
    let node = crate::json::parse(file, sources.text(file)).map_err(|finding| {
        match sources.text(file) {
            text if crate::input::is_json(text) || text.trim().is_empty() => {
                wrong(finding.primary.span, &finding.message)
            }
            _ => wrong(finding.primary.span, "it is not JSON"),
        }
    })?;
    let (version, entries) =
        entries_of(&node).map_err(|EntryShape { span, message }| wrong(span, &message))?;
    let root = if version == 1 { Root::default() } else { root(path) };
    Ok(Known { entries, root })
}

/// What has another shape than it should, and where.
struct EntryShape {
    span: Span,
    message: String,
}

fn entries_of(root: &Node) -> Result<(u32, Vec<BaselineEntry>), EntryShape> {
    let node = member(root, "version")?;
    let Value::Number(number) = &node.value else {
        return Err(wrong_kind(node, "`version`", "a number"));
    };
    let Some(version) = (1..=VERSION).find(|version| **number == *version.to_string()) else {
        let message =
            format!("version {} is not supported, only 1 and {VERSION} are", quote(number));
        return Err(EntryShape { span: node.span, message });
    };
    let findings = member(root, "findings")?;
    let Value::Array(items) = &findings.value else {
        return Err(wrong_kind(findings, "`findings`", "a list"));
    };
    let entries = items.iter().map(|item| entry(item, version)).collect::<Result<_, _>>()?;
    Ok((version, entries))
}

fn entry(node: &Node, version: u32) -> Result<BaselineEntry, EntryShape> {
    let text = |key| {
        let value = member(node, key)?;
        let text = value.as_str().ok_or_else(|| wrong_kind(value, &quote(key), "a string"))?;
        Ok(text.to_owned())
    };
    let (tools, line) = match version {
        1 => (None, None),
        _ => (Some(tools(member(node, "tools")?)?), Some(line(member(node, "line")?)?)),
    };
    Ok(BaselineEntry {
        file: text("file")?,
        code: text("code")?,
        message: text("message")?,
        tools,
        line,
        fingerprint: text("fingerprint")?,
    })
}

fn tools(node: &Node) -> Result<Vec<String>, EntryShape> {
    let Value::Array(items) = &node.value else {
        return Err(wrong_kind(node, "`tools`", "a list"));
    };
    let name = |item: &Node| {
        let name = item.as_str().ok_or_else(|| wrong_kind(item, "a tool", "a string"))?;
        Ok(name.to_owned())
    };
    items.iter().map(name).collect()
}

fn line(node: &Node) -> Result<u32, EntryShape> {
    let number = if let Value::Number(number) = &node.value { number.parse().ok() } else { None };
    number.ok_or_else(|| {
        let message = "`line` is not a line number".to_owned();
        EntryShape { span: node.head(), message }
    })
}

fn member<'n>(node: &'n Node, key: &str) -> Result<&'n Node, EntryShape> {
    let Value::Object(members) = &node.value else {
        return Err(wrong_kind(node, "the value", "an object"));
    };
    let found = members.iter().find(|member| *member.key == *key);
    let missing =
        || EntryShape { span: node.head(), message: format!("missing key {}", quote(key)) };
    found.map(|member| &member.value).ok_or_else(missing)
}

fn wrong_kind(node: &Node, what: &str, kind: &str) -> EntryShape {
    EntryShape { span: node.head(), message: format!("{what} is {}, not {kind}", node.kind()) }
}
