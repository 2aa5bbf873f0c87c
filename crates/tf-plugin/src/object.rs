//! Structs as objects: each field is an attribute or block of the same name.

use std::collections::BTreeMap;

use crate::cty::{self, DecodeError, Path};
use crate::schema::{Block, Schema};
use crate::value::Attribute;

/// A struct whose fields are the attributes and blocks of a schema. Written by [`crate::object!`].
pub trait Object: Attribute + Clone + PartialEq + Send + Sync + 'static {
    /// The attributes and blocks that the fields are declared as.
    fn block() -> Block;

    /// An object in which everything is null.
    fn null() -> Self;
}

impl Schema {
    /// The schema of a declared struct, of version 0.
    pub fn from_object<T: Object>() -> Self {
        Self::new(T::block())
    }
}

/// Reads a whole object.
///
/// # Errors
/// One for each attribute that cannot be read.
pub fn decode<T: Object>(value: cty::Value) -> Result<T, Vec<DecodeError>> {
    match decode_partly(value) {
        (Some(object), errors) if errors.is_empty() => Ok(object),
        (_, errors) => Err(errors),
    }
}

/// Reads an object as far as it can be read: an attribute that cannot is unknown, and has an error.
pub fn decode_partly<T: Object>(value: cty::Value) -> (Option<T>, Vec<DecodeError>) {
    let mut errors = Vec::new();
    let object = T::decode(value, &Path::root(), &mut errors);
    (object, errors)
}

/// The members of an object while it is read. For [`crate::object!`] only.
#[doc(hidden)]
pub struct Members<'a> {
    members: BTreeMap<String, cty::Value>,
    path: &'a Path,
}

impl<'a> Members<'a> {
    /// The members of `value`, which must be an object.
    pub fn new(value: cty::Value, path: &'a Path, errors: &mut Vec<DecodeError>) -> Option<Self> {
        if let cty::Value::Map(members) = value {
            return Some(Self { members, path });
        }
        errors.push(DecodeError::new(path, "must be an object"));
        None
    }

    /// Reads one member; one that is missing is null.
    pub fn read<T: Attribute>(&mut self, field: &str, errors: &mut Vec<DecodeError>) -> Option<T> {
        let name = name_of(field);
        let member = self.members.remove(name).unwrap_or(cty::Value::Null);
        T::decode(member, &self.path.attribute(name), errors)
    }
}

/// The attribute's name of a field: `r#type` is `type`.
#[doc(hidden)]
pub const fn name_of(field: &str) -> &str {
    match field.as_bytes() {
        [b'r', b'#', ..] => field.split_at(2).1,
        _ => field,
    }
}

/// Declares a struct and its schema at once. Each field is a [`crate::Value`], and an attribute of the same name, whose
/// type follows from the field's. What else the schema says of it stands behind the type, as the methods of
/// [`crate::schema::Attribute`]. A field of structs can be a `block`, with the methods of
/// [`crate::schema::NestedBlock`].
///
/// The documents of the fields are those of the schema. Their first paragraphs say what the attributes are, and stand in
/// data sources of the same struct too; further ones are for who sets the attribute.
///
/// ```
/// use tf_plugin::schema::Schema;
/// use tf_plugin::{Value, object};
///
/// object! {
///     /// How a profile answers in DNS.
///     pub struct DnsConfig {
///         /// The host part of its name.
///         pub relative_name: Value<String> => [required, replaces],
///         /// The time to live of responses in seconds.
///         ///
///         /// Defaults to `30`.
///         pub ttl: Value<i64> => [default(30)],
///     }
/// }
///
/// object! {
///     /// Manages a profile.
///     pub struct Profile {
///         /// The name of the profile.
///         pub name: Value<String> => [required],
///         /// Its DNS settings.
///         pub dns_config: Value<Vec<DnsConfig>> => [block, items(1, 1)],
///         /// The DNS name.
///         pub fqdn: Value<String> => [computed],
///     }
/// }
///
/// assert!(Schema::from_object::<Profile>().problems().is_empty());
/// ```
#[macro_export]
macro_rules! object {
    ($(#[doc = $about:expr])* $vis:vis struct $name:ident {
        $(
            $(#[doc = $document:expr])*
            $field_vis:vis $field:ident : $type:ty $(=> [$($option:tt)*])?
        ),* $(,)?
    }) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, PartialEq)]
        #[allow(clippy::struct_field_names, reason = "the names are those of the schema")]
        $vis struct $name {
            $($(#[doc = $document])* $field_vis $field: $type,)*
        }

        impl $crate::value::Attribute for $name {
            #[allow(unused_mut, reason = "a struct may have no fields")]
            fn decode(
                value: $crate::cty::Value,
                path: &$crate::cty::Path,
                errors: &mut Vec<$crate::cty::DecodeError>,
            ) -> Option<Self> {
                let mut members = $crate::object::Members::new(value, path, errors)?;
                // Every field is read before any is asked for, so that all errors are collected.
                $(let $field = members.read::<$type>(stringify!($field), errors);)*
                Some(Self { $($field: $field?,)* })
            }

            fn encode(self) -> $crate::cty::Value {
                $crate::cty::Value::object::<&str>([
                    $((
                        $crate::object::name_of(stringify!($field)),
                        $crate::value::Attribute::encode(self.$field),
                    ),)*
                ])
            }

            fn shape() -> $crate::schema::Shape {
                $crate::schema::Shape::Objects(
                    $crate::schema::Nesting::Single,
                    <Self as $crate::object::Object>::block(),
                )
            }
        }

        impl $crate::object::Object for $name {
            fn block() -> $crate::schema::Block {
                $crate::schema::Block::declared(&[$($about),*], vec![
                    $($crate::object_member!(
                        $type,
                        $crate::object::name_of(stringify!($field)),
                        &[$($document),*],
                        $($($option)*)?
                    ),)*
                ])
            }

            fn null() -> Self {
                Self { $($field: $crate::Value::Null,)* }
            }
        }
    };
}

/// An attribute or block of a struct. For [`crate::object!`] only.
#[doc(hidden)]
#[macro_export]
macro_rules! object_member {
    ($type:ty, $name:expr, $document:expr, block $(, $option:ident $(($($argument:tt)*))?)* $(,)?) => {
        $crate::schema::Member::from(
            $crate::schema::NestedBlock::declared($name, $document, <$type as $crate::value::Attribute>::shape())
                $(.$option($($($argument)*)?))*
        )
    };
    ($type:ty, $name:expr, $document:expr, $($option:ident $(($($argument:tt)*))?),* $(,)?) => {
        $crate::schema::Member::from(
            $crate::schema::Attribute::declared($name, $document, <$type as $crate::value::Attribute>::shape())
                $(.$option($($($argument)*)?))*
        )
    };
}

#[cfg(test)]
mod tests {
    use super::{Object, decode};
    use crate::Value;
    use crate::cty;
    use crate::value::Attribute as _;

    object! {
        struct Monitor {
            r#type: Value<String>,
            port: Value<i64>,
        }
    }

    object! {
        struct Profile {
            name: Value<String>,
            monitor: Value<Vec<Monitor>>,
        }
    }

    #[test]
    fn a_struct_comes_back_as_it_was() {
        let profile = Profile {
            name: "shop".into(),
            monitor: Value::Known(vec![Monitor { r#type: "TCP".into(), port: Value::unknown() }]),
        };
        assert_eq!(decode(profile.clone().encode()), Ok(profile));
        assert!(Monitor::block().names().eq(["type", "port"]));
        assert_eq!(decode(Profile::null().encode()), Ok(Profile::null()));
    }

    #[test]
    fn all_errors_are_collected_with_their_paths() {
        let monitor = cty::Value::object([
            ("type", cty::Value::integer(1)),
            ("port", cty::Value::Number("4.5".parse().unwrap())),
        ]);
        let value = cty::Value::object([
            ("name", cty::Value::Bool(true)),
            ("monitor", cty::Value::List(vec![monitor])),
        ]);
        let errors = decode::<Profile>(value).unwrap_err();
        let paths: Vec<String> = errors.iter().map(|error| error.path.to_string()).collect();
        assert_eq!(paths, ["name", "monitor[0].type", "monitor[0].port"]);
    }
}
