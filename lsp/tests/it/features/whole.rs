//! A policy of the language as a whole: what is shown in and beside the text.

use super::language::POLICY;
use super::texts::Place;
use super::{Question, show};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_text_is_dressed() {
    POLICY.ask(QUESTIONS).await;
}

pub const QUESTIONS: &[Question] = &[
        Question::new("textDocument/inlayHint", "\u{2038}group", (Place::whole, show::hints), r#"
                7 allow "😀", @pages| = 3 tools
                8 allow   "😀中", update_page 5/minute| <= 300/hour
                15 allow "中", list_*|, list_pages = 1 tool
            "#),
        Question::new("textDocument/inlayHint", "list_*\u{2038}, list_pages", (Place::part, show::hints), r#"
                15 allow "中", list_*|, list_pages = 1 tool
            "#),
        Question::new("textDocument/codeLens", "\u{2038}group", (Place::file, show::lenses), r#"
                1 7 tools: 4 allowed, 2 capped, 1 not granted, 0 hidden, 0 open risks
                12 2 tools: 1 allowed, denied when args.page_id == "1", needs approval unless args.page_id == "😀"; 1 allowed, denied when args.page_id == "1"
            "#),
        Question::new("textDocument/foldingRange", "\u{2038}group", (Place::file, show::folds), r#"
                1 # 😀 中文 é| .. 4 include "中/shared.gate"| region
                3 manifest "tools.json"| .. 4 include "中/shared.gate"| imports
                10 approve "😀", delete_page| .. 11     unless args.page_id == "😀"   because "x"| region
                12 tool "😀",  get_page {| .. 13     deny when args.page_id == "1"| region
            "#),
        Question::new(
            "textDocument/selectionRange",
            "args.st\u{2038}age",
            (Place::selecting, show::selections),
            r#"
                9 «stage»
                9 «args.stage»
                9 «args.stage == "Draft"»
                9 «args.title == "中" and args.stage == "Draft"»
                9 «when args.title == "中" and args.stage == "Draft"»
                9 «deny update_page when args.title == "中" and args.stage == "Draft" because "é"»
                6..15
                1..16
            "#,
        )
        .half_as("args.stage == \"Draft\" because \"\u{e9}\"", "args.st\u{2038}age ==", r#"
                9 «stage»
                9 «args.stage»
                9 «deny update_page when args.title == "中" and args.stage ==»
                6..15
                1..16
            "#),
        Question::new(
            "textDocument/semanticTokens/full",
            "\u{2038}group",
            (Place::file, show::tokens),
            r#"
                1 # 😀 中文 é:comment
                2 default:keyword deny:keyword
                3 manifest:keyword "tools.json":string
                4 include:keyword "中/shared.gate":string
                6 group:keyword pages:type.definition "😀中":function get_page:function list_pages:function
                7 allow:keyword "😀":function @pages:type
                8 allow:keyword "😀中":function update_page:function 5/minute:number
                9 deny:keyword update_page:function when:keyword args.title:parameter ==:operator "中":string and:keyword args.stage:parameter ==:operator "Draft":string because:keyword "é":string
                10 approve:keyword "😀":function delete_page:function.critical
                11 unless:keyword args.page_id:parameter ==:operator "😀":string because:keyword "x":string
                12 tool:keyword "😀":function get_page:function
                13 deny:keyword when:keyword args.page_id:parameter ==:operator "1":string
                15 allow:keyword "中":function list_*:regexp list_pages:function
            "#,
        ),
        Question::new(
            "textDocument/semanticTokens/range",
            "args.stage == \u{2038}",
            (Place::part, show::tokens),
            r#"
                8 allow:keyword "😀中":function update_page:function 5/minute:number
                9 deny:keyword update_page:function when:keyword args.title:parameter ==:operator "中":string and:keyword args.stage:parameter ==:operator
            "#,
        )
        .half("args.stage == \"Draft\" because \"\u{e9}\"", "args.stage ==\u{2038}"),
        Question::new(
            "textDocument/diagnostic",
            "\u{2038}group",
            (Place::file, show::diagnostics),
            r#"
                10 «delete_page» inert-rule
                13 «deny» missing-reason
                15 «list_pages» redundant-selector
            "#,
        )
        .broken_as(r#"
                13 «deny» missing-reason
                15 «list_pages» redundant-selector
            "#),
];
