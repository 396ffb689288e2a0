//! The parts of a suppression comment: `# gatewright: allow(RULES) until DATE REASON`. The linter reports mistakes in one.

use std::ops::Range;

/// The parts of a suppression comment, as ranges of the whole text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// The names of the rules, also of unknown ones.
    pub rules: Vec<Range<usize>>,
    /// The text between the brackets, if both are there.
    pub list: Option<Range<usize>>,
    /// The end of the instruction and its date: where the reason begins, or the comment ends.
    pub end: usize,
}

/// The parts of the comment in a range of a text; `None` if it suppresses nothing.
pub fn directive(text: &str, comment: &Range<usize>) -> Option<Directive> {
    let whole = text.get(comment.clone())?;
    let blanks = [' ', '\t'];
    let rest = whole.strip_prefix('#')?.trim_start_matches(blanks).strip_prefix("gatewright:")?;
    let place = |rest: &str| comment.end - rest.len();
    let mut directive = Directive { rules: Vec::new(), list: None, end: place(rest) };
    let Some(list) = rest.trim_start().strip_prefix("allow") else { return Some(directive) };
    directive.end = place(list);
    let Some(list) = list.trim_start().strip_prefix('(') else { return Some(directive) };
    let closed = list.split_once(')');
    let (names, behind) = closed.unwrap_or((list, ""));
    let mut at = place(list);
    directive.list = closed.map(|(names, _)| at..at + names.len());
    for item in names.split(',') {
        let name = item.trim();
        let start = at + (item.len() - item.trim_start().len());
        if !name.is_empty() {
            directive.rules.push(start..start + name.len());
        }
        at += item.len() + 1;
    }
    let until = behind.trim_start().strip_prefix("until").map(str::trim_start);
    let day = until.map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-'));
    directive.end = place(day.unwrap_or(behind));
    Some(directive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_found_also_in_a_half_written_comment() {
        for (comment, rules, reason) in [
            (
                "# gatewright: allow(open-default, x) until 2026-01-01 because",
                "open-default|x",
                " because",
            ),
            ("#gatewright:allow( a,b )why", "a|b", "why"),
            ("# gatewright: allow(a, ", "a", ""),
            ("# gatewright: alow", "", " alow"),
        ] {
            let text = format!("é {comment}");
            let found = directive(&text, &(3..text.len())).unwrap();
            let names: Vec<&str> =
                found.rules.iter().map(|rule| text.get(rule.clone()).unwrap()).collect();
            assert_eq!(
                (names.join("|").as_str(), text.get(found.end..).unwrap()),
                (rules, reason),
                "{comment}"
            );
        }
        assert_eq!(directive("# about gatewright: x", &(0..21)), None);
    }
}
