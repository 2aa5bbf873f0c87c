//! The emulator's command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    emulator::cli::run()
}
