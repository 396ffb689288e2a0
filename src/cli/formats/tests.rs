//! Each form, with findings whose every text is a stranger's.

use super::*;
use crate::diagnostic::{Applicability, Code};

/// A report over three files: one whose findings, path and texts try to break out of the form, one with a plain
/// finding and a note, and one without findings.
pub(super) fn hostile() -> Report {
    let mut sources = SourceSet::default();
    let text = "allow x\u{202e} # ]]>\nallow \u{4e2d}y {\n}\n";
    let evil = sources.add("p q/\u{e9}\u{202e},a:b%0A::error::\n|<b>.gate", text);
    let plain = sources.add("plain.gate", "allow z\nallow z\n");
    let all = Diagnostic::new(Code::CriticalBySet, Span::new(evil, 6, 7), HOSTILE)
        .with_primary("here ]]> {0}\u{1b}[0m")
        .with_label(Span::new(plain, 0, 5), "there [x](https://example.com)\n\u{2066}")
        .with_label(Span::new(plain, 0, 5), "")
        .with_note("first line\nsecond ::warning::line\r\n\u{0}third")
        .with_help("write `%25` | or <script>, said @someone")
        .with_fix(Applicability::Unsafe, "write `y`", Span::new(evil, 6, 10), "\u{202e}\n{1}")
        .with_tools(["x\u{202e}"]);
    let lines = Span::new(evil, text.find("allow \u{4e2d}").unwrap(), text.len());
    let several = Diagnostic::new(Code::UncappedWrite, lines, "over two lines");
    let short = |start| {
        Diagnostic::new(Code::UncappedWrite, Span::new(plain, start, start + 5), "`z` is open")
            .with_fix(Applicability::Safe, "write `rate`", Span::new(plain, start, start + 5), "")
    };
    let note = Diagnostic::new(Code::MissingReason, Span::new(plain, 8, 13), "no reason");
    let mut report = Report::default();
    for path in ["plain.gate", "clean & \"quiet\".gate", sources.path(evil)] {
        report.count_file(path);
    }
    let silenced = Diagnostic::new(Code::LooseCap, Span::new(plain, 14, 15), "a wide cap");
    let sources = std::sync::Arc::new(sources);
    report.add_suppressed(
        sources.clone(),
        silenced,
        "agreed \u{202e}\nwith {ops}",
        crate::lint::suppress::Origin::Comment,
    );
    report.add(sources, vec![note, short(8), short(0), several, all]);
    report
}

const HOSTILE: &str =
    "100% \u{1b}[31m`a`\u{202e}\r\n::error::x ]]> <b>&amp;</b> | {0} [l](javascript:1)";

fn rendered(format: Format) -> String {
    let report = hostile();
    render(format, &report, &report.findings(), &Root::default(), false)
}

/// Nothing that a reader cannot see, but line breaks.
fn assert_shown(text: &str) {
    let hidden = |character: char| character != '\n' && text::is_hidden(character);
    assert!(!text.contains(hidden), "{text:?}");
}

#[test]
fn concise_has_a_line_for_each_finding() {
    let text = rendered(Format::Concise);
    assert_shown(&text);
    insta::assert_snapshot!(text, @r#"
    p q/é\u{202e},a:b%0A::error::\u{a}|<b>.gate:1:7: error[critical-by-set] 100% \u{1b}[31m`a`\u{202e}\u{d}\u{a}::error::x ]]> <b>&amp;</b> | {0} [l](javascript:1); write `%25` | or <script>, said @someone
    p q/é\u{202e},a:b%0A::error::\u{a}|<b>.gate:2:1: warning[uncapped-write] over two lines
    plain.gate:1:1: warning[uncapped-write] `z` is open; write `rate`
    plain.gate:2:1: note[missing-reason] no reason
    plain.gate:2:1: warning[uncapped-write] `z` is open; write `rate`
    "#);
    let report = hostile();
    let colored = render(Format::Concise, &report, &report.findings(), &Root::default(), true);
    assert!(colored.contains(": \u{1b}[1;33mwarning[uncapped-write]\u{1b}[0m `z` is open; write"));
    assert_eq!(anstream::adapter::strip_str(&colored).to_string(), text);
}

#[test]
fn concise_leaves_out_what_is_long() {
    let mut sources = SourceSet::default();
    let file = sources.add("a.gate", "allow x\n");
    let finding = || Diagnostic::new(Code::Syntax, Span::new(file, 6, 7), "wrong");
    let line = |diagnostic: Diagnostic| {
        concise::findings(&[Finding { sources: &sources, diagnostic: &diagnostic }], false)
    };
    assert_eq!(line(finding()), "a.gate:1:7: error[syntax] wrong\n");
    assert_eq!(line(finding().with_help("do this")), "a.gate:1:7: error[syntax] wrong; do this\n");
    assert_eq!(line(finding().with_help("a\nb")), line(finding()));
    assert_eq!(line(finding().with_help("a".repeat(81))), line(finding()));
}

#[test]
fn github_has_a_command_for_each_finding() {
    let text = rendered(Format::Github);
    assert_shown(&text);
    assert!(text.lines().all(|line| line.starts_with("::")), "{text}");
    insta::assert_snapshot!(text, @r#"
    ::error file=p q/é\u{202e}%2Ca%3Ab%250A%3A%3Aerror%3A%3A%0A|<b>.gate,line=1,endLine=1,col=7,endColumn=8,title=gatewright critical-by-set::100%25 \u{1b}[31m`a`\u{202e}\u{d}\u{a}::error::x ]]> <b>&amp;</b> | {0} [l](javascript:1)%0Afirst line%0Asecond ::warning::line%0A\u{0}third%0Ahelp: write `%2525` | or <script>, said @someone
    ::warning file=p q/é\u{202e}%2Ca%3Ab%250A%3A%3Aerror%3A%3A%0A|<b>.gate,line=2,endLine=4,title=gatewright uncapped-write::over two lines
    ::warning file=plain.gate,line=1,endLine=1,col=1,endColumn=6,title=gatewright uncapped-write::`z` is open%0Ahelp: write `rate`
    ::notice file=plain.gate,line=2,endLine=2,col=1,endColumn=6,title=gatewright missing-reason::no reason
    ::warning file=plain.gate,line=2,endLine=2,col=1,endColumn=6,title=gatewright uncapped-write::`z` is open%0Ahelp: write `rate`
    "#);
}

#[test]
fn the_summary_of_a_step_is_a_table() {
    let report = hostile();
    let text = step_summary(&report, &report.findings());
    assert_shown(&text);
    insta::assert_snapshot!(text, @r#"
    ### gatewright: 1 error, 3 warnings, 1 note in 3 files, 1 suppressed

    | severity | place | code | finding |
    | --- | --- | --- | --- |
    | error | p q\/é\\u\{202e\}\,a\:b\%0A\:\:error\:\:\\u\{a\}\|\<b\>\.gate:1:7 | critical-by-set | 100\% \\u\{1b\}\[31m\`a\`\\u\{202e\}\\u\{d\}\\u\{a\}\:\:error\:\:x \]\]\> \<b\>\&amp\;\<\/b\> \| \{0\} \[l\]\(javascript\:1\)<br>write \`\%25\` \| or \<script\>\, said \@someone |
    | warning | p q\/é\\u\{202e\}\,a\:b\%0A\:\:error\:\:\\u\{a\}\|\<b\>\.gate:2:1 | uncapped-write | over two lines |
    | warning | plain\.gate:1:1 | uncapped-write | \`z\` is open<br>write \`rate\` |
    | note | plain\.gate:2:1 | missing-reason | no reason |
    | warning | plain\.gate:2:1 | uncapped-write | \`z\` is open<br>write \`rate\` |
    "#);
}

#[test]
fn the_summary_of_a_step_says_when_there_is_nothing() {
    let mut report = Report::default();
    report.count_file("a.gate");
    let text = step_summary(&report, &report.findings());
    assert_eq!(text, "\n### gatewright: 1 file checked, no findings\n\n");
}

#[test]
fn the_summary_of_a_step_stays_below_what_github_takes() {
    let mut sources = SourceSet::default();
    let file = sources.add("a.gate", "allow x\n".repeat(50_000));
    let found = (0..50_000).map(|line| {
        Diagnostic::new(Code::Syntax, Span::new(file, line * 8, line * 8 + 5), "|".repeat(600))
    });
    let mut report = Report::default();
    report.count_file("a.gate");
    report.add(sources, found.collect());
    let text = step_summary(&report, &report.findings());
    assert!(text.len() < 600 * 1024, "{}", text.len());
    let rows = text.lines().filter(|line| line.starts_with("| error |")).count();
    assert!(text.ends_with(&format!("\nand {} more findings\n\n", 50_000 - rows)), "{rows}");
}

#[test]
fn junit_has_a_suite_for_each_file() {
    let text = rendered(Format::Junit);
    assert_shown(&text);
    insta::assert_snapshot!(text, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="gatewright" tests="6" failures="4" errors="0" time="0">
      <testsuite name="clean &amp; &quot;quiet&quot;.gate" tests="1" failures="0" errors="0" skipped="0" time="0">
        <testcase name="no findings" classname="clean &amp; &quot;quiet&quot;.gate" file="clean &amp; &quot;quiet&quot;.gate" time="0"/>
      </testsuite>
      <testsuite name="p q/é&#x202E;,a:b%0A::error::&#xA;|&lt;b&gt;.gate" tests="2" failures="2" errors="0" skipped="0" time="0">
        <testcase name="critical-by-set: 100% \u{1b}[31m`a`\u{202e}\u{d}\u{a}::error::x ]]&gt; &lt;b&gt;&amp;amp;&lt;/b&gt; | {0} [l](javascript:1)" classname="p q/é&#x202E;,a:b%0A::error::&#xA;|&lt;b&gt;.gate" file="p q/é&#x202E;,a:b%0A::error::&#xA;|&lt;b&gt;.gate" line="1" time="0">
          <failure type="error" message="100% \u{1b}[31m`a`\u{202e}\u{d}\u{a}::error::x ]]&gt; &lt;b&gt;&amp;amp;&lt;/b&gt; | {0} [l](javascript:1)">p q/é\u{202e},a:b%0A::error::\u{a}|&lt;b&gt;.gate:1:7: 100% \u{1b}[31m`a`\u{202e}\u{d}\u{a}::error::x ]]&gt; &lt;b&gt;&amp;amp;&lt;/b&gt; | {0} [l](javascript:1)
    first line
    second ::warning::line
    \u{0}third
    help: write `%25` | or &lt;script&gt;, said @someone</failure>
        </testcase>
        <testcase name="uncapped-write: over two lines" classname="p q/é&#x202E;,a:b%0A::error::&#xA;|&lt;b&gt;.gate" file="p q/é&#x202E;,a:b%0A::error::&#xA;|&lt;b&gt;.gate" line="2" time="0">
          <failure type="warning" message="over two lines">p q/é\u{202e},a:b%0A::error::\u{a}|&lt;b&gt;.gate:2:1: over two lines</failure>
        </testcase>
      </testsuite>
      <testsuite name="plain.gate" tests="3" failures="2" errors="0" skipped="0" time="0">
        <testcase name="uncapped-write: `z` is open" classname="plain.gate" file="plain.gate" line="1" time="0">
          <failure type="warning" message="`z` is open">plain.gate:1:1: `z` is open
    help: write `rate`</failure>
        </testcase>
        <testcase name="missing-reason: no reason" classname="plain.gate" file="plain.gate" line="2" time="0">
          <system-out>plain.gate:2:1: no reason</system-out>
        </testcase>
        <testcase name="uncapped-write: `z` is open (2)" classname="plain.gate" file="plain.gate" line="2" time="0">
          <failure type="warning" message="`z` is open">plain.gate:2:1: `z` is open
    help: write `rate`</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn json_counts_what_is_suppressed() {
    let text = rendered(Format::Json);
    assert!(
        text.ends_with("\"errors\":1,\"warnings\":3,\"infos\":1,\"suppressed\":1}}\n"),
        "{text}"
    );
}

#[test]
fn without_a_file_every_form_still_says_what_is_wrong() {
    let mut other = SourceSet::default();
    let file = other.add("a.gate", "x");
    let mut report = Report::default();
    report.add(
        SourceSet::default(),
        vec![Diagnostic::new(Code::Syntax, Span::new(file, 0, 1), "wrong")],
    );
    for format in
        [Format::Human, Format::Concise, Format::Json, Format::Sarif, Format::Github, Format::Junit]
    {
        let text = render(format, &report, &report.findings(), &Root::default(), false);
        assert!(text.contains("wrong"), "{format:?}: {text}");
    }
}
