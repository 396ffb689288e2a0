//! What has to change in policies and configurations when files get other names.

use gatewright::editor::rename::moved;
use tower_lsp::ls_types as lsp;

use crate::edits::Edits;
use crate::moment::Seen;
use crate::paths::Place;

/// The changes in all folders; `None` if there are none.
pub fn files(everything: &[Seen], files: &[lsp::FileRename]) -> Option<lsp::WorkspaceEdit> {
    let mut edits = Edits::default();
    for seen in everything {
        seen.check_all();
        let pairs: Vec<(String, String)> = files
            .iter()
            .map(|file| (Place::of_text(&file.old_uri), Place::of_text(&file.new_uri)))
            .map(|(old, new)| (seen.base.path(&old), seen.base.path(&new)))
            .collect();
        edits.add(seen, &moved(&seen.snapshot, &pairs));
    }
    if edits.is_empty() {
        return None;
    }
    edits.finish(&everything.first()?.features)
}
