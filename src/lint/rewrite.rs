//! Guards written so that they name the calls to let pass, by tests that a missing argument fails.

use std::sync::Arc;

use super::guards::Guarded;
use super::solver::{Fact, Form};
use super::written;
use super::{Context, Form as PolicyForm};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix};
use crate::lower::lower;
use crate::manifest::{Lookup, Verdict, judge};
use crate::policy::{Blocks, Condition, Operator, Purpose, Test};
use crate::source::Span;
use crate::syntax::tree;
use crate::text::{clean, quote};

/// Statements longer than this are not shown whole, in bytes.
const LONGEST: usize = 120;

/// A condition that a guard may have instead of its own.
struct Rewritten {
    text: String,
    condition: Condition,
}

/// The finding with the advice to say what may pass, and with a fix that does where that is possible.
pub fn offer(context: &Context<'_>, guarded: &Guarded<'_>, finding: Diagnostic) -> Diagnostic {
    let approves = guarded.guard.purpose == Purpose::Approve;
    if context.form == PolicyForm::PolicyJson {
        return finding.with_help(
            "move the opposite test to `require`, which blocks calls without the \
                        argument",
        );
    }
    let (fix, statement) = fix(context, guarded).unzip();
    let mut finding = match statement.filter(|statement| !statement.contains('\n')) {
        Some(statement) => finding.with_help(format!("write `{}`", clean(&statement))),
        None if approves => {
            finding.with_help("use `approve` and `unless` to name the calls that may pass")
        }
        None => finding.with_help("use `require` to name the calls that may pass"),
    };
    finding.fixes.extend(fix);
    finding
}

/// The fix, and what the statement says then: whole, so that it can be copied, or without tools and reason when it is long.
fn fix(context: &Context<'_>, guarded: &Guarded<'_>) -> Option<(Fix, String)> {
    let written = written::guard(context, guarded.rule)?;
    let clause = written.clause(context)?;
    let rewritten = rewrite(context, &written.tests(), &guarded.passes())?;
    if !is_sound(context, guarded, rewritten.condition) {
        return None;
    }
    let first = written.first_word(context)?;
    let start = written.span.start as usize;
    let first = Span::new(written.span.file, start, start + first.len());
    let edit = |span, text: &str| Edit { span, text: text.to_owned() };
    let statement = match (guarded.guard.purpose, written.selectors) {
        (Purpose::Approve, Some(_)) => "approve … unless",
        (Purpose::Approve, None) => "approve unless",
        (_, Some(_)) => "require … with",
        (_, None) => "require",
    };
    let mut edits = match (guarded.when, guarded.guard.purpose, written.selectors) {
        // The statement says already what may pass.
        (false, ..) => Vec::new(),
        (true, Purpose::Approve, _) => vec![edit(clause.word?, "unless")],
        (true, _, Some(_)) => vec![edit(first, "require"), edit(clause.word?, "with")],
        (true, _, None) => vec![edit(first.to(clause.word?), "require")],
    };
    edits.push(edit(clause.condition, &rewritten.text));
    let statement = format!("{statement} {}", rewritten.text);
    let shown: Vec<&str> = statement.split_whitespace().collect();
    let title = format!("write {}", quote(&shown.join(" ")));
    let whole = edited(context, written.span, &edits).filter(|whole| whole.len() <= LONGEST);
    let statement = whole.filter(|whole| !whole.contains('\n')).unwrap_or(statement);
    Some((Fix { title, applicability: Applicability::Unsafe, edits }, statement))
}

/// The text of a place with edits in it, which are in order.
fn edited(context: &Context<'_>, place: Span, edits: &[Edit]) -> Option<String> {
    let text = context.sources.text(place.file);
    let mut out = String::new();
    let mut at = place.start as usize;
    for edit in edits {
        out.push_str(text.get(at..edit.span.start as usize)?);
        out.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    out.push_str(text.get(at..place.end as usize)?);
    Some(out)
}

/// What holds when a guard's condition does not, said so that a test of a missing argument does not pass.
fn rewrite(context: &Context<'_>, written: &[&tree::Test], form: &Form<'_>) -> Option<Rewritten> {
    let (parts, word) = match form {
        Form::Fact(fact) => return rewrite_fact(context, written, fact),
        Form::Any(parts) => (parts, " or "),
        Form::All(parts) => (parts, " and "),
    };
    let mut texts = Vec::new();
    let mut conditions = Vec::new();
    for part in parts {
        let rewritten = rewrite(context, written, part)?;
        let needs_parentheses = matches!((form, part), (Form::All(_), Form::Any(_)));
        texts.push(if needs_parentheses {
            format!("({})", rewritten.text)
        } else {
            rewritten.text
        });
        conditions.push(rewritten.condition);
    }
    let condition = match form {
        Form::Any(_) => Condition::Any(conditions),
        _ => Condition::All(conditions),
    };
    Some(Rewritten { text: texts.join(word), condition })
}

/// A negated comparison, `!=` or `not in` becomes its opposite, which is false too when the argument is missing; other tests keep
/// their meaning.
fn rewrite_fact(
    context: &Context<'_>,
    written: &[&tree::Test],
    fact: &Fact<'_>,
) -> Option<Rewritten> {
    let same = Condition::Test(Arc::new(fact.test.clone()), fact.span);
    let text = context.sources.slice(fact.span);
    if !fact.negated {
        return Some(Rewritten { text: text.to_owned(), condition: same });
    }
    let test = written::test_at(written, fact.span)?;
    let path = context.sources.slice(test.path.span);
    if let Some(presence) = fact.presence() {
        let word = if presence { "exists" } else { "missing" };
        let condition = Test::exists(fact.test.path.clone(), presence);
        let condition = Condition::Test(Arc::new(condition), fact.span);
        return Some(Rewritten { text: format!("{path} {word}"), condition });
    }
    if matches!(fact.test.operator, Operator::Eq | Operator::In) {
        let condition = Condition::Not(Box::new(same));
        return Some(Rewritten { text: format!("not {text}"), condition });
    }
    let Some(opposite) = fact.test.operator.opposite() else {
        let condition = Condition::Not(Box::new(same));
        return Some(Rewritten { text: format!("not {text}"), condition });
    };
    let value = test.value.as_ref()?;
    let between = Span::new(fact.span.file, test.path.span.end as usize, value.span.start as usize);
    if context.sources.slice(between).contains('#') {
        return None;
    }
    let text = format!("{path} {} {}", opposite.gate_name(), context.sources.slice(value.span));
    let condition = Test { operator: opposite, ..fact.test.clone() };
    Some(Rewritten { text, condition: Condition::Test(Arc::new(condition), fact.span) })
}

/// Whether a guard with this condition can be compiled, and no schema rules its tests out.
fn is_sound(context: &Context<'_>, guarded: &Guarded<'_>, condition: Condition) -> bool {
    let form = Form::of(&condition);
    let facts = form.facts();
    let is_possible = |fact: &Fact<'_>| {
        guarded.rule.subjects.targets().iter().all(|target| {
            let shape = context.declaration(target.tool).map(|tool| tool.argument(&fact.test.path));
            match shape {
                Some(Lookup::Found(shape)) => {
                    !matches!(judge(fact.test, &shape), Verdict::Impossible { .. })
                }
                _ => true,
            }
        })
    };
    facts.iter().all(is_possible)
        && lower(&Blocks::Unless(condition), &guarded.guard.compared).is_ok()
}
