//! What holds for every plan, whatever the resource: spellings, defaults, and which computed attributes become
//! unknown.
//!
//! Terraform core proposes a new state from the configuration and the prior state; all of this is decided by
//! the schema on top of it. The resource then has the last word on its own attributes.

mod members;
mod overlay;
mod reconcile;

use self::members::{NULL, each_attribute, each_block, each_object, element, is_empty, member};
pub(crate) use self::overlay::overlay;
pub(crate) use self::reconcile::reconcile;
use self::reconcile::reconcile_configured;
use crate::cty::{Bag, Path, Value};
use crate::schema::{Attribute, Block, Kind, NestedBlock, Nesting};

/// Completes what core proposed: keeps the spelling of the prior state where both mean the same, fills in
/// defaults, and marks computed attributes as unknown in each object in which something changes.
///
/// `prior` is null on create. `proposed` is an object.
pub(crate) fn complete(block: &Block, config: &Value, prior: &Value, proposed: Value) -> Value {
    let proposed = with_unknown_elements(block, config, proposed);
    let spelled = reconcile_configured(block, prior, proposed);
    let kept = with_kept(block, config, prior, spelled);
    let defaulted = with_defaults(block, config, kept);
    with_unknowns(block, config, prior, defaulted)
}

/// The paths of the attributes that differ from the prior state and whose change replaces the resource.
pub(crate) fn replacements(block: &Block, prior: &Value, planned: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    collect_replacements(block, prior, planned, &Path::root(), &mut found);
    found
}

/// The new state after an apply, where the plan said of a computed attribute what it will be. Terraform accepts
/// nothing else; what has changed meanwhile is found by the next refresh.
pub(crate) fn keep_planned(block: &Block, config: &Value, planned: &Value, state: Value) -> Value {
    let state = planned_of(&block.attributes, config, planned, state);
    each_block(&block.blocks, state, |nested, own| {
        let (config, planned) = (member(config, nested.name), member(planned, nested.name));
        each_object(nested.nesting, own, |step, own| {
            keep_planned(&nested.block, element(config, step), element(planned, step), own)
        })
    })
}

fn planned_of(attributes: &[Attribute], config: &Value, planned: &Value, state: Value) -> Value {
    if planned.is_null() {
        return state;
    }
    each_attribute(attributes, state, |attribute, own| {
        let (config, planned) = (member(config, attribute.name), member(planned, attribute.name));
        let computed = attribute.is_computed() && config.is_null();
        match &attribute.kind {
            _ if computed && planned.is_wholly_known() => planned.clone(),
            Kind::Nested(nesting, below) => each_object(*nesting, own, |step, own| {
                planned_of(below, element(config, step), element(planned, step), own)
            }),
            Kind::Plain(_) => own,
        }
    })
}

/// The proposal with each element of a nested attribute unknown that the configuration does not know yet.
///
/// Terraform proposes such an element sometimes as it is and sometimes as an object of unknown members: since
/// 1.12 for every element of a map, before (and in `OpenTofu`) for those that the prior state has. Unknown as a
/// whole is valid for all of them, and the only plan that still holds if the element turns out to be null.
fn with_unknown_elements(block: &Block, config: &Value, proposed: Value) -> Value {
    unknown_elements(block, Some(config), proposed)
}

/// Inside of a set there is no configuration to look at: nothing pairs its objects. There, an object says by
/// itself that it was proposed for an unknown one.
fn unknown_elements(block: &Block, config: Option<&Value>, proposed: Value) -> Value {
    let proposed = unknown_elements_of(&block.attributes, config, proposed);
    each_block(&block.blocks, proposed, |nested, own| {
        let config = config.map(|config| member(config, nested.name));
        if let Value::Set(elements) = own {
            return Value::Set(
                elements.into_iter().map(|own| unknown_elements(&nested.block, None, own)).collect(),
            );
        }
        each_object(nested.nesting, own, |place, own| {
            unknown_elements(&nested.block, config.map(|config| element(config, place)), own)
        })
    })
}

fn unknown_elements_of(attributes: &[Attribute], config: Option<&Value>, proposed: Value) -> Value {
    each_attribute(attributes, proposed, |attribute, own| {
        let Kind::Nested(nesting, below) = &attribute.kind else { return own };
        let config = config.map(|config| member(config, attribute.name));
        let of_element = |config: Option<&Value>, own: Value| match config {
            Some(Value::Unknown(unknown)) => Value::Unknown(unknown.clone()),
            None if is_all_unknown(&own) => Value::unknown(),
            config => unknown_elements_of(below, config, own),
        };
        match (nesting, own) {
            (Nesting::Single, own) => unknown_elements_of(below, config, own),
            (Nesting::Set, Value::Set(elements)) if config.is_none_or(|config| !config.is_wholly_known()) => {
                Value::Set(elements.into_iter().map(|own| of_element(None, own)).collect())
            }
            (_, own) => each_object(*nesting, own, |place, own| {
                of_element(config.map(|config| element(config, place)), own)
            }),
        }
    })
}

/// Whether nothing at all is known of an object.
fn is_all_unknown(object: &Value) -> bool {
    match object {
        Value::Map(members) => !members.is_empty() && members.values().all(Value::is_unknown),
        other => other.is_unknown(),
    }
}

/// Puts back what stays once it is computed. Core proposes null for a nested attribute that was configured and is
/// not any more; left so, it would count as a change in every plan.
fn with_kept(block: &Block, config: &Value, prior: &Value, planned: Value) -> Value {
    let planned = kept_of(&block.attributes, config, prior, planned);
    each_block(&block.blocks, planned, |nested, own| {
        let (config, prior) = (member(config, nested.name), member(prior, nested.name));
        each_object(nested.nesting, own, |step, own| {
            with_kept(&nested.block, element(config, step), element(prior, step), own)
        })
    })
}

fn kept_of(attributes: &[Attribute], config: &Value, prior: &Value, planned: Value) -> Value {
    each_attribute(attributes, planned, |attribute, own| {
        let (config, prior) = (member(config, attribute.name), member(prior, attribute.name));
        let keeps = attribute.keeps && attribute.is_computed() && attribute.default.is_none();
        match &attribute.kind {
            _ if keeps && config.is_null() && !prior.is_null() => prior.clone(),
            Kind::Nested(nesting, below) => each_object(*nesting, own, |step, own| {
                kept_of(below, element(config, step), element(prior, step), own)
            }),
            Kind::Plain(_) => own,
        }
    })
}

fn with_defaults(block: &Block, config: &Value, planned: Value) -> Value {
    let planned = defaults_of(&block.attributes, config, planned);
    each_block(&block.blocks, planned, |nested, own| {
        let config = member(config, nested.name);
        each_object(nested.nesting, own, |step, own| with_defaults(&nested.block, element(config, step), own))
    })
}

fn defaults_of(attributes: &[Attribute], config: &Value, planned: Value) -> Value {
    each_attribute(attributes, planned, |attribute, own| {
        let config = member(config, attribute.name);
        match (&attribute.default, &attribute.kind) {
            (Some(default), _) if config.is_null() => default.clone(),
            // Objects that the configuration leaves out are those of the prior state, and stay as they are.
            (_, Kind::Nested(nesting, below)) if !config.is_null() => {
                each_object(*nesting, own, |step, own| defaults_of(below, element(config, step), own))
            }
            _ => own,
        }
    })
}

/// Marks what only the provider knows as unknown, in each object in which something changes. A computed value
/// beside which nothing changes stays, else every plan would show a change.
fn with_unknowns(block: &Block, config: &Value, prior: &Value, planned: Value) -> Value {
    let planned = unknowns_of(&block.attributes, config, prior, planned);
    each_block(&block.blocks, planned, |nested, own| {
        let (config, prior) = (member(config, nested.name), member(prior, nested.name));
        if let Value::Set(elements) = own {
            return each_new(prior, elements, |own| with_unknowns(&nested.block, &own.clone(), NULL, own));
        }
        each_object(nested.nesting, own, |step, own| {
            with_unknowns(&nested.block, element(config, step), element(prior, step), own)
        })
    })
}

fn unknowns_of(attributes: &[Attribute], config: &Value, prior: &Value, planned: Value) -> Value {
    let changed = planned != *prior;
    each_attribute(attributes, planned, |attribute, own| {
        let (config, prior) = (member(config, attribute.name), member(prior, attribute.name));
        let computed = attribute.is_computed() && attribute.default.is_none() && config.is_null();
        match &attribute.kind {
            _ if computed && changed => {
                if attribute.keeps && !prior.is_null() {
                    prior.clone()
                } else {
                    Value::unknown()
                }
            }
            Kind::Nested(nesting, below) => match own {
                Value::Set(elements) => {
                    each_new(prior, elements, |own| unknowns_of(below, &own.clone(), NULL, own))
                }
                own => each_object(*nesting, own, |step, own| {
                    unknowns_of(below, element(config, step), element(prior, step), own)
                }),
            },
            Kind::Plain(_) => own,
        }
    })
}

/// Changes the elements of a set that the prior one does not have. Core proposes an element that was there with all
/// that was computed of it, and a new one as it is configured: there, null says that nothing is configured.
fn each_new(prior: &Value, elements: Vec<Value>, change: impl Fn(Value) -> Value) -> Value {
    let prior = if let Value::Set(prior) = prior { prior.as_slice() } else { &[] };
    let mut known = Bag::new(prior, Value::fingerprint);
    let changed = elements.into_iter().map(|own| {
        let is_known = known.take(own.fingerprint(), |known| *known == own).is_some();
        if is_known { own } else { change(own) }
    });
    Value::Set(changed.collect())
}

fn collect_replacements(block: &Block, prior: &Value, planned: &Value, path: &Path, found: &mut Vec<Path>) {
    collect_from_attributes(&block.attributes, prior, planned, path, found);
    for NestedBlock { name, nesting, block, .. } in &block.blocks {
        let pair = (member(prior, name), member(planned, name));
        let path = path.attribute(name);
        let existed = !is_empty(pair.0) && !pair.0.is_null();
        // A set of blocks has no places, so nothing in it replaces, known or not.
        if pair.1.is_unknown() && existed && *nesting != Nesting::Set && block.has_replacing() {
            // What it becomes may replace, and an apply must not replace where the plan said it would not.
            found.push(path);
            continue;
        }
        each_pair(*nesting, pair, &path, |prior, planned, path| {
            collect_replacements(block, prior, planned, path, found);
        });
    }
}

fn collect_from_attributes(
    attributes: &[Attribute],
    prior: &Value,
    planned: &Value,
    path: &Path,
    found: &mut Vec<Path>,
) {
    for attribute in attributes {
        let (prior, planned) = (member(prior, attribute.name), member(planned, attribute.name));
        let path = path.attribute(attribute.name);
        let replaces = attribute.replaces
            || planned.is_unknown() && !is_empty(prior) && !prior.is_null() && attribute.has_replacing();
        if replaces && prior != planned {
            found.push(path);
        } else if let Kind::Nested(nesting, below) = &attribute.kind {
            each_pair(*nesting, (prior, planned), &path, |prior, planned, path| {
                collect_from_attributes(below, prior, planned, path, found);
            });
        }
    }
}

/// The objects of before, each with what stands in its place after. Those of a set have no place.
fn each_pair(
    nesting: Nesting,
    (prior, planned): (&Value, &Value),
    path: &Path,
    mut look: impl FnMut(&Value, &Value, &Path),
) {
    match (nesting, prior, planned) {
        (Nesting::Single, Value::Map(_), Value::Map(_)) => look(prior, planned, path),
        (Nesting::List, Value::List(prior), Value::List(planned)) => {
            for (index, (prior, planned)) in prior.iter().zip(planned).enumerate() {
                if !prior.is_null() {
                    look(prior, planned, &path.index(index));
                }
            }
        }
        (Nesting::Map, Value::Map(prior), Value::Map(planned)) => {
            for (key, prior) in prior {
                if let Some(planned) = planned.get(key).filter(|_| !prior.is_null()) {
                    look(prior, planned, &path.key(key));
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{complete, reconcile, replacements};
    use crate::cty::{Path, Type, Value};
    use crate::schema::{Attribute, Block, NestedBlock};

    fn without_case(left: &str, right: &str) -> bool {
        left.eq_ignore_ascii_case(right)
    }

    fn block() -> Block {
        Block::new([
            Attribute::string("name").required().replaces(),
            Attribute::string("id").computed().keeps(),
            Attribute::string("status").computed(),
            Attribute::plain("codes", Type::set(Type::String)).same_if(without_case),
            Attribute::plain("tags", Type::map(Type::String)),
            Attribute::nested_map(
                "endpoints",
                [
                    Attribute::number("weight").default(Value::integer(1)),
                    Attribute::string("region").same_if(without_case),
                    Attribute::string("status").computed(),
                ],
            )
            .optional_computed()
            .keeps(),
        ])
        .blocks([NestedBlock::list(
            "dns",
            Block::new([
                Attribute::string("label").required().replaces(),
                Attribute::number("ttl").default(Value::integer(30)),
            ]),
        )])
    }

    fn codes(each: &[&str]) -> Value {
        Value::Set(each.iter().map(|code| Value::string(*code)).collect())
    }

    fn endpoint(weight: Value, region: &str, status: Value) -> Value {
        Value::object([("weight", weight), ("region", Value::string(region)), ("status", status)])
    }

    fn dns(label: &str, ttl: Value) -> Value {
        Value::List(vec![Value::object([("label", Value::string(label)), ("ttl", ttl)])])
    }

    fn prior() -> Value {
        let online = || Value::string("Online");
        Value::object([
            ("name", Value::string("shop")),
            ("id", Value::string("/1")),
            ("status", online()),
            ("codes", codes(&["DE", "FR"])),
            ("tags", Value::Null),
            (
                "endpoints",
                Value::object([
                    ("east", endpoint(Value::integer(1), "eastus", online())),
                    ("west", endpoint(Value::integer(1), "westus", online())),
                ]),
            ),
            ("dns", dns("shop", Value::integer(30))),
        ])
    }

    fn config() -> Value {
        Value::object([
            ("name", Value::string("shop")),
            ("id", Value::Null),
            ("status", Value::Null),
            ("codes", codes(&["fr", "de"])),
            ("tags", Value::Null),
            (
                "endpoints",
                Value::object([
                    ("east", endpoint(Value::Null, "EastUS", Value::Null)),
                    ("west", endpoint(Value::Null, "westus", Value::Null)),
                ]),
            ),
            ("dns", dns("shop", Value::Null)),
        ])
    }

    fn set(object: &mut Value, path: &Path, value: Value) {
        fn place<'a>(at: &'a mut Value, step: &crate::cty::Step) -> &'a mut Value {
            use crate::cty::Step;
            match (at, step) {
                (Value::Map(members), Step::Attribute(name) | Step::Key(name)) => {
                    members.get_mut(name).unwrap()
                }
                (Value::List(elements), Step::Index(index)) => &mut elements[*index],
                _ => panic!("no such place"),
            }
        }
        *path.steps().iter().fold(object, place) = value;
    }

    /// What core proposes: configured values, and prior ones for computed attributes.
    fn proposed() -> Value {
        let mut proposed = config();
        let computed =
            [Path::new("id"), Path::new("status")].into_iter().chain(["east", "west"].iter().flat_map(
                |key| ["weight", "status"].map(|name| Path::new("endpoints").key(key).attribute(name)),
            ));
        for path in computed.chain([Path::new("dns").index(0).attribute("ttl")]) {
            let value = prior().at(&path).unwrap().clone();
            set(&mut proposed, &path, value);
        }
        proposed
    }

    #[test]
    fn another_spelling_is_no_change() {
        assert_eq!(complete(&block(), &config(), &prior(), proposed()), prior());
    }

    #[test]
    fn only_the_changed_endpoint_loses_its_status() {
        let weight = Path::new("endpoints").key("east").attribute("weight");
        let (mut config, mut proposed) = (config(), proposed());
        set(&mut config, &weight, Value::integer(7));
        set(&mut proposed, &weight, Value::integer(7));
        let planned = complete(&block(), &config, &prior(), proposed);
        let at = |path: Path| planned.at(&path).unwrap().clone();
        assert_eq!(at(Path::new("status")), Value::unknown());
        assert_eq!(at(Path::new("id")), Value::string("/1"));
        assert_eq!(at(Path::new("endpoints").key("east").attribute("status")), Value::unknown());
        assert_eq!(at(Path::new("endpoints").key("west").attribute("status")), Value::string("Online"));
    }

    #[test]
    fn on_create_defaults_are_filled_in_and_the_rest_is_unknown() {
        let planned = complete(&block(), &config(), &Value::Null, config());
        let at = |path: Path| planned.at(&path).unwrap().clone();
        assert_eq!(at(Path::new("id")), Value::unknown());
        assert_eq!(at(Path::new("dns").index(0).attribute("ttl")), Value::integer(30));
        assert_eq!(at(Path::new("endpoints").key("east").attribute("weight")), Value::integer(1));
        assert_eq!(at(Path::new("codes")), codes(&["fr", "de"]));
    }

    #[test]
    fn what_keeps_is_no_change_when_core_proposes_to_drop_it() {
        let endpoints = Path::new("endpoints");
        let (mut config, mut proposed) = (config(), proposed());
        set(&mut config, &endpoints, Value::Null);
        set(&mut proposed, &endpoints, Value::Null);
        assert_eq!(complete(&block(), &config, &prior(), proposed), prior());
    }

    #[test]
    fn what_the_configuration_leaves_out_keeps_values_that_are_no_defaults() {
        let endpoints = Path::new("endpoints");
        let (mut config, mut prior) = (config(), prior());
        set(&mut config, &endpoints, Value::Null);
        set(&mut prior, &endpoints.key("east").attribute("weight"), Value::integer(7));
        let mut proposed = proposed();
        set(&mut proposed, &endpoints, prior.at(&endpoints).unwrap().clone());
        assert_eq!(complete(&block(), &config, &prior, proposed), prior);
    }

    #[test]
    fn texts_in_a_map_keep_their_spelling() {
        let block = Block::new([Attribute::plain("regions", Type::map(Type::String)).same_if(without_case)]);
        let regions = |east: &str, west: &str| {
            let members = [("east", Value::string(east)), ("west", Value::string(west))];
            Value::object([("regions", Value::object(members))])
        };
        let prior = regions("eastus", "westus");
        let configured = regions("EastUS", "westus");
        assert_eq!(complete(&block, &configured, &prior, configured.clone()), prior);
        // In a plan, a map is all of the configuration or all of the prior state.
        let changed = regions("EastUS", "centralus");
        assert_eq!(complete(&block, &changed, &prior, changed.clone()), changed);
        let reference = regions("EastUS", "WestUS");
        assert_eq!(
            reconcile(&block, &reference, regions("eastus", "centralus")),
            regions("EastUS", "centralus")
        );
    }

    #[test]
    fn what_is_computed_of_a_new_element_of_a_set_is_unknown() {
        let members = || [Attribute::string("name").required(), Attribute::string("id").computed()];
        let block = Block::new([Attribute::nested_set("rules", members())])
            .blocks([NestedBlock::set("rule", Block::new(members()))]);
        let rule = |name: &str, id: Value| Value::object([("name", Value::string(name)), ("id", id)]);
        let both = |rules: &[Value]| {
            Value::object([("rules", Value::Set(rules.to_vec())), ("rule", Value::Set(rules.to_vec()))])
        };
        let old = || rule("old", Value::string("1"));
        let config = both(&[rule("old", Value::Null), rule("new", Value::Null)]);
        let proposed = both(&[old(), rule("new", Value::Null)]);
        let planned = complete(&block, &config, &both(&[old()]), proposed.clone());
        assert_eq!(planned, both(&[old(), rule("new", Value::unknown())]));
        let created = complete(&block, &config, &Value::Null, config.clone());
        assert_eq!(created, both(&[rule("old", Value::unknown()), rule("new", Value::unknown())]));
        // What the provider left null stays so: nothing is new.
        let settled = both(&[old(), rule("new", Value::Null)]);
        assert_eq!(complete(&block, &config, &settled, proposed), settled);
    }

    #[test]
    fn objects_of_a_set_are_compared_with_those_that_may_mean_the_same() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        static COMPARED: AtomicUsize = AtomicUsize::new(0);
        let same = |left: &str, right: &str| {
            COMPARED.fetch_add(1, Ordering::Relaxed);
            left.eq_ignore_ascii_case(right)
        };
        let members = [Attribute::number("port"), Attribute::string("region").same_if(same)];
        let block = Block::new([Attribute::nested_set("rules", members)]);
        let rules = |from: i64, region: &str| {
            let each = (from..from + 2_000).map(|port| {
                Value::object([("port", Value::integer(port)), ("region", Value::string(region))])
            });
            Value::object([("rules", Value::Set(each.collect()))])
        };
        // Half of them mean the same, and no two have the same port.
        let (prior, config) = (rules(0, "eastus"), rules(1_000, "EastUS"));
        let planned = complete(&block, &config, &prior, config.clone());
        let Some(Value::Set(elements)) = planned.attribute("rules") else { panic!("no set") };
        let region = Value::string("eastus");
        let kept = elements.iter().filter(|each| each.attribute("region") == Some(&region)).count();
        assert_eq!((kept, COMPARED.load(Ordering::Relaxed)), (1_000, 1_000));
    }

    #[test]
    fn replacing_attributes_are_found_at_any_depth() {
        let mut planned = prior();
        set(&mut planned, &Path::new("dns").index(0).attribute("label"), Value::string("other"));
        set(&mut planned, &Path::new("name"), Value::unknown());
        assert_eq!(
            replacements(&block(), &prior(), &planned),
            [Path::new("name"), Path::new("dns").index(0).attribute("label")]
        );
        assert!(replacements(&block(), &prior(), &prior()).is_empty());
    }

    #[test]
    fn objects_that_are_not_known_yet_replace_if_a_part_of_them_would() {
        let nested = Block::new([Attribute::nested_map(
            "endpoints",
            [Attribute::string("region").replaces(), Attribute::number("weight")],
        )])
        .blocks([NestedBlock::list("dns", Block::new([Attribute::string("label").replaces()]))]);
        let region = Path::new("endpoints").key("east").attribute("region");
        let mut planned = prior();
        set(&mut planned, &region, Value::string("westus"));
        assert_eq!(replacements(&nested, &prior(), &planned), [region]);
        for name in ["endpoints", "dns"] {
            let mut planned = prior();
            set(&mut planned, &Path::new(name), Value::unknown());
            assert_eq!(replacements(&nested, &prior(), &planned), [Path::new(name)]);
        }
        let mut planned = prior();
        set(&mut planned, &Path::new("endpoints"), Value::unknown());
        assert!(replacements(&block(), &prior(), &planned).is_empty());
    }

    #[test]
    fn what_the_plan_said_of_computed_attributes_stays() {
        let status = |key: &str| Path::new("endpoints").key(key).attribute("status");
        let (mut planned, mut state) = (prior(), prior());
        set(&mut planned, &status("east"), Value::unknown());
        for path in [status("east"), status("west"), Path::new("status")] {
            set(&mut state, &path, Value::string("CheckingEndpoint"));
        }
        set(&mut state, &Path::new("name"), Value::string("not what was configured"));
        let kept = super::keep_planned(&block(), &config(), &planned, state);
        assert_eq!(kept.at(&status("east")), Some(&Value::string("CheckingEndpoint")));
        assert_eq!(kept.at(&status("west")), Some(&Value::string("Online")));
        assert_eq!(kept.at(&Path::new("status")), Some(&Value::string("Online")));
        assert_eq!(kept.at(&Path::new("name")), Some(&Value::string("not what was configured")));
    }

    #[test]
    fn two_spellings_in_one_set_stay_two_elements() {
        let (mut reference, mut answer) = (prior(), prior());
        set(&mut reference, &Path::new("codes"), codes(&["DE", "de", "FR"]));
        set(&mut answer, &Path::new("codes"), codes(&["fr", "de", "De"]));
        assert_eq!(reconcile(&block(), &reference, answer), reference);
        let headers =
            Block::new([]).blocks([NestedBlock::set("header", Block::new([Attribute::string("value")]))]);
        let header = |each: &[Value]| {
            let elements = each.iter().map(|value| Value::object([("value", value.clone())]));
            Value::object([("header", Value::Set(elements.collect()))])
        };
        let both = header(&[Value::Null, Value::string("")]);
        assert_eq!(reconcile(&headers, &both, both.clone()), both);
    }

    #[test]
    fn an_answer_takes_the_spelling_of_the_state() {
        let mut answer = prior();
        set(&mut answer, &Path::new("codes"), codes(&["fr", "GB"]));
        set(&mut answer, &Path::new("tags"), Value::object::<&str>([]));
        set(&mut answer, &Path::new("endpoints").key("east").attribute("region"), Value::string("EASTUS"));
        let mut expected = prior();
        set(&mut expected, &Path::new("codes"), codes(&["FR", "GB"]));
        assert_eq!(reconcile(&block(), &prior(), answer), expected);
    }

    /// The plan of endpoints that core proposes so, over the prior state if there is one.
    fn planned_endpoints(prior: &Value, configured: Value, proposed_as: Value) -> Value {
        let endpoints = Path::new("endpoints");
        let (mut config, mut proposed) = (config(), proposed());
        set(&mut config, &endpoints, configured);
        set(&mut proposed, &endpoints, proposed_as);
        complete(&block(), &config, prior, proposed).at(&endpoints).unwrap().clone()
    }

    #[test]
    fn an_element_that_is_not_known_yet_is_planned_as_it_is_however_it_is_proposed() {
        let unknown = || Value::unknown();
        let members = || Value::object([("weight", unknown()), ("region", unknown()), ("status", unknown())]);
        let known = || endpoint(Value::integer(7), "eastus", Value::Null);
        let both = |east: Value, new: Value| Value::object([("east", east), ("new", new)]);
        let endpoints = |key: &'static str, value: Value| Value::object([(key, value)]);
        for prior in [Value::Null, prior()] {
            for proposed in [unknown(), members()] {
                let planned =
                    planned_endpoints(&prior, endpoints("east", unknown()), endpoints("east", proposed));
                assert_eq!(planned, endpoints("east", unknown()));
            }
        }
        // Beside a known one, which gets its defaults.
        let planned = planned_endpoints(&prior(), both(known(), unknown()), both(known(), members()));
        let status = Path::new("east").attribute("status");
        assert_eq!(planned.at(&Path::new("new")), Some(&unknown()));
        assert_eq!(planned.at(&status), Some(&unknown()));
        // One that is null stays null.
        assert_eq!(
            planned_endpoints(&prior(), endpoints("east", Value::Null), endpoints("east", Value::Null)),
            endpoints("east", Value::Null)
        );
    }

    #[test]
    fn elements_of_lists_and_sets_that_are_not_known_yet_are_planned_as_they_are() {
        let below = || [Attribute::string("name"), Attribute::string("id").computed()];
        let rules = NestedBlock::set("rules", Block::new([Attribute::nested_set("set", below())]));
        let block =
            Block::new([Attribute::nested_list("list", below()), Attribute::nested_set("set", below())])
                .blocks([rules]);
        let members = || Value::object([("name", Value::unknown()), ("id", Value::unknown())]);
        let object = |list: Value, set: Value| {
            let rule = Value::object([("set", Value::Set(vec![set.clone()]))]);
            Value::object([
                ("list", Value::List(vec![list])),
                ("set", Value::Set(vec![set])),
                ("rules", Value::Set(vec![rule])),
            ])
        };
        let config = object(Value::unknown(), Value::unknown());
        for list in [Value::unknown(), members()] {
            let planned = complete(&block, &config, &Value::Null, object(list, members()));
            assert_eq!(planned, config);
        }
    }

    #[test]
    fn an_element_that_is_not_known_yet_replaces_if_a_part_of_it_would() {
        let nested =
            Block::new([Attribute::nested_map("endpoints", [Attribute::string("region").replaces()])]);
        let east = Path::new("endpoints").key("east");
        let mut planned = prior();
        set(&mut planned, &east, Value::unknown());
        assert_eq!(replacements(&nested, &prior(), &planned), [east.attribute("region")]);
        let mut null = prior();
        set(&mut null, &east, Value::Null);
        assert_eq!(replacements(&nested, &null, &planned), [], "there was nothing to replace");
    }
}
