//! See [`fuzz::certificates`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::certificates::check(input));
