//! Paths as texts with `/` between their parts, so that one file has one name in a run.

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
        Some(slash) => normalize(&format!("{}/{named}", from.get(..slash).unwrap_or(""))),
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

fn is_absolute(path: &str) -> bool {
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
    fn a_named_file_lies_beside_the_one_that_names_it() {
        assert_eq!(resolve_beside("policies/a.gate", "shared/b.gate"), "policies/shared/b.gate");
        assert_eq!(resolve_beside("a.gate", "../b.gate"), "../b.gate");
        assert_eq!(resolve_beside("policies/a.gate", "/etc/b.gate"), "/etc/b.gate");
    }
}
