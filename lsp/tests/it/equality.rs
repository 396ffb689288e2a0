//! The diagnostics of a folder are the findings of `gatewright check .` in it: whatever its configurations exclude, suppress and
//! name, and whatever includes what.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};

use crate::client::{Client, TOOLS, folder, uri, write};
use crate::diagnostics::expected;
use crate::program::check;

/// The findings of the program by address, as the protocol shows them.
fn of_program(folder: &Path) -> BTreeMap<String, Vec<Value>> {
    let mut all: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for found in check(folder, &["."]) {
        let file = found["file"].as_str().unwrap();
        let file = file.strip_prefix("./").unwrap_or(file);
        all.entry(uri(folder, file)).or_default().push(expected(folder, &found, "utf-16"));
    }
    all
}

/// What was published last about each file that has findings.
fn of_server(client: &Client) -> BTreeMap<String, Vec<Value>> {
    let published =
        client.heard.iter().filter(|one| one["method"] == "textDocument/publishDiagnostics");
    let mut all: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for message in published {
        let mut items = message["params"]["diagnostics"].as_array().unwrap().clone();
        for item in &mut items {
            item.as_object_mut().unwrap().remove("tags");
        }
        all.insert(message["params"]["uri"].as_str().unwrap().to_owned(), items);
    }
    all.retain(|_, items| !items.is_empty());
    all
}

/// Compares the server with the program, with some of the files open; the codes that were found.
async fn same(folder: &Path, open: &[&str]) -> BTreeSet<String> {
    let mut client = Client::start(&[folder]).await;
    for path in open {
        let language = if path.ends_with(".gate") { "gate" } else { "json" };
        let text = std::fs::read_to_string(folder.join(path)).unwrap();
        client.open_as(&uri(folder, path), language, &text).await;
    }
    let program = of_program(folder);
    // On a busy machine the first findings may take longer than a silence.
    for _ in 0..60 {
        client.settle().await;
        if of_server(&client) == program {
            break;
        }
    }
    assert_eq!(of_server(&client), program);
    let all = program.into_values().flatten();
    all.map(|found| found["code"].as_str().unwrap().to_owned()).collect()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, target).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_examples_have_the_same_findings() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let folder = folder(&[]);
    copy(&examples, folder.path());
    same(folder.path(), &["mlflow/mlflow.gate"]).await;
    // Without their manifests they have findings.
    for path in ["mlflow/mlflow.tools.json", "payments/payments.tools.json"] {
        write(folder.path(), path, "{\"tools\": []}");
    }
    let codes = same(folder.path(), &["mlflow/mlflow.gate", "payments/policy.json"]).await;
    assert!(codes.contains("unknown-tool"), "{codes:?}");
}

/// Draws the parts of a folder.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % sides as u64).unwrap()
    }

    fn pick<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.roll(texts.len())]
    }

    fn some(&mut self, texts: &[&str], separator: &str) -> String {
        let chosen: Vec<&str> = texts.iter().copied().filter(|_| self.roll(2) == 0).collect();
        chosen.join(separator)
    }
}

fn policy(dice: &mut Dice, includes: &[&str]) -> String {
    let mut text = String::from("default deny\n");
    text += &dice.some(includes, "");
    text + &dice.some(
        &[
            "manifest \"tools.json\"\n",
            "allow get_page\n",
            "allow update_page\n",
            "allow @readers 5/minute\n",
            "group readers = list_pages\n",
            "hide delete_pag\n",
            "alow x\n",
            "deny update_page when args.stage == \"Darft\" because \"x\"\n",
            "# gatewright: allow(uncapped-write) known\nallow set_tag\n",
        ],
        "",
    )
}

fn configuration(dice: &mut Dice) -> String {
    let excludes =
        dice.some(&["\"vendor\"", "\"sub/*.gate\"", "\"/x.policy.json\"", "\"shared/\""], ", ");
    let mut text = format!("exclude = [{excludes}]\n");
    text += dice.pick(&["", "nonsense = 1\n"]);
    text += "[rules]\n";
    text += &dice
        .some(&["uncapped-write = \"error\"\n", "unlisted-tool = \"off\"\n", "inert = 1\n"], "");
    text += "[manifests]\n";
    text += &dice.some(
        &[
            "\"*.policy.json\" = \"tools.json\"\n",
            "\"policy.json\" = \"missing.json\"\n",
            "\"nothing/*.json\" = \"absent.json\"\n",
        ],
        "",
    );
    let suppress = |path: &str, rule: &str, more: &str| {
        format!("[[suppress]]\npath = \"{path}\"\nrules = [\"{rule}\"]\n{more}reason = \"known\"\n")
    };
    let all = [
        suppress("*.policy.json", "uncapped-write", ""),
        suppress("policy.json", "no-rate", ""),
        suppress("policy.json", "unlisted-tool", "until = 2020-01-31\n"),
        suppress("vendor/*", "uncapped-write", ""),
        suppress("**", "unlisted-tool", "tools = [\"delete_page\"]\n"),
    ];
    text + &dice.some(&all.each_ref().map(String::as_str), "")
}

fn document(dice: &mut Dice) -> String {
    let tools = dice.some(
        &["\"get_page\": {}", "\"update_page\": {}", "\"set_tag\": {\"rat\": \"5/minute\"}"],
        ", ",
    );
    dice.pick(&["{", ""]).to_owned()
        + &format!("{{\"version\": \"1\", \"default\": \"deny\", \"tools\": {{{tools}}}}}\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn generated_folders_have_the_same_findings() {
    let mut codes = BTreeSet::new();
    for seed in 0..16 {
        let mut dice = Dice(seed);
        for _ in 0..8 {
            dice.roll(2);
        }
        let folder = folder(&[(".git/HEAD", ""), ("tools.json", TOOLS), ("sub/tools.json", TOOLS)]);
        let at = |path: &str, text: String| write(folder.path(), path, &text);
        at(
            "a.gate",
            policy(&mut dice, &["include \"shared/s.gate\"\n", "include \"sub/b.gate\"\n"]),
        );
        at(
            "sub/b.gate",
            policy(&mut dice, &["include \"../shared/s.gate\"\n", "include \"none.gate\"\n"]),
        );
        at("shared/s.gate", policy(&mut dice, &["include \"../vendor/v.gate\"\n"]));
        at("vendor/v.gate", policy(&mut dice, &["include \"../sub/b.gate\"\n"]));
        at("x.policy.json", document(&mut dice));
        at("sub/policy.json", document(&mut dice));
        at("vendor/policy.json", document(&mut dice));
        at(".gitignore", dice.some(&["vendor/p*\n", "!vendor/policy.json\n", "b.gate\n"], ""));
        if dice.roll(4) > 0 {
            at("gatewright.toml", configuration(&mut dice));
        }
        if dice.roll(2) > 0 {
            at("sub/gatewright.toml", configuration(&mut dice));
        }
        let open = ["a.gate", "x.policy.json", "shared/s.gate"];
        let open: Vec<&str> = open.into_iter().filter(|_| dice.roll(2) == 0).collect();
        codes.extend(same(folder.path(), &open).await);
    }
    // The folders bring up what they are drawn for.
    for code in [
        "unused-suppression",
        "expired-suppression",
        "unreadable-file",
        "unknown-statement",
        "uncapped-write",
    ] {
        assert!(codes.contains(code), "{code}: {codes:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn excluded_files_are_silent_until_they_are_excluded_no_more() {
    let wrong = "alow x\n";
    let off = "exclude = [\"vendor\"]\n";
    let folder = folder(&[
        ("gatewright.toml", off),
        ("a.gate", wrong),
        ("vendor/open.gate", wrong),
        ("vendor/closed.gate", wrong),
        ("vendor/shared.gate", "group readers = get_page\n"),
    ]);
    let at = |path: &str| uri(folder.path(), path);
    let mut client = Client::start(&[folder.path()]).await;
    client.open(&at("vendor/open.gate"), wrong).await;
    client.settle().await;
    let codes = |client: &Client| {
        ["a.gate", "vendor/open.gate", "vendor/closed.gate"]
            .map(|path| client.last_codes(&at(path)).len())
    };
    assert_eq!(codes(&client), [1, 0, 0]);
    // Everything but findings works on in an excluded file.
    let params = json!({ "textDocument": { "uri": at("vendor/open.gate") } });
    let symbols = client.request("textDocument/foldingRange", params).await.unwrap();
    assert!(symbols.is_array(), "{symbols}");
    client.replace(&at("vendor/open.gate"), 2, "alow y\n").await;
    client.settle().await;
    assert_eq!(codes(&client), [1, 0, 0]);
    // What is typed in the configuration counts at once.
    client.open_as(&at("gatewright.toml"), "toml", "exclude = [\"/a.gate\"]\n").await;
    client.settle().await;
    assert_eq!(codes(&client), [0, 1, 1]);
    client.replace(&at("gatewright.toml"), 2, off).await;
    client.settle().await;
    assert_eq!(codes(&client), [1, 0, 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suppression_that_becomes_unused_is_reported_as_it_is_typed() {
    let json = "{\"version\": \"1\", \"default\": \"deny\", \"tools\": {\"set_tag\": {}}}\n";
    let accepted =
        "[[suppress]]\npath = \"policy.json\"\nrules = [\"uncapped-write\"]\nreason = \"known\"\n";
    let folder = folder(&[("gatewright.toml", accepted), ("policy.json", json)]);
    let at = |path: &str| uri(folder.path(), path);
    let mut client = Client::start(&[folder.path()]).await;
    client.open_as(&at("policy.json"), "json", json).await;
    client.settle().await;
    assert_eq!(client.last_codes(&at("gatewright.toml")), [""; 0]);
    client.replace(&at("policy.json"), 2, &json.replace("set_tag", "get_page")).await;
    client.settle().await;
    assert_eq!(client.last_codes(&at("gatewright.toml")), ["unused-suppression"]);
    client.replace(&at("policy.json"), 3, json).await;
    client.settle().await;
    assert_eq!(client.last_codes(&at("gatewright.toml")), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_suppressions_of_a_configuration_count_in_all_folders() {
    let json = |tool: &str| {
        format!("{{\"version\": \"1\", \"default\": \"deny\", \"tools\": {{\"{tool}\": {{}}}}}}\n")
    };
    let accepted =
        "[[suppress]]\npath = \"**\"\nrules = [\"uncapped-write\"]\nreason = \"known\"\n";
    let folder = folder(&[
        ("gatewright.toml", accepted),
        ("policy.json", &json("get_page")),
        ("inner/policy.json", &json("set_tag")),
    ]);
    let inner = folder.path().join("inner");
    let mut client = Client::start(&[folder.path(), &inner]).await;
    client.settle().await;
    assert_eq!(client.last_codes(&uri(folder.path(), "gatewright.toml")), [""; 0]);
}
