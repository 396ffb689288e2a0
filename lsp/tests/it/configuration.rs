//! What the user prefers, whichever way the editor says it.

use serde_json::{Value, json};

use crate::client::{Client, TOOLS, folder, uri};

const POLICY: &str = "manifest \"tools.json\"\nallow update_page\ngroup unused = get_page\n";

async fn codes_with(settings: &Value) -> (Client, Vec<String>, String, tempfile::TempDir) {
    let folder = folder(&[
        ("tools.json", TOOLS),
        ("strict.toml", "[rules]\nimplicit-default = \"error\"\nuncapped-write = \"off\"\n"),
    ]);
    let uri = uri(folder.path(), "a.gate");
    let mut client = Client::with(&[folder.path()], &json!({}), settings).await;
    client.open(&uri, POLICY).await;
    client.diagnostics(&uri, 1).await;
    client.settle().await;
    let codes = client.last_codes(&uri);
    (client, codes, uri, folder)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_choose_rules() {
    let (_, all, _, _folder) = codes_with(&Value::Null).await;
    for rule in ["uncapped-write", "unused-group", "implicit-default"] {
        assert!(all.contains(&rule.to_owned()), "{all:?}");
    }
    let (_, some, _, _folder) = codes_with(&json!({ "select": ["unused-group"] })).await;
    assert_eq!(some, ["unused-group"]);
    let settings = json!({ "gatewright": { "ignore": ["unused-group"], "select": null } });
    let (_, others, _, _folder) = codes_with(&settings).await;
    assert_eq!(others.len(), all.len() - 1, "{others:?}");
    let (_, strict, _, _folder) = codes_with(&json!({ "configuration": "strict.toml" })).await;
    assert!(!strict.contains(&"uncapped-write".to_owned()), "{strict:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_counts_at_once() {
    let (mut client, before, uri, _folder) = codes_with(&Value::Null).await;
    let settings = json!({ "settings": { "gatewright": { "ignore": before } } });
    client.notify("workspace/didChangeConfiguration", settings).await;
    client.settle().await;
    assert_eq!(client.last_codes(&uri), [""; 0]);
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null })).await;
    client.settle().await;
    assert_eq!(client.last_codes(&uri), [""; 0]);
    client.notify("workspace/didChangeConfiguration", json!({ "settings": {} })).await;
    client.settle().await;
    assert_eq!(client.last_codes(&uri), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_settings_is_said() {
    let settings = json!({ "select": ["unused-gruop", "syntax"], "ignore": "x", "codeLens": 1, "configuration": [] });
    let (client, _, _, _folder) = codes_with(&settings).await;
    let shown: Vec<&str> = client
        .heard
        .iter()
        .filter(|message| message["method"] == "window/showMessage")
        .map(|message| message["params"]["message"].as_str().unwrap())
        .collect();
    assert_eq!(shown.len(), 1);
    for words in [
        "did you mean `unused-group`?",
        "`syntax`",
        "`gatewright.ignore`",
        "`gatewright.codeLens`",
        "`gatewright.configuration`",
    ] {
        assert!(shown[0].contains(words), "{words}: {}", shown[0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_can_be_asked_is_asked() {
    let folder = folder(&[("tools.json", TOOLS)]);
    let uri = uri(folder.path(), "a.gate");
    let more = json!({ "workspace": {
        "configuration": true,
        "didChangeConfiguration": { "dynamicRegistration": true },
        "inlayHint": { "refreshSupport": true },
    } });
    let mut client = Client::with(&[folder.path()], &more, &Value::Null).await;
    client.settings = json!({ "select": ["unused-group"], "inlayHints": false });
    client.open(&uri, POLICY).await;
    client.settle().await;
    assert_eq!(client.last_codes(&uri), ["unused-group"]);
    let asked = client.wait_for(|message| message["method"] == "workspace/configuration").await;
    assert_eq!(asked["params"]["items"][0]["section"], "gatewright");
    let registered =
        client.wait_for(|message| message["method"] == "client/registerCapability").await;
    let method = &registered["params"]["registrations"][0]["method"];
    assert_eq!(method, "workspace/didChangeConfiguration");
    client.wait_for(|message| message["method"] == "workspace/inlayHint/refresh").await;
    let range =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let params = json!({ "textDocument": { "uri": uri }, "range": range });
    assert_eq!(client.request("textDocument/inlayHint", params).await, Ok(Value::Null));
    client.settings = json!({ "select": ["uncapped-write"] });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null })).await;
    client.settle().await;
    assert_eq!(client.last_codes(&uri), ["uncapped-write"]);
}
