//! Tables of text that fit the terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// No column is made narrower than this.
const NARROWEST: usize = 6;

const GAP: &str = "  ";

/// The lines of a table: headings, then rows. Where a width is given, the widest columns but the first give way until it fits.
pub(super) fn lines(headings: &[&str], rows: &[Vec<String>], width: Option<usize>) -> Vec<String> {
    let headings: Vec<_> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    let column = |place: usize| std::iter::once(&headings).chain(rows).filter_map(move |row| row.get(place));
    let mut widths: Vec<_> =
        (0..headings.len()).map(|place| column(place).map(|cell| cell.width()).max().unwrap_or_default()).collect();
    if let Some(width) = width {
        let gaps = GAP.len() * widths.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > width {
            // The first column is what a reader copies: it stays whole.
            match widths.iter_mut().skip(1).max() {
                Some(widest) if *widest > NARROWEST => *widest -= 1,
                _ => break,
            }
        }
    }
    std::iter::once(&headings).chain(rows).map(|row| line(row, &widths)).collect()
}

fn line(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (place, (cell, width)) in row.iter().zip(widths).enumerate() {
        if place > 0 {
            line.push_str(GAP);
        }
        let cell = fitted(cell, *width);
        line.push_str(&cell);
        line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width())));
    }
    line.truncate(line.trim_end().len());
    line
}

/// The cell, cut with an ellipsis where it is too wide; control characters would break the table.
fn fitted(cell: &str, width: usize) -> String {
    let clean: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if clean.width() <= width {
        return clean;
    }
    let mut cut = String::new();
    let mut left = width.saturating_sub(1);
    for c in clean.chars() {
        let wide = c.width().unwrap_or_default();
        if wide > left {
            break;
        }
        left -= wide;
        cut.push(c);
    }
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::lines;

    fn check(width: Option<usize>, expected: &str) {
        let rows = [["a", "Gangnam Style (강남스타일)", "3:39"], ["bcd", "x\ty", "10:00"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(lines(&["ID", "NAME", "LENGTH"], &rows, width).join("\n"), expected);
    }

    #[test]
    fn columns_line_up_whatever_the_script() {
        check(
            None,
            "ID   NAME                        LENGTH\n\
             a    Gangnam Style (강남스타일)  3:39\n\
             bcd  x y                         10:00",
        );
    }

    #[test]
    fn the_widest_column_gives_way_to_a_narrow_terminal() {
        check(
            Some(30),
            "ID   NAME               LENGTH\n\
             a    Gangnam Style (…   3:39\n\
             bcd  x y                10:00",
        );
    }
}
