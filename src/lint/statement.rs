//! The statements behind rules: what they are called, where they begin, and for which files a finding may speak.

use super::{Context, Form};
use crate::policy::{Action, Purpose, Rule};
use crate::source::Span;
use crate::syntax::tree::StatementKind;

/// What an author calls a rule, with backticks where it is a word of the file.
pub fn word(context: &Context<'_>, rule: &Rule) -> &'static str {
    let json = context.form == Form::PolicyJson;
    match &rule.action {
        Action::Allow(_) if json => "entry",
        Action::Rate(_) if json => "limit",
        Action::Guard(_) if json => "predicate",
        Action::Hide if json => "entry of `hide`",
        Action::Allow(_) => "`allow`",
        Action::Rate(_) => "`rate`",
        Action::Hide => "`hide`",
        Action::Budget(_) => "`budget`",
        Action::Guard(guard) => match guard.purpose {
            Purpose::Require => "`require`",
            Purpose::Deny => "`deny`",
            Purpose::Approve => "`approve`",
        },
    }
}

/// Whether a rule is a statement of its own, none of a block.
pub fn is_whole(context: &Context<'_>, rule: &Rule) -> bool {
    context.statement(rule.span).is_some_and(|statement| {
        statement.span == rule.span && matches!(statement.kind, StatementKind::Rule(..))
    })
}

/// The first word of a statement; of a policy.json the whole place.
pub fn first_word(context: &Context<'_>, place: Span) -> Span {
    if context.form == Form::PolicyJson {
        return place;
    }
    let text = context.sources.slice(place);
    let length = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    Span::new(place.file, place.start as usize, place.start as usize + length)
}

/// Whether a rule may be called needless because of others.
///
/// A file that is included may serve other policies as well, in which those others do not stand: it is judged by what it says
/// itself. The root file is judged by everything.
pub fn may_blame(context: &Context<'_>, rule: Span, others: &[Span]) -> bool {
    let is_root = context.trees.first().is_none_or(|root| root.file == rule.file);
    is_root || others.iter().all(|other| other.file == rule.file)
}

/// Whether the files are no policy but a part for others to include: they grant nothing and state no default.
pub fn is_part(context: &Context<'_>) -> bool {
    let grants = || context.policy.rules.iter().any(|rule| matches!(rule.action, Action::Allow(_)));
    context.form == Form::Gate && context.places.default.is_none() && !grants()
}
