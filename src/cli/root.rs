//! Paths as a service names them that knows the repository and not the folder in which the program ran.

use std::path::Path;

use crate::source::{normalize, relative_path};

/// The folder that paths in a log are relative to, and the one that paths of the run are relative to: both absolute, with `/`
/// between their parts. Empty, paths stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Root {
    root: String,
    here: String,
}

impl Root {
    /// The repository around the current folder; without one, that folder itself.
    pub fn of_repository() -> Self {
        let Ok(here) = std::env::current_dir() else { return Self::default() };
        let repository = here.ancestors().find(|folder| folder.join(".git").exists());
        Self::new(repository.unwrap_or(&here), &here)
    }

    /// Paths relative to a folder, for a run in the current one.
    pub fn at(folder: &Path) -> Self {
        match (std::path::absolute(folder), std::env::current_dir()) {
            (Ok(folder), Ok(here)) => Self::new(&folder, &here),
            _ => Self::default(),
        }
    }

    fn new(root: &Path, here: &Path) -> Self {
        let text = |path: &Path| normalize(&path.to_string_lossy());
        Self { root: text(root), here: text(here) }
    }

    /// The path below the root, or the absolute one of a file that lies elsewhere.
    pub fn path(&self, path: &str) -> String {
        let Some(absolute) = self.absolute(path) else { return path.to_owned() };
        let below = absolute.strip_prefix(self.root.trim_end_matches('/'));
        match below.and_then(|rest| rest.strip_prefix('/')) {
            Some(below) => below.to_owned(),
            None => absolute,
        }
    }

    /// The path as seen from the root, with `..` for a file that lies elsewhere.
    pub fn relative(&self, path: &str) -> String {
        let Some(absolute) = self.absolute(path) else { return path.to_owned() };
        let beside = format!("{}/", self.root.trim_end_matches('/'));
        relative_path(&beside, &absolute).unwrap_or(absolute)
    }

    /// The absolute path of a file of the run; none where the current folder is not known.
    fn absolute(&self, path: &str) -> Option<String> {
        if self.here.is_empty() {
            return None;
        }
        let is_absolute = path.starts_with('/') || path.get(1..3) == Some(":/");
        Some(if is_absolute {
            normalize(path)
        } else {
            normalize(&format!("{}/{path}", self.here))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_below_the_root() {
        let root = Root::new(Path::new("/r"), Path::new("/r/policies"));
        for (path, expected) in [
            ("a.gate", "policies/a.gate"),
            ("../policies/a.gate", "policies/a.gate"),
            ("../a.gate", "a.gate"),
            ("/r/policies/deep/a.gate", "policies/deep/a.gate"),
            ("../../else/a.gate", "/else/a.gate"),
            ("/rr/a.gate", "/rr/a.gate"),
        ] {
            assert_eq!(root.path(path), expected);
        }
        assert_eq!(root.relative("../../else/a.gate"), "../else/a.gate");
        assert_eq!(root.relative("a.gate"), "policies/a.gate");
        let root = Root::new(Path::new("/"), Path::new("/p"));
        assert_eq!(root.relative("a.gate"), "p/a.gate");
        assert_eq!(root.path("a.gate"), "p/a.gate");
        assert_eq!(Root::default().path("../a.gate"), "../a.gate");
    }
}
