//! Labelled tools: the kinds of evidence that they have, as `risk/features.tsv` keeps them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use gatewright::manifest::Manifest;
use gatewright::risk;
use gatewright::source::SourceSet;

use super::fit::{CLASSES, Sample};
use crate::support;

/// Where the labelled tools are kept, without the texts of their servers.
pub const FEATURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/risk/features.tsv");
/// Which of the newer servers may be learnt from; `risk/split.py` writes it.
const SPLIT: &str = include_str!("../../../risk/split.txt");

/// A labelled tool.
#[derive(Clone, Debug)]
pub struct Row {
    /// The server's name.
    pub server: String,
    /// The number of its class.
    pub label: usize,
    /// Whether both readers were sure of the label.
    pub is_sure: bool,
    /// How it was chosen: `seen`, `random` or `hard`.
    pub sample: String,
    /// The kinds of evidence that the tool has.
    pub signals: Vec<String>,
    /// The same of its name alone.
    pub name_signals: Vec<String>,
}

impl Row {
    /// The tool for the fit: a mistake about a critical tool costs more, one about an unsure label less.
    pub fn sample(&self, by_name: bool) -> Sample {
        let signals = if by_name { &self.name_signals } else { &self.signals };
        let sure = if self.is_sure { 1.0 } else { 0.3 };
        let critical = if self.label >= 3 { 1.5 } else { 1.0 };
        Sample { label: self.label, cost: sure * critical, signals: signals.clone() }
    }

    /// The family of the server: those with one are alike.
    pub fn family(&self) -> &str {
        self.server.split('-').next().unwrap_or("")
    }
}

/// The rows of the file.
pub fn kept() -> Vec<Row> {
    let text = fs::read_to_string(FEATURES).unwrap();
    text.lines().skip(1).map(parse).collect()
}

fn parse(line: &str) -> Row {
    let cells: Vec<&str> = line.split('\t').collect();
    let [server, label, sure, sample, signals, name_signals] = cells[..] else {
        panic!("{line:?} is not a row")
    };
    let list = |cell: &str| cell.split(' ').map(str::to_owned).collect();
    Row {
        server: server.to_owned(),
        label: number(label),
        is_sure: sure == "sure",
        sample: sample.to_owned(),
        signals: list(signals),
        name_signals: list(name_signals),
    }
}

fn number(class: &str) -> usize {
    CLASSES.iter().position(|name| *name == class).unwrap_or_else(|| panic!("{class:?}"))
}

/// The text of the file, from the servers' manifests; `None` where they are not at hand.
pub fn features() -> Option<String> {
    let manifests = support::corpus()?;
    let labels = manifests.join("../risk");
    let servers = manifests.join("../servers");
    let mut out = "server\tlabel\tsure\tsample\tevidence\tevidence of the name\n".to_owned();
    for line in lines(&labels.join("gold.tsv")) {
        let [server, tool, label, sure] = line[..] else { panic!("{line:?}") };
        out += &row(&manifests, server, tool, [label, sure, "seen"]);
    }
    let may_be_read = |server: &str| SPLIT.lines().any(|line| line == format!("read {server}"));
    for line in lines(&labels.join("gold-servers.tsv")) {
        let [server, tool, label, sure, sample] = line[..] else { panic!("{line:?}") };
        if may_be_read(server) {
            out += &row(&servers, server, tool, [label, sure, sample]);
        }
    }
    Some(out)
}

/// The cells of a table after its heading.
fn lines(path: &Path) -> Vec<Vec<&'static str>> {
    let text: &'static str = fs::read_to_string(path).unwrap().leak();
    text.lines().skip(1).map(|line| line.split('\t').collect()).collect()
}

fn row(folder: &Path, server: &str, tool: &str, [label, sure, sample]: [&str; 3]) -> String {
    thread_local! {
        static READ: std::cell::RefCell<BTreeMap<PathBuf, Manifest>> = const { std::cell::RefCell::new(BTreeMap::new()) };
    }
    READ.with_borrow_mut(|read| {
        let path = folder.join(format!("{server}.tools.json"));
        let manifest = read.entry(path.clone()).or_insert_with(|| {
            let text = fs::read_to_string(&path).unwrap();
            let file = SourceSet::default().add("tools.json", text.as_str());
            Manifest::read(file, text).0
        });
        let found = &manifest.tools()[manifest.find(tool).unwrap()];
        let (all, name) = (risk::signals(found).join(" "), risk::signals_of_name(tool).join(" "));
        format!("{server}\t{label}\t{sure}\t{sample}\t{all}\t{name}\n")
    })
}
