//! The files that the paths of a call lead to.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder};

use super::disk::Disk;
use super::exit::Fault;
use super::files::{
    IRREGULAR, STANDARD_INPUT, is_regular, is_standard_input, quoted, read, read_standard_input,
    shown, unreadable,
};
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
    /// What came from standard input; none for a file.
    standard_input: Option<Vec<u8>>,
}

/// What the paths of a call lead to.
#[derive(Debug, Default)]
pub struct Found {
    /// Every file once, sorted by name.
    pub inputs: Vec<Input>,
    /// Files in folders that are called like policies and cannot be taken for one, and why. Left alone, they would pass
    /// as checked.
    pub unusable: Vec<(PathBuf, Fault)>,
    /// What is wrong with the paths.
    pub faults: Vec<Fault>,
}

/// The paths of a call.
#[derive(Clone, Copy, Debug)]
pub struct Paths<'a> {
    /// Files, folders, or `-`.
    pub paths: &'a [PathBuf],
    /// The file that standard input is taken for.
    pub stdin_filename: Option<&'a Path>,
    /// Which files the command works on.
    pub wanted: Wanted,
}

/// The files that the paths name or hold.
pub fn find(Paths { paths, stdin_filename, wanted }: Paths<'_>, disk: &Disk) -> Found {
    let mut found = Found::default();
    if paths.iter().any(|path| is_standard_input(path)) {
        match standard_input(paths, stdin_filename, wanted) {
            Ok(input) => found.inputs.push(input),
            Err(fault) => found.faults.push(fault),
        }
        return found;
    }
    if stdin_filename.is_some() {
        let fault =
            Fault::new("`--stdin-filename` is for standard input, which the call does not read");
        found.faults.push(fault.with_help("give `-` as the path"));
    }
    for path in paths {
        match fs::metadata(path) {
            Err(error) => found.faults.push(unreadable(&quoted(path), &reason(&error))),
            Ok(metadata) if metadata.is_dir() => match disk.admit_named(path) {
                Ok(()) => walk(path, wanted, disk, &mut found),
                Err(fault) => found.faults.push(fault),
            },
            Ok(metadata) => match named(path, &metadata, wanted, disk) {
                Ok(input) => found.inputs.push(input),
                Err(fault) => found.faults.push(fault),
            },
        }
    }
    found.unite();
    found
}

/// A file that the call names.
fn named(
    path: &Path,
    metadata: &fs::Metadata,
    wanted: Wanted,
    disk: &Disk,
) -> Result<Input, Fault> {
    let kind = kind_by_extension(path, wanted).ok_or_else(|| other_kind(path, wanted))?;
    if !metadata.is_file() {
        return Err(
            unreadable(&quoted(path), IRREGULAR).with_help("give `-` to read standard input")
        );
    }
    disk.admit_named(path)?;
    Ok(Input::new(path, kind, true))
}

fn standard_input(
    paths: &[PathBuf],
    filename: Option<&Path>,
    wanted: Wanted,
) -> Result<Input, Fault> {
    if paths.len() > 1 {
        return Err(Fault::new("`-` must be the only path"));
    }
    let path = filename.unwrap_or(Path::new(STANDARD_INPUT));
    let named_kind = match filename {
        Some(path) => {
            Some(kind_by_extension(path, wanted).ok_or_else(|| other_kind(path, wanted))?)
        }
        None => None,
    };
    let bytes = read_standard_input()?;
    let kind = named_kind.unwrap_or_else(|| match wanted {
        Wanted::Policies if is_json(&bytes) => Kind::PolicyJson,
        _ => Kind::Gate,
    });
    Ok(Input { is_link: false, standard_input: Some(bytes), ..Input::new(path, kind, true) })
}

/// Whether a text without a name is JSON. No policy of the language begins with a brace.
fn is_json(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    text.trim_ascii_start().starts_with(b"{")
}

impl Input {
    fn new(path: &Path, kind: Kind, is_named: bool) -> Self {
        let (path, identity, standard_input) = (path.to_owned(), path.to_owned(), None);
        Self { name: shown(&path), path, identity, kind, is_link: true, is_named, standard_input }
    }

    /// The bytes of the file, or why it cannot be read.
    pub fn read(&self) -> Result<Vec<u8>, Fault> {
        match &self.standard_input {
            Some(bytes) => Ok(bytes.clone()),
            None => read(&self.path),
        }
    }

    /// Whether it came from standard input, so that there is no file to write.
    pub fn is_standard_input(&self) -> bool {
        self.standard_input.is_some()
    }
}

impl Found {
    /// Sorts the files and keeps each once, under the first of its names. What is wrong is sorted too: the order
    /// of the paths must show nowhere.
    fn unite(&mut self) {
        self.faults.sort();
        self.faults.dedup();
        self.unusable.sort();
        self.unusable.dedup();
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

fn walk(folder: &Path, wanted: Wanted, disk: &Disk, found: &mut Found) {
    let before = (found.inputs.len(), found.unusable.len(), found.faults.len());
    let ignores = ignore_files(folder);
    if !ignores.is_empty() {
        found.faults.extend(ignores);
        return;
    }
    // The search reads these files itself, and would wait for ever for a pipe.
    let unusable: Arc<Mutex<Vec<Fault>>> = Arc::default();
    let reported = Arc::clone(&unusable);
    let walk = WalkBuilder::new(folder)
        // What is found must not depend on the user's own configuration, only on the files.
        .standard_filters(false)
        .git_ignore(true)
        .parents(true)
        .require_git(false)
        .filter_entry(move |entry| {
            if entry.file_name() == ".git" {
                return false;
            }
            let is_folder = entry.file_type().is_some_and(|found| found.is_dir());
            let Some(fault) = is_folder.then(|| unusable_ignore_file(entry.path())).flatten()
            else {
                return true;
            };
            reported.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
            false
        })
        .build();
    for entry in walk {
        match entry {
            Err(error) => {
                let message = format!("cannot search {}: {error}", quoted(folder));
                found.faults.push(Fault::new(message));
            }
            Ok(entry) => match of_entry(&entry, wanted, disk) {
                Ok(input) => found.inputs.extend(input),
                Err(fault) => found.unusable.push((entry.into_path(), fault)),
            },
        }
    }
    found.faults.append(&mut unusable.lock().unwrap_or_else(PoisonError::into_inner));
    if before == (found.inputs.len(), found.unusable.len(), found.faults.len()) {
        let names = match wanted {
            Wanted::Gate => "`*.gate`",
            Wanted::Policies => "`*.gate`, `policy.json` or `*.policy.json`",
        };
        let message = format!("the folder {} holds no {names} file", quoted(folder));
        found.faults.push(Fault::new(message));
    }
}

/// The faults of the `.gitignore` files of a folder that is searched, and of those above it.
fn ignore_files(folder: &Path) -> Vec<Fault> {
    let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let above = real.ancestors().skip(1).filter_map(unusable_ignore_file);
    unusable_ignore_file(folder).into_iter().chain(above).collect()
}

/// The fault of a folder's `.gitignore` that may not be opened: a device, or a pipe.
fn unusable_ignore_file(folder: &Path) -> Option<Fault> {
    let path = folder.join(".gitignore");
    let metadata = fs::metadata(&path).ok()?;
    if metadata.is_dir() || is_regular(&path, &metadata) {
        return None;
    }
    Some(unreadable(&quoted(&path), IRREGULAR))
}

/// The policy that an entry of a folder is, if it is one.
fn of_entry(entry: &DirEntry, wanted: Wanted, disk: &Disk) -> Result<Option<Input>, Fault> {
    let path = entry.path();
    let is_plain = entry.file_type().is_some_and(|found| found.is_file());
    let Some(kind) = kind_by_name(path, wanted) else {
        let is_file = || fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
        let like = like_a_policy(path, wanted).filter(|_| is_plain || is_file());
        return like.map_or(Ok(None), Err);
    };
    if is_plain {
        return Ok(Some(Input { is_link: false, ..Input::new(path, kind, false) }));
    }
    // A link to a file counts as that file; a link to a folder is not followed, and one to nothing holds nothing.
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => {
            disk.admit_link(path)?;
            Ok(Some(Input::new(path, kind, false)))
        }
        Ok(metadata) if !metadata.is_dir() => Err(unreadable(&quoted(path), IRREGULAR)),
        _ => Ok(None),
    }
}

/// Why a file is left alone whose name is almost that of a policy.
fn like_a_policy(path: &Path, wanted: Wanted) -> Option<Fault> {
    let name = path.file_name()?;
    let lowercase = name.to_string_lossy().to_ascii_lowercase();
    kind_by_name(Path::new(&lowercase), wanted)?;
    if name.to_str().is_none() {
        let fault = unreadable(&quoted(path), "its name is not UTF-8");
        return Some(fault.with_help("rename the file"));
    }
    let expected = match wanted {
        Wanted::Gate => "`.gate`",
        Wanted::Policies => "`.gate`, `policy.json` or `.policy.json`",
    };
    let message = format!("{} is left out: its name is not in lower case", quoted(path));
    Some(Fault::new(message).with_help(format!("rename the file so that it ends in {expected}")))
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
    let name = path.file_name()?.to_str()?;
    match kind_by_extension(path, wanted)? {
        Kind::PolicyJson if name != "policy.json" && !name.ends_with(".policy.json") => None,
        kind => Some(kind),
    }
}

fn other_kind(path: &Path, wanted: Wanted) -> Fault {
    let path = quoted(path);
    match wanted {
        Wanted::Gate => Fault::new(format!("{path} is not a `.gate` file"))
            .with_help("name a file that ends in `.gate`, or a folder"),
        Wanted::Policies => Fault::new(format!("{path} is neither a `.gate` nor a `.json` file"))
            .with_help("name a file that ends in `.gate` or `.json`, or a folder"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::files::tests::tree;

    fn find(paths: &[PathBuf], wanted: Wanted) -> Found {
        let paths_of = Paths { paths, stdin_filename: None, wanted };
        super::find(paths_of, &Disk::closed(paths))
    }

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
