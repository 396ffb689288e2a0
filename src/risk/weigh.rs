//! From all that a tool says to its class.

use std::ops::Range;

use super::class::Class;
use super::evidence::{
    AnnotationConflict, Assessment, Brief, Confidence, Evidence, MixedAction, Source,
};
use super::lexicon::{Lexicon, Set, singular};
use super::parameters::{ActionParameter, Gateway};
use super::points::{ENOUGH, ENOUGH_ALONE, Points};
use super::words::NameWord;
use super::{name, parameters, prose};
use crate::manifest::{Annotations, Tool, Unusable};
use crate::source::{Span, TextPart};
use crate::text;

/// What some words of a name or a description say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub class: Class,
    /// In points.
    pub weight: u8,
    /// The words' place, in bytes of the decoded text.
    pub range: Range<usize>,
}

/// How many pieces of evidence an assessment keeps.
const MAX_EVIDENCE: usize = 16;
/// How many characters of the words a piece of evidence keeps.
const MAX_WORDS: usize = 80;

/// Assesses a tool by everything that its manifest says.
///
/// Takes time in proportion to the tool's text; of a long description only the beginning is read.
pub fn assess(tool: &Tool) -> Assessment {
    let description = tool.description().unwrap_or_default();
    let title = tool.title().unwrap_or_default();
    let (parameters, are_all) = tool.parameters_read();
    let (spoken, text) = match description.trim().is_empty() {
        true => (Source::Title, &title),
        false => (Source::Description, &description),
    };
    let place = |source, range: &Range<usize>| match source {
        Source::Name => tool.place_in_name(range),
        Source::Description => tool.place_in_description(range),
        _ => None,
    };
    let mut scale = Scale::new(&tool.name, spoken, text);
    scale.weigh_words(&place);
    scale.weigh_parameters(&parameters, &|key, value| tool.place_in_schema(key, value));
    scale.weigh_annotations(tool.annotations);
    scale.weigh_unusable(tool.unusable);
    if !are_all {
        let words = "schema too large to be read".to_owned();
        scale.push(Source::Parameter, words, Class::Destructive, ENOUGH, None);
    }
    scale.conclude(100)
}

/// Assesses a tool of which nothing but the name is known.
pub fn assess_name(name: &str) -> Assessment {
    let mut scale = Scale::new(name, Source::Description, "");
    scale.weigh_words(&|_, _| None);
    scale.conclude(BY_NAME)
}

/// What [`assess_name`] finds, without the evidence.
pub(super) fn brief_of_name(name: &str) -> Brief {
    let lexicon = Lexicon::get();
    let said = name::read(lexicon, name, &[]);
    let points = Points::of(said.pieces.iter().map(|piece| (piece.class, piece.weight)));
    let class = points.decide();
    let confidence = Confidence::new(points.confidence(class).min(BY_NAME));
    Brief {
        class,
        confidence,
        sensitive_read: class == Class::Read && names_secret(lexicon, &said.words),
    }
}

/// How sure an assessment by the name alone can be, in percent.
const BY_NAME: u8 = 60;

/// Collects evidence and adds it up.
struct Scale<'t> {
    lexicon: &'static Lexicon,
    name: &'t str,
    /// Where the text comes from.
    spoken: Source,
    text: &'t str,
    said: name::NameReading<'t>,
    prose: prose::ProseReading<'t>,
    evidence: Vec<Evidence>,
    mixed: Vec<MixedAction>,
    gateway: Option<String>,
    annotations: Annotations,
}

type PlaceInText<'p> = &'p dyn Fn(Source, &Range<usize>) -> Option<Span>;

impl<'t> Scale<'t> {
    fn new(name: &'t str, spoken: Source, text: &'t str) -> Self {
        let lexicon = Lexicon::get();
        let prose = prose::read(lexicon, text);
        let said = name::read(lexicon, name, &prose.leads);
        let annotations = Annotations::default();
        let (evidence, mixed) = (Vec::new(), Vec::new());
        let gateway = None;
        Self { lexicon, name, spoken, text, said, prose, evidence, mixed, gateway, annotations }
    }

    /// Whether the name says without doubt that the tool reads.
    fn is_named_reader(&self) -> bool {
        self.said.is_firm
            && !self.said.pieces.is_empty()
            && self.said.pieces.iter().all(|piece| piece.class == Class::Read && piece.weight > 8)
    }

    fn weigh_words(&mut self, place: PlaceInText<'_>) {
        let is_restricted = self.prose.restriction.is_some();
        let is_reader = self.is_named_reader();
        let named = self.said.pieces.iter().map(|piece| (Source::Name, piece));
        let spoken = self.prose.pieces.iter().map(|piece| (self.spoken, piece));
        for (source, piece) in named.chain(spoken) {
            let mut weight = piece.weight;
            if source == self.spoken && is_reader && piece.class != Class::Read {
                weight /= 2;
            }
            if is_restricted && prose::yields_to_restriction(piece.class) {
                weight /= 3;
            }
            let text = if source == Source::Name { self.name } else { self.text };
            let words = text.part(piece.range.clone());
            self.evidence.push(Evidence {
                source,
                parameter: None,
                words: text::excerpt(words, MAX_WORDS),
                points_to: piece.class,
                weight,
                place: place(source, &piece.range),
            });
        }
        if let Some(range) = &self.prose.restriction {
            let words = self.text.part(range.clone()).to_owned();
            let place = place(self.spoken, range);
            self.push(self.spoken, words, Class::Read, 8, place);
        }
    }

    fn weigh_parameters(
        &mut self,
        parameters: &[crate::manifest::Parameter],
        place: &dyn Fn(&str, Option<&str>) -> Option<Span>,
    ) {
        let things =
            if self.said.things.is_empty() { &self.prose.things } else { &self.said.things };
        let reading = parameters::read(self.lexicon, parameters, things);
        for action in reading.actions {
            self.weigh_action(action, place);
        }
        // A reader's switch filters: it shows what lies in the trash.
        let reads = self.said.pieces.iter().all(|piece| piece.class == Class::Read);
        let switch = reading.switch.filter(|_| !reads);
        for (key, class, weight) in
            [(reading.save, Class::Write, 8), (switch, Class::Destructive, 6)]
        {
            if let Some(key) = key {
                let place = place(&key, None);
                self.push(Source::Parameter, key.clone(), class, weight, place);
                self.name_parameter(&key);
            }
        }
        if let Some(gateway) = reading.gateway {
            self.weigh_gateway(gateway, place);
        }
    }

    fn weigh_action(
        &mut self,
        action: ActionParameter,
        place: &dyn Fn(&str, Option<&str>) -> Option<Span>,
    ) {
        let worst = action.values.iter().max_by_key(|(_, class, weight)| (*class, *weight));
        if let Some((value, class, weight)) = worst {
            let place = place(&action.key, Some(value));
            self.push(Source::Parameter, value.clone(), *class, *weight, place);
            self.name_parameter(&action.key);
        }
        if action.reads_only {
            self.lessen_management();
        }
        let values = |wanted: fn(Class) -> bool| -> Vec<String> {
            let chosen = action.values.iter().filter(|(_, class, _)| wanted(*class));
            chosen.map(|(value, ..)| value.clone()).collect()
        };
        let destructive = values(|class| class >= Class::Destructive);
        let reading = values(|class| class == Class::Read);
        if !destructive.is_empty() && !reading.is_empty() {
            self.mixed.push(MixedAction { parameter: action.key, destructive, reading });
        }
    }

    /// "Manage" and its like say no more than that there are several actions; when all of them read, so does the tool.
    fn lessen_management(&mut self) {
        let words = self.evidence.iter_mut();
        let soft = words
            .filter(|piece| piece.points_to == Class::Write && piece.source != Source::Annotation);
        soft.for_each(|piece| piece.weight /= 3);
    }

    fn weigh_gateway(
        &mut self,
        gateway: Gateway,
        place: &dyn Fn(&str, Option<&str>) -> Option<Span>,
    ) {
        let runs = self.said.pieces.iter().any(|piece| piece.class == Class::Execute);
        let mut weight = match gateway.weight {
            weight @ 8.. => weight,
            weight if runs => weight + 3,
            _ => 0,
        };
        let does_one_thing = self.said.is_firm
            && !self.said.pieces.is_empty()
            && self.said.pieces.iter().all(|piece| piece.class == Class::Write && piece.weight > 8);
        let is_request = self.lexicon.gateway_weight(&gateway.key.to_lowercase()).is_none();
        if self.is_named_reader()
            || self.prose.restriction.is_some()
            || does_one_thing && is_request
        {
            weight /= 3;
        }
        if weight == 0 {
            return;
        }
        let place = place(&gateway.key, None);
        self.push(Source::Parameter, gateway.key.clone(), Class::Execute, weight, place);
        self.name_parameter(&gateway.key);
        if weight >= ENOUGH_ALONE {
            self.gateway = Some(gateway.key);
        }
    }

    /// Hints are advisory. One that admits danger counts; one that claims less only breaks a tie.
    fn weigh_annotations(&mut self, annotations: Annotations) {
        self.annotations = annotations;
        let hints = [
            (annotations.destructive == Some(true), "destructiveHint: true", Class::Destructive, 5),
            (annotations.read_only == Some(false), "readOnlyHint: false", Class::Write, 4),
            (annotations.read_only == Some(true), "readOnlyHint: true", Class::Read, 4),
        ];
        for (holds, words, class, weight) in hints {
            if holds {
                self.push(Source::Annotation, words.to_owned(), class, weight, None);
            }
        }
    }

    /// What cannot be read may say that the tool destroys, and silence must not make it harmless.
    fn weigh_unusable(&mut self, unusable: Unusable) {
        for (is_unusable, source, words) in [
            (unusable.description, Source::Description, "cannot be used"),
            (unusable.schema, Source::Parameter, "schema that cannot be used"),
            (unusable.annotations, Source::Annotation, "hints that cannot be used"),
        ] {
            if is_unusable {
                self.push(source, words.to_owned(), Class::Destructive, ENOUGH, None);
            }
        }
    }

    fn push(
        &mut self,
        source: Source,
        words: String,
        points_to: Class,
        weight: u8,
        place: Option<Span>,
    ) {
        let words = text::excerpt(&words, MAX_WORDS);
        let parameter = None;
        self.evidence.push(Evidence { source, parameter, words, points_to, weight, place });
    }

    /// Says of the last piece of evidence which parameter it comes from.
    fn name_parameter(&mut self, key: &str) {
        if let Some(last) = self.evidence.last_mut() {
            last.parameter = Some(text::excerpt(key, MAX_WORDS));
        }
    }

    fn conclude(mut self, most_sure: u8) -> Assessment {
        let weights = self.evidence.iter().map(|piece| (piece.points_to, piece.weight));
        let points = Points::of(weights);
        let class = points.decide();
        let confidence = points.confidence(class).min(most_sure);
        self.evidence.retain(|evidence| evidence.weight > 0);
        self.evidence.sort_by_key(|evidence| {
            (evidence.points_to != class, std::cmp::Reverse(evidence.weight), evidence.source)
        });
        self.evidence.dedup();
        self.evidence.truncate(MAX_EVIDENCE);
        Assessment {
            class,
            confidence: Confidence::new(confidence),
            sensitive_read: class == Class::Read && self.reads_secrets(),
            annotation_conflict: conflict(class, self.annotations),
            generic_gateway: self.gateway.filter(|_| class > Class::Write),
            mixed_actions: self.mixed,
            evidence: self.evidence,
        }
    }

    /// Whether the name, or what the description begins with, names a secret.
    fn reads_secrets(&self) -> bool {
        names_secret(self.lexicon, &self.said.words)
            || names_secret(self.lexicon, &self.prose.things)
    }
}

/// Whether one of the words, or two in a row, name a secret.
fn names_secret(lexicon: &Lexicon, words: &[NameWord]) -> bool {
    words.iter().enumerate().any(|(at, word)| {
        let own = singular(&word.text);
        let pair = words.get(at + 1).map(|next| format!("{}_{}", word.text, singular(&next.text)));
        lexicon.has(Set::Sensitive, &own)
            || pair.is_some_and(|pair| lexicon.has(Set::Sensitive, &pair))
    })
}

/// The hint that claims less than the class.
fn conflict(class: Class, annotations: Annotations) -> Option<AnnotationConflict> {
    if annotations.read_only == Some(true) && class > Class::Read {
        Some(AnnotationConflict::ReadOnly)
    } else if annotations.destructive == Some(false) && class == Class::Destructive {
        Some(AnnotationConflict::NotDestructive)
    } else {
        None
    }
}
