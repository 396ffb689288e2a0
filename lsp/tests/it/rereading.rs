//! A client that says nothing of files that change on the disk: they are read again when a document is opened or saved.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Client, TOOLS, codes, folder, uri, write};
use crate::program::check;

const POLICY: &str =
    "manifest \"tools.json\"\ninclude \"shared.gate\"\ndefault deny\nallow update_page\n";

fn project() -> TempDir {
    folder(&[
        (".git/HEAD", ""),
        ("w/a.gate", POLICY),
        ("w/tools.json", TOOLS),
        ("w/shared.gate", "allow get_page\n"),
        ("w/gatewright.toml", "[rules]\nunlisted-tool = \"off\"\n"),
        ("w/outside.gate", "manifest \"../captures.json\"\ndefault deny\nallow get_page\n"),
        ("captures.json", TOOLS),
    ])
}

/// The codes of `gatewright check` for a file of the folder.
fn of_program(root: &Path, file: &str) -> Vec<String> {
    let found = check(&root.join("w"), &["."]);
    let found = found.iter().filter(|found| found["file"] == file);
    found.map(|found| found["code"].as_str().unwrap().to_owned()).collect()
}

async fn save(client: &mut Client, uri: &str) {
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri } })).await;
    client.settle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_have_changed_are_read_again_when_a_document_is_saved_or_opened() {
    let folder = project();
    let root: &Path = folder.path();
    let at = |path: &str| uri(root, path);
    let mut client = Client::start(&[&root.join("w")]).await;
    client.open(&at("w/a.gate"), POLICY).await;
    client.settle().await;
    assert_eq!(client.last_codes(&at("w/a.gate")), ["uncapped-write"]);
    // The manifest, and one outside the folder that a closed policy names.
    write(root, "w/tools.json", "{\"tools\": [{\"name\": \"get_page\"}]}");
    write(root, "captures.json", "{\"tools\": []}");
    save(&mut client, &at("w/a.gate")).await;
    assert_eq!(client.last_codes(&at("w/a.gate")), ["unknown-tool"]);
    assert_eq!(client.last_codes(&at("w/outside.gate")), ["unknown-tool"]);
    // What is included, with a text of the same size.
    write(root, "w/tools.json", TOOLS);
    write(root, "w/shared.gate", "allow get_pags\n");
    client.close(&at("w/a.gate")).await;
    client.open(&at("w/a.gate"), POLICY).await;
    client.settle().await;
    assert_eq!(client.last_codes(&at("w/a.gate")), of_program(root, "a.gate"));
    assert_eq!(client.last_codes(&at("w/shared.gate")), ["unknown-tool"]);
    // The configuration.
    write(root, "w/shared.gate", "allow get_page\n");
    write(
        root,
        "w/gatewright.toml",
        "[rules]\nuncapped-write = \"off\"\nunlisted-tool = \"off\"\n",
    );
    save(&mut client, &at("w/a.gate")).await;
    assert_eq!(client.last_codes(&at("w/a.gate")), [""; 0]);
    assert_eq!(client.last_codes(&at("w/shared.gate")), [""; 0]);
    // A file that was not there, and one that is gone.
    std::fs::remove_file(root.join("w/shared.gate")).unwrap();
    save(&mut client, &at("w/a.gate")).await;
    assert_eq!(client.last_codes(&at("w/a.gate")), ["unreadable-file"]);
    write(root, "w/shared.gate", "allow get_page\n");
    save(&mut client, &at("w/a.gate")).await;
    assert_eq!(client.last_codes(&at("w/a.gate")), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn policies_that_come_and_go_are_found_when_a_document_is_saved() {
    let folder = project();
    let at = |path: &str| uri(folder.path(), path);
    let mut client = Client::start(&[folder.path()]).await;
    client.open(&at("w/a.gate"), POLICY).await;
    client.settle().await;
    write(folder.path(), "new/b.gate", "alow x\n");
    save(&mut client, &at("w/a.gate")).await;
    assert_eq!(client.last_codes(&at("new/b.gate")), ["unknown-statement"]);
    std::fs::remove_file(folder.path().join("new/b.gate")).unwrap();
    save(&mut client, &at("w/a.gate")).await;
    assert_eq!(client.last_codes(&at("new/b.gate")), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_asks_hears_of_the_files_as_they_are() {
    let folder = project();
    let uri = uri(folder.path(), "w/a.gate");
    let puller = json!({ "textDocument": { "diagnostic": {} } });
    let mut client = Client::with(&[folder.path()], &puller, &Value::Null).await;
    client.open(&uri, POLICY).await;
    let params = json!({ "textDocument": { "uri": uri } });
    let report = client.request("textDocument/diagnostic", params.clone()).await.unwrap();
    assert_eq!(codes(&report["items"]), ["uncapped-write"]);
    write(folder.path(), "w/tools.json", "{\"tools\": [{\"name\": \"get_page\"}]}");
    client.notify("textDocument/didSave", params.clone()).await;
    let report = client.request("textDocument/diagnostic", params).await.unwrap();
    assert_eq!(codes(&report["items"]), ["unknown-tool"]);
}
