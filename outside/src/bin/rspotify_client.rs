//! rspotify 0.16 over native-tls, with its own variables for the pair. usage: rspotify_client TRACK UNKNOWN [BASE]

use std::error::Error;
use std::io::Write;

use rspotify::http::HttpError;
use rspotify::model::TrackId;
use rspotify::prelude::BaseClient;
use rspotify::{ClientCredsSpotify, ClientError, Config, Credentials};
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [track, unknown, base @ ..] = arguments.as_slice() else {
        return Err("usage: rspotify_client TRACK UNKNOWN [BASE]".into());
    };
    let credentials = Credentials::from_env().ok_or("RSPOTIFY_CLIENT_ID and RSPOTIFY_CLIENT_SECRET are not set")?;
    let config = base.first().map_or_else(Config::default, |base| Config {
        api_base_url: format!("{base}/v1/"),
        auth_base_url: format!("{base}/"),
        ..Config::default()
    });
    let mut out = std::io::stdout();

    let spotify = ClientCredsSpotify::with_config(credentials, config);
    spotify.request_token().await?;
    let expires_in = spotify.token.lock().await.map(|token| token.as_ref().map(|token| token.expires_in.num_seconds()));
    writeln!(out, "token: {}", expires_in.ok().flatten().ok_or("no token was kept")?)?;
    writeln!(out, "track: {}", spotify.track(TrackId::from_id(track.as_str())?, None).await?.name)?;

    match spotify.track(TrackId::from_id(unknown.as_str())?, None).await {
        Err(ClientError::Http(error)) => match *error {
            HttpError::StatusCode(answer) => {
                let status = answer.status();
                let fault: Value = answer.json().await?;
                writeln!(out, "unknown: {status} {}", fault["error"]["message"].as_str().ok_or("no message")?)?;
            }
            HttpError::Client(error) => return Err(error.into()),
        },
        other => writeln!(out, "unknown: {other:?}")?,
    }
    Ok(())
}
