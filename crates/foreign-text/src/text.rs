//! Foreign text as a terminal may show it: printable, and not too long. Its callers hide what is secret in it.

/// Replaces what a terminal may take for a command, or what reorders the text around it. Line breaks stay.
pub fn printable(text: &str) -> String {
    let is_odd = |letter: char| {
        (letter.is_control() && letter != '\n')
            || matches!(letter, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
            || matches!(letter, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    let text = text.replace("\r\n", "\n").replace('\t', " ");
    text.chars().map(|letter| if is_odd(letter) { '\u{fffd}' } else { letter }).collect()
}

/// The beginning of a text, at most this many bytes.
pub fn beginning(text: &str, longest: usize) -> &str {
    let mut end = longest.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
