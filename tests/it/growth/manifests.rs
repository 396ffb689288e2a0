//! A policy and a manifest that are both long.

use super::{CHECK, COMPILE, each, joined, kinds, tool, tools, with_tools};

const PLAIN: &str = "{\"properties\":{\"a\":{\"type\":\"string\"}}}";

kinds! {
    tools_of_a_manifest: CHECK, 60, |n| {
        with_tools(each(n, |n| format!("allow tool_{n} 5/minute\n")), &tools(n, PLAIN))
    };
    globs: COMPILE, 60, |n| {
        with_tools(each(n, |n| format!("allow tool_{n}*\n")), &tools(n, PLAIN))
    };
    globs_excepted: COMPILE, 60, |n| {
        let except = joined(n, ", ", |n| format!("tool_{n}*"));
        with_tools(format!("allow @tools except {except}\n"), &tools(n, PLAIN))
    };
    classifications_by_glob: CHECK, 75, |n| {
        let classes = each(n, |n| format!("classify tool_{n}x* as write\n"));
        with_tools(classes + "allow @tools 5/minute\n", &tools(n, PLAIN))
    };
    tools_under_one_guard: CHECK, 75, |n| {
        with_tools("allow @tools\ndeny @tools when args.a == \"x\"\n", &tools(n, PLAIN))
    };
    counters_of_tools: CHECK, 100, |n| {
        with_tools("allow @tools 5/minute as c-{tool}-{window}\n", &tools(n, PLAIN))
    };
    keys_required_by_having: CHECK, 30, |n| {
        let properties = joined(n, ",", |n| format!("\"k{n}\":{{}}"));
        let schema = format!("{{\"properties\":{{{properties}}}}}");
        with_tools(each(n, |n| format!("allow t having args.k{n}\n")), &tool(&schema))
    };
    references: CHECK, 200, |n| {
        let chain = each(n, |n| format!("\"d{n}\":{{\"$ref\":\"#/$defs/d{}\"}},", n + 1));
        let schema = format!("{{\"properties\":{{\"a\":{{\"$ref\":\"#/$defs/d0\"}}}},\"$defs\":{{{chain}\"x\":{{}}}}}}");
        with_tools("allow t\ndeny t when args.a == 1\n", &tool(&schema))
    };
    starter: &["init", "tools.json"], 80, |n| with_tools("", &tools(n, PLAIN));
}
