//! The attributes of the provider block, with what a reader has to know of each.

use tf_plugin::cty::Type;
use tf_plugin::schema::{Attribute, Block, Schema};

/// The schema of the provider block.
pub(crate) fn schema() -> Schema {
    let mut attributes: Vec<Attribute> = azure().into();
    attributes.extend(application());
    attributes.extend(oidc());
    attributes.extend(others());
    Schema::new(Block::new(attributes).describe(ABOUT))
}

const ABOUT: &str = "The azuretm provider manages Azure Traffic Manager. It authenticates in the same way as the \
 `azurerm` provider, with the same attributes and environment variables. It uses the first of these \
 credentials that is configured: client certificate, client secret, OIDC token, AKS workload \
 identity, managed identity, Azure CLI. It logs in only when a request needs it. Requests use the \
 proxy in `HTTPS_PROXY`, except for hosts in `NO_PROXY` and for this machine. Certificate authorities \
 in `SSL_CERT_FILE` are trusted in addition.";

fn azure() -> [Attribute; 8] {
    [
        Attribute::string("environment").describe(
            "The Azure cloud: `public`, `usgovernment`, `china`, or `emulator` for a local `azuretm-emulator`. \
             Can also be set with `ARM_ENVIRONMENT`. Defaults to `public`.",
        ),
        Attribute::string("metadata_host").describe(
            "The host with the metadata of another Azure cloud, such as `management.local.azurestack.external` or \
             `localhost:4654`. The provider reads `/metadata/endpoints` from it over HTTPS. Can also be set with \
             `ARM_METADATA_HOSTNAME`. If set, `environment` determines only the suffix of DNS names.",
        ),
        Attribute::string("subscription_id")
            .describe("The ID of the subscription, a UUID. Required here or in `ARM_SUBSCRIPTION_ID`."),
        Attribute::string("tenant_id")
            .describe("The ID of the tenant, a UUID or a domain. Can also be set with `ARM_TENANT_ID`."),
        Attribute::of("auxiliary_tenant_ids", Type::list(Type::String)).describe(
            "Up to three additional tenants, for endpoints that point to resources in another tenant. Can also be \
             set with `ARM_AUXILIARY_TENANT_IDS`, separated by semicolons. Not available with a managed identity, \
             which belongs to a single tenant.",
        ),
        Attribute::string("emulator_url").describe(
            "The URL of the emulator, which has to be on this machine. Can also be set with \
             `AZURETM_EMULATOR_URL`. Defaults to `http://127.0.0.1:4653`. Credentials are never sent to it.",
        ),
        Attribute::string("partner_id").describe(
            "A UUID that is registered with Microsoft to attribute usage to a partner. Can also be set with \
             `ARM_PARTNER_ID`.",
        ),
        Attribute::of("ignored_warnings", Type::set(Type::String)).describe(
            "The codes of the checks whose warnings are not shown, such as `single-endpoint`. The guide [Checks at \
             Plan](guides/checks) lists them. Errors cannot be ignored.",
        ),
    ]
}

fn application() -> [Attribute; 7] {
    [
        Attribute::string("client_id").describe(
            "The client ID of the application or of the user-assigned identity, a UUID. Can also be set with \
             `ARM_CLIENT_ID`.",
        ),
        Attribute::string("client_id_file_path")
            .describe("The path of a file that contains the client ID. Can also be set with `ARM_CLIENT_ID_FILE_PATH`."),
        Attribute::string("client_secret")
            .sensitive()
            .describe("The client secret of the application. Can also be set with `ARM_CLIENT_SECRET`."),
        Attribute::string("client_secret_file_path")
            .describe("The path of a file that contains the client secret. Can also be set with \
             `ARM_CLIENT_SECRET_FILE_PATH`."),
        Attribute::string("client_certificate").sensitive().describe(
            "A certificate of the application with its RSA key, as a Base64-encoded PFX file or as PEM. Can also \
             be set with `ARM_CLIENT_CERTIFICATE`.",
        ),
        Attribute::string("client_certificate_path").describe(
            "The path of a PFX or PEM file with a certificate of the application and its RSA key. Can also be set \
             with `ARM_CLIENT_CERTIFICATE_PATH`.",
        ),
        Attribute::string("client_certificate_password")
            .sensitive()
            .describe("The password of the client certificate. Can also be set with `ARM_CLIENT_CERTIFICATE_PASSWORD`."),
    ]
}

fn oidc() -> [Attribute; 6] {
    [
        Attribute::bool("use_oidc").describe(
            "Whether to authenticate with an OIDC token from an issuer that the application trusts. Can also be \
             set with `ARM_USE_OIDC`. Defaults to `false`.",
        ),
        Attribute::string("oidc_token").sensitive().describe("The OIDC token. Can also be set with `ARM_OIDC_TOKEN`."),
        Attribute::string("oidc_token_file_path")
            .describe("The path of a file that contains the OIDC token. It is read again for each login. Can also be set \
             with `ARM_OIDC_TOKEN_FILE_PATH`."),
        Attribute::string("oidc_request_url").describe(
            "The URL at which a pipeline requests an OIDC token. Can also be set with `ARM_OIDC_REQUEST_URL`, \
             `ACTIONS_ID_TOKEN_REQUEST_URL` (GitHub Actions) or `SYSTEM_OIDCREQUESTURI` (Azure Pipelines).",
        ),
        Attribute::string("oidc_request_token").sensitive().describe(
            "The bearer token for requests to `oidc_request_url`. Can also be set with `ARM_OIDC_REQUEST_TOKEN`, \
             `ACTIONS_ID_TOKEN_REQUEST_TOKEN` (GitHub Actions) or `SYSTEM_ACCESSTOKEN` (Azure Pipelines).",
        ),
        Attribute::string("ado_pipeline_service_connection_id").describe(
            "The ID of the service connection in Azure Pipelines. Can also be set with \
             `ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID` or `ARM_OIDC_AZURE_SERVICE_CONNECTION_ID`.",
        ),
    ]
}

fn others() -> [Attribute; 4] {
    [
        Attribute::bool("use_aks_workload_identity").describe(
            "Whether to authenticate with the AKS workload identity of the pod. Can also be set with \
             `ARM_USE_AKS_WORKLOAD_IDENTITY`. Defaults to `false`.",
        ),
        Attribute::bool("use_msi").describe(
            "Whether to authenticate with the managed identity of this machine or app. Can also be set with \
             `ARM_USE_MSI`. Defaults to `false`.",
        ),
        Attribute::string("msi_endpoint").describe(
            "A custom URL of the managed identity service. Can also be set with `ARM_MSI_ENDPOINT`.",
        ),
        Attribute::bool("use_cli").describe(
            "Whether to authenticate with the Azure CLI if no other credentials are configured. Can also be set \
             with `ARM_USE_CLI`. Defaults to `true`.",
        ),
    ]
}
