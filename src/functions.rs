//! The provider functions: ids taken apart and put together, regions in one spelling.

use tf_plugin::cty::{Type, Value};
use tf_plugin::function::{FunctionError, Parameter, Signature};
use tf_plugin::{Function, Registry};
use traffic_manager::id::{EndpointId, ProfileId};
use traffic_manager::region;

use crate::provider::{Azure, is_uuid};

/// Adds all functions.
pub(crate) fn register(registry: &mut Registry<Azure>) {
    registry.function(ParseProfileId);
    registry.function(ParseEndpointId);
    registry.function(MakeProfileId);
    registry.function(NormalizeRegion);
}

struct ParseProfileId;
struct ParseEndpointId;
struct MakeProfileId;
struct NormalizeRegion;

impl Function for ParseProfileId {
    const NAME: &'static str = "parse_profile_id";

    fn signature(&self) -> Signature {
        Signature {
            summary: "Takes the id of a profile apart".to_owned(),
            description: "Takes the id of a Traffic Manager profile, in any letter case, apart into \
                          `subscription_id`, `resource_group_name` and `name`."
                .to_owned(),
            parameters: vec![text("id", "The id of a profile.")],
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
            summary: "Takes the id of an endpoint apart".to_owned(),
            description: "Takes the id of an endpoint, in any letter case, apart into `subscription_id`, \
                          `resource_group_name`, `profile_name`, `profile_id`, `type` (`azureEndpoints`, \
                          `externalEndpoints` or `nestedEndpoints`) and `name`."
                .to_owned(),
            parameters: vec![text("id", "The id of an endpoint.")],
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
            summary: "Makes the id of a profile".to_owned(),
            description:
                "Makes the id of a Traffic Manager profile from its subscription, its resource group \
                          and its name. The profile need not exist."
                    .to_owned(),
            parameters: vec![
                text("subscription_id", "The subscription, a UUID."),
                text("resource_group_name", "The resource group."),
                text("name", "The name of the profile."),
            ],
            variadic: None,
            result: Type::String,
        }
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let [subscription, group, name] = given(&arguments);
        if !is_uuid(subscription) {
            let text = format!("{subscription:?} is not the id of a subscription, which is a UUID.");
            return Err(FunctionError::argument(0, text));
        }
        for (position, part) in [(1, group), (2, name)] {
            if part.trim().is_empty() || part.contains('/') {
                let text = format!("{part:?} is not a name: it is blank or has a slash.");
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
            summary: "The short name of a region".to_owned(),
            description:
                "The short name of an Azure region in any spelling: `West US 2` is `westus2`. A region \
                          that is not known is answered too, in lower case and without blanks."
                    .to_owned(),
            parameters: vec![text("region", "The name of a region.")],
            variadic: None,
            result: Type::String,
        }
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let [region] = given(&arguments);
        Ok(Value::string(region::normalize(region)))
    }
}

fn text(name: &str, description: &str) -> Parameter {
    Parameter {
        name: name.to_owned(),
        of: Type::String,
        description: description.to_owned(),
        nullable: false,
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
    fn an_id_taken_apart_and_put_together_is_canonical() {
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
    fn an_endpoint_id_tells_its_kind() {
        let parts = call(&ParseEndpointId, &[&format!("{ID}/EXTERNALendpoints/a b")]).unwrap();
        assert_eq!(parts.attribute("type"), Some(&Value::string("externalEndpoints")));
        assert_eq!(parts.attribute("name"), Some(&Value::string("a b")));
        assert_eq!(call(&ParseEndpointId, &[ID]).unwrap_err().argument, Some(0));
    }

    #[test]
    fn a_bad_part_is_told_by_its_position() {
        assert_eq!(call(&MakeProfileId, &["shop", "rg", "p"]).unwrap_err().argument, Some(0));
        let subscription = "00000000-0000-0000-0000-000000000001";
        assert_eq!(call(&MakeProfileId, &[subscription, "rg", "a/b"]).unwrap_err().argument, Some(2));
    }

    #[test]
    fn a_region_has_one_short_name() {
        assert_eq!(call(&NormalizeRegion, &["West US 2"]), Ok(Value::string("westus2")));
    }
}
