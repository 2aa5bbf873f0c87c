//! What Azure refuses or fails to do, and what a user is told about it.
//!
//! The words are the provider's, whichever CLI prints them, so one CLI is enough. What a CLI does with the
//! state after a failure is its own, so that is seen with each.

use serde_json::json;

use crate::hcl::{ADDRESS, Profile, SHOP};
use crate::workspace::Workspace;

every_cli!(a_change_that_fails_leaves_the_state_as_it_was, a_creation_that_fails_leaves_nothing_behind,);
one_cli!(
    what_azure_refuses_is_told_with_what_to_do,
    a_service_that_stays_busy_or_broken_is_given_up_in_time,
    a_data_source_is_given_up_within_its_own_timeout,
    what_runs_out_of_time_names_its_timeout,
    an_answer_that_is_not_json_is_not_taken_for_azures,
    a_name_that_is_taken_is_found_at_plan,
    a_resource_group_that_is_gone_is_named,
    a_busy_service_is_asked_again,
);

/// Short times, so that what would be tried for half an hour is given up in two seconds.
const SHORT: Profile<'static> = Profile {
    more: "  timeouts {\n    create = \"2s\"\n    read   = \"2s\"\n    update = \"2s\"\n  }",
    ..SHOP
};

/// Lets the next requests of this method be answered with a status and an error of this code.
fn fail(workspace: &Workspace, method: &str, status: u16, code: &str) {
    let body = json!({ "error": { "code": code, "message": "the words of Azure" } });
    let answer = json!({ "status": status, "headers": { "x-ms-request-id": "the-request" }, "body": body });
    workspace.azure.fault(json!({ "method": method, "times": 1000, "answer": answer }));
}

fn what_azure_refuses_is_told_with_what_to_do(workspace: &Workspace) {
    for (status, code, texts) in [
        (400, "BadRequest", ["Correct what its message names.", "at: name "]),
        (
            401,
            "ExpiredAuthenticationToken",
            ["Azure rejected the login", "Log in again, and check tenant_id."],
        ),
        (403, "AuthorizationFailed", ["Permission denied.", "\"Traffic Manager Contributor\""]),
        (403, "ScopeLocked", ["A lock on the resource", "Remove the lock"]),
        (404, "ResourceGroupNotFound", ["az group create --name rg-global", "at: resource_group_name "]),
        (404, "SubscriptionNotFound", ["The subscription does not exist", "Check subscription_id"]),
        (409, "Conflict", ["contoso-shop.trafficmanager.net is already used", "at: relative_name "]),
    ] {
        fail(workspace, "PUT", status, code);
        let outcome = workspace.refuses(SHOP, &texts);
        let facts = [
            "Cannot create the profile \"shop\"",
            &format!("Azure responded with {status}"),
            &format!("{code}: the words of Azure"),
            "Request ID: the-request",
        ];
        outcome.has_errors(&facts);
        let writes = workspace.azure.take_requests();
        let puts = writes.iter().filter(|request| request.starts_with("PUT")).count();
        assert_eq!(puts, 1, "a refusal is not worth another attempt: {writes:?}");
        workspace.azure.clear_faults();
    }
}

fn a_service_that_stays_busy_or_broken_is_given_up_in_time(workspace: &Workspace) {
    for (status, code, text) in [
        (429, "TooManyRequests", "Azure is throttling requests of this kind"),
        (500, "InternalServerError", "give the request ID below to Azure support"),
        (503, "ServiceUnavailable", "Azure failed to respond"),
    ] {
        fail(workspace, "PUT", status, code);
        let facts = [
            text,
            &format!("Azure responded with {status}"),
            "the words of Azure",
            "Request ID: the-request",
        ];
        workspace.refuses(SHORT, &facts);
        workspace.azure.clear_faults();
        workspace.destroy();
    }
}

fn what_runs_out_of_time_names_its_timeout(workspace: &Workspace) {
    let with = |names: &[&str]| {
        let times: Vec<String> = names.iter().map(|name| format!("    {name} = \"2s\"")).collect();
        let more = format!("  timeouts {{\n{}\n  }}", times.join("\n"));
        Profile { more: &more, ..SHOP }.to_string()
    };
    let given = |name: &str| {
        format!("The timeout was 2 seconds. To allow more time, set `{name}` in the block `timeouts`.")
    };
    let fails = |resources: &str, method: &str, status: u16, code: &str, name: &str| {
        fail(workspace, method, status, code);
        workspace.refuses(resources, &[&given(name), "the words of Azure"]);
        workspace.azure.clear_faults();
    };
    fails(&with(&["create"]), "PUT", 429, "TooManyRequests", "create");
    workspace.destroy();
    let short = with(&["read", "update", "delete"]);
    workspace.apply(&short);
    fails(&short, "GET", 503, "ServiceUnavailable", "read");
    fails(&short.replace("= 30", "= 60"), "PATCH", 429, "TooManyRequests", "update");
    fail(workspace, "DELETE", 503, "ServiceUnavailable");
    let destroyed = workspace.run(&["apply", "-destroy", "-json", "-auto-approve", "-input=false"]).failed();
    destroyed.has_errors(&["Cannot delete the profile \"shop\"", &given("delete")]);
}

fn a_data_source_is_given_up_within_its_own_timeout(workspace: &Workspace) {
    fail(workspace, "GET", 503, "ServiceUnavailable");
    let source = r#"
data "azuretm_traffic_manager_profile" "shop" {
  name                = "shop"
  resource_group_name = "rg-global"
  timeouts {
    read = "5s"
  }
}
"#;
    // Long enough for one answer on a busy machine.
    workspace.refuses(source, &["Cannot find the profile \"shop\"", "503"]);
    let bad = source.replace("5s", "soon");
    workspace.refuses(bad, &["`read` is \"soon\", which is not a duration", "at: read = \"soon\""]);
}

fn an_answer_that_is_not_json_is_not_taken_for_azures(workspace: &Workspace) {
    let page = json!({ "status": 200, "body": "<html>Please log in</html>" });
    workspace.azure.fault(json!({ "method": "GET", "times": 1000, "answer": page }));
    workspace.refuses(
        SHOP,
        &["The response is not JSON", "perhaps from a proxy", "<html>Please log in</html>", "HTTPS_PROXY"],
    );
    assert_eq!(workspace.azure.profile("shop"), None);
}

fn a_name_that_is_taken_is_found_at_plan(workspace: &Workspace) {
    let other = Profile { label: "other", name: "other", ..SHOP };
    workspace.apply(other);
    workspace.azure.take_requests();
    workspace.refuses(
        format_args!("{other}{SHOP}"),
        &[
            "The DNS name contoso-shop.trafficmanager.net is already used",
            "at: relative_name = \"contoso-shop\"",
        ],
    );
    assert!(workspace.azure.take_requests().iter().all(|request| !request.starts_with("PUT")));
}

fn a_resource_group_that_is_gone_is_named(workspace: &Workspace) {
    workspace.apply(SHOP);
    workspace.azure.delete_group();
    // Everything in it is gone too, so the plan creates it, and the group is what is missing.
    workspace.refuses(
        SHOP,
        &["The resource group \"rg-global\" does not exist", "az group create --name rg-global"],
    );
}

fn a_change_that_fails_leaves_the_state_as_it_was(workspace: &Workspace) {
    workspace.apply(SHOP);
    fail(workspace, "PATCH", 403, "AuthorizationFailed");
    workspace
        .refuses(Profile { ttl: 60, ..SHOP }, &["Cannot change the profile \"shop\"", "the words of Azure"]);
    assert_eq!(workspace.state(ADDRESS)["dns_config"][0]["ttl"], 30);
    workspace.azure.clear_faults();

    fail(workspace, "DELETE", 409, "ScopeLocked");
    let destroyed = workspace.run(&["apply", "-destroy", "-json", "-auto-approve", "-input=false"]).failed();
    destroyed.has_errors(&["Cannot delete the profile \"shop\"", "A lock on the resource"]);
    assert_eq!(workspace.state(ADDRESS)["dns_config"][0]["ttl"], 30);
    workspace.azure.clear_faults();
    workspace.changes_in_place(Profile { ttl: 60, ..SHOP }, &json!({}));
}

fn a_creation_that_fails_leaves_nothing_behind(workspace: &Workspace) {
    fail(workspace, "PUT", 403, "AuthorizationFailed");
    workspace.refuses(SHOP, &["Cannot create the profile \"shop\""]);
    workspace.azure.clear_faults();
    let again = workspace.apply_again();
    assert_eq!(again.actions(), [format!("create {ADDRESS}")], "{again}");
}

fn a_busy_service_is_asked_again(workspace: &Workspace) {
    let busy = json!({ "status": 429, "headers": { "Retry-After": "0" } });
    workspace.azure.fault(json!({ "method": "PUT", "times": 1, "answer": busy }));
    workspace.apply(SHOP);
    let requests = workspace.azure.take_requests();
    // Somebody else may have made the profile meanwhile, so a creation looks before it writes again.
    let last = ["PUT shop 429", "GET shop 404", "PUT shop 201"].map(str::to_owned);
    assert!(requests.ends_with(&last), "{requests:?}");
    // An answer that was lost is settled by reading, not by sending the same again.
    workspace.azure.fault(json!({ "method": "PATCH", "times": 1, "drop": "after" }));
    workspace.changes_in_place(
        Profile { ttl: 60, ..SHOP },
        &json!({ "properties": { "dnsConfig": { "ttl": 60 } } }),
    );
    let requests = workspace.azure.take_requests();
    let patches: Vec<&String> = requests.iter().filter(|request| request.starts_with("PATCH")).collect();
    assert_eq!(patches, ["PATCH shop dropped"], "{requests:?}");
}
