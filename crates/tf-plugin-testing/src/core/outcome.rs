//! What Terraform stores after each kind of answer to an apply.

use tf_plugin::cty::Value;

/// An object as it stands in Terraform's state.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Its attributes.
    pub value: Value,
    /// What the provider remembers beside them.
    pub private: Vec<u8>,
    /// What tells it from all others.
    pub identity: Option<Value>,
    /// Whether it is to be replaced because its creation did not end well.
    pub tainted: bool,
}

/// What an apply does to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// There is none yet.
    Create,
    /// It changes in place.
    Update,
    /// It goes.
    Destroy,
}

/// An answer to an apply, as far as it decides what is stored. A call that failed as a whole, or whose answer
/// could not be read, is an answer with an error and without a state.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// The new state; `None` when the answer had none, which Terraform treats like null.
    pub state: Option<Value>,
    /// The private data.
    pub private: Vec<u8>,
    /// The identity.
    pub identity: Option<Value>,
    /// Whether there was an error among the diagnostics.
    pub failed: bool,
}

/// What is stored after `answer`, and what Terraform itself finds wrong with it.
///
/// A failed create without a state leaves nothing: what was created is orphaned. A failed update or destroy
/// without a state keeps everything as it was; with a state, private data and identity are the answer's too.
pub fn stored_after(
    operation: Operation,
    prior: Option<&Stored>,
    answer: Answer,
) -> (Option<Stored>, Vec<String>) {
    let mut findings = Vec::new();
    let Some(value) = answer.state.filter(|state| !state.is_null()) else {
        let kept = if answer.failed { prior.cloned() } else { None };
        if !answer.failed && operation != Operation::Destroy {
            findings.push("was present, but now absent".to_owned());
        }
        return (kept, findings);
    };
    if operation == Operation::Destroy && !answer.failed {
        findings.push("destroying should always produce a null value".to_owned());
    }
    if let Some(path) = value.first_unknown() {
        findings.push(format!("{path}: is unknown after apply"));
    }
    let failed = answer.failed || !findings.is_empty();
    let tainted = match operation {
        Operation::Create => failed,
        Operation::Update | Operation::Destroy => prior.is_some_and(|prior| prior.tainted),
    };
    let stored = Stored {
        value: value.with_unknowns_as_null(),
        private: answer.private,
        identity: answer.identity,
        tainted,
    };
    (Some(stored), findings)
}

#[cfg(test)]
mod tests {
    use super::{Answer, Operation, Stored, Value, stored_after};

    fn value(id: &str) -> Value {
        Value::object([("id", Value::string(id)), ("status", Value::Null)])
    }

    fn prior() -> Stored {
        Stored { value: value("1"), private: b"old".to_vec(), identity: Some(value("old")), tainted: false }
    }

    fn answer(state: Option<Value>, failed: bool) -> Answer {
        Answer { state, private: b"new".to_vec(), identity: Some(value("new")), failed }
    }

    fn new(id: &str, tainted: bool) -> Stored {
        Stored { value: value(id), private: b"new".to_vec(), identity: Some(value("new")), tainted }
    }

    fn check(operation: Operation, answer: Answer, stored: Option<Stored>, findings: &[&str]) {
        let prior = prior();
        let prior = (operation != Operation::Create).then_some(&prior);
        assert_eq!(
            stored_after(operation, prior, answer),
            (stored, findings.iter().map(|each| (*each).to_owned()).collect())
        );
    }

    #[test]
    fn a_failed_create_is_tainted_with_a_state_and_orphaned_without() {
        check(Operation::Create, answer(Some(value("2")), false), Some(new("2", false)), &[]);
        check(Operation::Create, answer(Some(value("2")), true), Some(new("2", true)), &[]);
        check(Operation::Create, answer(Some(Value::Null), true), None, &[]);
        check(Operation::Create, answer(None, true), None, &[]);
        check(Operation::Create, answer(Some(Value::Null), false), None, &["was present, but now absent"]);
    }

    #[test]
    fn a_failed_update_takes_the_state_or_keeps_the_old_one() {
        check(Operation::Update, answer(Some(value("2")), false), Some(new("2", false)), &[]);
        check(Operation::Update, answer(Some(value("2")), true), Some(new("2", false)), &[]);
        check(Operation::Update, answer(Some(Value::Null), true), Some(prior()), &[]);
        check(Operation::Update, answer(None, true), Some(prior()), &[]);
        check(Operation::Update, answer(None, false), None, &["was present, but now absent"]);
    }

    #[test]
    fn a_failed_destroy_keeps_the_object() {
        check(Operation::Destroy, answer(Some(Value::Null), false), None, &[]);
        check(Operation::Destroy, answer(None, false), None, &[]);
        check(Operation::Destroy, answer(None, true), Some(prior()), &[]);
        check(Operation::Destroy, answer(Some(Value::Null), true), Some(prior()), &[]);
        check(Operation::Destroy, answer(Some(value("2")), true), Some(new("2", false)), &[]);
        let text = "destroying should always produce a null value";
        check(Operation::Destroy, answer(Some(value("2")), false), Some(new("2", false)), &[text]);
    }

    #[test]
    fn what_is_left_unknown_is_stored_as_null_and_reported() {
        let unknown = Value::object([("id", Value::string("2")), ("status", Value::unknown())]);
        let stored = Some(new("2", true));
        check(Operation::Create, answer(Some(unknown), false), stored, &["status: is unknown after apply"]);
    }
}
