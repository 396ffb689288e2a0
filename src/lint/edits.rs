//! Edits inside a statement: a rate or a selector less, a rate or a `default` more. None is offered for a policy.json.

use super::{Context, Form, fixes};
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::policy::Rate;
use crate::source::Span;
use crate::syntax::comments;
use crate::syntax::tree::{
    self, Caps, Selector, Selectors, Statement, StatementKind, Subjects, Tree,
};

/// Takes a rate away with its comma. The only rate of a `rate` goes with its statement; one that a counter's name needs stays.
pub fn remove_rate(context: &Context<'_>, rate: Span, title: &str) -> Option<Fix> {
    let statement = context.statement(rate)?;
    let (span, rule) = rule_at(statement, rate)?;
    let (tree::Rule::Allow(caps) | tree::Rule::Rate(caps)) = rule else { return None };
    if caps.rates.len() > 1 {
        // In a row over several lines a comment is about its line, not about the row.
        if has_comments_inside(context, span) {
            return None;
        }
        let cut = cut(context, &caps.rates, |rate| rate.span, rate)?;
        return Some(safe(title, cut, ""));
    }
    match rule {
        tree::Rule::Rate(_) if span == statement.span => {
            fixes::remove(context, span, "this `rate`")
        }
        tree::Rule::Allow(Caps { counter: None, .. }) => {
            let before = context.sources.text(rate.file).get(..rate.start as usize)?;
            let start = before.trim_end().len();
            Some(safe(title, Span::new(rate.file, start, rate.end as usize), ""))
        }
        _ => None,
    }
}

/// Adds a rate before another. `None` if the statement has one for the window, or if its counter's name would occur twice.
pub fn add_rate(context: &Context<'_>, before: Span, rate: Rate) -> Option<Fix> {
    let (_, rule) = rule_at(context.statement(before)?, before)?;
    let (tree::Rule::Allow(caps) | tree::Rule::Rate(caps)) = rule else { return None };
    if caps.counter.is_some() || caps.rates.iter().any(|given| given.rate.window() == rate.window())
    {
        return None;
    }
    let edits = vec![Edit { span: before.at_start(), text: format!("{rate}, ") }];
    let title = format!("add `{rate}`");
    Some(Fix { title, applicability: Applicability::Unsafe, edits })
}

/// Takes a selector away with its comma.
pub fn remove_selector(context: &Context<'_>, selector: Span, title: &str) -> Option<Fix> {
    let selectors = match &context.statement(selector)?.kind {
        StatementKind::Group(group) => &group.selectors,
        StatementKind::Rule(Subjects::Tools(selectors), _) => selectors,
        StatementKind::Block(block) => block.selectors.as_ref()?,
        _ => return None,
    };
    if has_comments_inside(context, selectors.span) {
        return None;
    }
    let row = row_of(selectors, selector);
    Some(safe(title, cut(context, row, |selector| selector.span, selector)?, ""))
}

/// Writes `default deny` behind the first `manifest` and `include` statements of the root, or above everything that is said.
pub fn add_default(context: &Context<'_>) -> Option<Fix> {
    let root = context.trees.first().filter(|_| context.form == Form::Gate)?;
    let text = context.sources.text(root.file);
    let leads = root.statements.iter().take_while(|statement| {
        matches!(statement.kind, StatementKind::Manifest(_) | StatementKind::Include(_))
    });
    let (at, written) = match leads.last() {
        Some(lead) => {
            let end = line_end(text, lead.span.end as usize);
            let rest = text.get(end..)?.trim_start_matches('\r').strip_prefix('\n').unwrap_or("");
            let is_blank = rest.lines().next().is_none_or(|line| line.trim().is_empty());
            (end, if is_blank { "\n\ndefault deny" } else { "\n\ndefault deny\n" })
        }
        None => (top(context, root, text)?, "default deny\n\n"),
    };
    Some(safe("add `default deny`", Span::new(root.file, at, at), written))
}

/// Whether comments stand between the lines of a part of a statement, or behind its last one if it has several: each of them may be
/// about what stands on its line.
pub fn has_comments_inside(context: &Context<'_>, part: Span) -> bool {
    let text = context.sources.text(part.file);
    let end = line_end(text, part.end as usize);
    let written = context.sources.slice(part);
    let lines = text.get(part.start as usize..end).unwrap_or("");
    written.contains('\n') && comments(lines).next().is_some()
}

/// A statement with the comments that stand directly above it. None if they begin the file: then they are its heading.
pub fn with_comments_above(text: &str, statement: Span) -> Option<Span> {
    let start = statement.start as usize;
    let line = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    if !text.get(line..start)?.trim_start_matches('\u{feff}').trim().is_empty() {
        return Some(statement);
    }
    let (mut first, mut above) = (start, line);
    while let Some(before) = text.get(..above.saturating_sub(1)).filter(|_| above > 0) {
        let own = before.rfind('\n').map_or(0, |at| at + 1);
        let content = before.get(own..)?.trim_start_matches('\u{feff}').trim_start();
        if !content.starts_with('#') {
            break;
        }
        (first, above) = (before.len() - content.len(), own);
    }
    let is_heading = first < start && above == 0;
    (!is_heading).then(|| Span::new(statement.file, first, statement.end as usize))
}

/// A statement with what else would be left of its lines, and with the blank line behind it where one stands before it as well;
/// at the end of a file with the one before it. Of statements in a row these spans do not overlap, save at the end.
pub fn with_lines(text: &str, statement: Span) -> Option<Span> {
    let before = text.get(..statement.start as usize)?;
    let (before, mark) = match before.strip_prefix('\u{feff}') {
        Some(before) => (before, '\u{feff}'.len_utf8()),
        None => (before, 0),
    };
    let (above, beside) = before.split_at(before.rfind('\n').map_or(0, |at| at + 1));
    let (rest, length) = line(text.get(statement.end as usize..)?);
    let rest = rest.trim_start();
    if !beside.trim().is_empty() || !(rest.is_empty() || rest.starts_with('#')) {
        return Some(statement);
    }
    let (start, end) = (mark + above.len(), statement.end as usize + length);
    let last_above = above.strip_suffix('\n').map(|above| above.rsplit('\n').next().unwrap_or(""));
    if !last_above.is_none_or(|line| line.trim().is_empty()) {
        return Some(Span::new(statement.file, start, end));
    }
    let (below, length) = line(text.get(end..)?);
    let kept = above.trim_end();
    let start = if end == text.len() && !kept.is_empty() {
        mark + kept.len() + line(above.get(kept.len()..)?).1
    } else {
        start
    };
    let end = if below.trim().is_empty() { end + length } else { end };
    Some(Span::new(statement.file, start, end))
}

/// The first line of a text without its end, and its length with it.
fn line(text: &str) -> (&str, usize) {
    let end = text.find('\n');
    (text.get(..end.unwrap_or(text.len())).unwrap_or(""), end.map_or(text.len(), |end| end + 1))
}

/// Where the first statement begins, with the comment lines that stand right above it.
fn top(context: &Context<'_>, root: &Tree, text: &str) -> Option<usize> {
    let start = context.places.start.start as usize;
    let before = text.get(start..root.statements.first()?.span.start as usize)?;
    let mut at = before.rfind('\n').map_or(0, |end| end + 1);
    while let Some(above) = before.get(..at.saturating_sub(1)).filter(|_| at > 0) {
        let line = above.rfind('\n').map_or(0, |end| end + 1);
        if !above.get(line..)?.trim_start().starts_with('#') {
            break;
        }
        at = line;
    }
    Some(start + at)
}

/// The end of the line on which a place lies.
fn line_end(text: &str, place: usize) -> usize {
    let rest = text.get(place..).unwrap_or("");
    place + rest.find(['\n', '\r']).unwrap_or(rest.len())
}

/// The rule of a statement in which a place lies, with its span.
pub fn rule_at(statement: &Statement, place: Span) -> Option<(Span, &tree::Rule)> {
    match &statement.kind {
        StatementKind::Rule(_, rule) => Some((statement.span, rule)),
        StatementKind::Block(block) => {
            let after = block.rules.partition_point(|(span, _)| span.start <= place.start);
            block.rules.get(after.checked_sub(1)?).map(|(span, rule)| (*span, rule))
        }
        _ => None,
    }
}

/// The row in which a selector stands: what is selected, or what is taken away.
fn row_of(selectors: &Selectors, selector: Span) -> &[Selector] {
    let is_exception =
        selectors.except.first().is_some_and(|first| first.span.start <= selector.start);
    if is_exception { &selectors.except } else { &selectors.items }
}

/// An item of a list with the comma behind it, of the last item the one before it. None for an only item, and where a comment
/// would be lost. The items stand in the order of the text.
fn cut<T>(
    context: &Context<'_>,
    items: &[T],
    span_of: impl Fn(&T) -> Span,
    item: Span,
) -> Option<Span> {
    let at = items.partition_point(|other| span_of(other).start < item.start);
    let before = at.checked_sub(1).and_then(|at| items.get(at)).map(&span_of);
    let after = items.get(at + 1).map(&span_of);
    let (cut, gap) = match (after, before) {
        (Some(next), _) => (item.to(next.at_start()), item.at_end().to(next.at_start())),
        (None, Some(last)) => (last.at_end().to(item), last.at_end().to(item.at_start())),
        (None, None) => return None,
    };
    let is_plain = |character: char| character == ',' || character.is_whitespace();
    context.sources.slice(gap).chars().all(is_plain).then_some(cut)
}

fn safe(title: &str, span: Span, text: &str) -> Fix {
    let edits = vec![Edit { span, text: text.to_owned() }];
    Fix { title: title.to_owned(), applicability: Applicability::Safe, edits }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceSet;

    #[test]
    fn comments_directly_above_belong_to_a_statement() {
        let found = |text: &str| {
            let mut sources = SourceSet::default();
            let file = sources.add("policy.gate", text);
            let start = text.find("hide b").unwrap();
            let span = with_comments_above(text, Span::new(file, start, start + 6))?;
            text.get(span.range()).map(str::to_owned)
        };
        for (text, expected) in [
            ("allow a\nhide b\n", Some("hide b")),
            ("allow a\n# One.\n# Two.\nhide b\n", Some("# One.\n# Two.\nhide b")),
            ("allow a # Behind.\nhide b\n", Some("hide b")),
            ("allow a\n# Apart.\n\nhide b\n", Some("hide b")),
            ("tool a {\n    # One.\n    hide b\n}\n", Some("# One.\n    hide b")),
            ("# Heading.\nhide b\n", None),
            ("\u{feff}# Heading.\nhide b\n", None),
            ("hide b\n", Some("hide b")),
            ("\r\n# One.\r\nhide b\r\n", Some("# One.\r\nhide b")),
        ] {
            assert_eq!(found(text).as_deref(), expected, "{text:?}");
        }
    }

    /// The text without the first statement that begins with `gone`.
    fn without(text: &str, gone: &str) -> String {
        let mut sources = SourceSet::default();
        let file = sources.add("policy.gate", text);
        let start = text.find(gone).unwrap();
        let cut = with_lines(text, Span::new(file, start, start + gone.len())).unwrap();
        let mut left = text.to_owned();
        left.replace_range(cut.range(), "");
        left
    }

    #[test]
    fn a_statement_goes_with_its_line() {
        for (text, left) in [
            ("allow a\nhide b\nallow c\n", "allow a\nallow c\n"),
            ("allow a\nhide b  # why\nallow c\n", "allow a\nallow c\n"),
            ("allow a\r\nhide b\r\nallow c\r\n", "allow a\r\nallow c\r\n"),
            ("tool a {\n    hide b\n    allow\n}\n", "tool a {\n    allow\n}\n"),
            ("tool a { hide b }\n", "tool a {  }\n"),
            ("hide b", ""),
            ("# Why.\nhide b", "# Why.\n"),
        ] {
            assert_eq!(without(text, "hide b"), left, "{text:?}");
        }
    }

    #[test]
    fn blank_lines_do_not_add_up() {
        for (text, left) in [
            ("allow a\n\nhide b\n\nallow c\n", "allow a\n\nallow c\n"),
            ("allow a\n\nhide b\nallow c\n", "allow a\n\nallow c\n"),
            ("allow a\nhide b\n\nallow c\n", "allow a\n\nallow c\n"),
            ("hide b\n\nallow c\n", "allow c\n"),
            ("\u{feff}hide b\n\nallow c\n", "\u{feff}allow c\n"),
            ("\u{feff}allow a\n\nhide b\n", "\u{feff}allow a\n"),
            ("allow a\n\nhide b\n", "allow a\n"),
            ("allow a\n\n\n\nhide b", "allow a\n"),
            ("allow a\nhide b\n", "allow a\n"),
        ] {
            assert_eq!(without(text, "hide b"), left, "{text:?}");
        }
    }
}
