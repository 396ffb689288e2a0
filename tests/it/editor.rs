//! The editor's questions, asked of policies with a mark where the cursor stands.

mod fixture;
mod policy_json;
mod workspace;
