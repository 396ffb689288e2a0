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
    contradictory_condition
    always_true_condition
    subsumed_condition
    fails_open
    unanchored_regex
    dangerous_regex
}
