//! Findings for people: codespan-reporting over excerpts.
//!
//! Everything that comes from a file or a path is cleaned here, whatever the constructor of the finding did.

use codespan_reporting::diagnostic::{Diagnostic as Shown, Label, LabelStyle, Severity as Weight};
use codespan_reporting::term::termcolor::Ansi;
use codespan_reporting::term::{
    Config, Styles, StylesWriter, emit_to_io_write, emit_to_write_style,
};

use super::excerpt::{Excerpt, ExcerptPlace};
use super::{advice, paragraph, words};
use crate::cli::report::Finding;
use crate::diagnostic::{Diagnostic, Severity};
use crate::text;

/// How many places one finding shows at most; the rest is counted.
const MAX_LABELS: usize = 12;

/// The findings as text, each followed by an empty line.
pub fn findings(findings: &[Finding<'_>], colored: bool) -> Vec<u8> {
    let config = Config::default();
    let mut out = Vec::new();
    if !colored {
        for finding in findings {
            let (shown, excerpt) = prepare(finding);
            if emit_to_io_write(&mut out, &config, &excerpt, &shown).is_err() {
                out.extend_from_slice(bare(finding).as_bytes());
            }
        }
        return out;
    }
    let styles = Styles::default();
    for finding in findings {
        let (shown, excerpt) = prepare(finding);
        let mut writer = StylesWriter::new(Ansi::new(&mut out), &styles);
        if emit_to_write_style(&mut writer, &config, &excerpt, &shown).is_err() {
            out.extend_from_slice(bare(finding).as_bytes());
        }
    }
    out
}

fn prepare<'r>(finding: &Finding<'r>) -> (Shown<usize>, Excerpt<'r>) {
    let Finding { sources, diagnostic } = *finding;
    let labels = || std::iter::once(&diagnostic.primary).chain(&diagnostic.labels);
    let (excerpt, places) =
        Excerpt::new(sources, labels().take(MAX_LABELS).map(|label| label.span));
    let shown = labels()
        .zip(&places)
        .enumerate()
        .filter_map(|(index, (label, place))| {
            let style = if index == 0 { LabelStyle::Primary } else { LabelStyle::Secondary };
            let ExcerptPlace { file, range, .. } = place.clone()?;
            Some(Label::new(style, file, range).with_message(words(&label.message)))
        })
        .collect();
    let mut shown = Shown::new(weight(diagnostic.severity))
        .with_code(diagnostic.code.name())
        .with_message(words(&diagnostic.message))
        .with_labels(shown);
    shown.notes = notes(diagnostic, &places);
    (shown, excerpt)
}

fn notes(diagnostic: &Diagnostic, places: &[Option<ExcerptPlace>]) -> Vec<String> {
    let mut notes = Vec::new();
    let hidden = (diagnostic.labels.len() + 1).saturating_sub(MAX_LABELS);
    if hidden > 0 {
        notes.push(format!("note: and {}", text::count(hidden, "more place")));
    }
    if places.iter().any(|place| place.as_ref().is_none_or(|place| place.moved)) {
        notes.push("note: part of this finding is outside its file".to_owned());
    }
    notes.extend(diagnostic.notes.iter().map(|note| format!("note: {}", paragraph(note))));
    notes.extend(advice(diagnostic).map(|help| format!("help: {}", paragraph(help))));
    notes
}

/// The finding in one line, should it have no excerpt.
fn bare(finding: &Finding<'_>) -> String {
    let diagnostic = finding.diagnostic;
    let path = text::clean(finding.sources.path(diagnostic.primary.span.file));
    let (severity, code) = (diagnostic.severity.name(), diagnostic.code);
    format!("{severity}[{code}]: {} ({path})\n\n", words(&diagnostic.message))
}

fn weight(severity: Severity) -> Weight {
    match severity {
        Severity::Error => Weight::Error,
        Severity::Warning => Weight::Warning,
        Severity::Info => Weight::Note,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Applicability, Code};
    use crate::source::{SourceSet, Span};

    fn render(sources: &SourceSet, diagnostic: &Diagnostic) -> String {
        let out = findings(&[Finding { sources, diagnostic }], false);
        String::from_utf8(out).unwrap()
    }

    /// The finding on the first place in the text where `marked` stands.
    fn at(text: &str, marked: &str) -> String {
        let mut sources = SourceSet::default();
        let file = sources.add("policies/a.gate", text);
        let start = text.find(marked).unwrap();
        let span = Span::new(file, start, start + marked.len());
        let finding = Diagnostic::new(Code::UnknownTool, span, "no tool has this name");
        render(&sources, &finding.with_help("did you mean `get_run`?"))
    }

    #[test]
    fn a_finding_shows_its_line() {
        insta::assert_snapshot!(at("default deny\nallow get_rum\n", "get_rum"), @r#"
        error[unknown-tool]: no tool has this name
          ┌─ policies/a.gate:2:7
          │
        2 │ allow get_rum
          │       ^^^^^^^
          │
          = help: did you mean `get_run`?
        "#);
    }

    #[test]
    fn emoji_and_wide_characters_keep_the_carets_in_place() {
        insta::assert_snapshot!(at("# \u{1f600}\nallow \"\u{1f600}中文\", bad # x", "bad"), @r#"
        error[unknown-tool]: no tool has this name
          ┌─ policies/a.gate:2:14
          │
        2 │ allow "😀中文", bad # x
          │                 ^^^
          │
          = help: did you mean `get_run`?
        "#);
    }

    #[test]
    fn tabs_and_carriage_returns_keep_the_carets_in_place() {
        insta::assert_snapshot!(at("default deny\r\n\tallow\tbad\r\n", "bad"), @r#"
        error[unknown-tool]: no tool has this name
          ┌─ policies/a.gate:2:8
          │
        2 │     allow   bad
          │             ^^^
          │
          = help: did you mean `get_run`?
        "#);
    }

    #[test]
    fn nothing_from_a_file_reaches_the_terminal_raw() {
        let mut sources = SourceSet::default();
        let text = "allow \u{1b}[2J\u{202e}\u{200b}bad\u{e0041}\n";
        let file = sources.add("a\u{1b}[31m\u{202e}.gate", text);
        let span = Span::new(file, text.find("bad").unwrap(), text.find("bad").unwrap() + 3);
        let finding = Diagnostic::new(Code::Syntax, span, "message\u{1b}[0m\u{202e}")
            .with_primary("label\u{7f}\nline")
            .with_note("note\u{9b}\nsecond")
            .with_help("help\u{feff}");
        let rendered = render(&sources, &finding);
        let raw = |character: char| character != '\n' && text::is_hidden(character);
        assert!(!rendered.contains(raw), "{rendered:?}");
        insta::assert_snapshot!(rendered, @r#"
        error[syntax]: message\u{1b}[0m\u{202e}
          ┌─ a\u{1b}[31m\u{202e}.gate:1:13
          │
        1 │ allow ?[2J��bad????
          │             ^^^ label\u{7f}\u{a}line
          │
          = note: note\u{9b}
            second
          = help: help\u{feff}
        "#);
    }

    #[test]
    fn a_line_of_a_megabyte_is_short_to_read() {
        let mut text = "{\"tools\":{\"a\":{}},".repeat(46_000);
        text.push_str("\"bad\"");
        text.push_str(&",\"x\":1".repeat(200));
        let rendered = at(&text, "\"bad\"");
        assert!(rendered.len() < 1_000, "{}", rendered.len());
        insta::assert_snapshot!(rendered, @r#"
        error[unknown-tool]: no tool has this name
          ┌─ policies/a.gate:1:828001
          │
        1 │ …":{}},{"tools":{"a":{}},{"tools":{"a":{}},{"tools":{"a":{}},"bad","x":1,"x":1,"x":1,"x":1,"x":1,"x":1,"x":1,"x":1,"x":1,"x":1…
          │                                                              ^^^^^
          │
          = help: did you mean `get_run`?
        "#);
    }

    #[test]
    fn a_span_outside_the_file_is_said() {
        let mut sources = SourceSet::default();
        let file = sources.add("a.gate", "allow x\n");
        let finding = Diagnostic::new(Code::Syntax, Span::new(file, 100, 110), "far away");
        insta::assert_snapshot!(render(&sources, &finding), @r#"
        error[syntax]: far away
          ┌─ a.gate:2:1
          │
        2 │ 
          │ ^
          │
          = note: part of this finding is outside its file
        "#);
        let finding = Diagnostic::new(Code::Syntax, Span::new(file, 0, 5), "of another set");
        insta::assert_snapshot!(render(&SourceSet::default(), &finding), @r#"
        error[syntax]: of another set
         = note: part of this finding is outside its file
        "#);
    }

    #[test]
    fn labels_may_lie_on_other_lines_and_in_other_files() {
        let mut sources = SourceSet::default();
        let text = "group a = x\nallow @a\ngroup a = y\n\n\n\n\ngroup a = z {\n}\n";
        let file = sources.add("a.gate", text);
        let other = sources.add("b.gate", "group a = w\n");
        let finding = Diagnostic::new(Code::DuplicateGroup, Span::new(file, 27, 28), "two of `a`")
            .with_primary("again here")
            .with_label(Span::new(file, 6, 7), "first here")
            .with_label(Span::new(file, text.find("z {").unwrap(), text.len()), "and here")
            .with_label(Span::new(other, 6, 7), "and there");
        insta::assert_snapshot!(render(&sources, &finding), @r#"
        error[duplicate-group]: two of `a`
          ┌─ a.gate:3:7
          │
        1 │ group a = x
          │       - first here
        2 │ allow @a
        3 │ group a = y
          │       ^ again here
          ·
        8 │ group a = z {
          │           --- and here
          │
          ┌─ b.gate:1:7
          │
        1 │ group a = w
          │       - and there
        "#);
    }

    #[test]
    fn many_labels_are_counted() {
        let mut sources = SourceSet::default();
        let file = sources.add("a.gate", "allow x\n");
        let mut finding = Diagnostic::new(Code::Syntax, Span::new(file, 0, 5), "often");
        for _ in 0..50_000 {
            finding = finding.with_label(Span::new(file, 6, 7), "");
        }
        let rendered = render(&sources, &finding);
        assert!(rendered.contains("= note: and 49989 more places"), "{rendered}");
    }

    #[test]
    fn the_title_of_a_fix_stands_in_for_help() {
        let mut sources = SourceSet::default();
        let file = sources.add("a.gate", "alow x\n");
        let span = Span::new(file, 0, 4);
        let finding = Diagnostic::new(Code::UnknownStatement, span, "unknown statement `alow`")
            .with_severity(Severity::Info)
            .with_fix(Applicability::Safe, "write `allow`", span, "allow");
        let rendered = render(&sources, &finding);
        assert!(rendered.starts_with("note[unknown-statement]: unknown"), "{rendered}");
        assert!(rendered.contains("= help: write `allow`"), "{rendered}");
    }

    #[test]
    fn colours_change_no_word() {
        let mut sources = SourceSet::default();
        let file = sources.add("a.gate", "allow x\n");
        let finding = Diagnostic::new(Code::Syntax, Span::new(file, 6, 7), "wrong");
        let finding = [Finding { sources: &sources, diagnostic: &finding }];
        let colored = findings(&finding, true);
        assert!(colored.contains(&0x1b));
        let stripped = anstream::adapter::strip_bytes(&colored).into_vec();
        assert_eq!(stripped, findings(&finding, false));
    }
}
