//! What the walkers do, as requests, and what the server answers to these when it is asked without any client.

use serde::Serialize;
use serde_json::Value;
use sleeve_outside::catalogue::{Catalogue, word};
use sleeve_outside::serve::{Server, http_client};

use crate::UNKNOWN;

/// How many items the walkers have on a page where they follow pages. Development mode allows it too.
const WINDOW: &str = "5";

/// Which objects are walked, and how. The walkers are given it as JSON.
#[derive(Debug, Serialize)]
pub(super) struct Plan {
    track: String,
    tracks: Vec<String>,
    album: String,
    albums: Vec<String>,
    artist: String,
    artists: Vec<String>,
    unknown: &'static str,
    market: String,
    words: String,
    /// An artist's name in quotes, with letters that stand in no address as they are.
    filter: String,
    window: u32,
}

/// One step of a walk.
#[derive(Clone, Debug)]
pub(super) struct Check {
    /// The operation, with what is special about the step behind a comma.
    pub(super) name: &'static str,
    /// The status for apps in extended and in development mode.
    pub(super) extended: u16,
    pub(super) development: u16,
    path: String,
    values: Vec<(&'static str, String)>,
    part: Part,
}

/// What of an answer the walkers return.
#[derive(Clone, Copy, Debug)]
enum Part {
    Whole,
    /// A member of it.
    Member(&'static str),
    /// The items of all pages; where the page is a member, its name.
    Items(Option<&'static str>),
}

/// What the server answers to a step.
#[derive(Clone, Debug)]
pub(super) struct Truth {
    pub(super) check: Check,
    pub(super) status: u16,
    /// What a client should return of it, unless it is refused.
    pub(super) returned: Option<Value>,
    /// The last body.
    pub(super) body: String,
}

impl Plan {
    pub(super) fn new(catalogue: &Catalogue) -> Self {
        let (track, market) = catalogue.relinked();
        let albums = catalogue.long_albums();
        let artists = catalogue.busy_artists();
        let busiest = catalogue.artists.iter().find(|artist| artist["id"] == artists[0]).expect("an exported artist");
        let some = |ids: &[&str]| ids.iter().take(15).map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let tracks: Vec<&str> = catalogue.tracks.iter().step_by(50).map(|track| word(track, "id")).collect();
        let words = catalogue.album_words();
        let words = words.first().filter(|(_, count)| *count > 10).expect("some word is in many names");
        Self {
            track: track.to_owned(),
            tracks: some(&tracks),
            album: albums[0].to_owned(),
            albums: some(&albums),
            artist: artists[0].to_owned(),
            artists: some(&artists),
            unknown: UNKNOWN,
            market: market.to_owned(),
            words: words.0.clone(),
            filter: format!("artist:\"{}\"", word(busiest, "name")),
            window: WINDOW.parse().expect("a number"),
        }
    }

    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers can be written")
    }
}

/// The steps of every walker, in their order.
pub(super) fn all(plan: &Plan) -> Vec<Check> {
    let market = || ("market", plan.market.clone());
    let limit = |limit: &str| ("limit", limit.to_owned());
    let id = |id: &str| ("id", id.to_owned());
    let ids = |ids: &[String]| ("ids", ids.join(","));
    let find = |types: &str| [("q", plan.words.clone()), ("type", types.to_owned())];
    let (track, album, artist) = (id(&plan.track), id(&plan.album), id(&plan.artist));
    let albums = "/artists/{id}/albums";
    let mut checks = vec![
        Check::new("get-track", "/tracks/{id}", [track.clone()]),
        Check::new("get-track, in a market", "/tracks/{id}", [track, market()]),
        Check::new("get-several-tracks", "/tracks", [ids(&plan.tracks), market()]).of(Part::Member("tracks")),
        Check::new("get-an-album", "/albums/{id}", [album.clone()]),
        Check::new("get-an-album, unknown", "/albums/{id}", [id(plan.unknown)]).refused(404, 404),
        Check::new("get-multiple-albums", "/albums", [ids(&plan.albums), market()]).of(Part::Member("albums")),
        Check::new("get-an-albums-tracks", "/albums/{id}/tracks", [album, market(), limit(WINDOW)])
            .of(Part::Items(None)),
        Check::new("get-an-artist", "/artists/{id}", [artist.clone()]),
        Check::new("get-multiple-artists", "/artists", [ids(&plan.artists)]).of(Part::Member("artists")),
        Check::new("get-an-artists-albums", albums, [artist.clone(), limit(WINDOW)]).of(Part::Items(None)),
        Check::new("get-an-artists-albums, 11 at once", albums, [artist.clone(), limit("11")]).refused(200, 400),
        Check::new("get-an-artists-top-tracks", "/artists/{id}/top-tracks", [artist, market()])
            .of(Part::Member("tracks")),
        Check::new("search", "/search", find("track,album,artist").into_iter().chain([limit("10")])),
        Check::new("search, 11 at once", "/search", find("album").into_iter().chain([limit("11")])).refused(200, 400),
        Check::new("search, all pages", "/search", find("album").into_iter().chain([market(), limit(WINDOW)]))
            .of(Part::Items(Some("albums"))),
        Check::new(
            "search, by a filter",
            "/search",
            [("q", plan.filter.clone()), ("type", "album".to_owned())].into_iter().chain([market(), limit(WINDOW)]),
        )
        .of(Part::Items(Some("albums"))),
    ];
    for check in &mut checks {
        // Development mode lost the multi-gets and the top tracks.
        if matches!(check.part, Part::Member(_)) {
            check.development = 403;
        }
    }
    checks
}

impl Check {
    fn new(name: &'static str, path: &'static str, values: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let values = values.into_iter().collect();
        Self { name, extended: 200, development: 200, path: path.to_owned(), values, part: Part::Whole }
    }

    fn of(self, part: Part) -> Self {
        Self { part, ..self }
    }

    fn refused(self, extended: u16, development: u16) -> Self {
        Self { extended, development, ..self }
    }

    /// The path with its query.
    fn target(&self) -> String {
        let mut target = format!("/v1{}", self.path);
        for (name, value) in &self.values {
            let placeholder = format!("{{{name}}}");
            if target.contains(&placeholder) {
                target = target.replace(&placeholder, value);
            } else {
                let separator = if target.contains('?') { '&' } else { '?' };
                target = format!("{target}{separator}{name}={}", escape(value));
            }
        }
        target
    }

    /// The arguments of `sleeve` for the same.
    pub(super) fn as_call(&self) -> Vec<String> {
        let operation = self.name.split(',').next().expect("a name");
        let pairs = self.values.iter().map(|(name, value)| format!("{name}={value}"));
        let all = matches!(self.part, Part::Items(_)).then(|| "--all".to_owned());
        ["call", operation].map(str::to_owned).into_iter().chain(pairs).chain(all).collect()
    }

    /// The steps that development mode has in this one's place: a get for each id, pages of ten; none where it has none.
    pub(super) fn in_place(&self) -> Vec<Self> {
        let value = |name: &str| self.values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
        let with = |path: String, changed: &[(&'static str, &str)]| {
            let mut values = self.values.clone();
            values.retain(|(name, _)| *name != "ids" && changed.iter().all(|(other, _)| other != name));
            values.extend(changed.iter().map(|(name, value)| (*name, (*value).to_owned())));
            Self { path, values, part: Part::Whole, ..self.clone() }
        };
        match (value("ids"), value("limit")) {
            (Some(ids), _) => ids.split(',').map(|id| with(format!("{}/{{id}}", self.path), &[("id", id)])).collect(),
            (None, Some("11")) => [("10", "0"), ("1", "10")]
                .map(|(limit, offset)| with(self.path.clone(), &[("limit", limit), ("offset", offset)]))
                .into(),
            _ => Vec::new(),
        }
    }

    /// What of this step's answer is the same in the answers of [`Check::in_place`]: the objects.
    pub(super) fn objects(&self, mut answer: Value) -> Vec<Value> {
        let objects = match answer.get("albums").is_some_and(Value::is_object) {
            true => answer["albums"]["items"].take(),
            false if answer.get("items").is_some() && answer.get("next").is_some() => answer["items"].take(),
            false => answer,
        };
        match objects {
            Value::Array(objects) => objects,
            object => vec![object],
        }
    }

    /// What `sleeve call` printed, brought into the form of [`Truth::returned`].
    pub(super) fn of_lines(&self, printed: &str) -> Result<Value, String> {
        let parsed = printed.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>();
        let mut documents = parsed.map_err(|error| format!("not JSON: {error}"))?;
        match (self.part, documents.len()) {
            (Part::Items(_), _) => Ok(Value::Array(documents)),
            (Part::Whole, 1) => Ok(documents.remove(0)),
            (Part::Member(member), 1) => Ok(documents[0][member].take()),
            (_, count) => Err(format!("{count} documents for one answer")),
        }
    }
}

/// Escapes all that may not stand in a query, and nothing else.
fn escape(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b",-._~".contains(&byte);
    value.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

impl Truth {
    /// Asks without a client; pages are followed as their `next` says.
    pub(super) fn ask(server: &Server, token: &str, check: Check) -> Self {
        let client = http_client();
        let mut url = format!("{}{}", server.origin, check.target());
        let mut found = Vec::new();
        loop {
            let answer = client.get(&url).bearer_auth(token).send().expect("the server answers");
            let status = answer.status().as_u16();
            let body = answer.text().expect("the server answers text");
            if status != 200 {
                return Self { check, status, returned: None, body };
            }
            let mut document: Value = serde_json::from_str(&body).unwrap_or_else(|error| panic!("{url}: {error}"));
            let returned = match check.part {
                Part::Whole => document,
                Part::Member(member) => document[member].take(),
                Part::Items(member) => {
                    let page = member.map_or(&document, |member| &document[member]);
                    found.extend(page["items"].as_array().expect("a page has items").iter().cloned());
                    if let Some(next) = page["next"].as_str() {
                        next.clone_into(&mut url);
                        continue;
                    }
                    assert!(found.len() > 10, "{url}: {} items are too few to walk pages", found.len());
                    Value::Array(found)
                }
            };
            return Self { check, status, returned: Some(returned), body };
        }
    }

    /// The same as it is seen at another address.
    pub(super) fn seen_at(&self, origin: &str, other: &str) -> Self {
        let moved = |value: &Value| {
            let text = value.to_string().replace(origin, other);
            serde_json::from_str(&text).expect("an address changes nothing of JSON")
        };
        Self { returned: self.returned.as_ref().map(moved), ..self.clone() }
    }
}
