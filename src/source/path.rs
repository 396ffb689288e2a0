//! Paths as texts with `/` between their parts, so that one file has one name in a run.

use super::TextPart;
use super::load::is_address;

/// The path of `named`, which the file at `from` mentions: relative to that file's folder, or absolute.
/// An address stays as it is: it is not a path.
pub fn resolve_beside(from: &str, named: &str) -> String {
    if is_address(named) {
        return named.to_owned();
    }
    let named = named.replace('\\', "/");
    if is_absolute(&named) {
        return normalize(&named);
    }
    match from.rfind('/') {
        Some(slash) => normalize(&format!("{}/{named}", from.part(..slash))),
        None => normalize(&named),
    }
}

/// The path without `.` parts and with `x/..` taken away. Works on the text alone, asks no disk.
pub fn normalize(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (path.starts_with('/'), joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// The shortest path from the folder of the file `from` to the file `to`, where both are absolute or relative to the same
/// folder. `None` between two drives, and where it leads through folders whose names are unknown.
pub fn relative_path(from: &str, to: &str) -> Option<String> {
    let folder: Vec<&str> = from.split('/').collect();
    let folder = folder.split_last().map_or(&[][..], |(_, folder)| folder);
    let target: Vec<&str> = to.split('/').collect();
    let (_, target_folder) = target.split_last()?;
    let shared = folder.iter().zip(target_folder).take_while(|(one, other)| one == other).count();
    let up = folder.get(shared..)?;
    let is_far = is_absolute(to) && shared == 0;
    if is_far || is_absolute(to) != is_absolute(from) || up.contains(&"..") {
        return None;
    }
    let down = target.get(shared..)?.iter().copied();
    Some(up.iter().map(|_| "..").chain(down).collect::<Vec<_>>().join("/"))
}

/// Whether a path begins at the root of a disk or of a drive.
pub fn is_absolute(path: &str) -> bool {
    path.starts_with('/') || path.as_bytes().get(1) == Some(&b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_has_one_name() {
        assert_eq!(normalize("./a//b/../c.gate"), "a/c.gate");
        assert_eq!(normalize("../x/./y"), "../x/y");
        assert_eq!(normalize("/a/../b"), "/b");
        assert_eq!(normalize("a/.."), ".");
    }

    #[test]
    fn the_path_from_one_file_to_another_is_the_shortest() {
        for (from, to, expected) in [
            ("/p/a.gate", "/p/tools.json", Some("tools.json")),
            ("/p/gates/a.gate", "/p/tools.json", Some("../tools.json")),
            ("/p/gates/deep/a.gate", "/p/captures/tools.json", Some("../../captures/tools.json")),
            ("/p/a.gate", "/p/captures/tools.json", Some("captures/tools.json")),
            ("/a.gate", "/tools.json", Some("tools.json")),
            ("/p/", "/p/", Some("")),
            ("/p/x.toml", "/p/sub/", Some("sub/")),
            ("/p/q/x.toml", "/p/sub/", Some("../sub/")),
            ("a.gate", "tools.json", Some("tools.json")),
            ("p/q/a.gate", "p/c/tools.json", Some("../c/tools.json")),
            ("a.gate", "../tools.json", Some("../tools.json")),
            ("../p/a.gate", "tools.json", None),
            ("a.gate", "/w/tools.json", None),
            ("/w/a.gate", "tools.json", None),
            ("D:/a.gate", "C:/tools.json", None),
        ] {
            assert_eq!(relative_path(from, to).as_deref(), expected, "{from} to {to}");
        }
    }

    #[test]
    fn a_named_file_lies_beside_the_one_that_names_it() {
        assert_eq!(resolve_beside("policies/a.gate", "shared/b.gate"), "policies/shared/b.gate");
        assert_eq!(resolve_beside("a.gate", "../b.gate"), "../b.gate");
        assert_eq!(resolve_beside("policies/a.gate", "/etc/b.gate"), "/etc/b.gate");
    }
}
