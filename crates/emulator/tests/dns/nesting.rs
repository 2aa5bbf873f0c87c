//! Profiles that are endpoints of profiles.

use hickory_proto::op::ResponseCode;
use serde_json::json;

use crate::azure::{Azure, endpoint, nested};
use crate::client::A;

#[tokio::test]
async fn a_nested_profile_answers_with_one_cname_to_the_leaf_and_the_ttl_of_the_profile_that_was_asked() {
    let azure = Azure::start().await;
    let leaf = |name: &str| endpoint(name, &format!("{name}.example.com"), &json!({}));
    let ttl = |name: &str, seconds: u32| json!({ "dnsConfig": { "relativeName": name, "ttl": seconds } });
    azure.put_with("inner", "Priority", &ttl("inner", 5), &[leaf("east"), leaf("west")]);
    azure.put_with("middle", "Priority", &ttl("middle", 7), &[nested("inner", &json!({}))]);
    azure.put_with("outer", "Priority", &ttl("outer", 0), &[nested("middle", &json!({})), leaf("backup")]);
    let answers = async || azure.reply("outer", A).await.answers();
    assert_eq!(answers().await, ["outer.trafficmanager.net. 0 IN CNAME east.example.com."]);
    azure.set_health("inner", &["east"], "Degraded");
    assert_eq!(answers().await, ["outer.trafficmanager.net. 0 IN CNAME west.example.com."]);
    azure.set_health("inner", &["west"], "Degraded");
    assert_eq!(answers().await, ["outer.trafficmanager.net. 0 IN CNAME backup.example.com."]);
    // The child by itself answers its Degraded endpoints, as no other is there.
    assert_eq!(
        azure.reply("inner", A).await.answers(),
        ["inner.trafficmanager.net. 5 IN CNAME east.example.com."]
    );
}

#[tokio::test]
async fn a_child_that_is_off_deleted_or_too_weak_is_passed_over() {
    let azure = Azure::start().await;
    let leaf = |name: &str| endpoint(name, &format!("{name}.example.com"), &json!({}));
    azure.put("child", "Weighted", &[leaf("a"), leaf("b")]);
    let at_least_two = nested("child", &json!({ "minChildEndpoints": 2 }));
    azure.put("shop", "Priority", &[at_least_two, leaf("backup")]);
    azure.set_health("child", &["a", "b"], "Online");
    let of_child = async || azure.records("shop", A).await[0] != "CNAME backup.example.com.";
    assert!(of_child().await);
    azure.set_health("child", &["a"], "Degraded");
    assert!(!of_child().await);
    azure.set_health("child", &["a"], "Online");
    assert!(of_child().await);
    azure.put_with("child", "Weighted", &json!({ "profileStatus": "Disabled" }), &[leaf("a"), leaf("b")]);
    assert!(!of_child().await);
    azure.delete("child");
    assert!(!of_child().await);
    azure.put("alone", "Priority", &[nested("shop", &json!({}))]);
    azure.delete("shop");
    assert_eq!(azure.reply("alone", A).await.rcode(), ResponseCode::NoError);
    assert_eq!(azure.records("alone", A).await, [""; 0]);
}
