//! What stands behind the placeholders: a server with apps, tokens of every age, and a few objects of our own.

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use md5::{Digest, Md5};
use serde_json::{Value, json};
use sleeve_catalogue::{Store, starter};
use sleeve_model::QuotaMode;
use sleeve_server::accounts::access_token;
use sleeve_server::apps::Limits;
use sleeve_server::{Apps, Draft, Random, Timeouts};

use super::case::{Answer, Case, Form};
use super::{files, folder};
use crate::harness::{self, START_MS, Server, Ticks};

/// An album with more tracks than are sent with it.
pub(crate) const KILN_SONGS: &str = "OurAlbum00000000000003";
pub(crate) const SONGS: u32 = 61;

const HOUR_MS: u64 = 3_600_000;

/// A server, and what the placeholders of cases stand for there.
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) keep_answers: bool,
    words: HashMap<String, String>,
}

/// The starter catalogue, and the objects beside the cases.
pub(crate) fn catalogue() -> Store {
    let store = starter().expect("it loads");
    let files = files(&folder().join("objects"), "json").into_iter();
    let read = |path| serde_json::from_str::<Value>(&fs::read_to_string(path).expect("a text")).expect("JSON");
    let mut objects: Vec<_> = files.map(read).chain(songs()).collect();
    // What others name comes before them.
    objects.sort_by_key(|object| ["artist", "album", "track"].iter().position(|kind| object["type"] == *kind));
    store.put(objects).expect("stored");
    store
}

/// The tracks of the album *Kiln Songs*, of which little is known; a second artist has a part in the last.
fn songs() -> impl Iterator<Item = Value> {
    let artist = |number: u32, name: &str| {
        let id = format!("OurArtist{number:013}");
        json!({
            "external_urls": {"spotify": format!("https://open.spotify.com/artist/{id}")},
            "href": format!("https://api.spotify.com/v1/artists/{id}"),
            "id": id, "name": name, "type": "artist", "uri": format!("spotify:artist:{id}")
        })
    };
    let artists = [artist(2, "Ø & the \"Kiln\""), artist(1, "Quiet Harbour")];
    (1..=SONGS).map(move |number| {
        json!({
            "album": {"album_type": "compilation", "id": KILN_SONGS, "name": "Kiln Songs", "type": "album"},
            "artists": &artists[..if number == SONGS { 2 } else { 1 }],
            "id": format!("OurSong{number:015}"), "name": format!("Song {number}"), "track_number": number, "type": "track"
        })
    })
}

/// The ETag by the algorithm of the recordings, put together independently of the server.
pub(crate) fn etag(body: &[u8]) -> String {
    let mut quoted = String::from("\"");
    for byte in Md5::digest(body) {
        for digit in [byte >> 4, byte & 15] {
            quoted.push(char::from_digit(u32::from(digit), 16).expect("a digit"));
        }
    }
    quoted.push('"');
    format!("\"MC-{}\"", STANDARD.encode(quoted))
}

impl World {
    /// The clock stands one hour after the expired token was made.
    pub(crate) fn new(keep_answers: bool) -> Self {
        let ticks = Ticks::new();
        let mut config = harness::config(&ticks, Arc::new(catalogue()));
        config.keep_answers = keep_answers;
        config.timeouts = Timeouts { body: Duration::from_millis(150), ..Timeouts::default() };
        let apps = config.apps.clone();
        let server = Server::start(config);
        let mut words = HashMap::from([("host".to_owned(), server.address.to_string())]);
        let mut word = |name: &str, value: &str| words.insert(name.to_owned(), value.to_owned());
        let mut draft = Draft::new("Player", "Plays.");
        let (app, secret) = apps.create(draft.clone()).expect("created");
        let pair = format!("{}:{}", app.client_id, secret.reveal());
        word("client_id", &app.client_id);
        word("client_secret", secret.reveal());
        word("basic", &STANDARD.encode(&pair));
        word("basic_without_padding", STANDARD.encode(&pair).trim_end_matches('='));
        word("wrong_basic", &STANDARD.encode(format!("{}:wrong", app.client_id)));
        let expired = token(&server, &pair);
        word("expired_token", &expired);
        ticks.set(START_MS + 1);
        word("last_moment_token", &token(&server, &pair));
        ticks.set(START_MS + HOUR_MS);
        let good = token(&server, &pair);
        word("token", &good);
        // Letters of the other case in the middle: still base64url, no longer sealed.
        let swap = |letter: char| {
            if letter.is_lowercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
        };
        word(
            "damaged_token",
            &good.char_indices().map(|(at, c)| if at > 40 && at < 60 { swap(c) } else { c }).collect::<String>(),
        );
        let elsewhere = Apps::in_memory(ticks.clock(), Random::system());
        word("foreign_token", &access_token::mint(elsewhere.sealer(), &app.client_id, START_MS + HOUR_MS));
        draft.quota_mode = QuotaMode::Development;
        let (app, secret) = apps.create(draft.clone()).expect("created");
        word("development_client_id", &app.client_id);
        word("development_token", &token(&server, &format!("{}:{}", app.client_id, secret.reveal())));
        let (app, secret) = apps.create(draft).expect("created");
        let pair = format!("{}:{}", app.client_id, secret.reveal());
        word("deleted_app_token", &token(&server, &pair));
        word("deleted_app_basic", &STANDARD.encode(pair));
        apps.delete(&app.client_id).expect("deleted");
        // Apps that may call once, and did so half a second ago.
        ticks.set(START_MS + HOUR_MS - 500);
        let once = Limits { rate: "1/30s".parse().ok(), daily_quota: None };
        let quota = Limits { rate: None, daily_quota: "1".parse().ok() };
        for (name, limits, mode) in [
            ("rate_limited_token", once, QuotaMode::Extended),
            ("rate_limited_development_token", once, QuotaMode::Development),
            ("used_up_token", quota, QuotaMode::Extended),
        ] {
            let draft = Draft { limits, quota_mode: mode, ..Draft::new("Limited", "Calls once.") };
            let (app, secret) = apps.create(draft).expect("created");
            let token = token(&server, &format!("{}:{}", app.client_id, secret.reveal()));
            let call = format!("GET /v1/tracks/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
            assert_eq!(server.ask(&call).status, 400, "let in, and refused for its id");
            word(name, &token);
        }
        ticks.set(START_MS + HOUR_MS);
        Self { server, keep_answers, words }
    }

    /// The bytes of a case's requests.
    pub(crate) fn request(&self, case: &Case) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        for message in &case.requests {
            let body = self.expand(&message.body)?;
            for line in &message.head {
                let line = line.replace("{{content_length}}", &body.len().to_string());
                bytes.extend(self.expand(&line)?);
                bytes.extend(b"\r\n");
            }
            bytes.extend(b"\r\n");
            bytes.extend(body);
        }
        Ok(bytes)
    }

    /// Says how an answer differs from what must come.
    pub(crate) fn compare(&self, expected: &Answer, mut answer: harness::Answer) -> Result<(), String> {
        let shown = |answer: &harness::Answer| format!("{} {:?}\n{}", answer.status, answer.headers, answer.text());
        if answer.status != expected.status {
            return Err(format!("the status is not {}: {}", expected.status, shown(&answer)));
        }
        for line in self.header_lines(&expected.headers)? {
            if let Some(name) = line.strip_prefix('!') {
                if answer.header(name).is_some() {
                    return Err(format!("`{name}` must be absent: {}", shown(&answer)));
                }
                continue;
            }
            let (name, value) = line.split_once(':').ok_or_else(|| format!("`{line}` is no header"))?;
            let value = value.trim().replace("{{etag}}", &etag(&answer.body));
            let value = self.text(&value)?;
            if answer.header(name).as_deref() != Some(&value) {
                return Err(format!("`{name}` is not `{value}`: {}", shown(&answer)));
            }
        }
        if expected.form == Form::Gzip {
            let mut plain = Vec::new();
            GzDecoder::new(answer.body.as_slice()).read_to_end(&mut plain).map_err(|error| error.to_string())?;
            answer.body = plain;
        }
        let body = self.expand(&expected.body)?;
        let same = match expected.form {
            Form::Exact | Form::Gzip => matches_with_token(&body, &answer.body),
            Form::Prefix => answer.body.starts_with(&body),
            Form::Json => json(&body)? == json(&answer.body)?,
        };
        if same {
            Ok(())
        } else {
            Err(format!("the body is not\n{}\nbut\n{}", String::from_utf8_lossy(&body), answer.text()))
        }
    }

    fn header_lines(&self, lines: &[String]) -> Result<Vec<String>, String> {
        let mut all = Vec::new();
        for line in lines {
            match line.strip_prefix('@') {
                Some(set) => all.extend(read("headers", &format!("{set}.txt"))?.lines().map(str::to_owned)),
                None => all.push(line.clone()),
            }
        }
        Ok(all)
    }

    fn text(&self, text: &str) -> Result<String, String> {
        String::from_utf8(self.expand(text)?).map_err(|_| format!("`{text}` is no text"))
    }

    /// The text with its placeholders filled.
    fn expand(&self, text: &str) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("{{") {
            let (placeholder, after) = behind.split_once("}}").ok_or("a placeholder does not end")?;
            bytes.extend(before.as_bytes());
            bytes.extend(self.fill(placeholder)?);
            rest = after;
        }
        bytes.extend(rest.as_bytes());
        Ok(bytes)
    }

    fn fill(&self, placeholder: &str) -> Result<Vec<u8>, String> {
        let (name, argument) = placeholder.split_once(' ').unwrap_or((placeholder, ""));
        let body = || self.expand(read("bodies", &format!("{argument}.json"))?.trim_end_matches('\n'));
        Ok(match name {
            "body" => body()?,
            "etag" => etag(&body()?).into_bytes(),
            "length" => body()?.len().to_string().into_bytes(),
            "base64" => STANDARD.encode(self.words.get(argument).map_or(argument, String::as_str)).into_bytes(),
            "repeat" => {
                let (times, what) = argument.split_once(' ').ok_or("`repeat` needs a number and a text")?;
                what.replace("\\r\\n", "\r\n")
                    .repeat(times.parse().map_err(|_| "`repeat` needs a number")?)
                    .into_bytes()
            }
            "bytes" => {
                let bytes = argument.split(' ').map(|byte| u8::from_str_radix(byte, 16));
                bytes.collect::<Result<_, _>>().map_err(|_| format!("`{argument}` are no bytes"))?
            }
            // Kept for the comparison.
            "any_token" => ANY_TOKEN.as_bytes().to_vec(),
            _ => {
                self.words.get(placeholder).ok_or_else(|| format!("`{placeholder}` stands for nothing"))?.clone().into()
            }
        })
    }
}

const ANY_TOKEN: &str = "\0any token\0";

/// Whether a body is the expected one, where a token may stand for [`ANY_TOKEN`].
fn matches_with_token(expected: &[u8], body: &[u8]) -> bool {
    let at = expected.windows(ANY_TOKEN.len()).position(|window| window == ANY_TOKEN.as_bytes());
    let Some(at) = at else { return expected == body };
    let (before, after) = (&expected[..at], &expected[at + ANY_TOKEN.len()..]);
    let token = body.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    token.is_some_and(|token| {
        let good = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        token.starts_with(b"BQ") && token.len() >= 83 && token.iter().all(good)
    })
}

fn token(server: &Server, pair: &str) -> String {
    let request = format!(
        "POST /api/token HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 29\r\n\r\ngrant_type=client_credentials",
        STANDARD.encode(pair)
    );
    let answer = json(&server.ask(&request).body).expect("JSON");
    answer["access_token"].as_str().expect("a token").to_owned()
}

fn json(bytes: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(bytes).map_err(|error| format!("{error} in {}", String::from_utf8_lossy(bytes)))
}

fn read(folder_name: &str, file: &str) -> Result<String, String> {
    fs::read_to_string(folder().join(folder_name).join(file)).map_err(|error| format!("{file}: {error}"))
}
