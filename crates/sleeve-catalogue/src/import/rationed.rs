//! A text that is read only so far, so that a row without an end does not fill the memory.

use std::cell::Cell;
use std::io::{self, Read};

/// A text that brings at most so many bytes between two rations.
pub(super) struct Rationed<'a, R> {
    source: R,
    ration: &'a Ration,
}

/// What may still be read.
pub(super) struct Ration {
    most: usize,
    left: Cell<usize>,
}

impl Ration {
    pub(super) fn new(most: usize) -> Self {
        Self { most, left: Cell::new(most) }
    }

    /// A new ration begins.
    pub(super) fn renew(&self) {
        self.left.set(self.most);
    }

    pub(super) fn of<R: Read>(&self, source: R) -> Rationed<'_, R> {
        Rationed { source, ration: self }
    }
}

impl<R: Read> Read for Rationed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Ration { most, left } = self.ration;
        let part = buffer.len().min(left.get());
        if part == 0 && !buffer.is_empty() {
            return Err(io::Error::other(format!("a row is longer than {} MB", most >> 20)));
        }
        let count = self.source.read(&mut buffer[..part])?;
        left.set(left.get() - count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, repeat};

    use super::Ration;

    #[test]
    fn what_has_no_end_is_left_after_a_ration() {
        let ration = Ration::new(3 << 20);
        let mut text = ration.of(repeat(b'x'));
        let mut some = [0; 1 << 20];
        for _ in 0..4 {
            ration.renew();
            text.read_exact(&mut some).expect("it is within the ration");
        }
        let error = text.read_to_end(&mut Vec::new()).expect_err("there is no end");
        assert_eq!(error.to_string(), "a row is longer than 3 MB");
    }
}
