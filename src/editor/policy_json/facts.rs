//! What is known of the server's tools, also while the document is broken.

use std::sync::Arc;

use crate::editor::View;
use crate::input::add_text;
use crate::lint::{RECOMMENDED_EXECUTE, RECOMMENDED_WRITE};
use crate::manifest::{Lookup, Manifest, Shape, Tool};
use crate::policy::Path;
use crate::risk::{AssessedManifest, Assessment, Class, assess_name};
use crate::source::SourceSet;

/// The manifest that the configuration names for the document, if any.
pub(super) struct Facts {
    assessed: Option<Arc<AssessedManifest>>,
    /// The document's text and the manifest's, in which places of the manifest lie.
    pub(super) sources: SourceSet,
}

impl Facts {
    pub(super) fn of(view: &View) -> Self {
        let mut sources = SourceSet::default();
        sources.share(Arc::clone(view.source()));
        let options = &view.policy().options;
        let named = options.manifest.as_ref();
        let file = named.and_then(|named| {
            let known = view.sources().find(&named.path);
            match known.and_then(|file| view.sources().shared(file)) {
                Some(file) => Some(sources.share(file)),
                None => add_text(&mut sources, &named.path, named.bytes.clone()).ok(),
            }
        });
        let text = file.and_then(|file| Some((file, sources.get(file)?.shared_text())));
        let assessed = text.map(|(file, text)| options.cache.manifest(file, text).0);
        Self { assessed, sources }
    }

    /// The server's tools, in its order; none without a manifest.
    pub(super) fn tools(&self) -> &[Tool] {
        self.manifest().map_or(&[], Manifest::tools)
    }

    /// What the manifest says of a tool.
    pub(super) fn tool(&self, name: &str) -> Option<&Tool> {
        let manifest = self.manifest()?;
        manifest.tools().get(manifest.find(name)?)
    }

    /// The class of a tool of the manifest, by its number there.
    pub(super) fn class(&self, tool: usize) -> Class {
        let known = self.assessed.as_ref().and_then(|assessed| assessed.of(tool));
        known.map_or(Class::Write, |assessment| assessment.class)
    }

    /// What is known about the danger of a tool.
    pub(super) fn assessment(&self, name: &str) -> Assessment {
        let known = self
            .assessed
            .as_ref()
            .and_then(|assessed| assessed.of(assessed.manifest().find(name)?));
        known.cloned().unwrap_or_else(|| assess_name(name))
    }

    /// What an argument of a tool may be.
    pub(super) fn shape(&self, tool: &str, path: &str) -> Option<Shape> {
        match self.tool(tool)?.argument(&argument(path)?) {
            Lookup::Found(shape) => Some(shape),
            _ => None,
        }
    }

    fn manifest(&self) -> Option<&Manifest> {
        self.assessed.as_ref().map(|assessed| assessed.manifest().as_ref())
    }
}

/// The calls per minute that a starter policy gives the tools of a class, if it caps them.
pub(super) fn recommended(class: Class) -> Option<u64> {
    match class {
        Class::Write => Some(RECOMMENDED_WRITE),
        Class::Execute => Some(RECOMMENDED_EXECUTE),
        _ => None,
    }
}

/// The argument of a path as policy.json writes it.
pub(super) fn argument(path: &str) -> Option<Path> {
    let keys: Vec<Box<str>> = path.strip_prefix("args.")?.split('.').map(Box::from).collect();
    (!keys.iter().any(|key| key.is_empty())).then_some(Path(keys))
}
