//! The risk classes of the manifest's tools, as far as they are determined.
//!
//! A class comes from a `classify` statement, or from the server's annotations. Annotations are advisory: one
//! that admits danger counts, an absent one says nothing. What they leave open stays open: the classes that a
//! tool may have are a set, and a class set such as `@critical` is known when that set lies inside or outside it.

use std::collections::HashMap;

use super::Resolver;
use super::errors::names as errors;
use super::files::Files;
use crate::manifest::Annotations;
use crate::policy::ToolId;
use crate::source::Span;
use crate::syntax::tree::{Classify, SelectorKind, StatementKind};

/// What a tool can do, the least severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Retrieves.
    Read,
    /// Changes what can be changed back.
    Write,
    /// Runs what its arguments say.
    Execute,
    /// Destroys.
    Destructive,
    /// Moves or commits money.
    Financial,
}

impl Class {
    /// Every class, the least severe first.
    pub const ALL: [Class; 5] =
        [Class::Read, Class::Write, Class::Execute, Class::Destructive, Class::Financial];

    /// The class's word, which is also the name of its set.
    pub fn name(self) -> &'static str {
        match self {
            Class::Read => "read",
            Class::Write => "write",
            Class::Execute => "execute",
            Class::Destructive => "destructive",
            Class::Financial => "financial",
        }
    }

    /// The class of a word.
    pub fn from_name(name: &str) -> Option<Class> {
        Class::ALL.into_iter().find(|class| class.name() == name)
    }
}

/// Some of the five classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassSet(u8);

impl ClassSet {
    /// All five: nothing is known.
    pub const ANY: ClassSet = ClassSet(0b1_1111);

    /// Exactly these.
    pub fn of(classes: &[Class]) -> Self {
        ClassSet(classes.iter().fold(0, |bits, class| bits | 1 << (*class as u8)))
    }

    /// The set of a name behind `@`: a class, or `critical` for destructive and financial.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "critical" => Some(Self::of(&[Class::Destructive, Class::Financial])),
            name => Class::from_name(name).map(|class| Self::of(&[class])),
        }
    }

    /// The classes in it, the least severe first.
    pub fn iter(self) -> impl Iterator<Item = Class> {
        Class::ALL.into_iter().filter(move |class| self.0 & 1 << (*class as u8) != 0)
    }

    /// Whether all of it lies in another set.
    pub fn is_within(self, other: ClassSet) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether none of it lies in another set.
    pub fn is_apart_from(self, other: ClassSet) -> bool {
        self.0 & other.0 == 0
    }

    /// The classes that a tool with these annotations may have.
    ///
    /// `destructiveHint: true` makes it destructive, whatever else is claimed. `readOnlyHint: true` makes it a
    /// reader. `readOnlyHint: false` says that it is none, `destructiveHint: false` that it is not destructive;
    /// neither says whether it runs code or moves money.
    pub fn of_annotations(annotations: Annotations) -> Self {
        let Annotations { read_only, destructive, .. } = annotations;
        match (read_only, destructive) {
            (_, Some(true)) => Self::of(&[Class::Destructive]),
            (Some(true), _) => Self::of(&[Class::Read]),
            (Some(false), Some(false)) => {
                Self::of(&[Class::Write, Class::Execute, Class::Financial])
            }
            (Some(false), None) => ClassSet(Self::ANY.0 & !Self::of(&[Class::Read]).0),
            (None, Some(false)) => ClassSet(Self::ANY.0 & !Self::of(&[Class::Destructive]).0),
            (None, None) => Self::ANY,
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_leave_open_what_they_do_not_say() {
        let hints = |read_only, destructive| {
            let annotations = Annotations { read_only, destructive, ..Annotations::default() };
            let classes = ClassSet::of_annotations(annotations);
            classes.iter().map(Class::name).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(hints(Some(true), None), "read");
        assert_eq!(hints(Some(true), Some(true)), "destructive");
        assert_eq!(hints(Some(false), Some(false)), "write execute financial");
        assert_eq!(hints(Some(false), None), "write execute destructive financial");
        assert_eq!(hints(None, None), "read write execute destructive financial");
    }
}
