//! The addresses of the protocol and the paths of the workspaces: what a document is called on either side.

use std::str::FromStr;

use gatewright::source::{TextPart, normalize, relative_path};
use percent_encoding::{
    AsciiSet, NON_ALPHANUMERIC, PercentEncode, percent_decode_str, utf8_percent_encode,
};
use tower_lsp::ls_types as lsp;

/// Where a document is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A file of the disk: its absolute path, with `/` between its parts.
    File(String),
    /// Anything else, such as a document that was never saved: the address itself.
    Elsewhere(String),
}

/// A folder that the editor works in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// Its absolute path without a final `/`: empty for the root of the disk.
    pub path: String,
    /// Its address as the client writes it, without a final `/`.
    address: String,
}

impl Place {
    /// The place of an address.
    pub fn of(uri: &lsp::Uri) -> Self {
        Self::of_text(uri.as_str())
    }

    /// The place of an address in its textual form.
    pub fn of_text(uri: &str) -> Self {
        match file_path(uri) {
            Some(path) => Place::File(path),
            None => Place::Elsewhere(uri.to_owned()),
        }
    }

    /// The name under which everything else knows it: the path, or the address.
    pub fn key(&self) -> &str {
        match self {
            Place::File(path) | Place::Elsewhere(path) => path,
        }
    }

    /// What its name would be if it were a file: for telling what it holds.
    pub fn name(&self) -> &str {
        let path = match self {
            Place::File(path) => path,
            Place::Elsewhere(uri) => uri.split(['?', '#']).next().unwrap_or(uri),
        };
        path.rsplit(['/', ':']).next().unwrap_or(path)
    }
}

impl Folder {
    /// The folder at an address; `None` if that is not one of the disk.
    pub fn of(uri: &lsp::Uri) -> Option<Self> {
        let path = file_path(uri.as_str())?;
        let path = path.strip_suffix('/').unwrap_or(&path).to_owned();
        let address = uri.as_str().split(['?', '#']).next().unwrap_or("");
        let address = address.strip_suffix('/').unwrap_or(address).to_owned();
        Some(Self { path, address })
    }

    /// Whether a path lies in it.
    pub fn holds(&self, path: &str) -> bool {
        self.below(path).is_some()
    }

    /// The way from the folder down to a path in it.
    fn below<'p>(&self, path: &'p str) -> Option<&'p str> {
        path.strip_prefix(self.path.as_str())?.strip_prefix('/').filter(|rest| !rest.is_empty())
    }

    /// The path as the folder's workspace calls it: relative, over `..` where it lies elsewhere; absolute on another drive.
    pub fn relative(&self, path: &str) -> String {
        relative_path(&format!("{}/", self.path), path).unwrap_or_else(|| path.to_owned())
    }

    /// The absolute path of what the folder's workspace calls so.
    pub fn absolute(&self, path: &str) -> String {
        if is_absolute(path) {
            path.to_owned()
        } else {
            normalize(&format!("{}/{path}", self.path))
        }
    }

    /// The address of an absolute path, in the client's own spelling as far as the path lies in the folder.
    pub fn address(&self, path: &str) -> Option<lsp::Uri> {
        match self.below(path) {
            Some(below) => lsp::Uri::from_str(&format!("{}/{}", self.address, encoded(below))).ok(),
            None => address(path),
        }
    }
}

/// The address of an absolute path.
pub fn address(path: &str) -> Option<lsp::Uri> {
    let slash = if path.starts_with('/') { "" } else { "/" };
    lsp::Uri::from_str(&format!("file://{slash}{}", encoded(path))).ok()
}

/// Whether a path begins at the root of a disk or a drive.
pub fn is_absolute(path: &str) -> bool {
    path.starts_with('/') || drive(path).is_some()
}

/// The absolute path that an address of the disk means; `None` for other addresses, and for paths that are no text.
fn file_path(uri: &str) -> Option<String> {
    let (scheme, rest) = uri.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let rest = rest.split(['?', '#']).next()?;
    let (host, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.find('/').and_then(|slash| rest.split_at_checked(slash))?,
        None => ("", rest),
    };
    let path = percent_decode_str(path).decode_utf8().ok()?;
    if path.contains('\0') || !path.starts_with('/') {
        return None;
    }
    let within = path.part(1..);
    let path = match drive(within) {
        // One drive has one letter, whatever the client makes of it.
        Some(letter) => {
            let below = normalize(within.get(2..).unwrap_or("/"));
            format!("{}:{below}", letter.to_ascii_uppercase())
        }
        None => normalize(&path),
    };
    let is_here = host.is_empty() || host.eq_ignore_ascii_case("localhost");
    Some(if is_here { path } else { format!("//{host}{path}") })
}

/// The letter of the drive that a path begins with.
fn drive(path: &str) -> Option<char> {
    let mut characters = path.chars();
    let letter = characters.next().filter(char::is_ascii_alphabetic)?;
    (characters.next() == Some(':') && matches!(characters.next(), None | Some('/')))
        .then_some(letter)
}

/// The path with `%` for all that may not stand in an address.
fn encoded(path: &str) -> PercentEncode<'_> {
    const ESCAPED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    utf8_percent_encode(path, ESCAPED)
}
