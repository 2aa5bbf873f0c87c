//! Laws that hold for every schema: whatever a schema says, plans of the framework are ones that Terraform takes.

use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use tf_plugin::cty::{self, DecodeError, Type, Value};
use tf_plugin::object::Object;
use tf_plugin::resource::{Apply, Plan};
use tf_plugin::schema::{Attribute, Block, NestedBlock, Schema};
use tf_plugin::testing::core::{Core, Leaves, Schema as Received, arbitrary_config};
use tf_plugin::{
    Context, Diagnostics, Host, NoIdentity, Path, Private, Provider, Registry, Resource, Server,
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
}

impl Object for Anything {
    const NAMES: &'static [&'static str] = &[];

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
        let made = filled(planned, &self.schema.object_type());
        *self.there.lock().unwrap() = Some(made.clone());
        Anything(made)
    }
}

impl Resource for AnythingResource {
    const TYPE_NAME: &'static str = ANYTHING;
    type Model = Anything;
    type Identity = NoIdentity;
    type Data = ();

    fn schema(&self) -> Schema {
        self.schema.clone()
    }

    async fn plan(&self, _: &Context<()>, _: &mut Plan<Anything>, _: &mut Diagnostics) {}

    async fn create(
        &self,
        _: &Context<()>,
        apply: Apply<Anything>,
        _: &mut Private,
        _: &mut Diagnostics,
    ) -> Option<Anything> {
        Some(self.put(apply.planned.0))
    }

    async fn read(
        &self,
        _: &Context<()>,
        _: Anything,
        _: &mut Private,
        _: &mut Diagnostics,
    ) -> Option<Anything> {
        self.there.lock().unwrap().clone().map(Anything)
    }

    async fn update(
        &self,
        _: &Context<()>,
        apply: Apply<Anything>,
        _: &mut Private,
        _: &mut Diagnostics,
    ) -> Option<Anything> {
        Some(self.put(apply.planned.0))
    }

    async fn delete(&self, _: &Context<()>, _: Anything, _: &mut Diagnostics) {
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

    fn schema(&self) -> Schema {
        Schema::new(Block::default())
    }

    async fn configure(&self, _: Anything, _: Host, _: &mut Diagnostics) -> Option<()> {
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
    prop::collection::vec((leaf(), nature()), 1..4).prop_map(move |each| {
        let named = each.into_iter().enumerate().map(|(index, (of, nature))| {
            let default = filled(Value::unknown(), &of);
            with(nature, Attribute::of(&format!("a{index}"), of), default, in_set)
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
    (0..4_u8, natures).prop_flat_map(|(nesting, nature)| {
        attributes(nesting == 2).prop_map(move |attributes| {
            let attribute = match nesting {
                0 => Attribute::nested("n", attributes),
                1 => Attribute::nested_list("n", attributes),
                2 => Attribute::nested_set("n", attributes),
                _ => Attribute::nested_map("n", attributes),
            };
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

/// A schema with configurations, and what of each is not known while it is planned.
fn schema_and_configs() -> impl Strategy<Value = (Schema, Vec<(Value, [bool; 6])>)> {
    arbitrary_schema().prop_flat_map(|schema| {
        let config = arbitrary_config(&Received::of(&schema), &Leaves::new());
        let configs = prop::collection::vec((config, any::<[bool; 6]>()), 1..4);
        (Just(schema), configs)
    })
}

/// `config` in which some of what can be given is unknown.
fn hidden(schema: &Received, config: &Value, hide: [bool; 6]) -> Value {
    let Value::Map(members) = config else { unreachable!("a configuration is an object") };
    let members = members.iter().zip(hide).map(|((name, member), hide)| {
        let can_be_given =
            schema.block.attributes.get(name).is_none_or(|each| each.required || each.optional);
        (name.as_str(), if hide && can_be_given { Value::unknown() } else { member.clone() })
    });
    Value::object(members)
}

async fn core(schema: Schema) -> Core<Server> {
    let core = Core::new(Server::new(Any { schema })).await;
    core.configure(&cty::Value::object::<&str>([])).await.unwrap();
    core
}

proptest! {
    #![proptest_config(super::law(128))]

    #[test]
    fn whatever_the_schema_says_every_plan_is_valid_and_the_second_is_empty(
        (schema, configs) in schema_and_configs()
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let core = core(schema).await;
            let mut thing = core.resource(ANYTHING);
            for (config, _) in &configs {
                let settled = thing.settle(config).await;
                prop_assert!(settled.is_ok(), "{}", settled.unwrap_err());
            }
            for (config, hide) in &configs {
                let plan = thing.plan(&hidden(thing.schema(), config, *hide)).await;
                prop_assert!(plan.is_ok(), "{}", plan.unwrap_err());
                let applied = thing.apply_with(plan.unwrap(), config).await;
                prop_assert!(applied.is_ok(), "{}", applied.unwrap_err());
            }
            thing.destroy().await.unwrap();
            Ok(())
        })?;
    }
}
