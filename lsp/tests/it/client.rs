//! A client in memory: it sends what a test says and keeps what the server says of its own accord.

use std::path::Path;
use std::time::Duration;

use gatewright_lsp::{End, Options, serve};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf, duplex, split};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a test waits for what must not come.
const A_WHILE: Duration = Duration::from_millis(400);

/// A manifest with a tool of each kind.
pub const TOOLS: &str = r#"{"tools": [
  {"name": "get_page", "description": "Gets a page.", "annotations": {"readOnlyHint": true}, "inputSchema": {"type": "object", "properties": {"page_id": {"type": "string"}}}},
  {"name": "list_pages", "description": "Lists pages.", "inputSchema": {"type": "object", "properties": {"limit": {"type": "integer"}}}},
  {"name": "update_page", "description": "Updates a page.", "inputSchema": {"type": "object", "properties": {"page_id": {"type": "string"}, "title": {"type": "string"}, "stage": {"type": "string", "enum": ["Draft", "Staging", "Production"]}}}},
  {"name": "delete_page", "description": "Deletes a page for good.", "annotations": {"destructiveHint": true}, "inputSchema": {"type": "object", "properties": {"page_id": {"type": "string"}, "force": {"type": "boolean"}}}}
]}
"#;

/// A client with its server.
pub struct Client {
    output: WriteHalf<DuplexStream>,
    incoming: UnboundedReceiver<Value>,
    server: JoinHandle<End>,
    last: i64,
    /// Notifications and requests of the server, in their order.
    pub heard: Vec<Value>,
    /// Answers that nobody has waited for yet.
    answers: Vec<Value>,
    /// Whether the client answers what the server asks.
    pub is_polite: bool,
    /// What it answers when the server asks for settings.
    pub settings: Value,
    /// What the server said about itself.
    pub capabilities: Value,
}

/// A folder with files.
pub fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    folder
}

/// Writes a file of a folder.
pub fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// The address of a file of a folder.
pub fn uri(folder: &Path, path: &str) -> String {
    let folder = folder.to_str().unwrap();
    if path.is_empty() { format!("file://{folder}") } else { format!("file://{folder}/{path}") }
}

/// A message with its header.
pub fn framed(message: &str) -> Vec<u8> {
    format!("Content-Length: {}\r\n\r\n{message}", message.len()).into_bytes()
}

/// What a usual editor can do, with what a test adds to it.
pub fn capabilities(more: &Value) -> Value {
    let mut capabilities = json!({
        "workspace": {
            "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create"] },
        },
        "textDocument": {
            "publishDiagnostics": {
                "relatedInformation": true,
                "tagSupport": { "valueSet": [1, 2] },
            },
            "completion": { "completionItem": { "snippetSupport": true, "documentationFormat": ["markdown"] } },
            "hover": { "contentFormat": ["markdown"] },
            "definition": { "linkSupport": true },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
            "signatureHelp": { "signatureInformation": { "parameterInformation": { "labelOffsetSupport": true } } },
        },
    });
    merge(&mut capabilities, more);
    capabilities
}

fn merge(into: &mut Value, more: &Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            for (key, value) in more {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, more) => *into = more.clone(),
    }
}

impl Client {
    /// A client whose server has heard nothing yet.
    pub fn silent(options: Options) -> Self {
        let (near, far) = duplex(64 * 1024);
        let (input, output) = split(far);
        let server = tokio::spawn(serve(input, output, options));
        let (input, output) = split(near);
        let (sender, incoming) = unbounded_channel();
        tokio::spawn(listen(input, sender));
        Self {
            output,
            incoming,
            server,
            last: 0,
            heard: Vec::new(),
            answers: Vec::new(),
            is_polite: true,
            settings: Value::Null,
            capabilities: Value::Null,
        }
    }

    /// A usual client that works in folders.
    pub async fn start(folders: &[&Path]) -> Self {
        Self::with(folders, &json!({}), &Value::Null).await
    }

    /// A client that can do more than usual, and begins with settings.
    pub async fn with(folders: &[&Path], more: &Value, settings: &Value) -> Self {
        let mut client = Self::silent(Options::default());
        client.begin(folders, more, settings).await;
        client
    }

    /// Begins the session.
    pub async fn begin(&mut self, folders: &[&Path], more: &Value, settings: &Value) {
        let folders: Vec<Value> =
            folders.iter().map(|path| json!({ "uri": uri(path, ""), "name": "x" })).collect();
        let params = json!({
            "processId": null,
            "rootUri": null,
            "capabilities": capabilities(more),
            "workspaceFolders": folders,
            "initializationOptions": settings,
        });
        let answer = self.request("initialize", params).await.unwrap();
        self.capabilities = answer["capabilities"].clone();
        self.notify("initialized", json!({})).await;
    }

    /// Sends bytes as they are.
    pub async fn send(&mut self, bytes: &[u8]) {
        self.output.write_all(bytes).await.unwrap();
    }

    async fn message(&mut self, message: Value) {
        self.send(&framed(&message.to_string())).await;
    }

    /// Tells the server something.
    pub async fn notify(&mut self, method: &str, params: Value) {
        self.message(json!({ "jsonrpc": "2.0", "method": method, "params": params })).await;
    }

    /// Asks the server without waiting; the number of the request.
    pub async fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.last += 1;
        let id = self.last;
        let mut message = json!({ "jsonrpc": "2.0", "id": id, "method": method });
        if !params.is_null() {
            message["params"] = params;
        }
        self.message(message).await;
        id
    }

    /// Asks the server: its result, or its error.
    pub async fn request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.ask(method, params).await;
        self.answer(&json!(id)).await
    }

    /// The answer to a request.
    pub async fn answer(&mut self, id: &Value) -> Result<Value, Value> {
        loop {
            if let Some(at) = self.answers.iter().position(|answer| answer["id"] == *id) {
                let answer = self.answers.remove(at);
                return match answer.get("error") {
                    Some(error) => Err(error.clone()),
                    None => Ok(answer["result"].clone()),
                };
            }
            assert!(self.hear(PATIENCE).await, "no answer to {id}; heard {:?}", self.heard);
        }
    }

    /// Takes in the next message; whether one has come in time.
    pub async fn hear(&mut self, patience: Duration) -> bool {
        let Ok(Some(message)) = timeout(patience, self.incoming.recv()).await else { return false };
        if message.get("method").is_none() {
            self.answers.push(message);
            return true;
        }
        if message.get("id").is_some() && self.is_polite {
            let result = match message["method"].as_str() {
                Some("workspace/configuration") => json!([self.settings]),
                _ => Value::Null,
            };
            let id = message["id"].clone();
            self.message(json!({ "jsonrpc": "2.0", "id": id, "result": result })).await;
        }
        self.heard.push(message);
        true
    }

    /// Waits until the server says something of its own accord that fits.
    pub async fn wait_for(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            if let Some(found) = self.heard.iter().find(|message| fits(message)) {
                return found.clone();
            }
            assert!(self.hear(PATIENCE).await, "it never came; heard {:?}", self.heard);
        }
    }

    /// Listens until nothing comes for a while.
    pub async fn settle(&mut self) {
        while self.hear(A_WHILE).await {}
    }

    /// Opens a document of the language with version 1.
    pub async fn open(&mut self, uri: &str, text: &str) {
        self.open_as(uri, "gate", text).await;
    }

    /// Opens a document in a language.
    pub async fn open_as(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document })).await;
    }

    /// Makes changes of a document.
    pub async fn change(&mut self, uri: &str, version: i32, changes: Value) {
        let document = json!({ "uri": uri, "version": version });
        let params = json!({ "textDocument": document, "contentChanges": changes });
        self.notify("textDocument/didChange", params).await;
    }

    /// Gives a document another text.
    pub async fn replace(&mut self, uri: &str, version: i32, text: &str) {
        self.change(uri, version, json!([{ "text": text }])).await;
    }

    /// Closes a document.
    pub async fn close(&mut self, uri: &str) {
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } })).await;
    }

    /// The diagnostics that are published for a version of a document.
    pub async fn diagnostics(&mut self, uri: &str, version: i32) -> Vec<Value> {
        let found = self.wait_for(|message| is_about(message, uri, Some(version))).await;
        found["params"]["diagnostics"].as_array().unwrap().clone()
    }

    /// Everything that was published about a document, in its order.
    pub fn published(&self, uri: &str) -> Vec<Value> {
        let about = self.heard.iter().filter(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
        });
        about.map(|message| message["params"].clone()).collect()
    }

    /// The codes that were published about a document last.
    pub fn last_codes(&self, uri: &str) -> Vec<String> {
        self.published(uri).last().map_or_else(Vec::new, |last| codes(&last["diagnostics"]))
    }

    /// Ends the session as the protocol wants.
    pub async fn quit(mut self) -> End {
        self.request("shutdown", Value::Null).await.unwrap();
        self.notify("exit", Value::Null).await;
        self.end().await
    }

    /// How the session ends; the input stays open.
    pub async fn end(self) -> End {
        timeout(PATIENCE, self.server).await.expect("the server ends").unwrap()
    }

    /// How the session ends after the input has been closed.
    pub async fn hang_up(mut self) -> End {
        self.output.shutdown().await.unwrap();
        let Self { server, incoming, output, .. } = self;
        let end = timeout(PATIENCE, server).await.expect("the server ends").unwrap();
        drop((incoming, output));
        end
    }
}

/// Whether a message publishes diagnostics of a document.
pub fn is_about(message: &Value, uri: &str, version: Option<i32>) -> bool {
    let params = &message["params"];
    message["method"] == "textDocument/publishDiagnostics"
        && params["uri"] == uri
        && version.is_none_or(|version| params["version"] == version)
}

/// The codes of a list of diagnostics.
pub fn codes(diagnostics: &Value) -> Vec<String> {
    let all = diagnostics.as_array().unwrap().iter();
    all.map(|found| found["code"].as_str().unwrap().to_owned()).collect()
}

async fn listen(
    mut input: ReadHalf<DuplexStream>,
    sender: tokio::sync::mpsc::UnboundedSender<Value>,
) {
    let mut bytes = Vec::new();
    loop {
        while let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let header = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let length: usize = header.strip_prefix("Content-Length: ").unwrap().parse().unwrap();
            if bytes.len() < end + 4 + length {
                break;
            }
            let message = serde_json::from_slice(&bytes[end + 4..end + 4 + length]).unwrap();
            bytes.drain(..end + 4 + length);
            let _ = sender.send(message);
        }
        if input.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return;
        }
    }
}
