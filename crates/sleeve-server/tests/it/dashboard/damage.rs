use http::Method;
use proptest::prelude::{Strategy, any, prop, prop_oneof};
use proptest::test_runner::{Config, TestRunner};
use sleeve_server::{Door, Draft};

use super::Browser;

/// Forms of known and unknown fields with any content, and plain noise.
fn bodies() -> impl Strategy<Value = String> {
    let names = prop_oneof![
        prop::sample::select(vec![
            "name",
            "description",
            "building",
            "redirect_uris",
            "website",
            "apis",
            "quota_mode",
            "terms",
            "step",
            "go",
            "nonce",
            "csrf",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    let values = prop_oneof![
        prop::sample::select(vec!["", "1", "2", "3", "next", "back", "create", "extended", "yes", "web-api", "a\r\nb"])
            .prop_map(str::to_owned),
        "[ -~]{0,40}",
        any::<String>(),
    ];
    let form = prop::collection::vec((names, values), 0..16)
        .prop_map(|fields| form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish());
    prop_oneof![4 => form, 1 => "[%&=+a-f0-9]{0,60}", 1 => any::<String>()]
}

#[test]
fn no_form_and_no_path_makes_the_dashboard_fail() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let browser = runtime.block_on(Browser::signed_in());
    let (id, _) = browser.app(Draft::new("Player", "Plays."));
    let csrf = runtime.block_on(browser.get("/dashboard")).form("/dashboard/sign-out").value("csrf").to_owned();
    let paths = prop_oneof![
        prop::sample::select(vec!["", "/create", "/sign-in", "/apps/x/edit"]).prop_map(str::to_owned),
        prop::sample::select(vec!["", "/secret", "/rotate", "/edit", "/quota"])
            .prop_map(move |rest| format!("/apps/{id}{rest}")),
        "/[!-~&&[^#<>\"`{}|\\\\^]]{0,30}",
    ];
    let input = (prop::sample::select(vec![Method::POST, Method::GET, Method::PUT]), paths, bodies(), any::<bool>());
    let mut runner = TestRunner::new(Config { cases: 400, ..Config::default() });
    let result = runner.run(&input, |(method, path, body, with_token)| {
        let body = if with_token { format!("csrf={csrf}&{body}") } else { body };
        let page =
            runtime.block_on(browser.send(browser.request(method, &format!("/dashboard{path}"), body), Door::Plain));
        assert!(page.status.as_u16() < 500, "{} {}", page.status, page.text);
        Ok(())
    });
    result.expect("no input fails");
}

#[test]
fn no_header_makes_the_dashboard_fail() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let browser = runtime.block_on(Browser::signed_in());
    let names = ["host", "cookie", "origin", "referer", "sec-fetch-site", "content-type", "purpose"];
    let input = (prop::sample::select(names.to_vec()), prop::collection::vec(32u8..=255, 0..60));
    let mut runner = TestRunner::new(Config { cases: 400, ..Config::default() });
    let result = runner.run(&input, |(name, value)| {
        let Ok(value) = http::HeaderValue::from_bytes(&value) else { return Ok(()) };
        let mut request = browser.request(Method::POST, "/dashboard/create", "step=1".to_owned());
        request.headers_mut().insert(name, value);
        let page = runtime.block_on(browser.send(request, Door::Plain));
        assert!(page.status.is_client_error(), "{}", page.status);
        Ok(())
    });
    result.expect("no input fails");
}
