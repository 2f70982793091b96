use http::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE};
use http::{Method, StatusCode};
use sleeve_model::QuotaMode;
use sleeve_server::apps::Limits;
use sleeve_server::{Door, Draft, Secret};

use super::Browser;

#[tokio::test]
async fn the_secret_shows_after_the_click_and_not_before() {
    let browser = Browser::signed_in().await;
    let (id, secret) = browser.app(Draft::new("Player", "Plays."));
    let path = format!("/dashboard/apps/{id}");
    for page in [browser.get("/dashboard").await, browser.get(&path).await, browser.get(&format!("{path}/edit")).await]
    {
        assert!(page.status == StatusCode::OK && !page.says(&secret));
    }
    let page = browser.get(&path).await;
    let shown = browser.post(&page.form(&format!("{path}/secret"))).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert_eq!(shown.text.matches(&secret).count(), 1, "in its own place, and in no snippet");
    assert_eq!(browser.get(&format!("{path}/secret")).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn snippets_hold_the_apps_id_and_the_address_that_was_asked() {
    let browser = Browser::signed_in().await;
    let (id, _) = browser.app(Draft::new("Player", "Plays."));
    let page = browser.get(&format!("/dashboard/apps/{id}")).await;
    for text in [
        &format!("export CLIENT_ID={id}"),
        "http://127.0.0.1:8975/api/token",
        "http://127.0.0.1:8975/v1/tracks/2XU0oxnq2qxCpomAAuJY8K",
        "sleeve run -- python3 app.py",
    ] {
        assert!(page.says(text), "{text}");
    }
    // An adopted app may be called anything.
    let draft = Draft::new("Theirs", "Adopted.");
    browser.local.apps().adopt("a/b\"; rm x", &Secret::new("theirs"), draft).expect("adopted");
    let list = browser.get("/dashboard").await;
    let (_, link) = list.text.split_once("href=\"/dashboard/apps/a").expect("a link");
    let page = browser.get(&format!("/dashboard/apps/a{}", link.split('"').next().unwrap_or_default())).await;
    assert!(page.status == StatusCode::OK && page.says("CLIENT_ID=your-client-id"));
}

#[tokio::test]
async fn rotation_and_deletion_ask_first() {
    let browser = Browser::signed_in().await;
    let (id, secret) = browser.app(Draft::new("Player", "Plays."));
    let path = format!("/dashboard/apps/{id}");
    let apps = browser.local.apps();
    let asked = browser.get(&format!("{path}/rotate")).await;
    assert!(asked.says("old secret ends at once") && asked.says(">Cancel</a>"));
    assert!(apps.secret(&id).is_some_and(|now| now.matches(&secret)));
    let done = browser.post(&asked.form(&format!("{path}/rotate"))).await;
    assert!(apps.secret(&id).is_some_and(|now| !now.matches(&secret)));
    assert!(browser.follow(&done).await.says("new client secret"));
    let asked = browser.get(&format!("{path}/delete")).await;
    assert!(asked.says("Delete Player?") && asked.says(">Cancel</a>") && apps.get(&id).is_some());
    let form = asked.form(&format!("{path}/delete"));
    let list = browser.follow(&browser.post(&form).await).await;
    assert!(list.says("The app is deleted") && apps.get(&id).is_none());
    for page in [browser.get(&path).await, browser.post(&form).await] {
        assert!(page.status == StatusCode::NOT_FOUND && page.says("no such app") && page.says("href=\"/dashboard\""));
    }
}

#[tokio::test]
async fn editing_keeps_the_quota_mode_and_says_what_is_wrong() {
    let browser = Browser::signed_in().await;
    let mut draft = Draft::new("Player", "Plays.");
    draft.quota_mode = QuotaMode::Development;
    let (id, _) = browser.app(draft);
    let (path, action) = (format!("/dashboard/apps/{id}"), format!("/dashboard/apps/{id}/edit"));
    let form = browser.get(&action).await.form(&action);
    assert_eq!((form.value("name"), form.value("apis")), ("Player", "web-api"));
    let wrong = browser.post(&form.clone().with("name", "").with("redirect_uris", "x")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.error_at("name").is_some() && wrong.error_at("redirect_uris").is_some());
    assert_eq!(wrong.form(&action).value("redirect_uris"), "x");
    let saved = browser.post(&form.with("name", "Organ").with("quota_mode", "extended")).await;
    assert!(browser.follow(&saved).await.says("Your changes are saved"));
    let draft = browser.local.apps().get(&id).expect("an app").draft;
    assert_eq!((draft.name.as_str(), draft.quota_mode), ("Organ", QuotaMode::Development));
    let quota = format!("{path}/quota");
    let page = browser.get(&path).await;
    assert!(page.says(">Request extended quota</button>"));
    let granted = browser.post(&page.form(&quota).with("quota_mode", "extended")).await;
    assert_eq!(browser.local.apps().quota_mode(&id), Some(QuotaMode::Extended));
    assert!(browser.follow(&granted).await.says("granted"));
    let odd = browser.post(&page.form(&quota).with("quota_mode", "unlimited")).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn limits_are_set_shown_refused_and_taken_off() {
    let browser = Browser::signed_in().await;
    let (id, _) = browser.app(Draft::new("Player", "Plays."));
    let (path, action) = (format!("/dashboard/apps/{id}"), format!("/dashboard/apps/{id}/edit"));
    let form = browser.get(&action).await.form(&action);
    assert_eq!((form.value("rate_limit"), form.value("daily_quota")), ("", ""));
    let wrong = browser.post(&form.clone().with("rate_limit", "180").with("daily_quota", "many")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.error_at("rate_limit").is_some_and(|message| message.ends_with("as 180/30s")));
    assert!(wrong.error_at("daily_quota").is_some_and(|message| message.ends_with("as 500")));
    assert_eq!(wrong.form(&action).value("rate_limit"), "180");
    let saved = browser.post(&form.with("rate_limit", " 180/30s ").with("daily_quota", "1")).await;
    let page = browser.follow(&saved).await;
    assert!(page.says("180 calls in 30 s") && page.says("1 call in 24 hours"));
    let limits = || browser.local.apps().get(&id).expect("an app").draft.limits;
    assert_eq!(limits(), Limits { rate: "180/30s".parse().ok(), daily_quota: "1".parse().ok() });
    // A form of before keeps what a shell changed of the mode only; what it shows, it says.
    let form = browser.get(&action).await.form(&action);
    assert_eq!((form.value("rate_limit"), form.value("daily_quota")), ("180/30s", "1"));
    browser.post(&browser.get(&path).await.form(&format!("{path}/quota")).with("quota_mode", "development")).await;
    assert!(limits().rate.is_some(), "another quota mode leaves the limits");
    browser.post(&form.with("rate_limit", "").with("daily_quota", "off")).await;
    assert_eq!(limits(), Limits::default());
    assert!(!browser.get(&path).await.says("calls in"));
}

#[tokio::test]
async fn an_app_that_a_shell_made_is_in_the_list() {
    let browser = Browser::signed_in().await;
    browser.app(Draft::new("From a shell", "Made meanwhile."));
    assert!(browser.get("/dashboard").await.says("From a shell"));
    assert_eq!(browser.get("/").await.location(), "/dashboard");
}

#[tokio::test]
async fn unknown_pages_lead_back_and_wrong_methods_name_the_right_ones() {
    let browser = Browser::signed_in().await;
    for path in ["/dashboard/nothing", "/dashboard/apps/x/nothing", "/dashboard/assets/none.css"] {
        let page = browser.get(path).await;
        assert!(page.status == StatusCode::NOT_FOUND && page.says("href=\"/dashboard\""), "{path}");
    }
    for (path, allowed) in [
        ("/dashboard", "GET, HEAD"),
        ("/dashboard/create", "GET, HEAD, POST"),
        ("/dashboard/sign-out", "POST"),
        ("/dashboard/apps/x/quota", "POST"),
    ] {
        let page = browser.send(browser.request(Method::DELETE, path, String::new()), Door::Plain).await;
        assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(page.headers[ALLOW], allowed, "{path}");
    }
    let get = browser.get("/dashboard/assets/style.css").await;
    assert_eq!(get.headers[CONTENT_TYPE], "text/css; charset=utf-8");
    let head = browser.request(Method::HEAD, "/dashboard/assets/style.css", String::new());
    let head = browser.send(head, Door::Plain).await;
    assert!(head.text.is_empty() && head.headers[CONTENT_LENGTH] == get.text.len().to_string());
}
