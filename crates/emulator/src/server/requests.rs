//! The log of requests to Azure.

use std::collections::VecDeque;
use std::time::Duration;

use http::{Method, StatusCode};
use serde::Serialize;

/// How many requests are kept; of more, the oldest are forgotten.
const KEPT: usize = 10_000;

/// How many bytes of a method, a path and a query are kept each. With [`KEPT`] it bounds the log, to 60 MB at the worst.
const LONGEST: usize = 2_000;

/// A request to Azure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecordedRequest {
    /// Counts from 0 in the order that requests came, since the start or since the log was cleared.
    pub index: u64,
    /// The method.
    pub method: String,
    /// The path, percent-encoded as it came. Of a very long one the beginning is kept, with `…` at its end.
    pub path: String,
    /// The query without the question mark, percent-encoded as it came, and shortened in the same way.
    pub query: String,
    /// The status of the answer; null while there is none, which stays so if the connection was dropped.
    pub status: Option<u16>,
    /// The TCP connection it came over, counted from 1.
    pub connection: u64,
    /// How long it took until the answer; 0 while there is none.
    pub milliseconds: f64,
}

/// The requests so far.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    requests: VecDeque<RecordedRequest>,
    next: u64,
    /// Tells entries of before a clearing from those after it.
    era: u64,
}

/// An entry of the log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    index: u64,
    era: u64,
}

impl RequestLog {
    /// Notes a request that has no answer yet.
    pub(crate) fn note(&mut self, method: &Method, path: &str, query: &str, connection: u64) -> Entry {
        let entry = Entry { index: self.next, era: self.era };
        self.next = self.next.wrapping_add(1);
        if self.requests.len() == KEPT {
            self.requests.pop_front();
        }
        self.requests.push_back(RecordedRequest {
            index: entry.index,
            method: shortened(method.as_str()),
            path: shortened(path),
            query: shortened(query),
            status: None,
            connection,
            milliseconds: 0.0,
        });
        entry
    }

    /// Notes the answer, or how long it took until the connection was dropped.
    pub(crate) fn finish(&mut self, entry: Entry, status: Option<StatusCode>, took: Duration) {
        let Some(first) = self.requests.front().filter(|_| entry.era == self.era) else { return };
        let position = usize::try_from(entry.index.wrapping_sub(first.index)).unwrap_or(usize::MAX);
        if let Some(request) = self.requests.get_mut(position) {
            request.status = status.map(|status| status.as_u16());
            request.milliseconds = (took.as_secs_f64() * 1e6).round() / 1e3;
        }
    }

    pub(crate) fn list(&self) -> Vec<RecordedRequest> {
        self.requests.iter().cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.requests.clear();
        self.next = 0;
        self.era = self.era.wrapping_add(1);
    }
}

fn shortened(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let mut beginning = String::with_capacity(LONGEST + '…'.len_utf8());
    for character in text.chars() {
        if beginning.len() + character.len_utf8() > LONGEST {
            break;
        }
        beginning.push(character);
    }
    beginning.push('…');
    beginning
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_after_a_clearing_is_not_noted_at_another_request() {
        let mut log = RequestLog::default();
        let old = log.note(&Method::GET, "/old", "", 1);
        log.clear();
        let new = log.note(&Method::PUT, "/new", "a=b", 2);
        log.finish(old, Some(StatusCode::OK), Duration::ZERO);
        assert_eq!(log.list()[0].status, None);
        log.finish(new, Some(StatusCode::CREATED), Duration::from_micros(1500));
        let request = &log.list()[0];
        assert_eq!((request.index, request.status, request.milliseconds), (0, Some(201), 1.5));
    }

    #[test]
    fn of_long_requests_the_beginning_is_kept() {
        let mut log = RequestLog::default();
        let path = format!("/{}", "ü".repeat(LONGEST));
        log.note(&Method::from_bytes("M".repeat(LONGEST + 1).as_bytes()).unwrap(), &path, &path, 1);
        let request = &log.list()[0];
        for text in [&request.method, &request.path, &request.query] {
            assert!(text.ends_with('…') && text.len() < LONGEST + 4, "{}", text.len());
        }
        assert!(path.starts_with(request.path.trim_end_matches('…')));
    }

    #[test]
    fn only_the_newest_requests_are_kept() {
        let mut log = RequestLog::default();
        for _ in 0..=KEPT {
            let entry = log.note(&Method::GET, "/", "", 1);
            log.finish(entry, Some(StatusCode::OK), Duration::ZERO);
        }
        let list = log.list();
        assert_eq!((list.len(), list[0].index), (KEPT, 1));
        assert!(list.iter().all(|request| request.status == Some(200)));
    }
}
