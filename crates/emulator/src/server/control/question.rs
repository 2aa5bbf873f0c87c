//! The query that a request to the control API is about, read from the request's parameters.

use std::borrow::Cow;
use std::net::IpAddr;

use traffic_manager::latency::Row;
use traffic_manager::latency::nearest::region_of_place;
use traffic_manager::routing::{Latency, Query, QueryType};
use traffic_manager::{geography, region};

use crate::dns_clients::DnsClients;
use crate::routes::AskedQuery;

const PARAMETERS: [&str; 4] = ["source", "geographic_code", "region", "query_type"];

const QUERY_TYPES: [(&str, QueryType); 4] =
    [("A", QueryType::A), ("AAAA", QueryType::Aaaa), ("CNAME", QueryType::Other), ("ANY", QueryType::Any)];

/// A query, with what is known of its source.
#[derive(Debug)]
pub(super) struct Question<'a> {
    query_type: (&'static str, QueryType),
    source: Option<IpAddr>,
    place: Option<&'static str>,
    /// The short name.
    region: Option<String>,
    latencies: Option<Row<'a>>,
}

impl<'a> Question<'a> {
    /// Reads parameters as a URL has them. Each error names the parameter.
    ///
    /// Where the source is fills in what is not given. A geographic code that is given tells the region before the source
    /// does.
    pub(super) fn parse(parameters: &str, clients: &'a DnsClients) -> Result<Self, String> {
        let [source, code, region, query_type] = values(parameters)?;
        let source = source.as_deref().map(parse_source).transpose()?;
        let given_place = code.as_deref().map(parse_code).transpose()?;
        let query_type = query_type.as_deref().map_or(Ok(QUERY_TYPES[0]), parse_query_type)?;
        let location = source.and_then(|source| clients.locations().lookup(source));
        let located_region = || location.and_then(|location| location.region.clone());
        let near_place = given_place.and_then(region_of_place).map(str::to_owned);
        let given_region = region.as_deref().map(|name| parse_region(name, clients)).transpose()?;
        let region = given_region.or(near_place).or_else(located_region);
        // Somebody's own regions for his clients need not be in the table.
        let latencies = region.as_deref().and_then(|region| clients.latencies_from(region));
        let place = given_place.or_else(|| location.and_then(|location| location.place));
        Ok(Self { query_type, source, place, region, latencies })
    }

    /// Asks it.
    pub(super) fn with<T>(&self, ask: impl FnOnce(&Query<'_>) -> T) -> T {
        let latency = self.latencies.map(|row| move |region: &str| row.to_named(region).map(f64::from));
        ask(&Query {
            query_type: self.query_type.1,
            source: self.source,
            place: self.place,
            latency: latency.as_ref().map(|latency| latency as &dyn Latency),
        })
    }

    /// What was understood.
    pub(super) fn asked(self) -> AskedQuery {
        AskedQuery {
            query_type: self.query_type.0.to_owned(),
            source: self.source,
            geographic_code: self.place.map(str::to_owned),
            region: self.region,
        }
    }
}

/// The values of the known parameters, in their order.
fn values(parameters: &str) -> Result<[Option<Cow<'_, str>>; 4], String> {
    let mut values = [const { None }; 4];
    for (name, value) in form_urlencoded::parse(parameters.as_bytes()) {
        let Some(index) = PARAMETERS.iter().position(|known| *known == name) else {
            let known = PARAMETERS.join(", ");
            return Err(format!("unknown parameter '{name}'; the parameters are {known}"));
        };
        if values[index].replace(value).is_some() {
            return Err(format!("{name}: is there twice"));
        }
    }
    Ok(values)
}

fn parse_source(text: &str) -> Result<IpAddr, String> {
    text.parse().map_err(|_| format!("source: '{text}' is not an IP address"))
}

fn parse_code(text: &str) -> Result<&'static str, String> {
    geography::find(text).map(|place| place.code).ok_or_else(|| {
        let named: Vec<&str> = geography::named(text).map(|place| place.code).collect();
        let remedy = match named[..] {
            [] => "a code such as FR, US-CA or GEO-EU".to_owned(),
            _ => named.join(" or "),
        };
        format!("geographic_code: '{text}' is not a geographic code; use {remedy}")
    })
}

fn parse_query_type(text: &str) -> Result<(&'static str, QueryType), String> {
    let found = QUERY_TYPES.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
    found.ok_or_else(|| format!("query_type: '{text}' is not possible; use A, AAAA, CNAME or ANY"))
}

/// The short name of a region from which latencies are known.
fn parse_region(name: &str, clients: &DnsClients) -> Result<String, String> {
    clients.latencies_from(name).map(|_| region::normalize(name)).ok_or_else(|| {
        match region::display_name(name).or_else(|| region::nearest(name)) {
            Some(meant) if !region::same(meant, name) => {
                format!("region: '{name}' is not a region; use {}", region::normalize(meant))
            }
            Some(_) => format!("region: no latencies from '{name}' are known; use a region nearby"),
            None => format!("region: '{name}' is not a region; use a name such as westeurope"),
        }
    })
}

#[cfg(test)]
mod tests {
    use traffic_manager::client_location::ClientLocations;
    use traffic_manager::latency::Latencies;

    use super::*;

    fn nowhere() -> DnsClients {
        DnsClients::new(ClientLocations::default(), None)
    }

    fn asked(parameters: &str) -> [Option<String>; 2] {
        let clients = DnsClients::new(ClientLocations::documentation_networks(), None);
        let question = Question::parse(parameters, &clients).unwrap();
        let asked = question.asked();
        [asked.geographic_code, asked.region]
    }

    #[test]
    fn what_is_not_given_is_what_is_known_of_the_source() {
        let some = |code: &str, region: &str| [Some(code.to_owned()), Some(region.to_owned())];
        // 198.51.100.32/28 is in France, 192.0.2.0/28 in California.
        for (parameters, expected) in [
            ("source=198.51.100.33", some("FR", "francecentral")),
            ("source=198.51.100.33&region=West%20Europe", some("FR", "westeurope")),
            ("source=198.51.100.33&geographic_code=us-ca", some("US-CA", "westus")),
            ("source=192.0.2.1&geographic_code=GEO-EU", some("GEO-EU", "westus")),
            ("geographic_code=FR", some("FR", "francecentral")),
        ] {
            assert_eq!(asked(parameters), expected, "{parameters}");
        }
        assert_eq!(asked("source=10.0.0.1"), [None, None]);
        assert_eq!(asked(""), [None, None]);
    }

    #[test]
    fn latencies_are_those_from_the_region() {
        let clients = nowhere();
        let question = |parameters: &str| Question::parse(parameters, &clients).unwrap();
        let westeurope = |query: &Query<'_>| query.latency.and_then(|it| it.milliseconds("westeurope"));
        let near = question("region=northeurope").with(westeurope).unwrap();
        let far = question("geographic_code=NZ").with(westeurope).unwrap();
        assert!(near < 50.0 && far > 100.0, "{near} {far}");
        assert_eq!(question("source=10.0.0.1").with(westeurope), None);
        let table = Latencies::parse("from,westeurope\nmoonbase,1300\n").unwrap();
        let own = DnsClients::new(ClientLocations::default(), Some(table));
        let moonbase = Question::parse("region=moonbase", &own).unwrap();
        assert_eq!(moonbase.with(westeurope), Some(1300.0));
        assert!(
            Question::parse("region=eastus", &own)
                .unwrap_err()
                .contains("no latencies from 'eastus' are known")
        );
    }

    #[test]
    fn a_region_of_a_client_that_is_in_no_table_is_told_and_has_no_latencies() {
        let clients = DnsClients::new(ClientLocations::parse("10.0.0.0/8,FR,moonbase").unwrap(), None);
        let question = Question::parse("source=10.1.2.3", &clients).unwrap();
        assert!(question.with(|query| query.latency.is_none()));
        assert_eq!(question.asked().region.as_deref(), Some("moonbase"));
    }

    #[test]
    fn errors_name_the_parameter_and_say_what_to_do() {
        for (parameters, words) in [
            ("sources=10.0.0.1", "unknown parameter 'sources'; the parameters are source, geographic_code"),
            ("source=10.0.0", "source: '10.0.0' is not an IP address"),
            ("source=", "source: '' is not an IP address"),
            ("source=10.0.0.1&source=10.0.0.2", "source: is there twice"),
            ("geographic_code=Germany", "geographic_code: 'Germany' is not a geographic code; use DE"),
            ("geographic_code=XX", "use a code such as FR"),
            ("region=westeurop", "region: 'westeurop' is not a region; use westeurope"),
            ("region=moonbase", "region: 'moonbase' is not a region; use a name such as westeurope"),
            ("query_type=TXT", "query_type: 'TXT' is not possible; use A, AAAA, CNAME or ANY"),
        ] {
            let clients = nowhere();
            let error = Question::parse(parameters, &clients).unwrap_err();
            assert!(error.contains(words), "{parameters}: {error}");
        }
    }
}
