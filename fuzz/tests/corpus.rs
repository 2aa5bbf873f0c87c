//! Gives every kept input to its target once, on any machine: there is no engine in it.

use std::collections::BTreeSet;
use std::path::Path;

use fuzz::TARGETS;

#[test]
fn every_kept_input_holds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for (name, check) in TARGETS {
        let files = std::fs::read_dir(corpus.join(name)).expect("every target has kept inputs");
        let mut inputs: Vec<_> = files.map(|file| file.expect("a file can be listed").path()).collect();
        inputs.sort();
        assert!(!inputs.is_empty(), "{name}");
        for path in inputs {
            let input = std::fs::read(&path).expect("a kept input can be read");
            let held = std::panic::catch_unwind(|| check(&input));
            assert!(held.is_ok(), "{} does not hold", path.display());
        }
    }
}

#[test]
fn every_folder_of_inputs_and_every_program_is_that_of_a_target() {
    let names: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    for folder in ["corpus", "targets"] {
        let files = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
        let files =
            files.expect("the folder is there").map(|file| file.expect("a file can be listed").path());
        let found: BTreeSet<String> =
            files.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect();
        assert_eq!(found, names, "{folder}");
    }
}
