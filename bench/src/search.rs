//! Search: a large catalogue's beside SQLite's full text search over the same names, in one process, turn by turn.

mod names;
mod words;

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use sleeve_catalogue::text::{self, Index, Query};
use sleeve_catalogue::{Catalogue, Find, Store, Window};
use sleeve_client::model::Kind;

use self::names::Names;
use self::words::{Words, mistyped, queries};
use crate::Effort;
use crate::invented::Invented;
use crate::report::{Report, bar, quantile, thousands};
use crate::setup::Tools;
use crate::sleeve::Sleeve;
use crate::wrk::Load;

/// How long a search may take, of SQLite's.
const BAR: f64 = 1.5;
/// With a typing error, of that.
const MISTYPED: f64 = 5.0;
/// How many hits are asked for.
const LIMIT: u32 = 20;
/// Today, for what is new.
const TODAY: u32 = 20_261_124;

pub(crate) fn measure(tools: &Tools, effort: Effort, report: &mut Report) -> Result<()> {
    let invented = tools.invented(effort.tracks)?;
    let scratch = invented.scratch()?;
    eprintln!("  the names into SQLite");
    let (names, texts) = Names::of(invented, &scratch.path().join("names.db"))?;
    let searched = Searched { store: invented.store()?, index: index(invented)?, names };
    let whole = queries(&texts, effort.queries);
    let wrong = mistyped(&whole, |words| Ok(searched.names.count(words)? == 0))?;
    let mut rows = Vec::new();
    for (name, asked, most) in [
        ("1 to 3 words of a track's name", &whole, BAR),
        ("the last word only begun", &whole.iter().map(Words::begun).collect(), BAR),
        ("a typing error in one word (SQLite: without it)", &wrong, BAR * MISTYPED),
    ] {
        eprintln!("  {name}");
        let times = searched.times(asked)?;
        rows.push(times.row(name, asked.len(), most));
    }
    let head = [
        "asked for",
        "queries",
        "sleeve p50 / p99, ms",
        "its index alone",
        "SQLite FTS5, ranked",
        "SQLite FTS5, unranked",
        "sleeve ÷ SQLite ranked, p50 / p99",
        "bar",
    ];
    let title =
        format!("Search over {} tracks, the first {LIMIT}, documents included", thousands(invented.tracks as f64));
    report.table(&title, &head, &rows);
    over_http(tools, invented, scratch.path(), &whole, report)
}

/// The index of the large catalogue, as its file.
fn index(invented: &Invented) -> Result<Index> {
    let files = fs::read_dir(invented.data().join("catalogue"))?.flatten();
    let file = files.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|end| end == "index"));
    Ok(Index::open(File::open(file.context("a catalogue has a text index")?)?)?)
}

/// All that is compared.
struct Searched {
    store: Store,
    index: Index,
    names: Names,
}

/// How long each query took, in milliseconds.
#[derive(Default)]
struct Times {
    documents: Vec<f64>,
    index: Vec<f64>,
    ranked: Vec<f64>,
    unranked: Vec<f64>,
}

impl Searched {
    /// Each query once by each, after some that warm up and do not count.
    fn times(&self, asked: &[Words]) -> Result<Times> {
        let mut times = Times::default();
        let find = Find { market: None, today: TODAY, window: Window { offset: 0, limit: LIMIT } };
        let search = text::Search { limit: LIMIT, today: TODAY, ..text::Search::default() };
        let warm = asked.len() / 10;
        for (place, words) in asked[..warm].iter().chain(asked).enumerate() {
            let counts = place >= warm;
            let one = |times: &mut Vec<f64>, once: &dyn Fn() -> Result<bool>| -> Result<()> {
                let began = Instant::now();
                let found = once()?;
                let took = began.elapsed();
                ensure!(found, "{words:?} finds nothing");
                times.extend(counts.then_some(took.as_secs_f64() * 1e3));
                Ok(())
            };
            one(&mut times.documents, &|| {
                Ok(!self.store.search(Kind::Track, &Query::parse(&words.typed), &find)?.objects.is_empty())
            })?;
            one(&mut times.ranked, &|| Ok(self.names.ranked(words, LIMIT)? > 0))?;
            one(&mut times.index, &|| {
                Ok(self.index.search(&Query::parse(&words.typed), text::Kind::Track, &search)?.total > 0)
            })?;
            one(&mut times.unranked, &|| Ok(self.names.unranked(words, LIMIT)? > 0))?;
        }
        Ok(times)
    }
}

impl Times {
    fn row(&self, name: &str, queries: usize, most: f64) -> Vec<String> {
        let both = |times: &[f64]| [quantile(times, 0.5), quantile(times, 0.99)];
        let shown = |times: &[f64]| {
            let [p50, p99] = both(times);
            format!("{p50:.2} / {p99:.1}")
        };
        let ([our_p50, our_p99], [p50, p99]) = (both(&self.documents), both(&self.ranked));
        let ratios = [our_p50 / p50, our_p99 / p99];
        vec![
            name.to_owned(),
            thousands(queries as f64),
            shown(&self.documents),
            shown(&self.index),
            shown(&self.ranked),
            shown(&self.unranked),
            format!("**{:.2} / {:.2}**", ratios[0], ratios[1]),
            bar(ratios.iter().all(|ratio| *ratio <= most), &format!("both ≤ {most}")),
        ]
    }
}

/// The same through `sleeve serve`, for information.
fn over_http(tools: &Tools, invented: &Invented, folder: &Path, asked: &[Words], report: &mut Report) -> Result<()> {
    let sleeve = Sleeve::start(tools, &invented.data())?;
    let file = folder.join("queries");
    let lines: Vec<String> = asked.iter().map(|words| words.typed.trim().replace(' ', "+")).collect();
    // What is not plain ASCII would have to be written otherwise in an address.
    let lines: Vec<String> = lines.into_iter().filter(|line| line.is_ascii()).collect();
    fs::write(&file, lines.join("\n"))?;
    let load = |address: SocketAddr, connections| {
        let (target, headers) = (format!("/v1/search?type=track&limit={LIMIT}&q=@"), vec![sleeve.bearer.clone()]);
        Load { address, target, headers, connections, script: String::new() }.drawing(&file, 1)
    };
    let mut rows = Vec::new();
    for connections in [1, 16] {
        let turn = load(sleeve.address, connections).turn(tools, folder, &sleeve.running, Duration::from_secs(5))?;
        rows.push(vec![
            connections.to_string(),
            thousands(turn.per_second),
            format!("{:.2} / {:.1}", turn.p50_ms, turn.p99_ms),
            thousands(turn.cpu_us),
        ]);
    }
    report.table("The same over HTTP", &["connections", "searches /s", "p50 / p99, ms", "CPU µs a search"], &rows);
    Ok(())
}
