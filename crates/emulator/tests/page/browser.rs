//! The page in a real browser. Without one the tests say so and end.

use serde_json::{Value, json};

use crate::azure::{Azure, external, id, nested};
use crate::chromium::Chromium;

/// The rows of the tree: name, status and share of endpoints.
const ENDPOINTS: &str = "[...document.querySelectorAll('#tree .endpoint > .row')].map((row) => \
                         ['.name', '.word', '.percent'].map((part) => row.querySelector(part).textContent))";

/// What is answered: record, endpoint and share.
const SHARES: &str = "[...document.querySelectorAll('#shares > li')].map((row) => \
                      ['.record', '.name', '.percent'].map((part) => row.querySelector(part).textContent))";

/// A browser that shows the page of an emulator, once it has asked for the first time.
fn open(azure: &Azure, fragment: &str) -> Option<Chromium> {
    let mut browser = Chromium::start()?;
    browser.open(&format!("{}/{fragment}", azure.running.url()));
    browser.wait_for("document.querySelector('#connection').dataset.state === 'live'");
    Some(browser)
}

/// Waits until an expression has this value.
fn wait_until(browser: &mut Chromium, expression: &str, expected: &Value) {
    browser.wait_for(&format!("JSON.stringify({expression}) === JSON.stringify({expected})"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_the_tree_the_shares_and_who_answers_and_follows_a_failover() {
    let azure = Azure::with_shop().await;
    let Some(mut browser) = open(&azure, "") else { return };
    let tree = json!([
        ["europe", "Online", "100 %"],
        ["blue", "Online", "70 %"],
        ["green", "Online", "30 %"],
        ["backup", "Online", "0 %"],
    ]);
    wait_until(&mut browser, ENDPOINTS, &tree);
    let profiles =
        "[...document.querySelectorAll('#tree .profile > .row')].map((row) => row.innerText.split('\\n'))";
    let shown = browser.evaluate(profiles);
    let expected = json!([
        ["shop", "Priority", "shop.trafficmanager.net", "Online"],
        ["shop-europe", "Weighted", "Online"],
    ]);
    assert_eq!(shown, expected);
    let answers =
        json!([["blue.example.com", "europe/blue", "70 %"], ["green.example.com", "europe/green", "30 %"]]);
    wait_until(&mut browser, SHARES, &answers);
    assert_eq!(browser.evaluate("document.querySelector('#answer').textContent"), "CNAMETTL 30 s");
    let why = "[...document.querySelectorAll('#reasons > li')].map((it) => it.textContent)";
    let reasons = azure.get("/emulator/route/shop").await.json()["reasons"].take();
    assert_eq!(browser.evaluate(why), reasons);

    let body = r#"{"status": "Degraded"}"#;
    assert_eq!(azure.send("PUT", "/emulator/health/shop-europe/blue", "", body).await.status, 204);
    wait_until(&mut browser, SHARES, &json!([["green.example.com", "europe/green", "100 %"]]));
    assert_eq!(azure.send("PUT", "/emulator/health/shop-europe/green", "", body).await.status, 204);
    wait_until(&mut browser, SHARES, &json!([["backup.example.com", "backup", "100 %"]]));
    let tree = json!([
        ["europe", "Degraded", "0 %"],
        ["blue", "Degraded", "0 %"],
        ["green", "Degraded", "0 %"],
        ["backup", "Online", "100 %"],
    ]);
    assert_eq!(browser.evaluate(ENDPOINTS), tree);
    let width = "document.querySelector('#shares .fill').style.width";
    assert_eq!(browser.evaluate(width), "100%");
    assert_eq!(browser.evaluate("document.querySelector('#summary').textContent"), "2 profiles, 2 Degraded");
    assert_eq!(browser.complaints(), [""; 0]);
    // The page asks the control API and nothing else.
    assert_eq!(azure.running.requests(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_text_whatever_they_are() {
    let azure = Azure::start().await;
    let name = r#"<img src="x" onerror="document.title='taken'"><script>document.title='taken'</script>"#;
    azure.put("shop", "Priority", &[external(name, "a.example.com", &json!({}))]);
    azure.set_health("shop", name, "Degraded");
    // An address that somebody else made up is no better.
    let parameters: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let fragment = format!("#profile={parameters}&source={parameters}");
    let Some(mut browser) = open(&azure, &fragment) else { return };
    wait_until(&mut browser, ENDPOINTS, &json!([[name, "Degraded", "100 %"]]));
    wait_until(&mut browser, SHARES, &json!([["a.example.com", name, "100 %"]]));
    let reasons = browser.evaluate("document.querySelector('#reasons').textContent");
    assert!(reasons.as_str().unwrap().contains(name), "{reasons}");
    let problem = browser.evaluate("document.querySelector('#problem').textContent");
    assert_eq!(problem, format!("source: '{name}' is not an IP address"));
    assert_eq!(browser.evaluate("document.querySelectorAll('img').length"), 0);
    assert_eq!(browser.evaluate("document.querySelectorAll('script').length"), 1);
    assert_eq!(browser.evaluate("document.title"), "azuretm-emulator");
    // The one complaint is about the source, which the emulator refuses with status 400.
    assert!(browser.complaints().iter().all(|complaint| complaint.contains("status of 400")));
}

#[tokio::test(flavor = "multi_thread")]
async fn should_markup_come_in_all_the_same_the_policy_stops_it() {
    let azure = Azure::with_shop().await;
    let Some(mut browser) = open(&azure, "") else { return };
    for sink in [
        "document.body.innerHTML = '<b>x</b>'",
        "document.body.insertAdjacentHTML('beforeend', '<b>x</b>')",
        "eval('document.title = 1')",
        "document.write('<b>x</b>')",
    ] {
        let failed =
            format!("(() => {{ try {{ {sink}; return '' }} catch (error) {{ return error.name }} }})()");
        let error = browser.evaluate(&failed);
        assert!(["TypeError", "EvalError"].contains(&error.as_str().unwrap()), "{sink}: {error}");
    }
    let script = "const it = document.createElement('script'); it.append(\"document.title = 'taken'\"); \
                  try { document.body.append(it) } catch {} document.title";
    assert_eq!(browser.evaluate(script), "azuretm-emulator");
    let elsewhere = "fetch('http://localhost:1/').then(() => 'sent', (error) => error.message)";
    assert!(browser.evaluate(elsewhere).as_str().unwrap().starts_with("Failed to fetch"));
    assert!(browser.complaints().iter().any(|it| it.contains("Content Security Policy")));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_can_frame_it_not_even_one_of_the_same_origin() {
    let azure = Azure::with_shop().await;
    let Some(mut browser) = Chromium::start() else { return };
    browser.open(&format!("{}/emulator/health", azure.running.url()));
    let can_frame = |path: &str| {
        format!(
            "new Promise((resolve) => {{
                const frame = document.createElement('iframe');
                frame.onload = () => resolve(frame.contentDocument !== null);
                frame.src = '{path}';
                document.body.append(frame);
            }})"
        )
    };
    assert_eq!(browser.evaluate(&can_frame("/emulator/profiles")), true);
    assert_eq!(browser.evaluate(&can_frame("/")), false);
    assert!(browser.complaints().iter().any(|it| it.contains("frame-ancestors")));
}

/// What a page of another site can try without asking first, and reading; it ends with what it could read.
const ATTEMPTS: &str = "(async (emulator) => {
    const json = { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } };
    const plain = { method: 'POST', body: '{}', mode: 'no-cors' };
    const health = { method: 'PUT', body: '{\"status\": \"Degraded\"}', mode: 'cors' };
    const tries = [['reset', json], ['reset', plain], ['health/shop/backup', health], ['profiles', {}], ['route/shop', {}]];
    const read = [];
    for (const [path, options] of tries) {
        try {
            const answer = await fetch(`${emulator}/emulator/${path}`, options);
            if (answer.type !== 'opaque') read.push(path);
        } catch {}
    }
    return read;
})";

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_reads_nothing_and_changes_nothing() {
    let azure = Azure::with_shop().await;
    let Some(mut browser) = Chromium::start() else { return };
    let before = azure.get("/emulator/profiles").await.json();
    // Another emulator is as good a server as any; by its name it is another site, by its number the same one.
    let other = Azure::start().await;
    let by_number = other.running.url();
    for site in [by_number.replace("127.0.0.1", "localhost"), by_number] {
        browser.open(&format!("{site}/emulator/health"));
        let url = azure.running.url();
        assert_eq!(browser.evaluate(&format!("{ATTEMPTS}({url:?})")), json!([]), "{site}");
        // It can all be read from where it comes.
        let own = browser.evaluate(&format!("{ATTEMPTS}(location.origin)"));
        assert_eq!(own, json!(["reset", "reset", "health/shop/backup", "profiles", "route/shop"]), "{site}");
        assert_eq!(azure.get("/emulator/profiles").await.json(), before, "{site}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_typed_with_the_keyboard_alone_and_the_address_remembers_it() {
    let azure = Azure::with_shop().await;
    let codes = |codes: &[&str]| json!({ "geoMapping": codes });
    let places = [
        external("eu", "eu.example.com", &codes(&["GEO-EU"])),
        external("us", "us.example.com", &codes(&["US"])),
    ];
    azure.put("a-places", "Geographic", &places);
    let Some(mut browser) = open(&azure, "") else { return };
    wait_until(&mut browser, SHARES, &json!([["no records", "", "100 %"]]));
    assert_eq!(browser.evaluate("document.querySelector('#type').textContent"), "NODATA");
    browser.evaluate("document.querySelector('#geographic_code').focus()");
    browser.insert("France");
    browser.press("Enter");
    browser.wait_for("document.querySelector('#problem').textContent.includes('use FR')");
    assert_eq!(browser.evaluate("document.querySelector('#geographic_code').ariaInvalid"), "true");
    // What could be understood last still counts.
    assert_eq!(browser.evaluate("document.querySelector('#type').textContent"), "NODATA");
    browser.evaluate("document.querySelector('#geographic_code').select()");
    browser.insert("FR");
    browser.press("Enter");
    wait_until(&mut browser, SHARES, &json!([["eu.example.com", "eu", "100 %"]]));
    assert_eq!(browser.evaluate("document.querySelector('#problem').textContent"), "");
    let question = browser.evaluate("document.querySelector('#question').textContent");
    assert_eq!(question, "a-places.trafficmanager.net, A, from a client in FR, near francecentral");

    // The names in the tree can be reached and pressed.
    let focused = "document.activeElement.textContent";
    while browser.evaluate(focused) != "shop-europe" {
        browser.press("Tab");
        assert_ne!(browser.evaluate("document.activeElement.tagName"), "BODY", "the focus left the page");
    }
    browser.press("Enter");
    browser.wait_for("document.querySelector('#question').textContent.startsWith('shop-europe.')");
    assert_eq!(browser.evaluate(focused), "shop-europe");
    let pressed = "[...document.querySelectorAll('[aria-pressed=true]')].map((it) => it.textContent)";
    assert_eq!(browser.evaluate(pressed), json!(["shop-europe"]));

    let address = browser.evaluate("location.href");
    browser.open("about:blank");
    browser.open(address.as_str().unwrap());
    browser.wait_for("document.querySelector('#question').textContent.startsWith('shop-europe.')");
    assert_eq!(browser.evaluate("document.querySelector('#geographic_code').value"), "FR");
    assert_eq!(browser.evaluate("document.querySelector('#profile').value"), id("shop-europe"));
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_come_and_go_and_an_emulator_that_ended_is_said() {
    let azure = Azure::start().await;
    let Some(mut browser) = open(&azure, "") else { return };
    browser.wait_for("!document.querySelector('#empty').hidden");
    let provider = browser.evaluate("document.querySelector('#provider').textContent");
    assert!(provider.as_str().unwrap().contains(&azure.running.url()), "{provider}");
    azure.put("child", "Priority", &[external("leaf", "leaf.example.com", &json!({}))]);
    azure.put("shop", "Weighted", &[nested("down", "child", &json!({}))]);
    let tree = json!([["down", "CheckingEndpoint", "100 %"], ["leaf", "CheckingEndpoint", "100 %"]]);
    wait_until(&mut browser, ENDPOINTS, &tree);
    azure.delete("child");
    wait_until(&mut browser, ENDPOINTS, &json!([["down", "Stopped", "0 %"]]));
    let note = browser.evaluate("document.querySelector('#tree .endpoint > .note').textContent");
    assert_eq!(note, format!("no profile {}", id("child")));
    azure.delete("shop");
    browser.wait_for("!document.querySelector('#empty').hidden && document.querySelector('#content').hidden");
    azure.running.stop().await;
    browser.wait_for(
        "document.querySelector('#connection').textContent.startsWith('The emulator does not answer')",
    );
}

/// The text that is hard to read: its contrast to what is behind it is below 4.5, which WCAG 2 asks for.
const FAINT: &str = "(() => {
    const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
    const part = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const luminance = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    const behind = (element) => {
        for (; element; element = element.parentElement) {
            const color = numbers(getComputedStyle(element).backgroundColor);
            if (color.length < 4 || color[3] > 0) return color;
        }
        return [255, 255, 255];
    };
    const texts = [...document.querySelectorAll('body *')].filter((it) =>
        !['SCRIPT', 'OPTION'].includes(it.tagName) && it.getClientRects().length &&
        [...it.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
    const contrast = (element) => {
        const two = [luminance(numbers(getComputedStyle(element).color)), luminance(behind(element))];
        return (Math.max(...two) + 0.05) / (Math.min(...two) + 0.05);
    };
    return [texts.length, texts.filter((it) => contrast(it) < 4.5).map((it) => `${it.textContent} ${contrast(it)}`)];
})()";

#[tokio::test(flavor = "multi_thread")]
async fn it_is_read_in_light_and_dark_and_fits_narrow_and_wide_windows() {
    let azure = Azure::with_shop().await;
    azure.set_health("shop-europe", "blue", "Degraded");
    azure.set_health("shop-europe", "green", "Stopped");
    let long = "a-name-without-any-place-to-break-it".repeat(7);
    azure.put("wide", "Weighted", &[external(&long, &format!("{}.example.com", "x".repeat(63)), &json!({}))]);
    let Some(mut browser) = open(&azure, &format!("#profile={}", id("wide"))) else { return };
    browser.wait_for("document.querySelectorAll('#shares > li').length === 1");
    browser.evaluate("document.querySelector('#problem').textContent = 'a problem'");
    for scheme in ["light", "dark"] {
        for width in [320, 420, 700, 1000, 1600] {
            browser.look(width, scheme);
            let overflow = browser.evaluate("document.documentElement.scrollWidth - innerWidth");
            assert!(overflow.as_i64().unwrap() <= 0, "{width} {scheme}: {overflow}");
            let faint = browser.evaluate(FAINT);
            assert!(faint[0].as_u64().unwrap() > 30, "{faint}");
            assert_eq!(faint[1], json!([]), "{width} {scheme}");
        }
    }
    // Health is told by words and shapes beside colours.
    let shapes = "[...new Set([...document.querySelectorAll('.status')].map((it) => {
        const { clipPath, borderRadius, borderWidth, height } = getComputedStyle(it.querySelector('.shape'));
        return `${it.innerText.replace(/Endpoints?/, '')}: ${clipPath} ${borderRadius} ${borderWidth} ${height}`;
    }))].sort()";
    let expected = json!([
        "Checking: none 50% 2px 12px",
        "Degraded: polygon(50% 0px, 100% 100%, 0px 100%) 0px 0px 12px",
        "Online: none 50% 0px 12px",
        "Stopped: none 0px 0px 12px",
    ]);
    assert_eq!(browser.evaluate(shapes), expected);
}
