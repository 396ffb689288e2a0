//! Changes of files in the form that the client takes.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use gatewright::editor;
use gatewright::source::SourceFile;
use tower_lsp::ls_types as lsp;

use crate::client::Features;
use crate::snapshots::WorkspaceSnapshot;

/// Changes of files, put together from those of several workspaces.
#[derive(Default)]
pub struct Edits {
    files: BTreeMap<lsp::Uri, FileEdits>,
    /// Whether a file is among them that has no address.
    is_incomplete: bool,
}

struct FileEdits {
    /// The version that the changes are made for; none for what is not open.
    version: Option<i32>,
    is_new: bool,
    edits: Vec<lsp::TextEdit>,
}

impl Edits {
    /// Adds the changes of a workspace. What another one has asked for already is not asked for again.
    pub fn add(&mut self, workspace: &WorkspaceSnapshot, edits: &editor::Edits) {
        for (path, file) in &edits.files {
            let Some(uri) = workspace.uri(path) else {
                self.is_incomplete = true;
                continue;
            };
            let source = file.file.as_ref();
            let version = source.and(workspace.shown(path)).map(|shown| shown.version);
            let made = text_edits(workspace, source, &file.edits);
            let new = || FileEdits { version, is_new: source.is_none(), edits: Vec::new() };
            let own = self.files.entry(uri).or_insert_with(new);
            own.edits.extend(made);
            // The order of what is put in at one place stays.
            own.edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
            own.edits.dedup();
        }
    }

    /// Whether nothing is to be changed.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The changes for a client; `None` if it cannot make them all.
    pub fn finish(self, features: &Features) -> Option<lsp::WorkspaceEdit> {
        let makes_files = self.files.values().any(|file| file.is_new);
        let can_make = features.create_files && features.document_changes;
        if self.is_incomplete || makes_files && !can_make {
            return None;
        }
        Some(if features.document_changes { self.versioned() } else { self.plain() })
    }

    fn plain(self) -> lsp::WorkspaceEdit {
        let changes: HashMap<lsp::Uri, Vec<lsp::TextEdit>> =
            self.files.into_iter().map(|(uri, file)| (uri, file.edits)).collect();
        lsp::WorkspaceEdit { changes: Some(changes), ..lsp::WorkspaceEdit::default() }
    }

    fn versioned(self) -> lsp::WorkspaceEdit {
        let mut operations = Vec::new();
        for (uri, FileEdits { version, is_new, edits }) in self.files {
            if is_new {
                let file = lsp::CreateFile { uri: uri.clone(), options: None, annotation_id: None };
                let create = lsp::ResourceOp::Create(file);
                operations.push(lsp::DocumentChangeOperation::Op(create));
            }
            operations.push(lsp::DocumentChangeOperation::Edit(lsp::TextDocumentEdit {
                text_document: lsp::OptionalVersionedTextDocumentIdentifier { uri, version },
                edits: edits.into_iter().map(lsp::OneOf::Left).collect(),
            }));
        }
        let document_changes = Some(lsp::DocumentChanges::Operations(operations));
        lsp::WorkspaceEdit { document_changes, ..lsp::WorkspaceEdit::default() }
    }
}

/// The changes of one file; of one that is to be made, its content.
pub fn text_edits(
    workspace: &WorkspaceSnapshot,
    file: Option<&Arc<SourceFile>>,
    edits: &[editor::TextEdit],
) -> Vec<lsp::TextEdit> {
    let range = |edit: &editor::TextEdit| {
        let range = edit.range.start..edit.range.end;
        file.map_or_else(lsp::Range::default, |file| workspace.range(file, &range))
    };
    edits.iter().map(|edit| lsp::TextEdit::new(range(edit), edit.text.clone())).collect()
}
