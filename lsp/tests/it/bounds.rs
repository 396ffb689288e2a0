//! What a policy may read is in an editor what it is in the program.

use serde_json::{Value, json};

use crate::client::{Client, TOOLS, folder, uri};

/// The messages of the diagnostics of a document.
async fn messages(client: &mut Client, uri: &str, text: &str) -> Vec<String> {
    client.open(uri, text).await;
    client.settle().await;
    let published = client.published(uri);
    let last = published.last().unwrap()["diagnostics"].as_array().unwrap().clone();
    last.iter().map(|one| one["message"].as_str().unwrap().to_owned()).collect()
}

fn beside() -> tempfile::TempDir {
    folder(&[
        ("repo/.git/HEAD", ""),
        ("repo/tools.json", TOOLS),
        ("outside/secret.gate", "s3cret x\n"),
        ("outside/tools.json", TOOLS),
    ])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_lies_outside_the_project_is_refused_also_when_it_is_open() {
    let both = beside();
    let uri_of = |path: &str| uri(both.path(), path);
    let mut client = Client::start(&[&both.path().join("repo")]).await;
    client.open(&uri_of("outside/secret.gate"), "s3cret y\n").await;
    for (statement, reason) in [
        ("include \"../outside/secret.gate\"", "it is outside the project"),
        ("manifest \"../outside/tools.json\"", "it is outside the project"),
        ("include \"/proc/self/environ\"", "an included file must end in `.gate`"),
    ] {
        let text = format!("{statement}\ndefault deny\n");
        let found = messages(&mut client, &uri_of("repo/a.gate"), &text).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(reason), "{found:?}");
        assert!(!found[0].contains("s3cret"), "{found:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_setting_opens_more_and_closes_it_again() {
    let both = beside();
    let uri = uri(both.path(), "repo/a.gate");
    let mut client = Client::start(&[&both.path().join("repo")]).await;
    let text = "manifest \"../outside/tools.json\"\ndefault deny\nhide get_page\n";
    assert_eq!(messages(&mut client, &uri, text).await.len(), 1);
    let outside = both.path().join("outside");
    let settings = |paths: Value| json!({ "settings": { "gatewright": { "allowRead": paths } } });
    client.notify("workspace/didChangeConfiguration", settings(json!([outside]))).await;
    client.settle().await;
    assert!(!client.last_codes(&uri).contains(&"unreadable-file".to_owned()));
    client.notify("workspace/didChangeConfiguration", settings(json!([]))).await;
    client.settle().await;
    assert_eq!(client.last_codes(&uri), ["unreadable-file"]);
    client.notify("workspace/didChangeConfiguration", settings(json!(["outside"]))).await;
    client.settle().await;
    assert_eq!(client.last_codes(&uri), ["unreadable-file"]);
    let shown = client.heard.iter().find(|message| message["method"] == "window/showMessage");
    let shown = shown.unwrap()["params"]["message"].as_str().unwrap();
    assert!(shown.contains("`gatewright.allowRead` must be a list of absolute paths"), "{shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_folders_of_the_project_are_listed_in_completion() {
    let both = beside();
    let uri = uri(both.path(), "repo/a.gate");
    let mut client = Client::start(&[&both.path().join("repo")]).await;
    for (typed, expected) in [("", true), ("../outside/", false), ("../", false), ("/", false)] {
        let text = format!("manifest \"{typed}\"\n");
        client.open(&uri, &text).await;
        let position = json!({ "line": 0, "character": 10 + typed.len() });
        let params = json!({ "textDocument": { "uri": uri }, "position": position });
        let answer = client.request("textDocument/completion", params).await.unwrap();
        let offers = answer.to_string();
        assert_eq!(offers.contains("tools.json"), expected, "{typed}: {offers}");
        assert!(!offers.contains("outside/") || typed.contains("outside"), "{typed}: {offers}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_out_of_the_project_is_no_policy_of_the_folder() {
    let both = beside();
    let at = |path: &str| both.path().join(path);
    std::os::unix::fs::symlink("../outside/secret.gate", at("repo/link.gate")).unwrap();
    std::os::unix::fs::symlink("../outside/tools.json", at("repo/link.json")).unwrap();
    let mut client = Client::start(&[&at("repo")]).await;
    client.settle().await;
    assert!(client.published(&uri(both.path(), "repo/link.gate")).is_empty());
    for statement in ["include \"link.gate\"", "manifest \"link.json\""] {
        let text = format!("{statement}\ndefault deny\n");
        let found = messages(&mut client, &uri(both.path(), "repo/a.gate"), &text).await;
        assert!(found[0].contains("it is a link to a file outside the project"), "{found:?}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_in_a_linked_folder_reads_nothing_outside_the_project() {
    let both = beside();
    let at = |path: &str| both.path().join(path);
    std::os::unix::fs::symlink("../outside", at("repo/linked")).unwrap();
    std::fs::create_dir(at("repo/own")).unwrap();
    std::fs::copy(at("outside/tools.json"), at("repo/own/tools.json")).unwrap();
    std::os::unix::fs::symlink("own", at("repo/alias")).unwrap();
    let mut client = Client::start(&[&at("repo")]).await;
    let text = "manifest \"tools.json\"\ndefault deny\n";
    let found = messages(&mut client, &uri(both.path(), "repo/linked/a.gate"), text).await;
    assert!(found[0].contains("reached through a link out of the project"), "{found:?}");
    // Inside the project a link to a folder is as good as the folder.
    let found = messages(&mut client, &uri(both.path(), "repo/alias/a.gate"), text).await;
    assert!(found.iter().all(|message| !message.contains("cannot read")), "{found:?}");
}
