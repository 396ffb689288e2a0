//! The text, one statement a line.

use crate::manifest::Manifest;
use crate::policy::{Test, write_string};
use crate::policy_json::Document;

use super::Style;
use super::caps::{Caps, Templates};
use super::fold::{self, Folded, FoldedStatement};
use super::order::{self, Run};
use super::refused::refuses_bare;
use super::select::Selection;
use super::statement::Statement;

/// Two lines with longer lists of tools than this are better a block, in characters.
const SHORT_LIST: usize = 60;

/// Writes the whole document.
pub(super) fn write(
    document: &Document,
    manifest: Option<(&str, &Manifest)>,
    style: Style,
) -> String {
    let selection = Selection::new(manifest.map(|(_, manifest)| manifest), style);
    let templates = Templates::new(document, style);
    let folded = fold::fold(document, style, manifest.map(|(_, manifest)| manifest), &templates);
    let writer = PolicyWriter { folded: &folded, selection: &selection };
    let mut sections: Vec<String> = Vec::new();
    if let Some((path, _)) = manifest {
        let mut line = String::from("manifest ");
        write_string(path, &mut line);
        sections.push(line);
    }
    sections.push(format!("default {}", document.default.name()));
    writer.write_rules(&order::arrange(&folded, style, selection.known()), &mut sections);
    sections.extend(hidden(&document.hide, &selection));
    sections.extend(all_limits(document, &templates));
    let mut text = sections.join("\n\n");
    text.push('\n');
    text
}

struct PolicyWriter<'a, 'd> {
    folded: &'a Folded<'d>,
    selection: &'a Selection<'a>,
}

impl<'d> PolicyWriter<'_, 'd> {
    /// Writes the runs: every block is a section, and so are the lines between two of them, those that grant and
    /// those that guard apart.
    fn write_rules(&self, runs: &[Run], sections: &mut Vec<String>) {
        let mut lines: Option<(bool, String)> = None;
        for run in runs {
            let kinds: Vec<&FoldedStatement<'d>> =
                run.kinds.iter().filter_map(|&kind| self.folded.kinds.get(kind)).collect();
            let said: Vec<&Statement<'d>> =
                run.statements.iter().filter_map(|&at| self.folded.statements.get(at)).collect();
            let tools: Vec<&'d str> =
                kinds.iter().flat_map(|kind| kind.tools.iter().copied()).collect();
            let selectors = self.selection.write(&tools);
            let guards = said.iter().any(|statement| statement.is_guard());
            let in_block = said.len() > 1
                && (guards || said.len() > 2 || selectors.chars().count() > SHORT_LIST);
            if in_block {
                sections.extend(lines.take().map(|(_, text)| text));
                sections.push(self.block(&selectors, &tools, &said));
                continue;
            }
            if lines.as_ref().is_some_and(|(guarding, _)| *guarding != guards) {
                sections.extend(lines.take().map(|(_, text)| text));
            }
            let (_, text) = lines.get_or_insert_with(|| (guards, String::new()));
            for statement in said {
                if !text.is_empty() {
                    text.push('\n');
                }
                self.statement(statement, Some(&selectors), &tools, text);
            }
        }
        sections.extend(lines.map(|(_, text)| text));
    }

    fn block(&self, selectors: &str, tools: &[&str], said: &[&Statement<'d>]) -> String {
        let mut text = format!("tool {selectors} {{\n");
        for statement in said {
            text.push_str("    ");
            self.statement(statement, None, tools, &mut text);
            text.push('\n');
        }
        text.push('}');
        text
    }

    fn statement(
        &self,
        statement: &Statement<'d>,
        selectors: Option<&str>,
        tools: &[&str],
        out: &mut String,
    ) {
        let only = if let [only] = tools { Some(*only) } else { None };
        let manifest = self.selection.manifest();
        let refused = |test: &Test| {
            manifest
                .is_some_and(|manifest| tools.iter().any(|tool| refuses_bare(manifest, tool, test)))
        };
        statement.write(selectors, only, &refused, out);
    }
}

/// The statements that hide tools, in the order of the list.
fn hidden(hide: &[String], selection: &Selection<'_>) -> Option<String> {
    let mut lines: Vec<String> = Vec::new();
    for (index, tools) in hide.split(|entry| entry == "*").enumerate() {
        if index > 0 {
            lines.push("hide all".to_owned());
        }
        if !tools.is_empty() {
            let tools: Vec<&str> = tools.iter().map(String::as_str).collect();
            lines.push(format!("hide {}", selection.write_in_order(&tools)));
        }
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The caps over all calls.
fn all_limits(document: &Document, templates: &Templates) -> Option<String> {
    let caps = Caps::split(&document.all_limits, None, templates);
    let lines: Vec<String> = caps
        .iter()
        .map(|caps| {
            let mut line = String::from("rate all");
            caps.write(None, &mut line);
            line
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
