//! What is answered in the place of the truth, whoever is asked.

use bytes::Bytes;
use serde_json::Value as Json;

/// How much a large answer has, in bytes: more than is read.
pub(crate) const LARGE: usize = 24 * 1024 * 1024;

/// What commands a terminal.
pub(crate) const ODD: &str = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}\u{2066}\r\u{8}\u{0}text";

/// An answer of a stranger.
///
/// `Made` is how it is made of a request or of the truth, and `Asked` what of a request decides whether it can answer it.
#[derive(Clone, Debug)]
pub(crate) struct Hostile<Made, Asked> {
    pub(crate) name: &'static str,
    pub(crate) what: What<Made>,
    /// Whether it is asked again until the time is over.
    pub(crate) passes: bool,
    /// Whether it takes much memory on both sides.
    pub(crate) is_large: bool,
    /// Whether nothing tells it from the truth.
    pub(crate) is_believed: bool,
    /// Whether it answers this request.
    pub(crate) answers: fn(&Asked) -> bool,
}

/// What is sent.
#[derive(Clone, Debug)]
pub(crate) enum What<Made> {
    /// A status, headers, and a body, which all cases share.
    Answer(u16, Vec<(&'static str, String)>, Bytes),
    /// A head, and then the same bytes for as long as somebody reads.
    Endless(&'static str, &'static [u8]),
    /// The true answer, or each item of a list, changed.
    Changed(fn(&mut Json)),
    /// What is made of the request or of the true answer.
    Made(Made),
}

impl<Made, Asked> Hostile<Made, Asked> {
    pub(crate) fn new(name: &'static str, what: What<Made>) -> Self {
        Self { name, what, passes: false, is_large: false, is_believed: false, answers: |_| true }
    }

    pub(crate) fn answer(name: &'static str, status: u16, body: impl Into<Bytes>) -> Self {
        Self::new(name, What::Answer(status, Vec::new(), body.into()))
    }

    pub(crate) fn success(name: &'static str, body: impl Into<Bytes>) -> Self {
        Self::answer(name, 200, body)
    }

    pub(crate) fn refusal(name: &'static str, status: u16, body: &Json) -> Self {
        Self::answer(name, status, body.to_string())
    }

    pub(crate) fn made(name: &'static str, made: Made) -> Self {
        Self::new(name, What::Made(made))
    }

    pub(crate) fn changed(name: &'static str, change: fn(&mut Json)) -> Self {
        Self::new(name, What::Changed(change))
    }

    pub(crate) fn endless(name: &'static str, head: &'static str, bytes: &'static [u8]) -> Self {
        Self::new(name, What::Endless(head, bytes)).large()
    }

    /// The same with one more header.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let What::Answer(_, headers, _) = &mut self.what {
            headers.push((name, value.into()));
        }
        self
    }

    pub(crate) fn passing(self) -> Self {
        Self { passes: true, ..self }
    }

    pub(crate) fn large(self) -> Self {
        Self { is_large: true, ..self }
    }

    pub(crate) fn believed(self) -> Self {
        Self { is_believed: true, ..self }
    }

    /// The ways to attack with it: whether all later requests of its sort meet it too, and whether the request takes effect
    /// all the same.
    ///
    /// What is asked again until the time is over takes long, and the tests of faults do it; a request that is repeated by
    /// itself always is.
    pub(crate) fn ways(
        &self,
        is_write: bool,
        is_repeated: bool,
    ) -> impl Iterator<Item = (bool, bool)> + use<Made, Asked> {
        let can_last = !(self.passes || self.is_large || is_repeated);
        let can_take_effect = is_write && !self.is_large;
        [(false, false), (true, false), (false, true)].into_iter().filter(move |(lasting, after_effect)| {
            (!lasting || can_last) && (!after_effect || can_take_effect)
        })
    }
}

/// How a case of one of these is told: which of the requests, in which way.
pub(crate) fn told(request: &str, (lasting, after_effect): (bool, bool), name: &str) -> String {
    let lasting = if lasting { " and all after it" } else { "" };
    let after = if after_effect { ", after the effect" } else { "" };
    format!("{request}{lasting}{after}: {name:?}")
}

/// Answers that are too long, too short, or without end.
pub(crate) fn sizes<Made, Asked>() -> Vec<Hostile<Made, Asked>> {
    vec![
        Hostile::endless("an endless success", "HTTP/1.1 200 OK\r\n\r\n", b"00000000"),
        Hostile::endless("a terabyte", "HTTP/1.1 201 Created\r\nContent-Length: 1099511627776\r\n\r\n", b" "),
        Hostile::endless(
            "an endless refusal",
            "HTTP/1.1 400 Bad Request\r\n\r\n{\"message\":\"",
            b"aaaaaaa ",
        ),
        Hostile::endless("an endless head", "HTTP/1.1 200 OK\r\nX-A: ", b"aaaaaaaa").passing(),
        Hostile::endless("endless headers", "HTTP/1.1 200 OK\r\n", b"X-A: a\r\n").passing(),
        Hostile::success("a large success", vec![b' '; LARGE]).large(),
        Hostile::success("a short answer", "{\"id\":").header("Content-Length", "9000").passing(),
    ]
}

/// Successes that are no objects.
pub(crate) fn bodies<Made, Asked>() -> Vec<Hostile<Made, Asked>> {
    vec![
        Hostile::success("an empty object", "{}"),
        Hostile::success("another object", r#"{"status":"ok"}"#),
        Hostile::success("a list", "[]"),
        Hostile::success("a text", "\"ok\""),
        Hostile::success("nothing", ""),
        Hostile::success("a page", "<html><body>Please log in</body></html>"),
        Hostile::success("lists in lists", "[".repeat(20_000)),
        Hostile::success("bytes", vec![0xff, 0xfe, 0, 0x1b, b'{']),
        Hostile::answer("a 202", 202, "{}"),
    ]
}

/// The truth, as JSON, with this change.
pub(crate) fn change(truth: &str, change: fn(&mut Json)) -> String {
    let mut answer: Json = serde_json::from_str(truth).unwrap_or_default();
    if let Some(items) = answer.get_mut("items").and_then(Json::as_array_mut) {
        items.iter_mut().for_each(change);
    } else if answer.is_object() {
        change(&mut answer);
    }
    answer.to_string()
}
