//! What several resources plan alike, and the state that an apply has to answer: what was planned, and the rest from Azure.

use std::collections::BTreeMap;

use tf_plugin::Value;
use tf_plugin::cty;
use tf_plugin::object::{self, Object};
use traffic_manager::profile::defaults;

/// The seconds that a probe may take: what is configured, or else the most that the interval allows.
pub(crate) fn probe_timeout(config: &Value<i64>, interval: &Value<i64>) -> Value<i64> {
    match (config, interval) {
        (Value::Null, Value::Known(interval)) => Value::Known(defaults::timeout(*interval)),
        (Value::Null, _) => Value::unknown(),
        (given, _) => given.clone(),
    }
}

/// What was planned, and from an answer what was not known. What differs in Azure all the same is found by the next refresh.
pub(crate) fn settle<T: Object>(planned: &T, answered: T) -> T {
    let state = with_answers(planned.clone().encode(), Some(answered.encode()));
    object::decode(state).unwrap_or_else(|_| planned.clone())
}

fn with_answers(planned: cty::Value, answered: Option<cty::Value>) -> cty::Value {
    match (planned, answered) {
        (cty::Value::Unknown(_), answered) => answered.unwrap_or(cty::Value::Null),
        (cty::Value::Map(planned), answered) => {
            let mut answered = match answered {
                Some(cty::Value::Map(members)) => members,
                _ => BTreeMap::new(),
            };
            let members = planned.into_iter().map(|(name, planned)| {
                let answered = answered.remove(&name);
                (name, with_answers(planned, answered))
            });
            cty::Value::Map(members.collect())
        }
        (cty::Value::List(planned), Some(cty::Value::List(answered))) if planned.len() == answered.len() => {
            let pairs = planned.into_iter().zip(answered);
            cty::Value::List(pairs.map(|(planned, answered)| with_answers(planned, Some(answered))).collect())
        }
        (planned, _) => planned,
    }
}
