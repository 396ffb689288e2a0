//! The program as a user runs it: a folder of files, a call, what it prints and its exit code.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails where it stands"
)]

mod baseline;
mod bounds;
mod check;
mod classify;
mod compile;
mod config;
mod decompile;
mod diff;
mod explain;
mod fix;
mod fmt;
mod formats;
mod help;
mod init;
mod inputs;
mod run;
mod runner_commands;
mod streams;
mod suppressions;
mod test;
mod why;
