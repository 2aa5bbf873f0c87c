//! A folder with a configuration, a state and an Azure of its own, and the commands that a user runs in it.

use std::fmt::Display;
use std::fs;

use serde_json::Value;
use test_support::{Cli, Folder};

use crate::azure::Azure;
use crate::hcl::{ADDRESS, PROVIDER, TERRAFORM};
use crate::json;
use crate::outcome::Outcome;

/// Where a scenario takes place.
pub(crate) struct Workspace {
    pub(crate) azure: Azure,
    pub(crate) cli: Cli,
    folder: Folder,
}

/// Runs a scenario with a CLI, if there is one.
pub(crate) fn run(cli: Option<Cli>, scenario: fn(&Workspace)) {
    if let Some(cli) = cli {
        scenario(&Workspace::new(cli, &[]));
    }
}

/// Runs a scenario with the CLI that follows from its name, or with each if the environment asks for that.
pub(crate) fn run_with_one(name: &str, scenario: fn(&Workspace)) {
    for cli in clis(name) {
        run(Some(cli), scenario);
    }
}

/// The CLI that follows from a name, or each if the environment asks for that, as far as they are there.
pub(crate) fn clis(name: &str) -> Vec<Cli> {
    if std::env::var_os("AZURETM_TEST_EVERY_CLI").is_none() {
        return Cli::for_test(name).into_iter().collect();
    }
    let all = Cli::ALL.into_iter().filter_map(Cli::if_there);
    all.inspect(|cli| test_support::say(&format!("{name} with {cli:?}"))).collect()
}

impl Workspace {
    /// A folder in which this CLI runs, with more in its environment.
    pub(crate) fn new(cli: Cli, environment: &[(&str, &str)]) -> Self {
        let azure = Azure::start();
        let url = azure.url();
        let environment = [&[("AZURETM_EMULATOR_URL", url.as_str())], environment].concat();
        let folder = Folder::new(cli, env!("CARGO_BIN_EXE_terraform-provider-azuretm"), &environment);
        Self { azure, cli, folder }
    }

    /// Another folder with another state, on an emulator of its own, with more in the environment.
    pub(crate) fn another(&self, environment: &[(&str, &str)]) -> Self {
        Self::new(self.cli, environment)
    }

    /// Makes this the whole configuration.
    pub(crate) fn write(&self, text: impl Display) {
        self.write_file("main.tf", &text.to_string());
    }

    /// Makes these resources the configuration, with the provider of all scenarios.
    pub(crate) fn configure(&self, resources: impl Display) {
        self.write(format_args!("{TERRAFORM}{PROVIDER}{resources}"));
    }

    /// Lets another program stand for a provider that is not there.
    pub(crate) fn stand_in_for(&self, source: &str) {
        self.folder.stand_in_for(source);
    }

    pub(crate) fn write_file(&self, name: &str, text: &str) {
        self.folder.write(name, text);
    }

    pub(crate) fn remove_file(&self, name: &str) {
        fs::remove_file(self.folder.file(name)).unwrap();
    }

    /// Applies these resources.
    #[track_caller]
    pub(crate) fn apply(&self, resources: impl Display) -> Outcome {
        self.configure(resources);
        self.apply_again()
    }

    /// Applies what is configured already.
    #[track_caller]
    pub(crate) fn apply_again(&self) -> Outcome {
        self.try_apply().succeeded()
    }

    /// Applies what is configured already, which may fail.
    pub(crate) fn try_apply(&self) -> Outcome {
        self.run(&["apply", "-json", "-auto-approve", "-input=false"])
    }

    /// Changes the profile of most scenarios, in place and in one apply, after which there is nothing left to
    /// do; and Azure then holds what is expected.
    #[track_caller]
    pub(crate) fn changes_in_place(&self, resources: impl Display, expected: &Value) -> Outcome {
        let outcome = self.apply(resources);
        assert_eq!(outcome.actions(), [format!("update {ADDRESS}")], "{outcome}");
        self.plans_nothing();
        json::assert_has(&self.azure.profile("shop").unwrap(), expected);
        outcome
    }

    /// Applying these resources fails, and each text is in an error.
    #[track_caller]
    pub(crate) fn refuses(&self, resources: impl Display, texts: &[&str]) -> Outcome {
        self.configure(resources);
        let outcome = self.try_apply().failed();
        outcome.has_errors(texts);
        outcome
    }

    /// What a plan would do, such as `update azuretm_traffic_manager_profile.shop`.
    #[track_caller]
    pub(crate) fn planned_actions(&self, resources: impl Display) -> Vec<String> {
        self.configure(resources);
        self.run(&["plan", "-json", "-input=false"]).succeeded().actions()
    }

    /// The plan for what is configured, in the CLI's own JSON.
    #[track_caller]
    pub(crate) fn plan(&self) -> Value {
        self.run(&["plan", "-json", "-input=false", "-out=saved"]).succeeded();
        let output = self.folder.command(&["show", "-json", "saved"]).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The values of a resource before and after the plan for what is configured.
    #[track_caller]
    pub(crate) fn planned_change(&self, address: &str) -> (Value, Value) {
        let plan = self.plan();
        let changes = plan["resource_changes"].as_array().unwrap();
        let change = &changes.iter().find(|change| change["address"] == address).unwrap()["change"];
        (change["before"].clone(), change["after"].clone())
    }

    /// Asserts that there is nothing to do, not even for an output.
    #[track_caller]
    pub(crate) fn plans_nothing(&self) -> Outcome {
        let outcome = self.run(&["plan", "-json", "-input=false", "-detailed-exitcode"]);
        let something = outcome.code == Some(2);
        assert!(!something, "there is something to do: {}", self.run(&["plan", "-input=false"]));
        outcome.succeeded()
    }

    #[track_caller]
    pub(crate) fn refresh(&self) {
        self.run(&["apply", "-refresh-only", "-json", "-auto-approve", "-input=false"]).succeeded();
    }

    #[track_caller]
    pub(crate) fn destroy(&self) -> Outcome {
        self.run(&["apply", "-destroy", "-json", "-auto-approve", "-input=false"]).succeeded()
    }

    pub(crate) fn import(&self, address: &str, id: &str) -> Outcome {
        self.run(&["import", "-input=false", address, id])
    }

    /// Forgets everything that was applied.
    pub(crate) fn forget_state(&self) {
        fs::remove_file(self.folder.file("terraform.tfstate")).unwrap();
    }

    /// The whole state as it is written.
    pub(crate) fn state_file(&self) -> String {
        fs::read_to_string(self.folder.file("terraform.tfstate")).unwrap()
    }

    /// The values of a resource after an import by its id into a state of its own. The state of the scenario
    /// stays as it is.
    #[track_caller]
    pub(crate) fn imported(&self, address: &str) -> Value {
        let id = self.state(address)["id"].as_str().unwrap().to_owned();
        let state = self.folder.file("terraform.tfstate");
        let kept = fs::read(&state).unwrap();
        self.forget_state();
        self.import(address, &id).succeeded();
        let imported = self.state(address);
        fs::write(&state, kept).unwrap();
        imported
    }

    /// The values of a resource in the state.
    #[track_caller]
    pub(crate) fn state(&self, address: &str) -> Value {
        self.instance(address)["attributes"].clone()
    }

    /// A resource in the state: its `attributes`, its `identity`.
    #[track_caller]
    pub(crate) fn instance(&self, address: &str) -> Value {
        let text = fs::read_to_string(self.folder.file("terraform.tfstate")).unwrap();
        let state: Value = serde_json::from_str(&text).unwrap();
        let (kind, name) = address.split_once('.').unwrap();
        let resources = state["resources"].as_array().unwrap();
        let found = resources.iter().find(|it| it["type"] == kind && it["name"] == name);
        found.unwrap_or_else(|| panic!("{address} is not in the state"))["instances"][0].clone()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        let output = self.folder.command(arguments).output().unwrap();
        Outcome::new(format!("{:?} {}", self.cli, arguments.join(" ")), &output)
    }
}
