//! The three kinds of endpoints as resource types.

use std::marker::PhantomData;

use tf_plugin::object::Object as _;
use tf_plugin::schema::{Attribute, Block, Schema};
use traffic_manager::id::EndpointKind;
use traffic_manager::profile::defaults;

use super::model::Endpoint;

/// What only nested profiles have.
const MINIMUMS: [&str; 3] = [
    "minimum_child_endpoints",
    "minimum_required_child_endpoints_ipv4",
    "minimum_required_child_endpoints_ipv6",
];

/// A resource type for endpoints of one kind.
pub(crate) trait EndpointType: Send + Sync + 'static {
    /// The resource type.
    const TYPE_NAME: &'static str;
    /// The kind of its endpoints.
    const KIND: EndpointKind;

    /// Its schema: that of all endpoints without what its kind does not have.
    fn schema() -> Schema;
}

/// The resource of endpoints of one kind.
#[derive(Debug)]
pub(crate) struct EndpointResource<T>(PhantomData<T>);

impl<T> EndpointResource<T> {
    /// The resource.
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

/// The resource `azuretm_traffic_manager_azure_endpoint`.
#[derive(Debug)]
pub(crate) struct AzureEndpoint;

/// The resource `azuretm_traffic_manager_external_endpoint`.
#[derive(Debug)]
pub(crate) struct ExternalEndpoint;

/// The resource `azuretm_nested_profile`.
#[derive(Debug)]
pub(crate) struct NestedProfile;

impl EndpointType for AzureEndpoint {
    const TYPE_NAME: &'static str = "azuretm_traffic_manager_azure_endpoint";
    const KIND: EndpointKind = EndpointKind::Azure;

    fn schema() -> Schema {
        let block = Endpoint::block().without(&MINIMUMS).without(&["target"]);
        let location = |it: Attribute| it.read_only().describe("The Azure region of the resource.");
        Schema::new(with_resource(block).change("endpoint_location", location).describe(
            "Manages an endpoint of a Traffic Manager profile that points to an Azure resource: a public IP address with a \
             DNS label, an App Service, or one of its slots.",
        ))
    }
}

impl EndpointType for ExternalEndpoint {
    const TYPE_NAME: &'static str = "azuretm_traffic_manager_external_endpoint";
    const KIND: EndpointKind = EndpointKind::External;

    fn schema() -> Schema {
        let block = Endpoint::block().without(&MINIMUMS).without(&["target_resource_id", "resolved_target"]);
        Schema::new(block.change("target", Attribute::required).describe(
            "Manages an endpoint of a Traffic Manager profile that points to a DNS name or an IP address outside of Azure, or \
             to a service in Azure that has no resource of its own.",
        ))
    }
}

impl EndpointType for NestedProfile {
    const TYPE_NAME: &'static str = "azuretm_nested_profile";
    const KIND: EndpointKind = EndpointKind::Nested;

    fn schema() -> Schema {
        let block = Endpoint::block().without(&["target", "always_serve_enabled"]);
        let target = |it: Attribute| {
            it.describe("The ID of the nested profile. A profile that refers to this one must not be nested in it again.")
        };
        let block = with_resource(block).change("target_resource_id", target);
        let block = block.change(MINIMUMS[0], |it| it.default(defaults::MIN_CHILD_ENDPOINTS));
        let block = MINIMUMS[1..].iter().fold(block, |block, name| block.change(name, |it| it.default(0)));
        Schema::new(block.describe(
            "Nests a Traffic Manager profile in another one: an endpoint that points to a child profile, which then decides \
             among its own endpoints.",
        ))
    }
}

/// The resource type for endpoints of a kind.
pub(super) fn type_name(kind: EndpointKind) -> &'static str {
    match kind {
        EndpointKind::Azure => AzureEndpoint::TYPE_NAME,
        EndpointKind::External => ExternalEndpoint::TYPE_NAME,
        EndpointKind::Nested => NestedProfile::TYPE_NAME,
    }
}

fn with_resource(block: Block) -> Block {
    block.change("target_resource_id", Attribute::required)
}
