//! See [`fuzz::provider`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::provider::check(input));
