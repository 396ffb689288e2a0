//! The risk classes of the manifest's tools, as far as they are determined.
//!
//! A class comes from a `classify` statement, or from the server's annotations. Annotations are advisory: one
//! that admits danger counts, an absent one says nothing. What they leave open stays open: the classes that a
//! tool may have are a set, and a class set such as `@critical` is known when that set lies inside or outside it.

use std::collections::HashMap;

use super::Resolver;
use super::errors::names as errors;
use super::files::Files;
use crate::policy::ToolId;
use crate::risk::{Class, ClassSet};
use crate::source::Span;
use crate::syntax::tree::{Classify, SelectorKind, StatementKind};

/// What `classify` statements say.
#[derive(Default)]
pub(super) struct Classes {
    classified: HashMap<ToolId, (Class, Span)>,
}

/// The tools of a class set, and those of which nothing says whether they belong to it.
pub(super) struct Members {
    pub tools: Vec<ToolId>,
    pub undetermined: Vec<ToolId>,
}

impl Resolver<'_> {
    /// Takes the `classify` statements in.
    pub(super) fn classify(&mut self, files: &Files) {
        for statement in files.statements() {
            if let StatementKind::Classify(classify) = &statement.kind {
                self.classify_one(classify);
            }
        }
    }

    fn classify_one(&mut self, classify: &Classify) {
        let word = self.sources.slice(classify.class);
        let Some(class) = Class::from_name(word) else {
            let near = crate::text::nearest(word, Class::ALL.map(Class::name));
            self.report(errors::unknown_class(classify.class, word, &near));
            return;
        };
        let mut lowered = Vec::new();
        for name in &classify.names {
            for tool in self.named_tools(name) {
                match self.classes.classified.get(&tool) {
                    Some((other, span)) if *other != class => {
                        let (other, span) = (other.name(), *span);
                        let shown = self.policy.tools.name(tool);
                        let problem =
                            errors::conflicting_class(name.span, shown, class.name(), span, other);
                        self.report(problem);
                    }
                    Some(_) => {}
                    None => {
                        let evidence = self.evidence(tool).iter().next();
                        lowered.extend(
                            evidence.filter(|least| class < *least).map(|least| (tool, least)),
                        );
                        self.classes.classified.insert(tool, (class, name.span));
                    }
                }
            }
        }
        if classify.because.is_none() && !lowered.is_empty() {
            let tools: Vec<(&str, &str)> = lowered
                .iter()
                .map(|(tool, least)| (self.policy.tools.name(*tool), least.name()))
                .collect();
            let problem = errors::missing_reason(classify.class, class.name(), &tools);
            self.report(problem);
        }
    }

    /// The tools of a name or glob of `classify`.
    fn named_tools(&mut self, name: &crate::syntax::tree::Selector) -> Vec<ToolId> {
        match name.kind {
            SelectorKind::Glob => self.glob(name.span),
            _ => self.name(name).into_iter().collect(),
        }
    }

    /// The classes that the annotations leave open.
    fn evidence(&self, tool: ToolId) -> ClassSet {
        let tools = self.manifest.as_ref().map_or(&[][..], |manifest| manifest.tools());
        tools
            .get(tool.0 as usize)
            .map_or(ClassSet::ANY, |tool| ClassSet::of_annotations(tool.annotations))
    }

    /// The members of a class set among the manifest's tools, in its order.
    pub(super) fn members(&self, set: ClassSet) -> Members {
        let mut members = Members { tools: Vec::new(), undetermined: Vec::new() };
        let count = self.manifest.as_ref().map_or(0, |manifest| manifest.tools().len());
        for tool in (0u32..).map(ToolId).take(count) {
            let classes = match self.classes.classified.get(&tool) {
                Some((class, _)) => ClassSet::of(&[*class]),
                None => self.evidence(tool),
            };
            if classes.is_within(set) {
                members.tools.push(tool);
            } else if !classes.is_apart_from(set) {
                members.undetermined.push(tool);
            }
        }
        members
    }
}
