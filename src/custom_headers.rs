//! Headers of probes, which a profile and a single endpoint have as blocks.

use arm::model as azure;
use tf_plugin::{Set, Value, object};
use traffic_manager::config_value::ConfigValue;
use traffic_manager::rules;

use crate::endpoint::{config_value, filled, header, map};

object! {
    /// A header of probes.
    pub struct CustomHeader {
        /// The name of the header.
        pub name: Value<String> => [required],
        /// The value of the header.
        pub value: Value<String> => [required],
    }
}

/// The headers as Azure is sent them; none if there are none.
pub(crate) fn to_azure(planned: &Value<Set<CustomHeader>>) -> Option<Vec<azure::CustomHeader>> {
    let each = planned.known().into_iter().flat_map(|headers| &headers.0);
    filled(each.map(|it| header(it.name.as_deref().unwrap_or_default(), it.value.as_deref())).collect())
}

/// The headers that Azure answers.
pub(crate) fn from_azure(found: Option<Vec<azure::CustomHeader>>) -> Value<Set<CustomHeader>> {
    let each = found.into_iter().flatten();
    let each = each.map(|header| CustomHeader { name: header.name.into(), value: header.value.into() });
    Value::Known(Set(each.collect()))
}

/// The headers as the rules see them.
pub(crate) fn to_rules(config: &Value<Set<CustomHeader>>) -> ConfigValue<Vec<rules::Header>> {
    map(config, |Set(headers)| {
        let each = headers.iter();
        each.map(|it| rules::Header { name: config_value(&it.name), value: config_value(&it.value) })
            .collect()
    })
}
