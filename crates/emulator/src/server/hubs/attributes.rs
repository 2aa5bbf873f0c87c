//! What a request to a Kubernetes API wants, as authorization sees it.

use kube_emulator::{GroupResource, Status};
use percent_encoding::percent_decode_str;

/// What a request wants.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Attributes {
    verb: &'static str,
    /// The API group, empty for the core group.
    pub(super) group: String,
    /// The plural name of the resource; empty if the path names none.
    pub(super) resource: String,
    subresource: String,
    namespace: String,
    name: String,
}

impl Attributes {
    /// Reads method, path below the mount point, and query.
    pub(super) fn parse(method: &str, path: &str, query: &str) -> Self {
        let decoded: Vec<String> = path
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect();
        let segments: Vec<&str> = decoded.iter().map(String::as_str).collect();
        let (group, rest) = match segments.as_slice() {
            ["api", _, rest @ ..] => ("", rest),
            ["apis", group, _, rest @ ..] => (*group, rest),
            _ => return Self::default(),
        };
        let (namespace, rest) = match rest {
            // The status of a namespace is no resource in it.
            ["namespaces", namespace, "status" | "finalize", ..] => (*namespace, rest),
            ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (*namespace, rest),
            ["namespaces", namespace] => (*namespace, rest),
            rest => ("", rest),
        };
        let part = |at: usize| rest.get(at).copied().unwrap_or_default().to_owned();
        let (resource, name, subresource) = (part(0), part(1), part(2));
        let verb = verb(method, query, name.is_empty());
        Self { verb, group: group.to_owned(), resource, subresource, namespace: namespace.to_owned(), name }
    }

    /// Whether nothing would change.
    pub(super) fn reads(&self) -> bool {
        ["get", "list", "watch"].contains(&self.verb)
    }

    /// The refusal. Source: Kubernetes' texts, and the reason that AKS adds to them.
    pub(super) fn forbidden_to(&self, user: &str) -> Status {
        let resource = match self.subresource.as_str() {
            "" => self.resource.clone(),
            subresource => format!("{}/{subresource}", self.resource),
        };
        let place = match self.namespace.as_str() {
            "" => "at the cluster scope".to_owned(),
            namespace => format!("in the namespace {namespace:?}"),
        };
        let explanation = format!(
            "User {user:?} cannot {} resource {resource:?} in API group {:?} {place}: User does not have access to the \
             resource in Azure. Update role assignment to allow access.",
            self.verb, self.group
        );
        Status::forbidden(&GroupResource::new(&self.group, &self.resource), &self.name, &explanation)
    }
}

fn verb(method: &str, query: &str, of_all: bool) -> &'static str {
    let watches = form_urlencoded::parse(query.as_bytes())
        .any(|(key, value)| key == "watch" && !["false", "0"].contains(&&*value));
    match (method, of_all) {
        ("GET" | "HEAD", true) if watches => "watch",
        ("GET" | "HEAD", true) => "list",
        ("GET" | "HEAD", false) => "get",
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", true) => "deletecollection",
        ("DELETE", false) => "delete",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(method: &str, path: &str, query: &str) -> String {
        Attributes::parse(method, path, query).forbidden_to("me").message().to_owned()
    }

    #[test]
    fn a_refusal_names_what_was_wanted() {
        let of_profiles = "/apis/networking.fleet.azure.com/v1beta1/namespaces/shop/trafficmanagerprofiles";
        let created = message("POST", of_profiles, "");
        assert!(created.starts_with(
            "trafficmanagerprofiles.networking.fleet.azure.com is forbidden: User \"me\" cannot create resource \
             \"trafficmanagerprofiles\" in API group \"networking.fleet.azure.com\" in the namespace \"shop\""
        ), "{created}");
        let status = message("PATCH", &format!("{of_profiles}/p/status"), "");
        assert!(
            status.contains("\"p\" is forbidden")
                && status.contains("patch resource \"trafficmanagerprofiles/status\""),
            "{status}"
        );
        let watched =
            message("GET", "/apis/networking.fleet.azure.com/v1beta1/trafficmanagerprofiles", "watch=1");
        assert!(watched.contains("cannot watch") && watched.contains("at the cluster scope"), "{watched}");
        let namespace = message("GET", "/api/v1/namespaces/shop", "");
        assert!(namespace.starts_with("namespaces \"shop\" is forbidden"), "{namespace}");
    }

    #[test]
    fn discovery_names_no_resource() {
        for path in
            ["/", "/api", "/apis", "/version", "/apis/networking.fleet.azure.com/v1beta1", "/openapi/v3"]
        {
            assert_eq!(Attributes::parse("GET", path, "").resource, "", "{path}");
        }
    }
}
