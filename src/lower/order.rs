//! The lists of a tool's predicates, in a form in which a blocked agent reads the right message.
//!
//! A call that a `require` or `deny` blocks is denied, whatever an `approve` says of it, and the agent must not be told to
//! ask a person. Within a list the gateway stops at the first denial, so the predicates of approvals come last. Between
//! the two lists the order is not published. So no approval may block in the one list a call that a denial blocks in the
//! other:
//!
//! - Approvals in `require` move to `deny_if` if denials are there, one predicate for each way in which a test fails.
//! - Where a test has no negation, denials that test presence alone move to `require`: their opposite is one condition.
//! - Where a denial blocks every call, approvals in `require` are left out.
//! - Approvals in `deny_if` repeat the conditions of the denials in `require`, and so only hold where these hold too.
//!
//! None of this changes which calls are blocked. What remains is reported as [`Arranged::shadowing`].

use std::sync::Arc;

use super::{MAX_PREDICATES, Predicates, alternatives};
use crate::policy::{Compared, Literal, Operator, Test};

/// How many bytes the conditions that the approvals of a tool repeat may take, and how many conditions are looked at.
const MAX_REPEATED: usize = 64 * 1024;
const MAX_REQUIRED: usize = 256;

/// What a condition takes at most without its value, for usual paths.
const FRAME: usize = 128;

/// A guard of a tool with its predicates.
#[derive(Clone, Copy, Debug)]
pub struct Placeable<'p> {
    /// Whether it asks for approval. If not, it denies.
    pub approves: bool,
    /// Its predicates.
    pub predicates: &'p Predicates,
    /// The arguments that it compares with numbers.
    pub compared: &'p [Compared],
}

/// A predicate, and the number of its guard.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The guard's place among those of the tool.
    pub guard: usize,
    /// The conditions.
    pub conditions: Vec<Arc<Test>>,
}

/// The predicates of a tool, in the order of their lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arranged {
    /// `require`
    pub require: Vec<Placed>,
    /// `deny_if`
    pub deny_if: Vec<Placed>,
    /// The approvals that may block a call in one list which a denial blocks in the other.
    pub shadowing: Vec<usize>,
}

/// Whether approvals and denials of a tool are in different lists, so that the predicates cannot stay as they are.
pub fn needs_arranging<'p>(guards: impl IntoIterator<Item = Placeable<'p>>) -> bool {
    let (mut denials, mut approvals) = ([false; 2], [false; 2]);
    for guard in guards {
        let lists = if guard.approves { &mut approvals } else { &mut denials };
        lists[0] |= !guard.predicates.require.is_empty();
        lists[1] |= !guard.predicates.deny_if.is_empty();
    }
    denials[0] && approvals[1] || denials[1] && approvals[0]
}

/// The predicates of the guards of one tool, which come in the order `require`, `deny`, `approve`.
pub fn arrange(guards: &[Placeable<'_>]) -> Arranged {
    let mut arranged = Arranged::default();
    for (guard, placeable) in numbered(guards, false) {
        arranged.add_require(guard, &placeable.predicates.require);
        arranged.add_deny_if(guard, &placeable.predicates.deny_if);
    }
    let denials = arranged.required_tests();
    let fails: Vec<Option<Vec<Vec<Arc<Test>>>>> =
        numbered(guards, true).map(|(_, approval)| ways_to_fail(approval, &denials)).collect();
    if !arranged.deny_if.is_empty() && fails.iter().any(Option::is_none) {
        arranged.move_presence();
    }
    let denials = arranged.required_tests();
    let keeps_require = arranged.deny_if.is_empty();
    // Where every call is denied, what would ask for approval has nothing to add.
    let denies_all = arranged.deny_if.iter().any(|placed| placed.conditions.is_empty());
    for ((guard, approval), fails) in numbered(guards, true).zip(fails).filter(|_| !denies_all) {
        match fails.filter(|_| !keeps_require) {
            Some(rows) => arranged.add_approval(guard, rows, &denials),
            None => {
                let stays = &approval.predicates.require;
                if !stays.is_empty() && !keeps_require {
                    arranged.shadowing.push(guard);
                }
                arranged.add_require(guard, stays);
            }
        }
    }
    for (guard, approval) in numbered(guards, true) {
        arranged.add_approval(guard, approval.predicates.deny_if.clone(), &denials);
    }
    arranged
}

fn numbered<'g, 'p>(
    guards: &'g [Placeable<'p>],
    approves: bool,
) -> impl Iterator<Item = (usize, &'g Placeable<'p>)> {
    guards.iter().enumerate().filter(move |(_, guard)| guard.approves == approves)
}

/// One row for each way in which a guard's `require` predicate fails; `None` where they cannot be written. `beside` are
/// conditions that calls must meet in any case.
fn ways_to_fail(guard: &Placeable<'_>, beside: &[Arc<Test>]) -> Option<Vec<Vec<Arc<Test>>>> {
    let mut rows = Vec::new();
    for test in &guard.predicates.require {
        rows.extend(alternatives::of_test(test, beside, guard.compared)?);
        if rows.len() > MAX_PREDICATES {
            return None;
        }
    }
    Some(rows)
}

impl Arranged {
    fn add_require(&mut self, guard: usize, conditions: &[Arc<Test>]) {
        if !conditions.is_empty() {
            self.require.push(Placed { guard, conditions: conditions.to_vec() });
        }
    }

    fn add_deny_if(&mut self, guard: usize, rows: &[Vec<Arc<Test>>]) {
        let placed = |conditions: &Vec<Arc<Test>>| Placed { guard, conditions: conditions.clone() };
        self.deny_if.extend(rows.iter().map(placed));
    }

    /// Moves denials that test nothing but the presence of one argument to `require`.
    fn move_presence(&mut self) {
        let presence = |placed: &Placed| match placed.conditions.as_slice() {
            [test] => test.presence().map(|present| Test::exists(test.path.clone(), !present)),
            _ => None,
        };
        for placed in std::mem::take(&mut self.deny_if) {
            match presence(&placed) {
                Some(test) => self.add_require(placed.guard, &[Arc::new(test)]),
                None => self.deny_if.push(placed),
            }
        }
    }

    /// The conditions that calls must meet which no predicate of `require` denies so far, each once.
    fn required_tests(&self) -> Vec<Arc<Test>> {
        let mut tests: Vec<Arc<Test>> = Vec::new();
        for test in self.require.iter().flat_map(|placed| &placed.conditions) {
            if tests.len() > MAX_REQUIRED {
                break;
            }
            if !tests.contains(test) {
                tests.push(Arc::clone(test));
            }
        }
        tests
    }

    /// Adds predicates of an approval, which hold only where no denial in `require` blocks the call.
    fn add_approval(&mut self, guard: usize, rows: Vec<Vec<Arc<Test>>>, denials: &[Arc<Test>]) {
        let length = |test: &Arc<Test>| test.value.to_json().len() + FRAME * test.path.0.len();
        let each = denials.iter().map(length).fold(0, usize::saturating_add);
        let rows_so_far = self.deny_if.len().saturating_add(rows.len());
        let repeated = each.saturating_mul(rows_so_far);
        if repeated > MAX_REPEATED || denials.len() > MAX_REQUIRED {
            self.shadowing.push(guard);
            return self.add_deny_if(guard, &rows);
        }
        for mut row in rows {
            let more = denials.iter().filter(|test| !row.contains(test)).cloned();
            row.extend(more.collect::<Vec<_>>());
            if denials.is_empty() || !is_dead(&row) {
                self.deny_if.push(Placed { guard, conditions: row });
            }
        }
    }
}

/// Whether conditions exclude each other by the types that they ask for, whatever a gateway does with null and with
/// values of different types.
fn is_dead(row: &[Arc<Test>]) -> bool {
    let excludes = |left: &Test, right: &Test| {
        left.path == right.path
            && match asked(left) {
                Some(Asked::Missing) => asked(right).is_some_and(|asked| asked != Asked::Missing),
                Some(Asked::Number) => asked(right) == Some(Asked::Text) || is_booleans(right),
                Some(Asked::Text) => is_booleans(right),
                _ => false,
            }
    };
    row.iter().any(|left| row.iter().any(|right| excludes(left, right)))
}

/// What a test surely asks of its argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Missing,
    Present,
    Number,
    Text,
}

fn asked(test: &Test) -> Option<Asked> {
    match test.operator {
        Operator::Exists if test.value == Literal::Bool(false) => Some(Asked::Missing),
        Operator::Exists | Operator::Contains => Some(Asked::Present),
        Operator::Regex => Some(Asked::Text),
        operator if operator.is_ordering() => Some(Asked::Number),
        Operator::Eq if test.value != Literal::Null => Some(Asked::Present),
        Operator::In => match &test.value {
            Literal::List(values) if !values.contains(&Literal::Null) => Some(Asked::Present),
            _ => None,
        },
        _ => None,
    }
}

/// Whether it is the test by which the compiler finds values that are neither text nor numbers.
fn is_booleans(test: &Test) -> bool {
    let is_neither = |value: &Literal| matches!(value, Literal::Bool(_) | Literal::Null);
    test.operator == Operator::In
        && matches!(&test.value, Literal::List(values) if values.iter().all(is_neither))
}
