//! Private data: what a resource remembers beside its state.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

/// What a resource remembers beside its state: any struct that becomes a JSON object. What another version of the
/// provider wrote and this one cannot read is forgotten, so new fields should have defaults.
pub trait PrivateData: Serialize + DeserializeOwned + Default + Clone + Send + Sync + 'static {}

impl<T: Serialize + DeserializeOwned + Default + Clone + Send + Sync + 'static> PrivateData for T {}

/// The name under which this crate stores what it remembers itself.
const OWN: &str = "tf-plugin";

/// Private data on its way to and from Terraform, whatever struct it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Private {
    /// Whether the state comes from an import and was not read since.
    pub(crate) is_import: bool,
    members: Map<String, Json>,
}

impl Private {
    pub(crate) fn new(data: &impl PrivateData) -> Self {
        let members = match serde_json::to_value(data) {
            Ok(Json::Object(members)) => members,
            _ => Map::new(),
        };
        Self { is_import: false, members }
    }

    /// The struct; one that cannot be read is empty.
    pub(crate) fn data<P: PrivateData>(&self) -> P {
        serde_json::from_value(Json::Object(self.members.clone())).unwrap_or_default()
    }

    /// The same, of a state that was imported just now.
    pub(crate) fn of_import(self) -> Self {
        Self { is_import: true, ..self }
    }

    pub(crate) fn decode(bytes: &[u8]) -> Self {
        let mut members: Map<String, Json> = serde_json::from_slice(bytes).unwrap_or_default();
        let is_import = members.remove(OWN).is_some_and(|own| own["is_import"] == Json::Bool(true));
        Self { is_import, members }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut members = self.members.clone();
        if self.is_import {
            members.insert(OWN.to_owned(), serde_json::json!({ "is_import": true }));
        }
        if members.is_empty() {
            return Vec::new();
        }
        serde_json::to_vec(&members).expect("JSON values are JSON")
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::Private;

    #[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    struct Remembered {
        #[serde(skip_serializing_if = "Option::is_none")]
        replaces: Option<String>,
        #[serde(skip_serializing_if = "is_zero")]
        reads: u32,
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_zero(count: &u32) -> bool {
        *count == 0
    }

    #[test]
    fn a_struct_comes_back_and_nothing_is_empty() {
        let remembered = Remembered { replaces: Some("shop".to_owned()), reads: 2 };
        let private = Private::decode(&Private::new(&remembered).encode());
        assert_eq!(private.data::<Remembered>(), remembered);
        assert_eq!(Private::new(&Remembered::default()).encode(), b"");
        assert_eq!(Private::new(&()).encode(), b"");
        assert_eq!(Private::decode(b"").data::<Remembered>(), Remembered::default());
        Private::decode(b"").data::<()>();
    }

    #[test]
    fn what_another_version_wrote_is_read_as_far_as_it_can_be() {
        let more = Private::decode(br#"{"replaces":"shop","added later":[1]}"#);
        assert_eq!(more.data::<Remembered>().replaces.as_deref(), Some("shop"));
        for unreadable in [&b"\x00 not ours"[..], b"[]", br#"{"reads":-1}"#, br#"{"reads":"many"}"#] {
            assert_eq!(Private::decode(unreadable).data::<Remembered>(), Remembered::default());
        }
    }

    #[test]
    fn an_import_is_remembered_beside_the_struct() {
        let private = Private::new(&Remembered { replaces: None, reads: 1 }).of_import();
        let decoded = Private::decode(&private.encode());
        assert!(decoded.is_import);
        assert_eq!(decoded.data::<Remembered>(), Remembered { replaces: None, reads: 1 });
        assert!(!Private::decode(br#"{"tf-plugin":{"is_import":"yes"}}"#).is_import);
        assert!(!Private::decode(br#"{"tf-plugin":7}"#).is_import);
    }
}
