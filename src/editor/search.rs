//! The search for a name in a whole workspace.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::cursor::{NamedPart, Symbol, named_parts, of_selector};
use super::symbols::{LONGEST, OutlineSymbol, SymbolKind};
use super::{Checked, Location, Snapshot, View, answers};
use crate::lint::Form;
use crate::source::{SourceFile, Span};
use crate::syntax::tree::{Selector, SelectorKind};
use crate::text;

/// The most answers to one search.
const MOST: usize = 200;

/// How many characters of a name are looked at.
const LOOKED_AT: usize = 256;

/// The groups, tools and files of the workspace whose names hold the characters of a query in its order, best first: names that
/// begin with the query, then those of which a word does, then all others. It knows the policies that have been checked.
pub fn search(snapshot: &Snapshot, query: &str) -> Vec<(OutlineSymbol, Location)> {
    let query = query.chars().flat_map(char::to_lowercase).take(LOOKED_AT).collect();
    let mut search = Search { query, found: Vec::new(), seen: HashSet::new() };
    for checked in snapshot.all_checked() {
        let sources = &checked.analysis.outcome.sources;
        for (id, file) in sources.iter() {
            search.file(file.path(), || sources.shared(id));
        }
        search.policy(&checked);
    }
    for path in snapshot.policies() {
        search.file(path, || snapshot.text(path));
    }
    let key = |hit: &Hit| (hit.rank, hit.symbol.name.clone(), hit.place.file.path().to_owned());
    search.found.sort_by_cached_key(key);
    search.found.truncate(MOST);
    search.found.into_iter().map(|hit| (hit.symbol, hit.place)).collect()
}

struct Search {
    /// In lower case.
    query: Vec<char>,
    found: Vec<Hit>,
    /// The paths of files and of policies' parts, and the names in them, that have been looked at.
    seen: HashSet<(SymbolKind, String, String)>,
}

struct Hit {
    rank: Rank,
    symbol: OutlineSymbol,
    place: Location,
}

/// How well a name answers a query, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Prefix,
    WordStart,
    Subsequence,
}

impl Search {
    fn file(&mut self, path: &str, file: impl Fn() -> Option<Arc<SourceFile>>) {
        let name = path.rsplit('/').next().unwrap_or(path);
        if let Some(rank) = rank(&self.query, name)
            && self.is_new(SymbolKind::File, path, "")
            && let Some(file) = file()
        {
            self.take(rank, name, Some(path), SymbolKind::File, Location { file, range: 0..0 });
        }
    }

    /// Whether a name of a file has not been looked at.
    fn is_new(&mut self, kind: SymbolKind, path: &str, name: &str) -> bool {
        self.seen.insert((kind, path.to_owned(), name.to_owned()))
    }

    fn take(
        &mut self,
        rank: Rank,
        name: &str,
        detail: Option<&str>,
        kind: SymbolKind,
        place: Location,
    ) {
        let range = place.range.clone();
        let symbol = OutlineSymbol {
            name: text::excerpt(name, LONGEST),
            detail: detail.map(|detail| text::excerpt(detail, LONGEST)),
            kind,
            range: range.clone(),
            selection: range,
            children: Vec::new(),
        };
        self.found.push(Hit { rank, symbol, place });
    }

    fn policy(&mut self, checked: &Arc<Checked>) {
        let Some(view) = View::new(Arc::clone(checked), Vec::new(), &checked.path) else { return };
        if view.form() == Form::PolicyJson {
            return self.document(&view);
        }
        for tree in view.trees() {
            let path = view.sources().path(tree.file);
            if !self.is_new(SymbolKind::Rule, path, "") {
                continue;
            }
            let text = view.sources().text(tree.file);
            for statement in &tree.statements {
                named_parts(tree, text, statement, "", &mut |part| match part {
                    NamedPart::Group(span) => {
                        self.named(&view, SymbolKind::Group, view.slice(span), span);
                    }
                    NamedPart::Row(row) => {
                        let all = row.items.iter().chain(&row.except);
                        all.for_each(|selector| self.selector(&view, selector));
                    }
                    NamedPart::Selector(selector) => self.selector(&view, &selector),
                    _ => {}
                });
            }
        }
    }

    fn selector(&mut self, view: &View, selector: &Selector) {
        if matches!(selector.kind, SelectorKind::Name | SelectorKind::Quoted)
            && let Symbol::Tool(name) = of_selector(view, *selector)
        {
            self.named(view, SymbolKind::Tool, &name, selector.span);
        }
    }

    /// Takes a name in at its first place in a file.
    fn named(&mut self, view: &View, kind: SymbolKind, name: &str, span: Span) {
        let path = view.sources().path(span.file);
        if let Some(rank) = rank(&self.query, name)
            && self.is_new(kind, path, name)
            && let Some(place) = view.location(span)
        {
            self.take(rank, name, Some(path), kind, place);
        }
    }

    /// The tools of a policy.json.
    fn document(&mut self, view: &View) {
        let mut waiting = answers::symbols(view);
        while let Some(symbol) = waiting.pop() {
            let range: Range<usize> = symbol.selection.clone();
            if symbol.kind == SymbolKind::Tool
                && let Some(rank) = rank(&self.query, &symbol.name)
                && self.is_new(SymbolKind::Tool, view.path(), &symbol.name)
            {
                let place = Location { file: Arc::clone(view.source()), range };
                self.take(rank, &symbol.name, Some(view.path()), SymbolKind::Tool, place);
            }
            waiting.extend(symbol.children);
        }
    }
}

/// How well a name answers a query in lower case; `None` if it lacks one of its characters.
fn rank(query: &[char], name: &str) -> Option<Rank> {
    let mut folded: Vec<char> = Vec::new();
    let mut words: Vec<usize> = Vec::new();
    let mut before = ' ';
    for character in name.chars().take(LOOKED_AT) {
        let is_hump = character.is_uppercase() && before.is_lowercase();
        if is_hump || (character.is_alphanumeric() && !before.is_alphanumeric()) {
            words.push(folded.len());
        }
        folded.extend(character.to_lowercase());
        before = character;
    }
    if folded.starts_with(query) {
        return Some(Rank::Prefix);
    }
    let begins = |at: &usize| folded.get(*at..).is_some_and(|rest| rest.starts_with(query));
    if words.iter().any(begins) {
        return Some(Rank::WordStart);
    }
    let mut rest = folded.iter();
    query.iter().all(|wanted| rest.any(|other| other == wanted)).then_some(Rank::Subsequence)
}
