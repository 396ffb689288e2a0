//! What is said of names, files, arguments and rules: one small constructor for each finding.

pub(crate) mod conditions;
pub(super) mod effects;
pub(crate) mod files;
pub(crate) mod names;
pub(super) mod test_cases;
