//! Reads the bodies of requests. Wrong types and words become problems; whether the values fit together is
//! asked elsewhere.

use serde_json::{Map, Value};
use traffic_manager::profile::Status;

use super::error::Failure;
use super::model::{Header, StatusRange, Subnet, Tags};

pub(crate) mod endpoint;
pub(crate) mod profile;

/// A JSON object of a request and the place of it, for messages. A missing key and null are the same.
pub(crate) struct Reader<'a> {
    object: Option<&'a Map<String, Value>>,
    place: String,
}

/// The problems found so far, each one sentence. All texts of this module are the emulator's own.
pub(crate) type Problems = Vec<String>;

/// The JSON object that a body has to be.
pub(crate) fn object(body: &[u8]) -> Result<Map<String, Value>, Failure> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Failure::invalid_content("the body must be a JSON object")),
        Err(error) => Err(Failure::invalid_content(&error.to_string())),
    }
}

/// The tags of a resource, if the body has any.
pub(crate) fn tags(body: &Map<String, Value>) -> Result<Option<Tags>, Failure> {
    match body.get("tags") {
        None | Some(Value::Null) => Ok(None),
        Some(tags) => {
            let tags: Tags = serde_json::from_value(tags.clone())
                .map_err(|_| Failure::invalid_content("'tags' must be an object whose values are strings"))?;
            check_tags(&tags)?;
            Ok(Some(tags))
        }
    }
}

/// The limits of tags. Source: Azure, "Use tags to organize your Azure resources": at most 50, names of at most 512
/// and values of at most 256 characters, and characters that a name must not have.
pub(crate) fn check_tags(tags: &Tags) -> Result<(), Failure> {
    if tags.len() > 50 {
        let message = format!("The number of tags, {}, is more than the limit of 50.", tags.len());
        return Err(Failure::invalid_tags("InvalidTags", message));
    }
    let odd: Vec<&str> = tags
        .keys()
        .map(String::as_str)
        .filter(|name| name.contains(['<', '>', '%', '&', '\\', '?', '/']))
        .collect();
    if !odd.is_empty() {
        let message = format!("The tag names '{}' have reserved characters '<,>,%,&,\\,?,/'.", odd.join(","));
        return Err(Failure::invalid_tags("InvalidTagNameCharacters", message));
    }
    for (name, value) in tags {
        let (length, most, what) = match (name.chars().count(), value.chars().count()) {
            (length @ (0 | 513..), _) => (length, 512, "name"),
            (_, length @ 257..) => (length, 256, "value"),
            _ => continue,
        };
        let message =
            format!("The {what} of the tag '{name}' has {length} characters; it must have 1 to {most}.");
        return Err(Failure::invalid_tags("InvalidTags", message));
    }
    Ok(())
}

impl<'a> Reader<'a> {
    pub(crate) fn new(object: &'a Map<String, Value>, place: impl Into<String>) -> Self {
        Self { object: Some(object), place: place.into() }
    }

    fn value(&self, key: &str) -> Option<&'a Value> {
        self.object?.get(key).filter(|value| !value.is_null())
    }

    fn at(&self, key: &str) -> String {
        if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) }
    }

    /// Whether the key is there and not null.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// The object below a key; an empty one if there is none.
    pub(crate) fn child(&self, key: &str, problems: &mut Problems) -> Reader<'a> {
        let object = self.value(key).and_then(|value| {
            let object = value.as_object();
            if object.is_none() {
                problems.push(format!("The property '{}' must be an object.", self.at(key)));
            }
            object
        });
        Reader { object, place: self.at(key) }
    }

    pub(crate) fn text(&self, key: &str, problems: &mut Problems) -> Option<String> {
        let value = self.value(key)?;
        if value.as_str().is_none() {
            problems.push(format!("The property '{}' must be a string.", self.at(key)));
        }
        value.as_str().map(str::to_owned)
    }

    pub(crate) fn integer(&self, key: &str, problems: &mut Problems) -> Option<i64> {
        let value = self.value(key)?;
        if value.as_i64().is_none() {
            problems.push(format!("The property '{}' must be an integer.", self.at(key)));
        }
        value.as_i64()
    }

    /// A word of an enumeration, in any letter case.
    pub(crate) fn word<T>(
        &self,
        key: &str,
        problems: &mut Problems,
        parse: impl Fn(&str) -> Option<T>,
        allowed: &str,
    ) -> Option<T> {
        let text = self.text(key, problems)?;
        let word = parse(&text);
        if word.is_none() {
            problems.push(format!(
                "The value '{text}' of the property '{}' is invalid. Valid values are: {allowed}.",
                self.at(key)
            ));
        }
        word
    }

    pub(crate) fn status(&self, key: &str, problems: &mut Problems) -> Option<Status> {
        self.word(key, problems, Status::parse_ignoring_case, "Enabled, Disabled")
    }

    /// The elements of an array.
    pub(crate) fn array(&self, key: &str, problems: &mut Problems) -> Option<&'a Vec<Value>> {
        let value = self.value(key)?;
        if value.as_array().is_none() {
            problems.push(format!("The property '{}' must be an array.", self.at(key)));
        }
        value.as_array()
    }

    pub(crate) fn texts(&self, key: &str, problems: &mut Problems) -> Option<Vec<String>> {
        self.elements(key, "a string", problems)
    }

    pub(crate) fn headers(&self, key: &str, problems: &mut Problems) -> Option<Vec<Header>> {
        self.elements(key, "an object with the strings 'name' and 'value'", problems)
    }

    pub(crate) fn status_ranges(&self, key: &str, problems: &mut Problems) -> Option<Vec<StatusRange>> {
        self.elements(key, "an object with the integers 'min' and 'max'", problems)
    }

    pub(crate) fn subnets(&self, key: &str, problems: &mut Problems) -> Option<Vec<Subnet>> {
        self.elements(
            key,
            "an object with 'first' and one of 'last' (string) and 'scope' (integer)",
            problems,
        )
    }

    fn elements<T: serde::de::DeserializeOwned>(
        &self,
        key: &str,
        kind: &str,
        problems: &mut Problems,
    ) -> Option<Vec<T>> {
        let array = self.array(key, problems)?;
        let mut elements = Vec::with_capacity(array.len());
        for (index, value) in array.iter().enumerate() {
            match serde_json::from_value(value.clone()) {
                Ok(element) => elements.push(element),
                Err(_) => problems.push(format!("The element '{}[{index}]' must be {kind}.", self.at(key))),
            }
        }
        Some(elements)
    }
}
