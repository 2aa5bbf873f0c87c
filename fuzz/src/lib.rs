//! Fuzz targets where bytes from outside enter: what Terraform sends, what Azure answers, what users write, and what
//! the emulator is asked.
//!
//! Each module has one function `check`, which takes any bytes, and panics when something that is said in the module's
//! text does not hold. The programs in `targets/` hand it to libFuzzer; `tests/corpus.rs` calls it with the inputs that
//! are kept in `corpus/`. Most inputs are texts, so that a reader can see what they are, and write one.

pub mod answers;
pub mod certificates;
pub mod dns;
pub mod ids;
pub mod kubeconfigs;
pub mod logins;
pub mod provider;
pub mod requests;
pub mod rules;
mod scripted;
mod text;
pub mod values;

/// A target: its name, which is that of its folder in `corpus/`, and its function.
pub type Target = (&'static str, fn(&[u8]));

/// All targets, by name.
pub const TARGETS: [Target; 10] = [
    ("answers", answers::check),
    ("certificates", certificates::check),
    ("dns", dns::check),
    ("ids", ids::check),
    ("kubeconfigs", kubeconfigs::check),
    ("logins", logins::check),
    ("provider", provider::check),
    ("requests", requests::check),
    ("rules", rules::check),
    ("values", values::check),
];
