//! `gatewright test`
//!
//! The files with tests that the call leads to, their tests run, and what came of it in one of the forms.

mod coverage;
mod human;
mod json;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Format;
use super::configurations;
use super::console::{Console, Stream};
use super::disk::{self, Reading};
use super::exit::{Exit, Fault};
use super::find::{Found, Input, Paths, Wanted, find};
use super::formats::{TestReportFile, test_results};
use super::report::Report;
use super::root::Root;
use crate::check::{
    self, Coverage, CoverageObserver, Mutations, Options, Outcome, RunFile, TestSuite,
};
use crate::decide::TestResult;
use crate::diagnostic::Diagnostic;
use crate::project::ProjectLoader;
use crate::source::{SourceSet, Span};
use crate::text;

/// What the help says below the arguments.
pub const HELP: &str = "\
Runs the tests in .gate files and in *_test.gate files, which name the policy that they test. Without\n\
PATH, searches the current folder. Exits with 1 if a test fails or a minimum is not met, and with 2 if\n\
it finds no tests.\n\
\n\
Example: gatewright test policies --coverage";

#[derive(Debug, Args)]
pub struct Arguments {
    /// Files and folders
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,

    /// Run only the tests whose names contain this text
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    filter: String,

    /// List the tests without running them
    #[arg(long)]
    list: bool,

    /// Show which statements the tests decide with
    #[arg(long)]
    coverage: bool,

    /// Fail if the tests reach less than this percentage of a policy
    #[arg(long, value_name = "PERCENT")]
    min_coverage: Option<usize>,

    /// The format of the coverage: human, json or lcov.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    #[arg(hide_possible_values = true)]
    coverage_format: CoverageFormat,

    /// Change one thing of the policy at a time, and list the changes that no test notices
    #[arg(long)]
    mutate: bool,

    /// Fail if the tests notice less than this percentage of the changes
    #[arg(long, value_name = "PERCENT")]
    min_score: Option<usize>,

    #[command(flatten)]
    reading: Reading,

    /// The format of the results: human, json, junit or github.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    #[arg(hide_possible_values = true)]
    format: TestFormat,
}

/// The forms of results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum TestFormat {
    /// A line for each test, and what failed, for people.
    #[default]
    Human,
    /// One JSON document, for programs.
    Json,
    /// JUnit's XML, for servers that run tests.
    Junit,
    /// Commands to the runner of GitHub Actions.
    Github,
}

/// The forms of coverage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum CoverageFormat {
    /// A line for each statement that is not reached, for people.
    #[default]
    Human,
    /// A part of the JSON document.
    Json,
    /// The tracefile of lcov.
    Lcov,
}

/// A file with tests, and what came of them.
struct TestedFile {
    name: String,
    sources: SourceSet,
    suite: TestSuite,
    results: Vec<(usize, TestResult)>,
    coverage: Option<Coverage>,
    mutations: Option<Mutations>,
    /// The assertions that are refuted or undecided.
    refuted: Vec<Diagnostic>,
}

/// Runs the command.
pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, Vec<Fault>> {
    let disk = disk::opened(&arguments.paths, &arguments.reading)?;
    let (paths, wanted) = (&arguments.paths[..], Wanted::Gate);
    let mut found = find(Paths { paths, stdin_filename: None, wanted }, &disk);
    let mut options = configurations::open(None, &disk)?;
    configurations::exclude(&mut options, &mut found, false);
    if !found.faults.is_empty() {
        return Err(found.faults);
    }
    let mut report = Report::default();
    let mut tested = Vec::new();
    for (input, bytes) in roots(found, &disk)? {
        // What a test file tests may need the manifest that the configuration names for a policy.json.
        let manifest = options.manifest(&beside(&input.text_path(), "policy.json"));
        let options = Options { manifest, ..Options::default() };
        let outcome = check::test_suite(&input.name, bytes, &disk, &options);
        if outcome.value.as_ref().is_some_and(|suite| !suite.has_claims()) {
            continue;
        }
        report.count_file(&input.name);
        tested.extend(arguments.test(&input.name, outcome, &disk, &options, &mut report));
    }
    if report.has_errors() {
        console.report(&report, Format::Human, Stream::Error)?;
    }
    let has_results = |file: &TestedFile| !file.results.is_empty() || file.suite.cases.is_empty();
    let is_empty = !arguments.list && !tested.iter().any(has_results);
    if is_empty && !report.has_errors() {
        let fault = match arguments.filter.as_str() {
            "" => Fault::new("no tests found")
                .with_help("write one: `test \"NAME\" { call TOOL -> VERDICT }`"),
            _ => Fault::new("no test has a name with this text")
                .with_help("list the names with `gatewright test --list`"),
        };
        return Err(fault.into());
    }
    if arguments.list {
        console.result(&human::list(&tested, &arguments.filter))?;
        return Ok(Exit::from_errors(report.has_errors()));
    }
    arguments.print(&tested, console)?;
    let failed = tested.iter().any(|file| file.results.iter().any(|(_, result)| !result.passed()));
    let unmet = arguments.unmet(&tested, console);
    Ok(Exit::from_errors(report.has_errors() || failed || unmet))
}

/// The path of another file in the same folder.
fn beside(path: &str, name: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{name}"),
        None => name.to_owned(),
    }
}

/// The files that may have tests and are not parts of others.
fn roots(found: Found, disk: &ProjectLoader) -> Result<Vec<(Input, Vec<u8>)>, Vec<Fault>> {
    let (mut read, mut faults) = (Vec::new(), Vec::new());
    for input in found.inputs {
        match input.read() {
            Ok(bytes) => read.push((input, bytes)),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let parts = read.iter().map(|(input, bytes)| RunFile::new(&input.name, bytes)).collect();
    let division = check::divide(parts, disk);
    let roots = read.into_iter().zip(division.roots).filter(|(_, is_root)| *is_root);
    // Included files may hold the tests.
    let may_test = |bytes: &[u8]| {
        let has = |text: &str| ["test", "assert", "include"].iter().any(|word| text.contains(word));
        std::str::from_utf8(bytes).is_ok_and(has)
    };
    Ok(roots.map(|(file, _)| file).filter(|(_, bytes)| may_test(bytes)).collect())
}

impl Arguments {
    /// Runs the tests of a file.
    fn test(
        &self,
        name: &str,
        outcome: Outcome<TestSuite>,
        disk: &ProjectLoader,
        options: &Options,
        report: &mut Report,
    ) -> Option<TestedFile> {
        let mutations = (self.mutate || self.min_score.is_some()) && !self.list;
        let mutations = mutations.then(|| check::mutate(&outcome, disk, options)).flatten();
        let sources = outcome.sources.clone();
        let mut suite = report.take(outcome)?;
        let mut refuted = std::mem::take(&mut suite.refuted);
        report.add(sources.clone(), refuted.clone());
        refuted.retain(Diagnostic::is_error);
        let needs_coverage = self.coverage || self.min_coverage.is_some();
        let mut observer = CoverageObserver::new(&suite.decider);
        let ran = match (self.list, needs_coverage) {
            (true, _) => Vec::new(),
            (false, true) => suite.run(&self.filter, &mut observer),
            (false, false) => suite.run(&self.filter, &mut ()),
        };
        let number = |span: Span| suite.cases.iter().position(|case| case.span == span);
        let results =
            ran.into_iter().filter_map(|(case, result)| Some((number(case.span)?, result)));
        let results = results.collect();
        let coverage = needs_coverage.then(|| observer.finish());
        Some(TestedFile {
            name: name.to_owned(),
            sources,
            suite,
            results,
            coverage,
            mutations,
            refuted,
        })
    }

    fn print(&self, tested: &[TestedFile], console: &Console) -> Result<(), Fault> {
        match self.format {
            TestFormat::Human => console.result(&human::results(tested))?,
            TestFormat::Json => console.json(&json::document(tested))?,
            TestFormat::Junit => console.xml(&test_results::junit(&report_files(tested)))?,
            TestFormat::Github => {
                let root = Root::of_repository();
                console.commands(&test_results::github(&report_files(tested), &root))?;
            }
        }
        if self.format != TestFormat::Json {
            self.print_coverage(tested, console)?;
        }
        if self.format == TestFormat::Human && (self.mutate || self.min_score.is_some()) {
            console.result(&human::mutations(tested))?;
        }
        Ok(())
    }

    fn print_coverage(&self, tested: &[TestedFile], console: &Console) -> Result<(), Fault> {
        match self.coverage_format {
            CoverageFormat::Human if self.format == TestFormat::Human => {
                console.result(&coverage::human(tested))
            }
            CoverageFormat::Human => Ok(()),
            CoverageFormat::Json => console.json(&coverage::json(tested)),
            CoverageFormat::Lcov => console.result(&coverage::lcov(tested)),
        }
    }

    /// Whether a minimum is not met; says which.
    fn unmet(&self, tested: &[TestedFile], console: &Console) -> bool {
        let mut unmet = false;
        for file in tested {
            let name = text::clean(&file.name);
            let coverage = file.coverage.as_ref().map(Coverage::percent);
            if let (Some(percent), Some(least)) = (coverage, self.min_coverage)
                && percent < least
            {
                console.note(&format!("{name}: the coverage is {percent}%, less than {least}%"));
                unmet = true;
            }
            let score = file.mutations.as_ref().map(Mutations::score);
            if let (Some(score), Some(least)) = (score, self.min_score)
                && score < least
            {
                console.note(&format!(
                    "{name}: the tests notice {score}% of the changes, less than {least}%"
                ));
                unmet = true;
            }
        }
        unmet
    }
}

/// The results as `formats` renders them.
fn report_files(tested: &[TestedFile]) -> Vec<TestReportFile<'_>> {
    let case = |file: &'_ TestedFile, number: usize, result: &TestResult| {
        let case = file.suite.cases.get(number)?;
        let failures = result.failures.iter();
        let failures = failures.map(|failure| {
            (line_of(&file.sources, failure.step), human::failure_lines(file, failure))
        });
        let path = file.sources.path(case.span.file).to_owned();
        let line = line_of(&file.sources, case.span);
        Some(test_results::ReportedTest {
            name: case.name.clone(),
            path,
            line,
            failures: failures.collect(),
        })
    };
    let assertion = |file: &TestedFile, refuted: &Diagnostic| {
        let (span, sources) = (refuted.primary.span, &file.sources);
        let line = line_of(sources, span);
        let name = text::excerpt(sources.slice(span), 120);
        let told = [Some(refuted.message.clone()), refuted.help.clone()];
        let lines = std::iter::once(name.clone()).chain(told.into_iter().flatten()).collect();
        let path = sources.path(span.file).to_owned();
        test_results::ReportedTest { name, path, line, failures: vec![(line, lines)] }
    };
    let file = |file: &'_ TestedFile| -> Vec<test_results::ReportedTest> {
        let results = file.results.iter();
        let tests = results.filter_map(|(number, result)| case(file, *number, result));
        tests.chain(file.refuted.iter().map(|refuted| assertion(file, refuted))).collect()
    };
    tested.iter().map(|tested| TestReportFile { name: &tested.name, tests: file(tested) }).collect()
}

/// The line of a place, from 1.
fn line_of(sources: &SourceSet, span: Span) -> u32 {
    sources.get(span.file).map_or(1, |source| source.position(span.start).line)
}
