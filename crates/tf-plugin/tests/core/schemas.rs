//! Laws that hold for every schema: whatever a schema says, plans of the framework are ones that Terraform takes.

use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use tf_plugin::cty::{self, DecodeError, Type, Value};
use tf_plugin::object::Object;
use tf_plugin::resource::{Create, Delete, Plan, Read, State, Update};
use tf_plugin::schema::{Attribute, Block, NestedBlock, Nesting, Schema, Shape};
use tf_plugin::{Configure, Context, Diagnostics, Path, Provider, Registry, Resource, Server};
use tf_plugin_testing::core::{
    Cli, Core, Leaves, Report, Schema as Received, arbitrary_config, with_unknowns,
};

/// The resource of whatever schema.
const ANYTHING: &str = "sample_anything";

/// A model that has no fields: it is the value itself.
#[derive(Debug, Clone, PartialEq)]
struct Anything(Value);

impl tf_plugin::value::Attribute for Anything {
    fn decode(value: Value, _: &Path, _: &mut Vec<DecodeError>) -> Option<Self> {
        Some(Self(value))
    }

    fn encode(self) -> Value {
        self.0
    }

    fn shape() -> Shape {
        Shape::Objects(Nesting::Single, Self::block())
    }
}

impl Object for Anything {
    /// The schema is not that of the struct: it is another for each test.
    fn block() -> Block {
        Block::default()
    }

    fn null() -> Self {
        Self(Value::Null)
    }
}

/// Makes one thing, filling in what is unknown.
struct AnythingResource {
    schema: Schema,
    there: Arc<Mutex<Option<Value>>>,
}

impl AnythingResource {
    fn put(&self, planned: Value) -> Anything {
        let made = without_null_elements(filled(planned, &self.schema.object_type()));
        *self.there.lock().unwrap() = Some(made.clone());
        Anything(made)
    }
}

impl Resource for AnythingResource {
    const TYPE_NAME: &'static str = ANYTHING;
    type Model = Anything;
    type Private = ();
    type Data = ();

    fn schema(&self) -> Schema {
        self.schema.clone()
    }

    async fn plan(&self, _: &Context<()>, _: &mut Plan<Self>, _: &mut Diagnostics) {}

    async fn create(
        &self,
        _: &Context<()>,
        request: Create<Self>,
        _: &mut Diagnostics,
    ) -> Option<State<Self>> {
        Some(State::new(self.put(request.planned.0)))
    }

    async fn read(&self, _: &Context<()>, _: Read<Self>, _: &mut Diagnostics) -> Option<State<Self>> {
        self.there.lock().unwrap().clone().map(Anything).map(State::new)
    }

    async fn update(
        &self,
        _: &Context<()>,
        request: Update<Self>,
        _: &mut Diagnostics,
    ) -> Option<State<Self>> {
        Some(State::new(self.put(request.planned.0)))
    }

    async fn delete(&self, _: &Context<()>, _: Delete<Self>, _: &mut Diagnostics) {
        *self.there.lock().unwrap() = None;
    }
}

/// A provider of that resource alone.
struct Any {
    schema: Schema,
}

impl Provider for Any {
    type Config = Anything;
    type Data = ();

    async fn configure(&self, _: Configure<Anything>, _: &mut Diagnostics) -> Option<()> {
        Some(())
    }

    fn register(&self, registry: &mut Registry<()>) {
        registry.resource(AnythingResource { schema: self.schema.clone(), there: Arc::default() });
    }
}

/// `value` with something known in place of every unknown.
fn filled(value: Value, of: &Type) -> Value {
    match (value, of) {
        (Value::Unknown(_), Type::String) => Value::string("made"),
        (Value::Unknown(_), Type::Number) => Value::integer(7),
        (Value::Unknown(_), Type::Bool) => Value::Bool(true),
        (Value::Unknown(_), Type::List(_) | Type::Tuple(_)) => Value::List(Vec::new()),
        (Value::Unknown(_), Type::Set(_)) => Value::Set(Vec::new()),
        (Value::Unknown(_), Type::Map(_)) => Value::object::<&str>([]),
        // What only a configuration gives stays null: Terraform takes it for configured where it is not.
        (Value::Unknown(_), Type::Object(attributes)) => {
            Value::object(attributes.keys().map(|name| (name.as_str(), Value::Null)))
        }
        (Value::List(elements), Type::List(of)) => {
            Value::List(elements.into_iter().map(|each| filled(each, of)).collect())
        }
        (Value::Set(elements), Type::Set(of)) => {
            Value::Set(elements.into_iter().map(|each| filled(each, of)).collect())
        }
        (Value::Map(members), Type::Map(of)) => {
            Value::Map(members.into_iter().map(|(key, each)| (key, filled(each, of))).collect())
        }
        (Value::Map(members), Type::Object(attributes)) => Value::Map(
            members
                .into_iter()
                .map(|(name, each)| {
                    let each = filled(each, &attributes[&name]);
                    (name, each)
                })
                .collect(),
        ),
        (known, _) => known,
    }
}

/// The prefix of attributes that take no null elements.
const FULL: &str = "full";

/// As a service that has no null keeps a value: without the null elements of the attributes that are named so.
fn without_null_elements(value: Value) -> Value {
    let each = |elements: Vec<Value>| elements.into_iter().map(without_null_elements).collect();
    match value {
        Value::List(elements) => Value::List(each(elements)),
        Value::Set(elements) => Value::Set(each(elements)),
        Value::Map(members) => {
            let members = members.into_iter().map(|(name, member)| {
                let full = name.starts_with(FULL);
                let member = without_null_elements(member);
                (name, if full { dense(member) } else { member })
            });
            Value::Map(members.collect())
        }
        other => other,
    }
}

/// A collection without null elements.
fn dense(value: Value) -> Value {
    let is_there = |element: &Value| !element.is_null();
    match value {
        Value::List(elements) => Value::List(elements.into_iter().filter(is_there).collect()),
        Value::Set(elements) => Value::Set(elements.into_iter().filter(is_there).collect()),
        Value::Map(members) => Value::Map(members.into_iter().filter(|(_, own)| is_there(own)).collect()),
        other => other,
    }
}

fn leaf() -> impl Strategy<Value = Type> {
    let scalar = prop_oneof![Just(Type::String), Just(Type::Number), Just(Type::Bool)];
    scalar.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            prop::collection::vec(inner, 1..3).prop_map(|each| {
                Type::object(each.into_iter().enumerate().map(|(index, of)| (format!("m{index}"), of)))
            }),
        ]
    })
}

/// What an attribute is, beside its type.
#[derive(Debug, Clone, Copy)]
enum Nature {
    Required,
    Optional,
    Computed,
    OptionalComputed,
    Keeping,
    Default,
    Replacing,
    WriteOnly,
    WithoutCase,
}

fn nature() -> impl Strategy<Value = Nature> {
    use Nature::*;
    prop::sample::select(vec![
        Required,
        Optional,
        Computed,
        OptionalComputed,
        Keeping,
        Default,
        Replacing,
        WriteOnly,
        WithoutCase,
    ])
}

fn without_case(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
}

fn with(nature: Nature, attribute: Attribute, default: Value, in_set: bool) -> Attribute {
    match nature {
        Nature::Required => attribute.required(),
        Nature::Computed => attribute.computed(),
        // In a set, Terraform may pair two configured objects with the same prior values, and loses one.
        Nature::OptionalComputed | Nature::Keeping if in_set => attribute,
        Nature::OptionalComputed => attribute.optional_computed(),
        Nature::Keeping => attribute.optional_computed().keeps(),
        Nature::Default if !in_set => attribute.default(default),
        Nature::WriteOnly if !in_set => attribute.write_only(),
        Nature::Replacing => attribute.replaces(),
        Nature::WithoutCase => attribute.same_if(without_case),
        Nature::Optional | Nature::Default | Nature::WriteOnly => attribute,
    }
}

/// Attributes named by their position, so that no name is used twice.
fn attributes(in_set: bool) -> impl Strategy<Value = Vec<Attribute>> {
    prop::collection::vec((leaf(), nature(), any::<bool>()), 1..4).prop_map(move |each| {
        let named = each.into_iter().enumerate().map(|(index, (of, nature, full))| {
            let default = filled(Value::unknown(), &of);
            let is_collection = matches!(of, Type::List(_) | Type::Set(_) | Type::Map(_));
            let attribute = if full && is_collection {
                Attribute::plain(format!("{FULL}{index}").leak(), of).no_null_elements()
            } else {
                Attribute::plain(format!("a{index}").leak(), of)
            };
            with(nature, attribute, default, in_set)
        });
        named.collect()
    })
}

fn nested() -> impl Strategy<Value = Attribute> {
    let natures = prop_oneof![
        Just(Nature::Required),
        Just(Nature::Optional),
        Just(Nature::Computed),
        Just(Nature::OptionalComputed),
        Just(Nature::Keeping),
        Just(Nature::Replacing),
    ];
    (0..4_u8, natures, any::<bool>()).prop_flat_map(|(nesting, nature, full)| {
        attributes(nesting == 2).prop_map(move |attributes| {
            let full = full && nesting > 0;
            let name = if full { FULL } else { "n" };
            let attribute = match nesting {
                0 => Attribute::nested(name, attributes),
                1 => Attribute::nested_list(name, attributes),
                2 => Attribute::nested_set(name, attributes),
                _ => Attribute::nested_map(name, attributes),
            };
            let attribute = if full { attribute.no_null_elements() } else { attribute };
            with(nature, attribute, Value::Null, false)
        })
    })
}

fn block() -> impl Strategy<Value = NestedBlock> {
    (0..3_u8).prop_flat_map(|nesting| {
        attributes(nesting == 2).prop_map(move |attributes| match nesting {
            0 => NestedBlock::single("b", Block::new(attributes)),
            1 => NestedBlock::list("b", Block::new(attributes)).items(0, 2),
            _ => NestedBlock::set("b", Block::new(attributes)),
        })
    })
}

/// Schemas with attributes, a nested attribute and a block of every nature.
pub(crate) fn arbitrary_schema() -> impl Strategy<Value = Schema> {
    (attributes(false), nested(), block()).prop_map(|(mut attributes, nested, block)| {
        attributes.push(nested);
        Schema::new(Block::new(attributes).blocks([block]))
    })
}

/// A schema with configurations, and which parts of each are not known while it is planned.
fn schema_and_configs() -> impl Strategy<Value = (Schema, Vec<(Value, Value)>)> {
    arbitrary_schema().prop_flat_map(|schema| {
        let received = Received::from_declaration(&schema);
        let config = arbitrary_config(&received, &Leaves::new().or_null_elements());
        let config = (config, prop::collection::vec(0..6_u8, 48)).prop_map(move |(known, choices)| {
            let mut choices = choices.into_iter().cycle();
            (with_unknowns(&received, known.clone(), &mut || choices.next() == Some(0)), known)
        });
        (Just(schema), prop::collection::vec(config, 1..4))
    })
}

/// A null element may be refused, and nothing else.
fn is_refusal(report: &Report) -> bool {
    report.violations.is_empty() && report.diagnostics.iter().all(|each| each.summary == "Null element")
}

async fn core(schema: Schema) -> Core {
    let core = Core::new(Server::new(Any { schema })).await;
    core.configure(&cty::Value::object::<&str>([])).await.unwrap();
    core
}

proptest! {
    #![proptest_config(super::law(128))]

    #[test]
    fn whatever_the_schema_says_every_plan_is_valid_and_the_second_is_empty(
        (schema, configs) in schema_and_configs(),
        cli in prop::sample::select(vec![Cli::Terraform, Cli::OpenTofu]),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let core = core(schema).await.proposing_as(cli);
            let mut thing = core.resource(ANYTHING);
            for (_, config) in &configs {
                if let Err(report) = thing.settle(config).await {
                    prop_assert!(is_refusal(&report), "{report}");
                }
            }
            for (hidden, config) in &configs {
                let applied = match thing.plan(hidden).await {
                    Ok(plan) => thing.apply_with(plan, config).await,
                    Err(report) => Err(report),
                };
                if let Err(report) = applied {
                    prop_assert!(is_refusal(&report), "{report}");
                }
            }
            thing.destroy().await.unwrap();
            Ok(())
        })?;
    }
}
