//! What a tool can do to its user: its class, how sure that is, and the evidence.
//!
//! The evidence comes from the tool's name, its description, its parameters and its annotations. Each piece points to a
//! class and weighs some points; `lexicon/lexicon.txt` holds the words and their points, `weigh` adds them up. Nothing here is
//! random or asks anyone: the same tool always gets the same class.
//!
//! This layer knows manifests. It knows no policy; what a `classify` statement says is brought in by those who read it.

mod action;
mod assessments;
mod class;
mod evidence;
mod lexicon;
mod name;
mod parameters;
mod points;
mod prose;
mod telling;
mod weigh;
mod words;

pub use assessments::{AssessedManifest, Assessments, Names};
pub use class::{Class, ClassSet, Risk};
pub use evidence::{
    AnnotationConflict, Assessment, Brief, Confidence, Evidence, Level, MixedAction, Source,
};
pub use telling::{secret, telling};
pub use weigh::{assess, assess_name};
pub use words::key_words;
