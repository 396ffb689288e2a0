//! Reading: what the grammar takes, and what is said of everything else.

use std::fs;
use std::path::Path;

use gatewright::source::SourceSet;
use gatewright::syntax;

use crate::support::plain_diagnostics;

mod typed;

fn read(path: &Path) -> (String, String, SourceSet) {
    let text = fs::read_to_string(path).unwrap();
    let mut sources = SourceSet::default();
    let file = sources.add(path.file_name().unwrap().to_string_lossy(), text.clone());
    let (_, mut diagnostics) = syntax::parse(file, &text);
    gatewright::diagnostic::sort(&mut diagnostics);
    let findings = plain_diagnostics(&sources, &diagnostics);
    (text, findings, sources)
}

#[test]
fn fixtures_that_are_right() {
    insta::glob!("../fixtures/syntax/ok", "*.gate", |path| {
        let (text, findings, _) = read(path);
        assert_eq!(findings, "", "{}", path.display());
        assert!(syntax::accepts(&text), "the grammar as a whole refuses {}", path.display());
    });
}

#[test]
fn fixtures_that_are_wrong() {
    insta::glob!("../fixtures/syntax/err", "*.gate", |path| {
        let (text, findings, _) = read(path);
        assert_ne!(findings, "", "{}", path.display());
        insta::assert_snapshot!(format!("{text}\n----------\n{findings}"));
    });
}
