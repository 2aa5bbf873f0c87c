//! The emulator's own page at `/`: which profiles there are, how they are, and who answers a query.
//!
//! It is one document that loads nothing else, and it only reads. Names come from whoever makes profiles, so it writes them as
//! text; should that ever fail, its policy runs no script and takes no style but those of the document itself. No other page
//! can frame it, and requests that other pages make a browser send never come here: see [`super::admission`].

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::http::HeaderName;
use axum::response::IntoResponse;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};

use super::exchange;
use super::shared::Shared;

const PAGE: &str = include_str!("page.html");

/// Everything but a GET of `/` goes on to Azure.
pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new().route("/", get(page).fallback(exchange::handle))
}

async fn page() -> impl IntoResponse {
    let header = |name: &'static str, value: &'static str| (HeaderName::from_static(name), value);
    let headers = [
        header("content-type", "text/html; charset=utf-8"),
        header("content-security-policy", &POLICY),
        header("x-content-type-options", "nosniff"),
        // For browsers that do not know frame-ancestors.
        header("x-frame-options", "DENY"),
        header("cross-origin-opener-policy", "same-origin"),
        header("cross-origin-resource-policy", "same-origin"),
        header("referrer-policy", "no-referrer"),
        // Another emulator may have this address tomorrow.
        header("cache-control", "no-store"),
    ];
    (headers, PAGE)
}

/// What the page may do. `'sha256-…'` allows exactly the script and the style that it has.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; img-src data:; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
        hash(content("<script>", "</script>")),
        hash(content("<style>", "</style>")),
    )
});

/// What stands between the tags of the page's one such element.
fn content(begin: &str, end: &str) -> &'static str {
    let rest = PAGE.split_once(begin).map_or("", |(_, rest)| rest);
    rest.split_once(end).map_or("", |(content, _)| content)
}

fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(digest(&SHA256, text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_one_script_and_one_style_and_loads_nothing() {
        for (tag, end) in [("<script", "</script>"), ("<style", "</style>")] {
            assert_eq!((PAGE.matches(tag).count(), PAGE.matches(end).count()), (1, 1), "{tag}");
            assert!(content(&format!("{tag}>"), end).len() > 100, "{tag}");
        }
        let page = PAGE.replace("http://www.w3.org/2000/svg", "");
        for foreign in ["http://", "https://", "src=", "@import", "url(", "style=", "onclick", "innerHTML"] {
            assert!(!page.contains(foreign), "{foreign}");
        }
    }
}
