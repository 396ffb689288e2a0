//! Manifests as real servers give them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use gatewright::manifest::{Lookup, Manifest};
use gatewright::policy::Path;
use gatewright::source::SourceSet;

use crate::support;

mod policies;

/// The captures and how many tools each server has.
const TOOLS: [(&str, usize); 29] = [
    ("airtable", 16),
    ("brave-search", 2),
    ("circleci", 13),
    ("context7", 2),
    ("elevenlabs", 27),
    ("everything", 13),
    ("fetch", 1),
    ("filesystem", 14),
    ("git", 12),
    ("github", 26),
    ("gitlab", 9),
    ("grafana", 79),
    ("hubspot", 21),
    ("kubernetes", 23),
    ("memory", 9),
    ("mlflow", 40),
    ("mongodb", 49),
    ("n8n", 28),
    ("notion", 24),
    ("playwright", 25),
    ("postgres", 1),
    ("puppeteer", 7),
    ("redis", 4),
    ("slack", 8),
    ("sqlite", 6),
    ("stripe", 22),
    ("supabase", 31),
    ("time", 2),
    ("twilio", 197),
];

/// Each capture's name and text; none where the corpus is not at hand.
fn captures() -> Vec<(&'static str, String)> {
    let Some(folder) = support::corpus() else { return Vec::new() };
    let read = |name| std::fs::read_to_string(folder.join(format!("{name}.tools.json"))).unwrap();
    TOOLS.iter().map(|&(name, _)| (name, read(name))).collect()
}

fn load(name: &str, text: &str) -> Manifest {
    let mut sources = SourceSet::default();
    let file = sources.add(name, text);
    let (manifest, problems) = Manifest::read(file, text);
    assert_eq!(support::plain_diagnostics(&sources, &problems), "");
    manifest
}

/// The list of tools as a full parse of the JSON has it.
fn tools(text: &str) -> Vec<serde_json::Value> {
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    value["tools"].as_array().unwrap().clone()
}

#[test]
fn the_list_of_captures_is_complete() {
    let Some(folder) = support::corpus() else { return };
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".tools.json").map(str::to_owned))
        .collect();
    found.sort();
    assert_eq!(found, TOOLS.map(|(name, _)| name.to_owned()));
    assert_eq!(TOOLS.iter().map(|(_, tools)| tools).sum::<usize>(), 711);
}

#[test]
fn every_capture_is_read_as_a_full_parse_reads_it() {
    for ((name, text), (_, count)) in captures().into_iter().zip(TOOLS) {
        let manifest = load(name, &text);
        let expected = tools(&text);
        assert_eq!((manifest.tools().len(), expected.len()), (count, count), "{name}");
        for (index, (tool, expected)) in manifest.tools().iter().zip(&expected).enumerate() {
            assert_eq!(expected["name"], *tool.name, "{name}");
            assert_eq!(manifest.find(&tool.name), Some(index), "{name} {}", tool.name);
            assert_eq!(
                text.get(tool.name_span.range()),
                Some(&*format!("\"{}\"", tool.name)),
                "{name}"
            );
            assert_eq!(tool.description().as_deref(), expected["description"].as_str(), "{name}");
            let hints = &expected["annotations"];
            let title = expected["title"].as_str().or(hints["title"].as_str());
            assert_eq!(tool.title().as_deref(), title, "{name}");
            let annotations = tool.annotations;
            assert_eq!(annotations.read_only, hints["readOnlyHint"].as_bool(), "{name}");
            assert_eq!(annotations.destructive, hints["destructiveHint"].as_bool(), "{name}");
            assert_eq!(annotations.idempotent, hints["idempotentHint"].as_bool(), "{name}");
            assert_eq!(annotations.open_world, hints["openWorldHint"].as_bool(), "{name}");
        }
    }
}

#[test]
fn every_declared_argument_is_found() {
    for (name, text) in captures() {
        let manifest = load(name, &text);
        for (tool, expected) in manifest.tools().iter().zip(tools(&text)) {
            let schema = &expected["inputSchema"];
            let no_properties = serde_json::Map::new();
            let properties = schema["properties"].as_object().unwrap_or(&no_properties);
            let names: Vec<&String> = properties.keys().collect();
            assert_eq!(
                tool.argument_names().iter().collect::<Vec<_>>(),
                names,
                "{name} {}",
                tool.name
            );
            for key in names {
                let Lookup::Found(shape) = tool.argument(&Path(vec![key.as_str().into()])) else {
                    panic!("{name} {} {key}", tool.name)
                };
                let required = schema["required"]
                    .as_array()
                    .is_some_and(|all| all.contains(&key.as_str().into()));
                assert_eq!(shape.required, required, "{name} {} {key}", tool.name);
                assert!(!shape.types.is_empty(), "{name} {} {key}", tool.name);
            }
        }
    }
}

#[test]
fn an_argument_that_no_server_has_is_never_found_but_where_any_is_admitted() {
    for (name, text) in captures() {
        let manifest = load(name, &text);
        for (tool, expected) in manifest.tools().iter().zip(tools(&text)) {
            let schema = &expected["inputSchema"];
            let forbids = schema["additionalProperties"] == false;
            match tool.argument(&Path(vec!["no such argument".into()])) {
                Lookup::Found(_) => panic!("{name} {}", tool.name),
                Lookup::Unknown { depth, closed, known } => {
                    assert_eq!((depth, closed), (0, forbids), "{name} {}", tool.name);
                    assert_eq!(*known, *tool.argument_names(), "{name} {}", tool.name);
                }
                Lookup::Open => assert!(!forbids, "{name} {}", tool.name),
            }
        }
    }
}
