//! What depends on the client in completion and renaming.

use serde_json::{Value, json};

use crate::client::{Client, TOOLS, folder, uri};

async fn client_with(more: &Value, text: &str) -> (Client, String, tempfile::TempDir) {
    let folder = folder(&[("tools.json", TOOLS)]);
    let uri = uri(folder.path(), "a.gate");
    let mut client = Client::with(&[folder.path()], more, &Value::Null).await;
    client.open(&uri, text).await;
    (client, uri, folder)
}

fn at(uri: &str, line: usize, character: usize) -> Value {
    json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } })
}

async fn items(client: &mut Client, place: Value) -> Vec<Value> {
    let found = client.request("textDocument/completion", place).await.unwrap();
    found["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_class_of_a_tool_is_shown_beside_its_name() {
    let text = "manifest \"tools.json\"\nallow \ndeny ";
    let shows = json!({ "textDocument": { "completion": { "completionItem": { "labelDetailsSupport": true } } } });
    for (more, is_shown) in [(shows, true), (json!({}), false)] {
        let (mut client, uri, _folder) = client_with(&more, text).await;
        let mut granted = items(&mut client, at(&uri, 1, 6)).await;
        granted.sort_by_key(|item| item["sortText"].as_str().unwrap().to_owned());
        assert_eq!(granted[0]["label"], "get_page");
        let details = granted[0].get("labelDetails").cloned();
        assert_eq!(details, is_shown.then(|| json!({ "description": "read" })));
        let mut denied = items(&mut client, at(&uri, 2, 5)).await;
        denied.sort_by_key(|item| item["sortText"].as_str().unwrap().to_owned());
        assert_eq!(denied[0]["label"], "delete_page");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_opening_bracket_offers_rules_in_a_suppression() {
    let text = "default deny\n# gatewright: allow(\nallow update_page\n";
    let (mut client, uri, _folder) = client_with(&json!({}), text).await;
    let triggers = &client.capabilities["completionProvider"]["triggerCharacters"];
    assert!(triggers.as_array().unwrap().contains(&json!("(")), "{triggers}");
    let found = items(&mut client, at(&uri, 1, 20)).await;
    assert!(found.iter().any(|item| item["label"] == "uncapped-write"), "{found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rename_that_would_be_refused_is_not_prepared() {
    let text = "manifest \"tools.json\"\nallow get_*\ndeny get_page\nallow update_page\n";
    let (mut client, uri, _folder) = client_with(&json!({}), text).await;
    let prepared = client.request("textDocument/prepareRename", at(&uri, 2, 6)).await;
    let mut rename = at(&uri, 2, 6);
    rename["newName"] = json!("list_pages");
    let renamed = client.request("textDocument/rename", rename).await;
    assert_eq!(prepared.clone().unwrap_err()["message"], renamed.unwrap_err()["message"]);
    let prepared = client.request("textDocument/prepareRename", at(&uri, 3, 7)).await;
    assert_eq!(prepared.unwrap()["placeholder"], "update_page");
}
