//! PEM texts: sections with a label and bytes, RFC 7468.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// One section.
pub(super) struct Section {
    /// Such as `CERTIFICATE`.
    pub(super) label: String,
    /// What is encoded in it; `None` when it is no base64, as with headers for a password of old.
    pub(super) content: Option<Vec<u8>>,
}

/// Whether a text has a section.
pub(super) fn is_pem(text: &[u8]) -> bool {
    text.windows(BEGIN.len()).any(|window| window == BEGIN.as_bytes())
}

const BEGIN: &str = "-----BEGIN ";

/// The sections of a text. What is between them does not count.
pub(super) fn sections(text: &str) -> Vec<Section> {
    let parts = text.split(BEGIN).skip(1);
    let section = |part: &str| {
        let (label, rest) = part.split_once("-----")?;
        let (content, _) = rest.split_once("-----END ")?;
        let content: String = content.split_whitespace().collect();
        Some(Section { label: label.to_owned(), content: STANDARD.decode(content).ok() })
    };
    parts.filter_map(section).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_found_between_other_text() {
        let text = "Bag Attributes\n-----BEGIN A B-----\r\nAQI\n  D\n-----END A B-----\nx\n-----BEGIN C-----\nProc-Type: 4\n\
                    AA==\n-----END C-----\n-----BEGIN D-----\nAA==";
        let found: Vec<_> =
            sections(text).into_iter().map(|section| (section.label, section.content)).collect();
        assert_eq!(found, [("A B".to_owned(), Some(vec![1, 2, 3])), ("C".to_owned(), None)]);
        assert!(is_pem(text.as_bytes()) && !is_pem(b"0\x82"));
    }
}
