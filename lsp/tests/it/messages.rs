//! Messages that are not quite what the protocol says: the server follows the document all the same.

use serde_json::{Value, json};

use crate::client::{Client, TOOLS, codes, folder, framed, is_about, uri, write};

/// An insertion at a place of the second line.
fn insertion(character: usize, text: &str) -> Value {
    replacement(character, character, text)
}

fn replacement(start: usize, end: usize, text: &str) -> Value {
    let place = |character: usize| json!({ "line": 1, "character": character });
    json!([{ "range": { "start": place(start), "end": place(end) }, "text": text }])
}

/// A policy is open whose second line is a comment; the third begins with a mistake.
async fn client_with(comment: &str) -> (Client, String, tempfile::TempDir) {
    let folder = folder(&[("tools.json", TOOLS), ("a.gate", "default deny\n")]);
    let uri = uri(folder.path(), "a.gate");
    let mut client = Client::start(&[folder.path()]).await;
    client.open(&uri, &format!("default deny\n# {comment}\nalow x\n")).await;
    assert_eq!(codes(&json!(client.diagnostics(&uri, 1).await)), ["unknown-statement"]);
    (client, uri, folder)
}

/// The second line as the server knows it: it says where the comment is when it folds or colours, so it is asked for the one token.
async fn comment_length(client: &mut Client, uri: &str) -> Value {
    let params = json!({ "textDocument": { "uri": uri } });
    let tokens = client.request("textDocument/semanticTokens/full", params).await.unwrap();
    let data = tokens["data"].as_array().unwrap();
    let mut line = 0;
    for token in data.chunks(5) {
        line += token[0].as_u64().unwrap();
        if line == 1 {
            return token[2].clone();
        }
    }
    panic!("no token stands on the second line: {tokens}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_request_is_answered() {
    let mut client = Client::start(&[]).await;
    for method in ["$/unknown", "$/setTrace", "$/cancelRequest", "textDocument/levitate"] {
        let error = client.request(method, json!({ "id": 1, "value": "off" })).await.unwrap_err();
        assert!([-32601, -32600].contains(&error["code"].as_i64().unwrap()), "{method}: {error}");
    }
    let error = client.request("$/unknown", Value::Null).await.unwrap_err();
    assert_eq!(error["code"], -32601);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_surrogate_pair_takes_one_place() {
    // Each with a place at the end of the line, and the length of the comment when a character is added there.
    for (half, place, length) in
        [("\\ud83d", 5, 6), ("\\uDE00", 5, 6), ("\\ud83d\\n", 4, 5), ("\\ude00\\ud83d", 6, 7)]
    {
        let (mut client, uri, _folder) = client_with("ab").await;
        let change = json!({ "textDocument": { "uri": uri, "version": 2 }, "contentChanges": insertion(3, "HALF") });
        let message =
            json!({ "jsonrpc": "2.0", "method": "textDocument/didChange", "params": change });
        client.send(&framed(&message.to_string().replace("HALF", half))).await;
        client.diagnostics(&uri, 2).await;
        client.change(&uri, 3, insertion(place, "c")).await;
        client.diagnostics(&uri, 3).await;
        assert_eq!(comment_length(&mut client, &uri).await, length, "{half}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_surrogate_pair_may_be_encoded_like_a_character() {
    let (mut client, uri, _folder) = client_with("ab").await;
    let change = json!({ "textDocument": { "uri": uri, "version": 2 }, "contentChanges": insertion(3, "\u{fffd}") });
    let message = json!({ "jsonrpc": "2.0", "method": "textDocument/didChange", "params": change });
    let mut bytes = framed(&message.to_string());
    let at = bytes.windows(3).position(|three| three == "\u{fffd}".as_bytes()).unwrap();
    bytes[at..at + 3].copy_from_slice(&[0xed, 0xa0, 0xbd]);
    client.send(&bytes).await;
    client.diagnostics(&uri, 2).await;
    assert_eq!(comment_length(&mut client, &uri).await, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_may_cut_a_surrogate_pair() {
    // Each with the length of the comment afterwards, which is one of `# a😀b` with six units before.
    for (start, end, by, length) in
        [(4, 4, "c", 7), (4, 5, "", 5), (3, 4, "", 5), (3, 5, "", 4), (2, 4, "xy", 6)]
    {
        let (mut client, uri, _folder) = client_with("a\u{1f600}b").await;
        client.change(&uri, 2, replacement(start, end, by)).await;
        client.diagnostics(&uri, 2).await;
        assert_eq!(comment_length(&mut client, &uri).await, length, "{start} {end} {by}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn versions_are_counted_for_clients_that_do_not() {
    for version in [Value::Null, json!("2"), json!(1e12), json!({})] {
        let (mut client, uri, _folder) = client_with("ab").await;
        let change = json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": [{ "text": "default deny\n" }] });
        client.notify("textDocument/didChange", change).await;
        assert!(client.diagnostics(&uri, 2).await.is_empty(), "{version}");
    }
    let (mut client, uri, _folder) = client_with("ab").await;
    let change = json!({ "textDocument": { "uri": uri }, "contentChanges": [{ "text": "" }] });
    client.notify("textDocument/didChange", change).await;
    client.diagnostics(&uri, 2).await;
    client.close(&uri).await;
    let document = json!({ "uri": uri, "version": null, "text": "default deny\nalow x\n" });
    client.notify("textDocument/didOpen", json!({ "textDocument": document })).await;
    assert_eq!(client.diagnostics(&uri, 0).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_that_was_not_followed_is_right_again_when_it_is_saved() {
    let lost = [
        r#"{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"URI","version":2},"contentChanges":[{"range":{"start":{"line":-1,"character":0},"end":{"line":2,"character":4}},"text":"allow"}]}}"#,
        r#"{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"URI","version":2},"contentChanges":[{"text":7}]}}"#,
        r#"{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"URI","version":2},"contentChanges":[}}"#,
    ];
    let saved = "default deny\n# ab\nallow get_page\nhide x,\n";
    for (message, with_text) in lost.iter().flat_map(|lost| [(lost, true), (lost, false)]) {
        let (mut client, uri, folder) = client_with("ab").await;
        client.send(&framed(&message.replace("URI", &uri))).await;
        let mut params = json!({ "textDocument": { "uri": uri } });
        if with_text {
            params["text"] = json!(saved);
        } else {
            write(folder.path(), "a.gate", saved);
        }
        client.notify("textDocument/didSave", params).await;
        client
            .wait_for(|message| {
                is_about(message, &uri, None)
                    && codes(&message["params"]["diagnostics"]) == ["syntax"]
            })
            .await;
        let is_told = client.heard.iter().any(|message| {
            message["method"] == "window/showMessage"
                && message["params"]["message"].as_str().unwrap().contains("save the document")
        });
        let is_json = serde_json::from_str::<Value>(message).is_ok();
        assert_eq!(is_told, is_json, "{:?}", client.heard);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_that_was_followed_does_not_go_back_to_the_disk() {
    let (mut client, uri, _folder) = client_with("ab").await;
    client.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri } })).await;
    client.settle().await;
    assert_eq!(client.last_codes(&uri), ["unknown-statement"]);
    assert_eq!(client.capabilities["textDocumentSync"]["save"]["includeText"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_may_hold_any_character() {
    let folder = folder(&[("tools.json", TOOLS)]);
    for (raw, valid) in [
        ("a b.gate", "a%20b.gate"),
        ("\u{7b56}\u{7565}.gate", "%E7%AD%96%E7%95%A5.gate"),
        ("[id] {x}|^.gate", "%5Bid%5D%20%7Bx%7D%7C%5E.gate"),
        ("50%.gate", "50%25.gate"),
        ("a%20b c.gate", "a%20b%20c.gate"),
    ] {
        let mut client = Client::start(&[folder.path()]).await;
        let (raw, valid) = (uri(folder.path(), raw), uri(folder.path(), valid));
        client.open(&raw, "alow x\n").await;
        assert_eq!(client.diagnostics(&valid, 1).await.len(), 1);
        client.replace(&raw, 2, "alow x\nalow y\n").await;
        assert_eq!(client.diagnostics(&valid, 2).await.len(), 2);
        let symbols = json!({ "textDocument": { "uri": raw } });
        assert!(!client.request("textDocument/documentSymbol", symbols).await.unwrap().is_null());
    }
}
