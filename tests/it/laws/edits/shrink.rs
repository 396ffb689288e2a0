//! Makes texts before and after an edit smaller, as long as they show the same failure.

/// The smallest texts to be found for which `fails` is true, by taking away what both have in common: lines, then characters.
pub fn smallest(
    mut before: String,
    mut after: String,
    fails: impl Fn(&str, &str) -> bool,
) -> (String, String) {
    loop {
        let length = before.len() + after.len();
        for pieces in [lines, characters] {
            (before, after) = without_pieces(before, after, pieces, &fails);
        }
        if before.len() + after.len() == length {
            return (before, after);
        }
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn characters(text: &str) -> Vec<&str> {
    text.split_inclusive(|_: char| true).collect()
}

/// Takes away every piece that both texts have before the edit, or behind it, and that the failure does not need.
fn without_pieces(
    before: String,
    after: String,
    pieces: fn(&str) -> Vec<&str>,
    fails: impl Fn(&str, &str) -> bool,
) -> (String, String) {
    let (mut old, mut new) = (pieces(&before), pieces(&after));
    let mut at = 0;
    while at < old.len().min(new.len()) && old[at] == new[at] {
        if !try_without(&mut old, &mut new, (at, at), &fails) {
            at += 1;
        }
    }
    let mut at = 1;
    while at <= old.len().min(new.len()) && old[old.len() - at] == new[new.len() - at] {
        let places = (old.len() - at, new.len() - at);
        if !try_without(&mut old, &mut new, places, &fails) {
            at += 1;
        }
    }
    (old.concat(), new.concat())
}

fn try_without(
    old: &mut Vec<&str>,
    new: &mut Vec<&str>,
    places: (usize, usize),
    fails: impl Fn(&str, &str) -> bool,
) -> bool {
    let pieces = (old.remove(places.0), new.remove(places.1));
    let is_failing = fails(&old.concat(), &new.concat());
    if !is_failing {
        old.insert(places.0, pieces.0);
        new.insert(places.1, pieces.1);
    }
    is_failing
}

#[test]
fn what_the_failure_does_not_need_goes() {
    let fails = |before: &str, after: &str| before.contains("wrong") && after.contains("edited");
    let (before, after) = ("a\nb\nwrong x\nc\n", "a\nb\nwrong x edited\nc\n");
    let (before, after) = smallest(before.to_owned(), after.to_owned(), fails);
    assert_eq!((before.as_str(), after.as_str()), ("wrong", "wrong edited"));
}
