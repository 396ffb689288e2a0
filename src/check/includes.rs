//! What the files of a run include, found out before any of them is checked.
//!
//! A file is checked as a part of each policy that includes it, and a manifest's tools are looked at for each policy that names it,
//! so work grows with policies times what they share. Which files are policies, and how much they share, is told by their `include`
//! and `manifest` statements alone.

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

/// How many objects the manifests of the policies of one run may hold, those of a manifest counted for each policy that names it.
/// A tool is at least one object.
pub const MAX_MANIFEST_OBJECTS: usize = 20_000_000;

/// A file with more texts after the word `manifest` is parsed to find out which of them are names of manifests.
const MAX_CANDIDATES: usize = 8;

/// Whether a file may lead to others. Of most fragments this says no, and they need not wait for others.
pub fn may_lead(bytes: &[u8]) -> bool {
    let has = |text: &str| text.contains("include") || text.contains("manifest");
    std::str::from_utf8(bytes).is_ok_and(has)
}

/// The texts in quotes after the word `manifest`, wherever it is: the names of manifests, and some more.
fn manifest_candidates(text: &str) -> BTreeSet<String> {
    let after = text.match_indices("manifest").filter_map(|(at, word)| {
        let rest = text.get(at + word.len()..)?.trim_start();
        let mut is_escaped = false;
        let is_end = |character: char| {
            let is_end = matches!(character, '"' | '\n') && !is_escaped;
            is_escaped = character == '\\' && !is_escaped;
            is_end
        };
        let end = rest.strip_prefix('"')?.find(is_end)?;
        Some(decode_string(rest.get(..end + 2)?).into_owned())
    });
    let mut found = BTreeSet::new();
    for name in after {
        if found.len() > MAX_CANDIDATES {
            break;
        }
        found.insert(name);
    }
    found
}

/// One file of a run.
#[derive(Debug)]
pub struct RunFile {
    /// The path, as findings show it.
    path: String,
    bytes: usize,
    /// The paths that its `include` statements name, each once.
    includes: BTreeSet<String>,
    /// The paths of manifests that it may name.
    manifests: BTreeSet<String>,
}

impl RunFile {
    /// Reads the `include` and `manifest` statements of a file.
    pub fn new(path: &str, bytes: &[u8]) -> Self {
        let mut part = Self::alone(path, bytes.len());
        let Ok(text) = std::str::from_utf8(bytes) else { return part };
        let candidates = manifest_candidates(text);
        if text.contains("include") || candidates.len() > MAX_CANDIDATES {
            part.parse(bytes);
        } else {
            part.manifests =
                candidates.iter().map(|name| resolve_beside(&part.path, name)).collect();
        }
        part
    }

    fn parse(&mut self, bytes: &[u8]) {
        let mut sources = SourceSet::default();
        let Ok(file) = add_text(&mut sources, &self.path, bytes.to_vec()) else { return };
        let (tree, _) = syntax::parse(file, sources.text(file));
        for statement in &tree.statements {
            let (name, paths) = match &statement.kind {
                StatementKind::Include(name) => (name, &mut self.includes),
                // Only the first one is read.
                StatementKind::Manifest(name) if self.manifests.is_empty() => {
                    (name, &mut self.manifests)
                }
                _ => continue,
            };
            paths.insert(resolve_beside(&self.path, &decode_string(sources.slice(name.span))));
        }
    }

    /// A file of so many bytes that leads to no other.
    pub fn alone(path: &str, bytes: usize) -> Self {
        let (includes, manifests) = Default::default();
        Self { path: normalize(path), bytes, includes, manifests }
    }
}

/// What is to be done with the files of a run.
#[derive(Debug, PartialEq, Eq)]
pub struct Division {
    /// Whether each file is a policy of its own; the others are parts of those.
    pub roots: Vec<bool>,
    /// Whether each policy may not include anything, because those before it include [`MAX_INCLUDED_AGAIN`].
    pub too_much: Vec<bool>,
    /// Whether each policy may not have a manifest, because those before it have [`MAX_MANIFEST_OBJECTS`].
    pub too_many_tools: Vec<bool>,
}

/// Divides the files of a run into policies and their parts, which the loader reads where they are not among the files.
pub fn divide(parts: Vec<RunFile>, loader: &dyn Loader) -> Division {
    divide_within(parts, loader, MAX_INCLUDED_AGAIN, MAX_MANIFEST_OBJECTS)
}

fn divide_within(
    parts: Vec<RunFile>,
    loader: &dyn Loader,
    budget: usize,
    objects: usize,
) -> Division {
    let count = parts.len();
    let graph = Graph::new(parts, loader);
    let mut roots = roots(&graph.includes);
    roots.truncate(count);
    let mut seen = vec![false; graph.bytes.len()];
    let (mut left, mut objects_left) = (Some(budget), Some(objects));
    let (mut too_much, mut too_many_tools) = (vec![false; count], vec![false; count]);
    let parts = roots.iter().zip(&mut too_much).zip(&mut too_many_tools).enumerate();
    for (part, ((is_root, too_much), too_many_tools)) in parts {
        if !is_root {
            continue;
        }
        let mut objects = graph.objects.get(part).copied().unwrap_or(0);
        left = left.and_then(|left| graph.spend(part, left, &mut seen, &mut objects));
        objects_left = objects_left.and_then(|left| left.checked_sub(objects));
        *too_much =
            left.is_none() && graph.includes.get(part).is_some_and(|includes| !includes.is_empty());
        *too_many_tools = objects_left.is_none() && objects > 0;
    }
    Division { roots, too_much, too_many_tools }
}

/// The files and which of them each names in an `include`, by their numbers.
struct Graph {
    bytes: Vec<usize>,
    includes: Vec<BTreeSet<usize>>,
    /// How many objects the manifest that each file names holds.
    objects: Vec<usize>,
}

impl Graph {
    fn new(parts: Vec<RunFile>, loader: &dyn Loader) -> Self {
        let mut graph = Self { bytes: Vec::new(), includes: Vec::new(), objects: Vec::new() };
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let has_includes = parts.iter().any(|part| !part.includes.is_empty());
        for (number, part) in parts.iter().enumerate().filter(|_| has_includes) {
            numbers.insert(loader.identity(&part.path), number);
        }
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut left: VecDeque<RunFile> = parts.into();
        let mut count = left.len();
        let mut manifests: HashMap<String, usize> = HashMap::new();
        while let Some(part) = left.pop_front() {
            graph.objects.push(objects(&part, loader, &mut manifests));
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
    /// the policy has `include` statements that the budget pays for. Raises `objects` to those of the largest manifest that a part
    /// names.
    fn spend(
        &self,
        policy: usize,
        mut budget: usize,
        seen: &mut [bool],
        objects: &mut usize,
    ) -> Option<usize> {
        let mut reached = BTreeSet::from([policy]);
        let mut left = vec![policy];
        while let Some(part) = left.pop() {
            *objects = self.objects.get(part).copied().unwrap_or(0).max(*objects);
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

/// How many objects the largest manifest that a file may name holds; `known` are those that have been counted.
fn objects(part: &RunFile, loader: &dyn Loader, known: &mut HashMap<String, usize>) -> usize {
    let mut most = 0;
    for path in &part.manifests {
        if !known.contains_key(path) && Role::Manifest.admit(loader, &part.path, path).is_ok() {
            let bytes = loader.read(path).unwrap_or_default();
            let objects = bytes.iter().filter(|byte| **byte == b'{').count();
            known.insert(path.clone(), objects);
        }
        most = most.max(known.get(path).copied().unwrap_or(0));
    }
    most
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
        divide_within(parts.collect(), &loader, budget, usize::MAX)
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

    #[test]
    fn manifests_are_counted_for_each_policy_that_names_them() {
        let named = |text: &str| RunFile::new("a/p.gate", text.as_bytes()).manifests;
        let paths = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect();
        assert_eq!(named("allow t\nmanifest \"t.json\"\n"), paths(&["a/t.json"]));
        assert_eq!(named("tool t { deny } manifest  \"../t\\u002ejson\""), paths(&["t.json"]));
        assert_eq!(named("manifest \"t\\\".json\""), paths(&["a/t\".json"]));
        assert_eq!(named("allow manifest_of\n"), paths(&[]));
        let comments: String = (0..20).map(|n| format!("# manifest \"{n}.json\"\n")).collect();
        assert_eq!(named(&format!("{comments}manifest \"t.json\"\n")), paths(&["a/t.json"]));

        let mut loader = MemoryLoader::default();
        loader.insert("t.json", "[{\"name\": \"a\"}, {\"name\": \"b\"}]");
        loader.insert("shared.gate", "manifest \"t.json\"\n");
        let texts = [
            "manifest \"t.json\"\n",
            "include \"shared.gate\"\n",
            "manifest \"none.json\"\n",
            "manifest \"./t.json\"\n",
        ];
        for (budget, expected) in [
            (6, [false, false, false, false]),
            (5, [false, false, false, true]),
            (3, [false, true, false, true]),
        ] {
            let parts = (0..).zip(texts);
            let part = |(n, text): (u32, &str)| RunFile::new(&format!("{n}.gate"), text.as_bytes());
            let division = divide_within(parts.map(part).collect(), &loader, usize::MAX, budget);
            assert_eq!(division.too_many_tools, expected, "{budget}");
        }
    }
}
