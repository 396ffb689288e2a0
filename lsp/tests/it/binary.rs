//! The program itself, over its standard input and output.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{folder, framed, uri};

/// The program, started.
pub struct Program {
    process: Child,
    output: BufReader<ChildStdout>,
}

impl Program {
    pub fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_gatewright-lsp"))
            .arg("--stdio")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self { process, output }
    }

    fn send(&mut self, message: &Value) {
        self.send_bytes(&framed(&message.to_string()));
    }

    fn send_bytes(&mut self, bytes: &[u8]) {
        self.process.stdin.as_mut().unwrap().write_all(bytes).unwrap();
    }

    /// Tells the server something.
    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Asks the server, and reads what it says up to the answer.
    pub fn request(&mut self, id: i64, method: &str, params: Value) -> Value {
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.receive();
            if message.get("method").is_none() {
                assert_eq!(message["id"], id);
                return message["result"].clone();
            }
        }
    }

    /// The number of the process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    fn receive(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let length: usize = line.trim().strip_prefix("Content-Length: ").unwrap().parse().unwrap();
        self.output.read_line(&mut line).unwrap();
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    pub fn begin(&mut self, folder: &std::path::Path) {
        let folders = json!([{ "uri": uri(folder, ""), "name": "x" }]);
        let params = json!({ "capabilities": {}, "workspaceFolders": folders });
        self.send(&json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params }));
        assert_eq!(self.receive()["result"]["serverInfo"]["name"], "gatewright-lsp");
        self.send(&json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }));
    }

    /// The exit code; the input stays open.
    pub fn code(mut self) -> i32 {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status.code().unwrap();
            }
            if begun.elapsed() > Duration::from_secs(30) {
                self.process.kill().unwrap();
                panic!("the program does not end");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn a_session_from_start_to_end() {
    let folder = folder(&[]);
    let mut program = Program::start();
    program.begin(folder.path());
    let document = json!({ "uri": uri(folder.path(), "a.gate"), "languageId": "gate", "version": 7, "text": "alow x\n" });
    let params = json!({ "textDocument": document });
    program.send(&json!({ "jsonrpc": "2.0", "method": "textDocument/didOpen", "params": params }));
    let published = program.receive();
    assert_eq!(published["method"], "textDocument/publishDiagnostics");
    assert_eq!(published["params"]["version"], 7);
    assert_eq!(published["params"]["diagnostics"][0]["code"], "unknown-statement");
    program.send_bytes(b"\x00\xff garbage \r\n\r\n{}");
    program.send(&json!({ "jsonrpc": "2.0", "id": 2, "method": "shutdown" }));
    assert_eq!(program.receive()["error"]["code"], -32700);
    assert_eq!(program.receive(), json!({ "jsonrpc": "2.0", "id": 2, "result": null }));
    program.send(&json!({ "jsonrpc": "2.0", "method": "exit" }));
    assert_eq!(program.code(), 0);
}

#[test]
fn leaving_without_a_word_is_an_error() {
    let folder = folder(&[]);
    let mut program = Program::start();
    program.begin(folder.path());
    program.send(&json!({ "jsonrpc": "2.0", "method": "exit" }));
    assert_eq!(program.code(), 1);

    let mut program = Program::start();
    program.begin(folder.path());
    drop(program.process.stdin.take());
    assert_eq!(program.code(), 1);
}

#[test]
fn the_program_says_what_it_is() {
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_gatewright-lsp"))
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    };
    let version = run(&["--version"]);
    let expected = concat!("gatewright-lsp ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(String::from_utf8(version.stdout).unwrap(), expected);
    let help = run(&["--help"]);
    assert!(String::from_utf8(help.stdout).unwrap().contains("--stdio"));
    let wrong = run(&["--socket=1"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(wrong.stdout.is_empty() && !wrong.stderr.is_empty());
    // Nothing on standard input is the end of a session that never began.
    assert_eq!(run(&["--stdio"]).status.code(), Some(1));
}
