//! `gatewright diff`
//!
//! Which calls one version of a policy lets through and another does not. Both are compiled first: a policy that has errors lets
//! nothing through, and is not compared.

mod against;
mod github;
mod human;
mod json;
mod markdown;
mod operands;
mod sarif;
mod shown;
mod side;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::Format;
use super::console::{Console, Stream};
use super::disk::Reading;
use super::exit::{Exit, Fault};
use super::report::Report;
use super::runner_commands::Syntax;
use crate::check::Decider;
use crate::diff::{self, DiffSide, PolicyDiff, Relation};
use crate::policy_json::Document;

/// What the help says below the arguments.
pub const HELP: &str = "\
OLD and NEW are .gate files, policy.json files, or REV:PATH for a file in a git revision, with its includes,\n\
manifest and configuration of that revision. As in git, PATH begins at the root of the repository, and\n\
./PATH in the current folder. To name a file with a colon in its name, write ./FILE.\n\
\n\
With --against, every policy in the given files and folders (by default this folder) is compared with its\n\
version in a revision.\n\
\n\
To see what a server's new tools mean for a policy, name the same policy twice, with --old-manifest and\n\
--new-manifest.\n\
\n\
Example: gatewright diff --against main policies";

#[derive(Debug, Args)]
pub struct Arguments {
    /// OLD and NEW, or with --against files and folders
    #[arg(value_name = "PATH", required_unless_present = "against")]
    paths: Vec<PathBuf>,

    /// Compare every policy with its version in this git revision
    #[arg(long, value_name = "REV")]
    against: Option<String>,

    /// The server's tools for the old policies, instead of the manifest that they name
    #[arg(long, value_name = "TOOLS")]
    old_manifest: Option<PathBuf>,

    /// The server's tools for the new policies, instead of the manifest that they name
    #[arg(long, value_name = "TOOLS")]
    new_manifest: Option<PathBuf>,

    /// Exit with 1 if more gets through (wider), or if anything differs (changed)
    #[arg(long, value_name = "WHAT", value_enum)]
    #[arg(hide_possible_values = true)]
    fail_on: Option<FailOn>,

    /// The format of the comparison: human, json, markdown, github or sarif
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    #[arg(hide_possible_values = true)]
    format: DiffFormat,

    #[command(flatten)]
    reading: Reading,
}

/// What makes a comparison fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// More may get through than before.
    Wider,
    /// Anything differs.
    Changed,
}

/// The form of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    /// For people.
    #[default]
    Human,
    /// One JSON document, for programs.
    Json,
    /// A comment for a pull request.
    Markdown,
    /// Commands to the runner of GitHub Actions, and a summary of the step.
    Github,
    /// A SARIF log, for services for code scanning.
    Sarif,
}

/// A policy that has been compared.
#[derive(Debug)]
struct ComparedPolicy {
    /// The name of the old version; `None` if there was none.
    old: Option<String>,
    /// The name of the new version; `None` if there is none any more.
    new: Option<String>,
    /// The path of the file that a reviewer looks at.
    path: String,
    /// A policy that did not exist let nothing through. Of one that is gone, nothing is known.
    diff: PolicyDiff,
}

/// Everything that was compared, and what could not be.
#[derive(Debug, Default)]
struct Comparisons {
    /// The policies, sorted by path.
    policies: Vec<ComparedPolicy>,
    /// The errors of policies that could not be compared.
    report: Report,
    faults: Vec<Fault>,
}

/// Runs the command.
pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, Vec<Fault>> {
    let comparisons = match &arguments.against {
        Some(revision) => against::compare(revision, arguments)?,
        None => operands::compare(arguments)?,
    };
    let Comparisons { policies, report, faults } = &comparisons;
    if report.has_errors() {
        let (format, stream) = match arguments.format {
            DiffFormat::Github => (Format::Github, Stream::Output),
            _ => (Format::Human, Stream::Error),
        };
        console.report(report, format, stream)?;
    }
    console.faults(faults);
    if !policies.is_empty() || faults.is_empty() && !report.has_errors() {
        print(policies, arguments.format, console)?;
    }
    let fails = match arguments.fail_on {
        None => false,
        Some(FailOn::Wider) => policies.iter().any(ComparedPolicy::may_let_more_through),
        Some(FailOn::Changed) => policies.iter().any(ComparedPolicy::is_changed),
    };
    let exit = Exit::from_errors(fails || report.has_errors());
    Ok(if faults.is_empty() { exit } else { Exit::Fault })
}

fn print(policies: &[ComparedPolicy], format: DiffFormat, console: &Console) -> Result<(), Fault> {
    match format {
        DiffFormat::Human => {
            let colored = console.colored(Stream::Output);
            let rendered = human::render(policies, colored);
            if colored { console.styled(&rendered) } else { console.result(&rendered) }?;
            console.note(&summary(policies));
            Ok(())
        }
        DiffFormat::Json => console.json(&json::render(policies)),
        DiffFormat::Markdown => console.result(&markdown::render(policies)),
        DiffFormat::Github => {
            console.rendered(&github::render(policies), Syntax::Commands)?;
            console.add_to_step_summary(&format!("\n{}", markdown::render(policies)));
            console.note(&summary(policies));
            Ok(())
        }
        DiffFormat::Sarif => console.json(&sarif::render(policies)),
    }
}

/// One line that says what came of it.
fn summary(policies: &[ComparedPolicy]) -> String {
    let counted = |number: usize| match number {
        1 => "1 policy".to_owned(),
        number => format!("{number} policies"),
    };
    let wider = policies.iter().filter(|policy| policy.lets_more_through()).count();
    let perhaps = policies.iter().filter(|policy| policy.may_let_more_through()).count() - wider;
    let all = counted(policies.len());
    match (wider, perhaps) {
        (0, 0) if !policies.iter().any(ComparedPolicy::is_changed) => {
            format!("compared {all}: nothing differs")
        }
        (0, 0) => format!("compared {all}: nothing more gets through"),
        (0, perhaps) => format!("compared {all}: more may get through in {perhaps}"),
        (wider, 0) => format!("compared {all}: more gets through in {wider}"),
        (wider, perhaps) => {
            format!("compared {all}: more gets through in {wider}, and may in {perhaps}")
        }
    }
}

impl ComparedPolicy {
    /// Compares two versions. One that does not exist let nothing through.
    fn new(old: Option<(String, &Decider)>, new: Option<(String, &Decider)>, path: String) -> Self {
        let nothing = Document::default();
        let class = |decider: Option<&Decider>, tool: &str| decider?.class(tool);
        let deciders = [&old, &new].map(|version| version.as_ref().map(|(_, decider)| *decider));
        let [old_class, new_class] = deciders.map(|decider| move |tool: &str| class(decider, tool));
        let diff = match deciders {
            [_, None] => PolicyDiff::default(),
            [before, Some(after)] => diff::diff(
                DiffSide {
                    document: before.map_or(&nothing, |decider| &decider.document),
                    manifest: before.and_then(|decider| decider.manifest.as_deref()),
                    class: Some(&old_class),
                },
                DiffSide {
                    document: &after.document,
                    manifest: after.manifest.as_deref(),
                    class: Some(&new_class),
                },
            ),
        };
        let [old, new] = [old, new].map(|version| version.map(|(name, _)| name));
        Self { old, new, path, diff }
    }

    /// Whether more may get through than before. Without a policy, nobody knows what a gateway does.
    fn may_let_more_through(&self) -> bool {
        self.new.is_none() || self.diff.rows.iter().any(diff::DiffRow::may_let_more_through)
    }

    /// Whether a call shows that more gets through.
    fn lets_more_through(&self) -> bool {
        self.count(Relation::Wider) + self.count(Relation::Incomparable) > 0
    }

    fn is_changed(&self) -> bool {
        self.old.is_none()
            || self.new.is_none()
            || self.diff.rows.iter().any(diff::DiffRow::is_changed)
    }

    fn count(&self, relation: Relation) -> usize {
        self.diff.rows.iter().filter(|row| row.relation() == relation).count()
    }
}

/// The path as messages show it, or as a revision names it.
fn text_of(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
