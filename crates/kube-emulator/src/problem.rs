//! What is wrong with a field, in the words of Kubernetes.

use serde_json::Value;

use crate::status::Cause;
use crate::text;

/// The kinds of problems for which the rest of an object is not looked at any further.
const BLOCKING: [&str; 5] = [
    "FieldValueNotSupported",
    "FieldValueRequired",
    "FieldValueTooLong",
    "FieldValueTooMany",
    "FieldValueTypeInvalid",
];

/// Whether rules are not asked because of this problem.
pub(crate) fn is_blocking(cause: &Cause) -> bool {
    BLOCKING.contains(&cause.reason)
}

/// A value that may not be.
pub(crate) fn invalid(field: impl Into<String>, value: &Value, detail: &str) -> Cause {
    Cause::new("FieldValueInvalid", format!("Invalid value: {}: {detail}", text::shown(value)), field)
}

/// A value that breaks a rule about the whole of it and is not shown.
pub(crate) fn broken_rule(field: impl Into<String>, detail: &str) -> Cause {
    Cause::new("FieldValueInvalid", format!("Invalid value: {detail}"), field)
}

/// A value of the wrong type.
pub(crate) fn type_invalid(field: impl Into<String>, type_name: &str, detail: &str) -> Cause {
    let message = format!("Invalid value: {}: {detail}", text::quoted(type_name));
    Cause::new("FieldValueTypeInvalid", message, field)
}

/// A value that has to be there.
pub(crate) fn required(field: impl Into<String>, detail: &str) -> Cause {
    let message =
        if detail.is_empty() { "Required value".to_owned() } else { format!("Required value: {detail}") };
    Cause::new("FieldValueRequired", message, field)
}

/// A value that is none of those allowed.
pub(crate) fn not_supported(field: impl Into<String>, value: &Value, supported: &[String]) -> Cause {
    let supported: Vec<String> = supported.iter().map(|value| text::quoted(value)).collect();
    let message =
        format!("Unsupported value: {}: supported values: {}", text::shown(value), supported.join(", "));
    Cause::new("FieldValueNotSupported", message, field)
}

/// A value that occurs twice where it may occur once.
pub(crate) fn duplicate(field: impl Into<String>, value: &Value) -> Cause {
    Cause::new("FieldValueDuplicate", format!("Duplicate value: {}", text::shown(value)), field)
}

/// A value that may not be given here.
pub(crate) fn forbidden(field: impl Into<String>, detail: &str) -> Cause {
    Cause::new("FieldValueForbidden", format!("Forbidden: {detail}"), field)
}

/// A text that is too long.
pub(crate) fn too_long(field: impl Into<String>, most: u64) -> Cause {
    let unit = if most == 1 { "byte" } else { "bytes" };
    Cause::new("FieldValueTooLong", format!("Too long: may not be more than {most} {unit}"), field)
}

/// A list that is too long.
pub(crate) fn too_many(field: impl Into<String>, actual: u64, most: u64) -> Cause {
    let unit = if most == 1 { "item" } else { "items" };
    Cause::new("FieldValueTooMany", format!("Too many: {actual}: must have at most {most} {unit}"), field)
}

/// Said in place of what the rules would say about an object that is wrong already.
pub(crate) fn rules_not_checked() -> Cause {
    let detail = "some validation rules were not checked because the object was invalid; correct the existing errors to \
                  complete validation";
    invalid("<nil>", &Value::Null, detail)
}
