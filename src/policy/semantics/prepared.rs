//! Tests that are asked about many calls: patterns are compiled once, and long lists are looked up.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::{
    Corner, NullReading, TooLarge, ValueSet, depends_on_equality, holds_for_null, holds_for_value,
    holds_when_missing, listed, look_up_any, may_equal,
};
use crate::policy::pattern::Pattern;
use crate::policy::{Literal, Operator, Test};

/// Lists with more values than this are looked up by hash.
const LONG_LIST: usize = 16;

/// Some corners.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CornerSet(u8);

impl CornerSet {
    /// Whether a corner is in it.
    pub fn contains(self, corner: Corner) -> bool {
        self.0 & Self::from(corner).0 != 0
    }

    /// The corners of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The corners, in the order of [`Corner::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Corner> {
        Corner::ALL.into_iter().filter(move |corner| self.contains(*corner))
    }
}

impl From<Corner> for CornerSet {
    fn from(corner: Corner) -> Self {
        Self(1 << corner as u8)
    }
}

/// What a test saw in the arguments of a call, and its answer under the documented reading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation<'v> {
    /// The argument, null included; `None` if it is missing.
    pub value: Option<&'v Literal>,
    /// Whether the test holds.
    pub holds: bool,
    /// The corners under which it may answer otherwise.
    pub corners: CornerSet,
}

/// The patterns of prepared tests, each compiled at most once and when it is first asked.
#[derive(Debug, Default)]
pub struct TestPatterns {
    by_text: HashMap<Box<str>, Arc<TestPattern>>,
}

#[derive(Debug)]
struct TestPattern {
    text: Box<str>,
    anywhere: OnceLock<Option<Pattern>>,
    whole: OnceLock<Option<Pattern>>,
}

impl TestPatterns {
    fn get(&mut self, text: &str) -> Arc<TestPattern> {
        let new = || {
            let (anywhere, whole) = (OnceLock::new(), OnceLock::new());
            Arc::new(TestPattern { text: text.into(), anywhere, whole })
        };
        Arc::clone(self.by_text.entry(text.into()).or_insert_with(new))
    }
}

impl TestPattern {
    fn matches(&self, text: &str) -> Result<bool, TooLarge> {
        let pattern = self.anywhere.get_or_init(|| Pattern::compile(&self.text));
        let too_large = || TooLarge { pattern: self.text.to_string() };
        Ok(pattern.as_ref().ok_or_else(too_large)?.is_match(text))
    }

    /// Whether the whole text matches; `None` if the automaton is too large.
    fn matches_whole(&self, text: &str) -> Option<bool> {
        let compile = || Pattern::compile(&format!(r"\A(?:{})\z", self.text));
        Some(self.whole.get_or_init(compile).as_ref()?.is_match(text))
    }
}

/// A test that is ready to be asked about many calls.
#[derive(Debug)]
pub struct PreparedTest {
    test: Arc<Test>,
    pattern: Option<Arc<TestPattern>>,
    long_list: Option<LongList>,
}

/// A long list of values.
#[derive(Debug)]
struct LongList {
    values: ValueSet,
    /// A value of each type in the list.
    types: Vec<Literal>,
}

impl LongList {
    fn new(values: &[Literal]) -> Self {
        let mut types: Vec<Literal> = Vec::new();
        for value in values {
            let kind = std::mem::discriminant(value);
            if !types.iter().any(|known| std::mem::discriminant(known) == kind) {
                types.push(value.clone());
            }
        }
        Self { values: values.iter().collect(), types }
    }
}

impl PreparedTest {
    /// Prepares a test.
    pub fn new(test: Arc<Test>, patterns: &mut TestPatterns) -> Self {
        let pattern = match (test.operator, &test.value) {
            (Operator::Regex, Literal::String(pattern)) => Some(patterns.get(pattern)),
            _ => None,
        };
        let long_list = match (test.operator, listed(&test)) {
            (Operator::In | Operator::NotIn, Some(values)) if values.len() > LONG_LIST => {
                Some(LongList::new(values))
            }
            _ => None,
        };
        Self { test, pattern, long_list }
    }

    /// The test.
    pub fn test(&self) -> &Arc<Test> {
        &self.test
    }

    /// Looks at the arguments of a call.
    ///
    /// # Errors
    /// The test needs a pattern that is too large to be run.
    pub fn observe<'v>(&self, arguments: &'v Literal) -> Result<Observation<'v>, TooLarge> {
        let found = look_up_any(arguments, &self.test.path.0);
        let (holds, corner) = match found {
            None => {
                let negates = matches!(self.test.operator, Operator::Neq | Operator::NotIn);
                (holds_when_missing(&self.test), negates.then_some(Corner::Missing))
            }
            Some(Literal::Null) => {
                let holds = holds_when_missing(&self.test);
                let differs = |reading| holds_for_null(&self.test, reading) != holds;
                let is_open = NullReading::ALL.into_iter().any(differs);
                (holds, is_open.then_some(Corner::Null))
            }
            Some(value) => self.observe_value(value)?,
        };
        let corners = corner.map_or_else(CornerSet::default, CornerSet::from);
        Ok(Observation { value: found, holds, corners })
    }

    fn observe_value(&self, value: &Literal) -> Result<(bool, Option<Corner>), TooLarge> {
        if let Some(list) = &self.long_list {
            let is_listed = list.values.contains(value);
            let is_open = !is_listed && list.types.iter().any(|listed| may_equal(listed, value));
            let holds = is_listed == (self.test.operator == Operator::In);
            return Ok((holds, is_open.then_some(Corner::MixedTypes)));
        }
        let matches = |_: &str, text: &str| match &self.pattern {
            Some(pattern) => pattern.matches(text),
            None => Ok(false),
        };
        let holds = holds_for_value(&self.test, value, matches)?;
        if let (true, Some(pattern), Literal::String(text)) = (holds, &self.pattern, value) {
            let is_whole = pattern.matches_whole(text);
            return Ok((holds, (is_whole != Some(true)).then_some(Corner::Anchoring)));
        }
        let is_open = depends_on_equality(&self.test, value, holds);
        Ok((holds, is_open.then_some(Corner::MixedTypes)))
    }
}
