//! How often calls got through, per counter and window.

use std::collections::HashMap;

use jiff::Timestamp;

use super::engine::{Engine, LimitId};
use crate::policy::{Rate, Window};

/// The calls that got through so far. Counters belong to the engine that counts with them.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    /// Each tool has counters of its own.
    pub(super) separate: CounterUses,
    /// Tools that name the same counter share it. Counted only where they do.
    pub(super) shared: CounterUses,
}

/// The calls that were counted, under one reading of shared counters.
#[derive(Clone, Debug, Default)]
pub(super) struct CounterUses {
    used: HashMap<LimitId, (i64, u64), foldhash::fast::RandomState>,
}

impl CounterUses {
    /// The calls in the window of an instant.
    pub(super) fn used(&self, id: LimitId, window: i64) -> u64 {
        match self.used.get(&id) {
            Some((known, used)) if *known == window => *used,
            _ => 0,
        }
    }

    pub(super) fn add(&mut self, id: LimitId, window: i64, calls: u64) {
        let used = self.used(id, window).saturating_add(calls);
        self.used.insert(id, (window, used));
    }
}

/// A counter that applies to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterState {
    /// The name.
    pub name: String,
    /// The limit.
    pub rate: Rate,
    /// The calls in the current window.
    pub used: u64,
    /// The start of the next window.
    pub resets: Timestamp,
    /// Whether it counts the calls of all tools.
    pub is_of_all: bool,
}

impl CounterState {
    /// The calls that still get through in this window.
    pub fn left(&self) -> u64 {
        self.rate.calls().saturating_sub(self.used)
    }
}

impl Counters {
    /// Forgets all calls.
    pub fn reset(&mut self) {
        self.separate.used.clear();
        self.shared.used.clear();
    }

    /// The counters that apply to a tool, its own first.
    pub fn states(&self, engine: &Engine, tool: &str, time: Timestamp) -> Vec<CounterState> {
        let limits = engine.limits_of(tool);
        let state = |(id, is_of_all): (LimitId, bool)| {
            let limit = engine.limit(id)?;
            let window = limit.rate.window();
            let number = window_number(window, time);
            Some(CounterState {
                name: limit.counter.clone(),
                rate: limit.rate,
                used: self.separate.used(id, number),
                resets: window_start(window, number.saturating_add(1)),
                is_of_all,
            })
        };
        limits.filter_map(state).collect()
    }
}

/// The number of the window that holds an instant. Windows are fixed and aligned to the UTC calendar.
pub(super) fn window_number(window: Window, time: Timestamp) -> i64 {
    time.as_second().div_euclid(seconds(window))
}

/// The first instant of a window; the last that can be told for a window later than that.
fn window_start(window: Window, number: i64) -> Timestamp {
    Timestamp::from_second(number.saturating_mul(seconds(window))).unwrap_or(Timestamp::MAX)
}

fn seconds(window: Window) -> i64 {
    match window {
        Window::Minute => 60,
        Window::Hour => 60 * 60,
        Window::Day => 24 * 60 * 60,
    }
}
