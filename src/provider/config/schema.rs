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

const ABOUT: &str = "Azure Traffic Manager. Attributes and environment variables are those of the `azurerm` provider, \
    so that both log in alike. The first of these credentials that is set up is used: client certificate, client \
    secret, OIDC token, AKS workload identity, managed identity, Azure CLI. Nothing logs in before the first request \
    that needs it. Requests go through the proxy of `HTTPS_PROXY`, but for hosts that `NO_PROXY` names and those on \
    this machine; certificate authorities in `SSL_CERT_FILE` are trusted.";

fn azure() -> [Attribute; 7] {
    [
        Attribute::string("environment").describe(
            "Which Azure: `public`, `usgovernment`, `china`, or `emulator` for a local `azuretm-emulator`. Also from \
             `ARM_ENVIRONMENT`. Defaults to `public`.",
        ),
        Attribute::string("metadata_host").describe(
            "The host that describes another Azure at `/metadata/endpoints`, such as `management.local.azurestack.external` \
             or `localhost:4654`; it is asked by https. Also from `ARM_METADATA_HOSTNAME`. With it, `environment` says \
             only what DNS names of profiles end with.",
        ),
        Attribute::string("subscription_id")
            .describe("The subscription of the profiles, a UUID. Also from `ARM_SUBSCRIPTION_ID`."),
        Attribute::string("tenant_id")
            .describe("The tenant to log in to, a UUID or a domain. Also from `ARM_TENANT_ID`."),
        Attribute::of("auxiliary_tenant_ids", Type::list(Type::String)).describe(
            "Up to three further tenants to log in to, for endpoints whose resource is in another tenant. Also from \
             `ARM_AUXILIARY_TENANT_IDS`, with semicolons in between. Not with a managed identity, which is of one \
             tenant.",
        ),
        Attribute::string("emulator_url").describe(
            "Where the emulator listens, on this machine only. Also from `AZURETM_EMULATOR_URL`. Defaults to \
             `http://127.0.0.1:4653`. No credentials are ever sent to it.",
        ),
        Attribute::string("partner_id").describe(
            "A UUID registered with Microsoft for the attribution of usage to a partner. Also from `ARM_PARTNER_ID`.",
        ),
    ]
}

fn application() -> [Attribute; 7] {
    [
        Attribute::string("client_id").describe(
            "The client id of the application or of the user-assigned identity, a UUID. Also from `ARM_CLIENT_ID`.",
        ),
        Attribute::string("client_id_file_path")
            .describe("A file with the client id. Also from `ARM_CLIENT_ID_FILE_PATH`."),
        Attribute::string("client_secret")
            .sensitive()
            .describe("A client secret of the application. Also from `ARM_CLIENT_SECRET`."),
        Attribute::string("client_secret_file_path")
            .describe("A file with the client secret. Also from `ARM_CLIENT_SECRET_FILE_PATH`."),
        Attribute::string("client_certificate").sensitive().describe(
            "A certificate of the application with its RSA key: a PFX file in base64, or PEM. Also from \
             `ARM_CLIENT_CERTIFICATE`.",
        ),
        Attribute::string("client_certificate_path").describe(
            "A PFX or PEM file with a certificate of the application and its RSA key. Also from \
             `ARM_CLIENT_CERTIFICATE_PATH`.",
        ),
        Attribute::string("client_certificate_password")
            .sensitive()
            .describe("The password of the certificate. Also from `ARM_CLIENT_CERTIFICATE_PASSWORD`."),
    ]
}

fn oidc() -> [Attribute; 6] {
    [
        Attribute::bool("use_oidc").describe(
            "Whether to log in with a token of another issuer that the application trusts. Also from `ARM_USE_OIDC`. \
             Defaults to `false`.",
        ),
        Attribute::string("oidc_token").sensitive().describe("Such a token. Also from `ARM_OIDC_TOKEN`."),
        Attribute::string("oidc_token_file_path")
            .describe("A file with such a token, read anew for each login. Also from `ARM_OIDC_TOKEN_FILE_PATH`."),
        Attribute::string("oidc_request_url").describe(
            "The service of a pipeline that gives such a token. Also from `ARM_OIDC_REQUEST_URL`, \
             `ACTIONS_ID_TOKEN_REQUEST_URL` (GitHub Actions) or `SYSTEM_OIDCREQUESTURI` (Azure Pipelines).",
        ),
        Attribute::string("oidc_request_token").sensitive().describe(
            "What that service wants to be shown. Also from `ARM_OIDC_REQUEST_TOKEN`, \
             `ACTIONS_ID_TOKEN_REQUEST_TOKEN` (GitHub Actions) or `SYSTEM_ACCESSTOKEN` (Azure Pipelines).",
        ),
        Attribute::string("ado_pipeline_service_connection_id").describe(
            "The id of the service connection, in Azure Pipelines. Also from `ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID` \
             or `ARM_OIDC_AZURE_SERVICE_CONNECTION_ID`.",
        ),
    ]
}

fn others() -> [Attribute; 4] {
    [
        Attribute::bool("use_aks_workload_identity").describe(
            "Whether to log in with the workload identity of a pod. Also from `ARM_USE_AKS_WORKLOAD_IDENTITY`. \
             Defaults to `false`.",
        ),
        Attribute::bool("use_msi").describe(
            "Whether to log in with the managed identity of this machine or app. Also from `ARM_USE_MSI`. Defaults to \
             `false`.",
        ),
        Attribute::string("msi_endpoint").describe(
            "Another address of the service that gives tokens of the managed identity. Also from `ARM_MSI_ENDPOINT`.",
        ),
        Attribute::bool("use_cli").describe(
            "Whether to log in as whoever is logged in with the Azure CLI, when nothing else is set up. Also from \
             `ARM_USE_CLI`. Defaults to `true`.",
        ),
    ]
}
