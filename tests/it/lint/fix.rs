//! Fixes of the findings that there are, applied: what comes of the texts, and what is left to be said.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use gatewright::check::{Fixable, Fixed, Options, check_gate, fix};
use gatewright::diagnostic::Applicability::{Safe, Unsafe};
use gatewright::diagnostic::{Applicability, Code};
use gatewright::source::{Loader, MemoryLoader, SourceSet};
use gatewright::syntax;

use crate::support::plain;

const TOOLS: &str = include_str!("../../fixtures/explain/tools.json");

/// Files in memory, by path.
#[derive(Clone, Default)]
struct Files(BTreeMap<String, String>);

impl Files {
    fn with(mut self, path: &str, text: &str) -> Self {
        self.0.insert(path.to_owned(), text.to_owned());
        self
    }

    fn loader(&self) -> MemoryLoader {
        let mut loader = MemoryLoader::default();
        for (path, text) in &self.0 {
            loader.insert(path.as_str(), text.as_str());
        }
        loader
    }

    fn fix_once(&mut self, roots: &[&str], allowed: Applicability, options: &Options) -> Fixed {
        let loader = self.loader();
        let policy = |path: &&str| Fixable {
            path: (*path).to_owned(),
            bytes: loader.read(path).unwrap(),
            options: Arc::new(options.clone()),
        };
        let fixed = fix(roots.iter().map(policy).collect(), &loader, allowed);
        assert_eq!(fixed.faults, []);
        for change in &fixed.changes {
            let before = self.0.insert(change.path.clone(), change.after.clone());
            assert_eq!(before.as_ref(), Some(&change.before));
            assert!(!change.titles.is_empty());
            assert!(mistakes(&change.after) <= mistakes(&change.before), "{}", change.after);
        }
        fixed
    }

    /// Fixes policies, and sees to it that what is said to be left is left, and that fixing again changes nothing.
    fn fix_by(&mut self, roots: &[&str], allowed: Applicability, options: &Options) -> Fixed {
        let fixed = self.fix_once(roots, allowed, options);
        let loader = self.loader();
        for (path, outcome) in roots.iter().zip(&fixed.outcomes) {
            let now = check_gate(path, loader.read(path).unwrap(), &loader, options);
            assert_eq!(plain(&now), plain(outcome));
        }
        let again = self.fix_once(roots, allowed, options);
        assert_eq!(again.changes, [], "{}", plain(&again.outcomes[0]));
        fixed
    }

    /// The same with one rule of the linter, so that others are not in the way.
    fn fix(&mut self, roots: &[&str], allowed: Applicability) -> Fixed {
        self.fix_by(roots, allowed, &only(Code::UncappedWrite))
    }
}

/// Of the linter only one rule.
fn only(rule: Code) -> Options {
    let mut options = Options::default();
    let others = Code::ALL.iter().filter(|code| code.is_rule() && **code != rule);
    options.settings.severities.extend(others.map(|code| (*code, None)));
    options
}

/// How many mistakes of syntax a text has.
fn mistakes(text: &str) -> usize {
    let mut sources = SourceSet::default();
    let file = sources.add("a.gate", text);
    syntax::parse(file, text).1.iter().filter(|finding| finding.is_error()).count()
}

/// The text of one file after its fixes, and how many were applied.
fn fixed(text: &str, allowed: Applicability) -> (String, usize) {
    let mut files = Files::default().with("a.gate", text).with("tools.json", TOOLS);
    let fixed = files.fix(&["a.gate"], allowed);
    let count = fixed.changes.iter().map(|change| change.titles.len()).sum();
    (files.0["a.gate"].clone(), count)
}

#[test]
fn a_write_without_a_cap_gets_one_behind_its_allow() {
    let open = "manifest \"tools.json\"\ndefault deny\n\nallow set_run_tag  # labels\n";
    let capped = open.replace("set_run_tag", "set_run_tag 30/minute");
    assert_eq!(fixed(open, Safe), (open.to_owned(), 0));
    assert_eq!(fixed(open, Unsafe), (capped, 1));
}

#[test]
fn a_mistyped_word_is_put_right_and_then_what_it_hid() {
    let text = "default deny\nalow set_run_tag\n";
    assert_eq!(fixed(text, Unsafe).0, "default deny\nallow set_run_tag 30/minute\n");
}

#[test]
fn carriage_returns_and_the_mark_at_the_start_stay() {
    let text = "\u{feff}manifest \"tools.json\"\r\ndefault deny\r\nallow @tools\r\n";
    let (text, count) = fixed(text, Unsafe);
    assert!(count > 0 && text.starts_with("\u{feff}manifest"), "{text:?}");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text:?}");
    assert!(text.contains("30/minute"), "{text}");
}

#[test]
fn a_file_without_a_final_line_break_is_fixed() {
    let (text, _) = fixed("manifest \"tools.json\"\ndefault deny\nallow @tools", Unsafe);
    assert!(text.contains("30/minute"), "{text}");
}

#[test]
fn names_in_one_statement_are_put_right_together() {
    let text = "manifest \"tools.json\"\nhide set_run_tga, delete_rnu\n";
    let expected = "manifest \"tools.json\"\nhide set_run_tag, delete_run\n";
    assert_eq!(fixed(text, Unsafe).0, expected);
}

#[test]
fn an_included_file_is_fixed_once_for_all_that_include_it() {
    let mut files = Files::default()
        .with("tools.json", TOOLS)
        .with("p/a.gate", "manifest \"../tools.json\"\ninclude \"../shared/s.gate\"\n")
        .with("p/b.gate", "include \"../shared/s.gate\"\nalow get_run\n")
        .with("shared/s.gate", "manifest \"../tools.json\"\nallow set_run_tag\n");
    let fixed = files.fix(&["p/a.gate", "p/b.gate"], Unsafe);
    let paths: Vec<&str> = fixed.changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(paths, ["p/b.gate", "shared/s.gate"]);
    assert_eq!(files.0["shared/s.gate"].matches("30/minute").count(), 1);
    assert!(files.0["p/b.gate"].ends_with("\nallow get_run\n"));
}

#[test]
fn nothing_is_fixed_in_a_manifest() {
    let broken = TOOLS.replacen("\"tools\":", "\"tools\"", 1);
    assert_ne!(broken, TOOLS);
    let text = "manifest \"tools.json\"\nallow set_run_tag\n";
    let mut files = Files::default().with("a.gate", text).with("tools.json", &broken);
    let fixed = files.fix(&["a.gate"], Unsafe);
    assert_eq!(files.0["tools.json"], broken);
    assert!(fixed.outcomes[0].diagnostics.iter().any(|finding| finding.is_error()));
}

#[test]
fn a_file_that_cannot_be_read_is_left_alone() {
    let loader = MemoryLoader::default();
    let bytes = b"allow x \xff".to_vec();
    let policy = Fixable { path: "a.gate".into(), bytes, options: Arc::default() };
    let fixed = fix(vec![policy], &loader, Unsafe);
    assert_eq!(fixed.changes, []);
    assert_eq!(fixed.outcomes[0].diagnostics[0].code, Code::NotUtf8);
    assert_eq!(fix(Vec::new(), &loader, Unsafe).outcomes.len(), 0);
}

/// Every example of every page, and every wrong text of the parser's tests.
#[test]
fn fixing_converges_and_never_breaks_a_text() {
    let mut applied = 0;
    let mut texts: Vec<(String, Files)> = Vec::new();
    for &code in Code::ALL {
        let page = code.explanation();
        for examples in [page.wrong, page.right] {
            let mut files = Files::default().with("tools.json", TOOLS);
            for example in examples.iter().filter(|example| example.language == "gate") {
                files = files.with(example.file.unwrap_or("policy.gate"), &example.text);
            }
            texts.push((code.name().to_owned(), files));
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/syntax/err");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        texts.push((path.display().to_string(), Files::default().with("policy.gate", &text)));
    }
    for (_, mut files) in texts {
        if files.0.contains_key("policy.gate") {
            for allowed in [Safe, Unsafe] {
                let fixed = files.fix_by(&["policy.gate"], allowed, &Options::default());
                applied += fixed.changes.iter().map(|change| change.titles.len()).sum::<usize>();
            }
        }
    }
    assert!(applied > 10, "{applied}");
}

/// One selector grants both tools, so their findings stand at one place; each is put right by a statement of its own.
#[test]
fn statements_that_are_added_at_one_place_are_added_together() {
    let tool = |number: usize| {
        format!(
            r#"{{"name": "manage_{number}", "inputSchema": {{"properties": {{"action": {{"enum": ["get", "delete"]}}}}}}}}"#
        )
    };
    // More than there are rounds.
    let tools: Vec<String> = (0..100).map(tool).collect();
    let tools = format!(r#"{{"tools": [{}]}}"#, tools.join(","));
    let policy = "manifest \"tools.json\"\ndefault deny\nallow @tools 10/minute\n";
    let mut files = Files::default().with("tools.json", &tools).with("a.gate", policy);
    let fixed = files.fix_by(&["a.gate"], Unsafe, &only(Code::MixedActionTool));
    assert_eq!(fixed.changes[0].titles.len(), 100);
    assert!(fixed.outcomes[0].diagnostics.is_empty(), "{}", plain(&fixed.outcomes[0]));
}

#[test]
fn one_fix_at_a_time_decides_about_a_tool() {
    let tools = r#"{"tools": [{"name": "get_run"},
        {"name": "purge_runs", "description": "Deletes all runs for good."},
        {"name": "manage_run", "inputSchema": {"properties": {"action": {"enum": ["get", "delete"]}}}}]}"#;
    let policy = "manifest \"tools.json\"\ndefault deny\nallow @tools\n";
    let mut files = Files::default().with("tools.json", tools).with("a.gate", policy);
    let fixed = files.fix_by(&["a.gate"], Unsafe, &Options::default());
    // Taken out by the first, no tool gets a rule of the others that would be inert.
    assert!(fixed.outcomes[0].diagnostics.is_empty(), "{}", plain(&fixed.outcomes[0]));
    assert_eq!(files.0["a.gate"].lines().count(), 3, "{}", files.0["a.gate"]);
}

#[test]
fn a_fix_that_cannot_be_proven_is_not_applied() {
    let tools =
        r#"{"tools": [{"name": "x", "inputSchema": {"properties": {"ttl": {"type": "number"}}}}]}"#;
    let policy = "manifest \"tools.json\"\ndefault deny\nallow x 5/minute\n\
        require x with args.ttl >= 10 or args.ttl > 10 because \"So.\"\n";
    let options = only(Code::SubsumedCondition);
    let mut files = Files::default().with("tools.json", tools).with("a.gate", policy);
    for allowed in [Safe, Unsafe] {
        let fixed = files.fix_by(&["a.gate"], allowed, &options);
        assert!(fixed.changes.is_empty());
        let [note] = fixed.notes.as_slice() else { panic!("{:?}", fixed.notes) };
        let note = note.to_string();
        assert!(note.starts_with("a.gate: did not apply 1 fix:\n  a.gate:4:34: remove "), "{note}");
        assert!(note.ends_with(": calls of `x` that are blocked now might get through"), "{note}");
    }
}

#[test]
fn findings_at_one_place_are_told_apart_by_their_tools() {
    let tool = |name: &str| {
        format!(
            r#"{{"name": "{name}", "description": "Updates a list.", "inputSchema": {{"type": "object",
            "properties": {{"action": {{"type": "string", "enum": ["list", "get", "delete"]}}}}}}}}"#
        )
    };
    let tools = format!("[{}, {}]", tool("manage_folder"), tool("manage_label"));
    let text = "manifest \"tools.json\"\ndefault deny\nallow @tools 10/minute\n";
    let mut files = Files::default().with("tools.json", &tools).with("agent.gate", text);
    let options = only(Code::MixedActionTool);
    let mixed = |fixed: &Fixed| {
        let found = fixed.outcomes.iter().flat_map(|outcome| &outcome.diagnostics);
        found.filter(|finding| finding.code == Code::MixedActionTool).count()
    };
    let before = files.fix_once(&["agent.gate"], Safe, &options);
    assert_eq!(mixed(&before), 2, "{}", plain(&before.outcomes[0]));
    let after = files.fix_once(&["agent.gate"], Unsafe, &options);
    assert_eq!(mixed(&after), 0, "{}", plain(&after.outcomes[0]));
}

#[test]
fn two_thousand_fixes_take_no_quadratic_time() {
    let text: String = (0..2000).map(|number| format!("alow set_{number}\n")).collect();
    let start = std::time::Instant::now();
    let (text, count) = fixed(&text, Unsafe);
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    assert!(count >= 2000 && !text.contains("alow "), "{count}");
}
