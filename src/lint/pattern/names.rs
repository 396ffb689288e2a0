//! Names of hosts and files in patterns.

use regex_syntax::ast::{self, Ast};

use super::shape::every_part;

/// The ends of host and file names. Behind one of them a dot in a pattern is meant as a dot.
const NAMES: &[&str] = &[
    "ai", "app", "biz", "ch", "cloud", "co", "com", "corp", "csv", "de", "dev", "edu", "eu",
    "example", "exe", "fr", "gov", "gz", "html", "info", "internal", "io", "jpg", "js", "json",
    "lan", "local", "log", "md", "mil", "net", "nl", "org", "parquet", "pdf", "png", "py", "rs",
    "sh", "sql", "tar", "toml", "ts", "tsv", "txt", "uk", "xls", "xlsx", "xml", "yaml", "yml",
    "zip",
];

/// The dots of what is plainly the name of a host or file, such as `example.com`, that stand for any character.
pub fn dots_in_names(tree: &Ast) -> Vec<ast::Span> {
    let mut found = Vec::new();
    for part in every_part(tree) {
        let Ast::Concat(concat) = part else { continue };
        let mut end = 0;
        for run in concat.asts.split(|part| !is_of_name(part)) {
            let start = end;
            end += run.len();
            if concat.asts.get(end).is_none_or(ends_a_name) {
                // Behind `://` stands a host, whatever its last part is.
                let is_host = concat.asts.get(..start).is_some_and(ends_in_scheme);
                found.extend(dots_of_name(run, is_host));
            }
            end += 1;
        }
    }
    found
}

/// Whether a row of parts ends with `://`.
fn ends_in_scheme(parts: &[Ast]) -> bool {
    let is = |part: &Ast, wanted| matches!(part, Ast::Literal(literal) if literal.c == wanted);
    matches!(parts, [.., colon, one, two] if is(colon, ':') && is(one, '/') && is(two, '/'))
}

/// Whether a name that stands before a part is whole: not if more of its letters may follow.
fn ends_a_name(next: &Ast) -> bool {
    match next {
        Ast::Repetition(repetition) => matches!(&*repetition.ast, Ast::Dot(_) | Ast::Group(_)),
        Ast::ClassBracketed(_) | Ast::ClassPerl(_) | Ast::ClassUnicode(_) => false,
        _ => true,
    }
}

/// Whether a part may belong to a name: a letter, a digit, a hyphen, or a dot, escaped or not.
fn is_of_name(part: &Ast) -> bool {
    match part {
        Ast::Dot(_) => true,
        Ast::Literal(literal) => {
            literal.c.is_ascii_alphanumeric() || matches!(literal.c, '-' | '_' | '.')
        }
        _ => false,
    }
}

/// The unescaped dots of a row of letters and dots, if it is a name: words of two letters or more around them, the last one known
/// unless the row is known to be a host.
fn dots_of_name(run: &[Ast], is_host: bool) -> Vec<ast::Span> {
    let is_dot = |part: &Ast| match part {
        Ast::Literal(literal) => literal.c == '.',
        _ => true,
    };
    // Dots before its first letter and behind its last are no part of it.
    let is_letter = |part: &Ast| !is_dot(part);
    let start = run.iter().position(is_letter).unwrap_or(0);
    let end = run.iter().rposition(is_letter).map_or(0, |last| last + 1);
    let run = run.get(start..end).unwrap_or(&[]);
    let words: Vec<String> = run
        .split(is_dot)
        .map(|word| {
            let letters = word.iter().filter_map(|part| match part {
                Ast::Literal(literal) => Some(literal.c.to_ascii_lowercase()),
                _ => None,
            });
            letters.collect()
        })
        .collect();
    let is_name = words.iter().all(|word| word.len() > 1)
        && words.last().is_some_and(|last| is_host || NAMES.contains(&last.as_str()));
    let dots = run.iter().filter_map(|part| match part {
        Ast::Dot(span) => Some(**span),
        _ => None,
    });
    if is_name { dots.collect() } else { Vec::new() }
}
