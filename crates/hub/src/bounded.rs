//! Bounds of what is read of an answer: how many elements a list has, and how long a text is. What is out of bounds is no object
//! of a hub, and is refused before it takes memory.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// The most elements of a list and members of a map in an object.
pub(crate) const ELEMENTS: usize = 1000;

/// The longest text that a controller gives something as a name, in bytes: more than any id in Azure has.
const TEXT: usize = 4096;

/// A list of at most so many elements; null is an empty one.
pub(crate) fn list<'de, D, T, const MOST: usize>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    optional_list::<D, T, MOST>(deserializer).map(Option::unwrap_or_default)
}

/// The same where null is none.
pub(crate) fn optional_list<'de, D, T, const MOST: usize>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_option(ListVisitor::<T, MOST>(PhantomData))
}

/// A map of texts with at most [`ELEMENTS`] members; null is an empty one.
pub(crate) fn map<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    deserializer.deserialize_option(MapVisitor)
}

/// What is an object in JSON; null is the default. A struct alone would take a list for its fields.
pub(crate) fn object<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    deserializer.deserialize_option(ObjectVisitor::<T>(PhantomData))
}

/// A short text without control characters.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.len() > TEXT || text.contains(char::is_control) {
        return Err(D::Error::custom("a text is too long or has control characters"));
    }
    Ok(text)
}

/// The same for one that may be missing.
pub(crate) fn optional_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Text>::deserialize(deserializer)?.map(|Text(text)| text))
}

/// A short text, as an element of a list.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(transparent)]
struct Text(#[serde(deserialize_with = "text")] String);

/// A list of short texts.
pub(crate) fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let texts = list::<D, Text, ELEMENTS>(deserializer)?;
    Ok(texts.into_iter().map(|Text(text)| text).collect())
}

struct ListVisitor<T, const MOST: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for ListVisitor<T, MOST> {
    type Value = Option<Vec<T>>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a list of at most {MOST} elements")
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = sequence.next_element()? {
            if elements.len() == MOST {
                return Err(A::Error::custom("a list has too many elements"));
            }
            elements.push(element);
        }
        Ok(Some(elements))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Default + Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "an object")
    }

    fn visit_none<E: Error>(self) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_map(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members))
    }
}

struct MapVisitor;

impl<'de> Visitor<'de> for MapVisitor {
    type Value = BTreeMap<String, String>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a map of at most {ELEMENTS} texts")
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(BTreeMap::new())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut map = BTreeMap::new();
        while let Some((key, value)) = members.next_entry()? {
            if map.len() == ELEMENTS {
                return Err(A::Error::custom("a map has too many members"));
            }
            map.insert(key, value);
        }
        Ok(map)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;

    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    struct Inner {
        #[serde(default)]
        field: i64,
    }

    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    #[serde(default)]
    struct Read {
        #[serde(deserialize_with = "list::<_, _, 2>")]
        numbers: Vec<i64>,
        #[serde(deserialize_with = "optional_list::<_, _, 2>")]
        others: Option<Vec<i64>>,
        #[serde(deserialize_with = "object")]
        inner: Inner,
        #[serde(deserialize_with = "map")]
        texts: BTreeMap<String, String>,
        #[serde(deserialize_with = "text")]
        text: String,
        #[serde(deserialize_with = "optional_text")]
        id: Option<String>,
        #[serde(deserialize_with = "texts")]
        names: Vec<String>,
    }

    #[test]
    fn what_is_within_bounds_is_read() {
        let all = json!({
            "numbers": [1, 2], "others": [], "inner": { "field": 3 }, "texts": { "a": "b" }, "text": "c", "id": "d", "names": ["e"],
        });
        let read = Read {
            numbers: vec![1, 2],
            others: Some(Vec::new()),
            inner: Inner { field: 3 },
            texts: [("a".to_owned(), "b".to_owned())].into(),
            text: "c".to_owned(),
            id: Some("d".to_owned()),
            names: vec!["e".to_owned()],
        };
        assert_eq!(from_value::<Read>(all).unwrap(), read);
        let nothing = json!({ "numbers": null, "others": null, "inner": null, "texts": null, "id": null, "names": null });
        assert_eq!(from_value::<Read>(nothing).unwrap(), Read::default());
        assert_eq!(from_value::<Read>(json!({})).unwrap(), Read::default());
    }

    #[test]
    fn what_is_out_of_bounds_is_refused() {
        let many: serde_json::Map<String, Value> =
            (0..=ELEMENTS).map(|number| (number.to_string(), json!(""))).collect();
        for wrong in [
            json!({ "numbers": [1, 2, 3] }),
            json!({ "others": [1, 2, 3] }),
            json!({ "numbers": { "0": 1 } }),
            json!({ "inner": [3] }),
            json!({ "inner": "3" }),
            json!({ "texts": many }),
            json!({ "texts": { "a": 1 } }),
            json!({ "text": "\u{1b}[2J" }),
            json!({ "text": null }),
            json!({ "id": "x".repeat(TEXT + 1) }),
            json!({ "names": vec![""; ELEMENTS + 1] }),
        ] {
            assert!(from_value::<Read>(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
