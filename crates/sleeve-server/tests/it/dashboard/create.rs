use http::StatusCode;
use sleeve_model::QuotaMode;

use super::{Browser, Form, Page};

const CREATE: &str = "/dashboard/create";

/// The first two parts, well filled in.
async fn to_the_end(browser: &Browser) -> Form {
    let first = browser.get(CREATE).await.form(CREATE).with("name", "Player").with("description", "Plays.");
    let second = browser.post(&first.with("go", "next")).await.form(CREATE);
    let third = browser.post(&second.with("go", "next")).await;
    assert!(third.says("Step 3 of 3"), "{}", third.text);
    third.form(CREATE)
}

#[tokio::test]
async fn three_parts_make_an_app_of_what_was_typed() {
    let browser = Browser::signed_in().await;
    let empty = browser.get("/dashboard").await;
    assert!(empty.says("No apps yet") && empty.says(">Create app</a>"));
    let page = browser.get(CREATE).await;
    assert!(page.says("Step 1 of 3") && page.says(">Next</button>"));
    let form = page.form(CREATE).with("name", " Player ").with("description", "Plays.").with("building", "Two\nlines");
    let page = browser.post(&form.with("go", "next")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.says("Step 2 of 3") && page.says(">Back</button>"));
    let form = page.form(CREATE).with("redirect_uris", "http://127.0.0.1:8888/a\n\nmyapp://b\nmyapp://b");
    let page = browser.post(&form.with("website", "https://example.org").with("go", "next")).await;
    assert!(page.says("Step 3 of 3") && page.says(">Create</button>") && page.says("Two\nlines"));
    let form = page.form(CREATE);
    assert_eq!(form.value("quota_mode"), "extended", "extended is chosen beforehand");
    let made = browser.post(&form.with("terms", "yes").with("go", "create")).await;
    let [app] = browser.local.apps().list().try_into().expect("one app");
    assert_eq!(made.location(), format!("/dashboard/apps/{}?done=created", app.client_id));
    assert_eq!((app.draft.name.as_str(), app.draft.building.as_str()), ("Player", "Two\nlines"));
    assert_eq!(app.draft.redirect_uris, ["http://127.0.0.1:8888/a", "myapp://b"]);
    assert_eq!((app.draft.website.as_str(), app.draft.quota_mode), ("https://example.org", QuotaMode::Extended));
    assert_eq!(app.draft.apis, ["web-api"]);
    let page = browser.follow(&made).await;
    assert!(page.says(&app.client_id) && page.says("Show client secret"));
}

#[tokio::test]
async fn an_error_stands_at_its_field_and_the_first_one_has_the_focus() {
    let browser = Browser::signed_in().await;
    let form = browser.get(CREATE).await.form(CREATE).with("description", &"x".repeat(501));
    let page = browser.post(&form.with("go", "next")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.says("Step 1 of 3") && page.says("<title>Error: "));
    assert_eq!(page.error_at("name").as_deref(), Some("A name is needed"));
    assert!(page.error_at("description").expect("a message").contains("501"));
    assert_eq!(page.error_at("building"), None);
    assert_eq!(page.text.matches("autofocus").count(), 1);
    assert!(page.says("name-error\" aria-invalid=\"true\" autofocus"));
    let form = page.form(CREATE).with("name", "Player").with("description", "Plays.").with("go", "next");
    let form = browser.post(&form).await.form(CREATE).with("redirect_uris", "http://localhost/x\nhttp://localhost/y");
    let page = browser.post(&form.with("website", "example.org").with("go", "next")).await;
    assert!(page.says("Step 2 of 3"));
    assert_eq!(page.error_at("redirect_uris").expect("messages").matches("`localhost` is not allowed").count(), 2);
    assert!(page.error_at("website").is_some());
    let form = to_the_end(&browser).await;
    let page = browser.post(&form.clone().without("quota_mode").with("go", "create")).await;
    assert!(page.error_at("quota_mode").is_some() && page.error_at("terms").is_some());
    // What travels in the page is looked at again at the end.
    let page = browser.post(&form.with("name", "").with("terms", "yes").with("go", "create")).await;
    assert!(page.says("Step 1 of 3") && page.error_at("name").is_some());
    assert!(browser.local.apps().list().is_empty());
}

#[tokio::test]
async fn back_keeps_what_was_typed_good_or_not() {
    let browser = Browser::signed_in().await;
    let form = browser.get(CREATE).await.form(CREATE).with("name", "Player").with("description", "\nPlays.");
    let second = browser.post(&form.with("go", "next")).await.form(CREATE);
    let second = second.with("redirect_uris", "no uri\nmyapp://x").without("apis").with("go", "back");
    let first = browser.post(&second).await;
    assert_eq!(first.status, StatusCode::OK);
    assert!(first.says("Step 1 of 3") && !first.says("aria-invalid"));
    let form = first.form(CREATE);
    assert_eq!((form.value("name"), form.value("description")), ("Player", "\nPlays."));
    let second = browser.post(&form.with("go", "next")).await.form(CREATE);
    assert_eq!((second.value("redirect_uris"), second.value("apis")), ("no uri\nmyapp://x", ""));
    let second = second.with("redirect_uris", "").with("apis", "ads-api").with("go", "next");
    let third = browser.post(&second).await.form(CREATE).with("quota_mode", "development").with("terms", "yes");
    let form = browser.post(&third.with("go", "back")).await.form(CREATE);
    let third = browser.post(&form.with("go", "next")).await.form(CREATE);
    let kept = (third.value("quota_mode"), third.value("terms"), third.value("apis"));
    assert_eq!(kept, ("development", "yes", "ads-api"));
}

#[tokio::test]
async fn a_form_that_is_sent_twice_makes_one_app() {
    let browser = Browser::signed_in().await;
    let form = to_the_end(&browser).await.with("terms", "yes").with("go", "create");
    let (one, other) = tokio::join!(browser.post(&form), browser.post(&form));
    assert_eq!((one.status, one.location()), (StatusCode::SEE_OTHER, other.location()));
    assert_eq!(browser.local.apps().list().len(), 1);
    // Whoever goes back and changes something wants another.
    browser.post(&form.clone().with("name", "Another")).await;
    assert_eq!(browser.local.apps().list().len(), 2);
    let another = to_the_end(&browser).await.with("terms", "yes").with("go", "create");
    browser.post(&another).await;
    assert_eq!(browser.local.apps().list().len(), 3, "two forms make two apps, even of one name");
}

#[tokio::test]
async fn hostile_text_stays_text() {
    let browser = Browser::signed_in().await;
    let hostile = "\"><script>alert('1')</script></textarea>&amp;";
    let escaped = |page: &Page| !page.text.contains("<script>") && page.text.contains("&#60;script&#62;");
    let mut form = browser.get(CREATE).await.form(CREATE);
    for name in ["name", "description", "building", "website", "redirect_uris", "nonce"] {
        form = form.with(name, hostile);
    }
    for (step, go) in [("1", "next"), ("2", "next"), ("2", "back"), ("3", "create"), ("3", "back")] {
        let page = browser.post(&form.clone().with("step", step).with("go", go)).await;
        assert!(escaped(&page), "{step} {go}");
        assert_eq!(page.form(CREATE).value("name"), hostile, "{step} {go}");
    }
    let mut draft = sleeve_server::Draft::new(hostile, hostile);
    draft.building = hostile.to_owned();
    draft.website = "https://example.org/\"><script>".to_owned();
    draft.redirect_uris = vec!["myapp://\"><script>".to_owned()];
    let (id, _) = browser.app(draft);
    for path in ["", "/edit", "/rotate", "/delete"] {
        assert!(escaped(&browser.get(&format!("/dashboard/apps/{id}{path}")).await), "{path}");
    }
    assert!(escaped(&browser.get("/dashboard").await));
}
