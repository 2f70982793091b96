//! The picture: how many calls are in the window, over time, against how many may be.

use std::fmt::Write;
use std::time::Duration;

use super::service::{Limit, Seen};

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 300.0;
const MARGIN: f64 = 45.0;

/// An SVG of so long a time.
pub(super) fn draw(limits: &[(Duration, Limit)], seen: &Seen, length: Duration) -> String {
    let most = limits.iter().map(|(_, limit)| limit.calls).max().unwrap_or(1);
    let x = |time: Duration| MARGIN + time.as_secs_f64() / length.as_secs_f64() * WIDTH;
    let y = |calls: f64| MARGIN + HEIGHT * (1.0 - calls / (f64::from(most) * 1.1));
    let limit_at = |time: Duration| limits.iter().rev().find(|(from, _)| *from <= time).map(|(_, limit)| *limit);
    let times: Vec<Duration> = seen.times().collect();
    let (mut used, mut allowed) = (String::new(), String::new());
    for tick in 0..length.as_millis() / 500 {
        let now = Duration::from_millis(u64::try_from(tick * 500).unwrap_or(u64::MAX));
        let Some(limit) = limit_at(now) else { continue };
        let in_window = times.iter().filter(|time| **time <= now && **time + limit.per > now).count();
        point(&mut used, x(now), y(in_window as f64));
        point(&mut allowed, x(now), y(f64::from(limit.calls)));
    }
    let refusals = seen.episodes().iter().fold(String::new(), |text, episode| {
        let (x, y) = (x(episode.came), MARGIN + HEIGHT);
        format!("{text}<line x1=\"{x:.1}\" y1=\"{MARGIN}\" x2=\"{x:.1}\" y2=\"{y}\" stroke=\"#c33\" stroke-dasharray=\"3 3\"/>")
    });
    let per = limits.first().map_or(0, |(_, limit)| limit.per.as_secs());
    let (wide, high, bottom) = (WIDTH + 2.0 * MARGIN, HEIGHT + 2.0 * MARGIN, MARGIN + HEIGHT);
    let marks = [0, most / 2, most].map(|calls| {
        format!(
            "<text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{calls}</text>",
            MARGIN - 6.0,
            y(f64::from(calls)) + 4.0
        )
    });
    let seconds = (0..=length.as_secs()).step_by(60).map(|second| {
        let (x, y) = (x(Duration::from_secs(second)), bottom + 18.0);
        format!("<text x=\"{x:.1}\" y=\"{y}\" text-anchor=\"middle\">{second} s</text>")
    });
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {high}\" font-family=\"sans-serif\" font-size=\"12\">\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\
         <text x=\"{MARGIN}\" y=\"24\">calls let in during the last {per} s (blue), what the service allows and does not tell (black), \
         429 (red)</text>{}{}\
         <path d=\"M{MARGIN} {bottom}h{WIDTH}\" stroke=\"#888\"/>{refusals}\
         <polyline points=\"{allowed}\" fill=\"none\" stroke=\"#000\"/>\
         <polyline points=\"{used}\" fill=\"none\" stroke=\"#26c\" stroke-width=\"1.5\"/></svg>\n",
        marks.concat(),
        seconds.collect::<String>(),
    )
}

fn point(points: &mut String, x: f64, y: f64) {
    write!(points, "{x:.1},{y:.1} ").expect("memory can be written");
}
