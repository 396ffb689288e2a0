//! What the grammar would take at the end of unfinished text.

use super::grammar::{self, Expected, GrammarEntry};
use super::lexer::skip_between;
use super::{nesting, words};
use crate::policy::is_identifier;

/// What an unfinished text belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// A statement outside a block.
    Statement,
    /// The head of a block, from `tool` to before its `{`.
    Head,
    /// A rule in a block.
    Rule,
    /// The head of a test, from `test` to before its `{`.
    TestHead,
    /// A step of a test.
    Step,
}

/// How far the grammar gets with a text, and what it could take there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The byte of the text at which it gives up; the length of the text if it takes all of it.
    pub offset: usize,
    /// What could follow there, each once.
    pub expected: Vec<Expected>,
}

/// A character that no statement holds: the grammar refuses it anywhere, and so tells what it would take instead.
const STOP: char = '\u{1}';

/// What the grammar would take at the end of a text that begins with the first word of a statement.
///
/// Takes time in proportion to the text, so hand it the statement alone.
pub fn expectation(fragment: Fragment, text: &str) -> Expectation {
    let start = skip_between(text, 0);
    if start >= text.len() {
        let expected = match fragment {
            Fragment::Statement | Fragment::Head | Fragment::TestHead => Expected::Statement,
            Fragment::Rule => Expected::BlockRule,
            Fragment::Step => Expected::Step,
        };
        return Expectation { offset: text.len(), expected: vec![expected] };
    }
    let begins = match fragment {
        Fragment::Step => words::step_at(text, start).is_some(),
        _ => words::at(text, start).is_some(),
    };
    if !begins || nesting::is_too_deep(text) {
        return Expectation { offset: start, expected: Vec::new() };
    }
    let entry = match fragment {
        Fragment::Statement => GrammarEntry::Item,
        Fragment::Head => GrammarEntry::BlockOpen,
        Fragment::Rule => GrammarEntry::BlockItem,
        Fragment::TestHead => GrammarEntry::TestOpen,
        Fragment::Step => GrammarEntry::TestStep,
    };
    let stopped = format!("{text}{STOP}");
    match grammar::read(entry, &stopped, start, stopped.len()) {
        // The statement is complete, and its line has ended; the next one may still go on with it.
        Ok(_) => match grammar::read(GrammarEntry::GoingOn, &stopped, start, stopped.len()) {
            Ok(reading) => Expectation { offset: reading.end(), expected: Vec::new() },
            Err(mut refusal) => {
                refusal.expected.push(Expected::End);
                Expectation { offset: refusal.offset, expected: refusal.expected }
            }
        },
        // The grammar does not report a missing mark that has no rule of its own.
        Err(_)
            if fragment == Fragment::Statement
                && lacks_equals_sign(text.get(start..).unwrap_or("")) =>
        {
            Expectation { offset: text.len(), expected: vec![Expected::Word("=")] }
        }
        Err(refusal) => Expectation { offset: refusal.offset, expected: refusal.expected },
    }
}

/// Whether a statement that begins here is `group NAME` and nothing more.
fn lacks_equals_sign(text: &str) -> bool {
    let name = text.strip_prefix("group").map(|rest| (rest, rest.trim_start_matches([' ', '\t'])));
    name.is_some_and(|(rest, name)| {
        let end = skip_between(name, words::run(name, 0).len());
        rest.len() > name.len() && end == name.len() && is_identifier(words::run(name, 0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_end(fragment: Fragment, text: &str) -> Vec<String> {
        let found = expectation(fragment, text);
        assert_eq!(found.offset, text.len(), "{text}: {found:?}");
        found.expected.iter().map(|expected| format!("{expected:?}")).collect()
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "one table of texts and what could follow them")]
    fn what_could_follow_is_told() {
        let mut out = String::new();
        for text in [
            "",
            "allow ",
            "allow a, ",
            "allow a,\n    ",
            "allow a ",
            "allow a\n",
            "allow a 3/hour ",
            "allow a 3/hour, ",
            "allow a as ",
            "allow a having ",
            "allow a except ",
            "hide ",
            "rate ",
            "rate a ",
            "require a ",
            "require a with ",
            "require a with not ",
            "require a with args.x ",
            "require a with args.x == ",
            "require a with args.x < ",
            "require a with args.x in ",
            "require a with args.x in [",
            "require a with args.x in [1 ",
            "require a with args.x in [1, ",
            "require a with args.x matches ",
            "require a with args.x exists ",
            "require a with (args.x exists ",
            "require a with args.x exists and ",
            "require a with args.x exists because ",
            "approve a ",
            "deny a ",
            "budget a ",
            "budget a args.x ",
            "budget a args.x 3/day ",
            "classify ",
            "classify a ",
            "classify a as ",
            "classify a as read ",
            "group ",
            "group g ",
            "group g = ",
            "default ",
            "manifest ",
        ] {
            out += &format!("{text:?}: {}\n", at_end(Fragment::Statement, text).join(", "));
        }
        for text in ["", "allow ", "rate ", "require ", "deny ", "deny when ", "budget ", "hide "] {
            out += &format!("in a block {text:?}: {}\n", at_end(Fragment::Rule, text).join(", "));
        }
        for text in ["tool ", "tool a ", "tool a, "] {
            out += &format!("of a head {text:?}: {}\n", at_end(Fragment::Head, text).join(", "));
        }
        insta::assert_snapshot!(out, @r#"
        "": Statement
        "allow ": Tool
        "allow a, ": Tool, Name, Text
        "allow a,\n    ": Tool, Name, Text
        "allow a ": Calls, Word(","), Word("as"), Word("except"), Word("having"), End
        "allow a\n": Calls, Word("as"), Word("except"), Word("having"), End
        "allow a 3/hour ": Word(","), Word("as"), End
        "allow a 3/hour, ": Calls
        "allow a as ": Text, Counter
        "allow a having ": Argument
        "allow a except ": Tool, Name, Text
        "hide ": Tool, Word("all")
        "rate ": Tool, Word("all")
        "rate a ": Calls, Word(","), Word("except"), Word("having")
        "require a ": Word(","), Word("except"), Word("having"), Word("with")
        "require a with ": Argument
        "require a with not ": Argument, Word("("), Word("not")
        "require a with args.x ": Operator
        "require a with args.x == ": Value, Number, List, Text
        "require a with args.x < ": Number
        "require a with args.x in ": List
        "require a with args.x in [": Value, Number, List, Text, Word("]")
        "require a with args.x in [1 ": Word(","), Word("]")
        "require a with args.x in [1, ": Value, Number, List, Text
        "require a with args.x matches ": Text
        "require a with args.x exists ": Word("because"), End
        "require a with (args.x exists ": Word(")")
        "require a with args.x exists and ": Argument, Word("("), Word("not")
        "require a with args.x exists because ": Text
        "approve a ": Word(","), Word("because"), Word("except"), Word("having"), Word("unless"), Word("when"), End
        "deny a ": Word(","), Word("because"), Word("except"), Word("having"), Word("when"), End
        "budget a ": Argument, Word(","), Word("except"), Word("having")
        "budget a args.x ": Calls
        "budget a args.x 3/day ": Word("as"), End
        "classify ": Name
        "classify a ": Word(","), Word("as")
        "classify a as ": Class
        "classify a as read ": Word("because"), End
        "group ": GroupName
        "group g ": Word("=")
        "group g = ": Tool
        "default ": Posture
        "manifest ": Text
        in a block "": BlockRule
        in a block "allow ": Calls, Word("as"), End
        in a block "rate ": Calls
        in a block "require ": Argument
        in a block "deny ": Word("because"), Word("when"), End
        in a block "deny when ": Argument
        in a block "budget ": Argument
        in a block "hide ": End
        of a head "tool ": Tool
        of a head "tool a ": Word(","), Word("except"), Word("having"), Word("{")
        of a head "tool a, ": Tool, Name, Text
        "#);
    }

    #[test]
    fn a_slip_is_told_by_where_it_stands() {
        let found = expectation(Fragment::Statement, "allow a 3/mnute, ");
        assert!(found.offset <= "allow a ".len(), "{found:?}");
        assert_eq!(expectation(Fragment::Statement, "alow a ").expected, []);
        let deep = format!("require a with {}", "(".repeat(nesting::MAX_DEPTH + 1));
        assert_eq!(expectation(Fragment::Statement, &deep).expected, []);
    }
}
