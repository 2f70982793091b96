//! What a document says of other objects, and where it stands among them.

use serde_json::Value;
use sleeve_model::{AlbumGroup, Id, Kind};

/// What a document says of other objects, and where it stands among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Links {
    /// The album of a track.
    pub(crate) album: Option<Id>,
    /// A track's disc; 0 where nobody knows.
    pub(crate) disc: u32,
    /// A track's number on its disc; 0 where nobody knows.
    pub(crate) number: u32,
    /// The artists of a track or an album, each once.
    pub(crate) artists: Vec<Id>,
    /// When an album was released, as 19811215; 0 for a part that nobody knows.
    pub(crate) released: u32,
    /// Which group an album belongs to.
    pub(crate) group: Option<AlbumGroup>,
}

impl Links {
    pub(crate) fn of(kind: Kind, json: &Value) -> Self {
        let number = |name: &str| json.get(name).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
        match kind {
            Kind::Track => Self {
                album: json.get("album").and_then(id),
                disc: number("disc_number").unwrap_or_default(),
                number: number("track_number").unwrap_or_default(),
                artists: artists(json),
                ..Self::default()
            },
            Kind::Album => Self {
                artists: artists(json),
                released: json.get("release_date").and_then(Value::as_str).map(day).unwrap_or_default(),
                group: json.get("album_type").and_then(Value::as_str).and_then(|word| word.parse().ok()),
                ..Self::default()
            },
            _ => Self::default(),
        }
    }
}

fn id(json: &Value) -> Option<Id> {
    Id::parse(json.get("id")?.as_str()?).ok()
}

fn artists(json: &Value) -> Vec<Id> {
    let mut artists = Vec::new();
    for artist in json.get("artists").and_then(Value::as_array).into_iter().flatten().filter_map(id) {
        if !artists.contains(&artist) {
            artists.push(artist);
        }
    }
    artists
}

/// `1981-12-15` as 19811215; what is missing, or no number, is 0.
pub(crate) fn day(date: &str) -> u32 {
    let mut parts = date.split('-').map(|part| part.parse::<u32>().unwrap_or_default());
    let [year, month, day] = [(); 3].map(|()| parts.next().unwrap_or_default());
    year.min(9_999) * 10_000 + month.min(99) * 100 + day.min(99)
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn a_date_of_any_precision_is_a_number_in_order() {
        for (date, expected) in [("1981-12-15", 19_811_215), ("1981-12", 19_811_200), ("1981", 19_810_000), ("x", 0)] {
            assert_eq!(day(date), expected, "{date}");
        }
    }
}
