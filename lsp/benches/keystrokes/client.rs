//! A client that talks to a server as an editor does, and waits for its answers.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A server that is running.
pub struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    requests: i64,
}

/// A document that a server has open.
pub struct Document {
    /// Its address.
    pub uri: String,
    /// The number of its last version.
    pub version: i64,
}

impl Server {
    /// Starts a server in a folder and opens a document; says how long it took until its first findings came.
    pub fn open(
        command: &[String],
        folder: &Path,
        name: &str,
        language: &str,
    ) -> (Self, Document, Duration) {
        let text = std::fs::read_to_string(folder.join(name)).expect("the document can be read");
        let start = Instant::now();
        let (program, arguments) = command.split_first().expect("a command has a program");
        let mut child = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let input = child.stdin.take().expect("it was asked for");
        let output = BufReader::new(child.stdout.take().expect("it was asked for"));
        let mut server = Self { child, input, output, requests: 0 };
        let root = format!("file://{}", folder.display());
        server.request("initialize", &json!({
            "processId": null,
            "rootUri": root,
            "workspaceFolders": [{"uri": root, "name": "bench"}],
            "capabilities": {
                "general": {"positionEncodings": ["utf-8", "utf-16"]},
                "textDocument": {"publishDiagnostics": {"versionSupport": true}, "hover": {"contentFormat": ["markdown"]}},
            },
        }));
        server.notify("initialized", &json!({}));
        let document = Document { uri: format!("{root}/{name}"), version: 1 };
        server.notify("textDocument/didOpen", &json!({
            "textDocument": {"uri": document.uri, "languageId": language, "version": 1, "text": text},
        }));
        server.findings(&document);
        (server, document, start.elapsed())
    }

    /// Replaces a part of one line; says how long it took until the findings of the new version came, and how many there are.
    pub fn edit(
        &mut self,
        document: &mut Document,
        line: usize,
        columns: std::ops::Range<usize>,
        text: &str,
    ) -> (Duration, usize) {
        document.version += 1;
        let change = json!({
            "textDocument": {"uri": document.uri, "version": document.version},
            "contentChanges": [{
                "range": {
                    "start": {"line": line, "character": columns.start},
                    "end": {"line": line, "character": columns.end},
                },
                "text": text,
            }],
        });
        let start = Instant::now();
        self.notify("textDocument/didChange", &change);
        let count = self.findings(document);
        (start.elapsed(), count)
    }

    /// Asks something; says how long the answer took.
    pub fn ask(&mut self, method: &str, parameters: &Value) -> (Duration, Value) {
        let start = Instant::now();
        let answer = self.request(method, parameters);
        (start.elapsed(), answer)
    }

    /// The most memory that the server has had, in kilobytes.
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }

    /// Ends the server.
    pub fn close(mut self) {
        self.request("shutdown", &Value::Null);
        self.notify("exit", &Value::Null);
        self.child.wait().expect("the server ends");
    }

    fn request(&mut self, method: &str, parameters: &Value) -> Value {
        self.requests += 1;
        let id = self.requests;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": parameters}));
        loop {
            let message = self.receive();
            if message["id"] == id && message.get("method").is_none() {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].clone();
            }
            self.answer(&message);
        }
    }

    /// Waits for the findings of the document's last version.
    fn findings(&mut self, document: &Document) -> usize {
        loop {
            let message = self.receive();
            let parameters = &message["params"];
            if message["method"] == "textDocument/publishDiagnostics"
                && parameters["uri"] == document.uri.as_str()
                && parameters["version"] == document.version
            {
                return parameters["diagnostics"].as_array().map_or(0, Vec::len);
            }
            self.answer(&message);
        }
    }

    /// Answers what the server asks of its client.
    fn answer(&mut self, message: &Value) {
        if message.get("method").is_some() && message.get("id").is_some() {
            let result = if message["method"] == "workspace/configuration" {
                json!([{}])
            } else {
                Value::Null
            };
            self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": result}));
        }
    }

    fn notify(&mut self, method: &str, parameters: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": parameters}));
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let frame = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        self.input.write_all(frame.as_bytes()).expect("the server reads");
        self.input.flush().expect("the server reads");
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            let read = self.output.read_line(&mut line).expect("the server writes");
            assert!(read > 0, "the server has ended");
            if line == "\r\n" {
                break;
            }
            if let Some(number) = line.strip_prefix("Content-Length: ") {
                length = number.trim().parse().expect("a number");
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("the server writes");
        serde_json::from_slice(&body).expect("the server writes JSON")
    }
}
