//! Edits as fast as they can be sent: they end in the right text, and no result is shown that is not of the text it says.

use serde_json::{Value, json};

use crate::client::{Client, codes, folder, uri, write};
use crate::program::check;

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// A text as an editor holds it: lines of units.
struct Buffer {
    lines: Vec<Vec<u16>>,
}

impl Buffer {
    fn of(text: &str) -> Self {
        Self { lines: text.split('\n').map(|line| line.encode_utf16().collect()).collect() }
    }

    fn text(&self) -> String {
        let lines: Vec<String> =
            self.lines.iter().map(|line| String::from_utf16(line).unwrap()).collect();
        lines.join("\n")
    }

    /// Replaces a part of a line, or joins two lines, with some words; the change for the server.
    fn edit(&mut self, random: &mut Random) -> Value {
        const WORDS: [&str; 9] =
            ["x", " ", "allow ", "get_page", "\u{1f600}", "\u{4e2d}", "\n", "# \u{e9}\n", ""];
        let line = random.below(self.lines.len());
        let start = self.boundary(line, random);
        let (last, end) = if random.below(8) == 0 && line + 1 < self.lines.len() {
            (line + 1, self.boundary(line + 1, random).min(3))
        } else {
            (line, self.boundary(line, random).max(start).min(start + 4))
        };
        let end = if self.splits(last, end) { end + 1 } else { end };
        let words = WORDS[random.below(WORDS.len())];
        let mut made = self.lines[line][..start].to_vec();
        made.extend(words.encode_utf16());
        made.extend(&self.lines[last][end..]);
        let made: Vec<Vec<u16>> = made.split(|unit| *unit == 10).map(<[u16]>::to_vec).collect();
        self.lines.splice(line..=last, made);
        json!({
            "range": {
                "start": { "line": line, "character": start },
                "end": { "line": last, "character": end },
            },
            "text": words,
        })
    }

    fn boundary(&self, line: usize, random: &mut Random) -> usize {
        let at = random.below(self.lines[line].len() + 1);
        if self.splits(line, at) { at - 1 } else { at }
    }

    fn splits(&self, line: usize, at: usize) -> bool {
        self.lines[line].get(at).is_some_and(|unit| (0xdc00..0xe000).contains(unit))
    }
}

/// Sends edits, each as soon as the one before is sent, and listens meanwhile.
async fn hammer(edits: i32, lines: usize) {
    let folder = folder(&[("tools.json", crate::client::TOOLS)]);
    let uri = uri(folder.path(), "a.gate");
    let body = "allow get_page # \u{1f600}\n".repeat(lines);
    let text = format!("default deny\nmanifest \"tools.json\"\n{body}");
    let mut buffer = Buffer::of(&text);
    let mut random = Random(7);
    let mut client = Client::start(&[folder.path()]).await;
    client.open(&uri, &text).await;
    for version in 2..=edits + 1 {
        let change = buffer.edit(&mut random);
        client.change(&uri, version, json!([change])).await;
    }
    let last = client.diagnostics(&uri, edits + 1).await;
    client.settle().await;
    let published = client.published(&uri);
    let versions: Vec<i64> = published.iter().map(|one| one["version"].as_i64().unwrap()).collect();
    assert!(versions.is_sorted(), "{versions:?}");
    assert_eq!(versions.last(), Some(&i64::from(edits + 1)));
    // What is said last is what the program says of the same text.
    write(folder.path(), "a.gate", &buffer.text());
    let expected = check(folder.path(), &["."]);
    assert_eq!(codes(&json!(last)), codes(&json!(expected)));
    assert_eq!(client.last_codes(&uri), codes(&json!(expected)));
    let spots =
        |list: &[Value]| -> Vec<Value> { list.iter().map(|one| one["message"].clone()).collect() };
    for (said, expected) in spots(&last).iter().zip(spots(&expected)) {
        assert!(said.as_str().unwrap().starts_with(expected.as_str().unwrap()), "{said}");
    }
    assert!(!expected.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_thousand_edits_end_in_the_right_text_and_the_right_diagnostics() {
    hammer(3000, 20).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_they_do_in_a_longer_text() {
    hammer(300, 2000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_of_the_text_that_stood_when_the_question_came() {
    let mut client = Client::start(&[]).await;
    let uri = "untitled:a";
    client.open(uri, "").await;
    let compile = |uri: &str| json!({ "command": "gatewright.server.compile", "arguments": [{ "uri": uri }] });
    let mut asked = Vec::new();
    for version in 2..60 {
        client.replace(uri, version, &format!("default deny\nallow tool_{version}\n")).await;
        asked.push((version, client.ask("workspace/executeCommand", compile(uri)).await));
    }
    for (version, id) in asked {
        let answer = client.answer(&json!(id)).await.unwrap();
        let text = answer["text"].as_str().unwrap();
        assert!(text.contains(&format!("\"tool_{version}\"")), "{version}: {text}");
    }
}
