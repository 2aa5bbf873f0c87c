//! Reads the head of an answer to a probe, and judges its status. The content of an answer is of no interest.
//!
//! However much a server sends, no more than one line's beginning is kept.

use thiserror::Error;

use crate::service::StatusRange;

/// The largest head, with everything that is sent before it.
const LARGEST: usize = 64 * 1024;

/// As much of a line as has to be seen at once: `HTTP/1.1 200` and what ends the status.
const KEPT: usize = 13;

/// Why an answer has no status.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub(crate) enum BadHead {
    #[error("the answer is not HTTP/1")]
    NotHttp,
    #[error("the headers of the answer do not end within 64 KiB")]
    TooLarge,
}

/// Reads a head, in whatever pieces it comes.
#[derive(Debug, Default)]
pub(super) struct HeadReader {
    /// The beginning of the line.
    line: Vec<u8>,
    /// How long the line is so far.
    length: usize,
    has_colon: bool,
    status: Option<u16>,
    /// How much has come so far.
    total: usize,
}

/// Whether a status counts as success. Without ranges, only 200 does.
pub(super) fn is_expected(status: u16, ranges: &[StatusRange]) -> bool {
    let status = i64::from(status);
    match ranges {
        [] => status == 200,
        ranges => ranges.iter().any(|range| (range.min..=range.max).contains(&status)),
    }
}

impl HeadReader {
    /// Takes what has come. The status, once the head is complete; interim answers such as `100 Continue` are passed over.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Result<Option<u16>, BadHead> {
        for byte in bytes {
            self.total += 1;
            if self.total > LARGEST {
                return Err(BadHead::TooLarge);
            }
            if *byte == b'\n' {
                if let Some(status) = self.end_line()? {
                    return Ok(Some(status));
                }
                continue;
            }
            if self.line.len() < KEPT {
                self.line.push(*byte);
            }
            self.length += 1;
            self.has_colon |= *byte == b':';
            if self.status.is_none() && !is_status_line_so_far(&self.line) {
                return Err(BadHead::NotHttp);
            }
        }
        Ok(None)
    }

    fn end_line(&mut self) -> Result<Option<u16>, BadHead> {
        let line = std::mem::take(&mut self.line);
        let is_empty = self.length == 0 || (self.length == 1 && line == b"\r");
        let has_colon = std::mem::take(&mut self.has_colon);
        self.length = 0;
        match self.status {
            None => self.status = Some(status(&line).ok_or(BadHead::NotHttp)?),
            Some(status) if is_empty => {
                // After 101 nothing more comes that is HTTP.
                if status >= 200 || status == 101 {
                    return Ok(Some(status));
                }
                self.status = None;
            }
            Some(_) => {
                let is_continued = line.starts_with(b" ") || line.starts_with(b"\t");
                if !has_colon && !is_continued {
                    return Err(BadHead::NotHttp);
                }
            }
        }
        Ok(None)
    }
}

/// The status of a status line.
fn status(line: &[u8]) -> Option<u16> {
    let rest = line.strip_prefix(b"HTTP/1.")?;
    let [version, b' ', code @ ..] = rest else { return None };
    let (code, after) = code.split_at_checked(3)?;
    if !version.is_ascii_digit() || !matches!(after.first(), None | Some(b' ' | b'\r')) {
        return None;
    }
    let code =
        std::str::from_utf8(code).ok().filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()))?;
    code.parse().ok().filter(|code| *code >= 100)
}

/// Whether a line can still become a status line, so that garbage is told at once.
fn is_status_line_so_far(line: &[u8]) -> bool {
    b"HTTP/1.".iter().zip(line).all(|(expected, given)| expected == given)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of an answer, whole and in pieces of every size.
    fn check(answer: &[u8], expected: Result<Option<u16>, BadHead>) {
        for size in 1..=answer.len() {
            let mut reader = HeadReader::default();
            let mut seen = Ok(None);
            for piece in answer.chunks(size) {
                seen = reader.read(piece);
                if seen != Ok(None) {
                    break;
                }
            }
            assert_eq!(seen, expected, "{:?} in pieces of {size}", String::from_utf8_lossy(answer));
        }
    }

    #[test]
    fn the_status_is_known_at_the_end_of_the_head() {
        check(b"HTTP/1.1 200 OK\r\nserver: x\r\n\r\nbody", Ok(Some(200)));
        check(b"HTTP/1.0 503\r\n\r\n", Ok(Some(503)));
        check(b"HTTP/1.1 999 \n\n", Ok(Some(999)));
        check(b"HTTP/1.1 204 No Content\r\na: b\r\n c\r\n\td\r\n\r\n", Ok(Some(204)));
        check(b"HTTP/1.1 200 OK\r\nserver: x\r\n", Ok(None));
        check(b"HTTP/1.1 200", Ok(None));
    }

    #[test]
    fn interim_answers_are_passed_over() {
        check(
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nlink: x\r\n\r\nHTTP/1.1 404 No\r\n\r\n",
            Ok(Some(404)),
        );
        check(b"HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n\x81\x00", Ok(Some(101)));
    }

    #[test]
    fn what_is_no_answer_is_told_at_once() {
        for garbage in [
            &b"SSH-2.0-OpenSSH"[..],
            b"HTTP/2 200\r\n",
            b"\r\n",
            b"\0\0\0\0",
            b"http/1.1 200 OK\r\n",
            b"HTTP/1.1 20\r\n",
            b"HTTP/1.1 2000 OK\r\n",
            b"HTTP/1.1 099 OK\r\n",
            b"HTTP/1.1 +20 OK\r\n",
            b"HTTP/1.1  200 OK\r\n",
            b"HTTP/1.x 200 OK\r\n",
            b"HTTP/1.1 200 OK\r\nno header\r\n",
        ] {
            check(garbage, Err(BadHead::NotHttp));
        }
    }

    #[test]
    fn a_head_without_an_end_is_given_up_and_not_kept() {
        let endless_line = [&b"HTTP/1.1 200 "[..], &b"x".repeat(LARGEST)].concat();
        let endless_headers = [&b"HTTP/1.1 200 OK\r\n"[..], &b"a: b\r\n".repeat(LARGEST / 6)].concat();
        let endless_interims = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(LARGEST / 25 + 1);
        for endless in [endless_line, endless_headers, endless_interims] {
            let mut reader = HeadReader::default();
            assert_eq!(reader.read(&endless), Err(BadHead::TooLarge));
            assert!(reader.line.capacity() <= 2 * KEPT, "{}", reader.line.capacity());
        }
    }

    #[test]
    fn only_200_counts_without_ranges_and_both_ends_of_a_range_do() {
        let range = |min, max| StatusRange { min, max };
        for (status, ranges, expected) in [
            (200, &[][..], true),
            (201, &[], false),
            (301, &[], false),
            (299, &[range(200, 299), range(404, 404)], true),
            (404, &[range(200, 299), range(404, 404)], true),
            (300, &[range(200, 299), range(404, 404)], false),
            (200, &[range(301, 301)], false),
        ] {
            assert_eq!(is_expected(status, ranges), expected, "{status} in {ranges:?}");
        }
    }
}
