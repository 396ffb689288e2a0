//! What an editor asks about a policy.json.

mod actions;
mod completion;
mod hostile;
mod hover;
mod outline;
mod places;

use super::fixture::{CURSOR, Fixture, TOOLS};

/// The file that the tests write.
const PATH: &str = "agent.policy.json";
/// The configuration that gives it a manifest.
const CONFIGURATION: &str = "[manifests]\n\"agent.policy.json\" = \"tools.json\"\n";

/// A policy with one of everything.
const POLICY: &str = r#"{
  "version": "1",
  "default": "deny",
  "hide": ["delete_page"],
  "all_tools": {
    "limits": [
      { "counter": "calls-per-minute", "window": "minute", "max": 120, "scope": "grant" }
    ]
  },
  "tools": {
    "get_page": {},
    "update_page": {
      "deny_if": [
        {
          "conditions": [
            { "path": "args.stage", "op": "eq", "value": "Production" }
          ],
          "on_deny": "Not in production."
        }
      ],
      "limits": [
        { "counter": "update_page_rate", "window": "minute", "max": 30, "scope": "grant" }
      ]
    }
  }
}
"#;

/// A policy.json beside a manifest, with a cursor.
fn document(text: &str) -> Fixture {
    Fixture::files(&[(PATH, text), ("tools.json", TOOLS), ("gatewright.toml", CONFIGURATION)])
}

/// The policy of all tests with the cursor behind the first occurrence of a text.
fn behind(text: &str) -> String {
    let at = POLICY.find(text).unwrap_or_else(|| panic!("no {text}")) + text.len();
    format!("{}{CURSOR}{}", &POLICY[..at], &POLICY[at..])
}

/// The texts that every answer has to be right for: as given, with CRLF, with characters of several bytes and units in front, on
/// one line, and with something broken behind.
fn variants(text: &str) -> Vec<String> {
    let strange = text.replacen('{', "{ \"\u{1f600} \u{4e2d}\u{6587}\": \"\u{e9}\",", 1);
    let line: String = text.lines().map(str::trim).collect();
    let unclosed = text.trim_end().trim_end_matches('}').to_owned();
    let comma = format!("{}, ,\n", text.trim_end());
    vec![text.to_owned(), text.replace('\n', "\r\n"), strange, line, unclosed, comma]
}
