//! Several folders, what lies outside of them, and what a search finds.

use serde_json::{Value, json};

use crate::client::{Client, TOOLS, folder, is_about, uri, write};
use crate::program::check;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn includes_across_folders_see_unsaved_text() {
    let both = folder(&[
        ("one/a.gate", "default deny\ninclude \"../two/shared.gate\"\nallow @readers\n"),
        ("two/shared.gate", "group readers = get_page\n"),
    ]);
    let at = |path: &str| uri(both.path(), path);
    let folders = [both.path().join("one"), both.path().join("two")];
    let mut client = Client::start(&[&folders[0], &folders[1]]).await;
    client.settle().await;
    client.open(&at("two/shared.gate"), "group others = get_page\n").await;
    client.wait_for(|message| is_about(message, &at("one/a.gate"), None)).await;
    client.settle().await;
    assert_eq!(client.last_codes(&at("one/a.gate")), ["unknown-group"]);
    client.replace(&at("two/shared.gate"), 2, "group readers = get_page\n").await;
    client.settle().await;
    assert_eq!(client.last_codes(&at("one/a.gate")), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_within_a_folder_owns_its_files() {
    let outer = folder(&[
        ("a.gate", "alow x\n"),
        ("inner/b.gate", "alow x\n"),
        ("inner/gatewright.toml", "nonsense = 1\n"),
    ]);
    let inner = outer.path().join("inner");
    let at = |path: &str| uri(outer.path(), path);
    let mut client = Client::start(&[outer.path(), &inner]).await;
    client.settle().await;
    for path in ["a.gate", "inner/b.gate", "inner/gatewright.toml"] {
        let published = client.published(&at(path));
        assert_eq!(published.len(), 1, "{path}");
        assert_eq!(client.last_codes(&at(path)).len(), 1, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn folders_come_and_go() {
    let both = folder(&[("one/a.gate", "alow x\n"), ("two/b.gate", "alow y\n")]);
    let at = |path: &str| uri(both.path(), path);
    let mut client = Client::start(&[&both.path().join("one")]).await;
    client.open(&at("two/b.gate"), "alow y\n").await;
    client.settle().await;
    assert_eq!(client.last_codes(&at("one/a.gate")), ["unknown-statement"]);
    assert_eq!(client.last_codes(&at("two/b.gate")), ["unknown-statement"]);
    let folder = |name: &str| json!([{ "uri": at(name), "name": name }]);
    let event = json!({ "added": folder("two"), "removed": folder("one") });
    client.notify("workspace/didChangeWorkspaceFolders", json!({ "event": event })).await;
    client.settle().await;
    assert_eq!(client.last_codes(&at("one/a.gate")), [""; 0]);
    assert_eq!(client.last_codes(&at("two/b.gate")), ["unknown-statement"]);
    client.replace(&at("two/b.gate"), 2, "default deny\n").await;
    assert!(client.diagnostics(&at("two/b.gate"), 2).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_outside_of_all_folders_finds_its_neighbours() {
    let outside = folder(&[
        ("sub/a.gate", ""),
        ("sub/shared.gate", "group readers = get_page\n"),
        ("gatewright.toml", "[rules]\nuncapped-write = \"off\"\n"),
    ]);
    let inside = folder(&[]);
    let uri = uri(outside.path(), "sub/a.gate");
    let mut client = Client::start(&[inside.path()]).await;
    let text = "default deny\ninclude \"shared.gate\"\nallow @readers, update_page\n";
    client.open(&uri, text).await;
    assert_eq!(client.diagnostics(&uri, 1).await, Vec::<Value>::new());
}

/// Sorted, with each file's codes in their order.
fn summary(list: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut list: Vec<(String, String)> = list.collect();
    list.sort();
    list
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_search_finds_what_the_program_finds() {
    let folder = folder(&[
        ("b.gate", "alow b\n"),
        ("a/policy.json", "{}"),
        ("a/x.policy.json", "{"),
        ("a/mypolicy.json", "{"),
        ("a/notes.md", "alow\n"),
        (".ci/c.gate", "alow c\n"),
        (".git/d.gate", "alow d\n"),
        ("skip/e.gate", "alow e\n"),
        (".gitignore", "skip/\n"),
        ("faults.gate", "include \"a\"\ninclude \"none.gate\"\nmanifest \"a/notes.md/x\"\n"),
        ("sp ace/\u{4e2d}#?%41.gate", "alow f\n"),
        ("tools.json", TOOLS),
    ]);
    std::fs::write(folder.path().join("bad.gate"), b"allow \xff\n").unwrap();
    #[cfg(unix)]
    {
        let link = |target: &str, name: &str| {
            std::os::unix::fs::symlink(folder.path().join(target), folder.path().join(name))
                .unwrap();
        };
        link("", "a/up");
        link("b.gate", "z.gate");
        link("nowhere.gate", "broken.gate");
    }
    let mut client = Client::start(&[folder.path()]).await;
    client.settle().await;
    let program = check(folder.path(), &["."]);
    let expected = summary(program.iter().map(|found| {
        (found["file"].as_str().unwrap().to_owned(), found["code"].as_str().unwrap().to_owned())
    }));
    let published = client.heard.iter().filter(|message| message.get("params").is_some());
    let said = published.filter(|message| message["method"] == "textDocument/publishDiagnostics");
    let said = said.flat_map(|message| {
        let uri = message["params"]["uri"].as_str().unwrap().to_owned();
        let path =
            uri.strip_prefix(&format!("{}/", crate::client::uri(folder.path(), ""))).unwrap();
        let path = path.replace("sp%20ace/%E4%B8%AD%23%3F%2541.gate", "sp ace/\u{4e2d}#?%41.gate");
        let codes = crate::client::codes(&message["params"]["diagnostics"]);
        codes.into_iter().map(move |code| (path.clone(), code))
    });
    assert_eq!(summary(said), expected);
    assert!(expected.len() > 6, "{expected:?}");
    // A file that comes later is found too.
    write(folder.path(), "later.gate", "alow z\n");
    let uri = uri(folder.path(), "later.gate");
    let changes = json!([{ "uri": uri, "type": 1 }]);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes })).await;
    client.wait_for(|message| is_about(message, &uri, None)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_comes_or_goes_is_one_event() {
    let including = |folder: &str| {
        format!(
            "default deny\nmanifest \"{folder}/capture.json\"\ninclude \"{folder}/in/shared.gate\"\nallow @readers\n"
        )
    };
    let folder = folder(&[
        ("a.gate", &including("old")),
        ("b.gate", &including("new")),
        ("old.gate", "alow z\n"),
        ("old/wrong.gate", "alow x\n"),
        ("old/in/shared.gate", "group readers = get_page\n"),
        ("old/in/gatewright.toml", "nonsense = 1\n"),
        ("old/capture.json", TOOLS),
    ]);
    let at = |path: &str| uri(folder.path(), path);
    let mut client = Client::start(&[folder.path()]).await;
    let open = including("new");
    client.open(&at("b.gate"), &open).await;
    client.settle().await;
    let missing = ["unreadable-file", "unreadable-file", "unknown-group"];
    let mut missing_sorted = missing;
    missing_sorted.sort_unstable();
    let sorted = |client: &Client, path: &str| {
        let mut codes = client.last_codes(&at(path));
        codes.sort();
        codes
    };
    for (to, [whole, broken]) in
        [(["old", "new"], ["b.gate", "a.gate"]), (["new", "old"], ["a.gate", "b.gate"])]
    {
        let [from, to] = to;
        // Before, it is the other way round.
        assert_eq!(sorted(&client, whole), missing_sorted, "{whole}");
        assert_eq!(client.last_codes(&at(&format!("{from}/wrong.gate"))), ["unknown-statement"]);
        assert_eq!(client.last_codes(&at(&format!("{from}/in/gatewright.toml"))).len(), 1);
        std::fs::rename(folder.path().join(from), folder.path().join(to)).unwrap();
        let changes =
            json!([{ "uri": at(from), "type": 3 }, { "uri": format!("{}/", at(to)), "type": 1 }]);
        client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes })).await;
        client.settle().await;
        assert_eq!(sorted(&client, broken), missing_sorted, "{broken}");
        assert!(!sorted(&client, whole).contains(&"unreadable-file".to_owned()), "{whole}");
        for gone in ["wrong.gate", "in/gatewright.toml"] {
            assert_eq!(client.last_codes(&at(&format!("{from}/{gone}"))), [""; 0], "{gone}");
        }
        assert_eq!(client.last_codes(&at(&format!("{to}/wrong.gate"))), ["unknown-statement"]);
        assert_eq!(client.last_codes(&at(&format!("{to}/in/gatewright.toml"))).len(), 1);
    }
    assert_eq!(client.last_codes(&at("old.gate")), ["unknown-statement"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watchers_are_registered_where_that_can_be_done() {
    let folder = folder(&[]);
    let more = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let mut client = Client::with(&[folder.path()], &more, &Value::Null).await;
    let asked = client.wait_for(|message| message["method"] == "client/registerCapability").await;
    let registration = &asked["params"]["registrations"][0];
    assert_eq!(registration["method"], "workspace/didChangeWatchedFiles");
    let watchers = registration["registerOptions"]["watchers"].as_array().unwrap();
    assert!(watchers.iter().any(|watcher| watcher["globPattern"] == "**/*.gate"));

    let mut client = Client::start(&[folder.path()]).await;
    client.settle().await;
    assert!(client.heard.is_empty(), "{:?}", client.heard);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_work_is_shown_and_ends() {
    let folder = folder(&[]);
    for number in 0..400 {
        let body = "allow get_page when args.a == \"x\"\n".repeat(60);
        write(folder.path(), &format!("{number}.gate"), &format!("default deny\n{body}"));
    }
    let more = json!({ "window": { "workDoneProgress": true } });
    let mut client = Client::with(&[folder.path()], &more, &Value::Null).await;
    let created =
        client.wait_for(|message| message["method"] == "window/workDoneProgress/create").await;
    let token = created["params"]["token"].clone();
    let kind = |kind: &'static str| {
        let token = token.clone();
        move |message: &Value| {
            message["method"] == "$/progress"
                && message["params"]["token"] == token
                && message["params"]["value"]["kind"] == kind
        }
    };
    client.wait_for(kind("begin")).await;
    client.wait_for(kind("end")).await;
}
