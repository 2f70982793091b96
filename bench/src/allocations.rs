//! The same child as `client.rs`, with an allocator that counts: what a call allocates.

mod client;

use std::time::Duration;

use anyhow::Result;

use crate::client::Meter;

#[global_allocator]
static COUNTING: dhat::Alloc = dhat::Alloc;

/// Blocks and bytes.
struct Allocations(dhat::HeapStats);

impl Meter for Allocations {
    fn start() -> Result<Self> {
        Ok(Self(dhat::HeapStats::get()))
    }

    fn spent(&self) -> Result<[f64; 2]> {
        let (before, now) = (&self.0, dhat::HeapStats::get());
        let [blocks, bytes] = [now.total_blocks - before.total_blocks, now.total_bytes - before.total_bytes];
        Ok([blocks as f64, bytes as f64])
    }

    /// Each allocation is remembered with where it came from, which takes its time.
    const LONGEST: Duration = Duration::from_secs(1);
}

fn main() -> Result<()> {
    // Nothing is written at the end, and where an allocation came from is not looked at.
    let _profiler = dhat::Profiler::builder().testing().trim_backtraces(Some(1)).build();
    let args: Vec<String> = std::env::args().skip(1).collect();
    client::run::<Allocations>(&args.iter().map(String::as_str).collect::<Vec<_>>())
}
