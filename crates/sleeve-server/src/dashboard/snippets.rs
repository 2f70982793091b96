//! Programs to paste: the first call with an app's client id, at the address that was asked.

use super::guard::Site;

/// The track that the examples ask for.
const TRACK: &str = "2XU0oxnq2qxCpomAAuJY8K";

/// One language's program.
#[derive(Debug)]
pub(super) struct Snippet {
    /// A word for ids.
    pub(super) key: &'static str,
    /// The name on its tab.
    pub(super) title: &'static str,
    /// How to use it.
    pub(super) hint: &'static str,
    /// The program.
    pub(super) text: String,
}

/// The programs, shell first: the others read the secret from the variable that it sets.
pub(super) fn snippets(client_id: &str, site: &Site) -> [Snippet; 5] {
    // An adopted app may have any id; what could end a string literal does not get into one.
    let plain = client_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    let client_id = if plain { client_id } else { "your-client-id" };
    let (token, track) = (site.token_endpoint(), format!("{}/tracks/{TRACK}", site.web_api()));
    [
        Snippet {
            key: "shell",
            title: "Shell",
            hint: "Sets the pair for every program that you start from this shell.",
            text: format!("export CLIENT_ID={client_id}\nexport CLIENT_SECRET='paste the client secret here'"),
        },
        Snippet {
            key: "curl",
            title: "curl",
            hint: "Reads CLIENT_SECRET from the environment.",
            text: curl(client_id, &token, &track),
        },
        Snippet {
            key: "python",
            title: "Python",
            hint: "Needs requests. Reads CLIENT_SECRET from the environment.",
            text: python(client_id, &token, &track),
        },
        Snippet {
            key: "javascript",
            title: "JavaScript",
            hint: "Node 18 or newer, as call.mjs. Reads CLIENT_SECRET from the environment.",
            text: javascript(client_id, &token, &track),
        },
        Snippet {
            key: "rust",
            title: "Rust",
            hint: "Needs sleeve-client, and tokio with its macros. Reads CLIENT_SECRET from the environment.",
            text: rust(client_id, site),
        },
    ]
}

fn curl(client_id: &str, token: &str, track: &str) -> String {
    format!(
        r#"token=$(curl -sS -u "{client_id}:$CLIENT_SECRET" \
    -d grant_type=client_credentials \
    {token} |
  sed -n 's/.*"access_token": *"\([^"]*\)".*/\1/p')

curl -sS -H "Authorization: Bearer $token" \
  {track}"#
    )
}

fn python(client_id: &str, token: &str, track: &str) -> String {
    format!(
        r#"import os

import requests

CLIENT_ID = "{client_id}"
CLIENT_SECRET = os.environ["CLIENT_SECRET"]

answer = requests.post(
    "{token}",
    auth=(CLIENT_ID, CLIENT_SECRET),
    data={{"grant_type": "client_credentials"}},
    timeout=30,
)
answer.raise_for_status()
token = answer.json()["access_token"]

track = requests.get(
    "{track}",
    headers={{"Authorization": f"Bearer {{token}}"}},
    timeout=30,
)
track.raise_for_status()
print(track.json()["name"])"#
    )
}

fn javascript(client_id: &str, token: &str, track: &str) -> String {
    format!(
        r#"const clientId = "{client_id}";
const clientSecret = process.env.CLIENT_SECRET;

async function ask(url, options) {{
  const answer = await fetch(url, options);
  if (!answer.ok) throw new Error(`${{answer.status}} ${{await answer.text()}}`);
  return answer.json();
}}

const {{ access_token: token }} = await ask("{token}", {{
  method: "POST",
  headers: {{ Authorization: "Basic " + btoa(`${{clientId}}:${{clientSecret}}`) }},
  body: new URLSearchParams({{ grant_type: "client_credentials" }}),
}});

const track = await ask("{track}", {{
  headers: {{ Authorization: `Bearer ${{token}}` }},
}});
console.log(track.name);"#
    )
}

fn rust(client_id: &str, site: &Site) -> String {
    let (import, origins) = if site.is_secure() {
        ("", String::new())
    } else {
        ("Origins, ", format!("\n        .origins(Origins::at(\"{}\")?)", site.origin()))
    };
    format!(
        r#"use sleeve_client::endpoints::tracks::GetTrack;
use sleeve_client::{{{import}Spotify}};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {{
    let spotify = Spotify::builder(){origins}
        .credentials("{client_id}", std::env::var("CLIENT_SECRET")?)
        .build()?;
    let answer = spotify.send(GetTrack::new("{TRACK}".parse()?)).await?;
    println!("{{}}", answer.document.name);
    Ok(())
}}"#
    )
}
