//! What several test modules share: a running server, fixtures, clients.

pub mod ceph;
pub mod child;
mod server;

#[expect(unused_imports, reason = "for modules still to come")]
pub use server::{ADMIN, ADMIN_PASSWORD, Server, client, config};
