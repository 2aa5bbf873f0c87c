//! `terraform test` with a mocked provider: nothing is read, and nothing is refused because of made-up values.

use crate::hcl::{Profile, SHOP, TERRAFORM};
use crate::workspace::Workspace;

every_cli!(a_data_source_by_the_id_of_a_mocked_profile_is_mocked_too,);

fn a_data_source_by_the_id_of_a_mocked_profile_is_mocked_too(workspace: &Workspace) {
    if !workspace.cli.is_at_least((1, 7), (1, 8), "mock_provider") {
        return;
    }
    let child = Profile { label: "child", name: "child", relative_name: "contoso-child", ..SHOP };
    let nested = "    child = { target_resource_id = azuretm_traffic_manager_profile.child.id }";
    let parent = Profile { endpoints: Some(nested), ..SHOP };
    workspace.write(format_args!(
        "{TERRAFORM}{child}{parent}
data \"azuretm_traffic_manager_profile\" \"shop\" {{
  id = azuretm_traffic_manager_profile.shop.id
}}
"
    ));
    workspace.write_file(
        "main.tftest.hcl",
        r#"mock_provider "azuretm" {}

run "applies" {
  assert {
    condition     = azuretm_traffic_manager_profile.shop.name == "shop"
    error_message = "the profile has its name"
  }
}
"#,
    );
    workspace.run(&["test"]).succeeded();
    assert_eq!(workspace.azure.take_requests(), [""; 0]);
}
