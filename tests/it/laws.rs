//! Laws that hold for every file: those of the repository, the examples of the explanations, generated ones, and what
//! random edits make of them.

mod corpus;
mod edits;
mod fixes;
mod mistakes;
mod mutate;
mod order;
mod suppressions;
mod tokens;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use gatewright::check::{Options, Outcome, check_gate};
use gatewright::diagnostic::{Code, Diagnostic, has_errors};
use gatewright::lint::rules;
use gatewright::source::{MemoryLoader, SourceSet, Span};
use gatewright::syntax;
use gatewright::text::is_hidden;

use self::corpus::{Kind, Sample, gate_samples, samples};
use crate::random::Random;
use crate::support::{plain, plain_diagnostics};

/// Files up to this many bytes are cut at every character.
const SMALL: usize = 700;

/// A message longer than this, in characters, is no message.
const LONGEST_MESSAGE: usize = 400;

#[test]
fn every_file_is_handled_soundly() {
    // A test file is checked, and never compiled.
    for sample in samples() {
        let outcome = sound(&sample, sample.text.clone().into_bytes());
        if sample.kind == Kind::Gate && !sample.path.ends_with("_test.gate") {
            let checked = check_gate(
                &sample.path,
                sample.text.clone().into(),
                &*sample.beside,
                &Options::default(),
            );
            let others = checked.diagnostics.iter().filter(|found| !is_of_checks(found.code));
            assert!(others.eq(&outcome.diagnostics), "{}\n{}", sample.path, plain(&checked));
        }
    }
}

/// Whether only a check, not the compiler, may find this: what is the linter's, and what is said of suppressions.
fn is_of_checks(code: Code) -> bool {
    matches!(code, Code::UnusedSuppression | Code::ExpiredSuppression)
        || rules().iter().any(|rule| rule.code == code)
}

#[test]
fn every_prefix_is_handled_soundly() {
    for sample in samples() {
        let mut ends: Vec<usize> = sample.text.char_indices().map(|(at, _)| at).collect();
        let step = ends.len() / SMALL + 1;
        // Reading is tried at every character, the whole way to policy.json at some.
        let whole_step = if sample.kind == Kind::Manifest { ends.len() / 12 + 1 } else { 15 };
        ends = ends.into_iter().step_by(step).collect();
        for (number, end) in ends.into_iter().enumerate() {
            let prefix = &sample.text[..end];
            if sample.kind == Kind::Gate {
                read(&sample.path, prefix);
            }
            if number % whole_step == 0 {
                sound(&sample, prefix.as_bytes().to_vec());
            }
        }
    }
}

#[test]
fn every_mutation_is_handled_soundly() {
    for (number, sample) in samples().into_iter().enumerate() {
        let mut random = Random::new(number as u64);
        let times = (40_000 / (sample.text.len() + 400)).clamp(4, 30);
        for _ in 0..times {
            let text = mutate::mutated(&sample.text, &mut random);
            if sample.kind == Kind::Gate {
                read(&sample.path, &text);
            }
            sound(&sample, text.into_bytes());
        }
        for _ in 0..2 {
            sound(&sample, mutate::mutated_bytes(&sample.text, &mut random));
        }
    }
}

#[test]
fn mutated_texts_are_read_as_the_grammar_says() {
    for (number, sample) in gate_samples().into_iter().enumerate() {
        let mut random = Random::new(7000 + number as u64);
        for _ in 0..60 {
            read(&sample.path, &mutate::mutated(&sample.text, &mut random));
        }
    }
}

#[test]
fn line_ends_marks_and_trailing_blanks_change_nothing() {
    for (number, sample) in samples().into_iter().enumerate() {
        let mut random = Random::new(9000 + number as u64);
        for round in 0..4 {
            let text = match round {
                0 => sample.text.clone(),
                _ if sample.kind == Kind::Manifest => break,
                _ => mutate::mutated(&sample.text, &mut random),
            };
            if text.contains(['\r', '\u{feff}']) {
                continue;
            }
            let outcome = sample.run_text(&text);
            let crlf = text.replace('\n', "\r\n");
            let marked = format!("\u{feff}{text}");
            let trailing = text.replace('\n', " \t \n");
            for (what, other) in [("CRLF", crlf), ("a mark", marked), ("blanks", trailing)] {
                let changed = sample.run_text(&other);
                let message = || {
                    let path = &sample.path;
                    format!("{what} in {path}\n{text}\n{}\n{}", plain(&outcome), plain(&changed))
                };
                assert_eq!(
                    codes(&outcome.diagnostics),
                    codes(&changed.diagnostics),
                    "{}",
                    message()
                );
                assert_eq!(outcome.value, changed.value, "{}", message());
            }
        }
    }
}

#[test]
fn the_same_files_give_the_same_bytes() {
    for sample in gate_samples() {
        let first = sample.run_text(&sample.text);
        let second = sample.run_text(&sample.text);
        assert_eq!(first.value, second.value, "{}", sample.path);
        assert_eq!(first.diagnostics, second.diagnostics, "{}", sample.path);
    }
}

#[test]
fn the_order_in_which_files_are_given_changes_nothing() {
    let files = [
        ("a.gate", "group a = get_run\nallow @b 5/minute\nallow search_runs\n"),
        (
            "b.gate",
            "group b = set_run_tag, @a\ninclude \"c.gate\"\nrequire get_run with args.run_id exists\n",
        ),
        ("c.gate", "include \"a.gate\"\nhide delete_*\nrate all 5/day\n"),
    ];
    let root =
        "manifest \"tools.json\"\ninclude \"c.gate\"\ninclude \"b.gate\"\ninclude \"a.gate\"\n";
    let mut outputs: Vec<String> = Vec::new();
    for seed in 0..12 {
        let mut random = Random::new(seed);
        let mut files = files;
        random.shuffle(&mut files);
        let mut loader = mistakes::loader();
        for (path, text) in files {
            loader.insert(path, text);
            loader.insert(format!("unrelated-{seed}-{path}"), "allow get_run\n");
        }
        let outcome = gatewright::check::compile("policy.gate", root.into(), &loader);
        outputs.push(outcome.value.unwrap());
    }
    outputs.dedup();
    assert_eq!(outputs.len(), 1, "{outputs:#?}");
}

#[test]
fn independent_mistakes_are_found_each_on_its_line_and_nowhere_else() {
    let loader = mistakes::loader();
    const { assert!(mistakes::KINDS >= 40) };
    for seed in 0..400 {
        let mut random = Random::new(seed);
        let (text, wrong) = mistakes::file(20, &mut random);
        assert!(wrong.len() >= 20);
        let outcome = gatewright::check::compile("policy.gate", text.clone().into(), &loader);
        let found: Vec<(usize, Code)> = outcome
            .diagnostics
            .iter()
            .filter(|finding| finding.is_error())
            .map(|finding| (line(&text, finding.primary.span), finding.code))
            .collect();
        let differences = differences(&wrong, &found);
        assert!(
            differences.is_empty(),
            "seed {seed}\n{differences}\n{}\n{}",
            numbered(&text),
            plain(&outcome)
        );
    }
}

#[test]
fn right_lines_have_no_errors_in_any_order() {
    let loader = mistakes::loader();
    for seed in 0..60 {
        let (text, _) = mistakes::file(0, &mut Random::new(seed));
        let outcome = gatewright::check::compile("policy.gate", text.clone().into(), &loader);
        assert!(outcome.value.is_some(), "{}\n{}", numbered(&text), plain(&outcome));
    }
}

/// What is expected and not found, or found and not expected.
fn differences(wrong: &[(usize, Code)], found: &[(usize, Code)]) -> String {
    let mut counts: BTreeMap<(usize, Code), i32> = BTreeMap::new();
    for place in wrong {
        *counts.entry(*place).or_default() += 1;
    }
    for place in found {
        *counts.entry(*place).or_default() -= 1;
    }
    let line = |((line, code), count): (&(usize, Code), &i32)| match count {
        0 => String::new(),
        1.. => format!("line {line}: {code} is not found\n"),
        _ => format!("line {line}: {code} is found {} times too often\n", -count),
    };
    counts.iter().map(line).collect()
}

fn line(text: &str, span: Span) -> usize {
    text[..span.start as usize].matches('\n').count() + 1
}

fn numbered(text: &str) -> String {
    text.lines().enumerate().map(|(number, line)| format!("{:3} {line}\n", number + 1)).collect()
}

fn codes(diagnostics: &[Diagnostic]) -> Vec<Code> {
    diagnostics.iter().map(|finding| finding.code).collect()
}

/// Runs a sample with other bytes and fails unless the outcome is sound: no panic, every place in its file, every message
/// fit to be shown, and a value exactly when there is no error.
fn sound(sample: &Sample, bytes: Vec<u8>) -> Outcome<String> {
    let shown = String::from_utf8_lossy(&bytes).into_owned();
    let outcome = catch_unwind(AssertUnwindSafe(|| sample.run(bytes)));
    let Ok(outcome) = outcome else { panic!("{} makes a panic:\n{shown:?}", sample.path) };
    for finding in &outcome.diagnostics {
        if let Some(fault) = fault(&outcome.sources, finding) {
            panic!("{}: {fault}\n{shown:?}\n{finding:#?}", sample.path);
        }
    }
    let expected = !has_errors(&outcome.diagnostics);
    assert_eq!(outcome.value.is_some(), expected, "{}\n{shown}\n{}", sample.path, plain(&outcome));
    outcome
}

/// What is wrong with a finding.
fn fault(sources: &SourceSet, finding: &Diagnostic) -> Option<String> {
    let labels = finding.labels.iter().map(|label| label.span);
    let edits = finding.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
    for span in std::iter::once(finding.primary.span).chain(labels).chain(edits) {
        let Some(file) = sources.get(span.file) else { return Some("no such file".to_owned()) };
        if file.text().get(span.range()).is_none() {
            return Some(format!("{span:?} is no place in {}", file.path()));
        }
    }
    let titles = finding.fixes.iter().map(|fix| &fix.title);
    let mut texts =
        finding.notes.iter().chain(&finding.help).chain(titles).chain([&finding.message]);
    if texts.clone().any(|text| text.trim().is_empty()) {
        return Some("an empty text".to_owned());
    }
    let mut labels = std::iter::once(&finding.primary).chain(&finding.labels);
    let hides = |text: &str| text.contains(is_hidden);
    if texts.any(|text| hides(text)) || labels.any(|label| hides(&label.message)) {
        return Some("a text with hidden characters".to_owned());
    }
    if finding.message.ends_with('.') || finding.message.chars().count() > LONGEST_MESSAGE {
        return Some("a message that ends in a full stop, or is too long".to_owned());
    }
    None
}

/// Reads a text and fails unless the reader, which goes from statement to statement, takes exactly what the grammar as a
/// whole takes, but for what is judged beside the grammar.
fn read(path: &str, text: &str) {
    let mut sources = SourceSet::default();
    let file = sources.add(path, text);
    let result = catch_unwind(|| (syntax::parse(file, text), syntax::accepts(text)));
    let Ok(((tree, findings), accepted)) = result else {
        panic!("{path} makes a panic:\n{text:?}")
    };
    let mut end = 0;
    for statement in &tree.statements {
        let range = statement.span.range();
        assert!(
            end <= range.start && text.get(range.clone()).is_some(),
            "{path}\n{text:?}\n{tree:#?}"
        );
        end = range.end;
    }
    let refused = findings.iter().any(|finding| !is_judged_beside_the_grammar(finding));
    let shown = plain_diagnostics(&sources, &findings);
    assert_eq!(accepted, !refused, "{path}\naccepted: {accepted}\n{text}\n{text:?}\n{shown}");
    if let Some(fault) = findings.iter().find_map(|finding| fault(&sources, finding)) {
        panic!("{path}: {fault}\n{text:?}\n{shown}");
    }
}

/// What the grammar leaves to the code that reads its tree: words as names, numbers of calls, the content of strings, keys
/// that stand twice or are empty, blocks without rules, and characters that nobody sees.
fn is_judged_beside_the_grammar(finding: &Diagnostic) -> bool {
    match finding.code {
        Code::WordAsName | Code::InvalidString | Code::DuplicateKey | Code::EmptyBlock => true,
        Code::InvalidCharacter => finding.message.starts_with("the source contains"),
        Code::InvalidRate => {
            finding.message.contains("a cap of 0")
                || finding.message.contains("more than the gateway can count")
        }
        Code::InvalidPath => finding.message.contains("name of an argument is empty"),
        _ => false,
    }
}

/// The laws need files beside which nothing lies, too.
#[test]
fn a_file_without_its_neighbours_is_handled_soundly() {
    for sample in gate_samples() {
        let alone = Sample { beside: MemoryLoader::default().into(), ..sample };
        sound(&alone, alone.text.clone().into_bytes());
    }
}
