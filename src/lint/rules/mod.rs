//! The rules: one file each, and this list.

macro_rules! rules {
    ($($module:ident)*) => {
        $(mod $module;)*

        /// Every rule, in the order of the list.
        pub(super) const ALL: &[&super::Rule] = &[$(&$module::RULE),*];
    };
}

/// How many tools a message lists.
const SHOWN: usize = 5;

// One name a line; the order is that of `crate::diagnostic::Code`.
rules! {
    uncapped_write
    uncapped_execute
    unguarded_destructive
    unapproved_financial
    partial_approval
    critical_by_set
    open_default
    loose_cap
    mixed_action_tool
    unconstrained_gateway
    annotation_conflict
    sensitive_read
    shadowed_rule
    contradictory_condition
    always_true_condition
    duplicate_rule
    subsumed_condition
    unreachable_cap
    fails_open
    message_order
    unanchored_regex
    dangerous_regex
    open_ended_pattern
    list_contains_allows_others
    unlisted_tool
    boundary_burst
    lookalike_tool
    missing_reason
    unused_group
    implicit_default
    redundant_selector
}
