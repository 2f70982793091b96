//! Unmodified clients walk every operation of the catalogue that they have, in both quota modes. What they return is
//! what the server sent, and what it refused comes up as their own error.

mod checks;
mod compare;
mod walkers;

use serde_json::Value;
use sleeve_outside::catalogue::Catalogue;
use sleeve_outside::report::Report;
use sleeve_outside::serve::Server;
use sleeve_outside::sleeve::{App, Home, finish, transcript};

use checks::{Plan, Truth};

/// Where Spotify's clients believe to be.
const SPOTIFY: &str = "https://api.spotify.com";

#[test]
fn clients_walk_the_catalogue_in_both_quota_modes() {
    let home = Home::new();
    let catalogue = Catalogue::generate(&home);
    let plan = Plan::new(&catalogue);
    let server = Server::start(&home);
    let mut report = Report::default();
    for mode in ["extended", "development"] {
        let app = home.create_app(&["--quota", mode]);
        let token = server.token(&app);
        let truths = checks::all(&plan).into_iter().map(|check| Truth::ask(&server, &token, check));
        let by_base_url: Vec<_> = truths.collect();
        let through_run: Vec<_> = by_base_url.iter().map(|truth| truth.seen_at(&server.origin, SPOTIFY)).collect();
        let name = format!("server, {mode}");
        for Truth { check, status, .. } in &by_base_url {
            let expected = if mode == "extended" { check.extended } else { check.development };
            report.check(&name, check.name, &status.to_string(), &expected.to_string());
        }
        for walker in walkers::all() {
            let name = format!("{}, run, {mode}", walker.name);
            let mut command = home.run(walker.command.iter().chain([&plan.json().into()]));
            walker.check(&mut report, &name, mode, &finish(with_pair(&mut command, &app)), &through_run);
            if walker.takes_base_url {
                let name = format!("{}, base URL, {mode}", walker.name);
                let mut command = home.program(&walker.command[0]);
                command.args(&walker.command[1..]).args([&plan.json(), &server.origin]);
                walker.check(&mut report, &name, mode, &finish(with_pair(&mut command, &app)), &by_base_url);
            } else {
                let name = format!("{}, base URL, {mode}", walker.name);
                report.not_applicable(&name, "all operations", "it has no option for one (peers.md C)");
            }
        }
        for truth in &through_run {
            let in_place: Vec<_> = match truth.returned {
                // Of an object that is not there nothing is asked in another form.
                None if truth.status != 404 => truth.check.in_place(),
                _ => Vec::new(),
            };
            let in_place = in_place.into_iter().map(|check| Truth::ask(&server, &token, check));
            let in_place: Vec<_> = in_place.map(|truth| truth.seen_at(&server.origin, SPOTIFY)).collect();
            call(&mut report, &home, &app, mode, truth, &in_place);
        }
    }
    report.finish();
}

/// `sleeve call` prints what was answered; what development mode has in another form it asks for in that form, with what
/// the answers to that hold; and where it was refused it says why and fails.
fn call(report: &mut Report, home: &Home, app: &App, mode: &str, truth: &Truth, in_place: &[Truth]) {
    let check = &truth.check;
    let mut command = home.sleeve(check.as_call());
    let output = finish(with_pair(&mut command, app));
    let name = format!("sleeve call, {mode}");
    let printed = String::from_utf8_lossy(&output.stdout);
    if !in_place.is_empty() {
        let answers = in_place.iter().map(|truth| truth.returned.clone().expect("development mode has it"));
        let expected = Value::Array(answers.flat_map(|answer| check.objects(answer)).collect());
        let seen = check.of_lines(&printed).map(|answer| Value::Array(check.objects(answer)));
        let difference = seen.and_then(|seen| compare::exactly(&seen, &expected));
        return report.verdict(&name, check.name, difference.is_ok(), || format!("{difference:?}"));
    }
    let Some(expected) = &truth.returned else {
        let why = if truth.status == 404 { "not in the local catalogue" } else { "removed for development apps since" };
        let said = String::from_utf8_lossy(&output.stderr).contains(why);
        let refused = output.status.code() == Some(1) && output.stdout.is_empty() && said;
        return report.verdict(&name, check.name, refused, || transcript(&output));
    };
    let seen = check.of_lines(&printed);
    let difference = seen.and_then(|seen| compare::exactly(&seen, expected));
    report.verdict(&name, check.name, difference.is_ok(), || format!("{difference:?}\n{}", transcript(&output)));
}

fn with_pair<'a>(command: &'a mut std::process::Command, app: &App) -> &'a mut std::process::Command {
    for prefix in ["SPOTIFY_", "SPOTIPY_", "RSPOTIFY_"] {
        command.env(format!("{prefix}CLIENT_ID"), &app.client_id);
        command.env(format!("{prefix}CLIENT_SECRET"), &app.client_secret);
    }
    command
}
