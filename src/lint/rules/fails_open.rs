//! Guards that a call passes by leaving an argument out.

use std::collections::{BTreeMap, HashMap};

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::guards::{self, Guarded};
use crate::lint::solver::{Fact, Form, Solver};
use crate::lint::{Context, Rule, approval, defaults, rewrite};
use crate::manifest::{Lookup, TypeSet};
use crate::policy::semantics::{self, Readings};
use crate::policy::{Access, Literal, Operator, Path, Patterns, RuleId, Test, ToolId};
use crate::text::quote;

pub(super) const RULE: Rule = Rule { code: Code::FailsOpen, needs_whole_policy: true, check };

/// How many guards of one tool are looked at beside the one in question.
const MAX_BESIDE: usize = 64;
/// The guards of a tool with more are not examined, which is reported: each would have to be held against each.
const MAX_GUARDS: usize = 256;

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let mut search = OpeningSearch {
        context,
        solver: Solver::new(Readings::AnyEquality),
        sets: Sets::default(),
        known: HashMap::new(),
        has_many_guards: false,
        patterns: Patterns::default(),
    };
    let mut is_reported = false;
    for guarded in guards::solvable(context) {
        let blocks = guarded.blocks();
        let facts: Vec<Fact<'_>> = blocks.facts().into_iter().filter(finds_values).collect();
        if !facts.is_empty() && search.solver.can_hold(&[&blocks]) {
            search.known.clear();
            findings.extend(search.guard(&guarded, &blocks, &facts));
            if search.has_many_guards && !std::mem::replace(&mut is_reported, true) {
                let message =
                    format!("more than {MAX_BESIDE} guards of the same tool test its arguments");
                guards::report_unexamined(context, RULE.code, guarded.span(), message, findings);
            }
        }
        guards::is_decided(context, RULE.code, &guarded, &search.solver, findings);
        if search.solver.is_exhausted() {
            break;
        }
    }
}

/// Whether a test finds calls that are to be blocked by the value of an argument.
fn finds_values(fact: &Fact<'_>) -> bool {
    !fact.negated && fact.presence().is_none()
}

/// Whether a test is false for a call without the argument and is meant to find calls that are to be blocked.
fn is_open_test(fact: &Fact<'_>) -> bool {
    let operator = fact.test.operator;
    !fact.negated && (operator.is_ordering() || matches!(operator, Operator::Neq | Operator::NotIn))
}

/// A way to make a test false that its author hardly thought of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Slip {
    /// The argument is left out, and the schema gives it a value for which the test holds.
    Default,
    /// The argument is left out, and nothing is known that asks for it.
    Unknown,
    /// The argument is left out, which the schema allows.
    Optional,
    /// It is null.
    Null,
    /// It is text.
    Text,
    /// It is true or false.
    Boolean,
    /// It is a list or an object.
    Composite,
    /// It is a list of texts, where the test is about a text.
    List,
}

/// The guards of each tool, as a number that tools with the same guards share.
#[derive(Default)]
struct Sets {
    numbers: HashMap<Vec<RuleId>, usize>,
    of_tools: BTreeMap<ToolId, usize>,
    guards: Vec<Vec<RuleId>>,
}

impl Sets {
    fn of(&mut self, context: &Context<'_>, tool: ToolId) -> usize {
        let (numbers, guards) = (&mut self.numbers, &mut self.guards);
        *self.of_tools.entry(tool).or_insert_with(|| {
            let rules = context.policy.rules_of(tool);
            let rules: Vec<RuleId> = rules
                .filter(|(_, rule, _)| guards::of_rule(rule).is_some())
                .map(|(id, _, _)| id)
                .collect();
            *numbers.entry(rules).or_insert_with_key(|rules| {
                guards.push(rules.clone());
                guards.len() - 1
            })
        })
    }
}

struct OpeningSearch<'s, 'c> {
    context: &'s Context<'c>,
    solver: Solver,
    sets: Sets,
    /// Whether a call gets through, by the guards of its tool, the number of the test, and how; for one guard.
    known: HashMap<(usize, usize, Slip), bool>,
    /// Whether a tool has too many guards to hold a call against all of them.
    has_many_guards: bool,
    patterns: Patterns,
}

impl<'c> OpeningSearch<'_, 'c> {
    fn guard(
        &mut self,
        guarded: &Guarded<'c>,
        blocks: &Form<'c>,
        facts: &[Fact<'c>],
    ) -> Option<Diagnostic> {
        let mut first: Option<(usize, Slip)> = None;
        let mut tools: Vec<ToolId> = Vec::new();
        for target in guarded.rule.subjects.targets() {
            if self.context.access(target.tool) != Access::Open {
                continue;
            }
            let set = self.sets.of(self.context, target.tool);
            for (number, fact) in facts.iter().enumerate() {
                let slips = self.slips(target.tool, fact);
                let open = slips
                    .into_iter()
                    .find(|slip| self.passes(guarded, blocks, (set, number, *slip), fact));
                let Some(slip) = open.filter(|slip| self.gets_through(target.tool, fact, *slip))
                else {
                    continue;
                };
                if first.is_none_or(|(earlier, _)| number < earlier) {
                    first = Some((number, slip));
                }
                tools.push(target.tool);
                break;
            }
        }
        let (number, slip) = first?;
        let names = tools.iter().map(|tool| self.context.name(*tool));
        let mut found = finding(guarded, facts.get(number)?, slip).with_tools(names);
        if slip == Slip::Default {
            found = defaults::with_default(self.context, &tools, facts.get(number)?, found);
        }
        Some(advise(self.context, guarded, (facts.get(number)?, slip), found))
    }

    /// Whether a call that the tool's schema allows passes all its guards in this way; also where that is not known.
    fn gets_through(&self, tool: ToolId, fact: &Fact<'c>, slip: Slip) -> bool {
        let tests = slip.tests(&fact.test.path);
        let facts = tests
            .iter()
            .map(|(test, negated)| Form::Fact(Fact { test, span: fact.span, negated: *negated }));
        let argument = Form::All(facts.collect());
        let Some(passing) = approval::passing(self.context, tool) else { return true };
        let forms: Vec<&Form<'_>> = std::iter::once(&argument).chain(&passing).collect();
        !matches!(self.context.calls.find(self.context, tool, &forms), Ok(None))
    }

    /// In which ways the schema lets a call slip by a test.
    fn slips(&mut self, tool: ToolId, fact: &Fact<'_>) -> Vec<Slip> {
        let test = fact.test;
        let declared = self.context.declaration(tool);
        let default = declared.and_then(|tool| tool.default_value(&test.path));
        let is_met = |value| semantics::holds(test, Some(value), &mut self.patterns) == Ok(true);
        if default.as_ref().is_some_and(is_met) {
            return vec![Slip::Default];
        }
        if !is_open_test(fact) {
            return declared.and_then(|tool| list_slip(tool, test)).into_iter().collect();
        }
        let Some(declared) = declared else { return vec![Slip::Unknown] };
        let shape = match declared.argument(&test.path) {
            Lookup::Open | Lookup::Unknown { closed: false, .. } => return vec![Slip::Unknown],
            Lookup::Unknown { .. } => return Vec::new(),
            Lookup::Found(shape) => shape,
        };
        let mut slips = Vec::new();
        if !shape.required {
            slips.push(Slip::Optional);
        }
        // What declares nothing of its values says nothing about them.
        if shape.is_anything() {
            return slips;
        }
        let mut add = |slip, types| {
            if shape.types.meets(types) {
                slips.push(slip);
            }
        };
        add(Slip::Null, TypeSet::NULL);
        if test.operator.is_ordering() {
            add(Slip::Text, TypeSet::STRING);
            add(Slip::Boolean, TypeSet::BOOLEAN);
            add(Slip::Composite, TypeSet::ARRAY.union(TypeSet::OBJECT));
        }
        slips
    }

    /// Whether a call passes the guards of its tool in this way that the guard would block if the test held.
    fn passes(
        &mut self,
        guarded: &Guarded<'c>,
        blocks: &Form<'c>,
        key: (usize, usize, Slip),
        fact: &Fact<'c>,
    ) -> bool {
        // Which tests hold for a default differs between the tools.
        let known = self.known.get(&key).filter(|_| key.2 != Slip::Default);
        if let Some(known) = known {
            return *known;
        }
        let (set, _, slip) = key;
        let path = &fact.test.path;
        let argument = slip.tests(path);
        // The tests stand nowhere in the text; where the one stands that they are about will do.
        let said = |(test, negated)| Form::Fact(Fact { test, span: fact.span, negated });
        let argument = argument.iter().map(|(test, negated)| said((test, *negated)));
        let argument = Form::All(argument.collect());
        let only_ordering =
            !matches!(slip, Slip::Default | Slip::Unknown | Slip::Optional | Slip::Null);
        let meant = blocks.granting(&|other| {
            finds_values(other)
                && other.test.path == *path
                && match slip {
                    Slip::Default => true,
                    Slip::List => other.test.operator == Operator::Regex,
                    _ => {
                        is_open_test(other) && (other.test.operator.is_ordering() || !only_ordering)
                    }
                }
        });
        let lets_pass = blocks.negation();
        let forms = [&argument, &meant, &lets_pass];
        let answer = self.solver.can_hold(&forms) && self.passes_others(guarded, set, &forms);
        self.known.insert(key, answer);
        answer
    }

    /// Whether a call of which this is known passes the other guards of its tool.
    fn passes_others(&mut self, guarded: &Guarded<'c>, set: usize, call: &[&Form<'_>]) -> bool {
        let policy = self.context.policy;
        let rules = self.sets.guards.get(set).map_or(&[][..], Vec::as_slice);
        if rules.len() > MAX_GUARDS {
            self.has_many_guards = true;
            return false;
        }
        let asked: Vec<&str> = call.iter().flat_map(|form| form.arguments()).collect();
        let others: Vec<Form<'c>> = rules
            .iter()
            .filter_map(|id| guards::of_rule(policy.rule(*id)?))
            .filter(|other| other.rule.span != guarded.rule.span && other.is_short())
            .map(|other| other.passes())
            .filter(|other| other.arguments().iter().any(|argument| asked.contains(argument)))
            .take(MAX_BESIDE + 1)
            .collect();
        // One that is left out might block the call.
        if others.len() > MAX_BESIDE {
            self.has_many_guards = true;
            return false;
        }
        let with = |others: &[&Form<'_>]| {
            let forms: Vec<&Form<'_>> = call.iter().chain(others).copied().collect();
            self.solver.decide(&forms)
        };
        if others.iter().any(|other| with(&[other]) == Some(false)) {
            return false;
        }
        let others: Vec<&Form<'_>> = others.iter().collect();
        with(&others) == Some(true)
    }
}

/// A pattern finds nothing in a list, not even where its elements are texts.
fn list_slip(tool: &crate::manifest::Tool, test: &Test) -> Option<Slip> {
    let Lookup::Found(shape) = tool.argument(&test.path) else { return None };
    let is_either = shape.types.meets(TypeSet::STRING) && shape.types.meets(TypeSet::ARRAY);
    let is_list = test.operator == Operator::Regex && is_either && !shape.is_anything();
    is_list.then_some(Slip::List)
}

/// The finding with what to write.
fn advise(
    context: &Context<'_>,
    guarded: &Guarded<'_>,
    (fact, slip): (&Fact<'_>, Slip),
    finding: Diagnostic,
) -> Diagnostic {
    match slip {
        Slip::List => finding.with_help(
            "no test reaches the elements of a list: use `require` to name the texts that may pass",
        ),
        Slip::Default => defaults::offer(context, guarded, fact, finding),
        _ => rewrite::offer(context, guarded, finding),
    }
}

impl Slip {
    /// Tests that say so of an argument, each with whether it is negated.
    fn tests(self, path: &Path) -> Vec<(Test, bool)> {
        let test = |operator, value| Test { path: path.clone(), operator, value };
        let zero = || Literal::Number("0".into());
        let text = || test(Operator::Regex, Literal::String("".into()));
        let booleans = || {
            let both = vec![Literal::Bool(true), Literal::Bool(false)];
            test(Operator::In, Literal::List(both))
        };
        match self {
            Slip::Default | Slip::Unknown | Slip::Optional | Slip::Null => {
                vec![(Test::exists(path.clone(), false), false)]
            }
            Slip::Text => vec![(text(), false)],
            Slip::Boolean => vec![(booleans(), false), (text(), true)],
            Slip::Composite | Slip::List => vec![
                (Test::exists(path.clone(), true), false),
                (text(), true),
                (booleans(), true),
                (test(Operator::Gt, zero()), true),
                (test(Operator::Lte, zero()), true),
            ],
        }
    }

    fn in_words(self, path: &str) -> String {
        match self {
            Slip::Default | Slip::Unknown | Slip::Optional => format!("a call without {path}"),
            Slip::Null => format!("a call in which {path} is null"),
            Slip::Text => format!("a call in which {path} is a string"),
            Slip::Boolean => format!("a call in which {path} is true or false"),
            Slip::Composite => format!("a call in which {path} is a list or an object"),
            Slip::List => format!("a call in which {path} is a list"),
        }
    }

    fn note(self) -> &'static str {
        match self {
            Slip::Unknown => "the tool is not known to require it",
            Slip::Optional => "the tool's schema does not require it",
            Slip::Default => {
                "the tool then takes the default of its schema, which this guard is against"
            }
            Slip::Null | Slip::Text | Slip::Boolean | Slip::Composite | Slip::List => {
                "the tool's schema allows this"
            }
        }
    }
}

fn finding(guarded: &Guarded<'_>, fact: &Fact<'_>, slip: Slip) -> Diagnostic {
    let path = quote(&fact.test.path.dotted());
    let word = guards::word(guarded.guard.purpose);
    let message = format!("{} passes this `{word}`", slip.in_words(&path));
    Diagnostic::new(Code::FailsOpen, fact.span, message)
        .with_primary("is false for such a call")
        .with_note(slip.note())
}
