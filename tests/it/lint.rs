//! The linter's rules, area by area.

mod effects;
