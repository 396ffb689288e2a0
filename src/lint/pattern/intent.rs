//! What the author of a pattern without anchors probably meant it to be: a whole text, or one end of it.

use regex_syntax::ast::Ast;

/// Which texts a pattern was probably meant to match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// It describes the whole text.
    Whole,
    /// It ends where more is expected, as `models:/` does: it is the beginning of the text.
    Prefix,
    /// It begins where something is expected before it, as `@corp\.com` does: it is the end of the text.
    Suffix,
    /// Several readings are likely.
    Unclear,
}

/// The characters after which a name or an address goes on.
const OPEN_END: [char; 6] = ['/', ':', '.', '-', '_', '='];
/// The characters before which a name or an address begins.
const OPEN_START: [char; 3] = ['@', '.', '/'];

/// What a pattern was meant to match, judged by the characters at its ends.
pub fn intent(tree: &Ast) -> Intent {
    if has_any_text(tree) {
        return Intent::Unclear;
    }
    let at_end = edge(tree, true);
    let at_start = edge(tree, false);
    let is_prefix = at_end.is_some_and(|last| OPEN_END.contains(&last));
    let is_suffix = at_start.is_some_and(|first| OPEN_START.contains(&first));
    match (is_prefix, is_suffix) {
        (true, true) => Intent::Unclear,
        (true, false) => Intent::Prefix,
        (false, true) => Intent::Suffix,
        // A path or an address may be meant with all that lies below it.
        (false, false) if has_slash(tree) => Intent::Unclear,
        (false, false) => Intent::Whole,
    }
}

/// The literal with which every alternative begins or ends; `None` if they differ, or begin with something else.
fn edge(tree: &Ast, at_end: bool) -> Option<char> {
    match tree {
        Ast::Literal(literal) => Some(literal.c),
        Ast::Group(group) => edge(&group.ast, at_end),
        Ast::Concat(concat) => {
            edge(if at_end { concat.asts.last() } else { concat.asts.first() }?, at_end)
        }
        Ast::Alternation(alternation) => {
            let mut edges = alternation.asts.iter().map(|part| edge(part, at_end));
            let first = edges.next()??;
            edges.all(|other| other == Some(first)).then_some(first)
        }
        _ => None,
    }
}

/// Whether it begins or ends with any text, such as `.*`, so that anchors at that end would change nothing.
fn has_any_text(tree: &Ast) -> bool {
    super::shape::is_any_text_at(tree, false) || super::shape::is_any_text_at(tree, true)
}

fn has_slash(tree: &Ast) -> bool {
    let parts = super::shape::every_part(tree);
    parts.iter().any(|part| matches!(part, Ast::Literal(literal) if literal.c == '/'))
}
