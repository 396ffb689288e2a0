//! Tools of one server whose names a reader takes for each other.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::{Context, Rule};
use crate::manifest::Tool;
use crate::policy::ToolId;
use crate::text::{clean, is_hidden, quote};

pub(super) const RULE: Rule = Rule { code: Code::LookalikeTool, needs_whole_policy: true, check };

/// Letters of other scripts, each followed by the Latin one that it looks like.
const LOOKALIKES: &str = "аaвbсcеeһhіiјjкkӏlмmнhоoрpԛqѕsтtуyхxԁdԝwαaβbεeιiκkνvοoρpτtυuχxɡgıi";

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(manifest) = context.manifest else { return };
    let mut known: HashMap<String, (ToolId, &Tool)> = HashMap::new();
    for (id, tool) in (0u32..).map(ToolId).zip(manifest.tools()) {
        match known.entry(skeleton(&tool.name)) {
            Entry::Vacant(entry) => {
                entry.insert((id, tool));
            }
            Entry::Occupied(entry) => {
                let (first, other) = entry.get();
                // Where the policy does the same with both, nobody is misled.
                if context.access(*first) != context.access(id) {
                    findings.push(finding(other, tool));
                }
            }
        }
    }
}

/// The name as a reader sees it: without hidden characters, case and separators, and with Latin letters for those that look alike.
fn skeleton(name: &str) -> String {
    let is_kept = |c: &char| !is_hidden(*c) && !matches!(c, '-' | '_');
    let letters = name.chars().filter(is_kept).flat_map(char::to_lowercase);
    letters.map(latin).collect()
}

fn latin(letter: char) -> char {
    if letter.is_ascii() {
        return letter;
    }
    if let '\u{ff01}'..='\u{ff5e}' = letter {
        let ascii = char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter);
        return ascii.to_ascii_lowercase();
    }
    let mut pairs = LOOKALIKES.chars();
    while let (Some(other), Some(latin)) = (pairs.next(), pairs.next()) {
        if other == letter {
            return latin;
        }
    }
    letter
}

fn finding(first: &Tool, tool: &Tool) -> Diagnostic {
    let message = format!("{} looks like {}", quote(&tool.name), quote(&first.name));
    let finding = Diagnostic::new(Code::LookalikeTool, tool.name_span, message)
        .with_label(first.name_span, "the other tool")
        .with_tools([&*tool.name])
        .with_help(
            "make sure that each statement names the tool that you mean, and hide the other one",
        );
    let foreign: Vec<String> = tool
        .name
        .chars()
        .filter(|letter| !letter.is_ascii())
        .map(|letter| format!("`{}` is U+{:04X}", clean(&letter.to_string()), u32::from(letter)))
        .take(MAX_FOREIGN)
        .collect();
    if foreign.is_empty() { finding } else { finding.with_note(foreign.join(", ")) }
}

/// How many letters a note explains.
const MAX_FOREIGN: usize = 4;
