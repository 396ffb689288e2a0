//! The server, asked over the protocol: in process over a pipe in memory, and once as a program.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that fails shall say so at once"
)]

mod binary;
mod bounds;
mod client;
mod completion;
mod configuration;
mod diagnostics;
mod equality;
mod features;
mod frames;
mod memory;
mod messages;
mod order;
mod paths;
mod positions;
mod program;
mod pull;
mod rereading;
mod session;
mod watched;
mod workspaces;
