//! The grammar's rules in the author's words.

use super::Rule;

/// What could have stood at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expected {
    /// A statement.
    Statement,
    /// A rule of a block.
    BlockRule,
    /// A step of a test.
    Step,
    /// `5 times`
    Times,
    /// The verdict that a test expects.
    Outcome,
    /// The time that a test sets.
    Time,
    /// A name, glob or set.
    Tool,
    /// A name or glob, and no set.
    Name,
    /// `30/minute`
    Calls,
    /// A condition or the argument that begins one.
    Argument,
    /// A key of an argument.
    Key,
    /// What may stand between an argument and its value.
    Operator,
    /// A JSON value.
    Value,
    /// A number.
    Number,
    /// A list.
    List,
    /// A text in double quotes.
    Text,
    /// `deny` or `allow`.
    Posture,
    /// The name of a group.
    GroupName,
    /// The name of a class.
    Class,
    /// The name of a counter.
    Counter,
    /// A word or mark of the language.
    Word(&'static str),
    /// The end of the statement.
    End,
}

impl Expected {
    /// What the rules say, each once, in the order of this type.
    pub(super) fn of(rules: &[Rule]) -> Vec<Expected> {
        let mut expected: Vec<Expected> = rules.iter().filter_map(|rule| phrase(*rule)).collect();
        expected.sort();
        expected.dedup();
        expected
    }

    /// In the author's words, to follow "expected".
    pub(in crate::syntax) fn words(self) -> String {
        match self {
            Expected::Statement => "a statement, such as `allow`".to_owned(),
            Expected::BlockRule => "a rule, such as `allow` or `require`".to_owned(),
            Expected::Step => "a step: `call` or `at`".to_owned(),
            Expected::Times => "how often, such as `5 times`".to_owned(),
            Expected::Outcome => "a verdict: allow, approve, deny, hide or rate".to_owned(),
            Expected::Time => "a time, such as 10:59:58 or 2026-01-31T10:59:58Z".to_owned(),
            Expected::Tool => "a tool's name, a glob or an `@` set".to_owned(),
            Expected::Name => "a tool's name or a glob".to_owned(),
            Expected::Calls => "a number of calls, such as 30/minute".to_owned(),
            Expected::Argument => "an argument, such as args.amount".to_owned(),
            Expected::Key => "the argument's name".to_owned(),
            Expected::Operator => "an operator, such as ==, in, matches or exists".to_owned(),
            Expected::Value => {
                "a value: a string in double quotes, a number, true or false".to_owned()
            }
            Expected::Number => "a number".to_owned(),
            Expected::List => "a list, such as [\"a\", \"b\"]".to_owned(),
            Expected::Text => "a string in double quotes".to_owned(),
            Expected::Posture => "`deny` or `allow`".to_owned(),
            Expected::GroupName => "a name for the group".to_owned(),
            Expected::Class => "a class: read, write, execute, destructive or financial".to_owned(),
            Expected::Counter => "a counter's name".to_owned(),
            Expected::Word(word) => format!("`{word}`"),
            Expected::End => "the end of the line".to_owned(),
        }
    }
}

/// Every rule, mapped; no arm stands for "the rest", so that a new rule needs its words.
#[expect(clippy::too_many_lines, reason = "one table, a line for every rule of the grammar")]
fn phrase(rule: Rule) -> Option<Expected> {
    Some(match rule {
        Rule::allow
        | Rule::rate
        | Rule::require
        | Rule::approve
        | Rule::deny
        | Rule::hide
        | Rule::budget
        | Rule::manifest
        | Rule::include
        | Rule::default
        | Rule::group
        | Rule::classify
        | Rule::policy
        | Rule::assertion
        | Rule::test_block
        | Rule::test_open
        | Rule::block_open
        | Rule::item
        | Rule::statement
        | Rule::block => Expected::Statement,
        Rule::block_allow
        | Rule::block_rate
        | Rule::block_require
        | Rule::block_approve
        | Rule::block_deny
        | Rule::block_hide
        | Rule::block_budget
        | Rule::block_item
        | Rule::block_rule => Expected::BlockRule,
        Rule::call | Rule::at | Rule::test_item | Rule::test_step => Expected::Step,
        Rule::repeats | Rule::repetitions => Expected::Times,
        Rule::verdict | Rule::claim | Rule::rate_claim => Expected::Outcome,
        Rule::time => Expected::Time,
        Rule::arrow => Expected::Word("->"),
        Rule::by_word => Expected::Word("by"),
        Rule::times_word => Expected::Word("times"),
        Rule::selectors | Rule::selector | Rule::set => Expected::Tool,
        Rule::name | Rule::names => Expected::Name,
        Rule::calls | Rule::rates | Rule::caps => Expected::Calls,
        Rule::condition | Rule::conjunction | Rule::operand | Rule::test | Rule::path => {
            Expected::Argument
        }
        Rule::key => Expected::Key,
        Rule::presence
        | Rule::list_operator
        | Rule::order_operator
        | Rule::matches
        | Rule::equality_operator => Expected::Operator,
        Rule::literal | Rule::constant | Rule::object | Rule::member => Expected::Value,
        Rule::number => Expected::Number,
        Rule::list => Expected::List,
        Rule::string => Expected::Text,
        Rule::posture => Expected::Posture,
        Rule::group_name => Expected::GroupName,
        Rule::class => Expected::Class,
        Rule::counter | Rule::counter_name => Expected::Counter,
        Rule::having => Expected::Word("having"),
        Rule::except => Expected::Word("except"),
        Rule::all => Expected::Word("all"),
        Rule::negation => Expected::Word("not"),
        Rule::parentheses => Expected::Word("("),
        Rule::as_word | Rule::counter_clause => Expected::Word("as"),
        Rule::because | Rule::reason => Expected::Word("because"),
        Rule::unless => Expected::Word("unless"),
        Rule::when => Expected::Word("when"),
        Rule::with => Expected::Word("with"),
        Rule::comma => Expected::Word(","),
        Rule::colon => Expected::Word(":"),
        Rule::open_brace => Expected::Word("{"),
        Rule::close_brace | Rule::block_close => Expected::Word("}"),
        Rule::close_bracket => Expected::Word("]"),
        Rule::close_parenthesis => Expected::Word(")"),
        Rule::end | Rule::end_of_statement | Rule::EOI => Expected::End,
        Rule::file
        | Rule::run_of_statements
        | Rule::going_on
        | Rule::never
        | Rule::between
        | Rule::blank
        | Rule::line_break
        | Rule::comment
        | Rule::comment_text
        | Rule::space
        | Rule::gap
        | Rule::name_character
        | Rule::identifier
        | Rule::word_end
        | Rule::statement_word
        | Rule::word => return None,
    })
}
