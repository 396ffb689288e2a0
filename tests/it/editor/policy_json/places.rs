//! Definitions, references, highlights and hints.

use gatewright::editor::answers::{definition, highlights, hints, references};
use gatewright::editor::navigation::Use;

use super::{POLICY, behind, document, variants};

#[test]
fn a_tool_leads_to_its_entry_in_the_manifest() {
    for place in ["\"update_p", "\"hide\": [\"del"] {
        for text in variants(&behind(place)) {
            let fixture = document(&text);
            let view = fixture.view();
            let links = definition(&view, fixture.offset);
            let [link] = links.as_slice() else { panic!("{text}") };
            assert_eq!(link.target.file.path(), "tools.json");
            let manifest = link.target.file.text();
            let name = &view.text()[link.origin.clone()];
            assert_eq!(&manifest[link.selection.clone()], name);
            let whole = &manifest[link.target.range.clone()];
            assert!(
                whole.starts_with(&format!("{{\"name\": {name}")) && whole.ends_with('}'),
                "{whole}"
            );
        }
    }
    assert!(definition(&document("{ \"tools\": { \"x‸\": {} } }").view(), 16).is_empty());
}

#[test]
fn an_argument_leads_into_the_schema() {
    for text in variants(&behind("\"args.st")) {
        let fixture = document(&text);
        let links = definition(&fixture.view(), fixture.offset);
        let [link] = links.as_slice() else { panic!("{text}") };
        assert_eq!(&link.target.file.text()[link.selection.clone()], "\"stage\"");
    }
}

#[test]
fn every_place_that_names_a_tool_is_found() {
    let both = POLICY.replace("[\"delete_page\"]", "[\"get_p\\u0061ge\", \"*\"]");
    for text in variants(&both.replacen("\"get_page\"", "\"get_‸page\"", 1)) {
        let fixture = document(&text);
        let view = fixture.view();
        let found = references(&view, fixture.offset, false);
        let texts: Vec<&str> =
            found.iter().map(|place| &view.text()[place.range.clone()]).collect();
        assert_eq!(texts, ["\"get_p\\u0061ge\"", "\"get_page\""], "{text}");
        let found = references(&view, fixture.offset, true);
        assert_eq!(found[2].file.path(), "tools.json");
        assert_eq!(&found[2].file.text()[found[2].range.clone()], "\"get_page\"");
        let marked = highlights(&view, fixture.offset);
        let uses: Vec<Use> = marked.iter().map(|(_, usage)| *usage).collect();
        assert_eq!(uses, [Use::Name, Use::Reach, Use::Name]);
    }
    let fixture = document(
        "{\"tools\":{\"a\":{\"limits\":[{\"counter\":\"c‸\"}]},\"b\":{\"limits\":[{\"counter\":\"c\"}]},\"counter\":\"c\"}}",
    );
    assert_eq!(references(&fixture.view(), fixture.offset, true).len(), 2);
    let fixture = document("{ \"def‸ault\": \"deny\" }");
    assert!(references(&fixture.view(), fixture.offset, true).is_empty());
}

#[test]
fn limits_by_the_minute_are_told_by_the_hour() {
    for text in variants(POLICY) {
        let view = document(&text).view();
        let found = hints(&view, 0..view.text().len());
        let labels: Vec<&str> = found.iter().map(|hint| hint.label.as_str()).collect();
        assert_eq!(labels, [" <= 7,200/hour", " <= 1,800/hour"], "{text}");
        assert!(found.iter().all(|hint| view.text()[..hint.offset].ends_with('0')));
        let first = found[0].offset;
        assert_eq!(hints(&view, 0..first).len(), 1);
        assert_eq!(hints(&view, first..first + 1).len(), 0);
    }
    let hourly = POLICY.replace("minute", "hour");
    assert!(hints(&document(&hourly).view(), 0..hourly.len()).is_empty());
}
