//! House rules that hold for the source text itself: who may know whom, and who may touch the world outside.

use std::collections::BTreeSet;
use std::path::Path;

/// The modules of the library, each using only those before it.
const ORDER: [&str; 24] = [
    "source",
    "text",
    "diagnostic",
    "input",
    "policy",
    "syntax",
    "json",
    "manifest",
    "risk",
    "lower",
    "resolve",
    "policy_json",
    "decide",
    "diff",
    "emit",
    "format",
    "decompile",
    "lint",
    "starter",
    "config",
    "check",
    "project",
    "editor",
    "cli",
];

/// Uses of a later module that are allowed: the user, the used, and why.
const EXCEPTIONS: [(&str, &str, &str); 0] = [];

/// The longest file, in lines.
const LONGEST_FILE: usize = 500;

/// What only some files may name in their code.
const CONFINED: [(&str, &[&str]); 17] = [
    ("pest", &["src/syntax/grammar"]),
    ("pest_derive", &["src/syntax/grammar"]),
    ("jsonc_parser", &["src/json"]),
    ("regex_automata", &["src/policy/pattern/mod.rs"]),
    ("bigdecimal", &["src/policy/logic"]),
    ("toml", &["src/config"]),
    ("globset", &["src/config"]),
    ("ignore", &["src/project/discover.rs"]),
    ("codespan_reporting", &["src/cli"]),
    ("clap", &["src/cli", "src/main.rs"]),
    // The one file system that is a disk, for the programs.
    ("std::fs", &["src/cli", "src/main.rs", "src/project/disk.rs"]),
    ("std::env", &["src/cli", "src/main.rs"]),
    ("std::process", &["src/cli", "src/main.rs"]),
    ("println", &["src/cli", "src/main.rs"]),
    ("eprintln", &["src/cli", "src/main.rs"]),
    ("print", &["src/cli", "src/main.rs"]),
    ("eprint", &["src/cli", "src/main.rs"]),
];

/// A file of the repository: its path from the root, and its text.
pub struct File {
    pub path: String,
    pub text: String,
}

impl File {
    /// The lines of code with their numbers: comments, whole or at the end of a line, taken away.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate();
        lines.map(|(number, line)| {
            let is_comment = line.trim_start().starts_with("//");
            let code = line.split_once(" // ").map_or(line, |(code, _)| code);
            (number + 1, if is_comment { "" } else { code })
        })
    }

    /// The module of the library that the file belongs to.
    fn module(&self) -> &str {
        let path = self.path.strip_prefix("src/").unwrap();
        path.split('/').next().unwrap().trim_end_matches(".rs")
    }
}

/// The text files below a folder of the repository, in order.
fn files(folder: &str) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(root, folder, &mut found);
    found
}

fn walk(root: &Path, folder: &str, found: &mut Vec<File>) {
    let entries = std::fs::read_dir(root.join(folder)).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    for name in names {
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        let full = root.join(&path);
        // What is built, and what is fetched, is not the project's own text. In a worktree `.git` is a file.
        if matches!(name.as_str(), "target" | ".git" | "node_modules") {
            continue;
        }
        if full.is_dir() {
            walk(root, &path, found);
        } else if let Ok(text) = std::fs::read_to_string(&full) {
            found.push(File { path, text });
        }
    }
}

fn sources() -> Vec<File> {
    let sources: Vec<File> =
        files("src").into_iter().filter(|file| file.path.ends_with(".rs")).collect();
    assert!(sources.len() > 50, "{} files", sources.len());
    sources
}

/// The sources of the library and its program, and of the language server.
pub fn all_sources() -> Vec<File> {
    let mut all = sources();
    all.extend(files("lsp/src").into_iter().filter(|file| file.path.ends_with(".rs")));
    assert!(all.iter().any(|file| file.path.starts_with("lsp/src/")));
    all
}

#[test]
fn the_library_knows_no_protocol() {
    let mut found = Vec::new();
    for file in &sources() {
        for (number, line) in file.code() {
            for name in ["tower_lsp", "lsp_types", "ls_types", "tokio"] {
                if names(line, name) {
                    found.push(format!("{}:{number} names `{name}`", file.path));
                }
            }
        }
    }
    assert_none(&found);
}

#[test]
fn only_one_module_of_the_editor_asks_which_format_answers() {
    let mut found = Vec::new();
    let all = sources();
    let is_other = |file: &&File| {
        file.path.starts_with("src/editor/")
            && !file.path.starts_with("src/editor/policy_json")
            && !matches!(file.path.as_str(), "src/editor/answers.rs" | "src/editor/mod.rs")
    };
    for file in all.iter().filter(is_other) {
        for (number, line) in file.code() {
            let is_of_editor = line.contains("super::") || line.contains("editor::");
            if is_of_editor && names(line, "policy_json") {
                found.push(format!("{}:{number} names `editor::policy_json`", file.path));
            }
        }
    }
    for file in all.iter().filter(|file| file.path.starts_with("src/editor/policy_json")) {
        for (number, line) in file.code().filter(|(_, line)| names(line, "answers")) {
            found.push(format!("{}:{number} names `answers`: {line}", file.path));
        }
    }
    assert_none(&found);
}

/// Fails with all findings, a line each.
fn assert_none(found: &[String]) {
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn the_library_lists_its_modules_in_the_order_of_their_dependencies() {
    let files = sources();
    let library = files.iter().find(|file| file.path == "src/lib.rs").unwrap();
    let listed: Vec<&str> = library
        .code()
        .filter_map(|(_, line)| line.trim().trim_start_matches("pub ").strip_prefix("mod "))
        .map(|name| name.trim_end_matches(';'))
        .collect();
    let expected: Vec<&str> = ORDER.into_iter().filter(|module| listed.contains(module)).collect();
    assert_eq!(listed, expected, "a module out of order, or one that the order does not know");
    assert!(listed.len() > 12);
}

#[test]
fn no_module_uses_a_later_one() {
    let rank = |module: &str| ORDER.iter().position(|other| *other == module);
    let mut found = Vec::new();
    let mut uses = 0;
    let mut needed: BTreeSet<(&str, &str)> = BTreeSet::new();
    for file in &sources() {
        let Some(own) = rank(file.module()) else { continue };
        for (number, used) in used_modules(file) {
            let Some(other) = rank(&used) else { continue };
            uses += 1;
            let exception = EXCEPTIONS
                .iter()
                .find(|(user, used, _)| *user == ORDER[own] && *used == ORDER[other]);
            match exception {
                _ if other <= own => {}
                Some((user, used, _)) => {
                    needed.insert((user, used));
                }
                None => found.push(format!("{}:{number} uses `{used}`", file.path)),
            }
        }
    }
    for (user, used, _) in EXCEPTIONS {
        if !needed.contains(&(user, used)) {
            found.push(format!("`{user}` does not use `{used}`: the exception is not needed"));
        }
    }
    assert!(uses > 100, "{uses} uses");
    assert_none(&found);
}

/// The modules behind every `crate::` of a file, with the lines: `crate::a`, and `crate::{a, b::c}` over several lines.
fn used_modules(file: &File) -> Vec<(usize, String)> {
    let mut code = String::new();
    let mut starts = Vec::new();
    for (_, line) in file.code() {
        starts.push(code.len());
        code.push_str(line);
        code.push('\n');
    }
    let mut used = Vec::new();
    for (at, path) in code.match_indices("crate::") {
        let line = starts.partition_point(|start| *start <= at);
        let rest = &code[at + path.len()..];
        if let Some(list) = rest.strip_prefix('{') {
            used.extend(first_names(list).into_iter().map(|name| (line, name)));
        } else {
            used.push((line, identifier(rest)));
        }
    }
    used
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

/// The first name of each item of a list in braces whose opening brace has been read.
fn first_names(list: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut depth = 1;
    let mut item = String::new();
    for character in list.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || depth == 1 && character == ',' {
            names.push(identifier(item.trim()));
            item.clear();
        } else {
            item.push(character);
        }
        if depth == 0 {
            break;
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[test]
fn the_reader_of_this_test_understands_paths() {
    let text = "use crate::{\n    a::{b, c},\n    d,\n};\n// crate::e\nlet x = crate::f::g(); // crate::h\n";
    let file = File { path: "src/x.rs".to_owned(), text: text.to_owned() };
    let names = |name: &str, line| (line, name.to_owned());
    assert_eq!(used_modules(&file), [names("a", 1), names("d", 1), names("f", 6)]);
}

#[test]
fn only_their_own_modules_know_the_parser_the_terminal_and_the_world() {
    let mut found = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for file in &sources() {
        for (number, line) in file.code() {
            for (name, homes) in CONFINED {
                if !names(line, name) {
                    continue;
                }
                seen.insert(name);
                let at_home =
                    |home: &&str| file.path == **home || file.path.starts_with(&format!("{home}/"));
                if !homes.iter().any(at_home) {
                    found.push(format!("{}:{number} names `{name}`", file.path));
                }
            }
        }
    }
    assert_none(&found);
    for name in ["pest", "jsonc_parser", "toml", "globset", "codespan_reporting", "clap", "std::fs"]
    {
        assert!(seen.contains(name), "`{name}` is not found where it lives: the search is broken");
    }
}

/// Whether a line of code names a crate, a module of the standard library, or a macro.
fn names(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let (before, after) = (&line[..at], &line[at + name.len()..]);
        let whole = !before.ends_with(is_part) && !after.starts_with(is_part);
        let is_macro = name.ends_with("print") || name.ends_with("println");
        let follows = if is_macro {
            after.starts_with('!')
        } else {
            after.starts_with("::") || after.starts_with(';') || name.contains("::")
        };
        whole && follows && !before.ends_with("\"")
    })
}

#[test]
fn no_library_code_exits_or_reads_the_clock() {
    let mut found = Vec::new();
    for file in sources().iter().filter(|file| !file.path.starts_with("src/cli")) {
        for (number, line) in file.code() {
            for name in ["process::exit", "SystemTime", "Instant::now", "thread::spawn", "todo!("] {
                if line.contains(name) {
                    found.push(format!("{}:{number} names `{name}`", file.path));
                }
            }
        }
    }
    assert_none(&found);
}

#[test]
fn no_file_is_longer_than_a_reader_can_bear() {
    let long = all_sources().into_iter().filter_map(|file| {
        let lines = file.text.lines().count();
        (lines > LONGEST_FILE).then(|| format!("{} has {lines} lines", file.path))
    });
    assert_none(&long.collect::<Vec<_>>());
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent = all_sources().into_iter().filter_map(|file| {
        (!file.text.starts_with("//! ")).then(|| format!("{} begins without `//!`", file.path))
    });
    assert_none(&silent.collect::<Vec<_>>());
}

#[test]
fn no_file_names_a_place_of_one_machine() {
    // Written in two halves, so that this file does not name them.
    let places =
        [concat!("/wo", "rk"), concat!("/tm", "p/"), concat!("/ho", "me/"), concat!("/ro", "ot/")];
    let mut found = Vec::new();
    let files = files("");
    for file in &files {
        for (number, line) in file.text.lines().enumerate() {
            let begins = |place: &str| {
                line.match_indices(place).any(|(at, _)| {
                    // A path that begins elsewhere, such as `a/tmp/b`, or an address, is none of the machine.
                    !line[..at].ends_with(|c: char| {
                        c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '}')
                    }) && !line[at + place.len()..].starts_with(char::is_alphabetic)
                        || line[..at].ends_with("file://")
                })
            };
            if places.iter().any(|place| begins(place)) {
                found.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
            }
        }
    }
    assert!(files.len() > 150, "{} files", files.len());
    assert_none(&found);
}
