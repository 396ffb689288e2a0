//! What is published while somebody types: a statement that is half written takes nothing away from the others.

use gatewright::diagnostic::Category;
use gatewright::editor::Snapshot;
use gatewright::editor::answers::{hints, hover};
use gatewright::editor::lens::lenses;

use super::fixture::{Fixture, TOOLS};

/// A policy as people write it, with findings that stay: `update_page` is open without a cap, `delete_page` without an approval.
const POLICY: &str = "\
manifest \"tools.json\"
default deny

group pages = get_page, list_pages
allow @pages
allow update_page
allow delete_page 5/hour
";

/// What is typed after it.
const TYPED: &str = "\
allow set_tag 30/minute, 500/day
require set_tag with args.key matches \"^team-\" because \"Tags of the team only.\"

tool run_script {
    allow 10/hour
    approve unless args.code == \"status\" because \"Someone reads the script.\"
}
hide move_money
rate all 120/minute as calls
";

/// The codes of the findings in a file, sorted by place.
fn codes(snapshot: &Snapshot, path: &str) -> Vec<&'static str> {
    for path in snapshot.unchecked() {
        snapshot.checked(&path);
    }
    snapshot.findings(path).iter().map(|finding| finding.diagnostic().code.name()).collect()
}

/// How many lists were published, and how many of them held errors of the language and nothing else.
#[derive(Debug, Default)]
struct Counted {
    lists: usize,
    errors_only: usize,
}

impl Counted {
    fn add(&mut self, snapshot: &Snapshot) {
        codes(snapshot, "agent.gate");
        let findings = snapshot.findings("agent.gate");
        let is_error = |category| category == Category::Language;
        let mut categories = findings.iter().map(|found| found.diagnostic().code.category());
        self.lists += 1;
        self.errors_only += usize::from(!findings.is_empty() && categories.all(is_error));
    }
}

/// Types a policy, and counts the lists that an editor gets and those that checks of the same texts give that know nothing of what
/// was there before.
fn typed(start: &str, typed: &str) -> [Counted; 2] {
    let mut fixture = Fixture::gate(start);
    fixture.snapshot();
    let (mut edited, mut anew) = (Counted::default(), Counted::default());
    for (end, character) in typed.char_indices() {
        let text = format!("{start}{}", &typed[..end + character.len_utf8()]);
        fixture.workspace.open("agent.gate", text.clone());
        edited.add(&fixture.workspace.snapshot());
        anew.add(&Fixture::gate(&text).workspace.snapshot());
    }
    [edited, anew]
}

#[test]
fn findings_about_whole_statements_stay_while_another_one_is_typed() {
    let [edited, anew] = typed(POLICY, TYPED);
    assert_eq!(edited.lists, TYPED.chars().count());
    assert_eq!(edited.errors_only, 0, "{edited:?}");
    // A check that does not know what was there before has to be silent: this is what typing must not look like.
    assert!(anew.errors_only * 4 > anew.lists * 3, "{anew:?}");
}

#[test]
fn a_policy_that_is_typed_from_the_start_keeps_its_findings() {
    let [edited, anew] = typed("", &format!("{POLICY}{TYPED}"));
    // Before the first statement is whole there is nothing else to report.
    assert!(edited.errors_only * 5 < anew.errors_only, "{edited:?} {anew:?}");
    assert!(edited.errors_only * 10 < edited.lists, "{edited:?}");
}

/// A statement is broken in the middle of a policy, and others are edited meanwhile.
#[test]
fn the_last_good_version_of_a_broken_statement_counts() {
    let policy = format!("{POLICY}approve delete_page\nallow set_tag\n");
    let mut fixture = Fixture::gate(&policy);
    let check = |fixture: &Fixture| codes(&fixture.workspace.snapshot(), "agent.gate");
    assert_eq!(check(&fixture), ["unlisted-tool", "uncapped-write", "uncapped-write"]);
    let mut edit = |text: &str| {
        fixture.workspace.open("agent.gate", text);
        check(&fixture)
    };
    // The approval is half written: `delete_page` still has it.
    let broken = policy.replace("approve delete_page", "approve delete_page unless args.");
    assert_eq!(
        edit(&broken),
        ["unlisted-tool", "uncapped-write", "invalid-path", "uncapped-write"]
    );
    // A cap that is added meanwhile counts at once, and is remembered while it is broken itself.
    let capped = broken.replace("allow set_tag", "allow set_tag 5/hour");
    assert_eq!(edit(&capped), ["unlisted-tool", "uncapped-write", "invalid-path"]);
    let both = capped.replace("set_tag 5/hour", "set_tag 5/hou");
    assert_eq!(edit(&both), ["unlisted-tool", "uncapped-write", "invalid-path", "invalid-rate"]);
    // Without the statement the finding is true.
    let removed = policy.replace("approve delete_page\n", "");
    assert!(edit(&removed).contains(&"unguarded-destructive"));
}

#[test]
fn what_uses_a_changed_definition_has_its_last_good_meaning() {
    let mut fixture = Fixture::gate(POLICY);
    let before = codes(&fixture.workspace.snapshot(), "agent.gate");
    for group in ["group page = get_page, list_pages", ""] {
        let text = POLICY.replace("group pages = get_page, list_pages", group);
        fixture.workspace.open("agent.gate", text);
        let mut now = codes(&fixture.workspace.snapshot(), "agent.gate");
        now.retain(|code| *code != "unknown-group");
        assert_eq!(now, before, "{group}");
    }
}

#[test]
fn a_policy_that_was_never_good_gives_no_false_alarm() {
    let text = format!("{POLICY}approve delete_page unless args.\n");
    let found = codes(&Fixture::gate(&text).workspace.snapshot(), "agent.gate");
    assert_eq!(found, ["invalid-path"]);
}

/// What another program writes to the disk is not a statement that is being typed.
#[test]
fn a_text_that_comes_from_the_disk_is_judged_by_itself() {
    let mut fixture = Fixture::files(&[
        ("other.gate", "allow get_page\n"),
        ("agent.gate", "manifest \"tools.json\"\nallow update_page\napprove delete_page unles\n"),
        ("tools.json", TOOLS),
    ]);
    fixture.workspace.open("agent.gate", "manifest \"tools.json\"\nallow update_page\n");
    assert!(codes(&fixture.workspace.snapshot(), "agent.gate").contains(&"uncapped-write"));
    fixture.workspace.close("agent.gate");
    fixture.workspace.changed_on_disk(&["agent.gate"]);
    assert_eq!(codes(&fixture.workspace.snapshot(), "agent.gate"), ["syntax"]);
}

#[test]
fn a_broken_include_is_shown_where_it_is_included() {
    let shared = "group pages = get_page, list_pages\nallow set_tag\n";
    let root = POLICY.replace("group pages = get_page, list_pages", "include \"shared.gate\"");
    let mut fixture =
        Fixture::files(&[("agent.gate", &root), ("shared.gate", shared), ("tools.json", TOOLS)]);
    fixture.workspace.open("shared.gate", shared);
    let before = codes(&fixture.workspace.snapshot(), "agent.gate");
    fixture.workspace.open("shared.gate", shared.replace("allow set_tag", "allow set_tag 5/"));
    let snapshot = fixture.workspace.snapshot();
    let mut now = codes(&snapshot, "agent.gate");
    assert_eq!(codes(&snapshot, "shared.gate"), ["invalid-rate"]);
    let findings = snapshot.findings("agent.gate");
    let broken = findings.iter().find(|found| found.diagnostic().code.name() == "broken-include");
    let broken = broken.unwrap();
    let label = &broken.diagnostic().labels[0];
    assert_eq!(broken.diagnostic().message, "the included file `shared.gate` has errors");
    assert_eq!(broken.sources().path(label.span.file), "shared.gate");
    assert_eq!(broken.sources().slice(label.span), "5/");
    // The findings of the policy itself stay.
    now.retain(|code| *code != "broken-include");
    assert_eq!(now, before);
}

#[test]
fn lenses_hints_and_hovers_go_on_answering() {
    let mut fixture = Fixture::gate(POLICY);
    let good = fixture.view();
    let titles = |lenses: Vec<gatewright::editor::lens::Lens>| {
        lenses.into_iter().map(|lens| lens.title).collect::<Vec<_>>()
    };
    let expected = titles(lenses(&good));
    let hovered = hover(&good, POLICY.find("delete_page").unwrap()).unwrap().contents;
    let labels = |view: &gatewright::editor::View| {
        let found = hints(view, 0..view.text().len()).into_iter();
        found.map(|hint| (hint.label, view.text()[..hint.offset].to_owned())).collect::<Vec<_>>()
    };
    let hinted = labels(&good);
    for broken in ["allow update_page 5", "tool update_page {\n    allow 5/\n}"] {
        let text = POLICY.replace("allow update_page", broken);
        fixture.workspace.open("agent.gate", text.clone());
        let view = fixture.view();
        let found = lenses(&view);
        assert_eq!(&view.text()[found[0].range.clone()], "manifest \"tools.json\"");
        assert_eq!(titles(found), expected);
        let place = hover(&view, text.find("delete_page").unwrap()).unwrap();
        assert_eq!(&text[place.range], "delete_page");
        assert_eq!(place.contents, hovered);
        let hints = labels(&view);
        assert_eq!(hints.len(), hinted.len());
        for ((label, before), (expected, good)) in hints.iter().zip(&hinted) {
            assert_eq!(label, expected);
            assert_eq!(before.lines().last(), good.lines().last());
        }
    }
}
