//! What policies and configurations have to say when files lie elsewhere.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::editor::configuration::string;
use crate::editor::cursor::named_files;
use crate::editor::{Edits, Snapshot, View};
use crate::policy::write_string;
use crate::project::Configuration;
use crate::source::{SourceFile, TextPart, normalize, relative_path, resolve_beside};
use crate::syntax::decode_string;

/// What has to change in the workspace's policies when files get other names: `include` and `manifest` statements, and the
/// manifests of configurations. Pairs of the old path and the new one; a folder stands for all in it. The places are those of
/// the files as they are before they move.
pub fn moved(snapshot: &Snapshot, files: &[(String, String)]) -> Edits {
    let moves = Moves::new(files);
    let mut edits = Edits::default();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for checked in super::scope::policies(snapshot) {
        for part in checked.parts() {
            if seen.insert(part.to_owned())
                && let Some(view) = View::new(Arc::clone(&checked), Vec::new(), part)
            {
                in_policy(&view, &moves, &mut edits);
            }
        }
    }
    for path in snapshot.configurations() {
        if let Some(file) = snapshot.text(path) {
            in_configuration(&file, &moves, &mut edits);
        }
    }
    edits
}

/// The new paths by the old ones.
struct Moves {
    paths: HashMap<String, String>,
}

impl Moves {
    fn new(files: &[(String, String)]) -> Self {
        let paths = files.iter().map(|(old, new)| (normalize(old), normalize(new)));
        Self { paths: paths.collect() }
    }

    /// Where the file at a path lies afterwards.
    fn of(&self, path: &str) -> String {
        let mut folder = path;
        loop {
            if let Some(new) = self.paths.get(folder) {
                return format!("{new}{}", path.part(folder.len()..));
            }
            let Some(slash) = folder.rfind('/') else { return path.to_owned() };
            folder = folder.part(..slash);
        }
    }

    /// What a file has to write for another one, where that is not what it writes.
    fn written(&self, from: &str, named: &str) -> Option<String> {
        let old = resolve_beside(from, named);
        let (from, target) = (self.of(from), self.of(&old));
        if resolve_beside(&from, named) == target {
            return None;
        }
        let is_relative = resolve_beside("", named) != resolve_beside("x/y", named);
        let way = if is_relative { relative_path(&from, &target) } else { None };
        Some(way.unwrap_or(target))
    }
}

fn in_policy(view: &View, moves: &Moves, edits: &mut Edits) {
    named_files(view, &mut |text| {
        let named = decode_string(view.slice(text.span));
        if let Some(way) = moves.written(view.path(), &named) {
            let mut written = String::new();
            write_string(&way, &mut written);
            edits.replace(view.source(), text.span.range(), written);
        }
    });
}

fn in_configuration(file: &Arc<SourceFile>, moves: &Moves, edits: &mut Edits) {
    let configuration = Configuration::of_file(Arc::clone(file));
    for manifest in configuration.config.manifests() {
        if let Some(way) = moves.written(file.path(), &manifest.path) {
            edits.replace(file, manifest.place.range(), string(&way));
        }
    }
}
