//! What is to be said about files: computed by one worker, pushed to the client or kept for it to ask.

pub mod convert;
pub mod lists;
pub mod pull;
pub mod publish_state;
pub mod worker;
