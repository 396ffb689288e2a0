//! Patterns on lists of what is allowed that match anywhere in a text.

use regex_syntax::ast::{Ast, Span as AstSpan};

use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::lint::guards::{self, Question};
use crate::lint::pattern::{self, Emptiness, Intent, Pattern};
use crate::lint::{Context, Rule};

pub(super) const RULE: Rule =
    Rule { code: Code::UnanchoredRegex, needs_whole_policy: false, check };

fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    guards::ask(context, Question::UnanchoredPattern, findings, |guarded, findings| {
        let patterns = pattern::of_guard(context, &guarded);
        let loose = patterns.iter().filter(|pattern| is_loose(pattern));
        findings.extend(loose.map(|pattern| finding(context, pattern)));
        true
    });
}

fn is_loose(pattern: &Pattern<'_>) -> bool {
    pattern.admits
        && pattern::ends(&pattern.tree).has_loose()
        && !pattern::is_test_for_presence(&pattern.tree)
        // Those that are told apart as dangerous.
        && pattern::split_alternation(&pattern.tree).is_none()
        && pattern::emptiness(&pattern.tree) == Emptiness::Asks
}

fn finding(context: &Context<'_>, pattern: &Pattern<'_>) -> Diagnostic {
    let what = if pattern::ends(&pattern.tree).is_loose() {
        "the pattern"
    } else {
        "an alternative of the pattern"
    };
    let message = format!("{what} is not anchored at either end, so any text around it passes too");
    let place = pattern.literal.unwrap_or(pattern.test);
    let (help, fix) = remedy(context, pattern);
    let mut finding = Diagnostic::new(Code::UnanchoredRegex, place, message).with_help(help);
    finding.fixes.extend(fix);
    finding
}

/// What to write. There is a fix only where it is plain at which ends the pattern should be anchored.
fn remedy(context: &Context<'_>, pattern: &Pattern<'_>) -> (&'static str, Option<Fix>) {
    const BOTH: &str = "put `^(?:` before it and `)$` after it, or anchor one end if any text may \
                        follow or precede it";
    if !pattern::ends(&pattern.tree).is_loose() {
        return (BOTH, partly_anchored(context, pattern));
    }
    let end = pattern.text.len();
    let is_row = matches!(&pattern.tree, Ast::Concat(_) | Ast::Literal(_));
    let around = |before: &'static str, behind: &'static str| {
        pattern.fix(context, &[(0..0, before), (end..end, behind)])
    };
    match pattern::intent(&pattern.tree) {
        Intent::Whole => (BOTH, around("^(?:", ")$")),
        Intent::Prefix => (
            "put `^` before it to match text that begins with it",
            if is_row { pattern.fix(context, &[(0..0, "^")]) } else { around("^(?:", ")") },
        ),
        Intent::Suffix => (
            "put `$` after it to match text that ends with it",
            if is_row { pattern.fix(context, &[(end..end, "$")]) } else { around("(?:", ")$") },
        ),
        Intent::Unclear => (
            "put `^` before it to match text that begins with it, or `^(?:` before it and `)$` \
             after it to match the whole text; `.*` at either end undoes the anchor",
            None,
        ),
    }
}

fn partly_anchored(context: &Context<'_>, pattern: &Pattern<'_>) -> Option<Fix> {
    let end = pattern.text.len();
    // An anchor that binds to the first or last alternative only was meant for all.
    let Ast::Alternation(alternation) = &pattern.tree else { return None };
    let (first, rest) = alternation.asts.split_first()?;
    if rest.iter().all(|part| pattern::ends(part).is_loose())
        && let Some(anchor) = anchor(first, false)
    {
        return pattern
            .fix(context, &[(anchor.end.offset..anchor.end.offset, "(?:"), (end..end, ")")]);
    }
    let (last, rest) = alternation.asts.split_last()?;
    let anchor =
        anchor(last, true).filter(|_| rest.iter().all(|part| pattern::ends(part).is_loose()))?;
    let at = anchor.start.offset;
    pattern.fix(context, &[(0..0, "(?:"), (at..at, ")")])
}

/// The anchor with which an alternative begins or ends.
fn anchor(part: &Ast, at_end: bool) -> Option<AstSpan> {
    let Ast::Concat(concat) = part else { return None };
    let edge = if at_end { concat.asts.last()? } else { concat.asts.first()? };
    let Ast::Assertion(assertion) = edge else { return None };
    let others = concat.asts.iter().filter(|part| matches!(part, Ast::Assertion(_))).count();
    (others == 1).then_some(assertion.span)
}
