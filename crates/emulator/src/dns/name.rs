//! Names of DNS: from text to the bytes of a message, and within such bytes.
//!
//! In a message a name is a row of labels, each after a byte with its length, and an empty label at its end. Names are
//! compared without regard to letter case; a byte that is a length is at most 63, so it is no letter.

/// The longest label.
const LONGEST_LABEL: usize = 63;

/// The bytes of the longest name in a message.
const LONGEST: usize = 255;

/// A name as text that can be written into a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Name<'a>(&'a str);

impl<'a> Name<'a> {
    /// Reads a name, with or without a dot at its end. The root is not among them.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let name = text.strip_suffix('.').unwrap_or(text);
        let is_label = |label: &str| (1..=LONGEST_LABEL).contains(&label.len()) && label.is_ascii();
        // Each dot stands for the length of a label; that of the first and the empty label at the end come on top.
        (name.len() + 2 <= LONGEST && name.split('.').all(is_label)).then_some(Self(name))
    }

    pub(super) const fn as_str(self) -> &'a str {
        self.0
    }

    /// How many bytes it takes in a message.
    pub(super) const fn length(self) -> usize {
        self.0.len() + 2
    }

    /// Appends its bytes.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        for label in self.0.split('.') {
            out.push(u8::try_from(label.len()).expect("a label was found to have at most 63 bytes"));
            out.extend_from_slice(label.as_bytes());
        }
        out.push(0);
    }
}

/// The bytes that the uncompressed name takes with which a text begins. `None` if there is none.
pub(super) fn length(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let label = usize::from(*bytes.get(at)?);
        at += 1 + label;
        if label > LONGEST_LABEL || at > LONGEST || at > bytes.len() {
            return None;
        }
        if label == 0 {
            return Some(at);
        }
    }
}

/// The labels of an uncompressed name that was found whole, without the empty one at its end.
pub(super) fn labels(name: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = name;
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first()?;
        let (label, after) = after.split_at_checked(usize::from(*length))?;
        rest = after;
        Some(label)
    })
    .take_while(|label| !label.is_empty())
}

/// What stands before a suffix in a name; empty if the name is the suffix. `None` if the name does not end with it.
pub(super) fn before_suffix<'a>(name: &'a [u8], suffix: &[u8]) -> Option<&'a [u8]> {
    let at = name.len().checked_sub(suffix.len())?;
    let (before, end) = name.split_at(at);
    // The suffix has to begin where a label does.
    let starts = std::iter::successors(Some(0), |start| Some(start + 1 + usize::from(*name.get(*start)?)));
    let is_start = starts.take_while(|start| *start <= at).any(|start| start == at);
    (is_start && end.eq_ignore_ascii_case(suffix)).then_some(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        let name = Name::parse(text).unwrap();
        name.write(&mut out);
        assert_eq!(out.len(), name.length());
        out
    }

    #[test]
    fn a_name_becomes_labels_and_comes_back() {
        for text in ["a", "Shop.example", "shop.example."] {
            let out = bytes(text);
            assert_eq!(length(&out), Some(out.len()));
            assert_eq!(length(&[&out[..], b"more"].concat()), Some(out.len()));
            let again: Vec<&str> = labels(&out).map(|label| std::str::from_utf8(label).unwrap()).collect();
            assert_eq!(again.join("."), text.trim_end_matches('.'));
        }
        assert_eq!(bytes("ab.c"), b"\x02ab\x01c\0");
    }

    #[test]
    fn what_no_message_can_hold_is_no_name() {
        let label = "a".repeat(63);
        let longest = [&label[..], &label, &label, &label[2..]].join(".");
        assert_eq!(bytes(&longest).len(), LONGEST);
        assert_eq!(Name::parse(&format!("{longest}a")), None);
        for text in ["", ".", "a..b", ".a", "a..", "é", &"a".repeat(64)] {
            assert_eq!(Name::parse(text), None, "{text}");
        }
    }

    #[test]
    fn bytes_that_end_early_point_elsewhere_or_go_on_too_long_are_no_name() {
        let endless = [1, b'a'].repeat(200);
        for wrong in [&b""[..], b"\x01", b"\x01a", b"\x02a\0", b"\xc0\x0c", b"\x40", b"\x80\0", &endless] {
            assert_eq!(length(wrong), None, "{wrong:?}");
        }
        assert_eq!(length(b"\0"), Some(1));
        let longest = [[1, b'a'].repeat(127), vec![0]].concat();
        assert_eq!(length(&longest), Some(255));
        assert_eq!(length(&[[1, b'a'].repeat(128), vec![0]].concat()), None);
    }

    #[test]
    fn a_suffix_begins_where_a_label_does() {
        let suffix = bytes("tm.net");
        assert_eq!(before_suffix(&bytes("shop.tM.Net"), &suffix), Some(&b"\x04shop"[..]));
        assert_eq!(before_suffix(&bytes("TM.net"), &suffix), Some(&b""[..]));
        for other in ["net", "atm.net", "tm.net.org", "shop.tm.com"] {
            assert_eq!(before_suffix(&bytes(other), &suffix), None, "{other}");
        }
        // A label that contains the bytes of the suffix is not the suffix.
        assert_eq!(before_suffix(b"\x08a\x02tm\x03net\0", &suffix), None);
        assert_eq!(before_suffix(b"\0", &suffix), None);
    }
}
