//! Configurations that are wrong, and what a user is told about them before anything is asked of Azure.
//!
//! The words are the provider's, whichever CLI prints them, so one CLI is enough.

use std::fs;
use std::path::Path;

use crate::azure::id;
use crate::hcl::{ADDRESS, HTTPS, Profile, SHOP, TERRAFORM};
use crate::workspace::Workspace;

one_cli!(
    words_and_numbers_out_of_range_are_told_all_at_once,
    bad_endpoints_are_told_on_their_own_lines,
    a_provider_that_cannot_work_says_what_to_write,
    an_emulator_that_is_not_running_says_how_to_start_it,
    what_is_wrong_is_readable_on_a_terminal,
    an_update_is_held_to_the_rules_of_a_creation,
    a_nested_profile_is_not_always_served,
    a_misspelled_attribute_is_dropped_by_terraform_and_found_by_the_documented_postcondition,
);

fn words_and_numbers_out_of_range_are_told_all_at_once(workspace: &Workspace) {
    let monitor = r#"
    protocol                     = "https"
    port                         = 70000
    path                         = "health"
    interval_in_seconds          = 15
    timeout_in_seconds           = 20
    tolerated_number_of_failures = 10
    expected_status_code_ranges  = ["20x"]"#;
    let more = r#"
  profile_status = "enabled"
  max_return     = 9
  timeouts {
    create = "5 minutes"
  }"#;
    let bad =
        Profile { name: "shop_1", method: "weighted", relative_name: "contoso_shop", monitor, more, ..SHOP };
    let outcome = workspace.refuses(
        bad,
        &[
            "\"shop_1\" is not a valid profile name",
            "Use \"Weighted\": letter case matters here.",
            "\"contoso_shop\" is not a valid relative name: it contains '_'.",
            "\"https\" is not one of HTTP, HTTPS, TCP.",
            "Ports range from 1 to 65535.",
            "Put a slash in front, as in \"/health\".",
            "Use 30, or 10 to detect failures faster.",
            "The timeout is 5 to 10 seconds",
            "Traffic Manager tolerates 0 to 9 consecutive failures.",
            "\"20x\" is not a range of status codes.",
            "Use \"Enabled\": letter case matters here.",
            "A DNS response contains 1 to 8 addresses.",
            "\"5 minutes\", which is not a duration",
        ],
    );
    // Each is shown at the line of its attribute.
    for attribute in ["relative_name", "protocol", "port", "interval_in_seconds", "max_return", "create"] {
        outcome.has_errors(&[&format!("at: {attribute} ")]);
    }
    assert_eq!(workspace.azure.take_requests(), [""; 0]);
    let ttl = SHOP.to_string().replace("ttl           = 30", "ttl           = -1");
    workspace.refuses(ttl, &["0 to 2147483647", "at: ttl           = -1"]);
}

fn bad_endpoints_are_told_on_their_own_lines(workspace: &Workspace) {
    let id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers\
              /Microsoft.Network/publicIPAddresses/ip";
    let endpoints = format!(
        r#"
    both    = {{ target = "a.example.com", target_resource_id = "{id}" }}
    neither = {{ weight = 3 }}
    url     = {{ target = "https://b.example.com" }}
    heavy   = {{ target = "c.example.com", weight = 1001 }}
    last    = {{ target = "d.example.com", priority = 0 }}
    nowhere = {{ target = "e.example.com", endpoint_location = "global" }}
    child   = {{ target = "f.example.com", minimum_child_endpoints = 2 }}
    one     = {{ target = "g.example.com", priority = 7 }}
    two     = {{ target = "h.example.com", priority = 7 }}"#
    );
    let outcome = workspace.refuses(Profile { endpoints: Some(&endpoints), ..SHOP }, &[]);
    for (name, text) in [
        ("both", "\"both\" has both target and target_resource_id"),
        ("neither", "\"neither\" has neither target nor target_resource_id"),
        ("url", "Use its host name alone"),
        ("heavy", "Weights range from 1 to 1000."),
        ("last", "Priorities range from 1 to 1000"),
        ("nowhere", "Azure rejects \"global\""),
        ("child", "Remove minimum_child_endpoints."),
        ("two", "both have the priority 7"),
    ] {
        let line = format!("at: {name} ");
        let errors = outcome.errors();
        let on_line = errors.iter().any(|error| error.contains(text) && error.contains(&line));
        assert!(on_line, "no error has {text:?} and {line:?}:\n{}", errors.join("\n--\n"));
    }
    assert_eq!(workspace.azure.take_requests(), [""; 0]);
}

/// A configuration whose provider has these arguments.
fn with_provider(arguments: &str) -> String {
    format!("{TERRAFORM}provider \"azuretm\" {{\n{arguments}\n}}\n{SHOP}")
}

fn a_provider_that_cannot_work_says_what_to_write(workspace: &Workspace) {
    let subscription = "subscription_id = \"00000000-0000-0000-0000-000000000001\"";
    for (arguments, texts) in [
        (
            "environment = \"emulator\"".to_owned(),
            ["Subscription missing", "set ARM_SUBSCRIPTION_ID", "at: provider \"azuretm\" {"],
        ),
        (
            "environment = \"Public\"\nsubscription_id = \"shop\"".to_owned(),
            [
                "\"shop\" is not the ID of a subscription, which is a UUID",
                "Write \"public\".",
                "at: environment",
            ],
        ),
        (
            format!("environment = \"moon\"\n{subscription}"),
            [
                "Unknown environment",
                "\"public\", \"usgovernment\", \"china\" or \"emulator\"",
                "at: environment",
            ],
        ),
        (
            format!("environment = \"emulator\"\n{subscription}\nemulator_url = \"http://192.0.2.1:4653\""),
            ["not an address of this machine", "\"http://127.0.0.1:4653\"", "at: emulator_url"],
        ),
    ] {
        workspace.write(with_provider(&arguments));
        workspace.try_apply().failed().has_errors(&texts);
    }
    assert_eq!(workspace.azure.take_requests(), [""; 0]);
}

fn an_emulator_that_is_not_running_says_how_to_start_it(workspace: &Workspace) {
    // Port 1 is set aside for a service that no machine runs, and no test is given it.
    workspace.write(with_provider(
        r#"
  environment     = "emulator"
  subscription_id = "00000000-0000-0000-0000-000000000001"
  emulator_url    = "http://127.0.0.1:1""#,
    ));
    let texts = [
        "Cannot connect to http://127.0.0.1:1",
        "Start the emulator in another terminal with `azuretm-emulator`",
        "AZURETM_EMULATOR_URL",
    ];
    workspace.try_apply().failed().has_errors(&texts);
}

fn what_is_wrong_is_readable_on_a_terminal(workspace: &Workspace) {
    workspace.configure(Profile { relative_name: "contoso_shop", ..SHOP });
    let words = workspace.run(&["plan", "-input=false"]).failed().words();
    let sentence = "Error: Invalid relative name with azuretm_traffic_manager_profile.shop, on main.tf line";
    assert!(words.contains(sentence), "{words}");
    assert!(words.contains("Use letters, digits and hyphens, as in \"contoso-shop\"."), "{words}");
}

fn an_update_is_held_to_the_rules_of_a_creation(workspace: &Workspace) {
    workspace.apply(Profile { method: "MultiValue", more: "  max_return = 2", ..SHOP });
    let before = workspace.azure.profile("shop");
    workspace.azure.take_requests();
    let monitor = format!("{HTTPS}\n    interval_in_seconds = 10\n    timeout_in_seconds  = 10");
    workspace.refuses(
        Profile { method: "MultiValue", monitor: &monitor, ..SHOP },
        &["Missing max_return", "Probe timeout out of range", "Use a number from 5 to 9."],
    );
    // A refresh may have come before; nothing was written.
    assert!(workspace.azure.take_requests().iter().all(|request| request.starts_with("GET")));
    assert_eq!(workspace.azure.profile("shop"), before);
}

fn a_nested_profile_is_not_always_served(workspace: &Workspace) {
    let endpoints =
        format!("    child = {{ target_resource_id = \"{}\", always_serve_enabled = true }}", id("child"));
    workspace.refuses(
        Profile { endpoints: Some(&endpoints), ..SHOP },
        &[
            "points to another profile, and always_serve_enabled is true",
            "Remove always_serve_enabled",
            "at: child ",
        ],
    );
    assert_eq!(workspace.azure.take_requests(), [""; 0]);
}

fn a_misspelled_attribute_is_dropped_by_terraform_and_found_by_the_documented_postcondition(
    workspace: &Workspace,
) {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/checked-endpoints/main.tf");
    let example = fs::read_to_string(example).unwrap();
    let misspelled = example.replace("weight = 70", "wieght = 70");
    assert_ne!(misspelled, example);
    workspace.write(&misspelled);
    workspace.try_apply().failed().has_errors(&["An endpoint has an attribute that does not exist."]);
    assert!(workspace.azure.profile("shop").is_none());

    let (before, _) = misspelled.split_once("\n  lifecycle {").unwrap();
    workspace.write(format_args!("{before}}}\n"));
    let (_, after) = workspace.planned_change(ADDRESS);
    assert_eq!(after["endpoints"]["east"]["weight"], 1, "the plan shows the default");
}
