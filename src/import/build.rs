//! Entries of an export → rows of this site.

mod comment;
mod post;
mod term;
mod user;

pub(super) use self::{
    comment::build_comments,
    post::{PostContext, build_post, is_type_name},
    term::build_terms,
    user::{UserChoice, choose_users},
};
use super::wxr::Meta;
use crate::content::MetaEntry;

fn meta_entry(meta: &Meta) -> MetaEntry {
    MetaEntry { key: meta.key.clone(), value: meta.value.clone() }
}
