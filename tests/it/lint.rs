//! The linter, area by area.

mod conditions;
