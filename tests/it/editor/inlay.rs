//! What stands between the characters.

use super::fixture::{Fixture, variants};
use gatewright::editor::answers::hints;

/// The text with the hints of the whole file, or of a part, written into it.
fn with_hints(text: &str, range: Option<(&str, &str)>) -> String {
    let view = Fixture::gate(text).view();
    let text = view.text();
    let range =
        range.map_or(0..text.len(), |(from, to)| text.find(from).unwrap()..text.find(to).unwrap());
    let mut out = text.to_owned();
    let found = hints(&view, range);
    assert!(found.is_sorted_by_key(|hint| hint.offset), "{found:?}");
    for hint in found.iter().rev() {
        assert!(hint.tooltip.as_ref().is_some_and(|tooltip| !tooltip.is_empty()));
        out.insert_str(hint.offset, &format!("«{}»", hint.label));
    }
    out
}

const POLICY: &str = "manifest \"tools.json\"\n\
    group g = get_*, @write\n\
    group h = @tools except @critical\n\
    allow @read, get_page 30/minute, 5/hour, 500/day\n\
    allow update_page 30/minute as own\n\
    allow run_script 1000/minute, 7/hour\n\
    allow @g having args.page_id except get_* 2/hour\n\
    tool delete_* {\n    rate 20/minute\n}\n\
    rate all 120/minute\n";

const EXPECTED: &str = "manifest \"tools.json\"\n\
    group g = get_*«= 1 tool», @write«= 2 tools»\n\
    group h = @tools except @critical«= 5 tools»\n\
    allow @read«= 2 tools», get_page 30/minute«<= 1,800/hour», 5/hour, 500/day\n\
    allow update_page 30/minute«<= 1,800/hour» as own\n\
    allow run_script 1000/minute«<= 60,000/hour»«as run_script_rate», 7/hour«as run_script_per_hour»\n\
    allow @g having args.page_id except get_*«= 1 tool» 2/hour«as update_page_per_hour»\n\
    tool delete_*«= 1 tool» {\n    rate 20/minute«<= 1,200/hour»«as delete_page_rate»\n}\n\
    rate all 120/minute«<= 7,200/hour»«as calls-per-minute»\n";

#[test]
fn globs_rates_and_counters_say_what_they_come_to() {
    for (text, expected) in variants(POLICY).into_iter().zip(variants(EXPECTED)) {
        assert_eq!(with_hints(&text, None), expected);
    }
}

#[test]
fn a_range_has_its_own_hints_and_no_others() {
    let part = with_hints(POLICY, Some(("allow run_script", "allow @g")));
    let expected: String = POLICY
        .lines()
        .zip(EXPECTED.lines())
        .map(|(plain, hinted)| if plain.starts_with("allow run_script") { hinted } else { plain })
        .flat_map(|line| [line, "\n"])
        .collect();
    assert_eq!(part, expected);
    let view = Fixture::gate(POLICY).view();
    let all = hints(&view, 0..POLICY.len());
    for start in (0..POLICY.len()).step_by(7) {
        for end in (start..POLICY.len()).step_by(11) {
            let within: Vec<_> = all
                .iter()
                .filter(|hint| start <= hint.offset && hint.offset <= end)
                .cloned()
                .collect();
            assert_eq!(hints(&view, start..end), within, "{start}..{end}");
        }
    }
}

#[test]
fn a_tooltip_tells_the_rest() {
    let view = Fixture::gate(POLICY).view();
    let tooltips: Vec<String> =
        hints(&view, 0..POLICY.len()).into_iter().filter_map(|hint| hint.tooltip).collect();
    assert_eq!(tooltips[1], "2 tools: 2 write.\n\n`update_page`, `set_tag`");
    assert!(tooltips[4].contains("up to 60 calls can get through at once"), "{}", tooltips[4]);
}

#[test]
fn a_cap_that_is_not_in_force_has_no_counter() {
    assert_eq!(with_hints("allow x 5/hour, 9/hour", None), "allow x 5/hour«as x_per_hour», 9/hour");
    assert_eq!(with_hints("allow @read, x* 5/", None), "allow @read, x* 5/");
}
