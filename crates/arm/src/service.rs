//! Which Azure is spoken to: the address of its Resource Manager, the scope of its tokens, and who gives them.
//!
//! What a metadata host says is read in `metadata`.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

/// A Resource Manager.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Service {
    base: Url,
    scope: Option<String>,
    authority: Option<Url>,
}

/// An address that cannot be that of a Resource Manager.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ServiceError {
    /// The text is no web address.
    #[error("{given:?} is not a web address; the form is http://127.0.0.1:4653")]
    NotAnAddress {
        /// The text.
        given: String,
    },
    /// The emulator would be on another machine.
    #[error(
        "{given:?} is not an address of this machine; an emulator is spoken to without credentials, \
         and only on 127.0.0.1, [::1] or localhost"
    )]
    NotLoopback {
        /// The text.
        given: String,
    },
    /// Tokens would travel in the clear.
    #[error("{given:?} does not begin with https://; tokens must not travel unencrypted")]
    NotEncrypted {
        /// The text.
        given: String,
    },
}

impl Service {
    /// The public cloud.
    pub fn public() -> Self {
        Self::known("https://management.azure.com", "https://login.microsoftonline.com")
    }

    /// The cloud of the US Government.
    pub fn us_government() -> Self {
        Self::known("https://management.usgovcloudapi.net", "https://login.microsoftonline.us")
    }

    /// The cloud in China.
    pub fn china() -> Self {
        Self::known("https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn")
    }

    /// An emulator on this machine. It gets no credentials, whatever the token source could give.
    pub fn emulator(address: &str) -> Result<Self, ServiceError> {
        let base = address_of(address)?;
        let loopback = match base.host() {
            Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
            Some(Host::Ipv4(v4)) => IpAddr::V4(v4).is_loopback(),
            Some(Host::Ipv6(v6)) => IpAddr::V6(v6).is_loopback(),
            None => false,
        };
        if !loopback {
            return Err(ServiceError::NotLoopback { given: address.to_owned() });
        }
        Ok(Self { base, scope: None, authority: None })
    }

    /// Another Resource Manager, with the audience of its tokens and the address of the login service that
    /// gives them; from the metadata of a private cloud.
    pub fn custom(address: &str, audience: &str, authority: &str) -> Result<Self, ServiceError> {
        let base = encrypted(address)?;
        let authority = encrypted(authority)?;
        Ok(Self { base, scope: Some(scope_of(audience)), authority: Some(authority) })
    }

    /// The address of the Resource Manager.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// The scope of its tokens; `None` for an emulator, which gets none.
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// The address of the login service of its tenants; `None` for an emulator.
    pub fn authority(&self) -> Option<&Url> {
        self.authority.as_ref()
    }

    /// The address without a path, as a user would write it.
    pub(crate) fn address(&self) -> String {
        self.base.as_str().trim_end_matches('/').to_owned()
    }

    /// The address of a request; `None` when a name in the path is `.` or `..`, which an address takes for
    /// a way up even when encoded, so that something else would be addressed.
    pub(crate) fn url(&self, path: &str, query: &[(String, String)]) -> Option<Url> {
        let mut url = self.base.clone();
        let path = format!("{}{path}", self.base.path().trim_end_matches('/'));
        url.set_path(&path);
        url.query_pairs_mut().clear().extend_pairs(query);
        (url.path() == path).then_some(url)
    }

    fn known(address: &'static str, authority: &'static str) -> Self {
        let parsed = |text| Url::parse(text).expect("the addresses of the clouds are written correctly");
        Self { base: parsed(address), scope: Some(scope_of(address)), authority: Some(parsed(authority)) }
    }
}

fn scope_of(audience: &str) -> String {
    format!("{}/.default", audience.trim_end_matches('/'))
}

fn encrypted(given: &str) -> Result<Url, ServiceError> {
    let url = address_of(given)?;
    if url.scheme() == "https" {
        Ok(url)
    } else {
        Err(ServiceError::NotEncrypted { given: given.to_owned() })
    }
}

fn address_of(given: &str) -> Result<Url, ServiceError> {
    Url::parse(given.trim())
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .filter(|url| url.username().is_empty() && url.password().is_none())
        .ok_or_else(|| ServiceError::NotAnAddress { given: given.to_owned() })
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emulator_is_on_this_machine_and_gets_no_token() {
        for given in
            ["http://127.0.0.1:4653", "http://localhost:1/", "https://[::1]:4653", "http://127.1.2.3:9"]
        {
            assert_eq!(Service::emulator(given).unwrap().scope(), None, "{given}");
        }
        for given in ["http://192.0.2.1:4653", "http://example.com", "http://127.0.0.1.example.com"] {
            let error = Service::emulator(given).unwrap_err();
            assert_eq!(error, ServiceError::NotLoopback { given: given.to_owned() });
        }
        for given in ["", "127.0.0.1:4653", "ftp://127.0.0.1", "http://user:pass@127.0.0.1"] {
            assert!(matches!(Service::emulator(given), Err(ServiceError::NotAnAddress { .. })), "{given}");
        }
    }

    #[test]
    fn tokens_never_travel_unencrypted() {
        let login = "https://login.example";
        for (address, authority) in
            [("http://arm.example", login), ("https://arm.example", "http://login.example")]
        {
            assert!(matches!(
                Service::custom(address, "https://management.example", authority),
                Err(ServiceError::NotEncrypted { .. })
            ));
        }
        let custom = Service::custom("https://arm.example/", "https://management.example/", login).unwrap();
        assert_eq!(custom.scope(), Some("https://management.example/.default"));
        assert_eq!(Service::china().scope(), Some("https://management.chinacloudapi.cn/.default"));
    }

    #[test]
    fn a_path_is_appended_and_a_query_encoded() {
        let service = Service::custom("https://arm.example/prefix/", "https://a", "https://b").unwrap();
        let url = service.url("/a%20b", &[("k".to_owned(), "1,2 3".to_owned())]).unwrap();
        assert_eq!(url.as_str(), "https://arm.example/prefix/a%20b?k=1%2C2+3");
        for path in ["/a/..", "/a/%2e%2E/b", "/a/./b"] {
            assert_eq!(service.url(path, &[]), None, "{path}");
        }
        assert_eq!(Service::public().to_string(), "https://management.azure.com");
    }
}
