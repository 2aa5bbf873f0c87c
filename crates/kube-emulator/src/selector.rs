//! Label and field selectors.

use serde_json::Value;

use crate::object;
use crate::status::Status;
use crate::strategy::Strategy;

/// Which objects are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selector {
    labels: Vec<LabelRequirement>,
    fields: Vec<FieldRequirement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct LabelRequirement {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    Absent,
    Greater,
    Less,
}

#[derive(Clone, Debug)]
struct FieldRequirement {
    path: String,
    value: String,
    is_equal: bool,
}

impl Selector {
    /// Reads the parameters `labelSelector` and `fieldSelector`.
    pub(crate) fn parse(strategy: Strategy, labels: &str, fields: &str) -> Result<Self, Status> {
        Ok(Self { labels: parse_labels(labels)?, fields: parse_fields(strategy, fields)? })
    }

    /// Whether an object is wanted.
    pub(crate) fn matches(&self, object: &Value) -> bool {
        let labels = object::at(object, &["metadata", "labels"]);
        let label = |key: &str| labels.and_then(|labels| labels.get(key)?.as_str());
        self.labels.iter().all(|requirement| requirement.matches(label(&requirement.key)))
            && self.fields.iter().all(|requirement| requirement.matches(object))
    }
}

impl LabelRequirement {
    fn matches(&self, value: Option<&str>) -> bool {
        let is_listed = || value.is_some_and(|value| self.values.iter().any(|one| one == value));
        let number = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok());
        let bound = number(self.values.first().map(String::as_str));
        match self.operator {
            Operator::In => is_listed(),
            Operator::NotIn => !is_listed(),
            Operator::Exists => value.is_some(),
            Operator::Absent => value.is_none(),
            Operator::Greater => number(value).zip(bound).is_some_and(|(value, bound)| value > bound),
            Operator::Less => number(value).zip(bound).is_some_and(|(value, bound)| value < bound),
        }
    }
}

impl FieldRequirement {
    fn matches(&self, object: &Value) -> bool {
        let path: Vec<&str> = match self.path.as_str() {
            "source" => vec!["source", "component"],
            path => path.split('.').collect(),
        };
        (object::text(object, &path) == self.value) == self.is_equal
    }
}

fn parse_fields(strategy: Strategy, text: &str) -> Result<Vec<FieldRequirement>, Status> {
    let mut requirements = Vec::new();
    for term in text.split(',').map(str::trim).filter(|term| !term.is_empty()) {
        let (path, value, is_equal) = if let Some((path, value)) = term.split_once("!=") {
            (path, value, false)
        } else if let Some((path, value)) = term.split_once('=') {
            (path, value.strip_prefix('=').unwrap_or(value), true)
        } else {
            let message = format!("invalid selector: '{text}'; can't understand '{term}'");
            return Err(Status::bad_request(message));
        };
        let is_known = matches!(path, "metadata.name" | "metadata.namespace")
            || strategy.selectable_fields().contains(&path);
        if !is_known {
            return Err(Status::bad_request(format!("field label not supported: {path}")));
        }
        requirements.push(FieldRequirement { path: path.to_owned(), value: value.to_owned(), is_equal });
    }
    Ok(requirements)
}

fn parse_labels(text: &str) -> Result<Vec<LabelRequirement>, Status> {
    let mut tokens = Tokens::new(text);
    let mut requirements = Vec::new();
    while tokens.peek().is_some() {
        requirements.push(
            requirement(&mut tokens)
                .map_err(|what| Status::bad_request(format!("unable to parse requirement: {what}")))?,
        );
        match tokens.next() {
            None => break,
            Some(",") if tokens.peek().is_some() => {}
            Some(",") => return Err(Status::bad_request("found '', expected: identifier after ','")),
            Some(other) => {
                let message = format!("found '{other}', expected: ',' or 'end of string'");
                return Err(Status::bad_request(message));
            }
        }
    }
    Ok(requirements)
}

fn requirement(tokens: &mut Tokens<'_>) -> Result<LabelRequirement, String> {
    let is_negated = tokens.take_if("!");
    let key = match tokens.next() {
        Some(token) if is_word(token) => token.to_owned(),
        other => return Err(format!("found '{}', expected: identifier", other.unwrap_or_default())),
    };
    if is_negated {
        return Ok(LabelRequirement { key, operator: Operator::Absent, values: Vec::new() });
    }
    let operator = match tokens.peek() {
        None | Some(",") => {
            return Ok(LabelRequirement { key, operator: Operator::Exists, values: Vec::new() });
        }
        Some("=" | "==" | "in") => Operator::In,
        Some("!=" | "notin") => Operator::NotIn,
        Some(">" | "gt") => Operator::Greater,
        Some("<" | "lt") => Operator::Less,
        Some(other) => return Err(format!("found '{other}', expected: in, notin, =, ==, !=, gt, lt")),
    };
    let is_list = matches!(tokens.next(), Some("in" | "notin"));
    let values = if is_list { value_list(tokens)? } else { vec![value(tokens)] };
    Ok(LabelRequirement { key, operator, values })
}

fn value(tokens: &mut Tokens<'_>) -> String {
    match tokens.peek() {
        Some(token) if is_word(token) => tokens.next().unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

fn value_list(tokens: &mut Tokens<'_>) -> Result<Vec<String>, String> {
    if !tokens.take_if("(") {
        return Err(format!("found '{}' expected: '('", tokens.peek().unwrap_or_default()));
    }
    let mut values = vec![value(tokens)];
    loop {
        match tokens.next() {
            Some(",") => values.push(value(tokens)),
            Some(")") => return Ok(values),
            other => return Err(format!("found '{}', expected: ',' or ')'", other.unwrap_or_default())),
        }
    }
}

fn is_word(token: &str) -> bool {
    !token.is_empty() && !token.starts_with(['=', '!', '(', ')', ',', '<', '>'])
}

/// The pieces of a label selector.
struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text.trim() }
    }

    fn length(&self) -> usize {
        let is_mark = |character: char| "=!(),<>".contains(character);
        match self.rest.chars().next() {
            None => 0,
            Some('=') if self.rest.starts_with("==") => 2,
            Some('!') if self.rest.starts_with("!=") => 2,
            Some(first) if is_mark(first) => 1,
            Some(_) => {
                self.rest.find(|it: char| is_mark(it) || it.is_whitespace()).unwrap_or(self.rest.len())
            }
        }
    }

    fn peek(&self) -> Option<&'a str> {
        self.rest.get(..self.length()).filter(|token| !token.is_empty())
    }

    fn next(&mut self) -> Option<&'a str> {
        let token = self.peek()?;
        self.rest = self.rest[token.len()..].trim_start();
        Some(token)
    }

    fn take_if(&mut self, token: &str) -> bool {
        let is_next = self.peek() == Some(token);
        if is_next {
            self.next();
        }
        is_next
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(labels: &str, expected: bool) {
        let object = json!({ "metadata": { "name": "n", "labels": { "a": "1", "b/c": "x" } } });
        let selector = Selector::parse(Strategy::Custom, labels, "").unwrap();
        assert_eq!(selector.matches(&object), expected, "{labels}");
    }

    #[test]
    fn labels_are_compared_by_every_operator() {
        for labels in [
            "",
            "a",
            "a=1",
            "a==1,b/c=x",
            "a!=2",
            "d!=2",
            "a in (0, 1)",
            "a notin (2)",
            "!d",
            "a>0",
            "a lt 2",
            "d notin (x)",
        ] {
            check(labels, true);
        }
        for labels in ["d", "a=2", "a!=1", "a in (2)", "a notin (1)", "!a", "a>1", "d>1", "a=1,d"] {
            check(labels, false);
        }
    }

    #[test]
    fn what_cannot_be_understood_is_refused() {
        let error =
            |labels: &str| Selector::parse(Strategy::Custom, labels, "").unwrap_err().message().to_owned();
        assert_eq!(
            error("a b"),
            "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"
        );
        for labels in ["=", "a in", "a in (", "a in (b c)", "a,", ","] {
            assert!(!error(labels).is_empty(), "{labels}");
        }
    }

    #[test]
    fn fields_are_those_that_a_kind_offers() {
        let event =
            json!({ "metadata": { "name": "n" }, "involvedObject": { "kind": "A" }, "type": "Normal" });
        let matches = |fields: &str| Selector::parse(Strategy::Event, "", fields).unwrap().matches(&event);
        assert!(matches("involvedObject.kind=A,type!=Warning,metadata.name==n"));
        assert!(!matches("involvedObject.kind=B"));
        let refused = Selector::parse(Strategy::Custom, "", "spec.x=1").unwrap_err();
        assert_eq!(refused.message(), "field label not supported: spec.x");
    }
}
