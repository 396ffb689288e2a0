//! What a tool's parameters say: the values of an action, and keys that go with a class.

use super::action::{Meaning, meaning, phrase};
use super::class::Class;
use super::gateway::plain;
use super::lexicon::{self, Form, Set};
use super::signal::Flag;
use super::words;
use crate::manifest::{Parameter, TypeSet};

/// What the parameters say.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// What each action's values say.
    pub actions: Vec<Action>,
    /// What the description of an action without values lists: its key, the word, and what that says.
    pub said: Option<(String, String, Meaning)>,
    /// Keys that go with a class, each with what it says.
    pub keys: Vec<(Flag, String)>,
    /// What their number says.
    pub number: Option<Flag>,
}

/// A parameter that chooses what the tool does.
#[derive(Debug)]
pub(super) struct Action {
    pub key: String,
    /// The values that mean something, with what they mean.
    pub values: Vec<(String, Meaning)>,
    /// Whether every value that the schema admits only reads.
    pub reads_only: bool,
}

/// How many parameters that choose an action are read; a tool with more says nothing new in them.
const MAX_ACTIONS: usize = 8;

/// Reads the parameters; `things` are those that the tool's name and description act on. The values of a `request`'s method
/// are no actions of their own.
pub(super) fn read(parameters: &[Parameter], things: &[words::Word], is_request: bool) -> Reading {
    let mut reading = Reading::default();
    let outer = parameters.iter().filter(|parameter| parameter.depth == 0).count();
    reading.number = match outer {
        0 => Some(Flag::NoParameters),
        1 | 2 => Some(Flag::FewParameters),
        8.. => Some(Flag::ManyParameters),
        _ => None,
    };
    for parameter in parameters {
        let key = plain(&parameter.name);
        reading.take_key(parameter, &key);
        if reading.actions.len() == MAX_ACTIONS || is_request && is_http_method(parameter) {
            continue;
        }
        if !parameter.values.is_empty() {
            reading.actions.extend(action(parameter, &key, things));
        } else if reading.said.is_none() && parameter.depth == 0 {
            reading.said = said(parameter, &key, things);
        }
    }
    reading
}

impl Reading {
    fn take_key(&mut self, parameter: &Parameter, key: &str) {
        for (flag, holds) in [
            (Flag::SavesResult, is_save_key(parameter, key)),
            (Flag::DestroyingSwitch, is_destroying_switch(parameter, key)),
            (Flag::PagingKey, lexicon::has(Set::PagingKeys, key)),
            (Flag::SearchKey, lexicon::has(Set::SearchKeys, key)),
            (Flag::ContentKey, lexicon::has(Set::ContentKeys, key)),
            (Flag::MoneyKey, lexicon::has(Set::MoneyKeys, key)),
            (Flag::ConfirmKey, lexicon::has(Set::ConfirmKeys, key)),
        ] {
            let is_new = || self.keys.iter().all(|(known, _)| *known != flag);
            if holds && parameter.depth <= 1 && is_new() {
                self.keys.push((flag, parameter.name.clone()));
            }
        }
    }
}

fn is_save_key(parameter: &Parameter, key: &str) -> bool {
    let is_said = || {
        let words = words::of_name(&parameter.description);
        words.iter().any(|word| lexicon::has(Set::Saving, &word.text))
    };
    let is_place =
        lexicon::has(Set::SaveKeys, key) || lexicon::has(Set::FileKeys, key) && is_said();
    parameter.depth == 0 && is_place
}

fn is_destroying_switch(parameter: &Parameter, key: &str) -> bool {
    let is_switch = parameter.types != TypeSet::ALL && parameter.types.meets(TypeSet::BOOLEAN);
    is_switch && key.split('_').any(|word| lexicon::has(Set::DestroyingSwitches, word))
}

/// Whether the values are the methods of a request; without a path or address beside them they are actions like others.
fn is_http_method(parameter: &Parameter) -> bool {
    parameter.values.iter().all(|value| lexicon::has(Set::HttpMethods, &value.to_lowercase()))
}

fn action(parameter: &Parameter, key: &str, things: &[words::Word]) -> Option<Action> {
    if parameter.depth > 2 {
        return None;
    }
    let values: Vec<(String, Meaning)> = parameter
        .values
        .iter()
        .filter_map(|value| Some((value.clone(), value_meaning(value, things)?)))
        .collect();
    // Under another key most values must be actions, and two at least: `sort: created, updated` is none.
    let is_action = lexicon::has(Set::ActionKeys, key)
        || values.len() >= 2 && values.len() * 2 > parameter.values.len() && ends_in_action(key);
    let reads_only = values.len() == parameter.values.len()
        && parameter.depth == 0
        && values.iter().all(|(_, meant)| meant.class == Class::Read);
    let key = parameter.name.clone();
    (is_action && !values.is_empty()).then_some(Action { key, values, reads_only })
}

fn value_meaning(value: &str, things: &[words::Word]) -> Option<Meaning> {
    let words = words::of_name(value);
    let at = words.iter().enumerate().position(|(at, word)| {
        lexicon::verb(&word.text).is_some_and(|(verb, form)| {
            // `labels` and `status_updates` are things, `deletes` is an act.
            let is_plural = form == Form::Third && (verb.is_noun_too || at > 0);
            !is_plural && (!verb.is_noun_too || words.len() == 1)
        })
    })?;
    let (verb, _) = lexicon::verb(&words.get(at)?.text)?;
    let own = phrase(words.get(at + 1..).unwrap_or(&[]));
    Some(meaning(verb, if own.is_empty() { things } else { &own }))
}

/// The worst of the actions that a parameter's description lists: `action: one of create, list, delete`.
fn said(
    parameter: &Parameter,
    key: &str,
    things: &[words::Word],
) -> Option<(String, String, Meaning)> {
    if !lexicon::has(Set::ActionKeys, key) {
        return None;
    }
    let words = words::of_name(&parameter.description);
    let acts = words.iter().filter_map(|word| {
        let (verb, form) = lexicon::verb(&word.text)?;
        let is_act = form == Form::Base && !verb.is_noun_too;
        is_act.then(|| (word.text.clone(), meaning(verb, things)))
    });
    let acts: Vec<_> = acts.collect();
    let (word, worst) = acts.iter().max_by_key(|(_, meant)| meant.class)?;
    (acts.len() > 1).then(|| (parameter.name.clone(), word.clone(), *worst))
}

fn ends_in_action(key: &str) -> bool {
    key.rsplit('_').next().is_some_and(|last| lexicon::has(Set::ActionKeys, last))
}
