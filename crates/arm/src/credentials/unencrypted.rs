//! Which token services may be asked without TLS: those on this machine, and those that only it can reach.

use url::{Host, Url};

/// Whether an address is on this machine.
pub(super) fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether a service that gives tokens to this machine may be asked at this address: by https, or on this machine, or at a
/// link-local address, which no router forwards and where the instance metadata service is.
pub fn is_identity_endpoint(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let is_near = || match url.host() {
        Some(Host::Ipv4(address)) => address.is_link_local(),
        Some(Host::Ipv6(address)) => address.is_unicast_link_local(),
        Some(Host::Domain(_)) | None => false,
    };
    match url.scheme() {
        "https" => true,
        "http" => is_here(&url) || is_near(),
        _ => false,
    }
}

/// The same for an address that Azure has put into the environment: it may be in the private network that App Service
/// makes for each of its containers.
pub(super) fn is_platform_endpoint(address: &str) -> bool {
    let host = Url::parse(address).ok().filter(|url| url.scheme() == "http").and_then(|url| {
        let Host::Ipv4(address) = url.host()? else { return None };
        Some(address)
    });
    is_identity_endpoint(address) || host.is_some_and(|address| address.is_private())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_is_asked_without_tls() {
        for (address, given, of_platform) in [
            ("https://identity.example/token", true, true),
            ("http://127.0.0.1:41741/msi/token/", true, true),
            ("http://localhost:40342/metadata/identity/oauth2/token", true, true),
            ("http://[::1]/token", true, true),
            ("http://169.254.169.254/metadata/identity/oauth2/token", true, true),
            ("http://[fe80::1]/token", true, true),
            ("http://172.16.0.9:8081/msi/token", false, true),
            ("http://identity.example/token", false, false),
            ("http://localhost.example/token", false, false),
            ("http://8.8.8.8/token", false, false),
            ("http://[2001:db8::1]/token", false, false),
            ("ftp://127.0.0.1/token", false, false),
            ("nowhere", false, false),
        ] {
            assert_eq!(
                (is_identity_endpoint(address), is_platform_endpoint(address)),
                (given, of_platform),
                "{address}"
            );
        }
    }
}
