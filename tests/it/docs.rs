//! The papers: what they show compiles, prints and says what they claim, and the examples are kept with their output.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails where it stands"
)]

#[cfg(feature = "cli")]
mod program;

use std::fs;
use std::path::{Path, PathBuf};

use gatewright::check::{self, Outcome};
use gatewright::diagnostic::Code;
use gatewright::policy::{MAX_CALLS, MAX_OUTPUT_BYTES, MAX_PATTERN_BYTES, Window, wording};
use gatewright::source::{MAX_FILE_BYTES, MemoryLoader, SourceSet};
use gatewright::syntax::words;
use gatewright::{config, lint, lower, policy_json, resolve, syntax};

use crate::support::{plain, plain_diagnostics};

/// The manifest of the reference's examples.
const TOOLS: &str = include_str!("../fixtures/docs/tools.json");

/// Every paper whose links are followed.
const PAPERS: [&str; 11] = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/language.md",
    "docs/configuration.md",
    "docs/architecture.md",
    "docs/ci.md",
    "docs/editors.md",
    "docs/rules.md",
    "docs/risk.md",
    "docs/testing.md",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A fenced block of a paper.
struct Block {
    /// The words behind the fence: the language first.
    info: Vec<String>,
    /// The lines between the fences.
    text: String,
    /// Where it begins, one-based.
    line: usize,
}

impl Block {
    fn is(&self, info: &[&str]) -> bool {
        self.info == info
    }
}

fn blocks(paper: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in read(paper).lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let info = info.split_whitespace().map(str::to_owned).collect();
                open = Some(Block { info, text: String::new(), line: index + 1 });
            }
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(block), None) => block.text += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "{paper}: a fence is not closed");
    found
}

fn compile(text: &str, loader: &MemoryLoader) -> Outcome<String> {
    crate::support::compile("policy.gate", text.into(), loader)
}

#[test]
fn the_reference_says_what_the_compiler_does() {
    let mut loader = MemoryLoader::default().with("tools.json", TOOLS);
    let mut compiled = String::new();
    let mut faults = String::new();
    for block in blocks("docs/language.md") {
        let info: Vec<&str> = block.info.iter().map(String::as_str).collect();
        let line = block.line;
        match info.as_slice() {
            // A loose one shows what the formatter would change.
            ["gate"] | ["gate", "loose"] => {
                let outcome = compile(&block.text, &loader);
                if !outcome.diagnostics.is_empty() {
                    faults += &format!("line {line} is not clean:\n{}", plain(&outcome));
                }
                compiled = outcome.value.unwrap_or_default();
            }
            ["gate" | "json", "file", name] => loader.insert(*name, block.text.as_str()),
            ["gate", "wrong", code] => {
                let outcome = compile(&block.text, &loader);
                if !outcome.diagnostics.iter().any(|found| found.code.name() == *code) {
                    faults += &format!("line {line} does not yield {code}:\n{}", plain(&outcome));
                }
            }
            ["json", "output"] => {
                if block.text != compiled {
                    faults += &format!("line {line} should read:\n{compiled}");
                }
            }
            _ => faults += &format!("line {line}: no test knows the block {info:?}\n"),
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn the_configuration_is_read_as_its_page_says() {
    let mut faults = String::new();
    let mut right = 0;
    for block in blocks("docs/configuration.md") {
        let mut sources = SourceSet::default();
        let file = sources.add("gatewright.toml", block.text.as_str());
        let (_, findings) = config::read(file, &block.text);
        let is_wrong = block.is(&["toml", "wrong"]);
        assert!(is_wrong || block.is(&["toml"]), "line {}: no test knows the block", block.line);
        right += usize::from(!is_wrong);
        if findings.is_empty() == is_wrong {
            let shown = plain_diagnostics(&sources, &findings);
            faults += &format!("line {} is not as it says:\n{shown}", block.line);
        }
    }
    assert!(faults.is_empty(), "{faults}");
    assert!(right >= 5, "{right} blocks");
}

#[test]
fn the_page_of_the_configuration_states_what_the_code_does() {
    let page = read("docs/configuration.md");
    let defaults = lint::Thresholds::default();
    for row in [
        format!("| `write` | `{}/minute` |", defaults.write),
        format!("| `execute` | `{}/minute` |", defaults.execute),
        format!("| size of a configuration | {} MiB |", config::MAX_BYTES / 1024 / 1024),
        format!("| length of a pattern, in bytes | {} |", config::MAX_PATTERN_BYTES),
        format!("| nesting of braces in a pattern | {} |", config::MAX_PATTERN_DEPTH),
        format!("| findings reported for one configuration | {} |", config::MAX_FINDINGS),
    ] {
        assert!(page.contains(&row), "missing: {row}");
    }
}

#[test]
fn every_policy_is_laid_out_as_the_formatter_does() {
    let mut policies: Vec<(String, String)> = Vec::new();
    for paper in ["README.md", "docs/language.md"] {
        let right = blocks(paper).into_iter().filter(|block| {
            block.info.first().is_some_and(|word| word == "gate") && !block.is(&["gate", "loose"])
        });
        policies.extend(right.map(|block| (format!("{paper}:{}", block.line), block.text)));
    }
    for file in walk(&root().join("examples")) {
        policies.push((file.display().to_string(), fs::read_to_string(&file).unwrap()));
    }
    let mut faults = String::new();
    for (place, text) in policies {
        let outcome = check::format("policy.gate", text.clone().into_bytes()).unwrap();
        // A block that shows a mistake of syntax has no layout.
        if let Some(formatted) = outcome.value.filter(|formatted| *formatted != text) {
            faults += &format!("{place} should read:\n{formatted}");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// The `.gate` files of a folder, at any depth.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries
        .flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|end| end == "gate"))
        .collect();
    found.sort();
    found
}

#[test]
fn every_statement_has_an_example() {
    let examples: String = blocks("docs/language.md")
        .into_iter()
        .filter(|block| block.info.first().is_some_and(|word| word == "gate"))
        .map(|block| block.text)
        .collect();
    for word in words::STATEMENTS {
        let shown = examples.lines().any(|line| line.starts_with(&format!("{word} ")));
        assert!(shown, "no example of `{word}`");
        let heading = read("docs/language.md").contains(&format!("\n### `{word} "));
        assert!(heading, "no section about `{word}`");
    }
}

#[test]
fn the_reference_states_the_limits_of_the_code() {
    let reference = read("docs/language.md");
    for (what, limit) in [
        ("nesting of brackets in a statement", syntax::MAX_DEPTH.to_string()),
        ("size of a file", format!("{} MiB", MAX_FILE_BYTES / 1024 / 1024)),
        ("predicates from one statement", lower::MAX_PREDICATES.to_string()),
        ("depth of includes", resolve::MAX_INCLUDE_DEPTH.to_string()),
        (
            "mentions of tools: each tool that a glob or set matches, counted again for every further rule of a block, cap and test",
            resolve::MAX_MENTIONS.to_string(),
        ),
        ("size of a policy.json", format!("{} MiB", MAX_OUTPUT_BYTES / 1024 / 1024)),
        (
            "text that the policies of one run include repeatedly, counting a file for each policy that includes it except the first",
            format!("{} MiB", check::MAX_INCLUDED_AGAIN / 1024 / 1024),
        ),
        ("calls in a rate", MAX_CALLS.to_string()),
        ("length of a regular expression", format!("{} KiB", MAX_PATTERN_BYTES / 1024)),
        (
            "findings reported for one policy.json; the rest are counted",
            policy_json::MAX_FINDINGS.to_string(),
        ),
    ] {
        let row = format!("| {what} | {limit} |");
        assert!(reference.contains(&row), "missing: {row}");
    }
}

#[test]
fn the_reference_states_the_measures_of_the_linter() {
    let reference = read("docs/language.md").replace("\n  ", " ");
    let defaults = lint::Thresholds::default();
    for measures in [
        format!(
            "accepts is {} calls a minute for a tool that writes and {} for one that executes",
            defaults.write, defaults.execute
        ),
        format!("It recommends {} and {}", lint::RECOMMENDED_WRITE, lint::RECOMMENDED_EXECUTE),
    ] {
        assert!(reference.contains(&measures), "missing: {measures}");
    }
}

#[test]
fn the_changelog_counts_the_rules() {
    let rules = Code::ALL.iter().filter(|code| code.is_rule()).count();
    assert!(read("CHANGELOG.md").contains(&format!(" {rules} rules ")), "there are {rules} rules");
}

#[test]
fn the_papers_for_contributors_name_files_that_are_there() {
    let mut named = 0;
    for paper in ["CONTRIBUTING.md", "docs/architecture.md"] {
        for path in read(paper).split('`').skip(1).step_by(2) {
            let of_file = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
            let is_path = path.contains('/') && path.chars().all(of_file);
            // A word in capitals stands for a name of one's own, and what lies outside need not be there.
            let is_ours = !path.starts_with("..") && path.chars().any(|c| c.is_ascii_lowercase());
            let is_form = path.contains("NAME");
            if is_path && is_ours && !is_form {
                named += 1;
                let there = root().join(path).exists() || root().join("src").join(path).exists();
                assert!(there, "{paper}: {path}");
            }
        }
    }
    assert!(named > 50, "{named}");
}

#[test]
fn the_reference_states_the_texts_of_the_code() {
    let reference = read("docs/language.md");
    let mut texts = vec![
        wording::APPROVAL.to_owned(),
        wording::DENIED.to_owned(),
        wording::approval_because("TEXT"),
        wording::denied_when("CONDITION"),
        wording::denied_unless("CONDITION"),
    ];
    for window in Window::ALL {
        texts.push(wording::counter(None, window));
        texts.push(wording::counter(Some(""), window));
    }
    for text in texts {
        assert!(reference.contains(&format!("`{text}`")), "missing: {text}");
    }
}

/// The policies in `examples/`: each folder holds one that its fragments do not include.
fn examples() -> Vec<PathBuf> {
    let folders = fs::read_dir(root().join("examples")).unwrap();
    let mut found = Vec::new();
    for folder in folders.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let is_policy = |file: &PathBuf| {
            let name = file.to_string_lossy();
            name.ends_with(".gate") && !name.ends_with("_test.gate")
        };
        let policies: Vec<PathBuf> = files.filter(is_policy).collect();
        assert_eq!(policies.len(), 1, "{}", folder.display());
        found.extend(policies);
    }
    found.sort();
    found
}

/// The files of the disk.
struct Disk;

impl gatewright::source::Loader for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, gatewright::source::LoadError> {
        fs::read(path).map_err(|error| gatewright::source::LoadError::new(error.to_string()))
    }

    fn admit(&self, _: &str, _: &str) -> Result<(), gatewright::source::LoadError> {
        Ok(())
    }
}

#[test]
fn every_example_lies_beside_what_it_compiles_to() {
    let examples = examples();
    assert!(examples.len() >= 3, "{examples:?}");
    for example in examples {
        let path = example.to_str().unwrap();
        let outcome = crate::support::compile(path, fs::read(&example).unwrap(), &Disk);
        assert_eq!(plain(&outcome), "", "{path}");
        let output = example.with_file_name("policy.json");
        let written = fs::read_to_string(&output).unwrap_or_default();
        assert!(
            outcome.value.as_deref() == Some(written.as_str()),
            "run: gatewright compile {path} -o {}",
            output.display()
        );
        let again = check::validate_policy_json("policy.json", written.into_bytes());
        assert_eq!(plain(&again), "", "{}", output.display());
    }
}

#[test]
fn the_readme_shows_a_part_of_an_example_and_its_json() {
    let blocks = blocks("README.md");
    let policy = blocks.iter().find(|block| block.is(&["gate"])).unwrap();
    let whole = read("examples/mlflow/mlflow.gate");
    for line in policy.text.lines() {
        assert!(whole.lines().any(|other| other == line), "not in the example: {line}");
    }
    let tools = read("examples/mlflow/mlflow.tools.json");
    let loader = MemoryLoader::default().with("mlflow.tools.json", tools);
    let outcome = compile(&policy.text, &loader);
    assert_eq!(plain(&outcome), "");
    let json = blocks.iter().find(|block| block.is(&["json"])).unwrap();
    assert_eq!(outcome.value.as_deref(), Some(json.text.as_str()));
}

#[test]
fn links_lead_to_files_and_headings() {
    for paper in PAPERS {
        let text = read(paper);
        let folder = Path::new(paper).parent().unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.starts_with("https://") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { PathBuf::from(paper) } else { folder.join(file) };
            assert!(root().join(&target).exists(), "{paper}: {link}");
            if !heading.is_empty() {
                let found = read(target.to_str().unwrap()).lines().any(|l| anchor(l) == heading);
                assert!(found, "{paper}: {link}");
            }
        }
    }
}

/// The anchor that a heading gets on the project's site; empty for any other line.
fn anchor(line: &str) -> String {
    let title = line.trim_start_matches('#');
    if title.len() == line.len() || !title.starts_with(' ') {
        return String::new();
    }
    let kept = title.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn every_layer_has_its_place_in_the_architecture() {
    let architecture = read("docs/architecture.md");
    let crate_root = read("src/lib.rs");
    let modules: Vec<&str> = crate_root
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    assert!(modules.len() > 10, "{modules:?}");
    for module in modules {
        let row = format!("\n| `{module}` | ");
        assert!(architecture.contains(&row), "no row about {module}");
    }
}

#[test]
fn the_minimum_version_of_rust_is_stated_once() {
    let cargo = read("Cargo.toml");
    let version = cargo.lines().find_map(|line| line.strip_prefix("rust-version = ")).unwrap();
    let version = version.trim_matches('"');
    for paper in PAPERS.iter().chain(&[".ci/run", "clippy.toml", "rustfmt.toml"]) {
        assert!(!read(paper).contains(version), "{paper} states the version too");
    }
}
