//! An `ephemeral` block: opened, renewed and closed.

use std::time::SystemTime;

use serde_json::Value as Json;

use super::call::{decode, encode};
use super::draft::{completed, config_problems, from_json};
use super::driver::Core;
use super::plan_valid::assert_plan_valid;
use super::report::Report;
use super::schema::Schema;
use super::shape::assert_state;
use crate::proto::tfplugin6 as wire;
use tf_plugin::cty::Value;

/// An ephemeral resource that is open. Dropping it closes nothing.
pub struct Ephemeral<'a> {
    core: &'a Core,
    type_name: &'a str,
    result: Value,
    renew_at: Option<SystemTime>,
    /// What it was opened with, which closes it.
    opened: Option<Vec<u8>>,
    /// What the last call gave, which renews it.
    latest: Option<Vec<u8>>,
}

impl Core {
    /// The schema of an ephemeral resource, as the provider sent it.
    ///
    /// # Panics
    /// If the provider has no such ephemeral resource.
    pub fn ephemeral_schema(&self, type_name: &str) -> &Schema {
        self.schemas.ephemeral_resources.get(type_name).expect("the provider has this ephemeral resource")
    }

    /// Validates and opens an ephemeral resource; the configuration may be written in part.
    ///
    /// # Errors
    /// What the provider said against it, and the rules that its answer breaks.
    ///
    /// # Panics
    /// If the provider has no such ephemeral resource, or the draft does not fit its schema.
    pub async fn open(&self, type_name: &str, draft: &Json) -> Result<(Ephemeral<'_>, Report), Report> {
        let schema = self.ephemeral_schema(type_name);
        let config = from_json(draft, &schema.object_type()).expect("the draft fits the schema");
        self.open_with(type_name, &completed(&schema.block, config)).await
    }

    /// The same for a whole configuration.
    ///
    /// # Errors
    /// What the provider said against it, and the rules that its answer breaks.
    ///
    /// # Panics
    /// If the provider has no such ephemeral resource. If not all is known: Terraform would wait until it is.
    pub async fn open_with(
        &self,
        type_name: &str,
        config: &Value,
    ) -> Result<(Ephemeral<'_>, Report), Report> {
        assert!(config.is_wholly_known(), "nothing is opened before its configuration is known");
        let (type_name, schema) = self
            .schemas
            .ephemeral_resources
            .get_key_value(type_name)
            .expect("the provider has this resource");
        let mut report = Report::default();
        report.violation("configuration of the test", config_problems(schema, config));
        let request = wire::validate_ephemeral_resource_config::Request {
            type_name: type_name.clone(),
            config: Some(encode(config)),
        };
        let mut client = self.client();
        let call = client.validate_ephemeral_resource_config(request);
        if let Some(answer) = self.ask("ValidateEphemeralResourceConfig", call, &mut report).await {
            report.add(answer.diagnostics);
        }
        let mut report = report.into_result()?;
        let request = wire::open_ephemeral_resource::Request {
            type_name: type_name.clone(),
            config: Some(encode(config)),
            // Releases of Terraform say nothing here.
            client_capabilities: None,
        };
        let mut client = self.client();
        let call = client.open_ephemeral_resource(request);
        let Some(answer) = self.ask("OpenEphemeralResource", call, &mut report).await else {
            return Err(report);
        };
        let (result, report) = judged(schema, config, &answer, report)?;
        let wire::open_ephemeral_resource::Response { private, renew_at, .. } = answer;
        let renew_at = renew_at.map(|at| at.try_into().expect("it is a time of this world"));
        let latest = private.clone();
        Ok((Ephemeral { core: self, type_name, result, renew_at, opened: private, latest }, report))
    }
}

/// What was opened, if Terraform would take it.
fn judged(
    schema: &Schema,
    config: &Value,
    answer: &wire::open_ephemeral_resource::Response,
    mut report: Report,
) -> Result<(Value, Report), Report> {
    report.add(answer.diagnostics.clone());
    let mut report = report.into_result()?;
    if answer.deferred.is_some() {
        report.violation("open", ["deferred, which Terraform did not allow".to_owned()]);
    }
    let result = decode(answer.result.clone(), &schema.object_type());
    let result = result.map_err(|text| report.violation("open", [text])).unwrap_or(Value::Null);
    let mut report = report.into_result()?;
    report.violation("open", assert_state(schema, &result));
    let mut report = report.into_result()?;
    report.violation("open", assert_plan_valid(schema, &Value::Null, config, &result));
    report.into_result().map(|report| (result, report))
}

impl Ephemeral<'_> {
    /// What the configuration may refer to while it is open.
    pub fn result(&self) -> &Value {
        &self.result
    }

    /// When it has to be renewed, if it has to.
    pub fn renew_at(&self) -> Option<SystemTime> {
        self.renew_at
    }

    /// Renews it, as Terraform does when the time has come.
    ///
    /// # Errors
    /// What the provider said against it. Terraform would not try again.
    ///
    /// # Panics
    /// If it has no time at which it is renewed.
    pub async fn renew(&mut self) -> Result<Report, Report> {
        assert!(self.renew_at.take().is_some(), "it is not to be renewed");
        let type_name = self.type_name.to_owned();
        let request = wire::renew_ephemeral_resource::Request { type_name, private: self.latest.clone() };
        let mut report = Report::default();
        let mut client = self.core.client();
        let call = client.renew_ephemeral_resource(request);
        if let Some(answer) = self.core.ask("RenewEphemeralResource", call, &mut report).await {
            report.add(answer.diagnostics);
            if !report.is_failure() {
                self.renew_at = answer.renew_at.map(|at| at.try_into().expect("it is a time of this world"));
                self.latest = answer.private;
            }
        }
        report.into_result()
    }

    /// Closes it. The provider is given what it was opened with: no release of Terraform gives what a renewal remembered.
    ///
    /// # Errors
    /// What the provider said against it.
    pub async fn close(self) -> Result<Report, Report> {
        let type_name = self.type_name.to_owned();
        let request = wire::close_ephemeral_resource::Request { type_name, private: self.opened };
        let mut report = Report::default();
        let mut client = self.core.client();
        let call = client.close_ephemeral_resource(request);
        if let Some(answer) = self.core.ask("CloseEphemeralResource", call, &mut report).await {
            report.add(answer.diagnostics);
        }
        report.into_result()
    }
}
