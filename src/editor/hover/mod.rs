//! What is known about what stands at a place.

mod argument;
mod codes;
mod condition;
mod rate;
mod selection;
mod statement;
mod tool;

use std::ops::Range;

use super::cursor::{WordAt, WordKind, word_at};
use super::{View, decision, markdown, reach};
use crate::policy::{Rule, ToolId};
use crate::source::TextPart;
use crate::syntax::tree::SelectorKind;
use crate::text::excerpt;

/// Words about a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What they are about.
    pub range: Range<usize>,
    /// Markdown.
    pub contents: String,
}

/// What is known about the word at an offset of the text. While statements have errors, the policy with their last good versions
/// is asked about all others.
pub(super) fn hover(view: &View, offset: usize) -> Option<Hover> {
    of_repaired(view, offset).or_else(|| of_view(view, offset))
}

fn of_repaired(view: &View, offset: usize) -> Option<Hover> {
    let repaired = view.repaired()?;
    let mut found = of_view(&repaired.view, repaired.map.to_repaired(offset)?)?;
    found.range = repaired.map.to_current(&found.range)?;
    Some(found)
}

/// Sections about the word at an offset, then about the rules that have something to say about these characters.
fn of_view(view: &View, offset: usize) -> Option<Hover> {
    let word = word_at(view, offset);
    let mut range = word.as_ref().map(|word| word.word.range.clone());
    let mut sections = Vec::new();
    if let Some(word) = &word {
        if let Some((rule, section)) = codes::in_comment(view, word) {
            range = Some(rule);
            sections.push(section);
        } else {
            sections.extend(about(view, word).filter(|section| !section.is_empty()));
        }
    }
    if let Some((span, section)) = codes::findings(view, offset) {
        range = range.or(Some(span));
        sections.push(section);
    }
    let contents = sections.join("\n\n---\n\n");
    (!contents.is_empty()).then_some(Hover { range: range?, contents })
}

fn about(view: &View, at: &WordAt<'_>) -> Option<String> {
    let written = view.text().get(at.word.range.clone())?;
    match at.word.kind {
        WordKind::Comment | WordKind::Mark | WordKind::Unknown => None,
        WordKind::Statement(word) => statement::statement(view, at, word),
        WordKind::Word => statement::word(view, at, written),
        WordKind::Selector(SelectorKind::Name | SelectorKind::Quoted) => tool::tool(view, written),
        WordKind::Selector(kind) => selection::selector(view, at, written, kind),
        WordKind::Group => selection::group(view, at, written),
        WordKind::Class => selection::class(written),
        WordKind::Path => argument::argument(view, at),
        WordKind::Operator(operator) => Some(condition::operator(view, at, operator)),
        WordKind::Literal => condition::clause(view, at),
        WordKind::Rate => rate::rate(view, at, written),
        WordKind::Counter => rate::counter(view, at),
        WordKind::File => statement::file(view, at, written),
        WordKind::Reason => condition::reason(view, at),
    }
}

/// The rule of the policy to which a word belongs.
fn rule_of<'v>(view: &'v View, at: &WordAt<'_>) -> Option<&'v Rule> {
    decision::rule_at(view, at.part.rule?.0)
}

/// The tools that the statement of a word is about: as the policy has them, or for a broken one those that its words name.
fn tools_of(view: &View, at: &WordAt<'_>) -> Vec<ToolId> {
    let Some(resolved) = view.resolved() else { return Vec::new() };
    let in_selectors = at.selectors().is_some_and(|selectors| {
        let range = selectors.span.range();
        range.start <= at.word.range.start && at.word.range.end <= range.end
    });
    if let Some(rule) = rule_of(view, at).filter(|_| !in_selectors) {
        return rule.subjects.targets().iter().map(|target| target.tool).collect();
    }
    let text = view.text();
    let mut tools = Vec::new();
    if let Some(selectors) = at.selectors() {
        for selector in &selectors.items {
            let written = text.part(selector.span.range());
            tools.extend(reach::tools(resolved, written, selector.kind).unwrap_or_default());
        }
    } else {
        let words = at.words.iter().take_while(|word| word.range.start < at.word.range.start);
        for word in words {
            match word.kind {
                WordKind::Statement(_) => tools.clear(),
                WordKind::Selector(kind) => {
                    let written = text.part(word.range.clone());
                    tools.extend(reach::tools(resolved, written, kind).unwrap_or_default());
                }
                _ => {}
            }
        }
    }
    reach::distinct(tools)
}

/// A stranger's text as running words: on one line, cut after so many characters.
fn prose(text: &str, limit: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    markdown::escape(&excerpt(&words.join(" "), limit))
}

/// A stranger's or the author's text as code, cut after so many characters.
fn shown(text: &str, limit: usize) -> String {
    markdown::code(&excerpt(text, limit))
}
