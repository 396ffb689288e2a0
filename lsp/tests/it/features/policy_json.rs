//! The same questions about a policy.json.

use super::texts::Place;
use super::{Question, Subject, changes, show};
use crate::client::TOOLS;

/// The policy that is asked about; a configuration gives it its manifest.
pub const POLICY: Subject = Subject {
    name: "agent.policy.json",
    language: "json",
    text: "{ \"all_tools\": { \"limits\": [{ \"counter\": \"\u{1f600} \u{4e2d}\u{6587} \u{e9}\", \"window\": \"day\", \"max\": 90, \"scope\": \"grant\" }] },
  \"version\": \"1\", \"default\": \"deny\",
  \"hide\": [\"\u{1f600}\u{4e2d}\", \"delete_page\"],
  \"tools\": {
    \"\u{1f600}\": {}, \"get_page\": {},
    \"\u{4e2d}\": {}, \"update_page\": {
      \"deny_if\": [
        { \"on_deny\": \"\u{1f600}\u{e9}\", \"conditions\": [{ \"path\": \"args.stage\", \"op\": \"eq\", \"value\": \"Draft\" }] }
      ],
      \"limits\": [
        { \"counter\": \"\u{1f600}\u{4e2d}\", \"window\": \"minute\", \"max\": 900, \"scope\": \"grant\" }
      ]
    },
    \"\u{1f600}\u{1f600}\": {}, \"delete_page\": {}, \"list_page\": {}
  }
}
",
    files: &[
        ("tools.json", TOOLS),
        ("gatewright.toml", "[manifests]\n\"agent.policy.json\" = \"tools.json\"\n"),
    ],
    broken: Some(("{ \"\u{1f600} \u{4e2d}\u{6587}\" \"\u{e9}\",", "], \"\u{1f600}\n")),
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_json_is_explained() {
    POLICY.ask(QUESTIONS).await;
}

pub const QUESTIONS: &[Question] = &[
        Question::new(
            "textDocument/diagnostic",
            "\u{2038}\"default\"",
            (Place::file, show::diagnostics),
            r#"
                2 «"deny"» unlisted-tool
                3 «"😀中"» undeclared-tool
                5 «"😀"» undeclared-tool
                6 «"中"» undeclared-tool
                11 «900» unreachable-cap
                14 «"😀😀"» undeclared-tool
                14 «"list_page"» undeclared-tool
            "#,
        )
        .broken_as(""),
        Question::new(
            "textDocument/hover",
            "\"update_\u{2038}page\"",
            (Place::here, show::hover),
            r#"
                6 «"update_page"»
                **`update_page`**: write, medium risk, high confidence
                Updates a page.
                What says so:
                - name: `update_page`
                - description: `Updates a page`
                Arguments: `page_id`, `title`, `stage`
                ---
                **Allowed**
                - denied if `args.stage == "Draft"`
                - 900 calls a minute
                - 90 calls a day over all tools together
            "#,
        )
        .broken_as(
            r#"
                6 «"update_page"»
                **`update_page`**: write, medium risk, high confidence
                Updates a page.
                What says so:
                - name: `update_page`
                - description: `Updates a page`
                Arguments: `page_id`, `title`, `stage`
            "#,
        )
        .half_as(
            "\"update_page\": {",
            "\"update_\u{2038}page\" {",
            r#"
                6 «"update_page"»
                **`update_page`**: write, medium risk, high confidence
                Updates a page.
                What says so:
                - name: `update_page`
                - description: `Updates a page`
                Arguments: `page_id`, `title`, `stage`
            "#,
        ),
        Question::new(
            "textDocument/hover",
            "\"o\u{2038}p\"",
            (Place::here, show::hover),
            r#"
                8 «"op"»
                `op`
                How the argument is compared with `value`: one of eleven operators.
            "#,
        )
        .half(
            "\"op\": \"eq\", \"value\": \"Draft\" }] }",
            "\"o\u{2038}p\": \"eq\", \"value\": ",
        ),
        Question::new(
            "textDocument/completion",
            "\"op\": \"e\u{2038}q\"",
            (Place::here, show::completion),
            r#"
                8 «"eq"» -> "eq" [eq] ==
                8 «"eq"» -> "neq" [neq] !=
                8 «"eq"» -> "in" [in] in
                8 «"eq"» -> "not_in" [not_in] not in
            "#,
        )
        .half_as(
            "\"op\": \"eq\", \"value\": \"Draft\" }] }",
            "\"op\": \"e\u{2038}",
            r#"
                8 «"e» -> "eq" [eq] ==
                8 «"e» -> "neq" [neq] !=
                8 «"e» -> "in" [in] in
                8 «"e» -> "not_in" [not_in] not in
            "#,
        ),
        Question::new(
            "textDocument/completion",
            "\"args.st\u{2038}age\"",
            (Place::here, show::completion),
            r#"
                8 «"args.stage"» -> "args.page_id" [args.page_id] string
                8 «"args.stage"» -> "args.title" [args.title] string
                8 «"args.stage"» -> "args.stage" [args.stage] "Draft", "Staging" or "Production"
            "#,
        )
        .half_as(
            "\"args.stage\", \"op\": \"eq\", \"value\": \"Draft\" }] }",
            "\"args.st\u{2038}",
            r#"
                8 «"args.st» -> "args.page_id" [args.page_id] string
                8 «"args.st» -> "args.title" [args.title] string
                8 «"args.st» -> "args.stage" [args.stage] "Draft", "Staging" or "Production"
            "#,
        ),
        Question::new(
            "textDocument/completion",
            "\"delete_\u{2038}page\"]",
            (Place::here, show::completion),
            r#"
                3 «"delete_page"» -> "list_pages" [list_pages] read, low risk
                3 «"delete_page"» -> "*" [*] every tool
                3 «"delete_page"» -> "delete_page" [delete_page] destructive, critical risk
                3 «"delete_page"» -> "update_page" [update_page] write, medium risk
            "#,
        )
        .half_as(
            "\"delete_page\"],",
            "\"delete_\u{2038}",
            r#"
                3 «"delete_» -> "list_pages", [list_pages] read, low risk
                3 «"delete_» -> "*", [*] every tool
                3 «"delete_» -> "delete_page", [delete_page] destructive, critical risk
                3 «"delete_» -> "update_page", [update_page] write, medium risk
            "#,
        ),
        Question::new(
            "textDocument/completion",
            "\"lim\u{2038}its\": [\n",
            (Place::here, show::completion),
            r#"
                10 «"limits"» -> "require" [require]
                10 «"limits"» -> "limits" [limits]
            "#,
        )
        .half_as(
            "\"limits\": [\n",
            "\"lim\u{2038}\n",
            r#"
                10 «"lim» -> "require": [{ "conditions": [{ "path": "args.${1}", "op": "${2:eq}", "value": ${3:""} \}], "on_deny": "${4}" \}], [require]
                10 «"lim» -> "limits": [{ "counter": "update_page_rate", "window": "${2:minute}", "max": ${1:30}, "scope": "grant" \}], [limits]
            "#,
        ),
        Question::new(
            "textDocument/definition",
            "\"update_\u{2038}page\"",
            (Place::here, show::definition),
            r#"
                6 «"update_page"» -> tools.json 4 «"update_page"»
            "#,
        )
        .half("\"update_page\": {", "\"update_\u{2038}page\" {"),
        Question::new(
            "textDocument/references",
            "\"delete_\u{2038}page\": {",
            (Place::referring, show::locations),
            r#"
                3 «"delete_page"»
                14 «"delete_page"»
                tools.json 5 «"delete_page"»
            "#,
        ),
        Question::new(
            "textDocument/documentHighlight",
            "\"delete_\u{2038}page\": {",
            (Place::here, show::highlights),
            r#"
                3 «"delete_page"» read
                14 «"delete_page"» read
            "#,
        ),
        Question::new(
            "textDocument/documentSymbol",
            "\u{2038}\"default\"",
            (Place::file, show::symbols),
            r#"
                1 «"all_tools"» of 1..1: all_tools (20)
                1 «"limits"» of 1..1: > limits (20) 1 limit
                1 «{» of 1..1: > > 90/day (24)
                2 «"version"» of 2..2: version (20) 1
                2 «"default"» of 2..2: default (14) deny
                3 «"hide"» of 3..3: hide (20) 2 tools
                3 «"😀中"» of 3..3: > 😀中 (12)
                3 «"delete_page"» of 3..3: > delete_page (12)
                4 «"tools"» of 4..15: tools (20) 7 tools
                5 «"😀"» of 5..5: > 😀 (12)
                5 «"get_page"» of 5..5: > get_page (12)
                6 «"中"» of 6..6: > 中 (12)
                6 «"update_page"» of 6..13: > update_page (12)
                7 «"deny_if"» of 7..9: > > deny_if (20) 1 rule
                8 «{» of 8..8: > > > 😀é (24)
                10 «"limits"» of 10..12: > > limits (20) 1 limit
                11 «{» of 11..11: > > > 900/minute (24)
                14 «"😀😀"» of 14..14: > 😀😀 (12)
                14 «"delete_page"» of 14..14: > delete_page (12)
                14 «"list_page"» of 14..14: > list_page (12)
            "#,
        ),
        Question::new(
            "textDocument/foldingRange",
            "\u{2038}\"default\"",
            (Place::file, show::folds),
            r#"
                1 {| "all_tools": { "limits": [{ "counter": "😀 中文 é", "window": "day", "max": 90, "scope": "grant" }] }, .. 15   }| region
                4   "tools": {| .. 14     "😀😀": {}, "delete_page": {}, "list_page": {}| region
                6     "中": {}, "update_page": {| .. 12       ]| region
                7       "deny_if": [| .. 8         { "on_deny": "😀é", "conditions": [{ "path": "args.stage", "op": "eq", "value": "Draft" }] }| region
                10       "limits": [| .. 11         { "counter": "😀中", "window": "minute", "max": 900, "scope": "grant" }| region
            "#,
        ),
        Question::new(
            "textDocument/selectionRange",
            "\"args.st\u{2038}age\"",
            (Place::selecting, show::selections),
            r#"
                8 «args.stage»
                8 «"args.stage"»
                8 «"path": "args.stage"»
                8 « "path": "args.stage", "op": "eq", "value": "Draft" »
                8 «{ "path": "args.stage", "op": "eq", "value": "Draft" }»
                8 «[{ "path": "args.stage", "op": "eq", "value": "Draft" }]»
                8 «"conditions": [{ "path": "args.stage", "op": "eq", "value": "Draft" }]»
                8 « "on_deny": "😀é", "conditions": [{ "path": "args.stage", "op": "eq", "value": "Draft" }] »
                8 «{ "on_deny": "😀é", "conditions": [{ "path": "args.stage", "op": "eq", "value": "Draft" }] }»
                7..9
                7..9
                7..9
                6..13
                6..13
                6..13
                4..15
                4..15
                4..15
                1..16
                1..16
                1..17
            "#,
        ),
        Question::new(
            "textDocument/codeAction",
            "\"list_\u{2038}page\"",
            (Place::acting, changes::actions),
            r#"
                quickfix: suppress `undeclared-tool` in gatewright.toml [undeclared-tool]
                > gatewright.toml 3 +
                > gatewright.toml 3 + [[suppress]]
                > gatewright.toml 3 + path = "/agent.policy.json"
                > gatewright.toml 3 + rules = ["undeclared-tool"]
                > gatewright.toml 3 + reason = "…"
            "#,
        )
        .broken_as("nothing"),
        Question::new(
            "textDocument/codeAction",
            "\u{2038}\"default\"",
            (Place::converting, changes::actions),
            r#"
                refactor.rewrite: convert to `agent.gate` []
                > agent.gate + # The manifest is not named here: it has no tool `😀中`.
                > agent.gate +
                > agent.gate + default deny
                > agent.gate +
                > agent.gate + allow "😀", get_page, "中", "😀😀", delete_page, list_page
                > agent.gate +
                > agent.gate + tool update_page {
                > agent.gate +     allow 900/minute as "😀中"
                > agent.gate +     deny when args.stage == "Draft" because "😀é"
                > agent.gate + }
                > agent.gate +
                > agent.gate + hide "😀中", delete_page
                > agent.gate +
                > agent.gate + rate all 90/day as "😀 中文 é"
            "#,
        )
        .broken_as("nothing"),
];
