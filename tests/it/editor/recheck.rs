//! What a check says after an edit, told from what it said before, against a whole check.

use std::sync::Arc;

use gatewright::check::{self, Analysis, Footing, Options};
use gatewright::lint::Form;
use gatewright::source::{MemoryLoader, SourceFile};

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn of<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.below(words.len())]
    }
}

const TOOLS: [&str; 14] = [
    "get_page",
    "update_page",
    "delete_page",
    "run_script",
    "pay_bill",
    "set_tag",
    "Set_Tag",
    "get_api_keys",
    "zap",
    "\"update page\"",
    "send_mail",
    "list_users",
    "create_invoice",
    "drop_table",
];
const RATES: [&str; 6] =
    ["30/minute", "5/hour", "3000/minute", "10/minute, 100/day", "1/day", "31/minute"];
const CONDITIONS: [&str; 8] = [
    "args.stage == \"Staging\"",
    "args.amount <= 50",
    "args.amount > 50 and args.amount < 40",
    "args.uri matches \"^models:/\"",
    "args.uri matches \"example.com\"",
    "args.x exists or args.x missing",
    "args.to in [\"a\", \"b\"]",
    "not (args.x == 1)",
];

fn rule(random: &mut Random) -> String {
    let (rates, condition) = (random.of(&RATES), random.of(&CONDITIONS));
    match random.below(10) {
        0 => "hide".to_owned(),
        1 => format!("rate {rates}"),
        2 => format!("require {condition} because \"So it is.\""),
        3 => format!("approve unless {condition}"),
        4 => format!("deny when {condition}"),
        5 => "approve".to_owned(),
        6 => "allow".to_owned(),
        _ => format!("allow {rates}"),
    }
}

fn statement(random: &mut Random) -> String {
    let mut tools = random.of(&TOOLS).to_owned();
    while random.below(4) == 0 {
        tools = format!("{tools}, {}", random.of(&TOOLS));
    }
    match random.below(12) {
        0 => format!("# About {tools}\n"),
        1 | 2 => {
            let rules: Vec<String> = (0..=random.below(2)).map(|_| rule(random)).collect();
            format!("tool {tools} {{\n    {}\n}}\n", rules.join("\n    "))
        }
        3 => "rate all 120/minute\n".to_owned(),
        _ => {
            let rule = rule(random);
            let (word, rest) = rule.split_once(' ').unwrap_or((&rule, ""));
            let with = if word == "require" { "with " } else { "" };
            format!("{word} {tools} {with}{rest}\n")
        }
    }
}

/// A policy without errors.
fn policy(random: &mut Random) -> String {
    loop {
        let statements: String = (0..5 + random.below(30)).map(|_| statement(random)).collect();
        let text = format!("default deny\n{statements}");
        let (before, _) = checked(&text, &Options::default());
        if Footing::new(&before).is_some() {
            return text;
        }
    }
}

fn edited(random: &mut Random, text: &str) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let at = random.below(lines.len());
    let mut lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
    match random.below(9) {
        0 => lines[at].clear(),
        1 => lines[at] = statement(random),
        2 | 3 => lines.insert(at, statement(random)),
        4 => {
            lines[at] = lines[at].replacen(
                random.of(&["allow", "30", "page", " "]),
                random.of(&["x", "", "5", "hide"]),
                1,
            )
        }
        5 => lines[at] = lines[at].replacen(['/', '"', '='], "", 1),
        6 => lines[at].insert_str(0, random.of(&["alow x\n", "\n", "# ", "}", "hide "])),
        _ => {
            let name = random.of(&TOOLS);
            lines[at] = lines[at].replacen(random.of(&TOOLS), name, 1);
        }
    }
    lines.concat()
}

fn checked(text: &str, options: &Options) -> (Analysis, Arc<SourceFile>) {
    let file = Arc::new(SourceFile::new("agent.gate", text));
    let loader = MemoryLoader::default();
    (check::analyze(Arc::clone(&file), Form::Gate, &loader, options), file)
}

#[test]
fn what_is_told_after_an_edit_is_what_a_whole_check_says() {
    let mut random = Random(11);
    let options = Options::default();
    let (mut told, mut broken) = (0, 0);
    for _ in 0..60 {
        let text = policy(&mut random);
        let (before, _) = checked(&text, &options);
        let footing = Footing::new(&before).unwrap();
        for _ in 0..30 {
            let mut after = edited(&mut random, &text);
            if random.below(3) == 0 {
                after = edited(&mut random, &after);
            }
            let (whole, file) = checked(&after, &options);
            let Some(outcome) = check::recheck(&before, &footing, &file, &options) else {
                continue;
            };
            told += 1;
            broken += usize::from(outcome.value.is_none());
            assert_eq!(
                format!("{:#?}", outcome.diagnostics),
                format!("{:#?}", whole.outcome.diagnostics),
                "{text}\n----\n{after}"
            );
        }
    }
    assert!(told > 900 && broken > 100, "{told} {broken}");
}

#[test]
fn what_cannot_be_told_is_not() {
    let options = Options::default();
    let footing = |text: &str| Footing::new(&checked(text, &options).0).is_some();
    assert!(footing("default deny\nallow x\n"));
    for text in [
        "default allow\nallow x\n",
        "default deny\ngroup g = x\nallow @g\n",
        "default deny\nallow x 5/hour as calls\n",
        "default deny\n# gatewright: allow(uncapped-write) It is fine.\nallow update_page\n",
        "alow x\n",
    ] {
        assert!(!footing(text), "{text}");
    }
    let (before, _) = checked("default deny\nallow x\n\nallow y\n", &options);
    let ground = Footing::new(&before).unwrap();
    let tells = |text: &str| {
        let file = Arc::new(SourceFile::new("agent.gate", text));
        check::recheck(&before, &ground, &file, &options).is_some()
    };
    assert!(tells("default deny\nallow x 5/hour\n\nallow y\n"));
    for text in [
        "default allow\nallow x\n\nallow y\n",
        "default deny\nallow x\nrate all 5/hour\n\nallow y\n",
        "default deny\nallow x as z\n\nallow y\n",
        "default deny\ninclude \"a.gate\"\nallow x\n\nallow y\n",
        "default deny\nallow x\n# gatewright: allow(uncapped-write) It is fine.\nallow y\n",
        "default deny\nallow x\u{202e}\n\nallow y\n",
    ] {
        assert!(!tells(text), "{text}");
    }
}
