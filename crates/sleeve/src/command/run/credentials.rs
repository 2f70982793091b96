//! The client id and secret that the child finds, under every name that programs look for.

use std::ffi::OsStr;

use anyhow::{Result, bail};
use sleeve_server::{Apps, Draft, Random, Secret};

use super::environment::Environment;
use crate::exit::Usage;

/// The names of client id and client secret, the strongest first.
const NAMES: [(&str, &str); 4] = [
    ("SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET"),
    ("CLIENT_ID", "CLIENT_SECRET"),
    ("SPOTIPY_CLIENT_ID", "SPOTIPY_CLIENT_SECRET"),
    ("RSPOTIFY_CLIENT_ID", "RSPOTIFY_CLIENT_SECRET"),
];

/// A pair for the names that the user has left free.
#[derive(Debug)]
pub(super) struct Pair {
    client_id: String,
    secret: Secret,
    free: Vec<(&'static str, &'static str)>,
    source: String,
}

impl Pair {
    /// The user's strongest pair, or one of a new app that lives as long as the run.
    ///
    /// # Errors
    /// [`Usage`] where half a pair is set under a name, or what is set is not text.
    pub(super) fn choose(environment: &Environment, apps: &Apps, random: &Random) -> Result<Self> {
        let (mut users, mut free) = (None, Vec::new());
        for (id_name, secret_name) in NAMES {
            match (text(environment, id_name)?, text(environment, secret_name)?) {
                (Some(id), Some(secret)) => {
                    users.get_or_insert((id.to_owned(), Secret::new(secret), id_name));
                }
                (None, None) => free.push((id_name, secret_name)),
                (Some(_), None) => bail!(half(id_name, secret_name)),
                (None, Some(_)) => bail!(half(secret_name, id_name)),
            }
        }
        if let Some((client_id, secret, name)) = users {
            return Ok(Self { client_id, secret, free, source: format!("in {name}") });
        }
        let (client_id, secret) = (random.hex::<16>(), Secret::new(random.hex::<16>()));
        apps.adopt(&client_id, &secret, Draft::new("sleeve run", "the program of one run, for as long as it runs"))?;
        Ok(Self { client_id, secret, free, source: "of this run".to_owned() })
    }

    /// Which app it is, for people.
    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// What is to be set.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let halves = |(id, secret): &(&'static str, &'static str)| {
            [(*id, self.client_id.as_str()), (*secret, self.secret.reveal())]
        };
        self.free.iter().flat_map(halves)
    }
}

fn text<'a>(environment: &'a Environment, name: &str) -> Result<Option<&'a str>> {
    match environment.get(OsStr::new(name)).map(|value| value.to_str()) {
        Some(None) => bail!(Usage(format!("{name} is not text"))),
        Some(Some(value)) => Ok(Some(value.trim()).filter(|value| !value.is_empty())),
        None => Ok(None),
    }
}

fn half(there: &str, missing: &str) -> Usage {
    Usage(format!("{there} is set, but {missing} is not; set both, or none"))
}

#[cfg(test)]
mod tests {
    use sleeve_server::{Apps, Clock, Random};

    use super::Pair;
    use crate::command::run::environment::tests::environment;

    fn choose(variables: &[(&str, &str)]) -> Result<(Pair, Apps), String> {
        let apps = Apps::in_memory(Clock::system(), Random::system());
        let pair = Pair::choose(&environment(variables), &apps, &Random::system());
        pair.map(|pair| (pair, apps)).map_err(|error| error.to_string())
    }

    #[test]
    fn with_nothing_set_an_app_of_this_run_stands_under_every_name() {
        let (pair, apps) = choose(&[("CLIENT_ID", ""), ("CLIENT_SECRET", " ")]).expect("a pair");
        let set: Vec<_> = pair.variables().collect();
        assert_eq!(set.len(), 8);
        assert!(set.iter().any(|(name, id)| *name == "SPOTIPY_CLIENT_ID" && apps.get(id).is_some()));
    }

    #[test]
    fn a_users_pair_stands_under_the_other_names_and_what_is_set_stays() {
        let set =
            [("SPOTIPY_CLIENT_ID", "a"), ("SPOTIPY_CLIENT_SECRET", "b"), ("CLIENT_ID", "c"), ("CLIENT_SECRET", "d")];
        let (pair, apps) = choose(&set).expect("a pair");
        let expected = [
            ("SPOTIFY_CLIENT_ID", "c"),
            ("SPOTIFY_CLIENT_SECRET", "d"),
            ("RSPOTIFY_CLIENT_ID", "c"),
            ("RSPOTIFY_CLIENT_SECRET", "d"),
        ];
        assert_eq!(pair.variables().collect::<Vec<_>>(), expected);
        assert_eq!((pair.source(), apps.list().len()), ("in CLIENT_ID", 0));
    }

    #[test]
    fn half_a_pair_under_any_name_is_an_error() {
        for (there, missing) in
            [("RSPOTIFY_CLIENT_ID", "RSPOTIFY_CLIENT_SECRET"), ("SPOTIPY_CLIENT_SECRET", "SPOTIPY_CLIENT_ID")]
        {
            let error = choose(&[(there, "x"), ("CLIENT_ID", "c"), ("CLIENT_SECRET", "d")]).expect_err("half");
            assert_eq!(error, format!("{there} is set, but {missing} is not; set both, or none"));
        }
    }
}
