//! The kubeconfig that Azure gives for a fleet: where its hub is, and which certificate authority it has.
//!
//! Nothing else of it is believed, and nothing that it names is read or run. The way to log in that it describes, `kubelogin`
//! with a device code, is not used: a provider has credentials of its own. Nor does it say for whom their tokens are: whoever
//! wrote it could choose an application whose tokens are good for more than hubs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kube::config::Kubeconfig;

/// The application that tokens for hubs are for, in every cloud: the server application of AKS.
pub const HUB_APPLICATION: &str = "6dae42f8-4368-4678-94ff-3960e28e3630";

/// The largest kubeconfig that is read, in bytes. Those of fleets have some 5 KiB.
const LARGEST: usize = 1024 * 1024;

/// What is needed of a fleet's kubeconfig.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FleetKubeconfig {
    /// The address of the hub.
    pub server: String,
    /// The certificate authority of the hub, PEM.
    pub certificate_authority: Option<String>,
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
        let base64 = base64.trim();
        if base64.len() > LARGEST {
            return Err(InvalidKubeconfig("it is longer than 1 MiB"));
        }
        let yaml = STANDARD.decode(base64).map_err(|_| InvalidKubeconfig("it is not Base64"))?;
        let yaml = String::from_utf8(yaml).map_err(|_| InvalidKubeconfig("it is not text"))?;
        let config = Kubeconfig::from_yaml(&yaml).map_err(|_| InvalidKubeconfig("it is not a kubeconfig"))?;
        let cluster = config.clusters.into_iter().next().and_then(|named| named.cluster);
        let cluster = cluster.ok_or(InvalidKubeconfig("it has no cluster"))?;
        Ok(Self {
            server: cluster.server.ok_or(InvalidKubeconfig("its cluster has no server"))?,
            certificate_authority: cluster.certificate_authority_data.map(decoded).transpose()?,
        })
    }
}

fn decoded(base64: String) -> Result<String, InvalidKubeconfig> {
    let pem = STANDARD.decode(base64.trim()).ok().and_then(|pem| String::from_utf8(pem).ok());
    drop(base64);
    pem.ok_or(InvalidKubeconfig("its certificate authority is not a PEM file in Base64"))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

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
    fn it_says_where_the_hub_is() {
        let config = parse(CONFIG).unwrap();
        assert_eq!(config.server, "https://demo-1234.hcp.westeurope.azmk8s.io:443");
        assert_eq!(config.certificate_authority.as_deref(), Some("---CA---"));
    }

    #[test]
    fn nothing_that_it_names_is_read_or_run() {
        let folder = std::env::temp_dir().join(format!("hub-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (secret, made) = (folder.join("secret"), folder.join("made"));
        std::fs::write(&secret, "SECRET").unwrap();
        let config = format!(
            "clusters:\n- name: hub\n  cluster: {{server: 'https://hub', certificate-authority: {secret:?}}}\n\
             users:\n- name: me\n  user:\n    tokenFile: {secret:?}\n    exec:\n      \
             apiVersion: client.authentication.k8s.io/v1\n      command: touch\n      args: [{made:?}]\n\
             current-context: hub\ncontexts:\n- name: hub\n  context: {{cluster: hub, user: me}}\n"
        );
        let parsed = parse(&config).unwrap();
        assert_eq!(parsed, FleetKubeconfig { server: "https://hub".to_owned(), certificate_authority: None });
        assert!(!made.exists());
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn one_that_grows_while_it_is_read_is_refused() {
        let mut bomb = "x0: &x0 [a, a, a, a, a, a, a, a, a, a]\n".to_owned();
        for level in 1..30 {
            let of = format!("*x{}", level - 1);
            let many = [of.as_str(); 10].join(", ");
            writeln!(bomb, "x{level}: &x{level} [{many}]").unwrap();
        }
        assert!(parse(&format!("{bomb}clusters: *x29\n")).is_err());
        assert!(parse(&format!("clusters: {}", "[".repeat(100_000))).is_err());
        assert!(parse(&" ".repeat(LARGEST)).is_err());
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
