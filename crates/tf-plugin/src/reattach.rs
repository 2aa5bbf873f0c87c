//! What a debugging session prints, so that a CLI attaches to a provider that already runs: the variable
//! `TF_REATTACH_PROVIDERS`.

use serde_json::json;

use crate::handshake::{Address, PROTOCOL_VERSION};

/// The JSON of `TF_REATTACH_PROVIDERS` for one provider.
///
/// `provider` is its source address, such as `azuretm/azuretm`. `Test` tells the CLI that the process is not
/// its own: it neither kills it nor asks it to end.
pub fn providers(provider: &str, address: &Address) -> serde_json::Value {
    json!({
        provider: {
            "Protocol": "grpc",
            "ProtocolVersion": PROTOCOL_VERSION,
            "Pid": std::process::id(),
            "Test": true,
            "Addr": { "Network": address.network(), "String": address.to_string() },
        }
    })
}

/// What to print for the user: how to attach, in the words of the system's shells.
pub(crate) fn instructions(provider: &str, address: &Address) -> String {
    let json = providers(provider, address).to_string();
    let how = if cfg!(windows) {
        format!(
            "\tCommand Prompt:\tset \"TF_REATTACH_PROVIDERS={json}\"\n\
             \tPowerShell:\t$env:TF_REATTACH_PROVIDERS='{}'\n",
            json.replace('\'', "''")
        )
    } else {
        format!("\tTF_REATTACH_PROVIDERS='{}'\n", json.replace('\'', r"'\''"))
    };
    let warning = match address {
        Address::Unix(_) => "",
        // A CLI attaches without TLS, and a port of the loopback interface is nobody's own.
        Address::Tcp(_) => {
            "Every user of this machine can call this provider while it runs, and use what it is logged in with.\n"
        }
    };
    format!(
        "Provider started. To attach Terraform or OpenTofu, set this variable where you call it:\n\n{how}\n\
         {warning}Ctrl-C ends the provider.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_has_the_members_that_the_cli_reads() {
        let json = providers("ns/name", &Address::Unix("/t/s".into()));
        let expected = json!({"ns/name": {
            "Protocol": "grpc", "ProtocolVersion": 6, "Pid": std::process::id(), "Test": true,
            "Addr": {"Network": "unix", "String": "/t/s"},
        }});
        assert_eq!(json, expected);
    }

    #[test]
    fn a_socket_that_others_can_reach_is_warned_of() {
        let warning = "Every user of this machine";
        let loopback = Address::Tcp(([127, 0, 0, 1], 10_000).into());
        assert!(instructions("ns/name", &loopback).contains(warning));
        assert!(!instructions("ns/name", &Address::Unix("/t/s".into())).contains(warning));
    }

    #[test]
    #[cfg(unix)]
    fn a_quote_in_the_path_does_not_end_the_shell_word() {
        let text = instructions("ns/name", &Address::Unix("/o'hara/s".into()));
        assert!(text.contains(r"/o'\''hara/s"), "{text}");
    }
}
