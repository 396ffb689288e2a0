//! Findings that somebody has reviewed and accepted, with a reason and perhaps an expiry date.
//!
//! A suppression is a comment, `# gatewright: allow(RULES) until DATE REASON`, or a table of the configuration, for files that
//! have no comments. [`read`] finds the comments, [`apply()`] takes the findings out, and [`review()`] reports the suppressions
//! that have become useless. Errors of the language are never suppressed, nor is what the compiler refuses.
//!
//! What day it is has to be told: nothing here reads the clock.

mod apply;
mod comments;
mod date;
mod directive;
mod errors;
mod parts;
mod review;
mod slips;

use jiff::civil::Date;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub use apply::{Applied, Matches, apply};
pub use comments::{has_directive, read};
pub use date::{DateFault, date};
pub use review::{Review, review};

/// Rules whose findings are to be left out, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The rules. A code for which [`is_suppressible`] does not hold has no effect.
    pub rules: Vec<Code>,
    /// The tools that it is about, as names and as globs with `*` and `?`: a finding is suppressed if all of its tools are among
    /// them. Empty for every finding of the rules.
    pub tools: Vec<String>,
    /// The last day on which it counts, in UTC. None for a suppression without end.
    pub until: Option<Date>,
    /// Why, in the author's words, not cleaned.
    pub reason: String,
    /// The comment, or the place in the configuration, which lies in another set of sources than the findings. No two of a set
    /// stand at one place.
    pub place: Span,
    /// What is known of the comment; none for a suppression of the configuration, which is about whole files.
    pub comment: Option<Comment>,
}

/// A suppression that is a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The part of the file that it covers, with the comment itself if that comes before it: a finding that begins there is
    /// suppressed.
    pub covered: Span,
    /// What it covers.
    pub target: SuppressionTarget,
    /// The place of each rule.
    pub rules: Vec<Span>,
    /// The place of the date.
    pub until: Option<Span>,
    /// What to take away with the comment: its line, or the blanks before it.
    pub removal: Span,
}

/// What a comment covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressionTarget {
    /// A statement, or a rule in a block.
    Part,
    /// The head of a block: `tool SELECTORS {` and the `}`, and not the rules between them.
    Head,
    /// Nothing: it has a line of its own, and no statement begins on the line below.
    Nothing,
}

/// A finding that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// Why it is left out, in the author's words, not cleaned. Of several suppressions the first counts.
    pub reason: String,
    /// Where the suppression stands, which [`Origin`] says how to read.
    pub place: Span,
    /// The last day on which it is left out, in UTC.
    pub until: Option<Date>,
    /// Where the suppression comes from.
    pub origin: Origin,
}

/// Where a suppression comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A comment in one of the files; its place lies in the sources of the finding.
    Comment,
    /// The configuration; its place lies in the sources of the configuration.
    Configuration,
}

impl Suppression {
    /// Whether its last day is past. Without a day to compare with, nothing is.
    pub fn is_expired(&self, today: Option<Date>) -> bool {
        matches!((self.until, today), (Some(until), Some(today)) if until < today)
    }

    /// Where it comes from.
    pub fn origin(&self) -> Origin {
        if self.comment.is_some() { Origin::Comment } else { Origin::Configuration }
    }
}

/// Whether findings of a code can be suppressed: those of rules, but not what rules say about suppressions.
pub fn is_suppressible(code: Code) -> bool {
    code.is_rule() && !matches!(code, Code::UnusedSuppression | Code::ExpiredSuppression)
}
