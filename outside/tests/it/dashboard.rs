//! A headless Chromium, by the keyboard alone: from the one-time link to the first call with the secret that it shows.

use sleeve_outside::browser::{Browser, Setup};
use sleeve_outside::clients::{folder, node, python};
use sleeve_outside::form::{self, activate, error_at, fill, show_secret, tick, value};
use sleeve_outside::report::Report;
use sleeve_outside::serve::Server;
use sleeve_outside::sleeve::{App, Home, finish, transcript};

use crate::{TRACK, UNKNOWN};

#[test]
fn the_form_leads_to_a_secret_that_works() {
    walk(Setup::default());
}

#[test]
fn the_form_works_without_javascript_on_a_narrow_screen() {
    walk(Setup { javascript: false, width: 360, height: 740, ..Setup::default() });
}

fn walk(setup: Setup) {
    let home = Home::new();
    let server = Server::start(&home);
    let browser = Browser::open(setup);
    browser.go(&server.sign_in);

    form::first_part(&browser, form::NAME, form::DESCRIPTION);
    fill(&browser, "name", " ");
    activate(&browser, "Next");
    error_at(&browser, "name");
    assert_eq!(value(&browser, "description"), form::DESCRIPTION, "an error lost what was typed elsewhere");
    fill(&browser, "name", form::NAME);
    activate(&browser, "Next");

    form::second_part(&browser);
    fill(&browser, "redirect_uris", "http://localhost:3000/callback");
    activate(&browser, "Next");
    assert!(error_at(&browser, "redirect_uris").contains("localhost"), "the error does not say what is wrong");
    assert_eq!(value(&browser, "website"), form::WEBSITE, "an error lost what was typed elsewhere");
    fill(&browser, "redirect_uris", form::REDIRECT_URI);

    activate(&browser, "Back");
    for (field, typed) in [("name", form::NAME), ("description", form::DESCRIPTION), ("building", form::BUILDING)] {
        assert_eq!(value(&browser, field), typed, "Back lost the {field}");
    }
    activate(&browser, "Next");
    assert_eq!(value(&browser, "redirect_uris"), form::REDIRECT_URI, "Back lost the redirect URIs");
    activate(&browser, "Next");

    activate(&browser, "Create");
    error_at(&browser, "terms");
    tick(&browser, "terms");
    activate(&browser, "Create");

    let app = show_secret(&browser);
    assert!(browser.find("main").text().contains(form::NAME), "the page does not show the app's name");
    works(&home, &server, &app);
    assert_eq!(listed(&home), [form::NAME], "the form made another app than it said, or more than one");
}

#[test]
fn the_sign_in_link_works_once_and_the_page_without_it_says_where_it_is() {
    let home = Home::new();
    let server = Server::start(&home);
    let first = Browser::open(Setup::default());
    first.go(&server.sign_in);
    first.control("Create app");

    let second = Browser::open(Setup::default());
    second.go(&server.sign_in);
    assert_eq!(second.count("a[href*='create'], form[action*='create']"), 0, "the link worked twice");
    second.go(&format!("{}/dashboard", server.origin));
    let text = second.find("body").text();
    assert!(text.contains("sleeve serve") && text.contains("/dashboard/sign-in"), "no word about the link: {text}");
}

#[test]
fn the_snippets_of_an_apps_page_work_as_they_stand() {
    let home = Home::new();
    let server = Server::start(&home);
    let browser = Browser::open(Setup { javascript: false, ..Setup::default() });
    browser.go(&server.sign_in);
    form::create_app(&browser, form::NAME, form::DESCRIPTION);
    let app = show_secret(&browser);
    let mut report = Report::default();
    for (key, program) in [("curl", "sh".as_ref()), ("python", python()), ("javascript", &node(20))] {
        let file = home.work().join(format!("{key}.mjs"));
        let text = browser.find(&format!("#snippet-{key}")).property("textContent");
        assert!(text.contains(&app.client_id), "the snippet for {key} does not have this app's id");
        std::fs::write(&file, text).expect("the folder is ours");
        let output = finish(home.program(program).arg(&file).env("CLIENT_SECRET", &app.client_secret));
        let named = String::from_utf8_lossy(&output.stdout).contains("Dance Monkey");
        report.verdict(key, "snippet", named && output.status.success(), || transcript(&output));
    }
    report.finish();
}

/// A token and a track by curl with the pair that the page showed.
fn works(home: &Home, server: &Server, app: &App) {
    let mut curl = home.program("sh");
    curl.arg(folder().join("curl.sh")).args([TRACK, UNKNOWN, &server.origin]);
    let output = finish(curl.env("CLIENT_ID", &app.client_id).env("CLIENT_SECRET", &app.client_secret));
    assert!(String::from_utf8_lossy(&output.stdout).contains("track: Dance Monkey"), "{}", transcript(&output));
}

/// The names of the apps in the data folder, as the shell lists them.
fn listed(home: &Home) -> Vec<String> {
    let output = finish(&mut home.sleeve(["app", "list", "--json"]));
    let apps: serde_json::Value = serde_json::from_slice(&output.stdout).expect("app list --json prints JSON");
    let apps = apps.as_array().expect("an array");
    apps.iter().map(|app| app["name"].as_str().expect("a name").to_owned()).collect()
}
