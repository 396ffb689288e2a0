//! A policy of the language while it is typed: what is offered, laid out, renamed and put right.

use super::language::{POLICY, RULE};
use super::texts::Place;
use super::{Question, changes, show};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn typing_is_helped_along() {
    POLICY.ask(QUESTIONS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_typed_is_changed() {
    POLICY.ask(CHANGING).await;
}

pub const QUESTIONS: &[Question] = &[
    Question::new(
        "textDocument/completion",
        "args.\u{2038}stage",
        (Place::here, show::completion),
        r#"
                9 «args.stage» -> args.page_id [args.page_id] string
                9 «args.stage» -> args.title [args.title] string
                9 «args.stage» -> args.stage [args.stage] "Draft", "Staging" or "Production"
                9 «args.stage» -> not [not] it does not hold
            "#,
    )
    .half_as(
        RULE,
        "update_page when args.title == \"\u{4e2d}\" and args.\u{2038}",
        r#"
                9 «args.» -> args.page_id [args.page_id] string
                9 «args.» -> args.title [args.title] string
                9 «args.» -> args.stage [args.stage] "Draft", "Staging" or "Production"
                9 «args.» -> not [not] it does not hold
            "#,
    ),
    Question::new(
        "textDocument/completion",
        "\u{4e2d}\", up\u{2038}date_page 5",
        (Place::here, show::completion),
        r#"
                8 «update_page» -> update_page [update_page] write, medium risk
                8 «update_page» -> delete_page [delete_page] destructive, critical risk
                8 «update_page» -> @writers [@writers] group, 2 tools
                8 «update_page» -> @pages [@pages] group, 3 tools
            "#,
    )
    .half_as(
        "update_page 5/minute",
        "up\u{2038}",
        r#"
                8 «up» -> update_page [update_page] write, medium risk
                8 «up» -> delete_page [delete_page] destructive, critical risk
                8 «up» -> @writers [@writers] group, 2 tools
                8 «up» -> @pages [@pages] group, 3 tools
            "#,
    ),
    Question::new(
        "textDocument/completion",
        "stage == \"Dr\u{2038}aft",
        (Place::here, show::completion),
        r#"
                9 «"Draft"» -> "Draft" ["Draft"]
                9 «"Draft"» -> "Staging" ["Staging"]
                9 «"Draft"» -> "Production" ["Production"]
            "#,
    )
    .half_as(
        RULE,
        "update_page when args.title == \"\u{4e2d}\" and args.stage == \"Dr\u{2038}",
        r#"
                9 «"Dr» -> "Draft" ["Draft"]
                9 «"Dr» -> "Staging" ["Staging"]
                9 «"Dr» -> "Production" ["Production"]
            "#,
    ),
    Question::new(
        "textDocument/completion",
        "@\u{2038}pages",
        (Place::here, show::completion),
        r#"
                7 «@pages» -> @writers [@writers] group, 2 tools
                7 «@pages» -> @pages [@pages] group, 3 tools
                7 «@pages» -> @read [@read] 5 tools
                7 «@pages» -> @write [@write] 1 tool
            "#,
    )
    .half_as(
        "@pages\n",
        "@\u{2038}\n",
        r#"
                7 «@» -> @writers [@writers] group, 2 tools
                7 «@» -> @pages [@pages] group, 3 tools
                7 «@» -> @read [@read] 5 tools
                7 «@» -> @write [@write] 1 tool
            "#,
    ),
    Question::new(
        "textDocument/signatureHelp",
        "5/min\u{2038}ute",
        (Place::here, show::signature),
        r#"
                allow SELECTORS [«RATES»] [as COUNTER]
            "#,
    )
    .half("update_page 5/minute", "update_page 5/\u{2038}"),
    Question::new(
        "textDocument/signatureHelp",
        "args.st\u{2038}age",
        (Place::here, show::signature),
        r#"
                deny SELECTORS [«when CONDITION»] [because "…"]
            "#,
    )
    .half(RULE, "update_page when args.title == \"\u{4e2d}\" and \u{2038}"),
    Question::new(
        "textDocument/prepareRename",
        "@pa\u{2038}ges",
        (Place::here, show::renamed),
        r#"
                7 «pages» pages
            "#,
    )
    .half("@pages\n", "@pa\u{2038}ges having\n"),
    Question::new(
        "textDocument/prepareRename",
        "args.st\u{2038}age",
        (Place::here, show::renamed),
        r#"
                the server decides the names of arguments
            "#,
    ),
    Question::new(
        "textDocument/linkedEditingRange",
        "group pa\u{2038}ges",
        (Place::here, show::linked),
        r#"
                6 «pages»
                7 «pages»
            "#,
    )
    .half(
        "group pages = \"\u{1f600}\u{4e2d}\", get_page, list_pages",
        "group pa\u{2038}ges = \"\u{1f600}\u{4e2d}\", get_page,",
    ),
    // In a block, whose rules may be broken while the block is whole.
    Question::new(
        "textDocument/hover",
        "deny when args.pa\u{2038}ge_id",
        (Place::here, show::hover),
        r#"
            13 «args.page_id»
            The argument `args.page_id`.
            - `string` in `get_page`
            Optional.
            The schema of `😀` leaves it open.
            `args.page_id == "1"` holds when `args.page_id` is present and equal to `"1"`. If it is missing, the test is false.
        "#,
    )
    .half_as("deny when args.page_id == \"1\"", "deny when args.pa\u{2038}ge_id ==", r#"
            13 «args.page_id»
            The argument `args.page_id`.
            - `string` in `get_page`
            Optional.
            The schema of `😀` leaves it open.
        "#),
    Question::new(
        "textDocument/completion",
        "deny when args.pa\u{2038}ge_id",
        (Place::here, show::completion),
        r#"
            13 «args.page_id» -> args.page_id [args.page_id] string, 1 of 2 tools
        "#,
    )
    .half_as("deny when args.page_id == \"1\"", "deny when args.pa\u{2038}", r#"
            13 «args.pa» -> args.page_id [args.page_id] string, 1 of 2 tools
        "#),
    Question::new(
        "textDocument/signatureHelp",
        "deny when args.pa\u{2038}ge_id",
        (Place::here, show::signature),
        r#"
            deny [«when CONDITION»] [because "…"]
        "#,
    )
    .half("deny when args.page_id == \"1\"", "deny when args.pa\u{2038}ge_id =="),
    Question::new(
        "textDocument/definition",
        "deny when args.pa\u{2038}ge_id",
        (Place::here, show::definition),
        r#"
            13 «page_id» -> tools.json 2 «"page_id"»
        "#,
    ),
    Question::new(
        "textDocument/definition",
        "get_pa\u{2038}ge {",
        (Place::here, show::definition),
        r#"
            12 «get_page» -> tools.json 2 «"get_page"»
        "#,
    )
    .half("get_page {\n    deny when args.page_id == \"1\"", "get_pa\u{2038}ge {\n    deny when args.page_id =="),
];

pub const CHANGING: &[Question] = &[
    Question::new(
        "textDocument/rename",
        "@pa\u{2038}ges",
        (Place::renaming, changes::files),
        r#"
                6 - group pages = "😀中", get_page, list_pages
                6 - allow "😀", @pages
                6 + group sheets = "😀中", get_page, list_pages
                6 + allow "😀", @sheets
            "#,
    )
    .half_as(
        "@pages\n",
        "@pa\u{2038}ges having\n",
        r#"
                6 - group pages = "😀中", get_page, list_pages
                6 - allow "😀", @pages having
                6 + group sheets = "😀中", get_page, list_pages
                6 + allow "😀", @sheets having
            "#,
    ),
    Question::new(
        "textDocument/rename",
        "delete_\u{2038}page",
        (Place::renaming, changes::files),
        r#"
                the manifest contains `delete_page`, but not `sheets`
            "#,
    ),
    Question::new(
        "textDocument/formatting",
        "\u{2038}group",
        (Place::formatting, changes::edits),
        r#"
                8 - allow   "😀中", update_page 5/minute
                8 - deny update_page when args.title == "中" and args.stage == "Draft" because "é"
                8 - approve "😀", delete_page
                8 -     unless args.page_id == "😀"   because "x"
                8 - tool "😀",  get_page {
                8 + allow "😀中", update_page 5/minute
                8 + deny update_page when args.title == "中" and args.stage == "Draft" because "é"
                8 + approve "😀", delete_page unless args.page_id == "😀" because "x"
                8 + tool "😀", get_page {
            "#,
    )
    .broken_as("nothing"),
    Question::new(
        "textDocument/rangeFormatting",
        "update_page 5/min\u{2038}ute",
        (Place::formatting_part, changes::edits),
        r#"
                8 - allow   "😀中", update_page 5/minute
                8 + allow "😀中", update_page 5/minute
            "#,
    ),
    Question::new(
        "textDocument/onTypeFormatting",
        "minute\n\u{2038}deny",
        (Place::typing_break, changes::edits),
        r#"
                8 - allow   "😀中", update_page 5/minute
                8 + allow "😀中", update_page 5/minute
            "#,
    )
    .half_as("update_page 5/minute\n", "update_page 5/\n\u{2038}", "nothing"),
    Question::new(
        "textDocument/onTypeFormatting",
        "}\u{2038}\nallow",
        (Place::typing_brace, changes::edits),
        r#"
                12 - tool "😀",  get_page {
                12 + tool "😀", get_page {
            "#,
    ),
    Question::new(
        "textDocument/codeAction",
        "update_\u{2038}page 5",
        (Place::acting, changes::actions),
        r#"
                refactor.rewrite: write 2 statements, one per tool []
                > 8 - allow   "😀中", update_page 5/minute
                > 8 + allow   "😀中" 5/minute
                > 8 + allow   update_page 5/minute
                refactor.extract: extract the tools into the group `selected` []
                > 8 - allow   "😀中", update_page 5/minute
                > 8 + group selected = "😀中", update_page
                > 8 + allow   @selected 5/minute
            "#,
    ),
    Question::new(
        "textDocument/codeAction",
        "list_\u{2038}*",
        (Place::acting, changes::actions),
        r#"
                refactor.rewrite: write the tools by name (2 names) []
                > 15 - allow "中", list_*, list_pages
                > 15 + allow "中", list_pages
                refactor.extract: extract the tools into the group `selected` []
                > 15 - allow "中", list_*, list_pages
                > 15 + group selected = "中", list_*, list_pages
                > 15 + allow @selected
            "#,
    ),
    Question::new(
        "textDocument/codeAction",
        "*, list_\u{2038}pages",
        (Place::acting, changes::actions),
        r#"
                quickfix!: remove `list_pages` [redundant-selector]
                > 15 - allow "中", list_*, list_pages
                > 15 + allow "中", list_*
                quickfix: suppress `redundant-selector` here, with a reason [redundant-selector]
                > 15 + # gatewright: allow(redundant-selector) …
                refactor.rewrite: write the tools by name (2 names) []
                > 15 - allow "中", list_*, list_pages
                > 15 + allow "中", list_pages
                refactor.extract: extract the tools into the group `selected` []
                > 15 - allow "中", list_*, list_pages
                > 15 + group selected = "中", list_*, list_pages
                > 15 + allow @selected
            "#,
    )
    // Nothing is a safe fix while the policy has errors.
    .broken_as(
        r#"
                quickfix: remove `list_pages` [redundant-selector]
                > 15 - allow "中", list_*, list_pages
                > 15 + allow "中", list_*
                quickfix: suppress `redundant-selector` here, with a reason [redundant-selector]
                > 15 + # gatewright: allow(redundant-selector) …
                refactor.rewrite: write the tools by name (2 names) []
                > 15 - allow "中", list_*, list_pages
                > 15 + allow "中", list_pages
                refactor.extract: extract the tools into the group `selected` []
                > 15 - allow "中", list_*, list_pages
                > 15 + group selected = "中", list_*, list_pages
                > 15 + allow @selected
            "#,
    ),
    Question::new(
        "textDocument/codeAction",
        "delete_\u{2038}page",
        (Place::acting, changes::actions),
        r#"
                quickfix: suppress `inert-rule` here, with a reason [inert-rule]
                > 10 + # gatewright: allow(inert-rule) …
                refactor.rewrite: write 2 statements, one per tool []
                > 10 - approve "😀", delete_page
                > 10 + approve "😀"
                > 10 +     unless args.page_id == "😀"   because "x"
                > 10 + approve delete_page
                refactor.extract: extract the tools into the group `selected` []
                > 10 - approve "😀", delete_page
                > 10 + group selected = "😀", delete_page
                > 10 + approve @selected
            "#,
    )
    .broken_as(
        r#"
                refactor.rewrite: write 2 statements, one per tool []
                > 10 - approve "😀", delete_page
                > 10 + approve "😀"
                > 10 +     unless args.page_id == "😀"   because "x"
                > 10 + approve delete_page
                refactor.extract: extract the tools into the group `selected` []
                > 10 - approve "😀", delete_page
                > 10 + group selected = "😀", delete_page
                > 10 + approve @selected
            "#,
    ),
    Question::new(
        "workspace/willRenameFiles",
        "\u{2038}group",
        (Place::moving, changes::files),
        r#"
                3 - manifest "tools.json"
                3 - include "中/shared.gate"
                3 + manifest "server.tools.json"
                3 + include "中文/guards.gate"
            "#,
    ),
    Question::new(
        "textDocument/codeAction",
        "\u{2038}group",
        (Place::fixing, changes::actions),
        r#"
                source.fixAll.gatewright: apply all safe fixes [redundant-selector]
                > 15 - allow "中", list_*, list_pages
                > 15 + allow "中", list_*
            "#,
    )
    .broken_as("nothing"),
];
