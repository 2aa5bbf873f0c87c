//! The definitions of the emulated hub beside those that Fleet installs, where a folder has them.
//!
//! They are not part of the repository. Only descriptions may differ: those are our own words.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use test_support::{KubeApiServer, say};

use crate::definitions::definitions;
use crate::normal::differences;
use crate::script::{CRDS, apply, create, delete, get};
use crate::servers::{Answers, Server};

/// Names the folder with the files of Fleet's `CustomResourceDefinition`s.
const FOLDER: &str = "AZURETM_FLEET_CRDS";

#[tokio::test]
async fn the_definitions_are_those_of_fleet() {
    let files = files();
    if files.is_empty() {
        say(&format!("skipped: {FOLDER} names no folder with the definitions of Fleet"));
        return;
    }
    let Some(real) = KubeApiServer::start().await else { return };
    let real = Server::Real(real);
    let mut wrong = Vec::new();
    for definition in definitions() {
        let ours = definition.crd();
        let name = ours["metadata"]["name"].as_str().expect("a definition has a name").to_owned();
        let file = files.iter().find(|text| text.contains(&format!("name: {name}")));
        let Some(file) = file else {
            wrong.push(format!("{name}: Fleet does not have it"));
            continue;
        };
        let theirs = as_stored(&real, &name, Content::Yaml(file)).await;
        let ours = as_stored(&real, &name, Content::Json(&ours)).await;
        wrong.extend(differences(&theirs, &ours).into_iter().map(|line| format!("{name}{line}")));
    }
    assert_eq!(definitions().len(), files.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn files() -> Vec<String> {
    let folder = std::env::var_os(FOLDER).map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/crds"),
        PathBuf::from,
    );
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let texts = files.filter_map(|file| fs::read_to_string(file.path()).ok());
    texts.filter(|text| text.contains("kind: CustomResourceDefinition")).collect()
}

enum Content<'a> {
    Yaml(&'a str),
    Json(&'a Value),
}

/// What the server makes of a definition, which it then forgets.
async fn as_stored(server: &Server, name: &str, content: Content<'_>) -> Value {
    let none = Answers::new();
    let step = match content {
        Content::Yaml(text) => {
            apply("theirs", CRDS.one(name), "test", &json!({})).text("application/apply-patch+yaml", text)
        }
        Content::Json(definition) => create("ours", CRDS, definition),
    };
    let made = server.send(&step, "default", &none).await;
    assert_eq!(made.status, 201, "{made:?}");
    let mut stored = made.document();
    server.send(&delete("delete", CRDS.one(name)), "default", &none).await;
    while server.send(&get("read", CRDS.one(name)), "default", &none).await.status != 404 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut parts = json!({
        "labels": stored["metadata"]["labels"].take(),
        "spec": stored["spec"].take(),
    });
    without_descriptions(&mut parts);
    parts
}

/// Takes away what is said of a schema. A property of that name is a schema itself, and no text.
fn without_descriptions(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("description").is_some_and(Value::is_string) {
                members.remove("description");
            }
            members.values_mut().for_each(without_descriptions);
        }
        Value::Array(elements) => elements.iter_mut().for_each(without_descriptions),
        _ => {}
    }
}
