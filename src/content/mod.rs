//! The domain, in WordPress's terms: plain values and pure rules, no I/O, no clock, no serialisation.
//!
//! JSON shapes live at the borders: `store::codec` for what is stored, `http::rest` for the API.

pub mod accents;
pub mod actor;
pub mod autosave;
pub mod capability;
pub mod comment;
pub mod edit;
pub mod editing;
pub mod id;
pub mod image_meta;
pub mod names;
pub mod overflow;
pub mod post;
pub mod recording;
pub mod settings;
pub mod site_zone;
pub mod slug;
pub mod term;
pub mod types;
pub mod user;

pub use actor::{Actor, Powers};
pub use autosave::Autosave;
pub use capability::Capability;
pub use comment::{Comment, CommentStatus};
pub use edit::Edit;
pub use editing::Editing;
pub use id::{CommentId, PostId, RevisionId, TermId, UserId};
pub use image_meta::ImageMeta;
pub use overflow::{Arrival, HeldComment};
pub use post::{
    ContentFormat, MediaFile, MetaEntry, Post, PostStatus, PostType, Revision, RevisionEntry, SavedSettings,
};
pub use recording::Recording;
pub use settings::Settings;
pub use site_zone::SiteZone;
pub use term::{Taxonomy, Term};
pub use user::{AppPassword, EndedSession, Role, User};
