//! The way back: a policy.json as a `.gate` text, never returned before it has been compiled and compared.

use std::sync::Arc;

use super::document::{read_manifest, withhold_what_is_no_json};
use super::{NamedManifest, Outcome, compile};
use crate::decompile::{self, Style};
use crate::diagnostic::{self, Code, Diagnostic};
use crate::format;
use crate::input::add_text;
use crate::manifest::Manifest;
use crate::policy_json::{self, Document};
use crate::resolve::Cache;
use crate::source::{FileId, MemoryLoader, SourceSet, Span, resolve_beside};
use crate::syntax;

/// The path under which an answer is compiled. No policy names it.
const ANSWER: &str = "policy.gate";

/// A policy.json that has been read, and the manifest that its text shall name.
struct Request {
    document: Document,
    named: Option<(NamedManifest, Arc<Manifest>)>,
}

pub(super) fn decompile(
    path: &str,
    bytes: Vec<u8>,
    manifest: Option<NamedManifest>,
) -> Outcome<String> {
    let mut sources = SourceSet::default();
    let mut diagnostics = Vec::new();
    let file = match add_text(&mut sources, path, bytes) {
        Ok(file) => file,
        Err((_, finding)) => return Outcome::new(sources, vec![finding], None),
    };
    let (document, mut findings) = policy_json::read_any(file, sources.text(file));
    withhold_what_is_no_json(&mut sources, file, &mut findings);
    diagnostics.extend(findings);
    let named = manifest.map(|named| {
        let cache = Cache::default();
        let assessed = read_manifest(&named, &mut sources, &mut diagnostics, &cache);
        (named, assessed.map_or_else(Arc::default, |assessed| Arc::clone(assessed.manifest())))
    });
    let Some(document) = document.filter(|_| !diagnostic::has_errors(&diagnostics)) else {
        return Outcome::new(sources, diagnostics, None);
    };
    match (Request { document, named }).answer() {
        Ok(text) => Outcome::new(sources, diagnostics, Some(text)),
        Err(difference) => {
            diagnostics.push(not_decompilable(file, &difference));
            Outcome::new(sources, diagnostics, None)
        }
    }
}

impl Request {
    /// The shortest text that compiles to the document.
    ///
    /// # Errors
    /// What is wrong with the shortest text, if no style gives one that is right.
    fn answer(&self) -> Result<String, String> {
        let named =
            self.named.as_ref().map(|(named, manifest)| (named.path.as_str(), manifest.as_ref()));
        let mut first = None;
        for style in Style::ALL {
            let text = laid_out(&decompile::decompile(&self.document, named, style));
            match self.fault(&text) {
                None => return Ok(text),
                Some(fault) => first = first.or(Some(fault)),
            }
        }
        Err(first.unwrap_or_default())
    }

    /// What is wrong with a text; `None` when it compiles to the document.
    fn fault(&self, text: &str) -> Option<String> {
        let mut loader = MemoryLoader::default().with(ANSWER, text);
        if let Some((named, _)) = &self.named {
            loader.insert(resolve_beside(ANSWER, &named.path), named.bytes.as_slice());
        }
        let compiled = compile(ANSWER, text.into(), &loader);
        let Some(json) = compiled.value else {
            let error = compiled.diagnostics.iter().find(|finding| finding.is_error());
            let message = error.map_or("", |error| error.message.as_str());
            return Some(format!("the text does not compile: {message}"));
        };
        let mut sources = SourceSet::default();
        let file = sources.add("policy.json", json);
        let (document, _) = policy_json::read(file, sources.text(file));
        let Some(document) = document else {
            return Some("the text compiles to a policy.json that is not valid".to_owned());
        };
        let manifest = self.named.as_ref().map(|(_, manifest)| manifest.as_ref());
        decompile::difference(&self.document, &document, manifest).map(|difference| {
            format!("the text would compile to a policy with another value for {difference}")
        })
    }
}

/// The text with its long lines broken. Only the sections that have one are laid out anew: a blank line divides two
/// sections and stands nowhere else, because a line break in a string is escaped.
fn laid_out(text: &str) -> String {
    let sections: Vec<String> = text.split("\n\n").map(laid_out_section).collect();
    let mut text = sections.join("\n\n");
    text.push('\n');
    text
}

/// The same for one section. One that cannot be read stays as it is: compiling it says why.
fn laid_out_section(section: &str) -> String {
    let section = section.trim_end_matches('\n');
    if section.lines().all(|line| line.len() <= format::WIDTH) {
        return section.to_owned();
    }
    let mut sources = SourceSet::default();
    let file = sources.add(ANSWER, section);
    let (tree, findings) = syntax::parse(file, section);
    let formatted = findings.is_empty().then(|| format::format(&tree, section));
    match formatted {
        Some(Ok(formatted)) => formatted.trim_end_matches('\n').to_owned(),
        _ => section.to_owned(),
    }
}

fn not_decompilable(file: FileId, fault: &str) -> Diagnostic {
    let message = "this policy has no equivalent in the language";
    Diagnostic::new(Code::NotDecompilable, Span::new(file, 0, 0), message)
        .with_note(fault)
        .with_note("text with a different meaning is never returned")
}
