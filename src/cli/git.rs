//! Revisions, through the `git` program.
//!
//! Git is run directly, never through a shell, and is asked for nothing but IDs and the content of objects: it runs no hook and no
//! filter for that. A revision is one argument and never an option.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use super::exit::Fault;
use crate::input::{read_limited, reason};
use crate::project::{ObjectStore, RevisionFileSystem};
use crate::source::{LoadError, normalize};
use crate::text;

/// The longest line before the content of an object, in bytes.
const MAX_HEADER: u64 = 200;

/// The repository around the current folder.
#[derive(Debug)]
pub struct Repository {
    /// The real path of the working tree.
    root: PathBuf,
    /// The real path of the current folder.
    here: PathBuf,
}

impl Repository {
    /// Finds the repository around the current folder.
    ///
    /// # Errors
    /// There is none, or git cannot be run.
    pub fn find() -> Result<Self, Fault> {
        let found = ask(&[OsStr::new("rev-parse"), OsStr::new("--show-toplevel")])?;
        let unusable =
            || Fault::new("the current folder is not in the working tree of a git repository");
        let root = found.filter(|root| !root.is_empty()).ok_or_else(unusable)?;
        let failed = |error: io::Error| {
            Fault::new(format!("cannot find the repository: {}", reason(&error)))
        };
        let here = std::env::current_dir().and_then(fs::canonicalize).map_err(failed)?;
        Ok(Self { root: fs::canonicalize(root).map_err(failed)?, here })
    }

    /// The files of a revision.
    ///
    /// # Errors
    /// There is no such revision, or git cannot be run.
    pub fn open(&self, revision: &str) -> Result<RevisionFileSystem, Fault> {
        let unknown = || {
            let message = format!("{} is not a revision of this repository", text::quote(revision));
            Fault::new(message).with_help(
                "use a branch, a tag or a commit; in CI, fetch the branch first, such as with \
                 `git fetch origin main`",
            )
        };
        // Git would read it as an option, or as several arguments.
        if revision.is_empty() || revision.starts_with('-') || revision.contains(char::is_control) {
            return Err(unknown());
        }
        let tree = format!("{revision}^{{tree}}");
        let arguments = ["rev-parse", "--verify", "--quiet", &tree].map(OsStr::new);
        let id = ask(&arguments)?.and_then(|id| id.into_string().ok());
        let is_id = |id: &String| {
            matches!(id.len(), 40 | 64) && id.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        let id = id.filter(is_id).ok_or_else(unknown)?;
        let objects = GitObjects::start()?;
        Ok(RevisionFileSystem::new(Box::new(objects), id, &self.root, &self.here))
    }

    /// A path from the root of the working tree, as git names files, seen from the current folder. One that begins with `./` or
    /// `../` is relative to that folder already.
    pub fn path(&self, path: &str) -> PathBuf {
        if path.starts_with("./") || path.starts_with("../") {
            return PathBuf::from(normalize(path));
        }
        let path = normalize(path);
        let up: PathBuf = match self.here.strip_prefix(&self.root) {
            Ok(below) => below.components().map(|_| "..").collect(),
            Err(_) => self.root.clone(),
        };
        up.join(path.trim_start_matches('/'))
    }

    /// The path from the root of the working tree of one that is seen from the current folder.
    pub fn below_root(&self, path: &Path) -> PathBuf {
        let absolute = PathBuf::from(normalize(&self.here.join(path).to_string_lossy()));
        absolute.strip_prefix(&self.root).map_or_else(|_| path.to_owned(), Path::to_owned)
    }

    /// An absolute path as it is seen from the current folder, whatever links lead to it. One that does not exist stays as it is.
    pub fn seen_from_here(&self, path: &Path) -> PathBuf {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match real.strip_prefix(&self.root) {
            Ok(below) => self.path(&below.to_string_lossy()),
            Err(_) => real,
        }
    }
}

/// Asks git a question, and returns the line that it answers; `None` if it refuses.
fn ask(arguments: &[&OsStr]) -> Result<Option<std::ffi::OsString>, Fault> {
    let output = git().args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output();
    let output = output.map_err(|error| not_run(&error))?;
    let mut line = output.stdout;
    while matches!(line.last(), Some(b'\n' | b'\r')) {
        line.pop();
    }
    Ok(output.status.success().then(|| os_string(line)))
}

fn git() -> Command {
    let mut git = Command::new("git");
    git.env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0");
    git
}

fn not_run(error: &io::Error) -> Fault {
    Fault::new(format!("cannot run `git`: {}", reason(error)))
        .with_help("install git, or compare files instead of revisions")
}

#[cfg(unix)]
fn os_string(bytes: Vec<u8>) -> std::ffi::OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> std::ffi::OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// The objects of the repository, by a git that answers one question after the other.
#[derive(Debug)]
struct GitObjects {
    process: Mutex<GitProcess>,
}

#[derive(Debug)]
struct GitProcess {
    child: Child,
    /// `None` once an answer could not be understood: what follows would be the rest of it.
    pipes: Option<(ChildStdin, BufReader<ChildStdout>)>,
}

impl GitObjects {
    fn start() -> Result<Self, Fault> {
        let mut command = git();
        command.args(["cat-file", "--batch"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| not_run(&error))?;
        let pipes = child.stdin.take().zip(child.stdout.take().map(BufReader::new));
        Ok(Self { process: Mutex::new(GitProcess { child, pipes }) })
    }
}

impl ObjectStore for GitObjects {
    fn object(&self, id: &str) -> Result<Vec<u8>, LoadError> {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let stopped = || LoadError::new("git has stopped answering");
        let (mut stdin, mut stdout) = process.pipes.take().ok_or_else(stopped)?;
        let answer = read_object(id, &mut stdin, &mut stdout).map_err(|_| stopped())?;
        process.pipes = Some((stdin, stdout));
        answer.ok_or_else(|| LoadError::new("the repository does not contain this object"))
    }
}

impl Drop for GitProcess {
    fn drop(&mut self) {
        // Without its standard input, git ends by itself.
        self.pipes = None;
        let _ = self.child.wait();
    }
}

/// The content of an object; `None` if the repository lacks it.
fn read_object(
    id: &str,
    stdin: &mut impl Write,
    stdout: &mut impl BufRead,
) -> io::Result<Option<Vec<u8>>> {
    stdin.write_all(format!("{id}\n").as_bytes())?;
    stdin.flush()?;
    let mut header = String::new();
    stdout.by_ref().take(MAX_HEADER).read_line(&mut header)?;
    if header.trim_end().ends_with(" missing") {
        return Ok(None);
    }
    let bytes = header.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
    let bytes = bytes.filter(|_| header.starts_with(id)).ok_or(io::ErrorKind::InvalidData)?;
    let content = read_limited(stdout.by_ref().take(bytes), bytes)?;
    let rest = bytes - content.len() as u64;
    io::copy(&mut stdout.by_ref().take(rest), &mut io::sink())?;
    let mut end = [0];
    stdout.read_exact(&mut end)?;
    if content.len() as u64 + rest != bytes || end != *b"\n" {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(Some(content))
}

/// A file in a revision, as git names it: `REV:PATH`. A path that begins with `.` or `/` names no revision, whatever is in it.
pub fn in_revision(argument: &Path) -> Option<(&str, &str)> {
    let text = argument.to_str()?;
    let is_drive = cfg!(windows) && text.as_bytes().get(1) == Some(&b':');
    if text.starts_with(['.', '/', '\\']) || is_drive {
        return None;
    }
    let mut depth = 0_usize;
    let colon = text.find(|character| {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        character == ':' && depth == 0
    })?;
    Some((text.get(..colon)?, text.get(colon + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_to_its_end() {
        let answers = b"ab blob 3\nx\ny\ncd missing\nef tree 0\n\n".to_vec();
        let (mut asked, mut answers) = (Vec::new(), answers.as_slice());
        let mut read = |id: &str| read_object(id, &mut asked, &mut answers).ok();
        assert_eq!(read("ab"), Some(Some(b"x\ny".to_vec())));
        assert_eq!(read("cd"), Some(None));
        assert_eq!(read("ef"), Some(Some(Vec::new())));
        assert_eq!(read("gh"), None);
        assert_eq!(asked, b"ab\ncd\nef\ngh\n");
    }

    #[test]
    fn an_answer_that_is_cut_off_is_an_error() {
        for answer in ["", "ab", "ab blob 9\nx", "ab blob 1\nxy", "zz blob 0\n\n", "ab blob x\n"] {
            let read = read_object("ab", &mut Vec::new(), &mut answer.as_bytes());
            assert!(read.is_err(), "{answer:?}");
        }
    }

    #[test]
    fn a_colon_ends_the_revision() {
        for (argument, expected) in [
            ("main:a.gate", Some(("main", "a.gate"))),
            ("HEAD~2:./p/a:b.gate", Some(("HEAD~2", "./p/a:b.gate"))),
            ("HEAD^{/fix: it}:a.gate", Some(("HEAD^{/fix: it}", "a.gate"))),
            ("-x:a.gate", Some(("-x", "a.gate"))),
            (":a.gate", Some(("", "a.gate"))),
            ("a.gate", None),
            ("./main:a.gate", None),
            ("../main:a.gate", None),
            ("/p/main:a.gate", None),
        ] {
            assert_eq!(in_revision(Path::new(argument)), expected, "{argument}");
        }
    }
}
