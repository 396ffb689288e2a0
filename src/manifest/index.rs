//! Finding tools by name and by the beginning of the name.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use super::Tool;

/// A slot that holds no tool.
const EMPTY: u32 = u32::MAX;

/// How many slots a table has at first.
const SMALLEST: usize = 64;

/// A hash table of indices into the tools. The names stay in the tools alone, where a map would keep a second copy
/// of each. The hash is keyed at random, so no server can choose names that collide.
#[derive(Debug, Default)]
pub(super) struct NameTable {
    hasher: RandomState,
    /// A power of two, at least twice as many as names, so that a free slot is always near.
    slots: Vec<u32>,
}

impl NameTable {
    /// The index of the tool with this name.
    pub(super) fn find(&self, name: &str, tools: &[Tool]) -> Option<usize> {
        match self.probe(name, tools) {
            Some((_, EMPTY)) | None => None,
            Some((_, index)) => Some(index as usize),
        }
    }

    /// Adds the name of the last tool, which must be unique. All other names must already be in the table.
    pub(super) fn take_in_last(&mut self, tools: &[Tool]) {
        let size = tools.len().saturating_mul(2).next_power_of_two();
        if size <= self.slots.len() {
            self.insert(tools.len().saturating_sub(1), tools);
            return;
        }
        self.slots = vec![EMPTY; size.max(SMALLEST)];
        for index in 0..tools.len() {
            self.insert(index, tools);
        }
    }

    fn insert(&mut self, index: usize, tools: &[Tool]) {
        let found = tools.get(index).and_then(|tool| self.probe(&tool.name, tools));
        if let Some(slot) = found.and_then(|(slot, _)| self.slots.get_mut(slot)) {
            *slot = u32::try_from(index).unwrap_or(EMPTY);
        }
    }

    /// The slot where a name stands or would stand, and what it holds.
    fn probe(&self, name: &str, tools: &[Tool]) -> Option<(usize, u32)> {
        let mask = self.slots.len().checked_sub(1)?;
        // Only the low bits choose the slot, so it does not matter that they are fewer on small machines.
        let start = self.hasher.hash_one(name) as usize;
        for step in 0..self.slots.len() {
            let slot = start.wrapping_add(step) & mask;
            let index = *self.slots.get(slot)?;
            let here = tools.get(index as usize).is_some_and(|tool| *tool.name == *name);
            if index == EMPTY || here {
                return Some((slot, index));
            }
        }
        None
    }
}

/// The indices of the tools in the order of their names.
pub(super) fn sort_by_name(tools: &[Tool]) -> Box<[u32]> {
    let mut sorted: Vec<u32> = (0u32..).take(tools.len()).collect();
    sorted.sort_unstable_by_key(|&index| name(tools, index));
    sorted.into()
}

/// The indices of the tools whose names start with `prefix`, ascending.
pub(super) fn with_prefix(sorted: &[u32], tools: &[Tool], prefix: &str) -> Vec<usize> {
    let start = sorted.partition_point(|&index| name(tools, index) < prefix);
    let tail = sorted.get(start..).unwrap_or(&[]);
    let length = tail.partition_point(|&index| name(tools, index).starts_with(prefix));
    let mut found: Vec<usize> = tail.iter().take(length).map(|&index| index as usize).collect();
    found.sort_unstable();
    found
}

fn name(tools: &[Tool], index: u32) -> &str {
    tools.get(index as usize).map_or("", |tool| &tool.name)
}

#[cfg(test)]
mod tests {
    use crate::manifest::Manifest;
    use crate::source::SourceSet;

    fn manifest(names: &[&str]) -> Manifest {
        let tools: Vec<_> = names.iter().map(|name| serde_json::json!({ "name": name })).collect();
        let file = SourceSet::default().add("tools.json", "");
        let (manifest, problems) = Manifest::read(file, serde_json::json!(tools).to_string());
        assert!(problems.is_empty(), "{problems:?}");
        manifest
    }

    #[test]
    fn every_name_is_found_at_its_place() {
        let names: Vec<String> = (0..3000).map(|number| format!("tool_{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let manifest = manifest(&names);
        for (index, name) in names.iter().enumerate() {
            assert_eq!(manifest.find(name), Some(index));
        }
        assert_eq!(manifest.find("tool_3000"), None);
        assert_eq!(manifest.find(""), None);
        assert_eq!(Manifest::default().find("tool_1"), None);
    }

    #[test]
    fn a_prefix_finds_names_in_the_server_s_order() {
        let manifest = manifest(&["set_b", "get", "set_a", "setting", "se", "set_", "SET_c", "sf"]);
        for (prefix, expected) in [
            ("set_", &[0, 2, 5][..]),
            ("set", &[0, 2, 3, 5]),
            ("sf", &[7]),
            ("set_a_long_one", &[]),
            ("z", &[]),
            ("", &[0, 1, 2, 3, 4, 5, 6, 7]),
        ] {
            assert_eq!(manifest.names_by_prefix(prefix).collect::<Vec<_>>(), expected, "{prefix}");
        }
        assert_eq!(Manifest::default().names_by_prefix("").count(), 0);
    }
}
