//! What has to change in policies and configurations when files get other names.

use gatewright::editor::rename::moved;
use tower_lsp::ls_types as lsp;

use crate::edits::Edits;
use crate::paths::Place;
use crate::snapshots::WorkspaceSnapshot;

/// The changes in all folders; `None` if there are none.
pub fn files(
    workspaces: &[WorkspaceSnapshot],
    files: &[lsp::FileRename],
) -> Option<lsp::WorkspaceEdit> {
    let mut edits = Edits::default();
    for workspace in workspaces {
        workspace.check_all();
        let pairs: Vec<(String, String)> = files
            .iter()
            .map(|file| (Place::of_text(&file.old_uri), Place::of_text(&file.new_uri)))
            .map(|(old, new)| (workspace.base.path(&old), workspace.base.path(&new)))
            .collect();
        edits.add(workspace, &moved(&workspace.snapshot, &pairs));
    }
    if edits.is_empty() {
        return None;
    }
    edits.finish(&workspaces.first()?.features)
}
