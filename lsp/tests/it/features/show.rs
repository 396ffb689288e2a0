//! Answers as lines that do not depend on units, line breaks and folders: `LINE` or `LINE..LINE`, counted from 1, and the
//! characters that a range holds, between `«»` if they lie on one line.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::texts::{Text, Texts};

/// Turns an answer into lines.
pub type Show = fn(&Texts, &Value) -> Vec<String>;

fn list(answer: &Value) -> &[Value] {
    answer.as_array().unwrap_or_else(|| panic!("{answer} is no list"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// The lines of a range and its characters.
pub fn range(text: &Text, range: &Value) -> String {
    let (start, end) = (text.at(&range["start"]).0 + 1, text.at(&range["end"]).0 + 1);
    let characters = text.characters(range);
    if start == end { format!("{start} «{characters}»") } else { format!("{start}..{end}") }
}

/// The same with the name of the file in front, if it is another one.
fn place(texts: &Texts, uri: &Value, at: &Value) -> String {
    let file = texts.of(uri);
    let own = range(file, at);
    if uri == &json!(texts.own) { own } else { format!("{} {own}", file.name) }
}

/// The line of a position, with `|` there.
fn position(text: &Text, position: &Value) -> String {
    let (line, at) = text.at(position);
    let (before, after) = text.line(line).split_at(at);
    format!("{} {before}|{after}", line + 1)
}

pub fn hover(texts: &Texts, answer: &Value) -> Vec<String> {
    assert_eq!(answer["contents"]["kind"], "markdown");
    let lines = text(&answer["contents"]["value"]).lines().filter(|line| !line.trim().is_empty());
    let own = range(texts.own(), &answer["range"]);
    [own].into_iter().chain(lines.map(str::to_owned)).collect()
}

/// What is offered: the first offers with what they replace.
pub fn completion(texts: &Texts, answer: &Value) -> Vec<String> {
    let offer = |item: &Value| {
        let edit = &item["textEdit"];
        let replaced = range(texts.own(), &edit["range"]);
        let detail = item["detail"].as_str().unwrap_or("");
        format!("{replaced} -> {} [{}] {detail}", text(&edit["newText"]), text(&item["label"]))
    };
    let mut items: Vec<&Value> = list(&answer["items"]).iter().collect();
    items.sort_by_key(|item| text(&item["sortText"]));
    items.into_iter().take(4).map(offer).collect()
}

pub fn signature(_: &Texts, answer: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for (number, one) in list(&answer["signatures"]).iter().enumerate() {
        let label = text(&one["label"]);
        let active = (number == 0).then(|| answer["activeParameter"].as_u64()).flatten();
        let part = active.map(|active| &one["parameters"][usize::try_from(active).unwrap()]);
        let bounds = part.map(|part| [0, 1].map(|at| part["label"][at].as_u64().unwrap()));
        let marked = bounds.map(|bounds| {
            // Places within labels are counted in units of UTF-16, whatever was agreed on for texts.
            let units: Vec<u16> = label.encode_utf16().collect();
            let [start, end] = bounds.map(|bound| usize::try_from(bound).unwrap());
            let part = |units: &[u16]| String::from_utf16(units).unwrap();
            let [before, part, after] =
                [&units[..start], &units[start..end], &units[end..]].map(part);
            format!("{before}«{part}»{after}")
        });
        lines.push(marked.unwrap_or_else(|| label.to_owned()));
    }
    lines
}

pub fn definition(texts: &Texts, answer: &Value) -> Vec<String> {
    let link = |link: &Value| {
        let uri = &link["targetUri"];
        let origin = range(texts.own(), &link["originSelectionRange"]);
        let selection = place(texts, uri, &link["targetSelectionRange"]);
        let target = texts.of(uri);
        // What is shown has to hold what is selected.
        let bounds = ["targetRange", "targetSelectionRange"]
            .map(|key| ["start", "end"].map(|end| target.offset(&link[key][end])));
        let [[start, end], [first, last]] = bounds;
        assert!(start <= first && last <= end, "{link}");
        format!("{origin} -> {selection}")
    };
    list(answer).iter().map(link).collect()
}

pub fn locations(texts: &Texts, answer: &Value) -> Vec<String> {
    let show = |location: &Value| place(texts, &location["uri"], &location["range"]);
    list(answer).iter().map(show).collect()
}

pub fn highlights(texts: &Texts, answer: &Value) -> Vec<String> {
    let show = |one: &Value| {
        let kind =
            ["", "text", "read", "write"][usize::try_from(one["kind"].as_u64().unwrap()).unwrap()];
        format!("{} {kind}", range(texts.own(), &one["range"]))
    };
    list(answer).iter().map(show).collect()
}

pub fn renamed(texts: &Texts, answer: &Value) -> Vec<String> {
    vec![format!("{} {}", range(texts.own(), &answer["range"]), text(&answer["placeholder"]))]
}

pub fn linked(texts: &Texts, answer: &Value) -> Vec<String> {
    list(&answer["ranges"]).iter().map(|one| range(texts.own(), one)).collect()
}

pub fn links(texts: &Texts, answer: &Value) -> Vec<String> {
    let show = |link: &Value| {
        format!("{} -> {}", range(texts.own(), &link["range"]), texts.of(&link["target"]).name)
    };
    list(answer).iter().map(show).collect()
}

pub fn hints(texts: &Texts, answer: &Value) -> Vec<String> {
    let show = |hint: &Value| {
        format!("{} {}", position(texts.own(), &hint["position"]), text(&hint["label"]))
    };
    list(answer).iter().map(show).collect()
}

pub fn lenses(texts: &Texts, answer: &Value) -> Vec<String> {
    let show = |lens: &Value| {
        let (line, _) = texts.own().at(&lens["range"]["start"]);
        format!("{} {}", line + 1, text(&lens["command"]["title"]))
    };
    list(answer).iter().map(show).collect()
}

pub fn folds(texts: &Texts, answer: &Value) -> Vec<String> {
    let show = |fold: &Value| {
        let place = |end: &str| {
            let at = json!({ "line": fold[format!("{end}Line")], "character": fold[format!("{end}Character")] });
            position(texts.own(), &at)
        };
        format!("{} .. {} {}", place("start"), place("end"), text(&fold["kind"]))
    };
    list(answer).iter().map(show).collect()
}

pub fn selections(texts: &Texts, answer: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    let mut next = &answer[0];
    while !next.is_null() {
        lines.push(range(texts.own(), &next["range"]));
        next = &next["parent"];
    }
    lines
}

pub fn symbols(texts: &Texts, answer: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for symbol in list(answer) {
        nested(texts, symbol, "", &mut lines);
    }
    lines
}

fn nested(texts: &Texts, symbol: &Value, depth: &str, lines: &mut Vec<String>) {
    let own = texts.own();
    let (start, end) = (own.at(&symbol["range"]["start"]), own.at(&symbol["range"]["end"]));
    let selection = range(own, &symbol["selectionRange"]);
    let (name, detail) = (text(&symbol["name"]), symbol["detail"].as_str().unwrap_or(""));
    let kind = &symbol["kind"];
    lines.push(format!(
        "{selection} of {}..{}: {depth}{name} ({kind}) {detail}",
        start.0 + 1,
        end.0 + 1
    ));
    for child in symbol["children"].as_array().into_iter().flatten() {
        nested(texts, child, &format!("{depth}> "), lines);
    }
}

pub fn found(texts: &Texts, answer: &Value) -> Vec<String> {
    let show = |symbol: &Value| {
        let location = &symbol["location"];
        let place = place(texts, &location["uri"], &location["range"]);
        format!("{place} {} ({})", text(&symbol["name"]), symbol["kind"])
    };
    list(answer).iter().map(show).collect()
}

/// Semantic tokens with the names of the legend; they lie in the text, one behind the other.
pub fn tokens(texts: &Texts, answer: &Value) -> Vec<String> {
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let (mut line, mut character, mut end) = (0, 0, 0);
    let mut lines: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for token in list(&answer["data"]).chunks(5) {
        let (down, right, length) = (number(&token[0]), number(&token[1]), number(&token[2]));
        line += down;
        character = if down > 0 { right } else { character + right };
        assert!(down > 0 || character >= end, "tokens overlap in line {line}");
        end = character + length;
        let range = json!({
            "start": { "line": line, "character": character },
            "end": { "line": line, "character": end },
        });
        let mut name = text(&texts.legend["tokenTypes"][number(&token[3])]).to_owned();
        for (bit, modifier) in list(&texts.legend["tokenModifiers"]).iter().enumerate() {
            if number(&token[4]) & (1 << bit) != 0 {
                name += &format!(".{}", text(modifier));
            }
        }
        let characters = texts.own().characters(&range);
        lines.entry(line + 1).or_default().push(format!("{characters}:{name}"));
    }
    lines.iter().map(|(line, tokens)| format!("{line} {}", tokens.join(" "))).collect()
}

pub fn diagnostics(texts: &Texts, answer: &Value) -> Vec<String> {
    let show =
        |one: &Value| format!("{} {}", range(texts.own(), &one["range"]), text(&one["code"]));
    list(&answer["items"]).iter().map(show).collect()
}
