//! One policy that is long in one direction.

use super::{CHECK, COMPILE, FMT, TEST, each, joined, kinds, policy};

kinds! {
    plain_lines: CHECK, 150, |n| policy(each(n, |n| format!("allow t{n} 30/minute\n")));
    tests_of_tools: TEST, 60, |n| {
        let allows = each(n, |n| format!("allow t{n} 30/minute\n"));
        let tests = each(n, |n| format!("test \"{n}\" {{\n    call t{n} {{\"x\": {n}}} -> allow\n}}\n"));
        policy(allows + &tests + "test \"last\" {\n    call t -> deny\n}\n")
    };
    calls_of_one_test: TEST, 60, |n| {
        let allows = each(n, |n| format!("allow t{n} 30/minute\ndeny t{n} when args.x == 1\n"));
        let calls = each(n, |n| format!("    call t{n} 31 times -> rate\n"));
        policy(format!("{allows}test \"t\" {{\n{calls}    call t -> deny\n}}\n"))
    };
    guards: COMPILE, 100, |n| {
        policy(each(n, |n| format!("allow t{n}\ndeny t{n} when args.x == {n}\n")))
    };
    guards_of_one_tool: CHECK, 35, |n| {
        policy(format!("allow t\n{}", each(n, |n| format!("deny t when args.x{n} == {n}\n"))))
    };
    /// Each `hide` asks who grants the tool.
    hides_beside_other_rules: CHECK, 65, |n| {
        policy(format!("{}{}", each(n, |n| format!("deny t when args.x == {n}\n")), "hide t\n".repeat(n)))
    };
    allows_and_denies_of_one_tool: CHECK, 120, |n| {
        policy("allow t\n".repeat(n) + &"deny t because \"x\"\n".repeat(n))
    };
    caps_of_one_tool: CHECK, 65, |n| {
        policy(format!("allow t\n{}", each(n, |n| format!("rate t {}/minute as c{n}\n", n + 1))))
    };
    caps_below_each_other: CHECK, 50, |n| {
        policy(format!("allow t\n{}", each(n, |m| format!("rate t {}/minute\n", n - m))))
    };
    /// Every tool is under every cap over all calls.
    caps_over_all_beside_tools: CHECK, 65, |n| {
        let tools = each(n, |n| format!("allow get_t{n} 5/minute\n"));
        let caps = each(n, |n| format!("rate all {}/minute as c{n}\n", n + 1000));
        policy(tools + &caps)
    };
    rates_of_one_statement: CHECK, 75, |n| {
        policy(format!("allow t {}\n", joined(n, ", ", |n| format!("{}/minute", n + 1))))
    };
    groups_that_use_each_other: COMPILE, 200, |n| {
        let groups = each(n, |n| format!("group g{n} = @g{}\n", n + 1));
        policy(format!("{groups}group g{n} = z\nallow @g0\n"))
    };
    groups_excepted: CHECK, 50, |n| {
        let groups = each(n, |n| format!("group g{n} = t{n}\n"));
        let except = joined(n, ", ", |n| format!("@g{n}"));
        policy(format!("{groups}allow t, u except {except}\n"))
    };
    names_repeated_in_a_list: CHECK, 50, |n| policy(format!("allow {}\n", joined(n, ", ", |_| "t".to_owned())));
    statements_repeated: CHECK, 30, |n| policy(format!("allow t\n{}", "deny t when args.x == 1\n".repeat(n)));
    objects_compared: CHECK, 500, |n| {
        let object = joined(n, ", ", |n| format!("\"k{n}\": {n}"));
        policy(format!("allow t\n{}", format!("deny t when args.x == {{{object}}}\n").repeat(2)))
    };
    values_in_a_list: CHECK, 600, |n| {
        let values = joined(n, ", ", |n| n.to_string());
        policy(format!("allow t\ndeny t when args.x in [{values}]\nrequire t with args.x not in [{values}]\n"))
    };
    tests_joined_by_or: CHECK, 125, |n| {
        policy(format!("allow t\nrequire t with {}\n", joined(n, " or ", |n| format!("args.x == {n}"))))
    };
    tests_joined_by_and: CHECK, 100, |n| {
        policy(format!("allow t\nrequire t with {}\n", joined(n, " and ", |n| format!("args.x{n} == 1"))))
    };
    mistakes: CHECK, 50, |n| policy(each(n, |n| format!("alow t{n}\n")));
    comments: FMT, 200, |n| policy("# c\n\n\n".repeat(n) + "allow t\n");
    suppressions: CHECK, 50, |n| {
        let comment = "# gatewright: allow(uncapped-write) It is fine.";
        policy(each(n, |n| format!("allow create_t{n}  {comment}\n")))
    };
    suppressions_above_one_line: CHECK, 100, |n| {
        let comments = "# gatewright: allow(uncapped-write) It is fine.\n".repeat(n);
        policy(format!("{comments}allow {}\n", joined(n, ", ", |n| format!("create_t{n}"))))
    };
    lines_that_change: FMT, 150, |n| policy(each(n, |n| format!("allow   t{n}   30/minute\n")));
}
