//! What one login needs beside its credentials. All kinds of credentials stand on it.

use std::sync::Arc;

use url::Url;

use super::login::Login;
use crate::clock::Clock;
use crate::transport::Transport;

/// One login.
pub(super) struct Context<'a> {
    pub(super) login: &'a Login,
    pub(super) transport: &'a Arc<dyn Transport>,
    pub(super) clock: &'a Arc<dyn Clock>,
    /// The login service of the cloud.
    pub(super) authority: Url,
    /// For what the token is: an audience with `/.default` behind it.
    pub(super) scope: &'a str,
}

/// Which application logs in.
pub(super) struct Application<'a> {
    pub(super) tenant_id: &'a str,
    pub(super) client_id: &'a str,
}

/// What can be set up where there is no Azure CLI.
pub(super) const SET_UP: &str = "set tenant_id, client_id and client_secret (ARM_TENANT_ID, ARM_CLIENT_ID, \
                                 ARM_CLIENT_SECRET) of a service principal; or, in a pipeline, on a virtual machine \
                                 or in a pod, one of use_oidc, use_msi and use_aks_workload_identity.";
