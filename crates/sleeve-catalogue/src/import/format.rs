//! What a text is, by how it begins.

use super::exportify::Columns;

/// How much of a text is looked at.
pub(super) const HEAD: u64 = 64 << 10;

/// What a text is, or in a clause why it is nothing that can be read.
pub(super) fn of(head: &[u8]) -> Result<Format, &'static str> {
    let text = without_mark(head);
    let begin = text.trim_ascii_start();
    let is_json = |text: &[u8]| matches!(text.first(), Some(b'{' | b'['));
    if begin.is_empty() {
        return Err("it is empty");
    }
    if is_json(begin) {
        return Ok(Format::Json);
    }
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Err("it is UTF-16: save it as UTF-8");
    }
    if begin.starts_with(b"<") {
        return Err("it is HTML or XML, not JSON");
    }
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    let mut header = csv::StringRecord::new();
    if rows.read_record(&mut header).is_ok_and(|is_row| is_row) && Columns::find(header.iter()).is_some() {
        return Ok(Format::Exportify);
    }
    if begin.starts_with(b"PK\x03\x04") {
        return Err("it is a ZIP archive: unpack it first");
    }
    if head.contains(&0) {
        return Err("it is not a text");
    }
    // The first line may be damaged, or no object.
    if text.split(|byte| *byte == b'\n').skip(1).any(is_json) {
        return Ok(Format::Json);
    }
    Err("it is neither JSON nor a playlist exporter's CSV with a column `Track URI`")
}

/// What a text can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Exportify,
}

/// A text behind the byte order mark that some programs write before UTF-8.
pub(super) fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)
}
