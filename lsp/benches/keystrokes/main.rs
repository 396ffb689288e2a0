//! How long an edit takes until its findings are there, held against `ruff server` on a file of as many lines, in turns and in one
//! run. Both servers get the same edits: a finding comes, a finding goes.
//!
//! `cargo bench -p gatewright-lsp --bench keystrokes -- [--rounds N] [--lines N,N]` prints a table. `ruff` is taken from the path;
//! without it only this server is measured.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a measurement that cannot go on ends with a message"
)]
#![expect(clippy::print_stdout, reason = "the table is what it is for")]

mod client;
mod texts;

use std::path::Path;
use std::time::Duration;

use client::{Document, Server};
use serde_json::json;
use texts::{Edit, Text};

/// What is measured of one server and one number of lines.
struct Measured {
    name: &'static str,
    edits: Vec<Duration>,
    breaks: Vec<Duration>,
    starts: Vec<Duration>,
    memory: u64,
}

struct Subject {
    name: &'static str,
    command: Vec<String>,
    text: Text,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |flag: &str| {
        arguments.iter().position(|argument| argument == flag).and_then(|at| arguments.get(at + 1))
    };
    let rounds: usize = value("--rounds").map_or(300, |rounds| rounds.parse().expect("a number"));
    let lines = value("--lines").map_or("1000,10000", String::as_str);
    for lines in lines.split(',') {
        for has_manifest in [true, false] {
            measure(lines.parse().expect("a number"), has_manifest, rounds);
        }
    }
}

fn measure(lines: usize, has_manifest: bool, rounds: usize) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mut subjects = vec![Subject {
        name: "gatewright",
        command: vec![env!("CARGO_BIN_EXE_gatewright-lsp").to_owned()],
        text: texts::gate(lines, has_manifest),
    }];
    if has_ruff() {
        let command = vec!["ruff".to_owned(), "server".to_owned()];
        subjects.push(Subject { name: "ruff", command, text: texts::python(lines) });
    }
    for subject in &subjects {
        let path = folder.path().join(subject.text.name);
        std::fs::write(path, &subject.text.content).expect("a file can be written");
        if let Some(manifest) = &subject.text.manifest {
            let path = folder.path().join("tools.json");
            std::fs::write(path, manifest).expect("a file can be written");
        }
    }
    let mut measured = edits(&subjects, folder.path(), rounds);
    for _ in 0..11 {
        for (subject, measured) in subjects.iter().zip(&mut measured) {
            let (server, _, start) = open(subject, folder.path());
            measured.starts.push(start);
            server.close();
        }
    }
    report(lines, has_manifest, &mut measured);
}

/// Edits the documents in turns.
fn edits(subjects: &[Subject], folder: &Path, rounds: usize) -> Vec<Measured> {
    let mut running: Vec<(Server, Document)> = Vec::new();
    let mut measured: Vec<Measured> = Vec::new();
    for subject in subjects {
        let (server, document, _) = open(subject, folder);
        running.push((server, document));
        let (edits, breaks, starts) = (Vec::new(), Vec::new(), Vec::new());
        measured.push(Measured { name: subject.name, edits, breaks, starts, memory: 0 });
    }
    for round in 0..rounds + 20 {
        for ((subject, (server, document)), measured) in
            subjects.iter().zip(&mut running).zip(&mut measured)
        {
            let right = pair(server, document, &subject.text.finding);
            let broken = pair(server, document, &subject.text.mistake);
            // The first edits of a process are those of an editor that has just been opened.
            if round >= 20 {
                measured.edits.extend(right);
                measured.breaks.extend(broken);
            }
        }
    }
    for ((server, document), measured) in running.iter_mut().zip(&mut measured) {
        measured.memory = server.peak_memory();
        if measured.name == "gatewright" {
            ask(server, document, &subjects[0].text);
        }
    }
    running.into_iter().for_each(|(server, _)| server.close());
    measured
}

/// Makes an edit after which there is one finding more, and takes it back.
fn pair(server: &mut Server, document: &mut Document, edit: &Edit) -> [Duration; 2] {
    let start = edit.column;
    let (there, more) = server.edit(document, edit.line, start..start + edit.from.len(), edit.to);
    let (back, less) = server.edit(document, edit.line, start..start + edit.to.len(), edit.from);
    assert_ne!(more, less, "{}: the edit changes nothing", document.uri);
    [there, back]
}

/// Asks behind edits, as an editor does, and makes edits after which everything is checked.
fn ask(server: &mut Server, document: &mut Document, text: &Text) {
    let line = text.finding.line;
    for (name, method) in
        [("completion", "textDocument/completion"), ("hover", "textDocument/hover")]
    {
        let mut times: Vec<Duration> = Vec::new();
        for column in 0..20 {
            pair(server, document, &text.finding);
            let position = json!({"line": line, "character": 6 + column % 3});
            let parameters = json!({"textDocument": {"uri": document.uri}, "position": position});
            times.push(server.ask(method, &parameters).0);
        }
        print_times(&format!("{name} behind an edit"), &mut times);
    }
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..20 {
        times.extend(pair(server, document, &text.whole));
    }
    print_times("an edit about all calls", &mut times);
}

fn print_times(name: &str, times: &mut [Duration]) {
    let median = ms(middle(times));
    println!("{name:>27}: median {median:.3} ms, longest {:.3} ms", ms(times[times.len() - 1]));
}

fn open(subject: &Subject, folder: &Path) -> (Server, Document, Duration) {
    Server::open(&subject.command, folder, subject.text.name, subject.text.language)
}

fn has_ruff() -> bool {
    let version = std::process::Command::new("ruff").arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

fn report(lines: usize, has_manifest: bool, measured: &mut [Measured]) {
    let manifest = if has_manifest { "with a manifest" } else { "without a manifest" };
    println!("\n{lines} lines {manifest}, times in milliseconds, memory in megabytes");
    println!(
        "{:>12} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "", "edit", "p99", "mistake", "p99", "start", "memory"
    );
    let rows: Vec<[f64; 6]> = measured
        .iter_mut()
        .map(|measured| {
            [
                ms(middle(&mut measured.edits)),
                ms(last_percent(&measured.edits)),
                ms(middle(&mut measured.breaks)),
                ms(last_percent(&measured.breaks)),
                ms(middle(&mut measured.starts)),
                measured.memory as f64 / 1024.0,
            ]
        })
        .collect();
    for (measured, row) in measured.iter().zip(&rows) {
        print_row(measured.name, row);
    }
    if let [own, other] = &rows[..] {
        let ratios: Vec<f64> = own.iter().zip(other).map(|(own, other)| own / other).collect();
        print_row("ratio", &ratios);
    }
}

fn print_row(name: &str, row: &[f64]) {
    print!("{name:>12}");
    row.iter().for_each(|value| print!(" {value:>9.3}"));
    println!();
}

/// The median; sorts the times.
fn middle(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The 99th percentile of sorted times.
fn last_percent(times: &[Duration]) -> Duration {
    times[times.len() * 99 / 100]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
