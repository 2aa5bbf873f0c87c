//! Somebody else makes the profile in the moment between our look and our write, or after a write of which nothing is
//! known.

use emulator::{Dropped, Fault};
use tf_plugin_testing::core::Action;

use crate::kinds::Kind;
use crate::matrix::with_time;
use crate::provider::provider_at;
use crate::scenes::{PROFILE, Scene, ours};
use test_support::{Azure, foreign_profile};

/// Long enough for the other hand to act while the request is under way.
const UNDER_WAY: u64 = 1500;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_somebody_else_makes_meanwhile_is_neither_overwritten_nor_replaced_later() {
    tokio::join!(
        somebody_else_is_faster(Fault { drop: Some(Dropped::Before), ..Fault::default() }),
        somebody_else_is_faster(Kind::Unavailable.at(1, false)),
        somebody_else_is_faster(Kind::Failed.at(1, false)),
        somebody_else_is_faster(Kind::Page.at(1, false)),
    );
}

async fn somebody_else_is_faster(fault: Fault) {
    let azure = Azure::start().await;
    let core = provider_at(&azure.running.url()).await;
    let mut shop = core.resource(PROFILE);
    let wanted = shop.config(&Scene::Create.wanted(None));
    let planned = shop.plan(&wanted).await.unwrap();
    let slow = Fault { method: Some("PUT".to_owned()), delay_ms: Some(UNDER_WAY), ..fault };
    azure.running.faults([slow]).unwrap();
    let other_hand = async {
        azure
            .until("the PUT", |azure| {
                azure.requests().iter().any(|it| it.method == "PUT" && it.status.is_none())
            })
            .await;
        azure.put(&ours(), &foreign_profile("fault-theirs"));
        azure.profile(&ours())
    };
    let (applied, theirs) = tokio::join!(shop.apply(planned), other_hand);
    let report = applied.unwrap_err();
    assert_eq!(report.violations, Vec::<String>::new());
    let error = &report.errors()[0];
    assert!(error.contains("Somebody else may have created it") && error.contains("import it"), "{error}");
    assert_eq!(azure.profile(&ours()), theirs, "it was overwritten");
    assert!(shop.stored().is_none(), "the next apply would replace it");

    let again = shop.plan(&wanted).await.unwrap();
    assert_eq!(again.action, Action::Create);
    let refused = shop.apply(again).await.unwrap_err();
    assert!(refused.errors()[0].contains("already exists"), "{refused}");
    assert_eq!(azure.profile(&ours()), theirs);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_somebody_else_makes_after_a_creation_in_doubt_is_let_go_of() {
    let azure = Azure::start().await;
    let core = provider_at(&azure.running.url()).await;
    let mut shop = core.resource(PROFILE);
    let in_a_hurry = shop.config(&Scene::Create.wanted(Some("1500ms")));
    let silent = Fault { method: Some("PUT".to_owned()), ..Kind::Silent.at(1, true) };
    azure.running.faults([silent]).unwrap();
    let report = shop.settle(&in_a_hurry).await.unwrap_err();
    assert!(report.errors()[0].contains("It is not known whether"), "{report}");
    assert!(shop.stored().is_some_and(|stored| stored.tainted), "it may be there: {report}");
    azure.running.clear_faults();
    shop.store(shop.stored().cloned().map(with_time));

    azure.put(&ours(), &foreign_profile("fault-theirs"));
    let theirs = azure.profile(&ours());
    let warned = shop.refresh().await.unwrap();
    assert!(warned.to_string().contains("Profile was created by somebody else"), "{warned}");
    assert!(shop.stored().is_none());
    let wanted = shop.config(&Scene::Create.wanted(None));
    let refused = shop.settle(&wanted).await.unwrap_err();
    assert_eq!(refused.violations, Vec::<String>::new());
    assert!(refused.errors()[0].contains("already exists"), "{refused}");
    assert_eq!(azure.profile(&ours()), theirs, "it was replaced");
}
