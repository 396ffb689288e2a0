//! Calls of a tool that its schema admits and that pass some guards, or are stopped by one.
//!
//! A tool ignores an argument that its schema does not declare, so such an argument counts as missing here: a guard that tests it
//! stops nothing that matters.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::Context;
use super::solver::{Fact, Form};
use crate::manifest::Lookup;
use crate::policy::logic::{self, Answer, DomainId, Domains, Logic, Model, Undecided};
use crate::policy::{Literal, Patterns, Test, ToolId};
use crate::text::{self, excerpt};

/// The most steps that all questions about one policy take.
const MAX_STEPS: usize = 4_000_000;
/// How many conjunctions one question tries.
const MAX_LEAVES: usize = 256;
/// How many characters of a call's arguments are shown.
const SHOWN: usize = 160;

/// Finds calls. It keeps what it has learned of schemas and patterns for one policy.
pub struct CallFinder {
    schemas: RefCell<HashMap<ToolId, Schema>>,
    patterns: Cell<Patterns>,
    steps: Cell<usize>,
}

/// The domains of a tool's arguments, if its schema can be used.
type Schema = Rc<Option<(Domains, DomainId)>>;

impl Default for CallFinder {
    fn default() -> Self {
        Self { schemas: RefCell::default(), patterns: Cell::default(), steps: Cell::new(MAX_STEPS) }
    }
}

impl CallFinder {
    /// The smallest call of a tool for which all these hold; `Ok(None)` if there is none.
    ///
    /// # Errors
    /// The budget does not suffice to tell.
    pub fn find(
        &self,
        context: &Context<'_>,
        tool: ToolId,
        forms: &[&Form<'_>],
    ) -> Result<Option<Model>, Undecided> {
        let schema = self.schema(context, tool);
        let ignored = ignored(context, tool, forms);
        let facts = ignored.iter().map(|test| logic::Fact { test, negated: false }).collect();
        let logic = match &*schema {
            Some((domains, arguments)) => Logic::under(domains, *arguments),
            None => Logic::default(),
        };
        let logic = logic.with_patterns(self.patterns.take()).within(self.steps.get());
        let mut search = ModelSearch { logic, leaves: MAX_LEAVES };
        let found = search.run(forms.to_vec(), facts);
        let (patterns, steps) = search.logic.into_parts();
        self.patterns.set(patterns);
        self.steps.set(steps);
        found
    }

    /// Whether the schema of a tool can be used.
    pub fn has_schema(&self, context: &Context<'_>, tool: ToolId) -> bool {
        self.schema(context, tool).is_some()
    }

    fn schema(&self, context: &Context<'_>, tool: ToolId) -> Schema {
        let mut schemas = self.schemas.borrow_mut();
        let schema = schemas.entry(tool).or_insert_with(|| {
            Rc::new(context.declaration(tool).and_then(crate::manifest::Tool::domains))
        });
        Rc::clone(schema)
    }
}

/// Whether the schema of a tool shows that it has no such argument.
pub fn is_undeclared(context: &Context<'_>, tool: ToolId, test: &Test) -> bool {
    let declared = context.declaration(tool);
    declared.is_some_and(|tool| matches!(tool.argument(&test.path), Lookup::Unknown { .. }))
}

/// Tests that say of every argument that a tool ignores that it is missing.
fn ignored(context: &Context<'_>, tool: ToolId, forms: &[&Form<'_>]) -> Vec<Test> {
    let facts = forms.iter().flat_map(|form| form.facts());
    let ignored = facts.filter(|fact| is_undeclared(context, tool, fact.test));
    ignored.map(|fact| Test::exists(fact.test.path.clone(), false)).collect()
}

/// A call as messages show it: the tool and its arguments, both cleaned and cut.
pub fn shown_call(context: &Context<'_>, tool: ToolId, arguments: &Literal) -> String {
    let name = excerpt(&text::name(context.name(tool)), SHOWN);
    match arguments {
        Literal::Object(members) if members.is_empty() => format!("`{name} {{}}`"),
        arguments => format!("`{name} {}`", excerpt(&arguments.to_json(), SHOWN)),
    }
}

/// The way through the alternatives of one question.
struct ModelSearch<'d> {
    logic: Logic<'d>,
    leaves: usize,
}

impl ModelSearch<'_> {
    fn run<'f, 'c>(
        &mut self,
        mut forms: Vec<&'f Form<'c>>,
        mut facts: Vec<logic::Fact<'f>>,
    ) -> Result<Option<Model>, Undecided>
    where
        'c: 'f,
    {
        let mut choices: Vec<&'f Form<'c>> = Vec::new();
        forms.reverse();
        while let Some(form) = forms.pop() {
            match form {
                Form::Fact(fact) => facts.push(fact.without_span()),
                Form::All(parts) => forms.extend(parts.iter().rev()),
                Form::Any(_) => choices.push(form),
            }
        }
        self.leaves = self.leaves.checked_sub(1).ok_or(Undecided::Steps)?;
        let model = match self.logic.satisfy(&facts) {
            Answer::Yes(model) => model,
            Answer::No => return Ok(None),
            Answer::Undecided(reason) => return Err(reason),
        };
        // Only a choice that the model does not satisfy by chance has to be made.
        let mut open = None;
        for (number, choice) in choices.iter().enumerate() {
            if !self.holds(choice, &model.arguments)? {
                open = Some(number);
                break;
            }
        }
        let Some(number) = open else { return Ok(Some(model)) };
        let Form::Any(parts) = choices.remove(number) else { return Ok(None) };
        let mut undecided = None;
        for part in parts {
            let forms = std::iter::once(part).chain(choices.iter().copied()).collect();
            match self.run(forms, facts.clone()) {
                Ok(None) => {}
                Ok(found) => return Ok(found),
                Err(reason) => undecided = Some(reason),
            }
        }
        undecided.map_or(Ok(None), Err)
    }

    fn holds(&mut self, form: &Form<'_>, arguments: &Literal) -> Result<bool, Undecided> {
        match form {
            Form::Fact(fact) => self.logic.all_hold(&[fact.without_span()], arguments),
            Form::All(parts) => {
                for part in parts {
                    if !self.holds(part, arguments)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Form::Any(parts) => {
                for part in parts {
                    if self.holds(part, arguments)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }
}

/// The reasons why no call of a tool makes a form hold, as sentences: one for each alternative of it.
pub fn why_none(context: &Context<'_>, tool: ToolId, form: &Form<'_>) -> Vec<String> {
    const ALTERNATIVES: usize = 3;
    let parts = match form {
        Form::Any(parts) => parts.as_slice(),
        form => std::slice::from_ref(form),
    };
    let mut reasons: Vec<String> = Vec::new();
    for part in parts.iter().take(ALTERNATIVES) {
        let reason = why_impossible(context, tool, part);
        reasons.extend(reason.filter(|reason| !reasons.contains(reason)));
    }
    reasons
}

/// `None` if a call makes it hold.
fn why_impossible(context: &Context<'_>, tool: ToolId, form: &Form<'_>) -> Option<String> {
    let is_impossible = |facts: &[Fact<'_>]| {
        let form = Form::All(facts.iter().map(|fact| Form::Fact(*fact)).collect());
        matches!(context.calls.find(context, tool, &[&form]), Ok(None))
    };
    if !matches!(context.calls.find(context, tool, &[form]), Ok(None)) {
        return None;
    }
    let mut core = form.facts();
    if !is_impossible(&core) {
        return Some("no call satisfies any of its alternatives".to_owned());
    }
    let mut at = 0;
    while at < core.len() {
        let spared = core.remove(at);
        if !is_impossible(&core) {
            core.insert(at, spared);
            at += 1;
        }
    }
    Some(core_in_words(context, tool, &core))
}

fn core_in_words(context: &Context<'_>, tool: ToolId, core: &[Fact<'_>]) -> String {
    if let Some(fact) = core.iter().find(|fact| is_undeclared(context, tool, fact.test)) {
        let path = text::quote(&fact.test.path.dotted());
        return format!("{} has no argument {path}", text::quote(context.name(tool)));
    }
    let admitted =
        if context.calls.has_schema(context, tool) { " that the schema allows" } else { "" };
    match core {
        [fact] if fact.presence() == Some(false) => {
            let path = text::quote(&fact.test.path.dotted());
            format!("every call has {path}: the schema requires it")
        }
        [fact] if fact.negated => {
            let test = super::solver::test_in_words(&Fact { negated: false, ..*fact });
            format!("every call{admitted} passes {test}")
        }
        facts => {
            let tests: Vec<String> = facts.iter().map(super::solver::test_in_words).collect();
            format!("no call{admitted} passes {}", tests.join(" and "))
        }
    }
}
