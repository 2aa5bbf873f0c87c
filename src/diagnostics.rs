//! Turns what went wrong into what a user reads. The only place that does.
//!
//! Summary: what could not be done. Detail: what Azure said, with its code and request id, and what to do
//! next. Path: the attribute at fault.

mod refused;

use std::time::Duration;

use arm::{Answer, ArmError, Call, ErrorKind};
use tf_plugin::{Diagnostics, Path};
use traffic_manager::rules::{self, Finding, Severity, Step};

use crate::words::capitalized;

/// Adds what a rule found.
pub(crate) fn finding(finding: &Finding, diagnostics: &mut Diagnostics) {
    let (path, is_whole) = shown(&finding.path);
    let what = if is_whole {
        sentence(&finding.what)
    } else {
        format!("{}: {}", finding.path, sentence(&finding.what))
    };
    let detail = format!("{what}\n\n{} {}\n\nSee {}", finding.why, finding.remedy, finding.source);
    match finding.severity {
        Severity::Error => diagnostics.error(path, finding.summary, detail),
        Severity::Warning => {
            let hint = format!(
                "To hide this warning, add {:?} to ignored_warnings in the provider block.",
                finding.code
            );
            diagnostics.warning(path, finding.summary, format!("{detail}\n\n{hint}"));
        }
    }
}

/// The part of a path that a CLI can show in the source, and whether that is all of it.
///
/// A CLI finds a member of a map that is an attribute, such as `endpoints["east"]`, and nothing below it:
/// given a longer path, it shows the first line of the resource.
fn shown(path: &rules::Path) -> (Path, bool) {
    let steps = path.steps();
    let below_member =
        steps.iter().position(|step| matches!(step, Step::Key(_))).map(|position| position + 1);
    let shown = &steps[..below_member.unwrap_or(steps.len())];
    let path = shown.iter().fold(Path::root(), |path, step| match step {
        Step::Attribute(name) => path.attribute(name),
        Step::Index(index) => path.index(*index),
        Step::Key(key) => path.key(key),
    });
    (path, shown.len() == steps.len())
}

/// The text as a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let mut sentence = capitalized(text);
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

/// What was being done when a call failed: words for the summary, and attributes to point at.
pub(crate) struct Doing {
    /// Such as `create the profile "shop"`.
    pub(crate) what: String,
    /// What kind of thing it is, such as `profile`.
    pub(crate) noun: &'static str,
    /// The attribute with the name of the thing, for what concerns the thing as a whole.
    pub(crate) name: Path,
    /// The attribute with the targets of endpoints; the thing as a whole where it has none.
    pub(crate) target: Path,
    /// What it is a part of, if it is one.
    pub(crate) parent: Option<Parent>,
    /// The resource group's name, and the attribute that holds it; `None` for what is in a subscription or in none.
    pub(crate) resource_group: Option<(String, Path)>,
    /// The DNS name that is wanted, and the attribute that holds it.
    pub(crate) dns_name: Option<(String, Path)>,
    /// The attribute of the block `timeouts` that says how long it may take, and how long that is.
    pub(crate) timeout: Option<(&'static str, Duration)>,
}

impl Doing {
    /// For what is in no resource group, has an attribute `name` and nothing of the rest.
    pub(crate) fn new(noun: &'static str, what: String) -> Self {
        Self {
            what,
            noun,
            name: Path::new("name"),
            target: Path::root(),
            parent: None,
            resource_group: None,
            dns_name: None,
            timeout: None,
        }
    }

    /// For what an attribute names by its id, which says the resource group too.
    pub(crate) fn by_id(noun: &'static str, what: String, attribute: Path, resource_group: &str) -> Self {
        Self {
            name: attribute.clone(),
            resource_group: Some((resource_group.to_owned(), attribute)),
            ..Self::new(noun, what)
        }
    }

    /// Where it is, as a diagnostic says it, and the attribute that says so.
    fn place(&self) -> (String, Path) {
        match &self.resource_group {
            Some((group, path)) => (format!("resource group {group:?}"), path.clone()),
            None => ("subscription".to_owned(), Path::root()),
        }
    }
}

/// What a thing in Azure is a part of.
pub(crate) struct Parent {
    /// Such as `profile "shop"`.
    pub(crate) what: String,
    /// The attribute that says which.
    pub(crate) path: Path,
}

/// Adds why a call failed.
pub(crate) fn failed(error: &ArmError, doing: &Doing, diagnostics: &mut Diagnostics) {
    let (path, _) = explained(error, doing);
    diagnostics.error(path, format!("Cannot {}", doing.what), why(error, doing));
}

/// Adds that a plan was made without an answer of Azure to a question, such as `whether it exists`.
pub(crate) fn not_checked(error: &ArmError, question: &str, diagnostics: &mut Diagnostics) {
    diagnostics.warning(
        Path::new("name"),
        "Not checked against Azure",
        format!("The plan could not check {question}. The apply will find out.\n\n{}.", chain(error)),
    );
}

/// Why a call failed, what Azure said, and what to do next.
pub(crate) fn why(error: &ArmError, doing: &Doing) -> String {
    let (_, text) = explained(error, doing);
    let mut detail = text;
    if let Some(answer) = error.answer() {
        detail = format!("{detail}\n\n{}", said(answer, error.call()));
    }
    if let Some((name, time)) = doing.timeout.filter(|_| error.call().out_of_time) {
        let time = in_words(time);
        detail = format!(
            "{detail}\n\nThe timeout was {time}. To allow more time, set `{name}` in the block `timeouts`."
        );
    }
    if error.call().in_doubt && !matches!(error.kind(), ErrorKind::Unsettled) {
        detail.push_str(
            "\n\nIt is not known whether the last request took effect. The next plan shows the current state.",
        );
    }
    detail
}

/// What Azure said, word by word, and by what its support finds it.
fn said(answer: &Answer, call: &Call) -> String {
    let status = answer.status;
    let code = answer.code.as_deref().map(|code| format!(", {code}")).unwrap_or_default();
    let words = match &answer.message {
        Some(message) => format!(": {}", message.trim()),
        None if answer.excerpt.is_empty() => " without a message".to_owned(),
        None => format!(": {}", answer.excerpt),
    };
    // Azure's own answers often have one id for both.
    let correlation_id = answer.correlation_id.clone().filter(|id| Some(id) != answer.request_id.as_ref());
    let ids = [("Request ID", &answer.request_id), ("Correlation ID", &correlation_id)];
    let ids = ids.into_iter().filter_map(|(name, id)| Some(format!("\n{name}: {}", id.as_ref()?)));
    let call = format!("\n\nCall: {call}");
    std::iter::once(format!("Azure responded with {status}{code}{words}{call}")).chain(ids).collect()
}

/// Why, in words, and what to do next.
fn explained(error: &ArmError, doing: &Doing) -> (Path, String) {
    let root = Path::root();
    if let Some(namespace) = error.unregistered_namespace() {
        return (root, unregistered(namespace));
    }
    match error.kind() {
        ErrorKind::Refused(answer) => refusal(answer, error.call(), doing),
        ErrorKind::NotJson { .. } => (root, not_azures("is not JSON")),
        ErrorKind::NotTheObject { why, .. } => {
            (root, not_azures(&format!("is not what was asked for ({why})")))
        }
        ErrorKind::TooLarge { limit } => {
            (root, not_azures(&format!("has more than {} MiB", limit / (1024 * 1024))))
        }
        ErrorKind::Unreachable { address, source } => (root, unreachable(address, source.as_ref())),
        _ => (root, transport(error, doing.noun)),
    }
}

/// Why Azure refused, by the status of its answer.
fn refusal(answer: &Answer, call: &Call, doing: &Doing) -> (Path, String) {
    let root = Path::root();
    match answer.status.as_u16() {
        400 => refused::explained(answer.message.as_deref(), &doing.name, &doing.target),
        401 => (root, UNAUTHORIZED.to_owned()),
        403 => (root, forbidden(answer, call, doing)),
        404 => not_found(answer, doing),
        409 => conflict(answer, call, doing),
        429 => (root, throttled(answer, call)),
        500..=599 => (
            root,
            format!(
                "Azure failed to respond{}. Run the command again later. If the problem persists, give the request ID below \
                 to Azure support.",
                attempts(call, " to any of")
            ),
        ),
        _ => (
            root,
            "Azure returned a response that this provider does not understand. Please report this issue."
                .to_owned(),
        ),
    }
}

/// Failures of the way to Azure rather than of Azure.
fn transport(error: &ArmError, noun: &str) -> String {
    let call = error.call();
    match error.kind() {
        ErrorKind::Tls { address, source } => format!(
            "The certificate of {address} is not trusted: {}. If a proxy inspects TLS connections, add its \
             certificate authority with SSL_CERT_FILE.",
            chain(source.as_ref())
        ),
        ErrorKind::Broken { address, source } => format!(
            "The connection to {address} was lost, and retries failed too: {}. Run the command again; the next \
             plan shows the current state.",
            chain(source.as_ref())
        ),
        ErrorKind::TimedOut { waited, by_deadline: true } => format!(
            "The operation timed out while waiting for a response to {call}, after {}.",
            in_words(*waited)
        ),
        ErrorKind::TimedOut { waited, .. } => format!(
            "There was no response to {call} within {}, and the timeout of the operation was too short for \
             another attempt. Run the command again later.",
            in_words(*waited)
        ),
        ErrorKind::Unsettled => format!(
            "The response to {call} was lost, and the {noun} in Azure is not the one that was sent. Somebody \
             else may have created it at the same time. Check the {noun}, then import it or choose another name."
        ),
        ErrorKind::Cancelled => {
            "The operation was cancelled. Azure has either none or all of the change; the next plan shows which."
                .to_owned()
        }
        ErrorKind::Metadata(source) => format!("The endpoints of this Azure cloud could not be determined: {}.", chain(source.as_ref())),
        ErrorKind::Token(source) => format!("Login failed: {}.", chain(source)),
        ErrorKind::AddressTooLong => {
            "The address of the request would be longer than 65,534 bytes. Check the id and the names.".to_owned()
        }
        _ => format!("{}.", chain(error)),
    }
}

fn throttled(answer: &Answer, call: &Call) -> String {
    // What is asked for as a rule has passed by now.
    let wait = answer.retry_after.filter(|wait| wait.as_secs() > 30);
    let wait = wait.map(|wait| format!(" It asks to wait {} before the next request.", in_words(wait)));
    format!(
        "Azure is throttling requests of this kind{}.{} Run the command again later, or with a smaller -parallelism.",
        attempts(call, ", and refused all"),
        wait.unwrap_or_default()
    )
}

/// How often it was tried, behind these words. Nothing where it was tried once.
fn attempts(call: &Call, words: &str) -> String {
    match call.attempts {
        0 | 1 => String::new(),
        attempts => format!("{words} {attempts} attempts in {}", in_words(call.elapsed)),
    }
}

fn not_azures(why: &str) -> String {
    format!(
        "The response {why}, so it does not come from Azure Resource Manager but perhaps from a proxy. Check \
         environment and emulator_url in the provider configuration, and the variables HTTPS_PROXY and \
         NO_PROXY."
    )
}

fn unreachable(address: &str, source: &(dyn std::error::Error + 'static)) -> String {
    let local = ["127.", "localhost", "[::1]"].iter().any(|host| address.contains(&format!("//{host}")));
    let help = if local {
        "Start the emulator in another terminal with `azuretm-emulator`, or set emulator_url or \
         AZURETM_EMULATOR_URL to its address."
    } else {
        "Check the network and the variables HTTPS_PROXY and NO_PROXY."
    };
    format!("Cannot connect to {address}: {}. {help}", root_cause(source))
}

fn unregistered(namespace: &str) -> String {
    format!(
        "The subscription is not registered for {namespace}. Register it once with `az provider register \
         --namespace {namespace} --wait`, which requires a role such as Contributor on the subscription."
    )
}

const UNAUTHORIZED: &str = "Azure rejected the login. It may have expired, or it may be for another tenant than that of the \
 subscription. Log in again, and check tenant_id.";

fn forbidden(answer: &Answer, call: &Call, doing: &Doing) -> String {
    if answer.code.as_deref() == Some("ScopeLocked") {
        return LOCKED.to_owned();
    }
    let (place, _) = doing.place();
    let role = if call.method == "GET" {
        format!(
            "Reading requires the role \"Reader\" on the {place}, and changing requires \"Traffic Manager Contributor\" (or \
             Contributor)."
        )
    } else {
        format!("The role \"Traffic Manager Contributor\" (or Contributor) on the {place} is required.")
    };
    let hint = match doing.resource_group {
        Some(_) => {
            " Azure returns the same error for a resource group that does not exist, so check its name too."
        }
        None => "",
    };
    format!("Permission denied. {role}{hint}")
}

const LOCKED: &str =
    "A lock on the resource, its resource group or the subscription prevents this. Remove the lock first.";

fn conflict(answer: &Answer, call: &Call, doing: &Doing) -> (Path, String) {
    let code = answer.code.as_deref().unwrap_or_default();
    match (code, &doing.dns_name) {
        ("ScopeLocked", _) => (Path::root(), LOCKED.to_owned()),
        ("ResourceGroupBeingDeleted", _) => (
            doing.place().1,
            format!(
                "The {} is being deleted. Wait until this is done and create it again, or use another one.",
                doing.place().0
            ),
        ),
        (_, Some((dns_name, path))) if says_taken(answer, call) => (path.clone(), taken_text(dns_name)),
        _ => (
            Path::root(),
            "The request conflicts with something in Azure, perhaps with another operation that is still running. \
             See the message below, and run the command again later."
                .to_owned(),
        ),
    }
}

/// Whether a conflict is about the DNS name. Only a creation asks for one, and Azure's code for it is not known for sure.
fn says_taken(answer: &Answer, call: &Call) -> bool {
    let message = answer.message.as_deref().unwrap_or_default();
    let code = answer.code.as_deref().unwrap_or_default();
    let says_so = message.contains("Domain name") && message.contains("not available");
    says_so || (call.creates && matches!(code, "Conflict" | "" | "BadRequest"))
}

fn taken_text(dns_name: &str) -> String {
    format!(
        "The DNS name {dns_name} is already used by another profile, perhaps in another subscription. Choose \
         another relative_name. If the profile is yours, import it instead. A name that was released only \
         recently may take a while to become available."
    )
}

/// Adds at plan that a DNS name is taken.
pub(crate) fn taken(dns_name: &str, path: Path, diagnostics: &mut Diagnostics) {
    diagnostics.error(path, "DNS name already taken", taken_text(dns_name));
}

/// Adds why a profile cannot be deleted while others nest it.
pub(crate) fn still_nested(
    error: &ArmError,
    doing: &Doing,
    parents: &[String],
    diagnostics: &mut Diagnostics,
) {
    let said = error.answer().map(|answer| said(answer, error.call())).unwrap_or_default();
    let detail = format!(
        "The profile is nested in another profile. Remove that endpoint first. If Terraform manages it, refer \
         to this profile by its id attribute there, so that Terraform uses the right order:\n\n  {}\n\n{said}",
        parents.join("\n  ")
    );
    diagnostics.error(doing.name.clone(), format!("Cannot {}", doing.what), detail);
}

fn not_found(answer: &Answer, doing: &Doing) -> (Path, String) {
    let (place, _) = doing.place();
    let code = answer.code.as_deref();
    // The service says `NotFound` of a part, and Resource Manager one of these of the whole.
    if let (Some("ResourceNotFound" | "ParentResourceNotFound"), Some(Parent { what, path })) =
        (code, &doing.parent)
    {
        return (path.clone(), format!("The {what} does not exist. Create it first, or correct its id."));
    }
    if let (Some("ResourceGroupNotFound"), Some((group, path))) = (code, &doing.resource_group) {
        let text = format!(
            "The resource group {group:?} does not exist in this subscription. Create it first, for example with `az group \
             create --name {group} --location westeurope`, or correct the name."
        );
        return (path.clone(), text);
    }
    match code {
        Some("SubscriptionNotFound" | "InvalidSubscriptionId") => (
            Path::root(),
            "The subscription does not exist, or the login has no access to it. Check subscription_id and \
             tenant_id."
                .to_owned(),
        ),
        None => (Path::root(), not_azures("has no error code of Azure")),
        Some(_) if answer.proves_absence => (
            doing.name.clone(),
            format!(
                "There is no such {} in the {place}. Check its name, its resource group and the \
                 subscription. If it was deleted a moment ago, run the command again: the next plan shows the current state.",
                doing.noun
            ),
        ),
        Some(_) => {
            let why = format!("has an error code that Azure does not use for a missing {}", doing.noun);
            (Path::root(), not_azures(&why))
        }
    }
}

/// An error and its causes in one line.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut texts = vec![error.to_string()];
    let mut source = error.source();
    while let Some(error) = source {
        let text = error.to_string();
        if !texts.last().is_some_and(|last| last.contains(&text)) {
            texts.push(text);
        }
        source = error.source();
    }
    texts.join(": ")
}

/// The innermost cause, where what is around it only says that something failed.
fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

pub(crate) fn in_words(duration: Duration) -> String {
    match duration.as_secs() {
        0 => "less than a second".to_owned(),
        1 => "1 second".to_owned(),
        seconds @ 2..=119 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds / 60),
    }
}

#[cfg(test)]
mod tests;
