//! One meaning for each type name, so that the name alone tells a reader what a type is.

use std::collections::BTreeMap;

use super::layers::{File, all_sources};

/// The most types of a crate that may share a name.
const MOST: usize = 2;

/// Names that more types share on purpose, and the concept that they share.
const ONE_CONCEPT: [(&str, &str); 5] = [
    ("Arguments", "what clap reads of a command line, one for each command"),
    (
        "Rule",
        "a rule of a policy as it is written, resolved, and in policy.json; and a rule of the linter, as its documents say",
    ),
    ("Group", "a group as it is written and laid out; and the tools that findings are grouped by"),
    ("Guard", "a guard as it is written, resolved and decompiled"),
    ("Caps", "the caps of a statement as they are written, resolved and decompiled"),
];

/// The types that a file defines, outside of functions and tests.
fn types(file: &File) -> Vec<String> {
    let is_word = |word: &&str| matches!(*word, "struct" | "enum" | "trait" | "type" | "union");
    let mut found = Vec::new();
    for (_, line) in file.code() {
        if line.starts_with(char::is_whitespace) {
            continue;
        }
        let mut words = line
            .split_whitespace()
            .skip_while(|word| word.starts_with("pub") || *word == "in" || word.ends_with(')'));
        if words.next().filter(is_word).is_some()
            && let Some(name) = words.next()
        {
            found.push(name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    found
}

#[test]
fn at_most_two_types_share_a_name() {
    let files = all_sources();
    let mut wrong = Vec::new();
    for root in ["src/", "lsp/src/"] {
        let mut homes: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for file in files.iter().filter(|file| file.path.starts_with(root)) {
            if file.path.ends_with("tests.rs") || file.path.contains("/tests/") {
                continue;
            }
            for name in types(file) {
                homes.entry(name).or_default().push(&file.path);
            }
        }
        assert!(homes.contains_key("View") || root != "src/", "the types are not found");
        for (name, homes) in &homes {
            let is_one_concept = ONE_CONCEPT.iter().any(|(one, _)| one == name);
            if homes.len() > MOST && !is_one_concept {
                wrong.push(format!("`{name}` is a type of {}", homes.join(", ")));
            }
        }
        if root == "src/" {
            let count = |name: &str| homes.get(name).map_or(0, Vec::len);
            let concepts = ONE_CONCEPT.iter().filter(|(name, _)| count(name) <= MOST);
            wrong.extend(
                concepts.map(|(name, _)| format!("the exception for `{name}` is not needed")),
            );
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn the_reader_of_types_finds_them_all() {
    let text = "pub struct A;\nstruct B<'b> {}\npub(super) enum C {\n    D,\n}\npub(in crate::x) type E = F;\nfn f() {\n    struct G;\n}\n";
    let file = File { path: "src/x.rs".to_owned(), text: text.to_owned() };
    assert_eq!(types(&file), ["A", "B", "C", "E"]);
}
