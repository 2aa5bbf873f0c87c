//! What a request asks for, read from its method and its address alone, so that it can be decided whether it may be done.

use percent_encoding::percent_decode_str;

use crate::names::GroupResource;
use crate::query::Query;
use crate::request::Request;
use crate::status::Status;
use crate::text;

/// What a request wants to do to which object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    /// What is to be done: `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`, or the method in
    /// lower case where the address is that of no resource.
    pub verb: String,
    /// The API group, empty for the core group.
    pub group: String,
    /// The version of the group.
    pub version: String,
    /// The plural name of the resource.
    pub resource: String,
    /// The part of the object, such as `status`.
    pub subresource: String,
    /// The namespace, empty where the address has none.
    pub namespace: String,
    /// The name of the object, empty where the address has none.
    pub name: String,
    /// The whole address.
    pub path: String,
    /// Whether the address is that of a resource.
    pub is_resource: bool,
}

impl Attributes {
    /// Reads them from a request.
    pub fn from_request(request: &Request) -> Self {
        let mut attributes = Self::from_path(&request.path);
        let query = Query::parse(&request.query);
        attributes.verb = match request.method.to_uppercase().as_str() {
            _ if !attributes.is_resource => request.method.to_lowercase(),
            "GET" | "HEAD" if !attributes.name.is_empty() => "get".to_owned(),
            "GET" | "HEAD" if query.flag("watch") => "watch".to_owned(),
            "GET" | "HEAD" => "list".to_owned(),
            "POST" => "create".to_owned(),
            "PUT" => "update".to_owned(),
            "PATCH" => "patch".to_owned(),
            "DELETE" if attributes.name.is_empty() => "deletecollection".to_owned(),
            "DELETE" => "delete".to_owned(),
            other => other.to_lowercase(),
        };
        attributes
    }

    fn from_path(path: &str) -> Self {
        let parts: Vec<String> = path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
            .collect();
        let mut attributes = Self { path: path.to_owned(), ..Self::default() };
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let rest = match parts.as_slice() {
            ["api", version, rest @ ..] if !rest.is_empty() => {
                (*version).clone_into(&mut attributes.version);
                rest
            }
            ["apis", group, version, rest @ ..] if !rest.is_empty() => {
                (*group).clone_into(&mut attributes.group);
                (*version).clone_into(&mut attributes.version);
                rest
            }
            _ => return attributes,
        };
        attributes.is_resource = true;
        let rest = match rest {
            ["namespaces", namespace, inside @ ..] => {
                (*namespace).clone_into(&mut attributes.namespace);
                // The parts of a namespace itself are no resources in it.
                if matches!(inside, [] | ["status" | "finalize"]) { rest } else { inside }
            }
            rest => rest,
        };
        let mut rest = rest.iter().map(|part| (*part).to_owned());
        attributes.resource = rest.next().unwrap_or_default();
        attributes.name = rest.next().unwrap_or_default();
        attributes.subresource = rest.collect::<Vec<_>>().join("/");
        attributes
    }

    /// The resource as messages name it.
    pub(crate) fn group_resource(&self) -> GroupResource {
        GroupResource::new(&self.group, &self.resource)
    }
}

impl Status {
    /// 403: a user may not do what a request asks for. The explanation, if there is one, follows what is said about it.
    pub fn forbidden_to(user: &str, attributes: &Attributes, explanation: &str) -> Self {
        let quoted = text::quoted;
        let Attributes { verb, group, path, namespace, .. } = attributes;
        let what = if attributes.is_resource {
            let resource = match attributes.subresource.as_str() {
                "" => attributes.resource.clone(),
                subresource => format!("{}/{subresource}", attributes.resource),
            };
            let place = match namespace.as_str() {
                "" => "at the cluster scope".to_owned(),
                namespace => format!("in the namespace {}", quoted(namespace)),
            };
            format!("resource {} in API group {} {place}", quoted(&resource), quoted(group))
        } else {
            format!("path {}", quoted(path))
        };
        let mut what = format!("User {} cannot {verb} {what}", quoted(user));
        if !explanation.is_empty() {
            what.push_str(": ");
            what.push_str(explanation);
        }
        if attributes.is_resource {
            return Self::forbidden(&attributes.group_resource(), &attributes.name, &what);
        }
        Self::new(403, "Forbidden", format!("forbidden: {what}")).with_empty_details()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(method: &str, path: &str, query: &str) -> Attributes {
        let request = Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            ..Request::default()
        };
        Attributes::from_request(&request)
    }

    #[track_caller]
    fn check(method: &str, path: &str, query: &str, expected: [&str; 6]) {
        let found = attributes(method, path, query);
        let Attributes { verb, group, resource, subresource, namespace, name, .. } = &found;
        assert_eq!([verb, group, resource, subresource, namespace, name], expected, "{path}");
    }

    #[test]
    fn addresses_say_what_is_asked_for() {
        check("GET", "/api/v1/namespaces", "", ["list", "", "namespaces", "", "", ""]);
        check("GET", "/api/v1/namespaces/a", "", ["get", "", "namespaces", "", "a", "a"]);
        check("PUT", "/api/v1/namespaces/a/status", "", ["update", "", "namespaces", "status", "a", "a"]);
        check("GET", "/api/v1/namespaces/a/secrets", "watch=1", ["watch", "", "secrets", "", "a", ""]);
        check("POST", "/apis/g/v1/namespaces/a/things", "", ["create", "g", "things", "", "a", ""]);
        check(
            "PATCH",
            "/apis/g/v1/namespaces/a/things/b/status",
            "",
            ["patch", "g", "things", "status", "a", "b"],
        );
        check("DELETE", "/apis/g/v1/things", "", ["deletecollection", "g", "things", "", "", ""]);
        check("GET", "/apis/g/v1", "", ["get", "", "", "", "", ""]);
    }

    #[test]
    fn a_refusal_says_who_cannot_do_what_where() {
        let found = attributes("GET", "/apis/g/v1/namespaces/a/things/b/status", "");
        assert_eq!(
            Status::forbidden_to("u", &found, "").message(),
            "things.g \"b\" is forbidden: User \"u\" cannot get resource \"things/status\" in API group \"g\" in the \
             namespace \"a\""
        );
        let found = attributes("GET", "/apis/g/v1/things", "");
        assert!(Status::forbidden_to("u", &found, "no").message().ends_with("at the cluster scope: no"));
        let found = attributes("GET", "/x", "");
        assert_eq!(
            Status::forbidden_to("u", &found, "").message(),
            "forbidden: User \"u\" cannot get path \"/x\""
        );
    }
}
