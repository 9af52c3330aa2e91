//! Bucketpress: a publishing server whose only durable state is an S3 bucket.
//!
//! `ARCHITECTURE.md` has the map. Modules depend on each other in one direction only:
//! `cli → {http jobs import} → {serve publish} → app → {cache render index media fetch} → store → content`,
//! with `config`, `clock` and `id` as leaves; a test holds that.

pub mod app;
pub mod cache;
pub mod cli;
pub mod clock;
pub mod config;
pub mod content;
pub mod fetch;
pub mod http;
pub mod id;
pub mod import;
pub mod index;
pub mod jobs;
pub mod mail;
pub mod media;
pub mod publish;
pub mod render;
pub mod serve;
pub mod store;
pub mod telemetry;
