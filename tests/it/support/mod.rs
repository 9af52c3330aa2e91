//! What several test modules share: a running server, fixtures, clients.

pub mod ceph;
pub mod child;
pub mod haproxy;
mod server;
mod unsteady;

pub use server::{ADMIN, ADMIN_PASSWORD, Server, client, config, form, hidden_field, until};
pub use unsteady::{Outage, unsteady};
