//! What is pushed: the same as the program says, for whom it may concern, and nothing that is not true any more.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Client, TOOLS, codes, folder, is_about, uri, write};
use crate::program::check;

/// A policy with findings of all severities but errors, with related places, strange characters and both line breaks.
const FULL: &str = "# \u{1f600} \u{4e2d}\u{6587} \u{e9}\r\nmanifest \"tools.json\"\ngroup unused = list_pages\nallow *\n\
deny update_page when args.title == \"\u{1f600}\u{4e2d}\" and args.stage == \"Darft\" because \"x\"\nallow get_page, get_page\ndeny list_pages\n\
deny delete_page when args.force == true because \"x\"\ndeny delete_page when args.force == true because \"x\"\n";

/// The diagnostic that the protocol should show for one of the program's document.
pub fn expected(folder: &std::path::Path, found: &Value, unit: &str) -> Value {
    let place = |file: &Value, at: &Value| position(folder, file, at, unit);
    let range = |one: &Value| json!({ "start": place(&one["file"], &one["start"]), "end": place(&one["file"], &one["end"]) });
    let mut message = found["message"].as_str().unwrap().to_owned();
    for note in found["notes"].as_array().unwrap() {
        message += &format!("\n{}", note.as_str().unwrap());
    }
    if let Some(help) = found["help"].as_str() {
        message += &format!("\nhelp: {help}");
    }
    let severity = match found["severity"].as_str().unwrap() {
        "error" => 1,
        "warning" => 2,
        _ => 3,
    };
    let related: Vec<Value> = found["labels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|label| {
            let words = label["message"].as_str().unwrap();
            let message = if words.is_empty() { "here" } else { words };
            let uri = uri(folder, label["file"].as_str().unwrap());
            json!({ "location": { "uri": uri, "range": range(label) }, "message": message })
        })
        .collect();
    let mut expected = json!({
        "range": range(found),
        "severity": severity,
        "code": found["code"],
        "source": "gatewright",
        "message": message,
    });
    if !related.is_empty() {
        expected["relatedInformation"] = json!(related);
    }
    expected
}

/// The protocol's position of a place of the program's document, worked out from the offset alone.
fn position(folder: &std::path::Path, file: &Value, at: &Value, unit: &str) -> Value {
    let text = std::fs::read_to_string(folder.join(file.as_str().unwrap())).unwrap();
    let before = &text[..usize::try_from(at["offset"].as_u64().unwrap()).unwrap()];
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let character = match unit {
        "utf-8" => before.len() - start,
        _ => before[start..].encode_utf16().count(),
    };
    json!({ "line": line, "character": character })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn they_are_those_of_the_program() {
    let mut seen = Seen::default();
    let wrong = format!("{FULL}rate get_pag 5/minute\ndeny x when args.a == \"\u{1f600}\" adn\n");
    for (unit, text) in [("utf-8", FULL), ("utf-16", FULL), ("utf-8", &wrong), ("utf-16", &wrong)] {
        let folder = folder(&[("tools.json", TOOLS), ("a.gate", text)]);
        let more = json!({ "general": { "positionEncodings": ["utf-16", unit] } });
        let mut client = Client::with(&[folder.path()], &more, &Value::Null).await;
        assert_eq!(client.capabilities["positionEncoding"], unit);
        let uri = uri(folder.path(), "a.gate");
        client.open(&uri, text).await;
        let mut published = client.diagnostics(&uri, 1).await;
        let found = check(folder.path(), &["."]);
        for one in &mut published {
            let one = one.as_object_mut().unwrap();
            seen.is_faded |= one.remove("tags") == Some(json!([1]));
            seen.has_related |= one.contains_key("relatedInformation");
            seen.severities.insert(one["severity"].as_u64().unwrap());
        }
        let expected: Vec<Value> =
            found.iter().map(|one| expected(folder.path(), one, unit)).collect();
        assert_eq!(json!(published), json!(expected));
    }
    assert!(seen.is_faded, "some code is unnecessary");
    assert!(seen.has_related, "some places are related");
    assert_eq!(Vec::from_iter(seen.severities), [1, 2, 3]);
}

/// What the findings of a test have among them.
#[derive(Default)]
struct Seen {
    severities: std::collections::BTreeSet<u64>,
    is_faded: bool,
    has_related: bool,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_gets_only_what_it_can_show() {
    let folder = folder(&[("tools.json", TOOLS)]);
    let plain = json!({ "textDocument": { "publishDiagnostics": { "relatedInformation": false, "tagSupport": null } } });
    let mut client = Client::with(&[folder.path()], &plain, &Value::Null).await;
    let uri = uri(folder.path(), "a.gate");
    client.open(&uri, FULL).await;
    let published = client.diagnostics(&uri, 1).await;
    assert!(!published.is_empty());
    for one in published {
        assert!(one.get("relatedInformation").is_none() && one.get("tags").is_none(), "{one}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_include_the_changed_one_are_heard_of() {
    let folder = folder(&[
        ("open.gate", "default deny\ninclude \"shared.gate\"\nallow @readers\n"),
        ("closed.gate", "default deny\ninclude \"shared.gate\"\nallow @readers\n"),
        ("shared.gate", "group readers = get_page\n"),
    ]);
    let at = |path: &str| uri(folder.path(), path);
    let mut client = Client::start(&[folder.path()]).await;
    client.open(&at("open.gate"), "default deny\ninclude \"shared.gate\"\nallow @readers\n").await;
    assert_eq!(client.diagnostics(&at("open.gate"), 1).await, Vec::<Value>::new());
    client.open(&at("shared.gate"), "group readers = get_page\n").await;
    assert_eq!(client.diagnostics(&at("shared.gate"), 1).await, Vec::<Value>::new());
    client.replace(&at("shared.gate"), 2, "group others = get_page\n").await;
    client.diagnostics(&at("shared.gate"), 2).await;
    client.settle().await;
    assert_eq!(client.last_codes(&at("open.gate")), ["unknown-group"]);
    assert_eq!(client.last_codes(&at("closed.gate")), ["unknown-group"]);
    assert!(client.published(&at("closed.gate"))[0].get("version").is_none());
    // What was typed is not saved: closing the document goes back to what the disk holds.
    client.close(&at("shared.gate")).await;
    client.settle().await;
    for path in ["open.gate", "closed.gate", "shared.gate"] {
        assert_eq!(client.last_codes(&at(path)), [""; 0], "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_included_file_is_not_judged_alone_at_first() {
    let shared = "group readers = get_page\n";
    let folder = folder(&[
        ("a.gate", "default deny\ninclude \"shared.gate\"\nallow @readers\n"),
        ("shared.gate", shared),
    ]);
    let mut client = Client::start(&[folder.path()]).await;
    let uri = uri(folder.path(), "shared.gate");
    client.open(&uri, shared).await;
    client.diagnostics(&uri, 1).await;
    client.settle().await;
    for published in client.published(&uri) {
        assert_eq!(codes(&published["diagnostics"]), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_on_the_disk_counts() {
    let policy = "default deny\nmanifest \"tools.json\"\nallow get_page\n";
    let folder = folder(&[("a.gate", policy), ("tools.json", TOOLS)]);
    let at = |path: &str| uri(folder.path(), path);
    let mut client = Client::start(&[folder.path()]).await;
    client.open(&at("a.gate"), policy).await;
    client.diagnostics(&at("a.gate"), 1).await;
    client.settle().await;
    assert_eq!(client.last_codes(&at("a.gate")), ["unlisted-tool"]);
    write(folder.path(), "tools.json", "{\"tools\": [{\"name\": \"other\"}]}");
    let changes = json!([{ "uri": at("tools.json"), "type": 2 }]);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes })).await;
    client.settle().await;
    assert_eq!(client.last_codes(&at("a.gate")), ["unknown-tool"]);
    write(folder.path(), "tools.json", TOOLS);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes })).await;
    client.settle().await;
    assert_eq!(client.last_codes(&at("a.gate")), ["unlisted-tool"]);
    write(
        folder.path(),
        "gatewright.toml",
        "[rules]\nunlisted-tool = \"off\"\nnonsense = \"off\"\n",
    );
    let changes = json!([{ "uri": at("gatewright.toml"), "type": 1 }]);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes })).await;
    client.wait_for(|message| is_about(message, &at("gatewright.toml"), None)).await;
    client.settle().await;
    // What is wrong in a configuration does not keep the rest of it from counting.
    assert_eq!(client.last_codes(&at("a.gate")), [""; 0]);
    assert_eq!(client.last_codes(&at("gatewright.toml")).len(), 1);
    // What is gone has nothing wrong with it.
    std::fs::remove_file(folder.path().join("gatewright.toml")).unwrap();
    let changes = json!([{ "uri": at("gatewright.toml"), "type": 3 }]);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes })).await;
    client.settle().await;
    assert_eq!(client.last_codes(&at("gatewright.toml")), [""; 0]);
    assert_eq!(client.last_codes(&at("a.gate")), ["unlisted-tool"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_said_twice() {
    let folder = folder(&[("a.gate", "alow x\n"), ("b.gate", "alow y\n")]);
    let at = |path: &str| uri(folder.path(), path);
    let mut client = Client::start(&[folder.path()]).await;
    client.open(&at("a.gate"), "alow x\n").await;
    client.settle().await;
    assert_eq!(client.published(&at("b.gate")).len(), 1);
    for version in 2..5 {
        client.replace(&at("a.gate"), version, "alow xx\n").await;
        assert_eq!(client.diagnostics(&at("a.gate"), version).await.len(), 1);
    }
    client.settle().await;
    assert_eq!(client.published(&at("b.gate")).len(), 1);
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": at("a.gate") } })).await;
    client.settle().await;
    assert_eq!(client.published(&at("a.gate")).last().unwrap()["version"], 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_that_is_closed_and_opened_at_once_is_published_again() {
    let folder = folder(&[("a.gate", "alow x\n")]);
    let uri = uri(folder.path(), "a.gate");
    let mut client = Client::start(&[folder.path()]).await;
    client.open(&uri, "alow x\n").await;
    client.diagnostics(&uri, 1).await;
    client.settle().await;
    client.heard.clear();
    // An editor may have dropped what it was sent when it closed the document.
    client.close(&uri).await;
    client.open(&uri, "alow x\n").await;
    assert_eq!(client.diagnostics(&uri, 1).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_that_was_never_saved_is_checked() {
    let mut client = Client::start(&[]).await;
    client.open("untitled:Untitled-1", "include \"a.gate\"\nalow x\n").await;
    let said = client.diagnostics("untitled:Untitled-1", 1).await;
    assert_eq!(codes(&json!(said)), ["unreadable-file", "unknown-statement"]);
    client.open_as("untitled:Untitled-2", "json", "{\"version\": 1, \"tolls\": {}}").await;
    assert!(!client.diagnostics("untitled:Untitled-2", 1).await.is_empty());
    client.close("untitled:Untitled-1").await;
    client.settle().await;
    assert_eq!(client.last_codes("untitled:Untitled-1"), [""; 0]);
    // Where the name says nothing, the editor's word for the language counts, and other languages are none of ours.
    client.open_as("untitled:notes.txt", "gate", "alow x\n").await;
    assert_eq!(client.diagnostics("untitled:notes.txt", 1).await.len(), 1);
    client.open_as("untitled:readme", "markdown", "alow x\n").await;
    client.settle().await;
    assert!(client.published("untitled:readme").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_name_of_a_document_says_what_it_holds() {
    let folder = folder(&[]);
    let at = |path: &str| uri(folder.path(), path);
    let mut client = Client::start(&[folder.path()]).await;
    let json = "{\"version\": 2, \"default\": \"deny\"}";
    for (path, text, code) in [
        ("policy.json", json, "unknown-version"),
        ("a/agent.policy.json", json, "unknown-version"),
        ("b.gate", "alow x\n", "unknown-statement"),
    ] {
        for language in ["gate", "json", "jsonc", "plaintext"] {
            client.open_as(&at(path), language, text).await;
            let found = client.diagnostics(&at(path), 1).await;
            assert_eq!(codes(&json!(found)), [code], "{path} as {language}");
            client.close(&at(path)).await;
            client.settle().await;
            client.heard.clear();
        }
    }
    // A policy.json that was never saved may have a name all the same.
    client.open_as("untitled:policy.json", "gate", json).await;
    let found = client.diagnostics("untitled:policy.json", 1).await;
    assert_eq!(codes(&json!(found)), ["unknown-version"]);
    // Other names say nothing: a saved file in JSON is none of ours.
    client.open_as(&at("notes.txt"), "gate", "alow x\n").await;
    let found = client.diagnostics(&at("notes.txt"), 1).await;
    assert_eq!(codes(&json!(found)), ["unknown-statement"]);
    client.open_as(&at("package.json"), "json", json).await;
    client.settle().await;
    assert!(client.published(&at("package.json")).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_out_of_bounds_are_drawn_to_the_text() {
    let mut client = Client::start(&[]).await;
    let uri = "untitled:a";
    client.open(uri, "default deny\nallow x\n").await;
    let range = |a: u32, b: u32, c: u32, d: u32| json!({ "start": { "line": a, "character": b }, "end": { "line": c, "character": d } });
    let changes = json!([
        { "range": range(1, 6, 1, 4_000_000_000), "text": "good" },
        { "range": range(4_000_000_000, 0, 4_000_000_000, 9), "text": "allow last\n" },
        { "range": range(0, 900, 0, 2), "text": "" },
        { "range": range(2, 6, 1, 0), "text": "the_" },
    ]);
    client.change(uri, 2, changes).await;
    let params = json!({ "command": "gatewright.server.compile", "arguments": [uri] });
    let answer = client.request("workspace/executeCommand", params).await.unwrap();
    let text = answer["text"].as_str().unwrap();
    assert!(text.contains("\"good\"") && text.contains("\"the_last\""), "{text}");
    // Changes of what is not open are nobody's.
    client.replace("untitled:b", 2, "x").await;
    client.close("untitled:b").await;
    client.diagnostics(uri, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_while_somebody_types_is_what_a_check_says() {
    let folder = folder(&[]);
    let uri = uri(folder.path(), "a.gate");
    let text = "default deny\nallow get_page\nallow update_page 30/minute\nhide delete_page\n";
    let mut client = Client::start(&[folder.path()]).await;
    client.open(&uri, text).await;
    assert_eq!(client.diagnostics(&uri, 1).await.len(), 0);
    let mut version = 1;
    let mut said = 0;
    for (from, to) in [
        ("30/minute", "3000/minute"),
        ("30/minute", "30/minut"),
        ("get_page", "update_page"),
        ("hide", "hid"),
    ] {
        for text in [text.replace(from, to), text.to_owned()] {
            version += 1;
            client.replace(&uri, version, &text).await;
            let mut published = client.diagnostics(&uri, version).await;
            // Behind a pause the whole check is made, and there is nothing more to tell.
            let before = client.published(&uri).len();
            client.hear(Duration::from_millis(200)).await;
            client.settle().await;
            assert_eq!(client.published(&uri).len(), before, "{text}");
            for one in &mut published {
                one.as_object_mut().unwrap().remove("tags");
            }
            write(folder.path(), "a.gate", &text);
            let found = check(folder.path(), &["."]);
            let expected: Vec<Value> =
                found.iter().map(|one| expected(folder.path(), one, "utf-16")).collect();
            said += expected.len();
            assert_eq!(json!(published), json!(expected), "{text}");
        }
    }
    assert_eq!(said, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_very_many_findings_the_most_severe_are_shown() {
    let folder = folder(&[]);
    let uri = uri(folder.path(), "a.gate");
    let most = gatewright::diagnostic::MAX_SHOWN_IN_FILE;
    let warnings = |count: usize| "allow update_page\n".repeat(count);
    let mut client = Client::start(&[folder.path()]).await;
    client.open(&uri, &format!("default deny\n{}", "alow x\n".repeat(most))).await;
    let found = client.diagnostics(&uri, 1).await;
    assert_eq!(found.len(), most);
    assert!(found.iter().all(|found| found["code"] == "unknown-statement"));
    let wrong = "alow x\n".repeat(most + 3);
    client.replace(&uri, 2, &format!("default deny\n{}{wrong}", warnings(3))).await;
    let found = client.diagnostics(&uri, 2).await;
    let (last, shown) = found.split_last().unwrap();
    assert_eq!(shown.len(), most);
    assert!(shown.iter().all(|found| found["severity"] == 1));
    let message = last["message"].as_str().unwrap();
    assert!(message.ends_with("more findings in this file"), "{last}");
    assert_eq!((&last["severity"], &last["range"]), (&json!(3), &shown[most - 1]["range"]));
}
