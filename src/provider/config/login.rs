//! What the configuration and the environment offer for a login, put together.
//!
//! Nothing is read from files and nobody is asked: that is left to the first request that needs a token.

use std::path::PathBuf;

use arm::credentials::{
    AppService, AzureCli, Login, ManagedIdentity, Oidc, TokenRequest, WorkloadIdentity, Written,
    is_identity_endpoint,
};
use tf_plugin::{Diagnostics, Path, Value};

use super::block::Config;
use super::check::check_auxiliary;
use super::environment::Environment;
use crate::hidden::Hidden;

/// Reads attributes with their variables, and collects those that are not known yet.
struct Reader<'a> {
    variables: &'a Environment,
    diagnostics: &'a mut Diagnostics,
    unknown: Vec<&'static str>,
}

impl Reader<'_> {
    /// The value of the attribute, or else of the first variable that is set.
    fn text(&mut self, name: &'static str, given: &Value<String>, variables: &[&str]) -> Option<String> {
        match given {
            Value::Known(text) if !text.is_empty() => Some(text.clone()),
            Value::Known(_) | Value::Null => self.variables.first(variables).map(str::to_owned),
            Value::Unknown(_) => {
                self.unknown.push(name);
                None
            }
        }
    }

    fn secret(
        &mut self,
        name: &'static str,
        given: &Value<Hidden>,
        variables: &[&str],
    ) -> Option<arm::Secret> {
        match given {
            Value::Known(hidden) if *hidden != Hidden::from("") => Some(hidden.clone().into_secret()),
            Value::Known(_) | Value::Null => {
                self.variables.first(variables).map(|text| Hidden::from(text).into_secret())
            }
            Value::Unknown(_) => {
                self.unknown.push(name);
                None
            }
        }
    }

    fn switch(&mut self, name: &'static str, given: &Value<bool>, variable: &str, default: bool) -> bool {
        match given {
            Value::Known(given) => *given,
            Value::Unknown(_) => {
                self.unknown.push(name);
                default
            }
            Value::Null => match self.variables.first(&[variable]) {
                None => default,
                Some("true" | "TRUE" | "True" | "t" | "T" | "1") => true,
                Some("false" | "FALSE" | "False" | "f" | "F" | "0") => false,
                Some(other) => {
                    self.diagnostics.error(
                        Path::new(name),
                        "Invalid environment variable",
                        format!("{variable} is {other:?}. Set it to true or false, or unset it."),
                    );
                    default
                }
            },
        }
    }
}

/// What is offered for a login. The subscription helps the Azure CLI to find the tenant.
pub(super) fn login(
    config: &Config,
    subscription_id: Option<String>,
    variables: &Environment,
    diagnostics: &mut Diagnostics,
) -> Login {
    let mut reader = Reader { variables, diagnostics, unknown: Vec::new() };
    let from = &mut reader;
    let (client_id, client_id_file) = client_id(config, from);
    let mut login = Login {
        tenant_id: from.text("tenant_id", &config.tenant_id, &["ARM_TENANT_ID"]),
        auxiliary_tenant_ids: auxiliary(config, from),
        client_id,
        client_id_file,
        subscription_id,
        client_certificate: certificate(config, from),
        client_certificate_password: from.secret(
            "client_certificate_password",
            &config.client_certificate_password,
            &["ARM_CLIENT_CERTIFICATE_PASSWORD"],
        ),
        client_secret: client_secret(config, from),
        oidc: oidc(config, from),
        workload_identity: None,
        managed_identity: managed_identity(config, from),
        azure_cli: from
            .switch("use_cli", &config.use_cli, "ARM_USE_CLI", true)
            .then(|| AzureCli { path: from.variables.first(&["PATH"]).map(Into::into) }),
        unknown: Vec::new(),
    };
    login.workload_identity = workload_identity(config, &login, from);
    login.unknown = reader.unknown;
    login
}

fn written(secret: Option<arm::Secret>, file: Option<String>) -> Option<Written> {
    secret.map(Written::Here).or_else(|| file.map(|path| Written::File(PathBuf::from(path))))
}

/// The variable of a value, unless the configuration names a file with it: that goes before the environment.
fn unless_in<'a>(file: &Value<String>, variable: &'a [&'a str]) -> &'a [&'a str] {
    if file.is_null() || file.as_deref() == Some("") { variable } else { &[] }
}

/// Further tenants.
fn auxiliary(config: &Config, from: &mut Reader<'_>) -> Vec<String> {
    const VARIABLE: &str = "ARM_AUXILIARY_TENANT_IDS";
    let given = &config.auxiliary_tenant_ids;
    let named = given.known().map(Vec::as_slice).unwrap_or_default();
    if given.is_unknown() || named.iter().any(Value::is_unknown) {
        from.unknown.push("auxiliary_tenant_ids");
        return Vec::new();
    }
    if !named.is_empty() {
        return named.iter().filter_map(Value::as_deref).map(str::to_owned).collect();
    }
    let list = from.variables.first(&[VARIABLE]).unwrap_or_default();
    let tenants: Vec<_> = list.split(';').map(str::trim).filter(|tenant| !tenant.is_empty()).collect();
    check_auxiliary(VARIABLE, tenants.len(), tenants.iter().copied(), from.diagnostics);
    tenants.into_iter().map(str::to_owned).collect()
}

/// The client id, or else the file with it.
fn client_id(config: &Config, from: &mut Reader<'_>) -> (Option<String>, Option<PathBuf>) {
    let variable = unless_in(&config.client_id_file_path, &["ARM_CLIENT_ID"]);
    let here = from.text("client_id", &config.client_id, variable);
    let file = from.text("client_id_file_path", &config.client_id_file_path, &["ARM_CLIENT_ID_FILE_PATH"]);
    let file = file.filter(|_| here.is_none()).map(PathBuf::from);
    (here, file)
}

fn certificate(config: &Config, from: &mut Reader<'_>) -> Option<Written> {
    let variable = unless_in(&config.client_certificate_path, &["ARM_CLIENT_CERTIFICATE"]);
    let here = from.secret("client_certificate", &config.client_certificate, variable);
    let file = from.text(
        "client_certificate_path",
        &config.client_certificate_path,
        &["ARM_CLIENT_CERTIFICATE_PATH"],
    );
    written(here, file)
}

fn client_secret(config: &Config, from: &mut Reader<'_>) -> Option<Written> {
    let variable = unless_in(&config.client_secret_file_path, &["ARM_CLIENT_SECRET"]);
    let here = from.secret("client_secret", &config.client_secret, variable);
    let file = from.text(
        "client_secret_file_path",
        &config.client_secret_file_path,
        &["ARM_CLIENT_SECRET_FILE_PATH"],
    );
    written(here, file)
}

fn oidc(config: &Config, from: &mut Reader<'_>) -> Option<Oidc> {
    if !from.switch("use_oidc", &config.use_oidc, "ARM_USE_OIDC", false) {
        return None;
    }
    let variable = unless_in(&config.oidc_token_file_path, &["ARM_OIDC_TOKEN"]);
    let here = from.secret("oidc_token", &config.oidc_token, variable);
    let file = from.text("oidc_token_file_path", &config.oidc_token_file_path, &["ARM_OIDC_TOKEN_FILE_PATH"]);
    let request = TokenRequest {
        url: from.text(
            "oidc_request_url",
            &config.oidc_request_url,
            &["ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL", "SYSTEM_OIDCREQUESTURI"],
        ),
        token: from.secret(
            "oidc_request_token",
            &config.oidc_request_token,
            &["ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN"],
        ),
        service_connection: from.text(
            "ado_pipeline_service_connection_id",
            &config.ado_pipeline_service_connection_id,
            &["ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID"],
        ),
    };
    Some(Oidc { token: written(here, file), request })
}

fn managed_identity(config: &Config, from: &mut Reader<'_>) -> Option<ManagedIdentity> {
    if !from.switch("use_msi", &config.use_msi, "ARM_USE_MSI", false) {
        return None;
    }
    let endpoint = from.text("msi_endpoint", &config.msi_endpoint, &["ARM_MSI_ENDPOINT"]);
    if endpoint.as_deref().is_some_and(|endpoint| !is_identity_endpoint(endpoint)) {
        from.diagnostics.error(
            Path::new("msi_endpoint"),
            "Tokens would travel unencrypted",
            "msi_endpoint (ARM_MSI_ENDPOINT) has to begin with https://, or with http:// and an address of this machine: \
             127.0.0.1, localhost, or a link-local address such as 169.254.169.254. For the instance metadata service of \
             a virtual machine, leave it out.",
        );
    }
    let app_service =
        from.variables.first(&["IDENTITY_ENDPOINT"]).zip(from.variables.first(&["IDENTITY_HEADER"]));
    let app_service = app_service.map(|(endpoint, header)| AppService {
        endpoint: endpoint.to_owned(),
        header: Hidden::from(header).into_secret(),
    });
    Some(ManagedIdentity { endpoint, app_service })
}

fn workload_identity(config: &Config, login: &Login, from: &mut Reader<'_>) -> Option<WorkloadIdentity> {
    let used = from.switch(
        "use_aks_workload_identity",
        &config.use_aks_workload_identity,
        "ARM_USE_AKS_WORKLOAD_IDENTITY",
        false,
    );
    if !used {
        return None;
    }
    let of_pod = |name: &str| from.variables.first(&[name]).map(str::to_owned);
    let pod = WorkloadIdentity {
        client_id: of_pod("AZURE_CLIENT_ID"),
        tenant_id: of_pod("AZURE_TENANT_ID"),
        token_file: of_pod("AZURE_FEDERATED_TOKEN_FILE").map(PathBuf::from),
        authority: of_pod("AZURE_AUTHORITY_HOST"),
    };
    for (attribute, given, variable, of_pod) in [
        ("client_id", &login.client_id, "AZURE_CLIENT_ID", &pod.client_id),
        ("tenant_id", &login.tenant_id, "AZURE_TENANT_ID", &pod.tenant_id),
    ] {
        let (Some(given), Some(of_pod)) = (given, of_pod) else { continue };
        if !given.eq_ignore_ascii_case(of_pod) {
            from.diagnostics.error(
                Path::new(attribute),
                "Conflicting identities",
                format!(
                    "{attribute} is {given:?}, but the workload identity of the pod has {variable} {of_pod:?}. Remove \
                     {attribute} (ARM_{}), or set use_aks_workload_identity = false.",
                    attribute.to_uppercase()
                ),
            );
        }
    }
    Some(pod)
}
