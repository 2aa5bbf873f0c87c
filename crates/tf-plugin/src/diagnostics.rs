//! Diagnostics: what a user reads when something is wrong.
//!
//! They leave the process printable and bounded: a summary has at most 1 KiB, a detail 16 KiB.

use crate::cty::{DecodeError, Path, Step, Type};
use crate::printable;
use crate::proto::tfplugin6 as wire;
use crate::schema::Block;

/// The longest summary in bytes. It is cut, and says so.
pub(crate) const SUMMARY_LIMIT: usize = 1024;
/// The longest detail in bytes. It is cut, and says so.
pub(crate) const DETAIL_LIMIT: usize = 16 * 1024;
/// The longest key of a map in a path, in bytes. The path ends before a longer one, and before one that is not
/// printable.
pub(crate) const KEY_LIMIT: usize = 1024;

/// Whether a diagnostic stops the operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It does.
    Error,
    /// It does not.
    Warning,
}

/// One thing that a user has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether it stops the operation.
    pub severity: Severity,
    /// One line of constant text: warnings of the same summary are grouped by the CLI.
    pub summary: String,
    /// What is wrong with these values, why, and what to do instead.
    pub detail: String,
    /// The attribute at fault; the root when it is none in particular.
    pub path: Path,
}

/// The diagnostics of one call, in the order in which they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an error at `path`.
    pub fn error(&mut self, path: Path, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Diagnostic {
            severity: Severity::Error,
            summary: summary.into(),
            detail: detail.into(),
            path,
        });
    }

    /// Adds a warning at `path`.
    pub fn warning(&mut self, path: Path, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Diagnostic {
            severity: Severity::Warning,
            summary: summary.into(),
            detail: detail.into(),
            path,
        });
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all of `other`.
    pub fn append(&mut self, other: Diagnostics) {
        self.0.extend(other.0);
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each in turn.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Adds an error for each attribute that could not be read.
    pub(crate) fn unreadable(&mut self, errors: Vec<DecodeError>) {
        for error in errors {
            let subject = if error.path.is_root() { "The value".to_owned() } else { error.path.to_string() };
            let detail = format!("{subject} {}.", error.what);
            self.error(error.path, "Invalid value", detail);
        }
    }

    /// As they leave the process. With the schema of the configuration, each path is as long as every CLI can
    /// show it in the source; what it loses is said in the detail.
    pub(crate) fn into_wire(self, block: Option<&Block>) -> Vec<wire::Diagnostic> {
        let schema = block.filter(|_| !self.is_empty()).map(|block| (block, block.object_type()));
        self.0.into_iter().map(|each| each.located(schema.as_ref()).into_wire()).collect()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Diagnostic {
    /// Points at what can be shown, and names the rest.
    fn located(self, schema: Option<&(&Block, Type)>) -> Self {
        let Some((block, of)) = schema else {
            let whole = self.path.clone();
            return self.shown_at(&whole);
        };
        let path = typed(of, &self.path);
        let shown = block.shown_in_source(&path);
        Self { path, ..self }.shown_at(&shown)
    }

    /// Points at `shown`, as far as it is printable, and names the whole path if it is longer.
    fn shown_at(self, shown: &Path) -> Self {
        let shown = printable_part(shown);
        if shown == self.path {
            return self;
        }
        let whole = self.path.to_string();
        let detail =
            if self.detail.contains(&whole) { self.detail } else { format!("{whole}: {}", self.detail) };
        Self { path: shown, detail, ..self }
    }

    fn into_wire(self) -> wire::Diagnostic {
        let severity = match self.severity {
            Severity::Error => wire::diagnostic::Severity::Error,
            Severity::Warning => wire::diagnostic::Severity::Warning,
        };
        wire::Diagnostic {
            severity: severity.into(),
            summary: printable::line(&self.summary, SUMMARY_LIMIT),
            detail: printable::text(&self.detail, DETAIL_LIMIT),
            attribute: (!self.path.is_root()).then(|| path_into_wire(&self.path)),
        }
    }
}

/// The path with the steps that its types ask for: a value does not tell a map from an object, and what found the path
/// may have looked at values only.
fn typed(of: &Type, path: &Path) -> Path {
    let mut of = Some(of);
    let steps = path.steps().iter().map(|step| {
        let (step, below) = match (of, step) {
            (Some(Type::Map(element)), Step::Attribute(name) | Step::Key(name)) => {
                (Step::Key(name.clone()), Some(&**element))
            }
            (Some(Type::Object(attributes)), Step::Attribute(name) | Step::Key(name)) => {
                (Step::Attribute(name.clone()), attributes.get(name))
            }
            (Some(Type::List(element)), Step::Index(_)) => (step.clone(), Some(&**element)),
            (Some(Type::Tuple(types)), Step::Index(index)) => (step.clone(), types.get(*index)),
            _ => (step.clone(), None),
        };
        of = below;
        step
    });
    steps.collect()
}

/// The path up to the first key that cannot be printed. A key that is written differently leads nowhere.
fn printable_part(path: &Path) -> Path {
    let is_plain = |step: &&Step| match step {
        Step::Key(key) => key.len() <= KEY_LIMIT && printable::is_printable(key),
        Step::Attribute(_) | Step::Index(_) => true,
    };
    path.steps().iter().take_while(is_plain).cloned().collect()
}

pub(crate) fn path_into_wire(path: &Path) -> wire::AttributePath {
    use wire::attribute_path::step::Selector;
    let steps = path.steps().iter().map(|step| {
        let selector = match step {
            Step::Attribute(name) => Selector::AttributeName(name.clone()),
            Step::Key(key) => Selector::ElementKeyString(key.clone()),
            Step::Index(index) => Selector::ElementKeyInt(i64::try_from(*index).unwrap_or(i64::MAX)),
        };
        wire::attribute_path::Step { selector: Some(selector) }
    });
    wire::AttributePath { steps: steps.collect() }
}

#[cfg(test)]
mod tests {
    use super::{Block, DETAIL_LIMIT, Diagnostics, KEY_LIMIT, Path, SUMMARY_LIMIT, wire};
    use crate::cty::{Type, Value};
    use crate::schema::{Attribute, NestedBlock};

    /// The summary, detail and number of steps of one error, as they leave the process.
    fn sent(path: Path, summary: &str, detail: &str, block: Option<&Block>) -> (String, String, usize) {
        let mut diagnostics = Diagnostics::new();
        diagnostics.error(path, summary, detail);
        let wire::Diagnostic { summary, detail, attribute, .. } = diagnostics.into_wire(block).remove(0);
        (summary, detail, attribute.map_or(0, |path| path.steps.len()))
    }

    #[test]
    fn the_severity_is_always_on_the_wire() {
        let mut diagnostics = Diagnostics::new();
        diagnostics.error(Path::new("a").index(1), "s", "d");
        diagnostics.warning(Path::root(), "s", "d");
        assert!(diagnostics.has_errors());
        let wire = diagnostics.into_wire(None);
        assert_eq!((wire[0].severity, wire[1].severity), (1, 2));
        assert_eq!(wire[0].attribute.as_ref().map(|path| path.steps.len()), Some(2));
        assert_eq!(wire[1].attribute, None);
    }

    #[test]
    fn what_leaves_the_process_is_printable_and_bounded() {
        let (summary, detail, _) = sent(Path::root(), "a\u{1b}[31m\nb", "c\u{9b}\u{202e}\rd\r\ne", None);
        assert_eq!(
            (summary.as_str(), detail.as_str()),
            (r"a\u{1b}[31m\u{a}b", "c\\u{9b}\\u{202e}\\u{d}d\ne")
        );
        let long = "ä".repeat(5 << 20);
        let (summary, detail, _) = sent(Path::root(), &long, &long, None);
        assert!(summary.len() < SUMMARY_LIMIT + 40 && summary.ends_with(" bytes more)"));
        assert!(detail.len() < DETAIL_LIMIT + 40 && detail.ends_with(" bytes more)"));
    }

    #[test]
    fn a_path_ends_before_a_key_that_cannot_be_printed() {
        let tags = Path::new("tags");
        assert_eq!(sent(tags.key("a b/ü"), "s", "d", None).2, 2);
        assert_eq!(
            sent(tags.key("\u{1b}x").attribute("y"), "s", "d", None),
            ("s".to_owned(), r#"tags["\u{1b}x"].y: d"#.to_owned(), 1)
        );
        assert_eq!(sent(tags.key(&"x".repeat(KEY_LIMIT + 1)), "s", "d", None).2, 1);
    }

    #[test]
    fn a_key_of_a_map_is_a_key_on_the_wire_whoever_found_the_path() {
        use wire::attribute_path::step::Selector;
        let block = Block::new([
            Attribute::plain("tags", Type::map(Type::String)),
            Attribute::nested("wait", [Attribute::string("timeout")]),
        ]);
        let last = |path: Path| {
            let mut diagnostics = Diagnostics::new();
            diagnostics.error(path, "s", "d");
            let sent = diagnostics.into_wire(Some(&block)).remove(0);
            sent.attribute.unwrap_or_default().steps.pop().and_then(|step| step.selector)
        };
        let tags = Value::object([("tags", Value::object([("a", Value::unknown())]))]);
        let found = tags.first_unknown().unwrap();
        assert_eq!(last(found), Some(Selector::ElementKeyString("a".to_owned())));
        assert_eq!(last(Path::new("tags").key("a")), Some(Selector::ElementKeyString("a".to_owned())));
        assert_eq!(last(Path::root().key("tags")), Some(Selector::AttributeName("tags".to_owned())));
    }

    #[test]
    fn a_path_is_as_long_as_a_cli_can_show_it_and_the_text_names_the_rest() {
        let block = Block::new([
            Attribute::plain("tags", Type::map(Type::String)),
            Attribute::nested("wait", [Attribute::string("timeout")]),
            Attribute::nested_map("endpoints", [Attribute::number("weight")]),
        ])
        .blocks([
            NestedBlock::list("dns", Block::new([Attribute::number("ttl")])),
            NestedBlock::single("timeouts", Block::new([Attribute::string("create")])),
        ]);
        let check = |path: Path, detail: &str, steps: usize| {
            let (_, sent, length) = sent(path, "s", "d", Some(&block));
            assert_eq!((sent.as_str(), length), (detail, steps));
        };
        check(Path::new("tags").key("a"), "d", 2);
        check(Path::new("dns").index(0).attribute("ttl"), "d", 3);
        check(Path::new("timeouts").attribute("create"), "d", 2);
        check(Path::new("wait").attribute("timeout"), "wait.timeout: d", 1);
        let weight = Path::new("endpoints").key("a").attribute("weight");
        check(weight.clone(), r#"endpoints["a"].weight: d"#, 2);
        let named = r#"endpoints["a"].weight must be a whole number."#;
        assert_eq!(sent(weight, "s", named, Some(&block)).1, named, "it is not named twice");
    }
}
