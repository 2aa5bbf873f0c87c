//! Numbers of any size and precision, kept as the decimal text in which they came.
//!
//! Through a float, 1/3 or 2^64 - 1 would come back changed and Terraform would refuse the plan.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// A number. Two numbers are equal when their decimal values are: `1.50` equals `1.5`, `1e3` equals `1000`.
#[derive(Debug, Clone)]
pub struct Number {
    text: String,
}

/// Text that is no number. It does not say which: the text may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not a number")]
pub struct NumberError;

const POSITIVE_INFINITY: &str = "Inf";
const NEGATIVE_INFINITY: &str = "-Inf";

/// The most digits that an exponent may add when a number is written out; more is left in exponent form.
const MAX_EXPANSION: i64 = 1_100;

/// Sign, digits without zeros at either end, and the power of ten of the last digit.
#[derive(PartialEq, Eq, Hash)]
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Number {
    /// The decimal text, as it came.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The value, if it is a whole number that fits.
    pub fn as_i64(&self) -> Option<i64> {
        let plain = self.plain_integer()?;
        plain.parse().ok()
    }

    /// Whether it is a whole number of any size.
    pub(crate) fn is_whole(&self) -> bool {
        self.decimal().is_some_and(|decimal| decimal.exponent >= 0)
    }

    /// The value as a float, if a float holds exactly this value and it is not a whole number.
    pub(crate) fn as_exact_fraction(&self) -> Option<f64> {
        if let Some(infinite) = self.infinity() {
            return Some(infinite);
        }
        let decimal = self.decimal()?;
        if decimal.exponent >= 0 {
            return None;
        }
        let float: f64 = self.text.parse().ok()?;
        // A precision of 1074 digits writes every finite float exactly.
        let exact = Self { text: format!("{float:.1074}") };
        (exact.decimal()? == decimal).then_some(float)
    }

    /// The digits of a whole number without exponent, or `None` if there is a fraction.
    pub(crate) fn plain_integer(&self) -> Option<String> {
        let decimal = self.decimal()?;
        if decimal.exponent < 0 || decimal.exponent > MAX_EXPANSION {
            return None;
        }
        let sign = if decimal.negative { "-" } else { "" };
        let zeros = "0".repeat(usize::try_from(decimal.exponent).ok()?);
        Some(format!("{sign}{}{zeros}", decimal.digits))
    }

    pub(crate) fn from_f64(float: f64) -> Option<Self> {
        if float.is_nan() {
            return None;
        }
        if float.is_infinite() {
            let text = if float > 0.0 { POSITIVE_INFINITY } else { NEGATIVE_INFINITY };
            return Some(Self { text: text.to_owned() });
        }
        // Rust prints the shortest digits that read back as the same float, as cty compares them.
        Some(Self { text: format!("{float}") })
    }

    fn infinity(&self) -> Option<f64> {
        match self.text.as_str() {
            POSITIVE_INFINITY => Some(f64::INFINITY),
            NEGATIVE_INFINITY => Some(f64::NEG_INFINITY),
            _ => None,
        }
    }

    fn decimal(&self) -> Option<Decimal> {
        let (negative, unsigned) = match self.text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, self.text.strip_prefix('+').unwrap_or(&self.text)),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let shifted = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        let significant = all.trim_start_matches('0');
        let digits = significant.trim_end_matches('0');
        if digits.is_empty() {
            return Some(Decimal { negative: false, digits: "0".to_owned(), exponent: 0 });
        }
        let dropped = i64::try_from(significant.len() - digits.len()).ok()?;
        Some(Decimal { negative, digits: digits.to_owned(), exponent: shifted.checked_add(dropped)? })
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
            || matches!((self.decimal(), other.decimal()), (Some(left), Some(right)) if left == right)
    }
}

impl Eq for Number {}

/// By the decimal value, as they are compared.
impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.decimal() {
            Some(decimal) => decimal.hash(state),
            None => self.text.hash(state),
        }
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self { text: value.to_string() }
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Self { text: value.to_string() }
    }
}

impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let number = Self { text: text.to_owned() };
        if number.decimal().is_some() || number.infinity().is_some() { Ok(number) } else { Err(NumberError) }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::Number;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    #[test]
    fn equality_is_of_decimal_values() {
        for (left, right) in [("1.50", "1.5"), ("1e3", "1000"), ("-0", "0"), ("0.10e1", "1"), ("7", "+7")] {
            assert_eq!(number(left), number(right));
        }
        assert_ne!(number("0.1"), number("0.1000000000000000055511151231257827"));
        assert_ne!(number("18446744073709551615"), number("18446744073709551616"));
    }

    #[test]
    fn whole_numbers_are_read_exactly() {
        assert_eq!(number("9223372036854775807").as_i64(), Some(i64::MAX));
        assert_eq!(number("9223372036854775808").as_i64(), None);
        assert_eq!(number("44.30e1").as_i64(), Some(443));
        assert_eq!(number("443.5").as_i64(), None);
    }

    #[test]
    fn only_exact_fractions_become_floats() {
        assert_eq!(number("1.5").as_exact_fraction(), Some(1.5));
        assert_eq!(number("0.1").as_exact_fraction(), None);
        assert_eq!(number("2").as_exact_fraction(), None);
    }

    #[test]
    fn text_that_is_no_number_is_refused() {
        for text in ["", "-", ".", "1x", "0x10", "1e", "NaN", "1 "] {
            let error = text.parse::<Number>().unwrap_err();
            assert_eq!(error.to_string(), "is not a number", "{text}");
        }
    }
}
