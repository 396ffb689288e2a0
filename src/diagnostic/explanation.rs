//! The page of a code: a summary, the reason, an example that goes wrong and one that is right.

/// A page, read from `codes/<name>.md`.
///
/// The first paragraph is the summary, one line. Fenced blocks under `## Wrong` and `## Right` are the
/// examples; the rest is the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What the code finds, in one sentence.
    pub summary: &'static str,
    /// The whole page as written.
    pub text: &'static str,
    /// The example that goes wrong.
    pub wrong: Vec<Example>,
    /// The example that is right.
    pub right: Vec<Example>,
}

/// One fenced block of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// `gate`, `json`, or `text` for what cannot be shown as a file.
    pub language: &'static str,
    /// The name of the file when it is not the main one: the second word behind the fence.
    pub file: Option<&'static str>,
    /// The lines between the fences.
    pub text: String,
}

impl Explanation {
    /// Reads a page. Never fails: a page without examples has none, which a test refuses.
    pub fn parse(text: &'static str) -> Self {
        let summary = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("").trim();
        let mut page = Explanation { summary, text, wrong: Vec::new(), right: Vec::new() };
        let mut section = "";
        let mut open: Option<Example> = None;
        for line in text.lines() {
            match (&mut open, line.strip_prefix("```")) {
                (None, Some(fence)) => open = Some(Example::open(fence)),
                (Some(_), Some(_)) => {
                    let example = open.take();
                    match section {
                        "Wrong" => page.wrong.extend(example),
                        "Right" => page.right.extend(example),
                        _ => {}
                    }
                }
                (Some(example), None) => {
                    example.text.push_str(line);
                    example.text.push('\n');
                }
                (None, None) => section = line.strip_prefix("## ").unwrap_or(section).trim(),
            }
        }
        page
    }
}

impl Example {
    fn open(fence: &'static str) -> Self {
        let mut words = fence.split_whitespace();
        Self { language: words.next().unwrap_or(""), file: words.next(), text: String::new() }
    }
}
