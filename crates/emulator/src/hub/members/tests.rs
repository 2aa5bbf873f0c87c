//! Each row of what an agent does about an export.

use super::*;

fn export(weight: Option<&str>) -> Export {
    Export {
        namespace: "shop".to_owned(),
        name: "web".to_owned(),
        weight: weight.map(str::to_owned),
        service: Some(ExportedService {
            uid: "u".to_owned(),
            kind: ServiceKind::LoadBalancer,
            is_headless: false,
            is_internal: false,
            public_ip: None,
            is_labelled: false,
            ports: Vec::new(),
        }),
        since: "2026-01-01T00:00:00Z".to_owned(),
        generation: 1,
    }
}

#[test]
fn a_weight_is_an_integer_from_0_to_1000() {
    for (text, expected) in [
        (None, Decision::Publish(1)),
        (Some("1"), Decision::Publish(1)),
        (Some("1000"), Decision::Publish(1000)),
        (Some("+5"), Decision::Publish(5)),
        (Some("007"), Decision::Publish(7)),
        (Some("0"), Decision::Withdraw),
        (Some("-0"), Decision::Withdraw),
    ] {
        let (decision, condition) = decide(&export(text));
        assert_eq!((decision, condition.status), (expected, "True"), "{text:?}");
    }
    for (text, why) in [
        ("", "the weight annotation is not a valid integer: "),
        ("1.0", "the weight annotation is not a valid integer: 1.0"),
        (" 1", "the weight annotation is not a valid integer:  1"),
        ("heavy", "the weight annotation is not a valid integer: heavy"),
        ("1001", "the weight annotation is not in the range [0, 1000]: 1001"),
        ("-1", "the weight annotation is not in the range [0, 1000]: -1"),
    ] {
        let (decision, condition) = decide(&export(Some(text)));
        assert_eq!((decision, condition.reason), (Decision::Keep, "ServiceExportInvalidWeightAnnotation"));
        let message = format!("serviceExport shop/web has an invalid weight annotation, err = {why}");
        assert_eq!(condition.message, message);
    }
}

#[test]
fn what_is_false_or_unknown_is_left_out_of_what_the_hub_gets() {
    let plain = export(None);
    let spec = |service: &ExportedService| internal_export("aks-1", &plain, service, 1)["spec"].clone();
    let bare = spec(plain.service.as_ref().unwrap());
    for key in ["isDNSLabelConfigured", "isInternalLoadBalancer", "publicIPResourceID"] {
        assert_eq!(bare[key], Value::Null, "{key}");
    }
    let whole = ExportedService {
        is_internal: true,
        is_labelled: true,
        public_ip: Some("/ip".to_owned()),
        ..plain.service.clone().unwrap()
    };
    let spec = spec(&whole);
    let shown = (&spec["isDNSLabelConfigured"], &spec["isInternalLoadBalancer"], &spec["publicIPResourceID"]);
    assert_eq!(shown, (&json!(true), &json!(true), &json!("/ip")));
}
