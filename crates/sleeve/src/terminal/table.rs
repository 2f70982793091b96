//! Tables of text that fit the terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// No column is made narrower than this.
const NARROWEST: usize = 5;

const GAP: &str = "  ";

/// The lines of a table: headings, then rows; and how many columns are shown. Where a width is given, the widest columns
/// but the first give way until it fits, and where that is not enough, the last ones are left out.
pub(super) fn lines(headings: &[&str], rows: &[Vec<String>], width: Option<usize>) -> (Vec<String>, usize) {
    let headings: Vec<_> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    let column = |place: usize| std::iter::once(&headings).chain(rows).filter_map(move |row| row.get(place));
    let mut widths: Vec<_> =
        (0..headings.len()).map(|place| column(place).map(|cell| cell.width()).max().unwrap_or_default()).collect();
    if let Some(width) = width {
        let least = |widths: &[usize]| {
            let others = widths.iter().skip(1).map(|width| GAP.len() + NARROWEST.min(*width));
            widths.first().copied().unwrap_or_default() + others.sum::<usize>()
        };
        while widths.len() > 1 && least(&widths) > width {
            widths.pop();
        }
        let gaps = GAP.len() * widths.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > width {
            // The first column is what a reader copies: it stays whole, unless it is wider than all there is.
            match widths.iter_mut().skip(1).max() {
                Some(widest) if *widest > NARROWEST => *widest -= 1,
                _ => {
                    widths.iter_mut().take(1).for_each(|first| *first = width.saturating_sub(gaps));
                    break;
                }
            }
        }
    }
    let shown = std::iter::once(&headings).chain(rows).map(|row| line(row, &widths)).collect();
    (shown, widths.len())
}

/// The lines of a card, each a padded name and a part of its text. Where a width is given, texts are cut between words;
/// a word that is too wide stays whole, so that it can be copied.
pub(super) fn card(lines: &[(&str, String)], width: Option<usize>) -> Vec<(String, String)> {
    let names = lines.iter().map(|(name, _)| name.width()).max().unwrap_or_default() + GAP.len();
    let room = width.map_or(usize::MAX, |width| width.saturating_sub(names).max(1));
    let mut card = Vec::new();
    for (name, text) in lines {
        let mut name = *name;
        for part in wrapped(text, room) {
            let padding = " ".repeat(names - name.width());
            card.push((format!("{name}{padding}"), part));
            name = "";
        }
    }
    card
}

/// A text in lines of at most this width.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.width() + 1 + word.width() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
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
    use unicode_width::UnicodeWidthStr;

    use super::{card, lines};

    fn check(width: Option<usize>, expected: &str) {
        let rows = [["a", "Gangnam Style (강남스타일)", "3:39"], ["bcd", "x\ty", "10:00"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(lines(&["ID", "NAME", "LENGTH"], &rows, width).0.join("\n"), expected);
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

    #[test]
    fn no_table_is_wider_than_its_terminal() {
        let cells = [
            "2XU0oxnq2qxCpomAAuJY8K",
            "강남스타일 강남스타일",
            "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}",
            "x",
            "1999-01-01",
            "3:39",
        ];
        let headings = ["TRACK", "NAME", "ARTISTS", "ALBUM", "RELEASED", "LENGTH"];
        let rows = vec![cells.map(str::to_owned).to_vec()];
        for width in 1..=200 {
            let (lines, columns) = lines(&headings, &rows, Some(width));
            assert!(lines.iter().all(|line| line.width() <= width), "{width}: {lines:?}");
            let expected = [(22, 1), (40, 3), (60, 6), (200, 6)].into_iter().find(|(known, _)| *known == width);
            assert!(expected.is_none_or(|(_, expected)| columns == expected), "{width}: {lines:?}");
        }
    }

    #[test]
    fn a_card_goes_on_below_between_words_and_keeps_what_is_copied_whole() {
        let lines = [("Name", "강남스타일 (Gangnam Style)".to_owned()), ("Id", "0123456789012345678901".to_owned())];
        let shown: Vec<_> = card(&lines, Some(20)).into_iter().map(|(name, text)| name + &text).collect();
        assert_eq!(shown, ["Name  강남스타일", "      (Gangnam", "      Style)", "Id    0123456789012345678901"]);
        assert_eq!(card(&lines, None).len(), 2);
    }
}
