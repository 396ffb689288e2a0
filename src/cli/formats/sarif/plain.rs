//! Results that are not findings, each about a file as a whole.

use std::hash::BuildHasher;

use super::place::Location;
use super::rule::Rule;
use super::{Fingerprints, MAX_RESULTS, Message, Result, log};
use crate::cli::formats::text_of;
use crate::cli::root::Root;

/// A rule that one sentence describes.
pub struct PlainRule {
    /// Its name for programs.
    pub id: &'static str,
    /// The sentence.
    pub text: &'static str,
}

/// One result.
pub struct PlainResult<'r> {
    /// The number of the rule.
    pub rule: usize,
    /// The severity.
    pub level: &'static str,
    /// What is said.
    pub message: String,
    /// The file.
    pub path: &'r str,
    /// What makes it the same result in a later log, besides the rule and the file.
    pub key: String,
}

/// The log of results. Past [`MAX_RESULTS`] it has the most severe ones.
pub fn plain_log(rules: &[PlainRule], mut results: Vec<PlainResult<'_>>, root: &Root) -> String {
    if results.len() > MAX_RESULTS {
        results.sort_by_key(|result| result.level != "warning");
        results.truncate(MAX_RESULTS);
    }
    let fingerprint = |result: &PlainResult<'_>| {
        let id = rules.get(result.rule).map_or("", |rule| rule.id);
        let hasher = fnv::FnvBuildHasher::default();
        format!("{:016x}", hasher.hash_one((id, root.path(result.path), &result.key)))
    };
    let fingerprints: Vec<String> = results.iter().map(fingerprint).collect();
    let results = results.iter().zip(&fingerprints).map(|(result, fingerprint)| Result {
        rule_id: rules.get(result.rule).map_or("", |rule| rule.id),
        rule_index: result.rule,
        level: result.level,
        message: Message::new(&result.message),
        locations: vec![Location::of_file(result.path, root)],
        related_locations: Vec::new(),
        partial_fingerprints: Fingerprints { first: fingerprint },
        fixes: Vec::new(),
        suppressions: None,
    });
    let described = rules.iter().map(|rule| Rule::plain(rule.id, rule.text));
    text_of(log(described.collect(), results.collect()))
}
