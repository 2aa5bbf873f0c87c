//! What changes nothing in Azure: no request, no new version of the state, no health that is not known.

use serde_json::json;

use crate::hcl::{ADDRESS, PROVIDER, Profile, SHOP, TERRAFORM};
use crate::workspace::Workspace;

every_cli!(an_apply_without_a_change_writes_no_state, a_warning_is_told_once_by_a_plan,);
one_cli!(
    what_azure_is_not_told_leaves_the_health_known_and_sends_nothing,
    a_warning_can_be_ignored,
    priorities_that_mean_nothing_are_not_shown,
);

const EAST: &str = "    east = { target = \"east.example.com\", weight = 70 }";
const INLINE: Profile<'static> = Profile { endpoints: Some(EAST), ..SHOP };

fn what_azure_is_not_told_leaves_the_health_known_and_sends_nothing(workspace: &Workspace) {
    workspace.apply(INLINE);
    let only = [
        "  timeouts {\n    create = \"40m\"\n  }",
        "  adopt_existing = true",
        "",
        "  wait_for_online = {}",
        "  wait_for_online = {}\n  timeouts {\n    create = \"40m\"\n  }",
    ];
    workspace.azure.set_health("shop", "east", "Online");
    for more in only {
        workspace.configure(Profile { more, ..INLINE });
        let (_, after) = workspace.planned_change(ADDRESS);
        if more != "  wait_for_online = {}" {
            assert_eq!(after["monitor_status"], "Online", "{more}");
            assert_eq!(after["endpoints"]["east"]["monitor_status"], "Online", "{more}");
        }
        workspace.azure.take_requests();
        workspace.apply_again();
        assert_eq!(workspace.azure.take_requests(), ["GET shop 200", "GET shop 200"], "{more}");
        workspace.plans_nothing();
    }
}

fn an_apply_without_a_change_writes_no_state(workspace: &Workspace) {
    for profile in [INLINE, SHOP] {
        workspace.apply(profile);
        workspace.apply_again();
        let before = workspace.state_file();
        workspace.apply_again();
        assert_eq!(workspace.state_file(), before);
    }
}

fn a_warning_is_told_once_by_a_plan(workspace: &Workspace) {
    workspace.configure(Profile { ttl: 0, ..INLINE });
    workspace.run(&["validate", "-json"]);
    let planned = workspace.run(&["plan", "-json", "-input=false", "-out=saved"]).succeeded();
    let warnings = planned.warnings();
    let each: std::collections::BTreeSet<&String> = warnings.iter().collect();
    assert!(!warnings.is_empty() && each.len() == warnings.len(), "{planned}");
    let applied = workspace.run(&["apply", "-json", "-input=false", "saved"]).succeeded();
    // OpenTofu does not say that a plan is made inside an apply.
    let again = if workspace.cli == test_support::Cli::OpenTofu { warnings } else { Vec::new() };
    assert_eq!(applied.warnings(), again, "{applied}");
}

fn a_warning_can_be_ignored(workspace: &Workspace) {
    let provider = |codes: &str| PROVIDER.replace("\n}", &format!("\n  ignored_warnings = [{codes}]\n}}"));
    let plan = |codes: &str| {
        workspace.write(format_args!("{TERRAFORM}{}{}", provider(codes), Profile { ttl: 0, ..INLINE }));
        workspace.run(&["plan", "-json", "-input=false"])
    };
    let all = plan("").succeeded().warnings();
    assert_eq!(all.len(), 2, "{all:?}");
    let one = plan("\"ttl-below-interval\"").succeeded();
    assert_eq!(one.warnings().len(), 1, "{one}");
    assert!(one.warnings()[0].starts_with("Only one endpoint"), "{one}");
    assert_eq!(plan("\"ttl-below-interval\", \"single-endpoint\"").succeeded().warnings(), [""; 0]);
    let wrong = plan("\"ttl\"").failed();
    assert!(wrong.errors()[0].contains("\"ttl\" is not the code of a check"), "{wrong}");
}

fn priorities_that_mean_nothing_are_not_shown(workspace: &Workspace) {
    let two = format!("{EAST}\n    west = {{ target = \"west.example.com\" }}");
    workspace.configure(Profile { endpoints: Some(&two), ..SHOP });
    let (_, after) = workspace.planned_change(ADDRESS);
    assert_eq!(after["endpoints"]["west"]["priority"], json!(null));
    workspace.apply_again();
    workspace.plans_nothing();
    // They are numbers once they say something.
    let priority = Profile { method: "Priority", endpoints: Some(&two), ..SHOP };
    workspace.configure(priority);
    let (_, after) = workspace.planned_change(ADDRESS);
    assert_eq!(after["endpoints"]["west"]["priority"], 2);
    workspace.apply_again();
    workspace.plans_nothing();
    // And stay when they say nothing any more.
    workspace.apply(Profile { endpoints: Some(&two), ..SHOP });
    assert_eq!(workspace.state(ADDRESS)["endpoints"]["west"]["priority"], 2);
    workspace.plans_nothing();
}
