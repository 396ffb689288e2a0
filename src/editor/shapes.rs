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
            Slot::Posture => "What happens to tools that no `allow` is about: `deny` or `allow`.",
            Slot::GroupName => "The name under which the tools are used, as `@NAME`.",
            Slot::Names => "Names and globs of tools, with commas between. Sets cannot stand here.",
            Slot::Selectors => {
                "Names, globs and `@` sets, with commas between; then perhaps `having args.PATH`, which keeps the tools with \
                 that argument, and `except`, which takes tools away."
            }
            Slot::All => "All calls or tools together.",
            Slot::Class => "`read`, `write`, `execute`, `destructive` or `financial`.",
            Slot::Rates => {
                "How many calls may be made in a `minute`, an `hour` or a `day`, such as `30/minute`; several with commas."
            }
            Slot::Path => "The argument whose values are summed.",
            Slot::Amount => {
                "The largest sum in a `minute`, an `hour` or a `day`, such as `500/day`."
            }
            Slot::Counter => {
                "The name under which calls are counted; `{tool}` and `{window}` in it are replaced. Without one the compiler \
                 makes one up."
            }
            Slot::With => {
                "What has to hold for a call: tests of its arguments, with `and`, `or` and `not`."
            }
            Slot::Condition => {
                "`when`: for calls for which the condition holds; `unless`: for all others. Without a condition: for every call."
            }
            Slot::Reason => "Why, for whoever is told.",
            Slot::Rules => {
                "Rules about these tools, each on a line of its own and without selectors."
            }
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
        "Blocks the calls for which the condition does not hold."
        [Selectors "SELECTORS", With "with CONDITION", Reason "because \"…\""]
        ["require ${1:TOOLS} with ${2:CONDITION} because \"${3:REASON}\""];
    Statement "approve" "approve SELECTORS [when CONDITION / unless CONDITION] [because \"…\"]"
        "Asks for a person's approval: for every call, for those for which the condition holds, or for all others."
        [Selectors "SELECTORS", Condition "when CONDITION / unless CONDITION", Reason "because \"…\""]
        ["approve ${1:TOOLS} unless ${2:CONDITION}", "approve ${1:TOOLS} when ${2:CONDITION}"];
    Statement "deny" "deny SELECTORS [when CONDITION] [because \"…\"]"
        "Blocks calls, all of them or those for which the condition holds."
        [Selectors "SELECTORS", Condition "when CONDITION", Reason "because \"…\""]
        ["deny ${1:TOOLS} when ${2:CONDITION} because \"${3:REASON}\""];
    Statement "hide" "hide SELECTORS"
        "Takes tools out of the list that the agent gets, and blocks calls of them."
        [Selectors "SELECTORS"]
        ["hide ${1:TOOLS}"];
    Statement "hide" "hide all"
        "Hides every tool of the server, also those that the manifest does not know."
        [All "all"]
        ["hide all"];
    Head "tool" "tool SELECTORS { … }"
        "Several rules about the same tools."
        [Selectors "SELECTORS", Rules "{ … }"]
        ["tool ${1:TOOLS} {\n\t$0\n}"];
    Statement "group" "group NAME = SELECTORS"
        "Gives a set of tools a name."
        [GroupName "NAME", Selectors "SELECTORS"]
        ["group ${1:NAME} = ${2:TOOLS}"];
    Statement "classify" "classify NAMES as CLASS [because \"…\"]"
        "Says what class tools have, when the evidence does not say it or is wrong."
        [Names "NAMES", Class "as CLASS", Reason "because \"…\""]
        ["classify ${1:TOOLS} as ${2|read,write,execute,destructive,financial|} because \"${3:REASON}\""];
    Statement "budget" "budget SELECTORS args.PATH N/WINDOW [as COUNTER]"
        "Caps the sum of an argument over a window. It cannot be compiled to policy.json."
        [Selectors "SELECTORS", Path "args.PATH", Amount "N/WINDOW", Counter "as COUNTER"]
        ["budget ${1:TOOLS} args.${2:PATH} ${3:500/day}"];
    Statement "default" "default deny"
        "Tools that no `allow` is about may not be called."
        [Posture "deny"]
        ["default deny"];
    Statement "default" "default allow"
        "Tools that no `allow` is about may be called."
        [Posture "allow"]
        ["default allow"];
    Statement "manifest" "manifest \"FILE\""
        "Names the server's tools, as `tools/list` returns them."
        [File "\"FILE\""]
        ["manifest \"${1:server.tools.json}\""];
    Statement "include" "include \"FILE\""
        "Takes in the statements of another `.gate` file."
        [File "\"FILE\""]
        ["include \"${1:guards.gate}\""];
    Rule "allow" "allow [RATES] [as COUNTER]"
        "Lets the tools of the block be called, each up to the rates."
        [Rates "RATES", Counter "as COUNTER"]
        ["allow ${1:30/minute}"];
    Rule "rate" "rate RATES [as COUNTER]"
        "Caps each tool of the block without granting it."
        [Rates "RATES", Counter "as COUNTER"]
        ["rate ${1:30/minute}"];
    Rule "require" "require CONDITION [because \"…\"]"
        "Blocks the calls for which the condition does not hold."
        [With "CONDITION", Reason "because \"…\""]
        ["require ${1:CONDITION} because \"${2:REASON}\""];
    Rule "approve" "approve [when CONDITION / unless CONDITION] [because \"…\"]"
        "Asks for a person's approval: for every call, for those for which the condition holds, or for all others."
        [Condition "when CONDITION / unless CONDITION", Reason "because \"…\""]
        ["approve unless ${1:CONDITION}", "approve when ${1:CONDITION}"];
    Rule "deny" "deny [when CONDITION] [because \"…\"]"
        "Blocks calls, all of them or those for which the condition holds."
        [Condition "when CONDITION", Reason "because \"…\""]
        ["deny when ${1:CONDITION} because \"${2:REASON}\""];
    Rule "hide" "hide"
        "Takes the tools of the block out of the list that the agent gets, and blocks calls of them."
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
