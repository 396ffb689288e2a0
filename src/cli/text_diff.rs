//! The difference between two texts, for people.

use similar::TextDiff;

use crate::text;

/// The change as a unified diff, empty when there is none. Hidden characters are shown, for it is read on a
/// terminal.
pub fn unified(name: &str, is_absolute: bool, before: &str, after: &str) -> String {
    if before == after {
        return String::new();
    }
    let name = text::clean(name);
    let (old, new) = match is_absolute {
        true => (name.to_string(), name.to_string()),
        false => (format!("a/{name}"), format!("b/{name}")),
    };
    let changes = TextDiff::from_lines(before, after);
    let diff = changes.unified_diff().header(&old, &new).to_string();
    let visible = |character: char| matches!(character, '\n' | '\t') || !text::is_hidden(character);
    if diff.chars().all(visible) {
        return diff;
    }
    let mut shown = String::with_capacity(diff.len() + 16);
    for character in diff.chars() {
        if visible(character) {
            shown.push(character);
        } else {
            shown.extend(character.escape_unicode());
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff_of(before: &str, after: &str) -> String {
        unified("p/a.gate", false, before, after)
    }

    #[test]
    fn a_diff_is_unified() {
        assert_eq!(
            diff_of("default deny\nallow  x\n", "default deny\nallow x\n"),
            "--- a/p/a.gate\n+++ b/p/a.gate\n@@ -1,2 +1,2 @@\n default deny\n-allow  x\n+allow x\n"
        );
        assert_eq!(diff_of("allow x\n", "allow x\n"), "");
        assert!(unified("/p/a.gate", true, "a\n", "b\n").starts_with("--- /p/a.gate\n"));
    }

    #[test]
    fn a_diff_shows_hidden_characters() {
        let diff = diff_of("allow\tx # \u{1b}[31m\u{202e}\r\n", "allow x # \u{1b}[31m\u{202e}\n");
        assert!(diff.contains("-allow\tx # \\u{1b}[31m\\u{202e}\\u{d}\n"), "{diff}");
        assert!(diff.contains("+allow x # \\u{1b}[31m\\u{202e}\n"), "{diff}");
    }

    #[test]
    fn a_diff_of_fifty_thousand_changed_lines_takes_no_quadratic_time() {
        let before: String = (0..50_000).map(|line| format!("allow tool_{line}\r\n")).collect();
        let after = before.replace('\r', "");
        let start = std::time::Instant::now();
        assert!(diff_of(&before, &after).len() > before.len());
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }
}
