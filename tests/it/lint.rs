//! The linter's rules, by what they are about.

mod doors;
