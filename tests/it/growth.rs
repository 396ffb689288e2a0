//! Work grows with the input, not with its square: the instructions of the program at N and at 2N.
//!
//! Valgrind counts them, so nothing here depends on how busy the machine is. What a run costs without any input is taken
//! away first; of the rest, twice the input may cost 2.3 times as much. On a machine without valgrind there is nothing to
//! test; where `CI` is set, that is a failure.
//!
//! The program is the one that the tests are built with. `GATEWRIGHT_GROWTH=target/release/gatewright` takes another, with
//! inputs ten times as large, which shows smaller squares.

mod configuration;
mod diffs;
mod files;
mod fixes;
mod manifests;
mod policies;
mod policy_json;

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{LazyLock, Mutex};

use tempfile::TempDir;

/// The most that twice the input may cost.
const MOST: f64 = 2.3;

/// Files by their paths.
type Files = Vec<(String, String)>;

/// One way in which an input can be large.
struct Kind {
    /// What the program is called with.
    call: &'static [&'static str],
    /// The smaller of the two sizes, so that the larger run takes about two seconds under valgrind.
    size: usize,
    /// The input of a size.
    files: fn(usize) -> Files,
}

const CHECK: &[&str] = &["check", "--format", "concise", "p.gate"];
const CHECK_ALL: &[&str] = &["check", "--format", "concise", "."];
const CHECK_JSON: &[&str] = &["check", "--format", "concise", "policy.json"];
const COMPILE: &[&str] = &["compile", "p.gate"];
const DECOMPILE: &[&str] = &["decompile", "policy.json"];
const DIFF: &[&str] = &["diff", "old.policy.json", "new.policy.json"];
const TEST: &[&str] = &["test", "--coverage", "p.gate"];
const WHY: &[&str] = &["why", "policy.json"];
const FMT: &[&str] = &["fmt", "--diff", "p.gate"];
const BASELINE: &[&str] =
    &["check", "--format", "concise", "--baseline", "baseline.json", "p.gate"];
const FIX: &[&str] = &["check", "--format", "concise", "--fix", "--diff", "p.gate"];
const FIX_UNSAFE: &[&str] =
    &["check", "--format", "concise", "--fix", "--unsafe", "--diff", "p.gate"];

/// Makes a test of each kind.
macro_rules! kinds {
    ($($(#[$meta:meta])* $name:ident: $call:expr, $size:expr, $files:expr;)*) => {
        $(
            $(#[$meta])*
            #[test]
            fn $name() {
                $crate::growth::assert_linear(&$crate::growth::Kind {
                    call: $call,
                    size: $size,
                    files: $files,
                });
            }
        )*
    };
}
use kinds;

/// A policy that stands alone.
fn policy(text: impl Into<String>) -> Files {
    vec![("p.gate".to_owned(), text.into())]
}

/// A policy and a manifest of these tools, each the JSON of one.
fn with_tools(text: impl Into<String>, tools: &[String]) -> Files {
    let manifest = format!("{{\"tools\":[{}]}}", tools.join(","));
    let text = format!("manifest \"tools.json\"\n{}", text.into());
    vec![("p.gate".to_owned(), text), ("tools.json".to_owned(), manifest)]
}

/// The JSON of so many tools `tool_0`, `tool_1`, …, all with this schema.
fn tools(count: usize, schema: &str) -> Vec<String> {
    (0..count).map(|n| format!("{{\"name\":\"tool_{n}\",\"inputSchema\":{schema}}}")).collect()
}

/// The JSON of a tool `t`.
fn tool(schema: &str) -> Vec<String> {
    vec![format!("{{\"name\":\"t\",\"inputSchema\":{schema}}}")]
}

/// A part for every number below.
fn each(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

/// The same with something between.
fn joined(count: usize, between: &str, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(between)
}

/// The program, and how much larger than usual its inputs are.
static PROGRAM: LazyLock<(PathBuf, usize)> =
    LazyLock::new(|| match std::env::var_os("GATEWRIGHT_GROWTH") {
        Some(program) => (std::fs::canonicalize(program).unwrap(), 10),
        None => (PathBuf::from(env!("CARGO_BIN_EXE_gatewright")), 1),
    });

fn has_valgrind() -> bool {
    static THERE: LazyLock<bool> = LazyLock::new(|| {
        let version = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
        version.is_ok_and(|status| status.success())
    });
    assert!(*THERE || std::env::var_os("CI").is_none(), "valgrind is missing");
    *THERE
}

/// Fails if twice the input costs more than [`MOST`] times as much.
fn assert_linear(kind: &Kind) {
    if !has_valgrind() {
        return;
    }
    let size = kind.size * PROGRAM.1;
    let start = start(kind.call);
    let [one, two] = [size, 2 * size].map(|size| {
        let (count, output) = instructions(kind.call, &(kind.files)(size));
        (count.saturating_sub(start).max(1), output)
    });
    let ratio = two.0 as f64 / one.0 as f64;
    if ratio <= MOST {
        return;
    }
    // What is paid once, between the two sizes, is no square: that shows again at the next.
    let four = instructions(kind.call, &(kind.files)(4 * size)).0.saturating_sub(start);
    let steps = (two.0.saturating_sub(one.0), four.saturating_sub(two.0));
    assert!(
        steps.1 as f64 <= MOST * steps.0 as f64,
        "{size} cost {} M instructions and twice as much {} M, {ratio:.2} times as many\n{}",
        one.0 / 1_000_000,
        two.0 / 1_000_000,
        two.1,
    );
}

/// What a call costs on next to nothing.
fn start(call: &'static [&'static str]) -> u64 {
    static KNOWN: LazyLock<Mutex<HashMap<&'static [&'static str], u64>>> =
        LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap();
    *known.entry(call).or_insert_with(|| {
        let document = "{\"version\":\"1\",\"default\":\"deny\",\"tools\":{\"t\":{}}}\n";
        let test = if call == TEST { "test \"t\" {\n    call t -> allow\n}\n" } else { "" };
        let mut files = policy(format!("default deny\nallow t\n{test}"));
        for name in ["policy.json", "old.policy.json", "new.policy.json"] {
            files.push((name.to_owned(), document.to_owned()));
        }
        files.push(("tools.json".to_owned(), "{\"tools\":[]}".to_owned()));
        instructions(call, &files).0
    })
}

/// The instructions of a run, and the end of what it says.
fn instructions(call: &[&str], files: &Files) -> (u64, String) {
    let folder = TempDir::new().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    if call == BASELINE {
        // Written for what a policy of this name held before, if there was one.
        let before = folder.path().join("before");
        let known = if before.is_dir() { &before } else { folder.path() };
        let baseline = folder.path().join("baseline.json");
        let mut write = Command::new(&PROGRAM.0);
        write.args(["check", "--write-baseline"]).arg(baseline).arg("p.gate").current_dir(known);
        assert!(write.output().unwrap().status.code().is_some_and(|code| code < 2));
    }
    let run = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
        .arg(&PROGRAM.0)
        .args(call)
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        // One thread: what idle ones do depends on the machine.
        .env("RAYON_NUM_THREADS", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(matches!(run.status.code(), Some(0 | 1)), "{said}");
    let count = said.lines().find_map(|line| line.split_once("I   refs:").map(|(_, count)| count));
    let count = count.unwrap_or_else(|| panic!("valgrind counts nothing: {said}"));
    let output = String::from_utf8_lossy(&run.stdout);
    let end: Vec<&str> = output.lines().rev().take(3).collect();
    (count.trim().replace(',', "").parse().unwrap(), end.join("\n"))
}

/// A test of the test: it notices a square.
#[test]
fn a_square_is_noticed() {
    if !has_valgrind() {
        return;
    }
    // A group of N names that N statements use is N² mentions, which a budget ends only at millions.
    let square = Kind {
        call: COMPILE,
        size: 200 / PROGRAM.1,
        files: |n| {
            let group = joined(n, ", ", |n| format!("t{n}"));
            policy(format!("group g = {group}\n{}", "allow @g\n".repeat(n)))
        },
    };
    assert!(std::panic::catch_unwind(|| assert_linear(&square)).is_err());
}
