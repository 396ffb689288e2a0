//! Sketches of whole, broken and hostile texts.

use super::*;

/// The parts on one line: `key=value`, brackets around what lies in them, `?` where a value is due.
fn shown(text: &str) -> String {
    let sketch = Sketch::new(text);
    let roots = sketch.all().filter(|id| sketch.parent(*id).is_none());
    roots.map(|id| part(&sketch, id)).collect::<Vec<_>>().join(" ")
}

fn part(sketch: &Sketch<'_>, id: Id) -> String {
    let children: Vec<String> = sketch.children(id).map(|child| part(sketch, child)).collect();
    let value = match sketch.kind(id) {
        SketchKind::Object => format!("{{{}}}", children.join(" ")),
        SketchKind::Array => format!("[{}]", children.join(" ")),
        SketchKind::Missing => "?".to_owned(),
        _ => decoded(sketch.slice(sketch.value(id))).into_owned(),
    };
    sketch.key_text(id).map_or(value.clone(), |key| format!("{key}={value}"))
}

#[test]
fn what_is_right_is_read_as_it_stands() {
    let text = r#"{"a": 1, "b": [true, "x", {"c": null}], "d\u0065": {}}"#;
    assert_eq!(shown(text), "{a=1 b=[true x {c=null}] de={}}");
    assert_eq!(shown("\u{feff}[]"), "[]");
    assert_eq!(shown(" \r\n"), "");
}

#[test]
fn what_is_broken_keeps_its_neighbours() {
    for (text, expected) in [
        // A comma is missing, or is too much.
        ("{\"a\": 1\n\"b\": 2}", "{a=1 b=2}"),
        ("{\"a\": 1,, \"b\": [1 2,],}", "{a=1 b=[1 2]}"),
        // Half a key; a key without a value.
        ("{\"a\n\"b\": 2}", "{a=? b=2}"),
        ("{\"a\": \n\"b\": 2}", "{a=? b=2}"),
        ("{li\n\"b\": 2}", "{li=? b=2}"),
        // A colon is missing.
        ("{\"a\" 1, \"b\": 2}", "{a=1 b=2}"),
        // A string is open, at the end of the line or within it.
        ("{\"a\": \"x,\n\"b\": 2}", "{a=x b=2}"),
        ("{\"a\":\"x,\"b\":2}", "{a=x b=2}"),
        ("{\"a\":[\"x,\"b\"],\"c\":1}", "{a=[x b] c=1}"),
        // A bracket is open, or is another one.
        ("{\"a\": [1, 2\n\"b\": 2}", "{a=[1 2] b=2}"),
        ("{\"a\": {\"b\": [1}, \"c\": 2}", "{a={b=[1]} c=2}"),
        ("{\"a\": 1]}, 7", "{a=1} 7"),
        ("{\"a\": {\"b\": [{", "{a={b=[{}]}}"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn a_place_is_a_key_or_a_value_or_nothing() {
    let told = |text: &str| {
        let offset = text.find('|').unwrap();
        let text = text.replace('|', "");
        let sketch = Sketch::new(&text);
        let spot = sketch.spot(offset);
        let inside = spot.inside.map_or(0, |inside| sketch.value(inside).start);
        format!("{:?} {:?} in {inside}", spot.side, sketch.slice(spot.word))
    };
    for (text, expected) in [
        ("|", "Value \"\" in 0"),
        ("{|}", "Key \"\" in 0"),
        ("{} |", "Nothing \"\" in 0"),
        ("{\"a|", "Key \"\\\"a\" in 0"),
        ("{\"a\"|: 1}", "Key \"\\\"a\\\"\" in 0"),
        ("{\"a\" |", "Nothing \"\" in 0"),
        ("{\"a\": | }", "Value \"\" in 0"),
        ("{\"a\": 1|2}", "Value \"12\" in 0"),
        ("{\"a\": 1 |}", "Nothing \"\" in 0"),
        ("{\"a\": 1\n|}", "Key \"\" in 0"),
        ("{\"a\": 1, |}", "Key \"\" in 0"),
        ("{\"a\": [|", "Value \"\" in 6"),
        ("{\"a\": [1,\n|\n\"b\": 2}", "Value \"\" in 6"),
        ("{\"a\": [1]|, \"b\": 2}", "Nothing \"\" in 0"),
        ("{\"\u{1f600}\": {|}}", "Key \"\" in 9"),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn hostile_texts_cost_no_more_than_their_length() {
    for text in [
        "[".repeat(500_000),
        "{\"a\":".repeat(200_000),
        format!("{}{}", "{".repeat(300_000), "]".repeat(300_000)),
        format!("\"{}\"x", "\\\",".repeat(300_000)),
        "\",\"x".repeat(200_000),
        "\\\"".repeat(300_000),
    ] {
        let sketch = Sketch::new(&text);
        assert!(sketch.all().all(|id| text.is_char_boundary(sketch.value(id).end)));
        sketch.spot(text.len());
    }
}
