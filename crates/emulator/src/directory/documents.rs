//! The documents that clients look up before they log in: the endpoints of the cloud, the directory's own, and
//! which names belong to one directory.
//!
//! Every address in them is the emulator's own, as far as it serves what is behind; the others are those of the
//! public cloud, because clients refuse a document without them.

use http::StatusCode;
use serde_json::{Value, json};

use super::directory_answer;
use crate::service::{Answer, HeaderText, Origin, query_value};

/// `GET /metadata/endpoints`, in the form of the version asked for.
pub(super) fn endpoints(query: &str, base: &str) -> Answer {
    let version = query_value(query, "api-version").unwrap_or_default();
    let body = match version.as_str() {
        "2015-01-01" => of_2015(base),
        "2018-05-01" | "2019-05-01" | "2020-06-01" => json!([cloud(base, &version)]),
        "2022-09-01" | "2023-12-01" => cloud(base, &version),
        _ => {
            // The code is that of missing versions of other paths; the text is the emulator's own.
            let message = format!(
                "The api-version '{version}' of the endpoints' metadata is not known. Use 2015-01-01, 2019-05-01 or \
                 2022-09-01."
            );
            let error = json!({ "error": { "code": "InvalidApiVersionParameter", "message": message } });
            return directory_answer(StatusCode::BAD_REQUEST, &error);
        }
    };
    Answer { origin: Origin::Gateway, ..directory_answer(StatusCode::OK, &body) }
}

fn of_2015(base: &str) -> Value {
    json!({
        "galleryEndpoint": "https://gallery.azure.com/",
        "graphEndpoint": "https://graph.windows.net/",
        "portalEndpoint": "https://portal.azure.com/",
        "authentication": {
            "loginEndpoint": format!("{base}/"),
            "audiences": ["https://management.core.windows.net/", "https://management.azure.com/"],
        },
    })
}

/// The public cloud with the emulator's addresses. They have no slash at the end: some clients join paths with one
/// of their own.
fn cloud(base: &str, version: &str) -> Value {
    let mut cloud = json!({
        "portal": "https://portal.azure.com",
        "authentication": {
            "loginEndpoint": base,
            "audiences": ["https://management.core.windows.net/", "https://management.azure.com/"],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "media": "https://rest.media.azure.net",
        "graphAudience": "https://graph.windows.net/",
        "graph": "https://graph.windows.net/",
        "name": "AzureCloud",
        "suffixes": {
            "azureDataLakeStoreFileSystem": "azuredatalakestore.net",
            "acrLoginServer": "azurecr.io",
            "sqlServerHostname": "database.windows.net",
            "azureDataLakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.net",
            "keyVaultDns": "vault.azure.net",
            "storage": "core.windows.net",
            "azureFrontDoorEndpointSuffix": "azurefd.net",
            "storageSyncEndpointSuffix": "afs.azure.net",
            "mhsmDns": "managedhsm.azure.net",
            "mysqlServerEndpoint": "mysql.database.azure.com",
            "postgresqlServerEndpoint": "postgres.database.azure.com",
            "mariadbServerEndpoint": "mariadb.database.azure.com",
            "synapseAnalytics": "dev.azuresynapse.net",
            "attestationEndpoint": "attest.azure.net",
        },
        "batch": "https://batch.core.windows.net/",
        "resourceManager": base,
        "vmImageAliasDoc":
            "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/main/arm-compute/quickstart-templates/aliases.json",
        "activeDirectoryDataLake": "https://datalake.azure.net/",
        "sqlManagement": "https://management.core.windows.net:8443/",
        "gallery": "https://gallery.azure.com/",
    });
    if version >= "2020" {
        cloud["microsoftGraphResourceId"] = json!("https://graph.microsoft.com/");
        cloud["appInsightsResourceId"] = json!("https://api.applicationinsights.io");
        cloud["appInsightsTelemetryChannelResourceId"] =
            json!("https://dc.applicationinsights.azure.com/v2/track");
        cloud["attestationResourceId"] = json!("https://attest.azure.net");
        cloud["synapseAnalyticsResourceId"] = json!("https://dev.azuresynapse.net");
        cloud["logAnalyticsResourceId"] = json!("https://api.loganalytics.io");
        cloud["ossrDbmsResourceId"] = json!("https://ossrdbms-aad.database.windows.net");
    }
    cloud
}

/// `GET /common/discovery/instance`: the emulator is a directory of its own under the name it was reached by.
pub(super) fn instance(query: &str, base: &str) -> Answer {
    let host = base.split_once("://").map_or(base, |(_, host)| host);
    let authorize = query_value(query, "authorization_endpoint").unwrap_or_default();
    let tenant = authorize
        .split_once("://")
        .and_then(|(_, rest)| rest.split('/').nth(1))
        .filter(|tenant| !tenant.is_empty())
        .unwrap_or("common");
    let body = json!({
        "tenant_discovery_endpoint": format!("{base}/{tenant}/v2.0/.well-known/openid-configuration"),
        "api-version": "1.1",
        "metadata": [{ "preferred_network": host, "preferred_cache": host, "aliases": [host] }],
    });
    directory_answer(StatusCode::OK, &body)
}

/// The `OpenID` configuration of a tenant.
pub(super) fn openid(named: &str, tenant: &str, is_v2: bool, base: &str) -> Answer {
    let at = format!("{base}/{named}");
    let (oauth, keys, issuer) = if is_v2 {
        ("oauth2/v2.0", "discovery/v2.0/keys", format!("{base}/{tenant}/v2.0"))
    } else {
        ("oauth2", "discovery/keys", format!("https://sts.windows.net/{tenant}/"))
    };
    let body = json!({
        "token_endpoint": format!("{at}/{oauth}/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "jwks_uri": format!("{at}/{keys}"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": issuer,
        "request_uri_parameter_supported": false,
        // Nobody can log in interactively; clients refuse a configuration without this.
        "authorization_endpoint": format!("{at}/{oauth}/authorize"),
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "tid", "oid", "appid", "ver"],
        "tenant_region_scope": Value::Null,
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": "graph.microsoft.com",
    });
    let mut answer = directory_answer(StatusCode::OK, &body);
    answer.headers.push(("cache-control", HeaderText::Text("max-age=86400, private".to_owned())));
    answer
}
