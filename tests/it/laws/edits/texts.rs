//! Policies, right ones and wrong ones, and what people make of them while they type.

use super::mutate;
use crate::random::Random;

/// A manifest that policies name.
pub const MANIFEST: &str = r#"{"tools": [
    {"name": "get_page", "description": "Get a page.", "inputSchema": {"type": "object", "properties": {
        "uri": {"type": "string"}, "x": {"type": "integer"}}}},
    {"name": "update_page", "description": "Update a page.", "inputSchema": {"type": "object", "properties": {
        "stage": {"enum": ["Staging", "Production"]}, "to": {"type": "array", "items": {"type": "string"}}}}},
    {"name": "pay_bill", "description": "Pay a bill.", "inputSchema": {"type": "object", "properties": {
        "amount": {"type": "number"}}, "required": ["amount"]}},
    {"name": "delete_page"}, {"name": "run_script", "description": "Run a script."}, {"name": "set_tag"},
    {"name": "get_api_keys"}, {"name": "zap"}, {"name": "send_mail", "annotations": {"openWorldHint": true}},
    {"name": "list_users", "annotations": {"readOnlyHint": true}}, {"name": "create_invoice"}, {"name": "drop_table"}
]}"#;

/// A file that policies include.
pub const SHARED: &str = "group writers = update_page, set_tag\nallow get_page 30/minute\n";

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

const CONDITIONS: [&str; 11] = [
    "args.stage == \"Staging\"",
    "args.amount <= 50",
    "args.amount > 50 and args.amount < 40",
    "args.uri matches \"^models:/\"",
    "args.uri matches \"example.com\"",
    "args.x exists or args.x missing",
    "args.to in [\"a\", \"b\"]",
    "not (args.x == 1)",
    "args.amount <= 50\n    and args.to in [\n        \"a\",\n        \"b\"\n    ]",
    "(args.x exists # not always\n    or args.y contains {\"k\": [1, null]})",
    "args.\"a key\".x not in [1, 2]",
];

/// What a policy may hold that makes more of a statement depend on others.
const ENTANGLED: [&str; 10] = [
    "manifest \"tools.json\"\n",
    "include \"shared.gate\"\n",
    "group readers = get_page, list_users\n",
    "allow @readers 30/minute\n",
    "allow get_* 30/minute\n",
    "deny @critical except pay_bill\n",
    "budget pay_bill args.amount 500/day as \"spent\"\n",
    "rate pay_bill 5/hour as spent-{window}\n",
    "classify zap as execute because \"It runs.\"\n",
    "default allow\n",
];

/// Comments, those that suppress findings among them.
const COMMENTS: [&str; 6] = [
    "# What this is for: (nothing, [really\n",
    "\n",
    "# gatewright: allow(uncapped-write) The server has a cap of its own.\n",
    "allow update_page # gatewright: allow(uncapped-write) until 2020-01-01 For a while.\n",
    "# gatewright: allow(no-such-rule) So it is.\n",
    "# gatewright: allow(\n",
];

/// Every kind of mistake that reading finds, each as what somebody may type or paste.
const MISTAKES: [&str; 64] = [
    "deny pay_bill when args.currency == \u{201c}USD\u{201d}\n",
    "deny pay_bill because \u{2018}never\u{2019}\n",
    "allow \u{ab}zap\u{bb}\n",
    "allow zap\u{202e} 5/hour\n",
    "# written \u{202e}backwards\n",
    "deny zap because \"a\u{200b}b\"\n",
    "deny zap because \"a\u{7}b\"\n",
    "allow zap\r    5/hour\n",
    "rate zap 5/minute\rallow send_mail\n",
    "# a comment\rallow zap\n",
    "deny zap because \"two\rlines\"\n",
    "\u{feff}allow zap\n",
    "allow z\u{e9}p\n",
    "\u{1f600}\n",
    "\u{0}\n",
    "allow zap\u{a0}5/hour\n",
    "deny zap because \"not closed\n",
    "require zap with args.x == \"open and args.y == 1\n",
    "deny zap because \"\\q\"\n",
    "deny zap because \"\\ud800\"\n",
    "require zap with (args.x == 1\n",
    "require zap with (args.x == 1\n    or args.y == 2\n",
    "require zap with args.x in [\"a\", \"b\"\n",
    "require zap with args.x == {\"k\": 1\n",
    "require zap with args.x == {\"k\": 1, \"k\": 2}\n",
    "require zap with args.x == 1)\n",
    "require zap with ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((args.x == 1\n",
    "require zap with args.x == [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1\n",
    "tool zap {\n",
    "tool zap {\n    allow\n",
    "tool zap {\n    allow 5/hour\n    deny zap\n}\n",
    "tool zap {\n}\n",
    "tool zap, {\n    allow\n}\n",
    "tool zap {\n    group g = x\n}\n",
    "tool zap {\n    alow\n    rate 5/hour\n} allow x\n",
    "}\n",
    "} allow zap\n",
    "alow zap\n",
    "Allow zap\n",
    "test zap\n",
    "let a = 1\n",
    "if args.x == 1\n",
    "policy p {\n",
    "allow when\n",
    "allow zap 0/minute\n",
    "allow zap 5/fortnight\n",
    "allow zap 99999999999999999999/day\n",
    "allow zap,\n",
    "allow zap send_mail\n",
    "allow zap;\n",
    "allow 'zap'\n",
    "// allow zap\n",
    "= zap\n",
    "and args.x exists\n",
    ", send_mail\n",
    "5/hour\n",
    "{\n",
    "(((\n",
    "deny zap unless args.x exists\n",
    "approve zap unless args.stage = \"x\"\n",
    "deny zap when args. == 1\n",
    "deny zap when args.\"\" == 1\n",
    "group = zap\n",
    "allow",
];

/// What is put in at a place, besides what random edits put in anyway.
const PARTS: [&str; 24] = [
    "\u{201c}",
    "\u{201d}",
    "\u{2019}",
    "\u{200b}",
    "\u{202e}",
    "\u{7}",
    "\r",
    "\r\n",
    "\n",
    " ",
    "a",
    "_1",
    ",",
    "\"",
    "(",
    "]",
    "{\n",
    "}\n",
    "# ",
    " unless args.x exists",
    "\n    when args.y == 1\n",
    "allow ",
    "tool zap {\n    ",
    "test ",
];

fn rule(random: &mut Random) -> String {
    let (rates, condition) = (random.pick(&RATES), random.pick(&CONDITIONS));
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

/// A right statement, or a comment.
fn statement(random: &mut Random) -> String {
    let mut tools = random.pick(&TOOLS).to_owned();
    while random.one_in(4) {
        tools = format!("{tools}, {}", random.pick(&TOOLS));
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

/// A policy that holds what findings about a tool depend on, and no more.
pub fn right(random: &mut Random) -> String {
    let mut text = "default deny\n".to_owned();
    for _ in 0..4 + random.below(24) {
        text += &statement(random);
        if random.one_in(30) {
            text += random.pick(&COMMENTS[..2]);
        }
    }
    text
}

/// A right policy that names a manifest; some have groups, globs and sets.
pub fn with_manifest(random: &mut Random) -> String {
    let mut text = "manifest \"tools.json\"\ndefault deny\n".to_owned();
    for _ in 0..random.below(3) {
        let wide = [
            "group readers = get_page, list_users\n",
            "allow get_*, @read 30/minute\n",
            "deny @critical except pay_bill\n",
        ];
        text += random.pick(&wide);
    }
    for _ in 0..4 + random.below(24) {
        let written = statement(random).replace("Set_Tag", "set_tag");
        let written = written.replace("\"update page\"", "update_page");
        // The schemas of these tools do not declare what most conditions test.
        let has_schema =
            ["get_page", "update_page", "pay_bill"].iter().any(|tool| written.contains(tool));
        if !has_schema || !written.contains("args.") {
            text += &written;
        }
    }
    text
}

/// A policy of any kind; most hold mistakes, and some lines of another system.
pub fn any(random: &mut Random) -> String {
    let mistakes = random.pick(&[0, 0, 0, 1, 1, 2, 5]);
    let mut lines: Vec<String> = (0..3 + random.below(16)).map(|_| statement(random)).collect();
    let others = (0..mistakes).map(|_| random.pick(&MISTAKES).to_owned()).collect::<Vec<_>>();
    lines.extend(others);
    for _ in 0..random.below(4) {
        lines.push(random.pick(&ENTANGLED).to_owned());
        lines.push(random.pick(&COMMENTS).to_owned());
    }
    random.shuffle(&mut lines);
    let mut text = lines.concat();
    if random.one_in(6) {
        text = text.replace('\n', "\r\n");
    }
    if random.one_in(12) {
        text = text.replacen('\n', "\r", 1 + random.below(3));
    }
    if random.one_in(8) {
        text.insert(0, '\u{feff}');
    }
    text
}

/// The text after an edit: of a few characters, or of a whole line.
pub fn edited(text: &str, random: &mut Random) -> String {
    match random.below(8) {
        0 => with_line(text, random, |_, random| statement(random)),
        1 => with_line(text, random, |_, random| random.pick(&MISTAKES).to_owned()),
        2 => with_line(text, random, |line, random| {
            let more =
                if random.one_in(2) { random.pick(&ENTANGLED) } else { random.pick(&COMMENTS) };
            format!("{more}{line}")
        }),
        3 => with_line(text, random, |line, random| {
            let (old, new) = (random.pick(&TOOLS), random.pick(&TOOLS));
            line.replacen(old, new, 1)
        }),
        4 => with_line(text, random, |line, _| line.replacen(['/', '"', '=', ','], "", 1)),
        5 | 6 => with_part(text, random),
        _ => mutate::mutated(text, random),
    }
}

/// Puts another line in the place of one, or before it.
fn with_line(
    text: &str,
    random: &mut Random,
    make: impl Fn(&str, &mut Random) -> String,
) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let at = random.below(lines.len() + 1);
    let made = make(lines.get(at).map_or("", |line| line), random);
    if random.one_in(2) && at < lines.len() {
        lines[at] = made;
    } else {
        lines.insert(at, made);
    }
    lines.concat()
}

/// Puts a part in the place of no characters, or of a few.
fn with_part(text: &str, random: &mut Random) -> String {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let start = random.below(places.len());
    let end = (start + random.pick(&[0, 0, 1, 3, 40])).min(places.len() - 1);
    let part = if random.one_in(4) { "" } else { random.pick(&PARTS) };
    format!("{}{part}{}", &text[..places[start]], &text[places[end]..])
}
