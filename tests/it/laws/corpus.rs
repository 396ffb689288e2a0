//! Every file that lies in the repository, every example of an explanation, and generated files.

use std::path::Path;
use std::sync::Arc;

use gatewright::check::{Outcome, compile, validate_policy_json};
use gatewright::diagnostic::Code;
use gatewright::source::MemoryLoader;
use proptest::strategy::{Strategy, ValueTree};

use super::mistakes;
use crate::lowering;
use crate::random::Random;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A policy in the language.
    Gate,
    /// A policy.json.
    PolicyJson,
    /// A capture of a server's tools, with a policy that names it.
    Manifest,
}

/// One file, with all files that it may name.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The path under which it is checked.
    pub path: String,
    pub kind: Kind,
    pub text: String,
    pub beside: Arc<MemoryLoader>,
}

impl Sample {
    /// What a run over the file comes to when it holds other bytes. Only policies have a value.
    pub fn run(&self, bytes: Vec<u8>) -> Outcome<String> {
        match self.kind {
            Kind::Gate => compile(&self.path, bytes, &*self.beside),
            Kind::PolicyJson => validate_policy_json(&self.path, bytes).map(|()| String::new()),
            Kind::Manifest => {
                let loader = MemoryLoader::default().with("tools.json", bytes);
                compile("policy.gate", READER.into(), &loader)
            }
        }
    }

    /// The same for a text.
    pub fn run_text(&self, text: &str) -> Outcome<String> {
        self.run(text.as_bytes().to_vec())
    }
}

/// A policy that looks at what a manifest says.
const READER: &str = "manifest \"tools.json\"\nallow @tools having args.id\nallow get_*\n\
    require @tools with args.id matches \"^[a-z]\" and args.limit <= 100\n\
    deny @tools when args.filter.kind in [\"a\", 1, null] or args.name == true\n";

/// All samples. The texts of the generated ones are the same in every run.
pub fn samples() -> Vec<Sample> {
    let mut samples = repository();
    samples.extend(explanations());
    samples.extend(generated());
    samples
}

/// Those that are policies in the language.
pub fn gate_samples() -> Vec<Sample> {
    samples().into_iter().filter(|sample| sample.kind == Kind::Gate).collect()
}

fn repository() -> Vec<Sample> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["examples", "tests/fixtures"] {
        walk(root, folder, &mut paths);
    }
    let mut loader = MemoryLoader::default();
    let mut files = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(root.join(&path)).unwrap();
        loader.insert(path.as_str(), text.as_str());
        files.push((path, text));
    }
    let beside = Arc::new(loader);
    let sample = |(path, text): (String, String)| {
        let kind = match path.as_str() {
            _ if path.ends_with(".gate") => Kind::Gate,
            _ if path.ends_with("tools.json") => Kind::Manifest,
            _ => Kind::PolicyJson,
        };
        Sample { path, kind, text, beside: Arc::clone(&beside) }
    };
    let samples: Vec<Sample> = files.into_iter().map(sample).collect();
    for kind in [Kind::Gate, Kind::Manifest, Kind::PolicyJson] {
        assert!(samples.iter().filter(|sample| sample.kind == kind).count() >= 4, "{kind:?}");
    }
    samples
}

/// The `.gate` and `.json` files below a folder, by their path from the root, in order.
fn walk(root: &Path, folder: &str, paths: &mut Vec<String>) {
    let mut names: Vec<String> = std::fs::read_dir(root.join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    for name in names {
        let path = format!("{folder}/{name}");
        if root.join(&path).is_dir() {
            walk(root, &path, paths);
        } else if path.ends_with(".gate") || path.ends_with(".json") {
            paths.push(path);
        }
    }
}

fn explanations() -> Vec<Sample> {
    let mut samples = Vec::new();
    for code in Code::ALL {
        let page = code.explanation();
        for (side, examples) in [("wrong", page.wrong), ("right", page.right)] {
            let mut loader = MemoryLoader::default()
                .with("tools.json", include_str!("../../fixtures/explain/tools.json"));
            for example in &examples {
                if let Some(file) = example.file {
                    loader.insert(file, example.text.as_str());
                }
            }
            let beside = Arc::new(loader);
            for example in examples {
                let kind = match example.language {
                    "gate" => Kind::Gate,
                    "json" if example.file.is_none() => Kind::PolicyJson,
                    "json" => Kind::Manifest,
                    _ => continue,
                };
                let file = example.file.unwrap_or("main");
                let path = format!("{code}-{side}-{file}");
                samples.push(Sample {
                    path,
                    kind,
                    text: example.text,
                    beside: Arc::clone(&beside),
                });
            }
        }
    }
    assert!(samples.len() > Code::ALL.len(), "{} samples", samples.len());
    samples
}

fn generated() -> Vec<Sample> {
    let mut runner = lowering::runner(1);
    let mut samples = Vec::new();
    for number in 0..24 {
        let policy = lowering::generate::policy().new_tree(&mut runner).unwrap().current();
        samples.push(Sample {
            path: format!("generated-guards-{number}.gate"),
            kind: Kind::Gate,
            text: policy.text(),
            beside: Arc::default(),
        });
    }
    let beside = Arc::new(mistakes::loader());
    for number in 0..16 {
        let mut random = Random::new(number);
        // Half of them are right.
        let mistakes = if number % 2 == 0 { 0 } else { 6 };
        samples.push(Sample {
            path: format!("generated-statements-{number}.gate"),
            kind: Kind::Gate,
            text: mistakes::file(mistakes, &mut random).0,
            beside: Arc::clone(&beside),
        });
    }
    samples
}
