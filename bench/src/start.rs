//! Start: from exec to the first good answer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use crate::nginx::free_addresses;
use crate::process::Running;
use crate::report::{Report, bar, median, thousands};
use crate::setup::Tools;
use crate::sleeve::{Sleeve, bare};
use crate::{Effort, TRACK};

/// From exec to the first answer, in milliseconds.
const BAR: f64 = 50.0;
/// With a large catalogue, of that with the starter's.
const LARGE: f64 = 2.0;

pub(crate) fn measure(tools: &Tools, effort: Effort, report: &mut Report) -> Result<()> {
    let known = tempfile::tempdir()?;
    let invented = tools.invented(effort.tracks)?;
    // An app and its token, which is good for every server on this folder.
    let bearer = Sleeve::start(tools, known.path())?.bearer;
    let (large, large_bearer) = (invented.id()?, Sleeve::start(tools, &invented.data())?.bearer);
    let [mut answered, mut ready, mut many, mut new, mut command] = [const { Vec::new() }; 5];
    for round in 0..=effort.starts {
        let fresh = tempfile::tempdir()?;
        let first = start(tools, known.path(), TRACK, &bearer, 200)?;
        let of_many = start(tools, &invented.data(), &large, &large_bearer, 200)?;
        // A folder that is made just now has no app yet, so its first answer is that the token is not its own.
        let made = start(tools, &fresh.path().join("data"), TRACK, &bearer, 401)?;
        let track = track(tools, fresh.path())?;
        // The first time, the program comes from the disk.
        if round > 0 {
            answered.push(first.answered_ms);
            ready.push(first.ready_ms);
            many.push(of_many.answered_ms);
            new.push(made.answered_ms);
            command.push(track);
        }
    }
    let middle = |times: &[f64]| median(times.iter().copied());
    let row = |name: &str, times: &[f64], verdict: String| {
        let most = times.iter().copied().fold(0.0, f64::max);
        vec![name.to_owned(), format!("**{:.1}**", middle(times)), format!("{most:.1}"), verdict]
    };
    let soon = |times: &[f64]| bar(middle(times) <= BAR, &format!("≤ {BAR}"));
    let ratio = middle(&many) / middle(&answered);
    let with_many = format!("the same with {} tracks", thousands(invented.tracks as f64));
    let rows = [
        row("`sleeve serve` on a folder that is there: first 200 of a lookup", &answered, soon(&answered)),
        row("the same: the file of `--ready-file` is there", &ready, soon(&ready)),
        row(&with_many, &many, bar(ratio <= LARGE, &format!("{ratio:.2} of that with 64, ≤ {LARGE}"))),
        row("`sleeve serve` on a new folder: first answer (401: nobody has an app yet)", &new, soon(&new)),
        row("`sleeve track ID` with nothing configured, whole run", &command, "–".to_owned()),
    ];
    report.table("Start, ms", &["from exec to …", "median", "slowest", "bar"], &rows);
    Ok(())
}

struct Started {
    answered_ms: f64,
    ready_ms: f64,
}

fn start(tools: &Tools, folder: &Path, id: &str, bearer: &str, status: u16) -> Result<Started> {
    let [address] = free_addresses()?;
    let scratch = tempfile::tempdir()?;
    let file = scratch.path().join("ready");
    let mut command = Command::new(&tools.sleeve);
    bare(&mut command, folder).args(["serve", "--listen", &address.to_string(), "--ready-file"]).arg(&file);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let request = format!("GET /v1/tracks/{id} HTTP/1.1\r\nHost: {address}\r\n{bearer}\r\n\r\n");
    let began = Instant::now();
    let _running = Running::start(&mut command)?;
    let (mut answered, mut ready) = (None, None);
    while answered.is_none() || ready.is_none() {
        // Both are asked over and over, without a pause.
        if ready.is_none() && file.exists() {
            ready = Some(began.elapsed());
        }
        if answered.is_none()
            && let Ok(stream) = TcpStream::connect(address)
        {
            let got = first_status(stream, address, &request)?;
            answered = Some(began.elapsed());
            ensure!(got == status, "the first answer is {got}");
        }
        if began.elapsed() > Duration::from_secs(10) {
            bail!("sleeve does not start");
        }
    }
    let milliseconds = |time: Option<Duration>| time.unwrap_or_default().as_secs_f64() * 1e3;
    Ok(Started { answered_ms: milliseconds(answered), ready_ms: milliseconds(ready) })
}

fn first_status(mut stream: TcpStream, address: SocketAddr, request: &str) -> Result<u16> {
    stream.write_all(request.as_bytes())?;
    let mut head = [0; 12];
    stream.read_exact(&mut head)?;
    let status = std::str::from_utf8(&head[9..])?.parse();
    status.map_err(|_| anyhow::anyhow!("{address} answers no status"))
}

/// How long one whole run takes, in milliseconds.
fn track(tools: &Tools, folder: &Path) -> Result<f64> {
    let mut command = Command::new(&tools.sleeve);
    bare(&mut command, &folder.join("none")).args(["track", TRACK]);
    let began = Instant::now();
    let output = command.output()?;
    let elapsed = began.elapsed();
    ensure!(output.status.success() && !output.stdout.is_empty(), "sleeve prints no track");
    Ok(elapsed.as_secs_f64() * 1e3)
}
