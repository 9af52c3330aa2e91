//! HTTP: routes, guards, error and cache-header mapping; handlers call one flow each.

pub mod access;
pub mod admin;
pub mod attachment;
pub mod caching;
pub mod cookies;
pub mod counted;
pub mod edge;
pub mod error;
pub mod front;
pub mod guard;
pub mod health;
pub mod metrics;
pub mod nonce;
mod origin;
pub mod peer;
pub mod post_format;
pub mod rest;
pub mod routes;
pub mod security;
pub mod seen;
pub mod server;
pub mod session;
pub mod sign_in;
pub mod site;
pub mod throttle;
pub mod xmlrpc;

pub use self::seen::acknowledge;
