//! One value for everything that is said about a file.
//!
//! Every phase returns [`Diagnostic`]s; a user's mistake is never a Rust error. A diagnostic cannot be made
//! without a place. Terminal, JSON and editor are three renderings of the same value, and each lives with
//! its program: this layer knows no terminal, no JSON and no phase.

mod code;
mod explanation;
mod shown;

use std::sync::Arc;

use crate::source::Span;
use crate::text::quote;

pub use code::{Category, Code};
pub use explanation::{Example, Explanation};
pub use shown::{MAX_SHOWN_IN_FILE, most_severe};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing to do.
    Info,
    /// Probably not what the author meant.
    Warning,
    /// The text has no meaning, or one that cannot be kept. Nothing is written.
    Error,
}

impl Severity {
    /// `error`, `warning`, `info`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// A place and what is to be said about it; the message may be empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Label {
    /// The characters.
    pub span: Span,
    /// A few words shown beside them.
    pub message: String,
}

/// Whether a fix may be applied unseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applicability {
    /// It says what the author plainly meant and allows nothing more than the text did.
    Safe,
    /// It may change what is meant; a person looks at it first.
    Unsafe,
}

impl Applicability {
    /// `safe`, `unsafe`.
    pub fn name(self) -> &'static str {
        match self {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
        }
    }
}

/// One replacement of text; an empty span inserts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// A change of the text that removes a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Fix {
    /// What it does, as an imperative: `` write `allow` ``.
    pub title: String,
    /// Whether it may be applied unseen.
    pub applicability: Applicability,
    /// The replacements, which do not overlap.
    pub edits: Vec<Edit>,
}

/// A finding: what, where, why, and what to do about it.
///
/// The message is one lower-case sentence without a full stop; names out of the file stand in backticks
/// (`crate::text::quote`); what to do goes into [`help`](Self::help), never into the message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The kind of finding.
    pub code: Code,
    /// Its weight, the code's own unless the constructor changed it.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The characters that cause it.
    pub primary: Label,
    /// Other places that explain it.
    pub labels: Vec<Label>,
    /// Background, a sentence each.
    pub notes: Vec<String>,
    /// What to write instead.
    pub help: Option<String>,
    /// Changes that remove it. None of them lets a call through that the policy blocks.
    pub fixes: Vec<Fix>,
    /// Corrections of a policy that compiles as it is, one of which the author may have meant. What they let through is for a person
    /// to decide: they are offered in editors, and never applied by a program.
    pub choices: Vec<Fix>,
    /// The names of the tools that it is about, not cleaned, where it is about tools of a policy.
    pub tools: Vec<Arc<str>>,
}

impl Diagnostic {
    /// A finding of this kind at this place, with the kind's own severity.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            primary: Label { span, message: String::new() },
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
            fixes: Vec::new(),
            choices: Vec::new(),
            tools: Vec::new(),
        }
    }

    /// About these tools.
    #[must_use]
    pub fn with_tools<'n>(mut self, tools: impl IntoIterator<Item = &'n str>) -> Self {
        self.tools.extend(tools.into_iter().map(Arc::from));
        self
    }

    /// With another severity than the code's own.
    #[must_use]
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// With words beside the primary place.
    #[must_use]
    pub fn with_primary(mut self, message: impl Into<String>) -> Self {
        self.primary.message = message.into();
        self
    }

    /// With another place.
    #[must_use]
    pub fn with_label(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// With a sentence of background.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// With sentences of background.
    #[must_use]
    pub fn with_notes(mut self, notes: Vec<String>) -> Self {
        self.notes.extend(notes);
        self
    }

    /// With what to write instead.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With what to write instead, if that is known.
    #[must_use]
    pub fn with_help_if(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// With a fix that replaces one span.
    #[must_use]
    pub fn with_fix(
        self,
        applicability: Applicability,
        title: impl Into<String>,
        span: Span,
        text: impl Into<String>,
    ) -> Self {
        self.with_edits(applicability, title, vec![Edit { span, text: text.into() }])
    }

    /// With each text that the author may have meant in the place of a span: as an unsafe fix if nothing is written because of
    /// the mistake, else as a choice.
    #[must_use]
    pub fn with_choice(mut self, span: Span, texts: impl IntoIterator<Item = String>) -> Self {
        let fixes = if self.stops_compiling() { &mut self.fixes } else { &mut self.choices };
        fixes.extend(texts.into_iter().map(|text| {
            let title = format!("write {}", quote(&text));
            Fix { title, applicability: Applicability::Unsafe, edits: vec![Edit { span, text }] }
        }));
        self
    }

    /// With a fix that replaces several spans, which do not overlap.
    #[must_use]
    pub fn with_edits(
        mut self,
        applicability: Applicability,
        title: impl Into<String>,
        edits: Vec<Edit>,
    ) -> Self {
        self.fixes.push(Fix { title: title.into(), applicability, edits });
        self
    }

    /// Whether nothing may be written because of it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Whether the policy cannot be compiled because of it. What only the linter calls an error does not stop the compiler.
    pub fn stops_compiling(&self) -> bool {
        self.is_error() && !self.code.is_rule()
    }

    /// The order in which findings of one run are shown: by place, then by code and words.
    pub(crate) fn key(&self) -> (Span, Code, &str) {
        (self.primary.span, self.code, &self.message)
    }
}

/// Sorts findings by place, then by code and message, and drops exact repetitions.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|left, right| left.key().cmp(&right.key()));
    diagnostics.dedup();
}

/// Whether any of them is an error.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(Diagnostic::is_error)
}
