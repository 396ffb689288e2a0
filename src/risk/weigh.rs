//! From all that a tool says to its class.

use std::ops::Range;

use super::class::Class;
use super::evidence::{
    AnnotationConflict, Assessment, Brief, Confidence, Evidence, MixedAction, Source,
};
use super::gateway::{self, Purpose};
use super::lexicon::{self, Set, singular};
use super::parameters::{self, Action};
use super::signal::{Flag, Role, Signal, Strength};
use super::traits::{self, Traits};
use super::weights::{Decision, Known, Weights};
use super::words::{self, Word};
use super::{name, prose};
use crate::manifest::{Annotations, Parameter, Tool, Unusable};
use crate::source::Span;
use crate::text;

/// What some words of a name or a description say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub class: Class,
    /// The kind of evidence.
    pub signal: Signal,
    /// The words' place, in bytes of the decoded text.
    pub range: Range<usize>,
}

/// How many pieces of evidence an assessment keeps.
const MAX_EVIDENCE: usize = 16;
/// How many characters of the words a piece of evidence keeps.
const MAX_WORDS: usize = 80;
/// How many points a part counts that cannot be used.
const UNUSABLE: u8 = 40;

/// Assesses a tool by everything that its manifest says.
///
/// Takes time in proportion to the tool's text; of a long description only the beginning is read.
pub fn assess(tool: &Tool) -> Assessment {
    Scale::of_tool(tool).conclude(Known::Declaration)
}

/// Assesses a tool of which nothing but the name is known.
pub fn assess_name(name: &str) -> Assessment {
    Scale::of_name(name).conclude(Known::Name)
}

/// The kinds of evidence that a tool has, by their names in the table of weights, each once and in order: what the weights are
/// fitted on.
#[doc(hidden)]
pub fn signals(tool: &Tool) -> Vec<String> {
    Scale::of_tool(tool).signals()
}

/// The same of a name.
#[doc(hidden)]
pub fn signals_of_name(name: &str) -> Vec<String> {
    Scale::of_name(name).signals()
}

/// The names of all kinds of evidence.
#[doc(hidden)]
pub fn kinds() -> Vec<String> {
    Signal::all().map(Signal::name).collect()
}

/// What [`assess_name`] finds, without the evidence.
pub(super) fn brief_of_name(name: &str) -> Brief {
    let said = name::read(name, &[]);
    let flags = said.flags.iter().copied().chain([Flag::Always]).map(Signal::Flag);
    let signals = said.pieces.iter().map(|piece| piece.signal).chain(flags);
    let Decision { class, confidence } = Weights::of(Known::Name).decide(&each_once(signals));
    Brief {
        class,
        confidence: confidence.min(Confidence::Medium),
        sensitive_read: class == Class::Read && names_secret(&said.words),
    }
}

/// Each kind counts once, however often a text repeats itself.
fn each_once(signals: impl Iterator<Item = Signal>) -> Vec<Signal> {
    let mut signals: Vec<Signal> = signals.collect();
    signals.sort();
    signals.dedup();
    signals
}

/// Collects evidence and adds it up.
struct Scale<'t> {
    name: &'t str,
    /// Where the text comes from.
    spoken: Source,
    text: String,
    said: name::Reading,
    prose: prose::Reading,
    found: Vec<(Signal, Evidence)>,
    flags: Vec<Flag>,
    mixed: Vec<MixedAction>,
    gateway: Option<String>,
    annotations: Annotations,
    unusable: Unusable,
    is_cut: bool,
}

type Place<'p> = &'p dyn Fn(Source, &Range<usize>) -> Option<Span>;
type KeyPlace<'p> = &'p dyn Fn(&str, Option<&str>) -> Option<Span>;

impl<'t> Scale<'t> {
    fn of_tool(tool: &'t Tool) -> Self {
        let description = tool.description().unwrap_or_default();
        let title = tool.title().unwrap_or_default();
        let (parameters, are_all) = tool.parameters_read();
        let (spoken, text) = match description.trim().is_empty() {
            true => (Source::Title, title.clone()),
            false => (Source::Description, description),
        };
        let place = |source, range: &Range<usize>| match source {
            Source::Name => tool.place_in_name(range),
            Source::Description => tool.place_in_description(range),
            _ => None,
        };
        let key_place = |key: &str, value: Option<&str>| tool.place_in_schema(key, value);
        let mut scale = Scale::new(&tool.name, spoken, text);
        scale.weigh_words(&place);
        if spoken == Source::Description {
            scale.weigh_title(&title);
        }
        scale.weigh_parameters(&parameters, &key_place);
        scale.weigh_gateway(&parameters, &key_place);
        scale.weigh_annotations(tool.annotations);
        scale.unusable = tool.unusable;
        scale.is_cut = !are_all;
        scale.keep_worst();
        scale
    }

    fn of_name(name: &'t str) -> Self {
        let mut scale = Scale::new(name, Source::Description, String::new());
        scale.prose = prose::Reading::default();
        scale.weigh_words(&|_, _| None);
        scale.keep_worst();
        scale
    }

    fn new(name: &'t str, spoken: Source, text: String) -> Self {
        let prose = prose::read(&text, name);
        let said = name::read(name, &prose.leads);
        Self {
            name,
            spoken,
            text,
            said,
            prose,
            found: Vec::new(),
            flags: vec![Flag::Always],
            mixed: Vec::new(),
            gateway: None,
            annotations: Annotations::default(),
            unusable: Unusable::default(),
            is_cut: false,
        }
    }

    /// Of words that together say what a tool can do only the worst count: that it also reads does not make it safer. So "manage"
    /// says nothing beside the actions that are listed, and neither do they beside the values of an action.
    fn keep_worst(&mut self) {
        use Role::{Action, ActionSaid, Later, LeadToo, Listed, Mentioned, NameToo, Title};
        let groups: [&[Role]; 6] = [
            &[NameToo],
            &[Title],
            &[LeadToo, Listed],
            &[Mentioned],
            &[Later],
            &[Action, ActionSaid],
        ];
        for roles in groups {
            let worst = self.worst(roles);
            self.drop_below(roles, worst);
        }
        if self.said.is_general {
            let actions = self.worst(&[Action, ActionSaid]);
            self.drop_below(&[LeadToo, Listed, Title], actions);
            let all = actions.max(self.worst(&[LeadToo, Listed]));
            let roles: &[Role] =
                if self.leads_generally() { &[Role::Name, Role::Lead] } else { &[Role::Name] };
            if all.is_some() && self.said.verb.is_some() {
                self.drop_below(
                    roles,
                    all.max(Some((Class::Execute, std::cmp::Reverse(Strength::Pair)))),
                );
            }
        }
    }

    /// Whether the description begins with a verb that leaves open what the tool does.
    fn leads_generally(&self) -> bool {
        self.prose.leads.first().is_some_and(|verb| lexicon::has(Set::General, verb))
    }

    /// The worst that words of these roles say.
    fn worst(&self, roles: &[Role]) -> Option<Badness> {
        self.found.iter().filter_map(|(signal, _)| badness(*signal, roles)).max()
    }

    /// Drops what words of these roles say if it is less than this.
    fn drop_below(&mut self, roles: &[Role], least: Option<Badness>) {
        self.found
            .retain(|(signal, _)| badness(*signal, roles).is_none_or(|own| Some(own) >= least));
    }

    fn signals(&self) -> Vec<String> {
        each_once(self.kinds()).into_iter().map(Signal::name).collect()
    }

    fn kinds(&self) -> impl Iterator<Item = Signal> {
        let flags = self.flags.iter().copied().map(Signal::Flag);
        self.found.iter().map(|(signal, _)| *signal).chain(flags)
    }

    fn weigh_words(&mut self, place: Place<'_>) {
        self.flags.extend(self.said.flags.iter().chain(&self.prose.flags));
        if self.said.verb.is_some_and(|verb| self.prose.leads.contains(&verb)) {
            self.flags.push(Flag::SameVerb);
        }
        let named = self.said.pieces.iter().map(|piece| (Source::Name, piece));
        let spoken = self.prose.pieces.iter().map(|piece| (self.spoken, piece));
        for (source, piece) in named.chain(spoken) {
            let words = if source == Source::Name { self.name } else { &self.text };
            let words = words.get(piece.range.clone()).unwrap_or("");
            let signal = match piece.signal {
                Signal::Word(Role::Listed, class, strength) if !self.said.is_general => {
                    Signal::Word(Role::Mentioned, class, strength)
                }
                signal => signal,
            };
            let evidence = Evidence {
                source,
                parameter: None,
                words: text::excerpt(words, MAX_WORDS),
                points_to: piece.class,
                weight: 0,
                place: place(source, &piece.range),
            };
            self.found.push((signal, evidence));
        }
        if let Some(range) = self.prose.restriction.clone() {
            let words = self.text.get(range.clone()).unwrap_or("").to_owned();
            let place = place(self.spoken, &range);
            self.push(Flag::ReadOnlyText, self.spoken, words, Class::Read, place);
        }
    }

    /// A title that says more than the name counts beside the description.
    fn weigh_title(&mut self, title: &str) {
        let read = prose::read(title, self.name);
        for piece in read.pieces {
            let Signal::Word(Role::Lead | Role::LeadToo, class, strength) = piece.signal else {
                continue;
            };
            let words = title.get(piece.range).unwrap_or("");
            let signal = Signal::Word(Role::Title, class, strength);
            self.push_signal(signal, Source::Title, words.to_owned(), class, None);
        }
    }

    fn weigh_parameters(&mut self, parameters: &[Parameter], place: KeyPlace<'_>) {
        let things =
            if self.said.things.is_empty() { &self.prose.things } else { &self.said.things };
        let is_request = self.find_gateway(parameters).is_some();
        let reading = parameters::read(parameters, things, is_request);
        self.flags.extend(reading.number);
        for action in reading.actions {
            self.weigh_action(action, place);
        }
        if let Some((key, word, meant)) = reading.said {
            let signal = Signal::Word(Role::ActionSaid, meant.class, meant.strength);
            let at = place(&key, None);
            self.push_signal(signal, Source::Parameter, word, meant.class, at);
            self.name_parameter(&key);
        }
        for (flag, key) in reading.keys {
            let class = match flag {
                Flag::SavesResult | Flag::ContentKey => Class::Write,
                Flag::DestroyingSwitch | Flag::ConfirmKey => Class::Destructive,
                Flag::MoneyKey => Class::Financial,
                _ => Class::Read,
            };
            let at = place(&key, None);
            self.push(flag, Source::Parameter, key.clone(), class, at);
            self.name_parameter(&key);
        }
    }

    fn weigh_action(&mut self, action: Action, place: KeyPlace<'_>) {
        let worst = action
            .values
            .iter()
            .max_by_key(|(_, meant)| (meant.class, std::cmp::Reverse(meant.strength)));
        if let Some((value, meant)) = worst {
            let at = place(&action.key, Some(value));
            let signal = Signal::Word(Role::Action, meant.class, meant.strength);
            self.push_signal(signal, Source::Parameter, value.clone(), meant.class, at);
            self.name_parameter(&action.key);
        }
        if action.reads_only {
            self.flags.push(Flag::ReadingActions);
        }
        let values = |wanted: fn(Class) -> bool| -> Vec<String> {
            let chosen = action.values.iter().filter(|(_, meant)| wanted(meant.class));
            chosen.map(|(value, _)| value.clone()).collect()
        };
        let destructive = values(|class| class >= Class::Destructive);
        let reading = values(|class| class == Class::Read);
        if !destructive.is_empty() && !reading.is_empty() {
            self.mixed.push(MixedAction { parameter: action.key, destructive, reading });
        }
    }

    /// The verbs of the name and of the description, in their base forms.
    fn verbs(&self) -> Vec<&'static str> {
        self.said.verb.into_iter().chain(self.prose.leads.iter().copied()).collect()
    }

    fn find_gateway(&self, parameters: &[Parameter]) -> Option<gateway::Gateway> {
        let text = self.text.get(..self.text.floor_char_boundary(512)).unwrap_or("");
        let text = words::of_name(text);
        let purpose = Purpose { name: &self.said.words, text: &text, verbs: &self.verbs() };
        gateway::find(parameters, &purpose)
    }

    fn weigh_gateway(&mut self, parameters: &[Parameter], place: KeyPlace<'_>) {
        let Some(found) = self.find_gateway(parameters) else { return };
        let flag = if found.is_certain { Flag::Gateway } else { Flag::FreeQuery };
        let at = place(&found.key, None);
        self.push(flag, Source::Parameter, found.key.clone(), Class::Execute, at);
        self.name_parameter(&found.key);
        if found.is_certain {
            self.gateway = Some(found.key);
        }
    }

    /// Hints are advisory: one that admits danger counts for more than one that denies it.
    fn weigh_annotations(&mut self, annotations: Annotations) {
        self.annotations = annotations;
        let is_reader = annotations.read_only == Some(true);
        for (holds, words, class, flag) in [
            (
                annotations.destructive == Some(true) && !is_reader,
                "destructiveHint: true",
                Class::Destructive,
                Flag::DestructiveHint,
            ),
            (
                annotations.destructive == Some(false) && !is_reader,
                "destructiveHint: false",
                Class::Write,
                Flag::NotDestructiveHint,
            ),
            (
                annotations.read_only == Some(false),
                "readOnlyHint: false",
                Class::Write,
                Flag::NotReadOnlyHint,
            ),
            (is_reader, "readOnlyHint: true", Class::Read, Flag::ReadOnlyHint),
        ] {
            if holds {
                self.push(flag, Source::Annotation, words.to_owned(), class, None);
            }
        }
    }

    /// What cannot be read may say that the tool destroys, and silence must not make it harmless.
    fn unusable_parts(&self) -> Vec<Evidence> {
        let parts = [
            (self.unusable.description, Source::Description, "cannot be used"),
            (self.unusable.schema, Source::Parameter, "schema that cannot be used"),
            (self.unusable.annotations, Source::Annotation, "hints that cannot be used"),
            (self.is_cut, Source::Parameter, "schema too large to be read"),
        ];
        let evidence = |(holds, source, words): (bool, Source, &str)| {
            holds.then(|| Evidence {
                source,
                parameter: None,
                words: words.to_owned(),
                points_to: Class::Destructive,
                weight: UNUSABLE,
                place: None,
            })
        };
        parts.into_iter().filter_map(evidence).collect()
    }

    fn push(
        &mut self,
        flag: Flag,
        source: Source,
        words: String,
        points_to: Class,
        place: Option<Span>,
    ) {
        self.push_signal(Signal::Flag(flag), source, words, points_to, place);
    }

    fn push_signal(
        &mut self,
        signal: Signal,
        source: Source,
        words: String,
        points_to: Class,
        place: Option<Span>,
    ) {
        let words = text::excerpt(&words, MAX_WORDS);
        self.found.push((
            signal,
            Evidence { source, parameter: None, words, points_to, weight: 0, place },
        ));
    }

    /// Says of the last piece of evidence which parameter it comes from.
    fn name_parameter(&mut self, key: &str) {
        if let Some((_, last)) = self.found.last_mut() {
            last.parameter = Some(text::excerpt(key, MAX_WORDS));
        }
    }

    fn conclude(self, known: Known) -> Assessment {
        let weights = Weights::of(known);
        let Decision { mut class, mut confidence } = weights.decide(&each_once(self.kinds()));
        if known == Known::Name {
            confidence = confidence.min(Confidence::Medium);
        }
        // That a tool only reads has to be shown.
        if self.found.is_empty() && (known == Known::Declaration || self.said.words.is_empty()) {
            (class, confidence) = (class.max(Class::Write), Confidence::Low);
        }
        let mut evidence: Vec<Evidence> = Vec::new();
        for (signal, piece) in &self.found {
            let weight = weights.points(*signal, piece.points_to);
            if weight > 0 {
                evidence.push(Evidence { weight, ..piece.clone() });
            }
        }
        for unusable in self.unusable_parts() {
            class = class.max(Class::Destructive);
            confidence = Confidence::Low;
            evidence.push(unusable);
        }
        evidence.sort_by_key(|evidence| {
            (evidence.points_to != class, std::cmp::Reverse(evidence.weight), evidence.source)
        });
        evidence.dedup();
        evidence.truncate(MAX_EVIDENCE);
        let reads_secrets = names_secret(&self.said.words) || names_secret(&self.prose.things);
        let known = traits::Known {
            class,
            verbs: &self.verbs(),
            things: if self.said.things.is_empty() {
                &self.prose.things
            } else {
                &self.said.things
            },
            reads_secrets,
        };
        Assessment {
            class,
            confidence,
            evidence,
            traits: Traits::of(&known),
            sensitive_read: class == Class::Read && reads_secrets,
            annotation_conflict: conflict(class, self.annotations),
            generic_gateway: self.gateway.filter(|_| class > Class::Write),
            mixed_actions: self.mixed,
        }
    }
}

/// How much harm some words tell of, and how plainly.
type Badness = (Class, std::cmp::Reverse<Strength>);

fn badness(signal: Signal, roles: &[Role]) -> Option<Badness> {
    match signal {
        Signal::Word(role, class, strength) if roles.contains(&role) => {
            Some((class, std::cmp::Reverse(strength)))
        }
        _ => None,
    }
}

/// Whether one of the words, or two in a row, name a secret.
fn names_secret(words: &[Word]) -> bool {
    words.iter().enumerate().any(|(at, word)| {
        let own = singular(&word.text);
        let pair = words.get(at + 1).map(|next| format!("{}_{}", word.text, singular(&next.text)));
        lexicon::has(Set::Sensitive, &own)
            || pair.is_some_and(|pair| lexicon::has(Set::Sensitive, &pair))
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
