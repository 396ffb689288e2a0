//! What a tool's parameters say: the values of an action, and free texts that are run.

use super::action::{meaning, phrase};
use super::class::Class;
use super::lexicon::{Lexicon, Set, VerbForm};
use super::words;
use crate::manifest::{Parameter, TypeSet};

/// What the parameters say.
#[derive(Debug, Default)]
pub(super) struct ParametersReading {
    /// What each action's values say.
    pub actions: Vec<ActionParameter>,
    /// The parameter whose text is run, and how much that says.
    pub gateway: Option<Gateway>,
    /// The parameter that says where to save what is fetched.
    pub save: Option<String>,
    /// The switch that makes the tool destroy.
    pub switch: Option<String>,
}

/// A parameter that chooses what the tool does.
#[derive(Debug)]
pub(super) struct ActionParameter {
    pub key: String,
    /// The values that mean something, with what they mean.
    pub values: Vec<(String, Class, u8)>,
    /// Whether every value that the schema admits only reads.
    pub reads_only: bool,
}

/// A parameter that takes anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gateway {
    pub key: String,
    /// In points.
    pub weight: u8,
}

/// How many parameters that choose an action are read; a tool with more says nothing new in them.
const MAX_ACTIONS: usize = 8;

/// Reads the parameters; `things` are those that the tool's name and description act on.
pub(super) fn read(
    lexicon: &Lexicon,
    parameters: &[Parameter],
    things: &[words::NameWord],
) -> ParametersReading {
    let mut reading = ParametersReading::default();
    let mut found: Option<Gateway> = None;
    let request = request(lexicon, parameters);
    for parameter in parameters {
        let key = plain_key(&parameter.name);
        if is_save_key(lexicon, parameter, &key) {
            reading.save.get_or_insert_with(|| parameter.name.clone());
        }
        if is_destroying_switch(lexicon, parameter, &key) {
            reading.switch.get_or_insert_with(|| parameter.name.clone());
        }
        if parameter.values.is_empty() {
            let weight = free_text_weight(lexicon, parameter, &key);
            if weight > found.as_ref().map_or(0, |gateway| gateway.weight) {
                found = Some(Gateway { key: parameter.name.clone(), weight });
            }
        } else if reading.actions.len() < MAX_ACTIONS
            && !(request.is_some() && is_http_method(lexicon, parameter))
            && let Some(action) = action(lexicon, parameter, &key, things)
        {
            reading.actions.push(action);
        }
    }
    reading.gateway = found.or(request);
    reading
}

fn is_save_key(lexicon: &Lexicon, parameter: &Parameter, key: &str) -> bool {
    let is_said = || {
        let words = words::of_name(&parameter.description);
        words.iter().any(|word| lexicon.has(Set::Saving, &word.text))
    };
    let is_place = lexicon.has(Set::SaveKeys, key) || lexicon.has(Set::FileKeys, key) && is_said();
    parameter.depth == 0 && is_place
}

fn is_destroying_switch(lexicon: &Lexicon, parameter: &Parameter, key: &str) -> bool {
    let is_switch = parameter.types != TypeSet::ALL && parameter.types.meets(TypeSet::BOOLEAN);
    parameter.depth <= 1
        && is_switch
        && key.split('_').any(|word| lexicon.has(Set::DestroyingSwitches, word))
}

/// `sqlQuery` and `SQL-query` as `sql_query`.
fn plain_key(name: &str) -> String {
    let words: Vec<_> = words::of_name(name).into_iter().map(|word| word.text).collect();
    words.join("_")
}

fn free_text_weight(lexicon: &Lexicon, parameter: &Parameter, key: &str) -> u8 {
    let takes_text =
        parameter.types.meets(TypeSet::STRING) || parameter.types.meets(TypeSet::ARRAY);
    if parameter.depth > 1 || !takes_text {
        return 0;
    }
    lexicon.gateway_weight(key).unwrap_or(0)
}

/// Whether the values are the methods of a request; without a path or address beside them they are actions like others.
fn is_http_method(lexicon: &Lexicon, parameter: &Parameter) -> bool {
    parameter.values.iter().all(|value| lexicon.has(Set::HttpMethods, &value.to_lowercase()))
}

fn action(
    lexicon: &Lexicon,
    parameter: &Parameter,
    key: &str,
    things: &[words::NameWord],
) -> Option<ActionParameter> {
    if parameter.depth > 2 {
        return None;
    }
    let values: Vec<(String, Class, u8)> = parameter
        .values
        .iter()
        .filter_map(|value| {
            let words = words::of_name(value);
            let at = words.iter().enumerate().position(|(at, word)| {
                lexicon.verb(&word.text).is_some_and(|(verb, form)| {
                    // `labels` and `status_updates` are things, `deletes` is an act.
                    let is_plural = form == VerbForm::Third && (verb.is_noun_too || at > 0);
                    !is_plural && (!verb.is_noun_too || words.len() == 1)
                })
            })?;
            let (verb, _) = lexicon.verb(&words.get(at)?.text)?;
            let own = phrase(lexicon, words.get(at + 1..).unwrap_or(&[]));
            let found = meaning(lexicon, verb, if own.is_empty() { things } else { &own });
            Some((value.clone(), found.class, found.weight))
        })
        .collect();
    // Under another key most values must be actions, and two at least: `sort: created, updated` is none.
    let is_action = lexicon.has(Set::ActionKeys, key)
        || values.len() >= 2
            && values.len() * 2 > parameter.values.len()
            && ends_in_action(lexicon, key);
    let reads_only = values.len() == parameter.values.len()
        && parameter.depth == 0
        && values.iter().all(|(_, class, _)| *class == Class::Read);
    let key = parameter.name.clone();
    (is_action && !values.is_empty()).then_some(ActionParameter { key, values, reads_only })
}

fn ends_in_action(lexicon: &Lexicon, key: &str) -> bool {
    key.rsplit('_').next().is_some_and(|last| lexicon.has(Set::ActionKeys, last))
}

/// A method together with a path or an address makes any request.
fn request(lexicon: &Lexicon, parameters: &[Parameter]) -> Option<Gateway> {
    let outer = || parameters.iter().filter(|parameter| parameter.depth <= 1);
    let has_place = outer().any(|parameter| {
        let key = plain_key(&parameter.name);
        key.split('_').any(|word| lexicon.has(Set::RequestKeys, word))
    });
    let method = outer().find(|parameter| {
        let key = plain_key(&parameter.name);
        let is_method = key == "method" || key == "http_method" || key == "verb";
        let mut values = parameter.values.iter().map(|value| value.to_lowercase());
        let reads_only = !parameter.values.is_empty()
            && values.clone().all(|value| matches!(value.as_str(), "get" | "head" | "options"));
        is_method && !reads_only && values.all(|value| lexicon.has(Set::HttpMethods, &value))
    })?;
    has_place.then(|| Gateway { key: method.name.clone(), weight: 10 })
}
