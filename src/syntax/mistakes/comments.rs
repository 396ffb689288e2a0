//! Keeps comments out of suggestions: a fix that moves code after a `#` would change what the policy says.

use std::ops::Range;

use super::super::lexer::{Lexer, Token, skip_between, skip_blanks};
use super::refused::Context;
use crate::diagnostic::{Diagnostic, Edit, Fix};

/// The finding without the fixes and the help that touch a comment. Every finding of a refused statement passes through here.
pub(super) fn spare(context: &Context<'_>, mut found: Diagnostic) -> Diagnostic {
    let edits = || found.fixes.iter().chain(&found.choices).flat_map(|fix| &fix.edits);
    let end = edits().map(|edit| edit.span.end as usize).fold(context.extent.end, usize::max);
    let comments = comments(context.text, context.start..end);
    let has_unsafe_fix =
        edits().any(|edit| !spares(context, &comments, edit)) || edits().any(writes_comment);
    let quotes_comment = !comments.is_empty() && found.help.as_deref().is_some_and(holds_comment);
    if has_unsafe_fix || quotes_comment {
        let keeps = |fix: &Fix| {
            fix.edits.iter().all(|edit| spares(context, &comments, edit) && !writes_comment(edit))
        };
        found.fixes.retain(keeps);
        found.choices.retain(keeps);
        found.help = Some("move the comment to its own line, before the statement".to_owned());
    }
    found
}

/// The comments in a range of the text that begins outside a string.
fn comments(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let tokens = Lexer::new(text, range.start).take_while(|token| token.start() < range.end);
    tokens.filter(|token| token.is_comment()).map(Token::range).collect()
}

/// Whether a replacement leaves every comment where it is, and does not end at one in the middle of the statement.
fn spares(context: &Context<'_>, comments: &[Range<usize>], edit: &Edit) -> bool {
    let range = edit.span.range();
    let touches = |comment: &Range<usize>| {
        let is_inside = comment.start < range.start && range.start <= comment.end;
        let is_held = range.start <= comment.start && comment.start < range.end;
        let is_next = !range.is_empty()
            && skip_blanks(context.text, range.end) == comment.start
            && skip_between(context.text, comment.start) < context.extent.end;
        is_inside || is_held || is_next
    };
    !comments.iter().any(touches)
}

/// Whether a replacement brings a comment in; a lone `#` corrects the mark of one that is there.
fn writes_comment(edit: &Edit) -> bool {
    edit.text != "#" && holds_comment(&edit.text)
}

/// Whether a text holds a `#` outside a string.
pub(super) fn holds_comment(text: &str) -> bool {
    !comments(text, 0..text.len()).is_empty()
}
