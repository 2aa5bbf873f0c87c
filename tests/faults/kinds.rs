//! The ways in which a request fails.

use std::collections::BTreeMap;

use emulator::{Dropped, Fault, FaultAnswer};
use serde_json::json;

/// A way in which a request fails.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// 500 before the request had an effect.
    Failed,
    /// 500 although it had one.
    FailedAfterEffect,
    /// 503 without a body.
    Unavailable,
    /// 429 that wants no wait.
    ThrottledForNow,
    /// 429 that wants a second.
    ThrottledForASecond,
    /// 409.
    Conflict,
    /// 404 as Azure says it.
    NotFound,
    /// 404 as anything on the way may say it.
    NotFoundByAnother,
    /// The connection breaks before the effect.
    DroppedBefore,
    /// The connection breaks after the effect.
    DroppedAfter,
    /// No answer for longer than anybody waits.
    Silent,
    /// A page instead of an answer, and no effect.
    Page,
    /// A page instead of the answer, which was sent.
    PageAfterEffect,
    /// The connection breaks in the middle of the answer.
    HalfAnAnswer,
}

impl Kind {
    pub(crate) const ALL: [Self; 14] = [
        Self::Failed,
        Self::FailedAfterEffect,
        Self::Unavailable,
        Self::ThrottledForNow,
        Self::ThrottledForASecond,
        Self::Conflict,
        Self::NotFound,
        Self::NotFoundByAnother,
        Self::DroppedBefore,
        Self::DroppedAfter,
        Self::Silent,
        Self::Page,
        Self::PageAfterEffect,
        Self::HalfAnAnswer,
    ];

    /// The fault that meets the request of this number, and if it lasts, all after it.
    pub(crate) fn at(self, nth: u64, lasting: bool) -> Fault {
        let fault =
            Fault { nth: Some(nth), times: Some(if lasting { 1_000_000 } else { 1 }), ..Fault::default() };
        match self {
            Self::DroppedBefore => Fault { drop: Some(Dropped::Before), ..fault },
            Self::DroppedAfter => Fault { drop: Some(Dropped::After), ..fault },
            Self::Silent => Fault { delay_ms: Some(600_000), drop: Some(Dropped::Before), ..fault },
            _ => Fault { answer: Some(self.answer()), ..fault },
        }
    }

    fn answer(self) -> FaultAnswer {
        let status = |status| FaultAnswer { status: Some(status), ..FaultAnswer::default() };
        let error = |number, code: &str| {
            let body = json!({ "error": { "code": code, "message": "a fault of the test" } });
            FaultAnswer { body: Some(body), ..status(number) }
        };
        let throttled = |seconds: &str| {
            let headers = BTreeMap::from([("Retry-After".to_owned(), seconds.to_owned())]);
            FaultAnswer { headers, ..error(429, "TooManyRequests") }
        };
        let page = json!("<html><body>Please log in to the network</body></html>");
        match self {
            Self::Failed => error(500, "InternalServerError"),
            Self::FailedAfterEffect => {
                FaultAnswer { after_effect: true, ..error(500, "InternalServerError") }
            }
            Self::Unavailable => status(503),
            Self::ThrottledForNow => throttled("0"),
            Self::ThrottledForASecond => throttled("1"),
            Self::Conflict => error(409, "Conflict"),
            Self::NotFound => error(404, "ResourceNotFound"),
            Self::NotFoundByAnother => status(404),
            Self::Page => FaultAnswer { body: Some(page), ..status(200) },
            Self::PageAfterEffect => FaultAnswer { body: Some(page), ..FaultAnswer::default() },
            Self::HalfAnAnswer => FaultAnswer { truncate_at: Some(40), ..FaultAnswer::default() },
            Self::DroppedBefore | Self::DroppedAfter | Self::Silent => unreachable!("there is no answer"),
        }
    }
}
