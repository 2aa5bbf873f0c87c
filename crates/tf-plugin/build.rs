//! Generates messages and server traits from the files in `proto/`. Needs no protoc.

use std::env;
use std::error::Error;
use std::path::PathBuf;

const FILES: [&str; 4] =
    ["tfplugin6.proto", "plugin/controller.proto", "plugin/broker.proto", "plugin/stdio.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    // Asked when it runs: a target folder that two checkouts share has one build script for both.
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("proto");
    for file in FILES {
        println!("cargo::rerun-if-changed={}", root.join(file).display());
    }
    let descriptors = protox::compile(FILES, [&root])?;
    // The default stubs answer Unimplemented, which is what Terraform expects of an RPC that is not there.
    tonic_prost_build::configure()
        .build_client(false)
        .generate_default_stubs(true)
        .compile_fds(descriptors)?;
    Ok(())
}
