//! Endpoints as resources of their own, beside the profile that they belong to.

mod azurerm;
mod changes;
mod existing;
mod imports;
mod other_hands;
mod priorities;
mod requests;
mod subnets;
mod targets;
mod waiting;

use std::fmt;

use serde_json::Value;

use crate::azure::{Azure, GROUP, id};
use crate::hcl::{Profile, SHOP};
use crate::json::assert_has;
use crate::workspace::Workspace;

/// A kind of endpoint.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Kind {
    /// The type of its resources.
    resource: &'static str,
    /// How ids spell it.
    segment: &'static str,
    /// The attribute that says where its endpoints lead.
    leads: &'static str,
}

const AZURE: Kind = Kind {
    resource: "azuretm_traffic_manager_azure_endpoint",
    segment: "azureEndpoints",
    leads: "target_resource_id",
};
const EXTERNAL: Kind = Kind {
    resource: "azuretm_traffic_manager_external_endpoint",
    segment: "externalEndpoints",
    leads: "target",
};
const NESTED: Kind =
    Kind { resource: "azuretm_nested_profile", segment: "nestedEndpoints", leads: "target_resource_id" };
const KINDS: [Kind; 3] = [AZURE, EXTERNAL, NESTED];

/// A resource of an endpoint, with the label of its name.
#[derive(Clone, Copy)]
struct Endpoint<'a> {
    kind: Kind,
    name: &'a str,
    /// Where it leads, as an expression.
    target: &'a str,
    /// Further attributes and blocks.
    more: &'a str,
}

/// An external endpoint of the shop.
const EAST: Endpoint<'static> =
    Endpoint { kind: EXTERNAL, name: "east", target: "\"east.example.com\"", more: "" };
/// Its address.
const EAST_ADDRESS: &str = "azuretm_traffic_manager_external_endpoint.east";

impl Endpoint<'_> {
    fn address(&self) -> String {
        format!("{}.{}", self.kind.resource, self.name)
    }

    /// The id in the profile `shop`.
    fn id(&self) -> String {
        format!("{}/{}/{}", id("shop"), self.kind.segment, self.name)
    }
}

impl fmt::Display for Endpoint<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind: Kind { resource, leads, .. }, name, target, more } = self;
        write!(
            out,
            r#"
resource "{resource}" "{name}" {{
  name       = "{name}"
  profile_id = azuretm_traffic_manager_profile.shop.id
  {leads} = {target}
{more}
}}
"#
        )
    }
}

/// An endpoint of each kind and what they lead to, without their profile.
struct EachKind {
    public_ip: String,
    /// Further attributes and blocks of each, in the order of [`KINDS`].
    more: [String; 3],
}

/// What the nested endpoint leads to.
const CHILD: Profile<'static> = Profile {
    label: "child",
    name: "child",
    relative_name: "contoso-child",
    endpoints: Some("    a = { target = \"a.example.com\" }\n    b = { target = \"b.example.com\" }"),
    ..SHOP
};
const CHILD_ID: &str = "azuretm_traffic_manager_profile.child.id";

impl EachKind {
    /// Three endpoints with no more than they need.
    fn basic(azure: &Azure) -> Self {
        Self { public_ip: format!("{:?}", public_ip(azure, "one")), more: Default::default() }
    }

    fn with(&self, more: [&str; 3]) -> Self {
        Self { public_ip: self.public_ip.clone(), more: more.map(str::to_owned) }
    }

    fn all(&self) -> [Endpoint<'_>; 3] {
        let [azure, external, nested] = &self.more;
        [
            Endpoint { kind: AZURE, name: "azure", target: &self.public_ip, more: azure },
            Endpoint { kind: EXTERNAL, name: "external", target: "\"www.example.com\"", more: external },
            Endpoint { kind: NESTED, name: "nested", target: CHILD_ID, more: nested },
        ]
    }
}

impl fmt::Display for EachKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{CHILD}")?;
        self.all().iter().try_for_each(|endpoint| write!(out, "{endpoint}"))
    }
}

/// A static address with a name in DNS, and its id.
fn public_ip(azure: &Azure, name: &str) -> String {
    let id = format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/{name}");
    azure.seed_target(&id, &format!("{name}.westeurope.cloudapp.azure.com"), "westeurope");
    id
}

/// The properties of an endpoint of the shop.
fn properties(workspace: &Workspace, name: &str) -> Value {
    workspace.azure.endpoint("shop", name).unwrap_or_else(|| panic!("there is no endpoint {name:?}"))
}

impl Workspace {
    /// Changes these resources in place and in one apply, after which there is nothing left to do.
    #[track_caller]
    fn updates(&self, addresses: &[&str], resources: impl fmt::Display) {
        let outcome = self.apply(resources);
        let mut actions = outcome.actions();
        actions.sort();
        let mut expected: Vec<String> = addresses.iter().map(|it| format!("update {it}")).collect();
        expected.sort();
        assert_eq!(actions, expected, "{outcome}");
        self.plans_nothing();
    }

    /// An import gives the same state as an apply.
    #[track_caller]
    fn imports_the_same(&self, endpoint: &Endpoint<'_>) {
        let address = endpoint.address();
        assert_has(&self.imported(&address), &self.state(&address));
    }
}
