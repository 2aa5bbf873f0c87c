//! What Azure refuses that no plan can know, and what to do about it.
//!
//! Told by what Azure's texts have in common: its code is `BadRequest` for all of them.

use tf_plugin::Path;

/// A refusal that concerns the endpoints.
struct Known {
    /// What Azure says of it and of nothing else.
    said: &'static str,
    /// What it means, and what to do.
    help: &'static str,
}

const KNOWN: [Known; 2] = [
    Known {
        // It says so of apps whose plan is too small as well.
        said: "domains do not belong to subscription",
        help: "A web app can be an endpoint if its App Service plan is Standard or higher, and if it is in the \
         subscription of the profile. Scale up the plans of the apps named below, or use target instead of \
         target_resource_id, which requires the DNS name of the profile as a custom domain of the app.",
    },
    Known {
        said: "Multiple domains point to region",
        help: "A profile can have only one web app in each region, whatever the routing method. Keep one of the \
         apps named below, or put each of them into a nested profile of its own.",
    },
];

/// What to do about a request that Azure refuses as it is, and the attribute at fault.
pub(super) fn explained(message: Option<&str>, name: &Path, target: &Path) -> (Path, String) {
    let message = message.unwrap_or_default();
    let help: Vec<&str> =
        KNOWN.iter().filter(|known| message.contains(known.said)).map(|known| known.help).collect();
    if help.is_empty() {
        let general = "Azure rejected the request. Correct what its message names.";
        return (name.clone(), general.to_owned());
    }
    (target.clone(), help.join("\n\n"))
}
