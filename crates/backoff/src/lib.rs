//! How long to wait before a request is sent again. Whether it is worth it is decided by those who send.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::RETRY_AFTER;

/// The first wait, doubled each time.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// The wait before the n-th retry, counted from one: half of it is left to chance, so that many who failed together do not
/// come back together.
///
/// # Arguments
/// `jitter`: a random number from 0 to 1.
pub fn backoff(failures: u32, longest: Duration, jitter: f64) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
    doubled.min(longest).mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
}

/// How long to wait according to `Retry-After`, which is a number of seconds or a date: RFC 9110, section
/// 10.2.3. A date in the past means not at all.
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit_and_half_is_chance() {
        for (failures, jitter, milliseconds) in [
            (1, 1.0, 500),
            (1, 0.0, 250),
            (2, 1.0, 1000),
            (5, 0.5, 6000),
            (7, 1.0, 30_000),
            (1000, 1.0, 30_000),
        ] {
            let wait = backoff(failures, Duration::from_secs(30), jitter);
            assert_eq!(wait, Duration::from_millis(milliseconds), "{failures} {jitter}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Thu, 08 Jun 2023 02:49:36 GMT").unwrap();
        for (text, seconds) in [
            ("17", Some(17)),
            (" 0 ", Some(0)),
            ("Thu, 08 Jun 2023 02:50:06 GMT", Some(30)),
            ("Thu, 08 Jun 2023 02:00:00 GMT", Some(0)),
            ("9223372036854775807", Some(i64::MAX as u64)),
            ("18446744073709551615", Some(u64::MAX)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(251_716_108_223)),
            ("soon", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            assert_eq!(retry_after(&headers, now), seconds.map(Duration::from_secs), "{text}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}
