//! Lookups through TLS: the proxy of `sleeve run` beside nginx, both asked by oha.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::compare::{Bar, Case, Turn, compare};
use crate::nginx::Nginx;
use crate::process::Running;
use crate::report::Report;
use crate::setup::Tools;
use crate::sleeve::{LIMIT, Sleeve, bare};
use crate::{Effort, TRACK};

/// Lookups per second, of nginx's.
const BAR: f64 = 0.9;

/// The child of `sleeve run`: says where the proxy is, and waits until nobody needs it.
const CHILD: &str = "echo $https_proxy; read _";

pub(crate) fn measure(
    tools: &Tools,
    effort: Effort,
    data: &Path,
    bearer: &str,
    nginx: &Nginx,
    report: &mut Report,
) -> Result<()> {
    let oha = match tools.oha() {
        Ok(oha) => oha,
        Err(error) => {
            report.note(&format!("Nothing was measured through TLS: oha cannot be installed ({error})."));
            return Ok(());
        }
    };
    let mut command = Command::new(&tools.sleeve);
    bare(&mut command, data).args(["--quiet", "run"]).args(LIMIT).args(["--offline", "sh", "-c", CHILD]);
    let mut sleeve = Running::start(command.stdin(Stdio::piped()).stdout(Stdio::piped()))?;
    let mut proxy = String::new();
    BufReader::new(sleeve.child().stdout.take().context("stdout is piped")?).read_line(&mut proxy)?;
    let target = Sleeve::target(TRACK);
    let load = |origin: &str, proxy: Option<&str>| Load {
        url: format!("{origin}{target}"),
        bearer: bearer.to_owned(),
        proxy: proxy.map(str::to_owned),
    };
    let (ours, theirs) =
        (load("https://api.spotify.com", Some(proxy.trim())), load(&format!("https://{}", nginx.encrypted), None));
    let turn = effort.turn;
    let case = Case {
        name: "one track, 64 connections, TLS".to_owned(),
        ours: Box::new(|| ours.turn(&oha, &sleeve, turn)),
        theirs: Some(Box::new(|| theirs.turn(&oha, &nginx.running, turn))),
        bar: Bar::Rate(BAR),
    };
    compare("Served through TLS, HTTP/1.1 (sleeve: through the proxy of `sleeve run`)", &[case], effort.rounds, report)
}

/// What oha asks for.
struct Load {
    url: String,
    /// The header line with the token.
    bearer: String,
    proxy: Option<String>,
}

impl Load {
    /// Asks for so long, and looks at what that cost the server.
    fn turn(&self, oha: &Path, server: &Running, length: Duration) -> Result<Turn> {
        let mut command = Command::new(oha);
        command.args([
            "--no-tui",
            "--output-format",
            "json",
            "--insecure",
            "--no-pre-lookup",
            "--disable-compression",
            "--http-version",
            "1.1",
            "-c",
            "64",
        ]);
        command.args(["-z", &format!("{}s", length.as_secs().max(1)), "--wait-ongoing-requests-after-deadline"]);
        command.args(["-H", &self.bearer]);
        if let Some(proxy) = &self.proxy {
            command.args(["-x", proxy]);
        }
        let before = server.cpu()?;
        let output = command.arg(&self.url).stderr(Stdio::inherit()).output().context("oha cannot be run")?;
        let cpu = server.cpu()?.saturating_sub(before);
        let said: Value = serde_json::from_slice(&output.stdout).context("oha prints JSON")?;
        let answers = said["statusCodeDistribution"].as_object().context("oha counts what came")?;
        let errors = said["errorDistribution"].as_object().map_or(0, serde_json::Map::len);
        ensure!(errors == 0 && answers.keys().all(|status| status == "200"), "oha met {said}");
        let requests = answers.values().filter_map(Value::as_u64).sum::<u64>();
        let number = |part: &str, name: &str| said[part][name].as_f64().with_context(|| format!("oha says {name}"));
        Ok(Turn {
            requests,
            per_second: number("summary", "requestsPerSec")?,
            p50_ms: number("latencyPercentiles", "p50")? * 1e3,
            p99_ms: number("latencyPercentiles", "p99")? * 1e3,
            cpu_us: cpu.as_secs_f64() * 1e6 / requests as f64,
        })
    }
}
