//! What the DNS server answers from: the emulated service as it is now.

use std::net::IpAddr;

use traffic_manager::routing::{Tree, TreeError};

use super::shared::Shared;
use crate::dns::Profiles;
use crate::target_addresses::TargetAddress;

impl Profiles for Shared {
    fn revision(&self) -> u64 {
        self.service_revision()
    }

    fn tree(&self, relative_name: &str) -> (u64, Option<Result<Tree, TreeError>>) {
        let service = self.service();
        (service.revision(), service.routing_tree(relative_name))
    }

    fn long_relative_names(&self) -> (u64, Vec<String>) {
        let service = self.service();
        (service.revision(), service.long_relative_names())
    }

    fn addresses(&self, target: &str) -> Vec<IpAddr> {
        self.target_addresses().of(target).iter().map(TargetAddress::address).collect()
    }
}
