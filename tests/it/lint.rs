//! The linter's rules, area by area.

mod doors;
mod effects;
