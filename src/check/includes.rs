//! What the files of a run include, found out before any of them is checked.
//!
//! A file is checked as a part of each policy that includes it, so work grows with policies times what they share. Which
//! files are policies, and how much they include together, is told by their `include` statements alone.

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::roots;
use crate::input::add_text;
use crate::source::{Loader, Role, SourceSet, normalize, resolve_beside};
use crate::syntax;
use crate::syntax::decode_string;
use crate::syntax::tree::StatementKind;

/// How much text the policies of one run may include again, in bytes. A file that several policies include counts once for
/// each of them but the first.
pub const MAX_INCLUDED_AGAIN: usize = 32 * 1024 * 1024;

/// Whether a file may include others. Of most files this says no, and they need not be read twice.
pub fn may_include(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| text.contains("include"))
}

/// One file of a run.
#[derive(Debug)]
pub struct RunFile {
    /// The path, as findings show it.
    path: String,
    bytes: usize,
    /// The paths that its `include` statements name, each once.
    includes: BTreeSet<String>,
}

impl RunFile {
    /// Reads the `include` statements of a file.
    pub fn new(path: &str, bytes: &[u8]) -> Self {
        let Self { path, bytes: length, mut includes } = Self::without_includes(path, bytes.len());
        let mut sources = SourceSet::default();
        if may_include(bytes)
            && let Ok(file) = add_text(&mut sources, &path, bytes.to_vec())
        {
            let (tree, _) = syntax::parse(file, sources.text(file));
            includes.extend(tree.statements.iter().filter_map(|statement| match &statement.kind {
                StatementKind::Include(name) => {
                    Some(resolve_beside(&path, &decode_string(sources.slice(name.span))))
                }
                _ => None,
            }));
        }
        Self { path, bytes: length, includes }
    }

    /// A file of so many bytes that includes no other.
    pub fn without_includes(path: &str, bytes: usize) -> Self {
        Self { path: normalize(path), bytes, includes: BTreeSet::new() }
    }
}

/// What is to be done with the files of a run.
#[derive(Debug, PartialEq, Eq)]
pub struct Division {
    /// Whether each file is a policy of its own; the others are parts of those.
    pub roots: Vec<bool>,
    /// Whether each policy may not include anything, because those before it include [`MAX_INCLUDED_AGAIN`].
    pub too_much: Vec<bool>,
}

/// Divides the files of a run into policies and their parts, which the loader reads where they are not among the files.
pub fn divide(parts: Vec<RunFile>, loader: &dyn Loader) -> Division {
    divide_within(parts, loader, MAX_INCLUDED_AGAIN)
}

fn divide_within(parts: Vec<RunFile>, loader: &dyn Loader, budget: usize) -> Division {
    let count = parts.len();
    let graph = Graph::new(parts, loader);
    let mut roots = roots(&graph.includes);
    roots.truncate(count);
    let mut seen = vec![false; graph.bytes.len()];
    let mut left = Some(budget);
    let too_much = (0..count).map(|part| {
        if !roots.get(part).is_some_and(|root| *root) {
            return false;
        }
        left = left.and_then(|left| graph.spend(part, left, &mut seen));
        left.is_none() && graph.includes.get(part).is_some_and(|includes| !includes.is_empty())
    });
    let too_much = too_much.collect();
    Division { roots, too_much }
}

/// The files and which of them each names in an `include`, by their numbers.
struct Graph {
    bytes: Vec<usize>,
    includes: Vec<BTreeSet<usize>>,
}

impl Graph {
    fn new(parts: Vec<RunFile>, loader: &dyn Loader) -> Self {
        let mut graph = Self { bytes: Vec::new(), includes: Vec::new() };
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let has_includes = parts.iter().any(|part| !part.includes.is_empty());
        for (number, part) in parts.iter().enumerate().filter(|_| has_includes) {
            numbers.insert(loader.identity(&part.path), number);
        }
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut left: VecDeque<RunFile> = parts.into();
        let mut count = left.len();
        while let Some(part) = left.pop_front() {
            let mut includes = BTreeSet::new();
            for path in part.includes {
                // What may not be included is no part, and is not read to find that out.
                if Role::Include.admit(loader, &part.path, &path).is_err() {
                    continue;
                }
                if let Some(&number) = known.get(&path) {
                    includes.insert(number);
                    continue;
                }
                let number = *numbers.entry(loader.identity(&path)).or_insert_with(|| {
                    left.push_back(RunFile::new(&path, &loader.read(&path).unwrap_or_default()));
                    count += 1;
                    count - 1
                });
                known.insert(path, number);
                includes.insert(number);
            }
            graph.bytes.push(part.bytes);
            graph.includes.push(includes);
        }
        graph
    }

    /// What is left of the budget when a policy has been checked; `None` when it includes more. Takes no more steps than
    /// the policy has `include` statements that the budget pays for.
    fn spend(&self, policy: usize, mut budget: usize, seen: &mut [bool]) -> Option<usize> {
        let mut reached = BTreeSet::from([policy]);
        let mut left = vec![policy];
        while let Some(part) = left.pop() {
            let again = seen.get_mut(part).is_some_and(|seen| std::mem::replace(seen, true));
            if again {
                budget = budget.checked_sub(self.bytes.get(part).copied().unwrap_or(0))?;
            }
            for &other in self.includes.get(part).into_iter().flatten() {
                if reached.insert(other) {
                    left.push(other);
                }
            }
        }
        Some(budget)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryLoader;

    fn divided(files: &[(&str, &str)], more: &[(&str, &str)], budget: usize) -> Division {
        let mut loader = MemoryLoader::default();
        for (path, text) in files.iter().chain(more) {
            loader.insert(*path, *text);
        }
        let parts = files.iter().map(|(path, text)| RunFile::new(path, text.as_bytes()));
        divide_within(parts.collect(), &loader, budget)
    }

    #[test]
    fn a_file_that_another_includes_is_a_part() {
        let files = [
            ("a.gate", "include \"more/b.gate\"\n"),
            ("c.gate", "allow include\n"),
            ("d.gate", "deny t\n"),
        ];
        // `d.gate` is a part of `a.gate` through a file that the call does not name.
        let more = [("more/b.gate", "include \"../d.gate\"\ninclude \"../nowhere.gate\"\n")];
        let division = divided(&files, &more, 0);
        assert_eq!(division.roots, [true, true, false]);
        assert_eq!(division.too_much, [false, false, false]);
    }

    #[test]
    fn of_files_that_include_each_other_the_first_is_the_policy() {
        let files = [("a.gate", "include \"b.gate\"\n"), ("b.gate", "include \"./a.gate\"\n")];
        assert_eq!(divided(&files, &[], 0).roots, [true, false]);
    }

    #[test]
    fn what_is_included_again_is_counted() {
        let text = "include \"shared.gate\"\n";
        let files = [("a.gate", text), ("b.gate", text), ("c.gate", text), ("d.gate", "allow t\n")];
        let shared = [("shared.gate", "hide ten\n#\n")];
        let length = shared[0].1.len();
        for (budget, expected) in [
            (2 * length, [false, false, false, false]),
            (2 * length - 1, [false, false, true, false]),
            (length - 1, [false, true, true, false]),
            (0, [false, true, true, false]),
        ] {
            let division = divided(&files, &shared, budget);
            assert_eq!(division.roots, [true; 4]);
            assert_eq!(division.too_much, expected, "{budget}");
        }
    }
}
