//! Durations as Terraform users write them: `90s`, `10m`, `1h30m`.

use std::time::Duration;

use tf_plugin::schema::NestedBlock;
use tf_plugin::value::Attribute as _;
use tf_plugin::{Diagnostics, Path, Value, object};

/// How long reading may take unless the configuration says otherwise; azurerm's value.
const READ: Duration = Duration::from_secs(5 * 60);

/// How long a change may take unless the configuration says otherwise; azurerm's value.
const CHANGE: Duration = Duration::from_secs(30 * 60);

/// What is done to a resource.
#[derive(Clone, Copy)]
pub(crate) enum Operation {
    Create,
    Read,
    Update,
    Delete,
}

impl Operation {
    /// Its attribute in the block `timeouts`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

object! {
    /// The timeouts of a resource.
    pub struct Timeouts {
        /// The timeout for the create operation, such as `90s`, `10m` or `1h30m`. Defaults to 30 minutes.
        pub create: Value<String>,
        /// The timeout for the read operation, such as `90s`, `10m` or `1h30m`. Defaults to 5 minutes.
        pub read: Value<String>,
        /// The timeout for the update operation, such as `90s`, `10m` or `1h30m`. Defaults to 30 minutes.
        pub update: Value<String>,
        /// The timeout for the delete operation, such as `90s`, `10m` or `1h30m`. Defaults to 30 minutes.
        pub delete: Value<String>,
    }
}

impl Timeouts {
    /// How long an operation may take.
    pub(crate) fn time(given: &Value<Self>, operation: Operation) -> Duration {
        let given = given.known().map(|timeouts| match operation {
            Operation::Create => &timeouts.create,
            Operation::Read => &timeouts.read,
            Operation::Update => &timeouts.update,
            Operation::Delete => &timeouts.delete,
        });
        let default = if matches!(operation, Operation::Read) { READ } else { CHANGE };
        or_default(given, default)
    }

    /// Adds an error for each text that is no duration.
    pub(crate) fn check(given: &Value<Self>, diagnostics: &mut Diagnostics) {
        if let Some(Self { create, read, update, delete }) = given.known() {
            let given = [("create", create), ("read", read), ("update", update), ("delete", delete)];
            check(&Path::new("timeouts"), &given, diagnostics);
        }
    }
}

object! {
    /// The timeouts of a data source.
    pub struct ReadTimeouts {
        /// How long the read may take, retries included, such as `90s` or `10m`. Defaults to 5 minutes.
        pub read: Value<String>,
    }
}

impl ReadTimeouts {
    /// The block `timeouts`.
    pub(crate) fn block() -> NestedBlock {
        NestedBlock::declared("timeouts", &["How long the read may take."], Self::shape())
    }

    /// How long a read with this block may take.
    pub(crate) fn time(given: &Value<Self>) -> Duration {
        or_default(given.known().map(|timeouts| &timeouts.read), READ)
    }

    /// Adds an error if its text is no duration.
    pub(crate) fn check(given: &Value<Self>, diagnostics: &mut Diagnostics) {
        if let Some(Self { read }) = given.known() {
            check(&Path::new("timeouts"), &[("read", read)], diagnostics);
        }
    }
}

/// The longest duration that counts: a year. Longer ones are as good as it, and adding them to a time of day could overflow.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// Reads a duration in Go's form: numbers with the units `h`, `m`, `s` and `ms`, without blanks. Longer than a year is a
/// year.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    let mut total = Duration::ZERO;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|each: char| !each.is_ascii_digit() && each != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        let unit_length =
            rest[digits..].find(|each: char| each.is_ascii_digit()).unwrap_or(rest.len() - digits);
        let seconds = match &rest[digits..digits + unit_length] {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 0.001,
            _ => return None,
        };
        total = total.saturating_add(Duration::try_from_secs_f64(number * seconds).unwrap_or(Duration::MAX));
        rest = &rest[digits + unit_length..];
    }
    Some(total.min(LONGEST))
}

/// The duration that is given, or else the default. Bad ones were refused by [`check`].
pub(crate) fn or_default(given: Option<&Value<String>>, default: Duration) -> Duration {
    given.and_then(Value::as_deref).and_then(parse).unwrap_or(default)
}

/// Adds an error for each that is no duration.
pub(crate) fn check(block: &Path, given: &[(&str, &Value<String>)], diagnostics: &mut Diagnostics) {
    for (name, value) in given {
        if let Some(text) = value.as_deref()
            && parse(text).is_none_or(|duration| duration.is_zero())
        {
            diagnostics.error(
                block.attribute(name),
                "Invalid timeout",
                format!(
                    "`{name}` is {text:?}, which is not a duration longer than 0. Use numbers with the units h, m and s, such as \
                     \"90s\", \"10m\" or \"1h30m\"."
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::parse;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        for (text, seconds) in
            [("90s", 90.0), ("10m", 600.0), ("1h30m", 5400.0), ("1.5h", 5400.0), ("0", 0.0)]
        {
            assert_eq!(parse(text), Some(Duration::from_secs_f64(seconds)), "{text}");
        }
        assert_eq!(parse("250ms"), Some(Duration::from_millis(250)));
        for text in ["5000000000000000h", "99999999999999999999999999h", "5000000000000000h5000000000000000h"]
        {
            assert_eq!(parse(text), Some(super::LONGEST), "{text}");
        }
        for text in ["", "10", "ten minutes", "5d", "-1m", "1m 30s", "1e400h", "s"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
