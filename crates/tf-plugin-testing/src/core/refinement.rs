//! The promises that come with an unknown value, and whether the value that it became keeps them.

use std::io::{Cursor, Read as _};

use rmp::Marker;
use rmp::decode as from;
use tf_plugin::cty::{Unknown, Value};

/// The extension code of an unknown value with promises.
const REFINED: i8 = 12;

/// What is promised of an unknown value.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Refinements {
    null: Option<bool>,
    prefix: Option<String>,
    lower: Option<Bound>,
    upper: Option<Bound>,
    shortest: Option<usize>,
    longest: Option<usize>,
}

/// A number, and whether the value may be that number itself.
#[derive(Debug, PartialEq)]
struct Bound {
    number: f64,
    inclusive: bool,
}

impl Refinements {
    /// What comes with `unknown`, if anything that can be read does.
    pub(super) fn from_unknown(unknown: &Unknown) -> Option<Self> {
        let (REFINED, payload) = unknown.refinements()? else { return None };
        let mut input = Cursor::new(payload);
        let mut read = Self::default();
        for _ in 0..from::read_map_len(&mut input).ok()? {
            match from::read_int::<u8, _>(&mut input).ok()? {
                1 => read.null = Some(from::read_bool(&mut input).ok()?),
                2 => read.prefix = Some(text(&mut input)?),
                3 => read.lower = Some(bound(&mut input)?),
                4 => read.upper = Some(bound(&mut input)?),
                5 => read.shortest = Some(from::read_int(&mut input).ok()?),
                6 => read.longest = Some(from::read_int(&mut input).ok()?),
                // What later versions promise cannot be told from here.
                _ => return Some(read),
            }
        }
        Some(read)
    }
}

fn text(input: &mut Cursor<&[u8]>) -> Option<String> {
    let length = from::read_str_len(input).ok()?;
    let mut bytes = Vec::new();
    input.take(u64::from(length)).read_to_end(&mut bytes).ok()?;
    String::from_utf8(bytes).ok()
}

fn bound(input: &mut Cursor<&[u8]>) -> Option<Bound> {
    if from::read_array_len(input).ok()? != 2 {
        return None;
    }
    Some(Bound { number: number(input)?, inclusive: from::read_bool(input).ok()? })
}

fn number(input: &mut Cursor<&[u8]>) -> Option<f64> {
    let at = usize::try_from(input.position()).ok()?;
    match Marker::from_u8(*input.get_ref().get(at)?) {
        Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => text(input)?.parse().ok(),
        Marker::F32 => from::read_f32(input).ok().map(f64::from),
        Marker::F64 => from::read_f64(input).ok(),
        _ => from::read_int::<i64, _>(input).ok()?.to_string().parse().ok(),
    }
}

/// The promise that `actual` breaks, if it breaks one.
pub(super) fn broken(promised: &Refinements, actual: &Value) -> Option<String> {
    match actual {
        // A plan may promise less than the first did; only final values are judged.
        Value::Unknown(_) => return None,
        Value::Null => return (promised.null == Some(false)).then(|| "not null was promised".to_owned()),
        _ if promised.null == Some(true) => return Some("null was promised".to_owned()),
        _ => {}
    }
    match actual {
        Value::String(text) => {
            let prefix = promised.prefix.as_ref().filter(|prefix| !text.starts_with(prefix.as_str()))?;
            Some(format!("a text that begins with {prefix:?} was promised"))
        }
        Value::List(elements) | Value::Set(elements) => length(promised, elements.len()),
        Value::Map(members) => length(promised, members.len()),
        Value::Number(number) => {
            let number: f64 = number.as_str().parse().ok()?;
            let beyond = |bound: &Option<Bound>, below: bool| {
                let bound = bound.as_ref()?;
                let limit = bound.number;
                let outside = if below { number < limit } else { number > limit };
                let on_limit = number.total_cmp(&limit).is_eq() && !bound.inclusive;
                (outside || on_limit).then(|| format!("a number bounded by {} was promised", bound.number))
            };
            beyond(&promised.lower, true).or_else(|| beyond(&promised.upper, false))
        }
        _ => None,
    }
}

fn length(promised: &Refinements, length: usize) -> Option<String> {
    let too_short = promised.shortest.is_some_and(|shortest| length < shortest);
    let too_long = promised.longest.is_some_and(|longest| length > longest);
    (too_short || too_long).then(|| "another number of elements was promised".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Refinements, broken};
    use tf_plugin::cty::{Type, Value, msgpack};

    /// `payload` is the map of promises; checks values that keep and that break them.
    fn check(payload: &[u8], keeps: &[Value], breaks: &[Value]) {
        let mut bytes = vec![0xc7, u8::try_from(payload.len()).unwrap(), 12];
        bytes.extend_from_slice(payload);
        let Ok(Value::Unknown(unknown)) = msgpack::decode(&bytes, &Type::String) else { panic!("{bytes:?}") };
        let promised = Refinements::from_unknown(&unknown).unwrap();
        for value in keeps {
            assert_eq!(broken(&promised, value), None, "{value:?}");
        }
        for value in breaks {
            assert!(broken(&promised, value).is_some(), "{value:?} breaks {promised:?}");
        }
    }

    fn numbers(each: &[i64]) -> Vec<Value> {
        each.iter().map(|number| Value::integer(*number)).collect()
    }

    #[test]
    fn every_promise_is_read_and_held_against_the_value() {
        check(b"\x81\x01\xc2", &[Value::string("x")], &[Value::Null]);
        check(b"\x81\x01\xc3", &[Value::Null], &[Value::string("x")]);
        check(b"\x82\x01\xc2\x02\xa4pre-", &[Value::string("pre-x")], &[Value::string("post"), Value::Null]);
        check(b"\x81\x03\x92\x05\xc3", &numbers(&[5, 6]), &numbers(&[4]));
        check(b"\x81\x03\x92\x05\xc2", &numbers(&[6]), &numbers(&[5]));
        check(b"\x82\x03\x92\xa30.1\xc3\x04\x92\x09\xc2", &numbers(&[1, 8]), &numbers(&[0, 9]));
        let list = |length| Value::List(vec![Value::Null; length]);
        check(b"\x82\x05\x01\x06\x02", &[list(1), list(2)], &[list(0), list(3)]);
    }

    #[test]
    fn without_promises_there_are_none() {
        let Value::Unknown(plain) = Value::unknown() else { unreachable!() };
        assert_eq!(Refinements::from_unknown(&plain), None);
    }
}
