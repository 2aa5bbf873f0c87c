//! `terraform query`: what a `list` block finds.

use serde_json::Value as Json;

use super::call::{decode, decode_identity, encode};
use super::draft::{completed, config_problems, from_json};
use super::driver::Core;
use super::report::Report;
use super::schemas::Managed;
use super::shape::{assert_identity, assert_state};
use crate::proto::tfplugin6 as wire;
use tf_plugin::cty::Value;

/// A `list` block.
#[derive(Debug, Clone)]
pub struct Query {
    /// The block `config`, written in part.
    pub config: Json,
    /// Whether whole resources are wanted.
    pub include_resource: bool,
    /// How many are wanted at most.
    pub limit: i64,
}

impl Default for Query {
    /// What Terraform takes where the block does not say.
    fn default() -> Self {
        Self { config: Json::Object(serde_json::Map::new()), include_resource: false, limit: 100 }
    }
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What a user knows it by.
    pub display_name: String,
    /// By what it can be imported.
    pub identity: Value,
    /// The whole resource, if it was wanted.
    pub resource: Option<Value>,
}

impl Core {
    /// Validates and runs a query. Answers what was found, and what was said beside it.
    ///
    /// # Errors
    /// What the provider said against it, and the rules that its answers break.
    ///
    /// # Panics
    /// If the provider has no such list resource, or the draft does not fit its schema.
    pub async fn query(&self, type_name: &str, query: &Query) -> Result<(Vec<Found>, Report), Report> {
        let schema = self.schemas.list_resources.get(type_name).expect("the provider has this list resource");
        let config = from_json(&query.config, &schema.object_type()).expect("the draft fits the schema");
        let config = completed(&schema.block, config);
        let mut report = Report::default();
        report.violation("configuration of the test", config_problems(schema, &config));
        // Terraform does not tell here what else the block says.
        let request = wire::validate_list_resource_config::Request {
            type_name: type_name.to_owned(),
            config: Some(encode(&config)),
            ..Default::default()
        };
        let mut client = self.client();
        let call = client.validate_list_resource_config(request);
        if let Some(answer) = self.ask("ValidateListResourceConfig", call, &mut report).await {
            report.add(answer.diagnostics);
        }
        let report = report.into_result()?;
        self.listed(type_name, &config, query, report).await
    }

    async fn listed(
        &self,
        type_name: &str,
        config: &Value,
        query: &Query,
        mut report: Report,
    ) -> Result<(Vec<Found>, Report), Report> {
        let request = wire::list_resource::Request {
            type_name: type_name.to_owned(),
            config: Some(encode(config)),
            include_resource_object: query.include_resource,
            limit: query.limit,
        };
        let mut client = self.client();
        let Some(mut events) = self.ask("ListResource", client.list_resource(request), &mut report).await
        else {
            return Err(report);
        };
        let managed = self.schemas.resources.get(type_name).expect("schemas without it are refused");
        let mut all = Vec::new();
        loop {
            let event = match events.message().await {
                Ok(Some(event)) => event,
                Ok(None) => break,
                Err(status) => {
                    report.violation("ListResource", [format!("the stream failed: {status}")]);
                    break;
                }
            };
            all.extend(found(managed, event, query, &mut report));
            if report.is_failure() {
                break;
            }
        }
        // Terraform would not read it.
        if usize::try_from(query.limit).is_ok_and(|limit| all.len() > limit) {
            report.violation("ListResource", [format!("{} results, more than wanted", all.len())]);
        }
        report.into_result().map(|report| (all, report))
    }
}

/// What an event says. One with nothing but warnings is no result.
fn found(
    managed: &Managed,
    event: wire::list_resource::Event,
    query: &Query,
    report: &mut Report,
) -> Option<Found> {
    let wire::list_resource::Event { identity, display_name, resource_object, diagnostic } = event;
    let is_said = !diagnostic.is_empty();
    report.add(diagnostic);
    if report.has_errors() {
        return None;
    }
    let of = managed.identity.as_ref().expect("schemas without it are refused");
    let identity = decode_identity(identity, of).unwrap_or_else(|text| {
        report.violation("identity", [text]);
        None
    });
    let Some(identity) = identity else {
        if !is_said {
            report.violation("ListResource", ["an event without identity and diagnostics".to_owned()]);
        }
        return None;
    };
    report.violation("ListResource", assert_identity(of, &identity));
    if display_name.is_empty() {
        report.violation("ListResource", ["a result without a name".to_owned()]);
    }
    if resource_object.is_some() != query.include_resource {
        report.violation("ListResource", ["the resource is missing, or was not wanted".to_owned()]);
    }
    let resource = resource_object.map(|object| {
        let resource = decode(Some(object), &managed.schema.object_type());
        let resource = resource.map_err(|text| report.violation("resource", [text])).unwrap_or(Value::Null);
        report.violation("resource", assert_state(&managed.schema, &resource));
        resource
    });
    Some(Found { display_name, identity, resource })
}
