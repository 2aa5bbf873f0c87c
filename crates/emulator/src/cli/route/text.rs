//! An answer as text for people: what is answered, a tree of the profiles, and the reasons.
//!
//! Names come from whoever made the profiles. A terminal gets no control characters of theirs.

use std::fmt::Write as _;
use std::net::IpAddr;

use crate::routes::{AskedQuery, EndpointShare, ListedEndpoint, ListedProfile, RouteAnswer, percent};

/// Spaces between two columns.
const GAP: &str = "  ";

/// What stands behind an endpoint whose target is in the answer.
const ANSWERS: &str = "<- answers";

/// The text, with its last line end.
pub(super) fn of(route: &RouteAnswer, profiles: &[ListedProfile]) -> String {
    let asked = profiles.iter().find(|profile| profile.id == route.profile_id);
    let name = asked.map_or(route.profile_id.as_str(), |profile| &profile.fqdn);
    let record_type = route.record_type.as_deref().unwrap_or("the target is not known");
    let mut text = format!("{}: {record_type}, TTL {} s\n", question(name, &route.query), route.ttl);
    let mut blocks = vec![table(&shares(route))];
    if let Some(asked) = asked {
        let mut tree = Tree { profiles, answers: &route.answers, rows: Vec::new() };
        tree.add_profile(asked, &Place::default(), Some(1.0), &mut Vec::new());
        blocks.push(table(&tree.rows));
    }
    blocks.push(route.reasons.iter().map(|reason| shown(reason) + "\n").collect());
    for block in blocks.iter().filter(|block| !block.is_empty()) {
        let _ = write!(text, "\n{block}");
    }
    text
}

/// `shop.trafficmanager.net, A, from 198.51.100.33 in FR, near francecentral`.
fn question(name: &str, query: &AskedQuery) -> String {
    let mut text = format!("{}, {}", shown(name), query.query_type);
    let place = query.geographic_code.as_ref().map(|code| format!("in {code}"));
    let region = query.region.as_ref().map(|region| format!("near {}", shown(region)));
    let place = [place, region].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let source = query.source.map(|source| source.to_string());
    let client = [source, Some(place).filter(|place| !place.is_empty())];
    let client = client.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if !client.is_empty() {
        let _ = write!(text, ", from {client}");
    }
    text
}

/// What can be answered, a line each.
fn shares(route: &RouteAnswer) -> Vec<[String; 4]> {
    let row = |share: f64, record: &str, endpoint: &str| {
        [percent(share), shown(record), shown(endpoint), String::new()]
    };
    let of_endpoint =
        |it: &EndpointShare| row(it.share, it.record.as_deref().unwrap_or("no such record"), &it.endpoint);
    let mut rows: Vec<[String; 4]> = route.shares.iter().map(of_endpoint).collect();
    let negative = [("no records", route.no_data), ("the name does not exist", route.nx_domain)];
    rows.extend(
        negative.into_iter().filter(|(_, share)| *share > 0.0).map(|(what, share)| row(share, what, "")),
    );
    rows
}

/// Columns side by side; the last one is as long as it is.
fn table(rows: &[[String; 4]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let mut text = String::new();
    for [first, second, third, fourth] in rows {
        let [a, b, c] = widths;
        let line = format!("{first:a$}{GAP}{second:b$}{GAP}{third:c$}{GAP}{fourth}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A tree of profiles as rows: what it is, its status, its share of the queries, and whether it answers.
struct Tree<'a> {
    profiles: &'a [ListedProfile],
    answers: &'a [String],
    rows: Vec<[String; 4]>,
}

/// Where in the tree a row is: what stands before its name, and before what is below it.
#[derive(Default)]
struct Place {
    before: String,
    below: String,
}

impl Place {
    fn child(&self, is_last: bool) -> Self {
        let [before, below] = if is_last { ["└── ", "    "] } else { ["├── ", "│   "] };
        Self { before: format!("{}{before}", self.below), below: format!("{}{below}", self.below) }
    }
}

impl<'a> Tree<'a> {
    /// `reached`: the share of the queries that come here. `above`: the ids of the profiles on the way.
    fn add_profile(
        &mut self,
        profile: &'a ListedProfile,
        place: &Place,
        reached: Option<f64>,
        above: &mut Vec<&'a str>,
    ) {
        let name = format!("{}{} ({})", place.before, shown(&profile.name), profile.traffic_routing_method);
        self.rows.push([name, profile.monitor_status.clone(), String::new(), String::new()]);
        above.push(&profile.id);
        for (index, endpoint) in profile.endpoints.iter().enumerate() {
            let place = place.child(index + 1 == profile.endpoints.len());
            let share = reached.zip(endpoint.share).map(|(reached, share)| reached * share);
            self.add_endpoint(endpoint, &place, share, above);
        }
        above.pop();
    }

    fn add_endpoint(
        &mut self,
        endpoint: &'a ListedEndpoint,
        place: &Place,
        share: Option<f64>,
        above: &mut Vec<&'a str>,
    ) {
        let child = endpoint.child_id.as_ref().map(|id| self.profiles.iter().find(|it| it.id == *id));
        let leads_to = match (&child, &endpoint.target) {
            (Some(Some(_)), _) => String::new(),
            (Some(None), _) => " -> no such profile".to_owned(),
            (None, Some(target)) => format!(" -> {}", shown(target)),
            (None, None) => " -> target not known".to_owned(),
        };
        let is_chosen = share.is_some_and(|share| share > 0.0);
        let is_answer = is_chosen && endpoint.target.as_ref().is_some_and(|target| self.is_answer(target));
        self.rows.push([
            format!("{}{}{leads_to}", place.before, shown(&endpoint.name)),
            endpoint.monitor_status.clone(),
            share.map_or_else(|| "-".to_owned(), percent),
            if is_answer { ANSWERS.to_owned() } else { String::new() },
        ]);
        // Profiles that nest each other have no share, and no end.
        if let Some(Some(child)) =
            child.filter(|child| child.is_some_and(|it| !above.contains(&it.id.as_str())))
        {
            self.add_profile(child, &place.child(true), share, above);
        }
    }

    fn is_answer(&self, target: &str) -> bool {
        match target.trim().parse::<IpAddr>() {
            Ok(address) => self.answers.contains(&address.to_string()),
            Err(_) => self.answers.iter().any(|answer| answer == target),
        }
    }
}

/// A text without what would make a terminal do something, or turn its direction.
fn shown(text: &str) -> String {
    let is_harmful = |character: char| {
        character.is_control()
            || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|character| if is_harmful(character) { '\u{fffd}' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn endpoint(name: &str, status: &str, target: &str, share: f64) -> Value {
        json!({
            "name": name, "kind": "externalEndpoints", "target": target, "status": "Enabled",
            "monitor_status": status, "child_id": null, "share": share,
        })
    }

    fn nested(name: &str, child: &str, share: f64) -> Value {
        let mut endpoint = endpoint(name, "Online", "", share);
        endpoint["child_id"] = child.into();
        endpoint["target"] = Value::Null;
        endpoint
    }

    fn profile(name: &str, method: &str, endpoints: &[Value]) -> Value {
        json!({
            "name": name, "id": name, "fqdn": format!("{name}.trafficmanager.net"), "ttl": 30,
            "traffic_routing_method": method, "status": "Enabled", "monitor_status": "Online", "endpoints": endpoints,
        })
    }

    fn text(route: &Value, profiles: &[Value]) -> String {
        let profiles: Vec<ListedProfile> = serde_json::from_value(profiles.into()).unwrap();
        of(&serde_json::from_value(route.clone()).unwrap(), &profiles)
    }

    fn route(profile: &str, shares: &[(&str, f64, &str)]) -> Value {
        let share = |(endpoint, share, record): &(&str, f64, &str)| json!({ "endpoint": endpoint, "share": share, "record_type": "CNAME", "record": record });
        json!({
            "profile_id": profile, "query_type": "A", "source": "198.51.100.33", "geographic_code": "FR",
            "region": "francecentral", "record_type": "CNAME", "ttl": 30, "endpoints": {},
            "answers": shares.iter().map(|(_, _, record)| record).collect::<Vec<_>>(),
            "shares": shares.iter().map(share).collect::<Vec<_>>(),
            "no_data": 0.25, "nx_domain": 0.0, "reasons": ["shop (Weighted): By weight."],
        })
    }

    #[test]
    fn an_answer_is_a_table_a_tree_and_the_reasons() {
        let shop = [nested("europe", "eu", 0.75), endpoint("rest", "Stopped", "rest.example.com", 0.0)];
        let eu = [
            endpoint("blue", "Online", "blue.example.com", 1.0),
            endpoint("green", "Degraded", "green.example.com", 0.0),
        ];
        let profiles = [profile("eu", "Priority", &eu), profile("shop", "Weighted", &shop)];
        let expected = "\
shop.trafficmanager.net, A, from 198.51.100.33 in FR, near francecentral: CNAME, TTL 30 s

75 %  blue.example.com  europe/blue
25 %  no records

shop (Weighted)                         Online
├── europe                              Online    75 %
│   └── eu (Priority)                   Online
│       ├── blue -> blue.example.com    Online    75 %  <- answers
│       └── green -> green.example.com  Degraded  0 %
└── rest -> rest.example.com            Stopped   0 %

shop (Weighted): By weight.
";
        assert_eq!(text(&route("shop", &[("europe/blue", 0.75, "blue.example.com")]), &profiles), expected);
    }

    #[test]
    fn profiles_that_nest_each_other_or_are_missing_end_the_tree() {
        let profiles = [
            profile("a", "Priority", &[nested("to-b", "b", 1.0)]),
            profile("b", "Priority", &[nested("to-a", "a", 1.0), nested("to-c", "c", 0.0)]),
        ];
        let text = text(&route("a", &[]), &profiles);
        assert_eq!(text.matches("(Priority)").count(), 2, "{text}");
        assert!(text.contains("to-c -> no such profile"), "{text}");
    }

    #[test]
    fn names_do_nothing_to_a_terminal() {
        let name = "\u{1b}]0;pwned\u{7}\u{202e}\r\nnew";
        let profiles = [profile("shop", "Priority", &[endpoint(name, "Online", "a.example.com", 1.0)])];
        let text = text(&route("shop", &[(name, 1.0, "a.example.com")]), &profiles);
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}', '\r']), "{text:?}");
        assert_eq!(text.matches("]0;pwned").count(), 2, "{text:?}");
    }
}
