//! The regions of a subscription, as `GET /subscriptions/{id}/locations` lists them.

use serde_json::{Value, json};
use traffic_manager::region;

/// What Azure says of a region besides its names: short name, group of geographies, whether it is recommended, and the
/// paired region, empty if there is none. Sorted by short name.
///
/// Source: recorded answers of Azure Resource Manager, 2022-01 to 2023-05. Of regions that came later only the names are
/// known.
const DETAILS: &[(&str, &str, bool, &str)] = &[
    ("australiacentral", "Asia Pacific", false, "australiacentral"),
    ("australiacentral2", "Asia Pacific", false, "australiacentral2"),
    ("australiaeast", "Asia Pacific", true, "australiasoutheast"),
    ("australiasoutheast", "Asia Pacific", false, "australiaeast"),
    ("brazilsouth", "South America", true, "southcentralus"),
    ("brazilsoutheast", "South America", false, "brazilsouth"),
    ("brazilus", "South America", false, ""),
    ("canadacentral", "Canada", true, "canadaeast"),
    ("canadaeast", "Canada", false, "canadacentral"),
    ("centralindia", "Asia Pacific", true, "southindia"),
    ("centralus", "US", true, "eastus2"),
    ("centraluseuap", "US", true, "eastus2euap"),
    ("eastasia", "Asia Pacific", true, "southeastasia"),
    ("eastus", "US", true, "westus"),
    ("eastus2", "US", true, "centralus"),
    ("eastus2euap", "US", true, "centraluseuap"),
    ("francecentral", "Europe", true, "francesouth"),
    ("francesouth", "Europe", false, "francecentral"),
    ("germanynorth", "Europe", false, "germanywestcentral"),
    ("germanywestcentral", "Europe", true, "germanynorth"),
    ("japaneast", "Asia Pacific", true, "japanwest"),
    ("japanwest", "Asia Pacific", false, "japaneast"),
    ("jioindiacentral", "Asia Pacific", false, "jioindiawest"),
    ("jioindiawest", "Asia Pacific", false, "jioindiacentral"),
    ("koreacentral", "Asia Pacific", true, "koreasouth"),
    ("koreasouth", "Asia Pacific", false, "koreacentral"),
    ("malaysiasouth", "Asia Pacific", false, ""),
    ("northcentralus", "US", false, "southcentralus"),
    ("northeurope", "Europe", true, "westeurope"),
    ("norwayeast", "Europe", true, "norwaywest"),
    ("norwaywest", "Europe", false, "norwayeast"),
    ("polandcentral", "Europe", true, ""),
    ("qatarcentral", "Middle East", true, ""),
    ("southafricanorth", "Africa", true, "southafricawest"),
    ("southafricawest", "Africa", false, "southafricanorth"),
    ("southcentralus", "US", true, "northcentralus"),
    ("southeastasia", "Asia Pacific", true, "eastasia"),
    ("southindia", "Asia Pacific", false, "centralindia"),
    ("swedencentral", "Europe", true, "swedensouth"),
    ("swedensouth", "Europe", false, "swedencentral"),
    ("switzerlandnorth", "Europe", true, "switzerlandwest"),
    ("switzerlandwest", "Europe", false, "switzerlandnorth"),
    ("uaecentral", "Middle East", false, "uaenorth"),
    ("uaenorth", "Middle East", true, "uaecentral"),
    ("uksouth", "Europe", true, "ukwest"),
    ("ukwest", "Europe", false, "uksouth"),
    ("westcentralus", "US", false, "westus2"),
    ("westeurope", "Europe", true, "northeurope"),
    ("westindia", "Asia Pacific", false, "southindia"),
    ("westus", "US", false, "eastus"),
    ("westus2", "US", true, "westcentralus"),
    ("westus3", "US", true, "eastus"),
];

/// The answer for a subscription.
pub(super) fn list(subscription: &str) -> Value {
    json!({ "value": region::names().map(|name| location(subscription, name)).collect::<Vec<_>>() })
}

fn location(subscription: &str, name: &str) -> Value {
    let id = |name: &str| format!("/subscriptions/{subscription}/locations/{name}");
    let display_name = region::display_name(name).unwrap_or(name);
    let mut location = json!({
        "id": id(name),
        "name": name,
        "type": "Region",
        "displayName": display_name,
        "regionalDisplayName": display_name,
        "metadata": { "regionType": "Physical" },
    });
    let details = DETAILS.binary_search_by(|(known, ..)| (*known).cmp(name)).ok().map(|at| DETAILS[at]);
    if let Some((_, group, is_recommended, pair)) = details {
        location["regionalDisplayName"] = json!(format!("({group}) {display_name}"));
        let metadata = &mut location["metadata"];
        metadata["regionCategory"] = json!(if is_recommended { "Recommended" } else { "Other" });
        metadata["geographyGroup"] = json!(group);
        if !pair.is_empty() {
            metadata["pairedRegion"] = json!([{ "name": pair, "id": id(pair) }]);
        }
    }
    location
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_its_display_name_and_one_with_its_geography() {
        let list = list("s");
        let find =
            |name: &str| list["value"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap();
        let europe = find("westeurope");
        assert_eq!(europe["displayName"], "West Europe");
        assert_eq!(europe["regionalDisplayName"], "(Europe) West Europe");
        assert_eq!(europe["id"], "/subscriptions/s/locations/westeurope");
        assert_eq!(europe["metadata"]["pairedRegion"][0]["name"], "northeurope");
        // Its geography is not in any recorded answer.
        assert_eq!(find("belgiumcentral")["regionalDisplayName"], "Belgium Central");
    }

    #[test]
    fn the_details_are_sorted_and_of_known_regions() {
        assert!(DETAILS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(DETAILS.iter().all(|(name, ..)| region::names().any(|known| known == *name)));
    }
}
