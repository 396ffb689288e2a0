//! What can be folded, and what is selected step by step.

use gatewright::editor::answers::{folds, selection};
use gatewright::editor::folding::FoldKind;

use super::fixture::{Fixture, variants};

/// The folds as pairs of lines, counted from the first line of `begin`.
fn folded(text: &str, begin: &str) -> Vec<(u32, u32, FoldKind)> {
    let view = Fixture::gate(text).view();
    let line = |offset: usize| view.source().position(offset as u32).line;
    let first = line(view.text().find(begin).unwrap());
    let all = folds(&view);
    assert!(all.iter().all(|fold| view.text().get(fold.range.clone()).is_some()));
    let lines = all.iter().map(|fold| {
        // The first line stays whole, and no line break goes at the end.
        assert!(view.text()[fold.range.clone()].starts_with(['\n', '\r']), "{fold:?}");
        assert!(!view.text()[fold.range.clone()].ends_with(['\n', '\r']), "{fold:?}");
        (line(fold.range.start), line(fold.range.end), fold.kind)
    });
    lines
        .filter(|(start, ..)| *start >= first)
        .map(|(start, end, kind)| (start - first + 1, end - first + 1, kind))
        .collect()
}

#[test]
fn blocks_lists_comments_and_named_files_fold() {
    let text = "include \"a.gate\"
include \"b.gate\"

# One.
# Two.
allow x
allow y

# Three.
hide z

allow a,
    b,
    c

tool x {
    # Four.
    # Five.
    allow 5/hour
    approve when args.x in [
        \"a\",
        {
            \"b\": 1
        }
    ]
    # Six.
    # Seven.
}

# Eight.
# Nine.
";
    use FoldKind::{Comment, Imports, Region};
    let expected = [
        (1, 2, Imports),
        (4, 5, Comment),
        (5, 7, Region),
        (12, 14, Region),
        (16, 27, Region),
        (17, 18, Comment),
        (20, 24, Region),
        (20, 25, Region),
        (22, 23, Region),
        (26, 27, Comment),
        (30, 31, Comment),
    ];
    for text in variants(text) {
        let mut found = folded(&text, "include \"a.gate\"");
        found.sort_by_key(|(start, end, _)| (*start, *end));
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn what_stands_on_one_line_does_not_fold() {
    for text in variants("# One.\n\nallow x  # a\n# Two.\nallow y\n\ntool z { allow }\n") {
        assert_eq!(folded(&text, "# One."), []);
    }
    assert_eq!(folded("", ""), []);
    assert_eq!(folded("\u{feff}# One.\n# Two.\n", "#"), [(1, 2, FoldKind::Comment)]);
}

#[test]
fn what_is_not_closed_folds_as_far_as_it_goes() {
    let text = "tool x {\n    allow 5/hour\n    hide\n\n";
    assert_eq!(folded(text, "tool"), [(1, 3, FoldKind::Region)]);
}

/// What is selected step by step.
fn grown(text: &str) -> Vec<String> {
    let fixture = Fixture::gate(text);
    let view = fixture.view();
    let ranges = selection(&view, fixture.offset);
    for pair in ranges.windows(2) {
        assert!(pair[1].start <= pair[0].start && pair[0].end <= pair[1].end, "{ranges:?}");
        assert!(pair[1].len() > pair[0].len(), "{ranges:?}");
    }
    assert_eq!(ranges.last(), Some(&(0..view.text().len())));
    ranges.iter().map(|range| view.text()[range.clone()].replace('\r', "")).collect()
}

#[test]
fn a_selection_grows_from_the_word_to_the_file() {
    let text = "allow a

# Why.
approve x, y when (not args.a.b‸ == 5 or args.c in [1, 2]) and args.d exists because \"No.\"
hide z

hide a
";
    let expected = [
        "b",
        "args.a.b",
        "args.a.b == 5",
        "not args.a.b == 5",
        "not args.a.b == 5 or args.c in [1, 2]",
        "(not args.a.b == 5 or args.c in [1, 2])",
        "(not args.a.b == 5 or args.c in [1, 2]) and args.d exists",
        "when (not args.a.b == 5 or args.c in [1, 2]) and args.d exists",
        "approve x, y when (not args.a.b == 5 or args.c in [1, 2]) and args.d exists because \"No.\"",
        "approve x, y when (not args.a.b == 5 or args.c in [1, 2]) and args.d exists because \"No.\"\nhide z",
    ];
    for text in variants(text) {
        let found = grown(&text);
        assert_eq!(&found[..10], expected);
        assert!(found[10].starts_with("# Why.\napprove") && found[10].ends_with("hide z"));
        assert_eq!(found.len(), 12);
    }
}

#[test]
fn every_part_of_a_statement_is_a_step() {
    for (text, expected) in [
        ("allow x, ge‸t.page 5/hour", &["get", "get.page", "x, get.page"][..]),
        ("allow x except y, ‸@z", &["@z", "y, @z", "except y, @z", "x except y, @z"]),
        ("allow x having args.‸k", &["k", "args.k", "having args.k", "x having args.k"]),
        ("rate x 5/hour, 6/d‸ay as c", &["day", "6/day", "5/hour, 6/day"]),
        ("rate x 5/hour as c‸", &["c", "as c"]),
        (
            "deny x because \"Not th‸is.\"",
            &["this", "Not this.", "\"Not this.\"", "because \"Not this.\""],
        ),
        (
            "deny x when args.a in [1, {\"k\": ‸2}]",
            &["2", "\"k\": 2", "{\"k\": 2}", "[1, {\"k\": 2}]", "args.a in [1, {\"k\": 2}]"],
        ),
        ("include \"a/‸b.gate\"", &["b", "a/b.gate", "\"a/b.gate\"", "include \"a/b.gate\""]),
        ("classify x as read because \"‸y\"", &["y", "\"y\"", "because \"y\""]),
        ("allow x‸, , y", &["x", "allow x, , y"]),
        (
            "tool x {\n    deny when args.a ‸== 1\n}",
            &["==", "args.a == 1", "when args.a == 1", "deny when args.a == 1"],
        ),
    ] {
        for text in variants(&format!("{text}\n\n# End.\n")) {
            let found = grown(&text);
            assert_eq!(&found[..expected.len()], expected, "{text:?}");
        }
    }
}

#[test]
fn a_comment_grows_over_its_lines_to_what_it_is_about() {
    for text in variants("allow x\n\n# One.\n# Tw‸o.\nallow y  # Beside.\n\nallow z\n") {
        let found = grown(&text);
        let expected = ["Two", "# Two.", "# One.\n# Two.", "# One.\n# Two.\nallow y  # Beside."];
        assert_eq!(&found[..4], expected);
        assert_eq!(found.len(), 5);
    }
    assert_eq!(grown("‸# One."), ["# One."]);
    assert_eq!(grown("allow x\n‸\nallow y\n").len(), 1);
}
