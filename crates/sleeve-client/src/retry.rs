//! How long to wait before the next try.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(8);
/// Longer than any lock that was ever seen, and short enough to be added to any time.
const HORIZON: Duration = Duration::from_secs(10 * 366 * 24 * 3600);

/// The ceiling of the pause before the try after `repeats` others; the pause itself is any part of it (full jitter).
pub(crate) fn backoff(repeats: u32) -> Duration {
    FIRST.saturating_mul(1 << repeats.min(10)).min(LONGEST)
}

/// Reads `Retry-After`: whole seconds, or a date, which is compared with the answer's own `Date` where there is one.
/// Anything else is as if absent.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.parse().map_or(HORIZON, Duration::from_secs).min(HORIZON));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    let date =
        headers.get(DATE).and_then(|date| date.to_str().ok()).and_then(|date| httpdate::parse_http_date(date).ok());
    Some(until.duration_since(date.unwrap_or(now)).unwrap_or_default().min(HORIZON))
}
