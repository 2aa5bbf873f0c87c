//! The provider's process.
fn main() {}
