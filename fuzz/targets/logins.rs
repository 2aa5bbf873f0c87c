//! See [`fuzz::logins`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::logins::check(input));
