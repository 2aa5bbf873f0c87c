//! The configurations in the guides are formatted as Terraform does it, and what they say of this provider's
//! resources is valid. That a profile moves as the guide says is shown by the acceptance tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const PROGRAMS: [&str; 3] = ["AZURETM_TERRAFORM_1_15", "AZURETM_TOFU", "AZURETM_TERRAFORM_PATH"];
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
fn succeeds(program: &Path, folder: &Path, arguments: &[&str]) {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    command.env("TF_CLI_CONFIG_FILE", folder.join("cli.tfrc")).env("CHECKPOINT_DISABLE", "1");
    let Output { status, stdout, stderr } = command.output().unwrap();
    let said = [stdout, stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(status.success(), "{arguments:?} in {}:\n{said}", folder.display());
}

#[test]
fn every_configuration_in_a_guide_is_formatted_and_valid() {
    let program = PROGRAMS.iter().find_map(|name| std::env::var_os(name).filter(|path| !path.is_empty()));
    let Some(program) = program.map(PathBuf::from) else {
        let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
        assert!(!ci, "none of {PROGRAMS:?} is set; `make test` sets them");
        eprintln!("skipped: none of {PROGRAMS:?} is set");
        return;
    };
    let guides = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/guides");
    let built = Path::new(env!("CARGO_BIN_EXE_terraform-provider-azuretm")).parent().unwrap();
    let mut count = 0;
    for guide in fs::read_dir(guides).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
    {
        for snippet in snippets(&guide) {
            let folder = tempfile::tempdir().unwrap();
            let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
            let overrides = format!("dev_overrides {{\n    \"azuretm/azuretm\" = {built:?}\n  }}");
            write("cli.tfrc", format!("provider_installation {{\n  {overrides}\n  direct {{}}\n}}\n"));
            write("main.tf", format!("{snippet}\n"));
            succeeds(&program, folder.path(), &["fmt", "-check", "-diff"]);
            write("main.tf", format!("{OURS}{}", ours(&format!("{snippet}\n"))));
            succeeds(&program, folder.path(), &["validate"]);
            count += 1;
        }
    }
    assert!(count >= 2, "the guides have more configurations than {count}");
}
