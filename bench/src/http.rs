//! One request on a connection of its own: enough to fetch a document and to meet the first answer of a server.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context, Result};

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The value of a header; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut values = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim());
        values.next().unwrap_or_default()
    }
}

/// Asks for a document; `headers` are whole lines.
pub(crate) fn get(address: SocketAddr, target: &str, headers: &[String]) -> Result<Answer> {
    exchange(address, &format!("GET {target} HTTP/1.1\r\nHost: {address}\r\n{}", lines(headers)))
}

/// Sends a form.
pub(crate) fn post(address: SocketAddr, target: &str, form: &str) -> Result<Answer> {
    let length = form.len();
    let kind = "Content-Type: application/x-www-form-urlencoded";
    let head = format!("POST {target} HTTP/1.1\r\nHost: {address}\r\n{kind}\r\nContent-Length: {length}\r\n");
    exchange(address, &format!("{head}Connection: close\r\n\r\n{form}"))
}

fn lines(headers: &[String]) -> String {
    let lines: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    format!("{lines}Connection: close\r\n\r\n")
}

fn exchange(address: SocketAddr, request: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request.as_bytes())?;
    let mut whole = Vec::new();
    stream.read_to_end(&mut whole)?;
    let end = whole.windows(4).position(|window| window == b"\r\n\r\n").context("an answer has a head")?;
    let body = whole.split_off(end + 4);
    let head = String::from_utf8(whole)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("an answer has a status")?;
    Ok(Answer { status, head, body })
}
