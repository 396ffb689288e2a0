//! The shapes that statements have, with words about each part: those of the reference's headings.

use crate::syntax::Fragment;

/// The shape of a statement.
#[derive(Debug)]
pub(super) struct Shape {
    /// The word that begins it.
    pub word: &'static str,
    /// Whether it stands outside blocks, begins one, or stands in one.
    pub fragment: Fragment,
    /// The shape as the reference writes it.
    pub label: &'static str,
    /// What the statement does.
    pub about: &'static str,
    /// What may stand in the shape, in its order, with the characters of the label.
    pub slots: &'static [(Slot, &'static str)],
    /// The statement with room for its parts, as snippets.
    pub snippets: &'static [&'static str],
}

/// A part of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// The path of a file.
    File,
    /// `deny` or `allow`.
    Posture,
    /// The name that a group gets.
    GroupName,
    /// What is classified.
    Names,
    /// The tools.
    Selectors,
    /// `all`
    All,
    /// A class.
    Class,
    /// How many calls.
    Rates,
    /// The argument that is summed.
    Path,
    /// The largest sum.
    Amount,
    /// A counter's name.
    Counter,
    /// A condition that has to hold.
    With,
    /// A condition behind `when` or `unless`.
    Condition,
    /// The reason.
    Reason,
    /// The rules of a block.
    Rules,
}

impl Slot {
    /// What stands there, as Markdown.
    pub(super) fn about(self) -> &'static str {
        match self {
            Slot::File => "The path of the file, relative to this one.",
            Slot::Posture => "What happens to tools that no `allow` covers: `deny` or `allow`.",
            Slot::GroupName => "The name of the group, used as `@NAME`.",
            Slot::Names => {
                "Names and globs of tools, separated by commas. Sets are not allowed \
                            here."
            }
            Slot::Selectors => {
                "Names, globs and `@` sets, separated by commas; optionally followed by `having \
                 args.PATH`, which keeps the tools with that argument, and `except`, which \
                 excludes tools."
            }
            Slot::All => "All calls or tools together.",
            Slot::Class => "`read`, `write`, `execute`, `destructive` or `financial`.",
            Slot::Rates => {
                "How many calls may be made in a `minute`, an `hour` or a `day`, such as \
                 `30/minute`; separate several rates with commas."
            }
            Slot::Path => "The argument to sum.",
            Slot::Amount => {
                "The largest sum in a `minute`, an `hour` or a `day`, such as `500/day`."
            }
            Slot::Counter => {
                "The name of the counter; `{tool}` and `{window}` in it are expanded. Without it, \
                 the compiler generates a name."
            }
            Slot::With => {
                "The condition that a call must meet: tests of its arguments, with `and`, `or` \
                 and `not`."
            }
            Slot::Condition => {
                "`when`: for calls that meet the condition; `unless`: for all others. Without a \
                 condition: for every call."
            }
            Slot::Reason => "The reason, for the agent and for readers.",
            Slot::Rules => "Rules for these tools, each on its own line and without selectors.",
        }
    }
}

/// Every shape, those of one word side by side.
pub(super) fn all() -> &'static [Shape] {
    SHAPES
}

macro_rules! shapes {
    ($($part:ident $word:literal $label:literal $about:literal [$($slot:ident $piece:literal),*] [$($snippet:literal),*];)*) => {
        const SHAPES: &[Shape] = &[$(Shape {
            word: $word,
            fragment: Fragment::$part,
            label: $label,
            about: $about,
            slots: &[$((Slot::$slot, $piece)),*],
            snippets: &[$($snippet),*],
        }),*];
    };
}

shapes! {
    Statement "allow" "allow SELECTORS [RATES] [as COUNTER]"
        "Lets tools be called, each up to the rates."
        [Selectors "SELECTORS", Rates "RATES", Counter "as COUNTER"]
        ["allow ${1:TOOLS} ${2:30/minute}"];
    Statement "rate" "rate SELECTORS RATES [as COUNTER]"
        "Caps each of the tools without granting them."
        [Selectors "SELECTORS", Rates "RATES", Counter "as COUNTER"]
        ["rate ${1:TOOLS} ${2:30/minute}"];
    Statement "rate" "rate all RATES [as COUNTER]"
        "Caps all calls together."
        [All "all", Rates "RATES", Counter "as COUNTER"]
        ["rate all ${1:120/minute}"];
    Statement "require" "require SELECTORS with CONDITION [because \"…\"]"
        "Blocks calls that do not meet the condition."
        [Selectors "SELECTORS", With "with CONDITION", Reason "because \"…\""]
        ["require ${1:TOOLS} with ${2:CONDITION} because \"${3:REASON}\""];
    Statement "approve" "approve SELECTORS [when CONDITION / unless CONDITION] [because \"…\"]"
        "Asks a person to approve calls: every call, calls that meet the condition, or all others."
        [Selectors "SELECTORS", Condition "when CONDITION / unless CONDITION", Reason "because \"…\""]
        ["approve ${1:TOOLS} unless ${2:CONDITION}", "approve ${1:TOOLS} when ${2:CONDITION}"];
    Statement "deny" "deny SELECTORS [when CONDITION] [because \"…\"]"
        "Blocks calls: every call, or calls that meet the condition."
        [Selectors "SELECTORS", Condition "when CONDITION", Reason "because \"…\""]
        ["deny ${1:TOOLS} when ${2:CONDITION} because \"${3:REASON}\""];
    Statement "hide" "hide SELECTORS"
        "Removes tools from the list that the agent sees, and blocks their calls."
        [Selectors "SELECTORS"]
        ["hide ${1:TOOLS}"];
    Statement "hide" "hide all"
        "Hides every tool of the server, including tools that are not in the manifest."
        [All "all"]
        ["hide all"];
    Head "tool" "tool SELECTORS { … }"
        "Several rules for the same tools."
        [Selectors "SELECTORS", Rules "{ … }"]
        ["tool ${1:TOOLS} {\n\t$0\n}"];
    Statement "group" "group NAME = SELECTORS"
        "Names a set of tools."
        [GroupName "NAME", Selectors "SELECTORS"]
        ["group ${1:NAME} = ${2:TOOLS}"];
    Statement "classify" "classify NAMES as CLASS [because \"…\"]"
        "Sets the class of tools when the evidence is missing or wrong."
        [Names "NAMES", Class "as CLASS", Reason "because \"…\""]
        ["classify ${1:TOOLS} as ${2|read,write,execute,destructive,financial|} because \"${3:REASON}\""];
    Statement "budget" "budget SELECTORS args.PATH N/WINDOW [as COUNTER]"
        "Caps the sum of an argument over a window. It cannot be compiled to policy.json."
        [Selectors "SELECTORS", Path "args.PATH", Amount "N/WINDOW", Counter "as COUNTER"]
        ["budget ${1:TOOLS} args.${2:PATH} ${3:500/day}"];
    Statement "default" "default deny"
        "Tools that no `allow` covers cannot be called."
        [Posture "deny"]
        ["default deny"];
    Statement "default" "default allow"
        "Tools that no `allow` covers can be called."
        [Posture "allow"]
        ["default allow"];
    Statement "manifest" "manifest \"FILE\""
        "Names the server's tools, as `tools/list` returns them."
        [File "\"FILE\""]
        ["manifest \"${1:server.tools.json}\""];
    Statement "include" "include \"FILE\""
        "Includes the statements of another `.gate` file."
        [File "\"FILE\""]
        ["include \"${1:guards.gate}\""];
    Statement "policy" "policy \"FILE\""
        "Names the policy that a test file tests."
        [File "\"FILE\""]
        ["policy \"${1:agent.gate}\""];
    Statement "assert" "assert VERDICT SELECTORS [when CONDITION]"
        "A claim about every call, which is proved or refuted."
        [Selectors "SELECTORS", Condition "when CONDITION"]
        ["assert ${1|deny,approve,hide,allow|} ${2:TOOLS}"];
    Statement "assert" "assert rate SELECTORS RATES"
        "The tools are called at most so often."
        [Selectors "SELECTORS", Rates "RATES"]
        ["assert rate ${1:TOOLS} ${2:60/hour}"];
    Statement "assert" "assert rate all RATES"
        "All calls together are at most so many."
        [All "all", Rates "RATES"]
        ["assert rate all ${1:5000/day}"];
    Statement "test" "test \"NAME\" { … }"
        "Calls, and the verdict that each of them must get."
        []
        ["test \"${1:NAME}\" {\n\tcall ${2:TOOL} -> ${3|allow,approve,deny,hide,rate|}\n}"];
    Rule "allow" "allow [RATES] [as COUNTER]"
        "Lets the tools of the block be called, each up to the rates."
        [Rates "RATES", Counter "as COUNTER"]
        ["allow ${1:30/minute}"];
    Rule "rate" "rate RATES [as COUNTER]"
        "Caps each tool of the block without granting it."
        [Rates "RATES", Counter "as COUNTER"]
        ["rate ${1:30/minute}"];
    Rule "require" "require CONDITION [because \"…\"]"
        "Blocks calls that do not meet the condition."
        [With "CONDITION", Reason "because \"…\""]
        ["require ${1:CONDITION} because \"${2:REASON}\""];
    Rule "approve" "approve [when CONDITION / unless CONDITION] [because \"…\"]"
        "Asks a person to approve calls: every call, calls that meet the condition, or all others."
        [Condition "when CONDITION / unless CONDITION", Reason "because \"…\""]
        ["approve unless ${1:CONDITION}", "approve when ${1:CONDITION}"];
    Rule "deny" "deny [when CONDITION] [because \"…\"]"
        "Blocks calls: every call, or calls that meet the condition."
        [Condition "when CONDITION", Reason "because \"…\""]
        ["deny when ${1:CONDITION} because \"${2:REASON}\""];
    Rule "hide" "hide"
        "Removes the tools of the block from the list that the agent sees, and blocks their calls."
        []
        [];
    Rule "budget" "budget args.PATH N/WINDOW [as COUNTER]"
        "Caps the sum of an argument over a window. It cannot be compiled to policy.json."
        [Path "args.PATH", Amount "N/WINDOW", Counter "as COUNTER"]
        ["budget args.${1:PATH} ${2:500/day}"];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::words;

    #[test]
    fn every_statement_has_its_shapes() {
        for word in words::STATEMENTS {
            assert!(SHAPES.iter().any(|shape| shape.word == word), "{word}");
            let in_block =
                SHAPES.iter().any(|shape| shape.word == word && shape.fragment == Fragment::Rule);
            assert_eq!(in_block, !words::stands_outside(word), "{word}");
        }
        for shape in SHAPES {
            assert!(shape.label.starts_with(shape.word), "{}", shape.label);
            let mut behind = 0;
            for (_, piece) in shape.slots {
                let at = shape.label.get(behind..).unwrap().find(piece);
                behind +=
                    at.unwrap_or_else(|| panic!("{} in {}", piece, shape.label)) + piece.len();
            }
        }
    }
}
