//! About the rules of the linter and the errors of the language.

use std::ops::Range;

use super::shown;
use crate::diagnostic::Code;
use crate::editor::View;
use crate::editor::cursor::{WordAt, WordKind, directive};
use crate::text::nearest;

/// So many findings at one place are explained.
const MAX_FINDINGS: usize = 4;

/// The rule whose name stands at the place in a comment that lets findings stand, with its range.
pub(super) fn in_comment(view: &View, at: &WordAt<'_>) -> Option<(Range<usize>, String)> {
    if at.word.kind != WordKind::Comment {
        return None;
    }
    let directive = directive(view.text(), &at.word.range)?;
    let holds = |rule: &Range<usize>| rule.start <= at.offset && at.offset <= rule.end;
    let range = directive.rules.into_iter().find(holds)?;
    let name = view.text().get(range.clone())?;
    Some((range, page(name)))
}

/// The page of a code without its examples.
fn page(name: &str) -> String {
    let Some(code) = Code::from_name(name) else {
        let rules = Code::ALL.iter().filter(|code| code.is_rule()).map(|code| code.name());
        let near = nearest(name, rules);
        let meant =
            near.first().map_or_else(String::new, |near| format!(" Did you mean `{near}`?"));
        return format!("Unknown rule {}.{meant}", shown(name, 60));
    };
    let page = code.explanation();
    let text = page.text.split("\n## ").next().unwrap_or("").trim();
    format!("{}\n\n{text}", heading(code))
}

/// What the findings that touch an offset are about, with the place of the first: the findings themselves are shown by editors
/// anyhow.
pub(super) fn findings(view: &View, offset: usize) -> Option<(Range<usize>, String)> {
    let mut found = view.diagnostics().filter(|found| view.touches(found.primary.span, offset));
    let first = found.next()?;
    let mut codes = vec![first.code];
    for finding in found {
        if !codes.contains(&finding.code) && codes.len() < MAX_FINDINGS {
            codes.push(finding.code);
        }
    }
    let told = |code: &Code| format!("{}\n\n{}", heading(*code), code.explanation().summary);
    let sections: Vec<String> = codes.iter().map(told).collect();
    Some((first.primary.span.range(), sections.join("\n\n")))
}

/// `**uncapped-write** (warning, open doors)`
fn heading(code: Code) -> String {
    let (name, severity) = (code.name(), code.severity().name());
    format!("**{name}** ({severity}, {})", lower(code.category().title()))
}

/// A heading within a sentence.
fn lower(title: &str) -> String {
    let mut characters = title.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}
