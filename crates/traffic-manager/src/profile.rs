//! The words, defaults and limits of a profile and its endpoints. It holds no checks: those are rules.

use crate::words::words;

words! {
    /// How a profile chooses among its endpoints.
    ///
    /// Source: Azure, "Traffic Manager routing methods". Case is ignored by the service on input.
    RoutingMethod {
        /// The lowest measured latency from the asking resolver.
        Performance => "Performance",
        /// The endpoint with the lowest number that can serve.
        Priority => "Priority",
        /// Random, in proportion to the weights.
        Weighted => "Weighted",
        /// By the place the query comes from.
        Geographic => "Geographic",
        /// Several addresses in one answer.
        MultiValue => "MultiValue",
        /// By the address range the query comes from.
        Subnet => "Subnet",
    }
}

words! {
    /// How the endpoints of a profile are probed.
    ///
    /// Source: Azure, "Traffic Manager endpoint monitoring".
    MonitorProtocol {
        /// A GET whose status decides.
        Http => "HTTP",
        /// A GET over TLS whose status decides; the certificate is not checked.
        Https => "HTTPS",
        /// A connection that opens.
        Tcp => "TCP",
    }
}

words! {
    /// What the owner of a profile, of an endpoint or of a feature of them has set.
    Status {
        /// In use.
        Enabled => "Enabled",
        /// Kept, but not in use.
        Disabled => "Disabled",
    }
}

impl Status {
    /// `Enabled` for true.
    pub const fn from_enabled(enabled: bool) -> Self {
        if enabled { Self::Enabled } else { Self::Disabled }
    }

    /// Whether this is `Enabled`.
    pub const fn is_enabled(self) -> bool {
        matches!(self, Self::Enabled)
    }
}
