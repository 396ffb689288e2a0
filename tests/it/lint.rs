//! What `check` says of policies that are open, or do not do what they say.

mod fix;
mod policy_json;
