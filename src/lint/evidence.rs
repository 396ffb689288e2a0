//! Why a tool is thought dangerous, in words.

use super::Context;
use crate::policy::ToolId;
use crate::risk::{Evidence, Source};
use crate::text::{self, quote};

/// How many tools the notes of one finding explain.
const EXPLAINED: usize = 12;
/// How many characters of the words a piece of evidence shows.
const SHOWN: usize = 60;

/// A sentence for each tool: its class and the weightiest evidence for it. Of very many tools only the first are explained.
pub fn reasons(context: &Context<'_>, tools: &[ToolId]) -> Vec<String> {
    let mut reasons: Vec<String> =
        tools.iter().take(EXPLAINED).map(|tool| reason(context, *tool)).collect();
    if let Some(more) = tools.len().checked_sub(EXPLAINED).filter(|more| *more > 0) {
        reasons.push(format!("{} more", text::count(more, "tool")));
    }
    reasons
}

/// Why a tool has its class: `` `set_tag` is a write tool (99 % sure): its name says `set`, its description `Writes one` ``.
pub fn reason(context: &Context<'_>, tool: ToolId) -> String {
    let assessment = context.assessment(tool);
    let class = assessment.class;
    let speaking = || assessment.evidence.iter().filter(|piece| piece.points_to == class);
    // One piece of evidence from each source says more than two from one.
    let mut shown: Vec<&Evidence> = Vec::new();
    for piece in speaking() {
        if shown.len() < 2 && shown.iter().all(|other| other.source != piece.source) {
            shown.push(piece);
        }
    }
    let pieces: Vec<String> = shown.into_iter().map(piece).collect();
    let because =
        if pieces.is_empty() { String::new() } else { format!(": {}", pieces.join(", ")) };
    format!(
        "{} is {} {} tool, {} risk, {} % sure{because}",
        quote(context.name(tool)),
        if class == crate::risk::Class::Execute { "an" } else { "a" },
        class.name(),
        class.risk().name(),
        assessment.confidence.percent(),
    )
}

fn piece(evidence: &Evidence) -> String {
    let words = quote(&text::excerpt(&evidence.words, SHOWN));
    match (evidence.source, &evidence.parameter) {
        (Source::Name, _) => format!("its name says {words}"),
        (Source::Description, _) => format!("its description says {words}"),
        (Source::Parameter, Some(parameter)) => {
            format!("its parameter {} may be {words}", quote(parameter))
        }
        (Source::Parameter, None) => format!("its parameters say {words}"),
        (Source::Annotation, _) => format!("the server says {words}"),
        (Source::Classify, _) => "the policy says so".to_owned(),
    }
}
