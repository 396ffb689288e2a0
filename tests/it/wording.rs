//! How the program speaks: turns that no message may have, in any text that a user can read.

use std::path::Path;

use regex::Regex;

/// A turn that is refused, as a pattern, and what to write instead.
const REFUSED: &[(&str, &str)] = &[
    (r"\bstands?\b", "`is`, `belongs`, or the place itself"),
    (r"\bbehind\b", "`after`"),
    (r"\bshall\b", "`should`, `must`, or an imperative"),
    (r"\bwho(m)?ever\b", "`you`, or the person by name"),
    (r"\b(is|are) no\b", "`is not a …`"),
    (r"\bthere is no \{", "`unknown …`"),
    (r"\btakes? no\b", "`cannot have`, or `does not support`"),
    (r"\b(begins|closes|names|says|means|repeats|holds) no(thing)?\b", "what is wrong with it"),
    (r"\blacks?\b", "`is missing`, or `does not contain`"),
    (r"\bleav(e|es|ing) (it|them|one) out\b", "`remove it`"),
    (r"\btak(e|es|ing) (it|them|\{\w*\}|tools) (away|out)\b", "`remove`, `exclude` or `hide`"),
    (r"\b(is|are) about\b", "`covers`, or `applies to`"),
    (r"\bpublish", "`undocumented`"),
    (r"\bof (its|their|his|her|one's) own\b", "`its own …`, or `a separate …`"),
    (r"[0-9}] %", "the percent sign without a space"),
    (r"\bbesides\b", "`also`, or `as well`"),
    (r"\bnobody knows\b", "`unknown`"),
    (r"\b(admits?|admitted)\b", "`allows`"),
    (r"\bin the row\b|\bof its row\b", "`the list`"),
    (r"\bended with\b", "`expired on`"),
    (r"\b(too deep|nests?|nesting) (to be|deeper)\b", "`is nested more than … levels deep`"),
    (r"^what (is|it|the|must|may|no|they|cannot|stands)\b", "the noun that it is"),
    (
        r"\b(with|write|name|or|and|say) what (is|it|the \w+ (is|has)|may|they|cannot|stands)\b",
        "the noun that it is",
    ),
    (r"\bput .* into (quotes|brackets|double)", "`put … in …`"),
    (r"\bcorrect (it|the|a|one)\b", "`fix`"),
    (r"\bthe one or the other\b", "`one of the two`"),
    (r"\b(is|be) (there|not there)\b", "`is present`, or `is missing`"),
];

/// Texts that have a refused turn and keep it: a part of the text, and the reason.
const KEPT: &[(&str, &str)] = &[];

/// A text that a user may read.
struct Text {
    place: String,
    words: String,
    /// The words without the names of values in braces, which nobody reads.
    without_names: String,
}

#[test]
fn no_text_for_users_has_a_turn_that_the_style_refuses() {
    let refused: Vec<(Regex, &str)> = REFUSED
        .iter()
        .map(|(turn, instead)| (Regex::new(&format!("(?i){turn}")).unwrap(), *instead))
        .collect();
    let mut found = Vec::new();
    let mut kept = vec![false; KEPT.len()];
    let texts = texts();
    assert!(texts.len() > 1_000, "{} texts", texts.len());
    for text in &texts {
        for (turn, instead) in &refused {
            let Some(hit) = turn.find(&text.without_names) else { continue };
            match KEPT.iter().position(|(part, _)| text.words.contains(part)) {
                Some(exception) => kept[exception] = true,
                None => found.push(format!(
                    "{}: `{}` in \"{}\": write {instead}",
                    text.place,
                    hit.as_str(),
                    text.words
                )),
            }
        }
    }
    for ((part, _), _) in KEPT.iter().zip(kept).filter(|(_, kept)| !kept) {
        found.push(format!("no text has \"{part}\": the exception is not needed"));
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn the_reader_of_this_test_understands_literals() {
    let source = "let a = \"one \\\n    two\"; // \"no text\"\nlet b = r#\"a \"b\" c\"#; let c = '\"';\n\
                  /// Help of a flag\n#[arg(long)]\n/// A comment\nfn f<'a>() { g(\"d \\\"e\\\"\", b\"x y\") }\n\
                  #[cfg(test)]\nmod tests { \"not this\" }";
    let words: Vec<String> = literals("f.rs", source).into_iter().map(|text| text.words).collect();
    assert_eq!(words, ["one two", "a \"b\" c", "Help of a flag", "d \\\"e\\\"", "x y"]);
}

/// All literals of more than one word, and the help of all flags.
fn texts() -> Vec<Text> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.join("src"), root.join("lsp/src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let is_test = path.ends_with("tests.rs") || path.iter().any(|part| part == "tests");
            if path.extension().is_some_and(|extension| extension == "rs") && !is_test {
                let name = path.strip_prefix(root).unwrap().to_string_lossy();
                found.extend(literals(&name, &std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort_by(|left, right| left.place.cmp(&right.place));
    found
}

/// The texts of one file up to its tests. Escapes stay as they are written.
fn literals(name: &str, source: &str) -> Vec<Text> {
    let token = Regex::new(
        r##"(?sx)
        (?<help> ///[^\n]* ) \n \s* \#\[arg
        | //[^\n]*
        | r\#"(?<hashed> .*?)"\#
        | r"(?<raw> [^"]*)"
        | "(?<plain> (?: \\. | [^"\\] )*)"
        | '(?: \\. | [^'\\] )'
        "##,
    )
    .unwrap();
    let continued = Regex::new(r"\\\n\s*").unwrap();
    let names = Regex::new(r"\{\w+").unwrap();
    let code = source.split("#[cfg(test)]\nmod ").next().unwrap();
    let mut found = Vec::new();
    for literal in token.captures_iter(code) {
        let texts = ["help", "hashed", "raw", "plain"].map(|group| literal.name(group));
        let Some(text) = texts.into_iter().flatten().next() else { continue };
        let words = continued.replace_all(text.as_str(), "");
        let words = words.trim_start_matches("/// ").to_owned();
        if words.contains(' ') {
            let line = 1 + code[..text.start()].matches('\n').count();
            let without_names = names.replace_all(&words, "{").into_owned();
            found.push(Text { place: format!("{name}:{line}"), words, without_names });
        }
    }
    found
}
