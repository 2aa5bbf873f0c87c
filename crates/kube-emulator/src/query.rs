//! Query parameters, and what is said where one cannot be understood.

use crate::problem;
use crate::status::{Cause, Status};
use crate::text;
use crate::writing::{UnknownFields, Writing};

/// How long the name of a manager may be.
const LONGEST_MANAGER: usize = 128;

/// The parameters of a query.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// The first value of a parameter, empty if there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    fn texts<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a parameter is there and not false.
    pub(crate) fn flag(&self, name: &str) -> bool {
        let is_true = |value: &str| !matches!(value.to_lowercase().as_str(), "false" | "0");
        self.0.iter().find(|(key, _)| key == name).is_some_and(|(_, value)| is_true(value))
    }

    /// A whole number, or none.
    pub(crate) fn number(&self, name: &str) -> Result<Option<i64>, Status> {
        match self.text(name) {
            "" => Ok(None),
            given => given.parse().map(Some).map_err(|_| {
                Status::bad_request(format!(
                    "strconv.ParseInt: parsing {}: invalid syntax",
                    text::quoted(given)
                ))
            }),
        }
    }

    /// How a write is meant. The kind of the options is `CreateOptions`, `UpdateOptions` or `PatchOptions`.
    pub(crate) fn writing(&self, kind: &str, user_agent: &str, is_apply: bool) -> Result<Writing, Status> {
        let mut causes = Vec::new();
        let manager = self.text("fieldManager");
        if kind == "PatchOptions" {
            if is_apply && manager.is_empty() {
                causes.push(problem::required("fieldManager", "is required for apply patch"));
            } else if !is_apply && !self.text("force").is_empty() {
                causes.push(problem::forbidden("force", "may not be specified for non-apply patch"));
            }
        }
        causes.extend(manager_problem(manager));
        let is_dry_run = self.dry_run(&mut causes);
        let unknown_fields = match self.text("fieldValidation") {
            "" | "Warn" => UnknownFields::Warn,
            "Ignore" => UnknownFields::Ignore,
            "Strict" => UnknownFields::Strict,
            other => {
                let supported = ["", "Ignore", "Strict", "Warn"].map(str::to_owned);
                causes.push(problem::not_supported("fieldValidation", &other.into(), &supported));
                UnknownFields::Warn
            }
        };
        if !causes.is_empty() {
            return Err(Status::invalid("meta.k8s.io", kind, "", causes));
        }
        let manager = if manager.is_empty() { prefix(user_agent) } else { manager.to_owned() };
        Ok(Writing { manager, is_dry_run, unknown_fields, is_forced: self.flag("force") })
    }

    /// Whether nothing is to be kept.
    pub(crate) fn dry_run(&self, causes: &mut Vec<Cause>) -> bool {
        let given: Vec<&str> = self.texts("dryRun").filter(|value| !value.is_empty()).collect();
        if given.iter().any(|value| *value != "All") {
            let given = serde_json::Value::from(given.clone());
            causes.push(problem::not_supported("dryRun", &given, &["All".to_owned()]));
        }
        !given.is_empty()
    }
}

fn manager_problem(manager: &str) -> Option<Cause> {
    if manager.len() > LONGEST_MANAGER {
        return Some(problem::too_long("fieldManager", LONGEST_MANAGER as u64));
    }
    let (place, character) = manager.char_indices().find(|(_, character)| character.is_control())?;
    let detail = format!("invalid character U+{:04X} (at position {place})", u32::from(character));
    Some(problem::invalid("fieldManager", &manager.into(), &detail))
}

/// The program in a user agent, which stands for a manager where none is named.
fn prefix(user_agent: &str) -> String {
    let name = user_agent.split('/').next().unwrap_or_default();
    let mut prefix = String::new();
    for character in name.chars().filter(|character| !character.is_control()) {
        if prefix.len() + character.len_utf8() > LONGEST_MANAGER {
            break;
        }
        prefix.push(character);
    }
    prefix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_checked_all_at_once() {
        let query = Query::parse("fieldManager=m&dryRun=All&fieldValidation=Strict");
        let writing = query.writing("CreateOptions", "x/1", false).unwrap();
        assert!(writing.is_dry_run && writing.manager == "m");
        assert_eq!(writing.unknown_fields, UnknownFields::Strict);
        let query = Query::parse("dryRun=x&fieldValidation=y&force=true");
        let message = query.writing("PatchOptions", "", false).unwrap_err().message().to_owned();
        assert!(
            message.starts_with("PatchOptions.meta.k8s.io \"\" is invalid: [force: Forbidden"),
            "{message}"
        );
        assert!(message.contains("dryRun: Unsupported value: [\"x\"]"), "{message}");
    }

    #[test]
    fn a_manager_is_named_by_the_program_where_nothing_else_names_it() {
        let manager = |agent| Query::parse("").writing("CreateOptions", agent, false).unwrap().manager;
        assert_eq!(manager("kubectl/v1.36 (linux)"), "kubectl");
        assert_eq!(manager(&"x".repeat(200)).len(), 128);
    }
}
