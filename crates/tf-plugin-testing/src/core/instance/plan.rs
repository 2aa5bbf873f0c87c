//! Plans: what a provider is asked, what it may answer, and which action follows.

use super::{
    Instance, Report, Stored, Value, capabilities, decode, decode_identity, encode, encode_identity, wire,
};
use crate::core::plan_valid::assert_plan_valid;
use crate::core::propose::proposed_new;
use crate::core::replacement;
use crate::core::report::read_path;
use crate::core::shape::{assert_conforms, assert_identity};
use tf_plugin::Diagnostic;
use tf_plugin::cty::Path;

/// What is to happen to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is made.
    Create,
    /// It changes in place.
    Update,
    /// It is deleted and made anew.
    Replace,
    /// Nothing.
    NoOp,
    /// It is deleted.
    Delete,
}

/// A plan for one resource.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedChange {
    /// What is to happen.
    pub action: Action,
    /// The configuration; null when it is deleted.
    pub config: Value,
    /// The state so far; null when there is none.
    pub prior: Value,
    /// The state to come, which may hold unknown values; null when it is deleted.
    pub planned: Value,
    /// The identity to come.
    pub identity: Option<Value>,
    /// What the provider remembers until the apply.
    pub private: Vec<u8>,
    /// The attributes whose change is the reason for a replacement.
    pub replace: Vec<Path>,
    /// What was said to the user.
    pub diagnostics: Vec<Diagnostic>,
}

/// What a plan is made from.
pub(super) struct Question<'v> {
    /// The object that there is; `None` for a creation.
    pub(super) prior: Option<&'v Stored>,
    pub(super) config: &'v Value,
    /// Private data where it does not come from the object.
    pub(super) private: Option<Vec<u8>>,
    /// The same for the identity.
    pub(super) identity: Option<Value>,
    pub(super) applying: bool,
    /// The second question of a replacement is only looked at for its shape: it is asked again before the apply.
    pub(super) shape_only: bool,
}

impl<'v> Question<'v> {
    pub(super) fn new(prior: Option<&'v Stored>, config: &'v Value) -> Self {
        Self { prior, config, private: None, identity: None, applying: false, shape_only: false }
    }
}

/// A sound answer to it.
pub(super) struct Planned {
    pub(super) value: Value,
    pub(super) replace: Vec<Path>,
    pub(super) private: Vec<u8>,
    pub(super) identity: Option<Value>,
}

impl Instance<'_> {
    /// `terraform plan`: reads the object first if there is one.
    ///
    /// # Errors
    /// What the provider said against it, and every rule that one of its answers breaks.
    pub async fn plan(&mut self, config: &Value) -> Result<PlannedChange, Report> {
        self.core.start_step().await;
        let report = self.refresh_in_step().await?;
        let mut change = self.plan_in_step(config).await?;
        change.diagnostics.splice(0..0, report.diagnostics);
        Ok(change)
    }

    /// `terraform plan -refresh=false`: takes the state as it is.
    ///
    /// # Errors
    /// What the provider said against it, and every rule that one of its answers breaks.
    pub async fn plan_as_stored(&self, config: &Value) -> Result<PlannedChange, Report> {
        self.core.start_step().await;
        self.plan_in_step(config).await
    }

    async fn plan_in_step(&self, config: &Value) -> Result<PlannedChange, Report> {
        let mut report = Report::default();
        self.validate_into(config, false, &mut report).await;
        let mut report = report.into_result()?;
        // A tainted object is planned as if it were not there, and shown as replaced.
        let prior = self.stored.as_ref().filter(|stored| !stored.tainted);
        let planned = self.ask_plan(Question::new(prior, config), &mut report).await;
        let mut report = report.into_result()?;
        let mut planned = planned.ok_or_else(Report::default)?;
        let replace = std::mem::take(&mut planned.replace);
        let action = match prior {
            None if self.stored.is_some() => Action::Replace,
            None => Action::Create,
            Some(_) if !replace.is_empty() => Action::Replace,
            Some(prior) if planned.value == prior.value => Action::NoOp,
            Some(_) => Action::Update,
        };
        if action == Action::Replace && prior.is_some() {
            let question = Question {
                private: Some(planned.private),
                identity: planned.identity,
                shape_only: true,
                ..Question::new(None, config)
            };
            let again = self.ask_plan(question, &mut report).await;
            report = report.into_result()?;
            planned = again.ok_or_else(Report::default)?;
        }
        Ok(PlannedChange {
            action,
            config: config.clone(),
            prior: self.state().clone(),
            planned: planned.value,
            identity: planned.identity,
            private: planned.private,
            replace,
            diagnostics: report.diagnostics,
        })
    }

    /// `terraform plan -destroy`.
    ///
    /// # Errors
    /// What the provider said against it, and every rule that one of its answers breaks.
    pub async fn plan_destroy(&mut self) -> Result<PlannedChange, Report> {
        let mut report = self.refresh().await?;
        let mut change = PlannedChange {
            action: if self.stored.is_some() { Action::Delete } else { Action::NoOp },
            config: Value::Null,
            prior: self.state().clone(),
            planned: Value::Null,
            identity: None,
            private: self.stored.as_ref().map(|stored| stored.private.clone()).unwrap_or_default(),
            replace: Vec::new(),
            diagnostics: Vec::new(),
        };
        if let Some(stored) = &self.stored
            && self.core.schemas.capabilities.plan_destroy
        {
            let planned = self.ask_plan(Question::new(Some(stored), &Value::Null), &mut report).await;
            report = report.into_result()?;
            change.private = planned.map(|planned| planned.private).unwrap_or_default();
        }
        change.diagnostics = report.diagnostics;
        Ok(change)
    }

    /// Asks for one plan and judges the answer. `None` if there is none to judge: then the report says why.
    pub(super) async fn ask_plan(&self, question: Question<'_>, report: &mut Report) -> Option<Planned> {
        let Question { prior, config, private, identity, applying, shape_only } = question;
        let null = Value::Null;
        let prior_value = prior.map_or(&null, |prior| &prior.value);
        let is_destroy = config.is_null();
        let proposed = if is_destroy {
            Value::Null
        } else {
            proposed_new(self.core.cli, self.schema(), prior_value, config)
        };
        let private = private.or_else(|| prior.map(|prior| prior.private.clone())).unwrap_or_default();
        let identity = identity.or_else(|| prior.and_then(|prior| prior.identity.clone()));
        let request = wire::plan_resource_change::Request {
            type_name: self.type_name.to_owned(),
            prior_state: Some(encode(prior_value)),
            proposed_new_state: Some(encode(&proposed)),
            config: Some(encode(config)),
            prior_private: private,
            provider_meta: None,
            client_capabilities: Some(capabilities(applying)),
            prior_identity: encode_identity(identity.as_ref()),
            planned_private: Vec::new(),
        };
        let mut client = self.core.client();
        let call = client.plan_resource_change(request);
        let answer = self.core.ask("PlanResourceChange", call, report).await?;
        let named = Self::plan_manners(&answer, report)?;
        let value = decode(answer.planned_state, &self.schema().object_type());
        let value = value.map_err(|text| report.violation("plan", [text])).ok()?;
        let shape = assert_conforms(self.schema(), &value);
        let is_shaped = shape.is_empty();
        report.violation("plan", shape);
        if is_shaped && !shape_only {
            report.violation("plan", assert_plan_valid(self.schema(), prior_value, config, &value));
        }
        let (replace, found) = replacement::effective(self.schema(), named, prior_value, &value);
        report.violation("plan", found);
        let is_update = prior.is_some() && replace.is_empty() && !is_destroy;
        let identity = self.planned_identity(answer.planned_identity, is_update, report);
        if let (Some(before), Some(now)) = (prior.and_then(|prior| prior.identity.as_ref()), &identity)
            && is_update
            && now.is_wholly_known()
            && before != now
        {
            report.violation("plan", ["the identity changed without a replacement".to_owned()]);
        }
        Some(Planned { value, replace, private: answer.planned_private, identity })
    }

    /// Looks at what an answer carries beside the state. `None` if the provider reported an error.
    fn plan_manners(answer: &wire::plan_resource_change::Response, report: &mut Report) -> Option<Vec<Path>> {
        report.add(answer.diagnostics.clone());
        if report.has_errors() {
            return None;
        }
        if answer.legacy_type_system {
            report.violation("plan", ["switches Terraform's checks off".to_owned()]);
        }
        if answer.deferred.is_some() {
            report.violation("plan", ["deferred, which Terraform did not allow".to_owned()]);
        }
        let named: Option<Vec<Path>> = answer.requires_replace.iter().cloned().map(read_path).collect();
        if named.is_none() {
            report.violation("plan", ["a step of a path that requires replacement is empty".to_owned()]);
        }
        Some(named.unwrap_or_default())
    }

    /// A planned identity may hold unknown values while it is not an update.
    fn planned_identity(
        &self,
        data: Option<wire::ResourceIdentityData>,
        is_update: bool,
        report: &mut Report,
    ) -> Option<Value> {
        let Some(of) = &self.managed.identity else { return self.identity_of(data, "plan", report) };
        match decode_identity(data, of) {
            Ok(identity) => {
                if let Some(identity) = identity.as_ref().filter(|_| is_update) {
                    report.violation("plan", assert_identity(of, identity));
                }
                identity
            }
            Err(text) => {
                report.violation("plan", [format!("identity {text}")]);
                None
            }
        }
    }
}
