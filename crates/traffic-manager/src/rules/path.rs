//! Where in a configuration something lies. Whether anything is there is not asked.

use std::fmt;

use super::quoted::Quoted;

/// One step into a configuration.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Step {
    /// An attribute or a block, by name.
    Attribute(&'static str),
    /// An element of a list, counted from zero.
    Index(usize),
    /// An element of a map.
    Key(String),
}

/// A place in the configuration of a resource, such as `endpoints["east"].weight`.
///
/// A set has no paths into it: what is wrong with an element lies on the set.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Path(Vec<Step>);

impl Path {
    /// The path of the resource itself.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// The path of an attribute or block of what this path leads to.
    #[must_use]
    pub fn attribute(&self, name: &'static str) -> Self {
        self.then(Step::Attribute(name))
    }

    /// The path of an element of the list that this path leads to.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.then(Step::Index(index))
    }

    /// The path of an element of the map that this path leads to.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.then(Step::Key(key.into()))
    }

    /// The steps from the resource inwards.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The path of an attribute of the block `dns_config` of the profile that this path leads to.
    pub(super) fn dns(&self, name: &'static str) -> Self {
        self.attribute("dns_config").index(0).attribute(name)
    }

    /// The path of an attribute of the block `monitor_config` of the profile that this path leads to.
    pub(super) fn monitor(&self, name: &'static str) -> Self {
        self.attribute("monitor_config").index(0).attribute(name)
    }

    /// The same place in a resource whose block `monitor_config` is one object, and no list.
    #[must_use]
    pub(super) fn in_one_monitor(mut self) -> Self {
        let listed = [Step::Attribute("monitor_config"), Step::Index(0)];
        if let Some(position) = self.0.windows(2).position(|steps| *steps == listed) {
            self.0.remove(position + 1);
        }
        self
    }

    fn then(&self, step: Step) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => write!(f, "[{}]", Quoted(key))?,
            }
        }
        Ok(())
    }
}
