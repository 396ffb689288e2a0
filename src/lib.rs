//! A policy language for AI agents' tools: what one agent may do on one MCP server, compiled to the `policy.json` that
//! a gateway enforces, checked against the server's own list of tools, formatted, and read back.
//!
//! # For programs
//!
//! [`check`] is the entry: a function for each thing to do, bytes in, an [`Outcome`](check::Outcome) out. It holds every
//! finding as a [`Diagnostic`](diagnostic::Diagnostic), and the result if no finding is an error. The library reads other
//! files through a [`Loader`](source::Loader) only, and never prints, exits or panics.
//!
//! ```
//! use gatewright::{check, source::MemoryLoader};
//!
//! let policy = "default deny\nallow set_run_tag 30/minute\n";
//! let outcome = check::compile("agent.gate", policy.into(), &MemoryLoader::default());
//! assert!(outcome.diagnostics.is_empty());
//! assert!(outcome.value.is_some_and(|json| json.contains("set_run_tag_rate")));
//!
//! let outcome = check::compile("agent.gate", "alow x\n".into(), &MemoryLoader::default());
//! assert_eq!(outcome.diagnostics[0].help.as_deref(), Some("did you mean `allow`?"));
//! assert!(outcome.value.is_none());
//! ```
//!
//! What programs may build on is [`check`], [`diagnostic`], [`source`], [`policy`], [`policy_json`], [`manifest`], [`decide`] and
//! [`mod@diff`]. The other modules are for this workspace and change with it.
//!
//! # For readers of the code
//!
//! The modules stand in the order in which they are best read, which is the order in which they depend on each other:
//!
//! - what all need: [`source`] texts and spans, [`text`] words for people, [`diagnostic`] findings, [`input`] bytes to
//!   texts;
//! - what a policy is: [`policy`], without a place in any format;
//! - what comes in: [`syntax`] for `.gate` files, [`json`] with places, [`manifest`] for the server's tools;
//! - what a tool can do: [`risk`], its class and the evidence for it;
//! - what it means: [`resolve`] from trees to a policy, [`lower`] from conditions to predicates;
//! - what goes out: [`policy_json`] the gateway's document, [`decide`] what it does with a call, [`mod@diff`] how two of them differ, [`emit`] the way into a target, [`mod@format`] a policy laid
//!   out anew, [`mod@decompile`] the way back from a document;
//! - what is to be said of it: [`lint`], with a rule for each thing that a policy leaves open;
//! - what to begin with: [`starter`], a policy for a server that has none;
//! - what the user wants to hear: [`config`], the configuration file;
//! - what strings them together: [`check`];
//! - which files belong together: [`project`], shared by the programs;
//! - who asks: [`editor`] for those who are writing, and with the feature `cli` the program.
//!
//! Two types carry the design. A finding is a [`Diagnostic`](diagnostic::Diagnostic) and never a Rust error. What is
//! written is a [`VerifiedPolicy`](emit::VerifiedPolicy), which exists only where no finding is an error.
//! `docs/architecture.md` tells the rest, `docs/language.md` what the language means.

// What is hidden here is for the program and the server of this workspace, and without a promise.
pub mod source;
#[doc(hidden)]
pub mod text;
pub mod diagnostic;
#[doc(hidden)]
pub mod input;
pub mod policy;
#[doc(hidden)]
pub mod syntax;
#[doc(hidden)]
pub mod json;
pub mod manifest;
#[doc(hidden)]
pub mod risk;
#[doc(hidden)]
pub mod lower;
#[doc(hidden)]
pub mod resolve;
pub mod policy_json;
pub mod decide;
pub mod diff;
#[doc(hidden)]
pub mod emit;
#[doc(hidden)]
pub mod format;
#[doc(hidden)]
pub mod decompile;
#[doc(hidden)]
pub mod lint;
#[doc(hidden)]
pub mod starter;
#[doc(hidden)]
pub mod config;
pub mod check;
#[doc(hidden)]
pub mod project;
#[doc(hidden)]
pub mod editor;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
