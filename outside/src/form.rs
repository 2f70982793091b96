//! The dashboard as somebody without a mouse uses it: every step by the keyboard, found by what the page says.

use std::collections::BTreeSet;

use crate::browser::{Browser, Element, key};
use crate::sleeve::App;

/// What is typed into the three parts; name and description hold what a page must escape.
pub const NAME: &str = "Dänce & <Log>";
pub const DESCRIPTION: &str = "Which songs I hear, \"quoted\"";
pub const BUILDING: &str = "A small music log";
pub const REDIRECT_URI: &str = "http://127.0.0.1:3000/callback";
pub const WEBSITE: &str = "https://example.org/log";

/// Tab to a field and type. What stood in it is replaced.
pub fn fill(browser: &Browser, field: &str, text: &str) {
    let element = browser.tab_to(field, named(field));
    browser.select_all();
    browser.press(key::BACKSPACE);
    browser.press(text);
    assert_eq!(element.property("value"), text, "the field {field} holds something else than was typed");
}

/// Tab to a checkbox or radio button and set it.
pub fn tick(browser: &Browser, field: &str) {
    let element = browser.tab_to(field, named(field));
    if element.property("checked") != "true" {
        browser.press(key::SPACE);
    }
    assert_eq!(element.property("checked"), "true", "the space key did not tick {field}");
}

/// Tab to a button or link by its text, and Enter.
pub fn activate(browser: &Browser, text: &str) {
    browser.tab_to(text, |element| element.text().trim() == text);
    browser.press(key::ENTER);
}

/// What the page says is wrong with a field, by the ways that a screen reader finds it.
pub fn error_at(browser: &Browser, field: &str) -> String {
    let element = browser.find(&format!("[name='{field}'][aria-invalid='true']"));
    let described_by = element.attribute("aria-describedby");
    let notes = described_by.split_whitespace().map(|id| browser.find(&format!("[id='{id}']")).text());
    let text = notes.collect::<Vec<_>>().join(" ");
    assert!(!text.trim().is_empty(), "{field} is marked as wrong, but no text says why");
    text
}

/// What a field holds.
pub fn value(browser: &Browser, field: &str) -> String {
    browser.find(&format!("[name='{field}']")).property("value")
}

/// The first part, from the list of apps.
pub fn first_part(browser: &Browser, name: &str, description: &str) {
    activate(browser, "Create app");
    fill(browser, "name", name);
    fill(browser, "description", description);
    fill(browser, "building", BUILDING);
}

/// The second part.
pub fn second_part(browser: &Browser) {
    fill(browser, "redirect_uris", REDIRECT_URI);
    fill(browser, "website", WEBSITE);
    tick(browser, "apis");
}

/// The whole form, without detours, from the list of apps to the app's page.
pub fn create_app(browser: &Browser, name: &str, description: &str) -> String {
    first_part(browser, name, description);
    activate(browser, "Next");
    second_part(browser);
    activate(browser, "Next");
    tick(browser, "terms");
    activate(browser, "Create");
    client_id(browser)
}

/// The client id that an app's page shows; it is in the page's address too.
pub fn client_id(browser: &Browser) -> String {
    browser.control("Show client secret");
    let url = browser.url();
    let ids = figures(&url);
    let [id] = ids.iter().collect::<Vec<_>>()[..] else { panic!("no client id in {url}") };
    assert!(browser.find("main").text().contains(id.as_str()), "the page does not show its client id");
    id.clone()
}

/// Asks for the secret of the app whose page is shown. Before that it must not be in the page, however hidden.
pub fn show_secret(browser: &Browser) -> App {
    let client_id = client_id(browser);
    let before = browser.html();
    activate(browser, "Show client secret");
    let secret = browser.find("#client_secret");
    let client_secret = secret.text().trim().to_owned();
    assert_eq!(figures(&client_secret).len(), 1, "{client_secret:?} is no client secret");
    assert!(!before.contains(&client_secret), "the secret was in the page before anybody asked for it");
    App { client_id, client_secret }
}

/// Every word of exactly 32 lower-case hexadecimal figures in a text.
pub fn figures(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let is_hex = |word: &&str| word.len() == 32 && word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    words.filter(is_hex).map(str::to_owned).collect()
}

fn named(field: &str) -> impl Fn(&Element<'_>) -> bool {
    move |element| element.property("name") == field
}
