//! Ids as users and the service write them, and the texts for those that cannot be read.

use std::collections::HashSet;

use super::*;

const PROFILE: &str =
    "/subscriptions/s1/resourceGroups/Rg/providers/Microsoft.Network/trafficManagerProfiles/Shop";

fn profile() -> ProfileId {
    ProfileId::new("s1", "Rg", "Shop")
}

#[test]
fn an_id_is_written_in_the_services_spelling() {
    assert_eq!(profile().to_string(), PROFILE);
    let endpoint = profile().endpoint(EndpointKind::External, "east 1");
    assert_eq!(endpoint.to_string(), format!("{PROFILE}/externalEndpoints/east 1"));
}

#[test]
fn an_id_reads_in_any_letter_case_and_keeps_the_names_as_given() {
    for text in [
        PROFILE.to_owned(),
        PROFILE.to_lowercase(),
        PROFILE.to_uppercase(),
        "subscriptions/s1/resourcegroups/Rg/providers/microsoft.network/trafficmanagerprofiles/Shop/"
            .to_owned(),
    ] {
        assert_eq!(ProfileId::parse(&text).unwrap(), profile(), "{text}");
    }
    let read = ProfileId::parse(&PROFILE.replace("resourceGroups", "RESOURCEGROUPS")).unwrap();
    assert_eq!(read.parts(), ["s1", "Rg", "Shop"]);
    let endpoint: EndpointId = format!("{PROFILE}/NestedEndpoints/a#b").parse().unwrap();
    assert_eq!(endpoint, profile().endpoint(EndpointKind::Nested, "A#B"));
    assert_eq!(endpoint.name, "a#b");
}

#[test]
fn equal_ids_are_one_key_of_a_map() {
    let mut ids = HashSet::new();
    assert!(ids.insert(profile()));
    assert!(!ids.insert(ProfileId::new("S1", "rG", "SHOP")));
    assert!(ids.insert(ProfileId::new("s", "1Rg", "Shop")));
    assert!(ids.insert(ProfileId::new("s1", "Ärzte", "Shop")));
    assert!(!ids.insert(ProfileId::new("s1", "äRZTE", "Shop")));
    let endpoints: HashSet<EndpointId> =
        EndpointKind::ALL.iter().map(|kind| profile().endpoint(*kind, "e")).collect();
    assert_eq!(endpoints.len(), 3);
    assert!(endpoints.contains(&profile().endpoint(EndpointKind::Azure, "E")));
}

#[test]
fn raw_ids_are_compared_without_letter_case() {
    assert!(same(PROFILE, &PROFILE.to_lowercase()));
    assert!(same(PROFILE, &format!("{PROFILE}/")));
    assert!(!same(PROFILE, &format!("{PROFILE}s")));
}

#[test]
fn the_kind_follows_from_the_target() {
    assert_eq!(EndpointKind::from_target_resource_id(&PROFILE.to_uppercase()), EndpointKind::Nested);
    let ip = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/publicIPAddresses/ip";
    assert_eq!(EndpointKind::from_target_resource_id(ip), EndpointKind::Azure);
    for kind in EndpointKind::ALL {
        assert_eq!(EndpointKind::from_type_name(&kind.type_name().to_lowercase()), Some(*kind));
        assert_eq!(kind.type_name(), format!("{PROFILE_TYPE}/{}", kind.segment()));
    }
}

#[test]
fn an_unreadable_profile_id_says_what_is_wrong_and_shows_the_form() {
    for (text, problem) in [
        ("", "it is empty"),
        (" /subscriptions/s", "it starts or ends with whitespace"),
        (
            "https://management.azure.com/subscriptions/s",
            "it is a URL; remove everything before /subscriptions and after the name",
        ),
        ("shop", r#"it contains "shop" instead of "subscriptions""#),
        ("/subscriptions", "it ends before the subscription id"),
        ("/subscriptions//resourceGroups/g", "its subscription id is empty"),
        ("/subscriptions/s/groups/g", r#"it contains "groups" instead of "resourceGroups""#),
        ("/subscriptions/s/resourceGroups/g", "it ends before the providers"),
        (
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/dnsZones/z",
            r#"it contains "dnsZones" instead of "trafficManagerProfiles""#,
        ),
        (
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/trafficManagerProfiles",
            "it ends before the profile's name",
        ),
    ] {
        let error = ProfileId::parse(text).unwrap_err().to_string();
        let expected = format!(
            "{text:?} is not the ID of a Traffic Manager profile: {problem}; the form is {}",
            "/subscriptions/{subscription id}/resourceGroups/{resource group}/providers/\
             Microsoft.Network/trafficManagerProfiles/{profile}"
        );
        assert_eq!(error, expected);
    }
    for (rest, problem) in [
        ("azureendpoints/e", "it is the ID of an endpoint; remove everything after the name of the profile"),
        ("heatMaps/default", r#"the name of the profile is followed by "heatMaps/default""#),
    ] {
        let error = ProfileId::parse(&format!("{PROFILE}/{rest}")).unwrap_err();
        assert_eq!(error.problem.to_string(), problem);
    }
}

#[test]
fn an_unreadable_endpoint_id_says_what_is_wrong_and_shows_the_form() {
    for (rest, problem) in [
        ("", "it ends before the kind of the endpoint"),
        ("/azureEndpoints", "it ends before the endpoint's name"),
        ("/endpoints/e", r#""endpoints" is not a kind of endpoint"#),
        ("/azureEndpoints/ /", "its endpoint's name is empty"),
        ("/azureEndpoints/..", "its endpoint's name consists of dots"),
        ("/azureEndpoints/a/b", r#"the name of the endpoint is followed by "b""#),
        (
            "/Microsoft.Network/trafficManagerProfiles/azureEndpoints/e",
            r#"it contains the full type "Microsoft.Network/trafficManagerProfiles/azureEndpoints" instead of the kind; remove the part before the last slash"#,
        ),
    ] {
        let error = EndpointId::parse(&format!("{PROFILE}{rest}")).unwrap_err();
        assert_eq!(error.problem.to_string(), problem);
        assert!(
            error.to_string().ends_with("/{azureEndpoints, externalEndpoints or nestedEndpoints}/{endpoint}")
        );
    }
}

#[test]
fn a_key_is_a_kind_and_a_name_in_any_letter_case() {
    let east = EndpointKey::new(EndpointKind::Azure, "East");
    assert_eq!(east, EndpointKey::new(EndpointKind::Azure, "eAST"));
    assert_ne!(east, EndpointKey::new(EndpointKind::External, "East"));
    assert_eq!(east.to_string(), "azureEndpoints/East");
    assert_eq!(EndpointKey::split("AZUREendpoints/East"), (Some(EndpointKind::Azure), "East"));
    assert_eq!(EndpointKey::split("East"), (None, "East"));
    assert_eq!(EndpointKey::split("a/b"), (None, "a/b"), "no kind, so a name that the rules refuse");
}

#[test]
fn blanks_before_a_last_slash_are_refused_as_at_the_end() {
    for text in [format!("{PROFILE} /"), format!("{PROFILE}\t"), format!(" {PROFILE}")] {
        assert_eq!(ProfileId::parse(&text).unwrap_err().problem, Problem::Blanks, "{text:?}");
    }
    let text = format!("{PROFILE}/externalEndpoints/east 1 /");
    assert_eq!(EndpointId::parse(&text).unwrap_err().problem, Problem::Blanks);
}
