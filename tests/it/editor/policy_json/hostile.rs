//! Broken and hostile documents: every question is asked at every place.

use gatewright::editor::answers::{
    actions, complete, definition, folds, highlights, hints, hover, references, selection, symbols,
};
use gatewright::editor::{Snapshot, View};

use super::super::fixture::{Fixture, Names};
use super::{POLICY, document, variants};

/// Asks everything at an offset, whether a character begins there or not.
fn ask(view: &View, offset: usize) {
    let text = view.text();
    let whole = |range: &std::ops::Range<usize>| {
        assert!(text.get(range.clone()).is_some(), "{range:?} at {offset}\n{text}");
    };
    ask_often(view, offset);
    selection(view, offset).iter().for_each(whole);
    for link in definition(view, offset) {
        whole(&link.origin);
        assert!(link.target.file.text().get(link.selection).is_some());
    }
    references(view, offset, false).iter().for_each(|place| whole(&place.range));
    highlights(view, offset).iter().for_each(|(range, _)| whole(range));
}

fn ask_often(view: &View, offset: usize) {
    for item in complete(view, &Names(&[]), offset).items {
        assert!(view.text().get(item.replace).is_some());
    }
    if let Some(hover) = hover(view, offset) {
        assert!(view.text().get(hover.range).is_some());
    }
}

/// Makes the changes of every action.
fn act(snapshot: &Snapshot, view: &View, offset: usize) {
    for action in actions(snapshot, view, offset..offset, &[]) {
        action.edits.files.values().for_each(|file| drop(file.applied()));
    }
}

fn ask_of_all(view: &View) {
    let text = view.text();
    folds(view).iter().for_each(|fold| assert!(text.get(fold.range.clone()).is_some()));
    for symbol in symbols(view) {
        assert!(text.get(symbol.range).is_some() && text.get(symbol.selection).is_some());
    }
    hints(view, 0..text.len()).iter().for_each(|hint| assert!(text.is_char_boundary(hint.offset)));
}

/// Asks at every `step`th byte for what is asked most, and less often for the rest.
fn ask_everywhere(fixture: &Fixture, step: usize) {
    let snapshot = fixture.snapshot();
    let view = snapshot.view(&fixture.path).unwrap();
    ask_of_all(&view);
    for offset in (0..=view.text().len() + 1).step_by(step) {
        ask_often(&view, offset);
        if offset % 5 == 0 {
            ask(&view, offset);
        }
        if offset % 16 == 0 {
            act(&snapshot, &view, offset);
        }
    }
}

fn ask_example(name: &str, manifest: &str, step: usize) {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/");
    let text = std::fs::read_to_string(format!("{root}{name}/policy.json")).unwrap();
    let tools = std::fs::read_to_string(format!("{root}{name}/{manifest}.tools.json")).unwrap();
    let configuration = "[manifests]\n\"policy.json\" = \"tools.json\"\n";
    let files =
        [("policy.json", &*text), ("tools.json", &*tools), ("gatewright.toml", configuration)];
    ask_everywhere(&Fixture::files(&files), step);
}

#[test]
fn the_small_example_answers_at_every_byte() {
    ask_example("mlflow", "mlflow", 1);
}

#[test]
fn the_example_with_conditions_answers_at_every_byte() {
    ask_example("support-desk", "desk", 1);
}

#[test]
fn the_large_example_answers_at_bytes_of_every_kind() {
    ask_example("payments", "payments", 3);
}

#[test]
fn every_variant_answers_at_every_byte() {
    for text in variants(POLICY) {
        ask_everywhere(&document(&text), 3);
    }
}

#[test]
fn every_beginning_answers_at_its_end() {
    for (at, _) in POLICY.char_indices().step_by(3) {
        for text in [&POLICY[..at], &POLICY[at..]] {
            let fixture = document(text);
            let snapshot = fixture.snapshot();
            let view = snapshot.view(&fixture.path).unwrap();
            ask_of_all(&view);
            ask(&view, view.text().len());
            ask(&view, view.text().len() / 2);
            act(&snapshot, &view, view.text().len() / 2);
        }
    }
}

#[test]
fn a_character_too_much_or_too_little_breaks_nothing() {
    for (at, character) in POLICY.char_indices().step_by(7) {
        let next = at + character.len_utf8();
        let without = format!("{}{}", &POLICY[..at], &POLICY[next..]);
        let with = ["\"", "{", "]", ",", ":", "\\", "\u{1f600}"]
            .map(|extra| format!("{}{extra}{}", &POLICY[..at], &POLICY[at..]));
        for text in with.iter().chain([&without]) {
            let fixture = document(text);
            let snapshot = fixture.snapshot();
            let view = snapshot.view(&fixture.path).unwrap();
            ask_of_all(&view);
            (at.saturating_sub(1)..at + 3).for_each(|offset| ask(&view, offset));
            act(&snapshot, &view, at);
        }
    }
}

#[test]
fn large_and_deep_documents_are_answered() {
    let tools: String = (0..20_000)
        .map(|number| format!("\"tool_{number}\":{{\"limits\":[{{\"counter\":\"tool_{number}_rate\",\"window\":\"minute\",\"max\":30,\"scope\":\"grant\"}}]}},"))
        .collect();
    let line = format!("{{\"version\":\"1\",\"default\":\"deny\",\"tools\":{{{tools}\"x\":{{\"");
    let deep = "{\"tools\":".repeat(100_000);
    let lists = "[".repeat(300_000);
    let counters = "{\"counter\":\"c\",\"max\":1,\"a\":".repeat(50_000);
    let strings = "\"\\\"".repeat(100_000);
    let lines = line.replace(',', ",\n");
    for text in [line, lines, deep, lists, counters, strings] {
        let fixture = document(&text);
        let snapshot = fixture.snapshot();
        let view = snapshot.view(&fixture.path).unwrap();
        // Some thirty questions: a quadratic step would take minutes each.
        ask_of_all(&view);
        for offset in [0, 13, text.len() / 2, text.len()] {
            ask(&view, offset);
            act(&snapshot, &view, offset);
        }
    }
}
