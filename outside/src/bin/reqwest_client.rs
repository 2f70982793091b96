//! reqwest 0.13 with rustls and the platform's verifier. usage: reqwest_client TRACK UNKNOWN [BASE]

use std::error::Error;
use std::io::Write;

use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [track, unknown, base @ ..] = arguments.as_slice() else {
        return Err("usage: reqwest_client TRACK UNKNOWN [BASE]".into());
    };
    let accounts = base.first().map_or("https://accounts.spotify.com", String::as_str);
    let api = base.first().map_or("https://api.spotify.com", String::as_str);
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::new();
    let mut out = std::io::stdout();

    let token: Value = client
        .post(format!("{accounts}/api/token"))
        .basic_auth(std::env::var("CLIENT_ID")?, Some(std::env::var("CLIENT_SECRET")?))
        .form(&[("grant_type", "client_credentials")])
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    let token_type = token["token_type"].as_str().ok_or("no token_type")?;
    writeln!(out, "token: {token_type} {}", token["expires_in"])?;

    let bearer = token["access_token"].as_str().ok_or("no access_token")?;
    let get = |id: &str| client.get(format!("{api}/v1/tracks/{id}")).bearer_auth(bearer).send();
    let found = get(track).await?.error_for_status()?;
    let version = found.version();
    let found: Value = found.json().await?;
    writeln!(out, "track: {}", found["name"].as_str().ok_or("no name")?)?;
    writeln!(out, "http: {version:?}")?;

    if let Err(error) = get(unknown).await?.error_for_status() {
        writeln!(out, "unknown: {}", error.without_url())?;
    }
    Ok(())
}
