//! Every configuration in the repository works as it is written there.

use std::fs;
use std::path::{Path, PathBuf};

use crate::azure::SUBSCRIPTION;
use crate::outcome::Outcome;
use crate::workspace::{Workspace, clis};
use test_support::{Cli, fleet_id};

every_cli!(every_question_of_the_documents_is_answered,);

/// The folders with HCL below this one.
fn folders(below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<_> = fs::read_dir(below).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    if entries.iter().any(|path| is_hcl(path)) {
        found.push(below.to_owned());
    }
    found.extend(entries.iter().filter(|path| path.is_dir()).flat_map(|path| folders(path)));
    found
}

fn is_hcl(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "tf")
}

/// The folder of all examples.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// The folders that hold snippets, which a page of the documents shows; all others are examples as a whole.
const SNIPPETS: [&str; 5] = ["resources", "data-sources", "ephemeral-resources", "functions", "provider"];

/// The fleets that examples are about: members, and what they export by namespace, service and weight.
fn seed_fleets(workspace: &Workspace) {
    let azure = workspace.azure.others();
    let east = ("team-a-nginx", "nginx-service-eastus2euap", 1);
    let south = ("team-a-nginx", "nginx-service-uksouth", 1);
    azure.seed_fleet(
        "demo",
        &[
            ("aks-member-1", &[east, ("team-a", "web", 1)]),
            ("aks-member-3", &[east]),
            ("aks-member-2", &[south]),
            ("aks-member-4", &[south]),
        ],
    );
    for region in ["europe", "america"] {
        azure.seed_fleet(region, &[(&format!("aks-{region}"), &[("shop", "web", 1)])]);
        azure.put_namespace(region, "shop");
    }
    azure.put_namespace("demo", "team-a");
    azure.put_namespace("demo", "team-a-nginx");
}

/// Each example with one CLI, always the same.
#[test]
fn every_example_is_applied_and_destroyed() {
    let root = root();
    let all = folders(&root);
    let is_whole = |folder: &&PathBuf| !SNIPPETS.iter().any(|part| folder.starts_with(root.join(part)));
    let examples: Vec<_> = all.iter().filter(is_whole).collect();
    assert!(examples.len() >= 8, "there are more examples than {examples:?}");
    for folder in examples {
        for cli in clis(name_of(&root, folder)) {
            example(cli, folder);
        }
    }
}

fn example(cli: Cli, folder: &Path) {
    let place = Workspace::new(cli, &[]);
    seed_fleets(&place);
    for file in hcl_of(folder) {
        place.write_file(file.file_name().unwrap().to_str().unwrap(), &read(&file));
    }
    place.apply_example(folder);
    place.plans_nothing();
    place.destroy();
}

/// The snippets of each resource with one CLI, always the same.
#[test]
fn every_snippet_of_a_resource_works_as_it_is_written() {
    let root = root();
    // The block of the provider alone; it is applied with each snippet.
    assert_eq!(hcl_of(&root.join("provider")), [root.join("provider/provider.tf")]);
    let resources = folders(&root.join("resources"));
    assert!(resources.len() >= 7, "there are more resources than {resources:?}");
    for folder in &resources {
        let mut clis = clis(name_of(&root, folder));
        // No snippet is left out.
        if !clis.iter().copied().any(imports_by_identity) {
            clis.extend(Cli::first());
        }
        for cli in clis {
            resource(cli, &root, folder);
        }
    }
}

fn imports_by_identity(cli: Cli) -> bool {
    cli.is_at_least((1, 12), (1, 12), "the example of an import by identity")
}

/// The name of an example: the path of its folder.
fn name_of<'a>(root: &Path, folder: &'a Path) -> &'a str {
    folder.strip_prefix(root).unwrap().to_str().unwrap()
}

fn every_question_of_the_documents_is_answered(workspace: &Workspace) {
    let root = root();
    let below = |part: &str| folders(&root.join(part));
    let questions = ["data-sources", "functions"].map(below).concat();
    let questions: Vec<_> = questions.iter().flat_map(|folder| hcl_of(folder)).collect();
    assert!(questions.len() >= 7, "there are more questions than {questions:?}");
    ask(workspace, &root, &questions);
}

impl Workspace {
    /// Applies an example. It shows how to do it well, so there is nothing to warn of.
    #[track_caller]
    fn apply_example(&self, path: &Path) -> Outcome {
        let applied = self.apply_again();
        assert_eq!(applied.warnings(), [""; 0], "{}", path.display());
        applied
    }

    /// A folder in which the documents' snippets work: the environment turns the provider to the emulator.
    fn for_snippets(cli: Cli) -> Self {
        let place = Self::new(cli, &[("ARM_ENVIRONMENT", "emulator"), ("ARM_SUBSCRIPTION_ID", SUBSCRIPTION)]);
        seed_fleets(&place);
        place
    }
}

fn hcl_of(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| is_hcl(path)).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The snippets of data sources and functions, all at once. They ask about the shop of the quickstart. A
/// comment in the first line of a snippet is what its output is.
fn ask(workspace: &Workspace, root: &Path, snippets: &[PathBuf]) {
    let place = Workspace::for_snippets(workspace.cli);
    place.write(read(&root.join("quickstart/main.tf")));
    place.apply_again();
    place.forget_state();
    place.write(read(&root.join("provider/provider.tf")));
    for (number, snippet) in snippets.iter().enumerate() {
        place.write_file(&format!("snippet-{number}.tf"), &read(snippet));
    }
    let outputs = place.apply_example(root).outputs();
    for snippet in snippets {
        let text = read(snippet);
        let Some(expected) = text.strip_prefix("# ").and_then(|text| text.lines().next()) else { continue };
        let (_, rest) = text.split_once("output \"").unwrap();
        let output = &outputs[rest.split_once('"').unwrap().0]["value"];
        assert_eq!(output.to_string(), expected, "{}", snippet.display());
    }
    place.plans_nothing();
}

/// The provider's block with the hub of a fleet.
fn with_hub(provider: &str) -> String {
    let block =
        format!("provider \"azuretm\" {{\n  fleet_hub {{\n    fleet_id = \"{}\"\n  }}\n", fleet_id("demo"));
    provider.replacen("provider \"azuretm\" {\n", &block, 1)
}

/// The snippets of one resource on its page in the documents: the resource itself with what it needs, then its imports.
/// They stand beside the provider's own snippet.
fn resource(cli: Cli, root: &Path, folder: &Path) {
    let place = Workspace::for_snippets(cli);
    let provider = read(&root.join("provider/provider.tf"));
    let provider = match folder.file_name().and_then(|name| name.to_str()) {
        Some(name) if name.starts_with("azuretm_fleet_") => with_hub(&provider),
        _ => provider,
    };
    let text = format!("{provider}\n{}", read(&folder.join("resource.tf")));
    place.write(&text);
    place.apply_example(folder);
    place.plans_nothing();
    let command = read(&folder.join("import.sh"));
    let words: Vec<&str> = command.split_whitespace().collect();
    let ["terraform", "import", address, id] = words[..] else { panic!("{command} is not one import") };
    let forget = || place.run(&["state", "rm", address]).succeeded();

    let blocks = [("import-by-string-id.tf", true), ("import-by-identity.tf", imports_by_identity(cli))];
    for (block, _) in blocks.into_iter().filter(|(_, works)| *works) {
        forget();
        place.write(format_args!("{text}\n{}", read(&folder.join(block))));
        assert_eq!(place.apply_again().done(), [""; 0], "{block} of {}", folder.display());
    }

    forget();
    place.write(&text);
    let imported = place.import(address, id.trim_matches(['\'', '"']));
    assert_eq!(imported.code, Some(0), "{imported}");
    place.plans_nothing();
    place.destroy();
}
