//! The files that the paths of a call lead to.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::exit::Fault;
use super::files::{quoted, shown, unreadable};
use crate::input::reason;

/// What a file holds, told by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A policy in the language.
    Gate,
    /// A policy.json.
    PolicyJson,
}

/// Which files a command works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// `.gate` files.
    Gate,
    /// `.gate` files and policy.json files.
    Policies,
}

/// A file to work on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The name that messages show and includes are resolved beside.
    pub name: String,
    /// The path to read.
    pub path: PathBuf,
    /// The one path of the file, whatever links lead to it; the path as given when nothing else is read.
    pub identity: PathBuf,
    /// What it holds.
    pub kind: Kind,
    /// Whether its own name may be a link.
    is_link: bool,
    /// Whether the call names the file itself, not only a folder that holds it.
    pub is_named: bool,
}

/// What the paths of a call lead to.
#[derive(Debug, Default)]
pub struct Found {
    /// Every file once, sorted by name.
    pub inputs: Vec<Input>,
    /// What is wrong with the paths.
    pub faults: Vec<Fault>,
}

/// The files that the paths name or hold.
pub fn find(paths: &[PathBuf], wanted: Wanted) -> Found {
    let mut found = Found::default();
    for path in paths {
        match fs::metadata(path) {
            Err(error) => found.faults.push(unreadable(&quoted(path), &reason(&error))),
            Ok(metadata) if metadata.is_dir() => walk(path, wanted, &mut found),
            Ok(_) => match kind_by_extension(path, wanted) {
                Some(kind) => found.inputs.push(Input::new(path, kind, true)),
                None => found.faults.push(other_kind(path, wanted)),
            },
        }
    }
    found.unite();
    found
}

impl Input {
    fn new(path: &Path, kind: Kind, is_named: bool) -> Self {
        let (path, identity) = (path.to_owned(), path.to_owned());
        Self { name: shown(&path), path, identity, kind, is_link: true, is_named }
    }
}

impl Found {
    /// Sorts the files and keeps each once, under the first of its names. What is wrong is sorted too: the order
    /// of the paths must show nowhere.
    fn unite(&mut self) {
        self.faults.sort();
        self.faults.dedup();
        self.inputs.sort_by(|left, right| left.name.cmp(&right.name));
        if self.inputs.len() < 2 {
            return;
        }
        let mut folders = Folders::default();
        for input in &mut self.inputs {
            if let Some(identity) = folders.identity(input) {
                input.identity = identity;
            }
        }
        let named = self.inputs.iter().filter(|input| input.is_named);
        let named: HashSet<PathBuf> = named.map(|input| input.identity.clone()).collect();
        let mut seen = HashSet::with_capacity(self.inputs.len());
        self.inputs.retain_mut(|input| {
            input.is_named = named.contains(&input.identity);
            seen.insert(input.identity.clone())
        });
    }
}

/// The one path of each folder, looked up once: a folder may hold thousands of files.
#[derive(Default)]
struct Folders {
    identities: HashMap<PathBuf, Option<PathBuf>>,
}

impl Folders {
    fn identity(&mut self, input: &Input) -> Option<PathBuf> {
        let (Some(folder), Some(name), false) =
            (input.path.parent(), input.path.file_name(), input.is_link)
        else {
            return fs::canonicalize(&input.path).ok();
        };
        if !self.identities.contains_key(folder) {
            let named = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            self.identities.insert(folder.to_owned(), fs::canonicalize(named).ok());
        }
        self.identities.get(folder)?.as_ref().map(|folder| folder.join(name))
    }
}

fn walk(folder: &Path, wanted: Wanted, found: &mut Found) {
    let before = (found.inputs.len(), found.faults.len());
    let walk = WalkBuilder::new(folder)
        // What is found must not depend on the user's own configuration, only on the files.
        .standard_filters(false)
        .git_ignore(true)
        .parents(true)
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build();
    for entry in walk {
        match entry {
            Err(error) => {
                let message = format!("cannot search {}: {error}", quoted(folder));
                found.faults.push(Fault::new(message));
            }
            Ok(entry) => {
                let path = entry.path();
                let Some(kind) = kind_by_name(path, wanted) else { continue };
                // A link to a file counts as that file; a link to a folder is not followed.
                let is_plain = entry.file_type().is_some_and(|found| found.is_file());
                if is_plain || fs::metadata(path).is_ok_and(|metadata| metadata.is_file()) {
                    found
                        .inputs
                        .push(Input { is_link: !is_plain, ..Input::new(path, kind, false) });
                }
            }
        }
    }
    if before == (found.inputs.len(), found.faults.len()) {
        let names = match wanted {
            Wanted::Gate => "`*.gate`",
            Wanted::Policies => "`*.gate`, `policy.json` or `*.policy.json`",
        };
        let message = format!("the folder {} holds no {names} file", quoted(folder));
        found.faults.push(Fault::new(message));
    }
}

/// The kind of a file that the call names.
fn kind_by_extension(path: &Path, wanted: Wanted) -> Option<Kind> {
    match path.extension().and_then(OsStr::to_str)? {
        "gate" => Some(Kind::Gate),
        "json" if wanted == Wanted::Policies => Some(Kind::PolicyJson),
        _ => None,
    }
}

/// The kind of a file that a folder holds.
fn kind_by_name(path: &Path, wanted: Wanted) -> Option<Kind> {
    let kind = kind_by_extension(path, wanted)?;
    let name = path.file_name()?.to_str()?;
    match kind {
        Kind::PolicyJson if name != "policy.json" && !name.ends_with(".policy.json") => None,
        _ => Some(kind),
    }
}

fn other_kind(path: &Path, wanted: Wanted) -> Fault {
    let path = quoted(path);
    match wanted {
        Wanted::Gate => Fault::new(format!("{path} is no `.gate` file"))
            .with_help("name a file that ends in `.gate`, or a folder"),
        Wanted::Policies => Fault::new(format!("{path} is neither a `.gate` nor a `.json` file"))
            .with_help("name a file that ends in `.gate` or `.json`, or a folder"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::files::tests::tree;

    fn names(found: &Found, folder: &Path) -> Vec<String> {
        let prefix = format!("{}/", shown(folder));
        found.inputs.iter().map(|input| input.name.replace(&prefix, "")).collect()
    }

    #[test]
    fn a_folder_is_searched_for_policies() {
        let folder = tree(&[
            "b.gate",
            "a/policy.json",
            "a/x.policy.json",
            "a/tools.json",
            "a/notes.md",
            ".ci/c.gate",
            ".git/d.gate",
            "skip/e.gate",
            "a/mypolicy.json",
        ]);
        fs::write(folder.path().join(".gitignore"), "skip/\n").unwrap();
        let found = find(&[folder.path().to_owned()], Wanted::Policies);
        assert_eq!(found.faults, []);
        assert_eq!(
            names(&found, folder.path()),
            [".ci/c.gate", "a/policy.json", "a/x.policy.json", "b.gate"]
        );
        let found = find(&[folder.path().to_owned()], Wanted::Gate);
        assert_eq!(names(&found, folder.path()), [".ci/c.gate", "b.gate"]);
    }

    #[test]
    fn a_file_given_twice_counts_once() {
        let folder = tree(&["a.gate", "sub/b.gate"]);
        let at = |path: &str| folder.path().join(path);
        let found =
            find(&[at("sub/../a.gate"), at("./a.gate"), at("."), at("a.gate")], Wanted::Gate);
        assert_eq!(names(&found, folder.path()), ["a.gate", "sub/b.gate"]);
    }

    #[test]
    fn every_bad_path_is_reported() {
        let folder = tree(&["a.gate", "b.txt", "empty/x.md"]);
        let at = |path: &str| folder.path().join(path);
        let found = find(
            &[at("no.gate"), at("a.gate"), at("b.txt"), at("empty"), at("nor.json")],
            Wanted::Policies,
        );
        let faults: Vec<String> = found.faults.iter().map(|fault| fault.message.clone()).collect();
        assert_eq!(names(&found, folder.path()), ["a.gate"]);
        assert_eq!(faults.len(), 4, "{faults:?}");
        assert!(
            faults[0].ends_with("b.txt` is neither a `.gate` nor a `.json` file"),
            "{faults:?}"
        );
        assert!(faults[1].ends_with("no.gate`: no such file"), "{faults:?}");
        assert!(faults[2].ends_with("nor.json`: no such file"), "{faults:?}");
        assert!(
            faults[3].ends_with("holds no `*.gate`, `policy.json` or `*.policy.json` file"),
            "{faults:?}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_in_a_circle_end_and_links_to_files_count_once() {
        let folder = tree(&["sub/a.gate"]);
        let link = |target: &str, name: &str| {
            std::os::unix::fs::symlink(folder.path().join(target), folder.path().join(name))
                .unwrap();
        };
        link("", "sub/up");
        link("sub/a.gate", "sub/z.gate");
        link("nowhere.gate", "sub/broken.gate");
        let found = find(&[folder.path().to_owned()], Wanted::Gate);
        assert_eq!(found.faults, []);
        assert_eq!(names(&found, folder.path()), ["sub/a.gate"]);
    }
}
