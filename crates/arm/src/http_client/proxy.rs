//! The proxy between this machine and Azure: which requests go through it, and what is said when none gets through.
//!
//! Its address may hold a password, which is sent to the proxy and shown to nobody.

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::secret::Secret;

/// A proxy as environment variables name it. Only what goes out by https goes through it, and nothing that stays on
/// this machine.
#[derive(Clone, Debug)]
pub struct Proxy {
    variable: &'static str,
    address: Secret,
    exceptions: String,
}

impl Proxy {
    /// The proxy at this address, `http://USER:PASSWORD@HOST:PORT` or less. `variable` is where it comes from, and
    /// `exceptions` is in the form of `NO_PROXY`: domains, addresses and networks, with commas in between.
    pub fn new(variable: &'static str, address: Secret, exceptions: impl Into<String>) -> Self {
        Self { variable, address, exceptions: exceptions.into() }
    }

    /// What reqwest does with it. The error is a text for the user.
    pub(super) fn rule(&self) -> Result<reqwest::Proxy, String> {
        let unusable = || {
            let variable = self.variable;
            format!("{variable} does not hold a proxy that can be used, which is written http://HOST:PORT")
        };
        let rule = reqwest::Proxy::https(self.url().ok_or_else(unusable)?).map_err(|_| unusable())?;
        Ok(rule.no_proxy(reqwest::NoProxy::from_string(&self.exceptions)))
    }

    /// Whether requests to this address go through it.
    pub(super) fn leads_to(&self, address: &Uri) -> bool {
        let Some(url) = self.url() else { return false };
        let matcher = Matcher::builder().https(url.as_str()).no(self.exceptions.as_str()).build();
        matcher.intercept(address).is_some()
    }

    /// Why nothing gets through.
    pub(super) fn no_way(&self, cause: &str) -> String {
        let name = self.name();
        // What hyper says of a status 407.
        if cause.contains("proxy authorization required") {
            return format!(
                "{name} wants a user and a password, or others; write them as http://USER:PASSWORD@HOST:PORT"
            );
        }
        format!("{name} makes no connection: {cause}")
    }

    /// A failure beyond it, which may be its doing.
    pub(super) fn beyond(&self, cause: &str) -> String {
        format!("{cause}, by way of {}", self.name())
    }

    fn name(&self) -> String {
        let url = self.url();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
        let scheme = url.as_ref().map_or("http", Url::scheme);
        let port = url.as_ref().and_then(Url::port).map(|port| format!(":{port}")).unwrap_or_default();
        format!("the proxy {scheme}://{host}{port} of {}", self.variable)
    }

    /// The address; one without a scheme is meant to be http.
    fn url(&self) -> Option<Url> {
        let text = self.address.reveal().trim();
        let url = if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("http://{text}")) };
        url.ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(address: &str, exceptions: &str) -> Proxy {
        Proxy::new("HTTPS_PROXY", Secret::from(address.to_owned()), exceptions)
    }

    #[test]
    fn exceptions_are_domains_addresses_and_networks() {
        for (exceptions, address, is_proxied) in [
            ("", "https://management.azure.com/x", true),
            ("azure.com", "https://management.azure.com/x", false),
            (".azure.com, other.example", "https://management.azure.com/x", false),
            ("management.azure.com", "https://login.microsoftonline.com/x", true),
            ("zure.com", "https://management.azure.com/x", true),
            ("*", "https://management.azure.com/x", false),
            ("10.0.0.0/8", "https://10.1.2.3/x", false),
            ("10.0.0.0/8", "https://11.1.2.3/x", true),
            ("", "http://169.254.169.254/metadata", false),
        ] {
            let found = proxy("http://proxy.example:3128", exceptions).leads_to(&address.parse().unwrap());
            assert_eq!(found, is_proxied, "{exceptions:?} {address}");
        }
    }

    #[test]
    fn its_name_has_neither_user_nor_password() {
        for (address, name) in [
            ("http://me:s3cret@proxy.example:3128/path", "http://proxy.example:3128"),
            ("me:s3cret@proxy.example:3128", "http://proxy.example:3128"),
            ("https://proxy.example", "https://proxy.example"),
        ] {
            let proxy = proxy(address, "");
            assert!(proxy.rule().is_ok());
            assert_eq!(proxy.name(), format!("the proxy {name} of HTTPS_PROXY"));
            assert!(!format!("{proxy:?}").contains("s3cret"));
        }
    }

    #[test]
    fn what_is_no_proxy_is_not_repeated() {
        for address in ["socks5://me:s3cret@proxy.example", "http://", "me:s3cret@"] {
            let error = proxy(address, "").rule().err().unwrap();
            assert!(error.contains("HTTPS_PROXY") && !error.contains("s3cret"), "{error}");
        }
    }
}
