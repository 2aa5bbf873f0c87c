//! A client of the Azure Resource Manager API for Traffic Manager.
