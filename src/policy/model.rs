//! The resolved policy: tools, rules, and which rule is about which tool.

use std::collections::HashMap;
use std::sync::Arc;

use smallvec::SmallVec;

use super::{Compared, Condition, Path, Posture, Rate, Window};
use crate::source::Span;

/// A tool of one [`Policy`]: an index into [`Policy::tools`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ToolId(pub u32);

/// A rule of one [`Policy`]: an index into [`Policy::rules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub u32);

/// What one grant may do on one server.
///
/// Made by [`crate::resolve`]. It may come from files with errors, for browsing; what writes a policy takes a
/// [`crate::emit::VerifiedPolicy`] instead.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// What happens to a tool that nothing grants.
    pub posture: Posture,
    /// Every tool that is named, and every tool of the manifest, which come first and in its order.
    pub tools: Tools,
    /// The tools that a rule mentions, in the order of their first mention.
    pub order: Vec<ToolId>,
    /// The rules in the order of the text.
    pub rules: Vec<Rule>,
    /// What is hidden, in the order of first mention, each once.
    pub hidden: Vec<Hidden>,
    /// The caps over all calls together that are in force.
    pub all_caps: Caps,
    /// Whether a `hide` is about every tool.
    pub(super) all_hidden: bool,
}

/// The tools of a policy by number and by name.
#[derive(Clone, Debug, Default)]
pub struct Tools {
    entries: Vec<Tool>,
    by_name: HashMap<Arc<str>, ToolId, foldhash::quality::RandomState>,
}

impl Tools {
    /// The tool of a name, made at its first mention.
    pub fn intern(&mut self, name: &str) -> ToolId {
        if let Some(&id) = self.by_name.get(name) {
            return id;
        }
        let id = ToolId(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
        let name: Arc<str> = name.into();
        self.by_name.insert(Arc::clone(&name), id);
        self.entries.push(Tool {
            name,
            mentions: SmallVec::new(),
            caps: Caps::new(),
            standing: Standing::default(),
        });
        id
    }

    /// Makes room for so many more.
    pub fn reserve(&mut self, more: usize) {
        self.entries.reserve(more);
        self.by_name.reserve(more);
    }

    /// The tool of a name that has been mentioned.
    pub fn find(&self, name: &str) -> Option<ToolId> {
        self.by_name.get(name).copied()
    }

    /// The tool of a number.
    pub fn get(&self, id: ToolId) -> Option<&Tool> {
        self.entries.get(id.0 as usize)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, id: ToolId) -> Option<&mut Tool> {
        self.entries.get_mut(id.0 as usize)
    }

    /// The name of a tool; empty for a number of another policy.
    pub fn name(&self, id: ToolId) -> &str {
        self.get(id).map_or("", |tool| &tool.name)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All of them by number.
    pub fn iter(&self) -> impl Iterator<Item = (ToolId, &Tool)> {
        (0u32..).map(ToolId).zip(&self.entries)
    }
}

/// One tool and what the policy says of it.
#[derive(Clone, Debug)]
pub struct Tool {
    /// The exact name.
    pub name: Arc<str>,
    /// The rules about it, in the order of the text, each once.
    pub mentions: SmallVec<[Mention; 2]>,
    /// Its own caps that are in force, in the order of the text.
    pub caps: Caps,
    /// What the rules come to.
    pub standing: Standing,
}

/// One rule about one tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The rule.
    pub rule: RuleId,
    /// Which of the rule's targets the tool is.
    pub target: u32,
}

/// What a policy decides on a tool before any argument is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// An `allow` is about it.
    pub granted: bool,
    /// A `hide` is about it.
    pub hidden: bool,
    /// A `deny` or `approve` without condition is about it: no call gets through.
    pub blocked: bool,
    /// An `except` takes it out of some selection: somebody thought of it.
    pub excepted: bool,
}

/// A rule: what it does, and to which tools.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The statement.
    pub span: Span,
    /// What it is about.
    pub subjects: Subjects,
    /// What it does.
    pub action: Action,
}

/// What a rule is about.
#[derive(Clone, Debug)]
pub enum Subjects {
    /// All calls together for a cap, every tool, known or not, for `hide`.
    All,
    /// Tools; the rules of one block share them.
    Tools(Arc<[Target]>),
}

impl Subjects {
    /// The tools; none for [`Subjects::All`].
    pub fn targets(&self) -> &[Target] {
        match self {
            Subjects::All => &[],
            Subjects::Tools(targets) => targets,
        }
    }
}

/// One tool that a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The tool.
    pub tool: ToolId,
    /// The selector that led to it.
    pub selector: Span,
    /// Whether the selector is the tool's own name.
    pub exact: bool,
}

/// What a rule does.
#[derive(Clone, Debug)]
pub enum Action {
    /// Grants the tools, each up to the caps.
    Allow(Caps),
    /// Caps them.
    Rate(Caps),
    /// Blocks calls, or lets a person decide.
    Guard(Box<Guard>),
    /// Takes them out of the list and blocks calls.
    Hide,
    /// Caps the sum of an argument.
    Budget(Box<Budget>),
}

/// Caps; most tools have one.
pub type Caps = SmallVec<[Cap; 1]>;

/// A cap as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cap {
    /// The rate's characters.
    pub span: Span,
    /// How many calls it lets through.
    pub rate: Rate,
    /// Under which name the calls are counted.
    pub counter: Counter,
}

/// The name of a counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counter {
    /// Made up from tool and window.
    Generated,
    /// With `{tool}` and `{window}` replaced.
    Template(Arc<str>),
    /// As it stands.
    Literal(Arc<str>),
}

impl Counter {
    /// The name for a tool and window; `None` stands for all tools together.
    pub fn name(&self, tool: Option<&str>, window: Window) -> String {
        use super::wording;
        match self {
            Counter::Generated => wording::counter(tool, window),
            Counter::Template(template) => wording::expand_counter(template, tool, window),
            Counter::Literal(name) => name.to_string(),
        }
    }
}

impl Cap {
    /// The most that its counter's name takes for a tool whose name is so long, without making the name: a template may
    /// repeat the tool many times. Of a short template it is nearly exact; a long one is not read again for every tool.
    pub fn counter_length(&self, tool: usize) -> usize {
        use super::wording;
        const WINDOW: usize = 16;
        const SHORT: usize = 256;
        match &self.counter {
            Counter::Generated => tool + WINDOW,
            Counter::Template(template) => {
                let places = match template.len() {
                    ..=SHORT => wording::tool_places(template),
                    long => long / "{tool}".len(),
                };
                let tools = places.saturating_mul(tool);
                // `{window}` is longer than any window.
                tools.saturating_add(template.len())
            }
            Counter::Literal(name) => name.len().saturating_mul(2),
        }
    }
}

/// What the guard of a rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// `require`
    Require,
    /// `deny`
    Deny,
    /// `approve`
    Approve,
}

/// `require`, `deny` and `approve`.
#[derive(Clone, Debug)]
pub struct Guard {
    /// Which of the three.
    pub purpose: Purpose,
    /// When it blocks.
    pub blocks: Blocks,
    /// The reason that the author gives.
    pub because: Option<Arc<str>>,
    /// The condition as the author spelled it, on one line; empty without one.
    pub wording: String,
    /// The arguments that the condition compares with numbers, each once.
    pub compared: Vec<Compared>,
}

/// Which calls a guard blocks.
#[derive(Clone, Debug)]
pub enum Blocks {
    /// All.
    Always,
    /// Those for which the condition holds.
    When(Condition),
    /// Those for which it does not.
    Unless(Condition),
}

/// A cap on the sum of an argument.
#[derive(Clone, Debug)]
pub struct Budget {
    /// The argument.
    pub path: Path,
    /// The largest sum per window, and the counter.
    pub cap: Cap,
}

/// An entry of the list of hidden tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hidden {
    /// Every tool, known or not.
    All,
    /// One tool.
    Tool(ToolId),
}

impl Policy {
    /// Whether the names of all counters together are shorter than a policy.json may be. Where they are not, the target
    /// refuses the policy (`output-too-large`), and nothing else may build the names.
    pub fn has_bounded_counters(&self) -> bool {
        let tools = self
            .tools
            .iter()
            .flat_map(|(_, tool)| tool.caps.iter().map(|cap| cap.counter_length(tool.name.len())));
        tools.fold(0, usize::saturating_add) <= super::MAX_OUTPUT_BYTES
    }

    /// The rule of a number.
    pub fn rule(&self, id: RuleId) -> Option<&Rule> {
        self.rules.get(id.0 as usize)
    }

    /// The rules about a tool, in the order of the text, each with the target that the tool is in it.
    pub fn rules_of(&self, tool: ToolId) -> impl Iterator<Item = (RuleId, &Rule, Target)> {
        let mentions = self.tools.get(tool).map_or(&[][..], |tool| &tool.mentions);
        mentions.iter().filter_map(|mention| {
            let rule = self.rule(mention.rule)?;
            let target = rule.subjects.targets().get(mention.target as usize)?;
            Some((mention.rule, rule, *target))
        })
    }
}
