//! An emulator of Azure for Traffic Manager, for tests and work without an account.
//!
//! It answers the part of Azure Resource Manager that Traffic Manager's clients need (profiles, endpoints,
//! name checks, the geographic hierarchy, resource groups) as the service does: statuses, shapes, defaults,
//! normal forms, refusals. It is held to recorded traffic of the service by a test. A control API below
//! `/emulator` injects faults, sets the health of endpoints and tells which requests came.
//!
//! It keeps everything in memory, checks nobody's authorisation, and never talks to Azure. It does not
//! use the ARM client of this project, so that the two cannot agree on the same mistake.
//!
//! ```no_run
//! # async fn example() -> Result<(), emulator::StartError> {
//! let config = emulator::Config { listen: ([127, 0, 0, 1], 0).into(), ..Default::default() };
//! let running = emulator::Emulator::start(config).await?;
//! println!("point a client at {}", running.url());
//! running.stop().await;
//! # Ok(())
//! # }
//! ```

mod authority;
pub mod cli;
mod directory;
mod server;
mod service;
mod state_file;

pub use authority::AuthorityError;
pub use directory::{ClientSeed, FederatedSeed, ListedClient};
pub use server::faults::{Dropped, Fault, FaultAnswer, InvalidFault, ListedFault};
pub use server::requests::RecordedRequest;
pub use server::{Config, Emulator, Running, StartError};
pub use service::{
    Answer, Caller, Flow, HeaderText, Health, HeatMapSeed, Origin, Query, Request, RoleSeed, SeedError,
    Service, Settings, SubscriptionSeed, UnknownEndpoint,
};
