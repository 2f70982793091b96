//! What is said when a run has ended: what did not go as the program may have meant it.

use sleeve_server::Tally;

/// How many names are listed at most.
const LISTED: usize = 5;

/// The lines to say; none where all went well.
pub(super) fn of(tally: &Tally, name: &str, tracks: &str, is_offline: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let (missed, refused, unreached) = (tally.missed_ids(), tally.refused_hosts(), tally.unreached_hosts());
    if !missed.is_empty() {
        lines.push(format!(
            "not in the local catalogue of {tracks}: {}; `sleeve catalogue import` adds what Spotify has sent, and Spotify itself answers where {name} runs without sleeve and with a pair from its dashboard",
            list(&missed, "id"),
        ));
    }
    if !refused.is_empty() {
        let why = if is_offline { "offline" } else { "your proxy is none that sleeve can speak to" };
        lines.push(format!("refused ({why}): {}", list(&refused, "host")));
    }
    if !unreached.is_empty() {
        lines.push(format!("not reached: {}", list(&unreached, "host")));
    }
    if tally.distrusts() > 0 {
        lines.push(format!(
            "{name} did not trust the local Spotify's certificate: its root certificates are its own; have it call $SLEEVE_URL instead"
        ));
    } else if tally.requests() == 0 {
        lines.push(format!(
            "no request to Spotify came from {name}; if it made any, it takes no proxy from its environment: have it call $SLEEVE_URL instead"
        ));
    }
    lines
}

fn list(names: &[String], noun: &str) -> String {
    let plural = if names.len() == 1 { "" } else { "s" };
    let more = if names.len() > LISTED { ", …" } else { "" };
    let listed = names.iter().take(LISTED).map(String::as_str).collect::<Vec<_>>().join(", ");
    format!("{} {noun}{plural} ({listed}{more})", names.len())
}

#[cfg(test)]
mod tests {
    use sleeve_server::Tally;

    use super::of;

    #[test]
    fn a_run_that_went_well_has_no_last_words() {
        let tally = Tally::default();
        tally.request();
        assert!(of(&tally, "app", "64 tracks", false).is_empty());
    }

    #[test]
    fn what_was_missed_and_refused_is_listed_shortly() {
        let tally = Tally::default();
        tally.request();
        tally.refused("example.org");
        for number in 0..7 {
            tally.missed(&number.to_string());
        }
        let lines = of(&tally, "app", "64 tracks", true);
        assert!(
            lines[0].starts_with("not in the local catalogue of 64 tracks: 7 ids (0, 1, 2, 3, 4, …);"),
            "{lines:?}"
        );
        assert_eq!(lines[1], "refused (offline): 1 host (example.org)");
    }

    #[test]
    fn a_program_that_never_came_or_did_not_trust_us_is_told_what_helps() {
        let tally = Tally::default();
        assert!(of(&tally, "app", "64 tracks", false)[0].starts_with("no request to Spotify came from app;"));
        tally.distrusted();
        let lines = of(&tally, "app", "64 tracks", false);
        assert!(lines.len() == 1 && lines[0].starts_with("app did not trust"), "{lines:?}");
    }
}
