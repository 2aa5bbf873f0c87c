//! The domain of Azure Traffic Manager: names, rules, health and routing, without I/O.
