//! Draws the dashboard: `docs/dashboard.png` for the README; with `--all` also every page, both widths and themes,
//! into `outside/target/screens/` for our own eyes.

use std::fs;
use std::path::Path;

use sleeve_outside::browser::{Browser, Setup};
use sleeve_outside::form::{self, activate, error_at, fill, tick};
use sleeve_outside::report::say;
use sleeve_outside::serve::Server;
use sleeve_outside::sleeve::{Home, cache, repository};

fn main() {
    let docs = repository().join("docs");
    fs::create_dir_all(&docs).expect("the repository can be written");
    draw(Setup::default(), |browser| {
        form::create_app(browser, "Music log", "Looks up the songs that I heard");
        shoot(browser, &docs.join("dashboard.png"));
    });
    if std::env::args().any(|argument| argument == "--all") {
        for (name, width, dark) in [("wide", 1280, false), ("wide-dark", 1280, true), ("narrow", 360, false)] {
            every_page(name, Setup { width, dark, ..Setup::default() });
        }
        every_page("narrow-dark", Setup { width: 360, dark: true, ..Setup::default() });
    }
}

fn draw(setup: Setup, walk: impl FnOnce(&Browser)) {
    let home = Home::new();
    let server = Server::start(&home);
    let browser = Browser::open(setup);
    browser.go(&server.sign_in);
    walk(&browser);
}

fn every_page(name: &str, setup: Setup) {
    let folder = cache("screens");
    let shot = |browser: &Browser, page: &str| shoot(browser, &folder.join(format!("{page}-{name}.png")));
    draw(setup, |browser| {
        browser.control("Create app");
        shot(browser, "1-empty");
        form::first_part(browser, form::NAME, form::DESCRIPTION);
        fill(browser, "name", " ");
        activate(browser, "Next");
        error_at(browser, "name");
        shot(browser, "2-error");
        fill(browser, "name", form::NAME);
        activate(browser, "Next");
        form::second_part(browser);
        shot(browser, "3-part-two");
        activate(browser, "Next");
        tick(browser, "terms");
        shot(browser, "4-part-three");
        activate(browser, "Create");
        browser.control("Show client secret");
        shot(browser, "5-app");
        form::show_secret(browser);
        shot(browser, "6-secret");
    });
}

fn shoot(browser: &Browser, file: &Path) {
    browser.screenshot(file);
    say(&format!("drew {}", file.display()));
}
