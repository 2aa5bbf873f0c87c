//! Ids of profiles and endpoints, and names of regions, as configurations, imports and Azure give them.
//!
//! The input is lines, each an id or the name of a region. What is read prints as itself; letter case changes nothing;
//! equal ids have equal hashes; a text is the id of a profile or of an endpoint, never of both.

use std::collections::hash_map::DefaultHasher;
use std::fmt::{Debug, Display};
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use traffic_manager::id::{self, EndpointId, EndpointKey, EndpointKind, IdError, ProfileId};
use traffic_manager::region;

/// Checks the lines, each alone and each beside the next.
pub fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let lines: Vec<&str> = text.lines().collect();
    for line in &lines {
        alone(line);
        // What is longer resembles no region, and takes long to compare.
        if line.len() <= 40 {
            region_alone(line);
        }
    }
    for pair in lines.windows(2) {
        beside(pair[0], pair[1]);
    }
}

fn alone(text: &str) {
    if let (Some(kind), name) = EndpointKey::split(text) {
        let key = EndpointKey::new(kind, name).to_string();
        assert_eq!(EndpointKey::split(&key), (Some(kind), name));
    }
    let profile = ProfileId::parse(text);
    let endpoint = EndpointId::parse(text);
    assert!(profile.is_err() || endpoint.is_err(), "{text:?} is two things");
    assert!(id::same(text, text));
    prints_as_read(text, &profile);
    prints_as_read(text, &endpoint);
    if let Ok(id) = &profile {
        parts_are_segments([&id.subscription_id, &id.resource_group_name, &id.name]);
        assert_eq!(EndpointKind::from_target_resource_id(text), EndpointKind::Nested);
        for kind in EndpointKind::ALL {
            let endpoint = id.endpoint(*kind, "east 1");
            assert_eq!(EndpointId::parse(&endpoint.to_string()), Ok(endpoint));
        }
    }
    if let Ok(id) = &endpoint {
        parts_are_segments([&id.profile.subscription_id, &id.profile.resource_group_name, &id.profile.name]);
        parts_are_segments([&id.name, &id.name, &id.name]);
        assert_eq!(ProfileId::parse(&id.profile.to_string()).as_ref(), Ok(&id.profile));
        assert_eq!(EndpointKind::from_target_resource_id(text), EndpointKind::Azure);
        assert_eq!(EndpointKind::from_type_name(id.kind.type_name()), Some(id.kind));
    }
}

/// What every id does, and every text that is none.
fn prints_as_read<T>(text: &str, read: &Result<T, IdError>)
where
    T: FromStr<Err = IdError> + Display + Debug + Hash + Eq,
{
    let id = match read {
        Ok(id) => id,
        Err(error) => {
            assert_eq!(error.text, text);
            assert!(error.to_string().contains(error.form) && !error.problem.to_string().is_empty());
            return;
        }
    };
    let printed = id.to_string();
    let again = printed.parse::<T>();
    assert_eq!(again.as_ref(), Ok(id), "{printed:?} was printed for {text:?}");
    assert_eq!(again.map(|id| id.to_string()).as_ref(), Ok(&printed));
    assert!(id::same(text, &printed), "{text:?} {printed:?}");
    for other in [text.to_ascii_lowercase(), text.to_ascii_uppercase()] {
        let other = other.parse::<T>();
        assert_eq!(other.as_ref(), Ok(id));
        assert_eq!(other.as_ref().map(hash), Ok(hash(id)));
    }
}

fn parts_are_segments(parts: [&String; 3]) {
    for part in parts {
        assert!(!part.trim().is_empty() && !part.contains('/') && part != "." && part != "..", "{part:?}");
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn region_alone(text: &str) {
    let short = region::normalize(text);
    assert_eq!(region::normalize(&short), short);
    assert!(region::same(text, &short));
    match (region::display_name(text), region::nearest(text)) {
        (Some(display), nearest) => {
            assert!(nearest.is_none() && region::same(display, text));
            assert_eq!(region::display_name(display), Some(display));
        }
        (None, Some(nearest)) => assert!(region::display_name(nearest).is_some()),
        (None, None) => {}
    }
}

fn beside(a: &str, b: &str) {
    assert_eq!(id::same(a, b), id::same(b, a));
    assert_eq!(region::same(a, b), region::same(b, a));
    equal_ids_are_alike::<ProfileId>(a, b);
    equal_ids_are_alike::<EndpointId>(a, b);
}

fn equal_ids_are_alike<T: FromStr + Display + Hash + Eq>(a: &str, b: &str) {
    let (Ok(a), Ok(b)) = (a.parse::<T>(), b.parse::<T>()) else { return };
    let reversed = b == a;
    assert_eq!(a == b, reversed, "{a} {b}");
    assert_eq!(a == b, id::same(&a.to_string(), &b.to_string()), "{a} {b}");
    if a == b {
        assert_eq!(hash(&a), hash(&b), "{a} {b}");
    }
}
