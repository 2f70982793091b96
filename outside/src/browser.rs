//! Headless Chromium, driven through chromedriver by the W3C WebDriver protocol: plain JSON over HTTP.
//!
//! Only what a person does: press keys, look, click. Finding waits up to ten seconds for a page to come.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use base64::Engine;
use reqwest::Method;
use reqwest::blocking::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::serve::http_client;

/// The key under which the protocol names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Keys that are not characters.
pub mod key {
    pub const TAB: &str = "\u{e004}";
    pub const ENTER: &str = "\u{e007}";
    pub const SPACE: &str = " ";
    pub const BACKSPACE: &str = "\u{e003}";
    pub const CONTROL: &str = "\u{e009}";
}

/// How the browser is set up.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    pub javascript: bool,
    pub dark: bool,
    pub width: u32,
    pub height: u32,
}

impl Default for Setup {
    fn default() -> Self {
        Self { javascript: true, dark: false, width: 1280, height: 900 }
    }
}

/// One browser with a new, empty profile. Closed when dropped.
pub struct Browser {
    driver: Child,
    client: Client,
    session: String,
    _profile: TempDir,
}

/// An element on the page that is shown.
pub struct Element<'a> {
    browser: &'a Browser,
    id: String,
}

impl Browser {
    pub fn open(setup: Setup) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start chromedriver (Debian package chromium-driver): {error}"));
        let stdout = BufReader::new(driver.stdout.take().expect("stdout is piped"));
        let port: u16 = stdout
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.trim_end_matches('.').rsplit_once("successfully on port ")?.1.parse().ok())
            .expect("chromedriver says on which port it listens");
        let root = format!("http://127.0.0.1:{port}/session");
        let profile = tempfile::Builder::new().prefix("sleeve-chromium-").tempdir().expect("a temporary folder");
        let client = http_client();
        let answer = call(&client, Method::POST, &root, &capabilities(setup, profile.path()));
        let session = answer["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {answer}"));
        let browser = Self { driver, client, session: format!("{root}/{session}"), _profile: profile };
        browser.post("timeouts", &json!({"implicit": 10_000, "pageLoad": 20_000}));
        let size = json!({"mobile": false, "width": setup.width, "height": setup.height, "deviceScaleFactor": 1});
        browser.devtools("Emulation.setDeviceMetricsOverride", &size);
        browser
    }

    /// Opens an address and waits for the page.
    pub fn go(&self, url: &str) {
        self.post("url", &json!({ "url": url }));
    }

    /// The address of the page that is shown.
    pub fn url(&self) -> String {
        text_of(self.get("url"))
    }

    /// The HTML of the page as it is now.
    pub fn html(&self) -> String {
        text_of(self.get("source"))
    }

    /// The first element that a CSS selector finds.
    pub fn find(&self, css: &str) -> Element<'_> {
        self.element(&json!({"using": "css selector", "value": css}))
    }

    /// The first link, button or summary with this text.
    pub fn control(&self, text: &str) -> Element<'_> {
        let value = format!("//*[self::a or self::button or self::summary][normalize-space()='{text}']");
        self.element(&json!({"using": "xpath", "value": value}))
    }

    /// How many elements a CSS selector finds, without waiting for one to come.
    pub fn count(&self, css: &str) -> usize {
        self.post("timeouts", &json!({"implicit": 0}));
        let found = self.post("elements", &json!({"using": "css selector", "value": css}));
        self.post("timeouts", &json!({"implicit": 10_000}));
        found.as_array().map_or(0, Vec::len)
    }

    /// The element that has the keyboard.
    pub fn focused(&self) -> Element<'_> {
        self.named(&self.get("element/active"))
    }

    /// Presses and releases keys, one after the other, wherever the focus is.
    pub fn press(&self, keys: &str) {
        self.strokes(keys.chars().flat_map(|key| [("keyDown", key.to_string()), ("keyUp", key.to_string())]));
    }

    /// Control and A: selects all that a field holds.
    pub fn select_all(&self) {
        let (control, letter) = (key::CONTROL, "a");
        let strokes = [("keyDown", control), ("keyDown", letter), ("keyUp", letter), ("keyUp", control)];
        self.strokes(strokes.map(|(kind, key)| (kind, key.to_owned())).into_iter());
    }

    /// Presses Tab until `wanted` holds for the focused element, as somebody without a mouse would.
    pub fn tab_to(&self, what: &str, wanted: impl Fn(&Element<'_>) -> bool) -> Element<'_> {
        for _ in 0..80 {
            let focused = self.focused();
            if wanted(&focused) {
                return focused;
            }
            self.press(key::TAB);
        }
        panic!("no way to {what} by the Tab key on {}", self.url());
    }

    /// The page, whole, as a PNG file.
    pub fn screenshot(&self, file: &Path) {
        let shot = self.devtools("Page.captureScreenshot", &json!({"captureBeyondViewport": true}));
        let encoded = shot["data"].as_str().expect("a screenshot is base64");
        let picture = base64::engine::general_purpose::STANDARD.decode(encoded).expect("a screenshot is base64");
        fs::write(file, picture).unwrap_or_else(|error| panic!("cannot write {}: {error}", file.display()));
    }

    fn strokes(&self, strokes: impl Iterator<Item = (&'static str, String)>) {
        let strokes: Vec<Value> = strokes.map(|(kind, key)| json!({"type": kind, "value": key})).collect();
        self.post("actions", &json!({"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]}));
    }

    fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.post("goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    fn element(&self, locator: &Value) -> Element<'_> {
        self.named(&self.post("element", locator))
    }

    fn named(&self, reference: &Value) -> Element<'_> {
        let id = reference[ELEMENT].as_str().unwrap_or_else(|| panic!("not an element: {reference}"));
        Element { browser: self, id: id.to_owned() }
    }

    fn get(&self, path: &str) -> Value {
        call(&self.client, Method::GET, &format!("{}/{path}", self.session), &Value::Null)
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        call(&self.client, Method::POST, &format!("{}/{path}", self.session), body)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Whatever the end of the test, the browser goes; a session that is gone already is as good.
        let _ = self.client.delete(&self.session).send();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Element<'_> {
    pub fn click(&self) {
        self.browser.post(&format!("element/{}/click", self.id), &json!({}));
    }

    /// The text that a reader sees.
    pub fn text(&self) -> String {
        text_of(self.get("text"))
    }

    /// A property as it is now (`value`, `checked`, `name`), empty where there is none.
    pub fn property(&self, name: &str) -> String {
        match self.get(&format!("property/{name}")) {
            Value::Null => String::new(),
            Value::String(text) => text,
            other => other.to_string(),
        }
    }

    /// An attribute as the HTML has it, empty where there is none.
    pub fn attribute(&self, name: &str) -> String {
        self.get(&format!("attribute/{name}")).as_str().unwrap_or_default().to_owned()
    }

    fn get(&self, what: &str) -> Value {
        self.browser.get(&format!("element/{}/{what}", self.id))
    }
}

fn capabilities(setup: Setup, profile: &Path) -> Value {
    let mut arguments: Vec<String> = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
    ]
    .map(str::to_owned)
    .into();
    arguments.push(format!("--user-data-dir={}", profile.display()));
    if setup.dark {
        arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
    }
    let scripts = if setup.javascript { 1 } else { 2 };
    json!({"capabilities": {"alwaysMatch": {
        "browserName": "chrome",
        "goog:chromeOptions": {
            "args": arguments,
            "prefs": {"profile.managed_default_content_settings.javascript": scripts},
        },
    }}})
}

fn call(client: &Client, method: Method, url: &str, body: &Value) -> Value {
    let mut request = client.request(method, url);
    if !body.is_null() {
        request = request.json(body);
    }
    let answer = request.send().unwrap_or_else(|error| panic!("chromedriver is gone: {error}"));
    let status = answer.status();
    let mut answer: Value = answer.json().unwrap_or_else(|error| panic!("chromedriver did not answer JSON: {error}"));
    let value = answer["value"].take();
    assert!(status.is_success(), "{url} {body}: {} ({})", value["message"], value["error"]);
    value
}

fn text_of(value: Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}
