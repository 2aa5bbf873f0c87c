//! The kinds of endpoints, and how an id names them. Ids themselves are not read here.

use crate::azure_enum::azure_enum;

azure_enum! {
    /// The kind of an endpoint. The word is the segment of the id, in the service's spelling.
    EndpointKind {
        /// A resource of Azure, such as a public IP address or a web app.
        Azure => "azureEndpoints",
        /// A DNS name or an address.
        External => "externalEndpoints",
        /// Another profile.
        Nested => "nestedEndpoints",
    }
}

impl EndpointKind {
    /// The segment of an id and of a request path, such as `azureEndpoints`.
    pub const fn segment(self) -> &'static str {
        self.as_str()
    }

    /// The resource type, such as `Microsoft.Network/trafficManagerProfiles/azureEndpoints`.
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::Azure => "Microsoft.Network/trafficManagerProfiles/azureEndpoints",
            Self::External => "Microsoft.Network/trafficManagerProfiles/externalEndpoints",
            Self::Nested => "Microsoft.Network/trafficManagerProfiles/nestedEndpoints",
        }
    }
}
