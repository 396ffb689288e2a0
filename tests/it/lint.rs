//! The linter: rules, and what decides whether their findings are said.

mod suppressions;
