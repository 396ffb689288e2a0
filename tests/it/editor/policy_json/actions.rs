//! Actions.

use gatewright::check::compile;
use gatewright::editor::actions::{Action, ActionKind};
use gatewright::editor::answers::actions;
use gatewright::source::MemoryLoader;

use super::super::fixture::{Fixture, TOOLS};
use super::{CONFIGURATION, PATH, POLICY, behind, document, variants};

fn found(fixture: &Fixture, kinds: &[ActionKind]) -> Vec<Action> {
    let snapshot = fixture.snapshot();
    let view = snapshot.view(&fixture.path).unwrap();
    actions(&snapshot, &view, fixture.offset..fixture.offset, kinds)
}

fn fixed(text: &str, title: &str) -> String {
    let fixture = document(text);
    let all = found(&fixture, &[ActionKind::QuickFix]);
    let action = all.iter().find(|action| action.title.starts_with(title));
    let action = action.unwrap_or_else(|| panic!("{all:#?}"));
    // A correction that lets calls through is a choice, and says so.
    let opens = action.title.ends_with("(allows calls that are blocked now)");
    assert_eq!(action.is_preferred, !opens, "{}", action.title);
    assert!(opens || action.title == title);
    assert_eq!(action.findings.len(), 1);
    action.edits.files[PATH].applied()
}

#[test]
fn misspelt_words_are_put_right() {
    for (right, place, wrong, title) in [
        ("\"update_page\": {", "\"update_page", "\"updat_page", "write `\"update_page\"`"),
        ("args.stage", "args.stage", "args.stagee", "write `stage`"),
        ("\"eq\"", "\"eq", "\"eqq", "write `\"eq\"`"),
        ("\"hide\"", "\"hide", "\"hid", "write `hide`"),
        ("\"delete_page\"", "\"delete_page", "\"delete_pag", "write `\"delete_page\"`"),
    ] {
        assert!(right.starts_with(place) || place == right);
        let text = behind(place).replace(&format!("{place}‸"), &format!("{wrong}‸"));
        for text in &variants(&text)[..4] {
            // An unknown key in front is a mistake that hides what the linter would say.
            if text.contains('\u{1f600}') && (right.contains("_page") || right.contains("stage")) {
                continue;
            }
            let expected = text.replace('‸', "").replace(wrong, place);
            assert_eq!(fixed(text, title), expected, "{text}");
        }
    }
}

#[test]
fn no_name_is_offered_that_would_stand_twice() {
    for text in [
        POLICY.replace("\"get_page\": {}", "\"get_page\": {}, \"get_pag‸\": {}"),
        POLICY.replace("[\"delete_page\"]", "[\"delete_page\", \"delete_pag‸\"]"),
    ] {
        let all = found(&document(&text), &[]);
        assert!(!all.iter().any(|action| action.title.starts_with("write")), "{all:#?}");
    }
}

#[test]
fn a_finding_is_suppressed_in_the_configuration() {
    for newline in ["\n", "\r\n"] {
        let text = "{\"version\":\"1\",\"default\":\"deny\",\"tools\":{\"set_‸tag\":{}}}";
        let configuration = CONFIGURATION.replace('\n', newline);
        let files = [(PATH, text), ("tools.json", TOOLS), ("gatewright.toml", &*configuration)];
        let mut fixture = Fixture::files(&files);
        let all = found(&fixture, &[ActionKind::QuickFix]);
        let title = "suppress `uncapped-write` for `set_tag` in gatewright.toml";
        let action = all.iter().find(|action| action.title == title);
        let action = action.unwrap_or_else(|| panic!("{all:#?}"));
        let codes = |fixture: &Fixture| -> Vec<&str> {
            let findings = fixture.snapshot().findings(PATH);
            findings.iter().map(|finding| finding.diagnostic().code.name()).collect()
        };
        assert!(codes(&fixture).contains(&"uncapped-write"));
        let after = action.edits.files["gatewright.toml"].applied();
        assert!(after.contains("path = \"/agent.policy.json\""), "{after}");
        assert_eq!(after.matches('\n').count(), after.matches(newline).count());
        // A reason is for the author to give: until then nothing is suppressed, and the configuration is not right.
        fixture.workspace.open("gatewright.toml", after.as_str());
        assert!(codes(&fixture).contains(&"uncapped-write"));
        assert_eq!(fixture.snapshot().findings("gatewright.toml").len(), 1);
        fixture.workspace.open("gatewright.toml", after.replace('…', "It is fine."));
        assert!(!codes(&fixture).contains(&"uncapped-write"));
        assert!(fixture.snapshot().findings("gatewright.toml").is_empty());
    }
}

#[test]
fn a_file_of_any_name_is_suppressed_alone() {
    let path = "p[1]/{x} !.policy.json";
    let text = "{\"version\":\"1\",\"default\":\"deny\",\"tools\":{\"set_‸tag\":{}}}";
    let mut fixture = Fixture::files(&[(path, text), ("gatewright.toml", "")]);
    let all = found(&fixture, &[ActionKind::QuickFix]);
    let action = all.iter().find(|action| action.title.starts_with("suppress")).unwrap();
    let after = action.edits.files["gatewright.toml"].applied().replace('…', "It is fine.");
    fixture.workspace.open("gatewright.toml", after);
    assert!(fixture.snapshot().findings(path).is_empty());
}

#[test]
fn nothing_is_suppressed_where_it_would_not_be_heard() {
    let text = "{\"version\":\"1\",\"default\":\"deny\",\"tools\":{\"set_‸tag\":{}}}";
    let suppressions = |files: &[(&str, &str)]| {
        let all = found(&Fixture::files(files), &[]);
        all.iter().filter(|action| action.title.starts_with("suppress")).count()
    };
    assert_eq!(suppressions(&[("policy.json", text), ("gatewright.toml", "")]), 1);
    assert_eq!(suppressions(&[("policy.json", text)]), 0);
    assert_eq!(suppressions(&[("policy.json", text), ("gatewright.toml", "rules = [")]), 0);
    assert_eq!(suppressions(&[("policy.json", text), ("gatewright.toml", "suppress = []\n")]), 0);
    // Errors of the format cannot be suppressed.
    let wrong = "{\"version\":\"1\",\"default\":\"den‸y_\",\"tools\":{}}";
    assert_eq!(suppressions(&[("policy.json", wrong), ("gatewright.toml", "")]), 0);
}

#[test]
fn a_policy_is_converted_beside_itself() {
    let path = "policies/agent.policy.json";
    let configuration = "[manifests]\n\"policies/\" = \"captures/tools.json\"\n";
    let files =
        [(path, POLICY), ("captures/tools.json", TOOLS), ("gatewright.toml", configuration)];
    let fixture = Fixture::files(&files);
    let all = found(&fixture, &[]);
    let action = all.iter().find(|action| action.kind == ActionKind::Rewrite).unwrap();
    assert_eq!(action.title, "convert to `agent.gate`");
    let made = &action.edits.files["policies/agent.gate"];
    assert!(made.file.is_none());
    let text = made.applied();
    assert!(text.starts_with("manifest \"../captures/tools.json\"\n"), "{text}");
    let loader = MemoryLoader::default().with("captures/tools.json", TOOLS);
    let json = compile("policies/agent.gate", text.into(), &loader).value.unwrap();
    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(value(&json), value(POLICY));
}

#[test]
fn a_policy_is_converted_only_where_that_can_be_done() {
    let converts = |files: &[(&str, &str)], kinds: &[ActionKind]| {
        found(&Fixture::files(files), kinds).iter().any(|a| a.kind == ActionKind::Rewrite)
    };
    let small = "{\"version\":\"1\",\"default\":\"deny\",\"tools\":{\"x\":{}}}";
    let inner = small.replace("\"x\":", "\"x‸\":");
    assert!(converts(&[("policy.json", small)], &[]));
    assert!(!converts(&[("policy.json", small)], &[ActionKind::QuickFix]));
    assert!(!converts(&[("policy.json", small), ("policy.gate", "")], &[]));
    assert!(!converts(&[("policy.json", "{\"version\":\"1\"}")], &[]));
    assert!(!converts(&[("policy.json", "{\"version\":")], &[]));
    assert!(!converts(&[("policy.json", &inner)], &[]));
    assert!(converts(&[("policy.json", &inner)], &[ActionKind::Rewrite]));
}
