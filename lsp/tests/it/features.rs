//! Every question of the protocol with the answer that it has to have, in both encodings: on a file with strange characters above
//! and in front of the place, on the same one with CRLF, between broken statements, and where the statement that is asked about is
//! itself half written.

mod changes;
mod language;
mod policy_json;
mod show;
mod texts;
mod typing;
mod whole;

use serde_json::{Value, json};
use tempfile::TempDir;

use self::show::Show;
use self::texts::{MARK, Place, Text, Texts};
use crate::client::{Client, folder, uri};

/// A question and its answer.
struct Question {
    method: &'static str,
    /// Characters of the text with the mark among them: the place that it is asked about.
    at: &'static str,
    params: fn(&Place) -> Value,
    show: Show,
    /// The lines of the answer.
    wanted: &'static str,
    /// The same where the file has broken statements elsewhere, if that is something else.
    broken: Option<&'static str>,
    half: Option<Half>,
}

/// A statement as it stands while it is written.
struct Half {
    whole: &'static str,
    /// What stands instead, with the mark.
    half: &'static str,
    /// The lines of the answer, if they are others.
    wanted: Option<&'static str>,
}

impl Question {
    const fn new(
        method: &'static str,
        at: &'static str,
        (params, show): (fn(&Place) -> Value, Show),
        wanted: &'static str,
    ) -> Self {
        Self { method, at, params, show, wanted, broken: None, half: None }
    }

    /// The answer is the same while a statement is half written.
    const fn half(mut self, whole: &'static str, half: &'static str) -> Self {
        self.half = Some(Half { whole, half, wanted: None });
        self
    }

    /// The answer is another one while a statement is half written.
    const fn half_as(
        mut self,
        whole: &'static str,
        half: &'static str,
        wanted: &'static str,
    ) -> Self {
        self.half = Some(Half { whole, half, wanted: Some(wanted) });
        self
    }

    /// The answer is another one where statements elsewhere are broken.
    const fn broken_as(mut self, wanted: &'static str) -> Self {
        self.broken = Some(wanted);
        self
    }

    fn wanted(&self, variant: Variant) -> Vec<&'static str> {
        let other = match variant {
            Variant::Broken => self.broken,
            Variant::Half => self.half.as_ref().and_then(|half| half.wanted),
            Variant::Plain | Variant::Crlf => None,
        };
        let lines = other.unwrap_or(self.wanted).lines().map(str::trim);
        lines.filter(|line| !line.is_empty()).collect()
    }
}

/// A document to ask about, with the files beside it.
struct Subject {
    name: &'static str,
    language: &'static str,
    text: &'static str,
    files: &'static [(&'static str, &'static str)],
    /// What the first line becomes, and what follows the last, in the broken variant; both are of no matter to the answers.
    broken: Option<(&'static str, &'static str)>,
}

/// One way in which a document is asked about.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Variant {
    Plain,
    Crlf,
    Broken,
    Half,
}

impl Subject {
    /// The text in a variant and the offset of the place in it; `None` if the question is not asked in it.
    fn variant(&self, variant: Variant, question: &Question) -> Option<(String, usize)> {
        let place = |text: &str, at: &str| {
            let inner = at.replace(MARK, "");
            assert_eq!(text.matches(&inner).count(), 1, "{inner:?} is one place");
            text.find(&inner).unwrap() + at.find(MARK).expect("the place has a mark")
        };
        match variant {
            Variant::Plain => Some((self.text.to_owned(), place(self.text, question.at))),
            Variant::Crlf => {
                let text = self.text.replace('\n', "\r\n");
                let at = place(&text, &question.at.replace('\n', "\r\n"));
                Some((text, at))
            }
            Variant::Broken => {
                let (first, last) = self.broken?;
                let (_, rest) = self.text.split_once('\n').unwrap();
                let text = format!("{first}\n{rest}{last}");
                let at = place(&text, question.at);
                Some((text, at))
            }
            Variant::Half => {
                let Half { whole, half, .. } = question.half.as_ref()?;
                assert_eq!(self.text.matches(whole).count(), 1, "{whole:?} is one statement");
                let text = self.text.replace(whole, &half.replace(MARK, ""));
                let at = self.text.find(whole).unwrap() + half.find(MARK).expect("it has a mark");
                Some((text, at))
            }
        }
    }

    /// Whether a line of an answer is about the statements that are broken in that variant.
    fn is_of_no_matter(&self, line: &str) -> bool {
        let number: String = line.chars().take_while(char::is_ascii_digit).collect();
        let number: Option<usize> = number.parse().ok();
        number.is_some_and(|number| number == 1 || number > self.text.lines().count())
    }

    /// Asks the questions in all variants, and says which answers are others.
    async fn ask(&self, questions: &[Question]) {
        let mut wrong = Vec::new();
        for unit in ["utf-8", "utf-16"] {
            for variant in [Variant::Plain, Variant::Crlf, Variant::Broken, Variant::Half] {
                let mut session = Session::new(self, unit).await;
                for question in questions {
                    let Some((text, at)) = self.variant(variant, question) else { continue };
                    let label = format!("{} in {variant:?} in {unit}", question.method);
                    let mut lines = session.answer(question, &text, at, &label).await;
                    let mut wanted = question.wanted(variant);
                    if variant == Variant::Broken {
                        lines.retain(|line| !self.is_of_no_matter(line));
                        wanted.retain(|line| !self.is_of_no_matter(line));
                    }
                    if lines != wanted {
                        let (found, wanted) = (lines.join("\n    "), wanted.join("\n    "));
                        wrong.push(format!("{label}: found\n    {found}\nwanted\n    {wanted}"));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// The tools of a server whose names are strange too.
const TOOLS: &str = r#"{"tools": [
  {"name": "get_page", "description": "Gets a page.", "annotations": {"readOnlyHint": true}, "inputSchema": {"type": "object", "properties": {"page_id": {"type": "string"}}}},
  {"name": "list_pages", "description": "Lists pages.", "inputSchema": {"type": "object", "properties": {"limit": {"type": "integer"}}}},
  {"name": "update_page", "description": "Updates a page.", "inputSchema": {"type": "object", "properties": {"page_id": {"type": "string"}, "title": {"type": "string"}, "stage": {"type": "string", "enum": ["Draft", "Staging", "Production"]}}}},
  {"name": "delete_page", "description": "Deletes a page for good.", "annotations": {"destructiveHint": true}, "inputSchema": {"type": "object", "properties": {"page_id": {"type": "string"}, "force": {"type": "boolean"}}}},
  {"name": "\ud83d\ude00", "annotations": {"readOnlyHint": true}},
  {"name": "\ud83d\ude00\u4e2d", "annotations": {"readOnlyHint": true}},
  {"name": "\u4e2d", "annotations": {"readOnlyHint": true}}
]}
"#;

/// A client that works in the folder of a subject.
struct Session<'s> {
    subject: &'s Subject,
    client: Client,
    folder: TempDir,
    is_utf8: bool,
    /// How many documents were opened.
    version: usize,
}

impl<'s> Session<'s> {
    async fn new(subject: &'s Subject, unit: &str) -> Self {
        let folder = folder(subject.files);
        let more = json!({
            "general": { "positionEncodings": [unit] },
            "textDocument": { "diagnostic": {} },
        });
        let client = Client::with(&[folder.path()], &more, &Value::Null).await;
        Self { subject, client, folder, is_utf8: unit == "utf-8", version: 0 }
    }

    fn texts(&self, text: &str) -> Texts {
        let own = uri(self.folder.path(), self.subject.name);
        let files = self.subject.files.iter();
        let mut all: std::collections::BTreeMap<String, Text> = files
            .map(|(name, text)| {
                let address = uri(self.folder.path(), &name.replace('\u{4e2d}', "%E4%B8%AD"));
                (address, Text::new(name, text, self.is_utf8))
            })
            .collect();
        all.insert(own.clone(), Text::new(self.subject.name, text, self.is_utf8));
        let legend = self.client.capabilities["semanticTokensProvider"]["legend"].clone();
        Texts { own, all, legend }
    }

    /// The lines of the answer to a question about a text, which is opened for it.
    async fn answer(
        &mut self,
        question: &Question,
        text: &str,
        at: usize,
        label: &str,
    ) -> Vec<String> {
        let texts = self.texts(text);
        self.version += 1;
        self.client.open_as(&texts.own, self.subject.language, text).await;
        let params = (question.params)(&texts.own().place(&texts.own, at));
        let answer = self.client.request(question.method, params).await;
        self.client.close(&texts.own).await;
        match answer {
            Ok(Value::Null) => vec!["nothing".to_owned()],
            Ok(Value::Array(all)) if all.is_empty() => vec!["nothing".to_owned()],
            Ok(answer) => {
                let lines = (question.show)(&texts, &answer);
                lines.iter().map(|line| line.trim().to_owned()).collect()
            }
            Err(error) => vec![format!("{}", error["message"].as_str().expect(label))],
        }
    }
}

/// All questions about a policy of the language.
fn questions() -> impl Iterator<Item = &'static Question> {
    let typing = typing::QUESTIONS.iter().chain(typing::CHANGING);
    language::QUESTIONS.iter().chain(typing).chain(whole::QUESTIONS)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_about_what_is_no_policy_have_no_answer() {
    let mut client = Client::start(&[]).await;
    client.open_as("untitled:notes", "markdown", "x").await;
    for uri in ["untitled:notes", "file:///nowhere/at/all.txt", "odd+scheme:x?y#z", "mailto:a@b"] {
        for Question { method, params, .. } in questions() {
            if *method == "textDocument/diagnostic" || method.starts_with("workspace/") {
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
    let (uri, text) = ("untitled:a", language::POLICY.text);
    client.open(uri, text).await;
    let params = json!({ "textDocument": { "uri": uri } });
    let full = client.request("textDocument/semanticTokens/full", params.clone()).await.unwrap();
    let numbers = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (mut id, mut data) = (full["resultId"].clone(), numbers(&full["data"]));
    for (version, text) in
        [(2, text.replace("pages", "sheets")), (3, String::new()), (4, text.to_owned())]
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
    for Question { method, .. } in questions() {
        let Some(name) = method.strip_prefix("textDocument/") else { continue };
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
    client.open(&at("shared.gate"), "group writers = update_page\n").await;
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
    let errors = ["agent.gate:2:", "shared.gate:1:"];
    for (at, place) in errors.iter().enumerate() {
        let error = answer["errors"][at].as_str().unwrap();
        assert!(error.starts_with(place), "{error}");
    }
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
