//! The `MessagePack` form of values, as go-cty writes and reads it. Nothing is guessed: a value is read as the
//! type it should have, and numbers keep their decimal text.

use std::collections::BTreeMap;
use std::io::Cursor;

use rmp::Marker;
use rmp::decode::{self as from, RmpRead};
use rmp::encode as to;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::{DecodeError, MAX_NESTING, Number, Step, Type, Unknown, Value};

/// The extension code of an unknown value that carries refinements.
const REFINED: i8 = 12;

/// The longest extension that an unknown may carry, in bytes, as go-cty bounds it.
const MAX_REFINEMENT: u32 = 1024;

/// Reads one value of type `of`. No bytes at all are null, as the protocol says.
///
/// # Errors
/// Names the path of the part that is malformed, of the wrong type, missing, or too much.
pub fn decode(bytes: &[u8], of: &Type) -> Result<Value, DecodeError> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    let mut reader = Reader { input: Cursor::new(bytes), steps: Vec::new(), depth: 0 };
    let value = reader.value(of)?;
    if reader.remaining() > 0 {
        return Err(reader.error("is followed by more bytes"));
    }
    Ok(value)
}

/// Writes one value, however deep it is nested.
pub fn encode(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    // What is still to be written, the next one last: the depth of a value takes no stack.
    let mut rest = vec![Part::Value(value)];
    while let Some(part) = rest.pop() {
        match part {
            Part::Name(name) => write_text(&mut out, name),
            Part::Value(value) => write(&mut out, value, &mut rest),
        }
    }
    out
}

/// A piece of a value that is written.
enum Part<'a> {
    Name(&'a str),
    Value(&'a Value),
}

struct Reader<'a> {
    input: Cursor<&'a [u8]>,
    steps: Vec<Step>,
    depth: usize,
}

impl Reader<'_> {
    fn error(&self, what: impl Into<String>) -> DecodeError {
        DecodeError { path: self.steps.iter().cloned().collect(), what: what.into() }
    }

    fn truncated(&self) -> DecodeError {
        self.error("is cut short")
    }

    fn remaining(&self) -> usize {
        self.input.get_ref().len().saturating_sub(self.position())
    }

    fn position(&self) -> usize {
        usize::try_from(self.input.position()).unwrap_or(usize::MAX)
    }

    fn peek(&self) -> Result<Marker, DecodeError> {
        let byte = self.input.get_ref().get(self.position()).ok_or_else(|| self.truncated())?;
        Ok(Marker::from_u8(*byte))
    }

    fn value(&mut self, of: &Type) -> Result<Value, DecodeError> {
        let marker = self.peek()?;
        match marker {
            Marker::Null => {
                from::read_nil(&mut self.input).map_err(|_| self.truncated())?;
                return Ok(Value::Null);
            }
            Marker::FixExt1
            | Marker::FixExt2
            | Marker::FixExt4
            | Marker::FixExt8
            | Marker::FixExt16
            | Marker::Ext8
            | Marker::Ext16
            | Marker::Ext32 => return self.unknown(),
            _ => {}
        }
        if self.depth > MAX_NESTING {
            return Err(self.error(format!("is nested more than {MAX_NESTING} levels deep")));
        }
        self.depth += 1;
        let value = self.known(marker, of);
        self.depth -= 1;
        value
    }

    fn known(&mut self, marker: Marker, of: &Type) -> Result<Value, DecodeError> {
        match of {
            Type::String => self.text().map(Value::String),
            Type::Bool => {
                from::read_bool(&mut self.input).map(Value::Bool).map_err(|_| self.error("is not a bool"))
            }
            Type::Number => self.number(marker).map(Value::Number),
            Type::List(element) => self.elements(element).map(Value::List),
            Type::Set(element) => self.elements(element).map(Value::Set),
            Type::Tuple(elements) => self.tuple(elements),
            Type::Map(element) => self.map(element),
            Type::Object(attributes) => self.object(attributes),
            Type::Dynamic => self.dynamic(),
        }
    }

    fn unknown(&mut self) -> Result<Value, DecodeError> {
        let meta = from::read_ext_meta(&mut self.input).map_err(|_| self.truncated())?;
        if meta.size > MAX_REFINEMENT || (meta.typeid != REFINED && meta.size > 1) {
            return Err(self.error(format!("has an extension of the unknown kind {}", meta.typeid)));
        }
        let payload = self.bytes(meta.size)?;
        Ok(Value::Unknown(Unknown { raw: Some((meta.typeid, payload)) }))
    }

    fn bytes(&mut self, length: u32) -> Result<Vec<u8>, DecodeError> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        // Checked before anything is allocated: the length is the sender's claim.
        if length > self.remaining() {
            return Err(self.truncated());
        }
        let mut bytes = vec![0; length];
        self.input.read_exact_buf(&mut bytes).map_err(|_| self.truncated())?;
        Ok(bytes)
    }

    fn text(&mut self) -> Result<String, DecodeError> {
        let length = from::read_str_len(&mut self.input).map_err(|_| self.error("is not a string"))?;
        let bytes = self.bytes(length)?;
        String::from_utf8(bytes).map_err(|_| self.error("is not UTF-8"))
    }

    fn number(&mut self, marker: Marker) -> Result<Number, DecodeError> {
        let refused = "is not a number";
        let parsed = match marker {
            Marker::F32 => {
                let float = from::read_f32(&mut self.input).map_err(|_| self.truncated())?;
                Number::from_f64(f64::from(float))
            }
            Marker::F64 => {
                let float = from::read_f64(&mut self.input).map_err(|_| self.truncated())?;
                Number::from_f64(float)
            }
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => self.text()?.parse().ok(),
            Marker::U64 => Some(Number::from(from::read_u64(&mut self.input).map_err(|_| self.truncated())?)),
            _ => from::read_int::<i64, _>(&mut self.input).ok().map(Number::from),
        };
        parsed.ok_or_else(|| self.error(refused))
    }

    fn length(&mut self) -> Result<u32, DecodeError> {
        let length =
            from::read_array_len(&mut self.input).map_err(|_| self.error("is not a list, set or tuple"))?;
        // Each element takes a byte at least.
        if usize::try_from(length).unwrap_or(usize::MAX) > self.remaining() {
            return Err(self.truncated());
        }
        Ok(length)
    }

    fn elements(&mut self, element: &Type) -> Result<Vec<Value>, DecodeError> {
        (0..self.length()?).map(|index| self.below(position(index), element)).collect()
    }

    fn tuple(&mut self, elements: &[Type]) -> Result<Value, DecodeError> {
        let length = self.length()?;
        if usize::try_from(length).unwrap_or(usize::MAX) != elements.len() {
            return Err(self.error(format!("has {length} elements where {} belong", elements.len())));
        }
        let values: Result<_, _> =
            (0..length).zip(elements).map(|(index, element)| self.below(position(index), element)).collect();
        values.map(Value::List)
    }

    fn below(&mut self, step: Step, of: &Type) -> Result<Value, DecodeError> {
        self.steps.push(step);
        let value = self.value(of)?;
        self.steps.pop();
        Ok(value)
    }

    fn members(&mut self) -> Result<u32, DecodeError> {
        from::read_map_len(&mut self.input).map_err(|_| self.error("is not a map or object"))
    }

    fn map(&mut self, element: &Type) -> Result<Value, DecodeError> {
        let mut members = BTreeMap::new();
        for _ in 0..self.members()? {
            let key = self.text()?;
            let value = self.below(Step::Key(key.clone()), element)?;
            members.insert(key, value);
        }
        Ok(Value::Map(members))
    }

    fn object(&mut self, attributes: &BTreeMap<String, Type>) -> Result<Value, DecodeError> {
        let mut members = BTreeMap::new();
        for _ in 0..self.members()? {
            let name = self.text()?;
            let Some(of) = attributes.get(&name) else {
                return Err(self.error(format!("has an attribute {name:?} that its type does not have")));
            };
            let value = self.below(Step::Attribute(name.clone()), of)?;
            members.insert(name, value);
        }
        match attributes.keys().find(|name| !members.contains_key(*name)) {
            Some(missing) => Err(self.error(format!("lacks the attribute {missing:?}"))),
            None => Ok(Value::Map(members)),
        }
    }

    fn dynamic(&mut self) -> Result<Value, DecodeError> {
        if self.length()? != 2 {
            return Err(self.error("is not a pair of a type and a value"));
        }
        let text = match self.peek()? {
            Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => {
                let length = from::read_bin_len(&mut self.input).map_err(|_| self.truncated())?;
                self.bytes(length)?
            }
            _ => self.text()?.into_bytes(),
        };
        let of = Type::from_json(&text).map_err(|error| self.error(error.to_string()))?;
        let value = self.value(&of)?;
        Ok(Value::Dynamic(Box::new((of, value))))
    }
}

fn position(index: u32) -> Step {
    Step::Index(usize::try_from(index).unwrap_or(usize::MAX))
}

/// Writes a value but for what it holds, which is added to `rest`.
fn write<'a>(out: &mut Vec<u8>, value: &'a Value, rest: &mut Vec<Part<'a>>) {
    // Writing into a Vec cannot fail.
    match value {
        Value::Null => out.push(Marker::Null.to_u8()),
        Value::Unknown(unknown) => write_unknown(out, unknown),
        Value::Bool(true) => out.push(Marker::True.to_u8()),
        Value::Bool(false) => out.push(Marker::False.to_u8()),
        Value::Number(number) => write_number(out, number),
        Value::String(text) => write_text(out, text),
        Value::List(elements) | Value::Set(elements) => {
            write_array_length(out, elements.len());
            rest.extend(elements.iter().rev().map(Part::Value));
        }
        Value::Map(members) => {
            let length = u32::try_from(members.len()).unwrap_or(u32::MAX);
            ok(to::write_map_len(out, length));
            let parts = members.iter().rev();
            rest.extend(parts.flat_map(|(name, member)| [Part::Value(member), Part::Name(name)]));
        }
        Value::Dynamic(typed) => {
            write_array_length(out, 2);
            ok(to::write_bin(out, &typed.0.to_json()));
            rest.push(Part::Value(&typed.1));
        }
    }
}

fn write_array_length(out: &mut Vec<u8>, length: usize) {
    ok(to::write_array_len(out, u32::try_from(length).unwrap_or(u32::MAX)));
}

fn write_unknown(out: &mut Vec<u8>, unknown: &Unknown) {
    // An unknown without promises is an extension of type 0 with one zero byte.
    let (code, payload) = match &unknown.raw {
        Some((code, payload)) => (*code, payload.as_slice()),
        None => (0, [0].as_slice()),
    };
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    ok(to::write_ext_meta(out, length, code));
    out.extend_from_slice(payload);
}

fn write_number(out: &mut Vec<u8>, number: &Number) {
    if let Some(integer) = number.as_i64() {
        ok(to::write_sint(out, integer));
    } else if let Some(float) = number.as_exact_fraction() {
        ok(to::write_f64(out, float));
    } else {
        let plain = number.plain_integer();
        write_text(out, plain.as_deref().unwrap_or(number.as_str()));
    }
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    // Terraform compares text in normal form C and normalises what it reads itself.
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        ok(to::write_str(out, text));
    } else {
        let normal: String = text.nfc().collect();
        ok(to::write_str(out, &normal));
    }
}

fn ok<T, E: std::fmt::Debug>(result: Result<T, E>) -> T {
    result.expect("writing into a Vec cannot fail")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{MAX_NESTING, Number, Path, Type, Value};
    use super::{decode, encode};

    fn check(value: &Value, of: &Type, bytes: &[u8]) {
        assert_eq!(encode(value), bytes, "{value:?}");
        assert_eq!(&decode(bytes, of).unwrap(), value);
    }

    fn number(text: &str) -> Value {
        Value::Number(text.parse().unwrap())
    }

    #[test]
    fn golden_bytes_of_scalars() {
        check(&Value::Null, &Type::String, &[0xc0]);
        check(&Value::Bool(false), &Type::Bool, &[0xc2]);
        check(&Value::Bool(true), &Type::Bool, &[0xc3]);
        check(&number("7"), &Type::Number, &[0x07]);
        check(&number("-1"), &Type::Number, &[0xff]);
        check(&number("1.5"), &Type::Number, &[0xcb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]);
        check(&number("0.1"), &Type::Number, b"\xa30.1");
        check(&number("18446744073709551615"), &Type::Number, b"\xb418446744073709551615");
        check(&number("1e30"), &Type::Number, b"\xbf1000000000000000000000000000000");
        check(&Value::string("caf\u{e9}"), &Type::String, b"\xa5caf\xc3\xa9");
        check(&Value::unknown(), &Type::String, &[0xd4, 0x00, 0x00]);
    }

    #[test]
    fn golden_bytes_of_collections() {
        let of = Type::object([("a", Type::list(Type::Number)), ("b", Type::map(Type::Bool))]);
        let value = Value::object([
            ("a", Value::List(vec![number("1"), Value::Null])),
            ("b", Value::object([("x", Value::Bool(true))])),
        ]);
        check(&value, &of, b"\x82\xa1a\x92\x01\xc0\xa1b\x81\xa1x\xc3");
        let dynamic = Value::Dynamic(Box::new((Type::String, Value::string("v"))));
        check(&dynamic, &Type::Dynamic, b"\x92\xc4\x08\"string\"\xa1v");
        check(&Value::Null, &Type::Dynamic, &[0xc0]);
    }

    #[test]
    fn a_refined_unknown_travels_verbatim() {
        let refined = b"\xc7\x09\x0c\x82\x01\xc2\x02\xa4pre-";
        let value = decode(refined, &Type::String).unwrap();
        assert!(value.is_unknown());
        assert_eq!(encode(&value), refined);
        assert_eq!(value, Value::unknown());
    }

    #[test]
    fn a_third_keeps_its_155_digits() {
        let text = format!("0.{}", "3".repeat(155));
        let bytes = encode(&number(&text));
        assert_eq!(bytes[0], 0xd9, "a string of 157 bytes");
        assert_eq!(decode(&bytes, &Type::Number).unwrap(), number(&text));
    }

    #[test]
    fn text_is_written_in_normal_form_c() {
        assert_eq!(encode(&Value::string("e\u{301}")), b"\xa2\xc3\xa9");
    }

    #[test]
    fn errors_name_the_attribute() {
        let of = Type::object([("endpoints", Type::map(Type::object([("weight", Type::Number)])))]);
        let bytes = b"\x81\xa9endpoints\x81\xa4east\x81\xa6weight\xc3";
        let error = decode(bytes, &of).unwrap_err();
        assert_eq!(error.path, Path::new("endpoints").key("east").attribute("weight"));
        assert_eq!(error.to_string(), r#"endpoints["east"].weight: is not a number"#);
        let missing = decode(b"\x81\xa9endpoints\x81\xa4east\x80", &of).unwrap_err();
        assert_eq!(missing.to_string(), r#"endpoints["east"]: lacks the attribute "weight""#);
        let more = decode(b"\x81\xa1x\xc0", &of).unwrap_err();
        assert_eq!(more.to_string(), r#"has an attribute "x" that its type does not have"#);
    }

    #[test]
    fn what_is_wrong_goes_on_from_the_name_of_the_value() {
        let refused = |bytes: &[u8]| decode(bytes, &Type::String).unwrap_err().to_string();
        assert_eq!(refused(b"\xa3ab"), "is cut short");
        assert_eq!(refused(b"\xa2abc"), "is followed by more bytes");
    }

    #[test]
    fn a_claimed_length_allocates_nothing() {
        assert!(decode(b"\xdd\xff\xff\xff\xff", &Type::list(Type::Bool)).is_err());
        assert!(decode(b"\xdb\xff\xff\xff\xff", &Type::String).is_err());
        assert!(decode(b"\xc9\xff\xff\xff\xff\x0c", &Type::String).is_err());
    }

    /// So many levels of values of any type, and a null.
    fn dynamic(levels: usize) -> Vec<u8> {
        let mut bytes = b"\x92\xc4\x09\"dynamic\"".repeat(levels);
        bytes.push(0xc0);
        bytes
    }

    #[test]
    fn deep_nesting_is_refused_whatever_the_depth() {
        assert!(decode(&dynamic(100), &Type::Dynamic).is_ok());
        for levels in [MAX_NESTING + 2, 20_000, 1_000_000] {
            let error = decode(&dynamic(levels), &Type::Dynamic).unwrap_err();
            assert_eq!(error.to_string(), "is nested more than 128 levels deep", "{levels}");
        }
    }

    #[test]
    fn a_value_of_any_depth_is_written() {
        for levels in [20_000, 1_000_000] {
            let mut value = Value::Null;
            for _ in 0..levels {
                value = Value::Dynamic(Box::new((Type::Dynamic, value)));
            }
            assert!(encode(&value) == dynamic(levels), "{levels}");
            // Taken apart level by level: dropping it as a whole would take a stack as deep.
            while let Value::Dynamic(typed) = value {
                value = typed.1;
            }
        }
    }

    #[test]
    fn every_way_to_write_a_number_is_read() {
        for (bytes, expected) in [
            (b"\xcc\xff".as_slice(), "255"),
            (b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff", "18446744073709551615"),
            (b"\xd3\x80\x00\x00\x00\x00\x00\x00\x00", "-9223372036854775808"),
            (b"\xca\x3f\xc0\x00\x00", "1.5"),
            (b"\xa41e30", "1e30"),
        ] {
            let value = decode(bytes, &Type::Number).unwrap();
            assert_eq!(value, number(expected), "{expected}");
        }
        let infinite = decode(b"\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00", &Type::Number).unwrap();
        assert_eq!(encode(&infinite), b"\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00");
        assert!(decode(b"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x01", &Type::Number).is_err());
    }

    fn typed_value() -> impl Strategy<Value = (Type, Value)> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(|value| (Type::Bool, Value::Bool(value))),
            any::<i64>().prop_map(|value| (Type::Number, Value::integer(value))),
            "-?[0-9]{1,30}\\.[0-9]{1,30}".prop_map(|text| (Type::Number, number(&text))),
            any::<f64>().prop_filter_map("finite", |float| {
                float.is_finite().then_some(())?;
                Some((Type::Number, Value::Number(Number::from_f64(float)?)))
            }),
            "[a-z]{0,40}".prop_map(|text| (Type::String, Value::String(text))),
            Just((Type::String, Value::Null)),
            Just((Type::Number, Value::unknown())),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                (inner.clone(), 0..4_usize)
                    .prop_map(|((of, value), times)| (Type::list(of), Value::List(vec![value; times]))),
                (inner.clone(), 0..3_usize)
                    .prop_map(|((of, value), times)| (Type::set(of), Value::Set(vec![value; times]))),
                inner.clone().prop_map(|(of, value)| (Type::Dynamic, Value::Dynamic(Box::new((of, value))))),
                prop::collection::vec(inner, 0..4).prop_map(|members| {
                    let named = members.into_iter().enumerate();
                    let (types, values): (Vec<_>, Vec<_>) = named
                        .map(|(index, (of, value))| ((format!("a{index}"), of), (format!("a{index}"), value)))
                        .unzip();
                    (Type::object(types), Value::object(values))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn decoding_what_was_encoded_gives_the_same((of, value) in typed_value()) {
            let bytes = encode(&value);
            let back = decode(&bytes, &of).unwrap();
            prop_assert_eq!(&back, &value);
            prop_assert_eq!(encode(&back), bytes);
        }

        #[test]
        fn any_bytes_are_read_or_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let of = Type::object([("a", Type::Dynamic), ("b", Type::list(Type::Number))]);
            let _ = decode(&bytes, &of);
            let _ = decode(&bytes, &Type::Dynamic);
        }
    }
}
