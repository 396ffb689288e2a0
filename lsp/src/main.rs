//! The language server, over standard input and output.

fn main() {}
