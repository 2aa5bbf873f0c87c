//! Endpoints that were managed elsewhere and come into the configuration: none is lost, and none moves unasked.

use serde_json::json;

use crate::hcl::{ADDRESS, Profile, SHOP};
use crate::json::assert_has;
use crate::workspace::Workspace;

one_cli!(
    endpoints_that_the_configuration_lacks_are_kept_and_then_shown,
    endpoints_keep_their_priorities_when_they_are_taken_over,
);

/// Two endpoints made by another hand.
fn made_elsewhere(workspace: &Workspace) {
    workspace.apply(SHOP);
    for (name, priority) in [("east", 1), ("west", 7)] {
        let target = format!("{name}.example.com");
        let endpoint = json!({ "target": target, "priority": priority, "weight": 50 });
        workspace.azure.put_endpoint("shop", name, &endpoint);
    }
}

fn endpoints_that_the_configuration_lacks_are_kept_and_then_shown(workspace: &Workspace) {
    let azure = &workspace.azure;
    made_elsewhere(workspace);
    let west = azure.endpoint("shop", "west");
    azure.take_requests();
    let inline =
        Profile { endpoints: Some("    East = { target = \"east.example.com\", weight = 70 }"), ..SHOP };
    let warnings = workspace.apply(inline).warnings().join("\n");
    for text in
        ["endpoints[\"East\"].weight: 50 -> 70", "not in the configuration: west. This apply keeps them"]
    {
        assert!(warnings.contains(text), "{warnings}");
    }
    let writes: Vec<_> = azure.take_requests().into_iter().filter(|it| !it.starts_with("GET")).collect();
    assert_eq!(writes, ["PUT shop 200"]);
    assert_eq!(azure.endpoint("shop", "west"), west);
    assert_has(&azure.endpoint("shop", "east").unwrap(), &json!({ "weight": 70, "priority": 1 }));

    let (before, after) = workspace.planned_change(ADDRESS);
    assert_eq!(before["endpoints"]["west"]["target"], "west.example.com");
    assert_eq!(after["endpoints"]["west"], json!(null));
    workspace.apply_again();
    assert_eq!(azure.endpoints("shop"), ["east"]);
    workspace.plans_nothing();
}

fn endpoints_keep_their_priorities_when_they_are_taken_over(workspace: &Workspace) {
    let azure = &workspace.azure;
    made_elsewhere(workspace);
    let both = "    west = { target = \"west.example.com\", weight = 50 }
    north = { target = \"north.example.com\" }";
    let warnings = workspace.apply(Profile { endpoints: Some(both), ..SHOP }).warnings().join("\n");
    assert!(warnings.contains("endpoints[\"north\"]: added"), "{warnings}");
    assert!(!warnings.contains("west\"]"), "{warnings}");
    let priority = |name: &str| azure.endpoint("shop", name).unwrap()["priority"].clone();
    assert_eq!([priority("east"), priority("west"), priority("north")], [1, 7, 8]);
}
