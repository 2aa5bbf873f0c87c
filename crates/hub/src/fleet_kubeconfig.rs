//! The kubeconfig that Azure gives for a fleet: where its hub is, and for whom a token has to be.
//!
//! The way to log in that it describes, `kubelogin` with a device code, is not used: a provider has credentials of its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kube::config::Kubeconfig;

/// The application that tokens for hubs are for, in every cloud: the server application of AKS.
const AKS_SERVER_APPLICATION: &str = "6dae42f8-4368-4678-94ff-3960e28e3630";

/// What is needed of a fleet's kubeconfig.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FleetKubeconfig {
    /// The address of the hub.
    pub server: String,
    /// The certificate authority of the hub, PEM.
    pub certificate_authority: Option<String>,
    /// The application that a token has to be for.
    pub server_application: String,
}

/// Why a kubeconfig cannot be used. The text quotes nothing of it.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the kubeconfig of the fleet cannot be used: {0}")]
pub struct InvalidKubeconfig(&'static str);

impl FleetKubeconfig {
    /// Reads the Base64 text that Azure answers.
    ///
    /// # Errors
    /// If it is no kubeconfig with a cluster.
    pub fn parse(base64: &str) -> Result<Self, InvalidKubeconfig> {
        let yaml = STANDARD.decode(base64.trim()).map_err(|_| InvalidKubeconfig("it is not Base64"))?;
        let yaml = String::from_utf8(yaml).map_err(|_| InvalidKubeconfig("it is not text"))?;
        let config = Kubeconfig::from_yaml(&yaml).map_err(|_| InvalidKubeconfig("it is not a kubeconfig"))?;
        let cluster = config.clusters.into_iter().next().and_then(|named| named.cluster);
        let cluster = cluster.ok_or(InvalidKubeconfig("it has no cluster"))?;
        let user = config.auth_infos.into_iter().next().and_then(|named| named.auth_info);
        let arguments = user.and_then(|user| user.exec).and_then(|exec| exec.args).unwrap_or_default();
        let server_application =
            value_of("--server-id", &arguments).unwrap_or_else(|| AKS_SERVER_APPLICATION.to_owned());
        Ok(Self {
            server: cluster.server.ok_or(InvalidKubeconfig("its cluster has no server"))?,
            certificate_authority: cluster.certificate_authority_data.map(decoded).transpose()?,
            server_application,
        })
    }
}

fn decoded(base64: String) -> Result<String, InvalidKubeconfig> {
    let pem = STANDARD.decode(base64.trim()).ok().and_then(|pem| String::from_utf8(pem).ok());
    drop(base64);
    pem.ok_or(InvalidKubeconfig("its certificate authority is not a PEM file in Base64"))
}

/// The value that follows a flag, unless it looks like anything but an id.
fn value_of(flag: &str, arguments: &[String]) -> Option<String> {
    let position = arguments.iter().position(|argument| argument == flag)?;
    let value = arguments.get(position + 1)?;
    value.chars().all(|each| each.is_ascii_hexdigit() || each == '-').then(|| value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "
apiVersion: v1
kind: Config
clusters:
- name: hub
  cluster:
    certificate-authority-data: LS0tQ0EtLS0=
    server: https://demo-1234.hcp.westeurope.azmk8s.io:443
contexts:
- name: hub
  context: {cluster: hub, user: clusterUser_FL_rg_demo_westeurope_hub}
current-context: hub
users:
- name: clusterUser_FL_rg_demo_westeurope_hub
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: kubelogin
      args: [get-token, --environment, AzurePublicCloud, --server-id, 11111111-2222-3333-4444-555555555555, --login, devicecode]
      env: null
      provideClusterInfo: false
";

    fn parse(yaml: &str) -> Result<FleetKubeconfig, InvalidKubeconfig> {
        FleetKubeconfig::parse(&STANDARD.encode(yaml))
    }

    #[test]
    fn it_says_where_the_hub_is_and_for_whom_a_token_has_to_be() {
        let config = parse(CONFIG).unwrap();
        assert_eq!(config.server, "https://demo-1234.hcp.westeurope.azmk8s.io:443");
        assert_eq!(config.certificate_authority.as_deref(), Some("---CA---"));
        assert_eq!(config.server_application, "11111111-2222-3333-4444-555555555555");
    }

    #[test]
    fn without_a_server_id_a_token_is_for_aks() {
        for arguments in ["[get-token]", "[--server-id]", "[--server-id, 'https://evil.example']"] {
            let begin = CONFIG.find("args:").unwrap();
            let end = CONFIG.find("      env:").unwrap();
            let config = format!("{}args: {arguments}\n{}", &CONFIG[..begin], &CONFIG[end..]);
            assert_eq!(parse(&config).unwrap().server_application, AKS_SERVER_APPLICATION, "{arguments}");
        }
        let without_users = &CONFIG[..CONFIG.find("users:").unwrap()];
        assert_eq!(parse(without_users).unwrap().server_application, AKS_SERVER_APPLICATION);
    }

    #[test]
    fn what_is_no_kubeconfig_is_refused_without_quoting_it() {
        for text in ["", "apiVersion: v1", "clusters: [", "clusters: [{name: hub, cluster: {}}]", "SECRET"] {
            let said = parse(text).unwrap_err().to_string();
            assert!(!said.contains("SECRET"), "{said}");
        }
        assert!(FleetKubeconfig::parse("%%%").is_err());
    }
}
