//! Conditions and the arguments that they test, held against the schemas of the tools that they are about.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Resolver;
use super::errors::conditions as errors;
use crate::json::{is_readable_number, span_in_string};
use crate::manifest::{Corner, Lookup, Manifest, Shape, Tool, Verdict, corners, judge};
use crate::policy::{
    Condition, Literal, Operator, Path, Target, Test, check_pattern, is_identifier,
};
use crate::source::Span;
use crate::syntax::decode_string;
use crate::syntax::tree::{self, Key, LiteralKind};

/// What one test turned out to be for the tools of its rule.
#[derive(Default)]
struct Findings<'m> {
    /// Tools that declare the argument.
    found: usize,
    /// Tools that do not, with the key at fault.
    unknown: Vec<&'m str>,
    /// The key that most of them lack, and whether a schema forbids it.
    depth: usize,
    closed: bool,
    /// Whether a list stands where the key is looked for.
    in_list: bool,
    known: Arc<[String]>,
    impossible: Vec<&'m str>,
    reason: String,
    /// The nearest value that the schema admits, as JSON.
    near: Option<String>,
    /// Values that never occur, by their place in the list, with the declaration and the nearest value.
    dead: BTreeMap<usize, (String, Option<String>)>,
    corners: Vec<(Corner, Vec<&'m str>)>,
    /// Tools whose schemas are too large to look the argument up.
    too_large: Vec<&'m str>,
}

impl Resolver<'_> {
    /// A condition, checked against the schemas of the tools.
    pub(super) fn condition(
        &mut self,
        condition: &tree::Condition,
        targets: &[Target],
    ) -> Condition {
        match condition {
            tree::Condition::Any(parts) => {
                Condition::Any(parts.iter().map(|part| self.condition(part, targets)).collect())
            }
            tree::Condition::All(parts) => {
                Condition::All(parts.iter().map(|part| self.condition(part, targets)).collect())
            }
            tree::Condition::Not(count, inner) => {
                let inner = self.condition(inner, targets);
                if count % 2 == 0 { inner } else { Condition::Not(Box::new(inner)) }
            }
            tree::Condition::Parentheses(inner) => self.condition(inner, targets),
            tree::Condition::Test(test) => {
                let resolved = self.test(test);
                self.check_test(test, &resolved, targets);
                Condition::Test(Arc::new(resolved), test.span)
            }
        }
    }

    fn test(&mut self, test: &tree::Test) -> Test {
        let path = self.path(&test.path);
        let value = match &test.value {
            Some(literal) => self.literal(literal),
            None => Literal::Bool(!test.missing),
        };
        if let (Operator::Regex, Some(literal), Literal::String(pattern)) =
            (test.operator, &test.value, &value)
            && !self.good_patterns.contains(pattern)
        {
            let Err(error) = check_pattern(pattern) else {
                self.good_patterns.insert(pattern.clone());
                return Test { path, operator: test.operator, value };
            };
            let text = self.sources.text(literal.span.file);
            let span = span_in_string(text, literal.span, error.range);
            self.report(errors::invalid_regex(span, &error.message, error.help, error.meant));
        }
        Test { path, operator: test.operator, value }
    }

    /// The keys of a path; a key that no target can reach is reported.
    pub(super) fn path(&mut self, path: &tree::Path) -> Path {
        let mut keys = Vec::with_capacity(path.keys.len());
        for key in &path.keys {
            match key {
                Key::Bare(span) => keys.push(self.sources.slice(*span).into()),
                Key::Quoted(text) => {
                    let name = decode_string(self.sources.slice(text.span)).into_owned();
                    if name.contains('.') {
                        self.report(errors::dotted_key(text.span, &name));
                    }
                    keys.push(name.into());
                }
            }
        }
        Path(keys)
    }

    /// The keys of a path, each checked against the schemas of the tools.
    pub(super) fn checked_path(&mut self, path: &tree::Path, targets: &[Target]) -> Path {
        let resolved = self.path(path);
        let exists = Test::exists(resolved.clone(), true);
        let value = None;
        let test = tree::Test {
            span: path.span,
            path: path.clone(),
            operator: Operator::Exists,
            value,
            missing: false,
        };
        self.check_test(&test, &exists, targets);
        resolved
    }

    /// A number, unless some parsers of JSON could not read it.
    fn number(&mut self, span: Span, text: &str) -> Literal {
        if !is_readable_number(text) {
            self.report(errors::unreadable_number(span, text));
        }
        Literal::Number(text.into())
    }

    pub(super) fn literal(&mut self, literal: &tree::Literal) -> Literal {
        let sources = self.sources;
        let text = sources.slice(literal.span);
        match &literal.kind {
            LiteralKind::List(items) => {
                Literal::List(items.iter().map(|item| self.literal(item)).collect())
            }
            LiteralKind::Object(members) => {
                let member = |(key, value): &(tree::Text, tree::Literal)| {
                    let name = decode_string(sources.slice(key.span));
                    (name.into_owned().into(), self.literal(value))
                };
                Literal::Object(members.iter().map(member).collect())
            }
            LiteralKind::Scalar => match text.as_bytes().first() {
                Some(b'"') => Literal::String(decode_string(text).into_owned().into()),
                Some(b't') => Literal::Bool(true),
                Some(b'f') => Literal::Bool(false),
                Some(b'n') => Literal::Null,
                _ => self.number(literal.span, text),
            },
        }
    }

    /// Holds a test against the schemas of the tools. A key in quotes that it does not need is taken as it stands: that a
    /// schema lacks it is no more than a warning, and the values of the test are not held against the schema.
    fn check_test(&mut self, test: &tree::Test, resolved: &Test, targets: &[Target]) {
        self.check_nulls(test, resolved);
        let Some(manifest) = self.manifest.clone() else { return };
        let findings = look_up(&manifest, resolved, targets);
        self.report_unknown(test, resolved, &findings);
        if !findings.too_large.is_empty() {
            self.report(errors::unchecked(
                test.path.span,
                &resolved.path.dotted(),
                &findings.too_large,
            ));
        }
        let keys = test.path.keys.iter().zip(&resolved.path.0);
        if keys.into_iter().any(|(key, name)| is_taken_as_it_stands(key, name)) {
            return;
        }
        if !findings.impossible.is_empty() {
            let value = test.value.as_ref();
            let is_value = value.is_some_and(|value| matches!(value.kind, LiteralKind::Scalar));
            let problem = errors::impossible(
                value.map_or(test.span, |value| value.span),
                &findings.impossible,
                &findings.reason,
                findings.near.as_deref(),
                is_value,
            );
            self.report(problem);
        }
        for (index, (declared, near)) in &findings.dead {
            self.report_dead(test, *index, declared, near.as_deref());
        }
        for (corner, tools) in &findings.corners {
            let (what, help) = corner_words(*corner);
            let problem = errors::uncertain(test.span, tools, what, help);
            self.report(problem);
        }
    }

    /// Reports the key that most of the tools lack.
    fn report_unknown(&mut self, test: &tree::Test, resolved: &Test, findings: &Findings<'_>) {
        let (depth, names) = (findings.depth, &resolved.path.0);
        let (Some(key), Some(name)) = (test.path.keys.get(depth), names.get(depth)) else { return };
        if findings.unknown.is_empty() {
            return;
        }
        let near = self.nearest(name, findings.known.iter().map(String::as_str));
        let outer = Path(names.iter().take(depth).cloned().collect()).dotted();
        let problem = errors::UnknownArgument {
            span: key.span(),
            key: name,
            tools: &findings.unknown,
            is_of_all: findings.found == 0,
            is_forbidden: findings.closed,
            list: findings.in_list.then_some(outer.as_str()),
            is_taken: is_taken_as_it_stands(key, name),
            near: &near,
        };
        let problem = problem.into_diagnostic();
        self.report(problem);
    }

    fn check_nulls(&mut self, test: &tree::Test, resolved: &Test) {
        use Operator::{Eq, In, Neq, NotIn};
        let Some(literal) =
            test.value.as_ref().filter(|_| matches!(resolved.operator, Eq | Neq | In | NotIn))
        else {
            return;
        };
        let nulls = match (&resolved.value, &literal.kind) {
            (Literal::Null, _) => vec![literal.span],
            (Literal::List(values), LiteralKind::List(items))
                if matches!(resolved.operator, In | NotIn) =>
            {
                let pairs = values.iter().zip(items);
                pairs
                    .filter(|(value, _)| **value == Literal::Null)
                    .map(|(_, item)| item.span)
                    .collect()
            }
            _ => Vec::new(),
        };
        for span in nulls {
            self.report(errors::null_comparison(span));
        }
    }

    fn report_dead(&mut self, test: &tree::Test, index: usize, declared: &str, near: Option<&str>) {
        let Some(value) = &test.value else { return };
        let span = match &value.kind {
            LiteralKind::List(items) if matches!(test.operator, Operator::In | Operator::NotIn) => {
                items.get(index).map_or(value.span, |item| item.span)
            }
            _ => value.span,
        };
        let shown = self.sources.slice(span);
        self.report(errors::impossible_value(span, shown, declared, near));
    }
}

/// Whether a key stands in quotes that it does not need.
fn is_taken_as_it_stands(key: &Key, name: &str) -> bool {
    matches!(key, Key::Quoted(_)) && is_identifier(name)
}

fn look_up<'m>(manifest: &'m Manifest, test: &Test, targets: &[Target]) -> Findings<'m> {
    let mut findings = Findings::default();
    for target in targets {
        let Some(tool) = manifest.tools().get(target.tool.0 as usize) else { continue };
        match tool.argument(&test.path) {
            Lookup::Open => {
                findings.found += 1;
                if tool.exceeds_lookup(&test.path) {
                    findings.too_large.push(&tool.name);
                }
            }
            Lookup::Found(shape) => {
                findings.found += 1;
                findings.judge(tool, test, &shape);
            }
            Lookup::Unknown { depth, closed, known } => {
                if findings.unknown.is_empty() {
                    findings.depth = depth;
                    findings.known = known;
                    findings.in_list = tool.is_list(&test.path, depth);
                }
                findings.closed |= closed;
                findings.unknown.push(&tool.name);
            }
        }
    }
    findings
}

impl<'m> Findings<'m> {
    fn judge(&mut self, tool: &'m Tool, test: &Test, shape: &Shape) {
        match judge(test, shape) {
            Verdict::Possible => {}
            Verdict::Impossible { reason, near } => {
                if self.impossible.is_empty() {
                    (self.reason, self.near) = (reason, near);
                }
                self.impossible.push(&tool.name);
            }
            Verdict::Dead { values, near } => {
                // What is near is near to the first of them.
                let nears = std::iter::once(near).chain(std::iter::repeat(None));
                for (index, near) in values.into_iter().zip(nears) {
                    self.dead.entry(index).or_insert_with(|| (shape.describe(), near));
                }
            }
        }
        for corner in corners(test, shape) {
            match self.corners.iter_mut().find(|(other, _)| *other == corner) {
                Some((_, tools)) => tools.push(&tool.name),
                None => self.corners.push((corner, vec![&tool.name])),
            }
        }
    }
}

/// What is not published about a corner, and what to write instead.
fn corner_words(corner: Corner) -> (&'static str, &'static str) {
    match corner {
        Corner::Null => (
            "a negated test of an argument that may be null, treated here as missing",
            "name the intended values with `==`, `in` or `matches`, which null never passes",
        ),
        Corner::MixedTypes => (
            "whether values of different types can be equal",
            "use `in` with the values of every type that the argument may have",
        ),
        Corner::Missing | Corner::Anchoring | Corner::SharedCounter => {
            (corner.behaviour(), "write the guard so that it does not depend on this")
        }
    }
}
