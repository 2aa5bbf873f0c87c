//! Which values an attribute takes, where its type takes more, and which of them mean the same.

use std::ops::RangeInclusive;

use crate::cty::Value;

/// Tells whether two texts mean the same, such as `West US` and `westus`.
pub type Same = fn(&str, &str) -> bool;

/// The values that an attribute takes.
#[derive(Debug, Clone)]
pub(crate) enum Allowed {
    /// Whole numbers from one to another.
    Range(RangeInclusive<i64>),
    /// One of several texts.
    OneOf(&'static [&'static str]),
}

impl Allowed {
    /// Whether a value is one of them. What is null or unknown is not refused.
    pub(crate) fn takes(&self, value: &Value, same: Option<Same>) -> bool {
        match (self, value) {
            (Self::Range(range), Value::Number(number)) => {
                number.as_i64().is_some_and(|number| range.contains(&number))
            }
            (Self::OneOf(texts), Value::String(text)) => {
                texts.iter().any(|each| each == text || same.is_some_and(|same| same(each, text)))
            }
            _ => true,
        }
    }

    /// Which they are, for a diagnostic and for the document.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::Range(range) => format!("Must be from {} to {}.", range.start(), range.end()),
            Self::OneOf([only]) => format!("Must be `{only}`."),
            Self::OneOf(texts) => {
                let texts: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
                let (last, others) =
                    texts.split_last().map_or(("", &[][..]), |(last, others)| (last, others));
                format!("Must be {} or {last}.", others.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Allowed, Value};

    #[test]
    fn a_value_is_taken_if_it_is_one_of_them_or_not_known() {
        let port = Allowed::Range(1..=65535);
        let numbers = ["1", "65535", "0", "65536", "1.5", "-1", "1e400"];
        let taken = numbers.map(|number| port.takes(&Value::Number(number.parse().unwrap()), None));
        assert_eq!(taken, [true, true, false, false, false, false, false]);

        let size = Allowed::OneOf(&["Small", "Large"]);
        let ignoring_case = |left: &str, right: &str| left.eq_ignore_ascii_case(right);
        let is_size = |text: &str, same| size.takes(&Value::string(text), same);
        assert!(is_size("Small", None) && !is_size("small", None) && !is_size("", None));
        assert!(is_size("small", Some(ignoring_case)) && !is_size("tiny", Some(ignoring_case)));

        for open in [Value::Null, Value::unknown()] {
            assert!(port.takes(&open, None) && size.takes(&open, None));
        }
    }

    #[test]
    fn a_sentence_says_which() {
        assert_eq!(Allowed::Range(1..=8).sentence(), "Must be from 1 to 8.");
        assert_eq!(Allowed::OneOf(&["A"]).sentence(), "Must be `A`.");
        assert_eq!(Allowed::OneOf(&["A", "B", "C"]).sentence(), "Must be `A`, `B` or `C`.");
    }
}
