//! What is sent to both servers: scenarios of requests, each with a name by which a difference is found again.

use serde_json::{Value, json};

/// Requests that follow each other in a namespace of their own.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) steps: Vec<Step>,
}

impl Scenario {
    pub(crate) fn new(name: &'static str, steps: Vec<Step>) -> Self {
        Self { name, steps }
    }

    /// Where its objects are.
    pub(crate) fn namespace(&self) -> String {
        format!("scenario-{}", self.name)
    }
}

/// One request.
///
/// In its path, query and body, `{namespace}` stands for the namespace of the scenario, and `{uid of STEP}`,
/// `{resourceVersion of STEP}` and `{continue of STEP}` for what this server has answered to an earlier step.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) content_type: &'static str,
    pub(crate) accept: &'static str,
    pub(crate) body: Content,
    /// Whether the real server may have more elements in its lists than the emulated one has.
    pub(crate) is_part: bool,
}

/// The body of a request.
pub(crate) enum Content {
    Nothing,
    Text(String),
    /// What was answered to an earlier step, changed.
    Edited(&'static str, fn(&mut Value)),
}

/// A kind of objects, at its address.
#[derive(Clone, Copy)]
pub(crate) struct ResourceType {
    pub(crate) api_version: &'static str,
    pub(crate) kind: &'static str,
    plural: &'static str,
    is_namespaced: bool,
}

impl ResourceType {
    const fn namespaced(api_version: &'static str, kind: &'static str, plural: &'static str) -> Self {
        Self { api_version, kind, plural, is_namespaced: true }
    }

    /// The address of all of them.
    pub(crate) fn everywhere(self) -> String {
        let root = if self.api_version.contains('/') { "/apis" } else { "/api" };
        format!("{root}/{}/{}", self.api_version, self.plural)
    }

    /// The address of those of the scenario.
    pub(crate) fn all(self) -> String {
        if !self.is_namespaced {
            return self.everywhere();
        }
        let root = if self.api_version.contains('/') { "/apis" } else { "/api" };
        format!("{root}/{}/namespaces/{{namespace}}/{}", self.api_version, self.plural)
    }

    /// The address of one of those.
    pub(crate) fn one(self, name: &str) -> String {
        format!("{}/{name}", self.all())
    }

    /// An object with nothing but a name and this at its root.
    pub(crate) fn object(self, name: &str, members: &Value) -> Value {
        let mut object =
            json!({ "apiVersion": self.api_version, "kind": self.kind, "metadata": { "name": name } });
        for (key, value) in members.as_object().into_iter().flatten() {
            object[key] = value.clone();
        }
        object
    }
}

pub(crate) const PROFILES: ResourceType = ResourceType::namespaced(
    "networking.fleet.azure.com/v1beta1",
    "TrafficManagerProfile",
    "trafficmanagerprofiles",
);
pub(crate) const ALPHA_PROFILES: ResourceType = ResourceType::namespaced(
    "networking.fleet.azure.com/v1alpha1",
    "TrafficManagerProfile",
    "trafficmanagerprofiles",
);
pub(crate) const BACKENDS: ResourceType = ResourceType::namespaced(
    "networking.fleet.azure.com/v1beta1",
    "TrafficManagerBackend",
    "trafficmanagerbackends",
);
pub(crate) const SERVICE_EXPORTS: ResourceType =
    ResourceType::namespaced("networking.fleet.azure.com/v1beta1", "ServiceExport", "serviceexports");
pub(crate) const SERVICE_IMPORTS: ResourceType =
    ResourceType::namespaced("networking.fleet.azure.com/v1alpha1", "ServiceImport", "serviceimports");
pub(crate) const MULTI_CLUSTER_SERVICES: ResourceType = ResourceType::namespaced(
    "networking.fleet.azure.com/v1alpha1",
    "MultiClusterService",
    "multiclusterservices",
);
pub(crate) const INTERNAL_SERVICE_EXPORTS: ResourceType = ResourceType::namespaced(
    "networking.fleet.azure.com/v1alpha1",
    "InternalServiceExport",
    "internalserviceexports",
);
pub(crate) const CONFIG_MAPS: ResourceType = ResourceType::namespaced("v1", "ConfigMap", "configmaps");
pub(crate) const SECRETS: ResourceType = ResourceType::namespaced("v1", "Secret", "secrets");
pub(crate) const SERVICE_ACCOUNTS: ResourceType =
    ResourceType::namespaced("v1", "ServiceAccount", "serviceaccounts");
pub(crate) const EVENTS: ResourceType = ResourceType::namespaced("v1", "Event", "events");
pub(crate) const NAMESPACES: ResourceType =
    ResourceType { api_version: "v1", kind: "Namespace", plural: "namespaces", is_namespaced: false };
pub(crate) const CRDS: ResourceType = ResourceType {
    api_version: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    plural: "customresourcedefinitions",
    is_namespaced: false,
};

/// How a patch is written.
#[derive(Clone, Copy)]
pub(crate) enum Patch {
    Merge,
    Json,
    Strategic,
}

pub(crate) fn step(name: &'static str, method: &'static str, path: impl Into<String>) -> Step {
    Step {
        name,
        method,
        path: path.into(),
        query: String::new(),
        content_type: "",
        accept: "application/json",
        body: Content::Nothing,
        is_part: false,
    }
}

pub(crate) fn get(name: &'static str, path: impl Into<String>) -> Step {
    step(name, "GET", path)
}

pub(crate) fn create(name: &'static str, kind: ResourceType, object: &Value) -> Step {
    step(name, "POST", kind.all()).json(object)
}

/// Replaces an object by what was answered to an earlier step, changed.
pub(crate) fn put(
    name: &'static str,
    path: impl Into<String>,
    of: &'static str,
    edit: fn(&mut Value),
) -> Step {
    let body = Content::Edited(of, edit);
    Step { content_type: "application/json", body, ..step(name, "PUT", path) }
}

pub(crate) fn patch(name: &'static str, path: impl Into<String>, form: Patch, body: &Value) -> Step {
    let content_type = match form {
        Patch::Merge => "application/merge-patch+json",
        Patch::Json => "application/json-patch+json",
        Patch::Strategic => "application/strategic-merge-patch+json",
    };
    step(name, "PATCH", path).text(content_type, body.to_string())
}

/// Applies a configuration as this manager of fields.
pub(crate) fn apply(name: &'static str, path: impl Into<String>, manager: &str, body: &Value) -> Step {
    step(name, "PATCH", path)
        .text("application/apply-patch+yaml", body.to_string())
        .query(&format!("fieldManager={manager}"))
}

pub(crate) fn delete(name: &'static str, path: impl Into<String>) -> Step {
    step(name, "DELETE", path)
}

impl Step {
    pub(crate) fn query(mut self, more: &str) -> Self {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        self.query.push_str(more);
        self
    }

    pub(crate) fn accept(self, accept: &'static str) -> Self {
        Self { accept, ..self }
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.text("application/json", body.to_string())
    }

    pub(crate) fn text(self, content_type: &'static str, body: impl Into<String>) -> Self {
        Self { content_type, body: Content::Text(body.into()), ..self }
    }

    /// The emulated server has only a part of what the real one lists here.
    pub(crate) fn part(self) -> Self {
        Self { is_part: true, ..self }
    }
}
