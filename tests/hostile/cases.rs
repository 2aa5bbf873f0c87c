//! Every request of every operation, answered by a stranger in every way.

use std::fmt;
use std::sync::Arc;

use http::Method;
use tf_plugin::cty::Value;
use tf_plugin_testing::core::{Instance, Report};

use crate::answers;
use crate::attack::told;
use crate::objects::id_of_another;
use crate::provider::provider_at;
use crate::scenes::{Before, Scene};
use crate::server::{Attack, Server};
use crate::trial::{self, is_fit_to_be_shown, try_all};

struct Case {
    scene: Scene,
    attack: Attack,
    before: Arc<Before>,
}

#[test]
fn whatever_a_stranger_answers_nothing_is_lost_taken_or_shown() {
    let outcome = try_all(all_cases);
    println!("Azure: {outcome}");
    outcome.is_good();
}

async fn all_cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let answers = answers::all();
    for scene in Scene::ALL {
        let before = Arc::new(scene.before().await);
        for (position, method) in requests(scene, &before).await.iter().enumerate() {
            let is_write = [Method::PUT, Method::PATCH, Method::DELETE].contains(method);
            for hostile in answers.iter().filter(|hostile| (hostile.answers)(method)) {
                for (lasting, after_effect) in hostile.ways(is_write, false) {
                    let hostile = hostile.clone();
                    let attack = Attack { hostile, request: position + 1, lasting, after_effect };
                    cases.push(Case { scene, attack, before: Arc::clone(&before) });
                }
            }
        }
    }
    cases
}

/// The methods of the requests of an operation that nobody attacks.
async fn requests(scene: Scene, before: &Before) -> Vec<Method> {
    let server = Server::start().await;
    let core = provider_at(&server.url).await;
    let mut shop = core.resource(scene.resource());
    before.restore(&server, &mut shop);
    server.attack(None);
    scene.act(&mut shop).await.unwrap_or_else(|report| panic!("{scene:?}: {report}"));
    server.methods()
}

impl trial::Case for Case {
    fn is_large(&self) -> bool {
        self.attack.hostile.is_large
    }

    async fn withstand(&self) -> Result<(), String> {
        let server = Server::start().await;
        let core = provider_at(&server.url).await;
        let mut shop = core.resource(self.scene.resource());
        self.before.restore(&server, &mut shop);
        let theirs = server.profile(&id_of_another());
        server.attack(Some(self.attack.clone()));
        let acted = self.scene.act(&mut shop).await;
        server.attack(None);
        let report = match &acted {
            Ok(report) | Err(report) => report,
        };
        is_fit_to_be_shown(report)?;
        self.nothing_is_lost(&server, &shop, &acted)?;
        if let Some(stored) = shop.stored() {
            is_ours(self.scene, &stored.value)?;
        }
        self.the_next_apply_gets_there(&server, &mut shop).await?;
        if server.profile(&id_of_another()) != theirs {
            return Err("somebody else's profile has changed".to_owned());
        }
        Ok(())
    }
}

impl Case {
    /// What is in Azure is in the state, or the error says how to get it there; and nothing leaves the state that is in
    /// Azure still.
    fn nothing_is_lost(
        &self,
        server: &Server,
        shop: &Instance<'_>,
        acted: &Result<Report, Report>,
    ) -> Result<(), String> {
        let is_there = server.profile(&self.scene.id()).is_some();
        let says_import = || acted.as_ref().is_err_and(|report| report.to_string().contains("import"));
        let is_believed = self.attack.hostile.is_believed;
        match (self.scene, shop.stored().is_some(), is_there) {
            (Scene::DeleteEndpoint, false, true) if is_believed => Ok(()),
            (Scene::Create | Scene::CreateEndpoint, false, true) if !says_import() => {
                Err(format!("it is in Azure and not in the state: {acted:?}"))
            }
            (
                Scene::Refresh
                | Scene::Update
                | Scene::Delete
                | Scene::RefreshEndpoint
                | Scene::UpdateEndpoint
                | Scene::DeleteEndpoint,
                false,
                true,
            ) => Err(format!("it left the state: {acted:?}")),
            (Scene::Refresh | Scene::Update | Scene::RefreshEndpoint | Scene::UpdateEndpoint, _, false) => {
                Err(format!("it left Azure: {acted:?}"))
            }
            (Scene::Delete | Scene::DeleteEndpoint, true, false) if acted.is_ok() => {
                Err("what is gone is still in the state".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// Without a stranger, what is wanted is there in the end, without a replacement of a profile that is well.
    async fn the_next_apply_gets_there(
        &self,
        server: &Server,
        shop: &mut Instance<'_>,
    ) -> Result<(), String> {
        let (wanted, id) = (shop.config(&self.scene.wanted()), self.scene.id());
        if shop.stored().is_none() && server.profile(&id).is_some() {
            shop.import(&id).await.map_err(|report| format!("the next import fails:\n{report}"))?;
        }
        let before = server.profile(&id);
        let is_tainted = shop.stored().is_some_and(|stored| stored.tainted);
        server.attack(None);
        shop.settle(&wanted).await.map_err(|report| format!("the next apply fails:\n{report}"))?;
        let deleted = server.methods().contains(&Method::DELETE);
        if deleted && before.is_some() && !is_tainted {
            return Err("the next apply replaces what is well".to_owned());
        }
        let found = server.profile(&id).unwrap_or_default();
        if !self.scene.holds(&found) {
            return Err(format!("Azure holds {found:#}"));
        }
        Ok(())
    }
}

/// The state is that of our profile or endpoint, and whole.
fn is_ours(scene: Scene, state: &Value) -> Result<(), String> {
    for (name, expected) in scene.facts() {
        let found = state.attribute(name);
        if found != Some(&Value::string(expected)) {
            return Err(format!("{name} is {found:?} in the state"));
        }
    }
    Ok(())
}

impl fmt::Display for Case {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Attack { hostile, request, lasting, after_effect } = &self.attack;
        let request = format!("{:?}, request {request}", self.scene);
        out.write_str(&told(&request, (*lasting, *after_effect), hostile.name))
    }
}
