//! The part of Terraform that judges a provider: what it proposes, what it demands of plans and states, what it
//! stores after each kind of answer, and the order in which it calls.
//!
//! Written from the rules that Terraform documents and enforces. It has no graph, no configuration language and
//! no state file: a test hands it configurations as values. It stands alone on purpose: it reads schemas from the
//! wire and shares nothing with the server that it judges but the values.
//!
//! ```no_run
//! # async fn example(server: tf_plugin::Server) -> Result<(), tf_plugin_testing::core::Report> {
//! use serde_json::json;
//! use tf_plugin_testing::core::{Action, Core};
//!
//! let core = Core::new(server).await;
//! core.configure_with(&json!({})).await?;
//! let mut shop = core.resource("azuretm_traffic_manager_profile");
//! let config = shop.config(&json!({ "name": "shop", "dns_config": [{ "relative_name": "shop" }] }));
//! let plan = shop.plan(&config).await?;
//! assert_eq!(plan.action, Action::Create);
//! shop.apply(plan).await?;
//! assert_eq!(shop.plan(&config).await?.action, Action::NoOp);
//! # Ok(())
//! # }
//! ```

mod arbitrary;
mod call;
mod channel;
mod compatible;
mod draft;
mod driver;
mod ephemeral;
mod instance;
mod list;
mod outcome;
mod plan_valid;
mod propose;
mod refinement;
mod replacement;
mod report;
pub mod schema;
mod schemas;
mod shape;
mod state_file;

pub use arbitrary::{Leaves, arbitrary_config, with_unknowns};
pub use channel::LocalChannel;
pub use compatible::assert_object_compatible;
pub use draft::{config_problems, from_json};
pub use driver::Core;
pub use ephemeral::Ephemeral;
pub use instance::{Action, Instance, PlannedChange, Source};
pub use list::{Found, Query};
pub use outcome::{Answer, Operation, Stored, stored_after};
pub use plan_valid::assert_plan_valid;
pub use propose::{Cli, proposed_new};
pub use report::Report;
pub use schema::Schema;
pub use shape::{assert_conforms, assert_identity, assert_state};
pub use state_file::to_json;

use tf_plugin::cty::{Path, Step, Unknown, Value};

const NULL: &Value = &Value::Null;
const UNKNOWN: &Value = &Value::Unknown(Unknown::PLAIN);

/// What was found wrong, each beginning with its path.
#[derive(Debug, Default)]
struct Findings(Vec<String>);

impl Findings {
    fn push(&mut self, path: &Path, text: &str) {
        self.0.push(if path.is_root() { text.to_owned() } else { format!("{path}: {text}") });
    }
}

/// A member of an object; of one that is unknown, every member is.
fn member<'a>(object: &'a Value, name: &str) -> &'a Value {
    if object.is_unknown() { UNKNOWN } else { object.attribute(name).unwrap_or(NULL) }
}

fn element_at<'a>(collection: &'a Value, step: &Step) -> Option<&'a Value> {
    match (collection, step) {
        (Value::List(elements), Step::Index(index)) => elements.get(*index),
        (Value::Map(members), Step::Key(name) | Step::Attribute(name)) => members.get(name),
        _ => None,
    }
}
