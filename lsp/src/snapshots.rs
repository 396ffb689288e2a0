//! What an answer is made from: a folder and its documents at one moment, with the way from its places to those of the protocol.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use gatewright::editor::{self, Finding, Snapshot, View};
use gatewright::project::ProjectLoader;
use gatewright::source::SourceFile;
use tower_lsp::ls_types as lsp;

use crate::client::Features;
use crate::documents::Shown;
use crate::edits::{Edits, text_edits};
use crate::paths::{Folder, Place, address, is_absolute};
use crate::position::Lines;
use crate::shared_state::SharedState;

/// Where a workspace is, and what it calls things.
#[derive(Debug)]
pub struct WorkspaceRoot {
    /// The folder; `None` for everything that lies in no folder.
    pub folder: Option<Folder>,
    /// The disk as it is seen from there.
    pub disk: Arc<ProjectLoader>,
    /// Tells workspaces apart as long as the server runs.
    pub number: usize,
}

/// A workspace at one moment.
pub struct WorkspaceSnapshot {
    /// Where it is.
    pub base: Arc<WorkspaceRoot>,
    /// What it holds.
    pub snapshot: Snapshot,
    /// The open documents, by name.
    pub shown: Arc<HashMap<String, Arc<Shown>>>,
    /// What the client can do.
    pub features: Arc<Features>,
    /// Where the rules are explained, if the client follows links to there.
    pub rule_pages: Option<Arc<str>>,
    /// The lines of files that have been looked at and are not open, by path.
    lines: Mutex<HashMap<String, FileLines>>,
}

/// A file and its lines.
type FileLines = (Arc<SourceFile>, Arc<Lines>);

/// A file of a workspace at one moment.
pub struct DocumentSnapshot {
    /// The workspace that the file belongs to.
    pub workspace: WorkspaceSnapshot,
    /// What the workspace calls the file.
    pub path: String,
    /// The name of the file for all workspaces.
    pub key: String,
}

/// A file that something is asked about, as a part of its policy.
pub struct RequestContext {
    /// The workspace.
    pub workspace: WorkspaceSnapshot,
    /// The file.
    pub view: View,
    /// What is to be said about the file by its own workspace.
    findings: OnceCell<Vec<Finding>>,
}

impl WorkspaceRoot {
    /// What the workspace calls the document at a place.
    pub fn path(&self, place: &Place) -> String {
        match (&self.folder, place) {
            (Some(folder), Place::File(path)) => folder.relative(path),
            (_, place) => place.key().to_owned(),
        }
    }

    /// The name, for all workspaces, of what this one calls so.
    pub fn key(&self, path: &str) -> String {
        match &self.folder {
            Some(folder) if !is_address(path) => folder.absolute(path),
            _ => path.to_owned(),
        }
    }

    /// What the workspace calls a file that the user names: from its folder, or absolute.
    pub fn named(&self, path: &str) -> String {
        match &self.folder {
            Some(folder) => folder.relative(&folder.absolute(&path.replace('\\', "/"))),
            None => path.to_owned(),
        }
    }

    /// The address of a file that is not open.
    fn address(&self, path: &str) -> Option<lsp::Uri> {
        match &self.folder {
            _ if is_address(path) => lsp::Uri::from_str(path).ok(),
            Some(folder) => folder.address(&folder.absolute(path)),
            None if is_absolute(path) => address(path),
            None => None,
        }
    }
}

/// Whether a path is the address of something that is no file.
fn is_address(path: &str) -> bool {
    let scheme = path.split(':').next().unwrap_or("");
    scheme.len() > 1 && scheme.len() < path.len() && !scheme.contains('/')
}

impl WorkspaceSnapshot {
    /// A workspace at one moment.
    pub fn new(
        base: Arc<WorkspaceRoot>,
        snapshot: Snapshot,
        shown: Arc<HashMap<String, Arc<Shown>>>,
        features: Arc<Features>,
        rule_pages: Option<Arc<str>>,
    ) -> Self {
        let rule_pages = rule_pages.filter(|_| features.rule_links);
        Self { base, snapshot, shown, features, rule_pages, lines: Mutex::default() }
    }

    /// The address of a file: the client's own if it is open.
    pub fn uri(&self, path: &str) -> Option<lsp::Uri> {
        match self.shown(path) {
            Some(shown) => Some(shown.uri.clone()),
            None => self.base.address(path),
        }
    }

    /// The document as the editor shows it, if it does.
    pub fn shown(&self, path: &str) -> Option<&Arc<Shown>> {
        self.shown.get(&self.base.key(path))
    }

    /// The lines of a file: those of an open document are kept with it, others for as long as this moment is looked at.
    pub fn lines(&self, file: &Arc<SourceFile>) -> Arc<Lines> {
        if let Some(shown) = self.shown(file.path())
            && Arc::ptr_eq(&shown.text, &file.shared_text())
        {
            return shown.lines();
        }
        let mut known = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((same, lines)) = known.get(file.path())
            && Arc::ptr_eq(same, file)
        {
            return Arc::clone(lines);
        }
        let lines = Arc::new(Lines::new(file.text()));
        known.insert(file.path().to_owned(), (Arc::clone(file), Arc::clone(&lines)));
        lines
    }

    /// The protocol's range of bytes of a file.
    pub fn range(&self, file: &Arc<SourceFile>, range: &Range<usize>) -> lsp::Range {
        self.lines(file).range(file.text(), range, self.features.encoding)
    }

    /// Checks every policy that is not checked yet, also those that a configuration excludes: for questions about all of them.
    pub fn check_all(&self) {
        for path in self.snapshot.unchecked_with_excluded() {
            self.snapshot.checked(&path);
        }
    }
}

impl DocumentSnapshot {
    /// The file as a part of its policy; `None` if it is no policy and belongs to none. The policies that are known to include it
    /// are checked before, since an answer depends on them.
    pub fn ask(self, state: &SharedState) -> Option<RequestContext> {
        self.check_includers(state);
        let view = self.workspace.snapshot.view(&self.path)?;
        Some(RequestContext { workspace: self.workspace, view, findings: OnceCell::new() })
    }

    /// The same for questions that need nothing of what the linter finds.
    pub fn glance(self, state: &SharedState) -> Option<RequestContext> {
        self.check_includers(state);
        let view = self.workspace.snapshot.glance(&self.path)?;
        Some(RequestContext { workspace: self.workspace, view, findings: OnceCell::new() })
    }

    fn check_includers(&self, state: &SharedState) {
        let includers = state.publish_state().includers(self.workspace.base.number, &self.key);
        for path in includers {
            self.workspace.snapshot.checked(&path);
        }
    }
}

impl RequestContext {
    /// The workspace at this moment.
    pub fn snapshot(&self) -> &Snapshot {
        &self.workspace.snapshot
    }

    /// What the client can do.
    pub fn features(&self) -> &Features {
        &self.workspace.features
    }

    /// The offset in the file that a position means.
    pub fn offset(&self, position: lsp::Position) -> usize {
        let file = self.view.source();
        self.workspace.lines(file).offset(file.text(), position, self.features().encoding)
    }

    /// The bytes of the file that a range means.
    pub fn bytes(&self, range: lsp::Range) -> Range<usize> {
        let file = self.view.source();
        self.workspace.lines(file).bytes(file.text(), range, self.features().encoding)
    }

    /// The position of an offset in the file.
    pub fn position(&self, offset: usize) -> lsp::Position {
        let file = self.view.source();
        self.workspace.lines(file).position(file.text(), offset, self.features().encoding)
    }

    /// The protocol's range of bytes of the file.
    pub fn range(&self, range: &Range<usize>) -> lsp::Range {
        self.workspace.range(self.view.source(), range)
    }

    /// What the file's own workspace says about it, in the order that actions refer to.
    pub fn findings(&self) -> &[Finding] {
        self.findings.get_or_init(|| self.workspace.snapshot.findings(self.view.path()))
    }

    /// The place of bytes in any file; `None` if it has no address.
    pub fn location(&self, location: &editor::Location) -> Option<lsp::Location> {
        let uri = self.workspace.uri(location.file.path())?;
        Some(lsp::Location::new(uri, self.workspace.range(&location.file, &location.range)))
    }

    /// The changes of the file itself.
    pub fn text_edits(&self, edits: &[editor::TextEdit]) -> Vec<lsp::TextEdit> {
        text_edits(&self.workspace, Some(self.view.source()), edits)
    }

    /// Changes of files in the form that the client takes; `None` if it cannot make them.
    pub fn workspace_edit(&self, edits: &editor::Edits) -> Option<lsp::WorkspaceEdit> {
        let mut made = Edits::default();
        made.add(&self.workspace, edits);
        made.finish(self.features())
    }
}
