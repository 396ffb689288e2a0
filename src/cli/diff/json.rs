//! A comparison as one JSON document, for programs. Strings are exact.

use serde::Serialize;
use serde_json::value::RawValue;

use super::ComparedPolicy;
use super::shown::{self, relation};
use crate::cli::formats::json::lines_at;
use crate::decide::CallOutcome;
use crate::diff::{CallBurst, DiffRow, DiffSubject, Excess, Relation};
use crate::policy::Literal;

/// The depth of the rows: each has a line of its own.
const ROW_DEPTH: usize = 4;

#[derive(Serialize)]
struct JsonDiff<'d> {
    version: u32,
    policies: Vec<JsonPolicy<'d>>,
}

#[derive(Serialize)]
struct JsonPolicy<'d> {
    old: Option<&'d str>,
    new: Option<&'d str>,
    tools: Vec<JsonRow<'d>>,
    summary: JsonSummary,
}

#[derive(Serialize)]
struct JsonRow<'d> {
    name: &'d str,
    relation: &'static str,
    changes: Vec<JsonChange<'d>>,
    witnesses: Vec<JsonWitness<'d>>,
    /// Directions that are not certain, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<JsonNote>,
}

#[derive(Serialize)]
struct JsonChange<'d> {
    kind: &'static str,
    old: Option<&'d str>,
    new: Option<&'d str>,
}

/// A call, or calls at times of a day.
#[derive(Serialize)]
struct JsonWitness<'d> {
    direction: &'static str,
    arguments: Option<Box<RawValue>>,
    calls: Option<Vec<JsonCalls<'d>>>,
    old: &'static str,
    new: &'static str,
    /// Whether the tool's schema certainly admits the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    admitted: Option<bool>,
}

#[derive(Serialize)]
struct JsonCalls<'d> {
    tool: Option<&'d str>,
    arguments: Option<Box<RawValue>>,
    time: String,
    times: u64,
}

#[derive(Serialize)]
struct JsonNote {
    direction: &'static str,
    /// `undecided`, or the undocumented behaviour on which it depends.
    reason: &'static str,
}

#[derive(Serialize)]
struct JsonSummary {
    equal: usize,
    wider: usize,
    narrower: usize,
    incomparable: usize,
    undecided: usize,
}

/// The document.
pub(super) fn render(policies: &[ComparedPolicy]) -> String {
    let policies = policies.iter().map(|policy| JsonPolicy {
        old: policy.old.as_deref(),
        new: policy.new.as_deref(),
        tools: policy.diff.rows.iter().map(row).collect(),
        summary: JsonSummary {
            equal: policy.count(Relation::Equal),
            wider: policy.count(Relation::Wider),
            narrower: policy.count(Relation::Narrower),
            incomparable: policy.count(Relation::Incomparable),
            undecided: policy.count(Relation::Undecided),
        },
    });
    let document = JsonDiff { version: 1, policies: policies.collect() };
    // The writer of bytes writes nothing but UTF-8.
    String::from_utf8(lines_at(&document, ROW_DEPTH)).unwrap_or_default()
}

fn row(row: &DiffRow) -> JsonRow<'_> {
    let name = match &row.subject {
        DiffSubject::Tool(name) => name,
        DiffSubject::OtherTools => "(any other tool)",
        DiffSubject::AllCalls => "all_tools",
    };
    let changes = row.changes.iter().map(|change| JsonChange {
        kind: change.kind.name(),
        old: change.old.as_deref(),
        new: change.new.as_deref(),
    });
    let directions = [(&row.wider, true), (&row.narrower, false)];
    JsonRow {
        name,
        relation: relation(row.relation()),
        changes: changes.collect(),
        witnesses: directions
            .iter()
            .filter_map(|(excess, wider)| witness(excess, *wider))
            .collect(),
        notes: directions.iter().filter_map(|(excess, wider)| note(excess, *wider)).collect(),
    }
}

fn direction(is_wider: bool) -> &'static str {
    if is_wider { "wider" } else { "narrower" }
}

fn witness(excess: &Excess, is_wider: bool) -> Option<JsonWitness<'_>> {
    let (arguments, calls, strict, lenient, admitted) = match excess {
        Excess::Call { arguments, strict, lenient, is_admitted } => {
            (raw(arguments), None, *strict, *lenient, Some(*is_admitted))
        }
        Excess::Sequence(bursts) => {
            let calls = bursts.iter().map(calls_of).collect();
            (None, Some(calls), CallOutcome::Rate, CallOutcome::Allow, None)
        }
        Excess::None | Excess::Corner(_) | Excess::Undecided(_) => return None,
    };
    let (old, new) = if is_wider { (strict, lenient) } else { (lenient, strict) };
    let (direction, old, new) = (direction(is_wider), old.name(), new.name());
    Some(JsonWitness { direction, arguments, calls, old, new, admitted })
}

fn calls_of(burst: &CallBurst) -> JsonCalls<'_> {
    JsonCalls {
        tool: burst.tool.as_deref(),
        arguments: raw(&burst.arguments),
        time: shown::time(burst.minute),
        times: burst.calls,
    }
}

fn note(excess: &Excess, is_wider: bool) -> Option<JsonNote> {
    let reason = match excess {
        Excess::Corner(corner) => corner.name(),
        Excess::Undecided(_) => "undecided",
        Excess::None | Excess::Call { .. } | Excess::Sequence(_) => return None,
    };
    Some(JsonNote { direction: direction(is_wider), reason })
}

fn raw(value: &Literal) -> Option<Box<RawValue>> {
    RawValue::from_string(value.to_json()).ok()
}
