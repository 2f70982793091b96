//! The document that is asked for: one of 5 KB, as real tracks are that can be heard everywhere.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sleeve_client::model::Market;

use crate::TRACK;
use crate::client::DOCUMENT;
use crate::setup::Tools;
use crate::sleeve::bare;

/// Artists that are added to the starter's track.
const GUESTS: [(&str, &str); 3] = [
    ("0GuestOfFiveKilobytes1", "First Guest"),
    ("0GuestOfFiveKilobytes2", "Second Guest"),
    ("0GuestOfFiveKilobytes3", "Third Guest"),
];

/// Makes it of a track of the starter catalogue, and imports it into a data folder.
pub(super) fn import(tools: &Tools, data: &Path) -> Result<()> {
    let mut command = Command::new(&tools.sleeve);
    let output = bare(&mut command, data).args(["catalogue", "export", "--type", "track"]).output()?;
    ensure!(output.status.success(), "the starter catalogue cannot be exported");
    let lines = String::from_utf8(output.stdout)?;
    let line = lines.lines().find(|line| line.contains(TRACK)).context("the starter catalogue has the track")?;
    let mut track: Value = serde_json::from_str(&line.replace(TRACK, DOCUMENT.0))?;
    track["name"] = DOCUMENT.1.into();
    // As many as the widest real ones have.
    let markets: Vec<String> = Market::all().take(185).map(|market| market.as_str().to_owned()).collect();
    for object in ["/album", ""] {
        let object = track.pointer_mut(object).context("a track has an album")?;
        object["available_markets"] = json!(markets);
        let artists = object["artists"].as_array_mut().context("it has artists")?;
        artists.extend(GUESTS.map(|(id, name)| artist(id, name)));
    }
    let file = data.with_extension("track.json");
    fs::write(&file, track.to_string())?;
    let mut command = Command::new(&tools.sleeve);
    let command = bare(&mut command, data).args(["--quiet", "catalogue", "import"]).arg(file);
    ensure!(command.stdout(Stdio::null()).status()?.success(), "the track cannot be imported");
    Ok(())
}

fn artist(id: &str, name: &str) -> Value {
    json!({
        "external_urls": {"spotify": format!("https://open.spotify.com/artist/{id}")},
        "href": format!("https://api.spotify.com/v1/artists/{id}"),
        "id": id, "name": name, "type": "artist", "uri": format!("spotify:artist:{id}"),
    })
}
