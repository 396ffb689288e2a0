//! The linter's rules, area by area.

mod care;
mod effects;
