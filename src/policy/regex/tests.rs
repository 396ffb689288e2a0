//! Patterns of both kinds.

use super::*;

#[test]
fn what_both_read_alike_is_taken() {
    for pattern in [
        "",
        "^models:/",
        "a|b|",
        "(a)(?:b)(?P<name>c)(?<other_1>d)",
        "(?i)abc(?-i:x)(?ms-U:y)",
        "a*?b+?c??d{2}e{2,}?f{0,1000}",
        "\\d\\D\\s\\S\\w\\W\\b\\B\\A\\z^$.",
        "[a-z0-9_.-]+@[^@\\s]+",
        "[[:alpha:][:^digit:]x]",
        "[]a]|[^]a]|[-a]|[a-]|[\\]\\[]|[]-]",
        "\\pL\\PN\\p{Greek}\\P{Lu}\\p{^Han}[\\p{Latin}]\\p{Any}",
        "\\x41\\x{1F600}\\0\\012\\12\\a\\f\\n\\r\\t\\v",
        "\\.\\*\\/\\-\\_\\ \\\"\\'\\{\\}\\%\\@",
        "(?:a{10}){100}",
        "(?:a*){1000}",
        "}]a",
        "é|\u{1f600}",
        "(a|b)*(^)*\\b+",
    ] {
        assert_eq!(check_pattern(pattern), Ok(()), "{pattern}");
    }
}

/// The characters at fault and the message.
fn refusal(pattern: &str) -> (&str, String) {
    let error = check_pattern(pattern).unwrap_err();
    assert!(error.help.is_some(), "{pattern}");
    (pattern.get(error.range).unwrap(), error.message)
}

#[test]
#[allow(clippy::too_many_lines)]
fn what_re2_refuses_or_reads_differently_is_refused() {
    let mut wrong = Vec::new();
    for (pattern, at, message) in [
        ("a(?=b)", "(?=", "RE2 has no look-around such as `(?=`"),
        ("a(?!b)", "(?!", "RE2 has no look-around such as `(?!`"),
        ("(?<=a)b", "(?<=", "RE2 has no look-around such as `(?<=`"),
        ("(?<!a)b", "(?<!", "RE2 has no look-around such as `(?<!`"),
        ("(a)\\1", "\\1", "RE2 has no back-references such as `\\1`"),
        ("(a)\\9", "\\9", "RE2 has no back-references such as `\\9`"),
        ("(?P<n>a)(?P=n)", "P", "RE2 has no back-references, recursion or branch reset"),
        ("(?1)", "1", "RE2 has no back-references, recursion or branch reset"),
        ("(?>a)", ">", "RE2 has no atomic groups"),
        ("a*+", "*+", "RE2 has no possessive repetition such as `*+`"),
        ("a**", "**", "RE2 takes no repetition of a repetition such as `**`"),
        ("a{2}{3}", "{2}{3}", "RE2 takes no repetition of a repetition such as `{2}{3}`"),
        ("[a[b]]", "[", "RE2 has no class inside a class and reads this `[` as a character"),
        ("[a&&b]", "&&", "RE2 has no operator `&&` in classes and reads plain characters"),
        ("[a--b]", "--", "RE2 has no operator `--` in classes and reads plain characters"),
        ("[a~~b]", "~~", "RE2 has no operator `~~` in classes and reads plain characters"),
        ("[--a]", "--", "RE2 reads a range from `-` here"),
        ("[^]-a]", "]-", "RE2 reads a range from `]` here"),
        ("(?x)a b", "x", "RE2 has no flag `x`"),
        ("(?u:a)", "u", "RE2 has no flag `u`"),
        ("(?R)a", "R", "RE2 has no flag `R`"),
        ("(?q)", "q", "RE2 has no flag `q`"),
        ("(?'n'a)", "'", "RE2 names no groups in quotes"),
        ("(?#x)", "#", "RE2 has no comments in patterns"),
        ("\\<a\\>", "\\<", "RE2 reads `\\<` as plain characters"),
        ("\\b{start}a", "\\b{start}", "RE2 reads `\\b{start}` as plain characters"),
        ("a{1001}", "{1001}", "RE2 repeats no more than 1000 times"),
        ("(a{10}){101}", "{10}", "repetitions inside repetitions come to more than 1000 in RE2"),
        ("a{ 2}", "{ 2}", "RE2 reads `{ 2}` as plain characters"),
        ("a{02}", "{02}", "RE2 reads `{02}` as plain characters"),
        ("a{,5}", "{", "this `{` begins no count of repetitions"),
        ("a{5,2}", "{5,2}", "the repetition `{5,2}` has its numbers the wrong way round"),
        ("\\u0041", "\\u0041", "RE2 has no escape `\\u0041`"),
        ("\\u{41}", "\\u{41}", "RE2 has no escape `\\u{41}`"),
        ("\\x4", "\\x4", "`\\x4` is no code of a character"),
        ("\\Za", "\\Z", "RE2 has no escape `\\Z`"),
        ("\\h", "\\h", "RE2 has no escape `\\h`"),
        ("\\", "\\", "the pattern ends in a single backslash"),
        ("\\p{Letter}", "\\p{Letter}", "RE2 has no class `\\p{Letter}`"),
        ("\\p{sc=Greek}", "\\p{sc=Greek}", "RE2 has no class `\\p{sc=Greek}`"),
        ("\\pX", "\\pX", "RE2 has no class `\\pX`"),
        ("[\\b]", "\\b", "`\\b` means nothing inside a class"),
        ("[z-a]", "z-a", "the range `z-a` runs backwards"),
        ("[a-\\d]", "\\d", "the class `\\d` cannot begin or end a range"),
        ("[a", "[", "this `[` is never closed"),
        ("(a", "(", "this `(` is never closed"),
        ("a)", ")", "this `)` closes nothing"),
        ("*a", "*", "`*` repeats nothing"),
        ("a|+", "+", "`+` repeats nothing"),
        ("(?P<n>a)(?P<n>b)", "n", "the group name `n` is given twice"),
        ("(?P<é>a)", "é", "RE2 takes no group name such as `é`"),
        ("(?P<>a)", ">", "this group has no name"),
        ("(?i-)a", "-", "these flags are not complete"),
    ] {
        let found = refusal(pattern);
        if found != (at, message.to_owned()) {
            wrong.push((pattern, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn hostile_patterns_cost_little() {
    assert!(check_pattern(&"a".repeat(MAX_PATTERN_BYTES)).is_ok());
    assert!(check_pattern(&"a".repeat(MAX_PATTERN_BYTES + 1)).is_err());
    assert!(check_pattern(&"(".repeat(MAX_PATTERN_BYTES)).is_err());
    assert!(check_pattern(&"[".repeat(MAX_PATTERN_BYTES)).is_err());
    let nested = "(".repeat(100) + "a" + &")*".repeat(100);
    assert!(check_pattern(&nested).is_ok());
}
