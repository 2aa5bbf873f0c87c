//! What the resources of objects on a hub have in common: what a model has to say of itself, and everything that is done with
//! it.

mod advice;
mod calls;
mod import;
mod in_azure;
mod lifecycle;
mod moved;
mod object;
mod resource;

pub(crate) use advice::Subject;
pub(crate) use import::imported_key;
pub(crate) use in_azure::{InAzure, LOOK, profile_in_azure};
pub(crate) use object::{Awaited, Condition, FleetObject, Head, Nudge};
pub(crate) use resource::{FleetResource, FleetType, KindOf, SpecOf};
