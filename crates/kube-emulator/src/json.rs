//! JSON bodies, with what is in them twice. Of two members of one name the last one counts.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// A value that a request gave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    pub(crate) value: Value,
    /// The paths of members that are there more than once.
    pub(crate) repeated: Vec<String>,
}

impl From<Value> for Given {
    fn from(value: Value) -> Self {
        Self { value, repeated: Vec::new() }
    }
}

/// Reads a body.
pub(crate) fn parsed(body: &[u8]) -> Result<Given, serde_json::Error> {
    let mut repeated = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = Seed { path: String::new(), repeated: &mut repeated }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(Given { value, repeated })
}

/// Reads a value at a path.
struct Seed<'a> {
    path: String,
    repeated: &'a mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        loop {
            let seed = Seed { path: format!("{}[{}]", self.path, list.len()), repeated: &mut *self.repeated };
            match items.next_element_seed(seed)? {
                Some(item) => list.push(item),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let path = if self.path.is_empty() { name.clone() } else { format!("{}.{name}", self.path) };
            if map.contains_key(&name) && !self.repeated.contains(&path) {
                self.repeated.push(path.clone());
            }
            let value = members.next_value_seed(Seed { path, repeated: &mut *self.repeated })?;
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_there_twice_is_named_once_and_the_last_one_counts() {
        let given = parsed(br#"{"a":[{"b":1,"b":-2.5,"b":"x"}],"c":{"d":true,"d":null}}"#).unwrap();
        assert_eq!(given.value, json!({ "a": [{ "b": "x" }], "c": { "d": null } }));
        assert_eq!(given.repeated, ["a[0].b", "c.d"]);
        assert!(parsed(b"{} x").is_err());
        assert!(parsed("[".repeat(10_000).as_bytes()).is_err());
    }
}
