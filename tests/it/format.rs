//! Formatting: what files come out as, and what holds for every file.

mod random;

use std::fs;
use std::path::Path;

use gatewright::check;
use gatewright::diagnostic::Code;
use gatewright::format::{FormatFault, WIDTH, format};
use gatewright::source::SourceSet;
use gatewright::syntax::{self, Token};
use proptest::prelude::*;

fn formatted(text: &str) -> String {
    let outcome = check::format("policy.gate", text.into()).unwrap();
    let findings = crate::support::plain(&outcome);
    outcome.value.unwrap_or_else(|| panic!("{findings}\n{text}"))
}

/// The tokens and comments in their order, as the author reads them, without layout.
fn row(text: &str) -> Vec<&str> {
    let written = |token: Token| {
        let characters = token.text(text);
        if token.is_comment() { characters.trim_end_matches([' ', '\t']) } else { characters }
    };
    syntax::tokens(text).map(written).collect()
}

/// What holds for every file without mistakes.
fn obeys_the_laws(text: &str) {
    let once = formatted(text);
    assert_eq!(formatted(&once), once, "formatting twice differs from formatting once:\n{text}");
    assert_eq!(row(&once), row(text), "tokens or comments differ:\n{text}\n{once}");
    is_tidy(&once);
    is_within_the_width(&once);
    is_joined_where_it_fits(&once);
}

/// The rules about blanks and blank lines.
fn is_tidy(text: &str) {
    assert!(!text.contains(['\r', '\u{feff}']), "{text:?}");
    assert!(text.is_empty() || text.ends_with('\n') && !text.ends_with("\n\n"), "{text:?}");
    assert!(!text.starts_with('\n') && !text.contains("\n\n\n"), "{text:?}");
    let mut before = "";
    for line in text.lines() {
        assert_eq!(line.trim_end_matches([' ', '\t']), line, "{text}");
        let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
        assert!(indentation % 4 == 0 && !line[..indentation].contains('\t'), "{text}");
        let opens = row(before).iter().rfind(|token| !token.starts_with('#')) == Some(&"{");
        let closes = row(line).first() == Some(&"}");
        assert!(!(opens && line.is_empty() || closes && before.is_empty()), "{text}");
        before = line;
    }
}

/// A line is only too long where it could not be broken.
fn is_within_the_width(text: &str) {
    for line in text.lines() {
        let tokens = row(line);
        let comment = tokens.last().filter(|token| token.starts_with('#'));
        let code = line.strip_suffix(comment.unwrap_or(&"")).unwrap_or(line).trim_end();
        if code.chars().count() > WIDTH {
            // The first clause of a rule in a block stays with its word.
            let words = row(code);
            let clause = if words.get(1) == Some(&"because") { 2 } else { 1 };
            let inside = words.get(clause..words.len() - 1).unwrap_or_default();
            let place = inside.iter().find(|word| matches!(**word, "," | "and" | "or" | "because"));
            assert_eq!(place, None, "{line}\n{text}");
        }
    }
}

/// A statement without a comment inside that fits on a line stands on one.
fn is_joined_where_it_fits(text: &str) {
    let mut sources = SourceSet::default();
    let file = sources.add("policy.gate", text);
    for statement in syntax::parse(file, text).0.statements {
        let lines: Vec<&str> = sources.slice(statement.span).lines().collect();
        let tokens = row(sources.slice(statement.span));
        if lines.len() < 2
            || tokens[0] == "tool"
            || tokens.iter().any(|token| token.starts_with('#'))
        {
            continue;
        }
        let mut joined = lines[0].to_owned();
        for line in &lines[1..] {
            let line = line.trim_start();
            if !joined.ends_with(['(', '[', '{']) && !line.starts_with([')', ']', '}']) {
                joined.push(' ');
            }
            joined.push_str(line);
        }
        assert!(joined.chars().count() > WIDTH, "{joined}");
    }
}

#[test]
fn fixtures_come_out_to_the_byte() {
    insta::glob!("../fixtures/format", "*.gate", |path| {
        let text = fs::read_to_string(path).unwrap();
        let expected = fs::read_to_string(path.with_extension("formatted")).unwrap();
        assert_eq!(formatted(&text), expected, "{}", path.display());
    });
}

/// Every `.gate` file below a folder of the project.
fn gate_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(gate_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "gate") {
            files.push(path);
        }
    }
    files
}

#[test]
fn every_fixture_obeys_the_laws_or_is_refused() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut right, mut wrong) = (0, 0);
    for path in gate_files(&root.join("tests/fixtures")) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let outcome = check::format("policy.gate", text.clone().into()).unwrap();
        if outcome.value.is_some() {
            right += 1;
            obeys_the_laws(&text);
        } else {
            wrong += 1;
            assert!(!outcome.diagnostics.is_empty(), "{}", path.display());
        }
    }
    assert!(right >= 4 && wrong >= 3, "{right} fixtures are right and {wrong} wrong");
}

#[test]
fn the_examples_are_formatted() {
    let files = gate_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples"));
    assert!(files.len() >= 3);
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(formatted(&text), text, "{}", path.display());
        obeys_the_laws(&text);
    }
}

#[test]
fn files_of_every_system_become_the_same() {
    let plain = "allow a # c\ntool b {\n    hide\n}\n";
    let expected = "allow a  # c\ntool b {\n    hide\n}\n";
    assert_eq!(formatted(plain), expected);
    assert_eq!(formatted(&plain.replace('\n', "\r\n")), expected);
    assert_eq!(formatted(&format!("\u{feff}{}", plain.replace("    ", "\t"))), expected);
    assert_eq!(formatted(plain.trim_end()), expected);
}

#[test]
fn a_template_needs_no_blank_before_it() {
    assert_eq!(formatted("allow a 5/day as{tool}"), "allow a 5/day as {tool}\n");
    assert_eq!(formatted("tool a{allow as{tool}}"), "tool a {\n    allow as {tool}\n}\n");
    assert_eq!(formatted("rate a 5/day as as{tool}"), "rate a 5/day as as{tool}\n");
}

#[test]
fn a_file_without_statements_keeps_its_comments_only() {
    for empty in ["", "\n", " \t\r\n\n", "\u{feff}", "\u{feff}\n"] {
        assert_eq!(formatted(empty), "", "{empty:?}");
    }
    assert_eq!(formatted("\u{feff}#a"), "#a\n");
    assert_eq!(formatted("\n\n  # a \n\n\n\t#b\t\n\n"), "# a\n\n#b\n");
}

#[test]
fn a_file_with_mistakes_is_not_formatted() {
    let outcome = check::format("policy.gate", "alow  a\nallow  b\n".into()).unwrap();
    assert_eq!(outcome.value, None);
    let codes: Vec<Code> = outcome.diagnostics.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::UnknownStatement]);
    let outcome = check::format("policy.gate", b"allow a\xff\n".to_vec()).unwrap();
    assert_eq!(outcome.value, None);
    assert_eq!(outcome.diagnostics[0].code, Code::NotUtf8);
    assert_eq!(outcome.diagnostics[0].primary.span.start, 7);
}

/// The formatter trusts its tree; with a tree of another text it must notice, and return nothing.
#[test]
fn a_result_that_differs_is_a_fault() {
    let mut sources = SourceSet::default();
    let file = sources.add("policy.gate", "");
    let (nothing, _) = syntax::parse(file, "");
    assert_eq!(format(&nothing, "alow a\n"), Err(FormatFault::Meaning));
    let (other, _) = syntax::parse(file, "default allow\n");
    assert_eq!(format(&other, "default deny \n"), Err(FormatFault::Meaning));
    let text = "allow a # c\n";
    let (mut tree, _) = syntax::parse(file, text);
    assert_eq!(format(&tree, text), Ok("allow a  # c\n".to_owned()));
    tree.statements[0].span.end += 4;
    assert_eq!(format(&tree, text), Err(FormatFault::Comments));
}

#[test]
fn a_file_cut_anywhere_is_formatted_or_refused() {
    for path in gate_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/format")) {
        let text = fs::read_to_string(path).unwrap();
        for end in (0..text.len()).step_by(5).filter(|&end| text.is_char_boundary(end)) {
            let outcome = check::format("policy.gate", text[..end].into()).unwrap();
            assert_eq!(outcome.value.is_some(), outcome.diagnostics.is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        max_shrink_iters: 2000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn random_files_obey_the_laws(choices in prop::collection::vec(any::<u8>(), 0..1500)) {
        obeys_the_laws(&random::file(&choices));
    }
}
