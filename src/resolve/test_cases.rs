//! Tests: which tools each step calls, with which arguments, at which time.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::Resolver;
use super::errors::{files as file_errors, test_cases as errors};
use super::files::{Files, is_test_file};
use super::selectors::Use;
use crate::policy::{
    Assertion, CLOCK_START, CallOutcome, ExpectedOutcome, Literal, MAX_TIMES, Target, TestCall,
    TestCase,
};
use crate::source::Span;
use crate::syntax::tree::{self, Key, LiteralKind, SelectorKind, StatementKind, TestStep};
use crate::syntax::{decode_string, words};

/// The seconds of a day.
const DAY: i64 = 24 * 60 * 60;

impl Resolver<'_> {
    /// The tests of the files, those of a tested policy aside.
    pub(super) fn tests(&mut self, files: &Files) -> Vec<TestCase> {
        self.check_test_file(files);
        let mut cases = Vec::new();
        for statement in files.own_statements() {
            if let StatementKind::Test(test) = &statement.kind {
                cases.push(self.test_case(statement.span, test));
            }
        }
        cases
    }

    /// The assertions of the files, those of a tested policy aside.
    pub(super) fn assertions(&mut self, files: &Files) -> Vec<Assertion> {
        let mut found = Vec::new();
        for statement in files.own_statements() {
            if let StatementKind::Assert(assertion) = &statement.kind {
                found.push(self.assertion(statement.span, assertion));
            }
        }
        found
    }

    fn assertion(&mut self, span: Span, assertion: &tree::Assertion) -> Assertion {
        let word = self.sources.slice(assertion.claim);
        let (mut tools, mut unlisted) = (Vec::new(), Vec::new());
        if let tree::Subjects::Tools(selectors) = &assertion.subjects {
            tools = self.select(selectors, Use::Rule);
            let globs = selectors.items.iter().filter(|item| item.kind == SelectorKind::Glob);
            unlisted = globs
                .map(|glob| {
                    let name = self.sources.slice(glob.span).replace('*', "unlisted");
                    (glob.span, name.replace('?', "x"))
                })
                .collect();
        }
        let condition = assertion.condition.as_ref();
        let condition = condition.map(|condition| self.condition(condition, &tools));
        let compared = condition.as_ref().map(|condition| self.compared(condition, &tools));
        Assertion {
            span,
            outcome: CallOutcome::from_name(word).unwrap_or(CallOutcome::Deny),
            is_about_all: matches!(assertion.subjects, tree::Subjects::All(_)),
            tools,
            rates: assertion.rates.iter().map(|calls| calls.rate).collect(),
            compared: compared.unwrap_or_default(),
            condition,
            unlisted,
        }
    }

    /// A test file names its policy, and has no statements of a policy.
    fn check_test_file(&mut self, files: &Files) {
        let Some(root) = files.trees.first() else { return };
        if !is_test_file(self.sources.path(root.file)) {
            return;
        }
        let Some(tested) = &files.tested else {
            let is_broken =
                |found: &crate::diagnostic::Diagnostic| found.primary.span.file == root.file;
            if !self.diagnostics.iter().any(is_broken) {
                self.report(file_errors::no_policy(Span::new(root.file, 0, 0)));
            }
            return;
        };
        let takes_manifest = tested.path.ends_with(".json");
        let own = files.trees.iter().enumerate().filter(|(tree, _)| !tested.trees.contains(tree));
        for statement in own.flat_map(|(_, tree)| &tree.statements) {
            let is_allowed = match &statement.kind {
                StatementKind::Policy(_)
                | StatementKind::Include(_)
                | StatementKind::Group(_)
                | StatementKind::Test(_)
                | StatementKind::Assert(_)
                | StatementKind::Broken(_) => true,
                StatementKind::Manifest(_) => takes_manifest,
                _ => false,
            };
            if !is_allowed {
                let word = words::run(self.sources.slice(statement.span), 0);
                let end = statement.span.start as usize + word.len();
                let span = Span::new(statement.span.file, statement.span.start as usize, end);
                self.report(file_errors::outside_policy(span, word));
            }
        }
    }

    fn test_case(&mut self, span: Span, test: &tree::TestBlock) -> TestCase {
        let name = test.name.map_or_else(String::new, |name| self.string(name));
        let mut clock = CLOCK_START;
        let mut calls = Vec::new();
        for (span, step) in &test.steps {
            match step {
                TestStep::At(time) => self.set_clock(&mut clock, *time),
                TestStep::Call(call) => calls.push(self.test_call(*span, call, clock)),
            }
        }
        TestCase { name, span, calls }
    }

    fn string(&self, text: tree::Text) -> String {
        decode_string(self.sources.slice(text.span)).into_owned()
    }

    fn set_clock(&mut self, clock: &mut Timestamp, span: Span) {
        let written = self.sources.slice(span);
        match time(written, *clock) {
            None => self.report(errors::not_a_time(span, written)),
            Some(time) if time < *clock => {
                self.report(errors::clock_runs_back(span, &clock.to_string()));
            }
            Some(time) => *clock = time,
        }
    }

    fn test_call(&mut self, span: Span, call: &tree::TestCall, time: Timestamp) -> TestCall {
        let (tools, targets) = self.called_tools(&call.selectors);
        let arguments = match &call.arguments {
            Some(arguments) => {
                self.check_arguments(arguments, &targets);
                self.literal(arguments)
            }
            None => Literal::Object(Vec::new()),
        };
        let times = call.times.map_or(1, |digits| {
            let written = self.sources.slice(digits);
            let times = written.parse().ok().filter(|times| (1..=MAX_TIMES).contains(times));
            times.unwrap_or_else(|| {
                self.report(errors::times(digits, written));
                1
            })
        });
        let expected = self.expected(call);
        TestCall { span, tools, arguments, times, time, expected }
    }

    fn expected(&mut self, call: &tree::TestCall) -> ExpectedOutcome {
        let word = self.sources.slice(call.verdict);
        let outcome = CallOutcome::from_name(word).unwrap_or(CallOutcome::Deny);
        let by = call.by.map(|counter| match counter {
            tree::Counter::Template(span) => (span, self.sources.slice(span).to_owned()),
            tree::Counter::Literal(text) => (text.span, self.string(text)),
        });
        let because = call.because.map(|text| (text.span, self.string(text)));
        if let Some((span, _)) = by.as_ref().filter(|_| outcome != CallOutcome::Rate) {
            self.report(errors::clause_without_effect(*span, "by", word));
        }
        let is_read = matches!(outcome, CallOutcome::Deny | CallOutcome::Approve);
        if let Some((span, _)) = because.as_ref().filter(|_| !is_read) {
            self.report(errors::clause_without_effect(*span, "because", word));
        }
        let text = |(_, text): (Span, String)| text;
        ExpectedOutcome { outcome, because: because.map(text), by: by.map(text) }
    }

    /// The tools that a step calls, each once, and those among them that the policy knows. A quoted name need not exist.
    fn called_tools(&mut self, selectors: &tree::Selectors) -> (Vec<Arc<str>>, Vec<Target>) {
        let plain = selectors.having.is_none() && selectors.except.is_empty();
        let known = if plain { self.known_tools(selectors) } else { self.select_known(selectors) };
        let mut seen: HashSet<Arc<str>> = HashSet::with_capacity(known.len());
        let mut names: Vec<Arc<str>> = Vec::with_capacity(known.len());
        let mut targets = Vec::new();
        for (name, target) in known {
            if seen.insert(Arc::clone(&name)) {
                names.push(name);
                targets.extend(target);
            }
        }
        (names, targets)
    }

    fn select_known(&mut self, selectors: &tree::Selectors) -> Vec<(Arc<str>, Option<Target>)> {
        let targets = self.select(selectors, Use::Rule);
        let name = |target: &Target| Arc::from(self.policy.tools.name(target.tool));
        targets.iter().map(|target| (name(target), Some(*target))).collect()
    }

    /// Names are looked up without making tools of them: a test says nothing about a policy.
    fn known_tools(&mut self, selectors: &tree::Selectors) -> Vec<(Arc<str>, Option<Target>)> {
        let mut found = Vec::new();
        for selector in &selectors.items {
            let written = self.sources.slice(selector.span);
            let name: Arc<str> = match selector.kind {
                SelectorKind::Quoted => decode_string(written).as_ref().into(),
                SelectorKind::Name if self.manifest.is_none() => written.into(),
                SelectorKind::Name => match self.name(selector) {
                    Some(tool) => self.policy.tools.name(tool).into(),
                    None => continue,
                },
                SelectorKind::Glob | SelectorKind::Set => {
                    let targets = self.expand(selector);
                    let name = |target: &Target| Arc::from(self.policy.tools.name(target.tool));
                    found.extend(targets.iter().map(|target| (name(target), Some(*target))));
                    continue;
                }
            };
            let tool = self.policy.tools.find(&name);
            let target = tool.map(|tool| Target { tool, selector: selector.span, exact: true });
            found.push((name, target));
        }
        found
    }

    /// Holds the keys of the arguments against the schemas of the tools. The values may be any: a test tries wrong ones too.
    fn check_arguments(&mut self, arguments: &tree::Literal, targets: &[Target]) {
        let LiteralKind::Object(members) = &arguments.kind else { return };
        for (key, _) in members {
            if self.string(*key).contains('.') {
                continue;
            }
            let path = tree::Path { span: key.span, keys: vec![Key::Quoted(*key)] };
            self.checked_path(&path, targets);
        }
    }
}

/// A time of the day on the day of a clock, or an instant.
fn time(written: &str, clock: Timestamp) -> Option<Timestamp> {
    if written.contains('T') {
        return written.parse().ok();
    }
    let mut parts = written.split(':');
    let mut part = |most: i64| {
        let part = parts.next()?;
        let number = Some(part).filter(|part| is_two_digits(part))?.parse::<u8>().ok()?;
        Some(i64::from(number)).filter(|number| *number <= most)
    };
    let (hours, minutes) = (part(23)?, part(59)?);
    let seconds = if written.len() > 5 { part(59)? } else { 0 };
    if parts.next().is_some() {
        return None;
    }
    let midnight = clock.as_second().div_euclid(DAY).checked_mul(DAY)?;
    let midnight = Timestamp::from_second(midnight).ok()?;
    let of_day = SignedDuration::from_secs(hours * 3600 + minutes * 60 + seconds);
    midnight.checked_add(of_day).ok()
}

fn is_two_digits(part: &str) -> bool {
    part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_one_of_the_day_or_an_instant() {
        let clock: Timestamp = "2026-01-31T08:00:00Z".parse().unwrap();
        let shown = |written: &str| time(written, clock).map(|time| time.to_string());
        for (written, expected) in [
            ("10:59:58", Some("2026-01-31T10:59:58Z")),
            ("11:00", Some("2026-01-31T11:00:00Z")),
            ("00:00", Some("2026-01-31T00:00:00Z")),
            ("2026-02-01T01:00:00+01:00", Some("2026-02-01T00:00:00Z")),
            ("24:00", None),
            ("1:00", None),
            ("10:60", None),
            ("10:59:58:1", None),
            ("+1:00", None),
            ("noon", None),
            ("2026-02-31T00:00:00Z", None),
        ] {
            assert_eq!(shown(written).as_deref(), expected, "{written}");
        }
    }
}
