//! A comparison in words: the same in every form for people. Nothing here is cleaned; each form escapes in its own way.

use super::ComparedPolicy;
use crate::decide::CallOutcome;
use crate::diff::{CallBurst, ChangeKind, DiffRow, DiffSubject, Excess, PolicyChange, Relation};
use crate::policy::is_identifier;
use crate::policy::logic::Undecided;

/// The most lines of a sequence of calls.
const MAX_LINES: usize = 6;

/// A row that differs.
pub(super) struct ShownRow {
    /// The tool, or what else the row is about.
    pub(super) subject: String,
    pub(super) relation: Relation,
    pub(super) witnesses: Vec<ShownWitness>,
    /// What is written differently, and what is not certain; a sentence each.
    pub(super) notes: Vec<String>,
}

/// Calls that are treated differently.
pub(super) struct ShownWitness {
    pub(super) calls: Vec<String>,
    pub(super) before: &'static str,
    pub(super) now: &'static str,
}

impl ShownRow {
    /// The rows of a comparison that differ.
    pub(super) fn all(policy: &ComparedPolicy) -> Vec<Self> {
        policy.diff.rows.iter().filter(|row| is_shown(row)).map(Self::new).collect()
    }

    fn new(row: &DiffRow) -> Self {
        let tool = subject(&row.subject);
        let mut witnesses = Vec::new();
        let mut notes: Vec<String> = row.changes.iter().map(change).collect();
        for (excess, is_wider) in [(&row.wider, true), (&row.narrower, false)] {
            let (calls, strict, lenient) = match excess {
                Excess::Call { arguments, strict, lenient, is_admitted } => {
                    if !is_admitted {
                        notes.push("the tool's schema may not allow that call".to_owned());
                    }
                    let call = format!("{tool} {}", arguments.to_json());
                    (vec![call], verdict(*strict), verdict(*lenient))
                }
                Excess::Sequence(bursts) => {
                    let strict = "the last of them is stopped by a rate limit";
                    (sequence(bursts), strict, "all of them get through")
                }
                other => {
                    notes.extend(note(other, is_wider));
                    continue;
                }
            };
            let (before, now) = if is_wider { (strict, lenient) } else { (lenient, strict) };
            witnesses.push(ShownWitness { calls, before, now });
        }
        Self { subject: tool, relation: row.relation(), witnesses, notes }
    }
}

/// Whether there is something to say about a row.
pub(super) fn is_shown(row: &DiffRow) -> bool {
    row.is_changed() || row.wider != Excess::None || row.narrower != Excess::None
}

/// The relation as people are told it.
pub(super) fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Equal => "equal",
        Relation::Wider => "wider",
        Relation::Narrower => "narrower",
        Relation::Incomparable => "incomparable",
        Relation::Undecided => "undecided",
    }
}

/// The name of a row: a tool's name, in quotes if it could be mistaken for something else.
pub(super) fn subject(subject: &DiffSubject) -> String {
    match subject {
        DiffSubject::Tool(name) => tool(name),
        DiffSubject::OtherTools => "(any other tool)".to_owned(),
        DiffSubject::AllCalls => "all_tools".to_owned(),
    }
}

fn tool(name: &str) -> String {
    let is_plain = |part: &str| part.is_empty() || is_identifier(part);
    if !name.is_empty() && name != "all_tools" && name.split(['-', '.']).all(is_plain) {
        return name.to_owned();
    }
    let mut quoted = String::new();
    crate::policy::write_string(name, &mut quoted);
    quoted
}

/// One sentence about a policy.
pub(super) fn headline(policy: &ComparedPolicy) -> &'static str {
    let count = |relation| policy.count(relation) > 0;
    let is_wider = count(Relation::Wider) || count(Relation::Incomparable);
    let is_narrower = count(Relation::Narrower) || count(Relation::Incomparable);
    match (&policy.old, &policy.new) {
        (_, None) => "the policy is gone; what the gateway does without it is unknown",
        (None, _) if is_wider => "the policy is new, and lets calls through",
        (None, _) => "the policy is new, and lets nothing through",
        _ if is_wider && is_narrower => {
            "lets some calls through that were stopped, and stops others"
        }
        _ if is_wider => "lets more through",
        _ if count(Relation::Undecided) => {
            "may let more through: the comparison took too much work"
        }
        _ if policy.may_let_more_through() => "may let more through: the server has changed",
        _ if is_narrower => "lets less through",
        _ => "lets the same calls through",
    }
}

fn verdict(outcome: CallOutcome) -> &'static str {
    match outcome {
        CallOutcome::Hide => "the tool is hidden",
        CallOutcome::Deny => "denied",
        CallOutcome::Approve => "waits for a person's approval",
        CallOutcome::Rate => "stopped by a rate limit",
        CallOutcome::Allow => "allowed",
    }
}

fn sequence(bursts: &[CallBurst]) -> Vec<String> {
    if bursts.is_empty() {
        return vec!["more calls in a row than can be listed".to_owned()];
    }
    let is_continued = |one: &CallBurst, other: &CallBurst| {
        (&one.tool, one.calls, one.minute + 1) == (&other.tool, other.calls, other.minute)
            && one.arguments == other.arguments
    };
    let rows: Vec<&[CallBurst]> = bursts.chunk_by(is_continued).collect();
    let mut lines: Vec<String> =
        rows.iter().take(MAX_LINES).filter_map(|row| line_of(row)).collect();
    if let Some(last) = rows.last().filter(|_| rows.len() > MAX_LINES) {
        let between = rows.len() - MAX_LINES - 1;
        if between > 0 {
            lines.push(format!("and so on, {between} more lines"));
        }
        lines.extend(line_of(last));
    }
    lines
}

/// Equal calls in one minute, or in each of some minutes.
fn line_of(row: &[CallBurst]) -> Option<String> {
    let (first, last) = (row.first()?, row.last()?);
    let name = first.tool.as_deref().map_or_else(|| "(any other tool)".to_owned(), tool);
    let arguments = first.arguments.to_json();
    let times = match first.calls {
        1 => "once".to_owned(),
        calls => format!("{calls} times"),
    };
    let start = time(first.minute);
    Some(match row.len() {
        1 => format!("{name} {arguments} {times} at {start}"),
        _ => {
            let end = time(last.minute);
            format!("{name} {arguments} {times} a minute, from {start} to {end}")
        }
    })
}

/// A minute of the day.
pub(super) fn time(minute: u64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// A sentence about a direction without a witness.
fn note(excess: &Excess, is_wider: bool) -> Option<String> {
    let more = if is_wider { "more" } else { "less" };
    Some(match excess {
        Excess::Corner(corner) => format!(
            "{more} may get through, because the gateway does not document {}",
            corner.behaviour()
        ),
        Excess::Undecided(reason) => {
            format!("whether {more} gets through is not decided: {}", undecided(reason))
        }
        Excess::None | Excess::Call { .. } | Excess::Sequence(_) => return None,
    })
}

fn undecided(reason: &Undecided) -> String {
    match reason {
        Undecided::Pattern(pattern) => format!("the pattern `{pattern}` is too large"),
        Undecided::Texts => "no text was found that passes all patterns".to_owned(),
        Undecided::Numbers => "the numbers are too long or too far apart".to_owned(),
        Undecided::Values => "no lists or objects were found that differ".to_owned(),
        Undecided::Steps => "the comparison takes too many steps".to_owned(),
    }
}

/// A change in words.
fn change(change: &PolicyChange) -> String {
    let old = change.old.as_deref().unwrap_or_default();
    let new = change.new.as_deref().unwrap_or_default();
    match change.kind {
        ChangeKind::Default => format!("default changed from {old} to {new}"),
        ChangeKind::Granted => format!("granted: {new}"),
        ChangeKind::Revoked => format!("not granted any more; it was: {old}"),
        ChangeKind::Hidden => "hidden".to_owned(),
        ChangeKind::Shown => "not hidden any more".to_owned(),
        ChangeKind::CapAdded => format!("cap added: {new}"),
        ChangeKind::CapRemoved => format!("cap removed: {old}"),
        ChangeKind::CapRaised => format!("cap raised from {old} to {new}"),
        ChangeKind::CapLowered => format!("cap lowered from {old} to {new}"),
        ChangeKind::CounterRenamed => format!("counter renamed from {old} to {new}"),
        ChangeKind::CounterJoined => format!("counter {new} is shared with more tools"),
        ChangeKind::CounterSplit if new.is_empty() => {
            format!("counter {old} is not shared with the same tools any more")
        }
        ChangeKind::CounterSplit => format!("counter {new} is shared with fewer tools"),
        ChangeKind::ApprovalAdded | ChangeKind::GuardAdded => format!("added: {new}"),
        ChangeKind::ApprovalDropped | ChangeKind::GuardDropped => format!("dropped: {old}"),
        ChangeKind::MessageChanged => format!("message changed from \"{old}\" to \"{new}\""),
        ChangeKind::ToolNew => format!("new on the server; the policy says: {new}"),
        ChangeKind::ToolGone => format!("gone from the server; the policy said: {old}"),
        ChangeKind::ClassChanged => format!("class changed from {old} to {new}"),
        ChangeKind::GuardNeverBlocks => format!("`{old}` blocks nothing any more: {new}"),
        ChangeKind::GuardAlwaysBlocks => format!("`{old}` blocks every call now: {new}"),
    }
}
