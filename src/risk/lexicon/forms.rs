//! The forms of words, as far as their endings tell.

use std::borrow::Cow;

use super::VerbForm;

/// The forms of a verb in which a description may begin.
pub(super) fn of_verb(base: &str) -> [(VerbForm, String); 3] {
    let (third, ongoing) = match base.as_bytes() {
        [.., b's' | b'x' | b'z' | b'o'] | [.., b'c' | b's', b'h'] => {
            (format!("{base}es"), format!("{base}ing"))
        }
        [head @ .., b'y'] if !matches!(head.last(), Some(b'a' | b'e' | b'o' | b'u')) => {
            (format!("{}ies", base.trim_end_matches('y')), format!("{base}ing"))
        }
        [head @ .., b'e'] if !matches!(head.last(), Some(b'e')) => {
            (format!("{base}s"), format!("{}ing", base.trim_end_matches('e')))
        }
        _ => (format!("{base}s"), format!("{base}ing")),
    };
    let doubled = base.chars().next_back().map_or(String::new(), |last| format!("{base}{last}ing"));
    [(VerbForm::Third, third), (VerbForm::Ongoing, ongoing), (VerbForm::Ongoing, doubled)]
}

/// The words of which a word may be a form: what is left without its ending. Which of them are verbs, and whether the word is
/// indeed a form of theirs, is for the caller to see.
pub(super) fn possible_bases(word: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let third = word.strip_suffix('s');
    let hissing = word.strip_suffix("es");
    let with_y = word.strip_suffix("ies").map(|stem| format!("{stem}y"));
    let ongoing = word.strip_suffix("ing");
    let with_e = ongoing.map(|stem| format!("{stem}e"));
    let single = ongoing.and_then(|stem| {
        let mut last = stem.chars().rev();
        let (last, before) = (last.next()?, last.next()?);
        stem.strip_suffix(last).filter(|_| last == before)
    });
    let cut = [third, hissing, ongoing, single].into_iter().flatten().map(Cow::Borrowed);
    cut.chain([with_y, with_e].into_iter().flatten().map(Cow::Owned))
}

/// The singular of a lower-case noun, as far as its ending tells.
pub(in crate::risk) fn singular(word: &str) -> Cow<'_, str> {
    let Some(head) = word.strip_suffix('s').filter(|head| head.len() > 2) else {
        return Cow::Borrowed(word);
    };
    if let Some(stem) = head.strip_suffix("ie").filter(|stem| stem.len() > 1) {
        return Cow::Owned(format!("{stem}y"));
    }
    let stem = head.strip_suffix('e').unwrap_or(head);
    let hisses = stem.ends_with("ch") || stem.ends_with("sh") || stem.ends_with('x');
    match head {
        _ if head.ends_with(['s', 'u', 'i']) => Cow::Borrowed(word),
        _ if stem.len() < head.len() && (hisses || stem.ends_with("ss")) => Cow::Borrowed(stem),
        _ => Cow::Borrowed(head),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_lose_their_ending() {
        for (plural, one) in [
            ("invoices", "invoice"),
            ("branches", "branch"),
            ("status", "status"),
            ("queries", "query"),
        ] {
            assert_eq!(singular(plural), one);
        }
    }
}
