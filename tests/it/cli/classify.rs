//! `gatewright classify`

use super::run::{Folder, Run};

const TOOLS: &str = include_str!("../../fixtures/risk/tools.json");

fn run(arguments: &[&str]) -> Run {
    let folder = Folder::new().with("tools.json", TOOLS);
    folder.run(&[&["classify", "tools.json"], arguments].concat())
}

#[test]
fn the_most_dangerous_tools_come_first() {
    insta::assert_snapshot!(run(&[]).shown(), @r#"
    exit 0
    -- out
    RISK      CLASS        SURE  TOOL                                                                    EVIDENCE
    critical  destructive   84%  discard_loaf                                                            description: cannot be undone
    critical  financial     56%  order_flour                                                             description: Places an order
    critical  destructive   50%  oven                                                                    parameter action: delete_program
    high      execute       80%  ledger_query                                                            parameter: sql
    medium    write         92%  rename_recipe_and_everything_in_the_cellar_that_was_ever_made_after_it  description: Renames a recipe
    low       read          60%  API-post-recipe-search                                                  name: post-recipe-search
    low       read          99%  find_loaves                                                             description: Finds loaves
    low       read          60%  get_cellar_password                                                     name: get_cellar_password
    low       read          92%  get_\u{202e}teg                                                         description: Gets the bread back
    -- error
    9 tools: 3 critical, 1 high, 1 medium, 4 low
    "#);
}

#[test]
fn all_evidence_of_a_tool_is_shown() {
    insta::assert_snapshot!(run(&["--explain", "discard_loaf"]).stdout, @r#"
    discard_loaf: destructive, critical risk, high confidence
      destructive  10  name: discard_loaf
      destructive   8  description: cannot be undone
      read          4  annotation: readOnlyHint: true
      note: the server's `readOnlyHint: true` claims less than the rest shows
    "#);
    insta::assert_snapshot!(run(&["--explain", "oven"]).stdout, @r#"
    oven: destructive, critical risk, medium confidence
      destructive  10  parameter action: delete_program
      write         5  description: Works the oven
      note: `action` mixes `delete_program` with `get_heat`
    "#);
    insta::assert_snapshot!(run(&["--explain", "ledger_query"]).stdout, @r#"
    ledger_query: execute, high risk, high confidence
      execute       9  parameter: sql
      execute       8  description: Runs a statement
      read          4  name: ledger_query
      note: `sql` takes anything
    "#);
    insta::assert_snapshot!(run(&["--explain", "get_cellar_password"]).stdout, @r#"
    get_cellar_password: read, low risk, medium confidence
      read         10  name: get_cellar_password
      note: it reads secrets or environments
    "#);
}

#[test]
fn an_unknown_tool_gets_the_nearest_names() {
    insta::assert_snapshot!(run(&["--explain", "discard_laof"]).shown(), @r#"
    exit 2
    -- out
    -- error
    error: the manifest has no tool `discard_laof`
      = help: did you mean `discard_loaf`?
    "#);
    insta::assert_snapshot!(run(&["--explain", "frobnicate"]).shown(), @r#"
    exit 2
    -- out
    -- error
    error: the manifest has no tool `frobnicate`
      = help: list the tools with `gatewright classify MANIFEST`
    "#);
}

#[test]
fn programs_get_every_tool_in_the_server_s_order() {
    let run = run(&["--format", "json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let document = run.json();
    assert_eq!(document["version"], 1);
    let names: Vec<&str> = document["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    let given: serde_json::Value = serde_json::from_str(TOOLS).unwrap();
    let expected: Vec<&str> = given["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, expected);
    let line = run.stdout.lines().find(|line| line.contains("\"oven\"")).unwrap();
    insta::assert_snapshot!(line, @r#"
    {"name":"oven","class":"destructive","risk":"critical","confidence":50,"evidence":[{"source":"parameter","parameter":"action","words":"delete_program","points_to":"destructive","weight":10,"place":{"start":794,"end":810}},{"source":"description","words":"Works the oven","points_to":"write","weight":5,"place":{"start":631,"end":645}}]},
    "#);
}

#[test]
fn places_are_those_of_the_words() {
    for tool in run(&["--format", "json"]).json()["tools"].as_array().unwrap() {
        for piece in tool["evidence"].as_array().unwrap() {
            let Some(place) = piece.get("place") else { continue };
            let at = |key: &str| usize::try_from(place[key].as_u64().unwrap()).unwrap();
            let found = TOOLS[at("start")..at("end")].trim_matches('"');
            let words = piece["words"].as_str().unwrap();
            assert!(words.ends_with(found) || found.contains('\\'), "{words:?} {found:?}");
        }
    }
}

#[test]
fn one_tool_is_a_document_too() {
    let run = run(&["--format", "json", "--explain", "oven"]);
    assert_eq!(run.json()["tools"].as_array().unwrap().len(), 1);
    assert_eq!(run.json()["tools"][0]["class"], "destructive");
}

#[test]
fn what_is_wrong_with_the_manifest_is_reported() {
    let folder = Folder::new().with("tools.json", "{\"tools\": 3}");
    insta::assert_snapshot!(folder.run(&["classify", "tools.json"]).shown(), @r#"
    exit 1
    -- out
    -- error
    error[invalid-manifest]: the manifest holds no list of tools
      ┌─ tools.json:1:1
      │
    1 │ …
      │ ^
      │
      = help: give an object with a list `tools`, a bare list of tools, or the JSON-RPC messages with a list `result.tools`

    1 error in 1 file
    "#);
    let folder = Folder::new()
        .with("tools.json", "{\"tools\": [{\"name\": \"get_a\"}], \"nextCursor\": \"x\"}");
    insta::assert_snapshot!(folder.run(&["classify", "tools.json"]).shown(), @r#"
    exit 0
    -- out
    RISK      CLASS        SURE  TOOL   EVIDENCE
    low       read          60%  get_a  name: get
    -- error
    warning[incomplete-manifest]: the manifest does not hold all of the server's tools: there is another page
      ┌─ tools.json:1:46
      │
    1 │ {"tools": [{"name": "get_a"}], "nextCursor": "x"}
      │                                              ^^^
      │
      = note: a `nextCursor` that is not null announces another page
      = help: put the `tools` of all pages into one list, or the answers one after the other

    1 warning in 1 file
    1 tool: 1 low
    "#);
    insta::assert_snapshot!(folder.run(&["classify", "no.json"]).shown(), @r#"
    exit 2
    -- out
    -- error
    error: cannot read `no.json`: no such file
    "#);
}

#[test]
fn a_form_of_findings_is_refused() {
    for format in ["concise", "sarif", "github", "junit"] {
        let run = run(&["--format", format]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{format}");
        assert!(run.stderr.contains("[possible values: human, json]"), "{}", run.stderr);
    }
}

#[test]
fn blanks_at_the_ends_of_a_name_are_shown() {
    let tools = r#"[{"name": "get_a"}, {"name": "get_a "}, {"name": "get_a\u00a0b"}]"#;
    let folder = Folder::new().with("tools.json", tools);
    let run = folder.run(&["classify", "tools.json"]);
    let names: Vec<&str> =
        run.stdout.lines().filter_map(|line| line.split_whitespace().nth(3)).collect();
    assert_eq!(names, ["TOOL", "get_a", "get_a\\u{20}", "get_a\\u{a0}b"]);
    let run = folder.run(&["classify", "tools.json", "--explain", "get_a "]);
    assert!(run.stdout.starts_with("get_a\\u{20}: read"), "{}", run.stdout);
    let run = folder.run(&["classify", "tools.json", "--explain", "get_b "]);
    assert!(run.stderr.contains("no tool `get_b\\u{20}`"), "{}", run.stderr);
}
