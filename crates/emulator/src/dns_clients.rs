//! Where clients are, for Geographic routing, and how far regions are from there, for Performance routing.

use traffic_manager::client_location::ClientLocations;
use traffic_manager::latency::{Latencies, Row};

/// What is known of clients.
#[derive(Debug)]
pub(crate) struct DnsClients {
    locations: ClientLocations,
    /// `None` for the published ones.
    latencies: Option<Latencies>,
}

impl DnsClients {
    /// Clients at these locations. Without latencies, those that Microsoft publishes count.
    pub(crate) const fn new(locations: ClientLocations, latencies: Option<Latencies>) -> Self {
        Self { locations, latencies }
    }

    /// The locations.
    pub(crate) const fn locations(&self) -> &ClientLocations {
        &self.locations
    }

    /// The latencies from a region, in any spelling. `None` if they are not known.
    pub(crate) fn latencies_from(&self, region: &str) -> Option<Row<'_>> {
        let table = self.latencies.as_ref().unwrap_or_else(|| Latencies::published());
        table.from(table.region(region)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies_of_ones_own_replace_the_published_ones() {
        let to_westeurope =
            |clients: &DnsClients, from: &str| clients.latencies_from(from)?.to_named("westeurope");
        let published = DnsClients::new(ClientLocations::default(), None);
        assert!(to_westeurope(&published, "northeurope").is_some_and(|it| it < 50));
        let table = Latencies::parse("from,westeurope\nNorth Europe,900\n").unwrap();
        let own = DnsClients::new(ClientLocations::default(), Some(table));
        assert_eq!(to_westeurope(&own, "northeurope"), Some(900));
        assert_eq!(to_westeurope(&own, "francecentral"), None);
    }
}
