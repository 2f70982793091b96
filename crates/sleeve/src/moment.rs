//! Moments as people say them, in the time zone of whoever reads them.

use std::time::{Duration, SystemTime};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// From so far away seconds do not matter.
const FAR: Duration = Duration::from_secs(600);
const MINUTE: Duration = Duration::from_secs(60);

/// A moment to come, by this machine's time zone: `14:05:30` within ten minutes, else `14:05`, `14:05 tomorrow`, `14:05 on
/// Thursday`, `14:05 on 2027-01-30`; never earlier than it is.
pub(crate) fn words(moment: SystemTime, now: SystemTime) -> String {
    in_zone(moment, now, &TimeZone::system())
}

fn in_zone(moment: SystemTime, now: SystemTime, zone: &TimeZone) -> String {
    let is_near = moment.duration_since(now).is_ok_and(|left| left < FAR);
    let shown = if is_near { moment } else { moment + (MINUTE - Duration::from_secs(1)) };
    let local = |time| Timestamp::try_from(time).map(|time| zone.to_datetime(time));
    // Further than any calendar goes.
    let (Ok(shown), Ok(now)) = (local(shown), local(now)) else { return "a day far from now".to_owned() };
    let time = shown.strftime(if is_near { "%H:%M:%S" } else { "%H:%M" }).to_string();
    match days(now, shown) {
        Some(0) => time,
        Some(1) => format!("{time} tomorrow"),
        Some(2..7) => format!("{time} on {}", shown.strftime("%A")),
        _ => format!("{time} on {}", shown.strftime("%Y-%m-%d")),
    }
}

/// How many midnights there are between; `None` where they are many.
fn days(now: DateTime, then: DateTime) -> Option<i64> {
    (0..7).find(|days| now.date().checked_add(days.days()).is_ok_and(|date| date == then.date()))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use jiff::tz::{TimeZone, offset};

    use super::in_zone;

    #[test]
    fn a_moment_is_said_as_people_do_in_the_zone_of_the_reader() {
        // Tuesday, 2026-11-24, 20:00 UTC.
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_550_400);
        let far = TimeZone::fixed(offset(9));
        for (seconds, utc, tokyo) in [
            (30, "20:00:30", "05:00:30"),
            (3_600, "21:00", "06:00"),
            (3_601, "21:01", "06:01"),
            (4 * 3_600, "00:00 tomorrow", "09:00"),
            (65_100, "14:05 tomorrow", "23:05"),
            (86_236, "19:58 tomorrow", "04:58 tomorrow"),
            (2 * 86_400, "20:00 on Thursday", "05:00 on Friday"),
            (6 * 86_400, "20:00 on Monday", "05:00 on Tuesday"),
            (7 * 86_400, "20:00 on 2026-12-01", "05:00 on 2026-12-02"),
            (10 * 366 * 86_400, "20:00 on 2036-12-01", "05:00 on 2036-12-02"),
        ] {
            let moment = now + Duration::from_secs(seconds);
            assert_eq!(in_zone(moment, now, &TimeZone::UTC), utc);
            assert_eq!(in_zone(moment, now, &far), tokyo);
        }
    }
}
