//! `gatewright why`

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use super::console::Console;
use super::decisions::{
    DecisionFormat, OpenPolicy, PolicyArguments, StatementEntry, corner, corner_lines, json_value,
    shown_call, statement_line,
};
use super::disk;
use super::exit::{Exit, Fault};
use super::files;
use super::formats::json;
use crate::check::Decider;
use crate::decide::{
    ArgumentChange, Call, CallOutcome, CounterState, Counters, ExaminedTest, Explanation, Flip,
    RecordingReader, ToolOutlook, read_arguments,
};
use crate::policy::{CLOCK_START, Literal};
use crate::source::SourceSet;
use crate::text;

/// What the help says below the arguments.
pub const HELP: &str = "\
Without TOOL, shows what the policy does with every tool. With --after, the calls of a recording are\n\
counted first; see `gatewright replay`.\n\
\n\
Example: gatewright why agent.gate create_refund '{\"amount\": 200}'";

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    policy: PolicyArguments,

    /// The tool that is called; without it, every tool is shown
    #[arg(value_name = "TOOL")]
    tool: Option<String>,

    /// The arguments of the call, as a JSON object; - is standard input
    #[arg(value_name = "ARGUMENTS")]
    arguments: Option<String>,

    /// The time of the call, such as 2026-01-31T10:59:30Z
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    at: Option<Timestamp>,

    /// Count the calls of this recording first
    #[arg(long, value_name = "CALLS")]
    after: Option<PathBuf>,
}

/// Reads a time of the command line.
pub fn parse_time(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_| "write a time with its offset, such as 2026-01-31T10:59:30Z".to_owned())
}

/// Runs the command.
pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, Vec<Fault>> {
    let given = arguments.call_arguments()?;
    let policy = match arguments.policy.open(None, console)? {
        Ok((policy, _)) => policy,
        Err(exit) => return Ok(exit),
    };
    let format = arguments.policy.format;
    let Some(tool) = &arguments.tool else {
        match format {
            DecisionFormat::Json => console.json(&table_document(&policy))?,
            DecisionFormat::Human => console.result(&table(&policy))?,
        }
        return Ok(Exit::Clean);
    };
    let mut counters = Counters::default();
    let clock = arguments.count_recording(&policy, &mut counters)?;
    let time = arguments.at.unwrap_or(clock);
    let call = Call { tool, arguments: &given, time };
    let explanation = policy.decider.engine.explain(&call, &counters);
    match format {
        DecisionFormat::Json => console.json(&document(&policy, &call, &explanation))?,
        DecisionFormat::Human => console.result(&answer(&policy, &call, &explanation))?,
    }
    Ok(Exit::Clean)
}

impl Arguments {
    fn call_arguments(&self) -> Result<Literal, Fault> {
        let text = match self.arguments.as_deref() {
            None => return Ok(Literal::Object(Vec::new())),
            Some("-") => String::from_utf8(files::read_standard_input()?)
                .map_err(|_| Fault::new("the arguments are not UTF-8"))?,
            Some(text) => text.to_owned(),
        };
        read_arguments(&text).map_err(|reason| {
            Fault::new(format!("the arguments are not usable: {reason}"))
                .with_help("write them as a JSON object, such as '{\"amount\": 20}'")
        })
    }

    /// Counts the calls of the recording; returns the time of the last one.
    fn count_recording(
        &self,
        policy: &OpenPolicy,
        counters: &mut Counters,
    ) -> Result<Timestamp, Vec<Fault>> {
        let Some(path) = &self.after else { return Ok(CLOCK_START) };
        let mut reader = RecordingReader::default();
        let recording = files::read_named(path, &disk::closed(std::slice::from_ref(path)))?;
        for line in String::from_utf8_lossy(&recording).lines() {
            if let Some(recorded) = reader.line(line) {
                let (tool, arguments) = (&*recorded.tool, &recorded.arguments);
                policy
                    .decider
                    .engine
                    .decide(&Call { tool, arguments, time: recorded.time }, counters);
            }
        }
        Ok(reader.clock())
    }
}

/// The answer for people.
fn answer(policy: &OpenPolicy, call: &Call<'_>, explanation: &Explanation) -> String {
    let decision = &explanation.decision;
    let (tool, outcome) = (call.tool, decision.outcome);
    let mut out = format!("{} -> {}\n", shown_call(tool, call.arguments), outcome.name());
    if let Some(message) = &explanation.message {
        out += &format!("  the agent reads: {}\n", text::clean(message));
    }
    out += &format!("  decided by {}\n", policy.statement_line(tool, decision));
    let pointer = decision.cause.pointer(tool);
    out += &format!("  in policy.json: {}\n", text::clean(&pointer));
    for predicate in &explanation.predicates {
        let mark = if predicate.blocks { "blocks" } else { "passes" };
        for test in &predicate.tests {
            out += &format!("  {mark}: {}\n", text::excerpt(&test.sentence(), 240));
        }
    }
    // A call that the guards block takes nothing from any counter.
    let counts = matches!(outcome, CallOutcome::Allow | CallOutcome::Rate);
    for counter in explanation.counters.iter().filter(|_| counts) {
        out += &counter_line(counter);
    }
    out += &corner_lines(decision);
    if let Some(flip) = &explanation.flip {
        out += &flip_line(flip);
    }
    if !policy.decider.tools().any(|name| name == tool) {
        out += "  note: neither the policy nor its manifest names this tool\n";
        if let Some(help) = text::did_you_mean(tool, policy.decider.tools()) {
            out += &format!("  help: {help}\n");
        }
    }
    out
}

fn counter_line(counter: &CounterState) -> String {
    let (name, window) = (text::clean(&counter.name), counter.rate.window().name());
    format!(
        "  counter {name}: {} of {} per {window} used before this call; starts again at {}\n",
        counter.used,
        counter.rate.calls(),
        counter.resets
    )
}

fn flip_line(flip: &Flip) -> String {
    let change = |change: &ArgumentChange| {
        let mut path = String::new();
        change.path.write_gate(&mut path);
        match &change.value {
            Some(value) => format!("with {path} = {}", value.to_json()),
            None => format!("without {path}"),
        }
    };
    let changes: Vec<String> = flip.changes.iter().map(change).collect();
    let changes = text::excerpt(&changes.join(" and "), 240);
    format!("  {changes} it would be {}\n", flip.outcome.participle())
}

/// The answer for programs.
#[derive(Serialize)]
pub struct WhyDocument<'w> {
    version: u32,
    tool: &'w str,
    arguments: Box<RawValue>,
    verdict: &'static str,
    message: Option<&'w str>,
    corner: Option<&'static str>,
    statement: Option<StatementEntry>,
    pointer: String,
    tests: Vec<TestEntry>,
    counters: Vec<CounterEntry<'w>>,
    flip: Option<FlipEntry>,
}

#[derive(Serialize)]
struct TestEntry {
    text: String,
    value: Option<Box<RawValue>>,
    held: bool,
}

#[derive(Serialize)]
struct CounterEntry<'w> {
    name: &'w str,
    window: &'static str,
    max: u64,
    used: u64,
    resets: String,
}

#[derive(Serialize)]
struct FlipEntry {
    arguments: Box<RawValue>,
    verdict: &'static str,
}

fn document(policy: &OpenPolicy, call: &Call<'_>, explanation: &Explanation) -> String {
    let document = WhyDocument::new(&policy.decider, &policy.sources, call, explanation);
    String::from_utf8_lossy(&json::lines_at(&document, usize::MAX)).into_owned()
}

impl<'w> WhyDocument<'w> {
    /// The answer about a call.
    pub fn new(
        decider: &Decider,
        sources: &SourceSet,
        call: &Call<'w>,
        explanation: &'w Explanation,
    ) -> Self {
        let decision = &explanation.decision;
        let test = |test: &ExaminedTest| {
            let mut text = String::new();
            test.test.write_gate(&mut text);
            TestEntry { text, value: test.value.as_ref().map(json_value), held: test.held }
        };
        let tests = explanation.predicates.iter().flat_map(|predicate| &predicate.tests);
        let statement = decider.statement(call.tool, &decision.cause);
        Self {
            version: 1,
            tool: call.tool,
            arguments: json_value(call.arguments),
            verdict: decision.outcome.name(),
            message: explanation.message.as_deref(),
            corner: corner(decision),
            statement: statement.and_then(|span| StatementEntry::new(sources, span)),
            pointer: decision.cause.pointer(call.tool),
            tests: tests.map(test).collect(),
            counters: explanation.counters.iter().map(counter_entry).collect(),
            flip: explanation.flip.as_ref().map(|flip| FlipEntry {
                arguments: json_value(&flip.arguments),
                verdict: flip.outcome.name(),
            }),
        }
    }
}

fn counter_entry(counter: &CounterState) -> CounterEntry<'_> {
    CounterEntry {
        name: &counter.name,
        window: counter.rate.window().name(),
        max: counter.rate.calls(),
        used: counter.used,
        resets: counter.resets.to_string(),
    }
}

/// What the policy does with a tool, or with any tool that it does not name.
struct TableRow {
    name: Option<String>,
    class: Option<&'static str>,
    verdict: &'static str,
    depends_on: Vec<String>,
    caps: Vec<String>,
    statement: Option<crate::source::Span>,
}

fn rows(policy: &OpenPolicy) -> Vec<TableRow> {
    let decider = &policy.decider;
    let row = |name: Option<&str>| {
        // No tool has an empty name.
        let tool = name.unwrap_or("");
        let overview = decider.engine.overview(tool);
        let (verdict, depends_on) = match overview.outlook {
            ToolOutlook::Every(outcome) => (outcome.name(), Vec::new()),
            ToolOutlook::DependsOn(paths) => ("depends", paths),
        };
        let is_open = verdict == "depends" || verdict == CallOutcome::Allow.name();
        let caps = overview.limits.iter().filter(|_| is_open).map(|cap| cap.rate.to_string());
        TableRow {
            name: name.map(str::to_owned),
            class: name.and_then(|name| Some(decider.class(name)?.name())),
            verdict,
            depends_on,
            caps: caps.collect(),
            statement: decider.statement(tool, &overview.cause),
        }
    };
    decider.tools().map(Some).chain([None]).map(row).collect()
}

/// A line per tool, for people.
fn table(policy: &OpenPolicy) -> String {
    let rows = rows(policy);
    let shown = |row: &TableRow| match &row.name {
        Some(name) => text::excerpt(&text::name(name), 60),
        None => "(any other tool)".to_owned(),
    };
    let width = rows.iter().map(|row| shown(row).chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for row in &rows {
        let mut verdict = match row.depends_on.as_slice() {
            [] => row.verdict.to_owned(),
            paths => format!("depends on {}", text::excerpt(&paths.join(", "), 120)),
        };
        if !row.caps.is_empty() {
            verdict += &format!(", at most {}", row.caps.join(", "));
        }
        let statement = row.statement.map_or_else(
            || "`default` is left out".to_owned(),
            |span| statement_line(&policy.sources, span),
        );
        let class = row.class.unwrap_or("-");
        out += &format!("{:width$}  {class:11}  {verdict}\n", shown(row));
        out += &format!("{:width$}  {:11}  {statement}\n", "", "");
    }
    let all = all_caps(policy);
    if !all.is_empty() {
        out += &format!("all calls together: at most {}\n", text::excerpt(&all.join(", "), 240));
    }
    out
}

fn all_caps(policy: &OpenPolicy) -> Vec<String> {
    let limits = policy.decider.engine.limits_of_all();
    limits.iter().map(|limit| limit.rate.to_string()).collect()
}

#[derive(Serialize)]
struct TableDocument {
    version: u32,
    tools: Vec<TableEntry>,
    /// The caps over all calls together.
    all_caps: Vec<String>,
}

#[derive(Serialize)]
struct TableEntry {
    /// Null stands for any tool that the policy and its manifest do not name.
    name: Option<String>,
    class: Option<&'static str>,
    verdict: &'static str,
    depends_on: Vec<String>,
    caps: Vec<String>,
    statement: Option<StatementEntry>,
}

fn table_document(policy: &OpenPolicy) -> String {
    let entry = |row: TableRow| TableEntry {
        statement: row.statement.and_then(|span| StatementEntry::new(&policy.sources, span)),
        name: row.name,
        class: row.class,
        verdict: row.verdict,
        depends_on: row.depends_on,
        caps: row.caps,
    };
    let tools = rows(policy).into_iter().map(entry).collect();
    let document = TableDocument { version: 1, tools, all_caps: all_caps(policy) };
    String::from_utf8_lossy(&json::lines(&document)).into_owned()
}
