//! What the limits of a policy.json let through in an hour.

use std::ops::Range;

use super::limit::rate_of;
use super::role::{Role, role_of};
use super::sketch::Sketch;
use crate::editor::View;
use crate::editor::inlay::Hint;
use crate::editor::rates;
use crate::policy::Window;

/// The calls per hour of each limit by the minute whose number stands in a part of the text.
pub(in crate::editor) fn hints(view: &View, range: &Range<usize>) -> Vec<Hint> {
    let sketch = Sketch::new(view.text());
    let numbers = sketch.beginning_in(range);
    let numbers = numbers.filter(|id| sketch.key_text(*id).as_deref() == Some("max"));
    numbers
        .filter(|id| role_of(&sketch, *id) == Role::Maximum)
        .filter_map(|id| {
            let rate = rate_of(&sketch, sketch.parent(id)?)?;
            let tooltip = "Windows begin on the full minute in UTC: up to twice as many calls as \
                           `max` can get through around it.";
            (rate.window() == Window::Minute).then(|| Hint {
                offset: sketch.value(id).end,
                label: format!(" <= {}/hour", rates::grouped(rate.most_in(Window::Hour))),
                tooltip: Some(tooltip.to_owned()),
            })
        })
        .collect()
}
