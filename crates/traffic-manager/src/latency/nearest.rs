//! The region next to a place on the map, for clients of which no more than their place is known.
//!
//! Nearest is meant as the crow flies. Cables are not laid so, which is one more reason to take the answer
//! for a model only.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Latencies;

/// Regions of the public cloud and their metropolitan areas.
const REGIONS: &str = include_str!("../../data/regions.csv");

/// Countries and states and their middles.
const PLACES: &str = include_str!("../../data/places.csv");

/// A point of the globe, as the unit vector from its centre. Of two points, that with the greater scalar
/// product is nearer, on the great circle too.
type Point = [f64; 3];

/// The short name of the region that is nearest to a point given in degrees, north and east being positive.
///
/// Considered are the regions of the published table of latencies.
pub fn nearest_region(latitude: f64, longitude: f64) -> &'static str {
    static KNOWN: LazyLock<Vec<(&'static str, Point)>> = LazyLock::new(|| {
        let published = Latencies::published();
        let points = lines(REGIONS).map(|(name, latitude, longitude)| (name, point(latitude, longitude)));
        points.filter(|(name, _)| published.region(name).is_some()).collect()
    });
    let here = point(latitude, longitude);
    let nearness = |there: &Point| here.iter().zip(there).map(|(a, b)| a * b).sum::<f64>();
    let nearest = KNOWN.iter().min_by(|(_, a), (_, b)| nearness(b).total_cmp(&nearness(a)));
    nearest.expect("the published table has regions").0
}

/// The short name of the region that is nearest to the middle of a country or state, given by its code in
/// the geographic hierarchy (`FR`, `US-CA`) in any letter case.
///
/// `None` for the world, for groups such as `GEO-EU`, and for codes that the hierarchy lacks.
pub fn region_of_place(code: &str) -> Option<&'static str> {
    static NEAREST: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
        lines(PLACES).map(|(code, latitude, longitude)| (code, nearest_region(latitude, longitude))).collect()
    });
    NEAREST.get(code).or_else(|| NEAREST.get(code.to_ascii_uppercase().as_str())).copied()
}

/// Name, latitude and longitude in each line of a file, after its comments and its head.
fn lines(text: &'static str) -> impl Iterator<Item = (&'static str, f64, f64)> {
    text.lines().filter(|line| !line.starts_with('#')).skip(1).filter_map(|line| {
        let (name, degrees) = line.split_once(',')?;
        let (latitude, longitude) = degrees.split_once(',')?;
        Some((name, latitude.parse().ok()?, longitude.parse().ok()?))
    })
}

fn point(latitude: f64, longitude: f64) -> Point {
    let (sin, cos) = latitude.to_radians().sin_cos();
    let (east, greenwich) = longitude.to_radians().sin_cos();
    [cos * greenwich, cos * east, sin]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geography;

    /// Names of a file, each of which has to be on the globe.
    fn names(text: &'static str) -> Vec<&'static str> {
        let read: Vec<_> = lines(text).collect();
        assert_eq!(read.len(), text.lines().filter(|line| !line.starts_with('#')).count() - 1);
        for (name, latitude, longitude) in &read {
            assert!(latitude.abs() < 90.0 && longitude.abs() < 180.0, "{name}");
        }
        read.into_iter().map(|(name, _, _)| name).collect()
    }

    #[test]
    fn every_region_of_the_published_table_is_on_the_map() {
        let located = names(REGIONS);
        assert!(located.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(Latencies::published().regions().find(|region| !located.contains(region)), None);
        assert_eq!(located.iter().find(|region| crate::region::display_name(region).is_none()), None);
    }

    #[test]
    fn a_region_is_nearest_to_itself() {
        for (name, latitude, longitude) in lines(REGIONS) {
            if Latencies::published().region(name).is_some() && name != "australiacentral2" {
                assert_eq!(nearest_region(latitude, longitude), name);
            }
        }
    }

    #[test]
    fn the_nearest_region_is_found_across_the_date_line_and_at_the_poles() {
        for (latitude, longitude, region) in [
            (48.8, 2.3, "francecentral"),
            (40.7, -74.0, "eastus"),
            // Samoa lies east of the date line, its nearest region west of it.
            (-13.8, -172.0, "newzealandnorth"),
            (52.0, -179.9, "japaneast"),
            (52.0, 180.1, "japaneast"),
            (90.0, 0.0, "swedencentral"),
            (90.0, 120.0, "swedencentral"),
        ] {
            assert_eq!(nearest_region(latitude, longitude), region, "{latitude} {longitude}");
        }
    }

    #[test]
    fn every_country_and_state_has_a_region_and_no_group_has() {
        let located = names(PLACES);
        for place in geography::all() {
            let is_group = place.code == "WORLD" || place.code.starts_with("GEO-");
            assert_eq!(region_of_place(place.code).is_none(), is_group, "{}", place.code);
            assert_eq!(located.iter().filter(|code| **code == place.code).count(), usize::from(!is_group));
        }
        assert_eq!(located.len(), 325);
    }

    #[test]
    fn a_place_has_the_region_that_a_map_shows() {
        for (code, region) in [
            ("FR", "francecentral"),
            ("DE", "germanywestcentral"),
            ("GB", "uksouth"),
            ("IE", "northeurope"),
            ("US-CA", "westus"),
            ("us-wa", "westus2"),
            ("US-NY", "eastus"),
            ("CA-ON", "canadacentral"),
            ("JP", "japanwest"),
            ("BR", "brazilsouth"),
            ("AU-NSW", "australiaeast"),
            ("AU-WA", "australiasoutheast"),
            ("ZA", "southafricanorth"),
            ("IN", "centralindia"),
            ("SG", "southeastasia"),
            ("NZ", "newzealandnorth"),
        ] {
            assert_eq!(region_of_place(code), Some(region), "{code}");
        }
        assert_eq!(region_of_place("UK"), None);
        assert_eq!(region_of_place(""), None);
    }
}
