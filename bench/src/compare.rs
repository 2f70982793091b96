//! Two servers asked turn by turn, and the table of what came out.

use anyhow::Result;

use crate::report::{Report, bar, median, thousands};

/// What one turn came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    pub(crate) requests: u64,
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// What the server spent on a request.
    pub(crate) cpu_us: f64,
}

/// Asks for one turn.
pub(crate) type Asked<'a> = Box<dyn Fn() -> Result<Turn> + 'a>;

/// One comparison: what sleeve is asked, and nginx the same.
pub(crate) struct Case<'a> {
    pub(crate) name: String,
    pub(crate) ours: Asked<'a>,
    pub(crate) theirs: Option<Asked<'a>>,
    pub(crate) bar: Bar,
}

/// What is to be reached.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bar {
    /// Nothing: the figures are for information.
    None,
    /// So many requests per second, of nginx's.
    Rate(f64),
    /// As many as nginx, with a p99 no worse and no more CPU time a request.
    Everything,
}

const HEAD: [&str; 10] = [
    "asked for",
    "sleeve, /s",
    "nginx, /s",
    "sleeve ÷ nginx",
    "least … most",
    "sleeve p50 / p99, ms",
    "nginx p50 / p99, ms",
    "sleeve CPU µs",
    "nginx CPU µs",
    "bar",
];

/// Asks both, turn by turn, and reports.
pub(crate) fn compare(title: &str, cases: &[Case<'_>], rounds: usize, report: &mut Report) -> Result<()> {
    let mut rows = Vec::new();
    for case in cases {
        eprintln!("  {}", case.name);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        // The first round warms both up and does not count. Who goes first changes from round to round.
        for round in 0..=rounds {
            for is_ours in [round % 2 == 0, round % 2 != 0] {
                let turn = match (is_ours, &case.theirs) {
                    (true, _) => (case.ours)()?,
                    (false, Some(theirs)) => theirs()?,
                    (false, None) => continue,
                };
                let turns = if is_ours { &mut ours } else { &mut theirs };
                turns.extend((round > 0).then_some(turn));
            }
        }
        rows.push(row(case, &ours, &theirs));
    }
    report.table(title, &HEAD, &rows);
    Ok(())
}

fn row(case: &Case<'_>, ours: &[Turn], theirs: &[Turn]) -> Vec<String> {
    let mid = |turns: &[Turn], of: fn(&Turn) -> f64| median(turns.iter().map(of));
    let rate = |turns: &[Turn]| thousands(mid(turns, |turn| turn.per_second));
    let p99 = |turns: &[Turn]| mid(turns, |turn| turn.p99_ms);
    let cpu = |turns: &[Turn]| mid(turns, |turn| turn.cpu_us);
    let latency = |turns: &[Turn]| format!("{:.2} / {:.1}", mid(turns, |turn| turn.p50_ms), p99(turns));
    // Each turn beside its neighbour: whatever else the machine does, both had to bear it.
    let ratios: Vec<f64> = ours.iter().zip(theirs).map(|(ours, theirs)| ours.per_second / theirs.per_second).collect();
    let ratio = median(ratios.iter().copied());
    let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let most = ratios.iter().copied().fold(0.0, f64::max);
    let beside = |text: String| if theirs.is_empty() { "–".to_owned() } else { text };
    vec![
        case.name.clone(),
        rate(ours),
        beside(rate(theirs)),
        beside(format!("**{ratio:.2}**")),
        beside(format!("{least:.2} … {most:.2}")),
        latency(ours),
        beside(latency(theirs)),
        format!("{:.1}", cpu(ours)),
        beside(format!("{:.1}", cpu(theirs))),
        match case.bar {
            Bar::None => "–".to_owned(),
            Bar::Rate(least) => bar(ratio >= least, &format!("≥ {least}")),
            Bar::Everything => [
                bar(ratio >= 1.0, "≥ 1"),
                bar(p99(ours) <= p99(theirs), "p99 no worse"),
                bar(cpu(ours) <= cpu(theirs), "CPU no more"),
            ]
            .join("; "),
        },
    ]
}
