//! Objects of built-in kinds in the protocol buffers of Kubernetes, which typed clients written in Go send by themselves.
//!
//! They are only read. Answers are JSON, which every such client accepts too.

mod messages;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use messages::{Field, Kind};

/// What every such body begins with.
const MAGIC: &[u8] = b"k8s\0";

/// Why a body cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProtobufError {
    /// It does not begin as it has to.
    #[error("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]")]
    Prefix,
    /// It ends too early, or has a field of the wrong type.
    #[error("proto: illegal wireType or unexpected EOF")]
    Shape,
    /// It is an object of a kind that this server does not read in this form.
    #[error("no kind {0:?} is registered for protobuf")]
    Kind(String),
}

/// Reads an object.
pub(crate) fn object(body: &[u8]) -> Result<Value, ProtobufError> {
    let body = body.strip_prefix(MAGIC).ok_or(ProtobufError::Prefix)?;
    let (mut kind, mut version, mut raw) = (String::new(), String::new(), Vec::new());
    for part in Parts(body) {
        match part? {
            (1, Wire::Bytes(type_meta)) => {
                for part in Parts(type_meta) {
                    match part? {
                        (1, Wire::Bytes(bytes)) => version = text(bytes),
                        (2, Wire::Bytes(bytes)) => kind = text(bytes),
                        _ => {}
                    }
                }
            }
            (2, Wire::Bytes(bytes)) => raw = bytes.to_vec(),
            _ => {}
        }
    }
    let fields = messages::of_kind(&kind).ok_or_else(|| ProtobufError::Kind(kind.clone()))?;
    let mut object = message(fields, &raw)?;
    object.insert("kind".to_owned(), json!(kind));
    object.insert("apiVersion".to_owned(), json!(version));
    Ok(Value::Object(object))
}

/// A value on the wire.
#[derive(Clone, Copy, Debug)]
enum Wire<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// The fields of a message in the order in which they come.
struct Parts<'a>(&'a [u8]);

impl<'a> Iterator for Parts<'a> {
    type Item = Result<(u64, Wire<'a>), ProtobufError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let part = self.part();
        if part.is_none() {
            self.0 = &[];
        }
        Some(part.ok_or(ProtobufError::Shape))
    }
}

impl<'a> Parts<'a> {
    fn part(&mut self) -> Option<(u64, Wire<'a>)> {
        let key = self.number()?;
        let wire = match key & 7 {
            0 => Wire::Number(self.number()?),
            1 => Wire::Bytes(self.bytes(8)?),
            2 => {
                let length = usize::try_from(self.number()?).ok()?;
                Wire::Bytes(self.bytes(length)?)
            }
            5 => Wire::Bytes(self.bytes(4)?),
            _ => return None,
        };
        Some((key >> 3, wire))
    }

    fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }
}

fn message(fields: &[Field], bytes: &[u8]) -> Result<Map<String, Value>, ProtobufError> {
    let mut members = Map::new();
    for part in Parts(bytes) {
        let (number, wire) = part?;
        let Some(field) = fields.iter().find(|field| u64::from(field.number) == number) else { continue };
        match (field.kind, wire) {
            (Kind::TextMap | Kind::BytesMap, Wire::Bytes(bytes)) => {
                let (key, value) = pair(field.kind, bytes)?;
                let map = members.entry(field.name).or_insert_with(|| json!({}));
                map[key] = value;
            }
            (kind, wire) => {
                let Some(value) = single(kind, wire)? else { continue };
                if !field.is_repeated {
                    members.insert(field.name.to_owned(), value);
                } else if let Value::Array(items) = members.entry(field.name).or_insert_with(|| json!([])) {
                    items.push(value);
                }
            }
        }
    }
    Ok(members)
}

/// A value, or nothing where it stands for absence, as Go writes fields that are not set.
fn single(kind: Kind, wire: Wire<'_>) -> Result<Option<Value>, ProtobufError> {
    Ok(match (kind, wire) {
        (Kind::Text, Wire::Bytes(bytes)) => {
            Some(text(bytes)).filter(|text| !text.is_empty()).map(Value::String)
        }
        (Kind::Number, Wire::Number(number)) => Some(json!(number.cast_signed())),
        (Kind::Flag, Wire::Number(number)) => Some(json!(number != 0)),
        (Kind::Time, Wire::Bytes(bytes)) => instant(bytes)?,
        (Kind::Json, Wire::Bytes(bytes)) => {
            let raw = message(messages::RAW, bytes)?;
            raw.get("raw").and_then(Value::as_str).and_then(|raw| serde_json::from_str(raw).ok())
        }
        (Kind::Message(fields), Wire::Bytes(bytes)) => Some(Value::Object(message(fields, bytes)?)),
        _ => return Err(ProtobufError::Shape),
    })
}

fn pair(kind: Kind, bytes: &[u8]) -> Result<(String, Value), ProtobufError> {
    let (mut key, mut value) = (String::new(), json!(""));
    for part in Parts(bytes) {
        match part? {
            (1, Wire::Bytes(bytes)) => key = text(bytes),
            (2, Wire::Bytes(bytes)) if kind == Kind::BytesMap => value = json!(STANDARD.encode(bytes)),
            (2, Wire::Bytes(bytes)) => value = json!(text(bytes)),
            _ => {}
        }
    }
    Ok((key, value))
}

fn instant(bytes: &[u8]) -> Result<Option<Value>, ProtobufError> {
    let (mut seconds, mut nanoseconds) = (0, 0);
    for part in Parts(bytes) {
        match part? {
            (1, Wire::Number(number)) => seconds = number.cast_signed(),
            (2, Wire::Number(number)) => nanoseconds = number.cast_signed(),
            _ => {}
        }
    }
    if (seconds, nanoseconds) == (0, 0) {
        return Ok(None);
    }
    let time = OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| ProtobufError::Shape)?;
    let nanoseconds = u32::try_from(nanoseconds).ok().and_then(|it| time.replace_nanosecond(it).ok());
    Ok(nanoseconds.and_then(|time| time.format(&Rfc3339).ok()).map(Value::String))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        let mut field = vec![number << 3 | 2, u8::try_from(bytes.len()).unwrap()];
        field.extend(bytes);
        field
    }

    fn body(kind: &str, raw: &[u8]) -> Vec<u8> {
        let type_meta = [field(1, b"v1"), field(2, kind.as_bytes())].concat();
        [MAGIC.to_vec(), field(1, &type_meta), field(2, raw)].concat()
    }

    #[test]
    fn a_secret_is_read() {
        let entry = [field(1, b"k"), field(2, b"\xff")].concat();
        let labels = [field(1, b"l"), field(2, b"m")].concat();
        let metadata = [field(1, b"n"), field(2, b""), field(11, &labels), field(8, b"")].concat();
        let raw = [field(1, &metadata), field(2, &entry), field(3, b"Opaque")].concat();
        let expected = json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "n", "labels": { "l": "m" } },
            "data": { "k": "/w==" }, "type": "Opaque",
        });
        assert_eq!(object(&body("Secret", &raw)).unwrap(), expected);
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        assert_eq!(object(b"{}"), Err(ProtobufError::Prefix));
        assert_eq!(object(&body("Pod", b"")), Err(ProtobufError::Kind("Pod".to_owned())));
        let whole = body("Secret", &field(1, &field(1, b"name")));
        for end in MAGIC.len()..whole.len() {
            // Whatever is cut off, it is an error or a smaller object, and no panic.
            _ = object(&whole[..end]);
        }
        assert_eq!(object(&body("Secret", &[10, 200])), Err(ProtobufError::Shape));
        assert_eq!(object(&body("Secret", &[8, 1])), Err(ProtobufError::Shape));
    }
}
