//! Coverage in its forms.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{TestedFile, line_of};
use crate::check::{Coverage, StatementCoverage};
use crate::cli::decisions::statement_line;
use crate::cli::formats::json;
use crate::source::Span;
use crate::text;

/// What the tests do not reach, for people.
pub(super) fn human(tested: &[TestedFile]) -> String {
    let mut out = String::new();
    for file in tested {
        let Some(coverage) = &file.coverage else { continue };
        let name = text::clean(&file.name);
        out += &format!("{name}: the tests reach {}% of the policy\n", coverage.percent());
        for statement in coverage.statements.iter().filter(|statement| !statement.is_full()) {
            out += &format!("  {}\n", statement_line(&file.sources, statement.span));
            for missing in missing(file, statement) {
                out += &format!("    {missing}\n");
            }
        }
        for span in &coverage.unable {
            let line = statement_line(&file.sources, *span);
            out += &format!("  cannot decide any call: {line}\n");
        }
        if !coverage.uncalled.is_empty() {
            out += &format!("  never called: {}\n", text::list(&coverage.uncalled, 20));
        }
    }
    out
}

/// What the tests do not reach of a statement, in words.
fn missing(file: &TestedFile, statement: &StatementCoverage) -> Vec<String> {
    let mut missing = Vec::new();
    match (statement.decisions > 0, statement.both_ways) {
        (false, _) if statement.only_caps => {}
        (false, _) => missing.push("never decides".to_owned()),
        (true, Some(false)) => missing.push("never lets a call pass".to_owned()),
        _ => {}
    }
    for (cap, _) in statement.caps.iter().filter(|(_, reached)| !reached) {
        let shown = text::quote(file.sources.slice(*cap));
        missing.push(format!("the cap {shown} is never used up"));
    }
    missing
}

/// The coverage of a file, for programs.
#[derive(Serialize)]
pub(super) struct CoverageEntry {
    statements: Vec<CoveredStatement>,
    percent: usize,
}

#[derive(Serialize)]
struct CoveredStatement {
    file: String,
    line: u32,
    decided: bool,
    /// Null for a statement without a condition.
    both_ways: Option<bool>,
}

#[derive(Serialize)]
struct CoverageDocument {
    version: u32,
    coverage: CoverageEntry,
}

/// The coverage of all files together.
pub(super) fn entry(tested: &[TestedFile]) -> Option<CoverageEntry> {
    let covered: Vec<(&TestedFile, &Coverage)> =
        tested.iter().filter_map(|file| Some((file, file.coverage.as_ref()?))).collect();
    let statement = |file: &TestedFile, statement: &StatementCoverage| CoveredStatement {
        file: file.sources.path(statement.span.file).to_owned(),
        line: line_of(&file.sources, statement.span),
        decided: statement.decisions > 0,
        both_ways: statement.both_ways,
    };
    let percent = covered.iter().map(|(_, coverage)| coverage.percent()).min()?;
    let statements = covered.iter().flat_map(|(file, coverage)| {
        coverage.statements.iter().map(|found| statement(file, found))
    });
    Some(CoverageEntry { statements: statements.collect(), percent })
}

/// One JSON document.
pub(super) fn json(tested: &[TestedFile]) -> String {
    let Some(coverage) = entry(tested) else { return String::new() };
    let document = CoverageDocument { version: 1, coverage };
    String::from_utf8_lossy(&json::lines_at(&document, 3)).into_owned()
}

/// A tracefile of lcov: lines are statements, branches the two ways of a guard.
pub(super) fn lcov(tested: &[TestedFile]) -> String {
    let mut files: BTreeMap<&str, Vec<(u32, &StatementCoverage)>> = BTreeMap::new();
    for file in tested {
        for statement in file.coverage.iter().flat_map(|coverage| &coverage.statements) {
            let Span { file: id, .. } = statement.span;
            let line = line_of(&file.sources, statement.span);
            files.entry(file.sources.path(id)).or_default().push((line, statement));
        }
    }
    let mut out = String::new();
    for (path, statements) in files {
        out += &format!("TN:\nSF:{}\n", text::clean(path));
        for (line, statement) in &statements {
            out += &format!("DA:{line},{}\n", statement.decisions);
            if let Some(both) = statement.both_ways {
                let blocked = u8::from(statement.decisions > 0);
                out += &format!("BRDA:{line},0,0,{blocked}\nBRDA:{line},0,1,{}\n", u8::from(both));
            }
        }
        let hit = statements.iter().filter(|(_, statement)| statement.decisions > 0).count();
        out += &format!("LF:{}\nLH:{hit}\nend_of_record\n", statements.len());
    }
    out
}
