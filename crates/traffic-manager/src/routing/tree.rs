//! A profile and the profiles nested in it, with the status of each and of each endpoint.

use std::collections::HashMap;

use thiserror::Error;

use super::choice::Choice;
use super::profile::{Endpoint, Profile, Target};
use crate::health::{
    Child, EndpointMonitorStatus, Family, Health, ProfileMonitorStatus, endpoint_status, nested_status,
    profile_status, stopped_status,
};
use crate::profile::{RoutingMethod, limits};

/// What is found under the key of a profile.
#[derive(Clone, Debug)]
pub enum Found {
    /// The profile.
    Profile(Profile),
    /// There is no such profile: an endpoint that nests it is Stopped.
    Missing,
    /// Nothing is known of it: an endpoint that nests it has the status that its own health says, and its answer is unknown.
    NotGiven,
}

/// Why profiles make no tree.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum TreeError {
    /// The profile to start with was not found.
    #[error("the profile \"{0}\" was not found")]
    NoRoot(String),
    /// A profile nests itself, perhaps through others.
    #[error("the profile \"{0}\" is nested in itself")]
    Loop(String),
    /// The profiles are nested more than ten levels deep.
    #[error("the profiles are nested more than {} levels deep", limits::NESTED_LEVELS)]
    TooDeep,
}

/// A profile and the profiles nested in it. It does not change.
#[derive(Debug)]
pub struct Tree {
    /// Every profile once, children before their parents: the last is the root.
    pub(super) nodes: Vec<Node>,
}

/// A profile of a tree.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) method: RoutingMethod,
    pub(super) status: ProfileMonitorStatus,
    pub(super) ttl: u32,
    pub(super) choice: Choice,
    pub(super) endpoints: Vec<NodeEndpoint>,
    /// Levels of profiles from this one down, itself included.
    levels: usize,
}

/// An endpoint of a profile of a tree.
#[derive(Debug)]
pub(super) struct NodeEndpoint {
    pub(super) name: String,
    pub(super) target: Target,
    pub(super) status: EndpointMonitorStatus,
    /// The child, as an index into [`Tree::nodes`].
    pub(super) child: Option<usize>,
}

impl Tree {
    /// The tree below a profile.
    ///
    /// `find` is asked for every profile once, by the key that the caller gives here and in [`Target::Profile`]; keys are
    /// compared as they are.
    ///
    /// # Errors
    /// If the profile is not found, or profiles nest each other in a circle or too deeply.
    pub fn new(root: &str, find: impl Fn(&str) -> Found) -> Result<Self, TreeError> {
        let mut builder = Builder { find, nodes: Vec::new(), places: HashMap::new() };
        match builder.place(root, 1)? {
            Placed::At(_) => Ok(Self { nodes: builder.nodes }),
            Placed::Missing | Placed::NotGiven => Err(TreeError::NoRoot(root.to_owned())),
        }
    }

    pub(super) fn root(&self) -> &Node {
        self.nodes.last().expect("a tree has its root")
    }

    /// The status of the profile that the tree begins with.
    pub fn status(&self) -> ProfileMonitorStatus {
        self.root().status
    }

    /// The endpoints of the profile that the tree begins with, by name, and their statuses.
    pub fn endpoint_statuses(&self) -> impl Iterator<Item = (&str, EndpointMonitorStatus)> {
        self.root().endpoints.iter().map(|endpoint| (endpoint.name.as_str(), endpoint.status))
    }
}

/// Where a profile is.
#[derive(Clone, Copy)]
enum Placed {
    At(usize),
    Missing,
    NotGiven,
}

/// Builds a tree from the leaves up.
struct Builder<F> {
    find: F,
    nodes: Vec<Node>,
    /// Profiles that were looked at; `None` while their children are.
    places: HashMap<String, Option<Placed>>,
}

impl<F: Fn(&str) -> Found> Builder<F> {
    fn place(&mut self, key: &str, level: usize) -> Result<Placed, TreeError> {
        match self.places.get(key) {
            Some(None) => return Err(TreeError::Loop(key.to_owned())),
            Some(Some(Placed::At(index)))
                if level + self.nodes[*index].levels > limits::NESTED_LEVELS + 1 =>
            {
                return Err(TreeError::TooDeep);
            }
            Some(Some(placed)) => return Ok(*placed),
            None => {}
        }
        if level > limits::NESTED_LEVELS {
            return Err(TreeError::TooDeep);
        }
        self.places.insert(key.to_owned(), None);
        let placed = match (self.find)(key) {
            Found::Profile(profile) => Placed::At(self.add(profile, level)?),
            Found::Missing => Placed::Missing,
            Found::NotGiven => Placed::NotGiven,
        };
        self.places.insert(key.to_owned(), Some(placed));
        Ok(placed)
    }

    fn add(&mut self, profile: Profile, level: usize) -> Result<usize, TreeError> {
        let mut children = Vec::with_capacity(profile.endpoints.len());
        for endpoint in &profile.endpoints {
            children.push(match &endpoint.target {
                Target::Profile(key) => Some(self.place(key, level + 1)?),
                _ => None,
            });
        }
        let status =
            |(endpoint, child): (&Endpoint, &Option<Placed>)| self.status(&profile, endpoint, *child);
        let statuses: Vec<EndpointMonitorStatus> =
            profile.endpoints.iter().zip(&children).map(status).collect();
        let choice = Choice::new(&profile, &statuses);
        let child_nodes = children.iter().map(|child| match child {
            Some(Placed::At(index)) => Some(*index),
            _ => None,
        });
        let deepest = child_nodes.clone().flatten().map(|index| self.nodes[index].levels).max();
        let endpoints = profile.endpoints.into_iter().zip(&statuses).zip(child_nodes);
        let endpoints = endpoints.map(|((endpoint, status), child)| NodeEndpoint {
            name: endpoint.name,
            target: endpoint.target,
            status: *status,
            child,
        });
        self.nodes.push(Node {
            name: profile.name,
            method: profile.method,
            status: profile_status(profile.status, statuses.iter().copied()),
            ttl: profile.ttl,
            choice,
            endpoints: endpoints.collect(),
            levels: deepest.unwrap_or(0) + 1,
        });
        Ok(self.nodes.len() - 1)
    }

    fn status(&self, profile: &Profile, endpoint: &Endpoint, child: Option<Placed>) -> EndpointMonitorStatus {
        match (child, endpoint.health) {
            (Some(Placed::At(index)), _) => {
                let node = &self.nodes[index];
                let endpoints: Vec<(EndpointMonitorStatus, Option<Family>)> =
                    node.endpoints.iter().map(|it| (it.status, it.target.family())).collect();
                let child = Child { status: node.status, endpoints: &endpoints };
                nested_status(profile.status, endpoint.status, child, endpoint.minimums)
            }
            (Some(Placed::Missing), _) | (_, Health::Stopped) => {
                stopped_status(profile.status, endpoint.status)
            }
            (_, Health::Probed(probe)) => {
                endpoint_status(profile.status, endpoint.status, endpoint.always_serve, probe)
            }
        }
    }
}
