//! What the user prefers, whichever way the editor says it.

use serde_json::{Value, json};

use crate::client::{Client, TOOLS, folder, uri, write};

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
    assert_eq!(all, ["implicit-default", "unlisted-tool", "uncapped-write", "unused-group"]);
    let (_, some, _, _folder) = codes_with(&json!({ "select": ["unused-group"] })).await;
    assert_eq!(some, ["unused-group"]);
    let settings = json!({ "gatewright": { "ignore": ["unused-group"], "select": null } });
    let (_, others, _, _folder) = codes_with(&settings).await;
    assert_eq!(others, ["implicit-default", "unlisted-tool", "uncapped-write"]);
    let (client, strict, uri, _folder) =
        codes_with(&json!({ "configuration": "strict.toml" })).await;
    assert_eq!(strict, ["implicit-default", "unlisted-tool", "unused-group"]);
    let published = client.published(&uri);
    assert_eq!(published.last().unwrap()["diagnostics"][0]["severity"], 1);
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
    let settings = json!({ "select": ["unused-gruop", "syntax"], "ignore": "x", "codeLens": 1, "configuration": [], "rulePages": "https://example.org/rules" });
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
        "`gatewright.rulePages` must be a URL with `{rule}` in it",
    ] {
        assert!(shown[0].contains(words), "{words}: {}", shown[0]);
    }
}

/// The messages that were shown.
fn shown(client: &Client) -> Vec<&str> {
    let shown = client.heard.iter().filter(|message| message["method"] == "window/showMessage");
    shown.map(|message| message["params"]["message"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_configuration_that_the_setting_names_is_reported_whatever_its_name() {
    let (client, codes, _, folder) = codes_with(&json!({ "configuration": "no/such.toml" })).await;
    assert_eq!(codes, ["implicit-default", "unlisted-tool", "uncapped-write", "unused-group"]);
    assert_eq!(
        shown(&client),
        ["in the setting `gatewright.configuration`: cannot read `no/such.toml`: no such file"]
    );
    // It is said once, and the mistakes in a file of any name are published.
    let mut client = client;
    let settings = json!({ "settings": { "configuration": "wrong.toml" } });
    write(folder.path(), "wrong.toml", "nonsense = 1\n[rules]\nunused-group = \"off\"\n");
    client.notify("workspace/didChangeConfiguration", settings).await;
    client.settle().await;
    assert_eq!(shown(&client).len(), 1);
    let wrong = uri(folder.path(), "wrong.toml");
    assert_eq!(client.last_codes(&wrong), ["invalid-configuration"]);
    let a = uri(folder.path(), "a.gate");
    assert_eq!(client.last_codes(&a), ["implicit-default", "unlisted-tool", "uncapped-write"]);
    client.open_as(&wrong, "toml", "[rules]\n").await;
    client.settle().await;
    assert_eq!(client.last_codes(&wrong), [""; 0]);
    assert_eq!(client.last_codes(&a).len(), 4);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_configuration_that_cannot_be_read_is_reported() {
    let folder = folder(&[(".git/HEAD", ""), ("a.gate", "default deny\n")]);
    let outside = crate::client::folder(&[("gatewright.toml", "")]);
    let (target, link) =
        (outside.path().join("gatewright.toml"), folder.path().join("gatewright.toml"));
    std::os::unix::fs::symlink(target, link).unwrap();
    let mut client = Client::start(&[folder.path()]).await;
    client.settle().await;
    let shown = shown(&client);
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert!(
        shown[0].starts_with(
            "cannot read `gatewright.toml`: it is a link to a file outside the project"
        ),
        "{shown:?}"
    );
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

/// The links of the diagnostics, each once.
fn links(diagnostics: &Value) -> Vec<String> {
    let all = diagnostics.as_array().unwrap().iter();
    let mut links: Vec<String> = all
        .map(|one| match &one["codeDescription"]["href"] {
            Value::String(href) => {
                let code = one["code"].as_str().unwrap();
                assert!(href.contains(code), "{href} is about {code}");
                href.replace(code, "RULE")
            }
            other => other.to_string(),
        })
        .collect();
    links.dedup();
    links
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn findings_link_to_the_pages_that_explain_them() {
    let folder = folder(&[("tools.json", TOOLS)]);
    let uri = uri(folder.path(), "a.gate");
    let follows =
        json!({ "textDocument": { "publishDiagnostics": { "codeDescriptionSupport": true } } });
    let pages = |address: &str| json!({ "rulePages": address });
    let example = "https://example.org/rules/{rule}#{rule}";
    let mut client = Client::with(&[folder.path()], &follows, &pages(example)).await;
    client.open(&uri, POLICY).await;
    client.diagnostics(&uri, 1).await;
    client.settle().await;
    let links_now = |client: &Client| links(&client.published(&uri).last().unwrap()["diagnostics"]);
    assert_eq!(links_now(&client), ["https://example.org/rules/RULE#RULE"]);
    // Another address counts at once, though nothing else is new; one that is none counts as not said.
    let change = |address: &str| json!({ "settings": { "gatewright": pages(address) } });
    client.notify("workspace/didChangeConfiguration", change("file:///r%C3%A9/{rule}.md")).await;
    client.settle().await;
    assert_eq!(links_now(&client), ["file:///r%C3%A9/RULE.md"]);
    for wrong in
        ["", "rules/{rule}.md", "https://example.org", "https://example.org/a b/{rule}", "{rule}"]
    {
        client.notify("workspace/didChangeConfiguration", change(wrong)).await;
        client.settle().await;
        assert_eq!(links_now(&client), ["null"], "{wrong}");
    }
    // A client that does not follow them gets none.
    let mut client = Client::with(&[folder.path()], &json!({}), &pages(example)).await;
    client.open(&uri, POLICY).await;
    assert_eq!(links(&json!(client.diagnostics(&uri, 1).await)), ["null"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn findings_that_are_asked_for_have_links_too() {
    let folder = folder(&[("tools.json", TOOLS)]);
    let uri = uri(folder.path(), "a.gate");
    let puller = json!({
        "textDocument": { "diagnostic": { "codeDescriptionSupport": true } },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    });
    let settings = json!({ "rulePages": "https://example.org/{rule}" });
    let mut client = Client::with(&[folder.path()], &puller, &settings).await;
    client.open(&uri, POLICY).await;
    let params = json!({ "textDocument": { "uri": uri } });
    let report = client.request("textDocument/diagnostic", params.clone()).await.unwrap();
    assert_eq!(links(&report["items"]), ["https://example.org/RULE"]);
    client.settle().await;
    client.heard.clear();
    let settings = json!({ "settings": { "rulePages": "https://example.com/{rule}" } });
    client.notify("workspace/didChangeConfiguration", settings).await;
    client.wait_for(|message| message["method"] == "workspace/diagnostic/refresh").await;
    let report = client.request("textDocument/diagnostic", params).await.unwrap();
    assert_eq!(links(&report["items"]), ["https://example.com/RULE"]);
}
