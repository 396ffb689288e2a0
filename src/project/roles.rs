//! What a file of a project holds, told by its name.

use crate::config::FILE_NAME;
use crate::lint::Form;

/// What a file holds that a search finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileRole {
    /// A policy in the language: `*.gate`.
    Gate,
    /// A policy.json: `policy.json` and `*.policy.json`.
    PolicyJson,
    /// A configuration: `gatewright.toml`.
    Configuration,
    /// A capture of `tools/list`: `tools.json` and `*.tools.json`. Manifests may have other names, which policies tell.
    Manifest,
}

impl FileRole {
    /// The role of the file at a path.
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let ends = |ending: &str| name == ending || name.ends_with(&format!(".{ending}"));
        match name {
            FILE_NAME => Some(FileRole::Configuration),
            // The name `.gate` alone has no ending.
            _ if name.ends_with(".gate") && name != ".gate" => Some(FileRole::Gate),
            _ if !name.ends_with(".json") => None,
            _ if ends("policy.json") => Some(FileRole::PolicyJson),
            _ if ends("tools.json") => Some(FileRole::Manifest),
            _ => None,
        }
    }

    /// The form of the policy, if the file holds one.
    pub fn form(self) -> Option<Form> {
        match self {
            FileRole::Gate => Some(Form::Gate),
            FileRole::PolicyJson => Some(Form::PolicyJson),
            FileRole::Configuration | FileRole::Manifest => None,
        }
    }
}

/// The form of the policy in a file, told by its name: `*.gate`, `policy.json` and `*.policy.json`.
pub fn form_of(path: &str) -> Option<Form> {
    FileRole::of(path)?.form()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_role() {
        for (path, expected) in [
            ("a/b.gate", Some(FileRole::Gate)),
            ("a/.b.gate", Some(FileRole::Gate)),
            ("a/.gate", None),
            ("gate", None),
            ("B.GATE", None),
            ("a/policy.json", Some(FileRole::PolicyJson)),
            ("x.policy.json", Some(FileRole::PolicyJson)),
            (".policy.json", Some(FileRole::PolicyJson)),
            ("mypolicy.json", None),
            ("tools.json", Some(FileRole::Manifest)),
            ("a/x.tools.json", Some(FileRole::Manifest)),
            ("server.json", None),
            ("a/gatewright.toml", Some(FileRole::Configuration)),
            ("my.gatewright.toml", None),
        ] {
            assert_eq!(FileRole::of(path), expected, "{path}");
        }
    }
}
