//! Results of tests for CI: JUnit's XML, and commands to the runner of GitHub Actions.

use super::github::{data, property};
use super::junit::{escape, escape_lines};
use crate::cli::root::Root;
use crate::text;

/// A file with tests.
pub struct TestReportFile<'r> {
    /// The path of the file.
    pub name: &'r str,
    /// The tests that ran.
    pub tests: Vec<ReportedTest>,
}

/// A test that ran.
pub struct ReportedTest {
    /// The name.
    pub name: String,
    /// The file that the test is in.
    pub path: String,
    /// The line of the test.
    pub line: u32,
    /// The calls with another verdict than expected, each with its line and what happened, in lines.
    pub failures: Vec<(u32, Vec<String>)>,
}

/// The results as JUnit's XML.
pub fn junit(files: &[TestReportFile<'_>]) -> String {
    let failed = |file: &TestReportFile<'_>| {
        file.tests.iter().filter(|test| !test.failures.is_empty()).count()
    };
    let tests: usize = files.iter().map(|file| file.tests.len()).sum();
    let failures: usize = files.iter().map(failed).sum();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str(&format!(
        "<testsuites name=\"gatewright test\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" \
         time=\"0\">\n"
    ));
    for file in files {
        let name = escape(file.name);
        out.push_str(&format!(
            "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\" \
             time=\"0\">\n",
            file.tests.len(),
            failed(file)
        ));
        file.tests.iter().for_each(|test| junit_case(&name, test, &mut out));
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn junit_case(suite: &str, test: &ReportedTest, out: &mut String) {
    let (name, path) = (escape(&text::clean(&test.name)), escape(&test.path));
    let end = if test.failures.is_empty() { "/>\n" } else { ">\n" };
    out.push_str(&format!(
        "    <testcase name=\"{name}\" classname=\"{suite}\" file=\"{path}\" line=\"{}\" \
         time=\"0\"{end}",
        test.line
    ));
    for (_, lines) in &test.failures {
        let message = escape(lines.get(1).map_or("", String::as_str));
        let lines = escape_lines(&lines.join("\n"));
        out.push_str(&format!(
            "      <failure type=\"failure\" message=\"{message}\">{lines}</failure>\n"
        ));
    }
    if !test.failures.is_empty() {
        out.push_str("    </testcase>\n");
    }
}

/// An annotation for each failure.
pub fn github(files: &[TestReportFile<'_>], root: &Root) -> String {
    let mut out = String::new();
    for test in files.iter().flat_map(|file| &file.tests) {
        let path = property(&root.path(&test.path));
        let title = property(&format!("gatewright test: {}", text::clean(&test.name)));
        for (line, lines) in &test.failures {
            let message = data(&lines.join("\n"));
            out.push_str(&format!("::error file={path},line={line},title={title}::{message}\n"));
        }
    }
    out
}
