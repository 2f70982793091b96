//! The same clients against `sleeve serve` by a base URL, where they can take one.

use sleeve_outside::report::Report;
use sleeve_outside::serve::Server;
use sleeve_outside::sleeve::{Home, finish};

use crate::clients::{with_base_url, without_base_url};
use crate::{TRACK, UNKNOWN};

#[test]
fn clients_work_by_base_url() {
    let home = Home::new();
    let app = home.create_app(&[]);
    let server = Server::start(&home);
    let mut report = Report::default();
    for mut client in with_base_url() {
        let mut command = home.program(&client.command[0]);
        command.args(&client.command[1..]).args([TRACK, UNKNOWN, &server.origin]);
        for prefix in ["", "SPOTIFY_", "SPOTIPY_", "RSPOTIFY_"] {
            command.env(format!("{prefix}CLIENT_ID"), &app.client_id);
            command.env(format!("{prefix}CLIENT_SECRET"), &app.client_secret);
        }
        client
            .expected
            .iter_mut()
            .for_each(|(_, text)| *text = text.replace("https://api.spotify.com", &server.origin));
        client.check(&mut report, &finish(&mut command));
    }
    for client in without_base_url() {
        report.not_applicable(client.name, "base URL", "its addresses are compiled in, or it needs TLS");
    }
    report.finish();
}
