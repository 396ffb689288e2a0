//! An hour of edits, as fast as they can be sent, leaves nothing behind.

use serde_json::{Value, json};

use crate::binary::Program;
use crate::client::{TOOLS, folder, uri};

/// A minute of somebody who never stops: typing, looking things up, opening files and closing them.
fn work(program: &mut Program, folder: &std::path::Path, minute: i64) {
    let own = uri(folder, "a.gate");
    let document = |version: i64| json!({ "uri": own, "version": version });
    for second in 0..100 {
        let version = minute * 100 + second + 2;
        let text = format!("tool_{version} ");
        let line = second % 20 + 2;
        let at = json!({ "line": line, "character": 6 });
        let end =
            json!({ "line": line, "character": 6 + if version > 21 { text.len() } else { 0 } });
        let changes = json!([{ "range": { "start": at, "end": end }, "text": text }]);
        program.notify(
            "textDocument/didChange",
            json!({ "textDocument": document(version), "contentChanges": changes }),
        );
    }
    let other = uri(folder, &format!("other{}.gate", minute));
    let opened = json!({ "uri": other, "languageId": "gate", "version": 1, "text": "alow x\n" });
    program.notify("textDocument/didOpen", json!({ "textDocument": opened }));
    let about = |uri: &str| json!({ "textDocument": { "uri": uri } });
    for uri in [&own, &other] {
        program.request(minute, "textDocument/semanticTokens/full", about(uri));
        let mut hover = about(uri);
        hover["position"] = json!({ "line": 3, "character": 7 });
        program.request(minute, "textDocument/hover", hover.clone());
        program.request(minute, "textDocument/completion", hover);
    }
    program.notify("textDocument/didClose", about(&other));
    program.request(minute, "textDocument/documentSymbol", about(&own));
}

#[cfg(target_os = "linux")]
fn resident(program: &Program) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", program.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow() {
    let folder = folder(&[("tools.json", TOOLS)]);
    let mut program = Program::start();
    program.begin(folder.path());
    let body = "allow get_page\n".repeat(40);
    let text = format!("default deny\nmanifest \"tools.json\"\n{body}");
    let opened = json!({ "uri": uri(folder.path(), "a.gate"), "languageId": "gate", "version": 1, "text": text });
    program.notify("textDocument/didOpen", json!({ "textDocument": opened }));
    for minute in 0..20 {
        work(&mut program, folder.path(), minute);
    }
    let before = resident(&program);
    for minute in 20..220 {
        work(&mut program, folder.path(), minute);
    }
    let after = resident(&program);
    assert!(after < before + before / 4 + 4096, "{before} KiB, then {after} KiB");
    program.notify("exit", Value::Null);
    assert_eq!(program.code(), 1);
}
