//! Policies of any size, the same bytes every time.
//!
//! | variant | what it is |
//! | --- | --- |
//! | `lines` | `allow NAME 30/minute` for every tool: the simplest policy there is |
//! | `mix` | what a policy of a real server holds, in the shares of [`mix`] |
//! | `globs` | the same mix, checked against a manifest with a schema for every tool, plus groups of globs |

/// Which policy to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// One `allow` with a cap for every tool.
    Lines,
    /// Every kind of statement.
    Mix,
    /// The mix with a manifest, globs and groups.
    Globs,
}

/// All of them.
pub const VARIANTS: [Variant; 3] = [Variant::Lines, Variant::Mix, Variant::Globs];

impl Variant {
    /// The variant of this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "lines" => Some(Self::Lines),
            "mix" => Some(Self::Mix),
            "globs" => Some(Self::Globs),
            _ => None,
        }
    }

    /// The text of a policy of so many tools.
    pub fn policy(self, tools: usize) -> String {
        match self {
            Self::Lines => lines(tools),
            Self::Mix => mix(tools),
            Self::Globs => globs(tools),
        }
    }
}

const VERBS: [&str; 10] =
    ["get", "list", "search", "create", "update", "set", "log", "copy", "transition", "delete"];
const NOUNS: [&str; 12] = [
    "run",
    "experiment",
    "model_version",
    "registered_model",
    "artifact",
    "dataset",
    "invoice",
    "customer",
    "payment_intent",
    "ticket",
    "webhook",
    "feature_flag",
];
const PATTERNS: [&str; 4] =
    ["^models:/", "^(models|runs):/[a-z0-9-]+$", "-(dev|staging)$", "^[A-Za-z0-9_.-]{1,64}$"];

/// The name of a tool by its number, such as `set_model_version_00042`. Numbers below a million have names of
/// about the same length, so that larger inputs are not wider ones.
fn name(number: usize) -> String {
    let verb = VERBS.get(number % VERBS.len()).copied().unwrap_or_default();
    let noun = NOUNS.get(number / VERBS.len() % NOUNS.len()).copied().unwrap_or_default();
    format!("{verb}_{noun}_{number:05}")
}

fn lines(tools: usize) -> String {
    let mut text = String::from("default deny\n\n");
    for number in 0..tools {
        text.push_str(&format!("allow {} 30/minute\n", name(number)));
    }
    text
}

/// Of every 20 tools: 12 granted with a cap on a line of their own, 3 granted in one list without a cap, 2 with a
/// block that grants, requires and asks for approval, 1 granted and denied on a condition, 1 granted and capped by
/// windows, 1 hidden. A comment and a blank line stand before every 10 tools.
fn mix(tools: usize) -> String {
    let mut text = String::from("# A generated policy.\ndefault deny\n\nrate all 600/minute\n");
    for number in 0..tools {
        if number % 10 == 0 {
            text.push_str(&format!("\n# Tools from number {number} on.\n"));
        }
        rules(&mut text, number, tools);
    }
    text
}

fn rules(text: &mut String, number: usize, tools: usize) {
    let tool = name(number);
    match number % 20 {
        5 => {
            let list: Vec<String> = (number..tools.min(number + 3)).map(name).collect();
            text.push_str(&format!("allow {}\n", list.join(", ")));
        }
        6 | 7 => {}
        3 | 13 => block(text, number, &tool),
        8 => text.push_str(&format!(
            "allow {tool}\ndeny {tool} when args.amount > {}\n    because \"Amounts above the limit are \
             for people.\"\n",
            number % 900 + 100
        )),
        16 => text.push_str(&format!("allow {tool}\nrate {tool} 20/hour, 100/day\n")),
        19 => text.push_str(&format!("hide {tool}\n")),
        _ => text.push_str(&format!("allow {tool} 30/minute\n")),
    }
}

fn block(text: &mut String, number: usize, tool: &str) {
    let pattern = PATTERNS.get(number / 10 % PATTERNS.len()).copied().unwrap_or_default();
    text.push_str(&format!(
        "tool {tool} {{\n    allow 10/hour  # slow on purpose\n    require args.model_uri matches \
         \"{pattern}\"\n        because \"Only what the store holds.\"\n    approve unless args.stage in \
         [\"Staging\", \"None\"]\n}}\n"
    ));
}

/// The mix before a manifest, with a group and four globs whatever the number of tools: what a glob costs grows with
/// the manifest.
fn globs(tools: usize) -> String {
    let mut text = String::from(
        "manifest \"tools.json\"\n\ngroup readers = get_*, list_*, search_* except *_model_*\n\
         allow @readers\nrate @readers, *_experiment_* 100/hour\n\n",
    );
    text.push_str(&mix(tools));
    text
}

/// The manifest of [`Variant::Globs`], one line for each tool.
pub fn manifest(tools: usize) -> String {
    let mut text = String::from("{\"tools\": [\n");
    for number in 0..tools {
        let comma = if number + 1 == tools { "" } else { "," };
        text.push_str(&format!(
            "{{\"name\": \"{}\", \"description\": \"Does one thing to one object and says what it did.\", \
             \"inputSchema\": {{\"type\": \"object\", \"properties\": {{\"id\": {{\"type\": \"string\"}}, \
             \"amount\": {{\"type\": \"number\"}}, \"model_uri\": {{\"type\": \"string\"}}, \"stage\": {{\"type\": \
             \"string\", \"enum\": [\"None\", \"Staging\", \"Production\"]}}}}, \"required\": [\"id\", \"amount\"]}}}}{comma}\n",
            name(number)
        ));
    }
    text.push_str("]}\n");
    text
}
