//! The configurations in the guides are formatted as Terraform does it, and what they say of this provider's
//! resources is valid. That a profile moves as the guide says is shown by the acceptance tests.

use std::fs;
use std::path::Path;
use std::process::Output;

use test_support::{Cli, Folder};

const OURS: &str =
    "terraform {\n  required_providers {\n    azuretm = { source = \"azuretm/azuretm\" }\n  }\n}\n\n";

/// What stands between fences of this language.
fn snippets(guide: &str) -> Vec<&str> {
    let rest = guide.split("\n```terraform\n").skip(1);
    rest.map(|rest| rest.split("\n```").next().unwrap_or_default()).collect()
}

/// The blocks that concern this provider alone; there is no azurerm here.
fn ours(snippet: &str) -> String {
    let blocks = snippet.split("\n}\n").map(|block| block.trim_end_matches("\n}"));
    let ours = blocks.filter(|block| !block.trim().is_empty() && !block.contains("azurerm_"));
    ours.flat_map(|block| [block, "\n}\n"]).collect()
}

#[track_caller]
fn succeeds(folder: &Folder, arguments: &[&str]) {
    let Output { status, stdout, stderr } = folder.command(arguments).output().unwrap();
    let said = [stdout, stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    let configuration = fs::read_to_string(folder.file("main.tf")).unwrap();
    assert!(status.success(), "{arguments:?}: {said}\nof:\n{configuration}");
}

#[test]
fn every_configuration_in_a_guide_is_formatted_and_valid() {
    let Some(cli) = Cli::first() else { return };
    let guides = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/guides");
    let mut count = 0;
    for guide in fs::read_dir(guides).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
    {
        for snippet in snippets(&guide) {
            let folder = Folder::new(cli, env!("CARGO_BIN_EXE_terraform-provider-azuretm"), &[]);
            folder.write("main.tf", &format!("{snippet}\n"));
            succeeds(&folder, &["fmt", "-check", "-diff"]);
            folder.write("main.tf", &format!("{OURS}{}", ours(&format!("{snippet}\n"))));
            succeeds(&folder, &["validate"]);
            count += 1;
        }
    }
    assert!(count >= 2, "the guides have more configurations than {count}");
}
