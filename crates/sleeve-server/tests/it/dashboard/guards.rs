use std::sync::{Arc, Mutex};

use http::header::{CONTENT_TYPE, HOST, ORIGIN, REFERER, SET_COOKIE};
use http::{HeaderValue, Method, StatusCode};
use sleeve_server::{Door, Draft};

use super::{Browser, Form, HERE, Page};

/// A form whose effect would show, and whether it did.
async fn deletion(browser: &Browser) -> (Form, String) {
    let (id, _) = browser.app(Draft::new("Player", "Plays."));
    let action = format!("/dashboard/apps/{id}/delete");
    (browser.get(&action).await.form(&action), id)
}

#[tokio::test]
async fn without_a_session_every_page_says_where_the_link_is() {
    let mut browser = Browser::new();
    let (id, secret) = browser.app(Draft::new("Player", "Plays."));
    for cookie in [None, Some("sleeve_session_8975=".to_owned()), Some("sleeve_session_8975=0123".to_owned())] {
        browser.cookie = cookie;
        let paths = ["/", "/dashboard", "/dashboard/create", "/dashboard/nothing", &format!("/dashboard/apps/{id}")];
        for path in paths {
            for method in [Method::GET, Method::POST, Method::PUT] {
                let page = browser.send(browser.request(method, path, String::new()), Door::Plain).await;
                assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
                assert!(page.says("the terminal where sleeve serve runs"), "{path}");
                assert!(!page.says(&id) && !page.says(&secret) && !page.says("Player"), "{path}");
            }
        }
    }
}

#[tokio::test]
async fn a_link_signs_one_browser_in_once() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let mut browser = Browser::new();
    browser.local.open_dashboard(HERE.parse().expect("an address"), {
        let told = told.clone();
        move |path: &str| told.lock().expect("alone").push(path.to_owned())
    });
    let link = browser.local.sign_in_path();
    let key = link.strip_prefix("/dashboard/sign-in?key=").expect("a key");
    assert!(key.len() >= 32, "at least 128 bits");
    // Neither a look from afar nor a guess uses it up.
    let look = |name: &'static str, value: &'static str| {
        let mut request = browser.request(Method::GET, &link, String::new());
        request.headers_mut().insert(name, HeaderValue::from_static(value));
        browser.send(request, Door::Plain)
    };
    for page in [
        browser.send(browser.request(Method::HEAD, &link, String::new()), Door::Plain).await,
        look("purpose", "prefetch").await,
        look("sec-purpose", "prefetch;prerender").await,
        browser.get("/dashboard/sign-in").await,
        browser.get("/dashboard/sign-in?key=").await,
        browser.get(&format!("/dashboard/sign-in?key={}", "0".repeat(key.len()))).await,
    ] {
        assert_eq!((page.status, page.headers.get(SET_COOKIE)), (StatusCode::FORBIDDEN, None));
    }
    assert!(told.lock().expect("alone").is_empty());
    let page = browser.get(&link).await;
    let cookie = page.headers[SET_COOKIE].to_str().expect("text");
    assert!(cookie.starts_with("sleeve_session_8975=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"));
    let next = browser.local.sign_in_path();
    assert_ne!(next, link);
    assert_eq!(*told.lock().expect("alone"), [next], "the next link is told");
    let again = browser.get(&link).await;
    assert_eq!((again.status, again.headers.get(SET_COOKIE)), (StatusCode::FORBIDDEN, None));
    assert!(again.says("used up") && again.says("the terminal where"));
    browser.take_cookie(&page);
    let list = browser.get("/dashboard").await;
    assert_eq!(list.status, StatusCode::OK);
    assert_eq!(browser.get(&link).await.location(), "/dashboard", "whoever is signed in stays so");
    let out = browser.post(&list.form("/dashboard/sign-out")).await;
    assert!(out.says("signed out") && out.headers[SET_COOKIE].to_str().expect("text").contains("Max-Age=0"));
    assert_eq!(browser.get("/dashboard").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_form_from_elsewhere_changes_nothing() {
    let browser = Browser::signed_in().await;
    let (form, id) = deletion(&browser).await;
    let other = Browser::signed_in().await;
    let theirs = other.get("/dashboard").await.form("/dashboard/sign-out").value("csrf").to_owned();
    for form in [form.clone().without("csrf"), form.clone().with("csrf", ""), form.clone().with("csrf", &theirs)] {
        assert_eq!(browser.post(&form).await.status, StatusCode::FORBIDDEN);
    }
    let spoilt = |name: http::HeaderName, value: &'static str| {
        let mut request = browser.request(Method::POST, &form.action, form.body());
        request.headers_mut().remove(ORIGIN);
        request.headers_mut().insert(name, HeaderValue::from_static(value));
        browser.send(request, Door::Plain)
    };
    for value in ["null", "http://example.org", "https://127.0.0.1:8975", "http://127.0.0.1", "http://127.0.0.1:89751"]
    {
        assert_eq!(spoilt(ORIGIN, value).await.status, StatusCode::FORBIDDEN, "{value}");
    }
    for value in ["http://example.org/dashboard", "http://127.0.0.1:89751/", "http://127.0.0.1:8975.example.org/"] {
        assert_eq!(spoilt(REFERER, value).await.status, StatusCode::FORBIDDEN, "{value}");
    }
    for value in ["cross-site", "same-site"] {
        let name = http::HeaderName::from_static("sec-fetch-site");
        assert_eq!(spoilt(name, value).await.status, StatusCode::FORBIDDEN, "{value}");
    }
    for value in ["text/plain", "multipart/form-data; boundary=x", "application/json"] {
        assert_eq!(spoilt(CONTENT_TYPE, value).await.status, StatusCode::BAD_REQUEST, "{value}");
    }
    assert!(browser.local.apps().get(&id).is_some());
    let done = spoilt(REFERER, "http://127.0.0.1:8975/dashboard").await;
    assert_eq!((done.status, browser.local.apps().get(&id)), (StatusCode::SEE_OTHER, None));
}

#[tokio::test]
async fn only_names_of_its_own_are_answered() {
    let browser = Browser::signed_in().await;
    let ask = |host: &'static str, door: Door| {
        let mut request = browser.request(Method::GET, "/dashboard", String::new());
        request.headers_mut().insert(HOST, HeaderValue::from_static(host));
        browser.send(request, door)
    };
    let unknown = |page: &Page| page.status == StatusCode::FORBIDDEN && page.says("no such address");
    for host in ["127.0.0.1:8975", "localhost:8975", "LOCALHOST:8975", "[::1]:8975"] {
        assert_eq!(ask(host, Door::Plain).await.status, StatusCode::OK, "{host}");
    }
    for host in ["rebound.example:8975", "localhost.example.org", "127.0.0.1.example.org", "192.0.2.1", "0.0.0.0:8975"]
    {
        assert!(unknown(&ask(host, Door::Plain).await), "{host}");
    }
    for host in ["127.0.0.1:8975", "api.spotify.com", "developer.spotify.com.example.org"] {
        assert!(unknown(&ask(host, Door::Developer).await), "{host}");
    }
    assert!(unknown(&ask("developer.spotify.com", Door::Plain).await));
    browser.local.open_dashboard("192.0.2.1:8975".parse().expect("an address"), |_| {});
    assert_eq!(ask("192.0.2.1:8975", Door::Plain).await.status, StatusCode::OK);
    assert!(unknown(&ask("192.0.2.2:8975", Door::Plain).await));
}

#[tokio::test]
async fn at_spotifys_own_address_the_cookie_is_secure_and_snippets_name_spotifys_hosts() {
    let mut browser = Browser::new();
    let (id, _) = browser.app(Draft::new("Player", "Plays."));
    let ask = |browser: &Browser, path: &str| {
        let mut request = browser.request(Method::GET, path, String::new());
        request.headers_mut().insert(HOST, HeaderValue::from_static("developer.spotify.com"));
        request
    };
    let page = browser.send(ask(&browser, &browser.local.sign_in_path()), Door::Developer).await;
    let cookie = page.headers[SET_COOKIE].to_str().expect("text");
    assert!(cookie.starts_with("sleeve_session=") && cookie.ends_with("; SameSite=Strict; Secure"), "{cookie}");
    browser.take_cookie(&page);
    let page = browser.send(ask(&browser, &format!("/dashboard/apps/{id}")), Door::Developer).await;
    assert!(page.says("https://accounts.spotify.com/api/token") && page.says("https://api.spotify.com/v1/tracks/"));
    assert!(!page.says("http://127.0.0.1"));
}

#[tokio::test]
async fn no_answer_may_be_framed_kept_or_mixed_with_foreign_parts() {
    let browser = Browser::signed_in().await;
    let stranger = Browser::new();
    for page in [
        browser.get("/dashboard").await,
        browser.get("/dashboard/nothing").await,
        browser.get("/dashboard/assets/style.css").await,
        stranger.get("/dashboard").await,
        stranger.get(&stranger.local.sign_in_path()).await,
    ] {
        let header = |name: &str| page.headers[name].to_str().expect("text");
        let policy = header("content-security-policy");
        for part in ["default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{part}");
        }
        assert!(!policy.contains("unsafe"));
        assert_eq!((header("x-frame-options"), header("x-content-type-options")), ("DENY", "nosniff"));
        assert_eq!((header("cache-control"), header("referrer-policy")), ("no-store", "same-origin"));
        assert!(!page.text.contains(" style=\"") && !page.text.contains("<style") && !page.text.contains(" onclick"));
    }
}
