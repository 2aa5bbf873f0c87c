//! The guide about checks: rendered from the rules and from what the provider says of their breaches.
//!
//! `make docs` writes it; without `AZURETM_WRITE_GUIDES` the test compares. What no rule says stands in
//! `checks.md` beside this file.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path as FilePath;

use test_support::Azure;
use tf_plugin::Diagnostic;
use tf_plugin_testing::core::Core;
use traffic_manager::rules::breaches::{CASES, FLEET_CASES};
use traffic_manager::rules::{self, AREAS, FLEET_AREA, Finding, Rule, Severity, Step};

use crate::provider::provider_at;
use crate::{configuration, diagnostics_of, is_refused_by_terraform, shows};

const GUIDE: &str = "templates/guides/checks.md";
/// What stands in the guide before the rules.
const INTRODUCTION: &str = include_str!("checks.md");
/// Lines of messages are broken here, as a terminal does.
const WIDTH: usize = 88;
/// Longer words are cut, unless they are addresses or ids: only rules about lengths are shown such.
const LONGEST_WORD: usize = 60;

/// A rule, and what is said of every profile that breaks it.
struct Entry {
    rule: &'static Rule,
    /// What is printed for the first.
    printed: Diagnostic,
    findings: Vec<Finding>,
}

#[tokio::test]
async fn the_guide_says_of_every_check_what_the_provider_says() {
    let azure = Azure::start().await;
    let rendered = render(&provider_at(&azure.running.url()).await).await;
    let path = FilePath::new(env!("CARGO_MANIFEST_DIR")).join(GUIDE);
    if std::env::var_os("AZURETM_WRITE_GUIDES").is_some() {
        fs::write(&path, &rendered).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == rendered, "{GUIDE} is stale: run make docs and commit it");
}

async fn render(core: &Core) -> String {
    let mut details = String::new();
    let mut overview = String::from("| Check | Severity | Attribute | Code |\n|---|---|---|---|\n");
    for area in AREAS {
        writeln!(details, "\n## {}", area.title).unwrap();
        for rule in area.rules {
            let entry = entry(core, rule).await;
            let Rule { summary, severity, code, .. } = rule;
            let line = format!("[{summary}](#{}) | {severity} | {}", anchor(summary), entry.attributes());
            writeln!(overview, "| {line} | `{code}` |").unwrap();
            details.push_str(&entry.text());
        }
    }
    writeln!(details, "\n## {}\n\n{FLEET_INTRODUCTION}", FLEET_AREA.title).unwrap();
    for (rule, (_, object)) in FLEET_AREA.rules.iter().zip(FLEET_CASES) {
        let findings = rules::check_fleet(&object(), &rules::Path::root());
        let entry = Entry { rule, printed: printed(&findings[0]), findings };
        let Rule { summary, severity, code, .. } = rule;
        let line = format!("[{summary}](#{}) | {severity} | {}", anchor(summary), entry.attributes());
        writeln!(overview, "| {line} | `{code}` |").unwrap();
        details.push_str(&entry.text());
    }
    let cases = CASES.iter().filter(|case| !is_refused_by_terraform(case));
    let introduction = INTRODUCTION
        .replace("{{ number of rules }}", &(rules::all().count() + FLEET_AREA.rules.len()).to_string())
        .replace("{{ number of cases }}", &cases.count().to_string());
    format!("{introduction}\n{overview}{details}")
}

/// What stands before the rules of Fleet.
const FLEET_INTRODUCTION: &str = "These are the checks of `azuretm_fleet_profile`, `azuretm_fleet_backend` and \
`azuretm_fleet_service_export`. The checks of\nprobes, headers and resource groups hold for a Fleet profile, too.";

/// A finding as the provider tells it at the attribute.
fn printed(finding: &Finding) -> Diagnostic {
    let mut what = finding.what.clone();
    what.replace_range(..1, &what[..1].to_uppercase());
    let detail = format!("{what}.\n\n{} {}\n\nSee {}", finding.why, finding.remedy, finding.source);
    let mut said = tf_plugin::Diagnostics::new();
    said.error(tf_plugin::Path::root(), finding.summary, detail);
    said.iter().next().cloned().expect("an error was added")
}

async fn entry(core: &Core, rule: &'static Rule) -> Entry {
    let mut findings = Vec::new();
    let mut printed = None;
    for case in CASES.iter().filter(|case| case.code == rule.code && !is_refused_by_terraform(case)) {
        let profile = case.profile();
        findings.extend(rules::check_profile(&profile, &rules::Path::root()));
        if printed.is_none() {
            let told = diagnostics_of(core, &configuration::from_profile(&profile)).await;
            printed = told.into_iter().find(|diagnostic| shows(diagnostic, &findings[0]));
        }
    }
    Entry { rule, printed: printed.unwrap_or_else(|| panic!("{} is not told", rule.code)), findings }
}

impl Entry {
    /// The attributes that it is about, whatever the names of endpoints are.
    fn attributes(&self) -> String {
        let paths: BTreeSet<String> = self.findings.iter().map(|finding| attribute(&finding.path)).collect();
        paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ")
    }

    fn text(&self) -> String {
        let Rule { code, severity, summary, source, .. } = self.rule;
        let title = match severity {
            Severity::Error => "Error",
            Severity::Warning => "Warning",
        };
        let place = self.attributes();
        let mut text = format!("\n### {summary}\n\n{title} `{code}` at {place} ([source]({source})):\n");
        let detail = wrapped(&self.printed.detail);
        writeln!(text, "\n```text\n{title}: {summary}\n\n{detail}\n```").unwrap();
        let others = self.others();
        if !others.is_empty() {
            writeln!(text, "\nAlso:\n\n{}", others.join("\n")).unwrap();
        }
        text
    }

    /// What else is said, without what the printed message says already.
    fn others(&self) -> Vec<String> {
        let first = &self.findings[0];
        let mut said = BTreeSet::from([&first.what]);
        let others = self.findings.iter().filter(|finding| said.insert(&finding.what));
        let line = |finding: &Finding| {
            let remedy = if finding.remedy == first.remedy { "" } else { &finding.remedy };
            let text = format!("{}. {remedy}", capitalised(&finding.what));
            format!("- {}", escaped(&cut(text.trim_end())))
        };
        others.map(line).collect()
    }
}

fn attribute(path: &rules::Path) -> String {
    let mut text = String::new();
    for step in path.steps() {
        match step {
            Step::Attribute(name) if text.is_empty() => text.push_str(name),
            Step::Attribute(name) => write!(text, ".{name}").unwrap(),
            // A block that is there once is written without a number.
            Step::Index(_) => {}
            Step::Key(_) => text.push_str("[*]"),
        }
    }
    text
}

/// The name that a heading has in an address.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars().filter(|letter| letter.is_alphanumeric() || "-_".contains(*letter)).collect()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn cut(text: &str) -> String {
    let word = |word: &str| match word.char_indices().nth(LONGEST_WORD) {
        Some(_) if !word.contains('/') => format!("{}…{}", &word[..16], &word[word.len() - 4..]),
        _ => word.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Without what Markdown would take for markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        if "\\*_<[|`".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

fn wrapped(text: &str) -> String {
    text.lines().map(|line| wrapped_line(&cut(line))).collect::<Vec<_>>().join("\n")
}

fn wrapped_line(line: &str) -> String {
    let mut wrapped = String::new();
    let mut width = 0;
    for word in line.split(' ') {
        let length = word.chars().count();
        let separator = if wrapped.is_empty() {
            ""
        } else if width + 1 + length > WIDTH {
            "\n"
        } else {
            " "
        };
        width = if separator == " " { width + 1 + length } else { length };
        wrapped.push_str(separator);
        wrapped.push_str(word);
    }
    wrapped
}
