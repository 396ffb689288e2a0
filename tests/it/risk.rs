//! The classifier: on tools made up here, and measured on real servers' tools.

mod fit;
mod held_out;
mod measure;
mod report;

use std::fs;

use gatewright::manifest::Manifest;
use gatewright::risk::{
    AnnotationConflict, Assessment, Class, Confidence, Source, assess, assess_name,
};
use gatewright::source::{SourceSet, Span};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/risk.md");
const WEIGHTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/risk/weights.txt");

/// What `docs/risk.md` held when the weights were last fitted. More is fine, less is not.
mod recorded {
    pub const RANDOM: usize = 650;
    pub const HARD: usize = 86;
    pub const SEEN: usize = 390;
    pub const RANDOM_BY_NAME: usize = 620;
}

/// The evidence of the labelled tools, the weights that are fitted to it, and the figures of the page belong together.
#[test]
fn the_features_the_weights_and_the_page_are_in_step() {
    let is_update = std::env::var_os("UPDATE_DOCS").is_some();
    let in_step = |path: &str, expected: String| {
        if is_update {
            fs::write(path, expected).unwrap();
            return;
        }
        let found = fs::read_to_string(path).unwrap();
        assert!(
            found == expected,
            "{path} is out of date; write it with `UPDATE_DOCS=1 cargo test --test it risk::`"
        );
    };
    if let Some(features) = measure::features() {
        in_step(measure::FEATURES, features);
    }
    let rows = measure::kept();
    let judged = held_out::judge(&rows);
    let [whole, names] = held_out::tables(&rows.iter().collect::<Vec<_>>());
    in_step(WEIGHTS, fit::write(&whole, &names, report::LEADS, report::shares_right(&judged)));
    in_step(PAGE, report::with_tables(&fs::read_to_string(PAGE).unwrap(), &judged));
    no_figure_is_worse(&judged);
}

fn no_figure_is_worse(judged: &[held_out::Judged]) {
    for (sample, least) in
        [("random", recorded::RANDOM), ("hard", recorded::HARD), ("seen", recorded::SEEN)]
    {
        let these = report::sure(judged, sample);
        let right = these.iter().filter(|one| one.class == one.row.label).count();
        assert!(right >= least, "{sample}: {right} are right");
    }
    let random = report::sure(judged, "random");
    let by_name = random.iter().filter(|one| one.by_name == one.row.label).count();
    assert!(by_name >= recorded::RANDOM_BY_NAME, "{by_name} are right by name alone");
    assert!(!random.iter().any(|one| report::is_missed(one)), "a critical tool is called harmless");
    let readers = random.iter().filter(|one| one.row.label == 0).count();
    let alarms = random.iter().filter(|one| report::is_alarm(one)).count();
    assert!(alarms * 200 <= readers, "{alarms} of {readers} readers are called critical");
}

/// Names of no server that was looked at while the words were chosen.
#[test]
fn names_of_every_style_say_their_class() {
    for (class, names) in [
        (
            Class::Read,
            "list_bookings GetWeather bakery.loaves.search API-post-search API-get-loaf-by-id \
             fetchAllCustomers describe-shelf mcp__bakery__count_loaves loaf_lookup showInvoice \
             list_deleted_items get_order_history search_payments validate_sql FetchRecording \
             order_status list_run_logs check_close_time",
        ),
        (
            Class::Write,
            "create_page updateCustomer API-patch-page API-post-comment send_message add_label \
             remove_label close_issue bakery--RenameLoaf archive_project merge_pull_request \
             move_file mcp__notes__append reopen_ticket add_invoice_note set_sort_order \
             upsert_contact post_message remove_loaf_type submit_merge_request_review \
             confirm_address",
        ),
        (
            Class::Execute,
            "run_command execute_sql evalScript trigger_build start-server restart_pod browser_click \
             generate_image deploy.site text_to_speech send_command rerun_pipeline invoke_function \
             cancel_run crawl_site",
        ),
        (
            Class::Destructive,
            "delete_page API-delete-a-block dropTable bakery--DeleteLoaf purge_queue revoke_token \
             uninstall_plugin terminate_instance pages_delete wipe-device find_and_delete \
             remove_file truncate_table killProcess confirm_delete_shelf request_delete_baker \
             start_deletion bulk_delete_loaves approve_shelf_removal schedule_wipe_oven \
             delete_eventgrid_subscription",
        ),
        (
            Class::Financial,
            "create_refund placeOrder pay_invoice send_invoice cancel_subscription transfer_funds \
             buy_phone_number close_position create_payment_link bakery--CreatePayout void_invoice \
             orders_create API-post-invoices finalize_invoice",
        ),
    ] {
        let wrong: Vec<&str> =
            names.split_whitespace().filter(|name| assess_name(name).class != class).collect();
        assert!(wrong.is_empty(), "not {}: {}", class.name(), wrong.join(" "));
    }
}

#[test]
fn the_values_of_an_action_may_be_things() {
    let with = |name: &str, values: &str| {
        assess_one(&format!(
            r#"{{"name": "{name}", "inputSchema":
            {{"properties": {{"method": {{"enum": [{values}]}}}}}}}}"#
        ))
    };
    assert_eq!(with("oven_get", r#""labels", "bakers", "branches""#).class, Class::Read);
    let lists = with("shelves_list", r#""list_shelves", "list_shelf_updates", "list_shelf_posts""#);
    assert_eq!(lists.class, Class::Read);
    assert!(lists.evidence.iter().all(|piece| piece.source != Source::Parameter));
    let acts = with("shelves", r#""list_shelves", "bulk_delete", "deletes""#);
    assert_eq!(acts.class, Class::Destructive);
}

#[test]
fn a_lead_in_does_not_make_an_act_harmless() {
    let described = r#"{"name": "finish", "description": "Confirm and execute shelf deletion."}"#;
    assert_eq!(assess_one(described).class, Class::Destructive);
    let set = r#"{"name": "update_loaf_type", "description": "Set or remove the type of a loaf."}"#;
    assert_eq!(assess_one(set).class, Class::Write);
    let watch = r#"{"name": "manage_bell", "description": "Watch, or delete a notification thread subscription."}"#;
    assert_eq!(assess_one(watch).class, Class::Destructive);
}

#[test]
fn a_title_counts_where_there_is_no_description() {
    for description in ["", r#""description": " ","#] {
        let assessment = assess_one(&format!(
            r#"{{"name": "loaves", {description} "title": "Delete everything for good"}}"#
        ));
        assert_eq!(assessment.class, Class::Destructive);
        let piece = &assessment.evidence[0];
        assert_eq!((piece.source, piece.place), (Source::Title, None), "{piece:?}");
        assert_eq!(piece.words, "Delete everything");
    }
    let hinted = r#"{"name": "loaves", "annotations": {"title": "Delete everything for good"}}"#;
    assert_eq!(assess_one(hinted).evidence[0].source, Source::Title);
    let both =
        r#"{"name": "loaves", "description": "Lists loaves.", "title": "Delete everything"}"#;
    assert!(assess_one(both).evidence.iter().any(|piece| piece.source == Source::Title));
}

#[test]
fn a_name_alone_is_less_sure() {
    let by_name = assess_name("delete_page");
    let whole = assess_one(r#"{"name": "delete_page", "description": "Deletes a page for good."}"#);
    assert!(by_name.confidence < whole.confidence);
    assert!(by_name.evidence.iter().all(|piece| piece.place.is_none()));
    assert_eq!(assess_name("").class, Class::Write);
    assert!(assess_name("zzz").evidence.is_empty());
}

#[test]
fn sentences_about_other_tools_do_not_count() {
    let read = r#"{"name": "find_loaf", "description": "Finds a loaf. To delete one permanently, use the discard tool instead.\n\nExample:\n  drop table"}"#;
    assert_eq!(assess_one(read).class, Class::Read);
    let destructive = r#"{"name": "tidy_shelf", "description": "Tidies the shelf. Old loaves are permanently removed. This cannot be undone."}"#;
    assert_eq!(assess_one(destructive).class, Class::Destructive);
}

#[test]
fn a_restriction_to_reading_counts_and_its_denial_does_not() {
    let with = |text: &str| {
        let schema = r#"{"properties": {"sql": {"type": "string"}}}"#;
        assess_one(&format!(
            r#"{{"name": "query", "description": "{text}", "inputSchema": {schema}}}"#
        ))
    };
    assert_eq!(with("Runs a read-only SQL query.").class, Class::Read);
    let free = with("Runs any SQL query. It is not read-only.");
    assert_eq!((free.class, free.generic_gateway.as_deref()), (Class::Execute, Some("sql")));
}

#[test]
fn hints_admit_danger_and_do_not_deny_it() {
    let hinted = |name: &str, hint: &str| {
        assess_one(&format!(r#"{{"name": "{name}", "annotations": {{{hint}}}}}"#))
    };
    let denied = hinted("delete_loaf", r#""readOnlyHint": true"#);
    assert_eq!(denied.class, Class::Destructive);
    assert_eq!(denied.annotation_conflict, Some(AnnotationConflict::ReadOnly));
    let mild = hinted("delete_loaf", r#""readOnlyHint": false, "destructiveHint": false"#);
    assert_eq!(mild.annotation_conflict, Some(AnnotationConflict::NotDestructive));
    let admitted = hinted("loaf", r#""destructiveHint": true"#);
    assert_eq!((admitted.class, admitted.annotation_conflict), (Class::Destructive, None));
    let silent = assess_one(r#"{"name": "get_loaf"}"#);
    assert!(silent.evidence.iter().all(|piece| piece.source != Source::Annotation));
}

#[test]
fn values_of_an_action_count() {
    let tool = |values: &str| {
        assess_one(&format!(
            r#"{{"name": "loaf", "description": "Manages loaves.", "inputSchema":
                {{"properties": {{"action": {{"enum": [{values}]}}}}}}}}"#
        ))
    };
    let mixed = tool(r#""get", "create", "delete""#);
    assert_eq!(mixed.class, Class::Destructive);
    assert_eq!(mixed.mixed_actions.len(), 1);
    assert_eq!(mixed.mixed_actions[0].destructive, ["delete"]);
    assert_eq!(mixed.mixed_actions[0].reading, ["get"]);
    assert_eq!(tool(r#""get", "create""#).class, Class::Write);
    let reader = tool(r#""get", "list", "search""#);
    assert_eq!((reader.class, reader.mixed_actions.len()), (Class::Read, 0));
    // The words of requests are actions too where no request can be made.
    let schema = r#"{"properties": {"method": {"enum": ["get", "delete"]}}}"#;
    let tool = assess_one(&format!(r#"{{"name": "manage_0", "inputSchema": {schema}}}"#));
    assert_eq!(tool.class, Class::Destructive);
    assert_eq!(tool.mixed_actions.len(), 1);
}

#[test]
fn requests_of_any_kind_are_gateways() {
    let tool = assess_one(
        r#"{"name": "call_service", "description": "Calls the service.", "inputSchema": {"properties":
            {"method": {"enum": ["GET", "POST", "DELETE"]}, "path": {"type": "string"}}}}"#,
    );
    assert_eq!((tool.class, tool.generic_gateway.as_deref()), (Class::Execute, Some("method")));
}

#[test]
fn readers_of_secrets_are_marked() {
    assert!(assess_name("get_api_key").sensitive_read);
    assert!(assess_name("printEnv").sensitive_read);
    assert!(!assess_name("get_loaf").sensitive_read);
    assert!(!assess_name("delete_secret").sensitive_read);
}

#[test]
fn evidence_stands_where_it_says() {
    let text = r#"[{"name": "caf\u00e9_delete", "description": "\u201cDeletes\u201d a loaf.\nPermanently."}]"#;
    let (manifest, file_text) = read(text);
    let assessment = assess(&manifest.tools()[0]);
    let at = |span: Span| &file_text[span.start as usize..span.end as usize];
    let found: Vec<&str> =
        assessment.evidence.iter().filter_map(|piece| piece.place.map(at)).collect();
    assert_eq!(found, ["caf\\u00e9_delete", "Deletes\\u201d a loaf", "Permanently"]);
}

#[test]
fn floods_take_time_in_proportion() {
    let tool = |size: usize| {
        let words = "delete permanently, and ".repeat(size);
        let properties: Vec<String> = (0..size)
            .map(|at| format!(r#""action_{at}": {{"enum": ["get", "delete", "drop_{at}"]}}"#))
            .collect();
        let properties = properties.join(",");
        format!(
            r#"{{"name": "{}", "description": "{words}", "inputSchema": {{"properties": {{{properties}}}}}}}"#,
            "delete_".repeat(size)
        )
    };
    let assessment = assess_one(&tool(20_000));
    assert_eq!(assessment.class, Class::Destructive);
    assert!(assessment.evidence.len() <= 16);
    assert!(assessment.evidence.iter().all(|piece| piece.words.chars().count() <= 81));
}

fn read(text: &str) -> (Manifest, String) {
    let mut sources = SourceSet::default();
    let file = sources.add("tools.json", text);
    let (manifest, problems) = Manifest::read(file, text);
    assert!(problems.is_empty(), "{problems:?}");
    (manifest, text.to_owned())
}

fn assess_one(tool: &str) -> Assessment {
    let (manifest, _) = read(&format!("[{tool}]"));
    assess(&manifest.tools()[0])
}
