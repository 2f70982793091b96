//! Flags of everything that calls the Web API.

use std::time::Duration;

use sleeve_client::{Budget, Builder, Pace};

/// How calls are made; what is not given stays as the client has it.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
#[command(next_help_heading = "Options of calls")]
pub(crate) struct CallFlags {
    /// How long one request may take, as 10s, 500ms or 2m [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) timeout: Option<Duration>,
    /// How often a call is tried again after a timeout, a broken connection or a status from 500 up [default: 3]
    #[arg(long, value_name = "N")]
    pub(crate) retries: Option<u32>,
    /// Wait for the rate limit as long as it takes [default: a minute, else end with status 75]
    #[arg(long)]
    pub(crate) wait: bool,
    /// How fast calls go out at most, as 3/s or 180/30s, or `off` [default: 1/s towards Spotify]; `adaptive` finds the
    /// limit by reaching it, the default towards other addresses: Spotify may lock an app for a day
    #[arg(long, value_name = "PACE")]
    pub(crate) pace: Option<Pace>,
    /// How many calls go out in a day at most, as 900/day, or `off` [default: 500/day towards Spotify]
    #[arg(long, value_name = "BUDGET")]
    pub(crate) budget: Option<Budget>,
    /// Keep answers in the cache folder, 30 days at most, and ask only whether they still hold; the token rests there as
    /// well. `sleeve cache` shows and empties it
    #[arg(long)]
    pub(crate) cache: bool,
    /// With --cache: how old a kept answer may be to do without a call, as 10m, 12h or 30d, though the service would rather
    /// be asked [default: as long as the service says]
    #[arg(long, value_name = "TIME", value_parser = duration, requires = "cache")]
    pub(crate) max_age: Option<Duration>,
}

impl CallFlags {
    /// Tells a client to be.
    pub(crate) fn apply(self, mut builder: Builder) -> Builder {
        if let Some(timeout) = self.timeout {
            builder = builder.timeout(timeout);
        }
        if let Some(retries) = self.retries {
            builder = builder.retries(retries);
        }
        if let Some(max_age) = self.max_age {
            builder = builder.max_age(max_age);
        }
        if self.wait {
            builder = builder.longest_wait(Duration::MAX);
        }
        if let Some(pace) = self.pace {
            builder = builder.pace(pace);
        }
        if let Some(budget) = self.budget {
            builder = builder.budget(budget);
        }
        builder
    }
}

/// A time with its unit: `500ms`, `10s`, `2m`, `1h`, `30d`.
fn duration(text: &str) -> Result<Duration, &'static str> {
    let wrong = "a time is a number and its unit, as 500ms, 10s, 2m, 1h or 30d";
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).ok_or(wrong)?);
    let number: u64 = number.parse().map_err(|_| wrong)?;
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(wrong),
    };
    match number.checked_mul(milliseconds) {
        Some(0) => Err("no time at all is too short"),
        Some(milliseconds) => Ok(Duration::from_millis(milliseconds)),
        None => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::duration;

    #[test]
    fn a_time_has_a_number_and_a_unit() {
        for (text, milliseconds) in
            [("500ms", 500), ("10s", 10_000), ("2m", 120_000), ("1h", 3_600_000), ("2d", 172_800_000)]
        {
            assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)));
        }
        for text in ["", "10", "s", "-1s", "1.5s", "10 s", "10w", "0s", "99999999999999999999s", "9999999999999999999h"]
        {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
