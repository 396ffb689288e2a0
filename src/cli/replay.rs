//! `gatewright replay`

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::console::Console;
use super::decisions::{
    DecisionFormat, OpenPolicy, PolicyArguments, StatementEntry, VerdictCounts, corner, shown_call,
};
use super::disk;
use super::exit::{Exit, Fault};
use super::files;
use super::formats::json;
use crate::decide::{Call, CallOutcome, Counters, Decision, RecordedCall, RecordingReader};
use crate::source::MAX_FILE_BYTES;
use crate::text;

/// The most lines that are shown of each kind; the rest are counted.
const MAX_SHOWN: usize = 200;

/// What the help says below the arguments.
pub const HELP: &str = "\
A recording has a call per line: {\"tool\": \"x\", \"arguments\": {}, \"time\": \"2026-01-31T10:59:30Z\"}, or\n\
a tools/call request of MCP. Other lines are counted and ignored.\n\
\n\
Example: gatewright replay agent.gate calls.jsonl --against old.gate";

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    policy: PolicyArguments,

    /// The recording: a JSON object per line; - is standard input
    #[arg(value_name = "CALLS")]
    calls: PathBuf,

    /// Show only the calls whose verdict differs from that of this policy
    #[arg(long, value_name = "OLD")]
    against: Option<PathBuf>,
}

/// A call of the recording and what was decided.
struct ReplayedCall {
    line: usize,
    recorded: RecordedCall,
    decision: Decision,
    message: Option<String>,
    /// The verdict of the other policy.
    was: Option<CallOutcome>,
}

/// A recording that has been replayed.
struct Replay {
    calls: Vec<ReplayedCall>,
    counts: VerdictCounts,
    ignored: usize,
    /// The most that was used of each counter in one window, with its maximum.
    peaks: BTreeMap<(String, &'static str), (u64, u64)>,
    called: BTreeSet<String>,
}

/// Runs the command.
pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, Vec<Fault>> {
    let path = &arguments.calls;
    let bytes = files::read_argument(path, &disk::closed(std::slice::from_ref(path)))?;
    if bytes.len() > MAX_FILE_BYTES {
        let limit = MAX_FILE_BYTES / (1024 * 1024);
        return Err(Fault::new(format!("the recording is larger than {limit} MiB"))
            .with_help("split it into several files")
            .into());
    }
    let recording = String::from_utf8_lossy(&bytes);
    let against = arguments.against.as_deref();
    let (policy, other) = match arguments.policy.open(against, console)? {
        Ok(opened) => opened,
        Err(exit) => return Ok(exit),
    };
    let replay = replay(&recording, &policy, other.as_ref());
    match arguments.policy.format {
        DecisionFormat::Json => console.json(&document(&policy, &replay))?,
        DecisionFormat::Human => console.result(&answer(&policy, &replay, other.is_some()))?,
    }
    Ok(Exit::Clean)
}

fn replay(recording: &str, policy: &OpenPolicy, other: Option<&OpenPolicy>) -> Replay {
    let mut replay = Replay {
        calls: Vec::new(),
        counts: VerdictCounts::default(),
        ignored: 0,
        peaks: BTreeMap::new(),
        called: BTreeSet::new(),
    };
    let (mut counters, mut other_counters) = (Counters::default(), Counters::default());
    let mut reader = RecordingReader::default();
    let engine = &policy.decider.engine;
    for (number, line) in recording.lines().enumerate() {
        let Some(recorded) = reader.line(line) else {
            replay.ignored += usize::from(!line.trim().is_empty());
            continue;
        };
        let (tool, time) = (&*recorded.tool, recorded.time);
        let call = Call { tool, arguments: &recorded.arguments, time };
        let decision = engine.decide(&call, &mut counters);
        replay.counts.add(decision.outcome);
        for counter in counters.states(engine, tool, time) {
            let key = (counter.name, counter.rate.window().name());
            let peak = replay.peaks.entry(key).or_default();
            *peak = (peak.0.max(counter.used), counter.rate.calls());
        }
        replay.called.insert(recorded.tool.clone());
        let was =
            other.map(|other| other.decider.engine.decide(&call, &mut other_counters).outcome);
        if was.is_none_or(|was| was != decision.outcome) {
            let message = engine.message(&call, &decision);
            replay.calls.push(ReplayedCall { line: number + 1, recorded, decision, message, was });
        }
    }
    replay
}

/// The answer for people.
fn answer(policy: &OpenPolicy, replay: &Replay, is_compared: bool) -> String {
    let mut out = String::new();
    let is_shown =
        |call: &&ReplayedCall| is_compared || call.decision.outcome != CallOutcome::Allow;
    let shown: Vec<&ReplayedCall> = replay.calls.iter().filter(is_shown).collect();
    for call in shown.iter().take(MAX_SHOWN) {
        out += &call_line(policy, call);
    }
    if shown.len() > MAX_SHOWN {
        out += &format!("and {} more\n", shown.len() - MAX_SHOWN);
    }
    out += &summary(replay);
    if is_compared {
        return out;
    }
    let mut stopped: BTreeMap<String, usize> = BTreeMap::new();
    for call in &shown {
        let line = policy.statement_line(&call.recorded.tool, &call.decision);
        *stopped.entry(line).or_default() += 1;
    }
    for (line, calls) in &stopped {
        out += &format!("  {} stopped by {line}\n", text::count(*calls, "call"));
    }
    for ((name, window), (used, most)) in &replay.peaks {
        let name = text::clean(name);
        out += &format!("  counter {name}: at most {used} of {most} used in one {window}\n");
    }
    let uncalled: Vec<&str> =
        policy.decider.tools().filter(|tool| !replay.called.contains(*tool)).collect();
    if !uncalled.is_empty() {
        out += &format!("  never called: {}\n", text::list(&uncalled, 20));
    }
    out
}

fn call_line(policy: &OpenPolicy, call: &ReplayedCall) -> String {
    let (tool, decision) = (&*call.recorded.tool, &call.decision);
    let was = call.was.map_or_else(String::new, |was| format!(", was {}", was.name()));
    let statement = policy.statement_line(tool, decision);
    let caution = match corner(decision) {
        Some(corner) => format!(" [depends on undocumented behaviour: {corner}]"),
        None => String::new(),
    };
    format!(
        "line {}: {} -> {}{was} ({statement}){caution}\n",
        call.line,
        shown_call(tool, &call.recorded.arguments),
        decision.outcome.name(),
    )
}

fn summary(replay: &Replay) -> String {
    let total: u64 = CallOutcome::ALL.iter().map(|outcome| replay.counts.get(*outcome)).sum();
    let mut parts: Vec<String> = CallOutcome::ALL
        .iter()
        .rev()
        .map(|outcome| (replay.counts.get(*outcome), outcome.participle()))
        .filter(|(calls, _)| *calls > 0)
        .map(|(calls, word)| format!("{calls} {word}"))
        .collect();
    if replay.ignored > 0 {
        parts.push(format!("{} ignored", text::count(replay.ignored, "other line")));
    }
    let noun = if total == 1 { "call" } else { "calls" };
    format!("{total} {noun}: {}\n", parts.join(", "))
}

#[derive(Serialize)]
struct ReplayDocument<'r> {
    version: u32,
    calls: Vec<ReplayEntry<'r>>,
    summary: SummaryEntry,
}

#[derive(Serialize)]
struct ReplayEntry<'r> {
    line: usize,
    tool: &'r str,
    verdict: &'static str,
    was: Option<&'static str>,
    message: Option<&'r str>,
    statement: Option<StatementEntry>,
    pointer: String,
    corner: Option<&'static str>,
}

#[derive(Serialize)]
struct SummaryEntry {
    allow: u64,
    deny: u64,
    approve: u64,
    hide: u64,
    rate: u64,
    ignored: usize,
}

impl<'r> ReplayEntry<'r> {
    fn new(policy: &OpenPolicy, call: &'r ReplayedCall) -> Self {
        let ReplayedCall { line, recorded, decision, message, was } = call;
        Self {
            line: *line,
            tool: &recorded.tool,
            verdict: decision.outcome.name(),
            was: was.map(CallOutcome::name),
            message: message.as_deref(),
            statement: policy.statement(&recorded.tool, decision),
            pointer: decision.cause.pointer(&recorded.tool),
            corner: corner(decision),
        }
    }
}

fn document(policy: &OpenPolicy, replay: &Replay) -> String {
    let count = |outcome| replay.counts.get(outcome);
    let document = ReplayDocument {
        version: 1,
        calls: replay.calls.iter().map(|call| ReplayEntry::new(policy, call)).collect(),
        summary: SummaryEntry {
            allow: count(CallOutcome::Allow),
            deny: count(CallOutcome::Deny),
            approve: count(CallOutcome::Approve),
            hide: count(CallOutcome::Hide),
            rate: count(CallOutcome::Rate),
            ignored: replay.ignored,
        },
    };
    String::from_utf8_lossy(&json::lines(&document)).into_owned()
}
