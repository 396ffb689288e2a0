//! `gatewright explain`

use clap::Args;

use super::console::{Console, Stream};
use super::exit::{Exit, Fault};
use crate::diagnostic::Code;
use crate::text;

/// What the help says below the arguments.
pub const HELP: &str = "\
Each page says what the code reports and why, with a wrong and a right example.\n\
\n\
Example: gatewright explain unknown-tool";

#[derive(Debug, Args)]
pub struct Arguments {
    /// The code, as shown in brackets in a finding
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

/// Runs the command.
pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, Vec<Fault>> {
    let Some(name) = &arguments.code else {
        console.result(&list())?;
        return Ok(Exit::Clean);
    };
    let name = inside(name);
    let Some(code) = Code::from_name(name) else {
        let fault = Fault::new(format!("unknown code {}", text::quote(name)));
        let near = text::did_you_mean(name, Code::ALL.iter().map(|code| code.name()));
        let help = near.unwrap_or_else(|| "list the codes with `gatewright explain`".to_owned());
        return Err(fault.with_help(help).into());
    };
    let page = page(code.explanation().text);
    if console.colored(Stream::Output) {
        console.styled(&styled(&page))?;
    } else {
        console.result(&page)?;
    }
    Ok(Exit::Clean)
}

/// The code of what may be copied from a finding: `error[unknown-tool]`, or the whole line up to its message.
fn inside(given: &str) -> &str {
    let bracketed = given.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
    bracketed.map_or(given.trim().trim_end_matches(':'), |(code, _)| code).trim()
}

/// A line for each code: name, severity, summary.
fn list() -> String {
    let names = Code::ALL.iter().map(|code| code.name().len());
    let width = names.max().unwrap_or(0);
    let line = |code: &Code| {
        let (name, severity) = (code.name(), code.severity().name());
        format!("{name:width$}  {severity:7}  {}\n", code.explanation().summary)
    };
    Code::ALL.iter().map(line).collect()
}

/// The page with exactly one line break at its end.
fn page(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

/// Headings stand out, and so do examples.
fn styled(page: &str) -> String {
    const BOLD: &str = "\u{1b}[1m";
    const DIM: &str = "\u{1b}[2m";
    const CYAN: &str = "\u{1b}[36m";
    const PLAIN: &str = "\u{1b}[0m";
    let mut out = String::new();
    let mut example = false;
    for line in page.lines() {
        let fence = line.starts_with("```");
        let style = match (fence, example) {
            (true, _) => DIM,
            (false, true) => CYAN,
            (false, false) if line.starts_with('#') => BOLD,
            (false, false) => "",
        };
        example ^= fence;
        if style.is_empty() || line.is_empty() {
            out.push_str(line);
        } else {
            out.push_str(&format!("{style}{line}{PLAIN}"));
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_names_every_code_in_columns() {
        let list = list();
        assert_eq!(list.lines().count(), Code::ALL.len());
        let line = list.lines().find(|line| line.starts_with("unknown-tool ")).unwrap();
        let summary = Code::UnknownTool.explanation().summary;
        let severity = line.find("error").unwrap();
        assert_eq!(line.find(summary), Some(severity + 9));
        assert!(list.lines().all(|line| {
            matches!(line.get(severity..severity + 7), Some("error  " | "warning" | "info   "))
        }));
    }

    #[test]
    fn a_code_may_come_as_findings_show_it() {
        for given in [
            "unknown-tool",
            "error[unknown-tool]",
            "error[unknown-tool]:",
            "warning[unknown-tool]",
            "[unknown-tool]",
            " unknown-tool ",
            "a.gate:1:2: note[unknown-tool]",
            "note[unknown-tool]: the message [of the finding]",
        ] {
            assert_eq!(inside(given), "unknown-tool", "{given}");
        }
        assert_eq!(inside("unknown-tool]"), "unknown-tool]");
    }

    #[test]
    fn styles_change_no_word() {
        let page = "Summary.\n\n## Wrong\n```gate\n# no heading\nallow x\n```\n";
        let styled = styled(page);
        assert_eq!(anstream::adapter::strip_str(&styled).to_string(), page);
        assert!(styled.contains("\u{1b}[1m## Wrong\u{1b}[0m"), "{styled}");
        assert!(styled.contains("\u{1b}[36m# no heading\u{1b}[0m"), "{styled}");
    }
}
