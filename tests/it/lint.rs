//! The linter: its rules, area by area, and what decides whether their findings are said.

mod care;
mod conditions;
mod control;
mod doors;
mod effects;
mod fix;
mod free_text;
mod guards;
mod harmless;
mod policy_json;
mod suppressions;
mod truth;
