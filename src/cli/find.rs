//! The files that the paths of a call lead to.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::exit::Fault;
use super::files::{
    is_standard_input, missing, quoted, read, read_standard_input, shown, unreadable,
};
use crate::lint::Form;
use crate::project::{
    Discovery, FileIdentities, FileKind, FileRole, IRREGULAR, ProjectLoader, STANDARD_INPUT,
    discover,
};

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
    /// The form of the policy in it.
    pub form: Form,
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
    /// Folders in which nothing was found.
    pub empty: Vec<Fault>,
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
pub fn find(Paths { paths, stdin_filename, wanted }: Paths<'_>, disk: &ProjectLoader) -> Found {
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
            Fault::new("`--stdin-filename` applies to standard input, which is not an input here");
        found.faults.push(fault.with_help("use `-` as the path"));
    }
    let mut there = Vec::with_capacity(paths.len());
    for path in paths {
        match disk.files().status(path) {
            Ok(status) => there.push((path.as_path(), status.kind)),
            Err(error) => found.faults.push(match fs::metadata(path) {
                Err(error) => missing(path, &error),
                Ok(_) => unreadable(&quoted(path), &error.reason),
            }),
        }
    }
    let Found { inputs, unusable, faults, empty } = find_in(&there, wanted, disk);
    (found.inputs, found.unusable) = (inputs, unusable);
    found.faults.extend(faults.into_iter().chain(empty));
    found.faults.sort();
    found.faults.dedup();
    found
}

/// The files that existing paths of a file system name or hold, given with what each leads to.
pub fn find_in(paths: &[(&Path, FileKind)], wanted: Wanted, loader: &ProjectLoader) -> Found {
    let mut found = Found::default();
    for (path, kind) in paths {
        let result = match kind {
            FileKind::Folder => {
                loader.admit_named(path).map(|()| search(path, wanted, loader, &mut found))
            }
            kind => named(path, *kind, wanted, loader).map(|input| found.inputs.push(input)),
        };
        found.faults.extend(result.err());
    }
    found.unite(loader);
    found
}

/// A file that the call names.
fn named(
    path: &Path,
    kind: FileKind,
    wanted: Wanted,
    loader: &ProjectLoader,
) -> Result<Input, Fault> {
    let form = form_by_extension(path, wanted).ok_or_else(|| other_kind(path, wanted))?;
    loader.admit_named(path)?;
    if kind != FileKind::File {
        return Err(
            unreadable(&quoted(path), IRREGULAR).with_help("use `-` to read standard input")
        );
    }
    Ok(Input::new(path, form, true))
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
    let named_form = match filename {
        Some(path) => {
            Some(form_by_extension(path, wanted).ok_or_else(|| other_kind(path, wanted))?)
        }
        None => None,
    };
    let bytes = read_standard_input()?;
    let form = named_form.unwrap_or_else(|| match wanted {
        Wanted::Policies if is_json(&bytes) => Form::PolicyJson,
        _ => Form::Gate,
    });
    Ok(Input { is_link: false, standard_input: Some(bytes), ..Input::new(path, form, true) })
}

/// Whether a text without a name is JSON. No policy of the language begins with a brace.
fn is_json(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    text.trim_ascii_start().starts_with(b"{")
}

impl Input {
    fn new(path: &Path, form: Form, is_named: bool) -> Self {
        let (path, identity, standard_input) = (path.to_owned(), path.to_owned(), None);
        Self { name: shown(&path), path, identity, form, is_link: true, is_named, standard_input }
    }

    /// The path as configurations see it.
    pub fn text_path(&self) -> String {
        let text = self.path.to_string_lossy();
        if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
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
    fn unite(&mut self, disk: &ProjectLoader) {
        self.faults.sort();
        self.faults.dedup();
        self.unusable.sort();
        self.unusable.dedup();
        self.inputs.sort_by(|left, right| left.name.cmp(&right.name));
        if self.inputs.len() < 2 {
            return;
        }
        let mut identities = FileIdentities::new(disk.files());
        for input in &mut self.inputs {
            if let Some(identity) = identities.of(&input.path, input.is_link) {
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

fn search(folder: &Path, wanted: Wanted, disk: &ProjectLoader, found: &mut Found) {
    let Discovery { files, unusable, faults } = discover(folder, wanted.roles(), disk);
    if files.is_empty() && unusable.is_empty() && faults.is_empty() {
        let names = match wanted {
            Wanted::Gate => "`*.gate`",
            Wanted::Policies => "`*.gate`, `policy.json` or `*.policy.json`",
        };
        let message = format!("the folder {} contains no {names} file", quoted(folder));
        found.empty.push(Fault::new(message));
    }
    let inputs = files.into_iter().filter_map(|file| {
        let input = Input::new(&file.path, file.role.form()?, false);
        Some(Input { is_link: file.is_link, ..input })
    });
    found.inputs.extend(inputs);
    found.unusable.extend(unusable);
    found.faults.extend(faults);
}

impl Wanted {
    fn roles(self) -> &'static [FileRole] {
        match self {
            Wanted::Gate => &[FileRole::Gate],
            Wanted::Policies => &[FileRole::Gate, FileRole::PolicyJson],
        }
    }
}

/// The form of a policy at a path.
///
/// # Errors
/// The name is not that of a policy.
pub fn form_of_path(path: &Path) -> Result<Form, Fault> {
    form_by_extension(path, Wanted::Policies).ok_or_else(|| other_kind(path, Wanted::Policies))
}

/// The form of a policy that the call names: that of standard input shows in its text.
///
/// # Errors
/// The name is not that of a policy.
pub fn form_of_named(path: &Path, bytes: &[u8]) -> Result<Form, Fault> {
    match is_standard_input(path) {
        true if is_json(bytes) => Ok(Form::PolicyJson),
        true => Ok(Form::Gate),
        false => form_of_path(path),
    }
}

/// The form of a file that the call names.
fn form_by_extension(path: &Path, wanted: Wanted) -> Option<Form> {
    match path.extension().and_then(OsStr::to_str)? {
        "gate" => Some(Form::Gate),
        "json" if wanted == Wanted::Policies => Some(Form::PolicyJson),
        _ => None,
    }
}

fn other_kind(path: &Path, wanted: Wanted) -> Fault {
    let path = quoted(path);
    match wanted {
        Wanted::Gate => Fault::new(format!("{path} is not a `.gate` file"))
            .with_help("use a file that ends in `.gate`, or a folder"),
        Wanted::Policies => Fault::new(format!("{path} is neither a `.gate` nor a `.json` file"))
            .with_help("use a file that ends in `.gate` or `.json`, or a folder"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::disk::closed;
    use crate::cli::files::tests::tree;

    fn find(paths: &[PathBuf], wanted: Wanted) -> Found {
        let paths_of = Paths { paths, stdin_filename: None, wanted };
        super::find(paths_of, &closed(paths))
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
            faults[3].ends_with("contains no `*.gate`, `policy.json` or `*.policy.json` file"),
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
