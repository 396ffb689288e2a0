//! The documents that are edited: a policy, and a Python module of as many lines.

use std::fmt::Write as _;

use serde_json::json;

/// A document, and the edits that are made in it.
pub struct Text {
    /// The name of the file.
    pub name: &'static str,
    /// The language, as editors call it.
    pub language: &'static str,
    /// The text.
    pub content: String,
    /// The manifest that it names, which is written to `tools.json`.
    pub manifest: Option<String>,
    /// An edit in the middle that makes a finding.
    pub finding: Edit,
    /// An edit in the middle after which the text cannot be read.
    pub mistake: Edit,
    /// The same at the end, in a statement that concerns all others.
    pub whole: Edit,
}

/// A replacement in one line.
pub struct Edit {
    /// The zero-based line.
    pub line: usize,
    /// The zero-based column.
    pub column: usize,
    /// What stands there.
    pub from: &'static str,
    /// What shall stand there.
    pub to: &'static str,
}

/// A policy: readers and capped writers in plain lines, and among twenty lines a block with an approval, a guard with a pattern,
/// something hidden and a comment. With a manifest, that lists all of its tools.
pub fn gate(lines: usize, has_manifest: bool) -> Text {
    let nouns = ["page", "issue", "model", "label", "user", "file", "branch", "message"];
    let mut written = vec!["# What the agent may do.".to_owned()];
    if has_manifest {
        written.push("manifest \"tools.json\"".to_owned());
    }
    written.extend(["default deny".to_owned(), String::new()]);
    let mut edited = 0;
    let mut number = 0;
    while written.len() < lines - 1 {
        number += 1;
        let noun = nouns[number % nouns.len()];
        match number % 14 {
            0 => written.push(format!("# About the {noun}s.")),
            1 => written.push(format!("hide delete_{noun}_{number}")),
            2 => {
                let block = format!(
                    "tool move_{noun}_{number} {{\n    allow 10/hour\n    approve unless args.stage == \"Staging\" because \"Staging only.\"\n}}\n"
                );
                written.extend(block.split('\n').map(str::to_owned));
            }
            3 => {
                written.push(format!("allow set_{noun}_{number} 10/minute"));
                written.push(format!(
                    "require set_{noun}_{number} with args.uri matches \"^models:/\" because \"From the store only.\""
                ));
            }
            4..=8 => written.push(format!("allow get_{noun}_{number}")),
            _ => {
                if edited == 0 && written.len() > lines / 2 {
                    edited = written.len();
                    written.push("allow update_the_page 30/minute".to_owned());
                }
                written.push(format!("allow update_{noun}_{number} 30/minute"));
            }
        }
    }
    written.truncate(lines - 1);
    written.push("rate all 120/minute".to_owned());
    let column = "allow update_the_page 30".len();
    let content = written.join("\n") + "\n";
    Text {
        name: "agent.gate",
        language: "gate",
        manifest: has_manifest.then(|| manifest(&content)),
        content,
        finding: Edit { line: edited, column, from: "/", to: "00/" },
        mistake: Edit { line: edited, column, from: "/", to: "\\" },
        whole: Edit { line: lines - 1, column: 0, from: "rate", to: "rat" },
    }
}

/// A manifest with every tool that a policy names, each with the arguments that its guards test.
fn manifest(policy: &str) -> String {
    let is_name = |word: &&str| word.contains('_') && !word.contains('"');
    let names = policy.lines().filter_map(|line| line.split_whitespace().find(is_name));
    let names: std::collections::BTreeSet<&str> =
        names.filter(|name| !name.contains('.')).collect();
    let tool = |name: &str| {
        json!({
            "name": name,
            "description": format!("{} of the store.", name.replace('_', " ")),
            "inputSchema": {"type": "object", "properties": {
                "stage": {"type": "string"}, "uri": {"type": "string", "description": "Where it is."},
            }},
        })
    };
    json!({ "tools": names.into_iter().map(tool).collect::<Vec<_>>() }).to_string()
}

/// A module of short functions, assignments and comments, in the order of what people write.
pub fn python(lines: usize) -> Text {
    let mut content = String::from(
        "\"\"\"What the agent may do.\"\"\"\n\nimport re\n\nSTAGE = re.compile(\"x\")\n",
    );
    let mut count = 5;
    let mut edited = 0;
    let mut number = 0;
    while count + 6 < lines {
        number += 1;
        if edited == 0 && count > lines / 2 {
            edited = count;
            content.push_str("the_page = 30\n");
            count += 1;
        }
        if number % 4 == 0 {
            let function = format!(
                "\n\ndef update_page_{number}(stage, limit=10):\n    if STAGE.match(stage):\n        return limit\n    return {number}\n"
            );
            count += function.matches('\n').count();
            content.push_str(&function);
        } else {
            let _ = writeln!(content, "page_{number} = [{number}, \"page\", 30]");
            count += 1;
        }
    }
    content.push_str(&"# The end.\n".repeat(lines.saturating_sub(count)));
    Text {
        name: "agent.py",
        language: "python",
        content,
        manifest: None,
        finding: Edit { line: edited, column: "the_page = ".len(), from: "3", to: "nope" },
        mistake: Edit { line: edited, column: "the_page = ".len(), from: "3", to: ")" },
        whole: Edit { line: edited, column: "the_page = ".len(), from: "3", to: ")" },
    }
}
