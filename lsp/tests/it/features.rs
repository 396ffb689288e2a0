//! Every question of the protocol, asked about a file with CRLF, with strange characters above and in front, and with a broken
//! statement, in both encodings: whatever is answered lies where it belongs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::client::{Client, TOOLS, folder, uri};

/// The policy that is asked about; `args.stage` stands behind characters of several bytes and units.
const POLICY: &str = "# \u{1f600} \u{4e2d}\u{6587} \u{e9}\ndefault deny\nmanifest \"tools.json\"\ninclude \"shared.gate\"\n\n\
group pages = get_page, list_pages\nallow @pages\nallow   update_page 5/minute\n\
deny update_page when args.title == \"\u{1f600}\u{4e2d}\" and args.stage == \"Draft\" because \"\u{e9}\"\n\
approve delete_page\n    unless args.page_id == \"\u{1f600}\"   because \"x\"\ntool get_page {\n    deny when args.page_id == \"1\"\n}\n";
const SHARED: &str = "group writers = update_page\n";

/// What a question must come to.
enum Wanted {
    /// A place of the file with just these characters.
    Covers(&'static str),
    /// Some answer.
    Something,
}

use Wanted::{Covers, Something};

/// A question: its method, the place as characters of the policy behind whose first byte it is asked, more parameters, and what it
/// must come to.
type Question = (&'static str, &'static str, fn(&Place) -> Value, Wanted);

/// The questions, each with what its answer has to hold.
const QUESTIONS: [Question; 22] = [
    ("textDocument/hover", "update_page when", Place::here, Covers("update_page")),
    ("textDocument/completion", "stage ==", Place::here, Something),
    ("textDocument/signatureHelp", "5/minute", Place::here, Something),
    ("textDocument/definition", "pages\nallow   update", Place::here, Covers("pages")),
    ("textDocument/references", "pages = ", Place::referring, Covers("pages")),
    ("textDocument/documentHighlight", "pages = ", Place::here, Covers("pages")),
    ("textDocument/prepareRename", "pages = ", Place::here, Covers("pages")),
    ("textDocument/rename", "pages = ", Place::renaming, Covers("pages")),
    ("textDocument/linkedEditingRange", "pages = ", Place::here, Covers("pages")),
    ("textDocument/codeAction", "update_page when", Place::acting, Something),
    ("textDocument/inlayHint", "group", Place::whole, Something),
    ("textDocument/codeLens", "group", Place::file, Something),
    ("textDocument/formatting", "group", Place::formatting, Something),
    ("textDocument/rangeFormatting", "group", Place::formatting_all, Something),
    ("textDocument/onTypeFormatting", "\ndeny update_page", Place::typing, Something),
    ("textDocument/documentSymbol", "group", Place::file, Covers("pages")),
    ("textDocument/foldingRange", "group", Place::file, Something),
    ("textDocument/selectionRange", "stage ==", Place::selecting, Covers("args.stage")),
    ("textDocument/documentLink", "group", Place::file, Covers("shared.gate")),
    ("textDocument/semanticTokens/full", "group", Place::file, Something),
    ("textDocument/semanticTokens/range", "group", Place::whole, Something),
    ("textDocument/diagnostic", "group", Place::file, Something),
];

/// A place in a document, in the units of a client.
struct Place {
    uri: String,
    line: usize,
    character: usize,
    end: (usize, usize),
}

impl Place {
    fn file(&self) -> Value {
        json!({ "textDocument": { "uri": self.uri } })
    }

    fn with(&self, more: &[(&str, Value)]) -> Value {
        let mut params = self.file();
        for (key, value) in more {
            params[*key] = value.clone();
        }
        params
    }

    fn position(&self) -> Value {
        json!({ "line": self.line, "character": self.character })
    }

    fn all(&self) -> Value {
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": self.end.0, "character": self.end.1 } })
    }

    fn here(&self) -> Value {
        self.with(&[("position", self.position())])
    }

    fn referring(&self) -> Value {
        let context = json!({ "includeDeclaration": true });
        self.with(&[("position", self.position()), ("context", context)])
    }

    fn renaming(&self) -> Value {
        self.with(&[("position", self.position()), ("newName", json!("sheets"))])
    }

    fn acting(&self) -> Value {
        let context = json!({ "diagnostics": [] });
        self.with(&[("range", self.all()), ("context", context)])
    }

    fn whole(&self) -> Value {
        self.with(&[("range", self.all())])
    }

    fn formatting(&self) -> Value {
        self.with(&[("options", json!({ "tabSize": 4, "insertSpaces": true }))])
    }

    fn formatting_all(&self) -> Value {
        let options = json!({ "tabSize": 4, "insertSpaces": true });
        self.with(&[("options", options), ("range", self.all())])
    }

    fn typing(&self) -> Value {
        let options = json!({ "tabSize": 4, "insertSpaces": true });
        self.with(&[("options", options), ("position", self.position()), ("ch", json!("\n"))])
    }

    fn selecting(&self) -> Value {
        self.with(&[("positions", json!([self.position()]))])
    }
}

/// A text in the units of a client.
struct Text {
    lines: Vec<String>,
    is_utf8: bool,
}

impl Text {
    fn new(text: &str, is_utf8: bool) -> Self {
        let lines = text.split('\n').map(|line| line.trim_end_matches('\r').to_owned()).collect();
        Self { lines, is_utf8 }
    }

    fn units(&self, text: &str) -> usize {
        if self.is_utf8 { text.len() } else { text.encode_utf16().count() }
    }

    /// The place behind the first byte of some characters, which may begin with a line break.
    fn place(&self, uri: &str, characters: &str) -> Place {
        let text = self.lines.join("\n");
        let at = text.find(characters).expect(characters) + 1;
        let line = text[..at].matches('\n').count();
        let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
        let last = self.lines.len() - 1;
        Place {
            uri: uri.to_owned(),
            line,
            character: self.units(&text[start..at]),
            end: (last, self.units(&self.lines[last])),
        }
    }

    /// The byte in a line that a position means; it must mean one.
    fn byte(&self, position: &Value) -> Option<(usize, usize)> {
        let number = |key: &str| usize::try_from(position[key].as_u64()?).ok();
        let (line, character) = (number("line")?, number("character")?);
        let text = self.lines.get(line)?;
        let at = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        let found = at.into_iter().find(|at| self.units(&text[..*at]) == character);
        found.map(|at| (line, at))
    }

    /// The characters of a range; it must lie in the text, on the bounds of characters.
    fn characters(&self, range: &Value) -> String {
        let place = |key: &str| {
            self.byte(&range[key]).unwrap_or_else(|| panic!("{range} does not lie in the text"))
        };
        let (start, end) = (place("start"), place("end"));
        assert!(start <= end, "{range}");
        if start.0 == end.0 {
            return self.lines[start.0][start.1..end.1].to_owned();
        }
        let mut text = self.lines[start.0][start.1..].to_owned();
        for line in &self.lines[start.0 + 1..end.0] {
            text += &format!("\n{line}");
        }
        text + "\n" + &self.lines[end.0][..end.1]
    }
}

/// Every range of an answer, with the characters in it; those of other files too, each of its own text.
fn ranges(answer: &Value, own: &str, texts: &BTreeMap<String, Text>, found: &mut Vec<String>) {
    match answer {
        Value::Array(items) => items.iter().for_each(|item| ranges(item, own, texts, found)),
        Value::Object(fields) => {
            let uri = fields.get("uri").or(fields.get("targetUri")).or(fields.get("textDocument"));
            let uri = uri.and_then(|uri| uri.as_str().or(uri["uri"].as_str()));
            let inner = uri.unwrap_or(own);
            if fields.contains_key("start") && fields.contains_key("end") {
                let text = texts.get(own).unwrap_or_else(|| panic!("{own} is no file of the test"));
                found.push(text.characters(answer));
                return;
            }
            if let (Some(line), Some(_)) = (fields.get("line"), fields.get("character")) {
                assert!(texts[own].byte(answer).is_some(), "{line} {answer}");
            }
            for (key, value) in fields {
                let own = if key == "originSelectionRange" { own } else { inner };
                // Changes in the plain form have the address as their key.
                let own = if texts.contains_key(key) { key } else { own };
                ranges(value, own, texts, found);
            }
        }
        _ => {}
    }
}

/// Semantic tokens lie in the text, one behind the other.
fn tokens(answer: &Value, text: &Text) {
    let Some(data) = answer["data"].as_array() else { return };
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let (mut line, mut character, mut end) = (0, 0, 0);
    for token in data.chunks(5) {
        let (down, right, length) = (number(&token[0]), number(&token[1]), number(&token[2]));
        line += down;
        character = if down > 0 { right } else { character + right };
        assert!(down > 0 || character >= end, "tokens overlap in line {line}");
        end = character + length;
        let range = json!({
            "start": { "line": line, "character": character },
            "end": { "line": line, "character": end },
        });
        assert!(!text.characters(&range).is_empty());
    }
}

/// The texts that the questions are asked about.
fn variants() -> [(&'static str, String); 4] {
    [
        ("plain", POLICY.to_owned()),
        ("CRLF", POLICY.replace('\n', "\r\n")),
        ("broken", format!("{POLICY}allow , \u{1f600} {{\nrate \"\u{4e2d}\n")),
        ("half-written", POLICY.replace("approve delete_page", "approve ,\ndeny when (args.")),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_lie_where_they_belong() {
    for unit in ["utf-8", "utf-16"] {
        for (name, text) in variants() {
            let folder = folder(&[("tools.json", TOOLS), ("shared.gate", SHARED)]);
            let at = |path: &str| uri(folder.path(), path);
            let more = json!({
                "general": { "positionEncodings": [unit] },
                "textDocument": { "diagnostic": {} },
            });
            let mut client = Client::with(&[folder.path()], &more, &Value::Null).await;
            let is_utf8 = unit == "utf-8";
            let own = at("agent.gate");
            let texts: BTreeMap<String, Text> = [
                (own.clone(), Text::new(&text, is_utf8)),
                (at("shared.gate"), Text::new(SHARED, is_utf8)),
                (at("tools.json"), Text::new(TOOLS, is_utf8)),
            ]
            .into();
            client.open(&own, &text).await;
            for (method, place, params, wanted) in &QUESTIONS {
                let params = params(&texts[&own].place(&own, place));
                let label = format!("{method} on the {name} file in {unit}");
                let answer = match client.request(method, params).await {
                    Ok(answer) => answer,
                    // A question may be refused with a reason.
                    Err(error) => {
                        assert_eq!(error["code"], -32803, "{label}: {error}");
                        Value::Null
                    }
                };
                let mut found = Vec::new();
                ranges(&answer, &own, &texts, &mut found);
                tokens(&answer, &texts[&own]);
                let is_empty = answer.is_null() || answer == json!([]);
                assert!(!is_empty || name != "plain", "{label}");
                if let (Covers(characters), "plain" | "CRLF") = (wanted, name) {
                    assert!(found.iter().any(|one| one == characters), "{label}: {found:?}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_about_what_is_no_policy_have_no_answer() {
    let mut client = Client::start(&[]).await;
    client.open_as("untitled:notes", "markdown", "x").await;
    for uri in ["untitled:notes", "file:///nowhere/at/all.txt", "odd+scheme:x?y#z", "mailto:a@b"] {
        for (method, _, params, _) in &QUESTIONS {
            if *method == "textDocument/diagnostic" {
                continue;
            }
            let place = Place { uri: uri.to_owned(), line: 3, character: 9, end: (7, 1) };
            let answer = client.request(method, params(&place)).await;
            assert_eq!(answer, Ok(Value::Null), "{method} {uri}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delta_of_tokens_makes_the_new_ones_of_the_old() {
    let mut client = Client::start(&[]).await;
    let uri = "untitled:a";
    client.open(uri, POLICY).await;
    let params = json!({ "textDocument": { "uri": uri } });
    let full = client.request("textDocument/semanticTokens/full", params.clone()).await.unwrap();
    let numbers = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (mut id, mut data) = (full["resultId"].clone(), numbers(&full["data"]));
    for (version, text) in
        [(2, POLICY.replace("pages", "sheets")), (3, String::new()), (4, POLICY.to_owned())]
    {
        client.replace(uri, version, &text).await;
        let mut asked = params.clone();
        asked["previousResultId"] = id.clone();
        let delta = client.request("textDocument/semanticTokens/full/delta", asked).await.unwrap();
        for edit in delta["edits"].as_array().unwrap() {
            let number = |key: &str| usize::try_from(edit[key].as_u64().unwrap()).unwrap();
            let (start, count) = (number("start"), number("deleteCount"));
            data.splice(start..start + count, numbers(&edit["data"]));
        }
        let full =
            client.request("textDocument/semanticTokens/full", params.clone()).await.unwrap();
        assert_eq!(data, numbers(&full["data"]), "version {version}");
        id = full["resultId"].clone();
    }
    // Tokens that are not known any more are sent whole.
    let mut asked = params.clone();
    asked["previousResultId"] = json!("long gone");
    let whole = client.request("textDocument/semanticTokens/full/delta", asked).await.unwrap();
    assert!(whole.get("data").is_some() && whole.get("edits").is_none(), "{whole}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_says_what_it_can_do() {
    let client = Client::start(&[]).await;
    for (method, _, _, _) in &QUESTIONS {
        let name = method.strip_prefix("textDocument/").unwrap();
        let provider = match name {
            "formatting" | "rangeFormatting" | "onTypeFormatting" => {
                let mut letters = name.chars();
                let first = letters.next().unwrap().to_ascii_uppercase();
                format!("document{first}{}Provider", letters.as_str())
            }
            "prepareRename" => "renameProvider".to_owned(),
            "semanticTokens/full" | "semanticTokens/range" => "semanticTokensProvider".to_owned(),
            // A client that does not ask for diagnostics is told them.
            "diagnostic" => continue,
            _ => format!("{name}Provider"),
        };
        let said = &client.capabilities[provider.as_str()];
        assert!(!said.is_null() && *said != json!(false), "{provider}");
    }
    assert_eq!(client.capabilities["positionEncoding"], "utf-16");
    assert_eq!(client.capabilities["textDocumentSync"]["change"], 2);
    assert_eq!(client.capabilities["workspaceSymbolProvider"], true);
    assert!(client.capabilities.get("diagnosticProvider").is_none());
    let operations = &client.capabilities["workspace"]["fileOperations"];
    assert!(operations.get("willRename").is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_work_on_what_is_typed() {
    let folder = folder(&[("tools.json", TOOLS), ("shared.gate", "group none = get_page\n")]);
    let at = |path: &str| uri(folder.path(), path);
    let mut client = Client::start(&[folder.path()]).await;
    client.open(&at("agent.gate"), "default deny\ninclude \"shared.gate\"\nallow @writers\n").await;
    client.open(&at("shared.gate"), SHARED).await;
    let run =
        |command: &str, uri: String| json!({ "command": command, "arguments": [{ "uri": uri }] });
    let command = "workspace/executeCommand";
    let answer =
        client.request(command, run("gatewright.server.compile", at("agent.gate"))).await.unwrap();
    let compiled: Value = serde_json::from_str(answer["text"].as_str().unwrap()).unwrap();
    assert!(compiled.to_string().contains("update_page"), "{compiled}");
    assert_eq!(answer["errors"], json!([]));
    client.replace(&at("shared.gate"), 2, "group writers = \n").await;
    let answer =
        client.request(command, run("gatewright.server.compile", at("agent.gate"))).await.unwrap();
    assert_eq!(answer["text"], Value::Null);
    let first = answer["errors"][0].as_str().unwrap();
    assert!(first.starts_with("shared.gate:1:"), "{first}");
    let answer =
        client.request(command, run("gatewright.server.classify", at("tools.json"))).await.unwrap();
    let table = answer["text"].as_str().unwrap();
    assert!(table.lines().nth(1).unwrap().contains("delete_page"), "{table}");
    let missing = client.request(command, run("gatewright.server.compile", at("none.gate"))).await;
    assert!(missing.unwrap_err()["message"].as_str().unwrap().ends_with("no such file"));
    for wrong in [json!([]), json!([1]), json!([{ "url": "x" }])] {
        let params = json!({ "command": "gatewright.server.compile", "arguments": wrong });
        assert_eq!(client.request(command, params).await.unwrap_err()["code"], -32602);
    }
    let unknown = client.request(command, json!({ "command": "test.panic" })).await;
    assert_eq!(unknown.unwrap_err()["code"], -32602);
}
