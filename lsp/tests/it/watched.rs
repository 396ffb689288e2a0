//! What changes on the disk beside the editor: manifests and configurations, that policies name or are governed by, open or not.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Client, TOOLS, codes, folder, uri, write};

const POLICY: &str = "default deny\nmanifest \"server.json\"\nallow get_page\n";
/// The same manifest without the tool that the policies allow.
const OTHER: &str = "{\"tools\": [{\"name\": \"other\"}]}";

/// What happens to a file.
#[derive(Clone, Copy)]
enum Event {
    Created = 1,
    Changed = 2,
    Deleted = 3,
}

/// A folder in a client's eyes, with one policy open and the same one closed.
struct Watched {
    folder: TempDir,
    client: Client,
}

impl Watched {
    async fn new(files: &[(&str, &str)]) -> Self {
        let folder = folder(files);
        write(folder.path(), "w/open.gate", POLICY);
        write(folder.path(), "w/closed.gate", POLICY);
        let mut client = Client::start(&[&folder.path().join("w")]).await;
        client.open(&uri(folder.path(), "w/open.gate"), POLICY).await;
        client.diagnostics(&uri(folder.path(), "w/open.gate"), 1).await;
        client.settle().await;
        Self { folder, client }
    }

    /// Writes or removes a file, and tells the server.
    async fn happens(&mut self, event: Event, path: &str, text: &str) {
        match event {
            Event::Deleted => std::fs::remove_file(self.folder.path().join(path)).unwrap(),
            Event::Created | Event::Changed => write(self.folder.path(), path, text),
        }
        tell(&mut self.client, self.folder.path(), event, path).await;
        self.client.settle().await;
    }

    /// The codes of both policies, which are the same.
    fn codes(&self) -> Vec<String> {
        let of = |path: &str| self.client.last_codes(&uri(self.folder.path(), path));
        let (open, closed) = (of("w/open.gate"), of("w/closed.gate"));
        assert_eq!(open, closed);
        open
    }
}

async fn tell(client: &mut Client, folder: &Path, event: Event, path: &str) {
    let changes = json!([{ "uri": uri(folder, path), "type": event as i32 }]);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes })).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manifest_that_changes_counts_for_all_who_name_it() {
    let mut watched = Watched::new(&[("w/server.json", TOOLS)]).await;
    assert_eq!(watched.codes(), ["unlisted-tool"]);
    watched.happens(Event::Changed, "w/server.json", OTHER).await;
    assert_eq!(watched.codes(), ["unknown-tool"]);
    watched.happens(Event::Changed, "w/server.json", "{").await;
    assert_eq!(watched.codes(), ["invalid-manifest"]);
    watched.happens(Event::Changed, "w/server.json", TOOLS).await;
    assert_eq!(watched.codes(), ["unlisted-tool"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manifest_that_comes_makes_an_error_go() {
    let mut watched = Watched::new(&[]).await;
    assert_eq!(watched.codes(), ["unreadable-file"]);
    watched.happens(Event::Created, "w/server.json", TOOLS).await;
    assert_eq!(watched.codes(), ["unlisted-tool"]);
    watched.happens(Event::Deleted, "w/server.json", "").await;
    assert_eq!(watched.codes(), ["unreadable-file"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_editor_shows_of_a_manifest_counts_more_than_the_disk() {
    let mut watched = Watched::new(&[("w/server.json", TOOLS)]).await;
    let manifest = uri(watched.folder.path(), "w/server.json");
    watched.client.open_as(&manifest, "json", TOOLS).await;
    watched.happens(Event::Changed, "w/server.json", OTHER).await;
    assert_eq!(watched.codes(), ["unlisted-tool"]);
    watched.client.close(&manifest).await;
    watched.client.settle().await;
    assert_eq!(watched.codes(), ["unknown-tool"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_configuration_that_comes_governs_at_once() {
    let mut watched = Watched::new(&[("w/server.json", TOOLS)]).await;
    let off = "[rules]\nunlisted-tool = \"off\"\n";
    // One above the folder that the editor works in counts too, and the nearest one alone.
    watched.happens(Event::Created, "gatewright.toml", off).await;
    assert_eq!(watched.codes(), [""; 0]);
    watched.happens(Event::Created, "w/gatewright.toml", "").await;
    assert_eq!(watched.codes(), ["unlisted-tool"]);
    watched.happens(Event::Changed, "w/gatewright.toml", off).await;
    assert_eq!(watched.codes(), [""; 0]);
    watched.happens(Event::Deleted, "w/gatewright.toml", "").await;
    assert_eq!(watched.codes(), [""; 0]);
    watched.happens(Event::Deleted, "gatewright.toml", "").await;
    assert_eq!(watched.codes(), ["unlisted-tool"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn manifests_that_are_named_elsewhere_are_watched_too() {
    let json = "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"get_page\": {}}}";
    let folder = folder(&[
        // The project is larger than the folder that is open.
        (".git/HEAD", ""),
        // Through what is included, and outside of the folder.
        ("w/a.gate", "default deny\ninclude \"in/shared.gate\"\nallow get_page\n"),
        ("w/in/shared.gate", "manifest \"../../far/server.json\"\n"),
        // Through the configuration.
        ("w/policy.json", json),
        ("w/gatewright.toml", "[manifests]\n\"policy.json\" = \"../far/server.json\"\n"),
    ]);
    let at = |path: &str| uri(folder.path(), path);
    let mut client = Client::start(&[&folder.path().join("w")]).await;
    client.settle().await;
    let seen = |client: &Client| {
        ["w/a.gate", "w/in/shared.gate", "w/policy.json", "w/gatewright.toml"]
            .map(|path| client.last_codes(&at(path)).join(" "))
    };
    assert_eq!(seen(&client), ["broken-include", "unreadable-file", "", "unreadable-file"]);
    for (event, text, wanted) in [
        (Event::Created, OTHER, ["unknown-tool", "", "unlisted-tool undeclared-tool", ""]),
        (Event::Changed, TOOLS, ["", "unlisted-tool", "unlisted-tool", ""]),
    ] {
        write(folder.path(), "far/server.json", text);
        tell(&mut client, folder.path(), event, "far/server.json").await;
        client.settle().await;
        assert_eq!(seen(&client), wanted);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_asks_is_told_to_ask_again() {
    let folder = folder(&[("a.gate", POLICY)]);
    let uri = uri(folder.path(), "a.gate");
    let puller = json!({
        "textDocument": { "diagnostic": {} },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    });
    let mut client = Client::with(&[folder.path()], &puller, &Value::Null).await;
    client.open(&uri, POLICY).await;
    let params = json!({ "textDocument": { "uri": uri } });
    let report = client.request("textDocument/diagnostic", params.clone()).await.unwrap();
    assert_eq!(codes(&report["items"]), ["unreadable-file"]);
    client.settle().await;
    client.heard.clear();
    write(folder.path(), "server.json", TOOLS);
    tell(&mut client, folder.path(), Event::Created, "server.json").await;
    client.wait_for(|message| message["method"] == "workspace/diagnostic/refresh").await;
    let report = client.request("textDocument/diagnostic", params).await.unwrap();
    assert_eq!(codes(&report["items"]), ["unlisted-tool"]);
}
