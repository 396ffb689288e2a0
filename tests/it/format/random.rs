//! Files without mistakes, made from random bytes: every form of the language, with blanks, line breaks and comments
//! wherever the language allows them.

const NAMES: [&str; 9] = [
    "a",
    "get_run",
    "set_*_tag",
    "?",
    ":",
    "a.b/c:d-e",
    "allowed",
    "and_",
    "a_rather_long_name_of_a_tool_that_fills_half_a_line",
];
const QUOTED: [&str; 6] = [
    r#""a""#,
    r##""# no comment""##,
    r#""\"{ and""#,
    r#""é中\\""#,
    r#"":""#,
    r#""a sentence that is long enough to make a statement with it leave the width of a line""#,
];
const SETS: [&str; 3] = ["@read", "@tools", "@and"];
const PATHS: [&str; 6] = [
    "args.x",
    "args.or.because",
    r#"args."a b".c"#,
    r#"args.a."b"."c""#,
    r##"args."#""##,
    "args.an_argument.with_a_path.that_is_long",
];
const NUMBERS: [&str; 5] = ["0", "-1", "1.50", "2e+3", "-0.1E-7"];
const RATES: [&str; 4] = ["1/minute", "30/hour", "007/day", "9007199254740991/day"];
const COUNTERS: [&str; 6] = ["{tool}_{window}", "x", "5/x", "because_", r#""as""#, "{window}"];
const COMMENTS: [&str; 8] = [
    "#",
    "# plain",
    "#! \"open",
    "# }",
    "# and or {",
    "#\ttab  ",
    "# é中 \t",
    "# a comment that is so long that it would never fit on a line with anything else, but it need not",
];

/// The file that the bytes choose. Without bytes it is the simplest.
pub fn file(choices: &[u8]) -> String {
    let mut writer = Writer { choices: choices.iter(), out: String::new() };
    if writer.one_in(8) {
        writer.out.push('\u{feff}');
    }
    writer.between();
    let mut first = true;
    while first || writer.choices.len() > 0 {
        first = false;
        if writer.one_in(4) {
            writer.block();
        } else {
            writer.statement();
        }
        writer.end_of_line();
    }
    writer.out
}

struct Writer<'c> {
    choices: std::slice::Iter<'c, u8>,
    out: String,
}

impl Writer<'_> {
    /// A number below `limit`; 0 when the bytes have run out.
    fn below(&mut self, limit: usize) -> usize {
        self.choices.next().map_or(0, |byte| *byte as usize % limit)
    }

    fn one_in(&mut self, number: usize) -> bool {
        self.below(number) == number - 1
    }

    fn pick(&mut self, words: &[&str]) {
        let word = words[self.below(words.len())];
        self.out.push_str(word);
    }

    fn word(&mut self, word: &str) {
        self.out.push_str(word);
    }

    // ── Layout ──

    fn blanks(&mut self) {
        self.pick(&["", " ", "\t", "   "]);
    }

    fn space(&mut self) {
        self.pick(&[" ", "\t", "  "]);
    }

    fn line_break(&mut self) {
        self.pick(&["\n", "\r\n"]);
    }

    /// Space that may cross lines; none at all may be enough.
    fn gap(&mut self) {
        self.blanks();
        if !self.one_in(8) {
            return;
        }
        for _ in 0..=self.below(3) {
            if self.one_in(2) {
                self.pick(&COMMENTS);
            }
            self.line_break();
            self.blanks();
        }
    }

    /// The same with at least one blank.
    fn apart(&mut self) {
        self.space();
        self.gap();
    }

    fn end_of_line(&mut self) {
        self.blanks();
        if self.one_in(4) {
            self.pick(&COMMENTS);
        }
        self.line_break();
        self.between();
    }

    /// Blank lines and comments between statements.
    fn between(&mut self) {
        while self.one_in(3) {
            self.blanks();
            if self.one_in(2) {
                self.pick(&COMMENTS);
            }
            self.line_break();
        }
        self.blanks();
    }

    // ── Statements ──

    fn statement(&mut self) {
        match self.below(12) {
            0 => self.rule("allow", Self::caps),
            1 => self.rule("rate", Self::some_caps),
            2 => self.rule("require", |writer| {
                writer.clause("with");
                writer.guard();
            }),
            3 => self.rule("approve", |writer| writer.optional_guard("unless")),
            4 => self.rule("deny", |writer| writer.optional_guard("when")),
            5 => self.rule("hide", |_| {}),
            6 => self.rule("budget", |writer| {
                writer.apart();
                writer.budget();
            }),
            7 => self.pick(&["hide all", "hide\t all"]),
            8 => {
                self.pick(&["manifest", "include"]);
                self.space();
                self.pick(&QUOTED);
            }
            9 => {
                self.word("default");
                self.space();
                self.pick(&["deny", "allow"]);
            }
            10 => {
                self.word("group");
                self.space();
                self.pick(&["g", "when", "group", "_1"]);
                self.apart();
                self.word("=");
                self.gap();
                self.selectors();
            }
            _ => self.classify(),
        }
    }

    fn rule(&mut self, word: &str, clauses: impl Fn(&mut Self)) {
        self.word(word);
        self.space();
        if word == "rate" && self.one_in(3) {
            self.word("all");
        } else {
            self.selectors();
        }
        clauses(self);
    }

    fn classify(&mut self) {
        self.word("classify");
        self.space();
        self.separated(
            |writer| {
                if writer.one_in(3) { writer.pick(&QUOTED) } else { writer.pick(&NAMES) }
            },
        );
        self.clause("as");
        self.apart();
        self.pick(&["read", "financial", "because_"]);
        self.reason();
    }

    fn block(&mut self) {
        self.word("tool");
        self.space();
        self.selectors();
        self.gap();
        self.word("{");
        self.pick(&["", "#", "\n", " # {\r\n"]);
        if self.out.ends_with('#') {
            self.out.push('\n');
        }
        self.between();
        loop {
            self.block_rule();
            if self.one_in(3) || self.choices.len() == 0 {
                break;
            }
            self.end_of_line();
        }
        if self.one_in(2) {
            self.end_of_line();
        }
        self.blanks();
        self.word("}");
    }

    fn block_rule(&mut self) {
        match self.below(7) {
            0 => {
                self.word("allow");
                self.caps();
            }
            1 => {
                self.word("rate");
                self.some_caps();
            }
            2 => {
                self.word("require");
                self.space();
                self.condition(3);
                self.reason();
            }
            3 => {
                self.word("approve");
                self.optional_guard("unless");
            }
            4 => {
                self.word("deny");
                self.optional_guard("when");
            }
            5 => self.word("hide"),
            _ => {
                self.word("budget");
                self.space();
                self.budget();
            }
        }
    }

    // ── Clauses ──

    fn clause(&mut self, word: &str) {
        self.apart();
        self.word(word);
    }

    fn separated(&mut self, item: impl Fn(&mut Self)) {
        item(self);
        while self.one_in(3) {
            self.blanks();
            self.word(",");
            self.gap();
            item(self);
        }
    }

    fn selector(&mut self) {
        match self.below(3) {
            0 => self.pick(&NAMES),
            1 => self.pick(&SETS),
            _ => self.pick(&QUOTED),
        }
    }

    fn selectors(&mut self) {
        self.separated(Self::selector);
        if self.one_in(4) {
            self.clause("having");
            self.apart();
            self.pick(&PATHS);
        }
        if self.one_in(4) {
            self.clause("except");
            self.apart();
            self.separated(Self::selector);
        }
    }

    fn caps(&mut self) {
        if self.one_in(2) {
            self.some_caps();
        } else {
            self.counter();
        }
    }

    fn some_caps(&mut self) {
        self.apart();
        self.separated(|writer| writer.pick(&RATES));
        self.counter();
    }

    fn counter(&mut self) {
        if self.one_in(3) {
            self.clause("as");
            if self.one_in(4) {
                self.space();
                self.pick(&["as", "allow", "because"]);
            } else {
                self.apart();
                self.pick(&COUNTERS);
            }
        }
    }

    fn budget(&mut self) {
        self.pick(&PATHS);
        self.apart();
        self.pick(&RATES);
        self.counter();
    }

    fn optional_guard(&mut self, word: &str) {
        if self.one_in(2) {
            self.clause(word);
            self.guard();
        } else {
            self.reason();
        }
    }

    fn guard(&mut self) {
        self.apart();
        self.condition(3);
        self.reason();
    }

    fn reason(&mut self) {
        if self.one_in(3) {
            self.clause("because");
            self.gap();
            self.pick(&QUOTED);
        }
    }

    fn condition(&mut self, depth: usize) {
        self.operand(depth);
        while self.one_in(3) {
            self.apart();
            self.pick(&["and", "or"]);
            self.apart();
            self.operand(depth);
        }
    }

    fn operand(&mut self, depth: usize) {
        while self.one_in(5) {
            self.word("not");
            self.apart();
        }
        if depth > 0 && self.one_in(4) {
            self.word("(");
            self.gap();
            self.condition(depth - 1);
            self.gap();
            self.word(")");
        } else {
            self.test();
        }
    }

    fn test(&mut self) {
        self.pick(&PATHS);
        self.apart();
        match self.below(6) {
            0 => self.pick(&["exists", "missing"]),
            1 => {
                self.pick(&["==", "!="]);
                self.gap();
                self.literal(3);
            }
            2 => {
                self.pick(&["<", "<=", ">", ">="]);
                self.gap();
                self.pick(&NUMBERS);
            }
            3 => {
                self.word("matches");
                self.gap();
                self.pick(&QUOTED);
            }
            4 => {
                self.word("contains");
                self.apart();
                self.literal(3);
            }
            _ => {
                if self.one_in(2) {
                    self.word("not");
                    self.apart();
                }
                self.word("in");
                self.gap();
                self.list(3);
            }
        }
    }

    // ── Literals ──

    fn literal(&mut self, depth: usize) {
        match self.below(if depth > 0 { 5 } else { 3 }) {
            0 => self.pick(&NUMBERS),
            1 => self.pick(&QUOTED),
            2 => self.pick(&["true", "false", "null"]),
            3 => self.list(depth),
            _ => self.object(depth),
        }
    }

    fn list(&mut self, depth: usize) {
        self.word("[");
        self.gap();
        for number in 0..self.below(6) {
            if number > 0 {
                self.gap();
                self.word(",");
                self.gap();
            }
            self.literal(depth.saturating_sub(1));
        }
        self.gap();
        self.word("]");
    }

    fn object(&mut self, depth: usize) {
        self.word("{");
        self.gap();
        for number in 0..self.below(4) {
            if number > 0 {
                self.gap();
                self.word(",");
                self.gap();
            }
            self.word(&format!("\"k#{number}\""));
            self.gap();
            self.word(":");
            self.gap();
            self.literal(depth - 1);
        }
        self.gap();
        self.word("}");
    }
}
