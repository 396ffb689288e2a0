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

/// Spellings of RE2's own, and what they are to another reader.
const SPELLINGS: [(&str, &str); 46] = [
    ("^\\Qa.b\\E$", "^a\\.b$"),
    ("\\Qa.b", "a\\.b"),
    ("\\Q\\E", ""),
    ("\\Q\\\\E+", "\\\\+"),
    ("\\Q(?=[{\\E{2}", "\\(\\?=\\[\\{{2}"),
    ("\\Q<\\E>", "<>"),
    ("^{{[a-z]+}}$", "^\\{\\{[a-z]+\\}\\}$"),
    ("{", "\\{"),
    ("a{,5}", "a\\{,5\\}"),
    ("a{2,5", "a\\{2,5"),
    ("a{2}{", "a{2}\\{"),
    ("a{ 2}", "a\\{ 2\\}"),
    ("a{02}", "a\\{02\\}"),
    ("a{2,03}", "a\\{2,03\\}"),
    ("a{x}*", "a\\{x\\}*"),
    ("x{2", "x\\{2"),
    ("\\C", "(?s:.)"),
    ("\\<a\\>", "<a>"),
    ("\\b{start}a", "\\b\\{start\\}a"),
    ("[a[b]]", "[a\\[b]\\]"),
    ("[[]", "[\\[]"),
    ("[[:a]", "[\\[:a]"),
    ("[[.x.]]", "[\\[.x]\\]"),
    ("[a&&b]", "[a&b]"),
    ("[&-&&]", "[&]"),
    ("[a~~b]", "[a~b]"),
    ("[+--b]", "[+,\\-b]"),
    ("[--a]", "[\\x2d-a]"),
    ("[^]-a]", "[^\\x5d-a]"),
    ("[--]", "[\\-]"),
    ("[\\d-z]", "[\\d\\-z]"),
    ("[\\d--z]", "[\\d\\x2d-z]"),
    ("[a-b-c]", "[ab\\-c]"),
    ("[\\<\\>]", "[<>]"),
    ("[[:^alpha:]-z]", "[[:^alpha:]\\-z]"),
    ("(?ii)a", "(?i)a"),
    ("(?i-i:a)b", "(?-i:a)b"),
    ("(?)a", "a"),
    ("(?P<1a>x)", "(x)"),
    ("(?P<é>x)(?<n>y)", "(x)(y)"),
    ("\\pN\\p{N}", "[\\p{N}][\\p{N}]"),
    ("\\x{41}{2}", "A{2}"),
    ("a(?i)+b", "a+(?i:b)"),
    ("a(?i){2}", "aa"),
    ("\\0\\Q1\\E", "\\x001"),
    ("\\01{2}\\123", "\\x01{2}S"),
];

#[test]
fn spellings_of_re2_are_read_as_re2_reads_them() {
    let texts = [
        "",
        "a",
        "b",
        "a.b",
        "axb",
        "ab",
        "AB",
        "\\",
        "\\\\",
        "\\E",
        "(?=[{{",
        "<>",
        "{{x}}",
        "{{ab}}",
        "{",
        "a{,5}",
        "a{2,5",
        "aa{",
        "a{ 2}",
        "a{02}",
        "a{2,03}",
        "a{x}}",
        "x{2",
        "<a>",
        "a[start}",
        "{start}a",
        "[]",
        "a]",
        "b]",
        "[",
        "-",
        "&",
        "~",
        "z",
        "5",
        "]",
        ".]",
        "x",
        "xy",
        "1",
        "12",
        "AA",
        "\u{1}\u{1}S",
        "é",
        "^",
        "+",
        ",",
        "_",
        "c",
        ":",
        "-]",
    ];
    for (pattern, plain) in SPELLINGS {
        assert_eq!(check_pattern(pattern), Ok(()), "{pattern}");
        let spelling = Spelling::of(pattern).unwrap();
        let build = |pattern| regex::RegexBuilder::new(pattern).octal(true).build().unwrap();
        let (read, expected) = (build(&spelling.text), build(plain));
        for text in texts {
            assert_eq!(read.find(text), expected.find(text), "{pattern} in {text:?}");
        }
    }
}

#[test]
fn what_both_read_alike_has_a_tree() {
    for pattern in
        ["^[a-z0-9_.-]+$", "[-a]|[a-]|[]a]", "(?i:a)(?P<n>b{2,})", "[[:alpha:]_]\\d", "}]"]
    {
        let tree = pattern_tree(pattern).unwrap();
        assert_eq!(tree.span().end.offset, pattern.len(), "{pattern}");
        assert!(pattern_surprises(pattern).is_empty(), "{pattern}");
    }
    for pattern in ["\\Qa\\E", "a{x", "[a[b]", "\\<"] {
        assert_eq!(pattern_tree(pattern), None, "{pattern}");
    }
}

#[test]
fn what_other_dialects_read_in_another_way_is_told() {
    let mut shown = String::new();
    for pattern in [
        "\\<a",
        "\\b{start}a",
        "a{ 2}b",
        "a{,5}",
        "a{02}",
        "x[a[b]]",
        "[a&&b]",
        "[a~~b]",
        "[+--b]",
        "[--a]",
        "\\C",
        "^{{.*}}$",
        "\\Qa{,5}\\E",
    ] {
        for surprise in pattern_surprises(pattern) {
            let at = pattern.get(surprise.range).unwrap();
            shown +=
                &format!("{pattern}: {at}: {}; {}\n", surprise.message, surprise.help.unwrap());
        }
    }
    insta::assert_snapshot!(shown, @r"
    \<a: \<: RE2 reads `\<` as a literal character; write `\b` for a word boundary, or `<` for the character
    \b{start}a: \b{start}: RE2 reads the braces of `\b{start}` as literal characters; write `\b` for a word boundary
    a{ 2}b: { 2}: RE2 reads `{ 2}` as literal characters; write the numbers without spaces and leading zeros, or `\{` for a literal `{`
    a{,5}: {,5}: RE2 reads `{,5}` as literal characters; write the numbers without spaces and leading zeros, or `\{` for a literal `{`
    a{02}: {02}: RE2 reads `{02}` as literal characters; write the numbers without spaces and leading zeros, or `\{` for a literal `{`
    x[a[b]]: [: RE2 does not support nested classes and reads this `[` as a literal character; write `\[` for a literal `[`, or list the characters in one class
    [a&&b]: &&: RE2 does not support the operator `&&` in classes; write `\&` for a literal `&`, or use one class
    [a~~b]: ~~: RE2 does not support the operator `~~` in classes; write `\~` for a literal `~`, or use one class
    [+--b]: +--: RE2 reads a range here that begins or ends with `-` or `]`; put the `-` last in the class, or write `\-`
    [--a]: --a: RE2 reads a range here that begins or ends with `-` or `]`; put the `-` last in the class, or write `\-`
    \C: \C: `\C` matches a single byte, and not every engine supports it; write `.` for any character
    ");
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
        ("a(?=b)", "(?=", "RE2 does not support look-around such as `(?=`"),
        ("a(?!b)", "(?!", "RE2 does not support look-around such as `(?!`"),
        ("(?<=a)b", "(?<=", "RE2 does not support look-around such as `(?<=`"),
        ("(?<!a)b", "(?<!", "RE2 does not support look-around such as `(?<!`"),
        ("(a)\\1", "\\1", "RE2 does not support backreferences such as `\\1`"),
        ("(a)\\9", "\\9", "RE2 does not support backreferences such as `\\9`"),
        ("(?P<n>a)(?P=n)", "P", "RE2 does not support backreferences, recursion or branch reset"),
        ("(?1)", "1", "RE2 does not support backreferences, recursion or branch reset"),
        ("(?>a)", ">", "RE2 does not support atomic groups"),
        ("a*+", "*+", "RE2 does not support possessive repetition such as `*+`"),
        ("a**", "**", "RE2 does not allow a repetition of a repetition such as `**`"),
        ("a{2}{3}", "{2}{3}", "RE2 does not allow a repetition of a repetition such as `{2}{3}`"),
        ("(?x)a b", "x", "RE2 does not support the flag `x`"),
        ("(?u:a)", "u", "RE2 does not support the flag `u`"),
        ("(?R)a", "R", "RE2 does not support the flag `R`"),
        ("(?q)", "q", "RE2 does not support the flag `q`"),
        ("(?'n'a)", "'", "RE2 does not support group names in quotes"),
        ("(?#x)", "#", "RE2 does not support comments in patterns"),
        ("a{1001}", "{1001}", "the repetition count is more than 1000, the maximum in RE2"),
        ("(a{10}){101}", "{10}", "nested repetitions multiply to more than 1000"),
        ("a{5,2}", "{5,2}", "the bounds of the repetition `{5,2}` are reversed"),
        ("\\u0041", "\\u0041", "RE2 does not support the escape `\\u0041`"),
        ("\\u{41}", "\\u{41}", "RE2 does not support the escape `\\u{41}`"),
        ("\\x4", "\\x4", "`\\x4` is not a character code"),
        ("\\Za", "\\Z", "RE2 does not support the escape `\\Z`"),
        ("\\h", "\\h", "RE2 does not support the escape `\\h`"),
        ("\\", "\\", "the pattern ends with a single backslash"),
        ("\\p{Letter}", "\\p{Letter}", "RE2 does not support the class `\\p{Letter}`"),
        ("\\p{sc=Greek}", "\\p{sc=Greek}", "RE2 does not support the class `\\p{sc=Greek}`"),
        ("\\pX", "\\pX", "RE2 does not support the class `\\pX`"),
        ("[\\b]", "\\b", "`\\b` is not allowed inside a class"),
        ("[a--b]", "a--", "the range `a-\\-` is reversed"),
        ("[[:letter:]]", "[:letter:]", "RE2 does not support the class `[:letter:]`"),
        ("\\Qa\\E\\E", "\\E", "RE2 does not support the escape `\\E`"),
        ("\\1\\Q1", "\\1", "RE2 does not support backreferences such as `\\1`"),
        ("(?i)+", "+", "`+` has nothing to repeat"),
        ("[\\Qa]", "\\Q", "RE2 does not support the escape `\\Q`"),
        ("\\Qa.b\\E**", "**", "RE2 does not allow a repetition of a repetition such as `**`"),
        ("{x}(?=a)", "(?=", "RE2 does not support look-around such as `(?=`"),
        ("(?P<n.m>a)", ".", "RE2 does not allow `.` in a group name"),
        ("(?P<é>a)(?P<é>b)", "é", "the group name `é` is given twice"),
        ("[z-a]", "z-a", "the range `z-a` is reversed"),
        ("[a-\\d]", "\\d", "the class `\\d` cannot begin or end a range"),
        ("[a", "[", "this `[` is never closed"),
        ("(a", "(", "this `(` is never closed"),
        ("a)", ")", "unmatched `)`"),
        ("*a", "*", "`*` has nothing to repeat"),
        ("a|+", "+", "`+` has nothing to repeat"),
        ("(?P<n>a)(?P<n>b)", "n", "the group name `n` is given twice"),
        ("(?P<>a)", ">", "this group has no name"),
        ("(?i-)a", "-", "these flags are incomplete"),
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
    assert!(check_pattern(&"[:".repeat(MAX_PATTERN_BYTES / 2)).is_err());
    assert!(check_pattern(&"{".repeat(MAX_PATTERN_BYTES)).is_ok());
    assert!(check_pattern(&"\\Q".repeat(MAX_PATTERN_BYTES / 2)).is_ok());
    assert!(check_pattern(&"(?P<a".repeat(MAX_PATTERN_BYTES / 5)).is_err());
    let nested = "(".repeat(100) + "a" + &")*".repeat(100);
    assert!(check_pattern(&nested).is_ok());
}
