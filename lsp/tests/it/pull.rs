//! Clients that ask for diagnostics are never told unasked, and are told when to ask again.

use serde_json::{Value, json};

use crate::client::{Client, codes, folder, uri};

const POLICY: &str = "default deny\ninclude \"shared.gate\"\nallow @readers\n";

fn puller() -> Value {
    json!({
        "textDocument": { "diagnostic": { "dynamicRegistration": false } },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    })
}

async fn pull(client: &mut Client, uri: &str, before: Option<&Value>) -> Value {
    let mut params = json!({ "textDocument": { "uri": uri } });
    if let Some(before) = before {
        params["previousResultId"] = before["resultId"].clone();
    }
    client.request("textDocument/diagnostic", params).await.unwrap()
}

fn refreshes(client: &Client) -> usize {
    let all = client.heard.iter();
    all.filter(|message| message["method"] == "workspace/diagnostic/refresh").count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn they_ask_and_are_never_told_unasked() {
    let folder = folder(&[("a.gate", POLICY), ("shared.gate", "group readers = get_page\n")]);
    let at = |path: &str| uri(folder.path(), path);
    let mut client = Client::with(&[folder.path()], &puller(), &Value::Null).await;
    assert_eq!(client.capabilities["diagnosticProvider"]["workspaceDiagnostics"], true);
    client.open(&at("a.gate"), POLICY).await;
    client.open(&at("shared.gate"), "group readers = get_page\n").await;
    let first = pull(&mut client, &at("a.gate"), None).await;
    assert_eq!(first["kind"], "full");
    assert_eq!(codes(&first["items"]), [""; 0]);
    let same = pull(&mut client, &at("a.gate"), Some(&first)).await;
    assert_eq!(same["kind"], "unchanged");
    assert_eq!(same["resultId"], first["resultId"]);
    client.settle().await;
    let before = refreshes(&client);
    client.replace(&at("shared.gate"), 2, "group others = get_page\n").await;
    client.wait_for(|message| message["method"] == "workspace/diagnostic/refresh").await;
    client.settle().await;
    assert_eq!(refreshes(&client), before + 1);
    let second = pull(&mut client, &at("a.gate"), Some(&first)).await;
    assert_eq!(codes(&second["items"]), ["unknown-group"]);
    client.settle().await;
    assert_eq!(refreshes(&client), before + 1, "what was asked for is no news");
    assert!(client.published(&at("a.gate")).is_empty());
    assert!(client.published(&at("shared.gate")).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_workspace_is_asked_as_a_whole() {
    let folder = folder(&[("a.gate", "alow x\n"), ("b.gate", "default deny\nallow get_page\n")]);
    let at = |path: &str| uri(folder.path(), path);
    let mut client = Client::with(&[folder.path()], &puller(), &Value::Null).await;
    client.settle().await;
    let ask = |before: Value| json!({ "previousResultIds": before });
    let report = client.request("workspace/diagnostic", ask(json!([]))).await.unwrap();
    let items = report["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{items:?}");
    assert_eq!(items[0]["uri"], at("a.gate"));
    assert_eq!(items[0]["version"], Value::Null);
    assert_eq!(codes(&items[0]["items"]), ["unknown-statement"]);
    let before = json!([{ "uri": at("a.gate"), "value": items[0]["resultId"] }]);
    let report = client.request("workspace/diagnostic", ask(before.clone())).await.unwrap();
    assert_eq!(report["items"][0]["kind"], "unchanged");
    client.open(&at("a.gate"), "default deny\n").await;
    let report = client.request("workspace/diagnostic", ask(before)).await.unwrap();
    assert_eq!(report["items"][0]["kind"], "full");
    assert_eq!(report["items"][0]["version"], 1);
    assert_eq!(codes(&report["items"][0]["items"]), [""; 0]);
}
