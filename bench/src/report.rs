//! The figures, as Markdown: on the screen, and between two comments in README.md.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::setup::HERE;

const BEGIN: &str = "<!-- figures: written by the bench -->\n";
const END: &str = "<!-- end of figures -->\n";

/// The report.
#[derive(Debug)]
pub(crate) struct Report(String);

impl Report {
    /// Begins with what it is measured on.
    pub(crate) fn new() -> Result<Self> {
        let processors = fs::read_to_string("/proc/cpuinfo")?;
        let models = processors.lines().filter_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let model = models.map(|(_, name)| name).next().unwrap_or("an unknown processor");
        let count = std::thread::available_parallelism()?;
        let day = said(Command::new("date").args(["--utc", "+%F"]))?;
        let kernel = said(Command::new("uname").args(["--kernel-name", "--kernel-release"]))?;
        let load = fs::read_to_string("/proc/loadavg")?;
        let load = load.split(' ').next().unwrap_or_default();
        Ok(Self(format!("{day}, {count} × {model}, {kernel}, load {load} before the first turn.\n")))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// Adds a table.
    pub(crate) fn table(&mut self, title: &str, head: &[&str], rows: &[Vec<String>]) {
        let text = &mut self.0;
        let rule = "---|".repeat(head.len());
        let mut line = |cells: String| writeln!(text, "{cells}").expect("memory can be written");
        line(format!("\n### {title}\n"));
        line(format!("| {} |", head.join(" | ")));
        line(format!("|{rule}"));
        for row in rows {
            line(format!("| {} |", row.join(" | ")));
        }
    }

    /// Adds a paragraph.
    pub(crate) fn note(&mut self, text: &str) {
        writeln!(self.0, "\n{text}").expect("memory can be written");
    }

    /// Writes it into README.md.
    pub(crate) fn keep(&self) -> Result<()> {
        let path = Path::new(HERE).join("README.md");
        let text = fs::read_to_string(&path)?;
        let (before, rest) = text.split_once(BEGIN).context("README.md has a place for figures")?;
        let (_, after) = rest.split_once(END).context("README.md has an end of figures")?;
        fs::write(&path, format!("{before}{BEGIN}\n{}\n{END}{after}", self.0))?;
        Ok(())
    }
}

/// Whether a bar is met, in words.
pub(crate) fn bar(met: bool, bar: &str) -> String {
    format!("{bar}: {}", if met { "bar met" } else { "**bar missed**" })
}

/// The middle one; of two, the mean.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        0 if values.is_empty() => f64::NAN,
        0 => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}

/// The value below which this part of them lies.
pub(crate) fn quantile(values: &[f64], part: f64) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let place = (values.len() as f64 * part).ceil() as usize;
    values.get(place.clamp(1, values.len().max(1)) - 1).copied().unwrap_or(f64::NAN)
}

/// A large number with its thousands apart.
pub(crate) fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn said(command: &mut Command) -> Result<String> {
    Ok(String::from_utf8(command.output()?.stdout)?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{median, quantile, thousands};

    #[test]
    fn the_median_is_the_middle_or_the_mean_of_the_two() {
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), 2.5);
    }

    #[test]
    fn so_many_in_a_hundred_lie_at_or_below_a_quantile() {
        let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!([0.0, 0.5, 0.99, 1.0].map(|part| quantile(&values, part)), [1.0, 50.0, 99.0, 100.0]);
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn thousands_are_set_apart() {
        for (number, expected) in [(7.0, "7"), (999.6, "1,000"), (1_234_567.0, "1,234,567")] {
            assert_eq!(thousands(number), expected);
        }
    }
}
