//! The linter's rules, by what they are about, and what is done with their findings.

mod doors;
mod fix;
mod policy_json;
