//! The editor's questions, asked of policies with a mark where the cursor stands.

mod at;
mod fixture;
mod hover;
mod inlay;
mod lens;
mod tokens;
mod folding;
mod navigation;
mod recheck;
mod typing;
mod rename;
mod symbols;
mod actions;
mod formatting;
mod completion;
mod signature;
mod policy_json;
mod workspace;
