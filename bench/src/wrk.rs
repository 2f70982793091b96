//! The load: wrk with one thread over connections that stay open.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::compare::{Asked, Turn};
use crate::process::Running;
use crate::setup::Tools;

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    pub(crate) target: String,
    /// Whole header lines.
    pub(crate) headers: Vec<String>,
    pub(crate) connections: u32,
    /// Lua in place of the one request.
    pub(crate) script: String,
}

/// How many scripts were written: each draws other lines.
static SEED: AtomicU32 = AtomicU32::new(1);

/// Prints the figures where they can be read back.
const REPORT: &str = r#"
done = function(summary, latency)
    local errors = summary.errors
    io.write(string.format("FIGURES %d %d %d %f %f\n", summary.requests, summary.duration,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout,
        latency:percentile(50), latency:percentile(99)))
end
"#;

impl Load {
    /// One after the other out of many targets, in an order that looks like chance and is the same every time.
    pub(crate) fn any_of(mut self, targets: &[String]) -> Self {
        let list: Vec<String> = targets.iter().map(|target| format!("{target:?}")).collect();
        self.script = format!(
            "local targets = {{ {} }}
            local requests = {{}}
            init = function() for i, target in ipairs(targets) do requests[i] = wrk.format(nil, target) end end
            request = function() return requests[math.random(#requests)] end",
            list.join(", ")
        );
        self
    }

    /// So many lines of a file by chance, with commas between them, where the target has an `@`.
    pub(crate) fn drawing(mut self, file: &Path, count: u32) -> Self {
        self.script = format!(
            "local lines, some, before, behind = {{}}, {{}}
            for line in io.lines({file:?}) do lines[#lines + 1] = line end
            init = function() before, behind = wrk.format():match('^(.-)@(.*)$') end
            request = function()
                for i = 1, {count} do some[i] = lines[math.random(#lines)] end
                return before .. table.concat(some, ',') .. behind
            end"
        );
        self
    }

    /// Posts a form.
    pub(crate) fn posting(mut self, form: &str) -> Self {
        self.script = format!("wrk.method = 'POST'\nwrk.body = {form:?}");
        self.headers.push("Content-Type: application/x-www-form-urlencoded".to_owned());
        self
    }

    /// Asks once for each turn.
    pub(crate) fn asked<'a>(
        self,
        tools: &'a Tools,
        folder: &'a Path,
        server: &'a Running,
        length: Duration,
    ) -> Asked<'a> {
        Box::new(move || self.turn(tools, folder, server, length))
    }

    /// Asks for so long, and looks at what that cost the server.
    pub(crate) fn turn(&self, tools: &Tools, folder: &Path, server: &Running, length: Duration) -> Result<Turn> {
        let script = self.write_script(folder)?;
        let mut command = Command::new(&tools.wrk);
        command.args(["--threads", "1", "--connections", &self.connections.to_string(), "--latency"]);
        command.args(["--duration", &format!("{}s", length.as_secs().max(1)), "--script"]).arg(script);
        for header in &self.headers {
            command.args(["--header", header]);
        }
        command.arg(format!("http://{}{}", self.address, self.target));
        let before = server.cpu()?;
        let output = command.output().context("wrk cannot be run")?;
        let cpu = server.cpu()?.saturating_sub(before);
        let text = String::from_utf8(output.stdout)?;
        let figures = text.lines().find_map(|line| line.strip_prefix("FIGURES ")).context("wrk prints figures")?;
        let figures: Vec<f64> = figures.split(' ').map(str::parse).collect::<Result<_, _>>()?;
        let [requests, duration_us, errors, p50_us, p99_us] = figures[..] else { anyhow::bail!("five figures") };
        ensure!(errors == 0.0 && requests > 0.0, "{errors} of {requests} requests to {} failed", self.address);
        Ok(Turn {
            requests: requests as u64,
            per_second: requests / (duration_us / 1e6),
            p50_ms: p50_us / 1e3,
            p99_ms: p99_us / 1e3,
            cpu_us: cpu.as_secs_f64() * 1e6 / requests,
        })
    }

    fn write_script(&self, folder: &Path) -> Result<PathBuf> {
        let path = folder.join("wrk.lua");
        let seed = SEED.fetch_add(1, Ordering::Relaxed);
        fs::write(&path, format!("math.randomseed({seed})\n{}\n{REPORT}", self.script))?;
        Ok(path)
    }
}
