//! The engine with rules that are made up: words that shall be replaced.

use super::*;
use crate::check::compile;
use crate::diagnostic::Applicability::{Safe, Unsafe};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{MemoryLoader, Span};

/// A word, what the fix writes instead, and what kind of finding it is.
type Word = (&'static str, &'static str, Code, Applicability);

/// Fixes policies of which every occurrence of the words is a finding.
fn fixed(
    words: &'static [Word],
    files: &[(&str, &str)],
    roots: &[&str],
    allowed: Applicability,
) -> Fixed {
    let mut loader = MemoryLoader::default();
    for (path, text) in files {
        loader.insert(*path, *text);
    }
    let policy = |path: &&str| Fixable {
        path: (*path).to_owned(),
        bytes: loader.read(path).unwrap(),
        options: Arc::default(),
    };
    let check = move |path: &str, bytes: Vec<u8>, loader: &dyn Loader, _: &Options| {
        // The compiler alone, so that no rule of the linter is in the way.
        let mut outcome = compile(path, bytes, loader).map(|_| ());
        let mut found = Vec::new();
        for (file, source) in outcome.sources.iter() {
            for (word, by, code, applicability) in words {
                for (at, _) in source.text().match_indices(word) {
                    let span = Span::new(file, at, at + word.len());
                    let finding = Diagnostic::new(*code, span, *word);
                    found.push(finding.with_fix(*applicability, format!("write {by}"), span, *by));
                }
            }
        }
        outcome.diagnostics.extend(found);
        Outcome::new(outcome.sources, outcome.diagnostics, Some(()))
    };
    fix_with(roots.iter().map(policy).collect(), &loader, allowed, &check)
}

/// The same for one file that stands alone: its text afterwards, and how many fixes were applied.
fn alone(words: &'static [Word], text: &str, allowed: Applicability) -> (String, usize) {
    let fixed = fixed(words, &[("a.gate", text)], &["a.gate"], allowed);
    assert_eq!(fixed.faults, []);
    match fixed.changes.as_slice() {
        [] => (text.to_owned(), 0),
        [change] => {
            assert_eq!((change.path.as_str(), change.before.as_str()), ("a.gate", text));
            (change.after.clone(), change.titles.len())
        }
        changes => panic!("{changes:?}"),
    }
}

#[test]
fn a_safe_fix_that_opens_a_door_is_left_out_alone() {
    const WORDS: &[Word] = &[
        ("deny b", "allow b", Code::InertRule, Safe),
        ("6/minute", "5/minute", Code::LooseCap, Safe),
    ];
    let text = "allow a 6/minute\ndeny b\nallow c 6/minute\n";
    let expected = "allow a 5/minute\ndeny b\nallow c 5/minute\n";
    assert_eq!(alone(WORDS, text, Safe), (expected.to_owned(), 2));
}

#[test]
fn an_unsafe_fix_runs_only_when_it_is_allowed() {
    const WORDS: &[Word] = &[("allow b", "deny b", Code::InertRule, Unsafe)];
    assert_eq!(alone(WORDS, "allow b\n", Safe), ("allow b\n".to_owned(), 0));
    assert_eq!(alone(WORDS, "allow b\n", Unsafe), ("deny b\n".to_owned(), 1));
}

#[test]
fn an_unsafe_fix_opens_no_door_either() {
    const WORDS: &[Word] = &[
        ("deny b", "allow b", Code::InertRule, Unsafe),
        ("6/minute", "5/minute", Code::LooseCap, Unsafe),
    ];
    let files = [("a.gate", "allow a 6/minute\ndeny b\n")];
    let fixed = fixed(WORDS, &files, &["a.gate"], Unsafe);
    assert_eq!(fixed.changes[0].after, "allow a 5/minute\ndeny b\n");
    let notes: Vec<String> = fixed.notes.iter().map(ToString::to_string).collect();
    let refused = "a.gate: did not apply 1 fix:\n  \
                   a.gate:2:1: write allow b: calls of `b` that are blocked now might get through";
    assert_eq!(notes, [refused]);
    const MANY: &[Word] = &[
        ("deny b", "allow b", Code::InertRule, Unsafe),
        ("deny c", "allow c", Code::InertRule, Unsafe),
        ("deny d", "allow d", Code::InertRule, Unsafe),
        ("deny e", "allow e", Code::InertRule, Unsafe),
        ("deny f", "allow f", Code::InertRule, Unsafe),
    ];
    let many = [("a.gate", "deny b\ndeny c\ndeny d\ndeny e\ndeny f\n")];
    let note = self::fixed(MANY, &many, &["a.gate"], Unsafe).notes[0].to_string();
    assert_eq!(note.lines().count(), 5, "{note}");
    assert!(note.starts_with("a.gate: did not apply 5 fixes:\n"), "{note}");
    assert!(note.ends_with("\n  and 2 more"), "{note}");
}

#[test]
fn in_a_text_with_errors_only_errors_are_corrected() {
    const WORDS: &[Word] = &[
        ("6/minute", "5/minute", Code::LooseCap, Safe),
        ("allow @no", "allow b", Code::UnknownGroup, Unsafe),
    ];
    let text = "allow a 6/minute\nallow @no\n";
    assert_eq!(alone(WORDS, text, Safe), (text.to_owned(), 0));
    assert_eq!(alone(WORDS, text, Unsafe).0, "allow a 5/minute\nallow b\n");
}

#[test]
fn of_two_tools_with_a_finding_at_one_place_the_good_fix_stays() {
    let mut loader = MemoryLoader::default();
    loader.insert("a.gate", "allow a, b\n");
    let policy = Fixable {
        path: "a.gate".to_owned(),
        bytes: loader.read("a.gate").unwrap(),
        options: Arc::default(),
    };
    // A finding about `a` that its fix removes, beside one about `b` that stays.
    let check = |path: &str, bytes: Vec<u8>, loader: &dyn Loader, _: &Options| {
        let mut outcome = compile(path, bytes, loader).map(|_| ());
        let (file, source) = outcome.sources.iter().next().unwrap();
        let end = source.text().len();
        let finding = |tool| {
            let span = Span::new(file, 0, 5);
            Diagnostic::new(Code::UncappedWrite, span, tool).with_tools([tool])
        };
        let mut found = vec![finding("b")];
        if !source.text().contains("rate a") {
            let at = Span::new(file, end, end);
            found.push(finding("a").with_fix(Unsafe, "cap `a`", at, "rate a 5/minute\n"));
        }
        outcome.diagnostics.extend(found);
        Outcome::new(outcome.sources, outcome.diagnostics, Some(()))
    };
    let fixed = fix_with(vec![policy], &loader, Unsafe, &check);
    assert_eq!(fixed.changes[0].after, "allow a, b\nrate a 5/minute\n");
    assert_eq!(fixed.notes, []);
}

#[test]
fn what_is_left_when_the_budget_is_spent_is_reported() {
    // Every one of the fixes opens a door, so that each has to be tried alone.
    const WORDS: &[Word] = &[("deny x", "allow x", Code::InertRule, Safe)];
    let text: String = (0..1200).map(|number| format!("deny x{number}\n")).collect();
    let fixed = fixed(WORDS, &[("a.gate", &text)], &["a.gate"], Safe);
    assert_eq!(fixed.changes, []);
    let stopped = FixNote::Stopped { path: "a.gate".to_owned() };
    assert!(fixed.notes.contains(&stopped), "{:?}", fixed.notes);
}

#[test]
fn errors_that_go_on_and_on_are_not_corrected_for_ever() {
    // Each correction brings the next mistake.
    const WORDS: &[Word] = &[("zzz x\n", "allow x\nzzz x\n", Code::Syntax, Unsafe)];
    let fixed = fixed(WORDS, &[("a.gate", "zzz x\n")], &["a.gate"], Unsafe);
    assert_eq!(fixed.notes, [FixNote::Stopped { path: "a.gate".to_owned() }]);
}

#[test]
fn what_a_fix_writes_is_laid_out_where_the_file_was() {
    const WORDS: &[Word] = &[("6/minute", "5/minute ,  9/hour", Code::LooseCap, Safe)];
    assert_eq!(alone(WORDS, "allow a 6/minute\n", Safe).0, "allow a 5/minute, 9/hour\n");
    assert_eq!(alone(WORDS, "allow  a 6/minute\n", Safe).0, "allow  a 5/minute ,  9/hour\n");
}

#[test]
fn a_fix_that_breaks_the_text_is_left_out() {
    const WORDS: &[Word] = &[
        ("hide c", "hide (", Code::HiddenAllow, Unsafe),
        ("hide d", "allow @no", Code::RedundantCap, Unsafe),
        ("6/minute", "5/minute", Code::LooseCap, Unsafe),
    ];
    let text = "allow a 6/minute\nhide c\nhide d\n";
    let expected = "allow a 5/minute\nhide c\nhide d\n";
    assert_eq!(alone(WORDS, text, Unsafe), (expected.to_owned(), 1));
}

#[test]
fn a_fix_that_leaves_its_finding_is_left_out() {
    const WORDS: &[Word] = &[
        ("allow b", "allow b 5/minute", Code::UncappedWrite, Unsafe),
        ("6/minute", "5/minute", Code::LooseCap, Unsafe),
    ];
    let text = "allow a 6/minute\nallow b\n";
    assert_eq!(alone(WORDS, text, Unsafe), ("allow a 5/minute\nallow b\n".to_owned(), 1));
}

#[test]
fn in_a_text_with_errors_a_fix_may_uncover_others() {
    const WORDS: &[Word] = &[("alow", "allow", Code::Syntax, Unsafe)];
    let (text, count) = alone(WORDS, "alow @no\nalow a\n", Unsafe);
    assert_eq!((text.as_str(), count), ("allow @no\nallow a\n", 2));
}

#[test]
fn what_a_fix_uncovers_is_fixed_in_the_next_round() {
    const WORDS: &[Word] = &[
        ("9/minute", "8/minute", Code::LooseCap, Safe),
        ("8/minute", "7/minute", Code::RedundantCap, Safe),
        ("7/minute", "6/minute", Code::UnreachableCap, Safe),
    ];
    assert_eq!(alone(WORDS, "allow a 9/minute\n", Safe), ("allow a 6/minute\n".to_owned(), 3));
}

#[test]
fn bad_fixes_are_found_among_many() {
    const WORDS: &[Word] = &[
        ("9/minute", "8/minute", Code::LooseCap, Safe),
        ("deny x", "allow x", Code::InertRule, Safe),
    ];
    let mut text = String::new();
    for number in 0..200 {
        text.push_str(&format!("allow a{number} 9/minute\n"));
        if number % 40 == 7 {
            text.push_str(&format!("deny x{number}\n"));
        }
    }
    let expected = text.replace(" 9/minute", " 8/minute");
    assert_eq!(alone(WORDS, &text, Safe), (expected, 200));
}

#[test]
fn fixes_that_undo_each_other_are_a_fault_and_change_nothing() {
    const WORDS: &[Word] = &[
        ("as x", "as y", Code::LooseCap, Unsafe),
        ("as y", "as x", Code::RedundantCap, Unsafe),
        ("allow b", "deny b", Code::InertRule, Unsafe),
    ];
    let files = [("a.gate", "allow a 8/minute as x\nallow b\n"), ("c.gate", "allow b\n")];
    let fixed = fixed(WORDS, &files, &["a.gate", "c.gate"], Unsafe);
    let [fault] = fixed.faults.as_slice() else { panic!("{:?}", fixed.faults) };
    assert_eq!(fault.titles, ["write as x", "write as y"]);
    assert_eq!(fault.to_string(), "a.gate: these fixes undo each other: write as x; write as y");
    let paths: Vec<&str> = fixed.changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(paths, ["c.gate"]);
    assert_eq!(fixed.outcomes.len(), 2);
}

const SHARED: &[Word] = &[("rate b 5/minute\n", "", Code::InertRule, Safe)];

#[test]
fn a_shared_file_is_fixed_once() {
    let files = [
        ("p/a.gate", "include \"../shared.gate\"\nallow a\n"),
        ("p/b.gate", "include \"../shared.gate\"\nallow c\n"),
        ("shared.gate", "rate b 5/minute\nhide d\n"),
    ];
    let fixed = fixed(SHARED, &files, &["p/a.gate", "p/b.gate"], Safe);
    let [change] = fixed.changes.as_slice() else { panic!("{:?}", fixed.changes) };
    assert_eq!((change.path.as_str(), change.after.as_str()), ("shared.gate", "hide d\n"));
    assert_eq!(change.titles.len(), 1);
    for outcome in &fixed.outcomes {
        assert_eq!(outcome.diagnostics, []);
        assert!(outcome.sources.iter().any(|(_, source)| source.text() == "hide d\n"));
    }
}

#[test]
fn a_fix_in_a_shared_file_must_be_good_for_every_policy() {
    let files = [
        ("a.gate", "include \"shared.gate\"\nallow a\n"),
        ("b.gate", "include \"shared.gate\"\nallow b\n"),
        ("shared.gate", "rate b 5/minute\nhide d\n"),
    ];
    // In the first policy the cap does nothing; in the second one it does.
    assert_eq!(fixed(SHARED, &files, &["a.gate"], Safe).changes.len(), 1);
    assert_eq!(fixed(SHARED, &files, &["a.gate", "b.gate"], Safe).changes, []);
}

#[test]
fn only_the_files_of_the_policy_are_changed() {
    const WORDS: &[Word] = &[("5/minute", "4/minute", Code::InertRule, Unsafe)];
    let files = [
        ("a.gate", "manifest \"tools.json\"\nallow set_tag 5/minute\n"),
        ("tools.json", "{\"tools\":[{\"name\":\"set_tag\",\"description\":\"5/minute\"}]}"),
    ];
    let fixed = fixed(WORDS, &files, &["a.gate"], Unsafe);
    let paths: Vec<&str> = fixed.changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(paths, ["a.gate"]);
}

#[test]
fn a_root_is_found_under_its_normal_name() {
    const WORDS: &[Word] = &[("9/minute", "8/minute", Code::LooseCap, Safe)];
    let loader_name = "./p//a.gate";
    let fixed = fixed(WORDS, &[(loader_name, "allow a 9/minute\n")], &[loader_name], Safe);
    assert_eq!(fixed.changes.len(), 1);
    assert_eq!(fixed.changes[0].path, "p/a.gate");
    assert_eq!(fixed.changes[0].after, "allow a 8/minute\n");
    assert_eq!(fixed.outcomes[0].diagnostics, []);
}
