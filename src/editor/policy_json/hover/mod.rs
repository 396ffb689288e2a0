//! What is known about what stands at a place of a policy.json.

mod condition;
mod limit;
mod tool;

use std::ops::Range;

use super::facts::Facts;
use super::meaning;
use super::role::{Role, Way};
use super::sketch::{Id, Side, Sketch, SketchKind};
use crate::editor::View;
use crate::editor::hover::Hover;
use crate::editor::markdown::code;
use crate::policy::{Operator, Window};

/// What is known about what stands at an offset.
pub(in crate::editor) fn hover(view: &View, offset: usize) -> Option<Hover> {
    let offset = view.text().floor_char_boundary(offset);
    let sketch = Sketch::new(view.text());
    let spot = sketch.spot(offset);
    let part = spot.part.or(spot.inside)?;
    let way = Way::to(&sketch, part);
    let place = HoveredValue { view, sketch: &sketch, part, way };
    let (range, contents) = match spot.side {
        Side::Key if spot.part.is_some() => (spot.word, place.key()?),
        Side::Value if spot.part.is_some() && !spot.word.is_empty() => place.value(spot.word)?,
        _ => place.brackets(offset)?,
    };
    Some(Hover { range, contents })
}

/// The value that a hover is about.
struct HoveredValue<'p> {
    view: &'p View,
    sketch: &'p Sketch<'p>,
    part: Id,
    way: Way,
}

impl HoveredValue<'_> {
    /// A key: what it means, or the tool that it names.
    fn key(&self) -> Option<String> {
        let key = self.sketch.key_text(self.part)?;
        let around = self.way.around()?;
        if around == Role::Tools {
            return Some(tool::summary(self.view, &key));
        }
        let meaning = meaning::of_key(around.place()?, &key);
        (!meaning.is_empty()).then(|| format!("{}\n\n{meaning}", code(&key)))
    }

    /// A plain value.
    fn value(&self, word: Range<usize>) -> Option<(Range<usize>, String)> {
        let text = self.sketch.string(self.part);
        let text = text.as_deref().unwrap_or("");
        let told = |contents: &str| {
            (!contents.is_empty()).then(|| (word.clone(), format!("{}\n\n{contents}", code(text))))
        };
        match self.way.role() {
            Role::Hidden if text == "*" => told("Every tool, known or not."),
            Role::Hidden => Some((word.clone(), tool::summary(self.view, text))),
            Role::Version => told("The only version of the format."),
            Role::Default => told(meaning::of_default(text)),
            Role::Window => told(Window::from_name(text).map_or("", meaning::of_window)),
            Role::Operator => {
                let operator = told(
                    &Operator::from_json_name(text).map_or_else(String::new, meaning::of_operator),
                );
                match (operator, self.condition()) {
                    (Some((range, operator)), Some((_, condition))) => {
                        Some((range, format!("{operator}\n\n---\n\n{condition}")))
                    }
                    (operator, condition) => operator.or(condition),
                }
            }
            Role::Path | Role::Value | Role::Inner => self.condition(),
            Role::Maximum | Role::Counter | Role::Scope => self.limit(),
            _ => None,
        }
    }

    /// A place in an object or list that no word stands at: what the whole says, from its own brackets only.
    fn brackets(&self, offset: usize) -> Option<(Range<usize>, String)> {
        let range = self.sketch.value(self.part);
        let touches = offset <= range.start + 1 || offset + 1 >= range.end;
        match self.way.role() {
            _ if !touches || self.sketch.kind(self.part) != SketchKind::Object => None,
            Role::Condition => self.condition(),
            Role::Limit => self.limit(),
            _ => None,
        }
    }

    fn condition(&self) -> Option<(Range<usize>, String)> {
        let id = self.way.find(Role::Condition)?;
        let test = condition::test(self.sketch, id, self.view.file())?;
        let shape = self
            .way
            .tool(self.sketch)
            .and_then(|tool| Facts::of(self.view).shape(&tool, &test.path.dotted()));
        let contents = condition::told(&test, shape.as_ref(), self.way.has(Role::DenyIf));
        Some((self.sketch.whole(id), contents))
    }

    fn limit(&self) -> Option<(Range<usize>, String)> {
        let id = self.way.find(Role::Limit)?;
        let contents = limit::told(self.sketch, id, self.way.has(Role::AllTools))?;
        Some((self.sketch.whole(id), contents))
    }
}
