//! Who asks, for Azure's logs: the provider, the system, the CLI, and what the user adds.

/// The header `User-Agent`. What the user adds comes last, as `AZURE_HTTP_USER_AGENT` does in Azure's own tools.
pub(super) fn user_agent(terraform_version: &str, added: &[String]) -> String {
    let own = format!(
        "terraform-provider-azuretm/{} ({}; {}) Terraform/{terraform_version}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
    );
    let parts = std::iter::once(&own).chain(added);
    // A header holds visible ASCII: one letter of another kind must not cost the rest.
    let visible = |text: &String| {
        let text: String =
            text.chars().filter(|letter| letter.is_ascii_graphic() || *letter == ' ').collect();
        text.trim().to_owned()
    };
    parts.map(visible).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_user_adds_comes_last_and_fits_a_header() {
        let added = ["my\n-tool/1 (ü)".to_owned(), "pid-00000000-0000-0000-0000-000000000001".to_owned()];
        let agent = user_agent("1.11.4", &added);
        let (own, rest) = agent.split_once(" Terraform/1.11.4 ").unwrap();
        assert!(own.starts_with("terraform-provider-azuretm/") && own.ends_with(')'), "{agent}");
        assert_eq!(rest, "my-tool/1 () pid-00000000-0000-0000-0000-000000000001");
    }
}
