//! Somebody else makes the profile or the endpoint in the moment between our look and our write, or after a write of which nothing is
//! known.

use emulator::{Dropped, Fault};
use serde_json::{Value as Json, json};
use tf_plugin_testing::core::Action;

use crate::kinds::Kind;
use crate::matrix::with_time;
use crate::provider::provider_at;
use crate::scenes::Scene;
use test_support::{Azure, foreign_profile};

/// Long enough for the other hand to act while the request is under way.
const UNDER_WAY: u64 = 1500;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_somebody_else_makes_meanwhile_is_neither_overwritten_nor_replaced_later() {
    let dropped = Fault { drop: Some(Dropped::Before), ..Fault::default() };
    for scene in SCENES {
        tokio::join!(
            somebody_else_is_faster(scene, dropped.clone()),
            somebody_else_is_faster(scene, Kind::Unavailable.at(1, false)),
            somebody_else_is_faster(scene, Kind::Failed.at(1, false)),
            somebody_else_is_faster(scene, Kind::Page.at(1, false)),
        );
    }
}

/// The creations that somebody else may be faster than.
const SCENES: [Scene; 2] = [Scene::Create, Scene::CreateEndpoint];

/// What somebody else makes under the id of the scene.
fn of_somebody_else(scene: Scene) -> Json {
    match scene {
        Scene::CreateEndpoint => json!({ "properties": { "target": "faster.example.com", "weight": 77 } }),
        _ => foreign_profile("fault-faster"),
    }
}

async fn somebody_else_is_faster(scene: Scene, fault: Fault) {
    let azure = Azure::start().await;
    let core = provider_at(&azure.running.url()).await;
    let mut shop = core.resource(scene.resource());
    scene.prepare(&azure, &mut shop, "2m").await;
    let wanted = shop.config(&scene.wanted(None));
    let planned = shop.plan(&wanted).await.unwrap();
    let slow = Fault { method: Some("PUT".to_owned()), delay_ms: Some(UNDER_WAY), ..fault };
    azure.running.faults([slow]).unwrap();
    let other_hand = async {
        azure
            .until("the PUT", |azure| {
                azure.requests().iter().any(|it| it.method == "PUT" && it.status.is_none())
            })
            .await;
        azure.put(&scene.id(), &of_somebody_else(scene));
        azure.profile(&scene.id())
    };
    let (applied, theirs) = tokio::join!(shop.apply(planned), other_hand);
    let report = applied.unwrap_err();
    assert_eq!(report.violations, Vec::<String>::new());
    let error = &report.errors()[0];
    assert!(error.contains("Somebody else may have created it") && error.contains("import it"), "{error}");
    assert_eq!(azure.profile(&scene.id()), theirs, "it was overwritten");
    assert!(shop.stored().is_none(), "the next apply would replace it");

    let refused = match shop.plan(&wanted).await {
        Ok(again) => {
            assert_eq!(again.action, Action::Create);
            shop.apply(again).await.unwrap_err()
        }
        // The plan of an endpoint sees it.
        Err(refused) => refused,
    };
    assert!(refused.errors()[0].contains("already exists"), "{refused}");
    assert_eq!(azure.profile(&scene.id()), theirs);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_somebody_else_makes_after_a_creation_in_doubt_is_let_go_of() {
    tokio::join!(is_let_go_of(SCENES[0]), is_let_go_of(SCENES[1]));
}

async fn is_let_go_of(scene: Scene) {
    let azure = Azure::start().await;
    let core = provider_at(&azure.running.url()).await;
    let mut shop = core.resource(scene.resource());
    scene.prepare(&azure, &mut shop, "1500ms").await;
    let in_a_hurry = shop.config(&scene.wanted(Some("1500ms")));
    let silent = Fault { method: Some("PUT".to_owned()), ..Kind::Silent.at(1, true) };
    azure.running.faults([silent]).unwrap();
    let report = shop.settle(&in_a_hurry).await.unwrap_err();
    assert!(report.errors()[0].contains("It is not known whether"), "{report}");
    assert!(shop.stored().is_some_and(|stored| stored.tainted), "it may be there: {report}");
    azure.running.clear_faults();
    shop.store(shop.stored().cloned().map(with_time));

    azure.put(&scene.id(), &of_somebody_else(scene));
    let theirs = azure.profile(&scene.id());
    let warned = shop.refresh().await.unwrap();
    assert!(warned.to_string().contains("was created by somebody else"), "{warned}");
    assert!(shop.stored().is_none());
    let wanted = shop.config(&scene.wanted(None));
    let refused = shop.settle(&wanted).await.unwrap_err();
    assert_eq!(refused.violations, Vec::<String>::new());
    assert!(refused.errors()[0].contains("already exists"), "{refused}");
    assert_eq!(azure.profile(&scene.id()), theirs, "it was replaced");
}
