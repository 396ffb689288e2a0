//! Tools that run what they are given: a query, a command, code, a request, or another tool.

use super::lexicon::{self, Set};
use super::words::{self, Word};
use crate::manifest::{Parameter, TypeSet};

/// A parameter that takes anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gateway {
    pub key: String,
    /// Whether the key alone says so; if not, the tool's words must.
    pub is_certain: bool,
}

/// What is known of the tool beside its parameters.
pub(super) struct Purpose<'t> {
    /// The words of its name.
    pub name: &'t [Word],
    /// The words of the description's beginning.
    pub text: &'t [Word],
    /// The verbs of its name and of its description, in their base forms.
    pub verbs: &'t [&'static str],
}

/// How many words of the description tell what is run.
pub(super) const MAX_WORDS: usize = 60;

/// The parameter whose value is run, if there is one.
pub(super) fn find(parameters: &[Parameter], purpose: &Purpose<'_>) -> Option<Gateway> {
    let keys: Vec<Key<'_>> = parameters.iter().filter_map(Key::new).collect();
    // A tool that checks, explains or formats a query does not run it.
    if purpose.verbs.first().is_some_and(|verb| lexicon::has(Set::Inspectors, verb)) {
        return None;
    }
    request(&keys).or_else(|| call(&keys, purpose)).or_else(|| text(&keys, purpose))
}

/// A parameter with the words of its key.
struct Key<'p> {
    parameter: &'p Parameter,
    /// `sqlQuery` and `SQL-query` as `sql_query`.
    plain: String,
}

impl<'p> Key<'p> {
    fn new(parameter: &'p Parameter) -> Option<Self> {
        let plain = plain(&parameter.name);
        (parameter.depth <= 1).then_some(Self { parameter, plain })
    }

    fn last(&self) -> &str {
        self.plain.rsplit('_').next().unwrap_or("")
    }

    fn first(&self) -> &str {
        self.plain.split('_').next().unwrap_or("")
    }

    fn is_free(&self) -> bool {
        self.parameter.values.is_empty()
    }

    fn takes_text(&self) -> bool {
        let types = self.parameter.types;
        self.is_free() && (types.meets(TypeSet::STRING) || types.meets(TypeSet::ARRAY))
    }

    fn takes_object(&self) -> bool {
        let types = self.parameter.types;
        types.meets(TypeSet::OBJECT) || types.meets(TypeSet::STRING) && self.is_free()
    }
}

/// `sqlQuery` and `SQL-query` as `sql_query`.
pub(super) fn plain(name: &str) -> String {
    let words: Vec<String> = words::of_name(name).into_iter().map(|word| word.text).collect();
    words.join("_")
}

fn gateway(key: &Key<'_>, is_certain: bool) -> Gateway {
    Gateway { key: key.parameter.name.clone(), is_certain }
}

/// A method together with a path or an address makes any request.
fn request(keys: &[Key<'_>]) -> Option<Gateway> {
    let has_place = keys.iter().any(|key| {
        key.is_free() && key.plain.split('_').any(|word| lexicon::has(Set::RequestKeys, word))
    });
    let method = keys.iter().find(|key| {
        let values = || key.parameter.values.iter().map(|value| value.to_lowercase());
        let reads_only = !key.is_free()
            && values().all(|value| matches!(value.as_str(), "get" | "head" | "options"));
        let is_method =
            matches!(key.plain.as_str(), "method" | "http_method" | "verb" | "request_method");
        is_method && !reads_only && values().all(|value| lexicon::has(Set::HttpMethods, &value))
    })?;
    has_place.then(|| gateway(method, true))
}

/// The name of another tool or operation, with free arguments.
fn call(keys: &[Key<'_>], purpose: &Purpose<'_>) -> Option<Gateway> {
    let arguments = keys
        .iter()
        .find(|key| lexicon::has(Set::ArgumentKeys, &key.plain) && key.takes_object())?;
    let named = |key: &&Key<'_>| lexicon::has(Set::CallKeys, &key.plain) && key.takes_text();
    if let Some(key) = keys.iter().find(named) {
        return Some(gateway(key, true));
    }
    let calls = purpose
        .verbs
        .iter()
        .any(|verb| matches!(*verb, "call" | "invoke" | "execute" | "run" | "dispatch" | "use"));
    let speaks_of_tools = purpose.name.iter().any(|word| {
        matches!(
            word.text.as_str(),
            "tool"
                | "tools"
                | "function"
                | "action"
                | "actions"
                | "method"
                | "operation"
                | "api"
                | "endpoint"
                | "rpc"
        )
    });
    let name = keys.iter().find(|key| matches!(key.plain.as_str(), "name" | "id" | "slug"))?;
    (calls
        && speaks_of_tools
        && name.takes_text()
        && arguments.parameter.name != name.parameter.name)
        .then(|| gateway(name, true))
}

/// A text that is run as it is.
fn text(keys: &[Key<'_>], purpose: &Purpose<'_>) -> Option<Gateway> {
    let texts = || keys.iter().filter(|key| key.takes_text());
    let certain = texts().find(|key| {
        lexicon::has(Set::GatewayKeys, &key.plain)
            || key.plain.contains('_') && lexicon::has(Set::GatewayWords, key.last())
            || lexicon::has(Set::GatewayWords, key.first())
                && matches!(key.last(), "query" | "text" | "content" | "body" | "source" | "string")
    });
    if let Some(key) = certain {
        return Some(gateway(key, true));
    }
    let applies = purpose.verbs.iter().any(|verb| lexicon::has(Set::Appliers, verb));
    if applies
        && let Some(key) =
            texts().find(|key| matches!(key.last(), "yaml" | "manifest" | "manifests" | "hcl"))
    {
        return Some(gateway(key, true));
    }
    let said = |word: &Word| lexicon::has(Set::QueryWords, &word.text);
    let is_said = purpose.name.iter().chain(purpose.text.iter().take(MAX_WORDS)).any(said);
    let has_variables = texts().count() > 0 && keys.iter().any(|key| key.plain == "variables");
    let key = texts().find(|key| lexicon::has(Set::QueryKeys, &key.plain))?;
    Some(gateway(key, key.plain == "query" && has_variables || is_said))
}
