//! The editor's questions, asked of policies with a mark where the cursor stands.

mod actions;
mod fixture;
mod formatting;
mod workspace;
