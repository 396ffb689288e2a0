//! Policies over the manifests of real servers.

use std::fmt::Write as _;

use super::{assert_laws, compiled};
use crate::support;

/// Each capture's name, text and tools.
fn captures() -> Vec<(String, String, Vec<String>)> {
    let Some(folder) = support::corpus() else { return Vec::new() };
    let mut captures: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            let tools = value["tools"].as_array().unwrap();
            let names =
                tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect();
            (path.file_stem().unwrap().to_string_lossy().into_owned(), text, names)
        })
        .collect();
    captures.sort();
    captures
}

/// A policy that names each tool in quotes, in another order than the manifest's.
fn exactly(tools: &[String], statement: impl Fn(&str) -> String) -> String {
    let mut text = String::from("manifest \"tools.json\"\n");
    for tool in tools.iter().rev() {
        writeln!(text, "{}", statement(&serde_json::to_string(tool).unwrap())).unwrap();
    }
    text
}

fn lines(text: &str) -> usize {
    text.lines().filter(|line| !line.is_empty()).count()
}

#[test]
fn a_policy_that_names_every_tool_becomes_a_few_lines() {
    for (name, manifest, tools) in captures() {
        let gate = exactly(&tools, |tool| format!("allow {tool} 30/minute, 500/day"));
        let text = assert_laws(&compiled(&gate, Some(&manifest)), Some(&manifest));
        assert_eq!(lines(&text), 3, "{name}\n{text}");
        if tools.len() > 2 {
            assert!(text.ends_with("\nallow @tools 30/minute, 500/day\n"), "{name}\n{text}");
        }
        let gate = exactly(&tools, |tool| {
            format!(
                "tool {tool} {{\nallow 5/hour as {{tool}}-{{window}}\napprove\ndeny when args.\"x\" == 1\n}}"
            )
        });
        let text = assert_laws(&compiled(&gate, Some(&manifest)), Some(&manifest));
        assert!(lines(&text) <= 12, "{name}\n{text}");
    }
}

#[test]
fn all_but_a_few_tools_are_said_so() {
    for (name, manifest, tools) in captures().into_iter().filter(|(_, _, tools)| tools.len() > 12) {
        let left_out = &tools[tools.len() / 2];
        let most: Vec<String> = tools.iter().filter(|tool| *tool != left_out).cloned().collect();
        let gate = exactly(&most, |tool| format!("allow {tool}"));
        let text = assert_laws(&compiled(&gate, Some(&manifest)), Some(&manifest));
        assert!(lines(&text) <= 4, "{name}\n{text}");
    }
}

#[test]
fn hidden_tools_keep_their_order() {
    for (_, manifest, tools) in captures() {
        for step in [1, 2, 3] {
            let some: Vec<String> = tools.iter().step_by(step).cloned().collect();
            let gate = exactly(&some, |tool| format!("hide {tool}"));
            assert_laws(&compiled(&gate, Some(&manifest)), Some(&manifest));
            let names: Vec<String> =
                some.iter().map(|tool| serde_json::to_string(tool).unwrap()).collect();
            let gate = format!("manifest \"tools.json\"\nhide {}\n", names.join(", "));
            let text = assert_laws(&compiled(&gate, Some(&manifest)), Some(&manifest));
            if step == 1 && tools.len() > 2 {
                assert!(text.ends_with("\nhide @tools\n"), "{text}");
            }
        }
    }
}
