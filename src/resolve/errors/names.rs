//! Findings about tools, groups, sets and classes.

use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::source::Span;
use crate::syntax::names::written_name;
use crate::text::{self, count, list, quote};

/// How many names a message lists.
const SHOWN: usize = 5;
/// What to do about a name that is near none of the manifest's and that quotes do not help.
pub(crate) const CORRECT: &str = "fix the name, or capture the manifest again";

pub(crate) fn unknown_tool(span: Span, name: &str, manifest: &str, near: &[&str]) -> Diagnostic {
    let message = format!("the manifest has no tool {}", quote(name));
    let diagnostic = Diagnostic::new(Code::UnknownTool, span, message)
        .with_note(format!("the manifest is {}", quote(manifest)));
    if let Some(excluded) = name.strip_prefix('-').filter(|rest| near.contains(rest)) {
        // The author meant to take the tool away: to correct the name would grant it.
        return diagnostic.with_help(exclude(excluded));
    }
    match near {
        [] if name.contains(['*', '?']) => diagnostic
            .with_help("remove the quotes to select tools: a name in quotes is not a glob"),
        [] if crate::syntax::words::is_bare_name(name) => diagnostic.with_help(
            "capture the manifest again, or to use the name as written, put it in double quotes",
        ),
        [] => diagnostic.with_help(CORRECT),
        near => diagnostic
            .with_help(format!("did you mean {}?", text::choice(near, 3)))
            .with_choice(span, near.iter().map(|name| bare_or_quoted(name))),
    }
}

/// A bare name such as `-x` in a policy without a manifest, which could tell whether it is a tool or an exclusion.
pub(crate) fn name_like_exclusion(span: Span, name: &str, excluded: &str) -> Diagnostic {
    let message = format!("{} is not a known tool", quote(name));
    let help =
        format!("{}, or to use the name as written, put it in double quotes", exclude(excluded));
    Diagnostic::new(Code::UnknownTool, span, message)
        .with_note("without a manifest, a bare name cannot begin with `-`")
        .with_help(help)
}

fn exclude(tool: &str) -> String {
    let except = quote(&format!("except {}", bare_or_quoted(tool)));
    format!("to exclude a tool, write {except} after the others")
}

/// A name that the author took as it stands, and that the manifest lacks.
pub(crate) fn undeclared_tool(span: Span, name: &str, manifest: &str, near: &[&str]) -> Diagnostic {
    let mut diagnostic = unknown_tool(span, name, manifest, near);
    (diagnostic.code, diagnostic.severity) =
        (Code::UndeclaredTool, Code::UndeclaredTool.severity());
    if near.is_empty() {
        diagnostic.help = Some(CORRECT.to_owned());
    }
    diagnostic
}

/// A name as it may stand in a policy.
fn bare_or_quoted(name: &str) -> String {
    if crate::syntax::words::is_bare_name(name) {
        return name.to_owned();
    }
    let mut quoted = String::new();
    crate::policy::write_string(name, &mut quoted);
    quoted
}

pub(crate) fn empty_name(span: Span) -> Diagnostic {
    Diagnostic::new(Code::EmptyName, span, "a tool's name is empty")
        .with_help("write the name of a tool")
}

pub(crate) fn star_as_name(span: Span) -> Diagnostic {
    Diagnostic::new(Code::StarAsName, span, "`\"*\"` is not a tool's name")
        .with_note("in policy.json, `*` means every tool, known or not")
        .with_help(
            "write `hide all` to hide every tool, or `@tools` to select every tool of the manifest",
        )
}

pub(crate) fn missing_at(span: Span, name: &str, group: Span) -> Diagnostic {
    let message = format!("{} is a group, not a tool", quote(name));
    Diagnostic::new(Code::MissingAt, span, message)
        .with_label(group, "the group is defined here")
        .with_help(format!("did you mean `@{name}`? (write \"{name}\" for a tool of this name)"))
        .with_fix(Applicability::Unsafe, format!("write `@{name}`"), span, format!("@{name}"))
}

pub(crate) fn unknown_group(span: Span, name: &str, near: &[&str]) -> Diagnostic {
    let message = format!("unknown group or set {}", quote(&format!("@{name}")));
    let diagnostic = Diagnostic::new(Code::UnknownGroup, span, message);
    if near.is_empty() {
        return diagnostic.with_help(format!("define it: `group {} = …`", text::clean(name)));
    }
    let names: Vec<String> = near.iter().map(|name| format!("@{name}")).collect();
    diagnostic
        .with_help(format!("did you mean {}?", text::choice(&names, 3)))
        .with_choice(span, names)
}

pub(crate) fn duplicate_group(span: Span, name: &str, first: Span) -> Diagnostic {
    let message = format!("the group {} is defined twice", quote(name));
    Diagnostic::new(Code::DuplicateGroup, span, message)
        .with_label(first, "first defined here")
        .with_help("give one of them another name")
}

pub(crate) fn reserved_group_name(span: Span, name: &str) -> Diagnostic {
    let message = format!("{} is a built-in set", quote(&format!("@{name}")));
    Diagnostic::new(Code::ReservedGroupName, span, message).with_help("give the group another name")
}

/// Groups that contain each other: their names in order, the first once more at the end, and where they are defined.
pub(crate) fn group_cycle(span: Span, names: &[String], others: &[Span]) -> Diagnostic {
    let shown: Vec<String> =
        names.iter().take(SHOWN + 1).map(|name| quote(&format!("@{name}"))).collect();
    let message = match (shown.as_slice(), names.len()) {
        ([only, _], 2) => format!("the group {only} contains itself"),
        (shown, count) if count <= SHOWN + 1 => {
            format!("groups contain each other: {}", shown.join(" → "))
        }
        (shown, _) => {
            let first = shown.first().map_or("", String::as_str);
            let length = count(others.len() + 1, "group");
            format!("{length} contain each other: {} → … → {first}", shown.join(" → "))
        }
    };
    let mut diagnostic = Diagnostic::new(Code::GroupCycle, span, message)
        .with_help("remove one of these groups from the other");
    for other in others.iter().take(SHOWN) {
        diagnostic = diagnostic.with_label(*other, "part of the cycle");
    }
    diagnostic
}

pub(crate) fn needs_manifest(span: Span, what: &str) -> Diagnostic {
    let message = format!("{what} needs a manifest");
    Diagnostic::new(Code::NeedsManifest, span, message).with_help(
        "save the server's answer to `tools/list` in a file and name it: `manifest \"server.tools.json\"`",
    )
}

/// `having` about tools of which nobody knows whether they have the argument; `reason` says why for the first.
pub(crate) fn undecided_having(span: Span, path: &str, tools: &[&str], reason: &str) -> Diagnostic {
    let message =
        format!("`having {}` cannot be decided for {}", text::clean(path), list(tools, SHOWN));
    Diagnostic::new(Code::UndecidedSelector, span, message)
        .with_note(format!("{reason}; a tool that is wrongly left out loses the rule"))
        .with_help("name the tools that the rule covers, or fix the manifest")
}

/// A class set, and tools that may belong to it or not, because `part` of the first cannot be used.
pub(crate) fn undecided_class(span: Span, set: &str, tools: &[&str], part: &str) -> Diagnostic {
    let message =
        format!("whether {} includes {} cannot be decided", quote(set), list(tools, SHOWN));
    let name = tools.first().copied().unwrap_or_default();
    let shown = written_name(name);
    Diagnostic::new(Code::UndecidedSelector, span, message)
        .with_note(format!(
            "{part} of {} cannot be used, and might show that the tool is dangerous",
            quote(name)
        ))
        .with_help(format!(
            "classify {}, such as `classify {} as destructive`, or fix the manifest",
            if tools.len() == 1 { "the tool" } else { "the tools" },
            text::clean(&shown),
        ))
}

pub(crate) fn matches_nothing(span: Span, what: &str, near: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::UnmatchedGlob,
        span,
        format!("{what} does not match any tool of the manifest"),
    );
    match near {
        [] => diagnostic.with_help("fix it, or remove it"),
        near => diagnostic.with_help(format!("did you mean {}?", text::choice(near, 3))),
    }
}

/// An `except` that takes every selected tool away.
pub(crate) fn leaves_nothing(span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnmatchedGlob, span, "this excludes every selected tool")
        .with_note("no tool is left, so the statement or group has no effect")
        .with_help("select more tools, or exclude fewer")
}

pub(crate) fn removes_nothing(span: Span, selector: &str) -> Diagnostic {
    let message = format!("{} excludes nothing: none of its tools is selected", quote(selector));
    Diagnostic::new(Code::RemovesNothing, span, message).with_help("fix it, or remove it")
}

pub(crate) fn too_many_matches(span: Span, limit: usize) -> Diagnostic {
    let message = format!("the selectors of this policy match tools more than {limit} times");
    Diagnostic::new(Code::TooManyMatches, span, message)
        .with_note(
            "a glob or set counts once for every tool that it matches, and again for each cap and \
             each test",
        )
        .with_help("write fewer statements")
}

/// Members of a class set of which the evidence says little, each with the class that it points to.
pub(crate) fn undetermined(span: Span, set: &str, tools: &[(&str, &str)]) -> Diagnostic {
    let names = tools.iter().map(|(name, _)| *name);
    let message = format!(
        "{} includes {}, but the evidence for this is weak",
        quote(set),
        list(names, SHOWN)
    );
    let (name, class) = tools.first().copied().unwrap_or_default();
    let shown = written_name(name);
    Diagnostic::new(Code::UndeterminedClass, span, message)
        .with_note(
            "a tool's class comes from `classify` statements, or else from the evidence in the \
             manifest",
        )
        .with_help(format!(
            "classify {}, such as `classify {} as {class}`",
            if tools.len() == 1 { "the tool" } else { "the tools" },
            text::clean(&shown),
        ))
}

pub(crate) fn unknown_class(span: Span, word: &str, near: &[&str]) -> Diagnostic {
    let message = format!("unknown class {}", quote(word));
    let help = match near {
        [] => "the classes are read, write, execute, destructive and financial".to_owned(),
        near => format!("did you mean {}?", text::choice(near, 3)),
    };
    Diagnostic::new(Code::UnknownClass, span, message)
        .with_help(help)
        .with_choice(span, near.iter().map(|class| (*class).to_owned()))
}

pub(crate) fn missing_reason(span: Span, class: &str, tools: &[(&str, &str)]) -> Diagnostic {
    let names = list(tools.iter().map(|(name, _)| name), SHOWN);
    let evidence = tools.first().map_or("", |(_, evidence)| evidence);
    let message = format!(
        "this lowers the class of {names} to `{class}`, but the evidence in the manifest shows at \
         least `{evidence}`"
    );
    Diagnostic::new(Code::MissingClassifyReason, span, message)
        .with_help(format!("say why: `as {class} because \"…\"`"))
}

pub(crate) fn conflicting_class(
    span: Span,
    tool: &str,
    class: &str,
    first: Span,
    other: &str,
) -> Diagnostic {
    let message =
        format!("{} is classified as `{class}` here and as `{other}` elsewhere", quote(tool));
    Diagnostic::new(Code::ConflictingClass, span, message)
        .with_label(first, format!("`{other}` here"))
        .with_help("keep one of them")
}
