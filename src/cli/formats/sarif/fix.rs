//! Fixes, as SARIF describes changes of files.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Message;
use super::place::{Artifact, Region};
use crate::cli::formats::words;
use crate::cli::root::Root;
use crate::diagnostic::{self, Edit};
use crate::source::{FileId, SourceSet};

/// A change that removes a finding.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Fix<'r> {
    description: Message<'r>,
    artifact_changes: Vec<ArtifactChange<'r>>,
    properties: Properties,
}

/// What the standard has no word for: whether the fix may be applied unseen.
#[derive(Serialize)]
struct Properties {
    applicability: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'r> {
    artifact_location: Artifact,
    replacements: Vec<Replacement<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'r> {
    deleted_region: Region,
    #[serde(skip_serializing_if = "Option::is_none")]
    inserted_content: Option<Content<'r>>,
}

#[derive(Serialize)]
struct Content<'r> {
    text: &'r str,
}

/// The fixes that can be described, no two of them the same (3.27.30).
pub(super) fn fixes<'r>(
    sources: &'r SourceSet,
    fixes: &'r [diagnostic::Fix],
    root: &Root,
) -> Vec<Fix<'r>> {
    let mut seen: BTreeSet<&diagnostic::Fix> = BTreeSet::new();
    fixes
        .iter()
        .filter(|fix| seen.insert(fix))
        .filter_map(|fix| {
            Some(Fix {
                description: Message::new(&words(&fix.title)),
                artifact_changes: changes(sources, &fix.edits, root)?,
                properties: Properties { applicability: fix.applicability.name() },
            })
        })
        .collect()
}

/// The edits by file. None when there is nothing to change, or when one of them lies in no file: half a fix is worse
/// than none.
fn changes<'r>(
    sources: &'r SourceSet,
    edits: &'r [Edit],
    root: &Root,
) -> Option<Vec<ArtifactChange<'r>>> {
    let mut files: BTreeMap<FileId, ArtifactChange<'r>> = BTreeMap::new();
    for edit in edits {
        let file = sources.get(edit.span.file)?;
        file.text().get(edit.span.range())?;
        let inserted = Some(edit.text.as_str()).filter(|text| !text.is_empty());
        let change = files.entry(edit.span.file).or_insert_with(|| ArtifactChange {
            artifact_location: Artifact::new(file.path(), root),
            replacements: Vec::new(),
        });
        change.replacements.push(Replacement {
            deleted_region: Region::new(sources, edit.span),
            inserted_content: inserted.map(|text| Content { text }),
        });
    }
    Some(files.into_values().collect()).filter(|changes: &Vec<_>| !changes.is_empty())
}
