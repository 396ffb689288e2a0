//! Whether two trees say the same, node by node.
//!
//! This is the judge of the formatter, and shares nothing with it. Places are ignored, characters are not: `1.0` and
//! `1.00`, or a name with and without quotes, are different texts for the same value.

use super::tree::{
    Assertion, Block, Budget, Calls, Caps, Classify, Condition, Counter, Group, Guard, Key,
    Literal, LiteralKind, Path, Rule, Selector, Selectors, Statement, StatementKind, Subjects,
    Test, TestBlock, TestCall, TestStep, Text, Tree,
};
use crate::source::Span;

/// Whether two trees say the same in the same words, each given with its text. Text that is no statement is the same
/// as nothing, not even as itself.
pub fn same(left: (&Tree, &str), right: (&Tree, &str)) -> bool {
    let pair = Pair { left: left.1, right: right.1 };
    pair.all(&left.0.statements, &right.0.statements, Pair::statement)
}

/// The two texts that the spans point into.
#[derive(Clone, Copy)]
struct Pair<'t> {
    left: &'t str,
    right: &'t str,
}

impl Pair<'_> {
    /// The characters of two places.
    fn span(self, left: Span, right: Span) -> bool {
        let left = self.left.get(left.range());
        left.is_some() && left == self.right.get(right.range())
    }

    fn text(self, left: &Text, right: &Text) -> bool {
        self.span(left.span, right.span)
    }

    fn all<T>(self, left: &[T], right: &[T], same: impl Fn(Self, &T, &T) -> bool) -> bool {
        left.len() == right.len()
            && left.iter().zip(right).all(|(left, right)| same(self, left, right))
    }

    fn option<T>(
        self,
        left: Option<&T>,
        right: Option<&T>,
        same: impl Fn(Self, &T, &T) -> bool,
    ) -> bool {
        match (left, right) {
            (None, None) => true,
            (Some(left), Some(right)) => same(self, left, right),
            _ => false,
        }
    }

    fn statement(self, left: &Statement, right: &Statement) -> bool {
        use StatementKind as Kind;
        match (&left.kind, &right.kind) {
            (Kind::Manifest(left), Kind::Manifest(right))
            | (Kind::Include(left), Kind::Include(right))
            | (Kind::Policy(left), Kind::Policy(right)) => self.text(left, right),
            (Kind::Test(left), Kind::Test(right)) => self.test_block(left, right),
            (Kind::Assert(left), Kind::Assert(right)) => self.assertion(left, right),
            (Kind::Default(left), Kind::Default(right)) => left == right,
            (Kind::Group(left), Kind::Group(right)) => self.group(left, right),
            (Kind::Classify(left), Kind::Classify(right)) => self.classify(left, right),
            (Kind::Rule(left, left_rule), Kind::Rule(right, right_rule)) => {
                self.subjects(left, right) && self.rule(left_rule, right_rule)
            }
            (Kind::Block(left), Kind::Block(right)) => self.block(left, right),
            _ => false,
        }
    }

    fn subjects(self, left: &Subjects, right: &Subjects) -> bool {
        match (left, right) {
            (Subjects::All(_), Subjects::All(_)) => true,
            (Subjects::Tools(left), Subjects::Tools(right)) => self.selectors(left, right),
            _ => false,
        }
    }

    fn group(self, left: &Group, right: &Group) -> bool {
        let Group { name, selectors } = left;
        self.span(*name, right.name) && self.selectors(selectors, &right.selectors)
    }

    fn classify(self, left: &Classify, right: &Classify) -> bool {
        let Classify { names, class, because } = left;
        self.all(names, &right.names, Self::selector)
            && self.span(*class, right.class)
            && self.option(because.as_ref(), right.because.as_ref(), Self::text)
    }

    fn block(self, left: &Block, right: &Block) -> bool {
        let Block { selectors, rules } = left;
        self.option(selectors.as_ref(), right.selectors.as_ref(), Self::selectors)
            && self.all(rules, &right.rules, |pair, left, right| pair.rule(&left.1, &right.1))
    }

    fn assertion(self, left: &Assertion, right: &Assertion) -> bool {
        let Assertion { claim, subjects, rates, condition } = left;
        self.span(*claim, right.claim)
            && self.subjects(subjects, &right.subjects)
            && self.all(rates, &right.rates, Self::calls)
            && self.option(condition.as_ref(), right.condition.as_ref(), Self::condition)
    }

    fn test_block(self, left: &TestBlock, right: &TestBlock) -> bool {
        let TestBlock { name, steps } = left;
        self.option(name.as_ref(), right.name.as_ref(), Self::text)
            && self.all(steps, &right.steps, |pair, left, right| pair.step(&left.1, &right.1))
    }

    fn step(self, left: &TestStep, right: &TestStep) -> bool {
        match (left, right) {
            (TestStep::At(left), TestStep::At(right)) => self.span(*left, *right),
            (TestStep::Call(left), TestStep::Call(right)) => {
                let TestCall { selectors, arguments, times, verdict, by, because } = &**left;
                let spans = |pair: Self, left: &Span, right: &Span| pair.span(*left, *right);
                self.selectors(selectors, &right.selectors)
                    && self.option(arguments.as_ref(), right.arguments.as_ref(), Self::literal)
                    && self.option(times.as_ref(), right.times.as_ref(), spans)
                    && self.span(*verdict, right.verdict)
                    && self.option(by.as_ref(), right.by.as_ref(), Self::counter)
                    && self.option(because.as_ref(), right.because.as_ref(), Self::text)
            }
            _ => false,
        }
    }

    fn rule(self, left: &Rule, right: &Rule) -> bool {
        match (left, right) {
            (Rule::Allow(left), Rule::Allow(right)) | (Rule::Rate(left), Rule::Rate(right)) => {
                self.caps(left, right)
            }
            (Rule::Require(left), Rule::Require(right))
            | (Rule::Approve(left), Rule::Approve(right))
            | (Rule::Deny(left), Rule::Deny(right)) => self.guard(left, right),
            (Rule::Hide, Rule::Hide) => true,
            (Rule::Budget(left), Rule::Budget(right)) => self.budget(left, right),
            _ => false,
        }
    }

    fn caps(self, left: &Caps, right: &Caps) -> bool {
        let Caps { rates, counter } = left;
        self.all(rates, &right.rates, Self::calls)
            && self.option(counter.as_ref(), right.counter.as_ref(), Self::counter)
    }

    fn calls(self, left: &Calls, right: &Calls) -> bool {
        let Calls { span, rate } = *left;
        self.span(span, right.span) && rate == right.rate
    }

    fn counter(self, left: &Counter, right: &Counter) -> bool {
        match (left, right) {
            (Counter::Template(left), Counter::Template(right)) => self.span(*left, *right),
            (Counter::Literal(left), Counter::Literal(right)) => self.text(left, right),
            _ => false,
        }
    }

    fn budget(self, left: &Budget, right: &Budget) -> bool {
        let Budget { path, limit, counter } = left;
        self.path(path, &right.path)
            && self.calls(limit, &right.limit)
            && self.option(counter.as_ref(), right.counter.as_ref(), Self::counter)
    }

    fn guard(self, left: &Guard, right: &Guard) -> bool {
        let Guard { mode, condition, because } = left;
        *mode == right.mode
            && self.option(condition.as_ref(), right.condition.as_ref(), Self::condition)
            && self.option(because.as_ref(), right.because.as_ref(), Self::text)
    }

    /// Recurses with the brackets, of which the reader bounds the depth.
    fn condition(self, left: &Condition, right: &Condition) -> bool {
        match (left, right) {
            (Condition::Any(left), Condition::Any(right))
            | (Condition::All(left), Condition::All(right)) => {
                self.all(left, right, Self::condition)
            }
            (Condition::Parentheses(left), Condition::Parentheses(right)) => {
                self.condition(left, right)
            }
            (Condition::Not(left, inner_left), Condition::Not(right, inner_right)) => {
                left == right && self.condition(inner_left, inner_right)
            }
            (Condition::Test(left), Condition::Test(right)) => self.test(left, right),
            _ => false,
        }
    }

    fn test(self, left: &Test, right: &Test) -> bool {
        let Test { span: _, path, operator, value, missing } = left;
        self.path(path, &right.path)
            && *operator == right.operator
            && *missing == right.missing
            && self.option(value.as_ref(), right.value.as_ref(), Self::literal)
    }

    fn path(self, left: &Path, right: &Path) -> bool {
        let Path { span: _, keys } = left;
        self.all(keys, &right.keys, Self::key)
    }

    fn key(self, left: &Key, right: &Key) -> bool {
        match (left, right) {
            (Key::Bare(left), Key::Bare(right)) => self.span(*left, *right),
            (Key::Quoted(left), Key::Quoted(right)) => self.text(left, right),
            _ => false,
        }
    }

    fn literal(self, left: &Literal, right: &Literal) -> bool {
        match (&left.kind, &right.kind) {
            (LiteralKind::Scalar, LiteralKind::Scalar) => self.span(left.span, right.span),
            (LiteralKind::List(left), LiteralKind::List(right)) => {
                self.all(left, right, Self::literal)
            }
            (LiteralKind::Object(left), LiteralKind::Object(right)) => {
                self.all(left, right, |pair, (left_key, left), (right_key, right)| {
                    pair.text(left_key, right_key) && pair.literal(left, right)
                })
            }
            _ => false,
        }
    }

    fn selectors(self, left: &Selectors, right: &Selectors) -> bool {
        let Selectors { span: _, items, having, except } = left;
        self.all(items, &right.items, Self::selector)
            && self.option(having.as_deref(), right.having.as_deref(), Self::path)
            && self.all(except, &right.except, Self::selector)
    }

    fn selector(self, left: &Selector, right: &Selector) -> bool {
        left.kind == right.kind && self.span(left.span, right.span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceSet;
    use crate::syntax::parse;

    fn is_same(left: &str, right: &str) -> bool {
        let mut sources = SourceSet::default();
        let file = sources.add("policy.gate", "");
        let ((left_tree, mistakes), (right_tree, more)) = (parse(file, left), parse(file, right));
        assert!(mistakes.is_empty() && more.is_empty(), "{mistakes:?} {more:?}");
        same((&left_tree, left), (&right_tree, right))
    }

    #[test]
    fn layout_makes_no_difference() {
        assert!(is_same(
            "tool a,b{require not args.x in[1,{\"k\":2}]because\"c\"}",
            "\n# c\ntool a, b {\n    require not args.x in [\n 1, {\"k\" : 2}]\n because \"c\"\n}\n"
        ));
    }

    #[test]
    fn every_word_makes_a_difference() {
        let differing = [
            ("manifest \"a\"", "include \"a\""),
            ("default deny", "default allow"),
            ("group a = b", "group c = b"),
            ("classify a as read", "classify a as write"),
            ("classify a as read", "classify a as read because \"b\""),
            ("allow a", "allow \"a\""),
            ("allow a", "allow a, b"),
            ("allow a", "allow a\nallow a"),
            ("allow a*", "allow b*"),
            ("allow a", "tool a {\nallow\n}"),
            ("allow a having args.b", "allow a having args.\"b\""),
            ("allow @a except b", "allow @a except c"),
            ("allow a 1/day", "allow a 1/hour"),
            ("allow a 1/day", "allow a 01/day"),
            ("allow a 1/day", "rate a 1/day"),
            ("rate all 1/day as b", "rate all 1/day as \"b\""),
            ("rate all 1/day", "rate a 1/day"),
            ("budget a args.b 1/day", "budget a args.c 1/day"),
            ("approve a when args.b == 1", "approve a unless args.b == 1"),
            ("approve a when args.b == 1", "approve a when args.b == 1.0"),
            ("approve a when args.b == 1", "approve a when args.b != 1"),
            ("deny a when args.b exists", "deny a when args.b missing"),
            ("deny a when args.b exists", "deny a when (args.b exists)"),
            ("deny a when args.b exists", "deny a when not args.b exists"),
            ("deny a when not args.b exists", "deny a when not not args.b exists"),
            ("deny a when args.b in [1, 2]", "deny a when args.b in [2, 1]"),
            ("deny a when args.b == {\"k\": 1}", "deny a when args.b == {\"l\": 1}"),
            (
                "deny a when args.b exists and args.c exists",
                "deny a when args.b exists or args.c exists",
            ),
            ("assert deny a", "assert hide a"),
            ("assert deny a", "assert deny b"),
            ("assert deny a when args.x == 1", "assert deny a when args.x == 2"),
            ("assert deny a when args.x == 1", "assert deny a"),
            ("assert rate a 1/day", "assert rate a 2/day"),
            ("assert rate a 1/day", "assert rate all 1/day"),
            ("policy \"a\"", "policy \"b\""),
            ("test \"a\" {\nat 10:00\n}", "test \"b\" {\nat 10:00\n}"),
            ("test \"a\" {\nat 10:00\n}", "test \"a\" {\nat 10:01\n}"),
            ("test \"a\" {\ncall x -> deny\n}", "test \"a\" {\ncall x -> allow\n}"),
            ("test \"a\" {\ncall x -> deny\n}", "test \"a\" {\ncall y -> deny\n}"),
            ("test \"a\" {\ncall x {} -> deny\n}", "test \"a\" {\ncall x -> deny\n}"),
            ("test \"a\" {\ncall x 2 times -> deny\n}", "test \"a\" {\ncall x 3 times -> deny\n}"),
            ("test \"a\" {\ncall x -> rate by b\n}", "test \"a\" {\ncall x -> rate by c\n}"),
            ("test \"a\" {\ncall x -> deny because \"b\"\n}", "test \"a\" {\ncall x -> deny\n}"),
            ("hide a", "hide all"),
            ("hide a", "deny a"),
        ];
        for (left, right) in differing {
            assert!(is_same(left, left), "{left}");
            assert!(!is_same(left, right), "{left} and {right}");
        }
    }
}
