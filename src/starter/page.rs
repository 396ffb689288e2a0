//! The text: head, sections, a statement for each tool.

use super::comment;
use super::plan::{Measure, PlannedTool, Section};
use crate::format::{self, WIDTH};
use crate::lint::{RECOMMENDED_EXECUTE, RECOMMENDED_WRITE};
use crate::policy::{Posture, Rate, write_string};
use crate::risk::Class;
use crate::source::SourceSet;
use crate::syntax;
use crate::syntax::names::write_name;

/// Lines with a comment behind a statement stay within so many columns.
const LINE: usize = 118;
/// A comment for which fewer columns are left stands above its statement.
const ENOUGH: usize = 48;

/// A policy that is being written.
pub(super) struct StarterPage {
    posture: Posture,
    out: String,
}

impl StarterPage {
    pub(super) fn new(posture: Posture) -> Self {
        Self { posture, out: String::new() }
    }

    /// What the file is, the manifest, and the default.
    pub(super) fn head(&mut self, named: &str) {
        // Not broken into lines, so that no part of the name comes to begin a comment.
        let shown = comment::inline(named);
        self.out.push_str(&format!("# A starter policy for the tools of `{shown}`.\n"));
        self.out.push_str("#\n");
        self.comment(
            "Each tool was classified by its name, its description, its parameters and the \
             server's hints. This is a proposal: read every line before an agent uses it. The \
             evidence, and how sure it is, is in the comment after or above each tool.",
        );
        self.out.push_str("\nmanifest ");
        write_string(named, &mut self.out);
        self.out.push_str("\n\n");
        let (remark, statement) = match self.posture {
            Posture::Deny => (
                "A tool that the server adds later stays blocked until a line here allows it.",
                "default deny\n",
            ),
            Posture::Allow => (
                "A tool that the server adds later is open until a line here restricts it.",
                "default allow\n",
            ),
        };
        self.comment(remark);
        self.out.push_str(statement);
    }

    /// A paragraph of its own for people.
    pub(super) fn remark(&mut self, text: &str) {
        self.out.push('\n');
        self.comment(text);
    }

    /// Tools that are treated alike.
    pub(super) fn section(&mut self, section: Section, entries: &[PlannedTool<'_>]) {
        self.remark(&heading(section, entries));
        // The comment above the first tool is not to be taken for a part of the heading.
        if entries.first().is_some_and(|first| self.beside(first).is_none()) {
            self.out.push('\n');
        }
        for entry in entries {
            self.entry(entry);
        }
    }

    /// The text as the formatter lays it out.
    pub(super) fn finish(self) -> String {
        let mut sources = SourceSet::default();
        let file = sources.add("starter.gate", self.out.as_str());
        let (tree, findings) = syntax::parse(file, &self.out);
        let formatted = findings.is_empty().then(|| format::format(&tree, &self.out));
        // What cannot be laid out cannot be compiled either, and compiling says why.
        formatted.and_then(Result::ok).unwrap_or(self.out)
    }

    /// The statement of a tool with its evidence behind it, or above it where that is better.
    fn entry(&mut self, entry: &PlannedTool<'_>) {
        let statement = self.statement(entry);
        if let Some(room) = self.beside(entry) {
            let evidence = comment::evidence(entry, room);
            self.out.push_str(&format!("{statement}  # {evidence}\n"));
            return;
        }
        self.out.push_str(&format!("# {}\n", comment::evidence(entry, LINE - "# ".len())));
        if let Some((class, hint)) = entry.contested() {
            self.out.push_str("classify ");
            write_name(entry.name, &mut self.out);
            self.out.push_str(&format!(" as {} because ", class.name()));
            write_string(&format!("The other evidence outweighs the hint {hint}."), &mut self.out);
            self.out.push('\n');
        }
        self.out.push_str(&format!("{statement}\n"));
    }

    /// How many columns the evidence has behind the statement; none when there is more to say, or not enough room.
    fn beside(&self, entry: &PlannedTool<'_>) -> Option<usize> {
        let taken = comment::width(&self.statement(entry)) + "  # ".len();
        let is_plain = entry.contested().is_none() && !entry.is_guess();
        LINE.checked_sub(taken).filter(|room| is_plain && *room >= ENOUGH)
    }

    fn statement(&self, entry: &PlannedTool<'_>) -> String {
        let word = match (entry.measure, self.posture) {
            (Measure::Open, _) | (Measure::Cap(_), Posture::Deny) => "allow ",
            (Measure::Cap(_), Posture::Allow) => "rate ",
            (Measure::Approve(_), _) => "approve ",
            (Measure::Hide, _) => "hide ",
        };
        let mut statement = word.to_owned();
        write_name(entry.name, &mut statement);
        match entry.measure {
            Measure::Cap(calls) => statement.push_str(&format!(" {}", Rate::per_minute(calls))),
            Measure::Approve(reason) => {
                statement.push_str(" because ");
                write_string(reason, &mut statement);
            }
            Measure::Open | Measure::Hide => {}
        }
        if let Some(counter) = &entry.counter {
            statement.push_str(" as ");
            write_string(counter, &mut statement);
        }
        statement
    }

    /// A comment of as many lines as it needs.
    fn comment(&mut self, text: &str) {
        let mut line = "#".to_owned();
        for word in text.split_whitespace() {
            if line.len() > 1 && comment::width(&line) + 1 + comment::width(word) > WIDTH {
                self.out.push_str(&line);
                self.out.push('\n');
                "#".clone_into(&mut line);
            }
            line.push(' ');
            line.push_str(word);
        }
        self.out.push_str(&line);
        self.out.push('\n');
    }
}

/// What the tools of a section do, and what the policy does about it.
fn heading(section: Section, entries: &[PlannedTool<'_>]) -> String {
    let is_approved = |entry: &PlannedTool<'_>| matches!(entry.measure, Measure::Approve(_));
    let mut heading = match section {
        Section::Class(Class::Read) => {
            "Read: these retrieve, search or compute, and change nothing. The policy lets their calls through.".to_owned()
        }
        Section::Class(Class::Write) => format!(
            "Write: these make changes that can be undone. The policy lets {RECOMMENDED_WRITE} \
             calls a minute of each through."
        ),
        Section::Class(Class::Execute) => format!(
            "Execute: these run commands from their arguments, or start a process. The policy \
             lets {RECOMMENDED_EXECUTE} calls a minute of each through."
        ),
        Section::Class(Class::Destructive) => {
            "Destructive: these remove or overwrite data for good. The policy hides them: the \
             agent does not see them, and calls are blocked."
                .to_owned()
        }
        Section::Class(Class::Financial) => {
            return "Financial: these move or commit money. A person must approve every call.".to_owned();
        }
        Section::Unknown => {
            return "Unknown: nothing from the server says what these do. A person must approve \
                    every call."
                .to_owned();
        }
    };
    if entries.iter().any(is_approved) {
        heading.push_str(" For each `approve`, a person must approve every call.");
    }
    heading
}
