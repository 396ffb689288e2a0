//! Hover.

use super::{behind, document, variants};
use gatewright::editor::answers::hover;

fn told(text: &str) -> Option<(String, String)> {
    let fixture = document(text);
    let view = fixture.view();
    let hover = hover(&view, fixture.offset)?;
    let about = view.text()[hover.range.clone()].to_owned();
    assert!(hover.range.start <= fixture.offset && fixture.offset <= hover.range.end);
    Some((about, hover.contents))
}

#[test]
fn a_tool_is_told_with_what_the_policy_does() {
    for text in &variants(&behind("\"update_p"))[..4] {
        let (about, contents) = told(text).unwrap();
        assert_eq!(about, "\"update_page\"");
        assert!(contents.starts_with("**`update_page`**: write, medium risk, "), "{contents}");
        assert!(contents.contains("Updates a page."), "{contents}");
        assert!(contents.contains("- name: `update"), "{contents}");
        assert!(contents.contains("Arguments: `page_id`, `title`, `stage`"), "{contents}");
        if !text.contains('\u{1f600}') {
            assert!(contents.contains("**Allowed**\n- denied if `args.stage == \"Production\"`\n- 30 calls a minute\n- 120 calls a minute for all tools together"), "{contents}");
        }
    }
    // What the policy does is not known while it is broken; what the tool is stays known.
    for text in &variants(&behind("\"update_p"))[4..] {
        let contents = told(text).unwrap().1;
        assert!(
            contents.contains("Updates a page.") && !contents.contains("Allowed"),
            "{contents}"
        );
    }
    let contents = told(&behind("\"hide\": [\"del")).unwrap().1;
    assert!(
        contents.contains("destructive, critical risk") && contents.contains("**Hidden**"),
        "{contents}"
    );
    let contents = told("{\"version\":\"1\",\"default\":\"deny\",\"tools\":{\"x‸\":{\"deny_if\":[{\"conditions\":[],\"on_deny\":\"Requires human approval.\"}]}}}").unwrap().1;
    assert!(contents.contains("It is not in the manifest"), "{contents}");
}

#[test]
fn keys_and_words_of_the_format_are_explained() {
    for (place, about, words) in [
        ("\"defau", "\"default\"", "not listed under `tools`"),
        ("\"default\": \"de", "\"deny\"", "Only tools listed"),
        ("\"deny_i", "\"deny_if\"", "must not hold"),
        ("\"on_de", "\"on_deny\"", "the agent reads"),
        ("\"windo", "\"window\"", "in UTC"),
        ("\"window\": \"min", "\"minute\"", "full minute"),
    ] {
        for text in variants(&behind(place)) {
            let (range, contents) = told(&text).unwrap();
            assert_eq!(range, about);
            assert!(contents.contains(words), "{contents}");
        }
    }
}

#[test]
fn a_condition_is_told_in_words_and_in_the_language() {
    for place in ["\"args.st", "\"Produ", "\"conditions\": [\n            {"] {
        for text in
            variants(&behind(place)).iter().filter(|text| place.len() < 12 || text.contains('\n'))
        {
            let Some((about, contents)) = told(text) else { panic!("{place} {text}") };
            assert!(about.starts_with("{ \"path\""), "{about}");
            assert!(contents.starts_with("Denies the call if `args.stage` is present and equal to `\"Production\"`. If it is missing, this denies nothing."), "{contents}");
            assert!(contents.contains("```gate\nargs.stage == \"Production\"\n```"), "{contents}");
            assert!(
                contents.contains("`args.stage`: `\"Draft\", \"Staging\" or \"Production\"`"),
                "{contents}"
            );
        }
    }
    let contents = told(&behind("\"op\": \"e")).unwrap().1;
    assert!(
        contents.starts_with("`eq`\n\nHolds when the argument is present and equal to the value."),
        "{contents}"
    );
    assert!(contents.contains("args.stage == "), "{contents}");
    let required = "{\"tools\":{\"x\":{\"require\":[{\"conditions\":[{\"path\":\"args.a-b.c\",\"op\":\"exists\",\"value\":f‸alse}]}]}}}";
    let contents = told(required).unwrap().1;
    assert!(
        contents.starts_with("The call is denied unless `args.a-b.c` is missing or null."),
        "{contents}"
    );
    assert!(contents.contains("args.\"a-b\".c missing"), "{contents}");
    assert_eq!(
        told(
            "{\"tools\":{\"x\":{\"require\":[{\"conditions\":[{\"path\":\"args.a\",\"op\":\"lt\",\"value\":\"‸1\"}]}]}}}"
        ),
        None
    );
}

#[test]
fn a_limit_is_told_by_the_hour() {
    for place in ["\"max\": 3", "\"counter\": \"upd"] {
        for text in variants(&behind(place)) {
            let (about, contents) = told(&text).unwrap();
            assert!(about.contains("update_page_rate"), "{about}");
            assert!(contents.starts_with("30 calls a minute: up to 1,800 an hour."), "{contents}");
            assert!(contents.contains("```gate\n30/minute\n```"), "{contents}");
        }
    }
    let contents = told(&behind("\"max\": 12")).unwrap().1;
    assert!(contents.starts_with("120 calls a minute for all tools together"), "{contents}");
    assert!(contents.contains("rate all 120/minute"), "{contents}");
}

#[test]
fn nothing_is_said_of_what_means_nothing() {
    for text in ["‸", "{ ‸ }", "{ \"x‸\": 1 }", "{ \"x\": 1‸ }", "{ \"tools\": { \"a\": {‸} } }"]
    {
        assert_eq!(told(text), None, "{text}");
    }
}
