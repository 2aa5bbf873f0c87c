//! The bytes of values as Terraform writes them, beside those that the codec's own tests hold.
#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use tf_plugin::cty::{Type, Value, json, msgpack};

/// Both directions.
fn check(value: &Value, of: &Type, bytes: &[u8]) {
    assert_eq!(msgpack::encode(value), bytes, "{value:?}");
    check_read(bytes, of, value);
}

/// What is read only: Terraform may write it so, and we write it in another way.
fn check_read(bytes: &[u8], of: &Type, value: &Value) {
    assert_eq!(&msgpack::decode(bytes, of).unwrap(), value);
}

/// What is refused, and why.
fn check_refused(bytes: &[u8], of: &Type, why: &str) {
    assert_eq!(msgpack::decode(bytes, of).unwrap_err().to_string(), why);
}

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

fn dynamic(of: Type, value: Value) -> Value {
    Value::Dynamic(Box::new((of, value)))
}

fn numbers(each: &[i64]) -> Vec<Value> {
    each.iter().map(|each| Value::integer(*each)).collect()
}

#[test]
fn integers_take_the_smallest_form() {
    for (text, bytes) in [
        ("0", b"\x00".as_slice()),
        ("127", b"\x7f"),
        ("128", b"\xcc\x80"),
        ("256", b"\xcd\x01\x00"),
        ("65536", b"\xce\x00\x01\x00\x00"),
        ("4294967296", b"\xcf\x00\x00\x00\x01\x00\x00\x00\x00"),
        ("9223372036854775807", b"\xcf\x7f\xff\xff\xff\xff\xff\xff\xff"),
        ("-32", b"\xe0"),
        ("-33", b"\xd0\xdf"),
        ("-129", b"\xd1\xff\x7f"),
        ("-32769", b"\xd2\xff\xff\x7f\xff"),
        ("-9223372036854775808", b"\xd3\x80\x00\x00\x00\x00\x00\x00\x00"),
    ] {
        check(&number(text), &Type::Number, bytes);
    }
}

#[test]
fn integers_beyond_64_bits_are_text() {
    check(&number("9223372036854775808"), &Type::Number, b"\xb39223372036854775808");
    check(&number("-9223372036854775809"), &Type::Number, b"\xb4-9223372036854775809");
}

#[test]
fn fractions_are_floats_where_a_float_is_exact() {
    check(&number("-0.5"), &Type::Number, b"\xcb\xbf\xe0\x00\x00\x00\x00\x00\x00");
    check(&number("0.3"), &Type::Number, b"\xa30.3");
    check(&number("-Inf"), &Type::Number, b"\xcb\xff\xf0\x00\x00\x00\x00\x00\x00");
}

#[test]
fn a_whole_number_may_come_as_a_float() {
    check_read(b"\xcb\x40\x00\x00\x00\x00\x00\x00\x00", &Type::Number, &number("2"));
    check_read(b"\xcb\x80\x00\x00\x00\x00\x00\x00\x00", &Type::Number, &number("0"));
}

#[test]
fn the_float_nearest_to_a_tenth_is_a_tenth() {
    check_read(b"\xcb\x3f\xb9\x99\x99\x99\x99\x99\x9a", &Type::Number, &number("0.1"));
}

#[test]
fn text_takes_the_smallest_form() {
    check(&Value::string(""), &Type::String, b"\xa0");
    let long = "x".repeat(32);
    check(&Value::string(long.as_str()), &Type::String, &[b"\xd9\x20", long.as_bytes()].concat());
    let longer = "x".repeat(256);
    check(&Value::string(longer.as_str()), &Type::String, &[b"\xda\x01\x00", longer.as_bytes()].concat());
}

#[test]
fn lists_sets_and_tuples_are_arrays() {
    check(&Value::List(numbers(&[1, 2])), &Type::list(Type::Number), b"\x92\x01\x02");
    check(&Value::Set(numbers(&[1, 2])), &Type::set(Type::Number), b"\x92\x01\x02");
    check_read(b"\x92\x02\x01", &Type::set(Type::Number), &Value::Set(numbers(&[1, 2])));
    let tuple = Type::Tuple(vec![Type::Number, Type::Bool]);
    check(&Value::List(vec![Value::integer(1), Value::Bool(true)]), &tuple, b"\x92\x01\xc3");
    check_refused(b"\x91\x01", &tuple, "has 1 elements where 2 belong");
    check(&Value::List(Vec::new()), &Type::list(Type::Number), b"\x90");
    let seventeen = Value::List(vec![Value::Bool(true); 17]);
    check(&seventeen, &Type::list(Type::Bool), &[b"\xdc\x00\x11".as_slice(), &[0xc3; 17]].concat());
}

#[test]
fn maps_and_objects_are_written_in_order_and_read_in_any() {
    let of = Type::map(Type::Number);
    let value = Value::object([("b", Value::integer(2)), ("a", Value::integer(1))]);
    check(&value, &of, b"\x82\xa1a\x01\xa1b\x02");
    check_read(b"\x82\xa1b\x02\xa1a\x01", &of, &value);
    let object = Type::object([("b", Type::Number), ("a", Type::Number)]);
    check(&value, &object, b"\x82\xa1a\x01\xa1b\x02");
    check_read(b"\x82\xa1b\x02\xa1a\x01", &object, &value);
    check_refused(b"\x81\xa1a\x01", &object, "lacks the attribute \"b\"");
}

#[test]
fn unknown_values_stand_anywhere() {
    let list = Value::List(vec![Value::unknown(), Value::integer(1)]);
    check(&list, &Type::list(Type::Number), b"\x92\xd4\x00\x00\x01");
    check(&Value::unknown(), &Type::list(Type::Number), b"\xd4\x00\x00");
    check(&Value::unknown(), &Type::object([("a", Type::Bool)]), b"\xd4\x00\x00");
}

#[test]
fn values_of_any_type_carry_it() {
    check(&Value::unknown(), &Type::Dynamic, b"\xd4\x00\x00");
    let unknown_text = dynamic(Type::String, Value::unknown());
    check(&unknown_text, &Type::Dynamic, b"\x92\xc4\x08\"string\"\xd4\x00\x00");
    let null_text = dynamic(Type::String, Value::Null);
    check(&null_text, &Type::Dynamic, b"\x92\xc4\x08\"string\"\xc0");
    check_read(b"\x92\xa8\"string\"\xa1v", &Type::Dynamic, &dynamic(Type::String, Value::string("v")));
    let list = dynamic(Type::list(Type::Bool), Value::List(vec![Value::Bool(true)]));
    check(&list, &Type::Dynamic, b"\x92\xc4\x0f[\"list\",\"bool\"]\x91\xc3");
}

#[test]
fn each_promise_of_an_unknown_travels_verbatim() {
    for bytes in [
        b"\xc7\x03\x0c\x81\x01\xc2".as_slice(),
        b"\xc7\x0b\x0c\x83\x01\xc2\x03\x92\x00\xc3\x04\x92\x0a\xc2",
        b"\xc7\x07\x0c\x83\x01\xc2\x05\x01\x06\x05",
        // Whatever a later version promises.
        b"\xc7\x03\x0c\x81\x63\xc3",
        b"\xd4\x07\x00",
    ] {
        let value = msgpack::decode(bytes, &Type::Number).unwrap();
        assert!(value.is_unknown(), "{bytes:?}");
        assert_eq!(msgpack::encode(&value), bytes);
    }
    let long = [b"\xc8\x04\x00\x0c".as_slice(), &[0; 1024]].concat();
    assert_eq!(msgpack::encode(&msgpack::decode(&long, &Type::String).unwrap()), long);
}

#[test]
fn other_extensions_are_refused() {
    check_refused(b"\xd5\x05\x00\x00", &Type::String, "has an extension of the unknown kind 5");
    let too_long = [b"\xc8\x04\x01\x0c".as_slice(), &[0; 1025]].concat();
    check_refused(&too_long, &Type::String, "has an extension of the unknown kind 12");
}

#[test]
fn the_json_form_holds_the_same_values() {
    let of = Type::object([("n", Type::Number), ("s", Type::set(Type::String)), ("d", Type::Dynamic)]);
    let text = br#"{"n": 1e400, "s": ["b", "a"], "d": {"value": [1], "type": ["list", "number"]}}"#;
    let expected = Value::object([
        ("n", number("1e400")),
        ("s", Value::Set(vec![Value::string("a"), Value::string("b")])),
        ("d", dynamic(Type::list(Type::Number), Value::List(numbers(&[1])))),
    ]);
    assert_eq!(json::decode(text, &of).unwrap(), expected);
}
