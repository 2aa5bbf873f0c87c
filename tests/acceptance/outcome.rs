//! What a CLI said. Its own JSON is read, so that neither line breaks nor frames matter.

use serde_json::Value;

/// The end of one command.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    command: String,
    text: String,
    messages: Vec<Value>,
}

impl Outcome {
    pub(crate) fn new(command: String, output: &std::process::Output) -> Self {
        let stdout = String::from_utf8_lossy(&output.stdout);
        let messages = stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let text = format!("{stdout}{}", String::from_utf8_lossy(&output.stderr));
        Self { code: output.status.code(), command, text, messages }
    }

    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "{} failed:\n{}", self.command, self.text);
        self
    }

    #[track_caller]
    pub(crate) fn failed(self) -> Self {
        assert_eq!(self.code, Some(1), "{} should have failed:\n{}", self.command, self.text);
        self
    }

    /// What is planned, such as `update azuretm_traffic_manager_profile.shop`; without what stays as it is.
    pub(crate) fn actions(&self) -> Vec<String> {
        let changes = self.of_type("planned_change").map(|message| &message["change"]);
        let changes = changes.filter(|change| change["action"] != "noop");
        let words = |change: &Value| {
            let word = change["action"].as_str().unwrap_or_default();
            format!("{word} {}", change["resource"]["addr"].as_str().unwrap_or_default())
        };
        changes.map(words).collect()
    }

    /// The addresses in the order in which something was done to them, such as `create a.b`.
    pub(crate) fn done(&self) -> Vec<String> {
        let hooks = self.of_type("apply_complete").map(|message| &message["hook"]);
        let words = |hook: &Value| {
            let word = hook["action"].as_str().unwrap_or_default();
            format!("{word} {}", hook["resource"]["addr"].as_str().unwrap_or_default())
        };
        hooks.map(words).collect()
    }

    /// What a query found.
    pub(crate) fn found(&self) -> Vec<Value> {
        let found = self.of_type("list_resource_found");
        found.map(|message| message["list_resource_found"].clone()).collect()
    }

    /// The outputs by name.
    pub(crate) fn outputs(&self) -> Value {
        let last = self.of_type("outputs").last();
        last.map(|message| message["outputs"].clone()).unwrap_or_default()
    }

    pub(crate) fn errors(&self) -> Vec<String> {
        self.diagnostics("error")
    }

    /// Warnings of the provider. The one about development overrides is the test's own doing.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let warnings = self.diagnostics("warning").into_iter();
        warnings.filter(|warning| !warning.starts_with("Provider development overrides")).collect()
    }

    /// Asserts that each text is in an error.
    #[track_caller]
    pub(crate) fn has_errors(&self, texts: &[&str]) {
        let errors = self.errors();
        for text in texts {
            assert!(
                errors.iter().any(|error| error.contains(text)),
                "no error has {text:?}:\n{}\n{}",
                errors.join("\n--\n"),
                if errors.is_empty() { &self.text } else { "" }
            );
        }
    }

    /// Everything as it was printed, without frames and line breaks; for commands that have no JSON.
    pub(crate) fn words(&self) -> String {
        let is_frame = |letter: char| matches!(letter, '│' | '╷' | '╵' | '|');
        let words = self.text.split(|letter: char| letter.is_whitespace() || is_frame(letter));
        words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Each as summary, detail, and the line of the source that it points at.
    fn diagnostics(&self, severity: &str) -> Vec<String> {
        let diagnostics = self.of_type("diagnostic").map(|message| &message["diagnostic"]);
        let text = |diagnostic: &Value| {
            let part = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
            let line = part(&diagnostic["snippet"]["code"]);
            format!("{}\n{}\nat: {line}", part(&diagnostic["summary"]), part(&diagnostic["detail"]))
        };
        diagnostics.filter(|diagnostic| diagnostic["severity"] == severity).map(text).collect()
    }

    fn of_type(&self, kind: &str) -> impl Iterator<Item = &Value> {
        self.messages.iter().filter(move |message| message["type"] == kind)
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}:\n{}", self.command, self.text)
    }
}
