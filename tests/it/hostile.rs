//! Input that means harm, or looks as if it did: each limit at its edge, and sizes at which a quadratic step would take
//! minutes.
//!
//! Nothing here is a timed test. Every case runs in a thread with a small stack, so that recursion over the input ends in
//! an overflow, and under a guard of ten minutes, so that a hang fails instead of blocking the run.

use std::fmt::Write as _;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use gatewright::check::{Outcome, compile, validate_policy_json};
use gatewright::diagnostic::{Code, Diagnostic};
use gatewright::policy_json;
use gatewright::source::{LoadError, Loader, MAX_FILE_BYTES, MemoryLoader, SourceSet};
use gatewright::syntax;
use serde_json::Value;

use crate::lowering::gateway::{Decision, decide};
use crate::support::plain;

/// The stack of a case, in bytes: what Rust gives to a thread.
const STACK: usize = 2 * 1024 * 1024;

/// How long a case may take before it counts as hanging; each needs a small part of it.
const GUARD: Duration = Duration::from_secs(600);

/// Runs a case with a small stack and under the guard.
pub fn guarded<T: Send + 'static>(case: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = channel();
    let work = move || drop(sender.send(case()));
    let thread = thread::Builder::new().stack_size(STACK).spawn(work).unwrap();
    match receiver.recv_timeout(GUARD) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => panic!("the case hangs"),
        Err(RecvTimeoutError::Disconnected) => {
            std::panic::resume_unwind(thread.join().unwrap_err())
        }
    }
}

/// Compiles a file that stands alone.
fn alone(text: impl Into<Vec<u8>>) -> Outcome<String> {
    beside(text, MemoryLoader::default())
}

/// Compiles a file with others beside it.
fn beside(text: impl Into<Vec<u8>>, loader: impl Loader + Send + 'static) -> Outcome<String> {
    let bytes = text.into();
    guarded(move || compile("policy.gate", bytes, &loader))
}

fn errors<T>(outcome: &Outcome<T>) -> Vec<&Diagnostic> {
    outcome.diagnostics.iter().filter(|finding| finding.is_error()).collect()
}

/// Fails unless there is one error, of this code; gives it out. The `include` that leads to it in the policy does not count.
fn only_error<T>(outcome: &Outcome<T>, code: Code) -> &Diagnostic {
    let mut errors = errors(outcome);
    errors.retain(|error| error.code != Code::BrokenInclude);
    let codes: Vec<Code> = errors.iter().map(|finding| finding.code).take(20).collect();
    assert_eq!(codes, [code]);
    errors[0]
}

/// The policy.json of an outcome without errors.
fn compiled(outcome: &Outcome<String>) -> (String, Value) {
    assert!(outcome.value.is_some(), "{}", plain(outcome).chars().take(2000).collect::<String>());
    let text = outcome.value.clone().unwrap();
    let value = serde_json::from_str(&text).unwrap();
    (text, value)
}

/// A text of many parts.
fn repeated(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

// ── Nesting ─────────────────────────────────────────────────────────────────────────────────────────────────

/// An opening, a core and a closing, so deep.
fn nested(depth: usize, open: &str, core: &str, close: &str) -> String {
    format!("{}{core}{}", open.repeat(depth), close.repeat(depth))
}

#[test]
fn brackets_nest_to_64_and_no_deeper() {
    for (before, open, core, close) in [
        ("", "(", "args.x exists", ")"),
        ("", "not (", "args.x exists", ")"),
        ("", "( # )\n ", "args.x exists", "\n )"),
        ("args.x == ", "[", "1", "]"),
        ("args.x == ", "{\"a\": ", "1", "}"),
        ("args.x in ", "[", "", "]"),
    ] {
        let text = |depth| {
            let condition = nested(depth, open, core, close);
            format!("allow t\nrequire t with {before}{condition}\nallow u\n")
        };
        let (json, _) = compiled(&alone(text(64)));
        let mut sources = SourceSet::default();
        let (document, findings) = policy_json::read(sources.add("policy.json", &*json), &json);
        assert!(document.is_some() && findings.is_empty(), "{findings:#?}");

        for depth in [65, 66, 1000, 100_000] {
            let text = text(depth);
            let outcome = alone(text.clone());
            let error = only_error(&outcome, Code::NestingTooDeep);
            let bracket = open.find(['(', '[', '{']).unwrap();
            let start = text.find(open).unwrap() + 64 * open.len() + bracket;
            assert_eq!(error.primary.span.range(), start..start + 1, "{open} {depth}");
        }
    }
}

#[test]
fn brackets_that_nothing_closes_are_one_error_each_statement() {
    for open in ["(", "[", "{", "{\"a\":", "not ("] {
        for depth in [1, 64, 65, 100_000] {
            let text = format!("allow t\ndeny t when args.x == {}\nallow u\n", open.repeat(depth));
            let outcome = alone(text);
            assert_eq!(errors(&outcome).len(), 1, "{open} {depth}");
        }
    }
}

#[test]
fn a_hundred_thousand_nots_are_counted() {
    for (count, passes) in [(100_000, true), (100_001, false)] {
        let text = format!("allow t\nrequire t with {}args.x exists\n", "not ".repeat(count));
        let (_, policy) = compiled(&alone(text));
        let decision = decide(&policy, "t", &serde_json::json!({"x": 1}));
        assert_eq!(decision == Decision::Allowed, passes, "{count}");
    }
}

#[test]
fn a_hundred_thousand_tests_are_joined() {
    const MANY: usize = 100_000;
    let joined = |word: &str| {
        let test = |number| format!("{}args.x != {number}", if number == 0 { "" } else { word });
        repeated(MANY, test)
    };
    // All of them in the one predicate of `require`, or of `deny_if`.
    for (text, list) in [
        (format!("allow t\nrequire t with {}\n", joined(" and ")), "require"),
        (format!("allow t\ndeny t when {}\n", joined(" and\n    ")), "deny_if"),
    ] {
        let (_, policy) = compiled(&alone(text));
        let conditions = policy["tools"]["t"][list][0]["conditions"].as_array().unwrap().len();
        assert_eq!(conditions, MANY, "{list}");
    }
    // Each would be a predicate.
    only_error(
        &alone(format!("allow t\ndeny t when {}\n", joined(" or "))),
        Code::TooManyPredicates,
    );
    only_error(
        &alone(format!("allow t\nrequire t with {}\n", joined(" or "))),
        Code::TooManyPredicates,
    );
    // Equalities of one argument are one `in`.
    let text = joined(" or ").replace("!=", "==");
    let (_, policy) = compiled(&alone(format!("allow t\nrequire t with {text}\n")));
    let condition = &policy["tools"]["t"]["require"][0]["conditions"][0];
    assert_eq!(condition["value"].as_array().unwrap().len(), MANY);
}

// ── Predicates ──────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_statement_becomes_64_predicates_and_no_more() {
    let tests = |count: usize, word: &str| {
        let test = |number| {
            format!(
                "{}args.x{number} exists",
                if number == 0 { String::new() } else { format!(" {word} ") }
            )
        };
        repeated(count, test)
    };
    let deny = |count| format!("allow t\ndeny t when {}\n", tests(count, "or"));
    let (_, policy) = compiled(&alone(deny(64)));
    assert_eq!(policy["tools"]["t"]["deny_if"].as_array().unwrap().len(), 64);
    only_error(&alone(deny(65)), Code::TooManyPredicates);

    // A comparison of what is no list and no object fails in four ways, so three of them in 64.
    let tools = r#"{"tools": [{"name": "t", "inputSchema": {"properties": {
        "a": {"type": "number"}, "b": {"type": "number"}, "c": {"type": "number"}, "d": {}
    }}}]}"#;
    let typed = |condition: &str| {
        let text = format!("manifest \"tools.json\"\nallow t\nrequire t with {condition}\n");
        beside(text, MemoryLoader::default().with("tools.json", tools))
    };
    let product = "args.a < 1 or args.b < 1 or args.c < 1";
    let (_, policy) = compiled(&typed(product));
    assert_eq!(policy["tools"]["t"]["deny_if"].as_array().unwrap().len(), 64);
    let more = typed(&format!("({product}) and args.d exists"));
    only_error(&more, Code::TooManyPredicates);
    // That the types are not known comes first: naming them is the way out.
    let untyped = alone(format!("allow t\nrequire t with {product}\n"));
    only_error(&untyped, Code::NoExactForm);
}

#[test]
fn products_are_given_up_before_they_are_written() {
    let pairs = repeated(60, |number| {
        format!(
            "{}(args.a{number} exists or args.b{number} exists)",
            if number == 0 { "" } else { " and " }
        )
    });
    only_error(&alone(format!("allow t\ndeny t when {pairs}\n")), Code::TooManyPredicates);
    let same = repeated(2000, |number| {
        format!("{}args.n != {number}", if number == 0 { "" } else { " or " })
    });
    only_error(&alone(format!("allow t\nrequire t with {same}\n")), Code::TooManyPredicates);
}

// ── Files ───────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_file_holds_64_mebibytes_and_no_more() {
    let mut bytes = vec![b'#'; MAX_FILE_BYTES];
    let outcome = alone(bytes.clone());
    assert!(outcome.value.is_some() && outcome.diagnostics.is_empty());
    bytes.push(b'#');
    only_error(&alone(bytes.clone()), Code::FileTooLarge);
    let loader = MemoryLoader::default()
        .with("large.gate", bytes.as_slice())
        .with("large.json", bytes.as_slice());
    only_error(&beside("include \"large.gate\"\n", loader.clone()), Code::FileTooLarge);
    only_error(&beside("manifest \"large.json\"\nallow t\n", loader), Code::FileTooLarge);
    let outcome = guarded(move || validate_policy_json("policy.json", bytes));
    only_error(&outcome, Code::FileTooLarge);
}

#[test]
fn bytes_that_are_no_text_are_found_where_they_stand() {
    for (bytes, at) in [
        (&b"\xff"[..], 0),
        (b"allow t\n# \xc3", 10),
        (b"allow t\n# \xed\xa0\x80\n", 10),
        (b"\xff\xfea\0l\0", 0),
        (b"# \xf0\x9f\x98\x80 \x80", 7),
    ] {
        let outcome = alone(bytes);
        let error = only_error(&outcome, Code::NotUtf8);
        assert_eq!(error.primary.span.range(), at..at, "{bytes:?}");
        let loader = MemoryLoader::default().with("other.gate", bytes).with("other.json", bytes);
        only_error(&beside("include \"other.gate\"\n", loader.clone()), Code::NotUtf8);
        only_error(&beside("manifest \"other.json\"\nallow t\n", loader), Code::NotUtf8);
        let owned = bytes.to_vec();
        only_error(&guarded(move || validate_policy_json("policy.json", owned)), Code::NotUtf8);
    }
}

#[test]
fn includes_nest_to_32_and_no_deeper() {
    let chain = |depth: usize| {
        let mut loader = MemoryLoader::default();
        for level in 1..depth {
            loader.insert(format!("{level}.gate"), format!("include \"{}.gate\"\n", level + 1));
        }
        loader.insert(format!("{depth}.gate"), "allow t\n");
        beside("include \"1.gate\"\n", loader)
    };
    assert!(compiled(&chain(32)).1["tools"]["t"].is_object());
    let outcome = chain(33);
    let error = only_error(&outcome, Code::IncludeTooDeep);
    assert_eq!(outcome.sources.path(error.primary.span.file), "32.gate");
    only_error(&chain(10_000), Code::IncludeTooDeep);
}

#[test]
fn cycles_of_includes_are_one_error_each() {
    for length in [1, 2, 31] {
        let mut loader = MemoryLoader::default();
        for level in 1..length {
            let next = if level + 1 == length {
                "policy.gate".to_owned()
            } else {
                format!("{}.gate", level + 1)
            };
            loader.insert(format!("{level}.gate"), format!("include \"{next}\"\nallow t{level}\n"));
        }
        let first = if length == 1 { "./x/../policy.gate" } else { "1.gate" };
        let outcome = beside(format!("allow t\ninclude \"{first}\"\n"), loader);
        let error = only_error(&outcome, Code::IncludeCycle);
        assert!(
            error.message.contains("policy.gate") || !error.labels.is_empty() || length == 1,
            "{error:#?}"
        );
    }
    // Every file includes every file.
    let files: Vec<String> = (0..30).map(|number| format!("{number}.gate")).collect();
    let all = repeated(files.len(), |number| format!("include \"{number}.gate\"\n"));
    let mut loader = MemoryLoader::default();
    for file in &files {
        loader.insert(file.as_str(), all.as_str());
    }
    let outcome = beside(all, loader);
    let (cycles, includes): (Vec<_>, Vec<_>) =
        errors(&outcome).into_iter().partition(|error| error.code == Code::IncludeCycle);
    assert!(includes.iter().all(|error| error.code == Code::BrokenInclude));
    assert!(!cycles.is_empty() && includes.len() <= 30);
    assert!(!errors(&outcome).is_empty() && errors(&outcome).len() <= 30 * 30);
}

/// A loader that has every file whose name begins with a digit.
struct Endless;

impl Loader for Endless {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        let number: u64 =
            path.trim_end_matches(".gate").parse().map_err(|_| LoadError::new("no such file"))?;
        Ok(format!("include \"{}.gate\"\ninclude \"{}.gate\"\n", number * 2, number * 2 + 1).into())
    }

    fn admit(&self, _: &str, _: &str) -> Result<(), LoadError> {
        Ok(())
    }
}

#[test]
fn many_files_are_read_once_each() {
    const MANY: usize = 60_000;
    let mut loader = MemoryLoader::default();
    let mut root = String::new();
    for number in 0..MANY {
        loader.insert(format!("folder/of/files/{number}.gate"), "allow t\n");
        writeln!(root, "include \"folder/of/files/{number}.gate\"").unwrap();
    }
    let outcome = beside(root.clone() + &root, loader);
    assert!(outcome.value.is_some());
    assert_eq!(outcome.sources.iter().count(), MANY + 1);
    // A tree of files without end, but for the depth: its left edge is followed first.
    let nowhere = beside("include \"x.gate\"\n", Endless);
    only_error(&nowhere, Code::UnreadableFile);
}

// ── Groups and tools ────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn groups_are_chained_fifty_thousand_deep() {
    const MANY: usize = 50_000;
    let group = |number: usize| format!("group g{number} = @g{}\n", number + 1);
    let last = format!("group g{MANY} = t\n");
    let forwards = repeated(MANY, group) + &last + "allow @g0\n";
    let backwards =
        format!("allow @g0\n{last}{}", repeated(MANY, |number| group(MANY - 1 - number)));
    for text in [forwards, backwards] {
        assert!(compiled(&alone(text)).1["tools"]["t"].is_object());
    }
    let closed = repeated(MANY, group) + &format!("group g{MANY} = @g0\nallow @g0\n");
    let outcome = alone(closed);
    let error = only_error(&outcome, Code::GroupCycle);
    assert!(error.message.len() < 2000, "{} bytes", error.message.len());
    let undefined = repeated(MANY, group) + "allow @g0\n";
    let outcome = alone(undefined);
    only_error(&outcome, Code::UnknownGroup);
    let itself =
        repeated(MANY, |number| format!("group g{number} = @g{number}, @g{}\n", number / 2));
    assert!(errors(&alone(itself)).len() >= MANY / 2);
}

/// A manifest of so many tools.
fn manifest(tools: usize) -> MemoryLoader {
    let tool = |number| {
        let comma = if number == 0 { "" } else { "," };
        format!(
            "{comma}{{\"name\":\"tool_{number:05}\",\"inputSchema\":{{\"properties\":{{\"id\":{{\"type\":\"string\"}}}}}}}}"
        )
    };
    MemoryLoader::default().with("tools.json", format!("{{\"tools\":[{}]}}", repeated(tools, tool)))
}

#[test]
fn unknown_names_are_many_among_many_tools() {
    const MANY: usize = 50_000;
    let text = repeated(MANY, |number| format!("allow tool_{number:05}_\n"));
    let outcome = beside(format!("manifest \"tools.json\"\n{text}"), manifest(10_000));
    assert_eq!(errors(&outcome).len(), MANY);
    assert!(errors(&outcome).iter().all(|error| error.code == Code::UnknownTool));
    let groups = repeated(MANY, |number| format!("allow @group_{number}\n"));
    let outcome = beside(format!("manifest \"tools.json\"\n{groups}"), manifest(10));
    assert_eq!(errors(&outcome).len(), MANY);
    let arguments =
        repeated(MANY, |number| format!("require tool_00000 with args.ix{number} exists\n"));
    let outcome =
        beside(format!("manifest \"tools.json\"\nallow @tools\n{arguments}"), manifest(10));
    assert_eq!(outcome.diagnostics.len(), MANY);
}

#[test]
fn globs_and_sets_stand_for_a_bounded_number_of_tools() {
    for line in
        ["allow *\n", "deny @tools because \"no\"\n", "hide tool_?????\n", "rate *0* 5/day\n"]
    {
        let text = format!("manifest \"tools.json\"\n{}", line.repeat(50_000));
        let outcome = beside(text, manifest(10_000));
        let errors = errors(&outcome);
        assert!(!errors.is_empty(), "{line}");
        // What they stand for until then may be too large to be written as well.
        let is_expected = |code| matches!(code, Code::TooManyMatches | Code::OutputTooLarge);
        assert!(errors.iter().all(|error| is_expected(error.code)), "{line}");
        assert!(errors.iter().any(|error| error.code == Code::TooManyMatches), "{line}");
        assert!(errors.len() <= 50_000);
    }
}

#[test]
fn globs_do_not_backtrack() {
    let name = "a".repeat(5000);
    let loader = MemoryLoader::default().with(
        "tools.json",
        format!("{{\"tools\":[{{\"name\":\"{name}b\"}},{{\"name\":\"{name}\"}}]}}"),
    );
    let glob = "*a".repeat(2000) + "*c";
    let outcome = beside(format!("manifest \"tools.json\"\nallow {glob}\n").repeat(3), loader);
    assert!(outcome.diagnostics.iter().any(|finding| finding.code == Code::UnmatchedGlob));
}

#[test]
fn one_tool_has_many_rules_and_one_rule_many_tools() {
    const MANY: usize = 50_000;
    let rules = repeated(MANY, |number| format!("deny t when args.x == {number}\n"));
    let (_, policy) = compiled(&alone(format!("allow t\n{rules}")));
    assert_eq!(policy["tools"]["t"]["deny_if"].as_array().unwrap().len(), MANY);
    let tools = repeated(MANY, |number| format!("t{number},\n    "));
    let (_, policy) = compiled(&alone(format!("allow {tools}t 5/day as all\n")));
    assert_eq!(policy["tools"].as_object().unwrap().len(), MANY + 1);
    let caps = repeated(MANY, |number| format!("rate t {}/day as c{number}\n", number + 1));
    let (_, policy) = compiled(&alone(format!("allow t\n{caps}")));
    assert_eq!(policy["tools"]["t"]["limits"].as_array().unwrap().len(), MANY);
    let clashes = repeated(MANY, |number| format!("rate t {}/day as c\n", number + 1));
    assert_eq!(errors(&alone(format!("allow t\n{clashes}"))).len(), MANY - 1);
    let lower = repeated(MANY, |number| format!("rate t {}/day\n", MANY - number));
    assert!(alone(format!("allow t\n{lower}")).value.is_some());
    let hidden = repeated(MANY, |number| format!("allow t{number}\nhide t{number}\n"));
    assert!(alone(hidden).value.is_some());
}

// ── Long lines and broken files ─────────────────────────────────────────────────────────────────────────────

const LONG: usize = 10_000_000;

#[test]
fn one_line_is_ten_megabytes_long() {
    let text = |fill: &str| fill.repeat(LONG / fill.len());
    let reason = alone(format!("deny t because \"{}\"\n", text("long ")));
    assert!(reason.value.is_some());
    for line in [
        format!("deny t because \"{}", text("open ")),
        format!("deny t because \"{}\\q\"", text("\\u00e9")),
        format!("deny t because {}", text("\"a\" ")),
        format!("{} begins no statement", text("x")),
        format!("deny t when args.{} ==", text("key.")),
        format!("require t with args.x == {}", text("9")),
        format!("allow t {}", text("@")),
        format!("allow t {}", text("\u{4e2d}")),
    ] {
        let outcome = alone(line);
        let errors = errors(&outcome);
        assert_eq!(errors.len(), 1);
        assert!(errors[0].message.chars().count() < 400, "{}", errors[0].message.len());
        let help = errors[0].help.as_deref().unwrap_or("");
        assert!(help.chars().count() < 400, "{:?}: {}", errors[0].message, help.len());
    }
}

#[test]
fn ten_thousand_brackets_open_on_ever_deeper_lines() {
    const MANY: usize = 10_000;
    for (head, bracket) in [
        ("require t with\n", "("),
        ("require t with args.x in\n", "["),
        ("deny t when args.x ==\n", "{"),
        ("tool t {\n", "deny when ("),
        ("", "["),
        ("", "deny t when ("),
        ("tool t\n", "{"),
        ("", "tool t {"),
        ("tool t {\n", "x {"),
    ] {
        let text = repeated(MANY, |line| format!("{}{bracket}\n", " ".repeat(1 + line / 100)));
        let outcome = alone(format!("{head}{text}"));
        assert!(
            !errors(&outcome).is_empty() && errors(&outcome).len() <= 2 * MANY,
            "{head}{bracket}"
        );
    }
}

#[test]
fn ten_thousand_errors_stand_in_one_file() {
    const MANY: usize = 10_000;
    for (line, each) in [
        ("frobnicate x\n", 1),
        ("allow\n", 1),
        ("allow get_run 30/min\n", 1),
        ("deny t because \"open\n", 1),
        ("}\n", 1),
        ("require t with (args.x\n", 1),
        ("tool t {}\n", 1),
        ("default maybe\n", 1),
        ("allow t unless x # \u{202e}\n", 2),
    ] {
        let outcome = alone(line.repeat(MANY));
        assert_eq!(errors(&outcome).len(), each * MANY, "{line}");
    }
    let block = alone(format!("tool t {{\n{}}}\n", "    frobnicate\n".repeat(MANY)));
    assert_eq!(errors(&block).len(), MANY);
    let open = alone(format!("tool t {{\n{}", "    frobnicate\n".repeat(MANY)));
    assert_eq!(errors(&open).len(), MANY + 1);
    let together = alone("} ".repeat(MANY));
    assert_eq!(errors(&together).len(), MANY);
}

#[test]
fn a_block_that_ends_with_the_file_ends_the_reading() {
    for text in [
        "tool f {deny {[}}",
        "tool f {\n    deny when args.x == {\"a\": [1, 2} 2}\n",
        "tool f {\n    hide\n    deny when args.x == {\"a\": [1, 2} }\n",
        "tool f {",
        "tool f {\n",
        "tool f { {{{{ }}}",
    ] {
        let outcome = alone(text);
        let count = errors(&outcome).len();
        assert!((1..=3).contains(&count), "{text:?}: {count} errors");
    }
}

#[test]
fn comments_and_line_breaks_stand_between_all_words() {
    const MANY: usize = 300_000;
    let gap = "\n # a comment\n\n".repeat(MANY / 3);
    let (_, policy) = compiled(&alone(format!("allow t,{gap} u,{gap} v\n")));
    assert_eq!(policy["tools"].as_object().unwrap().len(), 3);
    // The gap is looked through at every place where a clause might begin.
    assert!(alone(format!("allow t{gap}allow u{gap}deny v{gap}hide w{gap}")).value.is_some());
    assert_eq!(errors(&alone(format!("approve t when{gap}args.x{gap}=={gap}"))).len(), 1);
}

#[test]
fn blank_space_behind_every_statement_is_looked_through_once() {
    // A statement that could go on looks for its next clause behind what follows it.
    let text = repeated(2000, |number| format!("allow t{number}\n{}", "\n# remark\n".repeat(100)));
    assert!(alone(text).value.is_some());
    let tokens = repeated(20_000, |number| format!("\"a{number}\" \n\n\n # \" \n"));
    let count = guarded(move || syntax::tokens(&tokens).count());
    assert_eq!(count, 40_000);
}

// ── Manifests ───────────────────────────────────────────────────────────────────────────────────────────────

/// A manifest of one tool with this schema, and a policy that looks into it.
fn with_schema(schema: &str, policy: &str) -> Outcome<String> {
    let tools = format!("{{\"tools\":[{{\"name\":\"t\",\"inputSchema\":{schema}}}]}}");
    let loader = MemoryLoader::default().with("tools.json", tools);
    beside(format!("manifest \"tools.json\"\nallow t\n{policy}\n"), loader)
}

#[test]
fn schemas_refer_to_themselves_and_to_each_other() {
    let question = "require t with args.a.a.a.b == 1 and args.c <= 5 and args.d matches \"x\"";
    let everything = "allow @tools having args.a.a\n".to_owned() + question;
    let doubling = repeated(200, |level| {
        let next = level + 1;
        format!(
            "\"d{level}\":{{\"anyOf\":[{{\"$ref\":\"#/$defs/d{next}\"}},{{\"$ref\":\"#/$defs/d{next}\"}}],\"allOf\":[{{\"$ref\":\"#/$defs/d{next}\"}}]}},"
        )
    });
    let chain =
        repeated(50_000, |level| format!("\"d{level}\":{{\"$ref\":\"#/$defs/d{}\"}},", level + 1));
    let deep = |open: &str, close: &str| nested(60, open, "true", close);
    for schema in [
        "{\"$ref\":\"#\"}".to_owned(),
        "{\"$ref\":\"#/properties/a\",\"properties\":{\"a\":{\"$ref\":\"#/properties/a\"}}}".to_owned(),
        "{\"properties\":{\"a\":{\"$ref\":\"#\"}}}".to_owned(),
        "{\"allOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}],\"anyOf\":[{\"$ref\":\"#\"}],\"oneOf\":[{\"$ref\":\"#\"}]}".to_owned(),
        format!("{{\"$ref\":\"#/$defs/d0\",\"$defs\":{{{doubling}\"d200\":{{\"type\":\"object\"}}}}}}"),
        format!("{{\"properties\":{{\"a\":{{\"$ref\":\"#/$defs/d0\"}}}},\"$defs\":{{{doubling}\"d200\":{{\"$ref\":\"#\"}}}}}}"),
        format!("{{\"properties\":{{\"c\":{{\"$ref\":\"#/$defs/d0\"}}}},\"$defs\":{{{chain}\"end\":1}}}}"),
        deep("{\"properties\":{\"a\":", "}}"),
        deep("{\"anyOf\":[", ",{\"type\":\"string\"}]}"),
        deep("{\"not\":", "}"),
        "{\"properties\":{\"a\":7,\"c\":[],\"d\":null},\"required\":{\"a\":1},\"type\":{}}".to_owned(),
        "[1,2,3]".to_owned(),
        "\"schema\"".to_owned(),
        "{\"$ref\":\"http://example.com/elsewhere\"}".to_owned(),
        "{\"$ref\":\"#/%zz/~2/properties/\"}".to_owned(),
    ] {
        let outcome = with_schema(&schema, &everything);
        let shown: String = schema.chars().take(200).collect();
        assert!(outcome.diagnostics.len() < 40, "{shown}");
        for finding in &outcome.diagnostics {
            assert!(finding.message.len() < 2000, "{shown}: {} bytes", finding.message.len());
        }
    }
}

#[test]
fn schemas_are_large() {
    const MANY: usize = 100_000;
    let values = repeated(MANY, |number| format!("\"value {number}\","));
    let properties =
        repeated(MANY, |number| format!("\"argument{number}\":{{\"type\":\"string\"}},"));
    let branches = repeated(MANY, |number| format!("{{\"const\":{number}}},"));
    let schema = format!(
        "{{\"properties\":{{{properties}\"e\":{{\"enum\":[{values}1]}},\"b\":{{\"anyOf\":[{branches}{{}}]}},\"s\":{{\"oneOf\":[{branches}{{\"const\":1}}]}}}},\"additionalProperties\":false}}"
    );
    let tests = "require t with args.e == \"value 99999\"\nrequire t with args.e == \"valeu 7\"\n\
        require t with args.argumnet7 exists\nrequire t with args.b == 5 and args.s > 7\n\
        require t with args.s == \"x\"\n";
    let outcome = with_schema(&schema, tests);
    assert!(outcome.value.is_none() && outcome.diagnostics.len() < 10);
    for finding in &outcome.diagnostics {
        assert!(finding.message.len() < 2000, "{} bytes", finding.message.len());
    }
    let many = repeated(20_000, |number| format!("require t with args.e == \"v{number}\"\n"));
    let small =
        format!("{{\"properties\":{{\"e\":{{\"enum\":[{}1]}}}}}}", &values[..values.len() / 50]);
    assert!(with_schema(&small, &many).value.is_none());
}

#[test]
fn manifests_are_deep_or_full_of_tools() {
    for deep in [
        nested(100_000, "[", "", "]"),
        nested(100_000, "{\"tools\":", "1", "}"),
        "[".repeat(1_000_000),
        "{\"a\":".repeat(300_000),
        format!("{{\"tools\":[{{\"name\":\"t\",\"x\":{}}}]}}", nested(100_000, "[", "", "]")),
    ] {
        let loader = MemoryLoader::default().with("tools.json", deep);
        let outcome = beside("manifest \"tools.json\"\nallow @tools\n", loader);
        assert!(errors(&outcome).len() <= 3);
    }
    let same = repeated(50_000, |_| "{\"name\":\"t\"},".to_owned());
    let loader = MemoryLoader::default().with("tools.json", format!("[{same}{{\"name\":\"u\"}}]"));
    let outcome = beside("manifest \"tools.json\"\nallow @tools\n", loader);
    assert_eq!(compiled(&outcome).1["tools"].as_object().unwrap().len(), 2);
}

// ── policy.json ─────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_policy_json_is_hostile() {
    const MANY: usize = 100_000;
    let head = "{\"version\":\"1\",\"default\":\"deny\"";
    for text in [
        nested(MANY, "[", "", "]"),
        "[".repeat(MANY),
        nested(MANY, "{\"version\":", "1", "}"),
        format!("{head}{}}}", ",\"default\":\"deny\"".repeat(MANY)),
        format!("{head}{}}}", repeated(MANY, |number| format!(",\"key{number}\":1"))),
        format!("{head},\"hide\":[{}\"a\"]}}", "\"a\",".repeat(MANY)),
        format!("{head},\"hide\":[{}1]}}", "{},".repeat(MANY)),
        format!("{head},\"tools\":{{{}\"a\":{{}}}}}}", "\"a\":{},".repeat(MANY)),
        format!(
            "{head},\"tools\":{{\"a\":{{\"limits\":[{}1]}}}}}}",
            "{\"counter\":\"c\",\"window\":\"minute\",\"max\":1,\"scope\":\"grant\"},".repeat(MANY)
        ),
        format!(
            "{head},\"tools\":{{\"a\":{{\"require\":[{}1]}}}}}}",
            "{\"conditions\":[]},".repeat(MANY)
        ),
        format!("{head},\"{}\":1}}", "long ".repeat(LONG / 5)),
        format!("{head},\"default\":{}}}", "9".repeat(LONG)),
        format!("{head} {}", " ".repeat(LONG)),
    ] {
        let shown: String = text.chars().take(80).collect();
        let outcome = guarded(move || validate_policy_json("policy.json", text.into_bytes()));
        let count = outcome.diagnostics.len();
        assert!(
            outcome.value.is_none() && (1..=policy_json::MAX_FINDINGS + 1).contains(&count),
            "{shown}: {count}"
        );
        for finding in &outcome.diagnostics {
            let length = finding.message.chars().count();
            assert!(length < 400, "{shown}: {length} characters");
        }
    }
}
