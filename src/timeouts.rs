//! Durations as Terraform users write them: `90s`, `10m`, `1h30m`.

use std::time::Duration;

use tf_plugin::{Diagnostics, Path, Value};

/// How long reading may take unless the configuration says otherwise; azurerm's value.
pub(crate) const READ: Duration = Duration::from_secs(5 * 60);

/// Reads a duration in Go's form: numbers with the units `h`, `m`, `s` and `ms`, without blanks.
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
        total = total.checked_add(Duration::try_from_secs_f64(number * seconds).ok()?)?;
        rest = &rest[digits + unit_length..];
    }
    Some(total)
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
                    "{text:?} is not a duration longer than 0. Write numbers with the units h, m and s, such as \
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
        for text in ["", "10", "ten minutes", "5d", "-1m", "1m 30s", "1e400h", "s"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
