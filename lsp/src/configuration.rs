//! What the user prefers, as editors send it: under `gatewright`, or bare.

use std::collections::BTreeSet;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use gatewright::config;
use gatewright::diagnostic::Code;
use gatewright::text::quote;
use serde_json::Value;
use tower_lsp::ls_types as lsp;

/// The name of the section in an editor's settings.
pub const SECTION: &str = "gatewright";

/// What the user wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The one configuration file to hear instead of the nearest; relative to each folder, or absolute.
    pub configuration: Option<String>,
    /// Only these rules, if there are any.
    pub select: BTreeSet<Code>,
    /// Not these rules.
    pub ignore: BTreeSet<Code>,
    /// The files and folders outside the project that policies may read. Editors must take it from the user alone: a setting
    /// that comes with a folder comes from whoever wrote the policies in it.
    pub allow_read: BTreeSet<String>,
    /// Whether hints stand between the characters.
    pub inlay_hints: bool,
    /// Whether lenses stand above the lines.
    pub code_lens: bool,
    /// Where the rules are explained: an address with [`RULE`] in the place of a rule's name.
    pub rule_pages: Option<Arc<str>>,
}

/// What stands for the name of a rule in the address of its page.
pub const RULE: &str = "{rule}";

impl Default for Settings {
    fn default() -> Self {
        Self {
            configuration: None,
            select: BTreeSet::new(),
            ignore: BTreeSet::new(),
            allow_read: BTreeSet::new(),
            inlay_hints: true,
            code_lens: true,
            rule_pages: None,
        }
    }
}

impl Settings {
    /// The settings in a value, and what is wrong with them, a sentence each. What is wrong counts as not said.
    pub fn read(value: &Value) -> (Self, Vec<String>) {
        let section = value.get(SECTION).unwrap_or(value);
        let mut reader = Reader { section, faults: Vec::new() };
        let defaults = Self::default();
        let settings = Self {
            configuration: reader.text("configuration"),
            select: reader.rules("select"),
            ignore: reader.rules("ignore"),
            allow_read: reader.paths("allowRead"),
            inlay_hints: reader.flag("inlayHints").unwrap_or(defaults.inlay_hints),
            code_lens: reader.flag("codeLens").unwrap_or(defaults.code_lens),
            rule_pages: reader.pages("rulePages"),
        };
        (settings, reader.faults)
    }
}

/// The address of the page about a rule; `None` where the pages have no address for each.
pub fn rule_page(pages: &str, rule: &str) -> Option<lsp::Uri> {
    if !pages.contains(RULE) {
        return None;
    }
    lsp::Uri::from_str(&pages.replace(RULE, rule)).ok()
}

struct Reader<'v> {
    section: &'v Value,
    faults: Vec<String>,
}

impl<'v> Reader<'v> {
    /// What is said under a name; editors say `null` for what is not set.
    fn value(&self, name: &str) -> Option<&'v Value> {
        let value =
            self.section.get(name).or_else(|| self.section.get(format!("{SECTION}.{name}")));
        value.filter(|value| !value.is_null())
    }

    fn text(&mut self, name: &str) -> Option<String> {
        match self.value(name)? {
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => Some(text.clone()),
            _ => self.wrong(name, "a path"),
        }
    }

    fn flag(&mut self, name: &str) -> Option<bool> {
        match self.value(name)? {
            Value::Bool(flag) => Some(*flag),
            _ => self.wrong(name, "true or false"),
        }
    }

    fn pages(&mut self, name: &str) -> Option<Arc<str>> {
        let wanted = "a URL with `{rule}` in it, such as `https://example.org/rules/{rule}`";
        match self.value(name)? {
            Value::String(text) if text.is_empty() => None,
            Value::String(text) if rule_page(text, "rule").is_some() => Some(text.as_str().into()),
            _ => self.wrong(name, wanted),
        }
    }

    /// A list of absolute paths: a relative one would mean another place in each folder.
    fn paths(&mut self, name: &str) -> BTreeSet<String> {
        let Some(value) = self.value(name) else { return BTreeSet::new() };
        let paths = value.as_array().map(|paths| paths.iter().map(Value::as_str));
        let paths = paths.and_then(|paths| paths.collect::<Option<Vec<&str>>>());
        match paths.filter(|paths| paths.iter().all(|path| Path::new(path).is_absolute())) {
            Some(paths) => paths.into_iter().map(str::to_owned).collect(),
            None => self.wrong(name, "a list of absolute paths").unwrap_or_default(),
        }
    }

    fn rules(&mut self, name: &str) -> BTreeSet<Code> {
        let Some(value) = self.value(name) else { return BTreeSet::new() };
        let names = value.as_array().map(|names| names.iter().map(Value::as_str));
        let Some(names) = names.and_then(|names| names.collect::<Option<Vec<&str>>>()) else {
            self.wrong::<()>(name, "a list of rules");
            return BTreeSet::new();
        };
        let mut rules = BTreeSet::new();
        for rule in names {
            match config::rule(rule.trim()) {
                Ok(code) => {
                    rules.insert(code);
                }
                Err(wrong) => {
                    let name = quote(&format!("{SECTION}.{name}"));
                    let (message, help) = (wrong.message, wrong.help);
                    self.faults.push(format!("in the setting {name}: {message}; {help}"));
                }
            }
        }
        rules
    }

    fn wrong<T>(&mut self, name: &str, wanted: &str) -> Option<T> {
        let name = quote(&format!("{SECTION}.{name}"));
        self.faults.push(format!("the setting {name} must be {wanted}"));
        None
    }
}
