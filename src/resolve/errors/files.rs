//! Findings about the files that a policy names.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::Posture;
use crate::source::{FileId, LoadError, SourceSet, Span};
use crate::text::quote;

pub(crate) fn unreadable(span: Span, path: &str, error: &LoadError) -> Diagnostic {
    let message = format!("cannot read {}: {}", quote(path), crate::text::clean(&error.reason));
    let help = error.help.as_deref().unwrap_or("a path is relative to the file that names it");
    Diagnostic::new(Code::UnreadableFile, span, message).with_help(help)
}

/// The same for a file that is missing; `near` are the names that may be meant.
pub(crate) fn missing(span: Span, path: &str, error: &LoadError, near: &[String]) -> Diagnostic {
    let finding = unreadable(span, path, error);
    if near.is_empty() {
        return finding;
    }
    let near = near.iter().map(String::as_str);
    finding.with_help(format!("did you mean {}?", crate::text::choice(near, 3)))
}

pub(crate) fn cycle(
    sources: &SourceSet,
    span: Span,
    chain: &[(FileId, Option<Span>)],
) -> Diagnostic {
    let mut names: Vec<String> = chain.iter().map(|(file, _)| quote(sources.path(*file))).collect();
    names.extend(names.first().cloned());
    let message = format!("files include each other: {}", names.join(" → "));
    let mut diagnostic = Diagnostic::new(Code::IncludeCycle, span, message).with_help(
        "remove one of these `include` statements, or move the shared statements into a third file",
    );
    for (_, from) in chain.iter().skip(1) {
        if let Some(from) = from {
            diagnostic = diagnostic.with_label(*from, "part of the cycle");
        }
    }
    diagnostic
}

pub(crate) fn too_deep(span: Span, limit: usize) -> Diagnostic {
    let message = format!("includes are nested more than {limit} files deep");
    Diagnostic::new(Code::IncludeTooDeep, span, message)
        .with_help("include the file from a file closer to the top")
}

pub(crate) fn broken_manifest(span: Span, path: &str) -> Diagnostic {
    let message = format!("the manifest {} cannot be used", quote(path));
    Diagnostic::new(Code::InvalidManifest, span, message)
        .with_help("capture the server's answer to `tools/list` again")
}

pub(crate) fn two_manifests(span: Span, path: &str, first: Span, first_path: &str) -> Diagnostic {
    let message = format!(
        "this names the manifest {}, but the policy already has {}",
        quote(path),
        quote(first_path)
    );
    Diagnostic::new(Code::ConflictingManifest, span, message)
        .with_label(first, "first named here")
        .with_help("name one manifest: a policy is for one server")
}

pub(crate) fn two_defaults(span: Span, posture: Posture, first: Span) -> Diagnostic {
    let other = match posture {
        Posture::Deny => Posture::Allow,
        Posture::Allow => Posture::Deny,
    };
    let message =
        format!("the default is `{}` here and `{}` elsewhere", posture.name(), other.name());
    Diagnostic::new(Code::ConflictingDefault, span, message)
        .with_label(first, format!("`{}` here", other.name()))
        .with_help("keep one of them")
}

pub(crate) fn policy_outside_tests(name: Span) -> Diagnostic {
    let message = "`policy` is allowed only in a test file, whose name ends in `_test.gate`";
    Diagnostic::new(Code::MisplacedStatement, name, message)
        .with_help("remove it, or move the tests to a separate file")
}

pub(crate) fn two_policies(name: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::InvalidTest, name, "a test file tests one policy")
        .with_label(first, "the policy that it tests")
        .with_help("write a test file for each policy")
}

pub(crate) fn not_a_policy(name: Span, path: &str) -> Diagnostic {
    let message = format!("{} is not a policy", quote(path));
    Diagnostic::new(Code::InvalidTest, name, message)
        .with_help("name a `.gate` file that is not a test file, or a policy.json")
}

pub(crate) fn no_policy(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidTest,
        span,
        "this test file does not name the policy that it tests",
    )
    .with_help("begin it with `policy \"FILE\"`")
}

pub(crate) fn outside_policy(span: Span, word: &str) -> Diagnostic {
    let message = format!("`{word}` is not allowed in a test file");
    Diagnostic::new(Code::MisplacedStatement, span, message).with_help(
        "move it to the policy; a test file has `policy`, `include`, `group`, `test` and `assert`",
    )
}

pub(crate) fn broken_policy(name: Span, path: &str, first: Span) -> Diagnostic {
    let message = format!("the tested policy {} has errors", quote(path));
    Diagnostic::new(Code::BrokenInclude, name, message)
        .with_label(first, "the first error")
        .with_help("fix the errors in it: no test can run until then")
}

pub(crate) fn test_file_compiled(name: Span) -> Diagnostic {
    let message = "a test file does not compile to a policy.json";
    Diagnostic::new(Code::MisplacedStatement, name, message)
        .with_help("compile the policy that it tests; run the tests with `gatewright test`")
}
