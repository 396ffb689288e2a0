//! Reads a JSON file into the tree of `serde_json`, once: what the stages of the compiler are held against.

use std::fs;
use std::hint::black_box;
use std::io;

fn main() -> io::Result<()> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    for file in &files {
        let bytes = fs::read(file)?;
        let value = black_box(measured(black_box(&bytes)))?;
        drop(value);
    }
    Ok(())
}

/// The parse and nothing else. Callgrind finds this function by its name.
#[inline(never)]
fn measured(bytes: &[u8]) -> serde_json::Result<serde_json::Value> {
    serde_json::from_slice(bytes)
}
