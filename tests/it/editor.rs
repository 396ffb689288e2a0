//! The editor's questions, asked of policies with a mark where the cursor stands.

mod completion;
mod fixture;
mod signature;
mod workspace;
