//! A value that a configuration gives, leaves out, or cannot tell yet.

/// A value of a configuration. `Unknown` will be known later: rules must neither guess nor report it.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum ConfigValue<T> {
    /// The value is given.
    Known(T),
    /// The value is left out: the default applies.
    #[default]
    Absent,
    /// The value depends on something that does not exist yet.
    Unknown,
}

impl<T> ConfigValue<T> {
    /// The value, when it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Absent | Self::Unknown => None,
        }
    }

    /// Whether the value is left out for certain.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Whether the value is not known yet.
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Whether something is given for certain, known or not.
    ///
    /// An unknown value may turn out to be left out, so it does not count as given.
    pub const fn is_known(&self) -> bool {
        matches!(self, Self::Known(_))
    }

    /// The same with a borrowed value.
    pub const fn as_ref(&self) -> ConfigValue<&T> {
        match self {
            Self::Known(value) => ConfigValue::Known(value),
            Self::Absent => ConfigValue::Absent,
            Self::Unknown => ConfigValue::Unknown,
        }
    }

    /// Changes a known value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> ConfigValue<U> {
        match self {
            Self::Known(value) => ConfigValue::Known(change(value)),
            Self::Absent => ConfigValue::Absent,
            Self::Unknown => ConfigValue::Unknown,
        }
    }

    /// The value with its default where it is left out; `None` only when it is unknown.
    pub fn or_default(self, default: T) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Absent => Some(default),
            Self::Unknown => None,
        }
    }
}

impl ConfigValue<String> {
    /// What a known text means, if `parse` knows the word.
    pub(crate) fn parsed<T>(&self, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        self.known().and_then(|text| parse(text))
    }
}

impl<T> From<Option<T>> for ConfigValue<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_value_is_neither_given_nor_absent() {
        let unknown: ConfigValue<u8> = ConfigValue::Unknown;
        assert!(!unknown.is_absent() && !unknown.is_known() && unknown.is_unknown());
        assert_eq!(unknown.map(|value| value + 1), ConfigValue::Unknown);
        assert_eq!(unknown.or_default(7), None);
    }

    #[test]
    fn a_default_replaces_only_what_is_left_out() {
        assert_eq!(ConfigValue::Absent.or_default(7), Some(7));
        assert_eq!(ConfigValue::Known(1).or_default(7), Some(1));
        assert_eq!(ConfigValue::from(Some(2)).known(), Some(&2));
        assert_eq!(ConfigValue::<u8>::from(None), ConfigValue::Absent);
    }
}
