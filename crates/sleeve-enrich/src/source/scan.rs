//! Where rows and cells begin and end, without changing a byte.

/// How the rows and cells of a file are told apart. Quotes are `"`, doubled inside quoted cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// What stands between two cells.
    pub(crate) separator: u8,
    /// What ends a row.
    pub(crate) terminator: Terminator,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Terminator {
    /// `\n`, or `\r\n`; each row may have its own.
    Newline,
    /// `\r`, in files that have no `\n` at all.
    Return,
}

impl Terminator {
    pub(crate) fn as_byte(self) -> u8 {
        match self {
            Self::Newline => b'\n',
            Self::Return => b'\r',
        }
    }
}

/// What stands at the beginning of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scan {
    /// A row, its content (without what ends it) and its end, where the next row begins.
    Row { content: usize, end: usize },
    /// The bytes end before the row does.
    Incomplete,
    /// The input ends inside quotes.
    Unclosed,
}

/// Reads one row from the beginning of `bytes`, telling `cell` where each cell begins and ends, quotes included.
/// `at_end` says that nothing follows these bytes. A row is complete only with the byte behind it (`\r` may be half of
/// `\r\n`, a quote half of a doubled one), or at the end.
pub(crate) fn row(bytes: &[u8], dialect: Dialect, at_end: bool, mut cell: impl FnMut(usize, usize)) -> Scan {
    let end_byte = dialect.terminator.as_byte();
    let mut start = 0;
    loop {
        let mut at = start;
        if bytes.get(at) == Some(&b'"') {
            match closing_quote(bytes, at + 1) {
                Some(close) => at = close + 1,
                None if at_end => return Scan::Unclosed,
                None => return Scan::Incomplete,
            }
        }
        let after_quotes = at;
        match bytes[at..].iter().position(|&byte| byte == dialect.separator || byte == end_byte) {
            Some(more) => at += more,
            None if at_end => {
                let content = before_return(bytes, after_quotes, bytes.len());
                cell(start, content);
                return Scan::Row { content, end: bytes.len() };
            }
            None => return Scan::Incomplete,
        }
        if bytes[at] == dialect.separator {
            cell(start, at);
            start = at + 1;
            continue;
        }
        let (content, end) = match dialect.terminator {
            Terminator::Newline => (before_return(bytes, after_quotes, at), at + 1),
            Terminator::Return => match bytes.get(at + 1) {
                None if !at_end => return Scan::Incomplete,
                next => (at, at + 1 + usize::from(next == Some(&b'\n'))),
            },
        };
        cell(start, content);
        return Scan::Row { content, end };
    }
}

/// The quote that closes a quoted cell whose content begins at `at`. The last byte may be one, if nothing follows it;
/// if something does, the row is incomplete anyway and is read again.
fn closing_quote(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte == b'"')?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// `end`, or one less if the byte before it is a `\r` that is no part of a quoted cell.
fn before_return(bytes: &[u8], from: usize, end: usize) -> usize {
    end - usize::from(end > from && bytes[end - 1] == b'\r')
}

/// What a cell says, without its quotes.
pub(crate) fn unquoted(cell: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    let Some(close) = (cell.first() == Some(&b'"')).then(|| closing_quote(cell, 1)).flatten() else {
        return cell.into();
    };
    let inside = &cell[1..close];
    if close + 1 == cell.len() && !inside.contains(&b'"') {
        return inside.into();
    }
    let mut text = Vec::with_capacity(cell.len());
    let mut bytes = inside.iter();
    while let Some(&byte) = bytes.next() {
        text.push(byte);
        if byte == b'"' {
            bytes.next(); // the second half of a doubled quote
        }
    }
    text.extend(&cell[close + 1..]);
    text.into()
}

#[cfg(test)]
mod tests;
