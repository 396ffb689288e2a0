//! The assessments of all tools of one policy, and what several policies share of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use super::class::{Class, ClassSet};
use super::evidence::{Assessment, Brief, Confidence, Evidence, Source};
use super::weigh::{assess, assess_name, brief_of_name};
use crate::manifest::Manifest;
use crate::source::Span;
use crate::text::nearest;

/// A manifest with what is known about the danger of its tools. Each is assessed when it is first asked for, and once for all
/// policies that share the manifest.
#[derive(Debug, Default)]
pub struct AssessedManifest {
    manifest: Arc<Manifest>,
    made: Box<[OnceLock<Arc<Assessment>>]>,
    /// The tools near unknown names, for policies that are checked again and again while they are fixed.
    near: Mutex<HashMap<Box<str>, Vec<String>>>,
}

/// So many unknown names are remembered.
const MAX_UNKNOWN_NAMES: usize = 4096;

impl AssessedManifest {
    /// Nothing is assessed yet.
    pub fn new(manifest: Manifest) -> Self {
        let made = manifest.tools().iter().map(|_| OnceLock::new()).collect();
        Self { manifest: Arc::new(manifest), made, near: Mutex::default() }
    }

    /// Some of the tools, given by their numbers in ascending order, with what is known about them.
    pub(crate) fn only(&self, tools: &[usize]) -> Self {
        let made = tools.iter().filter_map(|number| self.made.get(*number).cloned()).collect();
        Self { manifest: Arc::new(self.manifest.only(tools)), made, near: Mutex::default() }
    }

    /// The manifest.
    pub fn manifest(&self) -> &Arc<Manifest> {
        &self.manifest
    }

    /// The names of tools near an unknown one. A name is searched for once.
    pub fn nearest(&self, name: &str) -> Vec<String> {
        // What is remembered is whole at any time, so a panic elsewhere leaves it good.
        let lock = || self.near.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(near) = lock().get(name) {
            return near.clone();
        }
        let names = self.manifest.tools().iter().map(|tool| tool.name.as_ref());
        let near: Vec<String> = nearest(name, names).into_iter().map(str::to_owned).collect();
        let mut known = lock();
        if known.len() < MAX_UNKNOWN_NAMES && name.len() <= MAX_NAME {
            known.insert(name.into(), near.clone());
        }
        near
    }

    /// What is known of a tool, by its number in the manifest.
    pub fn of(&self, tool: usize) -> Option<&Assessment> {
        let declared = self.manifest.tools().get(tool)?;
        Some(self.made.get(tool)?.get_or_init(|| Arc::new(assess(declared))))
    }
}

/// What names alone say, remembered for the many policies that use the same ones.
#[derive(Debug, Default)]
pub struct Names {
    known: RwLock<HashMap<Box<str>, Brief, foldhash::quality::RandomState>>,
}

/// So many names are remembered, and none longer than this in bytes.
const MAX_NAMES: usize = 1 << 16;
const MAX_NAME: usize = 128;

impl Names {
    fn brief(&self, name: &str) -> Brief {
        // What is remembered is whole at any time, so a panic elsewhere leaves it good.
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(name) {
            return *found;
        }
        let is_full = known.len() >= MAX_NAMES || name.len() > MAX_NAME;
        drop(known);
        let found = brief_of_name(name);
        if !is_full {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            known.insert(name.into(), found);
        }
        found
    }
}

/// What is known about the danger of a policy's tools.
///
/// A tool is a number: the manifest's tools come first and in its order, then those that only the policy names.
#[derive(Debug, Default)]
pub struct Assessments {
    assessed: Option<Arc<AssessedManifest>>,
    names: Arc<Names>,
    /// What the author says of tools, and where.
    classified: HashMap<usize, (Class, Span)>,
    /// Of tools that the author classified, and of those that the manifest lacks.
    own: Vec<OnceLock<Box<Assessment>>>,
}

impl Assessments {
    /// For the tools of a manifest, if there is one, and for others by their names.
    pub fn new(assessed: Option<Arc<AssessedManifest>>, names: Arc<Names>) -> Self {
        let mut assessments = Self { assessed, names, ..Self::default() };
        assessments.make_room(assessments.declared());
        assessments
    }

    /// The manifest's tools, with what is known about them.
    pub(crate) fn assessed(&self) -> Option<&Arc<AssessedManifest>> {
        self.assessed.as_ref()
    }

    /// Makes room for so many tools, those of the manifest included.
    pub fn make_room(&mut self, tools: usize) {
        if self.own.len() < tools {
            self.own.resize_with(tools, OnceLock::new);
        }
    }

    /// Takes in what the author says of a tool. It is said before anyone asks for the tool.
    pub fn classify(&mut self, tool: usize, class: Class, place: Span) {
        self.classified.insert(tool, (class, place));
    }

    /// What the author says of a tool, and where.
    pub fn classified(&self, tool: usize) -> Option<(Class, Span)> {
        self.classified.get(&tool).copied()
    }

    /// The same that [`of`](Self::of) says, without the evidence: most tools of a policy give no cause to show it.
    pub fn brief(&self, tool: usize, name: &str) -> Brief {
        let brief = match self.declared_assessment(tool) {
            Some(assessment) => Brief {
                class: assessment.class,
                confidence: assessment.confidence,
                sensitive_read: assessment.sensitive_read,
            },
            None => self.names.brief(name),
        };
        match self.classified(tool) {
            Some((class, _)) => Brief { class, confidence: Confidence::new(100), ..brief },
            None => brief,
        }
    }

    /// What is known of a tool; of one that the manifest lacks only the name is.
    pub fn of(&self, tool: usize, name: &str) -> &Assessment {
        static NOTHING: OnceLock<Assessment> = OnceLock::new();
        if !self.classified.contains_key(&tool)
            && let Some(assessment) = self.declared_assessment(tool)
        {
            return assessment;
        }
        match self.own.get(tool) {
            Some(own) => own.get_or_init(|| Box::new(self.make(tool, name))),
            None => NOTHING.get_or_init(|| assess_name("")),
        }
    }

    /// What the evidence says, whatever the author says.
    pub fn evident_class(&self, tool: usize, name: &str) -> Class {
        match self.declared_assessment(tool) {
            Some(assessment) => assessment.class,
            None => self.names.brief(name).class,
        }
    }

    /// The manifest's tools that belong to a set of classes, in its order.
    pub fn members(&self, set: ClassSet) -> Vec<usize> {
        (0..self.declared()).filter(|tool| set.contains(self.brief(*tool, "").class)).collect()
    }

    fn declared(&self) -> usize {
        self.assessed.as_ref().map_or(0, |assessed| assessed.made.len())
    }

    fn declared_assessment(&self, tool: usize) -> Option<&Assessment> {
        self.assessed.as_ref()?.of(tool)
    }

    fn make(&self, tool: usize, name: &str) -> Assessment {
        let evident = self.declared_assessment(tool).cloned();
        let mut assessment = evident.unwrap_or_else(|| assess_name(name));
        if let Some((class, place)) = self.classified(tool) {
            assessment.class = class;
            assessment.confidence = Confidence::new(100);
            assessment.annotation_conflict = None;
            let evidence = Evidence {
                source: Source::Classify,
                parameter: None,
                words: class.name().to_owned(),
                points_to: class,
                weight: 100,
                place: Some(place),
            };
            assessment.evidence.insert(0, evidence);
        }
        assessment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_brief_of_a_name_is_that_of_the_whole_assessment() {
        let names = Names::default();
        for name in [
            "delete_page",
            "get_run",
            "",
            "zzz",
            "runSql",
            "API-post-search",
            "pay_bill",
            "get_api_keys",
        ] {
            let whole = assess_name(name);
            for _ in 0..2 {
                let brief = names.brief(name);
                assert_eq!(
                    (brief.class, brief.confidence),
                    (whole.class, whole.confidence),
                    "{name}"
                );
                assert_eq!(brief.sensitive_read, whole.sensitive_read, "{name}");
            }
        }
    }

    #[test]
    fn an_unknown_name_is_searched_for_once() {
        let mut sources = crate::source::SourceSet::default();
        let file = sources.add("t.json", r#"[{"name": "get_run"}, {"name": "set_run"}]"#);
        let text = sources.get(file).unwrap().shared_text();
        let assessed = AssessedManifest::new(Manifest::read(file, text).0);
        for _ in 0..2 {
            assert_eq!(assessed.nearest("gte_run"), ["get_run", "set_run"]);
            assert_eq!(assessed.near.lock().unwrap().len(), 1);
        }
    }
}
