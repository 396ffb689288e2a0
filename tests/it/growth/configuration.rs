//! A configuration, a baseline or a form of findings beside a policy, all of them long.

use super::{BASELINE, CHECK_JSON, Files, each, joined, kinds, policy};

/// So many findings.
fn findings(n: usize) -> Files {
    policy(each(n, |n| format!("allow create_t{n}\n")))
}

/// A policy.json with so many findings, and a configuration.
fn configured(n: usize, configuration: String) -> Files {
    let tools = joined(n, ",", |n| format!("\"create_t{n}\":{{}}"));
    let document = format!("{{\"version\":\"1\",\"default\":\"deny\",\"tools\":{{{tools}}}}}\n");
    vec![("policy.json".to_owned(), document), ("gatewright.toml".to_owned(), configuration)]
}

fn suppression(tools: &str) -> String {
    format!(
        "[[suppress]]\npath = \"policy.json\"\nrules = [\"uncapped-write\"]\ntools = [{tools}]\nreason = \"r\"\n"
    )
}

kinds! {
    human: &["check", "p.gate"], 30, findings;
    sarif: &["check", "--format", "sarif", "p.gate"], 25, findings;
    findings_in_one_line: &["check", "p.gate"], 40, |n| {
        policy(format!("allow {}\n", joined(n, ", ", |n| format!("create_t{n}"))))
    };
    findings_that_are_gone_from_a_baseline: BASELINE, 60, |n| {
        let mut files = findings(n);
        // The baseline is that of another policy.
        files.push(("before/p.gate".to_owned(), files[0].1.replace("create", "update")));
        files
    };
    suppressions_of_a_name_each: CHECK_JSON, 25, |n| {
        configured(n, each(n, |n| suppression(&format!("\"create_t{n}\""))))
    };
}
