//! Why a login by a program or a file failed. What a program was given, and the credentials that it printed, may be secret.

use foreign_text::{Secrets, Sensitive};
use kube::client::AuthError;

/// How much is shown of what a program complained about, in characters.
const COMPLAINT: usize = 1000;

/// Why a login failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoginError {
    /// The program is not there, or must not be started.
    #[error("the program that gives credentials cannot be started")]
    NotStarted(#[source] std::io::Error),
    /// The program says that it failed.
    #[error("the program that gives credentials failed, {status}: {complaint}")]
    Failed {
        /// How it ended.
        status: std::process::ExitStatus,
        /// What it wrote to its standard error.
        complaint: String,
    },
    /// The program printed something else.
    #[error("what the program printed are no credentials")]
    NoCredentials,
    /// Another way to log in failed.
    #[error(transparent)]
    Other(AuthError),
}

impl LoginError {
    /// What is to be told of this.
    pub(crate) fn new(error: AuthError) -> Self {
        match error {
            AuthError::AuthExecStart(source) => Self::NotStarted(source),
            AuthError::AuthExecRun { out, .. } => Self::Failed {
                status: out.status,
                complaint: Secrets::new(Vec::new(), None, Sensitive::default())
                    .shown(&String::from_utf8_lossy(&out.stderr), COMPLAINT),
            },
            AuthError::AuthExecParse(_)
            | AuthError::ExecPluginFailed
            | AuthError::AuthExec(_)
            | AuthError::ParseTokenKey(_) => Self::NoCredentials,
            error => Self::Other(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Access, Exec, Hub};

    /// What is said of a program of this script, which has a secret in its arguments and in its environment.
    #[cfg(unix)]
    fn said_of(script: &str) -> String {
        let exec = Exec {
            api_version: "client.authentication.k8s.io/v1".to_owned(),
            command: "sh".to_owned(),
            arguments: vec!["-c".to_owned(), script.to_owned(), "SECRET".to_owned()],
            environment: vec![("PASSWORD".to_owned(), "SECRET".to_owned())],
        };
        let error = Hub::new(Access::new("https://hub").unwrap().with_exec(exec)).unwrap_err();
        let sources = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
        let chain: Vec<String> = sources.map(ToString::to_string).collect();
        format!("{} {error:?}", chain.join(": "))
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_program_that_fails_shows_what_it_complains_about_and_no_secret() {
        for (script, told) in [
            ("echo SECRET; echo no network >&2; exit 3", "no network"),
            ("echo \"token: $PASSWORD: [\"", "no credentials"),
            ("echo '{\"SECRET\": 1}'", "no credentials"),
        ] {
            let said = said_of(script);
            assert!(said.contains(told) && !said.contains("SECRET"), "{said}");
        }
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_told() {
        let exec = Exec {
            api_version: "client.authentication.k8s.io/v1".to_owned(),
            command: "/nowhere/kubelogin".to_owned(),
            arguments: Vec::new(),
            environment: Vec::new(),
        };
        let error = Hub::new(Access::new("https://hub").unwrap().with_exec(exec)).unwrap_err();
        assert!(format!("{error:?}").contains("NotStarted"), "{error:?}");
    }
}
