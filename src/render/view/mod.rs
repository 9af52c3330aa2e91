//! What templates see: plain serialisable values, documented field by field in `docs/themes.md`.
//!
//! Build one of these with [`View::singular`], [`View::list`] or [`View::not_found`]; the `page` part
//! (title, canonical URL, Open Graph, JSON-LD) is derived there, so no caller writes metadata by hand.

mod comment;
mod list;
mod page;
mod pagination;
mod post;
mod site;

use std::sync::Arc;

use serde::Serialize;

pub use self::{
    comment::{Comment, CommentForm, Comments, FlatComment},
    list::{Archive, List, ListKind},
    page::{FeedLink, Page, Robots},
    pagination::{PageLink, Pagination},
    post::{Attachment, Author, Card, Neighbour, Post, Term},
    site::{Menu, MenuItem, Site},
};
pub use super::{date::Date, image::Image};

/// Everything one page is rendered from.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    pub site: Arc<Site>,
    pub page: Page,
    /// On singular pages.
    pub post: Option<Box<Post>>,
    /// On lists: home, archives, search.
    pub list: Option<List>,
    /// On the not-found page: newest posts to go on with.
    pub recent: Vec<Card>,
    /// On embed pages: the post; `None` where it is not there.
    pub card: Option<Box<Card>>,
}

impl View {
    /// A post, page, attachment or custom type; `canonical` is its absolute URL, of this part if it is split.
    pub fn singular(site: Arc<Site>, canonical: String, post: Post) -> Self {
        let page = Page::singular(&site, canonical, &post);
        Self { site, page, post: Some(Box::new(post)), list: None, recent: Vec::new(), card: None }
    }

    /// Home, an archive or search results; `canonical` is the absolute URL of this page of the list.
    pub fn list(site: Arc<Site>, canonical: String, list: List) -> Self {
        let page = Page::list(&site, canonical, &list);
        Self { site, page, post: None, list: Some(list), recent: Vec::new(), card: None }
    }

    /// Nothing is at this URL.
    pub fn not_found(site: Arc<Site>, recent: Vec<Card>) -> Self {
        let page = Page::not_found(&site);
        Self { site, page, post: None, list: None, recent, card: None }
    }

    /// A post in a frame of another page; `None`: it is not there.
    pub fn embed(site: Arc<Site>, card: Option<Card>) -> Self {
        let page = Page::embed(&site, card.as_ref());
        Self { site, page, post: None, list: None, recent: Vec::new(), card: card.map(Box::new) }
    }
}
