//! Configurations for tests: written in part, completed by the schema, and checked as Terraform checks a
//! configuration before any provider sees it.

use serde_json::Value as Json;

use super::schema::{Attribute, Block, Kind, NestedBlock, Nesting, Schema};
use super::shape::assert_conforms_to;
use super::{Findings, member};
use tf_plugin::cty::{Path, Type, Value};

/// A value of type `of` from JSON. Members of an object may be left out; arrays become lists, sets or tuples.
///
/// # Errors
/// What does not fit, with its path. Names that an object does not have are refused.
pub fn from_json(json: &Json, of: &Type) -> Result<Value, String> {
    read(json, of, &Path::root())
}

fn read(json: &Json, of: &Type, path: &Path) -> Result<Value, String> {
    let each = |elements: &[Json], of: &Type| {
        let read = elements.iter().enumerate().map(|(index, element)| read(element, of, &path.index(index)));
        read.collect::<Result<Vec<_>, _>>()
    };
    match (of, json) {
        (_, Json::Null) => Ok(Value::Null),
        (Type::String, Json::String(text)) => Ok(Value::string(text)),
        (Type::Bool, Json::Bool(value)) => Ok(Value::Bool(*value)),
        (Type::Number, Json::Number(number)) => {
            number.to_string().parse().map(Value::Number).map_err(|error| format!("{path}: {number} {error}"))
        }
        (Type::List(of), Json::Array(elements)) => each(elements, of).map(Value::List),
        (Type::Set(of), Json::Array(elements)) => each(elements, of).map(Value::Set),
        (Type::Map(of), Json::Object(members)) => {
            let members =
                members.iter().map(|(key, member)| Ok((key.clone(), read(member, of, &path.key(key))?)));
            members.collect::<Result<_, _>>().map(Value::Map)
        }
        (Type::Object(attributes), Json::Object(members)) => {
            if let Some(name) = members.keys().find(|name| !attributes.contains_key(*name)) {
                return Err(format!("{}: is not in the schema", path.attribute(name)));
            }
            let members = attributes.iter().map(|(name, of)| {
                let member = members.get(name).unwrap_or(&Json::Null);
                Ok((name.clone(), read(member, of, &path.attribute(name))?))
            });
            members.collect::<Result<_, _>>().map(Value::Map)
        }
        (Type::Dynamic, _) => {
            let of = type_of(json);
            let value = read(json, &of, path)?;
            Ok(Value::Dynamic(Box::new((of, value))))
        }
        _ => Err(format!("{path}: {json} is no {}", String::from_utf8_lossy(&of.to_json()))),
    }
}

/// The type that an expression of this form has in HCL.
fn type_of(json: &Json) -> Type {
    match json {
        Json::Null => Type::Dynamic,
        Json::Bool(_) => Type::Bool,
        Json::Number(_) => Type::Number,
        Json::String(_) => Type::String,
        Json::Array(elements) => Type::Tuple(elements.iter().map(type_of).collect()),
        Json::Object(members) => {
            Type::object(members.iter().map(|(name, member)| (name.as_str(), type_of(member))))
        }
    }
}

/// `draft` with everything that it leaves out: null attributes and empty blocks. A list stands for a set where the
/// schema wants one.
pub(super) fn completed(of: &Block, draft: Value) -> Value {
    let Value::Map(mut members) = draft else { return draft };
    for (name, each) in &of.attributes {
        let own = members.entry(name.clone()).or_insert(Value::Null);
        *own = attribute(each, std::mem::replace(own, Value::Null));
    }
    for (name, each) in &of.blocks {
        let own = members.entry(name.clone()).or_insert(Value::Null);
        *own = nested_block(each, std::mem::replace(own, Value::Null));
    }
    Value::Map(members)
}

fn attribute(of: &Attribute, draft: Value) -> Value {
    match (&of.kind, draft) {
        (Kind::Plain(Type::Set(_)), Value::List(elements)) => Value::Set(elements),
        (Kind::Plain(_), draft) => draft,
        (Kind::Nested(nesting, block), draft) => objects(*nesting, block, draft),
    }
}

fn nested_block(of: &NestedBlock, draft: Value) -> Value {
    let draft = match (of.nesting, draft) {
        (Nesting::List | Nesting::Set, Value::Null) => Value::List(Vec::new()),
        (Nesting::Map | Nesting::Group, Value::Null) => Value::object::<&str>([]),
        (_, draft) => draft,
    };
    objects(of.nesting, &of.block, draft)
}

fn objects(nesting: Nesting, of: &Block, draft: Value) -> Value {
    let each = |elements: Vec<Value>| elements.into_iter().map(|own| completed(of, own)).collect();
    match (nesting, draft) {
        (Nesting::Set, Value::List(elements) | Value::Set(elements)) => Value::Set(each(elements)),
        (Nesting::List, Value::List(elements)) => Value::List(each(elements)),
        (Nesting::Map, Value::Map(members)) => {
            Value::Map(members.into_iter().map(|(key, own)| (key, completed(of, own))).collect())
        }
        (Nesting::Single | Nesting::Group, draft) => completed(of, draft),
        (_, draft) => draft,
    }
}

/// Everything for which Terraform itself would refuse this configuration: other types, required attributes that
/// are null, computed ones that are set, too many blocks or too few.
pub fn config_problems(schema: &Schema, config: &Value) -> Vec<String> {
    let mut findings = Findings::default();
    assert_conforms_to(&schema.object_type(), config, &mut findings);
    if findings.0.is_empty() {
        block(&schema.block, config, &Path::root(), &mut findings);
    }
    findings.0
}

fn block(of: &Block, config: &Value, path: &Path, findings: &mut Findings) {
    if !matches!(config, Value::Map(_)) {
        return;
    }
    for (name, each) in &of.attributes {
        let (own, path) = (member(config, name), path.attribute(name));
        if each.required && own.is_null() {
            findings.push(&path, "is required");
        }
        if !each.required && !each.optional && !own.is_null() {
            findings.push(&path, "cannot be set");
        }
        if let Kind::Nested(nesting, block) = &each.kind {
            below(*nesting, block, own, &path, findings);
        }
    }
    for (name, each) in &of.blocks {
        let (own, path) = (member(config, name), path.attribute(name));
        let count = match own {
            Value::List(elements) | Value::Set(elements) => i64::try_from(elements.len()).unwrap_or(i64::MAX),
            _ => i64::from(!own.is_null()),
        };
        let bounded = each.nesting != Nesting::Map && each.nesting != Nesting::Group && !own.is_unknown();
        if bounded && (count < each.min_items || each.max_items != 0 && count > each.max_items) {
            findings.push(&path, &format!("{count} blocks do not fit"));
        }
        below(each.nesting, &each.block, own, &path, findings);
    }
}

fn below(nesting: Nesting, of: &Block, config: &Value, path: &Path, findings: &mut Findings) {
    match (nesting, config) {
        (Nesting::Single | Nesting::Group, config) => block(of, config, path, findings),
        (_, Value::List(elements)) => {
            for (index, element) in elements.iter().enumerate() {
                block(of, element, &path.index(index), findings);
            }
        }
        (_, Value::Set(elements)) => {
            for element in elements {
                block(of, element, path, findings);
            }
        }
        (_, Value::Map(members)) => {
            for (key, element) in members {
                block(of, element, &path.key(key), findings);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Schema, Type, Value, completed, config_problems, from_json};
    use tf_plugin::schema::{Attribute, Block, NestedBlock};

    fn schema() -> Schema {
        Schema::from_declaration(&tf_plugin::schema::Schema::new(
            Block::new([
                Attribute::string("name").required(),
                Attribute::string("id").computed(),
                Attribute::plain("codes", Type::set(Type::String)),
                Attribute::nested_map("items", [Attribute::number("weight").required()]),
            ])
            .blocks([NestedBlock::list("dns", Block::new([Attribute::number("ttl")])).items(1, 1)]),
        ))
    }

    #[test]
    fn what_is_left_out_is_filled_in() {
        let draft = Value::object([("codes", Value::List(vec![Value::string("DE")]))]);
        let expected = Value::object([
            ("name", Value::Null),
            ("id", Value::Null),
            ("codes", Value::Set(vec![Value::string("DE")])),
            ("items", Value::Null),
            ("dns", Value::List(Vec::new())),
        ]);
        assert_eq!(completed(&schema().block, draft), expected);
    }

    #[test]
    fn json_is_read_by_type_and_unknown_names_are_refused() {
        let of = schema().object_type();
        let value = from_json(&json!({"name": "a", "items": {"x": {"weight": 1.5}}}), &of).unwrap();
        let weight = value.attribute("items").and_then(|items| items.attribute("x")?.attribute("weight"));
        assert_eq!(weight, Some(&Value::Number("1.5".parse().unwrap())));
        assert_eq!(value.attribute("id"), Some(&Value::Null));
        assert_eq!(from_json(&json!({"nam": "a"}), &of).unwrap_err(), "nam: is not in the schema");
        let error = from_json(&json!({"items": {"x": {"weight": "1"}}}), &of).unwrap_err();
        assert_eq!(error, "items[\"x\"].weight: \"1\" is no \"number\"");
    }

    #[test]
    fn what_terraform_refuses_in_a_configuration_is_found() {
        let draft = json!({"id": "1", "items": {"x": {}}, "dns": [{}, {}]});
        let config = completed(&schema().block, from_json(&draft, &schema().object_type()).unwrap());
        assert_eq!(
            config_problems(&schema(), &config),
            [
                "id: cannot be set",
                "items[\"x\"].weight: is required",
                "name: is required",
                "dns: 2 blocks do not fit",
            ]
        );
    }
}
