//! A policy of the language: what its names mean and where they stand.

use super::texts::Place;
use super::{Question, Subject, TOOLS, show};

/// The policy that is asked about, and the one that it includes. Wherever a name can stand behind strange characters, it does.
pub const POLICY: Subject = Subject {
    name: "agent.gate",
    language: "gate",
    text: "# \u{1f600} \u{4e2d}\u{6587} \u{e9}\n\
default deny\n\
manifest \"tools.json\"\n\
include \"\u{4e2d}/shared.gate\"\n\
\n\
group pages = \"\u{1f600}\u{4e2d}\", get_page, list_pages\n\
allow \"\u{1f600}\", @pages\n\
allow   \"\u{1f600}\u{4e2d}\", update_page 5/minute\n\
deny update_page when args.title == \"\u{4e2d}\" and args.stage == \"Draft\" because \"\u{e9}\"\n\
approve \"\u{1f600}\", delete_page\n\
\u{20}   unless args.page_id == \"\u{1f600}\"   because \"x\"\n\
tool \"\u{1f600}\",  get_page {\n\
\u{20}   deny when args.page_id == \"1\"\n\
}\n\
allow \"\u{4e2d}\", list_*, list_pages\n",
    files: &[
        ("tools.json", TOOLS),
        ("\u{4e2d}/shared.gate", "# \u{1f600}\ngroup writers = \"\u{1f600}\", update_page\n"),
    ],
    broken: Some(("alow \u{1f600} \u{4e2d} {{ \"", "\nallow , \u{1f600} {\nrate \"\u{4e2d}\n")),
};

/// The half of the rule about `update_page` that a test has typed.
pub const RULE: &str =
    "update_page when args.title == \"\u{4e2d}\" and args.stage == \"Draft\" because \"\u{e9}\"";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_are_explained_and_found() {
    POLICY.ask(QUESTIONS).await;
}

pub const QUESTIONS: &[Question] = &[
        Question::new(
            "textDocument/hover",
            "update_\u{2038}page when",
            (Place::here, show::hover),
            r#"
                9 «update_page»
                `update_page`: a **write** tool (medium risk, high confidence)
                - its name says `update` (write)
                - its description says `Updates a page` (write)
                > Updates a page.
                **The policy:** `allowed 5/minute, denied when args.title == "中" and args.stage == "Draft"`
                - line 8: `allow "😀中", update_page 5/minute`
                - line 9: `deny update_page when args.title == "中" and args.stage == "Draft" because "é"`
                **Arguments**
                - `args.page_id` string
                - `args.title` string
                - `args.stage` "Draft", "Staging" or "Production"
            "#,
        )
        .half_as(RULE, "update_\u{2038}page when args.title == \"\u{4e2d}\" and args.", r#"
                9 «update_page»
                `update_page`: a **write** tool (medium risk, high confidence)
                - its name says `update` (write)
                - its description says `Updates a page` (write)
                > Updates a page.
                **The policy:** `allowed 5/minute`
                - line 8: `allow "😀中", update_page 5/minute`
                **Arguments**
                - `args.page_id` string
                - `args.title` string
                - `args.stage` "Draft", "Staging" or "Production"
            "#),
        Question::new(
            "textDocument/hover",
            "list_\u{2038}*",
            (Place::here, show::hover),
            r#"
                15 «list_*»
                The glob `list_*`: the manifest's tools whose names it matches. `*` stands for any characters, `?` for one.
                1 tool: 1 read.
                `list_pages`
            "#,
        ),
        Question::new(
            "textDocument/hover",
            "args.st\u{2038}age",
            (Place::here, show::hover),
            r#"
                9 «args.stage»
                The argument `args.stage`.
                - `"Draft", "Staging" or "Production"` in `update_page`
                A call may leave it out.
                `args.stage == "Draft"` holds when `args.stage` is present and equal to `"Draft"`. Where it is missing, the test is false.
            "#,
        )
        .half_as(RULE, "update_page when args.title == \"\u{4e2d}\" and args.st\u{2038}age ==", r#"
                9 «args.stage»
                The argument `args.stage`.
                - `"Draft", "Staging" or "Production"` in `update_page`
                A call may leave it out.
            "#),
        Question::new(
            "textDocument/definition",
            "@pa\u{2038}ges",
            (Place::here, show::definition),
            r#"
                7 «@pages» -> 6 «pages»
            "#,
        )
        .half("@pages\n", "@pa\u{2038}ges, \n"),
        Question::new(
            "textDocument/definition",
            "update_\u{2038}page when",
            (Place::here, show::definition),
            r#"
                9 «update_page» -> tools.json 4 «"update_page"»
            "#,
        )
        .half(RULE, "update_\u{2038}page when args.title == \"\u{4e2d}\" and args."),
        Question::new(
            "textDocument/definition",
            "\u{4e2d}/sh\u{2038}ared.gate",
            (Place::here, show::definition),
            r#"
                4 «"中/shared.gate"» -> 中/shared.gate 1 «»
            "#,
        ),
        Question::new(
            "textDocument/references",
            "group pa\u{2038}ges",
            (Place::referring, show::locations),
            r#"
                6 «pages»
                7 «pages»
            "#,
        )
        .half("group pages = \"\u{1f600}\u{4e2d}\", get_page, list_pages", "group pa\u{2038}ges = \"\u{1f600}\u{4e2d}\", get_page,"),
        Question::new(
            "textDocument/references",
            "list_pag\u{2038}es\nallow",
            (Place::referring, show::locations),
            r#"
                6 «list_pages»
                7 «@pages»
                15 «list_*»
                15 «list_pages»
                tools.json 3 «"list_pages"»
            "#,
        ),
        Question::new(
            "textDocument/documentHighlight",
            "get_pa\u{2038}ge {",
            (Place::here, show::highlights),
            r#"
                6 «get_page» read
                7 «@pages» text
                12 «get_page» read
            "#,
        )
        .half("get_page {", "get_pa\u{2038}ge, {"),
        Question::new(
            "textDocument/documentLink",
            "\u{2038}group",
            (Place::file, show::links),
            r#"
                3 «tools.json» -> tools.json
                4 «中/shared.gate» -> 中/shared.gate
            "#,
        ),
        Question::new(
            "textDocument/documentSymbol",
            "\u{2038}group",
            (Place::file, show::symbols),
            r#"
                2 «default deny» of 2..2: default (14) deny
                3 «"tools.json"» of 3..3: tools.json (1) manifest
                4 «"中/shared.gate"» of 4..4: 中/shared.gate (1) include
                6 «pages» of 6..6: pages (5) "😀中", get_page, list_pages
                7 «"😀", @pages» of 7..7: "😀", @pages (24) allow
                8 «"😀中", update_page» of 8..8: "😀中", update_page (24) allow 5/minute
                9 «update_page» of 9..9: update_page (24) deny when args.title == "中" and args.stage == "Draft" because "é"
                10 «"😀", delete_page» of 10..11: "😀", delete_page (24) approve unless args.page_id == "😀" because "x"
                12 «"😀",  get_page» of 12..14: "😀", get_page (12) 1 rule
                13 «deny when args.page_id == "1"» of 13..13: > deny (24) when args.page_id == "1"
                15 «"中", list_*, list_pages» of 15..15: "中", list_*, list_pages (24) allow
            "#,
        ),
        Question::new(
            "workspace/symbol",
            "\u{2038}group",
            (Place::searching, show::found),
            r#"
                6 «pages» pages (5)
                6 «list_pages» list_pages (12)
            "#,
        ),
];
