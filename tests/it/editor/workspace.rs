//! What a workspace knows after things have happened to it.

use super::fixture::Fixture;

fn said(fixture: &Fixture, path: &str) -> Vec<String> {
    let found = fixture.snapshot().findings(path);
    found.iter().map(|finding| finding.diagnostic().code.name().to_owned()).collect()
}

#[test]
fn an_edit_is_seen_in_every_policy_that_includes_the_file() {
    let mut fixture = Fixture::files(&[
        ("a.gate", "default deny\ninclude \"shared.gate\"\nallow x @readers\n"),
        ("shared.gate", "group readers = get_page\n"),
    ]);
    assert_eq!(said(&fixture, "a.gate"), ["syntax"]);
    fixture.workspace.open("a.gate", "default deny\ninclude \"shared.gate\"\nallow @readers\n");
    assert_eq!(said(&fixture, "a.gate"), [""; 0]);
    fixture.workspace.open("shared.gate", "group others = get_page\n");
    assert_eq!(said(&fixture, "a.gate"), ["unknown-group"]);
    fixture.workspace.close("shared.gate");
    assert_eq!(said(&fixture, "a.gate"), [""; 0]);
}

#[test]
fn a_snapshot_stays_as_it_was() {
    let mut fixture = Fixture::gate("allow x\n");
    let before = fixture.workspace.snapshot();
    fixture.workspace.open("agent.gate", "alow x\n");
    assert_eq!(before.text("agent.gate").unwrap().text(), "allow x\n");
    before.checked("agent.gate");
    assert!(before.findings("agent.gate").iter().all(|finding| !finding.diagnostic().is_error()));
    assert!(!fixture.workspace.snapshot().unchecked().is_empty());
}

#[test]
fn a_configuration_counts_as_soon_as_it_is_there() {
    let mut fixture = Fixture::files(&[("p/agent.gate", "default deny\nallow update_page\n")]);
    assert_eq!(said(&fixture, "p/agent.gate"), ["uncapped-write"]);
    fixture.workspace.open("gatewright.toml", "[rules]\nuncapped-write = \"off\"\n");
    assert_eq!(said(&fixture, "p/agent.gate"), [""; 0]);
    fixture.workspace.open("gatewright.toml", "[rules]\nuncaped-write = \"off\"\n");
    assert_eq!(said(&fixture, "gatewright.toml").len(), 1);
    assert_eq!(said(&fixture, "p/agent.gate"), ["uncapped-write"]);
}
