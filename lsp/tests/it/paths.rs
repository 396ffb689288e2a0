//! Addresses and paths, in every spelling that editors use.

use std::str::FromStr;

use gatewright_lsp::paths::{Folder, Place, address};
use tower_lsp::ls_types::Uri;

fn file(path: &str) -> Place {
    Place::File(path.to_owned())
}

#[test]
fn addresses_of_files_become_paths() {
    let cases = [
        ("file:///project/a.gate", "/project/a.gate"),
        ("FILE:///project/./b/../a.gate", "/project/a.gate"),
        ("file://localhost/a.gate", "/a.gate"),
        ("file:/a.gate", "/a.gate"),
        ("file:///sp%20ace/%E4%B8%AD%23.gate", "/sp ace/\u{4e2d}#.gate"),
        ("file:///50%25.gate", "/50%.gate"),
        ("file:///a.gate?query#fragment", "/a.gate"),
        ("file:///c%3A/x/a.gate", "C:/x/a.gate"),
        ("file:///C:/x/a.gate", "C:/x/a.gate"),
        ("file:///c:/", "C:/"),
        ("file://server/share/a.gate", "//server/share/a.gate"),
    ];
    for (uri, path) in cases {
        assert_eq!(Place::of_text(uri), file(path), "{uri}");
    }
    for uri in [
        "untitled:a",
        "git:/a.gate?x",
        "file:",
        "file://",
        "file:///%FF",
        "file:///%00",
        "",
        ":",
        "%",
    ] {
        assert_eq!(Place::of_text(uri), Place::Elsewhere(uri.to_owned()));
    }
}

#[test]
fn paths_become_addresses_and_back() {
    let paths = [
        "/a.gate",
        "/sp ace/\u{4e2d}\u{1f600}.gate",
        "/50%/#?&+.gate",
        "C:/x/a.gate",
        "/a'(1)[2].gate",
    ];
    for path in paths {
        let address = address(path).unwrap();
        assert_eq!(Place::of(&address), file(path), "{address:?}");
    }
}

#[test]
fn a_folder_names_what_lies_in_it_and_around_it() {
    let folder = Folder::of(&Uri::from_str("file:///c%3A/pro%6Aect/").unwrap()).unwrap();
    assert_eq!(folder.path, "C:/project");
    for (path, name) in [
        ("C:/project/sub/a.gate", "sub/a.gate"),
        ("C:/project2/a.gate", "../project2/a.gate"),
        ("C:/a.gate", "../a.gate"),
        ("D:/a.gate", "D:/a.gate"),
    ] {
        assert_eq!(folder.relative(path), name);
        assert_eq!(folder.absolute(name), path);
        assert_eq!(folder.holds(path), name == "sub/a.gate");
    }
    // What lies in the folder keeps the client's own spelling of it.
    let inside = folder.address("C:/project/\u{e9}.gate").unwrap();
    assert_eq!(inside.as_str(), "file:///c%3A/pro%6Aect/%C3%A9.gate");
    assert_eq!(folder.address("C:/a.gate").unwrap().as_str(), "file:///C%3A/a.gate");

    let root = Folder::of(&Uri::from_str("file:///").unwrap()).unwrap();
    assert_eq!(root.relative("/a/b.gate"), "a/b.gate");
    assert_eq!(root.absolute("a/b.gate"), "/a/b.gate");
    assert!(Folder::of(&Uri::from_str("vscode-vfs://host/x").unwrap()).is_none());
}

#[test]
fn names_are_told_from_addresses() {
    for (uri, name) in [
        ("file:///x/a.gate", "a.gate"),
        ("untitled:a.gate", "a.gate"),
        ("git:/x/policy.json?ref", "policy.json"),
        ("untitled:Untitled-1", "Untitled-1"),
    ] {
        assert_eq!(Place::of_text(uri).name(), name);
    }
}
