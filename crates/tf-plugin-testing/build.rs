//! Generates messages, clients and server traits from the files of `tf-plugin`. The code is this crate's own, so that
//! what a provider sends is read by other code than that which wrote it.

use std::env;
use std::error::Error;
use std::path::PathBuf;

const FILES: [&str; 4] =
    ["tfplugin6.proto", "plugin/controller.proto", "plugin/broker.proto", "plugin/stdio.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    // Asked when it runs: a target folder that two checkouts share has one build script for both.
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../tf-plugin/proto");
    for file in FILES {
        println!("cargo::rerun-if-changed={}", root.join(file).display());
    }
    let descriptors = protox::compile(FILES, [&root])?;
    tonic_prost_build::configure().generate_default_stubs(true).compile_fds(descriptors)?;
    Ok(())
}
