//! What `classify` statements say, and which tools belong to the sets of classes.
//!
//! A class comes from a `classify` statement, else from the evidence in the manifest.

use super::Resolver;
use super::errors::names as errors;
use super::files::Files;
use crate::policy::ToolId;
use crate::risk::{Class, ClassSet, Level};
use crate::source::Span;
use crate::syntax::tree::{Classify, Selector, SelectorKind, StatementKind};
use crate::text;

/// The tools of a set of classes.
pub(super) enum Members {
    Known(Vec<ToolId>),
    /// Some tools may belong to it or not, which has been reported.
    Undecided(Vec<ToolId>),
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
            let near = text::nearest(word, Class::ALL.map(Class::name));
            self.report(errors::unknown_class(classify.class, word, &near));
            return;
        };
        let mut lowered = Vec::new();
        for name in &classify.names {
            for tool in self.named_tools(name) {
                let number = tool.0 as usize;
                if let Some((other, span)) = self.assessments.classified(number) {
                    if other != class {
                        let (shown, other) = (self.policy.tools.name(tool), other.name());
                        let problem =
                            errors::conflicting_class(name.span, shown, class.name(), span, other);
                        self.report(problem);
                    }
                    continue;
                }
                let shown = self.policy.tools.name(tool);
                let evident = self.assessments.evident_class(number, shown);
                if class < evident {
                    lowered.push((tool, evident));
                }
                self.assessments.classify(number, class, name.span);
            }
        }
        if classify.because.is_none() && !lowered.is_empty() {
            let tools: Vec<(&str, &str)> = lowered
                .iter()
                .map(|(tool, evident)| (self.policy.tools.name(*tool), evident.name()))
                .collect();
            let problem = errors::missing_reason(classify.class, class.name(), &tools);
            self.report(problem);
        }
    }

    /// The tools of a name or glob of `classify`.
    fn named_tools(&mut self, name: &Selector) -> Vec<ToolId> {
        match name.kind {
            SelectorKind::Glob => self.glob(name.span),
            _ => self.name(name).into_iter().collect(),
        }
    }

    /// The members of a class set among the manifest's tools, in its order. Those of which the evidence says little are
    /// reported: a set is no place for a silent guess.
    pub(super) fn members(&mut self, set: ClassSet, span: Span) -> Members {
        let members = self.assessments.members(set);
        let tools = members.into_iter().filter_map(|tool| u32::try_from(tool).ok().map(ToolId));
        let tools: Vec<ToolId> = tools.collect();
        let brief = |tool: &ToolId| self.assessments.brief(tool.0 as usize, "");
        let undecided = self.undecided();
        if let Some((_, part)) = undecided.first() {
            let names: Vec<&str> = undecided.iter().map(|(name, _)| *name).collect();
            let shown = self.sources.slice(span);
            let problem = errors::undecided_class(span, shown, &names, part);
            self.report(problem);
            return Members::Undecided(tools);
        }
        let guessed: Vec<(&str, &str)> = tools
            .iter()
            .filter(|tool| brief(tool).confidence.level() == Level::Low)
            .map(|tool| (self.policy.tools.name(*tool), brief(tool).class.name()))
            .collect();
        if !guessed.is_empty() {
            let problem = errors::undetermined(span, self.sources.slice(span), &guessed);
            self.report(problem);
        }
        Members::Known(tools)
    }

    /// The manifest's tools whose class nobody knows, because a part of what is said of them cannot be used and no
    /// `classify` says it, each with that part. Any of them may belong to a set or not.
    fn undecided(&self) -> Vec<(&str, &'static str)> {
        let tools = self.manifest.iter().flat_map(|manifest| manifest.tools()).enumerate();
        tools
            .filter(|(number, _)| self.assessments.classified(*number).is_none())
            .filter_map(|(_, tool)| Some((&*tool.name, tool.unusable.parts().next()?)))
            .collect()
    }
}
