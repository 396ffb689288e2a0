//! The shape of the statement at hand.

use gatewright::editor::signature::{Signature, signatures};

use super::fixture::{Fixture, variants};

/// The shapes at the mark, the same for every variant of the text.
fn ask(text: &str) -> Vec<Signature> {
    let mut found: Option<Vec<Signature>> = None;
    for variant in variants(text) {
        let fixture = Fixture::gate(&variant);
        let shapes = signatures(&fixture.view(), fixture.offset);
        let first = found.get_or_insert_with(|| shapes.clone());
        assert_eq!(*first, shapes, "{variant}");
    }
    found.unwrap()
}

/// The shape with its active part between angle brackets.
fn shown(shape: &Signature) -> String {
    let Some((range, _)) = shape.active.map(|active| &shape.parts[active]) else {
        return shape.label.clone();
    };
    let label = &shape.label;
    format!("{}<{}>{}", &label[..range.start], &label[range.clone()], &label[range.end..])
}

#[test]
fn the_part_at_the_cursor_is_told() {
    let mut out = String::new();
    for text in [
        "allow‸",
        "allow ‸",
        "allow get_page, ‸",
        "allow get_page ‸",
        "allow get_page 3‸/hour",
        "allow get_page 3/hour, ‸",
        "allow get_page 3/hour ‸",
        "allow get_page 3/hour as x‸",
        "allow get_page except ‸",
        "rate ‸",
        "rate all ‸",
        "rate get_page ‸",
        "require get_page ‸",
        "require get_page with ‸",
        "require get_page with args.page_id == ‸",
        "require get_page with args.page_id exists because ‸",
        "require get_page with args.page_id exists because \"so‸\"",
        "approve get_page ‸",
        "approve get_page unless (args.page_id ‸",
        "deny get_page because ‸",
        "hide ‸",
        "hide all‸",
        "budget move_money ‸",
        "budget move_money args.amount ‸",
        "group ‸",
        "group pages = ‸",
        "classify ‸",
        "classify get_page ‸",
        "classify get_page as ‸",
        "classify get_page as read because ‸",
        "default ‸",
        "default allow‸",
        "manifest \"‸\"",
        "include ‸",
        "tool ‸",
        "tool get_page {\n    allow ‸\n}",
        "tool get_page {\n    require ‸\n}",
        "tool get_page {\n    require args.page_id ‸\n}",
        "tool get_page {\n    deny when ‸\n}",
        "tool get_page {\n    hide‸\n}",
        "tool get_page {\n    budget args.x ‸\n}",
        "tool get_page {\n    ‸\n}",
        "allow get_page # ‸",
        "‸",
    ] {
        let shapes: Vec<String> = ask(text).iter().map(shown).collect();
        out += &format!("{}\n    {}\n", text.replace('\n', " "), shapes.join("\n    "));
    }
    insta::assert_snapshot!(out, @r#"
    allow‸
        allow SELECTORS [RATES] [as COUNTER]
    allow ‸
        allow <SELECTORS> [RATES] [as COUNTER]
    allow get_page, ‸
        allow <SELECTORS> [RATES] [as COUNTER]
    allow get_page ‸
        allow SELECTORS [<RATES>] [as COUNTER]
    allow get_page 3‸/hour
        allow SELECTORS [<RATES>] [as COUNTER]
    allow get_page 3/hour, ‸
        allow SELECTORS [<RATES>] [as COUNTER]
    allow get_page 3/hour ‸
        allow SELECTORS [RATES] [<as COUNTER>]
    allow get_page 3/hour as x‸
        allow SELECTORS [RATES] [<as COUNTER>]
    allow get_page except ‸
        allow <SELECTORS> [RATES] [as COUNTER]
    rate ‸
        rate <SELECTORS> RATES [as COUNTER]
        rate <all> RATES [as COUNTER]
    rate all ‸
        rate all <RATES> [as COUNTER]
        rate SELECTORS <RATES> [as COUNTER]
    rate get_page ‸
        rate SELECTORS <RATES> [as COUNTER]
        rate all <RATES> [as COUNTER]
    require get_page ‸
        require SELECTORS <with CONDITION> [because "…"]
    require get_page with ‸
        require SELECTORS <with CONDITION> [because "…"]
    require get_page with args.page_id == ‸
        require SELECTORS <with CONDITION> [because "…"]
    require get_page with args.page_id exists because ‸
        require SELECTORS with CONDITION [<because "…">]
    require get_page with args.page_id exists because "so‸"
        require SELECTORS with CONDITION [<because "…">]
    approve get_page ‸
        approve SELECTORS [<when CONDITION / unless CONDITION>] [because "…"]
    approve get_page unless (args.page_id ‸
        approve SELECTORS [<when CONDITION / unless CONDITION>] [because "…"]
    deny get_page because ‸
        deny SELECTORS [when CONDITION] [<because "…">]
    hide ‸
        hide <SELECTORS>
        hide <all>
    hide all‸
        hide <all>
        hide <SELECTORS>
    budget move_money ‸
        budget SELECTORS <args.PATH> N/WINDOW [as COUNTER]
    budget move_money args.amount ‸
        budget SELECTORS args.PATH <N/WINDOW> [as COUNTER]
    group ‸
        group <NAME> = SELECTORS
    group pages = ‸
        group NAME = <SELECTORS>
    classify ‸
        classify <NAMES> as CLASS [because "…"]
    classify get_page ‸
        classify NAMES <as CLASS> [because "…"]
    classify get_page as ‸
        classify NAMES <as CLASS> [because "…"]
    classify get_page as read because ‸
        classify NAMES as CLASS [<because "…">]
    default ‸
        default <deny>
        default <allow>
    default allow‸
        default <allow>
        default <deny>
    manifest "‸"
        manifest <"FILE">
    include ‸
        include <"FILE">
    tool ‸
        tool <SELECTORS> { … }
    tool get_page {     allow ‸ }
        allow [<RATES>] [as COUNTER]
    tool get_page {     require ‸ }
        require <CONDITION> [because "…"]
    tool get_page {     require args.page_id ‸ }
        require <CONDITION> [because "…"]
    tool get_page {     deny when ‸ }
        deny [<when CONDITION>] [because "…"]
    tool get_page {     hide‸ }
        hide
    tool get_page {     budget args.x ‸ }
        budget args.PATH <N/WINDOW> [as COUNTER]
    tool get_page {     ‸ }
        allow [RATES] [as COUNTER]
        rate RATES [as COUNTER]
        require CONDITION [because "…"]
        approve [when CONDITION / unless CONDITION] [because "…"]
        deny [when CONDITION] [because "…"]
        hide
        budget args.PATH N/WINDOW [as COUNTER]
    allow get_page # ‸
        
    ‸
    "#);
}

#[test]
fn every_shape_is_that_of_the_reference() {
    let reference = include_str!("../../../docs/language.md");
    for word in gatewright::syntax::words::STATEMENTS {
        for shape in ask(&format!("{word}‸")) {
            assert!(reference.contains(&format!("`{}`", shape.label)), "{}", shape.label);
            assert!(!shape.documentation.is_empty());
            assert!(shape.parts.iter().all(|(_, about)| about.ends_with('.')));
        }
    }
}
