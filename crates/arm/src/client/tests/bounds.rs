//! What is limited: pages, waits, addresses.

use super::*;
use crate::page::Page;

const LIST: &str =
    "https://management.azure.com/subscriptions/s/providers/Microsoft.Network/trafficManagerProfiles";

fn deadline() -> Deadline {
    Deadline::after(Duration::from_secs(9))
}

fn list() -> Request<Page<Profile>> {
    profiles::list_in_subscription("s")
}

/// Reads a list of which each page leads to this link, and says why not to the end.
async fn why_not(links: &[String]) -> (&'static str, usize) {
    let pages = links.iter().map(|link| answer(200, &json!({ "value": [], "nextLink": link })));
    let play = Play::new(pages);
    let error = play.client.list(list(), &deadline()).await.unwrap_err();
    let ErrorKind::Link { why, link } = error.kind() else { panic!("{error:?}") };
    assert!(link.len() <= 200 && !link.contains('?'), "{link}");
    (why, play.asked().len())
}

#[tokio::test(start_paused = true)]
async fn a_list_follows_its_pages() {
    // Azure writes the path in another letter case.
    let next = format!("{}?api-version=1&$skiptoken=a%2Fb", LIST.replace("trafficManager", "trafficmanager"));
    let play = Play::new([
        answer(200, &json!({ "value": [profile(1).1], "nextLink": next })),
        answer(200, &json!({ "value": [profile(2).1], "nextLink": null })),
    ]);
    let found = play.client.list(list(), &deadline()).await.unwrap();
    assert_eq!(found.len(), 2);
    let second = play.script.asked.lock().unwrap()[1].1.uri().to_string();
    let url = Url::parse(&second).unwrap();
    assert_eq!(url.path(), Url::parse(LIST).unwrap().path());
    assert_eq!(url.query_pairs().last().unwrap(), ("$skiptoken".into(), "a/b".into()));
}

#[tokio::test(start_paused = true)]
async fn a_list_does_not_leave_its_address() {
    for link in [
        LIST.replace("management", "elsewhere"),
        LIST.replace("https", "http"),
        LIST.replace(".com/", ".com:444/"),
        LIST.replace("/subscriptions/s/", "/subscriptions/other/"),
        format!("{LIST}/shop"),
        "https://management.azure.com/".to_owned(),
        "not a link".to_owned(),
        "x".repeat(1_000_000),
    ] {
        let (why, asked) = why_not(std::slice::from_ref(&link)).await;
        assert_eq!((why, asked), ("it leads to another place than this list", 1), "{link:.99}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_circle_of_pages_ends() {
    let link = |number: usize| format!("{LIST}?$skiptoken={number}");
    let circle: Vec<_> = [1, 2, 3, 1].map(link).into();
    assert_eq!(why_not(&circle).await, ("it was read already", 4));
    // A link to the page that it is on.
    let itself = format!("{LIST}?api-version={}", crate::API_VERSION);
    assert_eq!(why_not(&[itself]).await, ("it was read already", 1));
}

#[tokio::test(start_paused = true)]
async fn pages_without_an_end_end() {
    let links: Vec<_> = (0..200).map(|number| format!("{LIST}?$skiptoken={number}")).collect();
    assert_eq!(why_not(&links).await, ("no list is that long", PAGES));
}

#[tokio::test(start_paused = true)]
async fn large_pages_are_limited_together() {
    assert_eq!(is_worth_reading(true, 2, ALL_PAGES), Ok(()));
    assert_eq!(is_worth_reading(true, 2, ALL_PAGES + 1), Err("no list is that long"));
    let page = json!({ "value": [profile(1).1] });
    let play = Play::new([answer(200, &page)]);
    let read = play.send(list()).await.unwrap();
    assert_eq!(read.size, page.to_string().len(), "the size of a page counts");
}

#[tokio::test(start_paused = true)]
async fn no_wait_that_azure_asks_for_overflows() {
    for text in ["9223372036854775807", "18446744073709551615", "99999999999999999999999"] {
        for status in [429, 503] {
            let play = Play::new([with(status, &[("retry-after", text)], &Value::Null)]);
            let error = play.send(profiles::put(&id(), &profile(30).0)).await.unwrap_err();
            assert!(error.call().out_of_time, "{text}: {error:?}");
            assert_eq!(error.call().in_doubt, status == 503, "{text}: {error:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_time_that_is_allowed_overflows() {
    for time in [Duration::MAX, Duration::from_secs(u64::MAX), Duration::from_secs(i64::MAX as u64)] {
        let deadline = Deadline::after(time);
        assert!(!deadline.is_within(Duration::from_secs(1)) && deadline.is_within(Duration::MAX));
        let play = Play::new([with(503, &[("retry-after", "7")], &Value::Null), answer(200, &profile(30).1)]);
        play.client.send(profiles::get(&id()), &deadline).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn an_address_that_is_too_long_is_an_error() {
    let play = Play::new([]);
    let long = ProfileId::new("s", "g", "x".repeat(70_000));
    for (name, is_too_long) in [("x".repeat(65_534), true), ("ä".repeat(20_000), true)] {
        let id = ProfileId::new("s", &name, "shop");
        let error = play.send(profiles::get(&id)).await.unwrap_err();
        assert_eq!(matches!(error.kind(), ErrorKind::AddressTooLong), is_too_long, "{error:.99}");
    }
    let error = play.send(profiles::put(&long, &profile(30).0)).await.unwrap_err();
    assert!(error.to_string().len() < 5000 && !error.call().in_doubt, "{error:.99}");
    assert_eq!(play.methods(), "");
}
