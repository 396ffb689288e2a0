//! Findings with fixes, applied.

use super::{FIX, FIX_UNSAFE, each, joined, kinds, policy, tool, with_tools};

kinds! {
    safe_fixes: FIX, 12, |n| {
        policy(format!("default deny\nallow t\n{}", "deny t when args.x == 1 because \"b\"\n".repeat(n)))
    };
    fixes_in_one_list: FIX, 40, |n| {
        policy(format!("default deny\nallow {}\n", joined(n, ", ", |n| format!("t{}", n / 2))))
    };
    unsafe_fixes: FIX_UNSAFE, 30, |n| {
        policy(format!("default deny\n{}", each(n, |n| format!("allow create_t{n}\n"))))
    };
    unknown_names: FIX_UNSAFE, 60, |n| {
        with_tools("allow tl\n".repeat(n) + &each(n, |n| format!("allow abc_{n}\n")), &tool("{}"))
    };
}
