//! Text that may reach a terminal: what a terminal would obey or hide is made visible, and no text is endless.
//!
//! Answers of services, names and values of users, and messages of libraries are parts of what a provider says.

use std::fmt::Write as _;

/// Text of several lines, of about `limit` bytes at most. Line feeds and tabs stay.
pub(crate) fn text(of: &str, limit: usize) -> String {
    visible(of, limit, |each| matches!(each, '\n' | '\t'))
}

/// Text of one line, of about `limit` bytes at most.
pub(crate) fn line(of: &str, limit: usize) -> String {
    visible(of, limit, |_| false)
}

/// Whether nothing in the text would have to be made visible.
pub(crate) fn is_printable(text: &str) -> bool {
    !text.chars().any(is_hidden)
}

fn visible(of: &str, limit: usize, stays: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(of.len().min(limit));
    let mut letters = of.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        if out.len() >= limit {
            // Writing to a string does not fail.
            let _ = write!(out, "… ({} bytes more)", of.len() - at);
            break;
        }
        // The carriage return of a line end of another system says nothing.
        if letter == '\r' && letters.peek().is_some_and(|(_, next)| *next == '\n') {
            continue;
        }
        if is_hidden(letter) && !stays(letter) {
            let _ = write!(out, "{}", letter.escape_unicode());
        } else {
            out.push(letter);
        }
    }
    out
}

/// Control characters; marks that change the direction of text; and what takes no room at all, so that two texts
/// that differ look the same.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{is_printable, line, text};

    #[test]
    fn what_a_terminal_would_obey_is_shown_instead() {
        assert_eq!(text("a\u{1b}[2Jb\u{9b}c\u{7f}\0", 99), r"a\u{1b}[2Jb\u{9b}c\u{7f}\u{0}");
        assert_eq!(text("x\u{202e}y\u{2066}z\u{61c}", 99), r"x\u{202e}y\u{2066}z\u{61c}");
        assert_eq!(text("zero\u{200b}width\u{feff}", 99), r"zero\u{200b}width\u{feff}");
        assert_eq!(text("one\r\ntwo\rthree\tfour\n", 99), "one\ntwo\\u{d}three\tfour\n");
        assert_eq!(line("one\ntwo\t", 99), r"one\u{a}two\u{9}");
    }

    #[test]
    fn what_people_write_stays_as_it_is() {
        for each in ["Zürich, 東京, שלום, مرحبا", "a \"quoted\" `code` \\ path", "👍🏽 ❤️"]
        {
            assert_eq!(text(each, 99), each);
            assert!(is_printable(each));
        }
    }

    #[test]
    fn long_text_is_cut_between_characters_and_says_so() {
        let long = "ä".repeat(3_000_000);
        let cut = text(&long, 1024);
        assert_eq!(cut, format!("{}… (5998976 bytes more)", "ä".repeat(512)));
        assert_eq!(text(&"\u{1b}".repeat(500_000), 12), r"\u{1b}\u{1b}… (499998 bytes more)");
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left(any in any::<String>(), limit in 0..64_usize) {
            prop_assert!(is_printable(&line(&any, limit)));
            prop_assert!(is_printable(&text(&any, limit).replace(['\n', '\t'], "")));
            prop_assert!(line(&any, limit).len() < limit + 48);
        }
    }
}
