//! Laws of incremental work: what is read, checked or told after an edit is what a whole reading or a whole check says, findings
//! included.
//!
//! The variable `GATEWRIGHT_EDITS` sets how many random edits each law is tried on, and `GATEWRIGHT_SEED` which ones. Without
//! them there are a thousand, always the same.

mod shrink;
mod texts;

use std::sync::Arc;

use gatewright::check::{self, Analysis, Options};
use gatewright::diagnostic::{self, Diagnostic};
use gatewright::editor::{Checked, Workspace};
use gatewright::lint::Form;
use gatewright::resolve::Cache;
use gatewright::source::{MemoryLoader, SourceFile, SourceSet};
use gatewright::syntax::{self, Before, Tree};

use self::shrink::smallest;
use super::mutate;
use crate::random::Random;

/// So many edits are made to a text before the next one is taken.
const SESSION: usize = 10;

/// What came of trying a law on a text before and after an edit.
enum Tried {
    /// The incremental way was taken, and the results are the same.
    Same,
    /// There was no incremental way.
    Whole,
    /// The results differ: the incremental one, then the whole one.
    Different(String, String),
}

/// The number in an environment variable, or another one.
fn variable(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |value| value.parse().unwrap())
}

/// Tries a law on its share of the random edits of random texts. Fails with the smallest texts for which it does not hold;
/// returns how often the incremental way was taken, and how many edits there were.
#[expect(clippy::print_stdout, reason = "tells those who run many edits how many there were")]
fn try_on_edits(
    seed: u64,
    share: usize,
    text: fn(&mut Random) -> String,
    law: impl Fn(&str, &str) -> Tried,
) -> (usize, usize) {
    let edits = usize::try_from(variable("GATEWRIGHT_EDITS", 1000)).unwrap() / share;
    let mut random = Random::new(seed ^ (variable("GATEWRIGHT_SEED", 0) << 8));
    let (mut made, mut incremental) = (0, 0);
    while made < edits {
        let mut before = text(&mut random);
        for _ in 0..SESSION.min(edits - made) {
            let after = texts::edited(&before, &mut random);
            made += 1;
            match law(&before, &after) {
                Tried::Same => incremental += 1,
                Tried::Whole => {}
                Tried::Different(..) => {
                    let fails = |before: &str, after: &str| {
                        matches!(law(before, after), Tried::Different(..))
                    };
                    let (before, after) = smallest(before, after, fails);
                    let Tried::Different(got, expected) = law(&before, &after) else {
                        panic!("it was shrunk as long as it failed")
                    };
                    panic!(
                        "{before:?}\n{after:?}\n{before}\n----\n{after}\n---- incremental:\n{got}\n---- whole:\n{expected}"
                    );
                }
            }
            // Most edits are taken back, so that most texts hold few mistakes.
            if random.one_in(3) {
                before = after;
            }
        }
    }
    println!("{incremental} of {made} edits were taken incrementally");
    (incremental, made)
}

fn compared<T: PartialEq>(got: T, expected: T, show: impl Fn(&T) -> String) -> Tried {
    match got == expected {
        true => Tried::Same,
        false => Tried::Different(show(&got), show(&expected)),
    }
}

/// Reads the text after an edit again, and anew.
fn read_again(before: &str, after: &str) -> Tried {
    let file = SourceSet::default().add("agent.gate", "");
    let (tree, findings) = syntax::parse(file, before);
    let known = Before { text: before, tree: &tree, findings: &findings };
    let is_incremental = syntax::changed(known, file, after).is_some();
    let again = read(syntax::parse_again(known, file, after));
    match compared(again, read(syntax::parse(file, after)), |(tree, found)| {
        format!("{tree}\n{found:#?}")
    }) {
        Tried::Same if !is_incremental => Tried::Whole,
        tried => tried,
    }
}

/// A tree as text, for comparing, and the findings sorted: they have no order before a check sorts them.
fn read((tree, mut findings): (Tree, Vec<Diagnostic>)) -> (String, Vec<Diagnostic>) {
    diagnostic::sort(&mut findings);
    (format!("{tree:?}"), findings)
}

#[test]
fn what_is_read_again_is_what_is_read_anew() {
    let (incremental, made) = try_on_edits(7, 1, texts::any, read_again);
    assert!(incremental * 10 > made, "{incremental} of {made}");
}

fn analyzed(text: &str, options: &Options) -> (Analysis, Arc<SourceFile>) {
    let file = Arc::new(SourceFile::new("agent.gate", text));
    let loader = MemoryLoader::default()
        .with("tools.json", texts::MANIFEST)
        .with("shared.gate", texts::SHARED);
    (check::analyze(Arc::clone(&file), Form::Gate, &loader, options), file)
}

/// Settings that make a rule an error, switch one off, or let one only inform.
const CONFIGURATIONS: [&str; 4] = [
    "",
    "[rules]\nuncapped-write = \"error\"\n",
    "[rules]\nmissing-reason = \"off\"\n",
    "[rules]\nduplicate-rule = \"info\"\n",
];

fn shown(found: &Vec<Diagnostic>) -> String {
    format!("{found:#?}")
}

/// Has an editor's workspace find out what an edit changes from the check before it, and check the whole policy.
fn rechecked(before: &str, after: &str, configuration: &str) -> Tried {
    let disk = MemoryLoader::default()
        .with("gatewright.toml", configuration)
        .with("tools.json", texts::MANIFEST)
        .with("shared.gate", texts::SHARED);
    let mut workspace = Workspace::new(Arc::new(disk));
    workspace.open("agent.gate", before);
    workspace.snapshot().checked("agent.gate");
    workspace.open("agent.gate", after);
    let snapshot = workspace.snapshot();
    let Some(incremental) = snapshot.incremental_check("agent.gate") else { return Tried::Whole };
    let whole = snapshot.checked("agent.gate").unwrap();
    let found = |checked: &Checked| checked.analysis.outcome.diagnostics.clone();
    compared(found(&incremental), found(&whole), shown)
}

#[test]
fn an_incremental_recheck_finds_what_a_whole_check_finds() {
    for (seed, configuration) in (11..).zip(CONFIGURATIONS) {
        let law = |before: &str, after: &str| rechecked(before, after, configuration);
        let (incremental, made) = try_on_edits(seed, CONFIGURATIONS.len(), texts::right, law);
        assert!(incremental * 25 > made, "{incremental} of {made}");
    }
}

/// The same for policies that name a manifest, as all real ones do.
#[test]
fn an_incremental_recheck_with_a_manifest_finds_what_a_whole_check_finds() {
    for (seed, configuration) in (31..).zip(CONFIGURATIONS) {
        let law = |before: &str, after: &str| rechecked(before, after, configuration);
        let (incremental, made) =
            try_on_edits(seed, CONFIGURATIONS.len(), texts::with_manifest, law);
        assert!(incremental * 25 > made, "{incremental} of {made}");
    }
}

/// Checks with what is known of the text before, as editors do, and with nothing.
fn checked_again(before: &str, after: &str) -> Tried {
    let known = Options { cache: Arc::new(Cache::for_edits()), ..Options::default() };
    analyzed(before, &known);
    let (again, _) = analyzed(after, &known);
    let (anew, _) = analyzed(after, &Options::default());
    compared(again.outcome.diagnostics, anew.outcome.diagnostics, shown)
}

#[test]
fn what_a_check_knows_from_before_changes_no_finding() {
    try_on_edits(23, 1, texts::any, checked_again);
}

/// All laws, on edits that one of them once failed on.
fn hold(before: &str, after: &str) {
    let recheck = |before: &str, after: &str| rechecked(before, after, "");
    for law in [&read_again, &checked_again, &recheck] as [&dyn Fn(&str, &str) -> Tried; 3] {
        if let Tried::Different(got, expected) = law(before, after) {
            panic!("{before:?}\n{after:?}\n{got}\n----\n{expected}");
        }
    }
}

/// The code of hidden characters, which are looked for anew, is also that of quotation marks, which the grammar refuses.
#[test]
fn a_foreign_quotation_mark_is_found_after_an_edit_elsewhere() {
    let before = "deny pay when args.currency == \u{201c}USD\u{201d}\nallow a\nallow b\nallow c\n";
    hold(before, &before.replace("allow c", "allow cd"));
    hold("allow\u{201c}\ne\n/", "allow\u{201c}\ne\n");
}

/// A refused statement ends where the next one begins, and its finding may stand there.
#[test]
fn a_refused_statement_is_read_again_with_the_next_one() {
    hold("tool u\r\r", "tool u\r\r# said\n");
}

/// The blanks that end a block's line are none of it, however it is read.
#[test]
fn blanks_after_a_block_are_no_part_of_it() {
    hold(")\ntool l{}", ")\ntool l{} ");
    hold(
        "allow a\nallow b\ntool l{allow} \nhide c\n",
        "allow a\nallow b\ntool l{allow 5/hour} \nhide c\n",
    );
}

/// An error of the target leaves the policy whole, so what it does not say is still reported.
#[test]
fn what_is_missing_is_found_beside_what_the_target_refuses() {
    hold(
        "tool s{deny when args.x exists}\ntool u{allow 3/minute}",
        "tool s{deny when args.x exists}\napprove t unless (args.x exists or args.y contains {\"k\": [1]})\ntool u{allow 3/minute}",
    );
}

/// A directive to the linter inside a statement that an edit breaks is read all the same, and so is one with a slip.
#[test]
fn a_directive_inside_a_broken_statement_is_found() {
    let broken = "approve e unless (args.x exists\n    or args.y contains {\"k\": [1]})\n";
    for comment in
        ["# gatewright: allow(no-such-rule) So it is.", "# allow(uncapped-write) So it is."]
    {
        let after = format!("approve e unless (args.x exists\n{comment}\n    or args.y = 1\n");
        hold(&format!("allow a\n{broken}allow c\n"), &format!("allow a\n{after}allow c\n"));
    }
    let before = "default deny\nallow get_page 5/minute\nallow zap 5/minute\n";
    let slip = "allow zap 5/minute # allow(uncapped-write) So it is.\n";
    hold(before, &before.replace("allow zap 5/minute\n", slip));
}

/// A refused statement still takes the name of a group, and stands for a manifest.
#[test]
fn a_broken_definition_changes_what_others_mean() {
    let group = "manifest \"tools.json\"\ngroup readers = get_page, list_users\nallow @readers\n";
    hold(group, &group.replace("group", "group readers  get_page, list_users\ngroup"));
    hold(group, &group.replace("\nallow", "\ngroup readers\nallow"));
    hold(group, &format!("{group}group tools get_page\n"));
    hold(group, &format!("{group}group get_page zap\nallow zap\n"));
    let named = "default deny\nallow get_page 5/minute\nallow zap 5/minute\n";
    hold(named, &named.replace("allow get", "group zap get_page\nallow get"));
    hold(named, &named.replace("default", "manifest tools.json\ndefault"));
}

/// A fix that removes a statement removes the comments beside it, so it changes with them. A changed comment moves what follows.
#[test]
fn a_changed_comment_changes_fixes_and_places() {
    let twice = "default deny\ntool a {rate 1/day}\nallow b\nrate a 1/day\n";
    hold(twice, &twice.replace("rate a", "# Why.\nrate a"));
    let apart = twice.replace("allow b", "# Why.\nallow b");
    hold(&apart, &apart.replace("allow b\n", ""));
    hold(&apart, &apart.replace("Why", "Because"));
    let capped =
        "tool g {allow 300/minute} # page\nrate all 120/minute\nrequire a with args.x exists\n";
    hold(capped, "tool g {allow 300/minute} # pag\nrate all 120/minute\n");
}
