//! The tests that guides name as witnesses. Whether a test shows what a guide says is for its reader to judge.

use std::fs;
use std::path::Path;

/// Numbered rows of the table of what went wrong elsewhere.
const ROWS: usize = 46;
/// What a row says in the place of a witness.
const WITHOUT_WITNESS: [&str; 3] = ["measured", "not supported yet", "outside this provider"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn guide(name: &str) -> String {
    fs::read_to_string(root().join("templates/guides").join(name)).unwrap()
}

/// The code spans of the form `file.rs: name`.
fn witnesses(text: &str) -> Vec<(&str, &str)> {
    let spans = text.split('`').skip(1).step_by(2);
    spans
        .filter_map(|span| {
            span.split_once(".rs: ").map(|(_, name)| (&span[..span.len() - name.len() - 2], name))
        })
        .collect()
}

/// Whether this file has a test of this name: a function with the attribute, or one in a list of scenarios.
fn has_test(file: &str, name: &str) -> bool {
    let Some((before, _)) = file.split_once(&format!("fn {name}(")) else { return false };
    let attributes = before.rsplit("\n\n").next().unwrap_or_default();
    let is_listed = ["every_cli!(", "one_cli!("].iter().any(|list| {
        let lists = file.split(list).skip(1).filter_map(|rest| rest.split(");").next());
        lists.flat_map(|names| names.split(',')).any(|listed| listed.trim() == name)
    });
    is_listed || attributes.contains("#[test]") || attributes.contains("#[tokio::test")
}

#[test]
fn every_test_that_a_guide_names_exists() {
    for name in ["checks.md", "coming-from-azurerm.md"] {
        let guide = guide(name);
        let named = witnesses(&guide);
        assert!(!named.is_empty(), "{name} names no test");
        for (path, test) in named {
            let file = fs::read_to_string(root().join(path));
            let file = file.unwrap_or_else(|error| panic!("{name} names {path}: {error}"));
            assert!(has_test(&file, test), "{name}: {path} has no test {test}");
        }
    }
}

#[test]
fn every_row_names_a_test_or_says_that_there_is_nothing_to_show() {
    let guide = guide("coming-from-azurerm.md");
    let mut next = 1;
    for line in guide.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        if cells.first().is_none_or(|first| *first != next.to_string()) {
            continue;
        }
        let [_, _, _, shown_by] = cells[..] else { panic!("row {next} has {} cells", cells.len()) };
        let is_witnessed = !witnesses(shown_by).is_empty();
        assert!(is_witnessed || WITHOUT_WITNESS.contains(&shown_by), "row {next} is shown by {shown_by:?}");
        next += 1;
    }
    assert_eq!(next - 1, ROWS, "the rows are numbered without a gap");
}

/// azurerm's parsers of these IDs want a capital letter, where Azure and this provider have none.
#[test]
fn the_way_back_to_azurerm_has_the_kinds_as_azurerm_spells_them() {
    let guide = guide("coming-from-azurerm.md");
    let (_, way_back) = guide.split_once("\n## Moving Back to azurerm\n").unwrap();
    let (way_back, _) = way_back.split_once("\n## ").unwrap();
    for kind in ["/AzureEndpoints/", "/ExternalEndpoints/", "/NestedEndpoints/"] {
        assert!(way_back.contains(kind), "{kind}");
    }
    let ids: Vec<&str> = way_back.lines().filter(|line| line.trim().starts_with("id = ")).collect();
    assert!(
        !ids.is_empty()
            && ids.iter().all(|id| id.contains("Endpoints/") && !id.contains("/externalEndpoints/"))
    );
}

#[test]
fn a_test_is_told_from_a_function() {
    let file =
        "one_cli!(\n    listed,\n);\n\nfn listed(w: &W) {}\n\n#[test]\nfn marked() {}\n\nfn other() {}\n";
    assert!(has_test(file, "listed") && has_test(file, "marked"));
    assert!(!has_test(file, "other") && !has_test(file, "mark") && !has_test(file, "list"));
}
