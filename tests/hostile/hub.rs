//! Every request to the hub of a fleet, answered by a stranger in every way, and kubeconfigs of strangers.

mod answers;
mod deed;
mod server;

use std::fmt;

use serde_json::{Value as Json, json};
use test_support::{provider_config, with_fleet_hub};
use tf_plugin::cty::Value;
use tf_plugin_testing::core::{Core, Instance, Report};

use crate::attack::told;
use crate::objects::SECRET;
use crate::provider::provider_with;
use crate::trial::{self, is_fit_to_be_shown, try_all};
use answers::Hostile;
use deed::Deed;
use server::{Attack, Server};

/// The token of all requests to the hub.
const TOKEN: &str = "t0pS3cr3t-of-the-hub";

/// The profile, whose probes carry a secret.
const PROFILE: (&str, &str, &str) = ("azuretm_fleet_profile", "trafficmanagerprofiles", "shop");

/// The backend.
const BACKEND: (&str, &str, &str) = ("azuretm_fleet_backend", "trafficmanagerbackends", "web");

/// An operation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Scene {
    Create,
    Refresh,
    Update,
    Delete,
    Import,
    CreateBackend,
    RefreshBackend,
}

impl Scene {
    const ALL: [Self; 7] = [
        Self::Create,
        Self::Refresh,
        Self::Update,
        Self::Delete,
        Self::Import,
        Self::CreateBackend,
        Self::RefreshBackend,
    ];

    /// The resource type, the plural name of its kind, and the name of the object.
    fn object(self) -> (&'static str, &'static str, &'static str) {
        if matches!(self, Self::CreateBackend | Self::RefreshBackend) { BACKEND } else { PROFILE }
    }

    /// The requests of the operation that can be attacked.
    fn deeds(self) -> &'static [Deed] {
        match self {
            Self::Create | Self::Update | Self::CreateBackend => {
                &[Deed::Get, Deed::Apply, Deed::List, Deed::Watch]
            }
            Self::Refresh | Self::RefreshBackend | Self::Import => &[Deed::Get],
            Self::Delete => &[Deed::Delete, Deed::List],
        }
    }

    /// What is wanted, in the operation or in the end.
    fn wanted(self) -> Json {
        match self.object() {
            BACKEND => backend(),
            _ => profile(if self == Self::Update { 8081 } else { 8080 }),
        }
    }

    async fn act(self, object: &mut Instance<'_>) -> Result<Report, Report> {
        match self {
            Self::Refresh | Self::RefreshBackend => object.refresh().await,
            Self::Delete => object.destroy().await,
            Self::Import => object.import("team-a/shop").await,
            Self::Create | Self::Update | Self::CreateBackend => {
                let wanted = object.config(&self.wanted());
                let planned = object.plan(&wanted).await?;
                object.apply(planned).await
            }
        }
    }
}

/// A busy machine is no attack. But what is said to be deleted and stays is waited for until the time is up.
fn times() -> Json {
    json!({ "create": "30m", "read": "30m", "update": "30m", "delete": "20s" })
}

fn profile(port: i64) -> Json {
    json!({
        "name": "shop", "namespace": "team-a", "resource_group_name": "rg-global", "timeouts": times(),
        "monitor_config": { "port": port, "custom_header": [{ "name": "Authorization", "value": SECRET }] },
    })
}

fn backend() -> Json {
    json!({
        "name": "web", "namespace": "team-a", "profile_name": "shop", "service_name": "web", "weight": 100, "timeouts": times(),
    })
}

struct Case {
    scene: Scene,
    attack: Attack,
}

#[test]
fn whatever_a_stranger_answers_for_a_hub_nothing_is_lost_taken_or_shown() {
    let answers = answers::all();
    let outcome = try_all(async || Scene::ALL.into_iter().flat_map(|scene| cases(scene, &answers)).collect());
    println!("the hub: {outcome}");
    outcome.is_good();
}

/// The ways to attack an operation.
fn cases(scene: Scene, answers: &[Hostile]) -> Vec<Case> {
    let mut cases = Vec::new();
    for deed in scene.deeds() {
        let is_write = matches!(deed, Deed::Apply | Deed::Delete);
        for hostile in answers.iter().filter(|hostile| (hostile.answers)(deed)) {
            for (lasting, after_effect) in hostile.ways(is_write, *deed == Deed::Watch) {
                let (hostile, kind) = (hostile.clone(), scene.object().1);
                cases.push(Case {
                    scene,
                    attack: Attack { hostile, deed: *deed, kind, lasting, after_effect },
                });
            }
        }
    }
    cases
}

async fn provider(server: &Server) -> Core {
    let hub = json!({ "host": server.hub, "token": TOKEN });
    provider_with(&with_fleet_hub(provider_config(&server.azure.running.url()), hub)).await
}

/// What there is before.
async fn before(scene: Scene, core: &Core, object: &mut Instance<'_>) {
    let settle = async |object: &mut Instance<'_>, draft: &Json| {
        let config = object.config(draft);
        object.settle(&config).await.unwrap_or_else(|report| panic!("{scene:?}: {report}"));
    };
    if scene.object() == BACKEND {
        settle(&mut core.resource(PROFILE.0), &profile(8080)).await;
    }
    match scene {
        Scene::Create | Scene::CreateBackend => {}
        Scene::RefreshBackend => settle(object, &backend()).await,
        Scene::Refresh | Scene::Update | Scene::Delete | Scene::Import => {
            settle(object, &profile(8080)).await;
        }
    }
    if scene == Scene::Import {
        object.store(None);
    }
}

impl trial::Case for Case {
    fn is_large(&self) -> bool {
        self.attack.hostile.is_large
    }

    async fn withstand(&self) -> Result<(), String> {
        let server = Server::start().await;
        let core = provider(&server).await;
        let mut object = core.resource(self.scene.object().0);
        let theirs = theirs(&server).await;
        before(self.scene, &core, &mut object).await;
        server.attack(Some(self.attack.clone()));
        let acted = self.scene.act(&mut object).await;
        server.attack(None);
        let report = match &acted {
            Ok(report) | Err(report) => report,
        };
        is_fit(report)?;
        self.nothing_is_lost(&server, &object, &acted).await?;
        if let Some(stored) = object.stored() {
            self.is_ours(&stored.value)?;
        }
        self.the_next_apply_gets_there(&server, &core, &mut object).await?;
        if self::objects_of_others(&server).await != theirs {
            return Err("somebody else's object has changed".to_owned());
        }
        match server.trapped() {
            0 => Ok(()),
            times => Err(format!("a redirect was followed {times} times")),
        }
    }
}

impl Case {
    /// What is on the hub is in the state, or an error was told; and nothing leaves the state that is on the hub still.
    async fn nothing_is_lost(
        &self,
        server: &Server,
        object: &Instance<'_>,
        acted: &Result<Report, Report>,
    ) -> Result<(), String> {
        let (_, kind, name) = self.scene.object();
        let is_there = server.object("team-a", kind, name).await.is_some();
        let is_in_state = object.stored().is_some();
        let is_believed = self.attack.hostile.is_believed;
        match self.scene {
            Scene::Create | Scene::CreateBackend if is_there && !is_in_state && acted.is_ok() => {
                Err("it is on the hub and not in the state".to_owned())
            }
            Scene::Refresh | Scene::Update | Scene::RefreshBackend if !is_there => {
                Err(format!("it left the hub: {acted:?}"))
            }
            Scene::Refresh | Scene::Update | Scene::Delete | Scene::RefreshBackend
                if is_there && !is_in_state && !is_believed =>
            {
                Err(format!("it left the state: {acted:?}"))
            }
            _ => Ok(()),
        }
    }

    /// The state is that of our object.
    fn is_ours(&self, state: &Value) -> Result<(), String> {
        let name = self.scene.object().2;
        for (attribute, expected) in
            [("name", name.to_owned()), ("namespace", "team-a".to_owned()), ("id", format!("team-a/{name}"))]
        {
            let found = state.attribute(attribute);
            if found != Some(&Value::string(expected)) {
                return Err(format!("{attribute} is {found:?} in the state"));
            }
        }
        Ok(())
    }

    /// Without a stranger, what is wanted is there in the end, without a replacement of an object that is well.
    async fn the_next_apply_gets_there(
        &self,
        server: &Server,
        core: &Core,
        object: &mut Instance<'_>,
    ) -> Result<(), String> {
        let (_, kind, name) = self.scene.object();
        let wanted = object.config(&self.scene.wanted());
        let before = server.object("team-a", kind, name).await;
        if object.stored().is_none() && before.is_some() {
            let id = format!("team-a/{name}");
            object.import(&id).await.map_err(|report| format!("the next import fails:\n{report}"))?;
        }
        let is_tainted = object.stored().is_some_and(|stored| stored.tainted);
        server.attack(None);
        // A step of Terraform is a process of the provider, which knows nothing of the one before.
        core.together(async {}).await;
        object.settle(&wanted).await.map_err(|report| format!("the next apply fails:\n{report}"))?;
        let deleted = server.deeds().iter().any(|(deed, _)| *deed == Deed::Delete);
        if deleted && before.is_some() && !is_tainted {
            return Err("the next apply replaces what is well".to_owned());
        }
        let found = server.object("team-a", kind, name).await.unwrap_or_default();
        let is_right = match self.scene.object() {
            BACKEND => found["spec"]["weight"] == 100,
            _ => found["spec"]["monitorConfig"]["port"] == self.scene.wanted()["monitor_config"]["port"],
        };
        if is_right { Ok(()) } else { Err(format!("the hub holds {found:#}")) }
    }
}

/// What a user is told does not show the token, besides all else that it must not.
fn is_fit(report: &Report) -> Result<(), String> {
    is_fit_to_be_shown(report)?;
    let text = report.to_string();
    if text.contains(TOKEN) || text.contains("of-the-hub") {
        return Err(format!("the token is shown: {text}"));
    }
    Ok(())
}

/// Objects of others, of the same name in another namespace and of another name in the same.
async fn theirs(server: &Server) -> Vec<Option<Json>> {
    let object = |namespace: &str, name: &str| {
        json!({
            "apiVersion": "networking.fleet.azure.com/v1beta1", "kind": "TrafficManagerProfile",
            "metadata": { "name": name, "namespace": namespace }, "spec": { "resourceGroup": "rg-nowhere" },
        })
    };
    for (namespace, name) in THEIRS {
        server.make(namespace, PROFILE.1, object(namespace, name)).await;
    }
    objects_of_others(server).await
}

const THEIRS: [(&str, &str); 2] = [("team-b", "shop"), ("team-a", "theirs")];

/// Who they are, what is wanted of them, and whether we want anything of them.
async fn objects_of_others(server: &Server) -> Vec<Option<Json>> {
    let mut found = Vec::new();
    for (namespace, name) in THEIRS {
        let object = server.object(namespace, PROFILE.1, name).await;
        // The controller completes the settings of the probes.
        found.push(object.map(|object| {
            let managers = object["metadata"]["managedFields"].as_array().cloned().unwrap_or_default();
            let is_ours = managers.iter().any(|fields| fields["manager"] == "terraform-provider-azuretm");
            json!([object["metadata"]["uid"], object["spec"]["resourceGroup"], is_ours])
        }));
    }
    found
}

impl fmt::Display for Case {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Attack { hostile, deed, lasting, after_effect, .. } = &self.attack;
        let request = format!("{:?}, {deed:?}", self.scene);
        out.write_str(&told(&request, (*lasting, *after_effect), hostile.name))
    }
}
