//! Lists: selectors, pages, and lists as tables and as metadata.

use serde_json::{Value, json};

use crate::script::{BACKENDS, CONFIG_MAPS, PROFILES, Scenario, Step, create, get};

const METADATA: &str = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json";
const METADATA_LIST: &str =
    "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json";

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new("selectors", selectors()),
        Scenario::new("pages", pages()),
        Scenario::new("tables", tables()),
    ]
}

const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

fn labelled(name: &str, labels: &Value) -> Step {
    let mut object = PROFILES.object(name, &json!({ "spec": { "resourceGroup": "rg" } }));
    object["metadata"]["labels"] = labels.clone();
    let names =
        [("a", "create a"), ("b", "create b"), ("c", "create c"), ("d", "create d"), ("e", "create e")];
    let step = names.iter().find(|(own, _)| *own == name).expect("it is one of those").1;
    create(step, PROFILES, &object)
}

fn selectors() -> Vec<Step> {
    let by = |name, query: &str| get(name, PROFILES.all()).query(query);
    let fields = |name, query: &str| get(name, PROFILES.all()).query(&format!("fieldSelector={query}"));
    vec![
        get("none yet", PROFILES.all()),
        labelled("b", &json!({ "app": "shop", "tier": "web" })),
        labelled("a", &json!({ "app": "shop" })),
        labelled("c", &json!({ "app": "blog" })),
        labelled("d", &json!({})),
        get("all", PROFILES.all()),
        by("equal", "labelSelector=app%3Dshop"),
        by("twice equal", "labelSelector=app%3D%3Dshop"),
        by("not equal", "labelSelector=app!%3Dshop"),
        by("in", "labelSelector=app%20in%20(shop,blog)"),
        by("not in", "labelSelector=app%20notin%20(shop)"),
        by("there", "labelSelector=tier"),
        by("not there", "labelSelector=!tier"),
        by("both", "labelSelector=app%3Dshop,!tier"),
        by("empty", "labelSelector="),
        by("wrong", "labelSelector=a%20b"),
        by("wrong value", "labelSelector=a%3Db%20c"),
        by("wrong set", "labelSelector=a%20in%20"),
        fields("name", "metadata.name%3Da"),
        fields("not the name", "metadata.name!%3Da"),
        fields("name and namespace", "metadata.name%3Da,metadata.namespace%3D{namespace}"),
        fields("another field", "spec.resourceGroup%3Drg"),
        fields("no selector", "metadata.name"),
        get("everywhere", PROFILES.everywhere()).query("fieldSelector=metadata.namespace%3D{namespace}"),
        get("everywhere by label", PROFILES.everywhere()).query("labelSelector=tier%3Dweb"),
        get(
            "in a namespace that is missing",
            format!("/apis/{}/namespaces/missing/trafficmanagerprofiles", PROFILES.api_version),
        ),
        get("another kind", BACKENDS.all()),
        get("of another namespace", CONFIG_MAPS.all()),
    ]
}

fn pages() -> Vec<Step> {
    let by = |name, query: &str| get(name, PROFILES.all()).query(query);
    vec![
        labelled("a", &json!({ "app": "shop" })),
        labelled("b", &json!({ "app": "shop" })),
        labelled("c", &json!({ "app": "blog" })),
        labelled("d", &json!({ "app": "shop" })),
        labelled("e", &json!({})),
        by("first", "limit=2"),
        by("second", "limit=2&continue={continue of first}"),
        by("third", "limit=2&continue={continue of second}"),
        by("rest", "continue={continue of first}"),
        by("exactly all", "limit=5"),
        by("more than all", "limit=50"),
        by("by label", "limit=2&labelSelector=app%3Dshop"),
        by("wrong place", "limit=2&continue=nonsense"),
        by("wrong limit", "limit=many"),
        by("negative limit", "limit=-1"),
        by("at any revision", "resourceVersion=0"),
        by("pages at any revision", "resourceVersion=0&limit=2"),
        by("not older", "resourceVersion={resourceVersion of create a}&resourceVersionMatch=NotOlderThan"),
        by("exactly", "resourceVersion={resourceVersion of create b}&resourceVersionMatch=Exact"),
        by("match without revision", "resourceVersionMatch=Exact"),
        by("wrong match", "resourceVersion=1&resourceVersionMatch=Perhaps"),
        by("wrong revision", "resourceVersion=abc"),
        get("one at any revision", PROFILES.one("a")).query("resourceVersion=0"),
        get("one at a wrong revision", PROFILES.one("a")).query("resourceVersion=abc"),
    ]
}

fn tables() -> Vec<Step> {
    let backend = BACKENDS.object(
        "b",
        &json!({
            "spec": { "profile": { "name": "p" }, "backend": { "name": "i" }, "weight": 5 },
        }),
    );
    let map = json!({ "data": { "a": "1", "b": "2" } });
    vec![
        get("empty", PROFILES.all()).accept(TABLE),
        labelled("a", &json!({ "app": "shop" })),
        create("backend", BACKENDS, &backend),
        create("map", CONFIG_MAPS, &CONFIG_MAPS.object("c", &map)),
        crate::script::patch(
            "status",
            format!("{}/status", PROFILES.one("a")),
            crate::script::Patch::Merge,
            &json!({
                "status": { "dnsName": "a.example", "conditions": [{
                    "type": "Programmed", "status": "Unknown", "reason": "Pending", "message": "m",
                    "lastTransitionTime": "2024-01-02T03:04:05Z",
                }] },
            }),
        ),
        get("profiles", PROFILES.all()).accept(TABLE),
        get("one profile", PROFILES.one("a")).accept(TABLE),
        get("whole objects", PROFILES.all()).accept(TABLE).query("includeObject=Object"),
        get("no objects", PROFILES.all()).accept(TABLE).query("includeObject=None"),
        get("metadata", PROFILES.all()).accept(TABLE).query("includeObject=Metadata"),
        get("wrong objects", PROFILES.all()).accept(TABLE).query("includeObject=Some"),
        get("backends", BACKENDS.all()).accept(TABLE),
        get("maps", CONFIG_MAPS.all()).accept(TABLE),
        get("missing", PROFILES.one("missing")).accept(TABLE),
        get("nothing but a table", PROFILES.all()).accept("application/json;as=Table;v=v1;g=meta.k8s.io"),
        get("a table of another version", PROFILES.all())
            .accept("application/json;as=Table;v=v9;g=meta.k8s.io"),
        get("an older table", PROFILES.all()).accept("application/json;as=Table;v=v1beta1;g=meta.k8s.io"),
        get("metadata of one", PROFILES.one("a")).accept(METADATA),
        get("metadata of all", PROFILES.all()).accept(METADATA_LIST),
        get("metadata of all in the form of one", PROFILES.all()).accept(METADATA),
        get("events", "/api/v1/namespaces/{namespace}/events").accept(TABLE),
        get("secrets", "/api/v1/namespaces/{namespace}/secrets").accept(TABLE),
        get("a namespace", "/api/v1/namespaces/{namespace}").accept(TABLE),
    ]
}
