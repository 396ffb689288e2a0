//! About the words of the language and the files that a policy names.

use super::{condition, rule_of, shown};
use crate::editor::cursor::{WordAt, WordKind};
use crate::editor::{View, reach, shapes};
use crate::lint::Form;
use crate::policy::{Access, Posture, ToolId};
use crate::source::resolve_beside;
use crate::syntax::{Fragment, decode_string};
use crate::text::count;

/// Longer paths are cut, in characters.
const MAX_PATH: usize = 120;

/// A word that begins a statement: its form, what it does, and what the statement at hand does.
pub(super) fn statement(view: &View, at: &WordAt<'_>, word: &str) -> Option<String> {
    let Some(meaning) = told(word) else {
        return Some(format!("`{word}` is reserved for a later version of the language."));
    };
    let mut out = format!("```gate\n{}\n```\n\n{meaning}", forms(word));
    let own = match word {
        "default" => posture(view),
        "manifest" => manifest(view),
        _ => rule_of(view, at).and_then(condition::guard_of).map(condition::meaning),
    };
    if let Some(own) = own {
        out += &format!("\n\n{own}");
    }
    out += "\n\nSee *Statements* in the language reference.";
    Some(out)
}

/// Another word of the language.
pub(super) fn word(view: &View, at: &WordAt<'_>, word: &str) -> Option<String> {
    let own = match word {
        "deny" | "allow" => return posture(view),
        "when" | "unless" | "with" | "and" | "or" | "not" => condition::clause(view, at),
        _ => None,
    };
    let meaning = match word {
        "when" => "`when`: the statement applies to calls that meet the condition.",
        "unless" => "`unless`: the statement applies to calls that do not meet the condition.",
        "with" => "`with`: calls that do not meet the condition are blocked.",
        "and" => "`and`: both sides must hold. It binds tighter than `or`.",
        "or" => "`or`: at least one side must hold. It binds loosest.",
        "not" => {
            "`not`: the test after it must not hold. A test of a missing argument is false, so \
             its `not` holds."
        }
        "having" => "`having args.PATH` keeps the tools whose schema declares the argument.",
        "except" => {
            "`except` excludes tools from the ones before it; everything after it belongs to it."
        }
        "because" => "`because` gives the reason, which the agent reads when a call is blocked.",
        "as" if at.verb() == Some("classify") => {
            "`as CLASS`: `read`, `write`, `execute`, `destructive` or `financial`."
        }
        "as" => {
            "`as NAME` names the counter. In a bare name, `{tool}` and `{window}` are expanded."
        }
        "all" if at.verb() == Some("hide") => "`hide all`: every tool, known or not.",
        "all" => "`rate all`: all calls together, to any tool.",
        _ => return None,
    };
    Some(own.map_or_else(|| meaning.to_owned(), |own| format!("{meaning}\n\n{own}")))
}

/// The path of a file: what it holds.
pub(super) fn file(view: &View, at: &WordAt<'_>, written: &str) -> Option<String> {
    let path = resolve_beside(view.path(), &decode_string(written));
    let is_manifest = at.words.iter().any(|word| word.kind == WordKind::Statement("manifest"));
    let told = if is_manifest {
        manifest(view)?
    } else {
        let resolved = view.resolved()?;
        let found = view.sources().find(&path);
        match found.and_then(|file| resolved.trees.iter().find(|tree| tree.file == file)) {
            Some(tree) => format!("It has {}.", count(tree.statements.len(), "statement")),
            None => "It could not be read.".to_owned(),
        }
    };
    Some(format!("The file {}. {told}", shown(&path, MAX_PATH)))
}

/// What the server of the policy has.
fn manifest(view: &View) -> Option<String> {
    let resolved = view.resolved()?;
    let Some(manifest) = &resolved.manifest else {
        return Some("The manifest could not be read.".to_owned());
    };
    let tools = reach::every(manifest);
    let classes = reach::by_class(resolved, &tools);
    let colon = if classes.is_empty() { "" } else { ": " };
    Some(format!("The server has {}{colon}{classes}.", count(tools.len(), "tool")))
}

/// What the policy's default comes to.
fn posture(view: &View) -> Option<String> {
    let context = view.context().filter(|context| context.form == Form::Gate)?;
    let policy = context.policy;
    let is_granted = |id: ToolId| policy.tools.get(id).is_some_and(|tool| tool.standing.granted);
    let wanted = |id: &ToolId| match policy.posture {
        Posture::Deny => context.access(*id) == Access::NotGranted,
        Posture::Allow => context.access(*id) == Access::Open && !is_granted(*id),
    };
    let number = policy.tools.iter().map(|(id, _)| id).filter(wanted).count();
    let tools = format!("{} {}", count(number, "tool"), if number == 1 { "is" } else { "are" });
    Some(match policy.posture {
        Posture::Deny => {
            format!(
                "Only `allow` opens a tool here. Of the tools known by name, {tools} not granted."
            )
        }
        Posture::Allow => format!(
            "Every tool is open unless a statement blocks it, including tools that the server \
             adds later. Of the tools known by name, {tools} open without an `allow`."
        ),
    })
}

/// The forms of a statement, outside of blocks, each on a line.
fn forms(word: &str) -> String {
    let own = shapes::all().iter().filter(|own| own.word == word && own.fragment != Fragment::Rule);
    own.map(|own| own.label).collect::<Vec<_>>().join("\n")
}

/// What a statement does.
fn told(word: &str) -> Option<&'static str> {
    Some(match word {
        "allow" => {
            "Grants the tools, each up to the caps. Only `allow` grants; all other statements \
             restrict."
        }
        "rate" => "Caps each of the tools, or all calls together. It grants nothing.",
        "require" => {
            "Blocks calls that do not meet the condition. A missing argument does not pass."
        }
        "approve" => {
            "Asks a person to approve calls: always, when the condition holds, or unless it \
             holds. `unless` also covers calls without the argument."
        }
        "deny" => {
            "Blocks calls, always or when the condition holds. A call without the argument gets \
             past a condition."
        }
        "hide" => {
            "Removes the tools from the list that the agent sees, and blocks their calls. It \
             overrides everything else."
        }
        "budget" => {
            "Caps the sum of an argument. It cannot be compiled: its key in policy.json is \
             undocumented."
        }
        "tool" => "Several statements for the same tools, without selectors.",
        "group" => "Names a set of tools, used as `@NAME` before or after it.",
        "classify" => {
            "Sets the class of tools, whatever the evidence says. A lower class than the evidence \
             shows needs a reason."
        }
        "manifest" => {
            "The server's tools, as `tools/list` returns them. Names, arguments, globs and sets \
             are checked against it."
        }
        "policy" => {
            "Names the policy that a test file tests. Its groups and its manifest are visible."
        }
        "assert" => "A claim about every call, which `check` and `compile` prove or refute.",
        "test" => {
            "Calls, and the verdict that each of them must get. `gatewright test` runs them with a \
             clock and empty counters."
        }
        "include" => "Includes the statements of another file, once, at the first mention.",
        "default" => {
            "Sets what happens to tools that nothing grants. Without it, the default is \
                      `deny`."
        }
        _ => return None,
    })
}
