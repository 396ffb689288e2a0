//! What may stand at a place of a policy.json.

mod conditions;
mod insert;
mod keys;
mod limits;
mod tools;

use std::borrow::Cow;

use self::insert::{Site, Template};
use super::facts::Facts;
use super::meaning;
use super::role::{Role, Way};
use super::sketch::{Id, Side, Sketch, Spot, decoded};
use crate::editor::View;
use crate::editor::completion::{Completion, CompletionKind, Completions};

/// A place, and what is known about it.
struct Question<'q> {
    sketch: Sketch<'q>,
    facts: Facts,
    site: Site,
    /// The object whose key is asked for, or the value that is; its own part where it has none yet that around it.
    way: Option<Way>,
    /// What is asked for: for a key that of the object.
    role: Role,
    inside: Option<Id>,
    /// The part that stands there already.
    part: Option<Id>,
    /// What is written of the word up to the place, without its quote.
    typed: Cow<'q, str>,
}

/// What may stand at an offset.
pub(in crate::editor) fn complete(view: &View, offset: usize) -> Completions {
    let offset = view.text().floor_char_boundary(offset);
    let sketch = Sketch::new(view.text());
    let spot = sketch.spot(offset);
    let question = Question::new(view, sketch, &spot, offset);
    match spot.side {
        Side::Nothing => Completions::default(),
        Side::Key if question.role == Role::Tools => tools::keys(&question),
        Side::Key => question.whole(keys::offers(&question)),
        Side::Value => question.values(),
    }
}

impl<'q> Question<'q> {
    fn new(view: &View, sketch: Sketch<'q>, spot: &Spot, offset: usize) -> Self {
        let site = Site::new(&sketch, spot);
        let known = if spot.side == Side::Key { spot.inside } else { spot.part.or(spot.inside) };
        let way = known.map(|id| Way::to(&sketch, id));
        let own = way.as_ref().map_or(Role::Root, Way::role);
        let is_item = spot.side == Side::Value && spot.part.is_none() && spot.inside.is_some();
        let role = if is_item { own.within(None) } else { own };
        let typed = decoded(sketch.slice(spot.word.start..offset));
        let facts = Facts::of(view);
        Self { sketch, facts, site, way, role, inside: spot.inside, part: spot.part, typed }
    }

    fn whole(&self, items: Vec<Completion>) -> Completions {
        Completions { items, is_incomplete: false }
    }

    /// The name of the tool whose rule it is about.
    fn tool(&self) -> Option<Cow<'q, str>> {
        self.way.as_ref()?.tool(&self.sketch)
    }

    /// The innermost part of a role around the place.
    fn around(&self, role: Role) -> Option<Id> {
        self.way.as_ref()?.find(role)
    }

    fn values(&self) -> Completions {
        self.whole(match self.role {
            Role::Hidden => return tools::hidden(self),
            Role::Version => vec![self.word("1", "")],
            Role::Default => {
                ["deny", "allow"].map(|word| self.word(word, meaning::of_default(word))).into()
            }
            Role::Path => conditions::paths(self),
            Role::Operator => conditions::operators(self),
            Role::Value | Role::Inner => conditions::values(self),
            Role::Message => conditions::messages(self),
            Role::Counter => limits::counters(self),
            Role::Window => limits::windows(self),
            Role::Maximum => limits::maxima(self),
            Role::Scope => vec![self.word("grant", "For this policy's grant only.")],
            Role::Unknown => Vec::new(),
            _ => self.structure(),
        })
    }

    /// A string of the format.
    fn word(&self, word: &str, documentation: &str) -> Completion {
        let mut item = self.site.value(word, Template::string(word), CompletionKind::Value);
        item.documentation = Some(documentation.to_owned()).filter(|text| !text.is_empty());
        item
    }

    /// An object or list to be filled out.
    fn structure(&self) -> Vec<Completion> {
        let template = keys::skeleton(self, self.role);
        let label = match self.role {
            Role::Root => "a policy",
            Role::Predicate => "an entry with conditions",
            Role::Condition => "a condition",
            Role::Limit => "a limit",
            Role::Hide | Role::Require | Role::DenyIf | Role::Conditions | Role::Limits => "[…]",
            _ => "{…}",
        };
        vec![self.site.value(label, template, CompletionKind::Snippet)]
    }
}
