//! The assessments of all tools of one policy.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::class::{Class, ClassSet};
use super::evidence::{Assessment, Confidence, Evidence, Source};
use super::weigh::{assess, assess_name};
use crate::manifest::Manifest;
use crate::source::Span;

/// What is known about the danger of a policy's tools. Each is assessed when it is first asked for, and once.
///
/// A tool is a number: the manifest's tools come first and in its order, then those that only the policy names.
#[derive(Debug, Default)]
pub struct Assessments {
    manifest: Option<Arc<Manifest>>,
    /// What the author says of tools, and where.
    classified: HashMap<usize, (Class, Span)>,
    made: Vec<OnceLock<Box<Assessment>>>,
}

impl Assessments {
    /// For the tools of a manifest, if there is one.
    pub fn new(manifest: Option<Arc<Manifest>>) -> Self {
        let count = manifest.as_ref().map_or(0, |manifest| manifest.tools().len());
        let mut assessments = Self { manifest, ..Self::default() };
        assessments.make_room(count);
        assessments
    }

    /// Makes room for so many tools, those of the manifest included.
    pub fn make_room(&mut self, tools: usize) {
        if self.made.len() < tools {
            self.made.resize_with(tools, OnceLock::new);
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

    /// What is known of a tool; of one that the manifest lacks only the name is.
    pub fn of(&self, tool: usize, name: &str) -> &Assessment {
        static NOTHING: OnceLock<Assessment> = OnceLock::new();
        match self.made.get(tool) {
            Some(made) => made.get_or_init(|| Box::new(self.make(tool, name))),
            None => NOTHING.get_or_init(|| assess_name("")),
        }
    }

    /// What the evidence says, whatever the author says.
    pub fn evidence(&self, tool: usize, name: &str) -> Assessment {
        match self.manifest.as_ref().and_then(|manifest| manifest.tools().get(tool)) {
            Some(tool) => assess(tool),
            None => assess_name(name),
        }
    }

    /// The manifest's tools that belong to a set of classes, in its order.
    pub fn members(&self, set: ClassSet) -> Vec<usize> {
        let tools = self.manifest.as_ref().map_or(&[][..], |manifest| manifest.tools());
        let belongs = |number: usize, name: &str| set.contains(self.of(number, name).class);
        let numbered = tools.iter().enumerate();
        numbered.filter(|(number, tool)| belongs(*number, &tool.name)).map(|(n, _)| n).collect()
    }

    fn make(&self, tool: usize, name: &str) -> Assessment {
        let mut assessment = self.evidence(tool, name);
        if let Some((class, place)) = self.classified(tool) {
            assessment.class = class;
            assessment.confidence = Confidence::new(100);
            assessment.annotation_conflict = None;
            let words = class.name().to_owned();
            let evidence = Evidence {
                source: Source::Classify,
                parameter: None,
                words,
                points_to: class,
                weight: 100,
                place: Some(place),
            };
            assessment.evidence.insert(0, evidence);
        }
        assessment
    }
}
