//! Applies: the plan is asked for again, must agree with the first, and is then carried out.

use super::plan::{Planned, Question};
use super::{Action, Instance, PlannedChange, Report, Value, decode, encode, encode_identity, wire};
use crate::core::compatible::assert_object_compatible;
use crate::core::outcome::{Answer, Operation, stored_after};
use crate::core::shape::assert_conforms;

/// One call of apply.
struct Order {
    operation: Operation,
    planned: Value,
    config: Value,
    private: Vec<u8>,
    identity: Option<Value>,
}

impl Instance<'_> {
    /// `terraform apply` of a plan whose configuration was wholly known.
    ///
    /// # Errors
    /// What the provider said against it, and every rule that one of its answers breaks. The state is then what
    /// Terraform would have stored.
    ///
    /// # Panics
    /// If something in the configuration is unknown: see [`Self::apply_with`].
    pub async fn apply(&mut self, change: PlannedChange) -> Result<Report, Report> {
        let config = change.config.clone();
        self.apply_with(change, &config).await
    }

    /// `terraform apply`: `config` is the configuration of the plan after all that it refers to is known.
    ///
    /// # Errors
    /// What the provider said against it, and every rule that one of its answers breaks. The state is then what
    /// Terraform would have stored.
    ///
    /// # Panics
    /// If something in `config` is unknown.
    pub async fn apply_with(&mut self, change: PlannedChange, config: &Value) -> Result<Report, Report> {
        assert!(config.is_wholly_known(), "everything is known when a resource is applied");
        let mut report = Report::default();
        if change.action == Action::NoOp {
            return Ok(report);
        }
        self.core.start_step().await;
        self.upgrade_stored(&mut report).await;
        report = report.into_result()?;
        if matches!(change.action, Action::Replace | Action::Delete) {
            let order = Order {
                operation: Operation::Destroy,
                planned: Value::Null,
                config: Value::Null,
                private: change.private.clone(),
                identity: None,
            };
            self.carry_out(order, &mut report).await;
            report = report.into_result()?;
        }
        if change.action != Action::Delete {
            self.validate_into(config, true, &mut report).await;
            report = report.into_result()?;
            let again = self.plan_again(&change, config, &mut report).await;
            report = report.into_result()?;
            if let Some(order) = again {
                self.carry_out(order, &mut report).await;
            }
        }
        report.into_result()
    }

    /// `terraform destroy`: plans and applies.
    ///
    /// # Errors
    /// As [`Self::apply_with`].
    pub async fn destroy(&mut self) -> Result<Report, Report> {
        let change = self.plan_destroy().await?;
        self.apply(change).await
    }

    /// Plans, applies, and plans again, which must find nothing more to do.
    ///
    /// # Errors
    /// As [`Self::apply_with`]; a second plan with changes is a broken rule.
    pub async fn settle(&mut self, config: &Value) -> Result<PlannedChange, Report> {
        let first = self.plan(config).await?;
        self.apply(first.clone()).await?;
        for refresh in [false, true] {
            let again = if refresh { self.plan(config).await? } else { self.plan_as_stored(config).await? };
            if again.action != Action::NoOp {
                let mut report = Report::default();
                let differences = assert_object_compatible(self.schema(), &again.prior, &again.planned);
                let text = format!("{:?} is planned after apply: {differences:?}", again.action);
                report.violation("second plan", [text]);
                return Err(report);
            }
        }
        Ok(first)
    }

    /// The plan made in the apply walk. `None` if it finds that there is nothing to do after all.
    async fn plan_again(&self, change: &PlannedChange, config: &Value, report: &mut Report) -> Option<Order> {
        let prior = self.stored.as_ref();
        let question = Question { applying: true, ..Question::new(prior, config) };
        let Planned { value, replace, private, identity } = self.ask_plan(question, report).await?;
        let found = assert_object_compatible(self.schema(), &change.planned, &value);
        report.violation("inconsistent final plan", found);
        if !replace.is_empty() {
            report.violation("inconsistent final plan", ["a replacement was not planned before".to_owned()]);
        }
        let operation = if prior.is_some() { Operation::Update } else { Operation::Create };
        if prior.is_some_and(|prior| prior.value == value) {
            return None;
        }
        Some(Order { operation, planned: value, config: config.clone(), private, identity })
    }

    async fn carry_out(&mut self, order: Order, report: &mut Report) {
        let Order { operation, planned, config, private, identity } = order;
        let prior = self.stored.clone();
        let null = Value::Null;
        let request = wire::apply_resource_change::Request {
            type_name: self.type_name.to_owned(),
            prior_state: Some(encode(prior.as_ref().map_or(&null, |prior| &prior.value))),
            planned_state: Some(encode(&planned)),
            config: Some(encode(&config)),
            planned_private: private,
            provider_meta: None,
            planned_identity: encode_identity(identity.as_ref()),
        };
        let mut client = self.core.client();
        let call = client.apply_resource_change(request);
        let answer = self.core.ask("ApplyResourceChange", call, report).await;
        let answer = self.judged(answer, &planned, report);
        let (stored, found) = stored_after(operation, prior.as_ref(), answer);
        report.violation("apply", found);
        if let (Operation::Update, Some(before), Some(now)) = (operation, &prior, &stored)
            && before.identity.is_some()
            && before.identity != now.identity
        {
            report.violation("apply", ["the identity changed".to_owned()]);
        }
        self.stored = stored;
    }

    /// The answer as far as it decides what is stored, after its own rules were looked at.
    fn judged(
        &self,
        answer: Option<wire::apply_resource_change::Response>,
        planned: &Value,
        report: &mut Report,
    ) -> Answer {
        let lost = Answer { failed: true, ..Answer::default() };
        let Some(answer) = answer else { return lost };
        report.add(answer.diagnostics);
        if answer.legacy_type_system {
            report.violation("apply", ["switches Terraform's checks off".to_owned()]);
        }
        let identity = self.identity_of(answer.new_identity, "apply", report);
        let state = match answer.new_state.map(|state| decode(Some(state), &self.schema().object_type())) {
            None => None,
            Some(Ok(state)) => Some(state),
            Some(Err(text)) => {
                report.violation("apply", [text]);
                return lost;
            }
        };
        let shape = state.as_ref().map(|state| assert_conforms(self.schema(), state)).unwrap_or_default();
        if !shape.is_empty() {
            report.violation("apply", shape);
            return lost;
        }
        // What a destroy answers is judged by what is stored after it.
        if let Some(state) = &state
            && !report.has_errors()
            && !planned.is_null()
        {
            let found = assert_object_compatible(self.schema(), planned, state);
            report.violation("inconsistent result after apply", found);
        }
        Answer { state, private: answer.private, identity, failed: report.is_failure() }
    }
}
