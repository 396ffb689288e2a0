//! What each tool gets.

use std::collections::HashMap;

use crate::lint::{RECOMMENDED_EXECUTE, RECOMMENDED_WRITE};
use crate::policy::{Window, wording};
use crate::risk::{Assessment, Class, Level};
use crate::source::TextPart;

/// A part of the policy, in the order in which the parts stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    /// Tools that are treated as of this class.
    Class(Class),
    /// Tools of which nothing is known.
    Unknown,
}

/// What the policy does with the calls of a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// They get through.
    Open,
    /// So many a minute get through.
    Cap(u64),
    /// A person has to approve each, for this reason.
    Approve(&'static str),
    /// They are blocked, and the tool is not listed.
    Hide,
}

/// A tool with what it gets.
#[derive(Debug)]
pub(super) struct PlannedTool<'m> {
    /// Its name, as the server gives it.
    pub name: &'m str,
    /// What is known of it.
    pub assessment: Assessment,
    /// Where it stands.
    pub section: Section,
    /// What is done about it.
    pub measure: Measure,
    /// The name under which its calls are counted, where the usual one is another tool's as well.
    pub counter: Option<String>,
}

/// The tools of a server with what they get.
#[derive(Debug)]
pub(super) struct StarterPlan<'m> {
    entries: Vec<PlannedTool<'m>>,
    has_star: bool,
}

impl<'m> PlannedTool<'m> {
    pub(super) fn new(name: &'m str, assessment: Assessment) -> Self {
        let section = section(&assessment);
        let measure = measure(&assessment, section);
        Self { name, assessment, section, measure, counter: None }
    }

    /// Whether what is known is too little to be sure of the class.
    pub(super) fn is_guess(&self) -> bool {
        self.assessment.confidence.level() == Level::Low && self.section != Section::Unknown
    }

    /// The class to be written down, because the server claims less: only for tools that stay open.
    pub(super) fn contested(&self) -> Option<(Class, &'static str)> {
        let is_open = matches!(self.measure, Measure::Open | Measure::Cap(_));
        let conflict = self.assessment.annotation_conflict.filter(|_| is_open)?;
        match self.section {
            Section::Class(class) => Some((class, conflict.hint())),
            Section::Unknown => None,
        }
    }
}

/// Where a tool stands: under its class. Of a guess, the more severe of the two likeliest classes counts.
fn section(assessment: &Assessment) -> Section {
    if assessment.evidence.is_empty() {
        return Section::Unknown;
    }
    let class = assessment.class;
    if assessment.confidence.level() > Level::Low {
        return Section::Class(class);
    }
    Section::Class(runner_up(assessment).map_or(class, |other| other.max(class)))
}

/// The class for which most evidence speaks besides the tool's own; of equals the more severe.
pub(super) fn runner_up(assessment: &Assessment) -> Option<Class> {
    let points = |class: Class| -> u32 {
        let speaking = assessment.evidence.iter().filter(|piece| piece.points_to == class);
        speaking.map(|piece| u32::from(piece.weight)).sum()
    };
    let others = Class::ALL.into_iter().filter(|other| *other != assessment.class);
    others.filter(|other| points(*other) > 0).max_by_key(|other| (points(*other), *other))
}

fn measure(assessment: &Assessment, section: Section) -> Measure {
    let class = match section {
        Section::Unknown => return Measure::Approve("Nothing says what it does."),
        Section::Class(class) => class,
    };
    match class {
        Class::Destructive => Measure::Hide,
        Class::Financial => Measure::Approve("It can move or commit money."),
        _ if !assessment.mixed_actions.is_empty() => {
            Measure::Approve("One of its actions cannot be undone.")
        }
        _ if assessment.generic_gateway.is_some() => {
            Measure::Approve("It accepts any request, query or command.")
        }
        _ if assessment.sensitive_read => Measure::Approve("It can show secrets."),
        Class::Read => Measure::Open,
        Class::Write => Measure::Cap(RECOMMENDED_WRITE),
        Class::Execute => Measure::Cap(RECOMMENDED_EXECUTE),
    }
}

impl<'m> StarterPlan<'m> {
    /// The plan for tools in the server's order, each name once.
    pub(super) fn new(tools: impl Iterator<Item = PlannedTool<'m>>) -> Self {
        let mut entries: Vec<PlannedTool<'m>> = tools.collect();
        let all = entries.len();
        entries.retain(|entry| entry.name != "*");
        let has_star = entries.len() < all;
        entries.sort_by_key(|entry| entry.section);
        let mut plan = Self { entries, has_star };
        plan.part_counters();
        plan
    }

    /// The sections that have tools, in their order; in each the tools in the server's.
    pub(super) fn sections(&self) -> impl Iterator<Item = (Section, &[PlannedTool<'m>])> {
        let runs = self.entries.chunk_by(|left, right| left.section == right.section);
        runs.filter_map(|run| run.first().map(|first| (first.section, run)))
    }

    /// Whether the server has a tool that cannot be named.
    pub(super) fn has_star(&self) -> bool {
        self.has_star
    }

    /// The usual counter has the name in lower case. Tools whose names differ in nothing else would share it, so those
    /// whose names have capitals count under their own spelling, which is no usual counter.
    fn part_counters(&mut self) {
        let is_capped = |entry: &&mut PlannedTool<'m>| matches!(entry.measure, Measure::Cap(_));
        let mut users: HashMap<String, usize> = HashMap::new();
        for entry in self.entries.iter_mut().filter(is_capped) {
            *users.entry(wording::counter(Some(entry.name), Window::Minute)).or_default() += 1;
        }
        for entry in self.entries.iter_mut().filter(is_capped) {
            let usual = wording::counter(Some(entry.name), Window::Minute);
            let is_shared = users.get(&usual).is_some_and(|count| *count > 1);
            let has_capitals = entry.name.bytes().any(|byte| byte.is_ascii_uppercase());
            if is_shared && has_capitals {
                let ending = usual.part(entry.name.len()..);
                entry.counter = Some(format!("{}{ending}", entry.name));
            }
        }
    }
}
