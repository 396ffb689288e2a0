//! The server, asked over the protocol: in process over a pipe in memory, and once as a program.

mod binary;
mod client;
mod configuration;
mod diagnostics;
mod features;
mod frames;
mod memory;
mod order;
mod paths;
mod positions;
mod program;
mod pull;
mod session;
mod workspaces;
