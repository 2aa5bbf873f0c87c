//! The data source `azuretm_traffic_manager_geographical_location`: a geographic location by its name or code.

use std::time::Duration;

use arm::model::Region;
use arm::{ArmError, Deadline, geographic_hierarchy};
use tf_plugin::{Context, DataSource, Diagnostics, Path, ReadData, Value, object};
use traffic_manager::geography;

use crate::azure::Azure;

/// The table of the provider is used when the service does not answer in this time.
const PATIENCE: Duration = Duration::from_secs(30);

/// The data source `azuretm_traffic_manager_geographical_location`.
#[derive(Debug)]
pub(crate) struct GeographicalLocation;

object! {
    /// Gets the code of a geographic location, for the `geo_mappings` of an endpoint with `Geographic` routing. The
    /// location is read from Azure, or from a table in the provider when Azure cannot be reached.
    pub struct Location {
        /// The code of the location, such as `DE`.
        pub id: Value<String> => [computed],
        /// The name of the location, such as `Germany`. Letter case does not matter. Exactly one of `name` and `code` is
        /// required.
        pub name: Value<String> => [optional_computed, conflicts_with("code")],
        /// The code of the location, such as `GEO-EU`. Letter case does not matter. Exactly one of `name` and `code` is
        /// required.
        pub code: Value<String> => [optional_computed],
        /// The code of the location that contains this one. Null for `WORLD`.
        pub parent: Value<String> => [computed],
        /// The locations directly inside this one.
        pub children: Value<Vec<Child>> => [computed],
    }
}

object! {
    /// A location in another.
    pub struct Child {
        /// The code of the location.
        pub code: Value<String> => [computed],
        /// The name of the location.
        pub name: Value<String> => [computed],
    }
}

/// A place of the service or of the provider's table.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    code: String,
    name: String,
    parent: Option<String>,
}

impl DataSource for GeographicalLocation {
    const TYPE_NAME: &'static str = "azuretm_traffic_manager_geographical_location";
    type Model = Location;
    type Data = Azure;

    fn validate(&self, config: &Location, diagnostics: &mut Diagnostics) {
        if config.name.is_null() && config.code.is_null() {
            diagnostics.error(
                Path::new("name"),
                "Neither name nor code set",
                "Set name, such as \"Germany\", or code, such as \"DE\".",
            );
        }
    }

    async fn read(
        &self,
        context: &Context<Azure>,
        request: ReadData<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Location> {
        let config = request.config;
        let places = match of_service(context).await {
            Ok(places) if !places.is_empty() => places,
            Ok(_) => of_table(),
            Err(error) => {
                tracing::info!(%error, "geographic locations are taken from the provider's table");
                of_table()
            }
        };
        let place = look_up(&places, &config, diagnostics)?;
        let children = places.iter().filter(|child| child.parent.as_ref() == Some(&place.code));
        let children = children
            .map(|child| Child { code: child.code.as_str().into(), name: child.name.as_str().into() });
        // What the configuration says stays in its own spelling.
        let or_given = |given: Value<String>, found: &str| if given.is_null() { found.into() } else { given };
        Some(Location {
            id: place.code.as_str().into(),
            name: or_given(config.name, &place.name),
            code: or_given(config.code, &place.code),
            parent: place.parent.clone().into(),
            children: Value::Known(children.collect()),
        })
    }
}

async fn of_service(context: &Context<Azure>) -> Result<Vec<Place>, ArmError> {
    let deadline = Deadline::after(PATIENCE).or_cancelled(context.cancelled().clone());
    let answer = context.provider().client.send(geographic_hierarchy::get(), &deadline).await?;
    let mut places = Vec::new();
    if let Some(world) = answer.properties.and_then(|properties| properties.geographic_hierarchy) {
        flatten(world, None, &mut places);
    }
    Ok(places)
}

fn flatten(region: Region, parent: Option<String>, places: &mut Vec<Place>) {
    let code = region.code.unwrap_or_default();
    places.push(Place { code: code.clone(), name: region.name.unwrap_or_default(), parent });
    for child in region.regions {
        flatten(child, Some(code.clone()), places);
    }
}

fn of_table() -> Vec<Place> {
    let place = |place: &geography::Place| Place {
        code: place.code.to_owned(),
        name: place.name.to_owned(),
        parent: place.parent().map(|parent| parent.code.to_owned()),
    };
    geography::all().map(place).collect()
}

fn look_up<'a>(places: &'a [Place], config: &Location, diagnostics: &mut Diagnostics) -> Option<&'a Place> {
    if let Some(code) = config.code.as_deref() {
        let found = places.iter().find(|place| place.code.eq_ignore_ascii_case(code));
        if found.is_none() {
            unknown("code", code, diagnostics);
        }
        return found;
    }
    let name = config.name.as_deref().unwrap_or_default();
    let found: Vec<&Place> =
        places.iter().filter(|place| place.name.to_lowercase() == name.to_lowercase()).collect();
    match found.as_slice() {
        [place] => Some(place),
        [] => {
            unknown("name", name, diagnostics);
            None
        }
        several => {
            ambiguous(name, several, diagnostics);
            None
        }
    }
}

fn ambiguous(name: &str, several: &[&Place], diagnostics: &mut Diagnostics) {
    let each = several.iter().map(|place| {
        format!("  code = {:?}, in {}", place.code, place.parent.as_deref().unwrap_or("no other location"))
    });
    let each: Vec<String> = each.collect();
    diagnostics.error(
        Path::new("name"),
        "Ambiguous geographic location",
        format!(
            "Several locations have the name {name:?}. Set code instead, to one of:\n\n{}",
            each.join("\n")
        ),
    );
}

fn unknown(attribute: &str, given: &str, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        Path::new(attribute),
        "Unknown geographic location",
        format!(
            "There is no location with the {attribute} {given:?}. Codes are \"WORLD\", groups such as \"GEO-EU\", countries \
             such as \"DE\" and states such as \"US-CA\". Names are in English.\n\nSee \
             https://learn.microsoft.com/azure/traffic-manager/traffic-manager-geographic-regions"
        ),
    );
}

#[cfg(test)]
mod tests {
    use tf_plugin::object::Object as _;

    use super::*;

    /// The code of the place that is found, or the diagnostic.
    fn check(name: &str, code: &str) -> String {
        let given = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
        let config = Location { name: given(name), code: given(code), ..Location::null() };
        let mut diagnostics = Diagnostics::new();
        if let Some(place) = look_up(&of_table(), &config, &mut diagnostics) {
            return place.code.clone();
        }
        let told = diagnostics.iter().next().unwrap();
        format!("{}: {}", told.path, told.detail)
    }

    #[test]
    fn a_place_is_found_by_name_or_code_in_any_letter_case() {
        for (name, code) in [("world", "WORLD"), ("GERMANY", "DE"), ("United Kingdom", "GB")] {
            assert_eq!(check(name, ""), code);
            assert_eq!(check("", &code.to_lowercase()), code);
        }
    }

    #[test]
    fn a_name_of_several_places_is_explained_with_their_codes() {
        let text = check("Georgia", "");
        assert!(
            text.contains("code = \"US-GA\", in US") && text.contains("code = \"GE\", in GEO-"),
            "{text}"
        );
    }

    #[test]
    fn a_place_that_does_not_exist_is_reported_with_the_form_of_codes() {
        assert!(check("Atlantis", "").starts_with("name: There is no location with the name \"Atlantis\""));
        assert!(check("", "UK").starts_with("code: There is no location with the code \"UK\""));
    }
}
