//! The answer that lists the places which `geoMapping` knows.
//!
//! The places are those of the domain. A test holds the answer to recorded traffic of the service (2023-06-08; equal to
//! that of 2019-10).

use serde::Serialize;
use traffic_manager::geography::{self, Place};

/// A place with those in it; keys are Azure's.
#[derive(Serialize)]
struct Region {
    code: &'static str,
    name: &'static str,
    regions: Vec<Region>,
}

#[derive(Serialize)]
struct Answer {
    id: &'static str,
    name: &'static str,
    r#type: &'static str,
    properties: Properties,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Properties {
    geographic_hierarchy: Region,
}

/// The answer of `GET /providers/Microsoft.Network/trafficManagerGeographicHierarchies/default`.
pub(crate) fn hierarchy() -> String {
    let world = geography::find("WORLD").expect("every place lies in the world");
    let answer = Answer {
        id: "/providers/Microsoft.Network/trafficManagerGeographicHierarchies/default",
        name: "default",
        r#type: "Microsoft.Network/trafficManagerGeographicHierarchies",
        properties: Properties { geographic_hierarchy: region(world) },
    };
    serde_json::to_string(&answer).expect("texts can be written as JSON")
}

fn region(place: &'static Place) -> Region {
    Region { code: place.code, name: place.name, regions: place.children().map(region).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_are_those_of_the_recorded_answer() {
        assert_eq!(hierarchy(), include_str!("geography/recorded.json").trim_end());
    }
}
