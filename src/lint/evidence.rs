//! Why a tool is thought dangerous, in words.

use super::remedy::code;
use super::{Context, Form};
use crate::policy::ToolId;
use crate::risk::{Class, Confidence, Evidence, Source, telling};
use crate::text::{self, quote};

/// How many tools the notes of one finding explain.
const EXPLAINED: usize = 12;
/// How many characters of the words a piece of evidence shows.
const SHOWN: usize = 60;
/// How many tools the note on names lists.
const LISTED: usize = 5;

/// A sentence for each tool: its class and the best evidence for it. Of very many tools only the first are explained. What
/// follows says which of them are judged by their names alone, and how to correct a guess.
pub fn reasons(context: &Context<'_>, tools: &[ToolId]) -> Vec<String> {
    let mut reasons = each(tools, |tool| reason(context, tool));
    reasons.extend(by_name(context, tools));
    reasons.extend(guessed(context, tools));
    reasons
}

/// A sentence for each tool. Of very many tools only the first have one.
pub fn each(tools: &[ToolId], sentence: impl FnMut(ToolId) -> String) -> Vec<String> {
    let mut sentences: Vec<String> = tools.iter().copied().take(EXPLAINED).map(sentence).collect();
    if let Some(more) = tools.len().checked_sub(EXPLAINED).filter(|more| *more > 0) {
        sentences.push(format!("{} more", text::count(more, "tool")));
    }
    sentences
}

/// Why a tool has its class:
/// `` `set_run_tag` is a write tool (medium risk, high confidence): its name says `set`, its description `Writes one` ``.
pub fn reason(context: &Context<'_>, tool: ToolId) -> String {
    let assessment = context.assessment(tool);
    let class = assessment.class;
    let because = because(&assessment.evidence, class);
    format!(
        "{} is {} tool ({} risk, {} confidence){}{because}",
        quote(context.name(tool)),
        kind(class),
        class.risk().name(),
        assessment.confidence.name(),
        if because.is_empty() { "" } else { ": " },
    )
}

/// The class with its article: `a write`, `an execute`.
pub fn kind(class: Class) -> String {
    let article = if class == Class::Execute { "an" } else { "a" };
    format!("{article} {}", class.name())
}

/// The best evidence for a class: a piece from each of two sources says more than two from one, and what the server says
/// of its tool's words and parameters more than its hints, which repeat them.
pub fn because(evidence: &[Evidence], class: Class) -> String {
    let mut speaking: Vec<&Evidence> = evidence.iter().filter(|e| e.points_to == class).collect();
    speaking.sort_by_key(|piece| piece.source == Source::Annotation);
    let mut shown: Vec<&Evidence> = Vec::new();
    for piece in speaking {
        if shown.len() < 2 && shown.iter().all(|other| other.source != piece.source) {
            shown.push(piece);
        }
    }
    if shown.iter().any(|piece| piece.source == Source::Classify) {
        return "the policy says so".to_owned();
    }
    let pieces: Vec<String> = shown.into_iter().map(piece).collect();
    pieces.join(", ")
}

fn piece(evidence: &Evidence) -> String {
    let show = |words: &str| quote(&text::excerpt(words, SHOWN));
    let words = evidence.words.as_str();
    match (evidence.source, &evidence.parameter) {
        (Source::Name, _) => {
            format!("its name says {}", show(telling(words, evidence.points_to)))
        }
        (Source::Description, _) => format!("its description says {}", show(words)),
        (Source::Title, _) => format!("its title says {}", show(words)),
        (Source::Parameter, Some(key)) if key == words => {
            format!("its parameters include {}", show(words))
        }
        (Source::Parameter, Some(key)) => {
            format!("its parameter {} may be {}", quote(key), show(words))
        }
        (Source::Parameter, None) => format!("its parameters say {}", show(words)),
        (Source::Annotation, _) => format!("the server's hint is {}", show(words)),
        (Source::Classify, _) => "the policy says so".to_owned(),
    }
}

/// Which of the tools are judged by their names alone, and how to know more.
pub fn by_name(context: &Context<'_>, tools: &[ToolId]) -> Option<String> {
    let mut by_name = tools.iter().copied().filter(|tool| context.is_judged_by_name(*tool));
    if context.manifest.is_some() {
        let names: Vec<&str> = by_name.map(|tool| context.name(tool)).collect();
        let lacks = text::list(&names, LISTED);
        return (!names.is_empty())
            .then(|| format!("the manifest lacks {lacks}: nothing but the name was judged"));
    }
    by_name.next()?;
    let how = match context.form {
        Form::Gate => "with a `manifest` the evidence is better",
        Form::PolicyJson => "with the server's manifest the evidence is better",
    };
    let whose = if tools.len() == 1 { "the name" } else { "the names" };
    Some(format!("nothing but {whose} could be judged: {how}"))
}

/// How to correct the first class that is no more than a guess.
fn guessed(context: &Context<'_>, tools: &[ToolId]) -> Option<String> {
    let is_guess = |tool: &&ToolId| {
        let assessment = context.assessment(**tool);
        assessment.confidence == Confidence::Low && assessment.mixed_actions.is_empty()
    };
    let tool = *tools.iter().find(is_guess)?;
    let assessment = context.assessment(tool);
    let name = quote(context.name(tool));
    // The evidence is sorted: what follows that for the class is the weightiest for another one.
    let other = assessment.evidence.iter().find(|piece| piece.points_to != assessment.class)?;
    let classify =
        format!("classify {} as {} because \"…\"", context.written(tool), other.points_to.name());
    (context.form == Form::Gate).then(|| {
        format!(
            "the evidence for {name} is mixed; if the class is wrong, say so: {}",
            code(&classify)
        )
    })
}
