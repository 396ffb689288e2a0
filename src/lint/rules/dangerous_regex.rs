//! Patterns that say something else than they seem to.

use regex_syntax::ast::Span as AstSpan;

use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::lint::guards::{self, Guarded, Question};
use crate::lint::pattern::{self, Emptiness, Pattern};
use crate::lint::{Context, Rule};
use crate::text::quote;

pub(super) const RULE: Rule = Rule { code: Code::DangerousRegex, needs_whole_policy: false, check };

/// How many ranges, and how many repetitions, are reported of one pattern. A fix of each writes the whole pattern anew.
const REPORTED: usize = 16;

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    guards::ask(context, Question::DangerousPattern, findings, |guarded, findings| {
        findings.extend(misread(context, &guarded));
        for pattern in pattern::of_guard(context, &guarded) {
            findings.extend(split_anchors(context, &pattern));
            findings.extend(unescaped_dots(context, &pattern));
            findings.extend(letter_ranges(context, &pattern));
            findings.extend(matches_nothing(context, &pattern));
            findings.extend(nested_repetitions(context, &pattern));
        }
        true
    });
}

/// `\<admin\>`
fn misread<'c>(context: &Context<'c>, guarded: &Guarded<'c>) -> Vec<Diagnostic> {
    let surprises = pattern::surprises(context, guarded);
    let left = surprises.len().saturating_sub(REPORTED);
    let found = surprises.into_iter().take(REPORTED).map(|(place, surprise)| {
        let mut finding = Diagnostic::new(Code::DangerousRegex, place, surprise.message);
        finding.help = surprise.help;
        finding
    });
    with_rest(found.collect(), left)
}

/// The findings; the last one says how many more there are.
fn with_rest(mut findings: Vec<Diagnostic>, left: usize) -> Vec<Diagnostic> {
    if let (Some(last), 1..) = (findings.last_mut(), left) {
        let is_are = if left == 1 { "is" } else { "are" };
        last.notes.push(format!("{left} more of the same kind {is_are} not reported here"));
    }
    findings
}

fn finding(
    context: &Context<'_>,
    pattern: &Pattern<'_>,
    part: &AstSpan,
    message: String,
    help: String,
    fix: Option<Fix>,
) -> Diagnostic {
    let place = pattern.place(context, part);
    let mut finding = Diagnostic::new(Code::DangerousRegex, place, message).with_help(help);
    finding.fixes.extend(fix);
    finding
}

/// `^a|b$`
fn split_anchors(context: &Context<'_>, pattern: &Pattern<'_>) -> Option<Diagnostic> {
    let (start, end) = pattern::split_alternation(&pattern.tree)?;
    let inner = pattern.text.get(start..end)?;
    // Among what is blocked, "begins so, or ends so" may well be meant.
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '|');
    if !pattern.admits && !inner.chars().all(is_word) {
        return None;
    }
    let message =
        "`^` applies to the first alternative only, and `$` to the last one only".to_owned();
    let whole = quote(&format!("^(?:{inner})$"));
    let help = if pattern.admits {
        format!("write {whole}")
    } else {
        let as_is = quote(&format!("(?:{})", pattern.text));
        format!("write {as_is} if this is intended; {whole} blocks fewer texts: only these")
    };
    let fix = pattern.fix(context, &[(start..start, "(?:"), (end..end, ")")]);
    Some(finding(context, pattern, pattern.tree.span(), message, help, fix))
}

/// `example.com`
fn unescaped_dots(context: &Context<'_>, pattern: &Pattern<'_>) -> Option<Diagnostic> {
    let dots = pattern::dots_in_names(&pattern.tree);
    let first = dots.first()?;
    let message = "this dot matches any character".to_owned();
    let help = if pattern.admits {
        "write `\\\\.` for a literal dot"
    } else {
        "write `\\\\.` for a literal dot, which blocks fewer texts, or `(?:.)` for any character"
    };
    let parts: Vec<_> = dots.iter().map(|dot| (dot.start.offset..dot.end.offset, "\\.")).collect();
    let fix = pattern.fix(context, &parts);
    Some(finding(context, pattern, first, message, help.to_owned(), fix))
}

/// `[A-z]`
fn letter_ranges(context: &Context<'_>, pattern: &Pattern<'_>) -> Vec<Diagnostic> {
    let ranges = pattern::letter_ranges(&pattern.tree);
    let left = ranges.len().saturating_sub(REPORTED);
    let found = ranges.into_iter().take(REPORTED).map(|(span, first, last)| {
        let range = span.start.offset..span.end.offset;
        let written = pattern.text.get(range.clone()).unwrap_or("");
        let message = format!(
            "{} also includes the characters between `Z` and `a`, such as `_` and `^`",
            quote(written)
        );
        let instead = format!("{first}-Za-{last}");
        let fix = pattern.fix(context, &[(range, &instead)]);
        let help = match fix {
            Some(_) => format!("write `{instead}`"),
            None => format!("write `{instead}` for letters only"),
        };
        finding(context, pattern, &span, message, help, fix)
    });
    with_rest(found.collect(), left)
}

/// `.*`, `^[a-z]*$`
fn matches_nothing(context: &Context<'_>, pattern: &Pattern<'_>) -> Option<Diagnostic> {
    let emptiness = pattern::emptiness(&pattern.tree);
    if !pattern.admits || emptiness == Emptiness::Asks {
        return None;
    }
    let (message, help) = match emptiness {
        Emptiness::Everything | Emptiness::Asks => (
            "the pattern matches every text",
            "describe the intended text, or write `exists` for any value",
        ),
        Emptiness::EveryLine => (
            "the pattern matches every text without a line break",
            "describe the intended text, or write `exists` for any value",
        ),
        Emptiness::Empty => (
            "the pattern also matches empty text",
            "write `+` instead of `*`, or `(?:…)?` to allow empty text",
        ),
    };
    let star = pattern::only_star(&pattern.tree).filter(|_| emptiness == Emptiness::Empty);
    let fix = star.and_then(|star| pattern.fix(context, &[(star, "+")]));
    Some(finding(context, pattern, pattern.tree.span(), message.to_owned(), help.to_owned(), fix))
}

/// `(a+)+`
fn nested_repetitions(context: &Context<'_>, pattern: &Pattern<'_>) -> Vec<Diagnostic> {
    let nested = pattern::nested_repetitions(&pattern.tree);
    let left = nested.len().saturating_sub(REPORTED);
    let found = nested.into_iter().take(REPORTED).map(|nested| {
        let range = nested.span.start.offset..nested.span.end.offset;
        let written = quote(pattern.text.get(range).unwrap_or(""));
        let message = format!("{written} repeats an unbounded repetition");
        let fix = nested.instead.and_then(|(place, text)| pattern.fix(context, &[(place, text)]));
        let help = "remove the outer repetition".to_owned();
        finding(context, pattern, &nested.span, message, help, fix).with_note(
            "a backtracking engine may take exponential time for text that nearly matches",
        )
    });
    with_rest(found.collect(), left)
}
