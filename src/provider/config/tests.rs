//! What configurations and variables come to, and what is said of those that do not do.

use std::collections::BTreeMap;

use serde_json::json;
use tf_plugin::object::Object as _;
use tf_plugin::{Diagnostics, Server, Set, Value, object};
use tf_plugin_testing::core::Core;

use super::{Config, Environment, Settings};
use crate::AzureTrafficManager;

const SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000001";
const CLIENT: &str = "00000000-0000-0000-0000-00000000000c";

fn config(environment: &str, subscription_id: &str, emulator_url: &str) -> Config {
    let given = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
    Config {
        environment: given(environment),
        subscription_id: given(subscription_id),
        emulator_url: given(emulator_url),
        ..Config::null()
    }
}

fn variables(of: &[(&str, &str)]) -> Environment {
    let of: BTreeMap<&str, &str> = of.iter().copied().collect();
    Environment::from_lookup(|name| of.get(name).map(|value| (*value).to_owned()))
}

/// The settings, or else the texts of the diagnostics.
fn settle(config: Config, variables: &Environment) -> Result<Settings, String> {
    let mut diagnostics = Diagnostics::new();
    let settings = config.settle(variables, &mut diagnostics);
    let texts = diagnostics.iter().map(|each| format!("{}: {}", each.path, each.detail));
    let texts = texts.collect::<Vec<_>>().join("\n");
    match settings {
        Some(settings) if texts.is_empty() => Ok(settings),
        _ => Err(texts),
    }
}

/// The settings in words, or else the texts of the diagnostics.
fn check(config: Config, variables: &Environment) -> String {
    match settle(config, variables) {
        Ok(settings) => {
            let subscription = settings.subscription_id.as_deref().unwrap_or("unknown");
            format!("{} {} {subscription}", settings.cloud.address, settings.cloud.dns_suffix)
        }
        Err(texts) => texts,
    }
}

/// A login in words: Debug shows no secret.
fn login(config: Config, of: &[(&str, &str)]) -> arm::Login {
    let config = Config { subscription_id: SUBSCRIPTION.into(), ..config };
    settle(config, &variables(of)).unwrap_or_else(|texts| panic!("{texts}")).login
}

#[test]
fn variables_fill_in_what_the_configuration_leaves_out() {
    let variables = variables(&[
        ("ARM_ENVIRONMENT", "emulator"),
        ("ARM_SUBSCRIPTION_ID", SUBSCRIPTION),
        ("AZURETM_EMULATOR_URL", "http://localhost:9"),
    ]);
    assert_eq!(
        check(config("", "", ""), &variables),
        format!("http://localhost:9 trafficmanager.net {SUBSCRIPTION}")
    );
    assert_eq!(
        check(config("china", "", ""), &variables),
        format!("https://management.chinacloudapi.cn trafficmanager.cn {SUBSCRIPTION}")
    );
    let unknown = Config { subscription_id: Value::unknown(), ..config("public", "", "") };
    assert_eq!(
        check(unknown, &Environment::default()),
        "https://management.azure.com trafficmanager.net unknown"
    );
}

#[test]
fn two_bad_values_give_two_diagnostics_on_their_attributes() {
    insta::assert_snapshot!(check(config("Public", "shop", ""), &Environment::default()));
    insta::assert_snapshot!(check(config("emulator", "", "http://192.0.2.1:1"), &Environment::default()));
    let unknown = Config { environment: Value::unknown(), ..config("", SUBSCRIPTION, "") };
    insta::assert_snapshot!(check(unknown, &Environment::default()));
}

#[tokio::test]
async fn a_value_and_a_file_with_it_are_refused_together() {
    let core = Core::new(Server::new(AzureTrafficManager::new(Environment::default()))).await;
    let both = json!({
        "client_id": CLIENT, "client_id_file_path": "/id", "client_secret": "hunter2", "client_secret_file_path": "/secret",
        "client_certificate": "hunter3", "client_certificate_path": "/certificate", "oidc_token": "hunter4",
        "oidc_token_file_path": "/token",
    });
    let refused = core.configure_with(&both).await.unwrap_err().errors().join("\n");
    for name in
        ["client_id_file_path", "client_secret_file_path", "client_certificate_path", "oidc_token_file_path"]
    {
        assert!(refused.contains(&format!("{name} are set. Set only one of them.")), "{refused}");
    }
    assert!(!refused.contains("hunter"), "{refused}");
}

#[test]
fn credentials_that_cannot_be_right_are_told_on_their_attributes() {
    let wrong = Config {
        client_id: "my app".into(),
        tenant_id: "my tenant".into(),
        partner_id: "me".into(),
        metadata_host: "https://arm.example".into(),
        oidc_request_url: "token.example".into(),
        ..config("public", SUBSCRIPTION, "")
    };
    insta::assert_snapshot!(check(wrong, &Environment::default()));
    let incomplete = Config {
        client_secret: Value::Known("x".into()),
        client_certificate_password: Value::Known("x".into()),
        oidc_token: Value::Known("x".into()),
        ..config("public", SUBSCRIPTION, "")
    };
    let variables = variables(&[("ARM_USE_MSI", "yes"), ("ARM_CLIENT_ID", CLIENT)]);
    insta::assert_snapshot!(check(incomplete, &variables));
}

#[test]
fn a_pod_of_another_identity_than_the_configured_one_is_told() {
    let pod = [
        ("ARM_USE_AKS_WORKLOAD_IDENTITY", "true"),
        ("AZURE_CLIENT_ID", CLIENT),
        ("AZURE_TENANT_ID", "t.example"),
        ("AZURE_FEDERATED_TOKEN_FILE", "/var/run/token"),
    ];
    let found = login(Config::null(), &pod);
    assert_eq!(found.workload_identity.unwrap().client_id.as_deref(), Some(CLIENT));
    let other = Config { client_id: SUBSCRIPTION.into(), ..config("", SUBSCRIPTION, "") };
    let text = check(other, &variables(&pod));
    assert!(text.contains("but the workload identity of the pod has AZURE_CLIENT_ID"), "{text}");
}

#[test]
fn further_tenants_come_from_a_list_or_from_the_environment() {
    const VARIABLE: &str = "ARM_AUXILIARY_TENANT_IDS";
    let given = |tenants: &[&str]| Config {
        auxiliary_tenant_ids: Value::Known(tenants.iter().map(|&tenant| tenant.into()).collect()),
        ..config("", SUBSCRIPTION, "")
    };
    let of = [(VARIABLE, "c.example; d.example;")];
    let tenants = |config: Config| login(config, &of).auxiliary_tenant_ids;
    assert_eq!(tenants(given(&["a.example", "b.example"])), ["a.example", "b.example"]);
    assert_eq!(tenants(given(&[])), ["c.example", "d.example"]);
    assert_eq!(tenants(Config::null()), ["c.example", "d.example"]);

    let many = check(given(&["a", "b", "c", "d"]), &Environment::default());
    assert_eq!(
        many,
        "auxiliary_tenant_ids: auxiliary_tenant_ids contains 4 tenants, and Azure accepts at most three in addition to \
         tenant_id."
    );
    let odd = check(config("", SUBSCRIPTION, ""), &variables(&[(VARIABLE, "a,b")]));
    assert!(odd.contains("ARM_AUXILIARY_TENANT_IDS contains \"a,b\", which is not a tenant"), "{odd}");

    let one = Value::Known(vec!["a".into(), Value::unknown()]);
    for auxiliary_tenant_ids in [one, Value::unknown()] {
        let found = login(Config { auxiliary_tenant_ids, ..Config::null() }, &of);
        assert_eq!(found.unknown, ["auxiliary_tenant_ids"]);
    }
}

#[test]
fn only_codes_of_warnings_can_be_ignored() {
    let given = |codes: &[&str]| Config {
        ignored_warnings: Value::Known(Set(codes.iter().map(|&code| code.into()).collect())),
        ..config("", SUBSCRIPTION, "")
    };
    let settings = settle(given(&["single-endpoint"]), &Environment::default());
    let ignored = settings.unwrap_or_else(|texts| panic!("{texts}")).ignored_warnings;
    assert!(ignored.iter().eq(["single-endpoint"]), "{ignored:?}");
    assert_eq!(
        check(given(&["target-form"]), &Environment::default()),
        "ignored_warnings: \"target-form\" is the code of an error, and only warnings can be ignored. Remove it."
    );
    let unknown = check(given(&["single_endpoint"]), &Environment::default());
    assert!(
        unknown.contains("\"single_endpoint\" is not the code of a check. Use one of these: "),
        "{unknown}"
    );
    assert!(unknown.contains(", single-endpoint, "), "{unknown}");
    for ignored_warnings in [Value::unknown(), Value::Known(Set(vec![Value::unknown()]))] {
        let config = Config { ignored_warnings, ..config("", SUBSCRIPTION, "") };
        let settings = settle(config, &Environment::default());
        assert!(settings.is_ok_and(|settings| settings.ignored_warnings.is_empty()));
    }
}

#[test]
fn a_file_of_the_configuration_goes_before_a_value_of_the_environment() {
    let file = || "/given".into();
    let config = Config {
        tenant_id: "t.example".into(),
        client_id_file_path: file(),
        client_secret_file_path: file(),
        client_certificate_path: file(),
        oidc_token_file_path: file(),
        use_oidc: Value::Known(true),
        ..Config::null()
    };
    let of = ["ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_CLIENT_CERTIFICATE", "ARM_OIDC_TOKEN"];
    let found = login(config, &of.map(|name| (name, "of the environment")));
    assert_eq!((found.client_id, found.client_id_file), (None, Some("/given".into())));
    for written in [found.client_secret, found.client_certificate, found.oidc.unwrap().token] {
        assert!(matches!(written, Some(arm::credentials::Written::File(_))), "{written:?}");
    }
    let found =
        login(Config { client_id: CLIENT.into(), ..Config::null() }, &[("ARM_CLIENT_ID_FILE_PATH", "/x")]);
    assert_eq!((found.client_id.as_deref(), found.client_id_file), (Some(CLIENT), None));
}

#[test]
fn every_variable_of_a_pipeline_is_found() {
    let github = [
        ("ARM_USE_OIDC", "true"),
        ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://github.example"),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "s3cret"),
    ];
    let request = login(Config::null(), &github).oidc.unwrap().request;
    assert_eq!(request.url.as_deref(), Some("https://github.example"));
    assert!(request.token.is_some() && request.service_connection.is_none());
    let pipelines = [
        ("ARM_USE_OIDC", "1"),
        ("SYSTEM_OIDCREQUESTURI", "https://ado.example"),
        ("SYSTEM_ACCESSTOKEN", "s3cret"),
        ("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "c-1"),
    ];
    let request = login(Config::null(), &pipelines).oidc.unwrap().request;
    assert_eq!(request.service_connection.as_deref(), Some("c-1"));
    assert_eq!(request.url.as_deref(), Some("https://ado.example"));
}

#[test]
fn the_azure_cli_is_used_unless_it_is_said_otherwise() {
    assert!(login(Config::null(), &[]).azure_cli.is_some());
    assert!(login(Config::null(), &[("ARM_USE_CLI", "false")]).azure_cli.is_none());
    assert!(
        login(Config { use_cli: Value::Known(false), ..Config::null() }, &[("ARM_USE_CLI", "true")])
            .azure_cli
            .is_none()
    );
}

#[test]
fn an_app_service_is_found_in_the_environment() {
    let of = [("ARM_USE_MSI", "true"), ("IDENTITY_ENDPOINT", "http://e"), ("IDENTITY_HEADER", "s3cret")];
    let identity = login(Config::null(), &of).managed_identity.unwrap();
    assert_eq!(identity.app_service.unwrap().endpoint, "http://e");
}

#[test]
fn what_is_not_known_yet_is_no_error_until_somebody_has_to_log_in() {
    let unknown = Config {
        client_secret: Value::unknown(),
        tenant_id: Value::unknown(),
        client_id: CLIENT.into(),
        ..Config::null()
    };
    assert_eq!(login(unknown, &[]).unknown, ["tenant_id", "client_secret"]);
}

#[test]
fn what_concerns_every_request_comes_from_the_environment() {
    let of = variables(&[
        ("AZURE_HTTP_USER_AGENT", "cloud-shell/1.0"),
        ("ARM_PARTNER_ID", CLIENT),
        ("SSL_CERT_FILE", "/ca.pem"),
    ]);
    let settings = settle(config("", SUBSCRIPTION, ""), &of).ok().unwrap();
    assert_eq!(settings.user_agent, ["cloud-shell/1.0".to_owned(), format!("pid-{CLIENT}")]);
    assert_eq!(settings.authorities.as_deref(), Some("/ca.pem"));
}

#[test]
fn the_proxy_comes_from_the_environment_in_either_spelling() {
    for (of, expected) in [
        (
            &[("https_proxy", "p"), ("no_proxy", "a.example")][..],
            r#"variable: "https_proxy", exceptions: "a.example""#,
        ),
        (&[("ALL_PROXY", "p"), ("HTTPS_PROXY", "q")], r#"variable: "HTTPS_PROXY", exceptions: """#),
        (
            &[("all_proxy", "p"), ("NO_PROXY", "*"), ("no_proxy", "b")],
            r#"variable: "all_proxy", exceptions: "*""#,
        ),
    ] {
        let proxy = settle(config("", SUBSCRIPTION, ""), &variables(of)).ok().unwrap().proxy.unwrap();
        let shown = format!("{proxy:?}").replace("address: Secret(…), ", "");
        assert_eq!(shown, format!("Proxy {{ {expected} }}"));
    }
    let none = settle(config("", SUBSCRIPTION, ""), &variables(&[("NO_PROXY", "*")])).ok().unwrap();
    assert!(none.proxy.is_none());
}

#[test]
fn no_secret_shows_in_debug() {
    let secret = || Value::Known("s3cret".into());
    let config = Config {
        tenant_id: "t.example".into(),
        client_id: CLIENT.into(),
        client_secret: secret(),
        client_certificate: secret(),
        client_certificate_password: secret(),
        use_oidc: Value::Known(true),
        oidc_token: secret(),
        oidc_request_token: secret(),
        ..config("public", SUBSCRIPTION, "")
    };
    let of = variables(&[("ARM_USE_MSI", "true"), ("IDENTITY_ENDPOINT", "e"), ("IDENTITY_HEADER", "s3cret")]);
    let shown = format!("{config:?} {of:?} {:?}", login(config.clone(), &[("IDENTITY_HEADER", "s3cret")]));
    assert!(shown.contains("IDENTITY_HEADER") && shown.contains(CLIENT), "{shown}");
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(object::decode::<Config>(tf_plugin::value::Attribute::encode(config)).is_ok());
}

#[test]
fn a_metadata_host_replaces_the_addresses_but_not_the_names_of_profiles() {
    let given = Config { metadata_host: "localhost:4654".into(), ..config("china", SUBSCRIPTION, "") };
    let settings = settle(given, &Environment::default()).ok().unwrap();
    assert_eq!(settings.metadata_host.as_deref(), Some("localhost:4654"));
    assert_eq!(settings.cloud.dns_suffix, "trafficmanager.cn");
    let emulator = Config { metadata_host: "h".into(), ..config("emulator", SUBSCRIPTION, "") };
    let text = check(emulator, &Environment::default());
    assert!(text.starts_with("metadata_host: "), "{text}");
    let of = variables(&[("ARM_METADATA_HOSTNAME", "https://h")]);
    let text = check(config("", SUBSCRIPTION, ""), &of);
    assert!(text.contains("ARM_METADATA_HOSTNAME"), "{text}");
}

#[test]
fn a_managed_identity_is_not_asked_without_tls_on_another_machine() {
    let with = |endpoint: &str| Config {
        use_msi: Value::Known(true),
        msi_endpoint: endpoint.into(),
        ..config("", SUBSCRIPTION, "")
    };
    for endpoint in
        ["https://identity.example/token", "http://127.0.0.1:40342/token", "http://169.254.169.254/x"]
    {
        let settings = settle(with(endpoint), &variables(&[]));
        assert!(settings.is_ok(), "{endpoint}: {:?}", settings.err());
    }
    let refused = check(with("http://identity.example/s3cret"), &variables(&[]));
    assert!(refused.starts_with("msi_endpoint: ") && refused.contains("begin with https://"), "{refused}");
    assert!(!refused.contains("s3cret"), "{refused}");
    let variable = [("ARM_USE_MSI", "true"), ("ARM_MSI_ENDPOINT", "http://identity.example/token")];
    let refused = check(config("", SUBSCRIPTION, ""), &variables(&variable));
    assert!(refused.contains("ARM_MSI_ENDPOINT"), "{refused}");
}
