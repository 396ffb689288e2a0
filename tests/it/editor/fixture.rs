//! A workspace in memory, and a place in one of its files.

use std::sync::Arc;

use gatewright::editor::{Folder, Snapshot, View, Workspace};
use gatewright::source::MemoryLoader;

/// Where the cursor stands; it is taken out of the text.
pub const CURSOR: &str = "‸";

/// A manifest with a tool of each kind. `move_money` pays, `delete_page` destroys, `run_script` executes, `update_page` and
/// `set_tag` write, `get_page` and `list_pages` read.
pub const TOOLS: &str = r#"{"tools": [
  {"name": "get_page", "description": "Gets a page.", "inputSchema": {"type": "object", "properties": {"page_id": {"type": "string"}}, "required": ["page_id"]}, "annotations": {"readOnlyHint": true}},
  {"name": "list_pages", "description": "Lists pages.", "inputSchema": {"type": "object", "properties": {"limit": {"type": "integer", "minimum": 1, "maximum": 100}, "filter": {"type": "object", "properties": {"owner": {"type": "string"}, "archived": {"type": "boolean"}}}}}},
  {"name": "update_page", "description": "Updates a page.", "inputSchema": {"type": "object", "properties": {"page_id": {"type": "string"}, "title": {"type": "string"}, "stage": {"type": "string", "enum": ["Draft", "Staging", "Production"]}}, "required": ["page_id"]}},
  {"name": "set_tag", "description": "Sets a tag.", "inputSchema": {"type": "object", "properties": {"key": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}}}},
  {"name": "run_script", "description": "Runs a script.", "inputSchema": {"type": "object", "properties": {"code": {"type": "string"}}}},
  {"name": "delete_page", "description": "Deletes a page for good.", "inputSchema": {"type": "object", "properties": {"page_id": {"type": "string"}, "force": {"type": "boolean"}}}, "annotations": {"destructiveHint": true}},
  {"name": "move_money", "description": "Transfers money.", "inputSchema": {"type": "object", "properties": {"amount": {"type": "number"}, "to": {"type": "string"}}}}
]}
"#;

/// A workspace and a place in it.
pub struct Fixture {
    pub workspace: Workspace,
    pub path: String,
    pub offset: usize,
}

impl Fixture {
    /// One policy, `agent.gate`, beside `tools.json`. The text holds the cursor's mark, or the place is its start.
    pub fn gate(text: &str) -> Self {
        Self::files(&[("agent.gate", text), ("tools.json", TOOLS)])
    }

    /// Several files; the one with the mark, or else the first, is open and is looked at.
    pub fn files(files: &[(&str, &str)]) -> Self {
        let marked = files.iter().find(|(_, text)| text.contains(CURSOR)).unwrap_or(&files[0]);
        let offset = marked.1.find(CURSOR).unwrap_or(0);
        let mut disk = MemoryLoader::default();
        for (path, text) in files {
            disk.insert(*path, text.replace(CURSOR, ""));
        }
        let mut workspace = Workspace::new(Arc::new(disk));
        workspace.set_found(files.iter().map(|(path, _)| (*path).to_owned()));
        workspace.open(marked.0, marked.1.replace(CURSOR, ""));
        Self { workspace, path: marked.0.to_owned(), offset }
    }

    /// The workspace with every policy checked.
    pub fn snapshot(&self) -> Snapshot {
        let snapshot = self.workspace.snapshot();
        for path in snapshot.unchecked() {
            snapshot.checked(&path);
        }
        snapshot
    }

    /// The file that is looked at.
    pub fn view(&self) -> View {
        self.snapshot().view(&self.path).expect("the file is a policy")
    }
}

/// The texts that every answer has to be right for: as given, with CRLF, with characters of several bytes and units in front,
/// and with a broken statement behind.
pub fn variants(text: &str) -> Vec<String> {
    let strange = format!("# \u{1f600} \u{4e2d}\u{6587} \u{e9}\n{text}");
    vec![text.to_owned(), text.replace('\n', "\r\n"), strange, format!("{text}\nallow ,\n")]
}

/// A folder with names that a test gives.
pub struct Names(pub &'static [(&'static str, &'static [&'static str])]);

impl Folder for Names {
    fn entries(&self, _: &str, path: &str) -> Vec<String> {
        let found = self.0.iter().find(|(folder, _)| *folder == path);
        found.map_or_else(Vec::new, |(_, names)| {
            names.iter().map(|name| (*name).to_owned()).collect()
        })
    }
}
