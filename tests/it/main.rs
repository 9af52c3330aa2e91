//! Behaviour through the real thing: real HTTP server, real stores, real clients. One binary.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test fails by panicking, and asks the system itself"
)]

mod admin;
mod cli;
mod comments;
mod editing;
mod fleet;
mod import;
mod index;
mod log;
mod mail;
mod media;
mod objects;
mod publish;
mod render;
mod rest;
mod site;
mod support;
mod tidy;
mod xmlrpc;
