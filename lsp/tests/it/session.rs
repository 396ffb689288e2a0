//! How a session goes and ends, whatever the client sends.

use std::time::Duration;

use gatewright_lsp::{End, Options};
use serde_json::{Value, json};

use crate::client::{Client, folder, framed, uri};

fn naps(_: Vec<Value>) -> Value {
    std::thread::sleep(Duration::from_millis(1500));
    json!("slept")
}

fn panics(_: Vec<Value>) -> Value {
    panic!("provoked by a test");
}

async fn with_commands() -> Client {
    let mut client =
        Client::silent(Options { commands: vec![("test.nap", naps), ("test.panic", panics)] });
    client.begin(&[], &json!({}), &Value::Null).await;
    client
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_ends_clean_only_after_shutdown() {
    assert_eq!(Client::start(&[]).await.quit().await, End::Clean);

    let mut client = Client::start(&[]).await;
    client.notify("exit", Value::Null).await;
    assert_eq!(client.end().await, End::Broken);

    let mut client = Client::silent(Options::default());
    client.notify("exit", Value::Null).await;
    assert_eq!(client.end().await, End::Broken);

    assert_eq!(Client::start(&[]).await.hang_up().await, End::Broken);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shutdown_and_exit_in_one_breath_are_answered() {
    let mut client = Client::start(&[]).await;
    let id = client.ask("shutdown", Value::Null).await;
    client.notify("exit", Value::Null).await;
    assert_eq!(client.answer(&json!(id)).await, Ok(Value::Null));
    assert_eq!(client.end().await, End::Clean);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_at_the_wrong_time_are_refused() {
    let mut client = Client::silent(Options::default());
    let early = client.request("textDocument/hover", json!({})).await.unwrap_err();
    assert_eq!(early["code"], -32002);
    client.begin(&[], &json!({}), &Value::Null).await;
    let again = client.request("initialize", json!({ "capabilities": {} })).await.unwrap_err();
    assert_eq!(again["code"], -32600);
    let unknown = client.request("textDocument/levitate", json!({})).await.unwrap_err();
    assert_eq!(unknown["code"], -32601);
    let wrong = client.request("textDocument/hover", json!({ "position": 3 })).await.unwrap_err();
    assert_eq!(wrong["code"], -32602);
    client.request("shutdown", Value::Null).await.unwrap();
    let late = client.request("textDocument/hover", json!({})).await.unwrap_err();
    assert_eq!(late["code"], -32600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_need_not_wait_for_the_answer_to_initialize() {
    let folder = folder(&[]);
    let uri = uri(folder.path(), "a.gate");
    let mut client = Client::silent(Options::default());
    client.ask("initialize", json!({ "capabilities": {} })).await;
    client.notify("initialized", json!({})).await;
    client.open(&uri, "alow x\n").await;
    assert_eq!(client.diagnostics(&uri, 1).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn malformed_messages_are_answered_and_the_session_goes_on() {
    let mut client = Client::start(&[]).await;
    let hover = framed(
        r#"{"jsonrpc":"2.0","id":"q","method":"textDocument/hover","params":{"textDocument":{"uri":"file:///x.gate"},"position":{"line":0,"character":0}}}"#,
    );
    let cases: Vec<(Vec<u8>, i64)> = vec![
        (framed("{\"jsonrpc\":"), -32700),
        (framed("[1, 2"), -32700),
        (framed("\u{0}"), -32700),
        (b"Content-Length: 3\r\n\r\n\"\xff\"".to_vec(), -32700),
        (framed("[]"), -32600),
        (framed("3"), -32600),
        (framed("{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"shutdown\"}"), -32600),
        (framed("{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"shutdown\"}"), -32600),
        (framed("{\"jsonrpc\":\"2.0\",\"id\":5}"), -32600),
        (b"Content-Length: 99999999999\r\n\r\n{}".to_vec(), -32700),
        (b"Content-Length: 99999999999999999999999\r\n\r\n{}".to_vec(), -32700),
        (b"Content-Length: -1\r\n\r\n{}".to_vec(), -32700),
        (b"Content-Length: x\r\n\r\n{}".to_vec(), -32700),
        (b"Content-Type: application/vscode-jsonrpc\r\n\r\n{}".to_vec(), -32700),
        (b"GET / HTTP/1.1\r\n\r\n".to_vec(), -32700),
        (vec![0xff; 20_000], -32700),
        (b"Content-Length: 400\r\n\r\n{\"jsonrpc\":\"2.0\"}".to_vec(), -32700),
        (b"Content-Length: 5\r\n\r\n{\"jsonrpc\":\"2.0\"}".to_vec(), -32700),
        (framed(&"[".repeat(5000)), -32700),
    ];
    for (bytes, code) in cases {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        client.send(&bytes).await;
        client.send(&hover).await;
        assert_eq!(client.answer(&json!("q")).await, Ok(Value::Null), "{shown}");
        let error = client.answer(&Value::Null).await.expect_err(&shown);
        assert_eq!(error["code"], code, "{shown}");
    }
    assert_eq!(client.quit().await, End::Clean);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_costs_the_request_it_happens_in() {
    let mut client = with_commands().await;
    let error =
        client.request("workspace/executeCommand", json!({ "command": "test.panic" })).await;
    let error = error.unwrap_err();
    assert_eq!(error["code"], -32603);
    assert!(!error["message"].as_str().unwrap().contains("provoked"), "{error}");
    client.open("untitled:a", "alow x\n").await;
    assert_eq!(client.diagnostics("untitled:a", 1).await.len(), 1);
    assert_eq!(client.quit().await, End::Clean);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_request_is_answered_as_cancelled() {
    let mut client = with_commands().await;
    let nap = client.ask("workspace/executeCommand", json!({ "command": "test.nap" })).await;
    client.notify("$/cancelRequest", json!({ "id": nap })).await;
    assert_eq!(client.answer(&json!(nap)).await.unwrap_err()["code"], -32800);
    // One that is unknown, or answered already, is nothing to speak of.
    client.notify("$/cancelRequest", json!({ "id": nap })).await;
    client.notify("$/cancelRequest", json!({ "id": "x" })).await;
    assert_eq!(client.quit().await, End::Clean);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_take_time_do_not_keep_others_waiting() {
    let mut client = with_commands().await;
    for _ in 0..8 {
        client.ask("workspace/executeCommand", json!({ "command": "test.nap" })).await;
    }
    client.open("untitled:a", "alow x\n").await;
    assert_eq!(client.diagnostics("untitled:a", 1).await.len(), 1);
    let id = client.ask("shutdown", Value::Null).await;
    assert_eq!(client.answer(&json!(id)).await, Ok(Value::Null));
    client.notify("exit", Value::Null).await;
    assert_eq!(client.end().await, End::Clean);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_never_answers_hangs_nothing() {
    let folder = folder(&[("a.gate", "default deny\n")]);
    let more = json!({ "workspace": {
        "configuration": true,
        "didChangeConfiguration": { "dynamicRegistration": true },
        "didChangeWatchedFiles": { "dynamicRegistration": true },
        "inlayHint": { "refreshSupport": true },
        "codeLens": { "refreshSupport": true },
        "semanticTokens": { "refreshSupport": true },
    }, "window": { "workDoneProgress": true } });
    let mut client = Client::silent(Options::default());
    client.is_polite = false;
    client.begin(&[folder.path()], &more, &Value::Null).await;
    let uri = uri(folder.path(), "a.gate");
    client.open(&uri, "alow x\n").await;
    for _ in 0..100 {
        client.notify("workspace/didChangeConfiguration", json!({ "settings": {} })).await;
        let changes = json!([{ "uri": uri, "type": 2 }]);
        client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes })).await;
    }
    assert_eq!(client.diagnostics(&uri, 1).await.len(), 1);
    for _ in 0..100 {
        let params =
            json!({ "textDocument": { "uri": uri }, "position": { "line": 0, "character": 1 } });
        client.request("textDocument/hover", params).await.unwrap();
    }
    assert_eq!(client.quit().await, End::Clean);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_sends_much_before_it_reads_hangs_nothing() {
    let mut client = Client::start(&[]).await;
    for number in 0..500 {
        client.open(&format!("untitled:{number}"), "alow x\n").await;
    }
    assert_eq!(client.diagnostics("untitled:499", 1).await.len(), 1);
}
