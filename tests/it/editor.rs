//! The editor's questions, asked of policies with a mark where the cursor stands.

mod fixture;
mod folding;
mod navigation;
mod rename;
mod symbols;
mod workspace;
