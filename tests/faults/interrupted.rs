//! The provider's process killed at every request of a creation, a change and a deletion of a profile and of an endpoint,
//! and Ctrl-C at each of them, with a real CLI.
//!
//! A request that is under way is one that the emulator has and does not answer. After the effect of a write, what is
//! under way is the read with which the provider finds out what became of it.

use emulator::{Dropped, Fault};
use serde_json::{Value as Json, json};
use tokio::task::JoinSet;

use crate::scenes::ours;
use crate::terraform::{APPLY, DESTROY, Said, Terraform, endpoint, preamble, profile};
use test_support::{Azure, foreign_profile, profile_id as id};

/// Longer than any test waits.
const NEVER: u64 = 600_000;
/// Time for a CLI to pass an interrupt on before the answer comes, and less than the provider waits for it.
const SOON: u64 = 3000;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Operation {
    Create,
    Update,
    Delete,
    CreateEndpoint,
    UpdateEndpoint,
    DeleteEndpoint,
}

/// What happens while a request is under way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Interruption {
    /// The provider is killed, and the request has no effect.
    KilledBefore,
    /// The provider is killed after the request took effect.
    KilledAfter,
    /// Ctrl-C, after which the answer comes.
    StoppedAndAnswered,
    /// Ctrl-C, after which no answer comes.
    Stopped,
}

/// How a user takes back a profile or an endpoint that was made by a provider that was killed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Recovery {
    /// The block `import` of the error.
    Import,
    /// The attribute that the error names.
    Adopt,
}

#[derive(Clone, Copy, Debug)]
struct Case {
    operation: Operation,
    interruption: Interruption,
    recovery: Recovery,
    /// Counted from 1.
    request: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_at_any_request_the_next_apply_gets_there() {
    let cases = all(&[Interruption::KilledBefore, Interruption::KilledAfter]).await;
    let Some(mut cases) = cases else { return };
    let created = cases.iter().filter(|case| case.makes_an_orphan()).copied().collect::<Vec<_>>();
    cases.extend(created.into_iter().map(|case| Case { recovery: Recovery::Adopt, ..case }));
    let (survived, all) = run(cases).await;
    println!("killed: survived {survived} of {all}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn stopped_at_any_request_the_state_is_saved_and_the_next_apply_gets_there() {
    let cases = all(&[Interruption::StoppedAndAnswered, Interruption::Stopped]).await;
    let Some(cases) = cases else { return };
    let (survived, all) = run(cases).await;
    println!("stopped: survived {survived} of {all}");
}

/// Every request of every operation, as they are when nothing happens. None without a CLI.
async fn all(interruptions: &[Interruption]) -> Option<Vec<Case>> {
    let mut cases = Vec::new();
    for operation in Operation::ALL {
        let azure = Azure::start().await;
        let terraform = operation.prepare(&azure).await?;
        terraform.run(operation.plan()).await.succeeded();
        let planning = azure.running.requests().len();
        azure.running.clear_requests();
        terraform.run(operation.command()).await.succeeded();
        for (position, request) in azure.running.requests().iter().enumerate() {
            let is_write = matches!(request.method.as_str(), "PUT" | "PATCH" | "DELETE");
            for &interruption in interruptions {
                let is_possible = match interruption {
                    Interruption::KilledBefore | Interruption::StoppedAndAnswered => true,
                    Interruption::KilledAfter => is_write,
                    // While a CLI plans what it is to apply, it tells nobody of an interrupt: it waits.
                    Interruption::Stopped => position >= planning,
                };
                let request = position + 1;
                let case = Case { operation, interruption, recovery: Recovery::Import, request };
                cases.extend(is_possible.then_some(case));
            }
        }
    }
    Some(cases)
}

/// How many survived, and of how many.
async fn run(cases: Vec<Case>) -> (usize, usize) {
    let all = cases.len();
    let mut running: JoinSet<()> = cases.into_iter().map(Case::survive).collect();
    let (mut survived, mut failures) = (0, Vec::new());
    while let Some(ended) = running.join_next().await {
        match ended {
            Ok(()) => survived += 1,
            Err(failure) => failures.push(failure.to_string()),
        }
    }
    assert!(failures.is_empty(), "survived {survived} of {all}:\n{}", failures.join("\n"));
    (survived, all)
}

impl Operation {
    const ALL: [Self; 6] = [
        Self::Create,
        Self::Update,
        Self::Delete,
        Self::CreateEndpoint,
        Self::UpdateEndpoint,
        Self::DeleteEndpoint,
    ];

    /// Whether it is about an endpoint, in a profile of somebody else.
    fn is_of_endpoint(self) -> bool {
        matches!(self, Self::CreateEndpoint | Self::UpdateEndpoint | Self::DeleteEndpoint)
    }

    fn is_creation(self) -> bool {
        matches!(self, Self::Create | Self::CreateEndpoint)
    }

    fn is_update(self) -> bool {
        matches!(self, Self::Update | Self::UpdateEndpoint)
    }

    fn is_deletion(self) -> bool {
        matches!(self, Self::Delete | Self::DeleteEndpoint)
    }

    /// The id of what it is about.
    fn id(self) -> String {
        if self.is_of_endpoint() { format!("{}/externalEndpoints/own", ours()) } else { ours() }
    }

    /// The address of what it is about.
    fn address(self) -> &'static str {
        if self.is_of_endpoint() {
            "azuretm_traffic_manager_external_endpoint.own"
        } else {
            "azuretm_traffic_manager_profile.shop"
        }
    }

    fn command(self) -> &'static [&'static str] {
        if self.is_deletion() { &DESTROY } else { &APPLY }
    }

    fn plan(self) -> &'static [&'static str] {
        if self.is_deletion() { &["plan", "-destroy", "-input=false"] } else { &["plan", "-input=false"] }
    }

    /// What is configured in the end.
    fn wanted(self) -> String {
        self.configured(self.is_update(), "")
    }

    /// What is configured before or after a change, with more.
    fn configured(self, is_changed: bool, more: &str) -> String {
        let resource = match (self.is_of_endpoint(), is_changed) {
            (true, changed) => endpoint(&ours(), if changed { 7 } else { 5 }, more),
            (false, changed) => profile(if changed { 60 } else { 30 }, more),
        };
        format!("{}{resource}", preamble("  environment = \"emulator\"\n"))
    }

    /// A CLI before the operation, and no request in the log.
    async fn prepare(self, azure: &Azure) -> Option<Terraform> {
        azure.put(&id("others", "theirs"), &foreign_profile("fault-theirs"));
        let terraform = Terraform::first(&[("AZURETM_EMULATOR_URL", &azure.running.url())])?;
        if self.is_of_endpoint() {
            azure.put(&ours(), &foreign_profile("fault-shop"));
        }
        if !self.is_creation() {
            terraform.write("main.tf", &self.configured(false, ""));
            terraform.run(&APPLY).await.succeeded();
        }
        terraform.write("main.tf", &self.wanted());
        azure.running.clear_requests();
        Some(terraform)
    }
}

impl Case {
    /// Whether it is there and in no state: only its maker knew of it.
    fn makes_an_orphan(self) -> bool {
        self.operation.is_creation() && self.interruption == Interruption::KilledAfter
    }

    /// The faults that leave the request without an answer.
    fn faults(self) -> Vec<Fault> {
        let nth = Some(u64::try_from(self.request).unwrap());
        let silent = Fault { nth, delay_ms: Some(NEVER), drop: Some(Dropped::Before), ..Fault::default() };
        match self.interruption {
            Interruption::KilledBefore | Interruption::Stopped => vec![silent],
            Interruption::KilledAfter => {
                let lost = Fault { nth, drop: Some(Dropped::After), ..Fault::default() };
                vec![lost, Fault { nth: nth.map(|nth| nth + 1), ..silent }]
            }
            Interruption::StoppedAndAnswered => {
                vec![Fault { nth, delay_ms: Some(SOON), ..Fault::default() }]
            }
        }
    }

    async fn survive(self) {
        let Self { operation, interruption, .. } = self;
        let azure = Azure::start().await;
        let terraform = operation.prepare(&azure).await.unwrap();
        let theirs = azure.profile(&id("others", "theirs"));
        azure.running.faults(self.faults()).unwrap();
        let command = terraform.start(operation.command());
        let under_way = self.request + usize::from(interruption == Interruption::KilledAfter);
        let has_come = |azure: &emulator::Running| azure.requests().len() >= under_way;
        azure.until(&format!("the request of {self:?}"), has_come).await;
        let said = match interruption {
            Interruption::KilledBefore | Interruption::KilledAfter => {
                command.kill_the_provider();
                command.end().await.failed()
            }
            Interruption::Stopped | Interruption::StoppedAndAnswered => {
                command.press_ctrl_c();
                let said = command.end().await;
                assert!(said.code.is_some(), "{self:?}: a signal ended the CLI: {}", said.raw);
                assert!(said.text.contains("Interrupt received"), "{self:?}: {}", said.raw);
                said
            }
        };
        azure.running.clear_faults();
        let state = terraform.state();
        self.nothing_is_forgotten(&azure, &state, &said);
        self.converge(&azure, &terraform).await;
        assert_eq!(azure.profile(&id("others", "theirs")), theirs, "{self:?}");
    }

    /// What was made is in the state, unless the only one who knew was killed.
    fn nothing_is_forgotten(self, azure: &Azure, state: &Json, said: &Said) {
        let id = self.operation.id();
        let is_there = azure.profile(&id).is_some();
        let attributes = &state["resources"][0]["instances"][0]["attributes"];
        let is_known = attributes["id"] == json!(id);
        if self.makes_an_orphan() {
            assert!(is_there && !is_known, "{self:?}: {state:#}");
        } else {
            assert!(is_known || !is_there, "{self:?}: forgotten\n{}", said.raw);
        }
    }

    /// The commands that come after.
    async fn converge(self, azure: &Azure, terraform: &Terraform) {
        let Self { operation, .. } = self;
        if !operation.is_deletion() {
            let mut applied = terraform.run(&APPLY).await;
            if self.makes_an_orphan() {
                applied = self.recover(applied, terraform).await;
            }
            applied.succeeded();
            let again = terraform.run(&["plan", "-input=false", "-detailed-exitcode"]).await;
            assert_eq!(again.code, Some(0), "{self:?}: there is something to do:\n{}", again.raw);
            let found = azure.profile(&operation.id()).unwrap();
            let (setting, before, after) = if operation.is_of_endpoint() {
                (&found["properties"]["weight"], 5, 7)
            } else {
                (&found["properties"]["dnsConfig"]["ttl"], 30, 60)
            };
            let wanted = if operation.is_update() { after } else { before };
            assert_eq!(*setting, wanted, "{self:?}: {found:#}");
            // The endpoint's profile has one of somebody else.
            let profile = azure.profile(&ours()).unwrap();
            let endpoints = profile["properties"]["endpoints"].as_array().unwrap();
            assert_eq!(endpoints.len(), 2, "{self:?}: {profile:#}");
        }
        terraform.run(&DESTROY).await.succeeded();
        let mut left = vec![id("others", "theirs").to_lowercase()];
        left.extend(operation.is_of_endpoint().then(|| ours().to_lowercase()));
        assert_eq!(azure.profiles(), left, "{self:?}");
        assert!(azure.profile(&operation.id()).is_none(), "{self:?}");
    }

    /// Does what the error says.
    async fn recover(self, refused: Said, terraform: &Terraform) -> Said {
        let refused = refused.failed();
        let (id, address) = (self.operation.id(), self.operation.address());
        let block = format!("import {{ to = ADDRESS id = \"{id}\" }}");
        for text in ["already exists", "adopt_existing = true", &block] {
            assert!(refused.text.contains(text), "{self:?}: no {text:?} in:\n{}", refused.raw);
        }
        let adopt = "  adopt_existing = true\n";
        match self.recovery {
            Recovery::Import => {
                terraform.write("import.tf", &format!("import {{\n  to = {address}\n  id = \"{id}\"\n}}\n"));
            }
            Recovery::Adopt => {
                terraform.write("main.tf", &self.operation.configured(false, adopt));
            }
        }
        terraform.run(&APPLY).await
    }
}
