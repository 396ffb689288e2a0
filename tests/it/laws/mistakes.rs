//! Mistakes of one line, each with the code of its one error, and right lines to stand between them.

use gatewright::diagnostic::Code;
use gatewright::source::MemoryLoader;

use crate::random::Random;

/// The tools that the lines are about.
const TOOLS: &str = r#"{"tools": [
  {"name": "get_run", "inputSchema": {"type": "object", "properties": {"run_id": {"type": "string"}}}},
  {"name": "search_runs", "inputSchema": {"type": "object", "properties": {
    "query": {"type": "string"}, "max_results": {"type": "integer"}}}},
  {"name": "set_run_tag", "inputSchema": {"type": "object", "properties": {
    "run_id": {"type": "string"}, "key": {"type": "string"}, "value": {"type": "string"}}}},
  {"name": "log_batch", "inputSchema": {"type": "object", "properties": {"items": {"type": "array"}}}},
  {"name": "delete_run", "inputSchema": {"type": "object", "properties": {"run_id": {"type": "string"}}}},
  {"name": "transfer", "inputSchema": {"type": "object", "additionalProperties": false, "properties": {
    "amount": {"type": "number"}, "currency": {"enum": ["EUR", "USD"]}, "note": {"type": "string"},
    "to": {"type": "object", "properties": {"iban": {"type": "string"}, "bank": {"type": "string"}}}}}}
]}"#;

/// What every file begins with, so that a line can contradict it.
const HEADER: &str =
    "manifest \"tools.json\"\ndefault deny\ngroup readers = get_run, search_runs\n";

/// Lines without mistakes, which may stand any number of times.
const RIGHT: [&str; 24] = [
    "allow get_run",
    "allow @readers 30/minute",
    "allow search_runs, set_run_tag 30/minute, 500/day  # capped",
    "allow get_run,\n    search_runs",
    "allow \"tool_of_another_version\"",
    "allow @tools having args.run_id except delete_*",
    "rate set_run_tag 20/hour",
    "rate all 1000/day",
    "require transfer with args.amount <= 100 because \"Small sums only.\"",
    "require transfer with args.to.iban matches \"^DE\"\n    and args.to.bank exists",
    "approve transfer unless args.currency in [\"EUR\", \"USD\"]",
    "approve transfer when args.amount > 5 or not (args.note missing)",
    "deny transfer when args.note == \"{ not a block }\"",
    "deny delete_run",
    "hide delete_*",
    "hide all",
    "classify transfer as financial because \"moves money\"",
    "tool log_batch { allow 5/day }",
    "tool transfer {\n    allow 5/minute\n    deny when args.to.iban missing\n}",
    "tool transfer, search_runs {\n    rate 5/minute\n\n    # blocked\n    approve\n}",
    "manifest \"tools.json\"",
    "include \"right.gate\"",
    "# A remark with \"quotes, (brackets and {braces.",
    "",
];

/// Mistakes, each on the line that begins with `!`, which is taken away.
const MISTAKES: [(Code, &str); 91] = [
    // allow
    (Code::UnknownStatement, "!alow get_run"),
    (Code::UnknownStatement, "!permit get_run 30/minute"),
    (Code::Syntax, "!allow"),
    (Code::Syntax, "!allow get_run search_runs"),
    (Code::Syntax, "!allow get_run,"),
    (Code::Syntax, "!allow get_run,, search_runs"),
    (Code::Syntax, "!allow get_run as"),
    (Code::Syntax, "!allow get_run when args.run_id exists"),
    (Code::Syntax, "!allow get_run 5/minute 6/hour"),
    (Code::Syntax, "!allow get_run except"),
    (Code::Syntax, "!allow @readers having args.run_id having args.query"),
    (Code::Syntax, "!allow get_run because \"needed\""),
    (Code::InvalidRate, "!allow get_run 30/min"),
    (Code::InvalidRate, "!allow get_run 30"),
    (Code::InvalidRate, "!allow get_run 0/minute"),
    (Code::InvalidRate, "!allow get_run 99999999999999999999/day"),
    (Code::UnknownTool, "!allow get_rnu"),
    (Code::MissingAt, "!allow readers"),
    (Code::UnknownGroup, "!allow @reeders"),
    (Code::WordAsName, "!allow hide"),
    (Code::WordAsName, "!allow all"),
    (Code::StarAsName, "!allow \"*\""),
    (Code::EmptyName, "!allow \"\""),
    (Code::UnclosedString, "!allow \"get_run"),
    // rate
    (Code::Syntax, "!rate get_run"),
    (Code::Syntax, "!rate get_run 30/minute because \"enough\""),
    (Code::Syntax, "!rate all, get_run 5/minute"),
    (Code::CounterClash, "!rate log_batch 5/hour, 6/day as one"),
    // require
    (Code::Syntax, "!require transfer"),
    (Code::Syntax, "!require transfer args.amount == 1"),
    (Code::Syntax, "!require transfer when args.amount == 1"),
    (Code::Syntax, "!require transfer with args.amount = 1"),
    (Code::Syntax, "!require transfer with args.amount"),
    (Code::Syntax, "!require transfer with args.note matches 5"),
    (Code::Syntax, "!require transfer with args.currency in \"EUR\""),
    (Code::Syntax, "!require transfer with args.currency == 'EUR'"),
    (Code::Syntax, "!require transfer with args.amount > 1 and"),
    (Code::Syntax, "!require transfer with args.amount > 1)"),
    (Code::InvalidPath, "!require transfer with arg.amount == 1"),
    (Code::InvalidPath, "!require transfer with amount == 1"),
    (Code::InvalidPath, "!require transfer with args.to-iban exists"),
    (Code::InvalidPath, "!require transfer with args.\"\" exists"),
    (Code::UnclosedDelimiter, "!require transfer with (args.amount == 1"),
    (Code::UnclosedDelimiter, "!require transfer with args.currency in [\"EUR\", \"USD\""),
    (Code::UnclosedString, "!require transfer with args.currency == \"EUR"),
    (Code::ImpossibleTest, "!require transfer with args.currency == \"GBP\""),
    (Code::ForbiddenArgument, "!require transfer with args.amont exists"),
    (Code::InvalidRegex, "!require transfer with args.note matches \"(\""),
    (Code::NoExactForm, "!require transfer with args.note matches \"a\" or args.amount exists"),
    (Code::UnreachableKey, "!require transfer with args.to.\"i.ban\" exists"),
    // approve
    (Code::Syntax, "!approve"),
    (Code::Syntax, "!approve transfer when"),
    (Code::Syntax, "!approve transfer unless args.amount >"),
    (Code::Syntax, "!approve transfer with args.amount == 1"),
    (Code::Syntax, "!approve transfer because unquoted"),
    (Code::Syntax, "!approve transfer, when args.amount exists"),
    // deny
    (Code::DenyUnless, "!deny transfer unless args.amount == 1"),
    (Code::Syntax, "!deny transfer when args.amount == 1 && args.note exists"),
    (Code::Syntax, "!deny transfer when !args.note exists"),
    (Code::Syntax, "!deny transfer when not"),
    (Code::Syntax, "!deny transfer when args.amount > \"five\""),
    (Code::InvalidString, "!deny transfer because \"bad \\q\""),
    (Code::DuplicateKey, "!deny transfer when args.to == {\"iban\": \"a\", \"iban\": \"b\"}"),
    // hide
    (Code::Syntax, "!hide"),
    (Code::Syntax, "!hide get_run 5/minute"),
    (Code::Syntax, "!hide get_run;"),
    (Code::Syntax, "!hide get_run deny search_runs"),
    // budget
    (Code::UnsupportedBudget, "!budget transfer args.amount 1000/day"),
    (Code::Syntax, "!budget transfer 1000/day"),
    // files
    (Code::Syntax, "!manifest tools.json"),
    (Code::ConflictingManifest, "!manifest \"other.json\""),
    (Code::Syntax, "!include"),
    (Code::UnreadableFile, "!include \"nowhere.gate\""),
    // default
    (Code::Syntax, "!default maybe"),
    (Code::ConflictingDefault, "!default allow"),
    // group
    (Code::Syntax, "!group = get_run"),
    (Code::Syntax, "!group two get_run"),
    (Code::DuplicateGroup, "!group readers = get_run"),
    (Code::ReservedGroupName, "!group critical = get_run"),
    (Code::GroupCycle, "!group loop = @loop"),
    // classify
    (Code::Syntax, "!classify get_run"),
    (Code::UnknownClass, "!classify get_run as harmless because \"it is\""),
    // tool
    (Code::EmptyBlock, "!tool transfer {}"),
    (Code::Syntax, "!tool { allow }"),
    (Code::MisplacedStatement, "tool transfer {\n!    allow transfer\n    rate 5/minute\n}"),
    (Code::MisplacedStatement, "tool transfer {\n    rate 5/minute\n!    default deny\n}"),
    (Code::Syntax, "tool transfer {\n!    require with args.amount exists\n    hide\n}"),
    (Code::UnclosedDelimiter, "tool transfer {\n    approve\n!    deny when (args.amount == 1\n}"),
    (Code::ReservedWord, "!let get_run"),
    (Code::InvalidCharacter, "!# seemingly harmless \u{202e}"),
    (Code::UnknownStatement, "!~ get_run"),
];

/// A mistake of which a file takes one only, since the lines after it decide where it ends.
const OPEN_BLOCK: &str = "!tool transfer {";

/// Files beside a generated one.
pub fn loader() -> MemoryLoader {
    MemoryLoader::default()
        .with("tools.json", TOOLS)
        .with("other.json", TOOLS)
        .with("right.gate", "allow log_batch 5/day\n")
}

/// A file with so many mistakes of different kinds between right lines, and the line and code of each, one-based.
pub fn file(mistakes: usize, random: &mut Random) -> (String, Vec<(usize, Code)>) {
    let mut chosen: Vec<&(Code, &str)> = MISTAKES.iter().collect();
    random.shuffle(&mut chosen);
    chosen.truncate(mistakes);
    let open_block =
        if mistakes > 0 && random.one_in(4) { random.below(mistakes) } else { usize::MAX };
    let mut file = File { text: HEADER.to_owned(), wrong: Vec::new() };
    for (number, (code, mistake)) in chosen.into_iter().enumerate() {
        for _ in 0..random.below(3) {
            file.add(random.pick(&RIGHT), Code::Syntax);
        }
        if *code == Code::UnknownStatement {
            // What begins with no statement word may belong to what the line before left open.
            file.add("allow get_run", Code::Syntax);
        }
        file.add(mistake, *code);
        if number == open_block {
            file.add(OPEN_BLOCK, Code::UnclosedDelimiter);
            file.add("allow get_run", Code::Syntax);
        }
    }
    for _ in 0..random.below(12) {
        file.add(random.pick(&RIGHT), Code::Syntax);
    }
    (file.text, file.wrong)
}

struct File {
    text: String,
    wrong: Vec<(usize, Code)>,
}

impl File {
    fn add(&mut self, lines: &str, code: Code) {
        for line in lines.split('\n') {
            let right = line.strip_prefix('!');
            if right.is_some() {
                self.wrong.push((self.text.matches('\n').count() + 1, code));
            }
            self.text += right.unwrap_or(line);
            self.text.push('\n');
        }
    }
}

/// How many kinds of mistakes there are.
pub const KINDS: usize = MISTAKES.len();
