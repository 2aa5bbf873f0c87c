//! How names, label values and keys have to look. Each function answers what is wrong, in the words of Kubernetes.

/// The longest label.
const LABEL: usize = 63;
/// The longest subdomain.
const SUBDOMAIN: usize = 253;

/// Whether a name has to be a subdomain, or a label without dots, or only fit into an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameSyntax {
    /// Dots are allowed.
    Subdomain,
    /// No dots.
    Label,
}

impl NameSyntax {
    /// What is wrong with a name.
    pub(crate) fn problems(self, name: &str) -> Vec<String> {
        match self {
            Self::Subdomain => subdomain(name, "characters"),
            Self::Label => label(name),
        }
    }

    /// What is wrong with the beginning of a name.
    pub(crate) fn prefix_problems(self, prefix: &str) -> Vec<String> {
        // Something is appended to it, so that it may end with a dash.
        let masked = match prefix.strip_suffix('-') {
            Some(rest) if !rest.is_empty() => format!("{rest}a"),
            _ => prefix.to_owned(),
        };
        self.problems(&masked)
    }
}

fn subdomain(name: &str, unit: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if name.len() > SUBDOMAIN {
        problems.push(format!("must be no more than {SUBDOMAIN} {unit}"));
    }
    if !name.split('.').all(is_label) {
        problems.push(pattern(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must \
             start and end with an alphanumeric character",
            "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*",
            &["example.com"],
        ));
    }
    problems
}

fn label(name: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if name.len() > LABEL {
        problems.push(format!("must be no more than {LABEL} characters"));
    }
    if name.contains('.') && is_label(&name.replace('.', "")) {
        problems.push("must not contain dots".to_owned());
    } else if !is_label(name) {
        problems.push(pattern(
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and \
             end with an alphanumeric character",
            "[a-z0-9]([-a-z0-9]*[a-z0-9])?",
            &["my-name", "123-abc"],
        ));
    }
    problems
}

/// What is wrong with a key of a label or an annotation, or with the name of a finalizer.
pub(crate) fn qualified_name(name: &str) -> Vec<String> {
    const NAME: &str = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    const MUST: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
                        alphanumeric character";
    let mut problems = Vec::new();
    let is_wrong = || pattern(MUST, NAME, &["MyName", "my.name", "123-abc"]);
    let parts: Vec<&str> = name.split('/').collect();
    let name = match parts.as_slice() {
        [name] => *name,
        [prefix, name] => {
            if prefix.is_empty() {
                problems.push("prefix part must be non-empty".to_owned());
            } else {
                problems.extend(
                    subdomain(prefix, "bytes").into_iter().map(|problem| format!("prefix part {problem}")),
                );
            }
            *name
        }
        _ => {
            let what = is_wrong();
            let with = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            return vec![format!("a valid label key {what} {with}")];
        }
    };
    if name.is_empty() {
        problems.push("name part must be non-empty".to_owned());
    } else if name.len() > LABEL {
        problems.push(format!("name part {}", too_long(LABEL)));
    }
    if !is_qualified(name) {
        problems.push(format!("name part {}", is_wrong()));
    }
    problems
}

/// What is wrong with the value of a label.
pub(crate) fn label_value(value: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if value.len() > LABEL {
        problems.push(too_long(LABEL));
    }
    if !value.is_empty() && !is_qualified(value) {
        problems.push(pattern(
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must \
             start and end with an alphanumeric character",
            "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?",
            &["MyValue", "my_value", "12345"],
        ));
    }
    problems
}

fn is_label(text: &str) -> bool {
    let is_end =
        |character: Option<char>| character.is_some_and(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
    let is_inner = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    is_end(text.chars().next()) && is_end(text.chars().next_back()) && text.chars().all(is_inner)
}

fn is_qualified(text: &str) -> bool {
    let is_end = |character: Option<char>| character.is_some_and(|it| it.is_ascii_alphanumeric());
    let is_inner = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    is_end(text.chars().next()) && is_end(text.chars().next_back()) && text.chars().all(is_inner)
}

fn too_long(most: usize) -> String {
    format!("must be no more than {most} bytes")
}

fn pattern(message: &str, expression: &str, examples: &[&str]) -> String {
    let examples: Vec<String> = examples.iter().map(|example| format!("'{example}', ")).collect();
    format!("{message} (e.g. {}regex used for validation is '{expression}')", examples.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_subdomains_with_dots() {
        for name in ["a", "a-b.c1", "1", &"a".repeat(253)] {
            assert!(NameSyntax::Subdomain.problems(name).is_empty(), "{name}");
        }
        for name in ["", "A", "a_b", "-a", "a-", "a..b", ".a", "a/b"] {
            assert_eq!(NameSyntax::Subdomain.problems(name).len(), 1, "{name}");
        }
        assert_eq!(NameSyntax::Subdomain.problems(&"a".repeat(254)), ["must be no more than 253 characters"]);
        assert_eq!(NameSyntax::Label.problems("a.b"), ["must not contain dots"]);
        assert!(NameSyntax::Label.problems("A")[0].contains("(e.g. 'my-name',  or '123-abc', regex used"));
    }

    #[test]
    fn a_prefix_of_a_name_may_end_with_a_dash() {
        assert!(NameSyntax::Subdomain.prefix_problems("a-").is_empty());
        assert!(!NameSyntax::Subdomain.prefix_problems("-").is_empty());
    }

    #[test]
    fn keys_have_at_most_one_slash() {
        assert!(qualified_name("example.com/My_Name.1").is_empty());
        assert_eq!(qualified_name("/a"), ["prefix part must be non-empty"]);
        assert!(qualified_name("a/b/c")[0].starts_with("a valid label key must consist"));
        assert_eq!(qualified_name("").len(), 2);
        assert!(label_value("").is_empty() && !label_value("a b").is_empty());
    }
}
