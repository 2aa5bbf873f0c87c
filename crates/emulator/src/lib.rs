//! An emulator of Azure for Traffic Manager, for tests and work without an account.
//!
//! It answers the part of Azure Resource Manager that Traffic Manager's clients need (profiles, endpoints,
//! name checks, the geographic hierarchy, heat maps, user metrics keys, resource groups, tags, public IP addresses,
//! App Service plans, locks, registration) as the service does: statuses, shapes, defaults, normal forms, refusals. It is held to recorded
//! traffic of the service and to Azure's own SDKs by tests. A control API below `/emulator` injects faults, sets the
//! health of endpoints, seeds what no request can make, and tells which requests came.
//!
//! It has fleets (Azure Kubernetes Fleet Manager), too: their members, and the hub of each as a Kubernetes API below `/hubs`.
//! Behind a hub run the controllers that make profiles and endpoints of Traffic Manager out of what is on it and of what
//! members export ([`FleetSeed`], [`ExportSeed`]). There are no member clusters: what they would send to the hub is told.
//!
//! One port speaks http and https. Over http nobody has to log in. Over https Azure Resource Manager wants a token, which
//! the emulated Microsoft Entra ID on the same port gives: to everyone as long as no client was put into it
//! ([`Running::put_client`], `PUT /emulator/credentials`), from then on only to those. A hub wants one for the API servers of
//! clusters.
//!
//! It serves programs, and one page of its own at `/`, which shows the profiles with their health and who answers a query, and
//! changes nothing. What another page makes a browser send is refused by its `Host`, its `Origin` or its content type.
//!
//! It probes endpoints as Traffic Manager does, over HTTP, HTTPS or TCP, but only those whose target was mapped to an
//! address ([`Config::target_addresses`], `PUT /emulator/target-addresses`): it resolves no names, and connects to
//! nothing else. One probe stands for those that Azure sends from many places. The health of the other endpoints is what
//! the control API says, and so is that of an endpoint whose health was set by hand: it holds, and the endpoint is not
//! probed, until it is set to `CheckingEndpoint` or its probes change, such as by another path or target.
//!
//! It answers DNS queries for the profiles ([`Config::dns`]) over UDP and TCP, with the routing of Traffic Manager on the
//! health that is known. Where a client is comes from the network that a resolver tells, or else from its own address:
//! the networks for documentation are spread over the world, and others can be put somewhere
//! ([`Config::client_locations`]). How far regions are from there is what Microsoft publishes, or [`Config::latencies`].
//!
//! It keeps everything in memory, or in a file ([`Config::state`]), and never talks to Azure. It does not use the ARM
//! client of this project, so that the two cannot agree on the same mistake.
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
mod dns;
mod dns_clients;
mod hub;
mod probes;
mod routes;
mod server;
mod service;
mod state_file;
mod target_addresses;
mod whole_file;

pub use authority::AuthorityError;
pub use directory::{ClientSeed, FederatedSeed, ListedClient};
pub use server::faults::{By, Dropped, Fault, FaultAnswer, InvalidFault, ListedFault};
pub use server::in_process::InProcess;
pub use server::requests::RecordedRequest;
pub use server::{Config, Emulator, Running, StartError};
pub use service::{
    Answer, Caller, ExportPlace, ExportSeed, FleetSeed, Flow, HeaderText, Health, HeatMapSeed,
    MemberExportSeed, MemberSeed, Origin, Query, Request, RoleSeed, SeedError, Service, ServiceKind,
    ServicePort, ServiceSeed, Settings, SubscriptionSeed, TargetPort, UnknownEndpoint,
};
pub use target_addresses::{InvalidTargetAddress, TargetAddress};
