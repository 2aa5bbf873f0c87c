//! What a rule is and what it finds. It holds no rule itself.

use std::fmt;

use super::Profile;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Severity {
    /// The service refuses it, or it cannot do what it says.
    Error,
    /// Legal, and likely not what was meant.
    Warning,
}

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

/// Where in a configuration a finding lies, such as `endpoints["east"].weight`.
///
/// A set has no paths into it: what is wrong with an element lies on the set.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Path(Vec<Step>);

/// A thing that is wrong, or legal and likely to hurt.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Where it lies.
    pub path: Path,
    /// What is wrong; a sentence without its period. It quotes no value that may be a secret: see [`super`].
    pub what: String,
    /// Why that is wrong; one or more sentences.
    pub why: &'static str,
    /// What to do; one or more sentences.
    pub remedy: String,
    /// The document that says so.
    pub source: &'static str,
    /// The name of the rule, such as `ttl-range`.
    pub code: &'static str,
    /// A headline, the same for every finding of the rule, such as `TTL out of range`.
    pub summary: &'static str,
}

/// A rule: a name, a reason with its source, and a function that looks for breaches.
#[derive(Debug)]
pub struct Rule {
    /// The name, unique and stable.
    pub code: &'static str,
    /// A headline of its findings: a few words, unique, without a period and without values.
    pub summary: &'static str,
    /// How bad a breach is.
    pub severity: Severity,
    /// Why the rule exists.
    pub why: &'static str,
    /// The document that says so.
    pub source: &'static str,
    /// Finds the breaches in a profile.
    pub(super) look: fn(&Profile) -> Vec<Breach>,
}

/// A value of the configuration in a text: in quotes, with every character printable, and cut where it is long.
#[derive(Clone, Copy)]
pub(super) struct Quoted<'a>(pub(super) &'a str);

/// Characters of a quoted value that are shown.
const LONGEST_QUOTED: usize = 80;

/// One breach of a rule: where, what, and what to do.
pub(super) struct Breach {
    pub(super) path: Path,
    pub(super) what: String,
    pub(super) remedy: String,
}

impl Rule {
    /// Everything that this rule finds in a profile.
    pub fn findings(&'static self, profile: &Profile) -> impl Iterator<Item = Finding> + use<> {
        (self.look)(profile).into_iter().map(|breach| Finding {
            severity: self.severity,
            path: breach.path,
            what: breach.what,
            why: self.why,
            remedy: breach.remedy,
            source: self.source,
            code: self.code,
            summary: self.summary,
        })
    }
}

impl Breach {
    pub(super) fn new(path: Path, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { path, what: what.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(LONGEST_QUOTED) {
            // `Debug` escapes what a terminal would act on, bidirectional marks included.
            None => write!(f, "{:?}", self.0),
            Some((end, _)) => write!(f, "{:?}", format!("{}…", &self.0[..end])),
        }
    }
}

impl Path {
    /// The path of an attribute of the resource.
    pub fn attribute(name: &'static str) -> Self {
        Self(vec![Step::Attribute(name)])
    }

    /// The path of an attribute of what this path leads to.
    #[must_use]
    pub fn then(mut self, name: &'static str) -> Self {
        self.0.push(Step::Attribute(name));
        self
    }

    /// The path of an element of the list that this path leads to.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.0.push(Step::Index(index));
        self
    }

    /// The path of an element of the map that this path leads to.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.0.push(Step::Key(key.into()));
        self
    }

    /// The steps from the resource inwards.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The path of an attribute of the block `dns_config`.
    pub(super) fn dns(name: &'static str) -> Self {
        Self::attribute("dns_config").index(0).then(name)
    }

    /// The path of an attribute of the block `monitor_config`.
    pub(super) fn monitor(name: &'static str) -> Self {
        Self::attribute("monitor_config").index(0).then(name)
    }

    /// The path of an endpoint.
    pub(super) fn endpoint(name: &str) -> Self {
        Self::attribute("endpoints").key(name)
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

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}
