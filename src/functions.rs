//! The provider functions: IDs parsed and built, regions in one spelling.
//!
//! Terraform puts a period after the text of a function's error, so none here ends with one.

use tf_plugin::cty::{Type, Value};
use tf_plugin::function::{FunctionError, Parameter, Signature};
use tf_plugin::{Function, Registry};
use traffic_manager::fleet;
use traffic_manager::id::{EndpointId, ProfileId};
use traffic_manager::region;

use crate::azure::Azure;
use crate::uuid::is_uuid;

/// Adds all functions.
pub(crate) fn register(registry: &mut Registry<Azure>) {
    registry.function(ParseProfileId);
    registry.function(ParseEndpointId);
    registry.function(MakeProfileId);
    registry.function(NormalizeRegion);
    registry.function(FleetEndpointWeights);
}

struct ParseProfileId;
struct ParseEndpointId;
struct MakeProfileId;
struct NormalizeRegion;
struct FleetEndpointWeights;

impl Function for ParseProfileId {
    const NAME: &'static str = "parse_profile_id";

    fn signature(&self) -> Signature {
        Signature {
            summary: "Parses the ID of a profile".to_owned(),
            description: "Returns the `subscription_id`, `resource_group_name` and `name` of a Traffic Manager profile \
                          from its ID. Letter case does not matter."
                .to_owned(),
            parameters: vec![text("id", "The ID of a profile.")],
            variadic: None,
            result: texts(&["subscription_id", "resource_group_name", "name"]),
        }
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let [id] = given(&arguments);
        let id = ProfileId::parse(id).map_err(|error| FunctionError::argument(0, error.to_string()))?;
        Ok(object([
            ("subscription_id", &id.subscription_id),
            ("resource_group_name", &id.resource_group_name),
            ("name", &id.name),
        ]))
    }
}

impl Function for ParseEndpointId {
    const NAME: &'static str = "parse_endpoint_id";

    fn signature(&self) -> Signature {
        Signature {
            summary: "Parses the ID of an endpoint".to_owned(),
            description: "Returns the `subscription_id`, `resource_group_name`, `profile_name`, `profile_id`, `type` \
                          (`azureEndpoints`, `externalEndpoints` or `nestedEndpoints`) and `name` of a Traffic Manager \
                          endpoint from its ID. Letter case does not matter."
                .to_owned(),
            parameters: vec![text("id", "The ID of an endpoint.")],
            variadic: None,
            result: texts(&[
                "subscription_id",
                "resource_group_name",
                "profile_name",
                "profile_id",
                "type",
                "name",
            ]),
        }
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let [id] = given(&arguments);
        let id = EndpointId::parse(id).map_err(|error| FunctionError::argument(0, error.to_string()))?;
        Ok(object([
            ("subscription_id", &id.profile.subscription_id),
            ("resource_group_name", &id.profile.resource_group_name),
            ("profile_name", &id.profile.name),
            ("profile_id", &id.profile.to_string()),
            ("type", id.kind.segment()),
            ("name", &id.name),
        ]))
    }
}

impl Function for MakeProfileId {
    const NAME: &'static str = "profile_id";

    fn signature(&self) -> Signature {
        Signature {
            summary: "Builds the ID of a profile".to_owned(),
            description:
                "Returns the ID of a Traffic Manager profile from its subscription, resource group and name. The profile \
                 need not exist."
                    .to_owned(),
            parameters: vec![
                text("subscription_id", "The ID of the subscription, a UUID."),
                text("resource_group_name", "The name of the resource group."),
                text("name", "The name of the profile."),
            ],
            variadic: None,
            result: Type::String,
        }
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let [subscription, group, name] = given(&arguments);
        if !is_uuid(subscription) {
            let text = format!("{subscription:?} is not the ID of a subscription, which is a UUID");
            return Err(FunctionError::argument(0, text));
        }
        for (position, part) in [(1, group), (2, name)] {
            if part.trim().is_empty() || part.contains('/') {
                let text = format!("{part:?} is not a valid name: it is blank or contains a slash");
                return Err(FunctionError::argument(position, text));
            }
        }
        Ok(Value::string(ProfileId::new(subscription, group, name).to_string()))
    }
}

impl Function for NormalizeRegion {
    const NAME: &'static str = "normalize_region";

    fn signature(&self) -> Signature {
        Signature {
            summary: "Returns the short name of an Azure region".to_owned(),
            description:
                "Returns the short name of an Azure region: `westus2` for `West US 2`. A name that is not a known region is \
                 returned in lower case and without spaces."
                    .to_owned(),
            parameters: vec![text("region", "The name of the region, in any spelling.")],
            variadic: None,
            result: Type::String,
        }
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let [region] = given(&arguments);
        Ok(Value::string(region::normalize(region)))
    }
}

impl Function for FleetEndpointWeights {
    const NAME: &'static str = "fleet_endpoint_weights";

    fn signature(&self) -> Signature {
        let number = |name: &str, of: Type, description: &str| Parameter {
            name: name.to_owned(),
            of,
            description: description.to_owned(),
            nullable: false,
            takes_unknown: false,
        };
        Signature {
            summary: "Computes the weights of the endpoints of a Fleet backend".to_owned(),
            description: "Returns the weights that Fleet gives the endpoints of a backend in Traffic Manager, by cluster: the \
                          share of each export in the weight of the backend, rounded up. A weight of 0 means that there is \
                          no endpoint."
                .to_owned(),
            parameters: vec![
                number("backend_weight", Type::Number, "The weight of the backend, from 0 to 1000."),
                number(
                    "export_weights",
                    Type::Map(Box::new(Type::Number)),
                    "The weights of the exports by cluster, from 0 to 1000.",
                ),
            ],
            variadic: None,
            result: Type::Map(Box::new(Type::Number)),
        }
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let mut arguments = arguments.into_iter();
        let backend = weight(arguments.next().as_ref(), 0, "the weight of the backend")?;
        let Some(Value::Map(exports)) = arguments.next() else {
            return Err(FunctionError::argument(1, "the weights of the exports are not a map"));
        };
        let weights: Result<Vec<i64>, FunctionError> = exports
            .iter()
            .map(|(cluster, value)| weight(Some(value), 1, &format!("the weight of {cluster:?}")))
            .collect();
        let weights = fleet::endpoint_weights(backend, &weights?);
        Ok(Value::Map(exports.into_keys().zip(weights.into_iter().map(Value::integer)).collect()))
    }
}

/// A weight: a whole number from 0 to 1000.
fn weight(value: Option<&Value>, argument: usize, what: &str) -> Result<i64, FunctionError> {
    let number = match value {
        Some(Value::Number(number)) => number.to_string().parse().ok(),
        _ => None,
    };
    number.filter(|number| (0..=fleet::HIGHEST_WEIGHT).contains(number)).ok_or_else(|| {
        FunctionError::argument(argument, format!("{what} is not a whole number from 0 to 1000"))
    })
}

fn text(name: &str, description: &str) -> Parameter {
    Parameter {
        name: name.to_owned(),
        of: Type::String,
        description: description.to_owned(),
        nullable: false,
        takes_unknown: false,
    }
}

fn texts(names: &[&str]) -> Type {
    Type::object(names.iter().map(|name| (*name, Type::String)))
}

fn object<const N: usize>(members: [(&str, &str); N]) -> Value {
    Value::object(members.map(|(name, text)| (name, Value::string(text))))
}

/// The arguments as text, which the signature makes them.
fn given<const N: usize>(arguments: &[Value]) -> [&str; N] {
    std::array::from_fn(|position| match arguments.get(position) {
        Some(Value::String(text)) => text.as_str(),
        _ => "",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000001/resourcegroups/rg/providers/\
                      microsoft.network/trafficmanagerprofiles/shop";

    fn call(function: &impl Function, arguments: &[&str]) -> Result<Value, FunctionError> {
        function.call(arguments.iter().map(|text| Value::string(*text)).collect())
    }

    #[test]
    fn an_id_that_is_parsed_and_built_again_is_canonical() {
        let parts = call(&ParseProfileId, &[ID]).unwrap();
        let part = |name: &str| match parts.attribute(name) {
            Some(Value::String(text)) => text.clone(),
            other => panic!("{name} is {other:?}"),
        };
        let names = [part("subscription_id"), part("resource_group_name"), part("name")];
        let id = call(&MakeProfileId, &names.each_ref().map(String::as_str)).unwrap();
        assert_eq!(id, Value::string(ProfileId::parse(ID).unwrap().to_string()));
    }

    #[test]
    fn an_endpoint_id_contains_its_kind() {
        let parts = call(&ParseEndpointId, &[&format!("{ID}/EXTERNALendpoints/a b")]).unwrap();
        assert_eq!(parts.attribute("type"), Some(&Value::string("externalEndpoints")));
        assert_eq!(parts.attribute("name"), Some(&Value::string("a b")));
        assert_eq!(call(&ParseEndpointId, &[ID]).unwrap_err().argument, Some(0));
    }

    #[test]
    fn no_error_ends_with_a_period_because_terraform_adds_one() {
        let subscription = "00000000-0000-0000-0000-000000000001";
        let errors = [
            call(&MakeProfileId, &["shop", "rg", "p"]),
            call(&MakeProfileId, &[subscription, " ", "p"]),
            call(&MakeProfileId, &[subscription, "rg", "a/b"]),
            call(&ParseProfileId, &["shop"]),
            call(&ParseProfileId, &[""]),
            call(&ParseProfileId, &[&format!("{ID}/externalEndpoints/a")]),
            call(&ParseEndpointId, &[ID]),
            call(&ParseEndpointId, &[&format!("{ID}/Microsoft.Network/a")]),
        ];
        for error in errors.map(Result::unwrap_err) {
            assert!(!error.text.ends_with('.'), "{}", error.text);
        }
    }

    #[test]
    fn a_bad_part_is_reported_by_its_position() {
        assert_eq!(call(&MakeProfileId, &["shop", "rg", "p"]).unwrap_err().argument, Some(0));
        let subscription = "00000000-0000-0000-0000-000000000001";
        assert_eq!(call(&MakeProfileId, &[subscription, "rg", "a/b"]).unwrap_err().argument, Some(2));
    }

    #[test]
    fn the_weights_of_endpoints_are_those_that_fleet_gives_them() {
        let exports = |weights: &[(&str, i64)]| {
            Value::object(weights.iter().map(|(name, weight)| (*name, Value::integer(*weight))))
        };
        let call = |backend: Value, exports| FleetEndpointWeights.call(vec![backend, exports]);
        assert_eq!(
            call(Value::integer(500), exports(&[("east", 100), ("west", 200)])),
            Ok(exports(&[("east", 167), ("west", 334)]))
        );
        let too_high = call(Value::integer(500), exports(&[("east", 1001)])).unwrap_err();
        assert_eq!((too_high.argument, too_high.text.contains("\"east\"")), (Some(1), true));
        let fraction = Value::Number("0.5".parse().unwrap());
        assert_eq!(call(fraction, exports(&[])).unwrap_err().argument, Some(0));
        assert_eq!(call(Value::integer(-1), exports(&[])).unwrap_err().argument, Some(0));
    }

    #[test]
    fn a_region_has_one_short_name() {
        assert_eq!(call(&NormalizeRegion, &["West US 2"]), Ok(Value::string("westus2")));
    }
}
