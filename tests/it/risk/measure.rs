//! Classes held against two sets of labels.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use gatewright::manifest::Manifest;
use gatewright::risk::{Class, Level, assess, assess_name};
use gatewright::source::SourceSet;

use crate::support;

/// A labelled tool and what the classifier says of it.
#[derive(Clone, Debug)]
pub struct Row {
    pub server: String,
    pub tool: String,
    pub label: Class,
    pub is_sure: bool,
    pub class: Class,
    pub level: Level,
    pub by_name: Class,
}

/// Everything that is measured.
pub struct Measured {
    rows: Vec<Row>,
    /// The older labels of servers whose manifests are not at hand: only names and short descriptions.
    pub second_opinion: Vec<Row>,
}

impl Measured {
    /// Measures; `None` where the corpus is not at hand.
    pub fn new() -> Option<Self> {
        let manifests = support::corpus()?;
        let labels = manifests.join("../risk");
        let mut servers: BTreeMap<String, Vec<(String, Class, bool)>> = BTreeMap::new();
        for [server, tool, class, sure] in table::<4>(&labels.join("gold.tsv")) {
            let class = Class::from_name(&class).unwrap();
            servers.entry(server).or_default().push((tool, class, sure == "sure"));
        }
        let mut rows = Vec::new();
        for (server, labels) in &servers {
            let text = fs::read_to_string(manifests.join(format!("{server}.tools.json"))).unwrap();
            rows.extend(measure(server, &text, labels));
        }
        let second_opinion = second_opinion(&labels.join("labels.tsv"), &manifests);
        Some(Self { rows, second_opinion })
    }

    /// Every tool with a label.
    pub fn rows(&self) -> Vec<&Row> {
        self.rows.iter().collect()
    }

    /// Those of whose label both readers were sure.
    pub fn sure(&self) -> Vec<&Row> {
        self.rows.iter().filter(|row| row.is_sure).collect()
    }

    /// How many have the class of their label.
    pub fn right(&self, rows: &[&Row]) -> usize {
        rows.iter().filter(|row| row.class == row.label).count()
    }

    /// The tools whose class is not that of their label, a line each.
    pub fn mistakes(&self) -> String {
        let wrong = self.rows.iter().filter(|row| row.class != row.label);
        let line = |row: &Row| {
            let (label, class) = (row.label.name(), row.class.name());
            format!("{}/{}: {label}, not {class}\n", row.server, row.tool)
        };
        wrong.map(line).collect()
    }
}

fn measure(server: &str, text: &str, labels: &[(String, Class, bool)]) -> Vec<Row> {
    let mut sources = SourceSet::default();
    let file = sources.add("tools.json", text);
    let (manifest, _) = Manifest::read(file, text);
    let row = |(tool, label, is_sure): &(String, Class, bool)| {
        let found = manifest.tools().get(manifest.find(tool).unwrap()).unwrap();
        let assessment = assess(found);
        Row {
            server: server.to_owned(),
            tool: tool.clone(),
            label: *label,
            is_sure: *is_sure,
            class: assessment.class,
            level: assessment.confidence.level(),
            by_name: assess_name(tool).class,
        }
    };
    labels.iter().map(row).collect()
}

/// The labels that name a class, of servers without a manifest.
fn second_opinion(labels: &Path, manifests: &Path) -> Vec<Row> {
    let mut rows = Vec::new();
    for [server, tool, class, description] in table::<4>(labels) {
        let has_manifest = manifests.join(format!("{server}.tools.json")).exists();
        let Some(label) = Class::from_name(&class).filter(|_| !has_manifest) else { continue };
        let text = serde_json::json!([{"name": tool, "description": description}]).to_string();
        rows.extend(measure(&server, &text, &[(tool, label, false)]));
    }
    rows
}

/// The lines of a table behind its heading.
fn table<const COLUMNS: usize>(path: &Path) -> Vec<[String; COLUMNS]> {
    let text = fs::read_to_string(path).unwrap();
    let row = |line: &str| {
        let mut cells = line.split('\t').map(str::to_owned);
        std::array::from_fn(|_| cells.next().unwrap_or_default())
    };
    text.lines().skip(1).map(row).collect()
}
