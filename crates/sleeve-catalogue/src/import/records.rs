//! JSON cut into records: values that stand one after the other, or are elements of an outermost list.
//!
//! Only brackets and quotes are looked at; whether a record is JSON is for its parser to say. One record is in memory at
//! a time. After a damaged record reading goes on where the next one seems to begin: at the next line where records are
//! lines, else at the next line that begins with a bracket.

use std::io::{self, Read};
use std::ops::Range;

const CHUNK: u64 = 256 << 10;

/// The records of a text.
pub(super) struct Records<R> {
    source: R,
    /// What is kept of the text: from the record's start on.
    buffer: Vec<u8>,
    /// Where `buffer` begins in the text.
    offset: u64,
    /// Where the record begins, in `buffer`.
    start: usize,
    /// The next byte to look at, in `buffer`.
    at: usize,
    line: u64,
    /// Where the line begins in the text.
    line_start: u64,
    /// How far the line's first word stands from its beginning.
    indent: u64,
    /// Nothing but white space was seen on this line.
    is_fresh: bool,
    in_list: bool,
    /// Records are lines: one that began and ended on the same line was the last on it.
    is_lines: bool,
    /// The line of the last record, where it ended on the same.
    whole_line: u64,
    /// Something was cut out: brackets that do not match are not said again.
    is_damaged: bool,
    is_ended: bool,
    failure: Option<io::Error>,
    /// The open brackets.
    open: Vec<u8>,
    /// The longest record, in bytes.
    limit: usize,
}

/// A record: the line on which it begins, and its text or why there is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record<'a> {
    pub(super) line: u64,
    pub(super) text: Result<&'a [u8], String>,
}

/// The bytes that are looked at within texts, and outside of them.
const STOPS: [u8; 256] = {
    let mut stops = [0; 256];
    let (mut place, bytes) = (0, *b"{}[]\"\n\\");
    while place < bytes.len() {
        let within = matches!(bytes[place], b'"' | b'\n' | b'\\');
        let outside = bytes[place] != b'\\';
        stops[bytes[place] as usize] = if within { IN_TEXT } else { 0 } | if outside { OUTSIDE } else { 0 };
        place += 1;
    }
    stops
};
const IN_TEXT: u8 = 1;
const OUTSIDE: u8 = 2;

type Cut = Result<Range<usize>, String>;

impl<R: Read> Records<R> {
    /// `limit` bounds a record, give or take what is read at a time.
    pub(super) fn new(source: R, limit: usize) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            offset: 0,
            start: 0,
            at: 0,
            line: 1,
            line_start: 0,
            indent: 0,
            is_fresh: true,
            in_list: false,
            is_lines: false,
            whole_line: 0,
            is_damaged: false,
            is_ended: false,
            failure: None,
            open: Vec::new(),
            limit,
        }
    }

    /// The next record.
    pub(super) fn next(&mut self) -> Option<Record<'_>> {
        let begins = self.between();
        let line = self.line;
        let cut = match begins {
            Some(b'{' | b'[') => self.value(),
            Some(_) => self.word(),
            None => Err(self.end()?),
        };
        Some(Record { line, text: cut.map(|range| &self.buffer[range]) })
    }

    /// Passes over what stands between records; the byte with which the next one begins.
    fn between(&mut self) -> Option<u8> {
        loop {
            self.start = self.at;
            let byte = self.peek()?;
            if self.is_fresh && !byte.is_ascii_whitespace() {
                self.indent = self.column();
                self.is_fresh = false;
            }
            match byte {
                b'\n' => {
                    self.is_lines |= self.whole_line == self.line;
                    self.newline();
                }
                b' ' | b'\t' | b'\r' | b',' => self.at += 1,
                b'[' if !self.in_list => {
                    self.in_list = true;
                    self.at += 1;
                }
                b']' if self.in_list || self.is_damaged => {
                    self.in_list = false;
                    self.at += 1;
                }
                _ => return Some(byte),
            }
        }
    }

    /// What is to be said at the end of the text.
    fn end(&mut self) -> Option<String> {
        let was_in_list = std::mem::take(&mut self.in_list) && !self.is_damaged;
        match self.failure.take() {
            Some(failure) => Some(unreadable(&failure)),
            None => was_in_list.then(|| "the list is cut off".to_owned()),
        }
    }

    /// A record that begins with a bracket.
    fn value(&mut self) -> Cut {
        let (line, indent) = (self.line, self.indent);
        let mut in_text = false;
        self.open.clear();
        loop {
            let stop = if in_text { IN_TEXT } else { OUTSIDE };
            let place = self.buffer[self.at..].iter().position(|byte| STOPS[usize::from(*byte)] & stop != 0);
            self.at = place.map_or(self.buffer.len(), |place| self.at + place);
            let Some(byte) = self.peek() else { return self.cut_off() };
            match byte {
                b'\n' if in_text => return self.give_up("a text is not closed before the line ends"),
                b'\n' => {
                    self.newline();
                    continue;
                }
                b'\\' if in_text => {
                    self.at += 1;
                    match self.peek() {
                        Some(b'\n') => continue,
                        Some(_) => {}
                        None => return self.cut_off(),
                    }
                }
                b'"' => in_text = !in_text,
                b'{' | b'[' if !in_text => {
                    if self.line > line && self.is_first_at(indent) && self.begins_anew() {
                        self.is_damaged = true;
                        return Err("cut off before its end".to_owned());
                    }
                    self.open.push(byte);
                }
                b'}' | b']' if !in_text => {
                    if self.open.pop() != Some(if byte == b'}' { b'{' } else { b'[' }) {
                        return self.give_up("brackets do not match");
                    }
                    if self.open.is_empty() {
                        self.at += 1;
                        self.whole_line = if self.line == line { line } else { 0 };
                        return Ok(self.start..self.at);
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// A number or `null` between commas; anything else that begins without a bracket is damage up to the line's end.
    fn word(&mut self) -> Cut {
        while let Some(byte) = self.peek() {
            if matches!(byte, b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z') && self.at - self.start < 64
            {
                self.at += 1;
            } else {
                break;
            }
        }
        let text = &self.buffer[self.start..self.at];
        let is_number = text.first().is_some_and(|first| matches!(first, b'-' | b'0'..=b'9'));
        if is_number || matches!(text, b"null" | b"true" | b"false") {
            return Ok(self.start..self.at);
        }
        self.is_damaged = true;
        self.skip_line();
        Err("not JSON: neither an object nor a list begins here".to_owned())
    }

    /// The text ended within a record.
    fn cut_off(&mut self) -> Cut {
        if self.at - self.start > self.limit {
            return self.give_up(&format!("longer than {} MB", self.limit >> 20));
        }
        self.is_damaged = true;
        Err(self.failure.take().map_or_else(|| "cut off before its end".to_owned(), |failure| unreadable(&failure)))
    }

    /// Leaves a damaged record, and goes on to where the next one seems to begin.
    fn give_up(&mut self, why: &str) -> Cut {
        self.is_damaged = true;
        loop {
            self.skip_line();
            if self.peek().is_none() {
                break;
            }
            self.newline();
            if self.is_lines || matches!(self.peek(), None | Some(b'{' | b'[')) {
                break;
            }
        }
        Err(why.to_owned())
    }

    fn skip_line(&mut self) {
        loop {
            self.start = self.at;
            match self.buffer[self.at..].iter().position(|byte| *byte == b'\n') {
                Some(place) => {
                    self.at += place;
                    return;
                }
                None => self.at = self.buffer.len(),
            }
            self.start = self.at;
            if self.peek().is_none() {
                return;
            }
        }
    }

    /// The bracket at hand is the first thing on its line, as far in as the record's own line.
    fn is_first_at(&self, indent: u64) -> bool {
        let column = self.column();
        let before = usize::try_from(column).ok().and_then(|column| self.at.checked_sub(column));
        column == indent && before.is_some_and(|from| self.buffer[from..self.at].trim_ascii().is_empty())
    }

    /// The bracket at hand cannot go on with the open record: it begins the next one.
    fn begins_anew(&self) -> bool {
        let last = self.buffer[self.start..self.at].trim_ascii_end().last();
        let goes_on = match self.open.last() {
            Some(b'[') => matches!(last, Some(b'[' | b',')),
            _ => last == Some(&b':'),
        };
        self.is_lines || !goes_on
    }

    fn column(&self) -> u64 {
        self.offset + self.at as u64 - self.line_start
    }

    fn newline(&mut self) {
        self.at += 1;
        self.line += 1;
        self.line_start = self.offset + self.at as u64;
        self.is_fresh = true;
    }

    /// The byte at hand. `None` at the end of the text, where reading failed, and where the record grew too long.
    fn peek(&mut self) -> Option<u8> {
        if self.at == self.buffer.len() {
            self.fill();
        }
        self.buffer.get(self.at).copied()
    }

    #[cold]
    fn fill(&mut self) {
        if self.is_ended || self.at - self.start > self.limit {
            return;
        }
        self.buffer.drain(..self.start);
        self.offset += self.start as u64;
        self.at -= self.start;
        self.start = 0;
        match self.source.by_ref().take(CHUNK).read_to_end(&mut self.buffer) {
            Ok(count) => self.is_ended = count == 0,
            Err(failure) => {
                self.failure = Some(failure);
                self.is_ended = true;
            }
        }
    }
}

fn unreadable(failure: &io::Error) -> String {
    format!("cannot be read further: {failure}")
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::Records;

    #[test]
    fn a_record_that_is_too_long_is_left_and_the_next_one_is_read() {
        let long = |begin: &str, end: &str| format!("{begin}{}{end}", "x".repeat(3 << 20));
        for first in [long("{\"a\":\"", "\"}\n"), long("{", "\n  \n")] {
            let mut records = Records::new(Cursor::new(first).chain(&b"{}\n"[..]), 1 << 20);
            let record = records.next().expect("a record");
            assert_eq!((record.line, record.text), (1, Err("longer than 1 MB".to_owned())));
            assert_eq!(records.next().expect("a record").text, Ok(&b"{}"[..]));
            assert!(records.next().is_none());
            assert!(records.buffer.capacity() <= 2 << 20, "{}", records.buffer.capacity());
        }
    }
}
