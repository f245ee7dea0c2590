//! The `offramp` program.

fn main() {}
