//! The peer that serves lookups: nginx with the same documents as static files.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::http;
use crate::process::Running;
use crate::setup::Tools;
use crate::sleeve::{Sleeve, tracks};

/// An nginx with the four servers that are measured.
#[derive(Debug)]
pub(crate) struct Nginx {
    pub(crate) running: Running,
    /// Files opened for each request, as nginx does unless told otherwise.
    pub(crate) plain: SocketAddr,
    /// Files kept open.
    pub(crate) kept_open: SocketAddr,
    /// Compressed files beside the plain ones.
    pub(crate) compressed: SocketAddr,
    /// Through TLS, with a certificate of its own.
    pub(crate) encrypted: SocketAddr,
}

impl Nginx {
    /// Serves what lies in a folder; what it needs besides lies there as well.
    pub(crate) fn start(tools: &Tools, folder: &Path) -> Result<Self> {
        certificate(tools, folder)?;
        let addresses = free_addresses()?;
        let file = folder.join("nginx.conf");
        fs::write(&file, configuration(folder, addresses)?)?;
        let mut command = Command::new(&tools.nginx);
        command.arg("-p").arg(folder).arg("-c").arg(&file).args(["-e", "stderr"]);
        let running = Running::start(command.stdout(Stdio::null()))?;
        let [plain, kept_open, compressed, encrypted] = addresses;
        wait_for(plain)?;
        Ok(Self { running, plain, kept_open, compressed, encrypted })
    }
}

/// Lays the documents of the starter's tracks out, taken from a sleeve, so that both serve the same bytes.
pub(crate) fn lay_out(folder: &Path, sleeve: &Sleeve) -> Result<()> {
    let documents = folder.join("v1/tracks");
    fs::create_dir_all(&documents)?;
    for id in tracks() {
        let target = Sleeve::target(id);
        let plain = http::get(sleeve.address, &target, std::slice::from_ref(&sleeve.bearer))?;
        let gzip = "Accept-Encoding: gzip".to_owned();
        let compressed = http::get(sleeve.address, &target, &[sleeve.bearer.clone(), gzip])?;
        ensure!(plain.status == 200 && compressed.header("content-encoding") == "gzip", "{id} is not served");
        fs::write(documents.join(id), plain.body)?;
        fs::write(documents.join(format!("{id}.gz")), compressed.body)?;
    }
    Ok(())
}

/// A certificate of the same sort as sleeve's: a key on P-256.
fn certificate(tools: &Tools, folder: &Path) -> Result<()> {
    let mut command = Command::new(&tools.openssl);
    command.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]);
    command.args(["-subj", "/CN=localhost", "-days", "7", "-keyout"]).arg(folder.join("key.pem"));
    let status = command.arg("-out").arg(folder.join("certificate.pem")).stderr(Stdio::null()).status()?;
    ensure!(status.success(), "openssl makes no certificate");
    Ok(())
}

fn configuration(folder: &Path, [plain, kept_open, compressed, encrypted]: [SocketAddr; 4]) -> Result<String> {
    let user = nix::unistd::User::from_uid(nix::unistd::Uid::effective())?.context("we are somebody")?.name;
    let user = if user == "root" { "user root;" } else { "" };
    let root = folder.display();
    let paths: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {root}/{name};\n"))
        .concat();
    Ok(format!(
        "{user}
daemon off;
worker_processes 2;
pid {root}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
    {paths}
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_timeout 600s;
    keepalive_requests 1000000000;
    default_type 'application/json; charset=utf-8';
    root {root};
    server {{ listen {plain}; }}
    server {{ listen {kept_open}; open_file_cache max=256 inactive=600s; open_file_cache_valid 600s; }}
    server {{ listen {compressed}; gzip_static on; gzip_vary on; }}
    server {{
        listen {encrypted} ssl;
        ssl_certificate {root}/certificate.pem;
        ssl_certificate_key {root}/key.pem;
    }}
}}
"
    ))
}

/// Addresses that nobody listens at right now.
pub(crate) fn free_addresses<const N: usize>() -> Result<[SocketAddr; N]> {
    // All bound at once, or the same might be given twice.
    let listeners: Vec<_> = (0..N).map(|_| TcpListener::bind("127.0.0.1:0")).collect::<Result<_, _>>()?;
    let addresses: Vec<_> = listeners.iter().map(TcpListener::local_addr).collect::<Result<_, _>>()?;
    addresses.try_into().ok().context("as many as were bound")
}

fn wait_for(address: SocketAddr) -> Result<()> {
    let began = Instant::now();
    while TcpStream::connect(address).is_err() {
        if began.elapsed() > Duration::from_secs(10) {
            bail!("nginx does not listen");
        }
    }
    Ok(())
}
