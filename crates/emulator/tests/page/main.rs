//! Who answers, as the emulator tells it: by its control API, by its command line, and on its page, which is looked at in a
//! real browser.

#![expect(clippy::unwrap_used, reason = "a test may end by a panic")]

mod azure;
mod browser;
mod chromium;
#[cfg(unix)]
mod command_line;
mod control;
mod document;
