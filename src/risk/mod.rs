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
mod gateway;
mod lexicon;
mod name;
mod parameters;
mod prose;
mod signal;
mod telling;
mod traits;
mod weigh;
mod weights;
mod words;

pub use assessments::{AssessedManifest, Assessments, Names};
pub use class::{Class, ClassSet, Risk};
pub use evidence::{
    AnnotationConflict, Assessment, Brief, Confidence, Evidence, MixedAction, Source,
};
pub use telling::{secret, telling};
pub use traits::Traits;
pub use weigh::{assess, assess_name, kinds, signals, signals_of_name};
