//! The words of a name that tell what it is thought to be.

use super::class::Class;
use super::lexicon::{self, Set, singular};
use super::words;

/// The part of a name's words that is enough to tell a class: the verb where it says so by itself, else all of the words.
///
/// `set_run_tag` is a write tool for its `set`; that `create_invoice` moves money takes both words.
pub fn telling(words: &str, class: Class) -> &str {
    let cut = words::of_name(words);
    let verb_of = |word: &words::Word| lexicon::verb(&word.text).map(|(verb, _)| verb);
    let (Some(first), Some(last)) = (cut.first(), cut.last()) else { return words };
    // The verb stands first, or last where the things stand before it.
    let (word, verb) = match verb_of(first) {
        Some(verb) => (first, Some(verb)),
        None => (last, verb_of(last)),
    };
    let says_so = verb.is_some_and(|verb| verb.class == class);
    words.get(word.range.clone()).filter(|_| says_so).unwrap_or(words)
}

/// The word or the two words that name a secret, if any do.
pub fn secret(words: &str) -> Option<&str> {
    let cut = words::of_name(words);
    cut.iter().enumerate().find_map(|(at, word)| {
        let next = cut.get(at + 1);
        let pair = next.filter(|next| {
            let pair = format!("{}_{}", word.text, singular(&next.text));
            lexicon::has(Set::Sensitive, &pair)
        });
        let is_secret = pair.is_some() || lexicon::has(Set::Sensitive, &singular(&word.text));
        let end = pair.unwrap_or(word).range.end;
        words.get(word.range.start..end).filter(|_| is_secret)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_shown_with_its_words() {
        for (words, expected) in [
            ("list_api_keys", Some("api_keys")),
            ("get-env", Some("env")),
            ("Returns the secrets of a project", Some("secrets")),
            ("list_keys", None),
        ] {
            assert_eq!(secret(words), expected, "{words}");
        }
    }

    #[test]
    fn a_verb_tells_alone_what_it_says_alone() {
        for (name, class, expected) in [
            ("set_run_tag", Class::Write, "set"),
            ("deleteFile", Class::Destructive, "delete"),
            ("channel_delete", Class::Destructive, "delete"),
            ("create_invoice", Class::Financial, "create_invoice"),
            ("finalize_invoice", Class::Financial, "finalize_invoice"),
            ("health", Class::Write, "health"),
            ("", Class::Write, ""),
        ] {
            assert_eq!(telling(name, class), expected, "{name}");
        }
    }
}
